"""The record of processing and the inputs for an impact assessment come from catalogue, policies and agreements."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from workflow_office import World

from groeibrief.casework.retention import load_retention_policy
from groeibrief.catalog import Project
from groeibrief.catalog.purposes import load_purposes
from groeibrief.errors import DefinitionError, UsageError
from groeibrief.workflow.impact import Impact, impact
from groeibrief.workflow.markdown import cell, table
from groeibrief.workflow.office import Office, open_office
from groeibrief.workflow.privacyschema import privacy_schema
from groeibrief.workflow.processing import RECORD_FORMATS, processing_record

ROOT = Project(Path(__file__).parents[3])
CONTENT = ("rules", "catalog", "letter_templates")
KNOKKE = ROOT.rules / "knokke-heist-zorgtoeslag.yaml"

Spoiled = Callable[..., Office]


@pytest.fixture
def spoiled(world: World, tmp_path: Path) -> Spoiled:
    """The office over a copy of the project in which a text of a file is another."""

    def make(name: str, old: str, new: str) -> Office:
        root = tmp_path / "project"
        for part in CONTENT:
            shutil.copytree(ROOT.root / part, root / part)
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return open_office(world.office.settings, root)

    return make


def activities(office: Office) -> dict[str, dict[str, object]]:
    return {each["verwerking"]: each for each in processing_record(office).as_json()["verwerkingen"]}


def test_the_record_says_what_the_other_files_say(world: World) -> None:
    found, catalogue = activities(world.office), world.office.catalogue
    mailing = found["aanschrijven"]
    assert [each["id"] for each in mailing["doeleinden"]] == [  # type: ignore[attr-defined]
        category.id for category in load_purposes(ROOT).categorieen
    ]
    assert [each["bron"] for each in mailing["bronnen"]] == list(catalogue.sources)  # type: ignore[attr-defined]
    care = next(each for each in mailing["bronnen"] if each["bron"] == "zorgtoeslag")  # type: ignore[attr-defined]
    assert care["gevoelig"]
    assert any("art. 9" in ground for ground in care["gronden"])
    assert [each["referentie"] for each in mailing["verwerkers"]] == ["VO-1"]  # type: ignore[attr-defined]
    kept = {each["soort"]: each["termijn"] for each in mailing["bewaring"]}  # type: ignore[attr-defined]
    assert kept["pseudoniemen"] == str(load_retention_policy(ROOT).of("pseudoniemen").termijn)
    lists = found["lijsten"]
    assert lists["verantwoordelijke"]["naam"] == "Agentschap Opgroeien"  # type: ignore[index]
    assert found["drukken"]["verantwoordelijke"] == mailing["verantwoordelijke"] != lists["verantwoordelijke"]
    assert "elektronische bestuurlijke gegevensverkeer, artikel 8" in lists["rechtsgrond"][-1]  # type: ignore[index]
    assert found["portaal"]["bronnen"] == found["portaal"]["verwerkers"] == found["portaal"]["doeleinden"] == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("catalog/bronnen/wezentoeslag.yaml", "naam: de wezentoeslag", "naam: de nieuwe wezentoeslag"),
        ("rules/policies/doeleinden.yaml", "naam: deelname aan vrije tijd", "naam: deelname aan alles"),
        ("rules/policies/werkwijze.yaml", "maanden: 13", "maanden: 17"),
        ("letter_templates/_gedeeld/afzender.yaml", "dpo@vutg.example.be", "dpo2@vutg.example.be"),
        ("rules/policies/opgroeien.yaml", "dpo@opgroeien.example.be", "dpo2@opgroeien.example.be"),
    ],
)
def test_nothing_is_written_twice(spoiled: Spoiled, name: str, old: str, new: str) -> None:
    text = processing_record(spoiled(name, old, new)).rendered("md").decode()
    told = {"maanden: 13": "17 maanden"}.get(old, new.removeprefix("naam: "))
    gone = {"maanden: 13": "13 maanden"}.get(old, f" {old.removeprefix('naam: ')} ")
    assert told in text
    assert gone not in text


@pytest.mark.parametrize("form", RECORD_FORMATS)
def test_the_same_input_gives_the_same_bytes(world: World, form: str) -> None:
    first = processing_record(world.office).rendered(form)
    world.later(days=40)
    assert processing_record(open_office(world.office.settings)).rendered(form) == first


def test_every_form_holds_every_activity(world: World) -> None:
    record = processing_record(world.office)
    names = [each["naam"] for each in record.as_json()["verwerkingen"]]
    assert json.loads(record.rendered("json")) == record.as_json()
    text = record.rendered("md").decode()
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [cell(name) for name in names]
    assert "| Verwerkers | Drukkerij (VO-1, van 2025-01-01 tot 2027-01-01) |" in text
    with zipfile.ZipFile(io.BytesIO(record.rendered("ods"))) as archive:
        sheet = archive.read("content.xml").decode()
    assert sheet.count("<table:table-row>") == len(names) + 1
    assert all(name.replace("&", "&amp;") in sheet for name in names)


def test_a_source_without_a_ground_is_told_to_be_blocked(spoiled: Spoiled) -> None:
    path = "catalog/bronnen/wezentoeslag.yaml"
    text = (ROOT.root / path).read_text(encoding="utf-8")
    begin, end = text.index("verwerkingsgrond:"), text.index("velden:")
    office = spoiled(path, text[begin:end], "")
    source = next(each for each in activities(office)["tellen"]["bronnen"] if each["bron"] == "wezentoeslag")  # type: ignore[attr-defined]
    assert (source["gronden"], source["toelichting"]) == ([], "Geblokkeerd: er is geen grond voor verwerking.")
    assert "| Geblokkeerd: er is geen grond voor verwerking. |" in processing_record(office).rendered("md").decode()


def test_a_source_that_the_catalogue_lacks_is_refused(spoiled: Spoiled) -> None:
    office = spoiled("rules/policies/verwerkingen.yaml", "bronnen: [sociale_toeslag]", "bronnen: [studietoelage]")
    with pytest.raises(DefinitionError) as refused:
        processing_record(office)
    assert refused.value.code == "E297"


# Inputs for an impact assessment


def audiences(found: Impact) -> dict[str, dict[str, object]]:
    return {each["doelgroep"]: each for each in found.as_json()["doelgroepen"]}


@pytest.fixture(scope="module")
def everything() -> Impact:
    from groeibrief.workflow.settings import Settings

    return impact(open_office(Settings((), None, Path("/nergens")), ROOT.root))


def test_every_definition_of_the_project_is_there(everything: Impact) -> None:
    found = audiences(everything)
    folder = ROOT.rules
    files = {
        path.name for path in [*folder.glob("*.yaml"), *folder.glob("standaard/*.yaml")] if ".cases." not in path.name
    }
    assert {each["bestand"] for each in found.values()} == files
    assert all(each["bronnen"] and each["in_te_vullen"] for each in found.values())


def test_a_definition_tells_its_sources_fields_and_reasons(everything: Impact) -> None:
    care = audiences(everything)["knokke-heist-zorgtoeslag"]
    (source,) = care["bronnen"]  # type: ignore[misc]
    assert source["nodig_voor"] == ["het kind heeft in november 2025 recht op de zorgtoeslag"]
    assert (source["velden"], source["gevoelig"], care["dpo"]) == ([], True, True)
    assert source["velden_niet_gebruikt"] == ["bedrag", "totaal aantal punten", "aantal punten in pijler 1"]
    told = [each["parameter"] for each in care["andere_gegevens"]]  # type: ignore[attr-defined]
    assert told == ["leeftijd", "gemeente van de woonplaats"], "no postcode is looked at"
    assert (care["ruis"]["sigma_gezinnen"], care["ruis"]["kost_gezinnen"]) == (6.0, 0.013889)  # type: ignore[index]
    assert care["gezinnen_exact"] is None
    leuven = audiences(everything)["leuven-vrijetijdspremie"]
    assert any(each["velden"] == ["inkomensschijf"] for each in leuven["bronnen"])  # type: ignore[attr-defined]
    assert leuven["ruis"]["sigma_gezinnen"] == 4.0  # type: ignore[index]


def test_a_standard_audience_is_told_as_an_example(everything: Impact) -> None:
    standard = [each for each in audiences(everything).values() if each["voorbeeld"]]
    assert len(standard) == 12
    assert all(each["definitie"] is None for each in standard)
    assert any(each["in_te_vullen_door_bestuur"] for each in standard)
    text = everything.rendered("md").decode()
    assert text.count("Een standaarddoelgroep: hieronder met een gemeente en een dag als voorbeeld ingevuld.") == 12
    assert "| alles samen | 0,5 | 69,15 % |" in text
    assert "- Een gezin krijgt hoogstens 4 brieven in 12 maanden, over alle aanvragen samen." in text


def test_beneficiaries_and_postcodes_are_told_where_they_are_used(world: World, tmp_path: Path) -> None:
    path = tmp_path / "knokke-heist-zorgtoeslag.yaml"
    text = KNOKKE.read_text(encoding="utf-8")
    more = "    - gezin: {begunstigden: {minstens: 1, die: {woont_in: {postcodes: ['8300']}}}}\n"
    path.write_text(text.replace("brief:\n", f"{more}brief:\n"), encoding="utf-8")
    (told,) = impact(world.office, [path]).as_json()["doelgroepen"]
    assert [each["parameter"] for each in told["andere_gegevens"]] == [
        "leeftijd", "gemeente van de woonplaats", "postcode van de woonplaats", "begunstigden",
    ]  # fmt: skip


def test_the_exact_number_is_the_analysts_and_stands_in_the_ledger(world: World, tmp_path: Path) -> None:
    from workflow_office import TEXT

    path = tmp_path / "proef-sociale-toeslag.yaml"
    path.write_text(TEXT, encoding="utf-8")
    found = impact(world.office, [path], world.snapshot)
    (told,) = found.as_json()["doelgroepen"]
    assert told["gezinnen_exact"] > 5
    assert f"| Gezinnen, exact | {told['gezinnen_exact']}; alleen voor VUTG, nooit voor een bestuur |" in (
        found.rendered("md").decode()
    )
    assert world.acts()[-1] == "exacte-telling"
    assert impact(world.office, [path]).as_json()["doelgroepen"][0]["gezinnen_exact"] is None
    with pytest.raises(UsageError) as refused:
        impact(world.office, snapshot=world.snapshot)
    assert (refused.value.code, str(refused.value)) == (
        "E298", "Geef met --snapshot ook de bestanden van de doelgroepen: elke telling is een daad.",
    )  # fmt: skip


def test_a_project_without_definitions(world: World, tmp_path: Path) -> None:
    root = tmp_path / "project"
    for part in CONTENT:
        shutil.copytree(ROOT.root / part, root / part)
    for path in [*(root / "rules").glob("*.yaml"), *(root / "rules" / "standaard").glob("*.yaml")]:
        path.unlink()
    with pytest.raises(UsageError) as refused:
        impact(open_office(world.office.settings, root))
    assert str(refused.value) == f"In {root / 'rules'} staat geen doelgroep. Geef een bestand."


def test_the_same_definitions_give_the_same_bytes(world: World, everything: Impact) -> None:
    again = impact(world.office)
    assert again.rendered("json") == everything.rendered("json")
    assert again.rendered("md") == everything.rendered("md")


def test_both_documents_fit_their_schema(world: World, everything: Impact) -> None:
    schema = privacy_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for document in (processing_record(world.office).as_json(), everything.as_json()):
        assert list(validator.iter_errors(document)) == []
        assert list(validator.iter_errors({**document, "extra": 1})) != []
        assert list(validator.iter_errors({**document, "catalogus": ""})) != []


def test_a_text_is_no_markdown() -> None:
    assert cell("a|b\n*c* <d> [e](f) # _g_ `h` \\") == r"a\|b \*c\* \<d\> \[e\](f) \# \_g\_ \`h\` \\"
    assert list(table(("x", "y"), [("1|2", "3")])) == ["| x | y |", "|---|---|", r"| 1\|2 | 3 |"]
