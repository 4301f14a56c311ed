from __future__ import annotations

import re
from decimal import Decimal

import pytest

from groeibrief.catalog import Catalogue, PeriodKind, Project, load_catalogue

COLUMNS = {
    "basisbedrag": "kind_id:BIGINT van:DATE tot:DATE? bedrag:DECIMAL(10,2) stelsel:VARCHAR",
    "sociale_toeslag": "kind_id:BIGINT van:DATE tot:DATE? bedrag:DECIMAL(10,2) schijf:VARCHAR? helft:BOOLEAN "
    "toegekend_aan:TINYINT",
    "wezentoeslag": "kind_id:BIGINT van:DATE tot:DATE? bedrag:DECIMAL(10,2) soort:VARCHAR toegekend_aan:TINYINT",
    "pleegzorgtoeslag": "kind_id:BIGINT van:DATE tot:DATE? bedrag:DECIMAL(10,2) toegekend_aan:TINYINT",
    "zorgtoeslag": "kind_id:BIGINT van:DATE tot:DATE? bedrag:DECIMAL(10,2) punten_totaal:TINYINT? "
    "punten_p1:TINYINT? toegekend_aan:TINYINT",
    "kinderopvangtoeslag": "kind_id:BIGINT maand:DATE volle_dagen:TINYINT halve_dagen:TINYINT bedrag:DECIMAL(10,2)",
    "kleutertoeslag": "kind_id:BIGINT leeftijd:TINYINT toegekend_op:DATE bedrag:DECIMAL(10,2)",
    "schooltoeslag": "kind_id:BIGINT schooljaar:VARCHAR toegekend_op:DATE niveau:VARCHAR bedrag:DECIMAL(10,2)",
    "startbedrag": "kind_id:BIGINT datum:DATE aard:VARCHAR bedrag:DECIMAL(10,2)",
}
KEYS = {
    "basisbedrag": ("kind_id", "van"),
    "sociale_toeslag": ("kind_id", "van", "toegekend_aan"),
    "wezentoeslag": ("kind_id", "van", "toegekend_aan"),
    "pleegzorgtoeslag": ("kind_id", "van", "toegekend_aan"),
    "zorgtoeslag": ("kind_id", "van", "toegekend_aan"),
    "kinderopvangtoeslag": ("kind_id", "maand"),
    "kleutertoeslag": ("kind_id", "leeftijd"),
    "schooltoeslag": ("kind_id", "schooljaar"),
    "startbedrag": ("kind_id", "datum", "aard"),
}


def written(columns: tuple[tuple[str, str, bool], ...]) -> str:
    return " ".join(f"{name}:{kind}{'?' if nullable else ''}" for name, kind, nullable in columns)


def test_the_nine_sources_come_in_the_order_of_the_snapshot(shipped: Catalogue) -> None:
    assert list(shipped.sources) == list(COLUMNS)


@pytest.mark.parametrize("bron", COLUMNS)
def test_a_source_has_the_columns_and_the_key_of_its_table(shipped: Catalogue, bron: str) -> None:
    assert written(shipped.sources[bron].columns) == COLUMNS[bron]
    assert shipped.sources[bron].key == KEYS[bron]


def test_sensitivity_approval_and_universality(shipped: Catalogue) -> None:
    sources = shipped.sources.values()
    assert {source.bron for source in sources if source.gevoelig} == {"zorgtoeslag", "pleegzorgtoeslag", "wezentoeslag"}
    assert {source.bron for source in sources if source.dpo} == {"zorgtoeslag", "pleegzorgtoeslag"}
    assert {source.bron for source in sources if source.universeel} == {"basisbedrag", "startbedrag"}
    assert not any(source.blocked for source in sources)
    assert {(source.status, source.versie) for source in sources} == {("reconstructie", 1)}


def test_only_the_care_supplement_names_article_9(shipped: Catalogue) -> None:
    for source in shipped.sources.values():
        assert source.verwerkingsgrond is not None
        articles = source.verwerkingsgrond.artikelen
        assert articles[0].startswith("art. 6, lid 1, e), AVG")
        assert articles[1].startswith("art. 6, lid 4, AVG")
        assert any(article.startswith("art. 9, lid 2, AVG") for article in articles) == (source.bron == "zorgtoeslag")


def test_a_childcare_month_counts_from_one_day_and_a_stillbirth_never_matches(shipped: Catalogue) -> None:
    counted = shipped.sources["kinderopvangtoeslag"].telt_als
    assert counted is not None
    assert (counted.velden, counted.minstens) == (("volle_dagen", "halve_dagen"), 1)
    assert shipped.sources["startbedrag"].nooit == {"aard": ("levenloos_geboren",)}


def test_amounts_are_dated_and_say_where_they_come_from(shipped: Catalogue) -> None:
    limits = [
        (str(amount.geldig_vanaf), amount.bedrag)
        for amount in shipped.sources["sociale_toeslag"].bedragen
        if amount.wat == "Inkomensgrens laag"
    ]
    assert limits == [("2020-09-01", Decimal("31605.89")), ("2023-09-01", Decimal("36325.76"))]
    assert [amount.bedrag for amount in shipped.sources["zorgtoeslag"].bedragen] == [
        Decimal(text) for text in ("89.16", "118.74", "277.09", "457.39", "520.09", "557.24", "594.38")
    ]
    assert all(amount.referentie for source in shipped.sources.values() for amount in source.bedragen)


def test_the_other_parameters_name_their_word_and_the_payers(shipped: Catalogue) -> None:
    words = {parameter.parameter: parameter.woord for parameter in shipped.parameters}
    assert words == {
        "leeftijd": "leeftijd",
        "geboortedatum": "geboren",
        "aantal_kinderen": "kinderen_in_dossier",
        "gemeente": "woont_in",
        "postcode": "woont_in",
        "stelsel": "geboren",
        "uitbetaler": "uitbetaler",
    }
    payers = next(parameter.waarden for parameter in shipped.parameters if parameter.parameter == "uitbetaler")
    assert list(payers or {}) == ["FONS", "Infino", "KidsLife", "MyFamily", "Parentia"]


def test_the_version_follows_the_content(shipped: Catalogue, project: Project) -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", shipped.version)
    assert load_catalogue(project).version == shipped.version
    path = project.catalog / "bronnen" / "basisbedrag.yaml"
    path.write_text(path.read_text().replace("versie: 1", "versie: 2"))
    assert load_catalogue(project).version != shipped.version


TENTH = """\
bron: mobiliteitstoeslag
naam: de mobiliteitstoeslag
omschrijving: Verzonnen bron voor een test; bestaat niet.
status: reconstructie
versie: 1
soort_periode: maandrecht
gevoelig: false
dpo: false
universeel: false
toegekend_aan: true
eigenaar: verzonnen
sinds: 2024-01-01
rechtsgrond:
  - {tekst: verzonnen, artikel: geen}
velden:
  - {veld: bedrag, naam: bedrag, omschrijving: Bedrag per maand., soort: bedrag, eenheid: euro per maand}
  - {veld: afstand, naam: afstand, omschrijving: Kilometers., soort: geheel_getal, opslag: INTEGER, kan_ontbreken: true}
  - {veld: vervoer, naam: vervoer, omschrijving: Soort., soort: lijst, waarden: {bus: de bus, trein: de trein}}
"""


def test_a_tenth_source_needs_a_file_and_no_code(project: Project) -> None:
    (project.catalog / "bronnen" / "mobiliteitstoeslag.yaml").write_text(TENTH)
    catalogue = load_catalogue(project)
    assert list(catalogue.sources) == [*COLUMNS, "mobiliteitstoeslag"]
    source = catalogue.sources["mobiliteitstoeslag"]
    assert source.soort_periode is PeriodKind.MONTH_RIGHT
    assert written(source.columns) == (
        "kind_id:BIGINT van:DATE tot:DATE? bedrag:DECIMAL(10,2) afstand:INTEGER? vervoer:VARCHAR toegekend_aan:TINYINT"
    )


def test_a_source_without_a_processing_ground_is_blocked(project: Project) -> None:
    (project.catalog / "bronnen" / "mobiliteitstoeslag.yaml").write_text(TENTH)
    assert load_catalogue(project).sources["mobiliteitstoeslag"].blocked
