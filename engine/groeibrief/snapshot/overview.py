"""What a snapshot says about itself: name, dates, coverage, tables, and who signed it."""

from __future__ import annotations

from groeibrief.snapshot.folder import Snapshot
from groeibrief.snapshot.report import dutch_number


def info(snapshot: Snapshot) -> dict[str, object]:
    """The manifest's facts under Dutch keys, as JSON can hold them. Reads no data file.

    ``ondertekenaar`` is the fingerprint of the key that signed.
    """
    rows: dict[str, int] = {}
    for entry in snapshot.manifest.files:
        rows[entry.table] = rows.get(entry.table, 0) + entry.rows
    return {
        "snapshot": snapshot.id,
        "hash": snapshot.hash,
        "schemaversie": snapshot.manifest.schema_version,
        "getrokken_op": snapshot.extracted_on.isoformat(),
        "synthetisch": snapshot.synthetic,
        "gemaakt_door": snapshot.manifest.produced_by,
        "ondertekenaar": snapshot.signer,
        "dekking": {
            source: {"van": coverage.first, "tot_en_met": coverage.last}
            for source, coverage in sorted(snapshot.coverage.items())
        },
        "tabellen": dict(sorted(rows.items())),
        "bestanden": len(snapshot.manifest.files),
        "bytes": sum(entry.bytes for entry in snapshot.manifest.files),
    }


def info_text(snapshot: Snapshot) -> str:
    """The same, to read."""
    facts = info(snapshot)
    tables = facts["tabellen"]
    assert isinstance(tables, dict)
    kind = " (synthetisch)" if snapshot.synthetic else ""
    lines = [
        f"Snapshot {snapshot.id}{kind}",
        f"  hash           {snapshot.hash}",
        f"  getrokken op   {snapshot.extracted_on.isoformat()}",
        f"  gemaakt door   {snapshot.manifest.produced_by}",
        f"  ondertekend    sleutel {snapshot.signer}",
        f"  omvang         {facts['bestanden']} bestanden, {dutch_number(int(str(facts['bytes'])))} bytes",
        "Rijen",
    ]
    lines += [f"  {table:<22}{dutch_number(rows):>14}" for table, rows in tables.items()]
    lines.append("Dekking")
    lines += [
        f"  {source:<22}{coverage.first} tot en met {coverage.last}"
        for source, coverage in sorted(snapshot.coverage.items())
    ]
    return "\n".join(lines)
