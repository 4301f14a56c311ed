from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue, Project
from groeibrief.errors import DefinitionError, UsageError
from groeibrief.language import (
    AddressedTo,
    Binding,
    Client,
    Contact,
    Definition,
    LetterPer,
    check_definition,
    load_definition,
    load_standard,
    published,
)
from groeibrief.query import Age, Children, DomicileOf, Has, LivesIn, Months, SchoolYears, Sort, walk

Load = Callable[..., Definition]
FAMILY = "eenheid: gezin\nvoorwaarden: {kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}}\n"
UNIT = "eenheid: kind\nvoorwaarden: "
CHILD = "eenheid: kind\nvoorwaarden:\n  en:\n    - heeft: {{bron: sociale_toeslag}}\n    - {}\n"
PARAMETERS = """\
parameters:
  tot: {soort: geheel_getal, van: 3, tot_en_met: 25, standaard: 12}
  deel: {soort: keuze, waarden: [laag, midden], standaard: laag}
  helft: {soort: ja_nee, standaard: false}
  maand: {soort: maand, van: 2025-01, standaard: 2025-10}
  jaar: {soort: schooljaar, standaard: 2024-2025}
  dag: {soort: datum, tot_en_met: 2025-10-31, standaard: 2025-01-01}
  bedrag: {soort: bedrag, standaard: 50.00}
eenheid: kind
voorwaarden:
  en:
    - leeftijd: {tot_en_met: $tot}
    - heeft: {bron: sociale_toeslag, maand: $maand, met: {schijf: $deel, helft: $helft, bedrag: {minstens: $bedrag}}}
    - niet: {heeft: {bron: schooltoeslag, schooljaar: $jaar}}
    - niet: {woont_in: {gemeenten: $gemeenten, op: $dag}}
"""


def sources(definition: Definition) -> list[Has]:
    return [node for node in walk(definition.question.condition) if isinstance(node, Has)]


def test_defaults_are_written_out(load: Load) -> None:
    definition = load()
    assert sources(definition)[0].period == Months(Month(2025, 11), Month(2025, 11))
    assert definition.brief.aan is AddressedTo.ENTITLED
    assert definition.brief.per is LetterPer.ADDRESS
    assert definition.brief.ook_buiten_gemeente is True
    assert definition.herhaling is None
    assert definition.needs_dpo is False
    bare = load(FAMILY, ('woonplaats: {gemeenten: ["31033"], van: kind}', 'woonplaats: {gemeenten: ["31033"]}'))
    assert bare.question.domicile_of is DomicileOf.KIND


def test_school_year_of_the_reference_date(load: Load) -> None:
    body = "eenheid: kind\nvoorwaarden: {heeft: {bron: schooltoeslag}}\n"
    assert sources(load(body))[0].period == SchoolYears(SchoolYear(2025))
    assert sources(load(body, ("2025-11-01", "2025-08-31")))[0].period == SchoolYears(SchoolYear(2024))


def test_addressee_without_granted_source(load: Load) -> None:
    body = "eenheid: kind\nvoorwaarden: {heeft: {bron: schooltoeslag}}\n"
    assert load(body).brief.aan is AddressedTo.ALL
    assert load(body, ("informatiebrief", "informatiebrief, aan: eerste_begunstigde")).brief.aan is AddressedTo.FIRST
    with pytest.raises(DefinitionError) as caught:
        load(FAMILY, ("informatiebrief", "informatiebrief, aan: eerste_begunstigde"))
    assert caught.value.code == "E367"


@pytest.mark.parametrize(
    ("condition", "needed"),
    [
        ("{heeft: {bron: sociale_toeslag}}", False),
        ("{heeft: {bron: zorgtoeslag}}", True),
        ("{heeft: {bron: pleegzorgtoeslag}}", True),
        ("{heeft: {bron: basisbedrag}}", True),
        ("{en: [{heeft: {bron: basisbedrag}}, {niet: {heeft: {bron: schooltoeslag}}}]}", True),
        ("{en: [{heeft: {bron: basisbedrag}}, {heeft: {bron: schooltoeslag}}]}", False),
    ],
)
def test_when_the_dpo_approves_too(load: Load, condition: str, needed: bool) -> None:
    definition = load(
        f"eenheid: kind\nvoorwaarden: {condition}\n",
        ("tekst: Wij helpen u.}", "tekst: Wij helpen u.}\n  kwetsbaarheid: Hoge kosten."),
    )
    assert definition.needs_dpo is needed


def test_hashes_tell_meaning_from_document(load: Load) -> None:
    one = load(CHILD.format("niet: {niet: {leeftijd: {van: 3, tot_en_met: 12}}}"))
    two = load(
        "eenheid: kind\nvoorwaarden: {en: [{leeftijd: {van: 3, tot_en_met: 12}}, {heeft: {bron: sociale_toeslag}}]}\n"
    )
    other = load(CHILD.format("leeftijd: {van: 3, tot_en_met: 13}"))
    letter = load(CHILD.format("leeftijd: {van: 3, tot_en_met: 13}"), ("titel: Proef", "titel: Andere titel"))
    assert one.voorwaarden == two.voorwaarden != other.voorwaarden == letter.voorwaarden
    assert len({one.definitie, two.definitie, other.definitie, letter.definitie}) == 4


@pytest.mark.parametrize(
    "change",
    [
        ("naam: OCMW Torhout", "naam: Stad Torhout"),
        ("hulp-bij-rechten", "vrije-tijd"),
        ("Wij helpen u.", "Wij helpen u graag."),
        ("sjabloon: informatiebrief", "sjabloon: informatiebrief, per: persoon"),
        ("peildatum: 2025-11-01", "peildatum: 2025-11-02"),
        ("brief:", "herhaling: {elke: maand, tot: 2026-06}\nbrief:"),
    ],
)
def test_every_part_is_in_the_definition_hash(load: Load, change: tuple[str, str]) -> None:
    assert load().definitie != load(FAMILY, change).definitie


def test_written_defaults_do_not_change_the_hash(load: Load) -> None:
    full = FAMILY.replace("{bron: sociale_toeslag}", "{bron: sociale_toeslag, maand: 2025-11}")
    written = load(
        full, ("informatiebrief", "informatiebrief, aan: gerechtigden, per: adres, ook_buiten_gemeente: true")
    )
    assert written.definitie == load().definitie


def test_lines_of_conditions(load: Load) -> None:
    definition = load(CHILD.format("leeftijd: {van: 3}"))
    lines = {type(node).__name__: line for node, line in definition.lines.items()}
    assert lines == {"And": 12, "Has": 13, "Age": 14}


def test_kbo_is_written_one_way(load: Load) -> None:
    for written in ("0123456749", "BE 0123.456.749", "0123 456 749"):
        assert load(FAMILY, ("0123.456.749", written)).opdrachtgever.kbo == "0123.456.749"


def test_contact_of_the_client(load: Load) -> None:
    definition = load(FAMILY, ('"0123.456.749"', '"0123.456.749", contact: {dienst: Sociaal Huis}'))
    assert definition.opdrachtgever.contact == Contact(dienst="Sociaal Huis")


class TestStandardAudience:
    OPEN = (("peildatum: 2025-11-01\n", ""), ('woonplaats: {gemeenten: ["31033"], van: kind}\n', ""))
    BOUND = Binding(("31033",), date(2025, 11, 1))

    def test_binding_gives_what_lacks(self, load: Load) -> None:
        definition = load(FAMILY, *self.OPEN, binding=self.BOUND)
        assert definition.voorwaarden == load().voorwaarden
        assert definition.definitie == load().definitie

    def test_parameters_have_defaults(self, load: Load) -> None:
        definition = load(PARAMETERS)
        social, school = sources(definition)
        assert social.period == Months(Month(2025, 10), Month(2025, 10))
        assert school.period == SchoolYears(SchoolYear(2024))
        (place,) = (node for node in walk(definition.question.condition) if isinstance(node, LivesIn))
        assert (place.municipalities, place.on) == (("31033",), date(2025, 1, 1))

    def test_parameters_are_filled_in(self, load: Load) -> None:
        given = {"tot": "9", "deel": "midden", "helft": "ja", "maand": "2025-06", "jaar": "2025-2026", "bedrag": "20,5"}
        definition = load(PARAMETERS, binding=Binding(parameters=given))
        written = PARAMETERS[PARAMETERS.index("eenheid") :]
        values = {**given, "helft": "true", "bedrag": "20.5", "dag": "2025-01-01", "gemeenten": '["31033"]'}
        for name, value in values.items():
            written = written.replace(f"${name}", value)
        assert definition.definitie == load(written).definitie

    def test_binding_goes_before_what_is_written(self, load: Load) -> None:
        definition = load(PARAMETERS, binding=Binding(("24062",), date(2025, 12, 1)))
        assert definition.question.municipalities == ("24062",)
        assert definition.question.reference_date == date(2025, 12, 1)
        (place,) = (node for node in walk(definition.question.condition) if isinstance(node, LivesIn))
        assert place.municipalities == ("24062",)

    def test_client_of_the_request_or_the_municipality(self, load: Load) -> None:
        client = ('opdrachtgever: {naam: OCMW Torhout, kbo: "0123.456.749"}\n', "")
        named = load(FAMILY, client, *self.OPEN, binding=self.BOUND)
        assert named.opdrachtgever == Client("gemeente Torhout", "")
        own = Client("OCMW Torhout", "0123.456.749")
        given = Binding(("31033",), date(2025, 11, 1), opdrachtgever=own)
        assert load(FAMILY, client, *self.OPEN, binding=given).opdrachtgever == own

    @pytest.mark.parametrize(
        ("binding", "told", "found"),
        [
            (Binding(parameters={"tto": "9"}), "Deze doelgroep heeft geen parameter 'tto'. Bedoelde u 'tot'?", "tto"),
            (Binding(parameters={"tot": "26"}), "'--param tot' moet tussen 3 en 25 liggen.", "26"),
            (Binding(parameters={"tot": "x"}), "Onder '--param tot' hoort een geheel getal te staan.", "x"),
            (
                Binding(parameters={"deel": "hoog"}),
                "'hoog' is geen geldige waarde voor '--param deel'.",
                "hoog",
            ),
            (Binding(parameters={"maand": "2024-12"}), "'--param maand' moet minstens 2025-01 zijn.", "2024-12"),
            (
                Binding(parameters={"dag": "2025-11-01"}),
                "'--param dag' mag hoogstens 2025-10-31 zijn.",
                "2025-11-01",
            ),
            (
                Binding(("44012",)),
                'De NIS-code 44012 (De Pinte) geldt niet meer op 1 november 2025: schrijf "44086" '
                "(Nazareth-De Pinte). Bedoelde u '44086'?",
                "44012",
            ),
        ],
    )
    def test_binding_that_does_not_fit(self, load: Load, binding: Binding, told: str, found: str) -> None:
        with pytest.raises(UsageError) as caught:
            load(PARAMETERS, binding=binding)
        assert (caught.value.code, caught.value.exit_code) == ("E366", 2)
        assert [str(finding) for finding in caught.value.findings] == [told]
        assert caught.value.findings[0].gevonden == found

    def test_fixed_definition_takes_no_binding(self, load: Load, project: Project) -> None:
        with pytest.raises(UsageError) as caught:
            load(FAMILY, binding=Binding(("31033",), date(2025, 11, 1)))
        place = project.rules / "proef.yaml"
        assert str(caught.value) == (f"{place}: Deze doelgroep ligt helemaal vast: laat --gemeente en --peildatum weg.")

    def test_ends_of_parameters_are_checked(self, load: Load, project: Project, catalogue: Catalogue) -> None:
        body = PARAMETERS.replace("{tot_en_met: $tot}", "{van: 10, tot_en_met: $tot}")
        load(body)
        with pytest.raises(DefinitionError) as caught:
            check_definition(project.rules / "proef.yaml", catalogue, project)
        assert [finding.melding for finding in caught.value.findings] == [
            "'leeftijd' loopt van 10 tot en met 3: dat is leeg. Draai de grenzen om."
        ]

    def test_what_may_be_filled_in(self, load: Load, project: Project, catalogue: Catalogue) -> None:
        load(PARAMETERS)
        standard = load_standard(project.rules / "proef.yaml", catalogue, project)
        assert standard is not None
        assert [parameter.naam for parameter in standard.parameters] == [
            "tot", "deel", "helft", "maand", "jaar", "dag", "bedrag",
        ]  # fmt: skip
        assert (standard.asks_municipalities, standard.asks_reference_date) == (False, False)
        load()
        assert load_standard(project.rules / "proef.yaml", catalogue, project) is None

    def test_published_ones_have_defaults_and_ask_the_rest(self, shipped: Project, catalogue: Catalogue) -> None:
        paths = published(shipped)
        assert len(paths) == 12, "DISCLOSURE 6: at most twelve"
        for path in paths:
            standard = load_standard(path, catalogue, shipped)
            assert standard is not None
            assert standard.asks_municipalities
            assert standard.asks_reference_date
            assert all(parameter.standaard is not None for parameter in standard.parameters)


def test_named_condition_with_parameters(load: Load) -> None:
    definition = load("eenheid: kind\nvoorwaarden: {begrip: {naam: kwetsbaar, parameters: {leeftijd: 9}}}\n")
    written = load(
        "eenheid: kind\nvoorwaarden: {en: [{heeft: {bron: sociale_toeslag}}, {leeftijd: {tot_en_met: 9}}]}\n"
    )
    assert definition.question == written.question
    assert set(definition.lines.values()) == {11}


def test_reader_keeps_written_order_and_sorts(load: Load) -> None:
    definition = load(CHILD.format("gezin: {kinderen: {minstens: 2, die: {leeftijd: {van: 3}}}}"))
    nodes = list(walk(definition.question.condition))
    assert [type(node).__name__ for node in nodes] == ["And", "Has", "InFamily", "Children", "Age"]
    assert isinstance(nodes[3], Children)
    assert isinstance(nodes[4], Age)
    assert nodes[4].sort is Sort.KIND


def test_shipped_definition_loads_fast_enough_to_be_interactive(shipped: Project, catalogue: Catalogue) -> None:
    """No clock: the size of the work. The truth tables of the shipped definitions stay tiny."""
    from groeibrief.language.truth import Table

    definition = load_definition(shipped.rules / "torhout-hulp-bij-schooltoeslag.yaml", catalogue, shipped)
    assert isinstance(definition.question.condition, Children)
    which = definition.question.condition.which
    assert which is not None
    assert Table(which, definition.question.reference_date).all.bit_length() <= 64


def test_blocked_source(load: Load, catalogue: Catalogue, project: Project) -> None:
    load()
    source = dataclasses.replace(catalogue.sources["sociale_toeslag"], verwerkingsgrond=None)
    blocked = dataclasses.replace(catalogue, sources={**catalogue.sources, "sociale_toeslag": source})
    with pytest.raises(DefinitionError) as caught:
        load_definition(project.rules / "proef.yaml", blocked, project)
    assert caught.value.code == "E360"
    assert caught.value.findings[0].melding == (
        "De bron 'sociale_toeslag' is geblokkeerd: de catalogus noemt geen verwerkingsgrond. "
        "Vraag de DPO om er een vast te leggen."
    )


def test_unreadable_file(catalogue: Catalogue, project: Project, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_definition(tmp_path / "weg.yaml", catalogue, project)
    assert caught.value.code == "E301"
