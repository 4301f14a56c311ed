"""A selection on disk: private, whole, the same every time, and checked when read."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from selection_world import World, definition

from groeibrief.artefacts import sha256_file
from groeibrief.errors import NothingSelectedError, RefusedError, UsageError
from groeibrief.selection import Selection, SelectionManifest, read_selection, write_selection


@pytest.fixture
def selection(world: World) -> Selection:
    world.family(7, world.person(71, "Kanarievogel", straat="Canarystraat"), world.person(72, straat="Canarystr."))
    world.family(8, None)
    return world.select()


def test_write_and_read(selection: Selection, tmp_path: Path) -> None:
    out = tmp_path / "uit"
    manifest = write_selection(selection, out, definition(), {"definitie.yaml": b"doelgroep: proef\n"})
    assert sorted(path.name for path in out.iterdir()) == ["definitie.yaml", "recipients.parquet", "selectie.json"]
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    stored = read_selection(out)
    assert stored.manifest == manifest
    assert stored.recipients.equals(selection.recipients)
    assert stored.attachments == {"definitie.yaml": b"doelgroep: proef\n"}
    assert pq.read_table(out / "recipients.parquet").column_names == [
        "volgnummer", "dossier_id", "persoon_ids", "regels", "kind_ids", "aanschrijving", "postcode",
    ]  # fmt: skip


def test_the_manifest_says_what_was_done_and_names_nobody(selection: Selection, tmp_path: Path) -> None:
    out = tmp_path / "uit"
    write_selection(selection, out, definition())
    text = (out / "selectie.json").read_text()
    content = json.loads(text)
    assert content.pop("inhoud")
    assert content.pop("bestanden") == {"recipients.parquet": sha256_file(out / "recipients.parquet")}
    assert content.pop("beleid") == selection.policy
    waterfall = content.pop("waterval")
    assert waterfall[0] == {"stap": "geselecteerd", "geadresseerden": 3, "gezinnen": 2}
    assert len(waterfall) == 16
    assert content == {
        "versie": 1,
        "doelgroep": "proef",
        "voorwaarden": "v" * 64,
        "definitie": "d" * 64,
        "sjabloon": "proef",
        "eenheid": "gezin",
        "peildatum": "2025-11-01",
        "snapshot": "proef-1",
        "extracted_on": "2025-11-03",
        "synthetisch": True,
        "engine": "proef",
        "lijsten": [],
        "gezinnen": 2,
        "kinderen": 2,
        "niet_te_beoordelen": 2,
        "zonder_woonplaats": 3,
        "brieven": 1,
    }
    assert "Kanarievogel" not in text
    assert "Canary" not in text


def test_the_same_selection_is_the_same_bytes(selection: Selection, tmp_path: Path) -> None:
    for name in ("een", "twee"):
        write_selection(selection, tmp_path / name, definition())
    for name in ("recipients.parquet", "selectie.json"):
        assert (tmp_path / "een" / name).read_bytes() == (tmp_path / "twee" / name).read_bytes()


def test_an_empty_selection_is_not_written(world: World, tmp_path: Path) -> None:
    world.family(8, None)
    with pytest.raises(NothingSelectedError) as caught:
        write_selection(world.select(), tmp_path / "uit", definition())
    assert caught.value.exit_code == 6
    assert not (tmp_path / "uit").exists()


def test_an_existing_folder_is_not_overwritten(selection: Selection, tmp_path: Path) -> None:
    write_selection(selection, tmp_path / "uit", definition())
    with pytest.raises(UsageError) as caught:
        write_selection(selection, tmp_path / "uit", definition())
    assert caught.value.code == "E210"


@pytest.mark.parametrize("name", ["recipients.parquet", "selectie.json", "../elders.txt", "a/b"])
def test_an_attachment_has_a_name_of_its_own(selection: Selection, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="attachment"):
        write_selection(selection, tmp_path / "uit", definition(), {name: b""})


def test_a_folder_without_a_selection(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        read_selection(tmp_path)
    assert caught.value.code == "E570"
    assert str(caught.value) == (
        f"{tmp_path} is geen map met een selectie: selectie.json kan niet gelezen worden: het bestaat niet. "
        "Selecteer opnieuw."
    )


def test_a_manifest_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "selectie.json").write_text("{}")
    with pytest.raises(RefusedError) as caught:
        read_selection(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is geen map met een selectie: selectie.json is niet in orde. Selecteer opnieuw."
    )


def test_recipients_that_are_gone(selection: Selection, tmp_path: Path) -> None:
    out = tmp_path / "uit"
    write_selection(selection, out, definition())
    (out / "recipients.parquet").unlink()
    with pytest.raises(RefusedError) as caught:
        read_selection(out)
    assert str(caught.value) == (
        f"{out} is geen map met een selectie: recipients.parquet kan niet gelezen worden: het bestaat niet. "
        "Selecteer opnieuw."
    )


@pytest.mark.parametrize("name", ["recipients.parquet", "selectie.json"])
def test_one_changed_byte(selection: Selection, tmp_path: Path, name: str) -> None:
    out = tmp_path / "uit"
    write_selection(selection, out, definition())
    data = (out / name).read_bytes()
    changed = data.replace(b'"brieven":1', b'"brieven":2') if name == "selectie.json" else data[:-1] + b"\0"
    assert changed != data
    (out / name).write_bytes(changed)
    with pytest.raises(RefusedError) as caught:
        read_selection(out)
    assert caught.value.code == "E571"
    assert str(caught.value) == f"{name} in {out} is gewijzigd sinds de selectie. Selecteer opnieuw."


def forged(folder: Path, manifest: SelectionManifest, **changes: object) -> None:
    """Write a manifest whose own hash is right."""
    manifest = manifest.model_copy(update=changes)
    manifest = manifest.model_copy(update={"inhoud": manifest.digest()})
    (folder / "selectie.json").write_text(manifest.model_dump_json())


def test_a_manifest_without_recipients(selection: Selection, tmp_path: Path) -> None:
    out = tmp_path / "uit"
    forged(out, write_selection(selection, out, definition()), bestanden={})
    with pytest.raises(RefusedError) as caught:
        read_selection(out)
    assert (caught.value.code, "selectie.json is niet in orde" in str(caught.value)) == ("E570", True)


def test_a_manifest_of_another_number_of_letters(selection: Selection, tmp_path: Path) -> None:
    out = tmp_path / "uit"
    forged(out, write_selection(selection, out, definition()), brieven=2)
    with pytest.raises(RefusedError) as caught:
        read_selection(out)
    assert (caught.value.code, "recipients.parquet" in str(caught.value)) == ("E571", True)
