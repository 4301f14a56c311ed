"""A snapshot: a signed folder of Parquet files (SNAPSHOT.md); opened, verified, imported, invented, prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groeibrief.snapshot.extract import import_extract
    from groeibrief.snapshot.folder import Snapshot, open_snapshot
    from groeibrief.snapshot.overview import info, info_text
    from groeibrief.snapshot.report import Report
    from groeibrief.snapshot.verification import verify

__all__ = ["Report", "Snapshot", "import_extract", "info", "info_text", "open_snapshot", "verify"]

_HOME = {
    "Report": "report",
    "Snapshot": "folder",
    "import_extract": "extract",
    "info": "overview",
    "info_text": "overview",
    "open_snapshot": "folder",
    "verify": "verification",
}


def __getattr__(name: str) -> Any:
    """Import on first use: a count over a prepared store needs neither DuckDB's rules nor the import."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
