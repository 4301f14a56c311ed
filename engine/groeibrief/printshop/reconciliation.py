"""Was every letter posted exactly once? The pieces of a job, held against what the print shop reported about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from groeibrief.errors import RefusedError
from groeibrief.printshop.jobs import Job, Jobs
from groeibrief.printshop.production import BatchReport, ProductionReport, Ranges
from groeibrief.printshop.sequences import (
    Range,
    as_ranges,
    outside,
    overlap,
    shown,
    shown_ranges,
    within,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit, and the sequence numbers that it concerns."""

    message: str
    ranges: tuple[Range, ...] = ()
    batch: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"melding": self.message, "partij": self.batch, "volgnummers": [list(one) for one in self.ranges]}


@dataclass(slots=True)
class _Tally:
    """What became of the pieces of one job, by its last report."""

    printed: set[int] = field(default_factory=set)
    spoiled: set[int] = field(default_factory=set)
    reprinted: set[int] = field(default_factory=set)
    posted: set[int] = field(default_factory=set)
    last: date | None = None
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the pieces of a job stand, its reprints included.

    ``reprinted`` at the print shop itself or as a reprint; ``open`` neither posted nor called back; ``last_posting``
    the last day on which something went out.
    """

    job_id: str
    pieces: int
    printed: frozenset[int]
    spoiled: frozenset[int]
    reprinted: frozenset[int]
    posted: frozenset[int]
    open: frozenset[int]
    recalled: int
    faults: tuple[Fault, ...]
    last_posting: date | None
    synthetic: bool

    @property
    def sent(self) -> bool:
        """Whether every piece was posted once, but for those that were called back; and at least one was."""
        return not self.faults and not self.open and bool(self.posted)

    def as_json(self) -> dict[str, Any]:
        """The JSON form; ``geldig`` says that nothing in the report contradicts itself or what VUTG knows."""
        return {
            "geldig": not self.faults,
            "opdracht": self.job_id,
            "synthetisch": self.synthetic,
            "stukken": self.pieces,
            "gedrukt": len(self.printed),
            "afgekeurd": len(self.spoiled),
            "herdrukt": len(self.reprinted),
            "gepost": len(self.posted),
            "openstaand": len(self.open),
            "openstaande_volgnummers": [list(one) for one in as_ranges(self.open)],
            "teruggeroepen": self.recalled,
            "laatst_gepost": self.last_posting.isoformat() if self.last_posting else None,
            "verstuurd": self.sent,
            "fouten": [fault.as_json() for fault in self.faults],
        }


def check_belongs(report: ProductionReport, job: Job) -> None:
    """Raise RefusedError (E593) when a report is about another package than those of this job."""
    if report.pakket not in job.packages:
        raise RefusedError(
            "E593",
            f"Het verslag gaat over een pakket met inhoud {report.pakket[:16]}, dat geen pakket van opdracht "
            f"{job.job_id} is. Vraag de drukkerij om welk pakket het gaat.",
        )


def outcome(jobs: Jobs, job_id: str) -> Outcome:
    """How a job stands, by the last report about it and about each of its reprints."""
    job = jobs.job(job_id)
    own = _tally(jobs, job)
    printed, spoiled, reprinted, posted = (set(each) for each in (own.printed, own.spoiled, own.reprinted, own.posted))
    faults, last, renewed = list(own.faults), own.last, set()
    for reprint in jobs.reprints(job_id).values():
        under = outcome(jobs, reprint.job_id)
        faults += [
            Fault(f"Herdruk {reprint.job_id}: {fault.message}", fault.ranges, fault.batch) for fault in under.faults
        ]
        faults += _doubled(own.posted, under, reprint)
        printed |= under.printed
        spoiled |= under.spoiled
        reprinted |= under.printed
        posted |= under.posted
        renewed |= set(reprint.pieces) - reprint.recalled_pieces
        last = max(filter(None, (last, under.last_posting)), default=None)
    recalled = job.recalled_pieces - renewed
    return Outcome(
        job_id,
        pieces=len(job.pieces),
        printed=frozenset(printed),
        spoiled=frozenset(spoiled),
        reprinted=frozenset(reprinted),
        posted=frozenset(posted),
        open=frozenset(job.pieces.keys() - posted - recalled),
        recalled=len(recalled),
        faults=tuple(faults),
        last_posting=last,
        synthetic=job.origin.synthetisch,
    )


def posted_by_report(jobs: Jobs, job: Job) -> set[int] | None:
    """The pieces that the last report about this job says are posted; None without a report."""
    return None if jobs.last_report(job.job_id) is None else _tally(jobs, job).posted


def _doubled(posted: set[int], under: Outcome, reprint: Job) -> Iterator[Fault]:
    reprint_id = reprint.job_id
    twice = posted & under.posted
    if twice:
        yield Fault(f"Stuk {shown(twice)} is twee keer gepost: ook in herdruk {reprint_id}.", as_ranges(twice))
    waiting = (posted & set(reprint.pieces)) - twice - reprint.recalled_pieces
    if waiting:
        yield Fault(
            f"Stuk {shown(waiting)} is gepost, maar wordt ook herdrukt in {reprint_id}. Roep die herdruk terug.",
            as_ranges(waiting),
        )


def _tally(jobs: Jobs, job: Job) -> _Tally:
    tally = _Tally()
    received = jobs.last_report(job.job_id)
    if received is None:
        return tally
    report = ProductionReport.parse(received.content)
    assert report is not None, "what is kept was read before"
    told: set[int] = set()
    batches: dict[int, set[int]] = {}
    for sequence, number in job.pieces.items():
        batches.setdefault(number, set()).add(sequence)
    for line in report.partijen:
        batch = batches.get(line.partij, set())
        if not batch or line.partij in told:
            what = "staat twee keer in het verslag" if batch else "bestaat niet in deze opdracht"
            tally.faults.append(Fault(f"Partij {line.partij} {what}.", batch=line.partij))
            continue
        told.add(line.partij)
        _add(tally, line, batch, received.on)
    back = tally.posted & job.recalled_pieces
    if back:
        tally.faults.append(Fault(f"Stuk {shown(back)} is gepost, maar was teruggeroepen.", as_ranges(back)))
    return tally


def _add(tally: _Tally, line: BatchReport, batch: set[int], received: date) -> None:
    def fault(message: str, ranges: tuple[Range, ...]) -> None:
        tally.faults.append(Fault(f"Partij {line.partij}: stuk {shown_ranges(ranges)} {message}.", ranges, line.partij))

    def read(ranges: Ranges, word: str) -> set[int]:
        if ranges == "alle":
            return set(batch)
        assert not isinstance(ranges, str), "the only word is 'alle'"
        backwards = tuple(one for one in ranges if one[0] > one[1])
        if backwards:
            fault("is een omgekeerde reeks", backwards)
        sound = [one for one in ranges if one[0] <= one[1]]
        stray = outside(sound, batch)
        if stray:
            fault("zit niet in deze partij", stray)
        twice = overlap(sound)
        if twice is not None:
            fault(f"staat twee keer bij '{word}'", ((twice, twice),))
        return within(sound, batch)

    def require(numbers: set[int], message: str) -> None:
        if numbers:
            fault(message, as_ranges(numbers))

    printed = read(line.gedrukt, "gedrukt")
    spoiled = read(line.afgekeurd, "afgekeurd")
    reprinted = read(line.herdrukt, "herdrukt")
    posted: set[int] = set()
    for posting in line.gepost:
        numbers = read(posting.stukken, "gepost")
        require(posted & numbers, "is twee keer gepost")
        posted |= numbers
        if posting.op > received:
            fault(f"zou pas op {posting.op:%d/%m/%Y} gepost worden: dat is nog niet gebeurd", as_ranges(numbers))
        tally.last = max(filter(None, (tally.last, posting.op)), default=None)
    require(spoiled - printed, "is afgekeurd, maar niet gedrukt")
    require(reprinted - spoiled, "is herdrukt, maar niet afgekeurd")
    require(posted - printed, "is gepost, maar niet gedrukt")
    require(posted & spoiled - reprinted, "is afgekeurd en niet herdrukt, maar wel gepost")
    tally.printed |= printed
    tally.spoiled |= spoiled
    tally.reprinted |= reprinted
    tally.posted |= posted
