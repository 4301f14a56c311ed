"""The same questions, hand-written in SQL for DataFusion over the files of the prepared store."""

from __future__ import annotations

import functools

from datafusion import SessionConfig, SessionContext
from ground import BLOCK, Ground

NOVEMBER_2025 = 1 << 36
SCHOOL_YEAR_2025 = 1 << 3
VALID = "van <= DATE '2025-11-01' AND tot > DATE '2025-11-01'"


@functools.cache
def session(ground: Ground) -> SessionContext:
    context = SessionContext(SessionConfig().with_target_partitions(2).with_parquet_pruning(True))
    names = []
    for number, path in enumerate(ground.parts("kind")):
        context.register_parquet(f"kind_{number}", path)
        names.append(f"SELECT * FROM kind_{number}")
    context.sql(f"CREATE VIEW kind AS {' UNION ALL '.join(names)}")
    context.register_parquet("sociaal", ground.store.root / "sociale_toeslag" / f"blok={BLOCK}" / "deel.parquet")
    context.register_parquet("zonder", ground.store.root / "zonder_woonplaats" / "deel.parquet")
    return context


def count(ground: Ground, question: str, municipality: int | None) -> list[list[int]]:
    there = f"gemeente = {municipality}" if municipality else "gemeente <> 0"
    young = "geboren <= DATE '2022-11-01' AND geboren > DATE '{}-11-01'"
    scope = f"kind WHERE {VALID} AND thuis AND {there}"
    if question == "drie-kinderen":
        judged = (
            f"SELECT gemeente, dossier_id, true AS die FROM {scope} AND kinderen_ooit >= 3 "
            f"AND (basisbedrag_m0 & {NOVEMBER_2025}) <> 0"
        )
    elif question == "schooltoeslag":
        judged = (
            f"SELECT gemeente, dossier_id, {young.format(2012)} AS die FROM {scope} "
            f"AND (sociale_toeslag_m0 & {NOVEMBER_2025}) <> 0 AND (schooltoeslag_m0 & {SCHOOL_YEAR_2025}) = 0"
        )
    else:
        low = (
            "SELECT gemeente, kind_id, CASE WHEN max(CASE WHEN schijf = 'laag' THEN 1 ELSE 0 END) = 1 THEN true "
            "WHEN count(*) = count(schijf) THEN false END AS laag "
            f"FROM sociaal WHERE {VALID} AND {there} GROUP BY gemeente, kind_id"
        )
        judged = (
            f"SELECT k.gemeente, k.dossier_id, {young.format(2013)} AND laag AS die "
            f"FROM (SELECT * FROM {scope}) k JOIN ({low}) s ON k.kind_id = s.kind_id AND k.gemeente = s.gemeente"
        )
    least = 3 if question == "drie-kinderen" else 1
    tally = (
        "SELECT gemeente, dossier_id, count(*) FILTER (WHERE die) AS waar, "
        f"count(*) FILTER (WHERE die IS NULL) AS onbekend FROM ({judged}) GROUP BY gemeente, dossier_id"
    )
    numbers = (
        f"count(*) FILTER (WHERE waar >= {least}), coalesce(sum(waar) FILTER (WHERE waar >= {least}), 0), "
        f"coalesce(sum(least(waar, 3)) FILTER (WHERE waar >= {least}), 0)"
    )
    if municipality is None:
        sql = (
            f"SELECT gemeente, {numbers} FROM ({tally}) GROUP BY gemeente "
            f"HAVING count(*) FILTER (WHERE waar >= {least}) > 0 ORDER BY gemeente"
        )
    else:
        unsure = f"count(*) FILTER (WHERE waar < {least} AND waar + onbekend >= {least})"
        sql = f"SELECT {numbers}, {unsure}, (SELECT count(*) FROM zonder WHERE {VALID}) FROM ({tally})"
    table = session(ground).sql(sql).to_arrow_table()
    return [[int(value) for value in row] for row in zip(*(column.to_pylist() for column in table), strict=True)]
