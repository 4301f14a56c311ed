"""The same questions, hand-written in polars over the files of the prepared store."""

from __future__ import annotations

from datetime import date

import polars as pl
from ground import BLOCK, DAY, Ground

NOVEMBER_2025 = 1 << 36  # of the 37 months that the synthetic snapshot covers, the last
SCHOOL_YEAR_2025 = 1 << 3  # of four school years, the last
TALLY = ["gemeente", "dossier_id"]


def count(ground: Ground, question: str, municipality: int | None) -> list[list[int]]:
    there = pl.col("gemeente") == municipality if municipality else pl.col("gemeente") != 0
    valid = (pl.col("van") <= DAY) & (pl.col("tot") > DAY)
    children = pl.scan_parquet(ground.parts("kind"), hive_partitioning=False).filter(valid & pl.col("thuis") & there)
    age = {"schooltoeslag": date(2012, 11, 1), "laagste-schijf": date(2013, 11, 1)}
    if question == "drie-kinderen":
        large = children.filter(pl.col("kinderen_ooit") >= 3)
        judged = large.filter(pl.col("basisbedrag_m0") & NOVEMBER_2025 != 0).with_columns(die=pl.lit(True))
    else:
        young = (pl.col("geboren") <= date(2022, 11, 1)) & (pl.col("geboren") > age[question])
        if question == "schooltoeslag":
            has = (pl.col("sociale_toeslag_m0") & NOVEMBER_2025 != 0) & (
                pl.col("schooltoeslag_m0") & SCHOOL_YEAR_2025 == 0
            )
            judged = children.filter(has).with_columns(die=young)
        else:
            path = ground.store.root / "sociale_toeslag" / f"blok={BLOCK}" / "deel.parquet"
            rights = pl.scan_parquet(path, hive_partitioning=False).filter(valid & there)
            low = rights.group_by("gemeente", "kind_id").agg(laag=(pl.col("schijf") == "laag").any(ignore_nulls=False))
            judged = children.join(low, on=["gemeente", "kind_id"]).with_columns(die=young & pl.col("laag"))
    tally = judged.group_by(TALLY).agg(waar=pl.col("die").sum(), onbekend=pl.col("die").is_null().sum())
    least = 3 if question == "drie-kinderen" else 1
    chosen = pl.col("waar") >= least
    unsure = ~chosen & (pl.col("waar") + pl.col("onbekend") >= least)
    numbers = [
        chosen.sum().alias("gezinnen"),
        pl.col("waar").filter(chosen).sum().alias("kinderen"),
        pl.col("waar").filter(chosen).clip(upper_bound=3).sum().alias("begrensd"),
    ]
    if municipality is None:
        found = tally.group_by("gemeente").agg(numbers).filter(pl.col("gezinnen") > 0).sort("gemeente").collect()
        return [list(row) for row in found.iter_rows()]
    homeless = pl.scan_parquet(ground.store.root / "zonder_woonplaats" / "deel.parquet").filter(valid).select(pl.len())
    answer, without = pl.collect_all([tally.select(*numbers, unsure.sum().alias("onbekend")), homeless])
    return [[*answer.row(0), without.item()]]
