"""Fifty invented people who do not exist anywhere else, and how their data would look if they leaked."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

NUMBER = 50
FIRST_NAME, NAME, STREET = "Kwieteliere", "Zwartkanarie", "Pietjeskanariedreef"
_CORES = (FIRST_NAME, NAME, STREET)
"""What is the same in every canary's name and street: without it none of them can be written."""
_DOSSIER = 77_431_000_000
_LIMIT = 64 * 1024 * 1024
_WORD_BEFORE = re.compile(rb"[0-9]$")


@dataclass(frozen=True, slots=True)
class Canary:
    """Someone invented, at a place in the snapshot where a person was before."""

    index: int
    person: int
    dossier: int

    @property
    def first_name(self) -> str:
        """As in ``persoon``."""
        return f"{FIRST_NAME}{self.index:02d}"

    @property
    def name(self) -> str:
        """As in ``persoon``."""
        return f"{NAME}{self.index:02d}"

    @property
    def street(self) -> str:
        """As in ``woonplaats``."""
        return f"{STREET}{self.index:02d}"

    @property
    def insz(self) -> str:
        """A number with fitting check digits that nobody got: the sequence numbers of a day do not go so far."""
        head = f"190301{900 + self.index:03d}"
        return f"{head}{97 - int('2' + head) % 97:02d}"

    @property
    def shown_insz(self) -> str:
        """The number as people write it."""
        number = self.insz
        return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Bytes that only a leak would hold: ``what`` of whom (name, address, number, dossier) and in which form."""

    what: str
    form: str
    data: bytes


def chosen(persons: Iterable[tuple[int, int]]) -> tuple[Canary, ...]:
    """Canaries in the place of *persons*, each with its dossier as it was."""
    dossiers: dict[int, int] = {}
    found = []
    for index, (person, dossier) in enumerate(persons):
        number = dossiers.setdefault(dossier, _DOSSIER + 7 * len(dossiers))
        found.append(Canary(index, person, number))
    return tuple(found)


def plant(snapshot: Path, canaries: tuple[Canary, ...], dossiers: Mapping[int, int]) -> None:
    """Write the canaries into the tables of a snapshot; *dossiers*: each one's old number and new one."""
    by_person = {each.person: each for each in canaries}
    _rewrite(
        snapshot / "persoon.parquet", "persoon_id", by_person,
        naam=lambda each: each.name, voornaam=lambda each: each.first_name, insz=lambda each: each.insz,
    )  # fmt: skip
    _rewrite(snapshot / "woonplaats.parquet", "persoon_id", by_person, straat=lambda each: each.street)
    for name in ("dossier", "dossierkind", "begunstigde"):
        path = snapshot / f"{name}.parquet"
        rows = pq.read_table(path)
        field = rows.schema.field("dossier_id")
        numbers = [dossiers.get(number, number) for number in rows.column("dossier_id").to_pylist()]
        rows = rows.set_column(rows.schema.get_field_index("dossier_id"), field, pa.array(numbers, field.type))
        pq.write_table(rows.take(pc.sort_indices(rows, [("dossier_id", "ascending")])), path, store_schema=False)


def _rewrite(path: Path, key: str, canaries: Mapping[int, Canary], **columns: object) -> None:
    rows = pq.read_table(path)
    who = rows.column(key).to_pylist()
    for column, value in columns.items():
        assert callable(value)
        field, before = rows.schema.field(column), rows.column(column).to_pylist()
        after = [value(canaries[one]) if one in canaries else old for one, old in zip(who, before, strict=True)]
        rows = rows.set_column(rows.schema.get_field_index(column), field, pa.array(after, field.type))
    pq.write_table(rows, path, store_schema=False)


@cache
def patterns(canaries: tuple[Canary, ...]) -> tuple[Pattern, ...]:
    """Everything to look for, in lower case: plain, reversed, hexadecimal, base64, UTF-16, with punctuation."""
    found = []
    for core, what in zip(_CORES, ("name", "name", "address"), strict=True):
        found += [Pattern(what, form, data) for form, data in _forms(core)]
    for each in canaries:
        found += [Pattern("number", form, data) for form, data in _forms(each.insz)]
        found += [Pattern("number", "with punctuation", text.encode()) for text in _punctuated(each)]
    for number in sorted({each.dossier for each in canaries}):
        found += [Pattern("dossier", form, data) for form, data in _forms(str(number))]
    return tuple(found)


def _punctuated(canary: Canary) -> Iterator[str]:
    shown = canary.shown_insz
    yield shown
    yield shown.replace(".", "-")
    yield shown.replace(".", "").replace("-", " ")
    yield f"{canary.insz[:6]}-{canary.insz[6:]}"


def _forms(text: str) -> Iterator[tuple[str, bytes]]:
    data = text.lower().encode()
    yield "plain", data
    yield "reversed", data[::-1]
    yield "UTF-16", text.lower().encode("utf-16-le")
    # As it was written: hexadecimal and base64 tell upper from lower case.
    for written in {text, text.upper(), text.lower()}:
        raw = written.encode()
        yield "hexadecimal", raw.hex().encode()
        yield "hexadecimal", "%".join(f"{byte:02x}" for byte in raw).encode()
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw)
            # Without what the bytes before and after share with them.
            yield "base64", coded[(0, 2, 3)[shift] : len(coded) // 4 * 4 - 4].lower()


def sung(data: bytes, canaries: tuple[Canary, ...]) -> list[Pattern]:
    """What of the canaries is in *data*."""
    low = data[:_LIMIT].lower()
    return [pattern for pattern in patterns(canaries) if pattern.data in low]
