"""What an earlier groeibrief left is brought forward; what a newer one left is refused, with what to do."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from groeibrief.artefacts import canonical_json
from groeibrief.casework import ledger as ledgers
from groeibrief.casework import schema as casework
from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.checkpoints import check_checkpoint
from groeibrief.casework.ledger import Ledger
from groeibrief.catalog import Project, load_catalogue
from groeibrief.disclosure import memory
from groeibrief.disclosure.memory import Memory
from groeibrief.errors import RefusedError, SnapshotError
from groeibrief.keys import write_key_pair
from groeibrief.opgroeien import schema as opgroeien
from groeibrief.opgroeien.cabinet import Cabinet as TrackCabinet
from groeibrief.portal import sessions
from groeibrief.printshop import jobs
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.snapshot.prepared.layout import LAYOUT_VERSION
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.schema import SCHEMA_VERSION
from groeibrief.snapshot.store import find_store
from groeibrief.state import connection
from groeibrief.workflow.office import open_office
from groeibrief.workflow.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures"
PROJECT = Project(Path(__file__).parents[2])
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def unpacked(name: str, to: Path) -> Path:
    with tarfile.open(FIXTURES / name) as archive:
        archive.extractall(to, filter="data")
    return to


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The state of version 1, with a checkpoint beside it."""
    return unpacked("staat-1.tar.xz", tmp_path)


def read_casework(state: Path) -> None:
    with Cabinet(state).reading() as opened:
        opened.execute("SELECT 1 FROM aanvraag")


def read_track(state: Path) -> None:
    folder = state / "opgroeien"
    with TrackCabinet(folder, Ledger(folder / "logboek.sqlite")).reading() as opened:
        opened.execute("SELECT 1 FROM protocol")


DATABASES: dict[str, tuple[str, int, Callable[[Path], object]]] = {
    "dossiers/dossiers.sqlite": (casework.SCHEMA, casework.VERSION, read_casework),
    "logboek.sqlite": (ledgers.SCHEMA, ledgers.VERSION, lambda state: Ledger(state / "logboek.sqlite").verify()),
    "tellingen/telbeurten.sqlite": (
        memory.SCHEMA, memory.VERSION, lambda state: Memory(state / "tellingen").charges("31033")
    ),
    "drukwerk.sqlite": (jobs.SCHEMA, jobs.VERSION, lambda state: jobs.Jobs(state).reprints("x")),
    "portaal/sessies.sqlite": (
        sessions.SCHEMA, sessions.VERSION, lambda state: sessions.Sessions.in_state(state, lambda: NOW).number()
    ),
    "opgroeien/protocollen.sqlite": (opgroeien.SCHEMA, opgroeien.VERSION, read_track),
}  # fmt: skip
"""Each database of a state folder: its schema of today, and what opens it."""


def tables_of(path: Path) -> dict[str, str]:
    """Every table, index and trigger of a database as its statement, without the spaces between words."""
    with closing(sqlite3.connect(path)) as opened:
        rows = opened.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: " ".join(sql.split()) for name, sql in rows}


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as opened:
        return int(opened.execute("PRAGMA user_version").fetchone()[0])


def test_there_is_a_fixture_of_every_version_that_was_in_use(old: Path) -> None:
    names = {path.relative_to(old / "staat").as_posix() for path in (old / "staat").rglob("*.sqlite")}
    assert names == {*DATABASES, "opgroeien/logboek.sqlite"}
    kept = len(list(FIXTURES.glob("staat-*.tar.xz")))
    assert max(version for _, version, _ in DATABASES.values()) == kept + 1, (
        "add the state of the version before to tests/fixtures, and raise a schema's version by one at a time"
    )


@pytest.mark.parametrize("name", DATABASES)
def test_an_old_database_becomes_what_a_new_one_is(name: str, old: Path, tmp_path: Path) -> None:
    schema, version, opens = DATABASES[name]
    path = old / "staat" / name
    assert version_of(path) == 1
    opens(old / "staat")
    with connection(tmp_path / "nieuw.sqlite", schema, version):
        pass
    assert version_of(path) == version
    assert tables_of(path) == tables_of(tmp_path / "nieuw.sqlite"), "a schema changed: raise VERSION, write a migration"


def test_nothing_of_an_old_state_is_lost(old: Path) -> None:
    state = old / "staat"
    office = open_office(Settings((), None, state), clock=lambda: NOW)
    request = office.requests.get(office.viewer("ana.een"), "2026-0001")
    assert (request.content.title, request.version) == ("Hulp bij de schooltoeslag", 2)
    assert [charge.cost for charge in Memory(state / "tellingen").charges("31033")] != []
    assert sessions.Sessions.in_state(state, lambda: NOW).number() == 1
    with closing(sqlite3.connect(state / "drukwerk.sqlite")) as opened:
        assert opened.execute("SELECT count(*) FROM stuk").fetchone() == (76,)


def test_an_old_ledger_goes_on(old: Path) -> None:
    ledger = Ledger(old / "staat" / "logboek.sqlite")
    before = ledger.verify()
    assert (before.valid, before.entries) == (True, 9)
    entry = ledger.append("ana.een", "analist", "doelgroep-geteld", {"definitie": "0" * 64}, NOW)
    assert entry.number == 10
    assert ledger.verify().valid
    assert check_checkpoint(ledger, old / "punt.json", [old / "vutg.pub"]).valid
    track = old / "staat" / "opgroeien"
    assert Ledger(track / "logboek.sqlite").verify().valid


@pytest.mark.parametrize("name", DATABASES)
def test_a_newer_database_is_refused_and_left_as_it_is(name: str, old: Path) -> None:
    _, version, opens = DATABASES[name]
    path = old / "staat" / name
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA user_version=99")
    before = path.read_bytes()
    with pytest.raises(RefusedError) as refused:
        opens(old / "staat")
    assert (refused.value.code, refused.value.exit_code) == ("E755", 5)
    assert str(refused.value) == (
        f"{path} is gemaakt door een nieuwere groeibrief: schemaversie 99, en deze leest tot {version}. Installeer die "
        "nieuwere, of zet de reservekopie van voor de upgrade terug."
    )
    assert path.read_bytes() == before


def test_an_old_snapshot_is_read_and_its_old_store_is_left_alone(tmp_path: Path) -> None:
    folder = unpacked("snapshot-1.tar.xz", tmp_path)
    catalogue = load_catalogue(PROJECT)
    snapshot = open_snapshot(folder / "proef")
    assert (snapshot.manifest.schema_version, SCHEMA_VERSION, LAYOUT_VERSION) == (1, 1, 2)
    (before,) = (each for each in (folder / "voorbereid").iterdir() if each.is_dir())
    assert find_store(snapshot, catalogue, folder / "voorbereid") is None
    store = prepare(snapshot, catalogue, folder / "voorbereid")
    assert store.root != before
    assert before.is_dir(), "a groeibrief of before, put back, finds its own"


def test_a_newer_snapshot_is_refused_before_anything_of_it_is_believed(tmp_path: Path) -> None:
    folder = unpacked("snapshot-1.tar.xz", tmp_path) / "proef"
    key = write_key_pair(tmp_path / "maker.key", tmp_path / "maker.pub")
    told = canonical_json({**json.loads((folder / "manifest.json").read_bytes()), "schema_version": 2, "nieuw": 1})
    (folder / "manifest.json").write_bytes(told)
    (folder / "manifest.sig").write_bytes(key.sign(told))
    with pytest.raises(SnapshotError) as refused:
        open_snapshot(folder, [tmp_path / "maker.pub"])
    assert (refused.value.code, refused.value.exit_code) == ("E412", 4)
    assert str(refused.value) == (
        f"{folder / 'manifest.json'}: De snapshot heeft schemaversie 2 en deze groeibrief leest versie 1: installeer "
        "een nieuwere groeibrief."
    )
