"""The register, for the command line and the portal: entries, figures, exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from groeibrief.artefacts import canonical_json
from groeibrief.casework.accounts import Viewer
from groeibrief.casework.first_entries import first_entries
from groeibrief.casework.register import STATUSES, Event, Filter, Track, made_public
from groeibrief.casework.register_figures import Figures, LeadTime, Row, figures
from groeibrief.casework.tables import as_csv, as_ods
from groeibrief.errors import UsageError
from groeibrief.workflow.office import Office

__all__ = [
    "FORMATS", "STATUSES", "Event", "Figures", "Filter", "LeadTime", "Listed", "Row", "Track", "add_event", "export",
    "export_figures", "list_events", "load_first_entries", "never_used", "register_figures",
]  # fmt: skip

FORMATS = ("csv", "ods", "json")
_COLUMNS = {
    "naam": "Bestuur, zoals vermeld",
    "nis": "NIS-code",
    "gemeenten_nu": "Gemeente nu",
    "piste": "Piste",
    "stand": "Stand",
    "datum": "Datum",
    "datum_zeker": "Datum zeker",
    "bron": "Bron",
    "reden": "Reden van keuze",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """Events with their municipalities as they are on a day."""

    events: tuple[Event, ...]
    rows: tuple[dict[str, Any], ...]
    on: date

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"stand_op": self.on.isoformat(), "feiten": list(self.rows)}


def load_first_entries(office: Office) -> int:
    """Load the project's first entries that the register lacks; how many. Raises DefinitionError (E322)."""
    if office.has_first_entries:
        return 0
    added = office.register.load(first_entries(office.project, office.catalogue.municipalities), office.now())
    office.has_first_entries = True
    return added


def add_event(office: Office, viewer: Viewer, event: Event) -> Event:
    """Add an event. Raises RefusedError (E712), UsageError (E711, E724, E725)."""
    return office.register.add(viewer, event, office.now())


def list_events(office: Office, wanted: Filter, on: date | None = None) -> Listed:
    """The events that pass; a public list leaves the reason out."""
    day = on or office.today
    load_first_entries(office)
    events = office.register.events(wanted, day)
    if wanted.public:
        events = tuple(made_public(event) for event in events)
    rows = tuple(event.as_json(day, office.catalogue.municipalities) for event in events)
    return Listed(events, rows, day)


def never_used(office: Office, track: Track, on: date | None = None) -> tuple[tuple[str, str], ...]:
    """The municipalities (code, name) that never turned to a track."""
    load_first_entries(office)
    return office.register.never(track, on or office.today)


def register_figures(office: Office, on: date | None = None) -> Figures:
    """Everything that a parliamentary answer asks for, on a day."""
    day = on or office.today
    load_first_entries(office)
    events = office.register.events(Filter(), day)
    never = {track.value: len(office.register.never(track, day)) for track in Track}
    return figures(events, day, office.catalogue.municipalities, never)


def export(office: Office, wanted: Filter, form: str, on: date | None = None) -> bytes:
    """The list as a file: ``csv``, ``ods`` or ``json``. Raises UsageError (E748) for another form."""
    listed = list_events(office, wanted, on)
    if form == "json":
        return canonical_json(listed.as_json()) + b"\n"
    if form not in FORMATS:
        raise UsageError("E748", f"'{form}' is geen vorm om uit te voeren. Kies uit: {', '.join(FORMATS)}.")
    table = [list(_COLUMNS.values())]
    table += [[_cell(row[column]) for column in _COLUMNS] for row in listed.rows]
    return as_csv(table) if form == "csv" else as_ods(table, f"Register {listed.on.isoformat()}")


def export_figures(office: Office, form: str, on: date | None = None) -> bytes:
    """The figures as a file, as :func:`export`: the JSON form holds everything, a table its rows by track and year."""
    made = register_figures(office, on)
    if form == "json":
        return canonical_json(made.as_json()) + b"\n"
    if form not in FORMATS:
        raise UsageError("E748", f"'{form}' is geen vorm om uit te voeren. Kies uit: {', '.join(FORMATS)}.")
    table = [["Piste", "Jaar", "Stand", "Aanvragen", "Besturen"]]
    table += [
        [row.track.value, str(row.year or "samen"), row.status, str(row.requests), str(row.authorities)]
        for row in made.rows
    ]
    return as_csv(table) if form == "csv" else as_ods(table, f"Register {made.on.isoformat()}")


def _cell(value: Any) -> str:
    match value:
        case bool():
            return "ja" if value else "nee"
        case list():
            return ", ".join(value)
    return str(value)
