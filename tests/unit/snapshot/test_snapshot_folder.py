"""Opening a snapshot: manifest, signature, names; every way to tamper with them, and what is then said."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from snapshot_maker import Maker

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.errors import SnapshotError, UsageError
from groeibrief.keys import fingerprint, write_public_key
from groeibrief.snapshot import info, info_text, open_snapshot
from groeibrief.snapshot.manifest import Coverage

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def made(maker: Maker) -> Maker:
    return maker.write()


def resign(made: Maker, data: bytes) -> None:
    (made.folder / "manifest.json").write_bytes(data)
    (made.folder / "manifest.sig").write_bytes(made.key.sign(data))


def rewrite(made: Maker, change: Change) -> None:
    """Change the manifest and sign the result, as a careless maker would."""
    document = json.loads((made.folder / "manifest.json").read_bytes())
    change(document)
    resign(made, canonical_json(document))


def refusal(made: Maker) -> tuple[str, str]:
    """The code, and the text without the machine's path."""
    with pytest.raises(SnapshotError) as error:
        made.open()
    assert error.value.exit_code == 4
    return error.value.code, str(error.value).replace(f"{made.folder}", "snapshot")


def test_a_right_snapshot_opens(made: Maker) -> None:
    snapshot = made.open()
    assert snapshot.id == "proef"
    assert snapshot.extracted_on == date(2025, 11, 3)
    assert snapshot.synthetic
    assert snapshot.hash == sha256_bytes((made.folder / "manifest.json").read_bytes())
    assert snapshot.coverage["schooltoeslag"] == Coverage(first="2022-2023", last="2025-2026")
    assert snapshot.files_of("persoon") == [made.folder / "persoon.parquet"]
    assert snapshot.signer == fingerprint(made.key.public_key())


def test_no_folder(made: Maker) -> None:
    with pytest.raises(SnapshotError) as error:
        open_snapshot(Path("nergens"), [made.public])
    assert str(error.value) == "nergens: Deze map bestaat niet. Geef de map van een snapshot."


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig"])
def test_no_manifest_or_signature(made: Maker, name: str) -> None:
    (made.folder / name).unlink()
    assert refusal(made) == (
        "E410",
        f"snapshot/{name}: Dit bestand ontbreekt. Een snapshot heeft een manifest en een handtekening: haal ze "
        "opnieuw op.",
    )


def test_an_unreadable_manifest(made: Maker) -> None:
    (made.folder / "manifest.json").unlink()
    (made.folder / "manifest.json").mkdir()
    assert refusal(made) == ("E410", "snapshot/manifest.json: Dit bestand kan niet gelezen worden: het is een map.")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff{}", b"[" * 100_000], ids=["empty", "half", "not UTF-8", "deep"])
def test_a_manifest_that_is_not_json(made: Maker, data: bytes) -> None:
    resign(made, data)
    assert refusal(made) == (
        "E411", "snapshot/manifest.json: Het manifest is geen geldige JSON in UTF-8. Haal de snapshot opnieuw op.",
    )  # fmt: skip


def test_a_manifest_that_is_no_object(made: Maker) -> None:
    resign(made, b"[]")
    assert refusal(made) == (
        "E411", "snapshot/manifest.json: Het manifest is geen JSON-object. Haal de snapshot opnieuw op.",
    )  # fmt: skip


def test_a_manifest_too_large(made: Maker) -> None:
    resign(made, b" " * 10_000_001)
    assert refusal(made) == (
        "E411", "snapshot/manifest.json: Dit bestand is groter dan 10000000 bytes. Vraag de snapshot opnieuw.",
    )  # fmt: skip


TAMPERED = (
    "E413",
    "snapshot/manifest.sig: De handtekening klopt niet met het manifest en de vertrouwde sleutels. Het manifest is "
    "gewijzigd "
    "of door een ander ondertekend: gebruik deze snapshot niet en vraag ze opnieuw.",
)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(extracted_on="2025-11-04"),
        lambda document: document.update(extra=1),
        lambda document: document["files"].pop(),
        lambda document: document["files"][0].update(sha256="0" * 64),
        lambda document: document.update(schema_version=2),
        lambda document: document.update(synthetic=False),
    ],
    ids=["date", "key", "file", "hash", "version", "synthetic"],
)
def test_a_changed_manifest(made: Maker, change: Change) -> None:
    document = json.loads((made.folder / "manifest.json").read_bytes())
    change(document)
    (made.folder / "manifest.json").write_bytes(canonical_json(document))
    assert refusal(made) == TAMPERED


def test_a_changed_signature(made: Maker) -> None:
    signature = bytearray((made.folder / "manifest.sig").read_bytes())
    signature[10] ^= 1
    (made.folder / "manifest.sig").write_bytes(bytes(signature))
    assert refusal(made) == TAMPERED


def test_a_signature_of_another_key(made: Maker) -> None:
    data = (made.folder / "manifest.json").read_bytes()
    (made.folder / "manifest.sig").write_bytes(Ed25519PrivateKey.generate().sign(data))
    assert refusal(made) == TAMPERED


@pytest.mark.parametrize("data", [b"", b"x" * 63, b"z" * 128, b"\x00" * 65, base64.b64encode(b"x" * 32)])
def test_no_signature_at_all(made: Maker, data: bytes) -> None:
    (made.folder / "manifest.sig").write_bytes(data)
    assert refusal(made) == (
        "E413", "snapshot/manifest.sig: Dit is geen Ed25519-handtekening van 64 bytes. Haal de snapshot opnieuw op.",
    )  # fmt: skip


@pytest.mark.parametrize("write", [bytes.hex, lambda raw: base64.b64encode(raw).decode()], ids=["hex", "base64"])
def test_a_signature_as_text(made: Maker, write: Callable[[bytes], str]) -> None:
    raw = (made.folder / "manifest.sig").read_bytes()
    (made.folder / "manifest.sig").write_text(write(raw) + "\n")
    assert made.open().id == "proef"


def test_no_key(made: Maker) -> None:
    with pytest.raises(SnapshotError) as error:
        open_snapshot(made.folder)
    assert error.value.code == "E414"
    assert str(error.value).endswith(
        "manifest.sig: Er is geen sleutel om de handtekening mee na te kijken. Geef de publieke sleutel van de "
        "maker met --trust."
    )


def test_a_bad_key_file(made: Maker) -> None:
    bad = made.folder.parent / "slecht.pub"
    bad.write_text("niets")
    with pytest.raises(UsageError) as error:
        open_snapshot(made.folder, [bad])
    assert error.value.code == "E220"


def test_a_synthetic_snapshot_is_trusted_by_the_key_beside_it(made: Maker) -> None:
    beside = made.folder.parent
    (beside / "a.pub").write_text("geen sleutel")
    (beside / "b.pub").mkdir()
    write_public_key(Ed25519PrivateKey.generate().public_key(), beside / "c.pub")
    write_public_key(made.key.public_key(), beside / "synthetisch.pub")
    assert open_snapshot(made.folder).synthetic


def test_real_data_are_not_trusted_by_a_key_beside_them(maker: Maker) -> None:
    maker.synthetic = False
    maker.write()
    write_public_key(maker.key.public_key(), maker.folder.parent / "synthetisch.pub")
    with pytest.raises(SnapshotError) as error:
        open_snapshot(maker.folder)
    assert error.value.code == "E414"
    assert not open_snapshot(maker.folder, [maker.public]).synthetic


def test_a_newer_schema(made: Maker) -> None:
    rewrite(made, lambda document: document.update(schema_version=2, something_new=True))
    assert refusal(made) == (
        "E412",
        "snapshot/manifest.json: De snapshot heeft schemaversie 2 en deze groeibrief leest versie 1: installeer een "
        "nieuwere "
        "groeibrief.",
    )


def test_an_older_schema(made: Maker) -> None:
    rewrite(made, lambda document: document.update(schema_version=0))
    assert refusal(made)[1].endswith("schemaversie 0 en deze groeibrief leest versie 1: vraag een nieuwe snapshot.")


def test_the_form_of_a_manifest_all_faults_at_once(made: Maker) -> None:
    def change(document: dict[str, Any]) -> None:
        document["opmerking"] = "hallo"
        del document["produced_by"]
        document["files"][0]["rows"] = -1
        document["coverage"]["basisbedrag"] = {"from": "2025-11", "to": "2022-11"}
        document["coverage"]["startbedrag"] = {"from": "2025-11", "to": "2025-11-03"}
        document["coverage"]["zorgtoeslag"] = {"first": "2022-11", "last": "2025-11"}
        document["synthetic"] = "true"

    rewrite(made, change)
    code, text = refusal(made)
    assert code == "E411"
    assert text.splitlines() == [
        "snapshot/manifest.json: In het manifest heeft 'files.0.rows' geen geldige waarde. Laat de maker het "
        "manifest verbeteren.",
        "snapshot/manifest.json: In het manifest heeft 'coverage.basisbedrag' geen geldige waarde. Laat de maker "
        "het manifest "
        "verbeteren.",
        "snapshot/manifest.json: In het manifest heeft 'coverage.startbedrag' geen geldige waarde. Laat de maker "
        "het manifest "
        "verbeteren.",
        "snapshot/manifest.json: In het manifest heeft 'synthetic' geen geldige waarde. Laat de maker het manifest "
        "verbeteren.",
        "snapshot/manifest.json: In het manifest ontbreekt de sleutel 'produced_by'. Laat de maker ze toevoegen.",
        "snapshot/manifest.json: Het manifest heeft een onbekende sleutel 'opmerking'. Laat de maker ze weglaten.",
    ]


@pytest.mark.parametrize(
    "write",
    [
        lambda document: json.dumps(document).encode(),
        lambda document: canonical_json(document) + b"\n",
        lambda document: canonical_json(document).replace(
            b'"schema_version":1', b'"schema_version":1,"schema_version":1'
        ),
        lambda document: canonical_json(
            {
                **document,
                "coverage": {**document["coverage"], "startbedrag": {"first": "2019-01-01", "last": "2025-11-03"}},
            }
        ),
    ],
    ids=["spaces", "newline", "a key twice", "python's names"],
)
def test_json_that_is_not_canonical(made: Maker, write: Callable[[dict[str, Any]], bytes]) -> None:
    resign(made, write(json.loads((made.folder / "manifest.json").read_bytes())))
    assert refusal(made) == (
        "E411",
        "snapshot/manifest.json: Het manifest is geen canonieke JSON (UTF-8, gesorteerde sleutels, geen spaties). "
        "Laat de "
        "maker het opnieuw schrijven.",
    )


NAME_FAULT = (
    "{name}: Deze bestandsnaam is niet toegelaten: een pad binnen de map met letters, cijfers, '_', '-', '=' en "
    "'.', dat "
    "eindigt op .parquet. Gebruik deze snapshot niet en vraag ze opnieuw."
)


@pytest.mark.parametrize(
    "name",
    ["/etc/persoon.parquet", "../persoon.parquet", "a/../../persoon.parquet", "persoon.csv", "*.parquet",
     "a//b.parquet", ".verborgen.parquet", "pers\noon.parquet", "C:\\persoon.parquet"],
)  # fmt: skip
def test_a_file_name_that_leads_elsewhere(made: Maker, name: str) -> None:
    rewrite(made, lambda document: document["files"][0].update(name=name))
    assert refusal(made) == ("E415", NAME_FAULT.format(name=name))


def test_a_file_twice(made: Maker) -> None:
    rewrite(made, lambda document: document["files"].append(document["files"][0]))
    assert refusal(made) == (
        "E415",
        "basisbedrag.parquet: Dit bestand staat twee keer in het manifest. Gebruik deze snapshot niet en vraag ze "
        "opnieuw.",
    )


def test_a_link_out_of_the_folder(made: Maker) -> None:
    outside = made.folder.parent / "elders.parquet"
    (made.folder / "persoon.parquet").rename(outside)
    (made.folder / "persoon.parquet").symlink_to(outside)
    assert refusal(made) == (
        "E415",
        "persoon.parquet: Dit bestand is een verwijzing naar buiten de map van de snapshot. Gebruik deze snapshot "
        "niet en "
        "vraag ze opnieuw.",
    )


def test_a_table_too_few_and_one_too_many(made: Maker) -> None:
    rewrite(made, lambda document: document["files"][0].update(table="verblijfstitel"))
    assert refusal(made) == (
        "E415",
        "snapshot/manifest.json: De tabel 'basisbedrag' heeft geen bestand. Ook een lege tabel is een bestand, met "
        "0 rijen: "
        "vraag een volledige snapshot.\n"
        "snapshot/manifest.json: De tabel 'verblijfstitel' staat niet in 'coverage' en hoort niet bij de personen en "
        "dossiers: vraag een juiste snapshot.",
    )


def test_info(made: Maker) -> None:
    snapshot = made.open()
    facts = info(snapshot)
    assert facts["snapshot"] == "proef"
    assert facts["hash"] == snapshot.hash
    assert facts["getrokken_op"] == "2025-11-03"
    assert facts["synthetisch"] is True
    assert facts["ondertekenaar"] == fingerprint(made.key.public_key())
    assert facts["gemaakt_door"] == "test"
    assert isinstance(facts["tabellen"], dict)
    assert facts["tabellen"]["basisbedrag"] == 6
    assert isinstance(facts["dekking"], dict)
    assert facts["dekking"]["schooltoeslag"] == {"van": "2022-2023", "tot_en_met": "2025-2026"}
    assert json.loads(json.dumps(facts)) == facts
    text = info_text(snapshot).splitlines()
    assert text[0] == "Snapshot proef (synthetisch)"
    assert f"  ondertekend    sleutel {snapshot.signer}" in text
    assert "  basisbedrag                        6" in text
    assert "  schooltoeslag         2022-2023 tot en met 2025-2026" in text


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2024-02", "2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024-2025", "2025-2026", (date(2024, 9, 1), date(2026, 8, 31))),
        ("2024-02-03", "2024-02-04", (date(2024, 2, 3), date(2024, 2, 4))),
    ],
)
def test_the_days_of_a_coverage(first: str, last: str, days: tuple[date, date]) -> None:
    assert Coverage(first=first, last=last).days == days


@pytest.mark.parametrize(
    "bounds", [("2024-13", "2025-01"), ("2024-2026", "2025-2026"), ("2024-W01-1", "2025-01-01"), ("", "")]
)
def test_a_coverage_that_is_none(bounds: tuple[str, str]) -> None:
    with pytest.raises(ValueError):
        Coverage(first=bounds[0], last=bounds[1])
