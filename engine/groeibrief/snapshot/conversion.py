"""Turning the text of an extract into the snapshot's types, strictly: nothing is rounded, cut off or guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from groeibrief.snapshot.mapping import NO, YES, ColumnMapping, DateForm, FileForm, TableMapping
from groeibrief.snapshot.schema import AMOUNT

FAULTS = "fouten"
"""The column beside a table's own that tells what is wrong with a row: two bits for each of its columns."""
_MISSING, _MALFORMED = 1, 2
# Columns of a Parquet file that are not text are written out by DuckDB, always in these forms.
_TYPED = (".", DateForm())


def convert(connection: duckdb.DuckDBPyConnection, mapping: TableMapping, batch: pa.Table) -> pa.Table:
    """Convert rows of a file, whose columns are ``mapping.sources``, to the table's columns and :data:`FAULTS`."""
    position = {name: number for number, name in enumerate(mapping.sources)}
    typed = [not _is_text(kind) for kind in batch.schema.types]
    rows = connection.from_arrow(batch.rename_columns([f"c{number}" for number in range(len(position))]))
    columns = list(enumerate(mapping.columns))
    texts = (f"{_text(mapping.form, column, position)} AS t{number}" for number, column in columns)
    values = (
        f"t{number}, {_value(column, _form_of(column, mapping.form, typed, position), f't{number}')} AS v{number}"
        for number, column in columns
    )
    named = (f"v{number} AS {column.column.name}" for number, column in columns)
    faults = " + ".join(_faults(number, column) for number, column in columns)
    rows = rows.project(", ".join(texts)).project(", ".join(values))
    return rows.project(f"{', '.join(named)}, {faults} AS {FAULTS}").to_arrow_table()


def faults_of(mapping: TableMapping, bits: int) -> list[tuple[ColumnMapping, str]]:
    """What the bits of a row mean: the column, and in Dutch the kind of fault."""
    found = []
    for number, column in enumerate(mapping.columns):
        fault = bits >> (2 * number) & 3
        if fault & _MISSING:
            found.append((column, "verplichte waarde ontbreekt"))
        if fault & _MALFORMED:
            found.append((column, _expected(column, mapping.form)))
    return found


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _form_of(
    column: ColumnMapping, form: FileForm, typed: Sequence[bool], position: Mapping[str, int]
) -> tuple[str, DateForm]:
    """The decimal sign and the form of dates in which a column's text is written."""
    if column.source is not None and typed[position[column.source]]:
        return _TYPED
    return form.decimal, column.dates or form.dates


def _text(form: FileForm, column: ColumnMapping, position: Mapping[str, int]) -> str:
    """The text of a value, without blanks around it; NULL when it means that there is none."""
    if column.source is None:
        return "NULL::VARCHAR" if column.constant is None else _quoted(column.constant)
    text = f"trim(CAST(c{position[column.source]} AS VARCHAR))"
    if column.column.type == "DATE":
        # A moment at midnight is a date; any other moment is not.
        text = f"regexp_replace({text}, ' 00:00:00$', '')"
    return f"CASE WHEN {text} NOT IN ({_list(form.empty)}) THEN {text} END"


def _list(texts: Sequence[str]) -> str:
    return ", ".join(map(_quoted, texts))


def _value(column: ColumnMapping, form: tuple[str, DateForm], text: str) -> str:
    """An expression over the column *text* that is NULL when it is not a value of the column's type."""
    kind = column.column.type
    decimal, dates = form
    if column.source is None:
        return f"CAST({text} AS {kind})"
    if column.codes is not None:
        cases = " ".join(f"WHEN {_quoted(code)} THEN {_quoted(value)}" for code, value in column.codes.items())
        return f"CAST(CASE {text} {cases} END AS {kind})"
    match kind:
        case "VARCHAR":
            return text
        case "DATE":
            day = f"CAST(try_strptime({text}, {_quoted(dates.strptime)}) AS DATE)"
            pattern = dates.pattern
            value = f"{day} + 1" if column.inclusive else day
        case "BOOLEAN":
            yes, no = (f"WHEN lower({text}) IN ({_list(words)})" for words in (YES, NO))
            return f"CASE {yes} THEN true {no} THEN false END"
        case _ if kind == AMOUNT:
            pattern = f"-?[0-9]{{1,8}}({re.escape(decimal)}[0-9]{{1,2}}0*)?"
            value = f"TRY_CAST(replace({text}, {_quoted(decimal)}, '.') AS {kind})"
        case _:
            pattern = "-?[0-9]{1,18}"
            value = f"TRY_CAST({text} AS {kind})"
    return f"CASE WHEN regexp_full_match({text}, {_quoted(pattern)}) THEN {value} END"


def _faults(number: int, column: ColumnMapping) -> str:
    malformed = f"CASE WHEN t{number} IS NOT NULL AND v{number} IS NULL THEN {_MALFORMED} ELSE 0 END"
    missing = "0" if column.column.nullable else f"CASE WHEN t{number} IS NULL THEN {_MISSING} ELSE 0 END"
    return f"({malformed} + {missing})::BIGINT * {4**number}"


def _expected(column: ColumnMapping, form: FileForm) -> str:
    if column.codes is not None:
        return "code die niet in de invoer staat"
    match column.column.type:
        case "DATE":
            return f"geen datum in de vorm {(column.dates or form.dates).text}"
        case "BOOLEAN":
            return "geen ja of nee"
        case kind if kind == AMOUNT:
            return f"geen bedrag met hoogstens twee cijfers na '{form.decimal}'"
    return "geen geheel getal, of een te groot"
