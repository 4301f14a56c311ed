from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from groeibrief.errors import UsageError
from groeibrief.printshop.destinations import Destination
from groeibrief.printshop.pieces import Piece
from groeibrief.printshop.proof import proof_set
from groeibrief.printshop.ticket import SCHEMA, Insert, JobInfo, json_schema, make_ticket

SUM = "0" * 64
PIECES = (
    Piece(3, "brieven-0001.pdf", 1, 2),
    Piece(1, "brieven-0001.pdf", 3, 2),
    Piece(7, "brieven-0002.pdf", 1, 6),
    Piece(2, "brieven-0002.pdf", 7, 4),
)


@pytest.fixture
def ticket(policy):
    job = JobInfo(
        "gent-2025-11",
        deliver_on=date(2025, 11, 20),
        marks="datamatrix",
        inserts=(Insert("folder A5", 8),),
        mark_job="0123456789",
        deposit="week-47",
        per_week=2,
        reprint_of="gent-2025-10",
    )
    return make_ticket(PIECES, {"brieven-0001.pdf": SUM, "brieven-0002.pdf": SUM}, job, policy, synthetic=True)


def test_the_ticket_has_the_counts_of_each_batch_and_of_all(ticket):
    assert [
        (line.stukken, line.paginas, line.vellen, line.vellen_minst, line.vellen_meest) for line in ticket.partijen
    ] == [
        (2, 4, 2, 1, 1),
        (2, 10, 5, 2, 3),
    ]
    assert ticket.totalen.model_dump() == {
        "partijen": 2,
        "stukken": 4,
        "paginas": 14,
        "vellen": 7,
        "controlebrieven": 0,
    }


def test_the_published_schema_is_current_and_accepts_the_ticket(ticket):
    published = json.loads(SCHEMA.read_text())
    assert published == json.loads(json.dumps(json_schema()))
    Draft202012Validator.check_schema(published)
    document = json.loads(ticket.as_bytes())
    validator = Draft202012Validator(published)
    assert list(validator.iter_errors(document)) == []
    assert list(validator.iter_errors({**document, "naam": "Peeters"}))


def test_the_csv_has_a_row_for_each_batch(ticket):
    assert ticket.as_csv().decode() == (
        "opdracht;partij;bestand;stukken;paginas;vellen;vellen_minst;vellen_meest;formaat;dubbelzijdig;insteekmerken;"
        "merkopdracht;bijlagen;golf;afgifte_op;afgifte_groep;synthetisch;test;sha256\n"
        "gent-2025-11;1;brieven-0001.pdf;2;4;2;1;1;A4;ja;datamatrix;0123456789;1;1;2025-11-20;week-47;ja;nee;"
        f"{SUM}\n"
        "gent-2025-11;2;brieven-0002.pdf;2;10;5;2;3;A4;ja;datamatrix;0123456789;1;2;2025-11-27;week-47;ja;nee;"
        f"{SUM}\n"
    )


def test_each_wave_has_its_batches_and_its_day(ticket):
    assert [wave.model_dump() for wave in ticket.golven] == [
        {"golf": 1, "afgifte_op": date(2025, 11, 20), "partijen": (1,), "stukken": 2, "vellen": 2},
        {"golf": 2, "afgifte_op": date(2025, 11, 27), "partijen": (2,), "stukken": 2, "vellen": 5},
    ]


def test_control_letters_are_counted_apart(policy):
    sums = {"brieven-0001.pdf": SUM, "brieven-0002.pdf": SUM}
    going = {piece.sequence: Destination(piece.sequence, "BE", "1000", control=piece.sequence > 3) for piece in PIECES}
    made = make_ticket(PIECES, sums, JobInfo("a"), policy, synthetic=False, destinations=going)
    assert (made.totalen.stukken, made.totalen.controlebrieven) == (4, 1)
    assert "Stukken        4 (waarvan controlebrieven: 1)\n" in made.readme().decode()
    assert b"controle" not in made.proof_csv() + made.as_csv() + made.port.as_csv()


def test_the_proof_has_first_last_longest_shortest_and_each_batch(ticket):
    assert ticket.proof_csv().decode() == (
        "volgnummer;bestand;eerste_pagina;paginas;reden\n"
        "3;brieven-0001.pdf;1;2;eerste, kortste, eerste van partij\n"
        "7;brieven-0002.pdf;1;6;langste, eerste van partij\n"
        "2;brieven-0002.pdf;7;4;laatste\n"
    )


def test_one_letter_is_its_own_proof():
    (piece,) = proof_set(PIECES[:1])
    assert piece.reden == ("eerste", "kortste", "langste", "laatste", "eerste van partij")


def test_the_note_says_what_a_person_needs_first(ticket):
    text = ticket.readme().decode()
    assert text.startswith(
        "DIT IS EEN SYNTHETISCH PAKKET OM TE OEFENEN. DRUK EN VERZEND HET NIET.\n\n"
        "Opdracht       gent-2025-11\n"
        "Herdruk van    gent-2025-10\n"
        "Afgifte op     20/11/2025\n"
        "Afgifte samen  week-47\n"
        "Stukken        4\n"
        "Pagina's       14\n"
        "Vellen         7\n"
        "Partijen       2\n"
        "Druk           A4, dubbelzijdig, zwart\n"
        "Papier         80 g/m², wit\n"
        "Omslag         C5/6, venster rechts\n"
        "Insteekmerken  datamatrix, opdracht 0123456789\n"
        "Bijlage        post 1: folder A5 (8 g)\n"
        "Per week       hoogstens 2 brieven\n"
        "Golf 1         2 stukken, afgifte op 20/11/2025, partij 1\n"
        "Golf 2         2 stukken, afgifte op 27/11/2025, partij 2\n"
        "\n"
        "Let op: Deze opdracht wordt samen met andere afgegeven ('week-47')"
    )
    assert "\nDruk niet de hele oplage zonder getekende goedkeuring van VUTG (goedkeuring.json).\n" in text


def test_a_test_package_says_that_it_may_be_printed_and_not_posted(policy):
    sums = {"brieven-0001.pdf": SUM, "brieven-0002.pdf": SUM}
    text = make_ticket(PIECES, sums, JobInfo("a", test=True, proof=False), policy, synthetic=True).readme().decode()
    assert text.startswith(
        "DIT IS EEN TESTPAKKET MET VERZONNEN GEGEVENS. DRUK HET OM UW DRUKSTRAAT TE PROBEREN; VERZEND NIETS.\n\n"
    )
    assert "goedkeuring" not in text


def test_a_plain_job_shows_no_empty_lines_of_options(policy):
    sums = {"brieven-0001.pdf": SUM, "brieven-0002.pdf": SUM}
    text = make_ticket(PIECES, sums, JobInfo("a"), policy, synthetic=False).readme().decode()
    assert text.startswith("Opdracht       a\nStukken        4\n")
    assert "SYNTHETISCH" not in text


@pytest.mark.parametrize("name", ["", "a b", "../x", "é", ".a", "a" * 65, "a\n"])
def test_a_job_number_is_plain(name):
    with pytest.raises(UsageError) as caught:
        JobInfo(name)
    assert caught.value.code == "E244"
    assert str(caught.value) == (
        "Een opdrachtnummer telt 1 tot 64 tekens: letters zonder accenten, cijfers, '.', '_' en '-', en begint met een "
        "letter of cijfer."
    )
    with pytest.raises(UsageError):
        JobInfo("goed", reprint_of=name)


@pytest.mark.parametrize("insert", [("", 8), ("a\nb", 8), ("x" * 101, 8), ("folder", 0), ("folder", 2001)])
def test_an_insert_is_one_line_and_weighs_something(insert):
    with pytest.raises(UsageError) as caught:
        JobInfo("a", inserts=(Insert(*insert),))
    assert (caught.value.code, str(caught.value)) == (
        "E249",
        "Een bijlage wordt beschreven op één regel, met 1 tot 100 tekens, en weegt 1 tot en met 2000 gram. Schrijf "
        "bijvoorbeeld 'folder A5=8'.",
    )


def test_a_machine_has_a_station_for_at_most_six_inserts():
    assert len(JobInfo("a", inserts=(Insert("folder", 8),) * 6).inserts) == 6
    with pytest.raises(UsageError) as caught:
        JobInfo("a", inserts=(Insert("folder", 8),) * 7)
    assert (caught.value.code, str(caught.value)) == (
        "E587",
        "Er zijn 7 bijlagen en een couverteermachine heeft er plaats voor 6. Laat bijlagen weg, of laat de drukkerij "
        "ze samenvoegen.",
    )


def test_the_name_of_a_deposit_is_plain():
    with pytest.raises(UsageError) as caught:
        JobInfo("a", deposit="week 47")
    assert (caught.value.code, str(caught.value)) == (
        "E580",
        "De naam van een gezamenlijke afgifte telt 1 tot 64 tekens: letters zonder accenten, cijfers, '.', '_' en '-', "
        "en begint met een letter of cijfer.",
    )
