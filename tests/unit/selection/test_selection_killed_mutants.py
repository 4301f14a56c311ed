"""What mutants of the suppression lists and the selection policy showed to be missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groeibrief.calendar import SchoolYear
from groeibrief.catalog import Project, find_project
from groeibrief.errors import DefinitionError, RefusedError
from groeibrief.query import SchoolYears
from groeibrief.selection import SelectionPolicy, load_policy, load_suppression, no_lists
from groeibrief.selection.addressees import _window

DAY = date(2025, 11, 3)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
FILE = "rules/policies/selectie.yaml"


def sign(path: Path, text: str) -> Path:
    path.write_text(text)
    path.with_name(f"{path.name}.sig").write_bytes(KEY.sign(text.encode()))
    return path


def loaded(folder: Path):
    return load_suppression(folder, [KEY.public_key()], DAY)


@pytest.mark.parametrize(
    ("rows", "persons", "dossiers"),
    [
        (f"{2**63 - 1},,verzet,2025-01-01,", {2**63 - 1}, set()),
        ("0,0,verzet,2025-01-01,", {0}, {0}),
        ("11,12,verzet,2025-01-01,", {11}, {12}),
        (",12,verzet,2025-01-01,2025-11-04", set(), {12}),
    ],
)
def test_what_a_row_may_hold(tmp_path: Path, rows: str, persons: set[int], dossiers: set[int]) -> None:
    sign(tmp_path / "verzet.csv", f"persoon_id,dossier_id,lijst,geldig_van,geldig_tot\n{rows}\n")
    lists = loaded(tmp_path)
    assert (lists.persons["verzet"], lists.dossiers["verzet"]) == (persons, dossiers)
    assert (lists.persons["beschermd"], lists.dossiers["beschermd"]) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    "row",
    [
        f"{2**63},,verzet,2025-01-01,",
        "-1,,verzet,2025-01-01,",
        "1.5,,verzet,2025-01-01,",
        "١٢,,verzet,2025-01-01,",
        ",,verzet,2025-01-01,",
        "11,x,verzet,2025-01-01,",
        "11,,verzet,,",
        "11,,verzet,2025-13-01,",
        "11,,verzet,2025-01-01,2025-01-01",
        "11,,verzet,2025-01-02,2025-01-01",
        "11,,verzet,2025-01-01,nooit",
    ],
)
def test_what_a_row_may_not_hold(tmp_path: Path, row: str) -> None:
    path = sign(tmp_path / "verzet.csv", f"persoon_id,dossier_id,lijst,geldig_van,geldig_tot\n{row}\n")
    with pytest.raises(RefusedError) as caught:
        loaded(tmp_path)
    assert (caught.value.code, str(caught.value)) == (
        "E563",
        f"{path}:2: Deze rij is onvolledig of onjuist: geef persoon_id of dossier_id, lijst, geldig_van (JJJJ-MM-DD) "
        "en eventueel een latere geldig_tot.",
    )


@pytest.mark.parametrize(
    "header",
    [
        "persoon_id,persoon_id,lijst,geldig_van",
        "persoon_id,lijst",
        "persoon_id,geldig_van",
        "lijst,geldig_van",
        "persoon_id,lijst,geldig_van,naam",
        "",
    ],
)
def test_other_columns_are_refused(tmp_path: Path, header: str) -> None:
    sign(tmp_path / "verzet.csv", f"{header}\n")
    with pytest.raises(RefusedError, match="De kolommen zijn persoon_id en/of dossier_id") as caught:
        loaded(tmp_path)
    assert caught.value.code == "E563"


@pytest.mark.parametrize("header", ["persoon_id", "dossier_id"])
def test_one_of_the_two_ids_is_enough(tmp_path: Path, header: str) -> None:
    sign(tmp_path / "verzet.csv", f"{header},lijst,geldig_van\n11,verzet,2025-01-01\n")
    lists = loaded(tmp_path)
    assert lists.persons["verzet"] | lists.dossiers["verzet"] == {11}


def test_parts_of_one_list_count_together_and_each_has_its_line(tmp_path: Path) -> None:
    for part, ids in (("verzet-1", (1, 2)), ("verzet-2", (2, 3)), ("beschermd", (4,))):
        rows = "".join(f"{number},{part.partition('-')[0]},2025-01-01\n" for number in ids)
        sign(tmp_path / f"{part}.csv", f"persoon_id,lijst,geldig_van\n{rows}")
    lists = loaded(tmp_path)
    assert lists.persons == {"verzet": frozenset({1, 2, 3}), "beschermd": frozenset({4})}
    assert [(file.lijst, file.geldig) for file in lists.files] == [("beschermd", 1), ("verzet", 2), ("verzet", 2)]


def test_every_file_that_does_not_belong_is_named(tmp_path: Path) -> None:
    sign(tmp_path / "verzet.csv", "persoon_id,lijst,geldig_van\n")
    for name in ("verzet.txt", "verzett.csv", "beschermd.csv.sig"):
        (tmp_path / name).touch()
    with pytest.raises(RefusedError) as caught:
        loaded(tmp_path)
    assert [finding.bestand for finding in caught.value.findings] == [
        str(tmp_path / name) for name in ("beschermd.csv.sig", "verzet.txt", "verzett.csv")
    ]


def test_which_list_is_missing(tmp_path: Path, policy: SelectionPolicy) -> None:
    sign(tmp_path / "beschermd.csv", "persoon_id,lijst,geldig_van\n")
    for lists, missing in ((loaded(tmp_path), ["verzet"]), (no_lists(DAY), ["verzet", "beschermd"])):
        with pytest.raises(RefusedError) as caught:
            lists.require(policy, synthetic=False)
        assert [finding.melding for finding in caught.value.findings] == [
            f"De lijst '{name}' ontbreekt, en zonder die lijst wordt er niet geselecteerd. Zet {name}.csv en "
            f"{name}.csv.sig in de map met de lijsten."
            for name in missing
        ]
        lists.require(policy, synthetic=True)


def test_a_row_of_another_length_is_refused_with_its_line(tmp_path: Path) -> None:
    path = sign(tmp_path / "verzet.csv", "persoon_id,lijst,geldig_van\n1,verzet,2025-01-01\n1,verzet\n")
    with pytest.raises(RefusedError) as caught:
        loaded(tmp_path)
    assert str(caught.value) == f"{path}:3: Deze rij heeft 2 velden in plaats van 3."


@pytest.mark.parametrize(("width", "good"), [(29, False), (30, True), (60, True), (61, False)])
def test_the_bounds_of_a_line(tmp_path: Path, width: int, good: bool) -> None:
    shipped = (find_project().rules / "policies" / "selectie.yaml").read_text()
    folder = tmp_path / "rules" / "policies"
    folder.mkdir(parents=True)
    (folder / "selectie.yaml").write_text(shipped.replace("tekens_per_regel: 40", f"tekens_per_regel: {width}"))
    if good:
        assert load_policy(Project(tmp_path)).tekens_per_regel == width
    else:
        with pytest.raises(DefinitionError, match="'tekens_per_regel' is niet van de juiste soort"):
            load_policy(Project(tmp_path))


def test_a_choice_that_is_a_list_is_told_so(tmp_path: Path) -> None:
    shipped = (find_project().rules / "policies" / "selectie.yaml").read_text()
    folder = tmp_path / "rules" / "policies"
    folder.mkdir(parents=True)
    (folder / "selectie.yaml").write_text(shipped.replace("buitenland: weren", "buitenland: [weren]"))
    with pytest.raises(DefinitionError, match="'buitenland' is weren of schrijven") as caught:
        load_policy(Project(tmp_path))
    assert caught.value.findings[0].bedoelde is None


def test_a_school_year_runs_from_september_up_to_and_with_august() -> None:
    assert _window(SchoolYears(SchoolYear(2024))) == (date(2024, 9, 1), date(2025, 8, 31))


def test_other_columns_are_refused_in_parquet_too(tmp_path: Path) -> None:
    sink = pa.BufferOutputStream()
    table = {"persoon_id": [1], "lijst": ["verzet"], "geldig_van": [date(2025, 1, 1)], "naam": ["x"]}
    pq.write_table(pa.table(table), sink)
    data = sink.getvalue().to_pybytes()
    (tmp_path / "verzet.parquet").write_bytes(data)
    (tmp_path / "verzet.parquet.sig").write_bytes(KEY.sign(data))
    with pytest.raises(RefusedError, match="De kolommen zijn persoon_id en/of dossier_id"):
        loaded(tmp_path)
