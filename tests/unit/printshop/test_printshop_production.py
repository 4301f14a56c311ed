"""The production report, and whether every piece was posted exactly once."""

from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import read_public_key
from groeibrief.printshop import production
from groeibrief.printshop.jobs import Job
from groeibrief.printshop.manifest import read_manifest
from groeibrief.printshop.package import open_package
from groeibrief.printshop.production import Posting, Work, make_report, read_opened
from groeibrief.printshop.reconciliation import check_belongs, outcome

DAY = date(2025, 11, 20)
WHOLE = {"printed": {1, 2, 3, 5, 7}, "posted": {1, 2, 3, 5, 7}, "open": set()}


def messages(jobs) -> list[str]:
    return [fault.message for fault in outcome(jobs, "opdracht-1").faults]


@pytest.fixture
def opened(tmp_path, keys, package):
    open_package(package, tmp_path / "open", keys.secret, [keys.trusted])
    return tmp_path / "open"


@pytest.fixture
def manifest(keys, package):
    return read_manifest(package, [read_public_key(keys.trusted)])


def test_a_report_of_a_whole_package_says_all(opened, manifest):
    pieces = read_opened(opened, manifest)
    assert pieces == {3: 1, 1: 1, 7: 1, 2: 2, 5: 2}
    report = make_report(pieces, manifest, 1, Work(posted=[(DAY, None)]), "0" * 16)
    assert report.pakket == manifest.inhoud.sha256
    assert [(line.partij, line.gedrukt, line.afgekeurd, line.gepost[0].stukken) for line in report.partijen] == [
        (1, "alle", (), "alle"),
        (2, "alle", (), "alle"),
    ]


def test_a_report_names_what_went_otherwise(opened, manifest):
    work = Work(
        posted=[(DAY, None), (date(2025, 11, 21), ((2, 2),))],
        spoiled=((1, 1), (7, 7)), reprinted=((1, 1),), not_printed=((5, 5),), not_posted=((3, 3),),
    )  # fmt: skip
    report = make_report(read_opened(opened, manifest), manifest, 2, work, "0" * 16)
    first, second = report.partijen
    assert (first.gedrukt, first.afgekeurd, first.herdrukt) == ("alle", ((1, 1), (7, 7)), ((1, 1),))
    assert first.gepost == (Posting(op=DAY, stukken=((1, 1),)),)
    assert (second.gedrukt, second.gepost) == (((2, 2),), (Posting(op=date(2025, 11, 21), stukken=((2, 2),)),))


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (Work(spoiled=((4, 4),)), "Volgnummer 4 zit niet in dit pakket. Kijk stukken.csv na."),
        (Work(posted=[(DAY, ((5, 6),))]), "Volgnummer 6 zit niet in dit pakket. Kijk stukken.csv na."),
        (
            Work(reprinted=((3, 3),)),
            "Stuk 3 is herdrukt zonder afgekeurd te zijn. Geef het ook met --spoiled.",
        ),
        (
            Work(posted=[(DAY, None), (DAY, None)]),
            "Geef bij meer dan één dag van afgifte ook de volgnummers: --posted DATUM=9-12.",
        ),
    ],
)
def test_a_report_that_cannot_be_is_not_written(opened, manifest, work, text):
    with pytest.raises(UsageError) as caught:
        make_report(read_opened(opened, manifest), manifest, 1, work, "0" * 16)
    assert (caught.value.code, str(caught.value)) == ("E255", text)


def test_another_folder_is_not_the_opened_one(tmp_path, opened, manifest):
    (opened / "stukken.csv").write_bytes((opened / "stukken.csv").read_bytes() + b"x\n")
    for folder in (opened, tmp_path):
        with pytest.raises(UsageError) as caught:
            read_opened(folder, manifest)
        assert (caught.value.code, str(caught.value)) == (
            "E254",
            f"{folder} is niet de geopende map van dit pakket. Geef de map die 'groeibrief package open' of tar "
            "maakte.",
        )


def test_the_published_schema_is_current_and_accepts_a_report(opened, manifest):
    published = json.loads(production.SCHEMA.read_bytes())
    assert published == json.loads(json.dumps(production.json_schema()))
    Draft202012Validator.check_schema(published)
    work = Work(posted=[(DAY, None)], spoiled=((1, 1),))
    report = make_report(read_opened(opened, manifest), manifest, 1, work, "0" * 16)
    Draft202012Validator(published).validate(json.loads(report.as_bytes()))


def test_nothing_reported_is_nothing_sent(jobs):
    found = outcome(jobs, "opdracht-1")
    assert (found.printed, found.posted, found.open, found.sent) == (set(), set(), {1, 2, 3, 5, 7}, False)


def test_every_piece_posted_once_is_sent(jobs, receive, batch_report):
    receive(batch_report(1), batch_report(2))
    found = outcome(jobs, "opdracht-1")
    assert {name: getattr(found, name) for name in WHOLE} == WHOLE
    assert (found.sent, found.last_posting) == (True, DAY)


def test_a_batch_that_is_left_out_stays_open(jobs, receive, batch_report):
    receive(batch_report(1))
    found = outcome(jobs, "opdracht-1")
    assert (found.open, found.sent, found.faults) == ({2, 5}, False, ())


def test_a_spoiled_piece_that_the_shop_printed_again_counts(jobs, receive, batch_report):
    receive(batch_report(1, afgekeurd=((7, 7),), herdrukt=((7, 7),)), batch_report(2))
    found = outcome(jobs, "opdracht-1")
    assert (found.spoiled, found.reprinted, found.sent) == ({7}, {7}, True)


SPOILED = {"afgekeurd": ((7, 7),), "gepost": (Posting(op=DAY, stukken=((1, 1), (3, 3))),)}


def test_a_spoiled_piece_is_open_until_its_reprint_is_posted(jobs, receive, batch_report):
    receive(batch_report(1, **SPOILED), batch_report(2))
    assert outcome(jobs, "opdracht-1").open == {7}
    origin = jobs.job("opdracht-1").origin
    jobs.register(Job("opdracht-1-h", "opdracht-1", origin, {7: 1}, frozenset({"c" * 64}), {}))
    assert outcome(jobs, "opdracht-1").open == {7}
    receive(batch_report(1), job_id="opdracht-1-h")
    found = outcome(jobs, "opdracht-1")
    assert (found.open, found.spoiled, found.reprinted, found.sent) == (set(), {7}, {7}, True)


def test_a_reprint_of_a_reprint_counts_too(jobs, receive, batch_report):
    origin = jobs.job("opdracht-1").origin
    jobs.register(Job("h1", "opdracht-1", origin, {7: 1}, frozenset(), {}))
    jobs.register(Job("h2", "h1", origin, {7: 1}, frozenset(), {}))
    receive(batch_report(1, **SPOILED), batch_report(2))
    receive(batch_report(1, afgekeurd=((7, 7),), gepost=()), job_id="h1")
    assert not outcome(jobs, "opdracht-1").sent
    receive(batch_report(1), job_id="h2")
    assert outcome(jobs, "opdracht-1").sent


def test_a_piece_posted_and_reprinted_is_a_second_letter(jobs, receive, batch_report):
    jobs.register(Job("h1", "opdracht-1", jobs.job("opdracht-1").origin, {7: 1}, frozenset(), {}))
    receive(batch_report(1), batch_report(2))
    assert messages(jobs) == ["Stuk 7 is gepost, maar wordt ook herdrukt in h1. Roep die herdruk terug."]
    receive(batch_report(1), job_id="h1")
    assert messages(jobs) == ["Stuk 7 is twee keer gepost: ook in herdruk h1."]
    assert not outcome(jobs, "opdracht-1").sent


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"gedrukt": ((1, 1), (3, 3))}, "Partij 1: stuk 7 is gepost, maar niet gedrukt."),
        ({"gedrukt": ((1, 7),)}, "Partij 1: stuk 2, 4-6 zit niet in deze partij."),
        ({"afgekeurd": ((7, 7),)}, "Partij 1: stuk 7 is afgekeurd en niet herdrukt, maar wel gepost."),
        ({"herdrukt": ((7, 7),)}, "Partij 1: stuk 7 is herdrukt, maar niet afgekeurd."),
        ({"afgekeurd": ((2, 2),)}, "Partij 1: stuk 2 zit niet in deze partij."),
        ({"gedrukt": ((1, 1), (3, 3), (7, 7), (3, 3))}, "Partij 1: stuk 3 staat twee keer bij 'gedrukt'."),
        ({"gedrukt": ((1, 1), (3, 3), (7, 7), (9, 8))}, "Partij 1: stuk 9-8 is een omgekeerde reeks."),
        (
            {"gepost": (Posting(op=DAY, stukken="alle"), Posting(op=DAY, stukken=((3, 3),)))},
            "Partij 1: stuk 3 is twee keer gepost.",
        ),
        (
            {"gepost": (Posting(op=date(2025, 11, 25), stukken="alle"),)},
            "Partij 1: stuk 1, 3, 7 zou pas op 25/11/2025 gepost worden: dat is nog niet gebeurd.",
        ),
    ],
)
def test_what_contradicts_itself_is_named_and_never_sent(jobs, receive, batch_report, told, text):
    receive(batch_report(1, **told), batch_report(2))
    assert messages(jobs) == [text]
    assert not outcome(jobs, "opdracht-1").sent


def test_batches_that_are_told_twice_or_do_not_exist(jobs, receive, batch_report):
    receive(batch_report(1), batch_report(1), batch_report(2), batch_report(3))
    assert messages(jobs) == [
        "Partij 1 staat twee keer in het verslag.",
        "Partij 3 bestaat niet in deze opdracht.",
    ]


def test_a_later_report_replaces_an_earlier_one(jobs, receive, batch_report):
    receive(batch_report(1, gepost=()), batch_report(2))
    receive(batch_report(1), batch_report(2), number=2)
    assert outcome(jobs, "opdracht-1").sent


def test_the_same_report_again_changes_nothing_and_another_of_its_number_is_refused(jobs):
    assert jobs.receive("opdracht-1", 2, "a" * 64, b"{}", DAY)
    assert not jobs.receive("opdracht-1", 2, "a" * 64, b"{}", DAY)
    for number in (1, 2):
        with pytest.raises(RefusedError) as caught:
            jobs.receive("opdracht-1", number, "b" * 64, b"{}", DAY)
        assert (caught.value.code, str(caught.value)) == (
            "E594",
            f"Verslag 2 over opdracht opdracht-1 is al ingelezen, en dit verslag {number} zegt iets anders. Er is "
            "niets gewijzigd. Vraag de drukkerij een nieuw verslag met een hoger nummer.",
        )


def test_a_report_about_another_package_is_refused(jobs, opened, manifest):
    report = make_report(read_opened(opened, manifest), manifest, 1, Work(), "0" * 16)
    with pytest.raises(RefusedError) as caught:
        check_belongs(report, jobs.job("opdracht-1"))
    assert (caught.value.code, str(caught.value)) == (
        "E593",
        f"Het verslag gaat over een pakket met inhoud {report.pakket[:16]}, dat geen pakket van opdracht opdracht-1 "
        "is. Vraag de drukkerij om welk pakket het gaat.",
    )
