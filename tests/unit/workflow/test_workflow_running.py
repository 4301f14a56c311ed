"""Running a request: what must hold first, once only, and the same whatever kills it."""

from __future__ import annotations

import dataclasses
import json
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from workflow_killed import POINTS
from workflow_office import KBO, SERIES, TEXT, World, approved, in_review, submitted

from groeibrief.casework import families
from groeibrief.errors import DefinitionError, NothingSelectedError, RefusedError, SnapshotError, UserError
from groeibrief.printshop.package import open_package, verify_package
from groeibrief.snapshot.synthetic import synthesise
from groeibrief.workflow import admission, aftercare, approvals, registration, requests, running
from groeibrief.workflow.intake import take_in
from groeibrief.workflow.office import Act, Processor, State, fingerprint_of_key
from groeibrief.workflow.requestviews import request_for_analyst, request_for_authority
from groeibrief.workflow.running import ordered_of, run_request, show_order
from groeibrief.workflow.stopping import skip_round, stop_run

NUMBER = "2025-0001"


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(world: World, **more: int) -> tuple[str, str]:
    with pytest.raises(UserError) as refused:
        world.run(NUMBER, **more)
    return refused.value.code, str(refused.value)


def test_a_run_makes_a_sealed_package(ready: World) -> None:
    made = ready.run()
    assert list(made.run.steps) == ["selectie", "gezinnen", "brieven", "pakket"]
    recipients = pq.read_table(ready.folder / "selectie" / "recipients.parquet")
    assert made.letters == len(recipients) > 5
    report = verify_package(made.package, [ready.keys / "vutg.pub"], ready.keys / "drukkerij.key")
    assert (report.valid, report.manifest and report.manifest.stukken) == (True, made.letters)
    request = ready.office.requests.get(ready.viewer("analist.een"), NUMBER)
    assert request.state is State.PACKAGED
    assert ready.acts()[-1] == "aanvraag-verpakken"
    assert {act for act in ready.acts() if act.startswith("uitvoering-")} == {
        "uitvoering-selectie", "uitvoering-gezinnen", "uitvoering-brieven", "uitvoering-pakket",
    }  # fmt: skip
    assert ready.office.cabinet.ledger.verify().valid
    private = [path for path in ready.home.rglob("*") if path.stat().st_mode & 0o077]
    assert private == []


def test_a_request_is_not_run_twice(finished: World) -> None:
    assert refusal(finished) == ("E732", "Aanvraag 2025-0001 is al helemaal uitgevoerd. Dat gebeurt geen twee keer.")
    assert refusal(finished, number=1) == (
        "E732",
        "Ronde 1 van aanvraag 2025-0001 is al uitgevoerd, op 2025-11-10. Een aanvraag wordt geen twee keer uitgevoerd.",
    )
    assert refusal(finished, number=3)[0] == "E732"


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_run_goes_on_and_makes_the_same(ready: World, whole: World, point: str) -> None:
    (expected,) = whole.office.runs.of(whole.viewer("dpo"), NUMBER)
    letters = expected.steps["pakket"].number
    program = Path(__file__).with_name("workflow_killed.py")
    killed = subprocess.run([sys.executable, program, ready.home, point], check=False)
    assert killed.returncode == -signal.SIGKILL
    if point == "finished":
        assert refusal(ready)[0] == "E732"
        made = ready.office.runs.of(ready.viewer("dpo"), NUMBER)[0]
    else:
        ran = ready.run()
        made = ran.run
        assert ran.letters == letters
    for folder in ("selectie", "brieven"):
        assert content(ready.folder / folder) == content(whole.folder / folder)
    assert made.job == expected.job
    for step in ("selectie", "brieven"):
        assert made.steps[step].hash == expected.steps[step].hash
    report = verify_package(ready.folder / "opdracht.pakket", [ready.keys / "vutg.pub"], ready.keys / "drukkerij.key")
    assert report.valid
    assert report.manifest is not None
    assert report.manifest.stukken == letters
    told = [act for act in ready.acts() if act.startswith(("uitvoering-", "aanvraag-uit", "aanvraag-verpakken"))]
    assert len(told) == len(set(told)) == 6, "each step is told once"
    assert not [path.name for path in ready.home.rglob("*.deel") if path.parent.name != "definities"]
    assert ready.office.cabinet.ledger.verify().valid


def test_a_run_that_begins_needs_all_of_it(world: World) -> None:
    number = submitted(world)
    assert number == NUMBER
    assert refusal(world) == (
        "E710",
        "'uitvoeren' kan niet in de toestand 'ingediend'. Wat u nu wel kunt: wijzigen, vragen, bericht, overeenkomen, "
        "definieren, intrekken, weigeren, verlopen.",
    )


def test_without_a_processor_agreement_nothing_is_sealed(ready: World) -> None:
    means = dataclasses.replace(ready.means, recipients=(ready.keys / "drukkerij.pub", ready.keys / "ander.pub"))
    with pytest.raises(RefusedError) as refused:
        run_request(ready.office, ready.viewer("analist.een"), NUMBER, means)
    assert refused.value.code == "E720"
    nobody = dataclasses.replace(ready.means, recipients=())
    with pytest.raises(UserError) as none:
        run_request(ready.office, ready.viewer("analist.een"), NUMBER, nobody)
    assert str(none.value) == "Geef met --recipient de publieke sleutel van de drukkerij."
    key = fingerprint_of_key(ready.keys / "ander.pub")
    agreement = Processor("VO-2", "Ander", KBO, key, date(2025, 1, 1), date(2027, 1, 1))
    ready.office.processors.register(ready.viewer("analist.een"), agreement, ready.now)
    assert run_request(ready.office, ready.viewer("analist.een"), NUMBER, means).letters > 5
    assert not ready.folder.with_name("ronde-2").exists()


def test_a_municipality_runs_nothing(ready: World) -> None:
    for account, code in (("gemeente", "E701"), ("buur", "E701"), ("dpo", "E710"), ("drukkerij", "E701")):
        with pytest.raises(RefusedError) as refused:
            run_request(ready.office, ready.viewer(account), NUMBER, ready.means)
        assert refused.value.code == code


def test_what_changed_since_approval_stops_the_run_and_voids_it(ready: World) -> None:
    town = ready.viewer("analist.twee")
    changed = dataclasses.replace(requests_content(ready), title="Anders")
    requests.change_request(ready.office, town, NUMBER, changed)
    assert ready.office.requests.get(town, NUMBER).state is State.REVIEW
    assert refusal(ready)[0] == "E710"


def requests_content(world: World) -> requests.Content:
    return world.office.requests.get(world.viewer("analist.een"), NUMBER).content


def test_a_policy_that_changed_voids_it_without_anyone_noticing(ready: World, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("catalog", "rules", "letter_templates"):
        shutil.copytree(ready.office.project.root / name, project / name)
    ready.office.project = dataclasses.replace(ready.office.project, root=project)
    standing = request_for_analyst(ready.office, ready.viewer("dpo"), NUMBER).standing
    assert standing is not None
    assert standing.valid
    policy = project / "rules" / "policies" / "drukwerk.yaml"
    policy.write_text(policy.read_text() + "# iets\n")
    standing = request_for_analyst(ready.office, ready.viewer("dpo"), NUMBER).standing
    assert standing is not None
    assert standing.changed == ("beleid",)
    assert refusal(ready) == (
        "E714", "De goedkeuring is vervallen: het beleid veranderde sindsdien. Laat de aanvraag opnieuw goedkeuren.",
    )  # fmt: skip
    assert ready.office.requests.get(ready.viewer("analist.een"), NUMBER).state is State.REVIEW
    assert ready.acts()[-1] == "aanvraag-goedkeuring-vervalt"
    approvals.approve(ready.office, ready.viewer("analist.een"), NUMBER)
    assert ready.run().letters > 5
    shutil.rmtree(project / "letter_templates" / "informatiebrief")
    seen = request_for_analyst(ready.office, ready.viewer("dpo"), NUMBER)
    assert (seen.standing, (seen.fault or "")[:37]) == (None, "Er is geen briefsjabloon 'informatieb")


def test_a_killed_run_does_not_go_on_with_something_else(ready: World) -> None:
    program = Path(__file__).with_name("workflow_killed.py")
    subprocess.run([sys.executable, program, ready.home, "selectie-noted"], check=False)
    assert refusal(ready, number=2)[0] == "E732"
    other = ready.home.parent / "andere-snapshot"
    synthesise(other, catalogue=ready.office.catalogue, families=100)
    means = dataclasses.replace(ready.means, snapshot=other)
    with pytest.raises(RefusedError) as refused:
        run_request(ready.office, ready.viewer("analist.een"), NUMBER, means)
    assert (refused.value.code, str(refused.value)) == (
        "E734",
        "Deze uitvoering begon met snapshot synth-2025-11-03-500-1. Geef die opnieuw, of stop ze met 'request stop'.",
    )
    path = ready.folder / "selectie" / "selectie.json"
    path.write_bytes(path.read_bytes().replace(b'"versie":1', b'"versie": 1'))
    stop_run(ready.office, ready.viewer("analist.twee"), NUMBER)
    assert not ready.folder.exists()
    assert list(ready.office.cabinet.room("gezinnen").glob("2025-*")) == []
    assert ready.run().letters > 5


def test_a_run_with_a_package_is_not_stopped(ready: World) -> None:
    program = Path(__file__).with_name("workflow_killed.py")
    subprocess.run([sys.executable, program, ready.home, "pakket-made"], check=False)
    with pytest.raises(RefusedError) as refused:
        stop_run(ready.office, ready.viewer("analist.een"), NUMBER)
    assert (refused.value.code, str(refused.value)) == (
        "E736", "Er is al een pakket verzegeld. Ga voort met 'run', of roep het pakket terug.",
    )  # fmt: skip


def test_a_package_that_was_called_back_whole_is_run_again_as_another_job(finished: World) -> None:
    office, analyst = finished.office, finished.viewer("analist.een")
    requests.hand_over(office, analyst, NUMBER)
    with pytest.raises(RefusedError) as refused:
        stop_run(office, analyst, NUMBER)
    assert (refused.value.code, str(refused.value)) == (
        "E736",
        "Het pakket is niet helemaal teruggeroepen. Roep eerst alle partijen terug met 'groeibrief package recall'; "
        "wat gepost is, kan niet terug.",
    )
    (first,) = office.runs.of(analyst, NUMBER)
    assert first.job is not None
    key = finished.keys / "vutg.key"
    out = finished.home / "terug.json"
    aftercare.recall_batches(first.job, (), "verkeerde-doelgroep", out, sign_key=key, settings=office.settings)
    shown = request_for_authority(office, finished.viewer("gemeente"), NUMBER).orders
    assert stop_run(office, analyst, NUMBER).state is State.APPROVED
    assert not finished.folder.exists()
    again = finished.run()
    assert again.run.job == f"{first.job}-2"
    assert again.letters == first.steps["pakket"].number
    assert request_for_authority(office, finished.viewer("gemeente"), NUMBER).orders == shown, "it is drawn once"


def nobody(*_: object, **__: object) -> None:
    raise NothingSelectedError("E640", "Er is niemand om aan te schrijven.")


def test_a_stopped_run_looks_the_same_whether_there_was_anyone_or_not(
    ready: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = approved(ready)
    with monkeypatch.context() as patched:
        patched.setattr(running, "make_selection", nobody)
        with pytest.raises(NothingSelectedError):
            ready.run(NUMBER)
    other = dataclasses.replace(ready.means, sign_key=ready.home / "geen.key")
    with pytest.raises(UserError):
        run_request(ready.office, ready.viewer("analist.een"), second, other)
    town = ready.viewer("gemeente")

    def told() -> list[dict[str, object]]:
        both = [request_for_authority(ready.office, town, number).as_json() for number in (NUMBER, second)]
        # Each has a decision of its own, as a file.
        return [{**each, "aanvraag": "", "inhoud": each["inhoud"] | {"besluit": ""}} for each in both]

    assert told()[0] == told()[1], "while it runs"
    for number in (NUMBER, second):
        stop_run(ready.office, ready.viewer("analist.een"), number)
    assert told()[0] == told()[1], "and when it is stopped"


def test_the_figure_of_an_order_is_drawn_though_there_is_nobody(
    reviewed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "make_selection", nobody)
    shown = show_order(reviewed.office, reviewed.viewer("analist.een"), NUMBER, reviewed.snapshot)
    assert set(shown.shown["gezinnen"]) in ({"minder_dan"}, {"ongeveer", "van", "tot"})


# The snapshot, and the families


def test_an_older_snapshot_than_one_that_was_used_is_refused(finished: World) -> None:
    ready = finished
    older = ready.home.parent / "ouder"
    synthesise(older, catalogue=ready.office.catalogue, families=100, extracted_on=date(2025, 11, 2))
    second = approved(ready)
    means = dataclasses.replace(ready.means, snapshot=older)
    with pytest.raises(RefusedError) as refused:
        run_request(ready.office, ready.viewer("analist.een"), second, means)
    assert (refused.value.code, str(refused.value)) == (
        "E733",
        "Snapshot synth-2025-11-02-100-1 is ouder dan synth-2025-11-03-500-1, die al gebruikt is. Overlijdens, "
        "verhuizingen en verzet van daarna staan er niet in: geef de nieuwste snapshot.",
    )


def test_a_real_snapshot_grows_old(ready: World) -> None:
    store = take_in(ready.snapshot, ready.office.settings, ready.office.catalogue)
    real = dataclasses.replace(store, synthetic=False)
    ready.later(days=28)
    admission.check_fresh(ready.office, real)
    ready.later(days=1)
    with pytest.raises(RefusedError) as refused:
        admission.check_fresh(ready.office, real)
    assert str(refused.value) == (
        "Snapshot synth-2025-11-03-500-1 is 36 dagen oud; hoogstens 35 is toegelaten. Overlijdens, verhuizingen en "
        "verzet van daarna staan er niet in: geef de nieuwste snapshot."
    )
    admission.check_fresh(ready.office, store)


def test_a_family_gets_no_more_than_so_many_letters(finished: World) -> None:
    ready = finished
    limits = dataclasses.replace(ready.office.policy.grenzen, brieven_per_gezin=1)
    ready.office.__dict__["policy"] = dataclasses.replace(ready.office.policy, grenzen=limits)
    second = approved(ready)
    with pytest.raises(NothingSelectedError) as refused:
        ready.run(second)
    assert "reeds_aangeschreven" in str(refused.value)
    stop_run(ready.office, ready.viewer("analist.een"), second)
    limits = dataclasses.replace(limits, brieven_per_gezin=2)
    ready.office.__dict__["policy"] = dataclasses.replace(ready.office.policy, grenzen=limits)
    assert ready.run(second).letters == ready.office.runs.of(ready.viewer("dpo"), NUMBER)[0].steps["pakket"].number
    families.key_path(ready.office.cabinet, NUMBER, 1).unlink()
    third = approved(ready)
    with pytest.raises(RefusedError) as lost:
        ready.run(third)
    assert lost.value.code == "E723"


# What the municipality sees


def test_a_municipality_sees_no_exact_figure(finished: World) -> None:
    ready = finished
    shown = request_for_authority(ready.office, ready.viewer("gemeente"), NUMBER)
    assert shown.synthetic
    (order,) = shown.orders
    assert set(order.families) in ({"minder_dan"}, {"ongeveer", "van", "tot"})
    assert order.band[1] - order.band[0] == 49
    told = json.dumps(shown.as_json())
    assert "analist.een" not in told
    assert {"uitvoeren", "medegoedkeuren"} & {entry.act for entry in shown.timeline} == set()
    again = ordered_of(ready.office, ready.viewer("gemeente"), NUMBER)
    assert [each.shown["gezinnen"] for each in again] == [order.families]
    with pytest.raises(RefusedError):
        ordered_of(ready.office, ready.viewer("buur"), NUMBER)


def test_the_figure_of_an_order_is_drawn_once(reviewed: World) -> None:
    analyst = reviewed.viewer("analist.een")
    first = show_order(reviewed.office, analyst, NUMBER, reviewed.snapshot)
    second = show_order(reviewed.office, analyst, NUMBER, reviewed.snapshot)
    assert first.shown == second.shown
    approvals.approve(reviewed.office, analyst, NUMBER)
    ran = reviewed.run()
    assert ran.shown is not None
    assert ran.shown.shown == first.shown
    assert not list(reviewed.office.cabinet.room("uitvoeringen").glob("*tellen*"))
    with pytest.raises(RefusedError):
        show_order(reviewed.office, reviewed.viewer("gemeente"), NUMBER, reviewed.snapshot)


def test_a_series_runs_its_rounds_one_after_the_other(world: World) -> None:
    number = approved(world, SERIES)
    assert requests.versions(world.office.requests, world.viewer("gemeente"), number)[-1].draft.rounds == 3
    assert refusal(world, number=2)[0] == "E735"
    world.run(number)
    analyst = world.viewer("analist.een")
    requests.hand_over(world.office, analyst, number)
    assert refusal(world) == ("E732", "Ronde 1 is uitgevoerd. De volgende kan pas als die verstuurd is.")
    with pytest.raises(RefusedError) as unsent:
        requests.mark_sent(world.office, analyst, number)
    assert (unsent.value.code, str(unsent.value)) == (
        "E745",
        "De verslagen van de drukkerij zeggen nog niet dat elke brief gepost is. Lees het verslag in met 'groeibrief "
        "package reconcile' en kijk na wat openstaat.",
    )

    world.office.requests.step(analyst, number, requests.Step(Act.SENT), world.now)
    with pytest.raises(SnapshotError) as uncovered:
        world.run(number)
    assert uncovered.value.code == "E431", "the second round looks at December"
    assert world.office.requests.get(analyst, number).state is State.SENT, "and nothing has begun"
    later = world.home.parent / "later"
    synthesise(later, catalogue=world.office.catalogue, families=500, extracted_on=date(2025, 12, 3))
    made = run_request(world.office, analyst, number, dataclasses.replace(world.means, snapshot=later))
    assert (made.run.round, made.run.snapshot) == (2, "synth-2025-12-03-500-1")
    assert made.run.job != world.office.runs.of(analyst, number)[0].job


def test_a_round_without_anyone_new_is_skipped_and_the_next_one_runs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = approved(world, SERIES.replace("alleen_nieuwe: false", "alleen_nieuwe: true"))
    office, analyst, town = world.office, world.viewer("analist.een"), world.viewer("gemeente")
    world.run(number)
    for act in (Act.HAND_OVER, Act.SENT):
        office.requests.step(analyst, number, requests.Step(act), world.now)
    later = world.home.parent / "later"
    synthesise(later, catalogue=office.catalogue, families=500, extracted_on=date(2026, 1, 3))
    means = dataclasses.replace(world.means, snapshot=later)
    with monkeypatch.context() as patched:
        patched.setattr(running, "make_selection", nobody)
        with pytest.raises(NothingSelectedError):
            run_request(office, analyst, number, means)
    skipped = skip_round(office, analyst, number, "Niemand nieuw.")
    assert skipped.state is State.SENT
    assert world.acts()[-1] == "aanvraag-ronde-overslaan"
    runs = office.runs.of(analyst, number)
    assert [(run.round, run.skipped) for run in runs] == [(1, False), (2, True)]
    assert not (office.cabinet.folder / "uitvoeringen" / number / "ronde-2").exists()
    seen = request_for_authority(office, town, number)
    assert seen.timeline[-1].words == "ronde overgeslagen"
    assert "Niemand nieuw." not in json.dumps(seen.as_json())
    assert "Niemand nieuw." in json.dumps(request_for_analyst(office, analyst, number).as_json())
    third = run_request(office, analyst, number, means)
    assert third.run.round == 3


def test_the_first_round_is_not_skipped(world: World) -> None:
    number = approved(world, SERIES)
    means = dataclasses.replace(world.means, sign_key=world.home / "geen.key")
    with pytest.raises(UserError):
        run_request(world.office, world.viewer("analist.een"), number, means)
    with pytest.raises(RefusedError) as refused:
        skip_round(world.office, world.viewer("analist.een"), number, "Zomaar.")
    assert (refused.value.code, str(refused.value)) == (
        "E776", "De eerste ronde slaat u niet over. Stop ze met 'request stop', en trek de aanvraag in.",
    )  # fmt: skip


def test_a_real_run_wants_its_lists(ready: World) -> None:
    store = take_in(ready.snapshot, ready.office.settings, ready.office.catalogue)
    real = dataclasses.replace(store, synthetic=False)
    (ready.office.cabinet.room("lijsten") / "verzet-dossiers.csv").write_text("")
    with pytest.raises(RefusedError) as refused:
        admission.check_lists(ready.office, real, None)
    assert (refused.value.code, len(refused.value.findings)) == ("E565", 2)
    admission.check_lists(ready.office, store, None)


def test_a_fault_in_a_definition_names_its_file_and_no_folder(world: World) -> None:
    with pytest.raises(DefinitionError) as refused:
        in_review(world, TEXT.replace("minstens: 1", "minstens: 0"))
    assert refused.value.findings[0].bestand == "proef-sociale-toeslag.yaml"


# Sent, only by what the print shop reported


def report(world: World, number: int, **done: object) -> None:
    """What the print shop says, signed with its key, as VUTG takes it in."""
    keys, folder = world.keys, world.home.parent / f"verslag-{number}"
    opened, signer = world.home.parent / "geopend", keys / "vutg.key"
    package = world.folder / "opdracht.pakket"
    if not opened.exists():
        open_package(package, opened, keys / "drukkerij.key", [keys / "vutg.pub"])
    work = aftercare.Work(**done)  # type: ignore[arg-type]
    aftercare.write_report(
        package, opened, folder, trusted=[keys / "vutg.pub"], sign_key=signer, number=number, work=work
    )
    aftercare.reconcile(folder, trusted=[keys / "vutg.pub"], settings=world.office.settings)


def test_sent_is_what_the_reports_say(finished: World) -> None:
    office, analyst = finished.office, finished.viewer("analist.een")
    requests.hand_over(office, analyst, NUMBER)
    day = date(2025, 11, 12)
    report(finished, 1, posted=[(day, ((1, 2),))], not_posted=())
    with pytest.raises(RefusedError) as refused:
        requests.mark_sent(office, analyst, NUMBER)
    assert refused.value.code == "E745"
    report(finished, 2, posted=[(day, None)])
    requests.mark_sent(office, analyst, NUMBER)
    shown = request_for_authority(office, finished.viewer("gemeente"), NUMBER)
    assert shown.state is State.SENT
    (event,) = office.register.events(registration.Filter(status="verstuurd"), office.today)
    assert (event.on, event.codes) == (day, ("11002",))
    requests.note_returns(office, analyst, NUMBER)
    requests.close(office, analyst, NUMBER)
    assert refusal(finished) == ("E732", "Aanvraag 2025-0001 is al helemaal uitgevoerd. Dat gebeurt geen twee keer.")
