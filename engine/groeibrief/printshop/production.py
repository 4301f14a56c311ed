"""The production report: what the print shop printed, spoiled, printed again and posted, by sequence number, signed.

A report tells everything about its job up to then: the one with the highest number holds, and replaces those before.
``productieverslag.schema.json`` beside this module is the published JSON Schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from groeibrief.errors import Finding, UsageError
from groeibrief.printshop.manifest import PackageManifest
from groeibrief.printshop.pieces import PIECES, PieceListError, read_sealed_list
from groeibrief.printshop.sequences import LARGEST, Range, as_ranges, outside, shown, shown_ranges, within
from groeibrief.printshop.statement import Statement, published_schema
from groeibrief.printshop.ticket import JOB_ID, SHA256, TICKET, JobTicket

SCHEMA = Path(__file__).with_name("productieverslag.schema.json")
_Number = Annotated[int, Field(ge=1, le=LARGEST)]
Ranges = Annotated[
    Literal["alle"] | tuple[tuple[_Number, _Number], ...],
    Field(description="'alle' voor elk stuk van de partij, of reeksen [eerste, laatste] van volgnummers."),
]


class Posting(BaseModel):
    """What was handed over to the post on one day."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    op: date = Field(description="Dag van afgifte aan de postdienst.")
    stukken: Ranges


class BatchReport(BaseModel):
    """One batch; a batch that is left out was not printed yet."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    partij: int = Field(ge=1, description="Nummer van de partij, zoals in de opdrachtbon.")
    gedrukt: Ranges = Field(description="Stukken die gedrukt zijn.")
    afgekeurd: Ranges = Field(description="Stukken waarvan een druk mislukt is.")
    herdrukt: Ranges = Field(description="Afgekeurde stukken die u zelf opnieuw en goed gedrukt hebt.")
    gepost: tuple[Posting, ...] = Field(description="Stukken die afgegeven zijn, per dag.")


class ProductionReport(Statement):
    """The content of ``productieverslag.json``."""

    what = "een productieverslag"

    formaat: Literal["groeibrief-productieverslag"] = Field(
        default="groeibrief-productieverslag", description="Soort document."
    )
    versie: Literal[1] = Field(default=1, description="Versie van dit formaat.")
    nummer: int = Field(ge=1, le=LARGEST, description="Het hoeveelste verslag over deze opdracht, vanaf 1.")
    opdracht: str = Field(pattern=JOB_ID, description="Opdrachtnummer.")
    pakket: str = Field(pattern=SHA256, description="SHA-256 van inhoud.tar.age, zoals in het manifest.")
    partijen: tuple[BatchReport, ...] = Field(min_length=1, description="De partijen.")
    ondertekenaar: str = Field(
        pattern=r"^[0-9a-f]{16}$", description="Kenmerk van de sleutel die dit verslag ondertekent."
    )


@dataclass(frozen=True, slots=True)
class Work:
    """What a print shop did with a package, in ranges of sequence numbers; what is not named was printed and posted.

    ``posted``: a day, with the pieces that went out then; None for all the rest.
    """

    posted: Sequence[tuple[date, tuple[Range, ...] | None]] = ()
    spoiled: tuple[Range, ...] = ()
    reprinted: tuple[Range, ...] = ()
    not_printed: tuple[Range, ...] = ()
    not_posted: tuple[Range, ...] = ()


def read_opened(folder: Path, manifest: PackageManifest) -> dict[int, int]:
    """Read which piece lies in which batch from an opened package. Raises UsageError (E254) for anything else."""
    try:
        ticket = JobTicket.model_validate_json((folder / TICKET).read_bytes())
        pieces = read_sealed_list((folder / PIECES).read_bytes())
    except (OSError, ValidationError, PieceListError) as error:
        raise _not_opened(folder) from error
    numbers = {line.bestand: line.partij for line in ticket.partijen}
    found = {piece.sequence: numbers.get(piece.file, 0) for piece in pieces}
    if ticket.opdracht != manifest.opdracht or len(found) != manifest.stukken or not all(found.values()):
        raise _not_opened(folder)
    return found


def make_report(
    pieces: Mapping[int, int], manifest: PackageManifest, number: int, work: Work, signer: str
) -> ProductionReport:
    """Write down what was done with a package; *pieces* has the batch of each sequence number.

    Raises UsageError (E255): a piece that is not in the package, one that was reprinted without being spoiled, two days
    for all the rest.
    """
    told = (*work.spoiled, *work.reprinted, *work.not_printed, *work.not_posted)
    days = [ranges for _, ranges in work.posted]
    stray = outside([*told, *(one for ranges in days if ranges is not None for one in ranges)], pieces)
    if stray:
        raise UsageError("E255", f"Volgnummer {shown_ranges(stray)} zit niet in dit pakket. Kijk stukken.csv na.")
    if days.count(None) > 1:
        raise UsageError("E255", "Geef bij meer dan één dag van afgifte ook de volgnummers: --posted DATUM=9-12.")
    spoiled, reprinted = within(work.spoiled, pieces), within(work.reprinted, pieces)
    if reprinted - spoiled:
        raise UsageError(
            "E255",
            f"Stuk {shown(reprinted - spoiled)} is herdrukt zonder afgekeurd te zijn. Geef het ook met --spoiled.",
        )
    printed = set(pieces) - within(work.not_printed, pieces)
    rest = printed - within(work.not_posted, pieces) - (spoiled - reprinted)
    for ranges in days:
        rest -= within(ranges or (), pieces)
    posted = [(day, rest if ranges is None else within(ranges, pieces)) for day, ranges in work.posted]
    batches: dict[int, set[int]] = {}
    for sequence, batch in pieces.items():
        batches.setdefault(batch, set()).add(sequence)

    def part(numbers: set[int], batch: set[int]) -> Literal["alle"] | tuple[Range, ...]:
        return "alle" if batch <= numbers else as_ranges(numbers & batch)

    return ProductionReport(
        nummer=number,
        opdracht=manifest.opdracht,
        pakket=manifest.inhoud.sha256,
        partijen=tuple(
            BatchReport(
                partij=name,
                gedrukt=part(printed, batch),
                afgekeurd=part(spoiled, batch),
                herdrukt=part(reprinted, batch),
                gepost=tuple(
                    Posting(op=day, stukken=part(numbers, batch)) for day, numbers in posted if numbers & batch
                ),
            )
            for name, batch in sorted(batches.items())
        ),
        ondertekenaar=signer,
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of ``productieverslag.json``."""
    return published_schema(ProductionReport, "Productieverslag van groeibrief")


def _not_opened(folder: Path) -> UsageError:
    return UsageError(
        "E254",
        Finding(
            f"{folder} is niet de geopende map van dit pakket. Geef de map die 'groeibrief package open' of tar maakte."
        ),
    )
