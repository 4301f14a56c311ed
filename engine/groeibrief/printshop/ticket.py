"""The job ticket: what a print shop has to do, as JSON and CSV, with the proof set and a Dutch note for people.

``opdrachtbon.schema.json`` beside this module is the published JSON Schema of ``opdrachtbon.json``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from groeibrief.artefacts import canonical_json
from groeibrief.errors import UsageError
from groeibrief.printshop.pieces import Piece
from groeibrief.printshop.policy import PrintPolicy, sheets

TICKET = "opdrachtbon.json"
TICKET_CSV = "opdrachtbon.csv"
PROOF = "proef.csv"
README = "LEESMIJ.txt"
SCHEMA = Path(__file__).with_name("opdrachtbon.schema.json")
JOB_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_JOB_ID = re.compile(JOB_ID[1:-1])
SHA256 = r"^[0-9a-f]{64}$"
Marks = Literal["geen", "datamatrix", "omr"]
Reason = Literal["eerste", "kortste", "langste", "laatste", "eerste van partij"]


@dataclass(frozen=True, slots=True)
class JobInfo:
    """What the print shop is told about the job beside the letters themselves.

    ``job_id`` names the job for both parties and is readable without a key: nothing personal, 1 to 64 letters, digits,
    ``.``, ``_`` or ``-``. ``reprint_of``: the job of which these letters are a reprint. ``marks``: the inserter marks
    that ``letters`` drew. ``inserts``: what goes into the envelope with every letter. Raises
    UsageError (E244, E249).
    """

    job_id: str
    deliver_on: date | None = None
    marks: Marks = "geen"
    inserts: tuple[str, ...] = ()
    reprint_of: str | None = None

    def __post_init__(self) -> None:
        for name in (self.job_id, self.reprint_of):
            if name is not None and not _JOB_ID.fullmatch(name):
                raise UsageError(
                    "E244",
                    "Een opdrachtnummer telt 1 tot 64 tekens: letters zonder accenten, cijfers, '.', '_' en '-', en "
                    "begint met een letter of cijfer.",
                )
        for insert in self.inserts:
            if not (1 <= len(insert) <= 100 and insert.isprintable()):
                raise UsageError("E249", "Een bijlage wordt beschreven op één regel, met 1 tot 100 tekens.")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Printing(_Part):
    """How to print."""

    formaat: str = Field(description="Papierformaat.")
    dubbelzijdig: bool = Field(description="Waar: twee pagina's op een vel; elke brief begint op een voorzijde.")
    kleur: str = Field(description="Kleur van de druk.")
    papier: str = Field(description="Papiersoort.")
    omslag: str = Field(description="Omslag.")
    insteekmerken: Marks = Field(description="De merken voor de insteekmachine die op de vellen staan.")
    bijlagen: tuple[str, ...] = Field(description="Wat bij elke brief in de omslag gaat.")


class Totals(_Part):
    """Over all batches."""

    partijen: int = Field(ge=1, description="Aantal partijen.")
    stukken: int = Field(ge=1, description="Aantal brieven.")
    paginas: int = Field(ge=1, description="Aantal pagina's.")
    vellen: int = Field(ge=1, description="Aantal vellen.")


class BatchLine(_Part):
    """One batch: one PDF file."""

    partij: int = Field(ge=1, description="Nummer van de partij, vanaf 1: de volgorde van drukken.")
    bestand: str = Field(pattern=r"^brieven-[0-9]{4}\.pdf$", description="PDF met de brieven van de partij.")
    stukken: int = Field(ge=1, description="Aantal brieven in de partij.")
    paginas: int = Field(ge=1, description="Aantal pagina's in de partij.")
    vellen: int = Field(ge=1, description="Aantal vellen in de partij.")
    vellen_minst: int = Field(ge=1, description="Vellen van de kortste brief.")
    vellen_meest: int = Field(ge=1, description="Vellen van de langste brief.")
    sha256: str = Field(pattern=SHA256, description="SHA-256 van het bestand.")


class ProofPiece(_Part):
    """A letter to print and check first, and why it was chosen."""

    volgnummer: int = Field(ge=1, description="Volgnummer van de brief.")
    bestand: str = Field(description="PDF waar de brief in staat.")
    eerste_pagina: int = Field(ge=1, description="Eerste pagina van de brief in het bestand, vanaf 1.")
    paginas: int = Field(ge=1, description="Aantal pagina's van de brief.")
    reden: tuple[Reason, ...] = Field(min_length=1, description="Waarom deze brief in de proef zit.")


class JobTicket(_Part):
    """The content of ``opdrachtbon.json``."""

    formaat: Literal["groeibrief-opdrachtbon"] = Field(default="groeibrief-opdrachtbon", description="Soort document.")
    versie: Literal[1] = Field(default=1, description="Versie van dit formaat.")
    opdracht: str = Field(pattern=JOB_ID, description="Opdrachtnummer. Elk nummer wordt één keer gedrukt.")
    synthetisch: bool = Field(description="Waar: een oefenpakket met verzonnen gegevens. Niet drukken, niet verzenden.")
    herdruk_van: str | None = Field(description="Opdracht waarvan dit een herdruk is.")
    afgifte_op: date | None = Field(description="Dag waarop de zending wordt afgegeven.")
    druk: Printing = Field(description="Hoe gedrukt wordt.")
    totalen: Totals = Field(description="Over alle partijen samen.")
    partijen: tuple[BatchLine, ...] = Field(description="De partijen, in volgorde van drukken.")
    proef: tuple[ProofPiece, ...] = Field(description="De brieven die eerst gedrukt en nagekeken worden.")

    def as_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))

    def as_csv(self) -> bytes:
        """A row for each batch, with what holds for the whole job repeated, for systems that read no JSON."""
        header = (
            "opdracht;partij;bestand;stukken;paginas;vellen;vellen_minst;vellen_meest;formaat;dubbelzijdig;"
            "insteekmerken;synthetisch;sha256"
        )
        yes = {True: "ja", False: "nee"}
        rows = (
            f"{self.opdracht};{line.partij};{line.bestand};{line.stukken};{line.paginas};{line.vellen};"
            f"{line.vellen_minst};{line.vellen_meest};{self.druk.formaat};{yes[self.druk.dubbelzijdig]};"
            f"{self.druk.insteekmerken};{yes[self.synthetisch]};{line.sha256}"
            for line in self.partijen
        )
        return "\n".join((header, *rows, "")).encode()

    def proof_csv(self) -> bytes:
        """The proof set as a list."""
        rows = (
            f"{piece.volgnummer};{piece.bestand};{piece.eerste_pagina};{piece.paginas};{', '.join(piece.reden)}"
            for piece in self.proef
        )
        return "\n".join(("volgnummer;bestand;eerste_pagina;paginas;reden", *rows, "")).encode()

    def readme(self) -> bytes:
        """What a person at the print shop reads first, in Dutch."""
        warning = (
            "DIT IS EEN SYNTHETISCH PAKKET OM TE OEFENEN. DRUK EN VERZEND HET NIET.\n\n" if self.synthetisch else ""
        )
        reprint = f"Herdruk van    {self.herdruk_van}\n" if self.herdruk_van else ""
        deliver = f"Afgifte op     {self.afgifte_op:%d/%m/%Y}\n" if self.afgifte_op else ""
        inserts = "".join(f"Bijlage        {insert}\n" for insert in self.druk.bijlagen)
        sides = "dubbelzijdig" if self.druk.dubbelzijdig else "enkelzijdig"
        return (
            f"{warning}Opdracht       {self.opdracht}\n{reprint}{deliver}"
            f"Stukken        {self.totalen.stukken}\n"
            f"Pagina's       {self.totalen.paginas}\n"
            f"Vellen         {self.totalen.vellen}\n"
            f"Partijen       {self.totalen.partijen}\n"
            f"Druk           {self.druk.formaat}, {sides}, {self.druk.kleur}\n"
            f"Papier         {self.druk.papier}\n"
            f"Omslag         {self.druk.omslag}\n"
            f"Insteekmerken  {self.druk.insteekmerken}\n{inserts}\n"
            "Zo gaat u te werk:\n"
            "1. Controleer de bestanden: sha256sum --check controlesommen.sha256\n"
            "2. Druk eerst de proef: de stukken in proef.csv. Kijk adres, merken en leesbaarheid na.\n"
            "3. Druk de partijen in de volgorde van opdrachtbon.csv, op ware grootte (100 %).\n"
            "4. Tel na: stukken, pagina's en vellen staan per partij in opdrachtbon.csv.\n"
            "5. Mislukt een stuk? Noteer alleen het volgnummer en vraag daarvoor een herdruk.\n"
            "6. Wis alle bestanden zodra de zendingen afgegeven zijn.\n\n"
            "opdrachtbon.json  de opdrachtbon voor uw systeem\n"
            "opdrachtbon.csv   dezelfde partijen als tabel\n"
            "stukken.csv       elk stuk met zijn bestand, pagina's en vellen\n"
            "proef.csv         de stukken van de proef\n"
        ).encode()


def make_ticket(
    pieces: Sequence[Piece], checksums: Mapping[str, str], job: JobInfo, policy: PrintPolicy, *, synthetic: bool
) -> JobTicket:
    """Make the ticket of letters sorted by file and page; *checksums* has the SHA-256 of each file."""
    lines = batch_lines(pieces, checksums, duplex=policy.dubbelzijdig)
    return JobTicket(
        opdracht=job.job_id,
        synthetisch=synthetic,
        herdruk_van=job.reprint_of,
        afgifte_op=job.deliver_on,
        druk=Printing(
            formaat=policy.formaat,
            dubbelzijdig=policy.dubbelzijdig,
            kleur=policy.kleur,
            papier=policy.papier,
            omslag=policy.omslag,
            insteekmerken=job.marks,
            bijlagen=job.inserts,
        ),
        totalen=totals(lines),
        partijen=lines,
        proef=proof_set(pieces),
    )


def batch_lines(pieces: Sequence[Piece], checksums: Mapping[str, str], *, duplex: bool) -> tuple[BatchLine, ...]:
    """Describe each batch file of pieces sorted by file; *checksums* has the SHA-256 of each."""
    return tuple(
        _line(number, file, list(group), checksums[file], duplex=duplex)
        for number, (file, group) in enumerate(groupby(pieces, key=lambda piece: piece.file), start=1)
    )


def totals(lines: Sequence[BatchLine]) -> Totals:
    """Add batches up."""
    return Totals(
        partijen=len(lines),
        stukken=sum(line.stukken for line in lines),
        paginas=sum(line.paginas for line in lines),
        vellen=sum(line.vellen for line in lines),
    )


def proof_set(pieces: Sequence[Piece]) -> tuple[ProofPiece, ...]:
    """Choose what to print first: the first, last, longest and shortest letter, and the first of each batch."""
    reasons: dict[Piece, list[Reason]] = {}
    reasons.setdefault(pieces[0], []).append("eerste")
    reasons.setdefault(min(pieces, key=lambda piece: piece.pages), []).append("kortste")
    reasons.setdefault(max(pieces, key=lambda piece: piece.pages), []).append("langste")
    reasons.setdefault(pieces[-1], []).append("laatste")
    for piece in pieces:
        if piece.first_page == 1:
            reasons.setdefault(piece, []).append("eerste van partij")
    return tuple(
        ProofPiece(
            volgnummer=piece.sequence,
            bestand=piece.file,
            eerste_pagina=piece.first_page,
            paginas=piece.pages,
            reden=tuple(why),
        )
        for piece, why in sorted(reasons.items(), key=lambda item: (item[0].file, item[0].first_page))
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of ``opdrachtbon.json``, with Dutch descriptions of the fields."""
    schema = JobTicket.model_json_schema(mode="serialization")
    # A model's own title and description are for developers; the reader of this schema works at a print shop.
    for model in (schema, *schema["$defs"].values()):
        model.pop("title")
        model.pop("description")
        for field in model["properties"].values():
            field.pop("title", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Opdrachtbon van groeibrief", **schema}


def _line(number: int, file: str, pieces: list[Piece], checksum: str, *, duplex: bool) -> BatchLine:
    counts = [sheets(piece.pages, duplex=duplex) for piece in pieces]
    return BatchLine(
        partij=number,
        bestand=file,
        stukken=len(pieces),
        paginas=sum(piece.pages for piece in pieces),
        vellen=sum(counts),
        vellen_minst=min(counts),
        vellen_meest=max(counts),
        sha256=checksum,
    )
