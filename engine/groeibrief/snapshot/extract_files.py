"""Reading extract files, CSV or Parquet, batch by batch, and finding the line on which a row stands."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from groeibrief.errors import Finding, SnapshotError, reason
from groeibrief.snapshot.mapping import FileForm

_BLOCK = 4_000_000
_ROWS = 65_536


class Extract:
    """A file of an extract, read once from start to end.

    ``name`` is its path inside the source folder, which is what messages show. No message quotes a value, and the text
    of the reading libraries' errors, which does, is held back.
    """

    def __init__(self, folder: Path, path: Path, form: FileForm) -> None:
        self.path = path
        self.name = path.relative_to(folder).as_posix()
        self._form = form
        self._malformed: list[int] = []

    @property
    def malformed(self) -> Sequence[int]:
        """The rows of a CSV file that have too many or too few fields, known once the file has been read.

        Numbered as CSV rows: the header is 1, empty lines do not count.
        """
        return self._malformed

    def batches(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows, with *columns* in that order. Raises SnapshotError (E424 unreadable, E425 column missing)."""
        try:
            yield from self._parquet(columns) if self._form.kind == "parquet" else self._csv(columns)
        except OSError as error:
            raise self._refusal("E424", f"Dit bestand kan niet gelezen worden: {reason(error)}.") from None
        except (pa.ArrowException, ValueError, csv.Error):
            raise self._unreadable() from None

    def lines(self, rows: Iterable[int]) -> dict[int, int]:
        """The place of each row that was yielded, counted from 0: its first line in CSV, its number in Parquet."""
        wanted = sorted(set(rows))
        if self._form.kind == "parquet":
            return {row: row + 1 for row in wanted}
        places, skipped = {}, 0
        for row in wanted:
            # The header is row 1; rows that were not yielded come in between.
            while skipped < len(self._malformed) and self._malformed[skipped] <= row + 2 + skipped:
                skipped += 1
            places[row] = row + 2 + skipped
        lines = self.csv_lines(places.values())
        return {row: lines.get(place, place) for row, place in places.items()}

    def csv_lines(self, numbers: Iterable[int]) -> dict[int, int]:
        """The first line of CSV rows, numbered as in :attr:`malformed`. Reads the file again, up to the last."""
        wanted = set(numbers)
        last, lines = max(wanted, default=0), {}
        number, begin = 0, 1
        with self._text() as stream:
            reader = csv.reader(stream, delimiter=self._form.delimiter)
            while number < last:
                try:
                    fields = next(reader, None)
                except csv.Error:
                    # A quote that is never closed: all that follows is one field, larger than csv takes.
                    fields = [""]
                if fields is None:
                    break
                if fields:
                    number += 1
                    if number in wanted:
                        lines[number] = begin
                begin = reader.line_num + 1
        return lines

    def _refusal(self, code: str, message: str, line: int | None = None) -> SnapshotError:
        return SnapshotError(code, Finding(message, bestand=self.name, regel=line))

    def _unreadable(self) -> SnapshotError:
        if self._form.kind == "parquet":
            return self._refusal("E424", "Dit bestand kan niet als Parquet gelezen worden. Trek het opnieuw uit.")
        line = self._undecodable_line()
        if line is not None:
            return self._refusal(
                "E424",
                f"Deze regel is niet in {self._form.encoding} geschreven. Zet bij 'codering' hoe het bestand "
                "geschreven is.",
                line,
            )
        return self._refusal(
            "E424",
            "Dit bestand kan niet als CSV gelezen worden. Kijk het scheidingsteken na en of elk aanhalingsteken sluit.",
        )

    def _undecodable_line(self) -> int | None:
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    line.decode(self._form.encoding)
                except UnicodeDecodeError:
                    return number
        return None

    def _text(self) -> TextIO:
        encoding = "utf-8-sig" if self._form.encoding == "utf-8" else self._form.encoding
        return self.path.open(encoding=encoding, newline="", errors="replace")

    def _check_header(self, header: Sequence[str], columns: Sequence[str]) -> None:
        findings = []
        for column in columns:
            if (times := header.count(column)) != 1:
                fault = "ontbreekt" if times == 0 else f"staat er {times} keer"
                findings.append(
                    Finding(
                        f"De kolom '{column}' van de invoer {fault} in dit bestand. Verbeter de naam bij 'kolommen'.",
                        bestand=self.name,
                        regel=1 if self._form.kind == "csv" else None,
                    )
                )
        if findings:
            raise SnapshotError("E425", findings)

    def _csv(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        with self._text() as stream:
            header = next(csv.reader(stream, delimiter=self._form.delimiter), [])
        self._check_header(header, columns)
        reader = pacsv.open_csv(
            self.path,
            read_options=pacsv.ReadOptions(use_threads=False, block_size=_BLOCK, encoding=self._form.encoding),
            parse_options=pacsv.ParseOptions(
                delimiter=self._form.delimiter, newlines_in_values=True, invalid_row_handler=self._skip
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                include_columns=list(columns),
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            yield pa.Table.from_batches([batch])

    def _skip(self, row: pacsv.InvalidRow) -> str:
        self._malformed.append(row.number)
        return "skip"

    def _parquet(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        with pq.ParquetFile(self.path) as file:
            self._check_header(file.schema_arrow.names, columns)
            for batch in file.iter_batches(_ROWS, columns=list(columns)):
                yield pa.Table.from_batches([batch]).select(list(columns))
