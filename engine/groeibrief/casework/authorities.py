"""Local authorities: who orders. Their municipalities have a validity, and are followed to their successors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from groeibrief.casework.accounts import Role
from groeibrief.casework.cabinet import Cabinet
from groeibrief.catalog import Municipalities
from groeibrief.errors import UsageError

KINDS = ("gemeente", "ocmw")


@dataclass(frozen=True, slots=True)
class Seat:
    """A municipality of an authority, from a day to a day (not included) or without end."""

    nis: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority: ``kbo`` as ``0123.456.749``, the name as printed, municipality or OCMW, its municipalities."""

    kbo: str
    name: str
    kind: str
    seats: tuple[Seat, ...]

    def codes_on(self, day: date, municipalities: Municipalities) -> tuple[str, ...]:
        """Its NIS codes on *day*, each the successor that had taken over by then; sorted."""
        held = [seat for seat in self.seats if seat.since <= day and (seat.until is None or day < seat.until)]
        return tuple(sorted({municipalities.resolve(seat.nis, day) for seat in held}))

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kbo": self.kbo,
            "naam": self.name,
            "soort": self.kind,
            "gemeenten": [
                {"nis": seat.nis, "van": seat.since.isoformat(), "tot": seat.until.isoformat() if seat.until else None}
                for seat in self.seats
            ],
        }


def read_kbo(written: str) -> str:
    """An enterprise number as ``0123.456.749``. Raises UsageError (E707) unless its check digits fit."""
    digits = re.sub(r"[ .]", "", written).removeprefix("BE")
    if not re.fullmatch(r"[01]\d{9}", digits) or 97 - int(digits[:8]) % 97 != int(digits[8:]):
        raise UsageError(
            "E707", "Dit is geen ondernemingsnummer. Schrijf tien cijfers, zoals 0123.456.749, en kijk ze na."
        )
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


class Authorities:
    """The authorities in a cabinet."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def add(
        self,
        kbo: str,
        name: str,
        kind: str,
        codes: Sequence[str],
        since: date,
        municipalities: Municipalities,
        by: str,
        when: datetime,
    ) -> Authority:
        """Add an authority with its municipalities since a day.

        Raises UsageError: E707 no enterprise number, E708 it is there already, E709 a code that is no Flemish
        municipality on that day.
        """
        kbo = read_kbo(kbo)
        flemish = {row.nis for row in municipalities.valid_on(since)}
        strangers = sorted(set(codes) - flemish)
        if strangers or not codes:
            told = f"{strangers[0]} is op {since.isoformat()} geen Vlaamse gemeente." if strangers else "Geen gemeente."
            raise UsageError("E709", f"{told} Geef de NIS-codes van het bestuur met --gemeente.")
        if kind not in KINDS or not name.strip():
            raise UsageError("E709", "Een bestuur heeft een naam en is een gemeente of een ocmw.")
        with self._cabinet.writing() as opened:
            if opened.execute("SELECT 1 FROM bestuur WHERE kbo = ?", (kbo,)).fetchone():
                raise UsageError("E708", f"Het bestuur {kbo} is al gekend.")
            opened.execute("INSERT INTO bestuur (kbo, naam, soort) VALUES (?, ?, ?)", (kbo, name.strip(), kind))
            opened.executemany(
                "INSERT INTO bestuur_gemeente (kbo, nis, van) VALUES (?, ?, ?)",
                [(kbo, nis, since.isoformat()) for nis in sorted(set(codes))],
            )
            self._cabinet.note(opened, by, Role.ADMINISTRATOR.value, "bestuur-toegevoegd", {}, when)
        return Authority(kbo, name.strip(), kind, tuple(Seat(nis, since, None) for nis in sorted(set(codes))))

    def get(self, kbo: str) -> Authority:
        """The authority with this number. Raises UsageError (E706) when there is none."""
        found = self._those(kbo)
        if not found:
            raise UsageError("E706", f"Het bestuur {kbo} is niet gekend. Voeg het eerst toe.")
        return found[0]

    def all(self) -> tuple[Authority, ...]:
        """Every authority, by name."""
        return self._those(None)

    def _those(self, kbo: str | None) -> tuple[Authority, ...]:
        with self._cabinet.reading() as opened:
            rows = opened.execute(
                "SELECT kbo, naam, soort FROM bestuur WHERE ?1 IS NULL OR kbo = ?1 ORDER BY naam, kbo", (kbo,)
            ).fetchall()
            seats: dict[str, list[Seat]] = {each: [] for each, _, _ in rows}
            for owner, nis, since, until in opened.execute(
                "SELECT kbo, nis, van, tot FROM bestuur_gemeente WHERE ?1 IS NULL OR kbo = ?1 ORDER BY nis, van", (kbo,)
            ):
                ends = date.fromisoformat(until) if until else None
                seats[owner].append(Seat(nis, date.fromisoformat(since), ends))
        return tuple(Authority(each, name, kind, tuple(seats[each])) for each, name, kind in rows)
