from __future__ import annotations

from pathlib import Path

import pytest

from groeibrief.catalog.project import Project
from groeibrief.errors import DefinitionError
from groeibrief.printshop.policy import load_policy, sheets

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
            "rules/policies/drukwerk.yaml:16:1: 'dubbelzijdg' is geen sleutel van het drukwerkbeleid. Bedoelde u "
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
