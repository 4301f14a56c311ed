"""An event for the register as a form has it: read whole, with what is wrong beside the field that it is wrong in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from groeibrief.casework.content import check_text
from groeibrief.casework.register import STATUSES, Event, Track, code_of
from groeibrief.errors import UserError
from groeibrief.workflow.office import Office

_FIRST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was read: the event, or what is wrong by field."""

    event: Event | None
    faults: Mapping[str, str]


def read_entry(office: Office, words: Mapping[str, str]) -> Entry:
    """Read ``piste``, ``stand``, ``datum``, ``zeker``, ``gemeenten``, ``naam``, ``bron``, ``reden``, ``openbaar``.

    ``gemeenten``: names or NIS codes of that day, with commas; several are joint applicants. ``naam``: as printed; else
    those municipalities.
    """
    faults: dict[str, str] = {}

    def fit(field: str, check: Callable[[], object]) -> None:
        try:
            check()
        except UserError as error:
            faults.setdefault(field, " ".join(each.melding for each in error.findings))

    tracks = {track.value: track for track in Track}
    track, status = tracks.get(words.get("piste", "")), words.get("stand", "")
    if track is None:
        faults["piste"] = "Kies een weg."
    if status not in STATUSES:
        faults["stand"] = "Kies een stand."
    on = _day(words.get("datum", ""))
    if on is None:
        faults["datum"] = "Kies een dag."
    elif on > office.today:
        faults["datum"] = "Deze dag moet nog komen. Kijk de datum na."
    told = [name for part in words.get("gemeenten", "").split(",") if (name := part.strip())]
    codes: list[str] = []
    if on is not None:
        fit("gemeenten", lambda: codes.extend(_code(office, each, on) for each in told))
    if not told and status != "geïnformeerd":
        faults["gemeenten"] = "Noem de gemeente. Alleen een informatieronde gaat over alle gemeenten."
    name = words.get("naam", "") or " en ".join(office.catalogue.municipalities[code].naam for code in codes)
    if not name and "gemeenten" not in faults:
        faults["naam"] = "Schrijf de naam zoals de bron ze vermeldt."
    elif name:
        fit("naam", lambda: check_text("naam", name))
    source, reason = words.get("bron", ""), words.get("reden", "")
    fit("bron", lambda: check_text("bron", source))
    if reason:
        fit("reden", lambda: check_text("reden", reason))
    if faults or track is None or on is None:
        return Entry(None, faults)
    sure, public = (words.get(field) == "ja" for field in ("zeker", "openbaar"))
    return Entry(Event(name, tuple(sorted(set(codes))), track, status, on, sure, source, reason, public), faults)


def _code(office: Office, name: str, on: date) -> str:
    municipalities = office.catalogue.municipalities
    if name.isdecimal() and municipalities.is_valid(name, on):
        return name
    return code_of(name, on, municipalities)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _FIRST else None
