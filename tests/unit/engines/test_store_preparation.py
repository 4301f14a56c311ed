"""Preparing a snapshot: what is written, once, whole, private, and noticed when it is damaged."""

from __future__ import annotations

import dataclasses
import json
import stat
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engines_world import LEUVEN, LONG_AGO, TORHOUT, World, ask, day

from groeibrief.artefacts import sha256_file
from groeibrief.catalog import Catalogue, PeriodKind
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.errors import SnapshotError, TryAgainError
from groeibrief.query import Age, Sort
from groeibrief.snapshot.prepared import preparation
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.store import Store, find_store, store_folder


def rows(store: Store, table: str, columns: str) -> list[tuple[Any, ...]]:
    paths = [str(path) for path in store.paths(table)]
    with duckdb.connect() as connection:
        return connection.read_parquet(paths, hive_partitioning=True).project(columns).order("ALL").fetchall()


FOREVER = day("9999-12-31")


def test_a_child_is_split_by_domicile_birth_death_and_the_dossier(world: World) -> None:
    world.person(1, born="2015-01-01", died="2025-10-01", nis=None)
    world.lives(1, TORHOUT, van=day("2016-01-01"), tot=day("2018-01-01"))
    world.lives(1, LEUVEN, van=day("2019-01-01"), tot=day("2025-01-01"))
    world.lives(1, None, van=day("2025-01-01"))
    world.family(10, [1], opened=day("2014-01-01"), closed=day("2030-01-01"))
    torhout, leuven = int(TORHOUT), int(LEUVEN)
    pieces = [
        (day("2015-01-01"), day("2016-01-01"), None, None),
        (day("2016-01-01"), day("2018-01-01"), torhout, "BE"),
        (day("2018-01-01"), day("2019-01-01"), None, None),
        (day("2019-01-01"), day("2025-01-01"), leuven, "BE"),
        (day("2025-01-01"), day("2025-10-01"), None, "BE"),
    ]
    expected = [
        (cluster, van, tot, nis, land, nis == cluster)
        for cluster in (leuven, torhout)
        for van, tot, nis, land in pieces
    ]
    store = world.store()
    assert rows(store, "kind", "gemeente, van, tot, nis, land, thuis") == sorted(expected, key=lambda row: row[:2])
    assert rows(store, "zonder_woonplaats", "van, tot") == [(van, tot) for van, tot, nis, _ in pieces if nis is None]
    assert store.municipalities == (leuven, torhout)


def test_a_day_is_found_in_a_part_that_ends_in_its_block_or_later(world: World) -> None:
    world.person(1, nis=None, born="2010-01-01")
    moves = ("2010-01-01", "2012-05-01", "2023-02-01", "2024-09-01", "2025-08-31", "2025-11-02")
    for van, tot in zip(moves, (*moves[1:], None), strict=True):
        world.lives(1, TORHOUT, van=day(van), tot=day(tot) if tot else None)
    world.family(10, [1])
    found = rows(world.store(), "kind", "tot, eind")
    assert found == [
        (day("2012-05-01"), 2021),
        (day("2023-02-01"), 2022),
        (day("2024-09-01"), 2024),
        (day("2025-08-31"), 2024),
        (day("2025-11-02"), 2025),
        (FOREVER, 9999),
    ]


def test_beneficiaries_are_persons_and_their_municipality_holds_the_family_too(world: World) -> None:
    world.person(1)
    world.person(8, born="1980-01-01", nis=LEUVEN, died="2025-06-01")
    world.family(10, [1], parents=[8])
    world.beneficiary(10, 2, None)
    world.right("wezentoeslag", 1, van="2025-01-01", tot="2025-10-01")
    store = world.store()
    assert rows(store, "begunstigde", "gemeente, volgorde, persoon_id, van, tot, thuis") == [
        (int(LEUVEN), 1, 8, LONG_AGO, day("2025-06-01"), True),
        (int(TORHOUT), 1, 8, LONG_AGO, day("2025-06-01"), False),
    ]
    # The right runs through two blocks, in both municipalities.
    assert rows(store, "wezentoeslag", "gemeente, blok, kind_id, tot") == [
        (int(LEUVEN), 2024, 1, day("2025-10-01")),
        (int(LEUVEN), 2025, 1, day("2025-10-01")),
        (int(TORHOUT), 2024, 1, day("2025-10-01")),
        (int(TORHOUT), 2025, 1, day("2025-10-01")),
    ]
    assert rows(store, "domicilie", "gemeente, persoon_id") == [
        (int(LEUVEN), 1), (int(LEUVEN), 8), (int(TORHOUT), 1), (int(TORHOUT), 8),
    ]  # fmt: skip


def test_a_code_that_is_none_and_abroad_with_a_code_are_nowhere(world: World) -> None:
    world.only_child(1, nis="abcde")
    world.person(2, nis=None)
    world.lives(2, TORHOUT, land="NL")
    world.family(2, [2])
    assert rows(world.store(), "kind", "gemeente, kind_id, nis, land") == [
        (0, 1, -1, "BE"), (0, 2, None, "NL"),
    ]  # fmt: skip


def test_what_recipients_need_is_kept_as_it_is(world: World) -> None:
    world.person(1, died="2025-10-01")
    world.person(8, born=None)
    world.family(10, [1], parents=[8])
    world.beneficiary(10, 2, None)
    store = world.store()
    assert rows(store, "persoon", "*") == [
        (1, "A", "B", day("2015-06-15"), day("2025-10-01")), (8, "A", "B", None, None),
    ]  # fmt: skip
    assert rows(store, "adres", "persoon_id, nis, gemeente, adres_niet_meedelen") == [
        (1, TORHOUT, None, False), (8, TORHOUT, None, False),
    ]  # fmt: skip
    assert rows(store, "dossierbegunstigde", "volgorde, persoon_id, instelling_kbo") == [
        (1, 8, None), (2, None, "0123456749"),
    ]  # fmt: skip


def test_everything_is_private_and_listed_with_its_hash(world: World) -> None:
    store = world.store()
    written = {path.relative_to(store.root).as_posix() for path in store.root.rglob("*") if path.is_file()}
    assert written == {"index.json", "index.sha256", *(file.name for file in store.files)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.root.rglob("*") if path.is_file()} == {0o600}
    folders = [store.root, store.root.parent, *(path for path in store.root.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert {sha256_file(store.root / file.name) == file.sha256 for file in store.files} == {True}


def test_the_store_says_what_the_snapshot_says(world: World) -> None:
    snapshot = world.snapshot()
    store = prepare(snapshot, world.catalogue, world.folder / "stores")
    assert (store.id, store.extracted_on, store.synthetic, store.snapshot) == (
        snapshot.id, snapshot.extracted_on, True, snapshot.hash,
    )  # fmt: skip
    assert {key: (found.first, found.last) for key, found in store.coverage.items()} == {
        key: (found.first, found.last) for key, found in snapshot.coverage.items()
    }
    assert store.root.name.startswith(snapshot.hash[:16])


def test_a_store_is_made_once_and_tells_its_progress(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, root = world.snapshot(), world.folder / "stores"
    assert find_store(snapshot, world.catalogue, root) is None
    seen: list[tuple[str, int, int]] = []
    first = prepare(snapshot, world.catalogue, root, lambda *step: seen.append(step))
    assert [step[1] for step in seen] == list(range(1, seen[0][2] + 1))
    monkeypatch.setattr(preparation, "_fill", None)
    assert prepare(snapshot, world.catalogue, root) == first
    assert find_store(snapshot, world.catalogue, root) == first


@pytest.mark.parametrize("damage", ["index", "hash", "missing", "size"])
def test_a_damaged_store_is_made_again(world: World, damage: str) -> None:
    snapshot, root = world.snapshot(), world.folder / "stores"
    store = prepare(snapshot, world.catalogue, root)
    victim = store.paths("kind")[-1]
    match damage:
        case "index":
            index = json.loads((store.root / "index.json").read_bytes())
            (store.root / "index.json").write_text(json.dumps(index | {"synthetic": False}))
        case "hash":
            (store.root / "index.sha256").write_text("0" * 64)
        case "missing":
            victim.unlink()
        case "size":
            victim.write_bytes(b"PAR1")
    assert find_store(snapshot, world.catalogue, root) is None
    again = prepare(snapshot, world.catalogue, root)
    assert again == store
    again.check(["kind"])


def test_flipped_bits_are_noticed_once_the_file_is_touched(world: World) -> None:
    store = world.store()
    store.check(["kind"])
    victim = store.paths("begunstigde")[0]
    content = victim.read_bytes()
    victim.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(SnapshotError) as caught:
        store.check(["kind", "begunstigde"])
    assert (caught.value.code, caught.value.exit_code) == ("E440", 4)
    assert [(finding.melding, finding.bestand) for finding in caught.value.findings] == [
        (
            f"de voorbereide gegevens zijn beschadigd: verwijder {store.root}, ze worden opnieuw gemaakt",
            victim.relative_to(store.root).as_posix(),
        )
    ]
    victim.unlink()
    with pytest.raises(SnapshotError):
        store.check(["begunstigde"])


def test_a_tenth_source_or_another_successor_is_another_store(world: World) -> None:
    snapshot, catalogue = world.snapshot(), world.catalogue
    tenth = dataclasses.replace(catalogue.sources["basisbedrag"], bron="tiende")
    more = dataclasses.replace(catalogue, sources={**catalogue.sources, "tiende": tenth})
    reworded = {"basisbedrag": dataclasses.replace(catalogue.sources["basisbedrag"], naam="het bedrag")}
    root = world.folder
    plain = store_folder(snapshot, catalogue, root)
    assert store_folder(snapshot, more, root) != plain
    assert store_folder(snapshot, dataclasses.replace(catalogue, sources=catalogue.sources | reworded), root) == plain


def test_a_source_that_the_snapshot_does_not_cover_has_no_files(world: World) -> None:
    del world.coverage[PeriodKind.SCHOOL_YEAR]
    store = world.store()
    assert store.paths("schooltoeslag") == []
    assert store.paths("sociale_toeslag") != []


def test_two_at_once_make_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, root = world.snapshot(), world.folder / "stores"
    filled: list[Path] = []
    fill = preparation._fill

    def counted(folder: Path, *rest: Any) -> None:
        filled.append(folder)
        fill(folder, *rest)

    monkeypatch.setattr(preparation, "_fill", counted)
    stores: list[Store] = []
    threads = [
        threading.Thread(target=lambda: stores.append(prepare(snapshot, world.catalogue, root))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(filled) == 1
    assert stores == [stores[0]] * 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_after_an_error_nothing_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    snapshot, root = world.snapshot(), world.folder / "stores"

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(preparation, "write_recipients", fail)
    with pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else TryAgainError) as caught:
        prepare(snapshot, world.catalogue, root)
    assert [path.name for path in root.iterdir() if not path.name.endswith(".slot")] == []
    if isinstance(caught.value, TryAgainError):
        assert caught.value.code == "E442"
        assert str(caught.value) == (
            f"De snapshot kan niet voorbereid worden in {root}: er is te weinig geheugen of schijfruimte, of de map is "
            "niet beschrijfbaar. Maak plaats of kies een andere map, en probeer opnieuw."
        )


def test_what_a_killed_process_left_is_cleared(world: World) -> None:
    snapshot, root = world.snapshot(), world.folder / "stores"
    leftover = root / f".{store_folder(snapshot, world.catalogue, root).name}.abc.deel"
    leftover.mkdir(parents=True)
    (leftover / "half.parquet").write_bytes(b"PAR1")
    prepare(snapshot, world.catalogue, root)
    assert not leftover.exists()


def test_files_that_are_no_snapshot_are_refused_without_quoting_them(world: World) -> None:
    snapshot = world.snapshot()
    with duckdb.connect() as connection:
        path = snapshot.folder / "dossier.parquet"
        connection.execute(f"COPY (SELECT 'Peeters' AS naam) TO '{path}' (FORMAT parquet)")
    with pytest.raises(SnapshotError) as caught:
        prepare(snapshot, world.catalogue, world.folder / "stores")
    assert (caught.value.code, str(caught.value)) == (
        "E441",
        "De snapshot kan niet voorbereid worden: kijk ze eerst na met 'groeibrief snapshot verify'.",
    )
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_the_same_snapshot_gives_the_same_files(world: World, catalogue: Catalogue) -> None:
    world.only_child(1)
    world.right("sociale_toeslag", 1, van="2025-01-01")
    snapshot = world.snapshot()
    one, two = (prepare(snapshot, catalogue, world.folder / name) for name in ("een", "twee"))
    assert one.files == two.files


def test_a_store_behind_a_link_or_a_relative_path(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.only_child(1)
    snapshot = world.snapshot()
    (world.folder / "echt").mkdir()
    (world.folder / "link").symlink_to("echt", target_is_directory=True)
    monkeypatch.chdir(world.folder)
    for root in (world.folder / "link", Path("relatief")):
        engine = DuckDBEngine(prepare(snapshot, world.catalogue, root), world.catalogue)
        assert engine.count(ask(Age(Sort.KIND, 10))).children == 1
        engine.close()
