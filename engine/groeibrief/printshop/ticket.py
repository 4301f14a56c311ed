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

from pydantic import BaseModel, ConfigDict, Field, model_validator

from groeibrief.artefacts import canonical_json
from groeibrief.errors import UsageError
from groeibrief.printshop.destinations import Destination
from groeibrief.printshop.inserts import Insert, check_inserts
from groeibrief.printshop.note import note
from groeibrief.printshop.pieces import Piece
from groeibrief.printshop.policy import Marks, PrintPolicy, sheets
from groeibrief.printshop.postage import Postage, make_postage
from groeibrief.printshop.proof import ProofPiece, proof_set
from groeibrief.printshop.waves import posting_dates, wave_numbers

TICKET = "opdrachtbon.json"
TICKET_CSV = "opdrachtbon.csv"
PROOF = "proef.csv"
README = "LEESMIJ.txt"
SCHEMA = Path(__file__).with_name("opdrachtbon.schema.json")
JOB_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_JOB_ID = re.compile(JOB_ID[1:-1])
SHA256 = r"^[0-9a-f]{64}$"


@dataclass(frozen=True, slots=True)
class JobInfo:
    """What the print shop is told about the job beside the letters themselves.

    ``job_id`` names the job for both parties and is readable without a key: nothing personal, 1 to 64 letters, digits,
    ``.``, ``_`` or ``-``. ``reprint_of``: the job of which these letters are a reprint. ``marks``: the inserter marks
    that ``letters`` drew, and ``mark_job`` the number by which these know the job. ``inserts``: in the order of the
    stations. ``deliver_on``: when the first wave is posted; ``per_week``: how many letters a wave holds at most.
    ``deposit``: the name of a deposit that this job shares with others. ``proof``: nothing but the proof set may be
    printed before VUTG approved it. ``test``: an invented job to try the print line with. Raises UsageError (E244,
    E249, E580, E587).
    """

    job_id: str
    deliver_on: date | None = None
    marks: Marks = "geen"
    inserts: tuple[Insert, ...] = ()
    reprint_of: str | None = None
    mark_job: str | None = None
    per_week: int | None = None
    deposit: str | None = None
    proof: bool = True
    test: bool = False

    def __post_init__(self) -> None:
        for name in (self.job_id, self.reprint_of):
            if name is not None and not _JOB_ID.fullmatch(name):
                raise UsageError(
                    "E244",
                    "Een opdrachtnummer telt 1 tot 64 tekens: letters zonder accenten, cijfers, '.', '_' en '-', en "
                    "begint met een letter of cijfer.",
                )
        check_inserts(self.inserts)
        if self.deposit is not None and not _JOB_ID.fullmatch(self.deposit):
            raise UsageError(
                "E580",
                "De naam van een gezamenlijke afgifte telt 1 tot 64 tekens: letters zonder accenten, cijfers, '.', '_' "
                "en '-', en begint met een letter of cijfer.",
            )


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InsertLine(_Part):
    """Something that goes into the envelope with every letter."""

    post: int = Field(ge=1, le=6, description="Post van de couverteermachine, vanaf 1: zo noemen de merken ze.")
    bijlage: str = Field(description="Omschrijving.")
    gram: int = Field(ge=1, description="Gewicht in gram.")


class Printing(_Part):
    """How to print."""

    formaat: str = Field(description="Papierformaat.")
    dubbelzijdig: bool = Field(description="Waar: twee pagina's op een vel; elke brief begint op een voorzijde.")
    kleur: str = Field(description="Kleur van de druk.")
    papier: str = Field(description="Papiersoort.")
    omslag: str = Field(description="Omslag.")
    insteekmerken: Marks = Field(description="De merken voor de insteekmachine die op de vellen staan.")
    merkopdracht: str | None = Field(pattern=r"^[0-9]{10}$", description="Het nummer van de opdracht in de merken.")
    bijlagen: tuple[InsertLine, ...] = Field(description="Wat bij elke brief in de omslag gaat.")

    @model_validator(mode="after")
    def _stations_in_order(self) -> Printing:
        if [line.post for line in self.bijlagen] != list(range(1, len(self.bijlagen) + 1)):
            raise ValueError("inserts lie in the stations from the first one on")
        return self


class Totals(_Part):
    """Over all batches."""

    partijen: int = Field(ge=1, description="Aantal partijen.")
    stukken: int = Field(ge=1, description="Aantal brieven.")
    paginas: int = Field(ge=1, description="Aantal pagina's.")
    vellen: int = Field(ge=1, description="Aantal vellen.")
    controlebrieven: int = Field(ge=0, description="Hoeveel van de brieven naar het agentschap zelf gaan.")


class BatchLine(_Part):
    """One batch: one PDF file."""

    partij: int = Field(ge=1, description="Nummer van de partij, vanaf 1: de volgorde van drukken.")
    bestand: str = Field(pattern=r"^brieven-[0-9]{4}\.pdf$", description="PDF met de brieven van de partij.")
    stukken: int = Field(ge=1, description="Aantal brieven in de partij.")
    paginas: int = Field(ge=1, description="Aantal pagina's in de partij.")
    vellen: int = Field(ge=1, description="Aantal vellen in de partij.")
    vellen_minst: int = Field(ge=1, description="Vellen van de kortste brief.")
    vellen_meest: int = Field(ge=1, description="Vellen van de langste brief.")
    golf: int = Field(ge=1, description="De golf waarin de partij op de post gaat.")
    sha256: str = Field(pattern=SHA256, description="SHA-256 van het bestand.")


class Wave(_Part):
    """Batches that are posted on one day."""

    golf: int = Field(ge=1, description="Nummer van de golf, vanaf 1.")
    afgifte_op: date | None = Field(description="Dag waarop de golf wordt afgegeven.")
    partijen: tuple[int, ...] = Field(min_length=1, description="De partijen van de golf.")
    stukken: int = Field(ge=1, description="Aantal brieven van de golf.")
    vellen: int = Field(ge=1, description="Aantal vellen van de golf.")


class JobTicket(_Part):
    """The content of ``opdrachtbon.json``."""

    formaat: Literal["groeibrief-opdrachtbon"] = Field(default="groeibrief-opdrachtbon", description="Soort document.")
    versie: Literal[3] = Field(default=3, description="Versie van dit formaat.")
    opdracht: str = Field(pattern=JOB_ID, description="Opdrachtnummer. Elk nummer wordt één keer gedrukt.")
    synthetisch: bool = Field(description="Waar: een pakket met verzonnen gegevens. Niet verzenden.")
    test: bool = Field(description="Waar: een testpakket om de drukstraat te proberen. Drukken mag, verzenden niet.")
    proef_vereist: bool = Field(description="Waar: alleen de proef drukken, tot VUTG ze getekend goedkeurt.")
    herdruk_van: str | None = Field(description="Opdracht waarvan dit een herdruk is.")
    afgifte_op: date | None = Field(description="Dag waarop de zending, of de eerste golf ervan, wordt afgegeven.")
    afgifte_groep: str | None = Field(description="Naam van de afgifte die met andere opdrachten gedeeld wordt.")
    brieven_per_week: int | None = Field(ge=1, description="Hoogstens zoveel brieven per week op de post.")
    druk: Printing = Field(description="Hoe gedrukt wordt.")
    totalen: Totals = Field(description="Over alle partijen samen.")
    partijen: tuple[BatchLine, ...] = Field(description="De partijen, in volgorde van drukken.")
    golven: tuple[Wave, ...] = Field(description="Wanneer welke partijen op de post gaan.")
    port: Postage = Field(description="De portolijst.")
    proef: tuple[ProofPiece, ...] = Field(description="De brieven die eerst gedrukt en nagekeken worden.")

    def as_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))

    def as_csv(self) -> bytes:
        """A row for each batch, with what holds for the whole job repeated, for systems that read no JSON."""
        header = (
            "opdracht;partij;bestand;stukken;paginas;vellen;vellen_minst;vellen_meest;formaat;dubbelzijdig;"
            "insteekmerken;merkopdracht;bijlagen;golf;afgifte_op;afgifte_groep;synthetisch;test;sha256"
        )
        yes = {True: "ja", False: "nee"}
        dates = {wave.golf: wave.afgifte_op for wave in self.golven}
        rows = (
            f"{self.opdracht};{line.partij};{line.bestand};{line.stukken};{line.paginas};{line.vellen};"
            f"{line.vellen_minst};{line.vellen_meest};{self.druk.formaat};{yes[self.druk.dubbelzijdig]};"
            f"{self.druk.insteekmerken};{self.druk.merkopdracht or ''};{len(self.druk.bijlagen)};{line.golf};"
            f"{dates.get(line.golf) or ''};{self.afgifte_groep or ''};{yes[self.synthetisch]};{yes[self.test]};"
            f"{line.sha256}"
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
        return note(self).encode()


def make_ticket(
    pieces: Sequence[Piece],
    checksums: Mapping[str, str],
    job: JobInfo,
    policy: PrintPolicy,
    *,
    synthetic: bool,
    destinations: Mapping[int, Destination] | None = None,
) -> JobTicket:
    """Make the ticket of letters sorted by file and page; *checksums* has the SHA-256 of each file.

    Without *destinations* the postage sheet knows weights only. Raises RefusedError (E556) for a batch larger than a
    week may be.
    """
    where = destinations or {}
    lines = batch_lines(pieces, checksums, duplex=policy.dubbelzijdig, per_week=job.per_week)
    waves = wave_lines(lines, job.deliver_on)
    dates = {wave.golf: wave.afgifte_op for wave in waves}
    return JobTicket(
        opdracht=job.job_id,
        synthetisch=synthetic,
        test=job.test,
        proef_vereist=job.proof,
        herdruk_van=job.reprint_of,
        afgifte_op=job.deliver_on,
        afgifte_groep=job.deposit,
        brieven_per_week=job.per_week,
        druk=Printing(
            formaat=policy.formaat,
            dubbelzijdig=policy.dubbelzijdig,
            kleur=policy.kleur,
            papier=policy.papier,
            omslag=policy.omslag,
            insteekmerken=job.marks,
            merkopdracht=job.mark_job,
            bijlagen=tuple(
                InsertLine(post=station, bijlage=insert.name, gram=insert.grams)
                for station, insert in enumerate(job.inserts, start=1)
            ),
        ),
        totalen=totals(lines, sum(1 for piece in pieces if piece.sequence in where and where[piece.sequence].control)),
        partijen=lines,
        golven=waves,
        port=make_postage(
            pieces,
            where,
            {line.bestand: (line.golf, dates[line.golf]) for line in lines},
            sum(insert.grams for insert in job.inserts),
            policy,
            job.deposit,
        ),
        proef=proof_set(pieces, destinations),
    )


def batch_lines(
    pieces: Sequence[Piece], checksums: Mapping[str, str], *, duplex: bool, per_week: int | None = None
) -> tuple[BatchLine, ...]:
    """Describe each batch file of pieces sorted by file; *checksums* has the SHA-256 of each.

    Raises RefusedError (E556) for a batch larger than a week may be.
    """
    batches = [(file, list(group)) for file, group in groupby(pieces, key=lambda piece: piece.file)]
    waves = wave_numbers([len(group) for _, group in batches], per_week)
    return tuple(
        _line(number, file, group, checksums[file], wave, duplex=duplex)
        for number, ((file, group), wave) in enumerate(zip(batches, waves, strict=True), start=1)
    )


def wave_lines(lines: Sequence[BatchLine], first: date | None) -> tuple[Wave, ...]:
    """Describe each wave of batches, the first posted on *first*."""
    waves = [list(group) for _, group in groupby(lines, key=lambda line: line.golf)]
    return tuple(
        Wave(
            golf=number,
            afgifte_op=day,
            partijen=tuple(line.partij for line in group),
            stukken=sum(line.stukken for line in group),
            vellen=sum(line.vellen for line in group),
        )
        for number, (group, day) in enumerate(zip(waves, posting_dates(first, len(waves)), strict=True), start=1)
    )


def totals(lines: Sequence[BatchLine], control: int) -> Totals:
    """Add batches up; *control* of the letters go to the agency itself."""
    return Totals(
        partijen=len(lines),
        stukken=sum(line.stukken for line in lines),
        paginas=sum(line.paginas for line in lines),
        vellen=sum(line.vellen for line in lines),
        controlebrieven=control,
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


def _line(number: int, file: str, pieces: list[Piece], checksum: str, wave: int, *, duplex: bool) -> BatchLine:
    counts = [sheets(piece.pages, duplex=duplex) for piece in pieces]
    return BatchLine(
        partij=number,
        bestand=file,
        stukken=len(pieces),
        paginas=sum(piece.pages for piece in pieces),
        vellen=sum(counts),
        vellen_minst=min(counts),
        vellen_meest=max(counts),
        golf=wave,
        sha256=checksum,
    )
