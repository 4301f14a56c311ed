from __future__ import annotations

import dataclasses
import multiprocessing
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from disclosure_world import ROOT, SENSITIVE, Clock, Counted, Recorded, cities, question

from groeibrief.catalog import Project
from groeibrief.disclosure import Answer, DisclosurePolicy, DiscreteGaussian, Share, Teller, load_disclosure_policy
from groeibrief.disclosure.memory import Memory
from groeibrief.errors import RefusedError, TryAgainError, UserError
from groeibrief.query import Question, identity
from groeibrief.state import held

TURNS_GONE = (
    "U hebt niet genoeg telbeurten over voor deze vraag. Vanaf 1 maart 2026 is er weer ruimte voor deze vraag. Wilt u "
    "niet wachten, leg uw vraag dan voor aan een analist van het agentschap: die antwoordt binnen 10 werkdagen."
)


def ask(
    teller: Teller,
    asked: Question,
    count: Callable[[], tuple[int, int]] | None = None,
    *,
    municipality: Any = "31033",
    children: bool = False,
    snapshot: str = "een",
) -> Answer:
    return teller.ask(
        asked,
        municipality=municipality,
        snapshot_id=snapshot,
        snapshot_hash=snapshot * 20,
        sources_sensitive=SENSITIVE,
        children=children,
        count=count or Counted(),
    )


def refused(teller: Teller, asked: Question, code: str, count: Counted | None = None, **others: Any) -> str:
    with pytest.raises(UserError) as caught:
        ask(teller, asked, count, **others)
    assert (caught.value.code, caught.value.exit_code) == (code, 75 if code in ("E518", "E519") else 5)
    return str(caught.value)


def test_the_same_question_costs_nothing_and_has_the_same_answer(teller: Teller, noise: Recorded) -> None:
    count = Counted()
    noise.shift = 3
    first = ask(teller, question(), count)
    noise.shift = -30
    second = ask(teller, question(), count)
    assert first.as_json()["gezinnen"] == second.as_json()["gezinnen"] == {"ongeveer": 145, "van": 135, "tot": 155}
    assert (first.asked_before, second.asked_before) == (False, True)
    assert (first.turns.used, second.turns.used) == (1, 1)
    assert (count.times, len(noise.draws)) == (1, 1)
    assert first.voorwaarden == identity(question())


def test_an_answer_tells_what_it_cost_and_what_is_left(teller: Teller) -> None:
    left = {Share.OWN: Fraction(11, 32), Share.STANDARD: Fraction(3, 32), Share.ORDERS: Fraction(1, 32)}
    first, second = (ask(teller, question()) for _ in range(2))
    assert (first.cost, first.left, second.cost, second.left) == (Fraction(1, 32), left, Fraction(0), left)
    both = ask(teller, question(source="zorgtoeslag"), children=True)
    assert (both.cost, both.left[Share.OWN]) == (Fraction(2, 72), Fraction(11, 32) - Fraction(2, 72))


def test_the_answer_outlives_the_teller(tmp_path: Path, policy: DisclosurePolicy, clock: Clock) -> None:
    folder = tmp_path / "toestand"
    answers = [
        ask(Teller(folder, policy, Recorded(shift), clock, municipalities=cities()), question()).as_json()
        for shift in (0, 50)
    ]
    assert answers[0]["gezinnen"] == answers[1]["gezinnen"]
    clock.now = datetime(2031, 1, 1, tzinfo=UTC)
    late = ask(Teller(folder, policy, Recorded(90), clock, municipalities=cities()), question())
    assert late.as_json()["gezinnen"] == answers[0]["gezinnen"]
    assert (late.asked_before, late.turns.used) == (True, 0)


def test_another_snapshot_is_another_question(teller: Teller, noise: Recorded) -> None:
    ask(teller, question(), snapshot="een")
    other = ask(teller, question(), snapshot="twee")
    assert (other.asked_before, other.turns.used, other.snapshot, len(noise.draws)) == (False, 2, "twee", 2)


def test_children_are_drawn_and_charged_only_when_asked(teller: Teller, noise: Recorded) -> None:
    families = ask(teller, question())
    assert families.children is None
    both = ask(teller, question(), children=True)
    assert both.as_json()["kinderen"] == {"ongeveer": 230, "van": 205, "tot": 255}
    assert (both.asked_before, both.turns.used) == (False, 2)
    again = ask(teller, question())
    assert (again.asked_before, again.children, again.turns.used) == (True, None, 2)
    assert noise.draws == [(140, Fraction(4), 1, Fraction(1, 32)), (230, Fraction(12), 3, Fraction(1, 32))]


def test_twelve_questions_fit_and_the_thirteenth_is_told_when(teller: Teller, clock: Clock) -> None:
    for number in range(12):
        assert ask(teller, question(number)).turns.left == 11 - number
    count = Counted()
    assert refused(teller, question(12), "E511", count) == TURNS_GONE
    assert count.times == 0
    assert ask(teller, question(5)).asked_before
    clock.now = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    assert refused(teller, question(12), "E511") == TURNS_GONE
    clock.now = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
    assert ask(teller, question(12)).turns.left == 11


def test_a_refusal_speaks_of_turns_and_never_of_money() -> None:
    assert not any(word in TURNS_GONE.lower() for word in ("euro", "€", "betaal", "prijs", "kost", "budget", "saldo"))


def test_six_questions_on_sensitive_sources_fit(teller: Teller, noise: Recorded) -> None:
    for number in range(6):
        ask(teller, question(number, source="zorgtoeslag"))
    assert {draw[1:] for draw in noise.draws} == {(Fraction(6), 1, Fraction(1, 72))}
    assert refused(teller, question(6, source="pleegzorgtoeslag"), "E512") == (
        "U hebt het hoogste aantal antwoorden over gevoelige bronnen bereikt (6 in 12 maanden). Vanaf 1 maart 2026 is "
        "er weer ruimte voor deze vraag. Wilt u niet wachten, leg uw vraag dan voor aan een analist van het "
        "agentschap: die antwoordt binnen 10 werkdagen."
    )
    assert ask(teller, question(7)).turns.used == 4


@pytest.mark.parametrize("where", [("23094",), ("23094", "31033")])
def test_another_s_municipality_is_refused_and_not_charged(teller: Teller, where: tuple[str, ...]) -> None:
    count = Counted()
    assert refused(teller, question(where=where), "E510", count) == (
        "Deze vraag gaat over een andere gemeente (23094). U kunt alleen tellen voor uw eigen gemeente. Er is geen "
        "telbeurt gebruikt."
    )
    assert (count.times, teller.turns("31033").used, teller.turns("23094").used) == (0, 0, 0)


def test_a_joint_question_is_charged_to_every_municipality(teller: Teller, noise: Recorded) -> None:
    joint = question(where=("31033", "23094"))
    answer = ask(teller, joint, municipality=("31033", "23094"))
    assert (teller.turns("31033").used, teller.turns("23094").used, len(noise.draws)) == (1, 1, 1)
    assert answer.turns.left == 11
    for number in range(20, 31):
        ask(teller, question(number, where=("23094",)), municipality="23094")
    message = refused(teller, question(40, where=("31033", "23094")), "E511", municipality=("31033", "23094"))
    assert message.startswith("De gemeenten samen hebben niet genoeg telbeurten over voor deze vraag.")
    assert teller.turns("31033").used == 1


def test_a_merged_municipality_has_one_account_whatever_the_day(teller: Teller) -> None:
    old = question(where=("73006",), day=date(2024, 12, 1))
    assert ask(teller, old, municipality="73110").turns.used == 1
    both = question(where=("73006", "73032"), day=date(2024, 12, 1))
    assert ask(teller, both, municipality="73110").turns.used == 2
    assert [teller.turns(code).used for code in ("73006", "73032", "73110")] == [2, 2, 2]


def test_charge_comes_before_count_and_store_before_show(
    tmp_path: Path, policy: DisclosurePolicy, clock: Clock
) -> None:
    folder = tmp_path / "toestand"
    seen: list[tuple[int, int, list[int | None]]] = []

    def look() -> None:
        with closing(sqlite3.connect(folder / "telbeurten.sqlite")) as opened:
            charges = opened.execute("SELECT count(*) FROM verbruik").fetchone()[0]
            answers = [row[0] for row in opened.execute("SELECT ruw FROM antwoord")]
            seen.append((charges, len(answers), answers))

    teller = Teller(folder, policy, Recorded(2), clock, municipalities=cities())
    ask(teller, question(), Counted(then=look))
    look()
    assert seen == [(1, 1, [None]), (1, 1, [142])]


def test_a_count_that_fails_leaves_the_charge(teller: Teller, noise: Recorded) -> None:
    def fail() -> tuple[int, int]:
        raise TryAgainError("E519", "even later")

    refused(teller, question(), "E519", fail)  # type: ignore[arg-type]
    assert (teller.turns("31033").used, noise.draws) == (1, [])
    assert ask(teller, question()).turns.used == 1


def test_a_draw_follows_its_charge_when_the_policy_has_changed(
    tmp_path: Path, project: Project, policy: DisclosurePolicy, noise: Recorded, clock: Clock
) -> None:
    def fail() -> tuple[int, int]:
        raise TryAgainError("E519", "even later")

    folder = tmp_path / "toestand"
    with pytest.raises(TryAgainError):
        ask(Teller(folder, policy, noise, clock, municipalities=cities()), question(), fail)
    path = project.rules / "policies" / "disclosure.yaml"
    path.write_text(path.read_text().replace("gewoon: 4", "gewoon: 5"))
    wider = Teller(folder, load_disclosure_policy(project), noise, clock, municipalities=cities())
    ask(wider, question())
    ask(wider, question(9))
    assert [draw[1:] for draw in noise.draws] == [
        (Fraction(4), 1, Fraction(1, 32)), (Fraction(5), 1, Fraction(1, 50))
    ]  # fmt: skip


def test_twenty_threads_get_one_draw(tmp_path: Path, policy: DisclosurePolicy, clock: Clock) -> None:
    noise = DiscreteGaussian()
    count = Counted(then=lambda: time.sleep(0.05))
    teller = Teller(tmp_path / "toestand", policy, noise, clock, municipalities=cities())
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: ask(teller, question(), count).as_json(), range(20)))
    assert count.times == 1
    assert len({str(answer["gezinnen"]) for answer in answers}) == 1
    assert sorted(answer["eerder_gesteld"] for answer in answers) == [False] + [True] * 19
    assert teller.turns("31033").used == 1


def test_twenty_threads_with_twenty_questions_never_overspend(teller: Teller) -> None:
    def outcome(number: int) -> str:
        try:
            ask(teller, question(number))
        except RefusedError as error:
            return error.code
        return "antwoord"

    with ThreadPoolExecutor(20) as pool:
        outcomes = sorted(pool.map(outcome, range(20)))
    assert outcomes == ["E511"] * 8 + ["antwoord"] * 12
    assert teller.turns("31033").left == 0


def ask_in_a_process(folder: str, number: int) -> tuple[str, str]:
    """Ask a question that all share, and one of its own, counting on paper; an answer or the code of a refusal."""
    paper = Path(folder) / "geteld"

    def count() -> tuple[int, int]:
        with paper.open("a") as stream:
            stream.write(f"{os.getpid()}\n")
        time.sleep(0.02)
        return 140, 230

    policy = load_disclosure_policy(Project(ROOT))
    teller = Teller(Path(folder), policy, Recorded(number * 10), Clock(), municipalities=cities())
    shared = ask(teller, question(100), count)
    try:
        own = str(ask(teller, question(number), count).as_json()["gezinnen"])
    except RefusedError as error:
        own = error.code
    return str(shared.as_json()["gezinnen"]), own


def test_twenty_processes_get_one_draw_and_never_overspend(tmp_path: Path, teller: Teller) -> None:
    folder = tmp_path / "toestand"
    with multiprocessing.get_context("fork").Pool(20) as pool:
        answers = pool.starmap(ask_in_a_process, [(str(folder), number) for number in range(20)], chunksize=1)
        pool.close()
        pool.join()
    assert len({shared for shared, _ in answers}) == 1
    owns = [own for _, own in answers]
    assert owns.count("E511") == 9
    for number, own in enumerate(owns):
        middle = 140 + number * 10
        assert own in ("E511", f"{{'ongeveer': {middle}, 'van': {middle - 10}, 'tot': {middle + 10}}}")
    assert len((folder / "geteld").read_text().splitlines()) == 12
    assert (teller.turns("31033").used, teller.left("31033")[Share.OWN]) == (12, Fraction(0))


def test_a_lock_that_another_holds_for_long_is_tried_again_later(
    tmp_path: Path,
) -> None:
    with pytest.raises(TryAgainError) as caught, held(tmp_path / "slot"), held(tmp_path / "slot", seconds=0.05):
        pass
    assert (caught.value.code, caught.value.exit_code) == ("E519", 75)
    assert str(caught.value) == "Een andere opdracht gebruikt deze gegevens. Probeer het over enkele minuten opnieuw."


def test_charges_and_answers_cannot_be_changed_or_removed(tmp_path: Path, teller: Teller) -> None:
    ask(teller, question())
    with closing(sqlite3.connect(tmp_path / "toestand" / "telbeurten.sqlite")) as opened:
        for statement in (
            "UPDATE verbruik SET kost = '0'",
            "DELETE FROM verbruik",
            "UPDATE antwoord SET ruw = 1",
            "DELETE FROM antwoord",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="blijft"):
                opened.execute(statement)


def test_an_unreadable_memory_counts_nothing(tmp_path: Path, teller: Teller) -> None:
    (tmp_path / "toestand" / "telbeurten.sqlite").write_bytes(b"geen databank " * 100)
    count = Counted()
    assert refused(teller, question(), "E514", count) == (
        "Het geheugen van de telbeurten is niet leesbaar, dus wordt er niets geteld. Verwittig een beheerder."
    )
    assert count.times == 0


def test_a_memory_of_another_version_counts_nothing(tmp_path: Path, teller: Teller) -> None:
    with closing(sqlite3.connect(tmp_path / "toestand" / "telbeurten.sqlite")) as opened:
        opened.execute("PRAGMA user_version=9")
    refused(teller, question(), "E755")


def test_a_second_answer_for_one_question_is_refused_by_the_memory_itself(tmp_path: Path, teller: Teller) -> None:
    ask(teller, question())
    with closing(sqlite3.connect(tmp_path / "toestand" / "telbeurten.sqlite")) as opened:
        (key,) = opened.execute("SELECT sleutel FROM antwoord").fetchone()
    with pytest.raises(sqlite3.IntegrityError):
        Memory(tmp_path / "toestand").store({key: 1}, Clock().now)
    assert ask(teller, question()).as_json()["gezinnen"]["ongeveer"] == 140


def test_a_question_that_never_fits_is_not_told_to_wait(tmp_path: Path, policy: DisclosurePolicy, clock: Clock) -> None:
    strict = dataclasses.replace(policy, hoogstens_gevoelig=0)
    teller = Teller(tmp_path / "toestand", strict, Recorded(), clock, municipalities=cities())
    told = refused(teller, question(source="zorgtoeslag"), "E512")
    assert told == (
        "U hebt het hoogste aantal antwoorden over gevoelige bronnen bereikt (0 in 12 maanden). Deze vraag past ook "
        "later niet. Wilt u niet wachten, leg uw vraag dan voor aan een analist van het agentschap: die antwoordt "
        "binnen 10 werkdagen."
    )


def test_a_state_directory_that_cannot_be_made_is_told(tmp_path: Path, policy: DisclosurePolicy, clock: Clock) -> None:
    (tmp_path / "toestand").write_text("een bestand")
    with pytest.raises(TryAgainError) as caught:
        Teller(tmp_path / "toestand", policy, Recorded(), clock, municipalities=cities())
    assert str(caught.value) == (
        f"{tmp_path / 'toestand'} kan niet gebruikt worden: het bestaat al, maar is geen map. "
        "Kijk de rechten en de schijfruimte na."
    )


def test_the_state_is_private_and_holds_no_exact_count(tmp_path: Path, teller: Teller, noise: Recorded) -> None:
    noise.shift = 7
    ask(teller, question(), Counted(families=123_456_789))
    folder = tmp_path / "toestand"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
        assert path.is_dir() or b"123456789" not in path.read_bytes()
    with closing(sqlite3.connect(folder / "telbeurten.sqlite")) as opened:
        assert opened.execute("SELECT ruw FROM antwoord").fetchone() == (123_456_796,)
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
