"""Conditions that say nothing: contradictions, always true, duplicate, or swallowed by another.

Each scope (the definition, and every ``die`` inside it) has its own truth table. "Swallowed" is decided in three
values: a condition that only adds unknown is not superfluous.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from groeibrief.language.conditions import Written
from groeibrief.language.faults import ALWAYS, CONTRADICTION, SUPERFLUOUS, Faults
from groeibrief.language.truth import Masks, Table, TooLarge
from groeibrief.language.wording import enumeration
from groeibrief.query import And, Beneficiaries, Children, Condition, Not, Or


def check_consistency(faults: Faults, written: Written, on: date, say: Callable[[Condition], str]) -> None:
    """Report what says nothing, in *written* and in every ``die`` inside it; *say* puts a condition into words."""
    for inner in _scopes(written):
        check_consistency(faults, inner, on, say)
    try:
        table = Table(written.condition, on)
    except TooLarge:
        try:
            table = Table(written.condition, on, unknown=False)
        except TooLarge:
            return
    scope = _Scope(faults, table, written, say)
    if not scope.report_constant(written):
        scope.report_superfluous()


def _scopes(written: Written) -> Iterator[Written]:
    for part in written.parts:
        if isinstance(written.condition, (Children, Beneficiaries)):
            yield part
        else:
            yield from _scopes(part)


def _inside(written: Written) -> tuple[Written, ...]:
    """The parts that are about the same thing as *written*."""
    return () if isinstance(written.condition, (Children, Beneficiaries)) else written.parts


class _Scope:
    """One scope with its table."""

    def __init__(self, faults: Faults, table: Table, root: Written, say: Callable[[Condition], str]) -> None:
        self._say = say
        self._faults = faults
        self._table = table
        self._root = root

    def report_constant(self, written: Written) -> bool:
        """Report the innermost conditions that never or always hold; whether there were any."""
        inner = [self.report_constant(part) for part in _inside(written)]
        if any(inner):
            return True
        masks = self._table.masks(written.condition)
        if masks.true == 0:
            self._add(CONTRADICTION, written, self._never(written), "voorwaarden die samen waar kunnen zijn")
        elif masks.false == 0:
            self._add(ALWAYS, written, self._always(written), "een voorwaarde die ook onwaar kan zijn")
        return masks.true == 0 or masks.false == 0

    def _add(self, code: str, written: Written, melding: str, expected: str) -> None:
        self._faults.add(code, written.place, melding, gevonden=self._say(written.condition), verwacht=expected)

    def _never(self, written: Written) -> str:
        condition = written.condition
        if isinstance(condition, And):
            parts = written.parts
            for number, part in enumerate(parts):
                for earlier in parts[:number]:
                    both = self._table.masks(earlier.condition).true & self._table.masks(part.condition).true
                    if both == 0:
                        return (
                            f"De voorwaarden {_lines(earlier, part)} spreken elkaar tegen: "
                            "niemand kan aan allebei voldoen. Pas er een aan."
                        )
            return "Deze voorwaarden spreken elkaar tegen: niemand kan aan alle samen voldoen. Pas er een aan."
        if isinstance(condition, Not):
            return "Deze voorwaarde is nooit waar, want wat erin staat is altijd waar. Pas ze aan."
        return "Deze voorwaarde kan op de peildatum nooit waar zijn. Pas de grenzen aan."

    def _always(self, written: Written) -> str:
        if isinstance(written.condition, Or):
            return "Samen zijn deze voorwaarden altijd waar: iedereen voldoet aan minstens één. Schrap of verfijn ze."
        return "Deze voorwaarde is altijd waar. Schrap ze of verfijn ze."

    def report_superfluous(self) -> None:
        """Report each condition without which the scope means the same, the last written one first.

        What is reported is left out when the next one is judged, so that of two duplicates one stays.
        """
        self._whole = self._table.masks(self._root.condition)
        self._fixed: dict[int, bool] = {}
        self._visit(self._root)

    def _visit(self, written: Written) -> None:
        for part in reversed(_inside(written)):
            if isinstance(written.condition, (And, Or)) and self._report(written, part):
                continue
            self._visit(part)

    def _report(self, around: Written, part: Written) -> bool:
        for value in (True, False):
            fixed = {**self._fixed, id(part.condition): value}
            if self._table.masks(self._root.condition, fixed) == self._whole:
                self._fixed = fixed
                self._add(SUPERFLUOUS, part, self._why(part, value), "een voorwaarde die iets toevoegt")
                return True
        return False

    def _why(self, part: Written, value: bool) -> str:
        others = [each for each in _every(self._root) if id(each.condition) not in self._fixed]
        mine = self._table.masks(part.condition)
        for other in others:
            if not _holds(part, other) and not _holds(other, part) and self._table.masks(other.condition) == mine:
                return f"Deze voorwaarde staat er al op regel {other.place.line}. Schrap er een."
        for other in others:
            if not _holds(part, other) and not _holds(other, part) and _swallows(self._table, other, mine, value):
                return (
                    f"Deze voorwaarde verandert niets: de voorwaarde op regel {other.place.line} zegt al genoeg. "
                    "Schrap een van beide."
                )
        return "Deze voorwaarde verandert hier niets aan wie geselecteerd wordt. Schrap of verfijn ze."


def _every(written: Written) -> Iterator[Written]:
    yield written
    for part in _inside(written):
        yield from _every(part)


def _holds(outer: Written, inner: Written) -> bool:
    return any(each is inner for each in _every(outer))


def _swallows(table: Table, other: Written, mine: Masks, value: bool) -> bool:
    """Whether *other* alone makes the condition say nothing: it implies it (taken as true), or is implied by it."""
    theirs = table.masks(other.condition)
    if value:
        return theirs.true & ~mine.true == 0
    return mine.true & ~theirs.true == 0


def _lines(*parts: Written) -> str:
    numbers = list(dict.fromkeys(part.place.line for part in parts))
    return (
        f"op regel {enumeration(map(str, numbers))}"
        if len(numbers) == 1
        else (f"op regels {enumeration(map(str, numbers))}")
    )
