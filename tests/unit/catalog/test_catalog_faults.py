"""One spoilt file per fault, with its exact sentence and place."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from groeibrief.catalog import Project, load_catalogue
from groeibrief.errors import DefinitionError, Finding

CARE = "catalog/bronnen/kinderopvangtoeslag.yaml"
ONCE = "catalog/bronnen/startbedrag.yaml"
SOCIAL = "catalog/bronnen/sociale_toeslag.yaml"
CITIES = "catalog/gemeenten.csv"
OTHERS = "catalog/parameters.yaml"


@dataclass(frozen=True)
class Spoilt:
    file: str
    old: str
    new: str
    code: str
    shown: str
    found: str | None = None
    expected: str | None = None


KINDS = "een van: maandrecht, maand, toekenning, schooljaar, dag"
FAULTS = {
    "unknown key": Spoilt(
        CARE,
        "gevoelig: false",
        "gevoeligg: false\ngevoelig: false",
        "E310",
        f"{CARE}:10:1: De sleutel 'gevoeligg' is hier niet bekend. Bedoelde u 'gevoelig'?",
        "gevoeligg",
        "een van: bron, volgorde, naam, omschrijving, status, versie, soort_periode, gevoelig, dpo, universeel, "
        "toegekend_aan, eigenaar, sinds, rechtsgrond, verwerkingsgrond, velden, telt_als, nooit, bedragen",
    ),
    "missing key": Spoilt(
        CARE, "dpo: false\n", "", "E310", f"{CARE}:1:1: De sleutel 'dpo' ontbreekt.", None, "dpo"
    ),
    "kind of period": Spoilt(
        CARE,
        "soort_periode: maand",
        "soort_periode: maanden",
        "E310",
        f"{CARE}:9:16: 'maanden' is hier geen geldige waarde. Bedoelde u 'maand'?",
        "maanden",
        KINDS,
    ),
    "text instead of yes or no": Spoilt(
        CARE,
        "gevoelig: false",
        "gevoelig: neen",
        "E310",
        f"{CARE}:10:11: Hier hoort 'true' of 'false' te staan.",
        "neen",
        "true of false",
    ),
    "number in quotes": Spoilt(
        CARE, "versie: 1", 'versie: "1"', "E310", f"{CARE}:8:9: Hier hoort een geheel getal te staan.", "1",
        "een geheel getal",
    ),
    "version zero": Spoilt(
        CARE, "versie: 1", "versie: 0", "E310", f"{CARE}:8:9: Dit getal moet minstens 1 zijn.", "0", "minstens 1"
    ),
    "not a date": Spoilt(
        CARE, "sinds: 2019-01-01", "sinds: 2019", "E310", f"{CARE}:15:8: Hier hoort een datum te staan.", "2019",
        "een datum, jjjj-mm-dd",
    ),
    "not an amount": Spoilt(
        ONCE, "bedrag: 1214.49", "bedrag: veel", "E310", f"{ONCE}:49:13: Hier hoort een getal te staan.", "veel",
        "een getal",
    ),
    "empty text": Spoilt(
        CARE, "eigenaar: VUTG (uitbetaling), onder regie van Opgroeien", 'eigenaar: ""', "E310",
        f"{CARE}:14:11: Deze tekst mag niet leeg zijn.", "niets", "tekst",
    ),
    "another name than its file": Spoilt(
        CARE, "bron: kinderopvangtoeslag", "bron: opvang", "E310",
        f"{CARE}:1:7: De bron heet anders dan haar bestand: schrijf 'bron: kinderopvangtoeslag' of hernoem het "
        "bestand.", "opvang", "kinderopvangtoeslag",
    ),
    "name that is no word": Spoilt(
        CARE, "bron: kinderopvangtoeslag", "bron: Kinder-opvang", "E310",
        f"{CARE}:1:7: 'Kinder-opvang' heeft niet de juiste vorm: schrijf kleine letters, cijfers en '_', met een "
        "letter vooraan.", "Kinder-opvang", "kleine letters, cijfers en '_', met een letter vooraan",
    ),
    "field twice": Spoilt(
        SOCIAL, "veld: helft", "veld: bedrag", "E310",
        f"{SOCIAL}:45:11: Het veld 'bedrag' staat hier twee keer.", "bedrag",
    ),
    "field named as another column": Spoilt(
        SOCIAL, "veld: helft", "veld: toegekend_aan", "E310",
        f"{SOCIAL}:45:11: 'toegekend_aan' is al de naam van een andere kolom. Kies een andere naam.", "toegekend_aan",
    ),
    "unknown field in telt_als": Spoilt(
        CARE, "velden: [volle_dagen, halve_dagen]", "velden: [volle_dagen, halve_dag]", "E310",
        f"{CARE}:50:25: De bron heeft geen veld 'halve_dag'. Bedoelde u 'halve_dagen'?", "halve_dag",
        "een van: volle_dagen, halve_dagen, bedrag",
    ),
    "amount in telt_als": Spoilt(
        CARE, "velden: [volle_dagen, halve_dagen]", "velden: [volle_dagen, bedrag]", "E310",
        f"{CARE}:50:25: Het veld 'bedrag' is geen geheel getal en kan niet meetellen.", "bedrag",
    ),
    "unknown field in nooit": Spoilt(
        ONCE, "  aard: [levenloos_geboren]", "  aart: [levenloos_geboren]", "E310",
        f"{ONCE}:45:3: De bron heeft geen veld 'aart'. Bedoelde u 'aard'?", "aart", "een van: aard, bedrag",
    ),
    "unknown value in nooit": Spoilt(
        ONCE, "[levenloos_geboren]", "[levenloos]", "E310",
        f"{ONCE}:45:10: Het veld 'aard' heeft geen waarde 'levenloos'. Bedoelde u 'levenloos_geboren'?", "levenloos",
        "een van: geboorte, adoptie, levenloos_geboren",
    ),
    "list without values": Spoilt(
        SOCIAL, "soort: ja_nee", "soort: lijst", "E310",
        f"{SOCIAL}:45:5: Een veld van soort 'lijst' heeft 'waarden', een ander veld niet.", "sleutels met hun waarde",
    ),
    "key that may be missing": Spoilt(
        ONCE, "sleutel: true", "sleutel: true\n    kan_ontbreken: true", "E310",
        f"{ONCE}:38:14: Het veld 'aard' hoort bij de sleutel en kan dus niet ontbreken.", "true",
    ),
    "same amount twice": Spoilt(
        SOCIAL, "geldig_vanaf: 2020-09-01", "geldig_vanaf: 2023-09-01", "E310",
        f"{SOCIAL}:55:10: 'Inkomensgrens laag' heeft twee bedragen vanaf dezelfde dag.", "Inkomensgrens laag",
    ),
    "no legal ground": Spoilt(
        ONCE,
        "rechtsgrond:\n  - tekst: >-\n      Decreet van 27 april 2018 tot regeling van de toelagen in het kader van "
        "het gezinsbeleid\n      (Groeipakketdecreet)\n    artikel: art. 9 (geboorte); artikel voor adoptie te "
        "bevestigen door VUTG",
        "rechtsgrond: []", "E310", f"{ONCE}:16:14: Deze lijst mag niet leeg zijn.", "een lijst",
        "een lijst met minstens één waarde",
    ),
    "no YAML": Spoilt(
        CARE, "dpo: false", "dpo: [false", "E302",
        f"{CARE}:12:11: Dit is geen geldige YAML. Kijk na of alles juist inspringt.",
    ),
    "parameter twice": Spoilt(
        OTHERS, "parameter: postcode", "parameter: gemeente", "E311",
        f"{OTHERS}:23:16: De parameter 'gemeente' staat hier twee keer.", "gemeente",
    ),
    "parameters under another key": Spoilt(
        OTHERS, "parameters:", "parameter:", "E311",
        f"{OTHERS}:2:1: De sleutel 'parameter' is hier niet bekend. Bedoelde u 'parameters'?\n"
        f"{OTHERS}:2:1: De sleutel 'parameters' ontbreekt.", "parameter", "een van: parameters",
    ),
    "header": Spoilt(
        CITIES, "nis;naam;gewest", "nis;gemeente;gewest", "E312",
        f"{CITIES}:1:1: De eerste regel moet de kolommen noemen.", "nis;gemeente;gewest;van;tot;opvolger;inwoners",
        "nis;naam;gewest;van;tot;opvolger;inwoners",
    ),
    "number of columns": Spoilt(
        CITIES, "11001;Aartselaar;vlaanderen;1977-01-01;;;", "11001;Aartselaar;vlaanderen;1977-01-01;;", "E312",
        f"{CITIES}:2:1: Deze regel heeft 6 kolommen in plaats van 7.", None,
        "nis;naam;gewest;van;tot;opvolger;inwoners",
    ),
    "code of four digits": Spoilt(
        CITIES, "\n11001;", "\n1101;", "E312", f"{CITIES}:2:1: Een NIS-code bestaat uit vijf cijfers.", "1101",
        "vijf cijfers",
    ),
    "code twice": Spoilt(
        CITIES, "\n11002;", "\n11001;", "E312", f"{CITIES}:3:1: De NIS-code 11001 staat hier twee keer.", "11001"
    ),
    "no name": Spoilt(
        CITIES, "11001;Aartselaar;", "11001;;", "E312", f"{CITIES}:2:7: De naam van de gemeente ontbreekt.", "niets",
        "een naam",
    ),
    "region": Spoilt(
        CITIES, "11001;Aartselaar;vlaanderen", "11001;Aartselaar;vlanderen", "E312",
        f"{CITIES}:2:18: 'vlanderen' is hier geen geldige waarde. Bedoelde u 'vlaanderen'?", "vlanderen",
        "een van: vlaanderen, brussel, wallonie",
    ),
    "day that does not exist": Spoilt(
        CITIES, "11001;Aartselaar;vlaanderen;1977-01-01", "11001;Aartselaar;vlaanderen;1977-02-30", "E312",
        f"{CITIES}:2:29: Hier hoort een datum te staan.", "1977-02-30", "een datum, jjjj-mm-dd",
    ),
    "end before start": Spoilt(
        CITIES, "11007;Borsbeek;vlaanderen;1977-01-01;2025-01-01", "11007;Borsbeek;vlaanderen;1977-01-01;1976-01-01",
        "E312", f"{CITIES}:6:38: 'tot' moet later zijn dan 'van'.", "1976-01-01", "later dan 1977-01-01",
    ),
    "end without successor": Spoilt(
        CITIES, ";2025-01-01;11002;", ";2025-01-01;;", "E312",
        f"{CITIES}:6:49: De code 11007 is opgeheven en heeft een opvolger nodig.", "niets",
    ),
    "successor without end": Spoilt(
        CITIES, ";2025-01-01;11002;", ";;11002;", "E312",
        f"{CITIES}:6:38: De code 11007 heeft een opvolger en dus een einddatum nodig.", "niets",
    ),
    "unknown successor": Spoilt(
        CITIES, ";2025-01-01;11002;", ";2025-01-01;11999;", "E312",
        f"{CITIES}:6:49: De opvolger 11999 staat niet in dit bestand.", "11999",
    ),
    "successor that is not there yet": Spoilt(
        CITIES, "Sint-Amands;vlaanderen;1977-01-01;2019-01-01", "Sint-Amands;vlaanderen;1977-01-01;2018-01-01", "E312",
        f"{CITIES}:42:52: De opvolger 12041 is niet geldig op 2018-01-01, de dag waarop hij 12034 overneemt.", "12041",
    ),
    "successors in a circle": Spoilt(
        CITIES, ";2025-01-01;11002;", ";2025-01-01;11007;", "E312",
        f"{CITIES}:6:49: De opvolgers van 11007 lopen in een kring.", "11007",
    ),
    "inhabitants": Spoilt(
        CITIES, ";1977-01-01;;;565000", ";1977-01-01;;;veel", "E312",
        f"{CITIES}:3:41: Hier hoort een geheel getal te staan.", "veel", "een geheel getal",
    ),
}  # fmt: skip


def loaded(project: Project) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        load_catalogue(project)
    assert caught.value.exit_code == 3
    return caught.value


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_place(project: Project, fault: str) -> None:
    spoilt = FAULTS[fault]
    path = project.root / spoilt.file
    assert spoilt.old in path.read_text()
    path.write_text(path.read_text().replace(spoilt.old, spoilt.new, 1))
    error = loaded(project)
    assert str(error) == spoilt.shown
    assert error.code == spoilt.code
    if spoilt.found is not None:
        assert error.findings[0].gevonden == spoilt.found
    assert error.findings[0].verwacht == spoilt.expected


def test_all_findings_of_all_files_come_at_once(project: Project) -> None:
    for file, old, new in (
        (CARE, "dpo: false", "dpo: misschien"),
        (CARE, "gevoelig: false", "gevoelig: misschien"),
        (SOCIAL, "versie: 1", "versie: een"),
        (OTHERS, "woord: leeftijd", "woord: 3"),
        (CITIES, "11001;Aartselaar;vlaanderen", "11001;Aartselaar;hier"),
    ):
        path = project.root / file
        path.write_text(path.read_text().replace(old, new, 1))
    error = loaded(project)
    assert error.code == "E310"
    assert [finding.place for finding in error.findings] == [
        f"{CARE}:10:11", f"{CARE}:11:6", f"{SOCIAL}:9:9", f"{OTHERS}:7:12", f"{CITIES}:2:18"
    ]  # fmt: skip


def test_a_catalogue_without_sources_is_refused(project: Project) -> None:
    for path in (project.catalog / "bronnen").iterdir():
        path.unlink()
    error = loaded(project)
    assert error.code == "E313"
    assert error.findings == (
        Finding(
            "De catalogus heeft geen bronnen. Zet er minstens één in deze map, als <bron>.yaml.", "catalog/bronnen"
        ),
    )


def test_a_source_named_as_another_table_is_refused(project: Project) -> None:
    text = (project.root / ONCE).read_text().replace("bron: startbedrag", "bron: persoon")
    (project.root / "catalog/bronnen/persoon.yaml").write_text(text)
    assert str(loaded(project)) == (
        "catalog/bronnen/persoon.yaml:1:7: 'persoon' is al de naam van een andere tabel van de snapshot. Kies een "
        "andere naam."
    )


@pytest.mark.parametrize(("file", "code"), [(OTHERS, "E301"), (CITIES, "E312")])
def test_a_file_that_is_not_there_is_named(project: Project, file: str, code: str) -> None:
    (project.root / file).unlink()
    error = loaded(project)
    assert error.code == code
    assert str(error) == f"{file}: Het bestand kan niet gelezen worden: het bestaat niet."


def test_municipalities_that_are_not_utf_8_are_refused(project: Project) -> None:
    (project.root / CITIES).write_bytes("nis;naam\n11001;Één".encode("latin-1"))
    assert str(loaded(project)) == f"{CITIES}: Het bestand is geen UTF-8. Bewaar het als UTF-8."
