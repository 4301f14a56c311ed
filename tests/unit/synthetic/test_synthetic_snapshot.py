"""A synthetic snapshot is a snapshot: signed, within the rules, the same each time; and refused when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from stdnum.be import bis, nn, vat

from groeibrief.catalog import Catalogue
from groeibrief.errors import DefinitionError, UsageError
from groeibrief.keys import fingerprint, read_public_key, write_key_pair
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.snapshot.schema import tables
from groeibrief.snapshot.synthetic import synthesise
from groeibrief.snapshot.verification import verify


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_families_seed_and_day_give_the_same_bytes(catalogue: Catalogue, tmp_path: Path) -> None:
    for name in ("een", "twee"):
        synthesise(tmp_path / name, catalogue=catalogue, families=3000, seed=4)
    assert content(tmp_path / "een") == content(tmp_path / "twee")


def test_another_seed_gives_other_families(catalogue: Catalogue, tmp_path: Path) -> None:
    for seed in (1, 2, -2):
        synthesise(tmp_path / str(seed), catalogue=catalogue, families=50, seed=seed)
    assert len({content(tmp_path / str(seed))["persoon.parquet"] for seed in (1, 2, -2)}) == 3


def test_the_manifest_says_what_it_is(small: Any, catalogue: Catalogue) -> None:
    manifest = small.manifest
    assert manifest.synthetic
    assert manifest.produced_by == "groeibrief snapshot synth"
    assert manifest.snapshot_id == "synth-2025-11-03-2000-1"
    assert {entry.table for entry in manifest.files} == set(tables(catalogue))
    bounds = {name: (coverage.first, coverage.last) for name, coverage in manifest.coverage.items()}
    assert bounds == {
        "basisbedrag": ("2022-11", "2025-11"),
        "sociale_toeslag": ("2022-11", "2025-11"),
        "wezentoeslag": ("2022-11", "2025-11"),
        "pleegzorgtoeslag": ("2022-11", "2025-11"),
        "zorgtoeslag": ("2022-11", "2025-11"),
        "kinderopvangtoeslag": ("2022-11", "2025-11"),
        "kleutertoeslag": ("2022-11-01", "2025-11-03"),
        "startbedrag": ("2022-11-01", "2025-11-03"),
        "schooltoeslag": ("2022-2023", "2025-2026"),
    }


def test_a_snapshot_is_its_owners_only(small: Any) -> None:
    assert small.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in small.folder.glob("*.parquet")} == {0o600}


def test_every_covered_month_and_school_year_has_rows(small: Any) -> None:
    assert small.one("SELECT count(DISTINCT maand) FROM kinderopvangtoeslag") == 37
    assert small.one("SELECT count(DISTINCT schooljaar) FROM schooltoeslag") == 4
    for source in ("basisbedrag", "sociale_toeslag", "wezentoeslag", "pleegzorgtoeslag", "zorgtoeslag"):
        for month in ("2022-11-01", "2024-02-01", "2025-11-01"):
            running = f"van <= DATE '{month}' AND (tot IS NULL OR tot > DATE '{month}')"
            assert small.one(f"SELECT count(*) FROM {source} WHERE {running}") > 0, (source, month)


def test_files_have_the_schema_of_the_catalogue(small: Any, catalogue: Catalogue) -> None:
    schema = tables(catalogue)
    for entry in small.manifest.files:
        assert pq.read_schema(small.folder / entry.name).equals(schema[entry.table].arrow), entry.name


@pytest.mark.parametrize(
    ("families", "seed", "day"),
    [
        (1, 1, date(2025, 11, 3)),
        (20, 3, date(2025, 11, 3)),
        (3000, 2, date(2025, 11, 3)),
        (3000, 2, date(2024, 11, 4)),
        (3000, 2, date(2025, 10, 1)),
        (3000, 8, date(2024, 2, 29)),
        (3000, 8, date(2026, 3, 1)),
    ],
)
def test_it_keeps_every_rule_without_a_warning(
    catalogue: Catalogue, tmp_path: Path, families: int, seed: int, day: date
) -> None:
    folder = tmp_path / "snapshot"
    synthesise(folder, catalogue=catalogue, families=families, seed=seed, extracted_on=day)
    report = verify(open_snapshot(folder), catalogue)
    assert report.valid
    assert report.rules == ()


def test_two_months_tell_of_the_same_people(catalogue: Catalogue, tmp_path: Path) -> None:
    """The earlier snapshot is the later one without what happened since."""
    for day in (date(2025, 10, 3), date(2025, 11, 3)):
        synthesise(tmp_path / str(day), catalogue=catalogue, families=3000, extracted_on=day)
    people = [
        {row["persoon_id"]: row for row in pq.read_table(tmp_path / day / "persoon.parquet").to_pylist()}
        for day in ("2025-10-03", "2025-11-03")
    ]
    earlier, later = people
    born_since = {key for key in later.keys() - earlier.keys() if later[key]["geboortedatum"] > date(2025, 10, 3)}
    assert earlier.keys() - later.keys() == set()
    assert born_since
    same = [
        key
        for key in earlier
        if all(earlier[key][name] == later[key][name] for name in ("insz", "naam", "geboortedatum"))
    ]
    assert len(same) == len(earlier)


def test_numbers_are_right_and_were_never_issued(small: Any) -> None:
    for (number,) in small.all("SELECT insz FROM persoon WHERE geboortedatum IS NOT NULL LIMIT 3000"):
        assert nn.is_valid(number) or bis.is_valid(number)
        assert number[6:9] in ("000", "999")
    for (number,) in small.all("SELECT DISTINCT instelling_kbo FROM begunstigde WHERE instelling_kbo IS NOT NULL"):
        assert vat.is_valid(number)


def test_points_of_the_care_supplement_suit_its_amount(large: Any) -> None:
    """By the catalogue's scale; rows of one renewal, so that one amount stands for one tariff."""
    wrong = large.all("""
        SELECT punten_totaal, punten_p1, bedrag FROM zorgtoeslag
        WHERE van = DATE '2023-09-01' AND punten_totaal IS NOT NULL AND punten_p1 IS NOT NULL AND bedrag <> CASE
            WHEN punten_totaal > 20 THEN 594.38 WHEN punten_totaal >= 18 THEN 557.24
            WHEN punten_totaal >= 15 THEN 520.09
            WHEN punten_totaal >= 12 OR (punten_totaal >= 6 AND punten_p1 >= 4) THEN 457.39
            WHEN punten_totaal >= 9 THEN 277.09 WHEN punten_totaal >= 6 THEN 118.74
            WHEN punten_p1 >= 4 THEN 89.16 END""")
    assert wrong == []
    assert large.one("SELECT count(*) FROM zorgtoeslag WHERE van = DATE '2023-09-01'") > 500


def test_a_half_is_half_of_the_amount(large: Any) -> None:
    assert large.all("""
        SELECT DISTINCT helft, bedrag FROM sociale_toeslag WHERE van = DATE '2022-12-01' AND schijf = 'midden'
        ORDER BY 1""") == [(False, pytest.approx(35)), (True, pytest.approx(17.5))]


def test_amounts_rise_each_september(small: Any) -> None:
    steps = small.all(
        "SELECT DISTINCT van, bedrag FROM wezentoeslag WHERE soort = 'half' AND month(van) = 9 ORDER BY 1"
    )
    assert [float(amount) for _, amount in steps] == [138.56, 141.33, 144.16, 147.04]


def test_no_right_outlasts_its_child(large: Any) -> None:
    for source in ("basisbedrag", "sociale_toeslag", "wezentoeslag", "pleegzorgtoeslag", "zorgtoeslag"):
        dead = f"""SELECT count(*) FROM {source} JOIN persoon ON persoon_id = kind_id
            WHERE overleden_op IS NOT NULL AND van > overleden_op"""
        assert large.one(dead) == 0, source
        old = f"""SELECT count(*) FROM {source} JOIN persoon ON persoon_id = kind_id
            WHERE geboortedatum IS NOT NULL AND van > geboortedatum + INTERVAL '25 years 1 month'"""
        assert large.one(old) == 0, source
    too_old = """SELECT count(*) FROM zorgtoeslag JOIN persoon ON persoon_id = kind_id
        WHERE geboortedatum IS NOT NULL AND van > geboortedatum + INTERVAL '21 years 1 month'"""
    assert large.one(too_old) == 0


def test_a_made_key_is_kept_and_trusted_beside_the_snapshot(catalogue: Catalogue, tmp_path: Path) -> None:
    synthesise(tmp_path / "een", catalogue=catalogue, families=5)
    made = (tmp_path / "synthetisch.key").read_bytes()
    synthesise(tmp_path / "twee", catalogue=catalogue, families=6)
    assert (tmp_path / "synthetisch.key").read_bytes() == made
    assert (tmp_path / "synthetisch.key").stat().st_mode & 0o777 == 0o600
    assert open_snapshot(tmp_path / "twee").id == "synth-2025-11-03-6-1"


def test_a_given_key_signs_and_its_public_half_lies_beside_the_snapshot(catalogue: Catalogue, tmp_path: Path) -> None:
    keys = tmp_path / "sleutels"
    keys.mkdir()
    write_key_pair(keys / "eigen.key", keys / "eigen.pub")
    synthesise(tmp_path / "map" / "een", catalogue=catalogue, families=5)
    synthesise(tmp_path / "map" / "twee", catalogue=catalogue, families=5, key=keys / "eigen.key")
    assert not (tmp_path / "map" / "eigen.key").exists()
    assert open_snapshot(tmp_path / "map" / "twee").synthetic
    beside = {fingerprint(read_public_key(path)) for path in (tmp_path / "map").glob("*.pub")}
    assert fingerprint(read_public_key(keys / "eigen.pub")) in beside
    assert len(beside) == 2


def test_progress_names_every_table(catalogue: Catalogue, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    synthesise(tmp_path / "een", catalogue=catalogue, families=5, progress=lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(1, 13))
    assert {total for _, _, total in told} == {12}
    assert told[0][0] == "dossier"


def test_an_existing_folder_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "een"
    folder.mkdir()
    (folder / "iets").write_text("iets")
    with pytest.raises(UsageError) as refusal:
        synthesise(folder, catalogue=catalogue, families=5)
    assert (refusal.value.code, str(refusal.value)) == (
        "E210",
        f"{folder} bestaat al. Kies een andere map of verwijder ze eerst.",
    )
    assert not (tmp_path / "synthetisch.key").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"families": 0}, "Een synthetische snapshot heeft 1 tot 5000000 gezinnen, niet 0."),
        (
            {"families": 5, "extracted_on": date(2021, 12, 31)},
            "Een synthetische snapshot kan getrokken zijn van 2022-01-01 tot en met 2099-12-31, niet op 2021-12-31.",
        ),
    ],
)
def test_what_cannot_be_made_is_refused(
    catalogue: Catalogue, tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        synthesise(tmp_path / "een", catalogue=catalogue, **arguments)
    assert (refusal.value.code, str(refusal.value)) == ("E208", message)
    assert list(tmp_path.iterdir()) == []


def test_a_catalogue_with_other_sources_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    sources = {name: source for name, source in catalogue.sources.items() if name != "startbedrag"}
    with pytest.raises(DefinitionError) as refusal:
        synthesise(tmp_path / "een", catalogue=replace(catalogue, sources=sources), families=5)
    assert (refusal.value.code, str(refusal.value)) == (
        "E319",
        "Een synthetische snapshot bestaat enkel voor de negen meegeleverde bronnen. Uw catalogus verschilt daarvan in "
        "'startbedrag': gebruik de meegeleverde catalogus.",
    )


def test_a_catalogue_without_an_amount_is_refused_and_leaves_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    poor = replace(catalogue.sources["kleutertoeslag"], bedragen=())
    changed = replace(catalogue, sources={**catalogue.sources, "kleutertoeslag": poor})
    with pytest.raises(DefinitionError) as refusal:
        synthesise(tmp_path / "een", catalogue=changed, families=200)
    assert (refusal.value.code, str(refusal.value)) == (
        "E319",
        "catalog/bronnen/kleutertoeslag.yaml: De catalogus heeft voor 'kleutertoeslag' geen bedrag "
        "'Kleutertoeslag op 3 jaar of op 4 jaar'. Voeg het toe onder 'bedragen': een "
        "synthetische snapshot kan niet zonder.",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["synthetisch.key", "synthetisch.pub"]


def test_an_interrupt_leaves_no_snapshot(catalogue: Catalogue, tmp_path: Path) -> None:
    def interrupt(table: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    stop: Callable[[str, int, int], None] = interrupt
    with pytest.raises(KeyboardInterrupt):
        synthesise(tmp_path / "een", catalogue=catalogue, families=5, progress=stop)
    assert not any(path.is_dir() for path in tmp_path.iterdir())
