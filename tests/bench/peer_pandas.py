"""The same questions, hand-written in pandas (Arrow columns) over the files of the prepared store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
from ground import BLOCK, DAY, Ground

NOVEMBER_2025 = 1 << 36
SCHOOL_YEAR_2025 = 1 << 3


def read(paths: list[Path], columns: list[str], filters: list[tuple[str, str, object]]) -> pd.DataFrame:
    options = {"columns": columns, "filters": filters, "dtype_backend": "pyarrow", "partitioning": None}
    return pd.concat([pd.read_parquet(path, **options) for path in paths], ignore_index=True)


def count(ground: Ground, question: str, municipality: int | None) -> list[list[int]]:
    there = ("gemeente", "==", municipality) if municipality else ("gemeente", "!=", 0)
    valid = [("van", "<=", DAY), ("tot", ">", DAY)]
    own = ["gemeente", "dossier_id", "kind_id", "geboren"]
    at_home = [*valid, there, ("thuis", "==", True)]
    masks = {
        "schooltoeslag": ["sociale_toeslag_m0", "schooltoeslag_m0"], "laagste-schijf": [],
        "drie-kinderen": ["basisbedrag_m0", "kinderen_ooit"],
    }  # fmt: skip
    children = read(ground.parts("kind"), [*own, *masks[question]], at_home)
    if question == "drie-kinderen":
        large = children[children["kinderen_ooit"].to_numpy() >= 3]
        judged = large[(large["basisbedrag_m0"].to_numpy() & NOVEMBER_2025) != 0]
        true, unknown = pd.Series(True, judged.index), pd.Series(False, judged.index)
    else:
        if question == "schooltoeslag":
            social = children["sociale_toeslag_m0"].to_numpy() & NOVEMBER_2025
            school = children["schooltoeslag_m0"].to_numpy() & SCHOOL_YEAR_2025
            judged, oldest = children[(social != 0) & (school == 0)], date(2012, 11, 1)
            low, maybe = pd.Series(True, judged.index), pd.Series(False, judged.index)
        else:
            path = ground.store.root / "sociale_toeslag" / f"blok={BLOCK}" / "deel.parquet"
            rights = read([path], ["gemeente", "kind_id", "schijf"], [*valid, there])
            rights["laag"] = (rights["schijf"] == "laag").fillna(False).astype(bool)
            rights["open"] = rights["schijf"].isna()
            by_child = rights.groupby(["gemeente", "kind_id"], sort=False)[["laag", "open"]].any().reset_index()
            judged, oldest = children.merge(by_child, on=["gemeente", "kind_id"]), date(2013, 11, 1)
            low, maybe = judged["laag"], judged["open"] & ~judged["laag"]
        born = judged["geboren"]
        young = ((born <= date(2022, 11, 1)) & (born > oldest)).fillna(False).astype(bool)
        unborn = born.isna()
        true = young & low
        unknown = (young | unborn) & (low | maybe) & ~true
    tally = (
        judged[["gemeente", "dossier_id"]]
        .assign(waar=true.astype("int64"), onbekend=unknown.astype("int64"))
        .groupby(["gemeente", "dossier_id"], sort=False)
        .sum()
        .reset_index()
    )
    least = 3 if question == "drie-kinderen" else 1
    chosen = tally[tally["waar"] >= least].assign(gezinnen=1, begrensd=lambda rows: rows["waar"].clip(upper=3))
    if municipality is None:
        found = chosen.groupby("gemeente")[["gezinnen", "waar", "begrensd"]].sum().sort_index().reset_index()
        return [[int(value) for value in row] for row in found.itertuples(index=False)]
    unsure = ((tally["waar"] < least) & (tally["waar"] + tally["onbekend"] >= least)).sum()
    without = len(read([ground.store.root / "zonder_woonplaats" / "deel.parquet"], ["kind_id"], valid))
    return [[len(chosen), int(chosen["waar"].sum()), int(chosen["begrensd"].sum()), int(unsure), without]]
