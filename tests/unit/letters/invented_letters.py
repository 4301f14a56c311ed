"""Invented letters and sources."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from groeibrief.catalog.model import LegalReference, PeriodKind, ProcessingGround, Source
from groeibrief.letters import LetterFields

CANARY = 987_654_321


def a_letter(number: int = 1, names: str = "Zoë Peeters") -> LetterFields:
    return LetterFields(number, names, (names, "Voorbeeldstraat 12 bus 3", "8820 Torhout"))


def a_source(key: str, name: str, *, ground: bool = True) -> Source:
    return Source(
        bron=key,
        naam=name,
        omschrijving="Verzonnen.",
        status="reconstructie",
        versie=1,
        soort_periode=PeriodKind.MONTH_RIGHT,
        gevoelig=False,
        dpo=False,
        universeel=False,
        toegekend_aan=False,
        eigenaar="VUTG",
        sinds=date(2019, 1, 1),
        rechtsgrond=(LegalReference(tekst="Verzonnen decreet", artikel="1"),),
        verwerkingsgrond=ProcessingGround(artikelen=("artikel 6, lid 1, punt e",), toelichting="Verzonnen.")
        if ground
        else None,
        velden=(),
    )


def recipients(count: int, *, first: int = 1) -> pa.Table:
    """The table of a selection."""
    numbers = list(range(first, first + count))
    return pa.table(
        {
            "volgnummer": pa.array(numbers, pa.int64()),
            "dossier_id": pa.array([CANARY + number for number in numbers], pa.int64()),
            "persoon_ids": pa.array([[CANARY + number] for number in numbers], pa.list_(pa.int64())),
            "regels": [[f"Zoë Kanarie-{number}", f"Voorbeeldstraat {number}", "8820 Torhout"] for number in numbers],
            "kind_ids": pa.array([[number * 10, number * 10 + 1] for number in numbers], pa.list_(pa.int64())),
            "aanschrijving": [f"Zoë Kanarie-{number}" for number in numbers],
        }
    )
