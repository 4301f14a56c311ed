"""The period words of ``heeft``: which fit depends on the source's kind of period; defaults are written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import PeriodKind, Source
from groeibrief.documents import Mapping, Node
from groeibrief.language import values
from groeibrief.language.faults import PERIOD, RANGE, Faults, one_of
from groeibrief.language.wording import long_date, long_month
from groeibrief.query import Days, Granted, Months, Period, SchoolYears

WORDS = ("maand", "periode", "hoe_vaak", "leeftijd", "schooljaar")
HOW_OFTEN = ("minstens_1_maand", "elke_maand")
GRANT_AGES = (3, 4)


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """Which period words a kind of source has, and how to say so."""

    words: tuple[str, ...]
    advice: str


BY_KIND = {
    PeriodKind.MONTH_RIGHT: PeriodWords(("maand", "periode", "hoe_vaak"), "loopt per maand: schrijf `maand: 2025-11`"),
    PeriodKind.MONTH: PeriodWords(("maand", "periode", "hoe_vaak"), "loopt per maand: schrijf `maand: 2025-11`"),
    PeriodKind.GRANT: PeriodWords(
        ("leeftijd", "periode"), "wordt op een leeftijd toegekend: schrijf `leeftijd: 3` of `periode` in dagen"
    ),
    PeriodKind.SCHOOL_YEAR: PeriodWords(
        ("schooljaar",), "wordt per schooljaar toegekend: schrijf `schooljaar: 2025-2026`"
    ),
    PeriodKind.DAY: PeriodWords(
        ("periode",), "wordt op een dag toegekend: schrijf `periode: {van: 2025-01-01, tot_en_met: 2025-06-30}`"
    ),
}


def read_period(faults: Faults, node: Node, entries: dict[str, Node], source: Source, on: date) -> Period | None:
    """Read the period words among *entries* of the ``heeft`` at *node*; the default follows from *on*."""
    fitting = BY_KIND[source.soort_periode]
    wrong = [key for key in WORDS if key in entries and key not in fitting.words]
    for key in wrong:
        where = (node.key(key) if isinstance(node, Mapping) else None) or node
        faults.add(PERIOD, where, f"{_sentence(source.naam)} {fitting.advice}.", verwacht=one_of(fitting.words))
    if wrong:
        return None
    match source.soort_periode:
        case PeriodKind.MONTH_RIGHT | PeriodKind.MONTH:
            return _months(faults, entries, source, on)
        case PeriodKind.GRANT:
            return _granted(faults, node, entries, source)
        case PeriodKind.SCHOOL_YEAR:
            if "schooljaar" not in entries:
                return SchoolYears(SchoolYear.of(on))
            year = values.school_year(faults, entries["schooljaar"], "schooljaar")
            return None if year is None else SchoolYears(year)
        case PeriodKind.DAY:
            if "periode" not in entries:
                faults.add(PERIOD, node, f"{_sentence(source.naam)} {fitting.advice}.", verwacht="periode")
                return None
            return _days(faults, entries["periode"], source)
    raise AssertionError(f"Unhandled kind of period: {source.soort_periode}")


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]


def _months(faults: Faults, entries: dict[str, Node], source: Source, on: date) -> Months | None:
    if "maand" in entries and "periode" in entries:
        faults.add(
            PERIOD,
            entries["periode"],
            "Schrijf 'maand' of 'periode', niet allebei.",
            verwacht=one_of(("maand", "periode")),
        )
        return None
    if "hoe_vaak" in entries and "periode" not in entries:
        faults.add(
            PERIOD, entries["hoe_vaak"], "'hoe_vaak' hoort bij een 'periode': schrijf er een bij.", verwacht="periode"
        )
        return None
    if "periode" not in entries:
        only = values.month(faults, entries["maand"], "maand") if "maand" in entries else Month.of(on)
        return None if only is None else Months(only, only)
    parts = values.mapping(faults, entries["periode"], "periode", ("van", "tot_en_met"), ("van", "tot_en_met"))
    if parts is None or len(parts) < 2:
        return None
    if _in_days(parts):
        melding = f"{_sentence(source.naam)} loopt per maand: schrijf de maanden als 2025-01."
        faults.add(PERIOD, entries["periode"], melding, verwacht="maanden, jjjj-mm")
        return None
    first, last = (values.month(faults, parts[key], key) for key in ("van", "tot_en_met"))
    if first is None or last is None:
        return None
    if first > last:
        reversed_range(faults, entries["periode"], "periode", long_month(first), long_month(last))
        return None
    often, understood = _how_often(faults, entries.get("hoe_vaak"), last.index - first.index + 1)
    return Months(first, last, often) if understood else None


def _how_often(faults: Faults, node: Node | None, months: int) -> tuple[int | None, bool]:
    if node is None:
        return 1, True
    if not isinstance(node, Mapping):
        word = values.choice(
            faults,
            node,
            "hoe_vaak",
            HOW_OFTEN,
            melding="'hoe_vaak' is minstens_1_maand, elke_maand of {minstens_maanden: 2}.",
        )
        return (None if word == "elke_maand" else 1), word is not None
    parts = values.mapping(faults, node, "hoe_vaak", ("minstens_maanden",), ("minstens_maanden",))
    if not parts:
        return None, False
    count = values.integer(faults, parts["minstens_maanden"], "minstens_maanden", 1, 1200)
    if count is not None and count > months:
        melding = f"De periode telt maar {months} {'maand' if months == 1 else 'maanden'}: {count} kan niet."
        faults.add(RANGE, parts["minstens_maanden"], melding, verwacht=f"hoogstens {months}")
        return None, False
    return count, count is not None


def _granted(faults: Faults, node: Node, entries: dict[str, Node], source: Source) -> Granted | None:
    if "leeftijd" not in entries and "periode" not in entries:
        melding = f"{_sentence(source.naam)} {BY_KIND[PeriodKind.GRANT].advice}."
        faults.add(PERIOD, node, melding, verwacht=one_of(("leeftijd", "periode")))
        return None
    age = days = None
    if "leeftijd" in entries:
        age = values.integer(faults, entries["leeftijd"], "leeftijd", *GRANT_AGES)
    if "periode" in entries:
        days = _days(faults, entries["periode"], source)
    if ("leeftijd" in entries and age is None) or ("periode" in entries and days is None):
        return None
    return Granted(age, days)


def _days(faults: Faults, node: Node, source: Source) -> Days | None:
    parts = values.mapping(faults, node, "periode", ("van", "tot_en_met"), ("van", "tot_en_met"))
    if parts is None or len(parts) < 2:
        return None
    if _in_months(parts):
        melding = f"{_sentence(source.naam)} wordt op een dag toegekend: schrijf de dagen voluit, als 2025-01-01."
        faults.add(PERIOD, node, melding, verwacht="dagen, jjjj-mm-dd")
        return None
    first, last = (values.day(faults, parts[key], key) for key in ("van", "tot_en_met"))
    if first is None or last is None:
        return None
    if first > last:
        reversed_range(faults, node, "periode", long_date(first), long_date(last))
        return None
    return Days(first, last)


def reversed_range(faults: Faults, node: Node, what: str, first: object, last: object) -> None:
    """Report a range whose end comes before its start."""
    faults.add(
        RANGE,
        node,
        f"'{what}' loopt van {first} tot en met {last}: dat is leeg. Draai de grenzen om.",
        gevonden=f"{first} tot en met {last}",
        verwacht=f"{last} tot en met {first}",
    )


def _in_days(parts: dict[str, Node]) -> bool:
    return all(_reads(values.day, node) for node in parts.values())


def _in_months(parts: dict[str, Node]) -> bool:
    return all(_reads(values.month, node) for node in parts.values())


def _reads(read: Callable[[Faults, Node, str], object], node: Node) -> bool:
    return read(Faults(""), node, "") is not None
