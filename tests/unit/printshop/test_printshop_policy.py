from __future__ import annotations

from pathlib import Path

import pytest

from groeibrief.catalog.project import Project
from groeibrief.errors import DefinitionError
from groeibrief.printshop.inserts import inserts_of
from groeibrief.printshop.policy import ControlAddress, load_policy, sheets

SHIPPED = Path(__file__).parents[3]


def test_the_shipped_policy_is_valid():
    policy = load_policy(Project(SHIPPED))
    assert (policy.paginas_per_partij, policy.dubbelzijdig, policy.formaat) == (5000, True, "A4")


def _project(tmp_path: Path, change) -> Project:
    text = (SHIPPED / "rules/policies/drukwerk.yaml").read_text()
    (tmp_path / "rules/policies").mkdir(parents=True)
    (tmp_path / "rules/policies/drukwerk.yaml").write_text(change(text))
    return Project(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda text: text.replace("paginas_per_partij: 5000", "paginas_per_partij: 5001"),
            "rules/policies/drukwerk.yaml:6:21: Bij 'paginas_per_partij' hoort een geheel getal van 1 tot en met 5000.",
        ),
        (
            lambda text: text.replace("paginas_per_partij: 5000", "paginas_per_partij: true"),
            "rules/policies/drukwerk.yaml:6:21: Bij 'paginas_per_partij' hoort een geheel getal van 1 tot en met 5000.",
        ),
        (
            lambda text: text.replace("kleur: zwart", "kleur: rood"),
            "rules/policies/drukwerk.yaml:13:8: Bij 'kleur' hoort zwart.",
        ),
        (
            lambda text: text.replace("formaat: A4\n", ""),
            "rules/policies/drukwerk.yaml: 'formaat' ontbreekt: geef A4.",
        ),
        (
            lambda text: text + "dubbelzijdg: true\n",
            "rules/policies/drukwerk.yaml:55:1: 'dubbelzijdg' is geen sleutel van het drukwerkbeleid. Bedoelde u "
            "'dubbelzijdig'?",
        ),
        (
            lambda text: "- zwart\n",
            "rules/policies/drukwerk.yaml:1: Het beleid is een lijst van 'naam: waarde'.",
        ),
    ],
)
def test_a_wrong_policy_is_refused_with_its_place(tmp_path, change, message):
    with pytest.raises(DefinitionError) as caught:
        load_policy(_project(tmp_path, change))
    assert caught.value.code == "E399"
    assert str(caught.value) == message


@pytest.mark.parametrize(("pages", "duplex", "expected"), [(1, True, 1), (2, True, 1), (3, True, 2), (3, False, 3)])
def test_sheets(pages, duplex, expected):
    assert sheets(pages, duplex=duplex) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda text: text.replace("merktekens: datamatrix", "merktekens: qr"),
            "rules/policies/drukwerk.yaml:22:13: Bij 'merktekens' hoort geen, datamatrix of omr.",
        ),
        (
            lambda text: text.replace("  omslag_g: 5\n", ""),
            "rules/policies/drukwerk.yaml:32: 'omslag_g' ontbreekt: geef een geheel getal van 1 tot en met 500.",
        ),
        (
            lambda text: text.replace("[50, 100, 350, 1000, 2000]", "[100, 50]"),
            "rules/policies/drukwerk.yaml:36:22: Bij 'gewichtsklassen_g' hoort een stijgende lijst van gehele "
            "getallen.",
        ),
        (
            lambda text: text.replace("breedte: 19", "breedte: -1"),
            "rules/policies/drukwerk.yaml:19:26: Bij 'breedte' hoort een aantal millimeter van 0 tot en met 50.",
        ),
        (
            lambda text: text.replace("omslagspeling: {breedte: 19, hoogte: 15}", "omslagspeling: 19"),
            "rules/policies/drukwerk.yaml:19:16: Bij 'omslagspeling' hoort 'naam: waarde', ingesprongen.",
        ),
        (
            lambda text: text.replace("controlebrieven: []", "controlebrieven: geen"),
            "rules/policies/drukwerk.yaml:46:18: Bij 'controlebrieven' hoort een lijst van streepjes met "
            "'naam: waarde'.",
        ),
        (
            lambda text: text.replace("controlebrieven: []", "controlebrieven: [{naam: Dienst, postcode: 1000}]"),
            "rules/policies/drukwerk.yaml:46:44: Bij 'postcode' hoort een postcode van vier cijfers tussen "
            'aanhalingstekens, zoals "1000".\n'
            "rules/policies/drukwerk.yaml:46: 'regels' ontbreekt: geef een lijst van 2 tot 5 adresregels van hoogstens "
            "40 tekens.",
        ),
        (
            lambda text: text.replace("bijlagen: []", "bijlagen: [{naam: folder, gram: 0}]"),
            "rules/policies/drukwerk.yaml:54:33: Bij 'gram' hoort een geheel getal van 1 tot en met 2000.",
        ),
        (
            lambda text: text + "brieven_per_week: 0\n",
            "rules/policies/drukwerk.yaml:55:19: Bij 'brieven_per_week' hoort een geheel getal van 1 tot en met "
            "10000000.",
        ),
    ],
)
def test_a_wrong_part_of_a_policy_is_refused_with_its_place(tmp_path, change, message):
    project = _project(tmp_path, change)
    with pytest.raises(DefinitionError) as caught:
        load_policy(project)
    assert (caught.value.code, str(caught.value)) == ("E399", message)


def test_a_policy_may_put_something_in_every_envelope(tmp_path):
    text = "bijlagen: [{naam: folder A5, gram: 8}, {naam: antwoordomslag, gram: 5}]"
    policy = load_policy(_project(tmp_path, lambda given: given.replace("bijlagen: []", text)))
    assert inserts_of(policy) == (("folder A5", 8), ("antwoordomslag", 5))


def test_a_policy_of_the_old_keys_alone_has_no_marks_waves_or_control_letters(tmp_path):
    policy = load_policy(_project(tmp_path, lambda text: text.partition("\n# Hoe ver")[0] + "\n"))
    assert (policy.merktekens, policy.brieven_per_week, policy.uitvoerprofiel) == ("geen", None, None)
    assert (policy.controlebrieven, policy.port.status) == ((), "te bevestigen met bpost")


def test_a_control_address_is_read(tmp_path):
    written = 'controlebrieven:\n  - {naam: Dienst, regels: [Straat 1, 1000 Brussel], postcode: "1000"}\n'
    policy = load_policy(_project(tmp_path, lambda text: text.replace("controlebrieven: []\n", written)))
    assert policy.controlebrieven == (ControlAddress("Dienst", ("Straat 1", "1000 Brussel"), "1000"),)


def test_an_output_profile_lies_in_the_project(tmp_path):
    project = _project(tmp_path, lambda text: text + "uitvoerprofiel: profielen/pers.icc\n")
    message = (
        "rules/policies/drukwerk.yaml:55:17: Bij 'uitvoerprofiel' hoort het pad van een ICC-profiel dat in het project "
        "ligt, geschreven vanaf de map van het project. Zet het bestand daar."
    )
    with pytest.raises(DefinitionError) as caught:
        load_policy(project)
    assert (caught.value.code, str(caught.value)) == ("E399", message)
    (tmp_path / "profielen").mkdir()
    (tmp_path / "profielen/pers.icc").write_bytes(b"icc")
    assert load_policy(project).uitvoerprofiel == (tmp_path / "profielen/pers.icc").resolve()


@pytest.mark.parametrize("path", ["../buiten.icc", "/etc/hostname"])
def test_an_output_profile_outside_the_project_is_refused(tmp_path, path):
    (tmp_path / "buiten.icc").write_bytes(b"icc")
    (tmp_path / "project").mkdir()
    project = _project(tmp_path / "project", lambda text: text + f"uitvoerprofiel: {path}\n")
    with pytest.raises(DefinitionError) as caught:
        load_policy(project)
    assert caught.value.code == "E399"
