"""Reading ``gemeenten.csv``: every municipality code with its validity and successor.

Plain checks on the cells: some 600 rows are read by every command, and a finding names its column.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal, cast

from groeibrief.catalog.model import Municipality
from groeibrief.errors import Finding, closest, reason

HEADER = ("nis", "naam", "gewest", "van", "tot", "opvolger", "inwoners")
REGIONS = ("vlaanderen", "brussel", "wallonie")
_CODE = re.compile(r"[0-9]{5}")
_WHOLE = re.compile(r"[0-9]{1,9}")


def read_municipalities(path: Path, name: str) -> tuple[tuple[Municipality, ...], list[Finding]]:
    """Read the file. Returns its rows and no findings, or no rows and every finding; *name* is the file shown."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        return (), [Finding(f"Het bestand kan niet gelezen worden: {reason(error)}.", name)]
    except UnicodeDecodeError:
        return (), [Finding("Het bestand is geen UTF-8. Bewaar het als UTF-8.", name)]
    header = ";".join(HEADER)
    if not lines or lines[0] != header:
        found = lines[0] if lines else "niets"
        return (), [Finding("De eerste regel moet de kolommen noemen.", name, 1, 1, found, header)]
    reading = _Reading(name)
    for number, line in enumerate(lines[1:], 2):
        reading.line(number, line)
    if not reading.findings:
        reading.check_successors()
    return ((), reading.findings) if reading.findings else (tuple(reading.rows.values()), [])


class _Reading:
    """One reading of the file: rows by code, where each stands, and what is wrong."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._days: dict[str, date | None] = {}
        self._places: dict[str, tuple[int, list[str]]] = {}
        self.rows: dict[str, Municipality] = {}
        self.findings: list[Finding] = []

    def _report(self, number: int, cells: list[str], column: str, message: str, expected: str | None = None) -> None:
        index = HEADER.index(column)
        offset = 1 + sum(len(cell) + 1 for cell in cells[:index])
        meant = closest(cells[index], REGIONS) if column == "gewest" else None
        found = cells[index] or "niets"
        self.findings.append(Finding(message, self._name, number, offset, found, expected, meant))

    def _day(self, text: str) -> date | None:
        if text not in self._days:
            try:
                self._days[text] = date.fromisoformat(text) if len(text) == 10 else None
            except ValueError:
                self._days[text] = None
        return self._days[text]

    def line(self, number: int, line: str) -> None:
        """Take in one line, or report what is wrong with it."""
        cells = line.split(";")
        if len(cells) != len(HEADER):
            message = f"Deze regel heeft {len(cells)} kolommen in plaats van {len(HEADER)}."
            self.findings.append(Finding(message, self._name, number, 1, line, ";".join(HEADER)))
            return
        code, label, region, start, end, successor, inhabitants = cells
        before = len(self.findings)
        first, last = self._day(start), self._day(end) if end else None
        if not _CODE.fullmatch(code):
            self._report(number, cells, "nis", "Een NIS-code bestaat uit vijf cijfers.", "vijf cijfers")
        if code in self.rows:
            self._report(number, cells, "nis", f"De NIS-code {code} staat hier twee keer.")
        if not label.strip():
            self._report(number, cells, "naam", "De naam van de gemeente ontbreekt.", "een naam")
        if region not in REGIONS:
            message = f"'{region}' is hier geen geldige waarde."
            self._report(number, cells, "gewest", message, f"een van: {', '.join(REGIONS)}")
        if first is None:
            self._report(number, cells, "van", "Hier hoort een datum te staan.", "een datum, jjjj-mm-dd")
        if end and last is None:
            self._report(number, cells, "tot", "Hier hoort een datum te staan.", "een datum, jjjj-mm-dd")
        if first and last and last <= first:
            self._report(number, cells, "tot", "'tot' moet later zijn dan 'van'.", f"later dan {first}")
        if end and not successor:
            self._report(number, cells, "opvolger", f"De code {code} is opgeheven en heeft een opvolger nodig.")
        if successor and not end:
            self._report(number, cells, "tot", f"De code {code} heeft een opvolger en dus een einddatum nodig.")
        if inhabitants and not _WHOLE.fullmatch(inhabitants):
            self._report(number, cells, "inwoners", "Hier hoort een geheel getal te staan.", "een geheel getal")
        if len(self.findings) == before and first is not None:
            self._places[code] = (number, cells)
            self.rows[code] = Municipality(
                nis=code,
                naam=label,
                gewest=cast(Literal["vlaanderen", "brussel", "wallonie"], region),
                van=first,
                tot=last,
                opvolger=successor or None,
                inwoners=int(inhabitants) if inhabitants else None,
            )

    def check_successors(self) -> None:
        """Every successor exists, takes over on the day that the code ends, and no chain runs in a circle."""
        for code, row in self.rows.items():
            if row.opvolger is None or row.tot is None:
                continue
            number, cells = self._places[code]
            heir = self.rows.get(row.opvolger)
            if heir is None:
                self._report(number, cells, "opvolger", f"De opvolger {row.opvolger} staat niet in dit bestand.")
            elif self._circles(code):
                self._report(number, cells, "opvolger", f"De opvolgers van {code} lopen in een kring.")
            elif not (heir.van <= row.tot and (heir.tot is None or row.tot < heir.tot)):
                message = f"De opvolger {heir.nis} is niet geldig op {row.tot}, de dag waarop hij {code} overneemt."
                self._report(number, cells, "opvolger", message)

    def _circles(self, code: str) -> bool:
        seen = {code}
        current = self.rows[code].opvolger
        while current is not None and current in self.rows:
            if current in seen:
                return current == code
            seen.add(current)
            current = self.rows[current].opvolger
        return False
