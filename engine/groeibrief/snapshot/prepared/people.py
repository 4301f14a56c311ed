"""Children, beneficiaries and domiciles of the store: periods cut so that one row says all about a day."""

from __future__ import annotations

from datetime import date

from groeibrief.catalog import Municipalities
from groeibrief.snapshot.prepared.layout import (
    BLOCKS_APART,
    FOREVER,
    NOWHERE,
    RUNNING,
    Mask,
    block_of,
    cluster_of,
    first_day,
    number,
)
from groeibrief.snapshot.prepared.workbench import Workbench, day, quoted

_EVER = day(date.min)
_FOREVER = day(FOREVER)


def _end(expression: str) -> str:
    """The day that a period ends; what still runs ends on the last of days."""
    return f"coalesce({expression}, {_FOREVER})"


def load_codes(bench: Workbench, municipalities: Municipalities) -> None:
    """Make ``code``: each NIS code of the data, as a number, with its cluster."""
    found = bench.run(
        f"SELECT DISTINCT nis FROM {bench.raw('woonplaats')} WHERE nis IS NOT NULL"  # noqa: S608
    )
    codes = sorted(str(row[0]) for row in found)
    rows = [f"({quoted(code)}, {number(code)}, {cluster_of(municipalities.final(code))})" for code in codes] or [
        "(NULL, NULL, NULL)"
    ]
    bench.make("code", f"SELECT * FROM (VALUES {', '.join(rows)}) code(tekst, nis, gemeente)")  # noqa: S608


def cut_periods(bench: Workbench) -> None:
    """Make ``kindperiode`` and ``begunstigdeperiode``: who belongs to which open dossier, alive, split by domicile.

    A child's periods start at birth, everyone's end at death: what is left holds for any day in it.
    """
    dossier, person = bench.raw("dossier"), bench.raw("persoon")
    # The country inside the key: as a condition of its own beside it, it turns the join into a slow one.
    bench.make(
        "thuisperiode",
        f"""
        SELECT w.persoon_id, w.van, {_end("w.tot")} AS tot, code.gemeente AS eigen, code.nis, w.postcode, w.land
        FROM {bench.raw("woonplaats")} w LEFT JOIN code ON code.tekst = CASE WHEN w.land = 'BE' THEN w.nis END
        """,  # noqa: S608
    )
    until = f"least({{0}}, {_end('d.gesloten_op')}, {_end('p.overleden_op')})"
    bench.make(
        "kindtijd",
        f"""
        SELECT * FROM (
            SELECT k.dossier_id, k.kind_id, d.uitbetaler, p.geboortedatum AS geboren,
                   greatest(k.van, d.geopend_op, coalesce(p.geboortedatum, {_EVER})) AS van,
                   {until.format(_end("k.tot"))} AS tot
            FROM {bench.raw("dossierkind")} k
            JOIN {dossier} d ON d.dossier_id = k.dossier_id
            JOIN {person} p ON p.persoon_id = k.kind_id
        ) WHERE van < tot
        """,  # noqa: S608
    )
    bench.make(
        "begunstigdetijd",
        f"""
        SELECT * FROM (
            SELECT b.dossier_id, b.volgorde, b.persoon_id, d.uitbetaler, p.geboortedatum AS geboren,
                   greatest(b.van, d.geopend_op) AS van, {until.format(_end("b.tot"))} AS tot
            FROM {bench.raw("begunstigde")} b
            JOIN {dossier} d ON d.dossier_id = b.dossier_id
            JOIN {person} p ON p.persoon_id = b.persoon_id
        ) WHERE van < tot
        """,  # noqa: S608
    )
    _find_gaps(bench)
    for name, person_id in (("kind", "kind_id"), ("begunstigde", "persoon_id")):
        bench.make(
            f"{name}periode",
            f"""
            SELECT t.* REPLACE (greatest(t.van, w.van) AS van, least(t.tot, w.tot) AS tot),
                   w.eigen, w.nis, w.postcode, w.land
            FROM {name}tijd t JOIN thuisperiode w
              ON w.persoon_id = t.{person_id} AND w.van < t.tot AND t.van < w.tot
            UNION ALL
            SELECT t.* REPLACE (greatest(t.van, w.van) AS van, least(t.tot, w.tot) AS tot), NULL, NULL, NULL, NULL
            FROM {name}tijd t JOIN leegte w
              ON w.persoon_id = t.{person_id} AND w.van < t.tot AND t.van < w.tot
            """,  # noqa: S608
        )
    bench.drop("kindtijd", "begunstigdetijd", "leegte")


def _find_gaps(bench: Workbench) -> None:
    """Make ``leegte``: the days of a child or beneficiary without a domicile row, before, between and after."""
    bench.make(
        "leegte",
        f"""
        WITH mens AS (SELECT kind_id AS persoon_id FROM kindtijd UNION SELECT persoon_id FROM begunstigdetijd),
        einde AS (
            SELECT e.persoon_id, e.tot FROM thuisperiode e ANTI JOIN thuisperiode v
              ON v.persoon_id = e.persoon_id AND v.van = e.tot
            WHERE e.tot < {_FOREVER}
        ),
        begin AS (SELECT persoon_id, min(van) AS van FROM thuisperiode GROUP BY persoon_id)
        SELECT persoon_id, {_EVER} AS van, {_end("begin.van")} AS tot FROM mens LEFT JOIN begin USING (persoon_id)
        UNION ALL
        SELECT e.persoon_id, e.tot, {_end("min(v.van)")}
        FROM einde e LEFT JOIN thuisperiode v ON v.persoon_id = e.persoon_id AND v.van > e.tot
        GROUP BY e.persoon_id, e.tot
        """,  # noqa: S608
    )


def find_clusters(bench: Workbench) -> None:
    """Make ``dossiergemeente``, ``kindgemeente`` and ``persoongemeente``: in which clusters rows have to stand."""
    bench.make(
        "dossiergemeente",
        f"""
        WITH deel AS (
            SELECT dossier_id, eigen FROM kindperiode UNION ALL SELECT dossier_id, eigen FROM begunstigdeperiode
        )
        SELECT DISTINCT dossier_id, eigen AS gemeente FROM deel WHERE eigen IS NOT NULL
        UNION ALL
        SELECT dossier_id, {NOWHERE} FROM deel GROUP BY dossier_id HAVING count(eigen) = 0
        """,  # noqa: S608
    )
    bench.make(
        "kindgemeente", "SELECT DISTINCT kind_id, gemeente FROM kindperiode JOIN dossiergemeente USING (dossier_id)"
    )
    bench.make(
        "persoongemeente",
        """
        SELECT kind_id AS persoon_id, gemeente FROM kindgemeente
        UNION
        SELECT persoon_id, gemeente FROM begunstigdeperiode JOIN dossiergemeente USING (dossier_id)
        """,
    )


def write_people(bench: Workbench, masks: list[Mask], extracted_on: date) -> None:
    """Write ``kind``, ``begunstigde``, ``domicilie`` and ``zonder_woonplaats``."""
    bits = "".join(f", coalesce({column}, 0) AS {column}" for mask in masks for column in mask.columns)
    joins = " ".join(f"LEFT JOIN masker_{mask.source} USING (kind_id)" for mask in masks)
    own = "van, tot, geboren, uitbetaler, nis, postcode, land, coalesce(eigen = gemeente, false) AS thuis"
    bench.make(
        "dossiergrootte",
        "SELECT dossier_id, count(DISTINCT kind_id)::INTEGER AS kinderen_ooit FROM kindperiode GROUP BY dossier_id",
    )
    bench.make(
        "kindrij",
        f"SELECT gemeente, dossier_id, kind_id, {own}, kinderen_ooit{bits} "  # noqa: S608
        "FROM kindperiode JOIN dossiergemeente USING (dossier_id) JOIN dossiergrootte USING (dossier_id) "
        f"{joins}",
    )
    bench.make(
        "begunstigderij",
        f"SELECT gemeente, dossier_id, volgorde, persoon_id, {own} "  # noqa: S608
        "FROM begunstigdeperiode JOIN dossiergemeente USING (dossier_id)",
    )
    for part, ended in _ends(extracted_on):
        for table, order in (("kind", "kind_id"), ("begunstigde", "volgorde")):
            query = f"SELECT * FROM {table}rij WHERE {ended} ORDER BY gemeente, dossier_id, {order}, van"  # noqa: S608
            bench.write(table, query, ("eind", part))
    bench.drop("kindrij", "begunstigderij", "dossiergrootte")
    bench.write(
        "domicilie",
        """
        SELECT gemeente, persoon_id, van, tot, nis, postcode, land
        FROM thuisperiode JOIN persoongemeente USING (persoon_id) ORDER BY gemeente, persoon_id, van
        """,
    )
    bench.write(
        "zonder_woonplaats",
        """
        SELECT dossier_id, kind_id, van, tot FROM kindperiode
        WHERE land IS NULL OR (land = 'BE' AND nis IS NULL) ORDER BY dossier_id, kind_id, van
        """,
    )
    bench.drop("thuisperiode", "persoongemeente")


def _ends(extracted_on: date) -> list[tuple[int, str]]:
    """The values of ``eind`` with the rows that get them: a day in block b is found where ``eind`` is b or later."""
    last = block_of(extracted_on)
    first = last - BLOCKS_APART
    ended = []
    for block in range(first, last + 1):
        low = "" if block == first else f"tot >= {day(first_day(block))} AND "
        ended.append((block, f"{low}tot < {day(first_day(block + 1))}"))
    return [*ended, (RUNNING, f"tot >= {day(first_day(last + 1))}")]


def write_recipients(bench: Workbench) -> None:
    """Write ``persoon``, ``adres`` and ``dossierbegunstigde``: the only tables with names and addresses.

    In the snapshot's order: they are read whole, once a selection, and sorting them would take a fifth of the time.
    """
    bench.write(
        "persoon",
        "SELECT persoon_id, voornaam, naam, geboortedatum AS geboren, overleden_op AS overleden "  # noqa: S608
        f"FROM {bench.raw('persoon')}",
    )
    bench.write("adres", f"SELECT * FROM {bench.raw('woonplaats')}")  # noqa: S608
    bench.write("dossierbegunstigde", f"SELECT * FROM {bench.raw('begunstigde')}")  # noqa: S608
