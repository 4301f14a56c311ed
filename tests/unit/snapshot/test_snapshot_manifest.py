"""The form of ``manifest.json``: every key that is missing, unknown or wrong is named; nothing is converted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from snapshot_maker import Maker

from groeibrief.artefacts import canonical_json
from groeibrief.errors import SnapshotError
from groeibrief.snapshot.manifest import Coverage, Fault, FaultKind, FileEntry, Manifest, faults, write_manifest

Change = Callable[[dict[str, Any]], object]


def document() -> dict[str, Any]:
    """A right manifest, parsed."""
    return {
        "schema_version": 1,
        "snapshot_id": "proef",
        "extracted_on": "2025-11-03",
        "files": [{"table": "persoon", "name": "persoon.parquet", "rows": 3, "bytes": 4, "sha256": "0a" * 32}],
        "coverage": {"schooltoeslag": {"from": "2022-2023", "to": "2025-2026"}},
        "synthetic": True,
        "produced_by": "test",
    }


def test_a_right_manifest_is_read_and_written_as_the_same_bytes() -> None:
    assert list(faults(document())) == []
    manifest = Manifest.of(document())
    assert manifest == Manifest(
        schema_version=1,
        snapshot_id="proef",
        extracted_on=date(2025, 11, 3),
        files=(FileEntry(table="persoon", name="persoon.parquet", rows=3, bytes=4, sha256="0a" * 32),),
        coverage={"schooltoeslag": Coverage(first="2022-2023", last="2025-2026")},
        synthetic=True,
        produced_by="test",
    )
    assert manifest.as_bytes() == canonical_json(document())


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda found: found.update(schema_version="1"), "schema_version"),
        (lambda found: found.update(schema_version=True), "schema_version"),
        (lambda found: found.update(schema_version=1.0), "schema_version"),
        (lambda found: found.update(snapshot_id=""), "snapshot_id"),
        (lambda found: found.update(snapshot_id="a" * 101), "snapshot_id"),
        (lambda found: found.update(snapshot_id="een proef"), "snapshot_id"),
        (lambda found: found.update(snapshot_id="proef\n"), "snapshot_id"),
        (lambda found: found.update(snapshot_id=1), "snapshot_id"),
        (lambda found: found.update(extracted_on="2025-11-31"), "extracted_on"),
        (lambda found: found.update(extracted_on="20251103"), "extracted_on"),
        (lambda found: found.update(extracted_on="2025-W45-1"), "extracted_on"),
        (lambda found: found.update(extracted_on=20251103), "extracted_on"),
        (lambda found: found.update(files={}), "files"),
        (lambda found: found.update(files=["persoon.parquet"]), "files.0"),
        (lambda found: found["files"][0].update(table=None), "files.0.table"),
        (lambda found: found["files"][0].update(name=1), "files.0.name"),
        (lambda found: found["files"][0].update(rows=-1), "files.0.rows"),
        (lambda found: found["files"][0].update(rows=True), "files.0.rows"),
        (lambda found: found["files"][0].update(bytes=1.5), "files.0.bytes"),
        (lambda found: found["files"][0].update(sha256="0A" * 32), "files.0.sha256"),
        (lambda found: found["files"][0].update(sha256="0" * 63), "files.0.sha256"),
        (lambda found: found.update(coverage=[]), "coverage"),
        (lambda found: found["coverage"].update(schooltoeslag="2025-2026"), "coverage.schooltoeslag"),
        (lambda found: found["coverage"].update(schooltoeslag={"from": "", "to": ""}), "coverage.schooltoeslag"),
        (lambda found: found["coverage"]["schooltoeslag"].update({"to": 2025}), "coverage.schooltoeslag.to"),
        (lambda found: found.update(synthetic=1), "synthetic"),
        (lambda found: found.update(produced_by=None), "produced_by"),
    ],
)
def test_a_wrong_value(change: Change, where: str) -> None:
    changed = document()
    change(changed)
    assert list(faults(changed)) == [Fault(FaultKind.VALUE, where)]


@pytest.mark.parametrize("key", list(document()))
def test_a_missing_key(key: str) -> None:
    changed = document()
    del changed[key]
    assert list(faults(changed)) == [Fault(FaultKind.MISSING, key)]


def test_missing_and_unknown_keys_deeper() -> None:
    changed = document()
    changed["files"][0] |= {"size": changed["files"][0].pop("bytes")}
    changed["coverage"]["schooltoeslag"]["until"] = changed["coverage"]["schooltoeslag"].pop("to")
    assert list(faults(changed)) == [
        Fault(FaultKind.MISSING, "files.0.bytes"),
        Fault(FaultKind.UNKNOWN, "files.0.size"),
        Fault(FaultKind.MISSING, "coverage.schooltoeslag.to"),
        Fault(FaultKind.UNKNOWN, "coverage.schooltoeslag.until"),
    ]


def test_half_a_surrogate_pair_is_refused(maker: Maker) -> None:
    maker.write()
    path = maker.folder / "manifest.json"
    data = path.read_bytes().replace(b'"produced_by":"test"', rb'"produced_by":"\ud800"')
    assert json.loads(data)["produced_by"] == "\ud800"
    path.write_bytes(data)
    (maker.folder / "manifest.sig").write_bytes(maker.key.sign(data))
    with pytest.raises(SnapshotError) as error:
        maker.open()
    assert (error.value.code, "geen canonieke JSON" in str(error.value)) == ("E411", True)


def test_a_manifest_that_nobody_could_open_is_not_written(maker: Maker, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nobody could open.*snapshot_id"):
        write_manifest(
            tmp_path,
            maker.key,
            snapshot_id="een proef",
            extracted_on=date(2025, 11, 3),
            files=(),
            coverage={},
            synthetic=True,
            produced_by="test",
        )
    assert list(tmp_path.glob("manifest.*")) == []
