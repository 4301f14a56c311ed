"""Questions built backwards from the type that is needed, over values that the generated worlds hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from generated_worlds import CODES, DAYS, FIRSTS, POSTCODES, listed_values
from hypothesis import strategies as st

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue, FieldKind, PeriodKind, Source, SourceField
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    Days,
    DomicileOf,
    Field,
    Granted,
    Has,
    InFamily,
    IsUnknown,
    LivesIn,
    Months,
    Not,
    OneOf,
    Or,
    Payer,
    Period,
    Question,
    Range,
    SchoolYears,
    Sort,
)  # fmt: skip

REFERENCE_DAYS = (date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 28), date(2025, 9, 1), date(2025, 11, 1))
AGES = st.sampled_from((0, 1, 3, 4, 5, 12, 13, 17, 34, 35))
Conditions = st.SearchStrategy[Condition]


def bounds() -> st.SearchStrategy[Count]:
    """One bound or two."""
    small = st.integers(0, 3)
    positive = st.integers(1, 3)
    return st.one_of(
        st.builds(Count, at_least=positive),
        st.builds(Count, at_most=small),
        st.builds(Count, exactly=small),
        st.builds(Count, at_least=positive, at_most=small),
    )


def ordered(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    """A low and a high bound, one of them perhaps open."""
    both = st.tuples(values, values).map(lambda pair: (min(pair), max(pair)))
    return st.one_of(both, st.tuples(values, st.none()), st.tuples(st.none(), values))


def ages(sort: Any) -> Conditions:
    """Ages in years or in months."""
    years = ordered(AGES).map(lambda pair: Age(sort, *pair))
    months = ordered(AGES).map(lambda pair: Age(sort, *pair, unit="maand"))
    return st.one_of(years, months)


def lives_in(sort: Any) -> Conditions:
    """Municipalities, postcodes, or both; today or another day."""
    codes = st.lists(st.sampled_from(CODES), max_size=2).map(tuple)
    postcodes = st.lists(st.sampled_from(POSTCODES), max_size=1).map(tuple)
    return (
        st.tuples(codes, postcodes, st.one_of(st.none(), st.sampled_from(DAYS)))
        .filter(lambda drawn: bool(drawn[0] or drawn[1]))
        .map(lambda drawn: LivesIn(sort, *drawn))
    )


def field_tests(field: SourceField) -> st.SearchStrategy[Field]:
    """Every test that a field's type allows."""
    values = st.sampled_from(listed_values(field))
    tests: list[st.SearchStrategy[Any]] = [
        st.lists(values, min_size=1, max_size=2).map(lambda found: OneOf(tuple(found)))
    ]
    if field.soort in (FieldKind.AMOUNT, FieldKind.INTEGER):
        tests.append(ordered(values).map(lambda pair: Range(*pair)))
    if field.kan_ontbreken:
        tests.append(st.builds(IsUnknown, st.booleans()))
    return st.one_of(tests).map(lambda test: Field(field.veld, test))


def periods(source: Source) -> st.SearchStrategy[Period]:
    """Every period that a source's kind allows, inside the worlds' coverage."""
    days = ordered(st.sampled_from(DAYS)).map(lambda pair: Days(pair[0] or DAYS[0], pair[1] or DAYS[-1]))
    match source.soort_periode:
        case PeriodKind.MONTH_RIGHT | PeriodKind.MONTH:
            span = st.tuples(st.sampled_from(FIRSTS), st.integers(0, 5)).filter(lambda drawn: _fits(*drawn))
            return span.flatmap(
                lambda drawn: st.sampled_from((None, *range(1, drawn[1] + 2))).map(
                    lambda least: Months(Month.of(drawn[0]), Month.of(drawn[0]).plus(drawn[1]), least)
                )
            )
        case PeriodKind.GRANT:
            age = st.sampled_from((3, 4))
            return st.one_of(
                st.builds(Granted, age=age), st.builds(Granted, days=days), st.builds(Granted, age=age, days=days)
            )
        case PeriodKind.SCHOOL_YEAR:
            return st.sampled_from((2023, 2024, 2025)).map(lambda year: SchoolYears(SchoolYear(year)))
        case PeriodKind.DAY:
            return days


def _fits(first: date, months: int) -> bool:
    return Month.of(first).plus(months) <= Month(2025, 11)


def has(catalogue: Catalogue) -> Conditions:
    """A source, a period of its kind, and up to two fields on the same row."""

    def of(source: Source) -> Conditions:
        tests = st.lists(st.one_of([field_tests(field) for field in source.velden]), max_size=2)
        return st.tuples(periods(source), tests).map(lambda drawn: Has(source.bron, drawn[0], tuple(drawn[1])))

    # Sources with a field that may be missing three times, since that is where unknown comes from.
    keys = [key for key in sorted(catalogue.sources) for _ in range(3 if _may_miss(catalogue.sources[key]) else 1)]
    return st.sampled_from(keys).flatmap(lambda key: of(catalogue.sources[key]))


def _may_miss(source: Source) -> bool:
    return any(field.kan_ontbreken for field in source.velden)


def weighted(*choices: tuple[int, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """One of the strategies, in proportion: the interesting ones would drown otherwise."""
    numbered = tuple(strategy for weight, strategy in choices for _ in range(weight))
    return st.integers(0, len(numbered) - 1).flatmap(lambda chosen: numbered[chosen])


def joined(base: Conditions, depth: int) -> Conditions:
    """The base conditions under *depth* layers of and, or, not."""
    if depth == 0:
        return base
    inner = joined(base, depth - 1)
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return weighted((4, base), (2, inner.map(Not)), (3, parts.map(And)), (3, parts.map(Or)))


def kinds(catalogue: Catalogue, depth: int) -> Conditions:
    """Conditions on a kind; *depth* bounds the layers of quantifiers below."""
    born = ordered(st.sampled_from((*DAYS, date(2020, 2, 29), date(2022, 11, 2)))).map(lambda pair: Born(*pair))
    below = st.deferred(lambda: gezinnen(catalogue, depth - 1)).map(InFamily)
    base = weighted(
        (8, has(catalogue)),
        (6, ages(Sort.KIND)),
        (3, born),
        (2, lives_in(Sort.KIND)),
        (2 if depth > 0 else 0, below),
    )
    return joined(base, 1)


def gezinnen(catalogue: Catalogue, depth: int) -> Conditions:
    """Conditions on a gezin; *depth* bounds the layers of quantifiers below."""
    which = weighted((1, st.none()), (8, st.deferred(lambda: kinds(catalogue, depth - 1))))
    people = joined(weighted((1, ages(Sort.BEGUNSTIGDE)), (1, lives_in(Sort.BEGUNSTIGDE))), 1)
    base = weighted(
        (8 if depth > 0 else 0, st.builds(Children, bounds(), which)),
        (1, st.builds(ChildrenInDossier, bounds())),
        (2, st.builds(Beneficiaries, bounds(), weighted((1, st.none()), (3, people)))),
        (
            1,
            st.lists(st.sampled_from(("FONS", "Infino")), min_size=1, max_size=2).map(
                lambda names: Payer(tuple(names))
            ),
        ),
    )
    return joined(base, 1)


def questions(catalogue: Catalogue) -> st.SearchStrategy[Question]:
    """A whole question."""
    units = st.one_of(
        st.tuples(st.just(Sort.GEZIN), gezinnen(catalogue, 3)), st.tuples(st.just(Sort.KIND), kinds(catalogue, 2))
    )

    def asked(day: date) -> st.SearchStrategy[Question]:
        valid = tuple(code for code in CODES if catalogue.municipalities.is_valid(code, day))
        codes = st.one_of(st.just(valid), st.lists(st.sampled_from(valid), min_size=1, max_size=2).map(tuple))
        return st.tuples(units, codes, st.sampled_from(DomicileOf)).map(
            lambda drawn: Question(drawn[0][0], day, drawn[1], drawn[2], drawn[0][1])
        )

    return st.sampled_from(REFERENCE_DAYS).flatmap(asked)
