"""Dutch words for dates, months, amounts, numbers and municipalities, as they stand in texts and messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Municipalities

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def long_date(day: date) -> str:
    """``1 november 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_month(month: Month) -> str:
    """``november 2025``."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def school_year(year: SchoolYear) -> str:
    """``het schooljaar 2025-2026``."""
    return f"het schooljaar {year}"


def amount(value: Decimal | int) -> str:
    """``€ 1.234,50``."""
    whole, cents = f"{Decimal(value):,.2f}".split(".")
    return f"€ {whole.replace(',', '.')},{cents}"


def plain_number(value: Decimal | int) -> str:
    """``1,5`` or ``12``."""
    return f"{Decimal(value).normalize():f}".replace(".", ",")


def enumeration(words: Iterable[str], last: str = "en") -> str:
    """``a, b en c``."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def counted(count: int, one: str, more: str) -> str:
    """``1 kind``, ``2 kinderen``."""
    return f"{count} {one if count == 1 else more}"


def municipality_names(codes: Iterable[str], municipalities: Municipalities, last: str = "en") -> str:
    """``Torhout (31033) en Lichtervelde (31012)``, by name."""
    named = sorted((municipalities[code].naam if code in municipalities else "", code) for code in codes)
    return enumeration((f"{name} ({code})" if name else code for name, code in named), last)
