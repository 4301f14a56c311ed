"""Which letters may be printed again: never a second letter to a family, never one that was called back."""

from __future__ import annotations

from datetime import date

import pytest

from groeibrief.errors import RefusedError, UserError
from groeibrief.printshop.inserts import Insert
from groeibrief.printshop.jobs import Job, Jobs
from groeibrief.printshop.package import make_package
from groeibrief.printshop.production import Posting
from groeibrief.printshop.reprinting import check_reprint, check_selection, check_template, reprint_id
from groeibrief.printshop.ticket import JobInfo

DAY = date(2025, 11, 20)


def refusal(act, *words, **more) -> tuple[str, str]:
    with pytest.raises(UserError) as caught:
        act(*words, **more)
    return caught.value.code, str(caught.value)


def check(jobs: Jobs, *ranges, renewed: bool = False, new_id: str = "h") -> set[int]:
    return check_reprint(jobs, jobs.job("opdracht-1"), ranges, new_id, renewed=renewed)


def reprinted(jobs: Jobs, *sequences: int, job_id: str = "h1", of: str = "opdracht-1") -> Job:
    return Job(job_id, of, jobs.job(of).origin, dict.fromkeys(sequences, 1), frozenset(), {})


def test_what_may_be_reprinted(jobs):
    assert check(jobs, (2, 3)) == {2, 3}


def test_the_number_of_a_reprint_follows_from_its_pieces():
    name = reprint_id("opdracht-1", [7, 3])
    assert name == reprint_id("opdracht-1", [3, 7, 3])
    assert name.startswith("opdracht-1-h")
    assert len({name, reprint_id("opdracht-1", [7]), reprint_id("opdracht-2", [3, 7])}) == 3
    assert len(reprint_id("x" * 64, [1])) == 64


def test_a_piece_outside_the_job_is_refused(jobs):
    assert refusal(check, jobs, (3, 5), (9, 900)) == (
        "E595",
        "Stuk 4, 9-900 zit niet in opdracht opdracht-1. Kijk het opdrachtnummer en de volgnummers na.",
    )


def test_a_posted_piece_is_refused(jobs, receive, batch_report):
    receive(batch_report(1, gepost=(Posting(op=DAY, stukken=((3, 3),)),)))
    assert check(jobs, (1, 1)) == {1}
    assert refusal(check, jobs, (1, 1), (3, 3)) == (
        "E597",
        "Stuk 3 van opdracht opdracht-1 is volgens de drukkerij al gepost: een herdruk zou een tweede brief zijn.",
    )


def test_a_piece_that_is_being_reprinted_is_refused_under_another_number(jobs):
    jobs.register(reprinted(jobs, 1, 7))
    told = (
        "E597",
        "Stuk 7 van opdracht opdracht-1 wordt al herdrukt in opdracht h1. Mislukte ook dat, vraag dan een herdruk van "
        "die opdracht: --of h1.",
    )
    assert refusal(check, jobs, (7, 7)) == told
    assert refusal(jobs.register, reprinted(jobs, 7, job_id="h2")) == told
    assert check(jobs, (7, 7), new_id="h1") == {7}
    assert check_reprint(jobs, jobs.job("h1"), [(7, 7)], "h2", renewed=False) == {7}


def test_a_recalled_piece_needs_a_new_job_and_a_report_that_it_was_not_posted(jobs, receive, batch_report):
    jobs.recall("opdracht-1", [2], "fout-in-brief", DAY)
    assert check(jobs, (1, 1)) == {1}
    assert refusal(check, jobs, (5, 5)) == (
        "E596",
        "Stuk 5 van opdracht opdracht-1 is teruggeroepen en wordt niet herdrukt. Moet het toch verstuurd worden, geef "
        "dan een nieuw opdrachtnummer met --job.",
    )
    assert refusal(check, jobs, (5, 5), renewed=True) == (
        "E596",
        "Stuk 5 van opdracht opdracht-1 is teruggeroepen, en het is niet zeker dat het niet gepost is. Lees eerst het "
        "productieverslag van die opdracht in.",
    )
    receive(batch_report(1), batch_report(2, gepost=(Posting(op=DAY, stukken=((2, 2),)),)))
    assert check(jobs, (5, 5), renewed=True) == {5}
    assert refusal(check, jobs, (2, 2), renewed=True)[0] == "E597"


def test_another_selection_or_template_is_refused(jobs):
    job = jobs.job("opdracht-1")
    check_selection(job, "5" * 64)
    check_template(job, "7" * 64)
    assert refusal(check_selection, job, "6" * 64) == (
        "E593",
        "De brieven van opdracht opdracht-1 zijn niet van deze selectie. Geef de selectie waarvan ze gemaakt zijn.",
    )
    assert refusal(check_template, job, None) == (
        "E593",
        "Het sjabloon is veranderd sinds opdracht opdracht-1: een herdruk zou een andere brief geven. Zet het sjabloon "
        "van toen terug, of geef het met --project.",
    )


def test_a_job_number_is_for_one_set_of_letters(jobs):
    job = jobs.job("opdracht-1")
    jobs.register(job)
    other = Job("opdracht-1", None, job.origin, {1: 1}, frozenset(), {})
    assert refusal(jobs.register, other) == (
        "E256",
        "Opdrachtnummer opdracht-1 is al gebruikt voor andere brieven. Geef een ander nummer met --job.",
    )
    assert jobs.job("opdracht-1") == job


def test_an_unknown_job(jobs):
    told = (
        "E250",
        "Opdracht x is hier niet gekend. Geef het opdrachtnummer uit het manifest van het pakket, en met --state de "
        "map waarmee het pakket gemaakt is.",
    )
    assert refusal(jobs.job, "x") == told
    orphan = Job("h1", "x", jobs.job("opdracht-1").origin, {1: 1}, frozenset(), {})
    assert refusal(jobs.register, orphan) == told


def test_sealing_again_adds_a_package_to_the_job(jobs):
    job = jobs.job("opdracht-1")
    jobs.register(Job(job.job_id, None, job.origin, job.pieces, frozenset({"d" * 64}), {}))
    assert jobs.job("opdracht-1").packages == {"c" * 64, "d" * 64}


def test_a_package_gets_its_name_after_it_is_remembered(tmp_path, letters, keys, policy):
    class RefusingError(Exception):
        pass

    told = []

    def remember(manifest, batches):
        told.append((manifest.opdracht, dict(batches)))
        raise RefusingError

    with pytest.raises(RefusingError):
        make_package(
            letters, tmp_path / "o.pakket", recipients=[keys.public], sign_key=keys.sign, job=JobInfo("o"),
            policy=policy, synthetic=False, remember=remember,
        )  # fmt: skip
    assert told == [("o", {3: 1, 1: 1, 7: 1, 2: 2, 5: 2})]
    assert [path.name for path in tmp_path.iterdir() if "pakket" in path.name] == []


def test_a_memory_that_is_none_is_refused(tmp_path):
    (tmp_path / "staat").mkdir()
    (tmp_path / "staat" / "drukwerk.sqlite").write_bytes(b"geen databank" * 100)
    assert refusal(Jobs(tmp_path / "staat").job, "x") == (
        "E599",
        "Het geheugen van de drukopdrachten is niet leesbaar. Er is niets gewijzigd; verwittig een beheerder.",
    )
    assert issubclass(RefusedError, UserError)


def test_the_memory_is_private(tmp_path, jobs):
    jobs.job("opdracht-1")
    assert (tmp_path / "staat").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "staat").iterdir()} == {0o600}


def test_what_goes_in_with_each_letter_is_remembered(jobs):
    inserts = (Insert("folder A5", 8), Insert("bon", 2))
    job = Job("met-bijlagen", None, jobs.job("opdracht-1").origin, {1: 1}, frozenset(), {}, inserts)
    jobs.register(job)
    assert jobs.job("met-bijlagen") == job
    assert jobs.job("opdracht-1").inserts == ()
