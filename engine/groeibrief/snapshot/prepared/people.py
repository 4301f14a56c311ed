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
from groeibrief.snapshot.prepared.workbench import END, Workbench, day

_EVER = day(date.min)
_FOREVER = day(FOREVER)


def load_codes(bench: Workbench, municipalities: Municipalities) -> None:
    """Make ``code``: each NIS code of the data, as a number, with its cluster."""
    found = bench.run(
        f"SELECT DISTINCT nis FROM {bench.raw('woonplaats')} WHERE nis IS NOT NULL"  # noqa: S608
    )
    codes = sorted(str(row[0]) for row in found)
    bench.load(
        "code",
        "tekst VARCHAR, nis INTEGER, gemeente INTEGER",
        [(code, number(code), cluster_of(municipalities.final(code))) for code in codes],
    )


def cut_periods(bench: Workbench) -> None:
    """Make ``kindperiode`` and ``begunstigdeperiode``: who belongs to which open dossier, alive, split by domicile.

    A child's periods start at birth, everyone's end at death: what is left holds for any day in it.
    """
    # Every day of a person's life of records, the days without a domicile row included.
    bench.make(
        "tijdlijn",
        f"""
        WITH rij AS (
            SELECT w.persoon_id, w.van, {END.replace("tot", "w.tot")} AS tot, w.postcode, w.land,
                   CASE WHEN w.land = 'BE' THEN w.nis END AS tekst
            FROM {bench.raw("woonplaats")} w
        )
        SELECT persoon_id, van, tot, code.gemeente, code.nis, postcode, land
        FROM rij LEFT JOIN code USING (tekst)
        UNION ALL
        SELECT persoon_id, van, tot, NULL, NULL, NULL, NULL
        FROM (
            SELECT persoon_id, tot AS van,
                   coalesce(lead(van) OVER (PARTITION BY persoon_id ORDER BY van), {_FOREVER}) AS tot
            FROM rij
        ) WHERE van < tot
        UNION ALL
        SELECT persoon_id, {_EVER}, min(van), NULL, NULL, NULL, NULL FROM rij GROUP BY persoon_id
        UNION ALL
        SELECT persoon_id, {_EVER}, {_FOREVER}, NULL, NULL, NULL, NULL
        FROM {bench.raw("persoon")} ANTI JOIN rij USING (persoon_id)
        """,  # noqa: S608
    )
    dossier, person = bench.raw("dossier"), bench.raw("persoon")
    open_until = f"coalesce(d.gesloten_op, {_FOREVER})"
    bench.make(
        "kindperiode",
        f"""
        SELECT * FROM (
            SELECT k.dossier_id, k.kind_id, d.uitbetaler, p.geboortedatum AS geboren,
                   greatest(k.van, d.geopend_op, t.van, coalesce(p.geboortedatum, {_EVER})) AS van,
                   least({END.replace("tot", "k.tot")}, {open_until}, t.tot, coalesce(p.overleden_op, {_FOREVER}))
                       AS tot,
                   t.gemeente AS eigen, t.nis, t.postcode, t.land
            FROM {bench.raw("dossierkind")} k
            JOIN {dossier} d ON d.dossier_id = k.dossier_id
            JOIN {person} p ON p.persoon_id = k.kind_id
            JOIN tijdlijn t ON t.persoon_id = k.kind_id
        ) WHERE van < tot
        """,  # noqa: S608
    )
    bench.make(
        "begunstigdeperiode",
        f"""
        SELECT * FROM (
            SELECT b.dossier_id, b.volgorde, b.persoon_id, d.uitbetaler, p.geboortedatum AS geboren,
                   greatest(b.van, d.geopend_op, t.van) AS van,
                   least({END.replace("tot", "b.tot")}, {open_until}, t.tot, coalesce(p.overleden_op, {_FOREVER}))
                       AS tot,
                   t.gemeente AS eigen, t.nis, t.postcode, t.land
            FROM {bench.raw("begunstigde")} b
            JOIN {dossier} d ON d.dossier_id = b.dossier_id
            JOIN {person} p ON p.persoon_id = b.persoon_id
            JOIN tijdlijn t ON t.persoon_id = b.persoon_id
        ) WHERE van < tot
        """,  # noqa: S608
    )
    bench.drop("tijdlijn")


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
    for part, ended in _ends(extracted_on):
        bench.write(
            "kind",
            f"""
            SELECT g.gemeente, p.dossier_id, p.kind_id, p.van, p.tot, p.geboren, p.uitbetaler,
                   p.nis, p.postcode, p.land, coalesce(p.eigen = g.gemeente, false) AS thuis{bits}
            FROM kindperiode p JOIN dossiergemeente g USING (dossier_id) {joins}
            WHERE {ended} ORDER BY g.gemeente, p.dossier_id, p.kind_id, p.van
            """,  # noqa: S608
            ("eind", part),
        )
        bench.write(
            "begunstigde",
            f"""
            SELECT g.gemeente, p.dossier_id, p.volgorde, p.persoon_id, p.van, p.tot, p.geboren, p.uitbetaler,
                   p.nis, p.postcode, p.land, coalesce(p.eigen = g.gemeente, false) AS thuis
            FROM begunstigdeperiode p JOIN dossiergemeente g USING (dossier_id)
            WHERE {ended} ORDER BY g.gemeente, p.dossier_id, p.volgorde, p.van
            """,  # noqa: S608
            ("eind", part),
        )
    bench.write(
        "domicilie",
        f"""
        SELECT g.gemeente, w.persoon_id, w.van, {END.replace("tot", "w.tot")} AS tot, code.nis, w.postcode, w.land
        FROM {bench.raw("woonplaats")} w JOIN persoongemeente g USING (persoon_id)
        LEFT JOIN code ON code.tekst = w.nis AND w.land = 'BE'
        ORDER BY g.gemeente, w.persoon_id, w.van
        """,  # noqa: S608
    )
    bench.write(
        "zonder_woonplaats",
        """
        SELECT dossier_id, kind_id, van, tot FROM kindperiode
        WHERE land IS NULL OR (land = 'BE' AND nis IS NULL) ORDER BY dossier_id, kind_id, van
        """,
    )


def _ends(extracted_on: date) -> list[tuple[int, str]]:
    """The values of ``eind`` with the rows that get them: a day in block b is found where ``eind`` is b or later."""
    last = block_of(extracted_on)
    first = last - BLOCKS_APART
    ended = []
    for block in range(first, last + 1):
        low = "" if block == first else f"p.tot >= {day(first_day(block))} AND "
        ended.append((block, f"{low}p.tot < {day(first_day(block + 1))}"))
    return [*ended, (RUNNING, f"p.tot >= {day(first_day(last + 1))}")]


def write_recipients(bench: Workbench) -> None:
    """Write ``persoon``, ``adres`` and ``dossierbegunstigde``: the only tables with names and addresses."""
    bench.write(
        "persoon",
        f"""
        SELECT persoon_id, voornaam, naam, geboortedatum AS geboren, overleden_op AS overleden
        FROM {bench.raw("persoon")} ORDER BY persoon_id
        """,  # noqa: S608
    )
    bench.write("adres", f"SELECT * FROM {bench.raw('woonplaats')} ORDER BY persoon_id, van")  # noqa: S608
    bench.write(
        "dossierbegunstigde",
        f"SELECT * FROM {bench.raw('begunstigde')} ORDER BY dossier_id, volgorde, van",  # noqa: S608
    )
