"""The memory of jobs at VUTG: which pieces each job has, its packages, recalls, reports, and what came back.

SQLite in the state folder; sequence numbers only, which mean nothing without the selection. Whatever is in it is known
for good on return, and telling it the same again changes nothing, so that a killed command is simply run again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from groeibrief.errors import RefusedError, UsageError
from groeibrief.printshop.inserts import Insert
from groeibrief.printshop.sequences import shown
from groeibrief.state import connection, held, private_directory, transaction

DATABASE = "drukwerk.sqlite"
VERSION = 2

SCHEMA = """
CREATE TABLE opdracht (
    opdracht TEXT PRIMARY KEY,
    herdruk_van TEXT REFERENCES opdracht (opdracht),
    selectie TEXT,
    sjabloon TEXT,
    brieven TEXT NOT NULL,
    synthetisch INTEGER NOT NULL CHECK (synthetisch IN (0, 1))
) STRICT;
CREATE TABLE pakket (
    opdracht TEXT NOT NULL REFERENCES opdracht (opdracht),
    sha256 TEXT NOT NULL,
    PRIMARY KEY (opdracht, sha256)
) STRICT, WITHOUT ROWID;
CREATE TABLE stuk (
    opdracht TEXT NOT NULL REFERENCES opdracht (opdracht),
    volgnummer INTEGER NOT NULL,
    partij INTEGER NOT NULL,
    PRIMARY KEY (opdracht, volgnummer)
) STRICT, WITHOUT ROWID;
CREATE TABLE terugroeping (
    opdracht TEXT NOT NULL REFERENCES opdracht (opdracht),
    partij INTEGER NOT NULL,
    reden TEXT NOT NULL,
    op TEXT NOT NULL,
    PRIMARY KEY (opdracht, partij)
) STRICT, WITHOUT ROWID;
CREATE TABLE verslag (
    opdracht TEXT NOT NULL REFERENCES opdracht (opdracht),
    nummer INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    inhoud BLOB NOT NULL,
    ontvangen_op TEXT NOT NULL,
    PRIMARY KEY (opdracht, nummer)
) STRICT;
CREATE TABLE vernietiging (
    opdracht TEXT NOT NULL REFERENCES opdracht (opdracht),
    pakket TEXT NOT NULL,
    op TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (opdracht, pakket)
) STRICT, WITHOUT ROWID;
CREATE TABLE retour (
    selectie TEXT NOT NULL,
    volgnummer INTEGER NOT NULL,
    bestand TEXT NOT NULL,
    PRIMARY KEY (selectie, volgnummer)
) STRICT, WITHOUT ROWID;
CREATE INDEX herdruk ON opdracht (herdruk_van);
CREATE TABLE bijlage (
    opdracht TEXT NOT NULL REFERENCES opdracht (opdracht),
    post INTEGER NOT NULL,
    naam TEXT NOT NULL,
    gram INTEGER NOT NULL,
    PRIMARY KEY (opdracht, post)
) STRICT, WITHOUT ROWID
"""
MIGRATIONS = {1: SCHEMA[SCHEMA.index("CREATE TABLE bijlage") :]}


@dataclass(frozen=True, slots=True)
class Origin:
    """What the letters of a job were made from: hashes of the selection, the template and the letters' summary."""

    selectie: str | None
    sjabloon: str | None
    brieven: str
    synthetisch: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was sealed: ``pieces`` has the batch of each sequence number, ``packages`` the sealed contents.

    ``inserts``: what goes in with each letter, in the order of the inserter's stations.
    """

    job_id: str
    reprint_of: str | None
    origin: Origin
    pieces: Mapping[int, int]
    packages: frozenset[str]
    recalled: Mapping[int, tuple[str, date]]
    inserts: tuple[Insert, ...] = ()

    @property
    def batches(self) -> list[int]:
        """The numbers of the batches."""
        return sorted(set(self.pieces.values()))

    @property
    def recalled_pieces(self) -> set[int]:
        """The pieces of the batches that were called back."""
        return {sequence for sequence, batch in self.pieces.items() if batch in self.recalled}


@dataclass(frozen=True, slots=True)
class Received:
    """A report as it came in."""

    number: int
    sha256: str
    content: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A statement of destruction: of which sealed content, when, and the statement's hash."""

    package: str
    on: date
    sha256: str


class Jobs:
    """The memory in a state folder. Safe over threads and processes.

    Raises RefusedError (E599) when it cannot be read, TryAgainError (E518, E519) on a passing fault.
    """

    def __init__(self, state: Path) -> None:
        self._path = private_directory(state) / DATABASE

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with connection(self._path, SCHEMA, VERSION, MIGRATIONS) as opened:
                yield opened
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise RefusedError(
                "E599",
                "Het geheugen van de drukopdrachten is niet leesbaar. Er is niets gewijzigd; verwittig een beheerder.",
            ) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold what may change how a job stands: no reprint of what is called back meanwhile. E519 when it lasts."""
        with held(self._path.with_name(f"{self._path.name}.grendel")):
            yield

    def register(self, job: Job) -> None:
        """Remember a job and its sealed content, before its package gets a name.

        Raises UsageError (E256) when the job id belongs to other letters, RefusedError (E596) when it was called back,
        and for a reprint UsageError (E250) and RefusedError (E597) as :meth:`check_successors`.
        """
        with self._open() as opened, transaction(opened):
            known = _find(opened, job.job_id)
            if known is not None:
                _same(known, job)
            else:
                if job.reprint_of is not None:
                    _free(opened, job.reprint_of, job.pieces, job.job_id)
                origin = job.origin
                opened.execute(
                    "INSERT INTO opdracht (opdracht, herdruk_van, selectie, sjabloon, brieven, synthetisch) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        job.job_id, job.reprint_of, origin.selectie, origin.sjabloon, origin.brieven,
                        int(origin.synthetisch),
                    ),
                )  # fmt: skip
                opened.executemany(
                    "INSERT INTO stuk (opdracht, volgnummer, partij) VALUES (?, ?, ?)",
                    ((job.job_id, sequence, batch) for sequence, batch in job.pieces.items()),
                )
                opened.executemany(
                    "INSERT INTO bijlage (opdracht, post, naam, gram) VALUES (?, ?, ?, ?)",
                    ((job.job_id, station, *insert) for station, insert in enumerate(job.inserts, start=1)),
                )
            opened.executemany(
                "INSERT OR IGNORE INTO pakket (opdracht, sha256) VALUES (?, ?)",
                ((job.job_id, package) for package in job.packages),
            )

    def job(self, job_id: str) -> Job:
        """What is known of a job. Raises UsageError (E250) when nothing is."""
        with self._open() as opened:
            return _known(opened, job_id)

    def is_known(self, job_id: str) -> bool:
        """Whether there is such a job."""
        with self._open() as opened:
            return _find(opened, job_id) is not None

    def check_successors(self, job_id: str, sequences: Collection[int], reprint: str) -> None:
        """Raise RefusedError (E597) when one of these pieces is already reprinted in another job than *reprint*."""
        with self._open() as opened:
            _free(opened, job_id, sequences, reprint)

    def reprints(self, job_id: str) -> dict[str, Job]:
        """The jobs that reprint pieces of this one, by id."""
        with self._open() as opened:
            rows = opened.execute("SELECT opdracht FROM opdracht WHERE herdruk_van = ? ORDER BY opdracht", (job_id,))
            return {found: _known(opened, found) for (found,) in rows.fetchall()}

    def recall(self, job_id: str, batches: Collection[int], reason: str, on: date) -> Job:
        """Call batches back, for good: the first reason and day of each stay. Raises UsageError (E250, E253)."""
        with self._open() as opened, transaction(opened):
            unknown = sorted(set(batches) - set(_known(opened, job_id).batches))
            if unknown:
                raise UsageError(
                    "E253",
                    f"Opdracht {job_id} heeft geen partij {unknown[0]}. De nummers staan in opdrachtbon.csv.",
                )
            opened.executemany(
                "INSERT OR IGNORE INTO terugroeping (opdracht, partij, reden, op) VALUES (?, ?, ?, ?)",
                [(job_id, batch, reason, on.isoformat()) for batch in sorted(batches)],
            )
            return _known(opened, job_id)

    def receive(self, job_id: str, number: int, sha256: str, content: bytes, on: date) -> bool:
        """Keep a report; False when it was there already.

        Raises RefusedError (E594) when a report of that number says something else, or when a later one is known and
        this one is not.
        """
        with self._open() as opened, transaction(opened):
            rows = dict(opened.execute("SELECT nummer, sha256 FROM verslag WHERE opdracht = ?", (job_id,)).fetchall())
            if rows.get(number) == sha256:
                return False
            if rows and number <= max(rows):
                raise RefusedError(
                    "E594",
                    f"Verslag {max(rows)} over opdracht {job_id} is al ingelezen, en dit verslag {number} zegt iets "
                    "anders. Er is niets gewijzigd. Vraag de drukkerij een nieuw verslag met een hoger nummer.",
                )
            opened.execute(
                "INSERT INTO verslag (opdracht, nummer, sha256, inhoud, ontvangen_op) VALUES (?, ?, ?, ?, ?)",
                (job_id, number, sha256, content, on.isoformat()),
            )
            return True

    def last_report(self, job_id: str) -> Received | None:
        """The report with the highest number, which holds; None when there is none."""
        with self._open() as opened:
            row = opened.execute(
                "SELECT nummer, sha256, inhoud, ontvangen_op FROM verslag WHERE opdracht = ? "
                "ORDER BY nummer DESC LIMIT 1",
                (job_id,),
            ).fetchone()
        return None if row is None else Received(row[0], row[1], row[2], date.fromisoformat(row[3]))

    def destroyed(self, job_id: str) -> dict[str, Destroyed]:
        """The statements of destruction about a job, by sealed content."""
        with self._open() as opened:
            rows = opened.execute(
                "SELECT pakket, op, sha256 FROM vernietiging WHERE opdracht = ? ORDER BY pakket", (job_id,)
            ).fetchall()
        return {package: Destroyed(package, date.fromisoformat(on), sha256) for package, on, sha256 in rows}

    def destroy(self, job_id: str, statement: Destroyed) -> bool:
        """Keep a statement of destruction, the first about a sealed content; False when there was one."""
        with self._open() as opened, transaction(opened):
            done = opened.execute(
                "INSERT OR IGNORE INTO vernietiging (opdracht, pakket, op, sha256) VALUES (?, ?, ?, ?)",
                (job_id, statement.package, statement.on.isoformat(), statement.sha256),
            )
            return done.rowcount == 1

    def returned(self, selection: str) -> dict[int, str]:
        """The letters of a selection that came back: the hash of the file of codes in which each was told."""
        with self._open() as opened:
            return dict(
                opened.execute("SELECT volgnummer, bestand FROM retour WHERE selectie = ?", (selection,)).fetchall()
            )

    def take_back(self, selection: str, sequences: Collection[int], file: str) -> None:
        """Remember that letters came back; what was told before stays."""
        with self._open() as opened, transaction(opened):
            opened.executemany(
                "INSERT OR IGNORE INTO retour (selectie, volgnummer, bestand) VALUES (?, ?, ?)",
                [(selection, sequence, file) for sequence in sorted(sequences)],
            )


def _known(opened: sqlite3.Connection, job_id: str) -> Job:
    found = _find(opened, job_id)
    if found is None:
        raise UsageError(
            "E250",
            f"Opdracht {job_id} is hier niet gekend. Geef het opdrachtnummer uit het manifest van het pakket, en "
            "met --state de map waarmee het pakket gemaakt is.",
        )
    return found


def _find(opened: sqlite3.Connection, job_id: str) -> Job | None:
    row = opened.execute(
        "SELECT herdruk_van, selectie, sjabloon, brieven, synthetisch FROM opdracht WHERE opdracht = ?", (job_id,)
    ).fetchone()
    if row is None:
        return None
    pieces = opened.execute("SELECT volgnummer, partij FROM stuk WHERE opdracht = ?", (job_id,))
    packages = opened.execute("SELECT sha256 FROM pakket WHERE opdracht = ?", (job_id,))
    inserts = opened.execute("SELECT naam, gram FROM bijlage WHERE opdracht = ? ORDER BY post", (job_id,))
    recalled = opened.execute("SELECT partij, reden, op FROM terugroeping WHERE opdracht = ?", (job_id,))
    return Job(
        job_id,
        row[0],
        Origin(row[1], row[2], row[3], bool(row[4])),
        dict(pieces.fetchall()),
        frozenset(package for (package,) in packages),
        {batch: (reason, date.fromisoformat(on)) for batch, reason, on in recalled},
        tuple(Insert(*row) for row in inserts),
    )


def _same(known: Job, job: Job) -> None:
    if (known.origin.brieven, known.reprint_of, known.pieces) != (job.origin.brieven, job.reprint_of, job.pieces):
        raise UsageError(
            "E256", f"Opdrachtnummer {job.job_id} is al gebruikt voor andere brieven. Geef een ander nummer met --job."
        )
    if known.recalled:
        raise RefusedError(
            "E596",
            f"Opdracht {job.job_id} is teruggeroepen en wordt niet opnieuw verzegeld. Geef een ander nummer met --job.",
        )


def _free(opened: sqlite3.Connection, job_id: str, sequences: Collection[int], reprint: str) -> None:
    _known(opened, job_id)
    rows = opened.execute(
        "SELECT volgnummer, opdracht FROM stuk JOIN opdracht USING (opdracht) "
        "WHERE herdruk_van = ? AND opdracht <> ? ORDER BY volgnummer",
        (job_id, reprint),
    )
    wanted = set(sequences)
    taken = {sequence: other for sequence, other in rows if sequence in wanted}
    if taken:
        other = next(iter(taken.values()))
        raise RefusedError(
            "E597",
            f"Stuk {shown(taken)} van opdracht {job_id} wordt al herdrukt in opdracht {other}. Mislukte ook dat, vraag "
            f"dan een herdruk van die opdracht: --of {other}.",
        )
