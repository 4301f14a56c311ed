"""What is charged, refused and said follows from the questions alone, whatever the families are."""

from __future__ import annotations

from typing import Any

import pytest
from attack_catalogue import NOISE, quick_memory, state
from attack_linear import SOME, a_child, padded, rewritten, target
from attack_protections import CATALOGUE, POLICY, SENSITIVE, Told
from attack_world import LICHTERVELDE, SECRET, TORHOUT, ask, has, make_world

from groeibrief.errors import RefusedError
from groeibrief.query import And, Children, Has, Question

WORLD = make_world(21, 200)
ONE = And((a_child(has(SECRET)), target(WORLD)))
COUNTS = {"nobody": (0, 0), "one": (1, 3), "nine": (9, 9), "ten": (10, 10), "everyone": (100_000, 300_000)}


def script() -> list[tuple[Question, bool, tuple[str, ...]]]:
    """A year of asking: new, repeated, reworded, sensitive, another's, with children, until long after the end."""
    care = [has("zorgtoeslag", month) for month in range(8)]
    sensitive = [ask(padded(a_child(part), WORLD, number), month=number) for number, part in enumerate(care)]
    own = [ask(padded(ONE, WORLD, number)) for number in range(16)]
    free = [ask(condition) for condition in rewritten(ONE)]
    foreign = ask(ONE, where=(LICHTERVELDE,))
    joint = ask(ONE, where=(TORHOUT, LICHTERVELDE))
    wanted = [*own[:3], *sensitive, *free, own[0], foreign, joint, *own[3:], own[1]]
    return [(question, number % 5 == 4, (TORHOUT,)) for number, question in enumerate(wanted)] + [
        (joint, False, (TORHOUT, LICHTERVELDE))
    ]


def transcript(teller: Any, counts: tuple[int, int]) -> list[dict[str, Any]]:
    """Everything that a municipality sees, but for the noisy numbers and how they are worded."""
    seen = []
    for question, children, own in script():
        try:
            answer = teller.ask(
                question, municipality=own, snapshot_id="s", snapshot_hash="5" * 64, sources_sensitive=SENSITIVE,
                children=children, count=lambda: counts,
            )  # fmt: skip
        except RefusedError as error:
            seen.append({"code": error.code, "exit": error.exit_code, "text": str(error)})
            continue
        told = answer.as_json()
        for numbers in ("gezinnen", "kinderen"):
            if numbers in told:
                told[numbers] = "getal"
        seen.append(told)
    seen.append({"turns": teller.turns(TORHOUT), "left": teller.left(TORHOUT)})
    return seen


@pytest.mark.parametrize("durable", [False, True])
def test_refusals_charges_and_texts_are_the_same_for_every_population(durable: bool) -> None:
    def all_of_them() -> dict[str, list[dict[str, Any]]]:
        found = {}
        for name, counts in COUNTS.items():
            with state() as folder:
                found[name] = transcript(Told(folder, NOISE).teller, counts)
        return found

    if durable:
        transcripts = all_of_them()
    else:
        with quick_memory():
            transcripts = all_of_them()
    first = transcripts["nobody"]
    assert all(one == first for one in transcripts.values())
    codes = [seen.get("code", "antwoord") for seen in first[:-1]]
    assert set(codes) == {"antwoord", "E510", "E511", "E512"}


def test_a_municipality_cannot_ask_for_another_whatever_it_says() -> None:
    """Neither alone nor beside its own, nor where the condition names it: the population is its own."""
    with state() as folder:
        told = Told(folder, NOISE)
        for where in ((LICHTERVELDE,), (TORHOUT, LICHTERVELDE)):
            reply = told.ask(ask(ONE, where=where), lambda: (1, 1), children=False, own=(TORHOUT,), snapshot=0)
            assert reply.words.startswith("Deze vraag gaat over een andere gemeente (36011).")
        assert told.teller.turns(TORHOUT).used == told.teller.turns(LICHTERVELDE).used == 0


def test_more_bounds_on_one_source_are_no_way_around_its_limit() -> None:
    """A sensitive source is one however it is wrapped, and the sixth answer is the last."""
    care = CATALOGUE.sources["zorgtoeslag"]
    assert care.gevoelig
    with state() as folder:
        told = Told(folder, NOISE)
        codes = []
        for number in range(POLICY.hoogstens_gevoelig + 1):
            part = has(care.bron)
            assert isinstance(part, Has)
            condition = padded(Children(SOME, And((part, has(SECRET)))), WORLD, number)
            reply = told.ask(ask(condition), lambda: (1, 1), children=False, own=(TORHOUT,), snapshot=0)
            codes.append(reply.refused)
        assert codes == [False] * POLICY.hoogstens_gevoelig + [True]
