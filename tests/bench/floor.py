"""The floor: reading and decoding the columns that a question needs, and counting nothing."""

from __future__ import annotations

import functools
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
from ground import BLOCK, Ground

OWN = ["gemeente", "dossier_id", "kind_id", "geboren", "van", "tot", "thuis"]
NEEDED = {
    "schooltoeslag": [*OWN, "sociale_toeslag_m0", "schooltoeslag_m0"],
    "laagste-schijf": OWN,
    "drie-kinderen": [*OWN, "basisbedrag_m0", "kinderen_ooit"],
}
RIGHTS = ["gemeente", "kind_id", "van", "tot", "schijf"]


def reads(ground: Ground, question: str) -> list[tuple[list[Path], list[str]]]:
    found = [(ground.parts("kind"), NEEDED[question])]
    if question == "laagste-schijf":
        found.append(([ground.store.root / "sociale_toeslag" / f"blok={BLOCK}" / "deel.parquet"], RIGHTS))
    return found


def with_pyarrow(ground: Ground, question: str, municipality: int | None) -> None:
    for paths, columns in reads(ground, question):
        chosen = ds.field("gemeente") == municipality if municipality else None
        ds.dataset(paths, format="parquet").to_table(columns=columns, filter=chosen)


@functools.cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})


def with_duckdb(ground: Ground, question: str, municipality: int | None) -> None:
    for paths, columns in reads(ground, question):
        where = f"WHERE gemeente = {municipality}" if municipality else ""
        highest = ", ".join(f"max({column})" for column in columns)
        names = ", ".join(f"'{path}'" for path in paths)
        connection().execute(f"SELECT {highest} FROM read_parquet([{names}]) {where}").fetchall()
