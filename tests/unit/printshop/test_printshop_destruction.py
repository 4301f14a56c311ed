from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from groeibrief.errors import RefusedError
from groeibrief.keys import read_public_key
from groeibrief.printshop import destruction
from groeibrief.printshop.destruction import Destruction, judge, make_destruction
from groeibrief.printshop.jobs import Destroyed
from groeibrief.printshop.manifest import read_manifest
from groeibrief.printshop.reconciliation import outcome

TODAY = date(2026, 2, 1)


def statement(on: date, package: str = "c" * 64) -> Destruction:
    return Destruction(opdracht="opdracht-1", pakket=package, vernietigd_op=on, door="operator", ondertekenaar="0" * 16)


@pytest.fixture
def verdict(jobs):
    def of(told: Destruction, days: int = 30):
        return judge(told, jobs.job("opdracht-1"), outcome(jobs, "opdracht-1"), days=days, today=TODAY)

    return of


@pytest.fixture
def posted(receive, batch_report):
    receive(batch_report(1), batch_report(2))


def test_a_statement_names_the_package_and_a_role(keys, package):
    manifest = read_manifest(package, [read_public_key(keys.trusted)])
    made = make_destruction(manifest, date(2025, 12, 1), "productieleider", "0" * 16)
    assert (made.opdracht, made.pakket, made.door) == ("opdracht-1", manifest.inhoud.sha256, "productieleider")
    published = json.loads(destruction.SCHEMA.read_bytes())
    assert published == json.loads(json.dumps(destruction.json_schema()))
    Draft202012Validator.check_schema(published)
    Draft202012Validator(published).validate(json.loads(made.as_bytes()))


@pytest.mark.parametrize(("day", "in_time"), [(20, True), (29, True), (30, False)])
def test_destruction_is_in_time_within_the_retention(posted, verdict, day, in_time):
    found = verdict(statement(date(2025, 11, day)), days=9)
    assert (found.due, found.in_time) == (date(2025, 11, 29), in_time)
    assert found.as_json() == {
        "geldig": True, "opdracht": "opdracht-1", "synthetisch": True, "pakket": "c" * 64,
        "vernietigd_op": f"2025-11-{day}", "door": "operator", "uiterlijk": "2025-11-29", "op_tijd": in_time,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (statement(date(2025, 12, 1), "d" * 64), "ze gaat over een pakket dat geen pakket van opdracht opdracht-1 is"),
        (statement(date(2026, 2, 2)), "de dag van vernietiging is nog niet gekomen"),
        (statement(date(2025, 11, 19)), "de laatste stukken zijn pas op 20/11/2025 gepost"),
    ],
)
def test_a_statement_that_cannot_be(posted, verdict, told, why):
    with pytest.raises(RefusedError) as caught:
        verdict(told)
    assert (caught.value.code, str(caught.value)) == ("E598", f"Deze verklaring van vernietiging klopt niet: {why}.")


def test_nothing_is_destroyed_before_everything_is_posted(verdict, receive, batch_report):
    receive(batch_report(1))
    with pytest.raises(RefusedError) as caught:
        verdict(statement(date(2025, 12, 1)))
    assert str(caught.value) == (
        "Deze verklaring van vernietiging klopt niet: opdracht opdracht-1 is nog niet afgesloten (2 stukken staan "
        "open, 0 fouten in het verslag). Lees eerst het laatste productieverslag in."
    )


def test_what_was_called_back_before_anything_was_posted_may_go_at_once(jobs, verdict):
    jobs.recall("opdracht-1", [1, 2], "andere", date(2025, 11, 20))
    found = verdict(statement(date(2025, 11, 20)))
    assert (found.due, found.in_time) == (None, True)


def test_the_first_statement_is_kept(jobs):
    first, second = (Destroyed("c" * 64, date(2025, 12, day), str(day) * 64) for day in (1, 2))
    assert jobs.destroy("opdracht-1", first)
    assert not jobs.destroy("opdracht-1", first)
    assert not jobs.destroy("opdracht-1", second)
    assert jobs.destroyed("opdracht-1") == {"c" * 64: first}
