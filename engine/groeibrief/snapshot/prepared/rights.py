"""The sources in the store: rows by cluster and block, and masks of what ran in which month."""

from __future__ import annotations

from groeibrief.calendar import Month
from groeibrief.catalog import PeriodKind, Source
from groeibrief.snapshot.prepared.layout import FOREVER, WORD, Mask, blocks_of, first_day
from groeibrief.snapshot.prepared.workbench import Workbench, day, quoted


def make_mask(bench: Workbench, source: Source, mask: Mask) -> None:
    """Make ``masker_<bron>``: for each child, one bit a month or school year of the coverage."""
    start, end = _bits(source, mask)
    words = []
    for word, column in enumerate(mask.columns):
        low, high = (
            f"greatest(0, least({min(WORD, mask.length - word * WORD)}, {bound} - {word * WORD}))"
            for bound in ("begin", "einde")
        )
        words.append(f"bit_or((1::BIGINT << greatest({high}, {low})) - (1::BIGINT << {low})) AS {column}")
    bench.make(
        f"masker_{source.bron}",
        f"""
        SELECT kind_id, {", ".join(words)}
        FROM (SELECT kind_id, {start} AS begin, {end} AS einde FROM {bench.raw(source.bron)} WHERE {_counts(source)})
        GROUP BY kind_id
        """,  # noqa: S608
    )


def _bits(source: Source, mask: Mask) -> tuple[str, str]:
    """The first bit of a row and the one after its last, before they are cut to the mask."""
    if source.soort_periode is PeriodKind.SCHOOL_YEAR:
        start = f"(left(schooljaar, 4)::BIGINT - {mask.first})"
        return start, f"{start} + 1"
    base = day(Month.at(mask.first).first_day)
    if source.soort_periode is PeriodKind.MONTH:
        return f"date_diff('month', {base}, maand)", f"date_diff('month', {base}, maand) + 1"
    return f"date_diff('month', {base}, van)", f"coalesce(date_diff('month', {base}, tot), {mask.length})"


def _counts(source: Source) -> str:
    tests = [f"{name} NOT IN ({', '.join(map(quoted, values))})" for name, values in source.nooit.items()]
    if source.telt_als:
        total = " + ".join(f"{name}::BIGINT" for name in source.telt_als.velden)
        tests.append(f"{total} >= {source.telt_als.minstens}")
    return " AND ".join(tests) or "true"


def write_source(bench: Workbench, source: Source, coverage: tuple[str, str] | None) -> None:
    """Write the rows of a source, once in each cluster of the child, and month rights in each block that they touch."""
    columns = ", ".join(
        f"coalesce(s.tot, {day(FOREVER)}) AS tot" if name == "tot" else f"s.{name}" for name, _, _ in source.columns
    )
    blocks = blocks_of(source, coverage)
    for block in [None] if blocks is None else blocks:
        inside = "true" if block is None else _in_block(source, block)
        bench.write(
            source.bron,
            f"""
            SELECT g.gemeente, {columns} FROM {bench.raw(source.bron)} s JOIN kindgemeente g USING (kind_id)
            WHERE {inside} ORDER BY {", ".join(("g.gemeente", *(f"s.{name}" for name in source.key)))}
            """,  # noqa: S608
            None if block is None else ("blok", block),
        )


def _in_block(source: Source, block: int) -> str:
    start, after = day(first_day(block)), day(first_day(block + 1))
    match source.soort_periode:
        case PeriodKind.MONTH_RIGHT:
            return f"s.van < {after} AND (s.tot IS NULL OR s.tot > {start})"
        case PeriodKind.MONTH:
            return f"s.maand >= {start} AND s.maand < {after}"
        case PeriodKind.SCHOOL_YEAR:
            return f"s.schooljaar = '{block}-{block + 1}'"
        case PeriodKind.DAY | PeriodKind.GRANT:
            return f"s.datum >= {start} AND s.datum < {after}"
