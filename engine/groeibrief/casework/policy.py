"""How casework is done (``rules/policies/werkwijze.yaml``): terms, limits and prices, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from groeibrief.casework.workdays import add_working_days
from groeibrief.catalog import Project
from groeibrief.catalog.records import AtLeast, Matches, NotEmpty, Text, finding_at, place, read_record
from groeibrief.documents import read_yaml
from groeibrief.errors import DefinitionError

FILE = "werkwijze.yaml"
_DAY = timedelta(days=1)

Positive = Annotated[int, AtLeast(1)]
Amount = Annotated[Decimal, AtLeast(0)]
Holiday = Annotated[str, Matches(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "maand en dag, zoals '12-25'")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPrice:
    """The price of a letter in euro for an invoice of up to so many."""

    tot_en_met: Positive
    per_brief: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a mailing costs in euro: counts nothing, a fixed part, and so much a letter by size. ``status``: a label."""

    status: Text
    telling: Amount
    vast: Amount
    brieven: Annotated[tuple[LetterPrice, ...], NotEmpty()]

    def of(self, letters: int) -> Decimal:
        """The price of a mailing invoiced as *letters*."""
        row = next((row for row in self.brieven if letters <= row.tot_en_met), self.brieven[-1])
        return (self.vast + letters * row.per_brief).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """How many working days each part takes, for the date that a municipality sees before it orders."""

    overeenkomst: Positive
    nazicht: Positive
    druk: Positive
    post: Positive
    feestdagen: tuple[Holiday, ...]
    na_pasen: tuple[Positive, ...]

    def delivery(self, ordered_on: date) -> date:
        """The day on which letters of an order of that day are expected in the letter boxes."""
        days = self.overeenkomst + self.nazicht + self.druk + self.post
        return add_working_days(ordered_on, days, self.feestdagen, self.na_pasen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many letters a family gets at most, how old a snapshot may be, how large a council decision."""

    brieven_per_gezin: Positive
    venster_maanden: Positive
    snapshot_dagen: Positive
    besluit_bytes: Positive
    besluit_paginas: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what is personal is kept after a request has ended, and backups after that."""

    maanden: Positive
    reservekopie_dagen: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """After how many days an untouched request lapses, and within how many hours a breach is decided on."""

    verlopen_dagen: Positive
    datalek_uren: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseworkPolicy:
    """The policy as read."""

    versie: Positive
    status: Text
    prijzen: Prices
    werkdagen: WorkingDays
    grenzen: Limits
    bewaring: Retention
    termijnen: Terms


def load_casework_policy(project: Project) -> CaseworkPolicy:
    """Read and check the policy. Raises DefinitionError E321 (all findings at once), E301 and E302 as ``read_yaml``."""
    path = project.rules / "policies" / FILE
    name = path.relative_to(project.root).as_posix()
    document = read_yaml(path, shown_as=name)
    policy, findings = read_record(CaseworkPolicy, document, name)
    if policy is not None:
        if policy.bewaring.maanden < policy.grenzen.venster_maanden:
            node = place(document, ("bewaring", "maanden"))
            message = (
                "De bewaring is korter dan 'grenzen.venster_maanden': wie gewist is, telt niet meer mee voor het "
                "hoogste aantal brieven per gezin."
            )
            findings.append(finding_at(name, node, message, expected=f"minstens {policy.grenzen.venster_maanden}"))
        bounds = [row.tot_en_met for row in policy.prijzen.brieven]
        if bounds != sorted(set(bounds)):
            node = place(document, ("prijzen", "brieven"))
            findings.append(finding_at(name, node, "De prijzen staan van de kleinste naar de grootste zending."))
    if policy is None or findings:
        raise DefinitionError("E321", findings)
    return policy


def months_before(day: date, months: int) -> date:
    """The day so many months earlier, or the last day of that month."""
    return months_after(day, -months)


def months_after(day: date, months: int) -> date:
    """The day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + (day.day - 1) * _DAY, first_of_next - _DAY)
