"""The comparison: each case of policy, and the same answers as the reference engine on generated worlds."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from opgroeien_world import DAY, EXTRACTED_ON, ROOT, TORHOUT, ZAVENTEM, People, number, written

from groeibrief.calendar import Month
from groeibrief.catalog import Catalogue, Project, load_catalogue
from groeibrief.engines.reference import ReferenceEngine
from groeibrief.engines.reference.world import World
from groeibrief.errors import SnapshotError, TryAgainError
from groeibrief.opgroeien import matching
from groeibrief.opgroeien.matching import Ask, Totals, matched
from groeibrief.opgroeien.policy import Ages, Rule, Words, load_track_policy
from groeibrief.query import Age, DomicileOf, Has, Months, Question, Sort
from groeibrief.snapshot.folder import Snapshot

WORDS = load_track_policy(Project(ROOT)).antwoord
OUTSIDE = WORDS.niet_in_doelgroep
ASK = Ask(day=DAY, municipalities=(TORHOUT,), ages=Ages(van=0, tot_en_met=25), with_number=False)


def answers(
    snapshot: Snapshot, numbers: list[str], catalogue: Catalogue, ask: Ask = ASK, words: Words = WORDS
) -> tuple[dict[str, tuple[str, str, str]], Totals]:
    with matched(numbers, ask, snapshot, catalogue.municipalities, words) as match:
        rows = [row for batch in match.rows() for row in batch]
        assert [row[0] for row in rows] == numbers
        return {insz: (answer, month, to) for insz, answer, month, to in rows}, match.totals


@pytest.fixture
def people(catalogue: Catalogue) -> People:
    made = People(catalogue)
    for parent, name in ((11, "Ouder"), (12, "Mede-ouder")):
        made.person(parent, number(parent, "850101"), name=name, born=date(1985, 1, 1))
    return made


def test_yes_no_and_nobody(people: People, catalogue: Catalogue, tmp_path: Path) -> None:
    yes = people.child(1, number(1), [11])
    people.right(1)
    no = people.child(2, number(2), [11])
    elsewhere = people.child(3, number(3), [11], nis=ZAVENTEM)
    people.right(3)
    old = people.child(4, number(4), [11], born=date(1999, 11, 1))
    people.right(4)
    abroad = people.child(5, number(5), [11], land="FR", nis=None)
    adult, stranger = number(11, "850101"), number(500)
    asked = [stranger, abroad, old, no, yes, elsewhere, adult]
    found, totals = answers(people.write(tmp_path / "s" / "proef"), asked, catalogue)
    nothing = (OUTSIDE, "", "")
    assert found == {
        yes: ("ja", "2025-11", "Piet Ouder (geheel)"), no: ("nee", "2025-11", ""), elsewhere: nothing, old: nothing,
        abroad: nothing, stranger: nothing, adult: nothing,
    }  # fmt: skip
    assert totals == Totals(yes=1, no=1, unknown=0, outside=5, withheld=0, living=2)


def test_the_last_birthday_counts_and_the_month_is_that_of_the_day(
    people: People, catalogue: Catalogue, tmp_path: Path
) -> None:
    still = people.child(1, number(1), [11], born=date(1999, 11, 2))
    people.right(1, tot=date(2025, 12, 1))
    over = people.child(2, number(2), [11])
    people.right(2, tot=date(2025, 11, 1))
    found, _ = answers(people.write(tmp_path / "s" / "proef"), [still, over], catalogue)
    assert [found[each][0] for each in (still, over)] == ["ja", "nee"]


def test_unknown_is_neither_no_nor_outside(people: People, catalogue: Catalogue, tmp_path: Path) -> None:
    unborn = people.child(1, number(1), [11], born=None)
    homeless = people.child(2, number(2), [11], home=False)
    codeless = people.child(3, number(3), [11], nis=None)
    twice = people.child(4, number(4), [11])
    people.child(5, number(4), [11])
    far = people.child(6, number(6), [11], born=None, nis=ZAVENTEM)
    for child in range(1, 7):
        people.right(child)
    asked = [unborn, homeless, codeless, twice, far]
    found, totals = answers(people.write(tmp_path / "s" / "proef"), asked, catalogue)
    for each in asked[:4]:
        assert found[each] == ("onbekend", "", "")
    assert found[far] == (OUTSIDE, "", ""), "false and unknown is false"
    assert totals.unknown == 4


def test_to_whom_it_is_granted(people: People, catalogue: Catalogue, tmp_path: Path) -> None:
    people.person(13, number(13, "850101"), name="Dood", born=date(1985, 1, 1), died=date(2025, 11, 2))
    people.person(14, number(14, "850101"), name="Schuil", born=date(1985, 1, 1), secret=True)
    halves = people.child(1, number(1), [11, 12])
    people.right(1, 2, half=True)
    people.right(1, 1, half=True)
    institution = people.child(2, number(2), [None])
    dead, hidden, nobody = (
        people.child(3, number(3), [13]),
        people.child(4, number(4), [14]),
        people.child(5, number(5)),
    )
    for child in range(2, 6):
        people.right(child)
    asked = [halves, institution, dead, hidden, nobody]
    snapshot = people.write(tmp_path / "s" / "proef")
    found, _ = answers(snapshot, asked, catalogue)
    assert [found[each][2] for each in asked] == [
        "Piet Ouder (helft); Piet Mede-ouder (helft)", "een instelling (geheel)",
        "naam niet meegedeeld: begunstigde overleden (geheel)", "naam niet meegedeeld: afgeschermd adres (geheel)",
        "begunstigde onbekend (geheel)",
    ]  # fmt: skip
    found, _ = answers(snapshot, asked, catalogue, dataclasses.replace(ASK, with_number=True))
    first, second = number(11, "850101"), number(12, "850101")
    assert found[halves][2] == f"Piet Ouder, {first} (helft); Piet Mede-ouder, {second} (helft)"
    assert number(14, "850101") not in found[hidden][2]
    open_words = dataclasses.replace(
        WORDS, afgeschermde_begunstigde=dataclasses.replace(WORDS.afgeschermde_begunstigde, regel=Rule.ANSWER)
    )
    assert answers(snapshot, asked, catalogue, words=open_words)[0][hidden][2] == "Piet Schuil (geheel)"


def test_death_and_a_secret_address_of_the_child_are_policy(
    people: People, catalogue: Catalogue, tmp_path: Path
) -> None:
    dead = people.child(1, number(1), [11], died=date(2025, 11, 2))
    hidden = people.child(2, number(2), [11], secret=True)
    long_dead = people.child(3, number(3), [11], died=date(2025, 10, 1))
    far = people.child(4, number(4), [11], nis=ZAVENTEM, died=date(2025, 11, 2), secret=True)
    for child in range(1, 5):
        people.right(child)
    snapshot = people.write(tmp_path / "s" / "proef")
    asked = [dead, hidden, long_dead, far]
    found, totals = answers(snapshot, asked, catalogue)
    assert [found[each][0] for each in asked] == ["geen antwoord: kind overleden", "ja", OUTSIDE, OUTSIDE]
    assert found[dead][1:] == ("", "")
    assert (totals.withheld, totals.yes, totals.outside) == (1, 1, 2)
    words = dataclasses.replace(
        WORDS,
        overleden_kind=dataclasses.replace(WORDS.overleden_kind, regel=Rule.ANSWER),
        afgeschermd_kind=dataclasses.replace(WORDS.afgeschermd_kind, regel=Rule.HOLD),
    )
    found, _ = answers(snapshot, asked, catalogue, words=words)
    assert [found[each][0] for each in asked] == ["ja", "geen antwoord: afgeschermd adres", OUTSIDE, OUTSIDE]


def test_a_name_is_one_line_whatever_is_in_it(people: People, catalogue: Catalogue, tmp_path: Path) -> None:
    people.person(13, number(13, "850101"), name="=1+1\n\t\u200b'O", born=date(1985, 1, 1))
    child = people.child(1, number(1), [13])
    people.right(1)
    found, _ = answers(people.write(tmp_path / "s" / "proef"), [child], catalogue)
    assert found[child][2] == "Piet =1+1 'O (geheel)"


def test_a_municipality_that_merged_is_read_through_its_successor(
    people: People, catalogue: Catalogue, tmp_path: Path
) -> None:
    merged = people.child(1, number(1), [11], nis="37015")
    people.right(1)
    ask = dataclasses.replace(ASK, municipalities=("37022",))
    found, _ = answers(people.write(tmp_path / "s" / "proef"), [merged], catalogue, ask)
    assert found[merged][0] == "ja"


@pytest.mark.parametrize(
    ("day", "code", "told"),
    [
        (
            date(2025, 11, 4), "E840",
            "De peildatum 2025-11-04 ligt na de extractie van de snapshot (2025-11-03). Kies een vroegere peildatum "
            "of neem een nieuwere snapshot in.",
        ),
        (date(2024, 5, 31), "E841", "sociale_toeslag: 2024-05 valt buiten de dekking van deze snapshot."),
    ],
)  # fmt: skip
def test_what_the_snapshot_cannot_know(
    people: People, catalogue: Catalogue, tmp_path: Path, day: date, code: str, told: str
) -> None:
    snapshot = people.write(tmp_path / "s" / "proef")
    with pytest.raises(SnapshotError) as refusal:
        answers(snapshot, [number(1)], catalogue, dataclasses.replace(ASK, day=day))
    assert (refusal.value.code, str(refusal.value)) == (code, told)


def test_an_altered_file_is_not_read(people: People, catalogue: Catalogue, tmp_path: Path) -> None:
    snapshot = people.write(tmp_path / "s" / "proef")
    path = snapshot.folder / "persoon.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(SnapshotError) as refusal:
        answers(snapshot, [number(1)], catalogue)
    assert refusal.value.code == "E842"


def test_what_does_not_fit_is_not_spilled(
    people: People, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "_MEMORY", 1)
    snapshot = people.write(tmp_path / "s" / "proef")
    with pytest.raises(TryAgainError) as refusal:
        answers(
            snapshot, [number(serial, f"15{month:02d}15") for month in range(1, 13) for serial in range(990)], catalogue
        )
    assert (refusal.value.code, str(refusal.value)) == (
        "E845",
        "De vergelijking past niet in het geheugen. Vraag het bestuur om de lijst in delen te leveren.",
    )


# --- the same answers as the reference engine -------------------------------------------------------------------

CATALOGUE = load_catalogue(Project(ROOT))
CODES = (TORHOUT, "37022", "37015", ZAVENTEM)
MONTHS = [date(2025, month, 1) for month in (8, 9, 10, 11)]
BIRTHS = [None, date(2015, 6, 15), date(2012, 2, 29), date(2007, 11, 1), date(2007, 11, 2), date(2025, 11, 2)]
seen: Counter[str] = Counter()


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    made = People(CATALOGUE)
    for child in range(1, draw(st.integers(10, 16))):
        made.person(
            child, number(child), born=draw(st.sampled_from(BIRTHS)), home=draw(st.integers(0, 9)) > 0,
            died=draw(st.sampled_from([*[None] * 8, DAY, date(2025, 10, 1)])),
            nis=draw(st.sampled_from([None, *CODES, *CODES[:3]])), land=draw(st.sampled_from([*["BE"] * 9, "FR"])),
        )  # fmt: skip
        parents = [child * 100 + order for order in range(1, draw(st.integers(1, 3)))]
        for parent in parents:
            made.person(parent, number(parent % 997, "850101"), born=date(1985, 1, 1))
        made.family(child, child, parents)
        if draw(st.integers(0, 5)) == 0:
            made.rows["dossier"][-1]["gesloten_op"] = draw(st.sampled_from([DAY, date(2025, 11, 2)]))
        for order in (1, 2):
            if draw(st.booleans()):
                start, end = (
                    draw(st.sampled_from(MONTHS)),
                    draw(st.sampled_from([None, *MONTHS[1:], date(2025, 12, 1)])),
                )
                if end is None or start < end:
                    made.right(child, order, van=start, tot=end, half=draw(st.booleans()))
    return made.rows


@settings(max_examples=40, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(worlds(), st.sampled_from([DAY, date(2025, 10, 31), EXTRACTED_ON]), st.integers(0, 12), st.integers(2, 20))
def _compare(rows: dict[str, list[dict[str, Any]]], day: date, low: int, more: int) -> None:
    codes = ("31033", "37022")
    world = World.read(lambda table: _whole(rows, table), list(CATALOGUE.sources), EXTRACTED_ON, _COVERAGE)
    judge = ReferenceEngine(world, CATALOGUE)
    month = Month.of(day)
    conditions = (Age(Sort.KIND, at_least=low, at_most=low + more), Has("sociale_toeslag", Months(month, month)))
    questions = [Question(Sort.KIND, day, codes, DomicileOf.KIND, each) for each in conditions]
    of_age, has = (
        {row["unit_id"]: row["outcome"] for row in judge.outcomes(question).to_pylist()} for question in questions
    )
    children = {row["persoon_id"]: row for row in rows["persoon"] if row["persoon_id"] < 100}
    expected = {}
    for child, person in children.items():
        if child in of_age:
            answer = {False: OUTSIDE, None: "onbekend"}.get(of_age[child]) or ("ja" if has[child] else "nee")
        else:
            answer = _outside(world, child, day, low, more)
        expected[person["insz"]] = answer
    ask = Ask(day=day, municipalities=codes, ages=Ages(van=low, tot_en_met=low + more), with_number=False)
    with tempfile.TemporaryDirectory() as name:
        snapshot = written(Path(name) / "proef", rows, CATALOGUE)
        words = dataclasses.replace(WORDS, overleden_kind=dataclasses.replace(WORDS.overleden_kind, regel=Rule.ANSWER))
        found, totals = answers(snapshot, list(expected), CATALOGUE, ask, words)
    assert {insz: answer for insz, (answer, _, _) in found.items()} == expected
    assert totals.living == sum(1 for value in of_age.values() if value)
    seen.update(expected.values())


_COVERAGE = dict.fromkeys(CATALOGUE.sources, ("2024-06", "2025-11"))


def _whole(rows: dict[str, list[dict[str, Any]]], table: str) -> list[dict[str, Any]]:
    return [{"tot": None, "bus": None, **row} for row in rows.get(table, [])]


def _outside(world: World, child: int, day: date, low: int, more: int) -> str:
    """Who is in nobody's population: unknown when only the domicile is not known, and the age may fit."""
    home = world.home(child, day)
    if child not in world.children_on(child, day) or (home and (home["land"] != "BE" or home["nis"] is not None)):
        return OUTSIDE
    born = world.persons[child]["geboortedatum"]
    years = None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return "onbekend" if years is None or low <= years <= low + more else OUTSIDE


def test_the_reference_engine_agrees() -> None:
    _compare()
    # The comparison means something: each answer came often.
    assert all(seen[answer] > 10 for answer in ("ja", "nee", "onbekend", OUTSIDE)), seen
