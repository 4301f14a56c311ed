"""What is inside the seal of an answer: the rows as CSV and as ODS, totals, a readme, checksums. A plain ZIP file."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import chain
from typing import Any

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.opgroeien.matching import Match
from groeibrief.opgroeien.numberlist import Kind, NumberList
from groeibrief.opgroeien.spreadsheet import member, ods

CSV, ODS, README, TOTALS, SUMS = "antwoord.csv", "antwoord.ods", "leesmij.txt", "totalen.json", "controlesommen.sha256"
HEADER = ("insz", "antwoord", "maand", "toegekend_aan")
_SPECIAL = re.compile(r"[\",\r\n]")
_RISKY = re.compile(r"(^|;\s*)(?=[=+\-@\t\r＝＋－＠])")
"""Where a spreadsheet may begin a cell, a semicolon being what divides cells here, and would take it for a formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTotals:
    """How many rows came, and what became of them: the parts add up to ``rijen``.

    ``zonder_antwoord``: cases that policy holds back; ``dubbel``: the same number once more.
    """

    protocol: str
    rijen: int
    ja: int
    nee: int
    onbekend: int
    niet_in_doelgroep: int
    zonder_antwoord: int
    dubbel: int
    fouten: int

    def as_json(self) -> dict[str, Any]:
        """The JSON form that CLI.md fixes."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the readme says of an answer."""

    protocol: str
    title: str
    party: str
    day: date
    month: str
    expires: date
    synthetic: bool


def totals_of(protocol: str, found: NumberList, match: Match) -> AnswerTotals:
    """Count a list and its answers together."""
    counted = match.totals
    return AnswerTotals(
        protocol=protocol,
        rijen=found.rows,
        ja=counted.yes,
        nee=counted.no,
        onbekend=counted.unknown,
        niet_in_doelgroep=counted.outside,
        zonder_antwoord=counted.withheld,
        dubbel=found.how_many(Kind.DUPLICATE),
        fouten=len(found.faults),
    )


def answer_archive(match: Match, about: About, totals: AnswerTotals) -> bytes:
    """Write the archive, in memory alone: about 60 bytes a row. The same answers give the same bytes."""
    out = io.BytesIO()
    sums: dict[str, str] = {}
    with zipfile.ZipFile(out, "w") as archive:
        digest = hashlib.sha256()
        with archive.open(member(CSV), "w", force_zip64=True) as stream:
            for rows in chain([[HEADER]], match.rows()):
                data = _csv(rows)
                digest.update(data)
                stream.write(data)
        sums[CSV] = digest.hexdigest()
        sheet = ods("antwoord", HEADER, match.rows())
        for name, data, stored in (
            (ODS, sheet, True),
            (TOTALS, canonical_json(totals.as_json()) + b"\n", False),
            (README, readme(about, totals).encode(), False),
        ):
            archive.writestr(member(name, stored=stored), data)
            sums[name] = sha256_bytes(data)
        listed = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
        archive.writestr(member(SUMS), listed)
    return out.getvalue()


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    return "".join([",".join(map(_cell, row)) + "\r\n" for row in rows]).encode()


def _cell(text: str) -> str:
    """A cell of RFC 4180 that no spreadsheet computes: what could start a formula gets an apostrophe before it."""
    if text.isalnum():
        return text
    text = _RISKY.sub(r"\1'", text)
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text


def readme(about: About, totals: AnswerTotals) -> str:
    """The readme, in Dutch."""
    kind = "\nDit is een proef met verzonnen gegevens: geen enkel kind of gezin bestaat.\n" if about.synthetic else ""
    return f"""Antwoord op uw lijst: protocol {about.protocol}, {about.title}
Voor: {about.party}
{kind}
Peildatum {about.day:%d/%m/%Y}; de sociale toeslag van de maand {about.month}.

antwoord.csv en antwoord.ods bevatten hetzelfde, één rij per nummer:
  insz           het nummer uit uw lijst
  antwoord       ja, nee, onbekend, of waarom er geen antwoord is
  maand          de maand waarover het antwoord gaat
  toegekend_aan  bij ja: aan wie, voor het geheel of de helft

Onbekend is niet hetzelfde als nee: wij weten het niet. Vraag het gezin zelf om een bewijs.
Niet in de doelgroep: het kind woont volgens onze gegevens op de peildatum niet in uw gemeente, heeft niet de leeftijd
van het protocol, of is in het Groeipakket niet gekend. Over de sociale toeslag zegt dat niets.
Open antwoord.ods in een rekenblad: daarin blijven de nullen vooraan staan. In antwoord.csv staat een apostrof voor
een naam die een rekenblad anders als een formule zou lezen.

Rijen in uw lijst: {totals.rijen}
  ja: {totals.ja}
  nee: {totals.nee}
  onbekend: {totals.onbekend}
  niet in de doelgroep: {totals.niet_in_doelgroep}
  zonder antwoord: {totals.zonder_antwoord}
  dubbel: {totals.dubbel}
  met een fout: {totals.fouten}

Gebruik deze gegevens alleen om het voordeel van het protocol automatisch toe te kennen. Geef ze aan niemand door.
Wis ze na gebruik, ten laatste op {about.expires:%d/%m/%Y}.
Kijk de bestanden na met: sha256sum -c controlesommen.sha256
"""
