"""An import mapping: which column of which extract file becomes which column of the snapshot.

``docs/voorbeelden/invoer.yaml`` is an example with every word explained.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from groeibrief.catalog import Catalogue
from groeibrief.documents import Mapping, Node, Scalar, Sequence, read_yaml
from groeibrief.errors import DefinitionError, Finding, closest
from groeibrief.snapshot.manifest import Coverage
from groeibrief.snapshot.schema import Column, Table, tables

VERSION = 1
ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15")
_KINDS = ("csv", "parquet")
_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
_DATE_TOKENS = {
    "jjjj": ("%Y", "[0-9]{4}"),
    "mm": ("%m", "[0-9]{2}"),
    "dd": ("%d", "[0-9]{2}"),
    "m": ("%m", "[0-9]{1,2}"),
    "d": ("%d", "[0-9]{1,2}"),
}
_DATE_PARTS = re.compile("jjjj|mm|dd|m|d|[^a-zA-Z%]")
YES, NO = ("true", "ja", "j", "1"), ("false", "nee", "n", "0")


@dataclass(frozen=True, slots=True)
class DateForm:
    """How a date is written, in the words of the mapping (``dd/mm/jjjj``); without a day it is the first."""

    text: str = "jjjj-mm-dd"

    def __post_init__(self) -> None:
        parts = self._parts()
        if "".join(parts) != self.text or "jjjj" not in parts:
            raise ValueError(f"not a form of date: {self.text}")

    def _parts(self) -> list[str]:
        return _DATE_PARTS.findall(self.text)

    @property
    def strptime(self) -> str:
        """The form for DuckDB's ``strptime``."""
        return "".join(_DATE_TOKENS[part][0] if part in _DATE_TOKENS else part for part in self._parts())

    @property
    def pattern(self) -> str:
        """A regular expression for the form: ``strptime`` alone also takes years of two digits."""
        return "".join(_DATE_TOKENS[part][1] if part in _DATE_TOKENS else re.escape(part) for part in self._parts())


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a table's files are written. ``empty``: texts that mean no value."""

    kind: str = "csv"
    delimiter: str = ";"
    encoding: str = "utf-8"
    decimal: str = ","
    dates: DateForm = DateForm()
    empty: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where a column's values come from: ``source`` (a column of the file), or the same ``constant`` on every row.

    ``inclusive``: the file writes the last day of a period, the snapshot the day after.
    """

    column: Column
    source: str | None
    constant: str | None = None
    dates: DateForm | None = None
    inclusive: bool = False
    codes: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A table: ``files`` is a pattern inside the source folder, None for a table without rows."""

    table: Table
    files: str | None
    form: FileForm
    columns: tuple[ColumnMapping, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of the file that are read, each once."""
        return tuple(dict.fromkeys(column.source for column in self.columns if column.source is not None))


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """A mapping as read and checked."""

    snapshot_id: str
    extracted_on: date
    produced_by: str
    synthetic: bool
    coverage: dict[str, Coverage]
    tables: tuple[TableMapping, ...]


def read_mapping(path: Path, catalogue: Catalogue) -> ImportMapping:
    """Read and check a mapping.

    Raises DefinitionError (E301, E302, E340), all findings at once, with line and column.
    """
    reader = _Reader(str(path), tables(catalogue))
    mapping = reader.mapping(read_yaml(path))
    if reader.findings or mapping is None:
        raise DefinitionError(
            "E340", sorted(reader.findings, key=lambda finding: (finding.regel or 0, finding.kolom or 0))
        )
    return mapping


@dataclass
class _Reader:
    """Reads node by node, and notes what is wrong instead of stopping at it."""

    file: str
    schema: dict[str, Table]
    findings: list[Finding] = field(default_factory=list)

    def note(self, node: Node, message: str, meant: str | None = None) -> None:
        self.findings.append(Finding(message, bestand=self.file, regel=node.line, kolom=node.column, bedoelde=meant))

    def entries(self, node: Node | None, what: str, known: tuple[str, ...] | None = None) -> dict[str, Node]:
        """The entries of a mapping; with *known*, other keys are faults."""
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.note(node, f"Bij '{what}' horen sleutels met waarden.")
            return {}
        found = {}
        for key, value in node.entries:
            if known is not None and key.text not in known:
                self.note(
                    key,
                    f"'{what}' kent geen sleutel '{key.text}'. Mogelijk: {', '.join(known)}.",
                    closest(key.text, known),
                )
            else:
                found[key.text] = value
        return found

    def text(self, node: Node | None, what: str) -> str | None:
        if node is None:
            return None
        if not isinstance(node, Scalar) or node.value is None:
            self.note(node, f"Bij '{what}' hoort één waarde.")
            return None
        return node.text

    def yes(self, node: Node | None, what: str) -> bool:
        if node is None:
            return False
        if not isinstance(node, Scalar) or not isinstance(node.value, bool):
            self.note(node, f"Bij '{what}' hoort true of false.")
            return False
        return node.value

    def required(self, entries: dict[str, Node], key: str, inside: Node, what: str) -> Node | None:
        if key not in entries:
            self.note(inside, f"Bij '{what}' ontbreekt '{key}'.")
        return entries.get(key)

    def mapping(self, root: Node) -> ImportMapping | None:
        top = self.entries(root, "invoerbestand", ("invoer", "snapshot", "dekking", "vorm", "tabellen"))
        version = self.required(top, "invoer", root, "invoerbestand")
        if version is not None and version.plain() != VERSION:
            self.note(version, f"Deze groeibrief leest invoer {VERSION}: schrijf 'invoer: {VERSION}'.")
        head_node = self.required(top, "snapshot", root, "invoerbestand")
        head = self.entries(head_node, "snapshot", ("naam", "getrokken_op", "gemaakt_door", "synthetisch"))
        inside = head_node or root
        name = self.text(self.required(head, "naam", inside, "snapshot"), "naam")
        if name is not None and not _ID.fullmatch(name):
            self.note(head["naam"], "De naam bestaat uit hoogstens 100 letters, cijfers, '.', '_' en '-'.")
        drawn = self.required(head, "getrokken_op", inside, "snapshot")
        if drawn is not None and not isinstance(drawn.plain(), date):
            self.note(drawn, "Bij 'getrokken_op' hoort een datum: jjjj-mm-dd.")
        maker = self.text(self.required(head, "gemaakt_door", inside, "snapshot"), "gemaakt_door")
        synthetic = self.yes(head.get("synthetisch"), "synthetisch")
        coverage = self.coverage(self.required(top, "dekking", root, "invoerbestand"))
        form = self.form(top.get("vorm"), FileForm())
        mapped = self.tables(self.required(top, "tabellen", root, "invoerbestand"), form)
        if self.findings or name is None or maker is None or drawn is None:
            return None
        return ImportMapping(name, drawn.plain(), maker, synthetic, coverage, mapped)

    def coverage(self, node: Node | None) -> dict[str, Coverage]:
        sources = {name: table.source for name, table in self.schema.items() if table.source is not None}
        found = {}
        for name, value in self.entries(node, "dekking", tuple(sources)).items():
            bounds = self.entries(value, name, ("van", "tot_en_met"))
            first = self.text(self.required(bounds, "van", value, name), "van")
            last = self.text(self.required(bounds, "tot_en_met", value, name), "tot_en_met")
            if first is None or last is None:
                continue
            period = sources[name].soort_periode
            try:
                found[name] = Coverage(first=first, last=last)
            except ValueError:
                self.note(
                    value, "De dekking gaat van een maand, dag of schooljaar tot en met een latere van dezelfde soort."
                )
                continue
            if not found[name].suits(period):
                self.note(value, f"Deze dekking past niet bij een bron van de soort '{period.value}'.")
        for name in sorted(sources.keys() - found.keys()):
            if isinstance(node, Mapping) and node.get(name) is None:
                self.note(node, f"De dekking van '{name}' ontbreekt.")
        return found

    def form(self, node: Node | None, default: FileForm) -> FileForm:
        known = ("soort", "scheidingsteken", "codering", "decimaalteken", "datum", "leeg")
        entries = self.entries(node, "vorm", known)
        kind = self.listed(entries, "soort", _KINDS) or default.kind
        encoding = self.listed(entries, "codering", ENCODINGS) or default.encoding
        decimal = self.listed(entries, "decimaalteken", (",", ".")) or default.decimal
        delimiter = self.text(entries.get("scheidingsteken"), "scheidingsteken") or default.delimiter
        if (written := entries.get("scheidingsteken")) and (len(delimiter) != 1 or delimiter in '"\r\n'):
            self.note(written, "Het scheidingsteken is één teken, bijvoorbeeld ';' of \"\\t\".")
        dates = self.date_form(entries.get("datum")) or default.dates
        empty = default.empty
        if (listed := entries.get("leeg")) is not None:
            if isinstance(listed, Sequence) and all(isinstance(item, Scalar) for item in listed.items):
                empty = ("", *(item.text for item in listed.items if isinstance(item, Scalar)))
            else:
                self.note(listed, "Bij 'leeg' hoort een lijst van teksten die 'geen waarde' betekenen.")
        return FileForm(kind, delimiter, encoding, decimal, dates, empty)

    def listed(self, entries: dict[str, Node], key: str, values: tuple[str, ...]) -> str | None:
        text = self.text(entries.get(key), key)
        if text is not None and text not in values:
            self.note(entries[key], f"'{key}' is een van: {' '.join(values)}.", closest(text, values))
            return None
        return text

    def date_form(self, node: Node | None) -> DateForm | None:
        text = self.text(node, "datum")
        if node is None or text is None:
            return None
        try:
            return DateForm(text)
        except ValueError:
            self.note(node, "Schrijf de vorm van een datum met jjjj, mm en dd (of m en d), bijvoorbeeld dd/mm/jjjj.")
            return None

    def tables(self, node: Node | None, form: FileForm) -> tuple[TableMapping, ...]:
        if node is None:
            return ()
        entries = self.entries(node, "tabellen", tuple(self.schema))
        for name in self.schema:
            if name not in entries:
                self.note(
                    node,
                    f"De tabel '{name}' ontbreekt. Heeft ze geen rijen, schrijf dan '{name}: {{zonder_rijen: true}}'.",
                )
        return tuple(self.table(self.schema[name], value, form) for name, value in entries.items())

    def table(self, table: Table, node: Node, default: FileForm) -> TableMapping:
        known = ("bestanden", "vorm", "kolommen", "vaste_waarden", "codes", "zonder_rijen")
        entries = self.entries(node, table.name, known)
        form = self.form(entries.get("vorm"), default)
        if self.yes(entries.get("zonder_rijen"), "zonder_rijen"):
            if len(entries) > 1:
                self.note(node, f"De tabel '{table.name}' is zonder rijen: laat de andere sleutels weg.")
            return TableMapping(table, None, form, ())
        files = self.text(self.required(entries, "bestanden", node, table.name), "bestanden")
        if files is not None:
            path = PurePosixPath(files)
            if path.is_absolute() or not path.parts or ".." in path.parts:
                self.note(
                    entries["bestanden"], "De bestanden liggen binnen de bronmap: geen volledig pad en geen '..'."
                )
        mapped = self.columns(table, entries, node)
        return TableMapping(table, files or "", form, mapped)

    def columns(self, table: Table, entries: dict[str, Node], node: Node) -> tuple[ColumnMapping, ...]:
        names = tuple(column.name for column in table.columns)
        sources = self.entries(self.required(entries, "kolommen", node, table.name), "kolommen", names)
        constants = self.entries(entries.get("vaste_waarden"), "vaste_waarden", names)
        codes = self.entries(entries.get("codes"), "codes", names)
        mapped = []
        for column in table.columns:
            name = column.name
            if name in sources and name in constants:
                self.note(
                    constants[name], f"De kolom '{name}' heeft een bestandskolom én een vaste waarde: kies er één."
                )
            elif name in sources:
                mapped.append(self.column(column, sources[name], codes.get(name)))
            elif name in constants:
                mapped.append(ColumnMapping(column, None, self.constant(column, constants[name])))
            elif column.nullable:
                mapped.append(ColumnMapping(column, None))
            else:
                self.note(
                    node,
                    f"De verplichte kolom '{name}' van '{table.name}' krijgt geen waarde: zet ze bij 'kolommen' of "
                    "'vaste_waarden'.",
                )
            if name in codes and name not in sources:
                self.note(codes[name], f"Er zijn codes voor '{name}', maar geen bestandskolom.")
        return tuple(mapped)

    def column(self, column: Column, node: Node, codes: Node | None) -> ColumnMapping:
        mapping = (
            None
            if codes is None
            else {code: self.constant(column, value) or "" for code, value in self.entries(codes, column.name).items()}
        )
        if codes is not None and not mapping:
            self.note(codes, f"Bij de codes van '{column.name}' staat er geen enkele.")
        if isinstance(node, Scalar):
            return ColumnMapping(column, self.text(node, column.name) or "", codes=mapping)
        entries = self.entries(node, column.name, ("kolom", "datum", "inclusief"))
        source = self.text(self.required(entries, "kolom", node, column.name), "kolom")
        inclusive = self.yes(entries.get("inclusief"), "inclusief")
        if column.type != "DATE" and ("datum" in entries or "inclusief" in entries):
            self.note(node, f"De kolom '{column.name}' is geen datum: laat 'datum' en 'inclusief' weg.")
        return ColumnMapping(column, source or "", None, self.date_form(entries.get("datum")), inclusive, mapping)

    def constant(self, column: Column, node: Node) -> str | None:
        """A value that the column can hold, as text in the snapshot's own form."""
        text = self.text(node, column.name)
        if text is None:
            return None
        if column.values is not None and text not in column.values:
            self.note(node, f"'{column.name}' is een van: {', '.join(column.values)}.", closest(text, column.values))
        elif not _fits(column, text):
            self.note(node, f"Deze waarde past niet in de kolom '{column.name}' ({column.type}).")
        return text


_FORMS = {
    "BOOLEAN": re.compile("true|false"),
    "DECIMAL(10,2)": re.compile(r"-?\d{1,8}(\.\d{1,2})?"),
    "VARCHAR": re.compile(".+"),
}
_INTEGERS = {"TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64}


def _fits(column: Column, text: str) -> bool:
    if bits := _INTEGERS.get(column.type):
        return bool(re.fullmatch(r"-?\d{1,18}", text)) and abs(int(text)) < 2 ** (bits - 1)
    if column.type == "DATE":
        try:
            return date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False
    return _FORMS[column.type].fullmatch(text) is not None
