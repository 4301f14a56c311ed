"""How the parts of one source fit together: what its model cannot see alone."""

from __future__ import annotations

from pathlib import Path

from groeibrief.catalog.model import FieldKind, Source
from groeibrief.catalog.records import finding_at, place
from groeibrief.documents import Mapping, Node
from groeibrief.errors import Finding, closest

# Names that the snapshot and the prepared store give to other tables and columns.
RESERVED_TABLES = frozenset(
    (
        *("persoon", "woonplaats", "dossier", "dossierkind", "begunstigde"),
        *("kind", "domicilie", "adres", "dossierbegunstigde"),
    )
)
RESERVED_COLUMNS = frozenset(["kind_id", "dossier_id", "toegekend_aan", "gemeente", "blok"])


def source_findings(source: Source, document: Node, path: Path, name: str) -> list[Finding]:
    """Everything that does not fit in a source that was read from *document*; *name* is the file shown."""
    checking = _Checking(source, document, name)
    checking.names(path.stem)
    checking.fields()
    checking.counted()
    checking.excluded()
    checking.amounts()
    return checking.findings


class _Checking:
    def __init__(self, source: Source, document: Node, name: str) -> None:
        self._source = source
        self._document = document
        self._name = name
        self._fields = {field.veld: field for field in source.velden}
        self.findings: list[Finding] = []

    def _at(self, *path: str | int) -> Node:
        return place(self._document, path)

    def _report(self, node: Node, message: str, expected: str | None = None, meant: str | None = None) -> None:
        self.findings.append(finding_at(self._name, node, message, expected=expected, meant=meant))

    def _known(self, field: str, node: Node) -> bool:
        if field not in self._fields:
            expected = f"een van: {', '.join(self._fields)}" if self._fields else None
            self._report(node, f"De bron heeft geen veld '{field}'.", expected, closest(field, self._fields))
        return field in self._fields

    def names(self, stem: str) -> None:
        """The source is called as its file, and not as another table."""
        bron = self._source.bron
        if bron != stem:
            message = f"De bron heet anders dan haar bestand: schrijf 'bron: {stem}' of hernoem het bestand."
            self._report(self._at("bron"), message, stem)
        if bron in RESERVED_TABLES:
            message = f"'{bron}' is al de naam van een andere tabel van de snapshot. Kies een andere naam."
            self._report(self._at("bron"), message)

    def fields(self) -> None:
        """Fields are columns of their own, and the key is never empty."""
        taken = RESERVED_COLUMNS | {column for column, _, _ in self._source.soort_periode.columns}
        seen: set[str] = set()
        for number, field in enumerate(self._source.velden):
            node = self._at("velden", number, "veld")
            if field.veld in seen:
                self._report(node, f"Het veld '{field.veld}' staat hier twee keer.")
            if field.veld in taken:
                self._report(node, f"'{field.veld}' is al de naam van een andere kolom. Kies een andere naam.")
            if field.sleutel and field.kan_ontbreken:
                message = f"Het veld '{field.veld}' hoort bij de sleutel en kan dus niet ontbreken."
                self._report(self._at("velden", number, "sleutel"), message)
            seen.add(field.veld)

    def counted(self) -> None:
        """``telt_als`` adds integer fields of the source."""
        for number, field in enumerate(self._source.telt_als.velden if self._source.telt_als else ()):
            node = self._at("telt_als", "velden", number)
            if self._known(field, node) and self._fields[field].soort is not FieldKind.INTEGER:
                self._report(node, f"Het veld '{field}' is geen geheel getal en kan niet meetellen.")

    def excluded(self) -> None:
        """``nooit`` names listed values of the source."""
        for field, values in self._source.nooit.items():
            mapping = self._at("nooit")
            key = mapping.key(field) if isinstance(mapping, Mapping) else None
            if not self._known(field, key or mapping):
                continue
            listed = self._fields[field].waarden or {}
            expected = f"een van: {', '.join(listed)}" if listed else "een veld van soort 'lijst'"
            for number, value in enumerate(values):
                if value not in listed:
                    message = f"Het veld '{field}' heeft geen waarde '{value}'."
                    self._report(self._at("nooit", field, number), message, expected, closest(value, listed))

    def amounts(self) -> None:
        """An amount of one thing changes at most once a day."""
        seen = set()
        for number, amount in enumerate(self._source.bedragen):
            if (amount.wat, amount.geldig_vanaf) in seen:
                message = f"'{amount.wat}' heeft twee bedragen vanaf dezelfde dag."
                self._report(self._at("bedragen", number, "wat"), message)
            seen.add((amount.wat, amount.geldig_vanaf))
