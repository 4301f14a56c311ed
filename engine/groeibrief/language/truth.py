"""Truth tables in three values (Kleene) over conditions of one sort, as bit masks.

Every combination of what the atoms can be is one bit. Ages and birth dates are one ordered atom, cut at the ends that
occur; so is each count over one and the same ``die``. Everything else is an atom by identity. Bit masks rather than a
solver: a definition has a handful of atoms, and every question about it is then a few operations on integers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from groeibrief.calendar import born_by_months, born_by_years
from groeibrief.language.implication import has_implies, lives_implies
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
    Has,
    InFamily,
    LivesIn,
    Not,
    Or,
    Payer,
    Question,
    Sort,
    normal_form,
)

MAX_ROWS = 1 << 16
"""Above this many combinations a table is not made, and the checks that need it are left out."""

Cell = int | str | bool
UNKNOWN = None


@dataclass(frozen=True, slots=True)
class Test:
    """An atom's test: which variable, and for which of its values it holds."""

    variable: Hashable
    holds: Callable[[Cell], bool]


@dataclass(frozen=True, slots=True)
class Masks:
    """The combinations in which a condition is true and in which it is false; the others are unknown."""

    true: int
    false: int


class TooLarge(Exception):  # noqa: N818 - control flow within this package, never shown
    """The table would have more than ``MAX_ROWS`` combinations."""


class Table:
    """The truth table of a condition about one thing, on the reference date *on*.

    ``all`` is every combination that can occur. Without *unknown*, atoms are only true or false: a smaller table.
    """

    def __init__(self, condition: Condition, on: date, *, unknown: bool = True) -> None:
        self._on = on
        self._unknown = unknown
        self._tests: dict[Condition, Test] = {}
        self._cells: dict[Hashable, list[Cell]] = {}
        self._cuts: dict[Hashable, set[int]] = {}
        self._collect(condition)
        self._settle()
        self.all = self._possible()

    def masks(self, node: Condition, fixed: Mapping[int, bool] = MappingProxyType({})) -> Masks:
        """The masks of *node*; a part whose ``id`` is in *fixed* is taken as that value, whatever it says."""
        if id(node) in fixed:
            return Masks(self.all, 0) if fixed[id(node)] else Masks(0, self.all)
        match node:
            case And(parts):
                true, false = self.all, 0
                for part in parts:
                    masks = self.masks(part, fixed)
                    true, false = true & masks.true, false | masks.false
                return Masks(true, false)
            case Or(parts):
                true, false = 0, self.all
                for part in parts:
                    masks = self.masks(part, fixed)
                    true, false = true | masks.true, false & masks.false
                return Masks(true, false)
            case Not(part):
                masks = self.masks(part, fixed)
                return Masks(masks.false, masks.true)
            case InFamily(part):
                return self.masks(part, fixed)
        return self._atom(node)

    def _atom(self, node: Condition) -> Masks:
        test = self._tests[node]
        true = false = 0
        for cell, mask in self._columns[test.variable]:
            if cell is UNKNOWN:
                continue
            if test.holds(cell):
                true |= mask
            else:
                false |= mask
        return Masks(true & self.all, false & self.all)

    def _collect(self, node: Condition) -> None:
        match node:
            case And(parts) | Or(parts):
                for part in parts:
                    self._collect(part)
            case Not(part) | InFamily(part):
                self._collect(part)
            case Age() | Born():
                first, last = birth_dates(node, self._on)
                self._interval(node, ("geboren", node.sort), first, last)
            case Children(count, which) | Beneficiaries(count, which):
                self._interval(node, (type(node), _normal(which)), *_ends(count))
            case ChildrenInDossier(count):
                self._interval(node, ChildrenInDossier, *_ends(count))
            case Payer(one_of):
                self._tests[node] = Test(Payer, one_of.__contains__)
                listed = self._cells.setdefault(Payer, [""])
                listed.extend(payer for payer in one_of if payer not in listed)
            case Has() | LivesIn():
                self._tests[node] = Test(node, bool)
                self._cells[node] = [True, False]

    def _interval(self, node: Condition, variable: Hashable, first: int | None, last: int | None) -> None:
        def holds(value: Cell) -> bool:
            assert isinstance(value, int), "an ordered atom has whole numbers"
            return (first is None or value >= first) and (last is None or value <= last)

        self._tests[node] = Test(variable, holds)
        cuts = self._cuts.setdefault(variable, set())
        cuts.update(end for end in (first, None if last is None else last + 1) if end is not None)

    def _settle(self) -> None:
        """Give every variable its values: one for each stretch between cuts, inside what is possible at all."""
        for variable, cuts in self._cuts.items():
            if isinstance(variable, tuple) and variable[0] == "geboren":
                latest = self._on.toordinal()
                inside = sorted(cut for cut in cuts if cut <= latest)
                self._cells[variable] = [min([*inside, latest + 1]) - 1, *inside]
            else:
                self._cells[variable] = sorted({0, *cuts})
        size, strides = 1, {}
        for variable, cells in self._cells.items():
            strides[variable] = size
            size *= len(cells) + self._unknown
            if size > MAX_ROWS:
                raise TooLarge
        self._columns: dict[Hashable, list[tuple[Cell | None, int]]] = {}
        for variable, cells in self._cells.items():
            values = [*cells, UNKNOWN] if self._unknown else list(cells)
            stride = strides[variable]
            period = stride * len(values)
            repeat = ((1 << size) - 1) // ((1 << period) - 1)
            block = (1 << stride) - 1
            self._columns[variable] = [
                (value, (block << (stride * index)) * repeat) for index, value in enumerate(values)
            ]
        self._size = size

    def _possible(self) -> int:
        """The combinations that respect what one row of a source says about another condition on it."""
        possible = (1 << self._size) - 1
        flags = [node for node in self._cells if isinstance(node, (Has, LivesIn))]
        for strong in flags:
            for weak in flags:
                if strong is weak or not _implies(strong, weak):
                    continue
                of_strong, of_weak = dict(self._columns[strong]), dict(self._columns[weak])
                excluded = of_strong[True] & ~of_weak[True]
                if self._unknown:
                    excluded |= of_strong[UNKNOWN] & of_weak[False]
                possible &= ~excluded
        return possible


def birth_dates(node: Age | Born, on: date) -> tuple[int | None, int | None]:
    """The first and last day of birth (ordinals) for which the condition holds; None is open."""
    if isinstance(node, Born):
        first, last = node.first, node.last
        return (first.toordinal() if first else None), (last.toordinal() if last else None)
    by = born_by_years if node.unit == "jaar" else born_by_months
    last_day = None if node.at_least is None else by(node.at_least, on).toordinal()
    first_day = None if node.at_most is None else by(node.at_most + 1, on).toordinal() + 1
    return first_day, last_day


def _ends(count: Count) -> tuple[int | None, int | None]:
    return count.low or None, count.high


def _normal(which: Condition | None) -> Condition | None:
    """*which* in normal form, through the question that asks for one child (or beneficiary) like that."""
    if which is None:
        return None
    wrapper = Beneficiaries if which.sort is Sort.BEGUNSTIGDE else Children
    asked = Question(Sort.GEZIN, date.min, ("-",), DomicileOf.KIND, wrapper(Count(at_least=1), which))
    normal = normal_form(asked).condition
    assert isinstance(normal, (Children, Beneficiaries)), "one bound stays one node"
    return normal.which


def _implies(strong: Condition, weak: Condition) -> bool:
    if isinstance(strong, Has) and isinstance(weak, Has):
        return has_implies(strong, weak)
    return isinstance(strong, LivesIn) and isinstance(weak, LivesIn) and lives_implies(strong, weak)
