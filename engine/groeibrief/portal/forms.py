"""What stands in a form, read: days and numbers, or a sentence about what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from groeibrief.errors import UsageError

_FIRST, _LAST = 1900, 2199


def day_of(form: Mapping[str, str], name: str, what: str) -> date:
    """A day. Raises UsageError E761."""
    try:
        day = date.fromisoformat(form.get(name, ""))
    except ValueError:
        day = date.min
    if not _FIRST <= day.year <= _LAST:
        raise UsageError("E761", f"Kies een dag bij {what}.")
    return day


def moment_of(form: Mapping[str, str], name: str, what: str) -> datetime:
    """A moment of this place, as a browser writes it, with its zone. Raises UsageError E761."""
    try:
        moment = datetime.fromisoformat(form.get(name, ""))
    except ValueError:
        raise UsageError("E761", f"Kies een dag en een uur bij {what}.") from None
    return moment.astimezone()


def number_of(form: Mapping[str, str], name: str) -> int | None:
    """A whole number; None when nothing was filled in. Raises UsageError E770."""
    text = form.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 7:
        raise UsageError("E770", f"'{text[:20]}' is geen getal. Schrijf een geheel getal, bijvoorbeeld 250.")
    return int(text)
