"""Bad input: a clear Dutch error, its exit code, and nothing half."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from functional_command import (
    AUDIENCE,
    BOUND,
    REPOSITORY,
    Command,
    at_most,
    content,
    half_made,
    obey_permissions,
)
from functional_world import World

TORHOUT = (REPOSITORY / "rules" / "torhout-hulp-bij-schooltoeslag.yaml").read_text()


# Definitions


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("leeftijd: {van: 3,", "leeftyd: {van: 3,", "De voorwaarde 'leeftyd' bestaat niet. Bedoelde u 'leeftijd'?"),
        (
            "sociale_toeslag}", "sociale_toelage}",
            "De bron 'sociale_toelage' bestaat niet. Bedoelde u 'sociale_toeslag'?",
        ),
        ('"31033"', '"99999"', "De NIS-code 99999 heeft nooit bestaan."),
        ("eenheid: gezin ", "eenheit: gezin ", "De sleutel 'eenheit' is hier niet bekend. Bedoelde u 'eenheid'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_definition(
    run: Command, world: World, tmp_path: Path, written: str, instead: str, told: str
) -> None:
    before, after = TORHOUT.split(written)
    path = tmp_path / "torhout-hulp-bij-schooltoeslag.yaml"
    path.write_text(before + instead + after)
    place = f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    result = run("select", path, "--snapshot", world.snapshot, "--out", tmp_path / "uit")
    assert (result.code, result.out) == (3, "")
    assert f"{place}: {told}\n" in result.err
    assert not (tmp_path / "uit").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "Het bestand is leeg."),
        (b"doelgroep: " + b"x" * 10_000_000, "Het bestand is groter dan 1000000 bytes."),
        (b"a: &x 1\nb: *x\n", "1:4: Verwijzingen met '&' en '*' zijn niet toegelaten: schrijf de waarde voluit."),
        (b"a: " + b"[" * 100_000, "1:64: Dit is dieper genest dan 60 niveaus."),
        (b"a: !!python/object/apply:os.system [id]\n", "1:4: Typeaanduidingen met '!' zijn niet toegelaten."),
        (b"titel: \xff\xfe\n", "Het bestand is geen UTF-8. Bewaar het als UTF-8."),
        (b"titel: a\0b\n", "Het bestand bevat een teken dat niet toegelaten is in YAML."),
        (b"titel: [a\n", "2:1: Dit is geen geldige YAML. Kijk na of alles juist inspringt."),
        (b"titel: a\ntitel: b\n", "2:1: De sleutel 'titel' staat hier twee keer."),
        (b"peildatum: 2025-02-30\n", "1:12: '2025-02-30' is geen bestaande datum."),
    ],
    ids=["empty", "10 MB", "alias", "deep", "tag", "latin", "nul", "open", "twice", "day"],
)
def test_a_file_that_is_no_definition(run: Command, world: World, tmp_path: Path, text: bytes, told: str) -> None:
    path = tmp_path / "doelgroep.yaml"
    path.write_bytes(text)
    result = run("count", path, "--snapshot", world.snapshot, "--exact")
    assert (result.code, result.out) == (3, "")
    place = ":" if told[0].isdigit() else ": "
    assert result.err == f"Fout E302: {path}{place}{told}\n"


@pytest.mark.parametrize("number", ["9" * 18, "9" * 40, "-1", "1e400", "3.5"])
def test_numbers_that_nobody_means(run: Command, world: World, tmp_path: Path, number: str) -> None:
    path = tmp_path / "torhout-hulp-bij-schooltoeslag.yaml"
    path.write_text(TORHOUT.replace("tot_en_met: 12", f"tot_en_met: {number}"))
    assert run("count", path, "--snapshot", world.snapshot, "--exact").code == 3


def test_a_template_that_uses_what_the_definition_does_not(run: Command, world: World, tmp_path: Path) -> None:
    for name in ("catalog", "rules", "letter_templates"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    letter = tmp_path / "letter_templates" / "informatiebrief" / "letter.j2"
    letter.write_text(letter.read_text().replace("## Hebt u interesse?", "U hebt {{ dossier.inkomen }} euro.\n"))
    checked = run("letters", "check", "informatiebrief", "--project", tmp_path)
    assert checked.code == 3
    assert "dossier" in checked.out
    audience = tmp_path / "rules" / "standaard" / AUDIENCE.name
    words = ("select", audience, *BOUND, "--snapshot", world.snapshot, "--out", tmp_path / "uit")
    refused = run(*words)
    assert (refused.code, refused.out) == (3, "")
    assert f"{letter}:" in refused.err or "informatiebrief" in refused.err
    assert not (tmp_path / "uit").exists()


# Keys


def test_wrong_keys(run: Command, world: World, tmp_path: Path) -> None:
    out = tmp_path / "open"
    trusted, key = ("--trust", world.vutg_public), ("--key", world.printer)
    cases = {
        ("verify", world.package, "--trust", world.trust): 5,
        ("verify", world.package, *trusted, "--key", world.vutg): 2,
        ("open", world.package, "--trust", world.trust, *key, "--out", out): 5,
        ("open", world.package, *trusted, "--key", world.vutg, "--out", out): 2,
        ("open", world.package, "--out", out, *key): 2,
        ("make", world.letters, "--out", out, "--recipient", world.printer, "--key", world.vutg): 2,
        ("make", world.letters, "--out", out, "--recipient", world.printer_public, "--key", world.vutg_public): 2,
    }
    for words, code in cases.items():
        assert run("package", *words).code == code, words
    assert not out.exists()
    assert half_made(tmp_path) == []


def test_the_key_of_another_print_shop(run: Command, world: World, tmp_path: Path) -> None:
    from groeibrief.printshop.seal import make_age_keys

    make_age_keys(tmp_path / "ander.key", tmp_path / "ander.pub")
    words = (world.package, "--trust", world.vutg_public, "--key", tmp_path / "ander.key")
    verified = run("package", "verify", *words)
    assert verified.code == 5
    assert "E544" in verified.out
    opened = run("package", "open", *words, "--out", tmp_path / "open")
    assert (opened.code, opened.out) == (5, "")
    assert opened.err.startswith("Fout E544: ")
    assert not (tmp_path / "open").exists()


# Where it is written


def writers(world: World, out: Path) -> dict[str, tuple[object, ...]]:
    """Every command that makes a folder, and the words that make it *out*."""
    opening = ("--trust", world.vutg_public, "--key", world.printer)
    return {
        "synth": ("snapshot", "synth", out, "--families", 500, "--key", world.signer),
        "select": world.select(out),
        "render": ("letters", "render", world.selection, "--out", out),
        "make": world.make(out),
        "open": ("package", "open", world.package, "--out", out, *opening),
    }


@pytest.mark.parametrize("name", ["synth", "select", "render", "make", "open"])
def test_an_existing_folder_is_left_alone(run: Command, world: World, tmp_path: Path, name: str) -> None:
    out = tmp_path / "bestaat"
    out.mkdir()
    (out / "belangrijk.txt").write_text("niet weg")
    result = run(*writers(world, out)[name])
    assert (result.code, result.out) == (2, "")
    assert result.err == f"Fout E210: {out} bestaat al. Kies een andere map of verwijder ze eerst.\n"
    assert content(out) == {"belangrijk.txt": b"niet weg"}


def test_an_existing_file_is_left_alone(run: Command, world: World, tmp_path: Path) -> None:
    file = tmp_path / "bestaat"
    file.write_text("niet weg")
    for name in ("synth", "select"):
        assert run(*writers(world, file)[name], "--json").error == ("E210", 2)
    assert run("ledger", "export", "--out", file, "--json").error == ("E210", 2)
    assert file.read_text() == "niet weg"
    for words in (
        ("ledger", "export", "--out", tmp_path / "weg" / "x"),
        ("letters", "preview", "informatiebrief", "--out", file / "x.png"),
    ):
        result = run(*words)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("Fout E209: ")
        assert ".deel" not in result.err


@pytest.mark.parametrize("name", ["synth", "select", "render", "make", "open"])
def test_a_full_disk(run: Command, world: World, tmp_path: Path, name: str) -> None:
    out = tmp_path / "map" / "uit"
    result = run(*writers(world, out)[name], "--json", preexec=at_most(3000))
    assert result.error == ("E750", 75)
    assert not out.exists()
    assert half_made(tmp_path) == []


def test_a_full_disk_while_preparing(run: Command, world: World, tmp_path: Path) -> None:
    store = tmp_path / "voorbereid"
    words = ("snapshot", "prepare", world.real, "--trust", world.trust, "--store", store)
    result = run(*words, "--json", preexec=at_most(6000))
    assert result.error == ("E442", 75)
    assert half_made(store) == []
    assert not [path for path in store.iterdir() if path.is_dir()]
    assert run(*words).code == 0


@pytest.mark.parametrize("name", ["synth", "select", "render", "make", "open"])
def test_a_folder_that_cannot_be_written(run: Command, world: World, tmp_path: Path, name: str) -> None:
    closed = tmp_path / "dicht"
    closed.mkdir(0o555)
    result = run(*writers(world, closed / "uit")[name], "--json", preexec=obey_permissions)
    assert result.error == ("E750", 75)
    assert list(closed.iterdir()) == []


def test_a_state_or_store_that_cannot_be_written(run: Command, world: World, tmp_path: Path) -> None:
    closed = tmp_path / "dicht"
    closed.mkdir(0o555)
    assert run(*world.count, "--state", closed / "staat", "--json", preexec=obey_permissions).error == ("E518", 75)
    result = run(*world.count, "--store", closed / "voorbereid", "--json", preexec=obey_permissions)
    assert result.error == ("E750", 75)
    assert list(closed.iterdir()) == []


def unreadable(run: Command, path: Path, words: tuple[object, ...]) -> tuple[str, int]:
    path.chmod(0)
    return run(*words, "--json", preexec=obey_permissions).error


def test_files_that_cannot_be_read(run: Command, world: World, tmp_path: Path) -> None:
    copy, count = world.copy(tmp_path)
    assert unreadable(run, copy / "persoon.parquet", count) == ("E420", 4)
    assert unreadable(run, copy / "manifest.json", count) == ("E410", 4)
    definition = tmp_path / AUDIENCE.name
    shutil.copy(AUDIENCE, definition)
    words = ("count", definition, *BOUND, "--snapshot", world.snapshot, "--exact")
    assert unreadable(run, definition, words)[1] == 2
    selection = tmp_path / "selectie"
    shutil.copytree(world.selection, selection)
    words = ("letters", "render", selection, "--out", tmp_path / "brieven")
    assert unreadable(run, selection / "recipients.parquet", words) == ("E570", 5)
    letters = tmp_path / "gemaakt"
    shutil.copytree(world.letters, letters)
    assert unreadable(run, letters / "brieven-0001.pdf", world.make(tmp_path / "pakket", letters)) == ("E750", 75)
    assert not (tmp_path / "pakket").exists()


# Folders that are not what they should be


def change(name: str, spoil: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(spoil((folder / name).read_bytes()))  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("name", "spoil", "code"),
    [
        ("recipients.parquet", lambda data: data[:-1], "E571"),
        ("selectie.json", lambda data: data.replace(b'"brieven":', b'"brieven":1'), "E571"),
        ("selectie.json", lambda data: b"{" * 100_000, "E570"),
        ("sociale-toeslag.yaml", lambda data: data + b"#", "E571"),
        ("invulling.json", lambda data: data + b" ", "E571"),
    ],
)
def test_a_selection_that_changed_gives_no_letters(
    run: Command, world: World, tmp_path: Path, name: str, spoil: Callable[[bytes], bytes], code: str
) -> None:
    selection = tmp_path / "selectie"
    shutil.copytree(world.selection, selection)
    change(name, spoil)(selection)
    result = run("letters", "render", selection, "--out", tmp_path / "brieven", "--json")
    assert result.error == (code, 5)
    assert not (tmp_path / "brieven").exists()


@pytest.mark.parametrize(
    ("name", "spoil", "error"),
    [
        ("brieven-0001.pdf", lambda data: data[:-10], ("E573", 5)),
        ("brieven-0001.pdf", lambda data: data.replace(b"/Type", b"/Tipe", 1), ("E573", 5)),
        ("stukken.csv", lambda data: data.replace(b";2\n", b";3\n", 1), ("E559", 5)),
        ("brieven.json", lambda data: b"[" * 100_000, ("E247", 2)),
    ],
)
def test_letters_that_changed_give_no_package(
    run: Command,
    world: World,
    tmp_path: Path,
    name: str,
    spoil: Callable[[bytes], bytes],
    error: tuple[str, int],
) -> None:
    letters = tmp_path / "brieven"
    shutil.copytree(world.letters, letters)
    change(name, spoil)(letters)
    assert run(*world.make(tmp_path / "pakket", letters), "--json").error == error
    assert not (tmp_path / "pakket").exists()


def test_folders_of_another_kind(run: Command, world: World, tmp_path: Path) -> None:
    assert run("letters", "render", world.letters, "--out", tmp_path / "x", "--json").error == ("E570", 5)
    assert run(*world.make(tmp_path / "x", world.selection), "--json").error == ("E247", 2)
    assert run("package", "verify", tmp_path / "weg", "--trust", world.vutg_public, "--json").error == ("E246", 2)
    assert run("snapshot", "verify", world.letters, "--json").error == ("E410", 4)
    assert run("letters", "check", "../../catalog", "--json").error == ("E601", 3)


@pytest.mark.parametrize(
    "words",
    [
        ("--families", "9" * 30), ("--families", "0"), ("--families", "veel"), ("--seed", "9" * 30), ("--seed", "-1"),
        ("--extracted-on", "2021-12-31"), ("--extracted-on", "vandaag"),
    ],
)  # fmt: skip
def test_numbers_on_the_command_line(run: Command, tmp_path: Path, words: tuple[str, ...]) -> None:
    assert run("snapshot", "synth", tmp_path / "uit", *words, "--json").error[1] == 2
    assert list(tmp_path.iterdir()) == []


# Two at once


@pytest.mark.parametrize("name", ["select", "render", "make"])
def test_two_runs_at_once_into_one_folder(run: Command, world: World, tmp_path: Path, name: str) -> None:
    out = tmp_path / "uit"
    words = writers(world, out)[name]
    both = [run.start(*words) for _ in range(2)]
    results = [run.judged([], one.returncode, *streams) for one in both for streams in [one.communicate(timeout=60)]]
    assert sorted(result.code for result in results) == [0, 2]
    assert "Fout E210: " in max(results, key=lambda result: result.code).err
    assert half_made(tmp_path) == []


def test_two_counts_at_once_prepare_once(run: Command, world: World, tmp_path: Path) -> None:
    _, count = world.copy(tmp_path)
    both = [run.start(*count, "--json") for _ in range(2)]
    results = [one.communicate(timeout=60)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert results[0] == results[1]
    assert len([path for path in (tmp_path / "voorbereid").iterdir() if path.is_dir()]) == 1
    assert run("ledger", "verify", "--json").json == {"geldig": True, "regels": 2, "reden": None, "vanaf": None}
