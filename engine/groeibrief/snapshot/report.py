"""What a verification found: a line for each rule and table that something is wrong with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from groeibrief.errors import Finding, SnapshotError

MAX_EXAMPLES = 20


class Severity(Enum):
    """A fault makes a snapshot unusable; a warning never stops a run. The value is what reports show."""

    FAULT = "fout"
    WARNING = "waarschuwing"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule that ``count`` rows (files, columns) of ``table`` break.

    ``examples``: at most 20, by internal id, or the name of a file or column; never a name or INSZ. ``files``: where
    they stand. ``note``: a Dutch sentence that says what is wrong.
    """

    rule: str
    severity: Severity
    table: str
    count: int
    examples: tuple[int | str, ...]
    files: tuple[str, ...]
    note: str

    def as_json(self) -> dict[str, object]:
        """The JSON form that CLI.md fixes."""
        return {
            "regel": self.rule,
            "ernst": self.severity.value,
            "tabel": self.table,
            "aantal": self.count,
            "voorbeelden": list(self.examples),
        }

    def __str__(self) -> str:
        examples = ", ".join(map(str, self.examples))
        more = ", …" if self.count > len(self.examples) else ""
        shown = f" ({examples}{more})" if examples else ""
        return f"regel '{self.rule}', tabel '{self.table}': {dutch_number(self.count)} keer: {self.note}{shown}"


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification. ``rules`` holds only what is wrong; a stage that fails stops the later ones."""

    snapshot: str
    synthetic: bool
    rules: tuple[RuleResult, ...]

    @property
    def faults(self) -> tuple[RuleResult, ...]:
        """What makes the snapshot unusable."""
        return tuple(result for result in self.rules if result.severity is Severity.FAULT)

    @property
    def valid(self) -> bool:
        """Whether the snapshot may be used."""
        return not self.faults

    def as_json(self) -> dict[str, object]:
        """The JSON form that CLI.md fixes, and whether the families are invented."""
        return {
            "geldig": self.valid,
            "snapshot": self.snapshot,
            "synthetisch": self.synthetic,
            "regels": [result.as_json() for result in self.rules],
        }

    def text(self) -> str:
        """The report in Dutch, a line for each rule and table."""
        kind = " (synthetisch)" if self.synthetic else ""
        verdict = "is geldig" if self.valid else "is NIET geldig en wordt niet gebruikt"
        lines = [f"Snapshot {self.snapshot}{kind} {verdict}."]
        lines += [f"{result.severity.value}: {result}" for result in self.rules]
        if not self.rules:
            lines.append("Alle regels zijn nagekeken: geen fouten en geen waarschuwingen.")
        return "\n".join(lines)

    def raise_if_invalid(self) -> None:
        """Raise SnapshotError that names file, table and rule: E420 files, E421 schema, E422 the other rules."""
        if not self.faults:
            return
        rules = {result.rule for result in self.faults}
        code = "E420" if "bestand" in rules else "E421" if "schema" in rules else "E422"
        raise SnapshotError(
            code,
            [
                Finding(f"Snapshot {self.snapshot}, {result}.", bestand=", ".join(result.files) or None)
                for result in self.faults
            ],
        )


def dutch_number(number: int) -> str:
    """Write a number with a point between thousands."""
    return f"{number:,}".replace(",", ".")
