"""The rounds of a series: the same definition, as many periods later."""

from __future__ import annotations

from datetime import date

from groeibrief.calendar import Month
from groeibrief.errors import Finding, UsageError
from groeibrief.language.definition import Definition
from groeibrief.language.faults import BINDING
from groeibrief.language.wording import long_month

_MONTHS = {"maand": 1, "kwartaal": 3, "jaar": 12}


def day_of_round(first: Definition, number: int) -> date:
    """The reference date of round *number* (from 1) of the series whose first round is *first*.

    The same day number, or the last day of a shorter month. Raises UsageError (E366) for a round that does not exist.
    """
    series, day = first.herhaling, first.question.reference_date
    name = str(first.path)
    if series is None:
        message = "Deze doelgroep heeft geen 'herhaling' en dus maar één ronde: laat --ronde weg."
        raise UsageError(BINDING, Finding(message, bestand=name))
    if number < 1:
        raise UsageError(BINDING, Finding("De eerste ronde van een reeks is ronde 1.", bestand=name))
    month = Month.of(day).plus(_MONTHS[series.elke] * (number - 1))
    if month >= series.tot:
        message = f"De reeks loopt tot {long_month(series.tot)}: ronde {number} bestaat niet."
        raise UsageError(BINDING, Finding(message, bestand=name))
    return date(month.year, month.month, min(day.day, month.last_day.day))
