"""Files and schema of a snapshot: every fault is found before a row is read, and stops the verification there."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from snapshot_maker import Maker

from groeibrief.catalog import Catalogue
from groeibrief.errors import SnapshotError
from groeibrief.snapshot import verify
from groeibrief.snapshot.manifest import Coverage, file_entry
from groeibrief.snapshot.schema import PEOPLE, tables

TABLES = (
    *PEOPLE, "basisbedrag", "sociale_toeslag", "wezentoeslag", "pleegzorgtoeslag", "zorgtoeslag", "kinderopvangtoeslag",
    "kleutertoeslag", "schooltoeslag", "startbedrag",
)  # fmt: skip


@pytest.fixture
def made(maker: Maker) -> Maker:
    # A fault in the rows as well: no later stage may be reached.
    maker.rows["dossier"].append(maker.rows["dossier"][0])
    return maker.write()


def said(made: Maker) -> list[str]:
    report = made.verify()
    assert not report.valid
    return [str(result) for result in report.rules]


def test_every_table_is_tried(catalogue: Catalogue) -> None:
    assert set(TABLES) == tables(catalogue).keys()


@pytest.mark.parametrize("table", TABLES)
def test_one_flipped_bit(made: Maker, table: str) -> None:
    path = made.folder / f"{table}.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert said(made) == [
        f"regel 'bestand', tabel '{table}': 1 keer: de inhoud is niet die van het manifest (SHA-256); haal de "
        "snapshot opnieuw "
        f"op ({table}.parquet)"
    ]


def test_a_truncated_file(made: Maker) -> None:
    path = made.folder / "persoon.parquet"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-1])
    assert said(made) == [
        f"regel 'bestand', tabel 'persoon': 1 keer: het bestand telt {size - 1} bytes en niet {size} zoals in het "
        "manifest; haal "
        "de snapshot opnieuw op (persoon.parquet)"
    ]


def test_two_files_swapped(maker: Maker) -> None:
    maker.split = frozenset({"begunstigde"})
    maker.write()
    first, second = maker.folder / "begunstigde-0.parquet", maker.folder / "begunstigde-1.parquet"
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    report = maker.verify()
    assert {result.files for result in report.rules} == {("begunstigde-0.parquet",), ("begunstigde-1.parquet",)}
    with pytest.raises(SnapshotError) as error:
        report.raise_if_invalid()
    assert error.value.code == "E420"


def test_a_missing_file(made: Maker) -> None:
    (made.folder / "dossier.parquet").unlink()
    assert said(made) == [
        "regel 'bestand', tabel 'dossier': 1 keer: het bestand ontbreekt; haal de snapshot opnieuw op (dossier.parquet)"
    ]
    with pytest.raises(SnapshotError) as error:
        made.verify().raise_if_invalid()
    assert str(error.value) == (
        "dossier.parquet: Snapshot proef, regel 'bestand', tabel 'dossier': 1 keer: het bestand ontbreekt; haal de "
        "snapshot "
        "opnieuw op (dossier.parquet)."
    )


def test_a_link_put_in_place_after_opening(made: Maker, catalogue: Catalogue) -> None:
    snapshot = made.open()
    outside = made.folder.parent / "elders.parquet"
    (made.folder / "persoon.parquet").rename(outside)
    (made.folder / "persoon.parquet").symlink_to(outside)
    assert [str(result) for result in verify(snapshot, catalogue).rules] == [
        "regel 'bestand', tabel 'persoon': 1 keer: het bestand is een verwijzing naar buiten de map van de "
        "snapshot; vraag de "
        "snapshot opnieuw (persoon.parquet)"
    ]


def test_a_file_that_the_manifest_does_not_name(made: Maker) -> None:
    (made.folder / "map").mkdir()
    (made.folder / "map" / "meer.parquet").write_bytes(b"")
    (made.folder / "LEESMIJ.txt").write_text("Dit mag.")
    assert said(made) == [
        "regel 'bestand', tabel '': 1 keer: deze Parquet-bestanden staan niet in het manifest; haal ze weg of vraag "
        "de snapshot "
        "opnieuw (map/meer.parquet)"
    ]


def test_files_in_folders_with_odd_names(maker: Maker) -> None:
    """A path with what DuckDB takes for a pattern is still that one path."""
    maker.folder = maker.folder.parent / "snap[s]hot *"
    maker.write()
    (maker.folder / "kind=3").mkdir()
    (maker.folder / "persoon.parquet").rename(maker.folder / "kind=3" / "persoon.parquet")
    entries = [
        file_entry(maker.folder, "kind=3/persoon.parquet" if name == "persoon" else f"{name}.parquet", name, len(rows))
        for name, rows in maker.rows.items()
    ]
    maker.sign(entries)
    assert maker.verify().as_json()["regels"] == []


def spoiled(made: Maker, table: str, change: object) -> list[str]:
    assert callable(change)
    made.replace(table, change(pq.read_table(made.folder / f"{table}.parquet")))
    return said(made)


def test_a_column_missing(made: Maker) -> None:
    assert spoiled(made, "dossier", lambda table: table.drop_columns(["uitbetaler"])) == [
        "regel 'schema', tabel 'dossier': 1 keer: de kolom ontbreekt (uitbetaler)"
    ]


def test_an_unknown_column(made: Maker) -> None:
    assert spoiled(made, "dossier", lambda table: table.append_column("taal", pa.array(["nl"] * 3))) == [
        "regel 'schema', tabel 'dossier': 1 keer: deze kolom hoort niet in de tabel (taal)"
    ]


def test_a_column_twice(made: Maker) -> None:
    assert spoiled(made, "dossier", lambda table: table.append_column("uitbetaler", pa.array(["FONS"] * 3))) == [
        "regel 'schema', tabel 'dossier': 1 keer: deze kolom hoort niet in de tabel (uitbetaler_1)"
    ]


def test_a_column_name_that_is_a_sentence_is_not_repeated(made: Maker) -> None:
    assert spoiled(made, "dossier", lambda table: table.append_column("An Peeters, 19.03.01", pa.array([1] * 3))) == [
        "regel 'schema', tabel 'dossier': 1 keer: deze kolom hoort niet in de tabel ((onleesbare naam))"
    ]


@pytest.mark.parametrize(
    ("column", "kind", "shown"),
    [
        ("bedrag", pa.float64(), "van het type DOUBLE en niet DECIMAL(10,2)"),
        ("bedrag", pa.decimal128(12, 2), "van het type DECIMAL(12,2) en niet DECIMAL(10,2)"),
        ("kind_id", pa.int32(), "van het type INTEGER en niet BIGINT"),
        ("van", pa.timestamp("us"), "van het type TIMESTAMP en niet DATE"),
        ("stelsel", pa.binary(), "van het type BLOB en niet VARCHAR"),
    ],
)
def test_a_wrong_type(made: Maker, column: str, kind: pa.DataType, shown: str) -> None:
    def change(table: pa.Table) -> pa.Table:
        position = table.column_names.index(column)
        return table.set_column(position, column, table.column(column).cast(kind))

    assert spoiled(made, "basisbedrag", change) == [
        f"regel 'schema', tabel 'basisbedrag': 1 keer: de kolom is {shown} ({column})"
    ]
    with pytest.raises(SnapshotError) as error:
        made.verify().raise_if_invalid()
    assert error.value.code == "E421"


def test_a_file_that_is_no_parquet(made: Maker) -> None:
    entries = made.open().manifest.files
    (made.folder / "dossier.parquet").write_bytes(b"PAR1 An Peeters PAR1")
    made.sign(file_entry(made.folder, entry.name, entry.table, entry.rows) for entry in entries)
    assert said(made) == [
        "regel 'schema', tabel 'dossier': 1 keer: het bestand kan niet als Parquet gelezen worden; vraag de snapshot "
        "opnieuw (dossier.parquet)"
    ]


def test_another_number_of_rows(made: Maker) -> None:
    entries = [
        entry.model_copy(update={"rows": 4}) if entry.table == "dossier" else entry
        for entry in made.open().manifest.files
    ]
    made.sign(entries)
    assert said(made) == [
        "regel 'schema', tabel 'dossier': 1 keer: het bestand telt 3 rijen en niet 4 zoals in het manifest; vraag "
        "de snapshot "
        "opnieuw (dossier.parquet)"
    ]


def test_an_empty_mandatory_value(made: Maker) -> None:
    def change(table: pa.Table) -> pa.Table:
        return table.set_column(1, "uitbetaler", pa.array([None, "FONS", None], pa.string()))

    assert spoiled(made, "dossier", change) == [
        "regel 'schema', tabel 'dossier': 2 keer: een verplichte kolom is leeg (100, …)"
    ]


def test_an_empty_id(made: Maker) -> None:
    def change(table: pa.Table) -> pa.Table:
        return table.set_column(0, "dossier_id", pa.array([None, 200, 300], pa.int64()))

    assert spoiled(made, "dossier", change) == ["regel 'schema', tabel 'dossier': 1 keer: een verplichte kolom is leeg"]


def test_other_forms_of_text_and_other_orders_of_columns_are_right(maker: Maker) -> None:
    maker.write()
    table = pq.read_table(maker.folder / "schooltoeslag.parquet")
    kinds = [table.schema.field(name).type for name in table.column_names]
    other = [pa.large_string() if pa.types.is_string(kind) else kind for kind in kinds]
    table = table.cast(pa.schema(list(zip(table.column_names, other, strict=True))))
    maker.replace("schooltoeslag", table.select(table.column_names[::-1]))
    names = pq.read_table(maker.folder / "dossier.parquet")
    maker.replace("dossier", names.set_column(1, "uitbetaler", names.column("uitbetaler").dictionary_encode()))
    assert maker.verify().as_json()["regels"] == []


def test_columns_in_another_order_in_one_of_several_files(maker: Maker) -> None:
    maker.split = frozenset({"dossierkind"})
    maker.write()
    path = maker.folder / "dossierkind-1.parquet"
    table = pq.read_table(path)
    pq.write_table(table.select(table.column_names[::-1]), path)
    maker.sign(file_entry(maker.folder, entry.name, entry.table, entry.rows) for entry in maker.open().manifest.files)
    assert maker.verify().as_json()["regels"] == []


def test_a_coverage_of_another_kind(maker: Maker) -> None:
    maker.coverage["schooltoeslag"] = Coverage(first="2022-09", last="2025-11")
    assert said(maker.write()) == [
        "regel 'schema', tabel 'schooltoeslag': 1 keer: de dekking is niet van de soort die bij 'schooljaar' hoort; "
        "vraag een "
        "juiste snapshot"
    ]


def test_a_table_that_the_catalogue_does_not_know(maker: Maker) -> None:
    maker.coverage["verhoging"] = maker.coverage.pop("wezentoeslag")
    maker.write()
    entries = [file_entry(maker.folder, f"{name}.parquet", name, len(rows)) for name, rows in maker.rows.items()]
    maker.sign(
        entry.model_copy(update={"table": "verhoging"}) if entry.table == "wezentoeslag" else entry for entry in entries
    )
    assert said(maker) == [
        "regel 'schema', tabel 'verhoging': 1 keer: de catalogus kent deze tabel niet; gebruik de catalogus van "
        "deze snapshot",
        "regel 'schema', tabel 'wezentoeslag': 1 keer: de tabel ontbreekt; vraag een volledige snapshot",
    ]


def test_progress_reaches_its_end(maker: Maker, catalogue: Catalogue) -> None:
    seen: list[tuple[int, int]] = []
    maker.write()
    verify(maker.open(), catalogue, lambda what, done, total: seen.append((done, total)))
    assert seen == [(done, 43) for done in range(1, 44)]


def test_nothing_personal_in_any_report(maker: Maker, tmp_path: Path) -> None:
    for row in maker.rows["persoon"]:
        row.update(voornaam="Kanarie", naam="Canarius", insz="12345678901")
    for row in maker.rows["woonplaats"]:
        row.update(straat="Kanariestraat", nis="xxxxx")
    report = maker.write().verify()
    text = report.text() + str(report.as_json())
    assert not report.valid
    for canary in ("anari", "12345678901", "xxxxx"):
        assert canary not in text
