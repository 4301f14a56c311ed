"""The ledger: who did what, when, on which hashes. Append-only, a chain of hashes, without personal data.

Each entry holds the hash of the one before it, so that a change shows in the first entry that it touches. The head (how
many entries there are, and the last hash) is kept in a file of its own, sealed with a key: cutting entries off, or
rewriting the chain to its end, shows there. Someone who has the database, the head and the key can still forge all
three: what guards against that is an export, or a head, kept elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groeibrief.artefacts import canonical_json, new_file, sha256_bytes
from groeibrief.errors import RefusedError
from groeibrief.state import NEWER, connection, held, kept_for_good, private_directory, transaction

VERSION = 2
GENESIS = "0" * 64
KEY_BYTES = 32

# To tell an act once is to look it up first: without this, through the whole ledger.
_LOOKED_UP = "CREATE INDEX regel_hashes ON regel (hashes, daad)"
MIGRATIONS = {1: _LOOKED_UP}

SCHEMA = f"""
CREATE TABLE regel (
    nummer INTEGER PRIMARY KEY,
    wanneer TEXT NOT NULL,
    wie TEXT NOT NULL,
    rol TEXT NOT NULL,
    daad TEXT NOT NULL,
    hashes TEXT NOT NULL,
    vorige TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
{kept_for_good("regel")}
{_LOOKED_UP};
"""

# Shapes that leave no room for a name with a space, an e-mail address or a national number (11 digits).
_ACCOUNT = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{12,128}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. ``when`` is in UTC; ``hash`` is the SHA-256 of everything else, ``previous`` included."""

    number: int
    when: str
    who: str
    role: str
    act: str
    hashes: Mapping[str, str]
    previous: str
    hash: str

    def as_json(self) -> dict[str, Any]:
        """The entry as it is hashed and exported."""
        content = _content(self.number, self.when, self.who, self.role, self.act, self.hashes, self.previous)
        return {**content, "hash": self.hash}


def _content(
    number: int, when: str, who: str, role: str, act: str, hashes: Mapping[str, str], previous: str
) -> dict[str, Any]:
    return {
        "nummer": number,
        "wanneer": when,
        "wie": who,
        "rol": role,
        "daad": act,
        "hashes": dict(hashes),
        "vorige": previous,
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What :meth:`Ledger.verify` found: how many entries, and what is wrong.

    ``broken`` is the number of the first broken entry, None when all is well or when only the head is wrong.
    """

    entries: int
    reason: str | None = None
    broken: int | None = None

    @property
    def valid(self) -> bool:
        """Whether the ledger is whole."""
        return self.reason is None

    def require(self) -> None:
        """Raise RefusedError E530 unless the ledger is whole."""
        if self.reason is not None:
            raise RefusedError("E530", f"Het grootboek is niet gaaf. {self.reason} Verwittig de DPO.")


@dataclass(frozen=True, slots=True)
class _Head:
    entries: int
    hash: str


class Ledger:
    """The ledger in the SQLite file *path*; beside it ``<path>.hoofd`` (the head) and ``<path>.sleutel`` (its key).

    Made on first use. Safe over threads and processes. Raises RefusedError E530 when it is broken, TryAgainError E518
    or E519 on a passing fault.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = path.with_name(f"{path.name}.grendel")
        self._head_path = path.with_name(f"{path.name}.hoofd")
        self._key_path = path.with_name(f"{path.name}.sleutel")
        private_directory(path.parent)
        if path.exists() or self._head_path.exists():
            return
        with held(self._lock):
            # The head comes before the first entry, so that a ledger without one was tampered with.
            if not path.exists() and not self._head_path.exists():
                with new_file(self._key_path, replace=True) as stream:
                    stream.write(secrets.token_bytes(KEY_BYTES))
                self._write_head(_Head(0, GENESIS))

    def append(self, who: str, role: str, act: str, hashes: Mapping[str, str], when: datetime) -> Entry:
        """Add an act, durable on return.

        *who* is an account, *role* and *act* are short words, *hashes* hold hexadecimal digits only (12 or more): a
        dossier appears as its pseudonym. Raises RefusedError E529 on anything else.
        """
        entry = self._append(who, role, act, hashes, when, once=False)
        assert entry is not None, "only an act that stands there already is left out"
        return entry

    def append_once(self, who: str, role: str, act: str, hashes: Mapping[str, str], when: datetime) -> Entry | None:
        """As :meth:`append`, unless the very same act on the very same hashes stands there: then None."""
        return self._append(who, role, act, hashes, when, once=True)

    def _append(
        self, who: str, role: str, act: str, hashes: Mapping[str, str], when: datetime, *, once: bool
    ) -> Entry | None:
        _check_words(who, role, act, hashes)
        moment = when.astimezone(UTC).isoformat(timespec="seconds")
        with held(self._lock):
            with self._open() as opened, transaction(opened):
                last = opened.execute("SELECT nummer, hash FROM regel ORDER BY nummer DESC LIMIT 1").fetchone()
                number, previous = last or (0, GENESIS)
                self._against_head(opened, number).require()
                if (head := self._read_head()) is not None and head.entries < number:
                    # A process died between its commit and the head: a second one would leave two entries unknown.
                    self._write_head(_Head(number, previous))
                told = canonical_json(dict(hashes)).decode()
                if once and opened.execute("SELECT 1 FROM regel WHERE daad = ? AND hashes = ?", (act, told)).fetchone():
                    return None
                content = _content(number + 1, moment, who, role, act, hashes, previous)
                entry = Entry(number + 1, moment, who, role, act, dict(hashes), previous, _digest(content))
                opened.execute(
                    "INSERT INTO regel (nummer, wanneer, wie, rol, daad, hashes, vorige, hash) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (number + 1, moment, who, role, act, canonical_json(entry.hashes).decode(), previous, entry.hash),
                )
            self._write_head(_Head(entry.number, entry.hash))
        return entry

    def require_head(self) -> None:
        """Raise RefusedError (E530) unless the last entry fits the head: what can be seen without reading them all."""
        with held(self._lock), self._open() as opened:
            last = opened.execute("SELECT max(nummer) FROM regel").fetchone()[0]
            self._against_head(opened, last or 0).require()

    def verify(self) -> Verdict:
        """Check every entry, their order, and the head. Never raises on what it is there to find.

        Raises RefusedError (E755) for a ledger of a newer groeibrief, which this one cannot judge.
        """
        try:
            with held(self._lock), self._open() as opened:
                number, previous = 0, GENESIS
                for row in opened.execute(_ROWS):
                    reason = _row_fault(row, number + 1, previous)
                    if reason is not None:
                        total = opened.execute("SELECT count(*) FROM regel").fetchone()[0]
                        return Verdict(total, reason, number + 1)
                    number, previous = row[0], row[-1]
                verdict = self._against_head(opened, number)
                # The rows alone do not show a damaged index, by which an act is found to have been told.
                sound = (
                    opened.execute("PRAGMA integrity_check").fetchone() == ("ok",) and _shape(opened) == _own_shape()
                )
                if verdict.valid and not sound:
                    return Verdict(number, "De databank is beschadigd, al zijn de regels het niet.")
                return verdict
        except RefusedError as error:
            if error.code == NEWER:
                raise
            return Verdict(0, error.findings[0].melding)

    def entries(self) -> tuple[Entry, ...]:
        """Every entry, oldest first, as it stands; :meth:`verify` says whether it can be believed."""
        with self._open() as opened:
            rows = opened.execute(_ROWS).fetchall()
        return tuple(
            Entry(number, when, who, role, act, json.loads(hashes), previous, digest)
            for number, when, who, role, act, hashes, previous, digest in rows
        )

    def head(self) -> tuple[int, str]:
        """How many entries there are and the last hash. Raises E530 when the ledger is broken."""
        self.verify().require()
        with self._open() as opened:
            last = opened.execute("SELECT nummer, hash FROM regel ORDER BY nummer DESC LIMIT 1").fetchone()
        return last or (0, GENESIS)

    def hash_at(self, number: int) -> str | None:
        """The hash of entry *number*, GENESIS for 0; None when there is no such entry."""
        if number == 0:
            return GENESIS
        with self._open() as opened:
            row = opened.execute("SELECT hash FROM regel WHERE nummer = ?", (number,)).fetchone()
        return row[0] if row else None

    def renew_key(self, who: str, role: str, when: datetime) -> Entry:
        """Seal the head with a new key, and say so in the ledger; the old key is of no more use.

        Raises RefusedError (E529, E530): nothing is sealed anew that is broken.
        """
        self.verify().require()
        with held(self._lock):
            head = self._read_head()
            if head is None:
                raise RefusedError("E530", "Het grootboek is niet gaaf. Het hoofd ontbreekt of zijn zegel klopt niet.")
            key = secrets.token_bytes(KEY_BYTES)
            # Under both keys first: whichever key file a killed process leaves, the head fits it.
            self._write_head(head, key)
            with new_file(self._key_path, replace=True) as stream:
                stream.write(key)
            self._write_head(head)
        return self.append(who, role, "sleutel-vernieuwd", {"regel": head.hash}, when)

    @contextmanager
    def standing_still(self) -> Iterator[tuple[Path, Path, Path]]:
        """Hold the ledger, so that database, head and key, which are given, can be copied as one."""
        with held(self._lock):
            yield self._path, self._head_path, self._key_path

    def export(self) -> bytes:
        """Every entry as canonical JSON, one a line, for an auditor to keep elsewhere. Raises E530 when broken."""
        self.verify().require()
        return b"".join(canonical_json(entry.as_json()) + b"\n" for entry in self.entries())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with connection(self._path, SCHEMA, VERSION, MIGRATIONS) as opened:
                yield opened
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise RefusedError("E530", "Het grootboek kan niet gelezen worden.") from error

    def _against_head(self, opened: sqlite3.Connection, entries: int) -> Verdict:
        head = self._read_head()
        if head is None:
            return Verdict(entries, "Het hoofd ontbreekt of zijn zegel klopt niet.")
        told = f"Er staan {entries} regels in, het hoofd noemt er {head.entries}"
        if entries < head.entries:
            return Verdict(entries, f"{told}: regel {entries + 1} ontbreekt.", entries + 1)
        # One more than the head knows: a process that died between its commit and the new head.
        if entries > head.entries + 1:
            return Verdict(entries, f"{told}: regel {head.entries + 2} is onbekend.", head.entries + 2)
        known = opened.execute("SELECT hash FROM regel WHERE nummer = ?", (head.entries,)).fetchone()
        if (known[0] if known else GENESIS) != head.hash:
            reason = f"Het hoofd kent een andere regel {head.entries}: de regels zijn herschreven."
            return Verdict(entries, reason, head.entries)
        return Verdict(entries)

    def _write_head(self, head: _Head, next_key: bytes | None = None) -> None:
        data = {"aantal": head.entries, "hash": head.hash, "zegel": _seal(head, self._key_path.read_bytes())}
        if next_key is not None:
            data["volgend_zegel"] = _seal(head, next_key)
        with new_file(self._head_path, replace=True) as stream:
            stream.write(canonical_json(data))

    def _read_head(self) -> _Head | None:
        try:
            data = json.loads(self._head_path.read_bytes())
            head = _Head(int(data["aantal"]), str(data["hash"]))
            sealed = _seal(head, self._key_path.read_bytes())
            seals = (str(data["zegel"]), str(data.get("volgend_zegel", "")))
            return head if any(hmac.compare_digest(each, sealed) for each in seals) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


_ROWS = "SELECT nummer, wanneer, wie, rol, daad, hashes, vorige, hash FROM regel ORDER BY nummer"


def _shape(opened: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Tables, indices and the triggers that guard them, as they stand in the file."""
    return opened.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def _own_shape() -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as own:
        own.executescript(SCHEMA)
        return _shape(own)


def _seal(head: _Head, key: bytes) -> str:
    return hmac.new(key, canonical_json([head.entries, head.hash]), hashlib.sha256).hexdigest()


def _digest(content: Mapping[str, Any]) -> str:
    return sha256_bytes(canonical_json(content))


def _row_fault(row: tuple[Any, ...], number: int, previous: str) -> str | None:
    """What is wrong with a row that should be entry *number* and follow the hash *previous*."""
    found, when, who, role, act, hashes, before, digest = row
    if found != number:
        return f"Regel {number} ontbreekt."
    try:
        content = _content(found, when, who, role, act, json.loads(hashes), before)
    except (ValueError, TypeError):
        return f"Regel {number} is gewijzigd."
    if _digest(content) != digest:
        return f"Regel {number} is gewijzigd."
    if before != previous:
        return f"Regel {number} volgt niet op regel {number - 1}."
    return None


def _check_words(who: str, role: str, act: str, hashes: Mapping[str, str]) -> None:
    fits = (
        _ACCOUNT.fullmatch(who)
        and _WORD.fullmatch(role)
        and _WORD.fullmatch(act)
        and all(_WORD.fullmatch(name) and _HASH.fullmatch(value) for name, value in hashes.items())
    )
    if not fits:
        raise RefusedError(
            "E529",
            "Het grootboek neemt alleen accountnamen zonder spaties, korte woorden en hashes op, geen andere gegevens.",
        )
