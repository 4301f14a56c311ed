"""Each condition's value for one child, gezin or beneficiary: a table from node to method, straight off LANGUAGE."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from groeibrief.catalog import Catalogue
from groeibrief.catalog.model import PeriodKind
from groeibrief.engines.reference.dates import birthdays_passed, first_days, months_passed
from groeibrief.engines.reference.truth import Truth, at_least, every, opposite, some
from groeibrief.engines.reference.world import Row, World
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
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
    Question,
    SchoolYears,
)  # fmt: skip


class Evaluation:
    """One question over one world. Subjects are ids: kind_id, dossier_id, or a beneficiary's persoon_id."""

    def __init__(self, world: World, catalogue: Catalogue, question: Question) -> None:
        self.world, self.catalogue, self.question = world, catalogue, question
        self.day = question.reference_date
        self.scope: dict[int, list[int]] = {}
        self.dossier_of: dict[int, int] = {}
        for dossier in sorted(world.dossiers):
            children = world.children_on(dossier, self.day)
            for child in children:
                self.dossier_of[child] = dossier
            in_scope = self._in_scope(dossier, children)
            if in_scope is not None:
                self.scope[dossier] = in_scope
        self._values: dict[type, Callable[[Any, int], Truth]] = {
            And: lambda node, subject: every([self.value(part, subject) for part in node.parts]),
            Or: lambda node, subject: some([self.value(part, subject) for part in node.parts]),
            Not: lambda node, subject: opposite(self.value(node.part, subject)),
            Age: self._age,
            Born: self._born,
            LivesIn: self._lives_in,
            Has: self._has,
            InFamily: lambda node, child: self.value(node.part, self.dossier_of[child]),
            Children: lambda node, dossier: self._bounds(node.count, self._each(node.which, self.scope[dossier])),
            ChildrenInDossier: lambda node, dossier: self._bounds(
                node.count, [True] * len(world.children_on(dossier, self.day))
            ),
            Beneficiaries: lambda node, dossier: self._bounds(
                node.count, self._each(node.which, world.beneficiaries_on(dossier, self.day))
            ),
            Payer: lambda node, dossier: world.dossiers[dossier]["uitbetaler"] in node.one_of,
        }

    def value(self, node: Condition, subject: int) -> Truth:
        """The condition's value for the subject."""
        return self._values[type(node)](node, subject)

    def without_domicile(self) -> int:
        """Children of open dossiers with no domicile row, or no code in BE, in the whole world."""
        homes = [self.world.home(child, self.day) for child in self.dossier_of]
        return sum(1 for home in homes if home is None or (home["land"] == "BE" and home["nis"] is None))

    def rows_that_hold(self, node: Has, child: int) -> list[Row]:
        """The rows on which the ``heeft`` holds for certain; meaningful where it is true for the child."""
        return [row for row in self._rows(node, child) if self._fields(node, row) is True]

    def _in_scope(self, dossier: int, children: list[int]) -> list[int] | None:
        """The children in scope; None: the gezin is not in the population."""
        if self.question.domicile_of is DomicileOf.BEGUNSTIGDE:
            people = self.world.beneficiaries_on(dossier, self.day)
            inside = self.world.is_open(dossier, self.day) and any(self._domiciled(person) for person in people)
            return children if inside else None
        return [child for child in children if self._domiciled(child)] or None

    def _domiciled(self, person: int) -> bool:
        home = self.world.home(person, self.day)
        if home is None or home["land"] != "BE" or home["nis"] is None:
            return False
        return self._read_as(home["nis"], self.day) in self.question.municipalities

    def _read_as(self, code: str, day: date) -> str:
        known = {row.nis: row for row in self.catalogue.municipalities.rows}
        while code in known:
            row = known[code]
            if row.tot is None or row.tot > day or row.opvolger is None:
                break
            code = row.opvolger
        return code

    def _each(self, which: Condition | None, subjects: list[int]) -> list[Truth]:
        return [True if which is None else self.value(which, subject) for subject in subjects]

    def _bounds(self, count: Count, values: list[Truth]) -> Truth:
        parts: list[Truth] = []
        if count.at_least is not None:
            parts.append(at_least(values, count.at_least))
        if count.at_most is not None:
            parts.append(opposite(at_least(values, count.at_most + 1)))
        if count.exactly is not None:
            parts.append(at_least(values, count.exactly))
            parts.append(opposite(at_least(values, count.exactly + 1)))
        return every(parts)

    def _age(self, node: Age, person: int) -> Truth:
        born = self.world.persons[person]["geboortedatum"]
        if born is None:
            return None
        age = birthdays_passed(born, self.day) if node.unit == "jaar" else months_passed(born, self.day)
        return (node.at_least is None or age >= node.at_least) and (node.at_most is None or age <= node.at_most)

    def _born(self, node: Born, person: int) -> Truth:
        born = self.world.persons[person]["geboortedatum"]
        if born is None:
            return None
        return (node.first is None or born >= node.first) and (node.last is None or born <= node.last)

    def _lives_in(self, node: LivesIn, person: int) -> Truth:
        day = node.on or self.day
        home = self.world.home(person, day)
        if home is None:
            return None
        if home["land"] != "BE":
            return False
        parts: list[Truth] = []
        if node.municipalities:
            # The definition's codes are valid on the reference date; the later of both days knows all successors.
            read_on = max(day, self.day)
            asked = {self._read_as(code, read_on) for code in node.municipalities}
            parts.append(None if home["nis"] is None else self._read_as(home["nis"], read_on) in asked)
        if node.postcodes:
            postcode = home["postcode"]
            parts.append(None if postcode is None else postcode in node.postcodes)
        return every(parts)

    def _has(self, node: Has, child: int) -> Truth:
        rows = self._rows(node, child)
        if not isinstance(node.period, Months):
            return some([self._fields(node, row) for row in rows])
        months = _months(node.period)
        values = [some([self._fields(node, row) for row in rows if self._in_month(node, row, day)]) for day in months]
        return every(values) if node.period.at_least is None else at_least(values, node.period.at_least)

    def _rows(self, node: Has, child: int) -> list[Row]:
        source = self.catalogue.sources[node.source]
        found = []
        for row in self.world.sources[node.source].get(child, ()):
            if any(row[name] in values for name, values in source.nooit.items()):
                continue
            if source.telt_als and sum(row[name] for name in source.telt_als.velden) < source.telt_als.minstens:
                continue
            if self._in_period(node, row):
                found.append(row)
        return found

    def _in_period(self, node: Has, row: Row) -> bool:
        period: Any = node.period
        match period:
            case Months():
                days = _months(period)
                return any(self._in_month(node, row, day) for day in days)
            case SchoolYears(year):
                return bool(row["schooljaar"] == f"{year.start}-{year.start + 1}")
            case Granted(age, days):
                if age is not None and row["leeftijd"] != age:
                    return False
                return days is None or days.first <= row["toegekend_op"] <= days.last
        return bool(period.first <= row["datum"] <= period.last)

    def _in_month(self, node: Has, row: Row, first_day: date) -> bool:
        if self.catalogue.sources[node.source].soort_periode is PeriodKind.MONTH:
            return bool(row["maand"] == first_day)
        return row["van"] <= first_day and (row["tot"] is None or row["tot"] > first_day)

    def _fields(self, node: Has, row: Row) -> Truth:
        return every([self._field(part, row[part.name]) for part in node.where])

    def _field(self, part: Field, found: Any) -> Truth:
        if isinstance(part.test, IsUnknown):
            return (found is None) is part.test.unknown
        if found is None:
            return None
        if isinstance(part.test, OneOf):
            return found in part.test.values
        low, high = part.test.at_least, part.test.at_most
        return (low is None or found >= low) and (high is None or found <= high)


def _months(period: Months) -> list[date]:
    first, last = period.first, period.last
    return first_days(date(first.year, first.month, 1), date(last.year, last.month, 1))
