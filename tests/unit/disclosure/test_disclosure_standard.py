"""Standard audiences: everything charged at once, drawn once, found again by who asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from disclosure_world import SENSITIVE, Clock, Counted, Recorded, cities, question

from groeibrief.catalog import Project
from groeibrief.disclosure import (
    Answer,
    DisclosurePolicy,
    Preparation,
    Share,
    StandardAnswers,
    Teller,
    load_disclosure_policy,
)
from groeibrief.errors import RefusedError, TryAgainError
from groeibrief.query import Question

PLACES = ("23094", "31033", "73110")
DAY = date(2025, 11, 1)


def audiences(number: int = 12, day: date = DAY, first: int = 0) -> list[Question]:
    return [question(age, where=(code,), day=day) for age in range(first, first + number) for code in PLACES]


class Flanders:
    """Exact counts that follow from the municipality, and how often they were made and of how many."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, alike: Sequence[Question]) -> list[int]:
        assert len({replace(asked, municipalities=("-",)) for asked in alike}) == 1
        self.calls.append(len(alike))
        return [int(asked.municipalities[0]) for asked in alike]


@pytest.fixture
def standard(tmp_path: Path, policy: DisclosurePolicy, noise: Recorded, clock: Clock) -> StandardAnswers:
    return StandardAnswers(tmp_path / "toestand", policy, noise, clock, municipalities=cities())


def prepare(
    standard: StandardAnswers, questions: list[Question], count: Any = None, *, snapshot: str = "een", **more: Any
) -> Preparation:
    return standard.prepare(
        questions,
        snapshot_id=snapshot,
        snapshot_hash=snapshot * 20,
        sources_sensitive=SENSITIVE,
        count=count or Flanders(),
        **more,
    )


def ask(teller: Teller, asked: Question, count: Any = None, *, snapshot: str = "een", children: bool = False) -> Answer:
    return teller.ask(
        asked,
        municipality=asked.municipalities,
        snapshot_id=snapshot,
        snapshot_hash=snapshot * 20,
        sources_sensitive=SENSITIVE,
        children=children,
        count=count or Counted(),
    )


def refused(standard: StandardAnswers, questions: list[Question], code: str, **more: Any) -> str:
    count = Flanders()
    with pytest.raises(RefusedError) as caught:
        prepare(standard, questions, count, **more)
    assert (caught.value.code, caught.value.exit_code, count.calls) == (code, 5, [])
    return str(caught.value)


def test_every_municipality_gets_an_answer_in_one_pass_for_each_audience(
    standard: StandardAnswers, teller: Teller, noise: Recorded
) -> None:
    count, seen = Flanders(), []
    done = prepare(standard, audiences(), count, progress=lambda ready, total: seen.append((ready, total)))
    assert done == Preparation(36, 36, 36, date(2026, 3, 1))
    assert count.calls == [3] * 12
    assert seen[-1] == (36, 36)
    assert [draw[0] for draw in noise.draws] == [int(code) for _ in range(12) for code in PLACES]
    assert {draw[1:] for draw in noise.draws} == {(Fraction(8), 1, Fraction(1, 128))}
    for code in PLACES:
        assert teller.left(code) == {Share.OWN: Fraction(3, 8), Share.STANDARD: 0, Share.ORDERS: Fraction(1, 32)}


def test_a_municipality_that_asks_gets_the_prepared_answer_for_nothing(
    standard: StandardAnswers, teller: Teller, noise: Recorded
) -> None:
    prepare(standard, audiences())
    count = Counted()
    answer = ask(teller, question(5), count)
    assert answer.as_json()["gezinnen"] == {"ongeveer": 31035, "van": 31015, "tot": 31050}
    assert (answer.prepared, answer.asked_before, answer.cost, answer.turns.used, count.times) == (
        True,
        True,
        Fraction(0),
        0,
        0,
    )
    assert len(noise.draws) == 36


@pytest.mark.parametrize("asked", [question(40), question(5, day=date(2025, 10, 1)), question(5, where=PLACES)])
def test_with_other_parameters_it_is_an_own_question(
    standard: StandardAnswers, teller: Teller, asked: Question
) -> None:
    prepare(standard, audiences())
    answer = ask(teller, asked)
    assert (answer.prepared, answer.asked_before, answer.turns.used) == (False, False, 1)


def test_on_another_snapshot_it_is_an_own_question(standard: StandardAnswers, teller: Teller) -> None:
    prepare(standard, audiences())
    answer = ask(teller, question(5), snapshot="twee")
    assert (answer.prepared, answer.cost, answer.turns.used) == (False, Fraction(1, 32), 1)


def test_its_children_are_an_own_question(standard: StandardAnswers, teller: Teller, noise: Recorded) -> None:
    prepare(standard, audiences())
    answer = ask(teller, question(5), children=True)
    assert (answer.prepared, answer.asked_before, answer.turns.used) == (False, False, 1)
    assert answer.families.about == 31035
    assert noise.draws[36:] == [(230, Fraction(12), 3, Fraction(1, 32))]


def test_what_a_municipality_asked_before_stays_its_answer(
    standard: StandardAnswers, teller: Teller, noise: Recorded
) -> None:
    first = ask(teller, question(5))
    assert prepare(standard, audiences()) == Preparation(36, 35, 35, date(2026, 3, 1))
    assert ask(teller, question(5)).families == first.families
    assert (teller.left("31033")[Share.STANDARD], teller.turns("31033").used) == (Fraction(1, 128), 1)
    assert len(noise.draws) == 36


def test_a_second_preparation_draws_nothing(standard: StandardAnswers, noise: Recorded, clock: Clock) -> None:
    prepare(standard, audiences())
    for moment in (datetime(2025, 8, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)):
        clock.now = moment
        count = Flanders()
        assert prepare(standard, audiences(), count) == Preparation(36, 0, 0, date(2026, 3, 1))
        assert count.calls == []
    assert len(noise.draws) == 36


@pytest.mark.parametrize(("snapshot", "day"), [("twee", DAY), ("een", date(2025, 10, 1))])
def test_another_snapshot_or_day_waits_for_the_window(
    standard: StandardAnswers, clock: Clock, snapshot: str, day: date
) -> None:
    prepare(standard, audiences())
    clock.now = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    assert refused(standard, audiences(day=day), "E515", snapshot=snapshot) == (
        "De standaarddoelgroepen zijn al getrokken op snapshot een, met peildatum 1 november 2025. Op een andere "
        "snapshot of peildatum kan dat pas vanaf 1 maart 2026."
    )
    clock.now = datetime(2026, 3, 1, tzinfo=UTC)
    done = prepare(standard, audiences(day=day), snapshot=snapshot)
    assert (done.drawn, done.until) == (36, date(2027, 3, 1))
    made = standard.round()
    assert made is not None
    assert (made.snapshot_id, made.peildatum, standard.released(made)) == (snapshot, day, date(2027, 3, 1))


def test_a_changed_audience_waits_for_the_window_unless_there_is_room(
    standard: StandardAnswers, teller: Teller, noise: Recorded
) -> None:
    prepare(standard, audiences(11))
    assert prepare(standard, audiences(12)).drawn == 3
    assert refused(standard, audiences(12, first=1), "E517") == (
        "Er zijn standaarddoelgroepen bijgekomen of gewijzigd, en voor nog een antwoord is er geen ruimte. Dat kan "
        "vanaf 1 maart 2026. Tot dan stelt een gemeente ze als eigen vraag."
    )
    assert (len(noise.draws), teller.left("73110")[Share.STANDARD]) == (36, Fraction(0))


def test_more_than_ever_fits_is_refused_whole(standard: StandardAnswers, teller: Teller) -> None:
    assert "Dat kan ook later niet." in refused(standard, audiences(13), "E517")
    assert teller.left("31033")[Share.STANDARD] == Fraction(3, 32)


def test_the_policy_may_name_the_snapshot(tmp_path: Path, project: Project, noise: Recorded, clock: Clock) -> None:
    path = project.rules / "policies" / "disclosure.yaml"
    path.write_text(path.read_text().replace("snapshot: null", "snapshot: november"))
    named = StandardAnswers(
        tmp_path / "toestand", load_disclosure_policy(project), noise, clock, municipalities=cities()
    )
    assert refused(named, audiences(), "E516") == (
        "Het beleid zegt dat de standaarddoelgroepen op snapshot november geteld worden, niet op een. Geef die "
        "snapshot, of laat het beleid nakijken en wijzigen."
    )
    assert prepare(named, audiences(), snapshot="november").drawn == 36


def test_municipalities_that_merged_since_share_one_budget_and_are_refused(standard: StandardAnswers) -> None:
    old = [question(where=(code,), day=date(2024, 11, 1)) for code in ("31033", "73006", "73032")]
    assert refused(standard, old, "E533") == (
        "Op deze peildatum bestaan gemeenten die intussen samengingen (73006, 73032): hun budget is nu één budget. "
        "Kies een peildatum na de fusie."
    )


def test_the_answers_are_recalled_without_counting(standard: StandardAnswers) -> None:
    assert standard.round() is None
    prepare(standard, audiences(2))
    made = standard.round()
    assert made is not None
    shown = standard.recall([question(0), question(1), question(2)], made)
    assert [estimate and estimate.about for estimate in shown] == [31035, 31035, None]


def test_a_municipality_that_asks_takes_up_a_preparation_that_stopped(
    standard: StandardAnswers, teller: Teller, noise: Recorded
) -> None:
    def stop(alike: Sequence[Question]) -> list[int]:
        raise TryAgainError("E519", "even later")

    with pytest.raises(TryAgainError):
        prepare(standard, audiences(), stop)
    answer = ask(teller, question(5), Counted(families=140))
    assert (answer.prepared, answer.asked_before, answer.cost, answer.turns.used) == (True, True, Fraction(0), 0)
    assert noise.draws == [(140, Fraction(8), 1, Fraction(1, 128))]
    assert prepare(standard, audiences()) == Preparation(36, 0, 35, date(2026, 3, 1))
    assert ask(teller, question(5)).families == answer.families


def test_preparations_and_questions_at_once_draw_everything_once(
    standard: StandardAnswers, teller: Teller, noise: Recorded
) -> None:
    def work(number: int) -> int:
        if number % 2:
            return prepare(standard, audiences()).drawn
        ask(teller, question(number // 2, where=("31033",)))
        return 0

    with ThreadPoolExecutor(8) as pool:
        drawn = sum(pool.map(work, range(8)))
    assert len(noise.draws) == 36
    assert 32 <= drawn <= 36
    own = teller.turns("31033").used
    assert own <= 4
    assert teller.left("31033")[Share.STANDARD] == Fraction(own, 128)


def test_everything_is_charged_before_anything_is_counted(tmp_path: Path, standard: StandardAnswers) -> None:
    seen: list[tuple[int, int]] = []

    def look(alike: Sequence[Question]) -> list[int]:
        with closing(sqlite3.connect(tmp_path / "toestand" / "telbeurten.sqlite")) as opened:
            seen.append(
                (
                    opened.execute("SELECT count(*) FROM verbruik WHERE soort = 'standaard'").fetchone()[0],
                    opened.execute("SELECT count(ruw) FROM antwoord").fetchone()[0],
                )
            )
        return [0] * len(alike)

    prepare(standard, audiences(3), look)
    assert seen == [(9, 0), (9, 3), (9, 6)]
