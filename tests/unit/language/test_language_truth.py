"""The truth tables against a plain evaluation in Kleene's logic, and what may not be called superfluous or positive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groeibrief.calendar import Month, years_on
from groeibrief.errors import DefinitionError
from groeibrief.language import Definition
from groeibrief.language.truth import Table, TooLarge
from groeibrief.query import Age, And, Condition, Has, Months, Not, Or, Sort

Load = Callable[..., Definition]
ON = date(2025, 11, 1)
SOURCES = ("sociale_toeslag", "zorgtoeslag")


def has(source: str) -> Has:
    return Has(source, Months(Month(2025, 11), Month(2025, 11)))


ATOMS = st.one_of(
    st.sampled_from([has(source) for source in SOURCES]),
    st.tuples(st.integers(0, 6), st.integers(0, 3)).map(lambda ends: Age(Sort.KIND, ends[0], ends[0] + ends[1])),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=6,
)


def kleene(node: Condition, facts: dict[str, bool | None], born: date | None) -> bool | None:
    match node:
        case Has(source):
            return facts[source]
        case Age(at_least=low, at_most=high):
            if born is None:
                return None
            assert low is not None
            assert high is not None
            return low <= years_on(born, ON) <= high
        case Not(part):
            inner = kleene(part, facts, born)
            return None if inner is None else not inner
        case And(parts):
            outcomes = [kleene(part, facts, born) for part in parts]
            return False if False in outcomes else (None if None in outcomes else True)
        case Or(parts):
            outcomes = [kleene(part, facts, born) for part in parts]
            return True if True in outcomes else (None if None in outcomes else False)
    raise AssertionError(node)


@settings(max_examples=60, deadline=None)
@given(CONDITIONS)
def test_table_holds_every_outcome_and_no_other(condition: Condition) -> None:
    births = [None, *(date(2025 - years, 6, 1) for years in range(12))]
    outcomes = {
        kleene(condition, {"sociale_toeslag": social, "zorgtoeslag": care}, born)
        for social in (True, False, None)
        for care in (True, False, None)
        for born in births
    }
    table = Table(condition, ON)
    masks = table.masks(condition)
    assert (True in outcomes) == (masks.true != 0)
    assert (False in outcomes) == (masks.false != 0)
    assert (None in outcomes) == (masks.true | masks.false != table.all)
    assert masks.true & masks.false == 0


def test_table_has_a_bound() -> None:
    many = Or(tuple(has(f"bron_{number}") for number in range(12)))
    with pytest.raises(TooLarge):
        Table(many, ON)
    assert Table(many, ON, unknown=False).all.bit_length() == 2**12


@pytest.mark.parametrize(
    "condition",
    [
        # Only classically superfluous: where the first is unknown, the second decides.
        "{of: [{heeft: {bron: zorgtoeslag}}, "
        "{en: [{niet: {heeft: {bron: zorgtoeslag}}}, {heeft: {bron: wezentoeslag}}]}]}",
        # The same die with a different number, or another die: both say something.
        "{en: [{heeft: {bron: zorgtoeslag}}, {gezin: {kinderen: {minstens: 2}}}, "
        "{gezin: {kinderen: {minstens: 1, die: {heeft: {bron: zorgtoeslag}}}}}]}",
        # Rows of two sorts, not one narrower than the other.
        "{of: [{heeft: {bron: sociale_toeslag, maand: 2025-10}}, {heeft: {bron: sociale_toeslag, maand: 2025-11}}]}",
        "{of: [{heeft: {bron: sociale_toeslag, met: {schijf: laag}}}, "
        "{heeft: {bron: sociale_toeslag, met: {helft: true}}}]}",
        "{en: [{heeft: {bron: sociale_toeslag, periode: {van: 2025-01, tot_en_met: 2025-06}}}, "
        "{heeft: {bron: sociale_toeslag, periode: {van: 2025-05, tot_en_met: 2025-08}}}]}",
    ],
)
def test_not_superfluous(load: Load, condition: str) -> None:
    assert load(f"eenheid: kind\nvoorwaarden: {condition}\n").question.condition.sort is Sort.KIND


@pytest.mark.parametrize(
    ("condition", "line"),
    [
        (
            "{en: [{heeft: {bron: sociale_toeslag, periode: {van: 2025-01, tot_en_met: 2025-06}}}, "
            "{heeft: {bron: sociale_toeslag, maand: 2025-03}}]}",
            11,
        ),
        (
            "{en: [{heeft: {bron: sociale_toeslag, periode: {van: 2025-01, tot_en_met: 2025-06}, "
            "hoe_vaak: {minstens_maanden: 5}}}, {heeft: {bron: sociale_toeslag, "
            "periode: {van: 2025-01, tot_en_met: 2025-02}}}]}",
            11,
        ),
        (
            "{of: [{heeft: {bron: sociale_toeslag, met: {bedrag: {minstens: 50}}}}, "
            "{heeft: {bron: sociale_toeslag, met: {bedrag: 60}}}]}",
            11,
        ),
        (
            "{en: [{heeft: {bron: kleutertoeslag, leeftijd: 3, periode: {van: 2025-02-01, tot_en_met: 2025-02-28}}}, "
            "{heeft: {bron: kleutertoeslag, periode: {van: 2025-01-01, tot_en_met: 2025-06-30}}}]}",
            11,
        ),
    ],
)
def test_swallowed_by_a_narrower_row(load: Load, condition: str, line: int) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(f"eenheid: kind\nvoorwaarden: {condition}\n")
    assert caught.value.code == "E358"
    assert [finding.regel for finding in caught.value.findings] == [line]


GRANTED = "{heeft: {bron: sociale_toeslag}}"
ONE = f"{{kinderen: {{minstens: 1, die: {GRANTED}}}}}"


@pytest.mark.parametrize(
    ("condition", "van", "positive"),
    [
        (ONE, "kind", True),
        (f"{{kinderen: {{precies: 2, die: {GRANTED}}}}}", "kind", True),
        (f"{{kinderen: {{precies: 0, die: {GRANTED}}}}}", "kind", False),
        (f"{{kinderen: {{hoogstens: 3, die: {GRANTED}}}}}", "kind", False),
        (f"{{niet: {{kinderen: {{hoogstens: 3, die: {GRANTED}}}}}}}", "kind", True),
        # Every child has it: a gezin in the population has a child when the child's domicile counts.
        (f"{{kinderen: {{hoogstens: 0, die: {{niet: {GRANTED}}}}}}}", "kind", True),
        (f"{{kinderen: {{hoogstens: 0, die: {{niet: {GRANTED}}}}}}}", "begunstigde", False),
        (f"{{kinderen: {{hoogstens: 1, die: {{niet: {GRANTED}}}}}}}", "kind", False),
        (
            f"{{en: [{{kinderen_in_dossier: {{minstens: 3}}}}, {{kinderen: {{minstens: 1, die: {GRANTED}}}}}]}}",
            "kind",
            True,
        ),
        (
            f"{{of: [{{uitbetaler: {{een_van: [FONS]}}}}, {{kinderen: {{minstens: 1, die: {GRANTED}}}}}]}}",
            "kind",
            False,
        ),
        ("{begunstigden: {minstens: 1, die: {leeftijd: {van: 18}}}}", "kind", False),
        (
            f"{{kinderen: {{minstens: 1, die: {{gezin: {{kinderen: {{minstens: 2, die: {GRANTED}}}}}}}}}}}",
            "kind",
            True,
        ),
    ],
)
def test_positive(load: Load, condition: str, van: str, positive: bool) -> None:
    body = f"eenheid: gezin\nvoorwaarden: {condition}\n"
    if positive:
        load(body, ("van: kind", f"van: {van}"))
        return
    with pytest.raises(DefinitionError) as caught:
        load(body, ("van: kind", f"van: {van}"))
    assert caught.value.code == "E361"
