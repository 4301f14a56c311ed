"""Batches that are called back: told to the print shop, and never believed to be posted rightly."""

from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from groeibrief.errors import RefusedError, UserError
from groeibrief.keys import read_public_key
from groeibrief.printshop import recall
from groeibrief.printshop.jobs import Job
from groeibrief.printshop.manifest import read_manifest
from groeibrief.printshop.production import Posting
from groeibrief.printshop.recall import make_recall, recalled_batches
from groeibrief.printshop.reconciliation import outcome
from groeibrief.printshop.reprinting import check_recall

DAY = date(2025, 11, 20)
LATER = date(2025, 11, 22)


@pytest.fixture
def manifest(keys, package):
    return read_manifest(package, [read_public_key(keys.trusted)])


def test_a_recall_lists_every_batch_ever_called_back(jobs):
    jobs.recall("opdracht-1", [2], "fout-in-brief", DAY)
    job = jobs.recall("opdracht-1", [1, 2], "andere", LATER)
    made = make_recall(job, "0" * 16)
    assert [(line.partij, line.reden, line.op) for line in made.partijen] == [
        (1, "andere", LATER),
        (2, "fout-in-brief", DAY),
    ]
    assert (made.volledig, made.pakketten) == (True, ("c" * 64,))
    published = json.loads(recall.SCHEMA.read_bytes())
    assert published == json.loads(json.dumps(recall.json_schema()))
    Draft202012Validator.check_schema(published)
    Draft202012Validator(published).validate(json.loads(made.as_bytes()))


def test_the_same_recall_again_gives_the_same_bytes(jobs):
    first = make_recall(jobs.recall("opdracht-1", [2], "fout-in-brief", DAY), "0" * 16)
    again = make_recall(jobs.recall("opdracht-1", [2], "andere", LATER), "0" * 16)
    assert again.as_bytes() == first.as_bytes()
    assert not again.volledig


def test_a_batch_that_does_not_exist(jobs):
    with pytest.raises(UserError) as caught:
        jobs.recall("opdracht-1", [1, 3], "andere", DAY)
    assert (caught.value.code, str(caught.value)) == (
        "E253",
        "Opdracht opdracht-1 heeft geen partij 3. De nummers staan in opdrachtbon.csv.",
    )
    assert jobs.job("opdracht-1").recalled == {}


def test_the_print_shop_sees_what_is_called_back(jobs, manifest):
    about = make_recall(jobs.recall("opdracht-1", [2], "fout-in-brief", DAY), "0" * 16)
    other = about.model_copy(update={"opdracht": "opdracht-2"})
    assert recalled_batches(manifest, [about, other]) == (2,)
    assert recalled_batches(manifest, [other]) == ()


def test_recalled_pieces_that_are_not_posted_close_the_job(jobs, receive, batch_report):
    jobs.recall("opdracht-1", [2], "fout-in-brief", DAY)
    receive(batch_report(1))
    found = outcome(jobs, "opdracht-1")
    assert (found.recalled, found.open, found.faults, found.sent) == (2, set(), (), True)


def test_a_job_that_is_wholly_called_back_sent_nothing(jobs):
    jobs.recall("opdracht-1", [1, 2], "fout-in-brief", DAY)
    found = outcome(jobs, "opdracht-1")
    assert (found.recalled, found.open, found.sent) == (5, set(), False)


def test_a_recalled_piece_that_is_posted_is_named(jobs, receive, batch_report):
    jobs.recall("opdracht-1", [2], "fout-in-brief", DAY)
    receive(batch_report(1), batch_report(2, gepost=(Posting(op=DAY, stukken=((5, 5),)),)))
    found = outcome(jobs, "opdracht-1")
    assert [fault.as_json() for fault in found.faults] == [
        {"melding": "Stuk 5 is gepost, maar was teruggeroepen.", "partij": None, "volgnummers": [[5, 5]]}
    ]
    assert not found.sent


def test_a_new_job_sends_what_was_called_back(jobs, receive, batch_report):
    jobs.recall("opdracht-1", [2], "fout-in-brief", DAY)
    receive(batch_report(1))
    jobs.register(Job("nieuw", "opdracht-1", jobs.job("opdracht-1").origin, {2: 1, 5: 1}, frozenset(), {}))
    found = outcome(jobs, "opdracht-1")
    assert (found.recalled, found.open, found.sent) == (0, {2, 5}, False)
    receive(batch_report(1), job_id="nieuw")
    assert outcome(jobs, "opdracht-1").sent


def test_a_recalled_job_is_not_sealed_again(jobs):
    job = jobs.recall("opdracht-1", [2], "fout-in-brief", DAY)
    with pytest.raises(RefusedError) as caught:
        jobs.register(job)
    assert (caught.value.code, str(caught.value)) == (
        "E596",
        "Opdracht opdracht-1 is teruggeroepen en wordt niet opnieuw verzegeld. Geef een ander nummer met --job.",
    )


def test_what_is_posted_cannot_be_called_back(jobs, receive, batch_report):
    check_recall(jobs, jobs.job("opdracht-1"), [1, 2])
    receive(batch_report(1), batch_report(2, gepost=()))
    check_recall(jobs, jobs.job("opdracht-1"), [2])
    with pytest.raises(RefusedError) as caught:
        check_recall(jobs, jobs.job("opdracht-1"), [1, 2])
    assert (caught.value.code, str(caught.value)) == (
        "E597",
        "Partij 1 van opdracht opdracht-1 is volgens de drukkerij al helemaal gepost en kan niet meer teruggeroepen "
        "worden.",
    )
