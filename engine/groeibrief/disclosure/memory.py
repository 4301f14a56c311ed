"""What was asked, charged and answered: the durable memory of :mod:`disclosure`, in SQLite.

A charge and an answer are never changed or removed. ``soort`` leaves room for charges other than own questions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.disclosure.budget import Charge, Price, Quantity
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

    def key(self, quantity: Quantity | None = None) -> str:
        """The key of an answer of this question (of the question itself without a quantity)."""
        parts = [self.voorwaarden, list(self.gemeenten), self.peildatum.isoformat(), self.snapshot_hash]
        return sha256_bytes(canonical_json([*parts, quantity.value if quantity else None]))


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer that was charged: the noisy count (None: not drawn yet), and what it is or will be drawn with.

    The policy may have changed since the charge; the draw follows the charge.
    """

    noisy: int | None
    sigma: Fraction
    sensitivity: int
    cost: Fraction


class Memory:
    """The memory in a state directory. Safe over threads and processes."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = private_directory(state_dir)
        self._locks = private_directory(state_dir / "sloten")

    @contextmanager
    def claim(self, asked: Asked) -> Iterator[None]:
        """Hold a question, so that no two draws are ever made for it; a dead process lets go. E519 when it lasts."""
        slot = int(asked.key()[:8], 16) % LOCKS
        with held(self._locks / f"{slot:03d}"):
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

    def recall(self, asked: Asked, prices: tuple[Price, ...]) -> dict[Quantity, Remembered]:
        """What is known of the answers, whether drawn or only charged."""
        with self._open() as opened:
            return self._recall(opened, asked, prices)

    @staticmethod
    def _recall(opened: sqlite3.Connection, asked: Asked, prices: tuple[Price, ...]) -> dict[Quantity, Remembered]:
        known = {}
        for price in prices:
            row = opened.execute(
                "SELECT ruw, sigma, gevoeligheid, kost FROM antwoord WHERE sleutel = ?", (asked.key(price.quantity),)
            ).fetchone()
            if row is not None:
                known[price.quantity] = Remembered(row[0], Fraction(row[1]), row[2], Fraction(row[3]))
        return known

    def charge(
        self,
        asked: Asked,
        prices: tuple[Price, ...],
        accounts: tuple[str, ...],
        now: datetime,
        admit: Callable[[str, list[Charge]], None],
    ) -> None:
        """Charge every account for every price, in one durable transaction.

        *admit* sees each account's charges under the write lock and raises when there is no room; nothing is charged
        then.
        """
        with self._open() as opened, transaction(opened):
            for account in accounts:
                admit(account, self._charges(opened, account))
            for price in prices:
                key = asked.key(price.quantity)
                opened.execute(
                    "INSERT INTO antwoord (sleutel, voorwaarden, gemeenten, peildatum, snapshot_id, snapshot_hash, "
                    "grootheid, sigma, gevoeligheid, kost, gevraagd_op) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        key,
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
                    "INSERT INTO verbruik (sleutel, gemeente, soort, dag, kost, gevoelig) "
                    "VALUES (?, ?, 'eigen', ?, ?, ?)",
                    [
                        (key, account, now.date().isoformat(), str(price.cost), int(price.sensitive))
                        for account in accounts
                    ],
                )

    def charges(self, account: str) -> list[Charge]:
        """Every own question charged to an account, oldest first."""
        with self._open() as opened:
            return self._charges(opened, account)

    @staticmethod
    def _charges(opened: sqlite3.Connection, account: str) -> list[Charge]:
        rows = opened.execute(
            "SELECT dag, kost, gevoelig FROM verbruik WHERE gemeente = ? AND soort = 'eigen' ORDER BY dag, nummer",
            (account,),
        )
        return [Charge(date.fromisoformat(day), Fraction(cost), bool(sensitive)) for day, cost, sensitive in rows]

    def store(self, asked: Asked, drawn: dict[Quantity, int], now: datetime) -> None:
        """Keep the answers for ever, durable on return."""
        with self._open() as opened, transaction(opened):
            opened.executemany(
                "UPDATE antwoord SET ruw = ?, beantwoord_op = ? WHERE sleutel = ?",
                [(noisy, now.isoformat(), asked.key(quantity)) for quantity, noisy in drawn.items()],
            )
