"""Invented letters and sources."""

from __future__ import annotations

from datetime import date

from groeibrief.catalog.model import LegalReference, PeriodKind, ProcessingGround, Source
from groeibrief.letters import LetterFields


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
