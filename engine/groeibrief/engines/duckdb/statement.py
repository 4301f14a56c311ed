"""A compiled statement, and those that a store keeps: what was asked before needs no compiler, and no sqlglot."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import groeibrief
from groeibrief.artefacts import PRIVATE_DIRECTORY, canonical_json, new_file, sha256_bytes
from groeibrief.catalog import Catalogue
from groeibrief.query import Question, identity
from groeibrief.snapshot.store import Store

CHOSEN = "gekozen"
"""The counted children, given as a table, when it is asked to whom their rights are granted."""

FOLDER = "vragen"
"""Where a store keeps the statements of questions that were counted."""
_MOST = 1_000


@dataclass(frozen=True)
class Statement:
    """A statement, with the tables that it reads and, of each, the parts (None: all)."""

    sql: str
    tables: dict[str, range | None] = field(default_factory=dict)


class KeptStatements:
    """The statements that count, kept in the store's own folder; derived and disposable like all of it.

    A statement is found again only by a question with the same identity, for the same engine, under the same catalogue
    and the very same program. Its file holds the hash of its content: a damaged one is as good as none, and is written
    again.
    """

    def __init__(self, store: Store, catalogue: Catalogue, engine: str) -> None:
        self._folder = store.root / FOLDER
        self._catalogue, self._engine = catalogue.version, engine

    def find(self, question: Question) -> Statement | None:
        """The statement of a question, or None."""
        key = self._key(question)
        try:
            kept: dict[str, Any] = json.loads(self._path(key).read_bytes())
            content = kept["inhoud"]
            if kept["sha256"] != sha256_bytes(canonical_json(content)) or content["sleutel"] != key:
                return None
            return Statement(content["sql"], {name: parts and range(*parts) for name, parts in content["tabellen"]})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, question: Question, statement: Statement) -> None:
        """Keep a statement. A store that cannot be written to, or that holds enough, keeps nothing."""
        key = self._key(question)
        content = {
            "sleutel": key,
            "sql": statement.sql,
            "tabellen": [
                [name, parts if parts is None else [parts.start, parts.stop]]
                for name, parts in statement.tables.items()
            ],
        }
        try:
            self._folder.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
            if sum(1 for _ in self._folder.iterdir()) < _MOST:
                with new_file(self._path(key), replace=True) as stream:
                    stream.write(canonical_json({"inhoud": content, "sha256": sha256_bytes(canonical_json(content))}))
        except OSError:
            return

    def _key(self, question: Question) -> dict[str, str]:
        return {
            "voorwaarden": identity(question),
            "engine": self._engine,
            "catalogus": self._catalogue,
            "groeibrief": groeibrief.__version__,
            "programma": _program(),
            "sqlglot": version("sqlglot"),
        }

    def _path(self, key: Mapping[str, str]) -> Path:
        return self._folder / f"{sha256_bytes(canonical_json(key))[:32]}.json"


@functools.cache
def _program() -> str:
    """The hash of all that decides how a statement is written: a developer's change of the compiler counts too."""
    package = Path(groeibrief.__file__).parent
    files = [
        *sorted((package / "engines" / "duckdb").glob("*.py")),
        *sorted((package / "engines" / "spark").glob("*.py")),
        *sorted((package / "query").glob("*.py")),
        *sorted((package / "catalog").glob("*.py")),
        package / "calendar.py",
        package / "snapshot" / "prepared" / "layout.py",
    ]
    return sha256_bytes(b"\0".join(path.read_bytes() for path in files))
