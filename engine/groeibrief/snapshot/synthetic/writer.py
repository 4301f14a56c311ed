"""Writing columns as the Parquet files of a snapshot: same columns in, same bytes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from groeibrief.artefacts import PRIVATE_FILE
from groeibrief.snapshot.manifest import FileEntry, file_entry
from groeibrief.snapshot.schema import Table
from groeibrief.snapshot.synthetic.arrays import NEVER, NONE, Bools, Ints

ROW_GROUP = 250_000
_BATCH = 4 * ROW_GROUP


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The strings of a column, each once; ``position`` leads from an index in the original list to its string.

    Arrow writes a dictionary that has a string twice with uninitialised memory at its end: never the same bytes.
    """

    texts: pa.Array
    position: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> Vocabulary:
        """The vocabulary of a list, in which a string may stand more than once."""
        known: dict[str, int] = {}
        position = np.fromiter((known.setdefault(text, len(known)) for text in texts), np.int64, len(texts))
        return cls(pa.array(list(known), pa.string()), position)


@dataclass(frozen=True, slots=True)
class Words:
    """A column of strings: indices into *vocabulary*, NONE for an empty value."""

    index: Ints
    vocabulary: Vocabulary

    @classmethod
    def of(cls, index: Ints, texts: Sequence[str]) -> Words:
        """The column of *texts* at *index*."""
        return cls(index, Vocabulary.of(texts))

    def part(self, start: int, end: int) -> Words:
        """A run of rows."""
        return Words(self.index[start:end], self.vocabulary)

    def array(self, part: pa.Field) -> pa.Array:
        """The rows as a dictionary array."""
        empty = self.index == NONE
        found = self.vocabulary.position[np.where(empty, 0, self.index)].astype(np.int32)
        index = pa.array(found, mask=empty if part.nullable else None)
        return pa.DictionaryArray.from_arrays(index, self.vocabulary.texts)


@dataclass(frozen=True, slots=True)
class Digits:
    """A column of numbers written with leading zeros."""

    index: Ints
    width: int

    def part(self, start: int, end: int) -> Digits:
        """A run of rows."""
        return Digits(self.index[start:end], self.width)

    def array(self, part: pa.Field) -> pa.Array:
        """The rows as strings."""
        return pc.utf8_lpad(pa.array(self.index).cast(part.type), self.width, "0")


Column = Ints | Bools | Words | Digits


@dataclass(slots=True)
class TableWriter:
    """Writes the files of one snapshot into *folder* and remembers what it wrote."""

    folder: Path
    tables: Mapping[str, Table]
    files: list[FileEntry] = field(default_factory=list)

    def write(self, table: str, name: str, batches: Iterable[Mapping[str, Column]]) -> None:
        """Write one file of *table*. An empty date is NEVER, any other empty value NONE."""
        schema = self.tables[table].arrow
        rows = 0
        path = self.folder / f"{name}.parquet"
        writer = None
        try:
            for columns in batches:
                count = _length(columns)
                written = _written(schema, columns)
                # No Arrow schema inside: the Parquet types say it all, and strings may be written from a dictionary.
                writer = writer or pq.ParquetWriter(path, written, compression="zstd", store_schema=False)
                # An empty column is written too: every table has a file.
                for start in range(0, max(count, 1), _BATCH):
                    part = {key: _part(value, start, start + _BATCH) for key, value in columns.items()}
                    arrays = [_array(kind, part[kind.name]) for kind in schema]
                    writer.write_table(pa.Table.from_arrays(arrays, schema=written), row_group_size=ROW_GROUP)
                rows += count
        finally:
            if writer is not None:
                writer.close()
        path.chmod(PRIVATE_FILE)
        self.files.append(file_entry(self.folder, path.name, table, rows))


def _part(column: Column, start: int, end: int) -> Column:
    return column.part(start, end) if isinstance(column, Words | Digits) else column[start:end]


def _length(columns: Mapping[str, Column]) -> int:
    first = next(iter(columns.values()))
    return len(first.index) if isinstance(first, Words | Digits) else len(first)


def _written(schema: pa.Schema, columns: Mapping[str, Column]) -> pa.Schema:
    words = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            pa.field(part.name, words if isinstance(columns[part.name], Words) else part.type, part.nullable)
            for part in schema
        ]
    )


def _array(part: pa.Field, column: Column) -> pa.Array:
    if isinstance(column, Words | Digits):
        return column.array(part)
    if pa.types.is_boolean(part.type):
        return pa.array(column.astype(np.bool_))
    values = column.astype(np.int64)
    if pa.types.is_decimal(part.type):
        return _cents(part.type, values)
    if pa.types.is_date32(part.type):
        return pa.array(values.astype(np.int32), mask=values == NEVER if part.nullable else None).cast(part.type)
    return pa.array(values, mask=values == NONE if part.nullable else None).cast(part.type)


def _cents(kind: pa.DataType, values: Ints) -> pa.Array:
    """A decimal is its cents in 128 bits; amounts are never negative here, so the upper half is empty."""
    wide = np.zeros((len(values), 2), np.int64)
    wide[:, 0] = values
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(wide)])
