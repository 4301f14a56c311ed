"""Gathering what is wrong with a file, so that all of it is said at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from groeibrief.documents import Mapping, Node, Scalar, Sequence
from groeibrief.errors import DefinitionError, Finding

FORM = "E350"
"""An unknown or missing key, or a value of the wrong type."""
VALUE = "E351"
"""A value that is not listed or does not exist."""
SORT = "E352"
"""A condition on the wrong sort (kind, gezin, begunstigde)."""
MUNICIPALITY = "E353"
"""A NIS code or postcode that is not valid."""
RANGE = "E354"
"""A reversed or empty range, or a period that does not fit."""
PERIOD = "E355"
"""A kind of period that the source does not have."""
CONTRADICTION = "E356"
"""Conditions that can never hold, together or alone."""
ALWAYS = "E357"
"""A condition that always holds."""
SUPERFLUOUS = "E358"
"""A condition that is duplicate or swallowed by another."""
PURPOSE = "E359"
"""A purpose or offer that the policy does not list."""
BLOCKED = "E360"
"""A source without a processing ground, or a value that is never looked at."""
NOT_POSITIVE = "E361"
"""A definition that can hold without any source."""
VULNERABILITY = "E362"
"""Universal sources only, and no word on why the families are vulnerable."""
NAMED_CONDITION = "E363"
"""A named condition that is unknown, circular or wrongly called."""
PARAMETER = "E364"
"""A parameter that is wrongly declared, unknown or unused."""
ADDRESSEE = "E367"
"""An addressee that the sources used do not allow."""
CLIENT = "E368"
"""An enterprise number that is not valid."""
IDENTIFIER = "E369"
"""An id that differs from the file's name."""
CASES = "E370"
"""A file with cases that does not fit its definition."""

UNBOUND = "E365"
"""A standard audience that still lacks municipalities, a reference date or a parameter's value."""
BINDING = "E366"
"""A binding that does not fit; raised as a UsageError (exit 2), because only the call can mend it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file; line and column count from 1."""

    bestand: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults found so far; ``bestand`` is the file that new ones are in. Files share one list."""

    bestand: str
    found: list[tuple[str, Finding]] = field(default_factory=list)

    def inside(self, bestand: str) -> Faults:
        """The same list, for another file."""
        return Faults(bestand, self.found)

    def place(self, node: Node) -> Place:
        """The place of *node* in this file."""
        return Place(self.bestand, node.line, node.column)

    def add(
        self,
        code: str,
        where: Node | Place | None,
        melding: str,
        *,
        gevonden: str | None = None,
        verwacht: str | None = None,
        bedoelde: str | None = None,
    ) -> None:
        """Add a fault. ``gevonden`` defaults to what stands at *where*."""
        if isinstance(where, Place):
            bestand, line, column = where.bestand, where.line, where.column
        elif where is None:
            self.found.append((code, Finding(melding, self.bestand, None, None, gevonden, verwacht, bedoelde)))
            return
        else:
            bestand, line, column = self.bestand, where.line, where.column
            gevonden = gevonden or shown(where)
        self.found.append((code, Finding(melding, bestand, line, column, gevonden, verwacht, bedoelde)))

    def raise_any(self) -> None:
        """Raise everything found as one DefinitionError, this file first, by place; its code is the first one's."""
        if not self.found:
            return
        ordered = sorted(dict.fromkeys(self.found), key=self._order)
        raise DefinitionError(ordered[0][0], [finding for _, finding in ordered])

    def _order(self, fault: tuple[str, Finding]) -> tuple[bool, str, int, int]:
        finding = fault[1]
        return (
            finding.bestand != self.bestand,
            finding.bestand or "",
            finding.regel or 0,
            finding.kolom or 0,
        )


def shown(node: Node) -> str:
    """What stands there, as the reader sees it."""
    match node:
        case Scalar(text=text):
            return text or "niets"
        case Sequence():
            return "een lijst"
        case Mapping():
            return "sleutels met hun waarde"


def one_of(words: Iterable[object]) -> str:
    """``een van: a, b``, for ``verwacht``."""
    return f"een van: {', '.join(map(str, words))}"
