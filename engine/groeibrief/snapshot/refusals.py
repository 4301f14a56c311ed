"""The rows that an import refuses: where they stand and what is wrong, never what they hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from groeibrief.artefacts import new_file
from groeibrief.errors import Finding, SnapshotError
from groeibrief.snapshot.report import MAX_EXAMPLES, dutch_number

MAX_LISTED = 100_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fault in a row. ``line``: of a CSV file, or the row of a Parquet file. ``column``: as the file calls it."""

    file: str
    line: int
    column: str | None
    fault: str

    def as_finding(self) -> Finding:
        """The fault as an error shows it."""
        where = f"kolom '{self.column}': " if self.column else ""
        return Finding(f"{where}{self.fault}.", bestand=self.file, regel=self.line)


class Refusals:
    """Collects faults: all are counted, the first :data:`MAX_LISTED` are kept."""

    def __init__(self) -> None:
        self.count = 0
        self.listed: list[Refusal] = []

    @property
    def room(self) -> int:
        """How many more can be kept."""
        return MAX_LISTED - len(self.listed)

    def add(self, count: int, listed: Iterable[Refusal]) -> None:
        """Note *count* faults, of which *listed* are told apart."""
        self.count += count
        self.listed.extend(listed)

    def write(self, path: Path) -> None:
        """Write the list as CSV: file, line, column, fault. An existing file is refused (E210)."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(["bestand", "regel", "kolom", "fout"])
        writer.writerows([refusal.file, refusal.line, refusal.column or "", refusal.fault] for refusal in self.listed)
        with new_file(path) as stream:
            stream.write(text.getvalue().encode())

    def raise_if_any(self) -> None:
        """Raise SnapshotError (E423) with the first faults and how many there are."""
        if not self.count:
            return
        findings = [refusal.as_finding() for refusal in self.listed[:MAX_EXAMPLES]]
        noun = "fout" if self.count == 1 else "fouten"
        shown = f", hierboven de eerste {MAX_EXAMPLES}" if self.count > MAX_EXAMPLES else ""
        findings.append(
            Finding(
                f"De invoer heeft {dutch_number(self.count)} {noun}{shown}. Er is niets geschreven: verbeter de invoer."
            )
        )
        raise SnapshotError("E423", findings)
