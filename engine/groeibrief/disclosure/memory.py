"""What was asked, charged and answered: the durable memory of :mod:`disclosure`, in SQLite.

A charge and an answer are never changed or removed. ``soort`` says from which share of the budget a charge was paid.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.disclosure.budget import Charge, Price, Quantity, Share
from groeibrief.errors import RefusedError
from groeibrief.state import connection, held, private_directory, transaction

DATABASE = "telbeurten.sqlite"
VERSION = 1
LOCKS = 256

SCHEMA = """
CREATE TABLE antwoord (
    sleutel TEXT PRIMARY KEY,
    voorwaarden TEXT NOT NULL,
    gemeenten TEXT NOT NULL,
    peildatum TEXT NOT NULL,
    snapshot_id TEXT NOT NULL,
    snapshot_hash TEXT NOT NULL,
    grootheid TEXT NOT NULL CHECK (grootheid IN ('gezinnen', 'kinderen')),
    sigma TEXT NOT NULL,
    gevoeligheid INTEGER NOT NULL,
    kost TEXT NOT NULL,
    gevraagd_op TEXT NOT NULL,
    beantwoord_op TEXT,
    ruw INTEGER,
    CHECK ((ruw IS NULL) = (beantwoord_op IS NULL))
) STRICT;
CREATE TABLE verbruik (
    nummer INTEGER PRIMARY KEY,
    sleutel TEXT NOT NULL REFERENCES antwoord (sleutel),
    gemeente TEXT NOT NULL,
    soort TEXT NOT NULL CHECK (soort IN ('eigen', 'standaard', 'bestelling')),
    dag TEXT NOT NULL,
    kost TEXT NOT NULL,
    gevoelig INTEGER NOT NULL CHECK (gevoelig IN (0, 1)),
    UNIQUE (sleutel, gemeente)
) STRICT;
CREATE INDEX verbruik_gemeente ON verbruik (gemeente, dag);
CREATE TRIGGER verbruik_blijft BEFORE UPDATE ON verbruik BEGIN SELECT RAISE(ABORT, 'een verbruik blijft'); END;
CREATE TRIGGER verbruik_verdwijnt_niet BEFORE DELETE ON verbruik BEGIN SELECT RAISE(ABORT, 'een verbruik blijft'); END;
CREATE TRIGGER antwoord_blijft BEFORE UPDATE ON antwoord WHEN OLD.ruw IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'een antwoord blijft'); END;
CREATE TRIGGER antwoord_verdwijnt_niet BEFORE DELETE ON antwoord BEGIN SELECT RAISE(ABORT, 'een antwoord blijft'); END
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the memory knows it: its identity, whom it was asked for, and on which snapshot."""

    voorwaarden: str
    gemeenten: tuple[str, ...]
    peildatum: date
    snapshot_id: str
    snapshot_hash: str

    def key(self, quantity: Quantity) -> str:
        """The key of an answer of this question."""
        parts = [self.voorwaarden, list(self.gemeenten), self.peildatum.isoformat(), self.snapshot_hash]
        return sha256_bytes(canonical_json([*parts, quantity.value]))


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer to be charged: its key, its question, its price, and the accounts that pay."""

    key: str
    asked: Asked
    price: Price
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer that was charged: the noisy count (None: not drawn yet), and what it is or will be drawn with.

    The policy may have changed since the charge; the draw follows the charge.
    """

    noisy: int | None
    sigma: Fraction
    sensitivity: int
    cost: Fraction
    voorwaarden: str
    share: Share


@dataclass(frozen=True, slots=True)
class Round:
    """A preparation of the standard audiences: on what, and the last day on which something was charged for it."""

    snapshot_id: str
    snapshot_hash: str
    peildatum: date
    day: date


Charges = Callable[[str, Share], list[Charge]]
Admit = Callable[[Charges], Mapping[str, Share]]


class Memory:
    """The memory in a state directory. Safe over threads and processes."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = private_directory(state_dir)
        self._locks = private_directory(state_dir / "sloten")

    @contextmanager
    def claim(self, keys: Iterable[str]) -> Iterator[None]:
        """Hold answers, so that no two draws are ever made for one; a dead process lets go. E519 when it lasts.

        Locks are taken in one order, whatever the order of the keys, so that no two claims wait for each other.
        """
        with ExitStack() as claimed:
            for slot in sorted({int(key[:8], 16) % LOCKS for key in keys}):
                claimed.enter_context(held(self._locks / f"{slot:03d}"))
            yield

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Hold the preparation of the standard audiences, which one process does at a time. E519 when it lasts."""
        with held(self._locks / "standaard"):
            yield

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with connection(self._folder / DATABASE, SCHEMA, VERSION) as opened:
                yield opened
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            message = (
                "Het geheugen van de telbeurten is niet leesbaar, dus wordt er niets geteld. Verwittig een beheerder."
            )
            raise RefusedError("E514", message) from error

    def recall(self, keys: Iterable[str]) -> dict[str, Remembered]:
        """What is known of these answers, whether drawn or only charged."""
        known = {}
        with self._open() as opened:
            for key in keys:
                # Accounts of a joint order may pay from different shares: 'eigen' comes last of those two.
                row = opened.execute(
                    "SELECT ruw, sigma, gevoeligheid, antwoord.kost, voorwaarden, max(soort) "
                    "FROM antwoord JOIN verbruik USING (sleutel) WHERE sleutel = ? GROUP BY sleutel",
                    (key,),
                ).fetchone()
                if row is not None:
                    noisy, sigma, sensitivity, cost, voorwaarden, share = row
                    known[key] = Remembered(
                        noisy, Fraction(sigma), sensitivity, Fraction(cost), voorwaarden, Share(share)
                    )
        return known

    def charge(self, entries: Sequence[Entry], now: datetime, admit: Admit) -> None:
        """Charge every entry to each of its accounts, in one durable transaction.

        *admit* sees the charges under the write lock, says from which share each account pays, and raises when there
        is no room; nothing is charged then.
        """
        with self._open() as opened, transaction(opened):
            shares = admit(lambda account, share: _charges(opened, account, share))
            for entry in entries:
                asked, price = entry.asked, entry.price
                opened.execute(
                    "INSERT INTO antwoord (sleutel, voorwaarden, gemeenten, peildatum, snapshot_id, snapshot_hash, "
                    "grootheid, sigma, gevoeligheid, kost, gevraagd_op) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        entry.key,
                        asked.voorwaarden,
                        " ".join(asked.gemeenten),
                        asked.peildatum.isoformat(),
                        asked.snapshot_id,
                        asked.snapshot_hash,
                        price.quantity.value,
                        str(price.sigma),
                        price.sensitivity,
                        str(price.cost),
                        now.isoformat(),
                    ),
                )
                opened.executemany(
                    "INSERT INTO verbruik (sleutel, gemeente, soort, dag, kost, gevoelig) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (
                            entry.key,
                            account,
                            shares[account].value,
                            now.date().isoformat(),
                            str(price.cost),
                            int(price.sensitive),
                        )
                        for account in entry.accounts
                    ],
                )

    def charges(self, account: str, share: Share = Share.OWN) -> list[Charge]:
        """Everything charged to a share of an account, oldest first."""
        with self._open() as opened:
            return _charges(opened, account, share)

    def rounds(self) -> list[Round]:
        """Every preparation of the standard audiences, the latest last."""
        with self._open() as opened:
            rows = opened.execute(
                "SELECT snapshot_id, snapshot_hash, peildatum, max(dag) FROM antwoord JOIN verbruik USING (sleutel) "
                "WHERE soort = 'standaard' GROUP BY snapshot_hash, peildatum ORDER BY max(dag), max(nummer)"
            ).fetchall()
        return [Round(name, digest, date.fromisoformat(on), date.fromisoformat(day)) for name, digest, on, day in rows]

    def store(self, drawn: Mapping[str, int], now: datetime) -> None:
        """Keep the answers for ever, durable on return."""
        with self._open() as opened, transaction(opened):
            opened.executemany(
                "UPDATE antwoord SET ruw = ?, beantwoord_op = ? WHERE sleutel = ?",
                [(noisy, now.isoformat(), key) for key, noisy in drawn.items()],
            )


def _charges(opened: sqlite3.Connection, account: str, share: Share) -> list[Charge]:
    rows = opened.execute(
        "SELECT dag, kost, gevoelig FROM verbruik WHERE gemeente = ? AND soort = ? ORDER BY dag, nummer",
        (account, share.value),
    )
    return [Charge(date.fromisoformat(day), Fraction(cost), bool(sensitive)) for day, cost, sensitive in rows]
