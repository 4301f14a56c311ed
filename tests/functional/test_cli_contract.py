"""CLI.md, sentence by sentence: keys, exit codes, what stands on which stream."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from functional_command import AUDIENCE, BOUND, CITIES, PROGRAM, REPOSITORY, STANDARD, Command, content
from functional_world import World, sign

from groeibrief.keys import read_private_key

COUNT_KEYS = {
    "eenheid", "gezinnen", "kinderen", "niet_te_beoordelen", "zonder_woonplaats", "voorwaarden", "definitie",
    "snapshot", "engine",
}  # fmt: skip
STEPS = [
    "geselecteerd", "kind_overleden", "instelling", "geen_gerechtigde", "overleden", "buitenland", "adres_onvolledig",
    "buiten_gemeente", "geheim_adres", "adres_via_derde", "verzet", "beschermd", "reeds_aangeschreven",
    "brieven_per_persoon", "samengevoegd", "brieven",
]  # fmt: skip
SHA256 = re.compile(r"[0-9a-f]{64}")
FINDING = {"bestand", "regel", "kolom", "gevonden", "verwacht", "bedoelde"}


def synthetic_count(world: World, *more: object) -> tuple[object, ...]:
    return ("count", AUDIENCE, *BOUND, "--snapshot", world.snapshot, *more)


def test_an_exact_count(world: World) -> None:
    answer = world.run(*synthetic_count(world, "--exact", "--json")).json
    assert answer.keys() >= COUNT_KEYS
    assert (answer["eenheid"], answer["engine"], answer["synthetisch"]) == ("gezin", "duckdb", True)
    assert 10 < answer["gezinnen"] < answer["kinderen"]
    assert SHA256.fullmatch(answer["voorwaarden"])
    assert SHA256.fullmatch(answer["definitie"])
    assert answer["snapshot"] == "synth-2025-11-03-2000-1"


def test_the_reference_engine_counts_the_same(world: World) -> None:
    first, second = (
        world.run(*synthetic_count(world, "--exact", "--json", "--engine", engine)).json
        for engine in ("duckdb", "reference")
    )
    assert second.pop("engine") == "reference"
    assert first.pop("engine") == "duckdb"
    assert first == second


def test_a_count_as_a_municipality(run: Command, world: World) -> None:
    words = [word for nis in CITIES for word in ("--as-municipality", nis)]
    first = run(*synthetic_count(world, *words, "--json")).json
    assert first.keys() >= {"gezinnen", "telbeurten", "eerder_gesteld", "voorwaarden", "snapshot"}
    assert first["gezinnen"].keys() in ({"ongeveer", "van", "tot"}, {"minder_dan"})
    assert first["telbeurten"].keys() == {"gebruikt", "over", "vanaf"}
    assert (first["eerder_gesteld"], first["synthetisch"], "kinderen" in first) == (False, True, False)
    second = run(*synthetic_count(world, *words, "--kinderen", "--json")).json
    assert second["gezinnen"] == first["gezinnen"], "asking again gives the same answer"
    assert second["kinderen"].keys() in ({"ongeveer", "van", "tot"}, {"minder_dan"})
    assert second["telbeurten"]["gebruikt"] == first["telbeurten"]["gebruikt"] + 1


def test_another_municipality_is_refused(run: Command, world: World) -> None:
    result = run(*synthetic_count(world, "--as-municipality", "31033", "--json"))
    assert result.error == ("E510", 5)


@pytest.mark.parametrize("roles", [(), ("--exact", "--as-municipality", "11002")])
def test_a_count_asks_for_one_role(run: Command, world: World, roles: tuple[str, ...]) -> None:
    result = run(*synthetic_count(world, *roles))
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "Fout E204: Zeg voor wie u telt: --exact (analist) of --as-municipality NIS (gemeente), één van beide.\n"
    )
    assert run(*synthetic_count(world, *roles, "--json")).error == ("E204", 2)


def test_a_selection(world: World, tmp_path: Path) -> None:
    out = tmp_path / "selectie"
    answer = world.run("select", AUDIENCE, *BOUND, "--snapshot", world.snapshot, "--out", out, "--json").json
    assert answer.keys() >= {*COUNT_KEYS, "waterval", "brieven", "uit"}
    assert [step["stap"] for step in answer["waterval"]] == STEPS
    assert all(step.keys() == {"stap", "geadresseerden", "gezinnen"} for step in answer["waterval"])
    assert (answer["uit"], answer["synthetisch"]) == (str(out), True)
    recipients = pq.read_table(out / "recipients.parquet")
    assert {"volgnummer", "dossier_id", "persoon_ids", "regels", "kind_ids"} <= set(recipients.column_names)
    assert len(recipients) == answer["brieven"] == answer["waterval"][-1]["geadresseerden"]
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    letters = tmp_path / "brieven"
    rendered = world.run("letters", "render", out, "--out", letters, "--json").json
    assert (rendered["brieven"], rendered["uit"], rendered["synthetisch"]) == (answer["brieven"], str(letters), True)


def test_verifying_a_snapshot(world: World) -> None:
    answer = world.run("snapshot", "verify", world.snapshot, "--json").json
    assert answer == {"geldig": True, "snapshot": "synth-2025-11-03-2000-1", "synthetisch": True, "regels": []}
    real = world.run("snapshot", "verify", world.real, "--trust", world.trust, "--json").json
    assert (real["geldig"], real["synthetisch"]) == (True, False)
    assert {rule["regel"] for rule in real["regels"]} == {"insz"}, "canaries have no valid number"
    assert all(rule.keys() == {"regel", "ernst", "tabel", "aantal", "voorbeelden"} for rule in real["regels"])


def test_verifying_a_package(world: World) -> None:
    clear = world.run("package", "verify", world.package, "--trust", world.vutg_public, "--json").json
    whole = world.run(
        "package", "verify", world.package, "--trust", world.vutg_public, "--key", world.printer, "--json"
    ).json
    fixed = {"geldig", "stukken", "paginas", "sha256", "ondertekenaar", "fouten"}
    assert clear.keys() >= fixed
    assert {key: clear[key] for key in fixed} == {key: whole[key] for key in fixed}
    assert (clear["geldig"], clear["fouten"]) == (True, [])
    assert clear["stukken"] == json.loads((world.letters / "brieven.json").read_bytes())["brieven"]


def test_the_catalogue(run: Command) -> None:
    answer = run("catalog", "list", "--json").json
    assert answer.keys() >= {"versie", "bronnen"}
    assert len(answer["bronnen"]) == 9
    for source in answer["bronnen"]:
        assert source.keys() >= {"bron", "naam", "soort_periode", "gevoelig", "universeel", "velden"}
        assert all(part.keys() >= {"veld", "soort"} for part in source["velden"])


def test_an_error_has_the_same_shape_everywhere(run: Command, world: World, tmp_path: Path) -> None:
    broken = tmp_path / "sociale-toeslag.yaml"
    broken.write_text(AUDIENCE.read_text().replace("eenheid: gezin", "eenheit: gezin"))
    errors = [
        run("count", broken, *BOUND, "--snapshot", world.snapshot, "--exact", "--json"),
        run("catalog", "show", "schooltoelage", "--json"),
        run("snapshot", "info", tmp_path / "weg", "--json"),
        run("onbestaand", "--json"),
    ]
    assert [result.code for result in errors] == [3, 2, 4, 2]
    for result in errors:
        assert result.json.keys() >= {"fout"}
        assert result.json["fout"].keys() == {"code", "exit", "meldingen"}
        assert all(finding.keys() >= FINDING for finding in result.json["fout"]["meldingen"])
    assert "eenheid" in [finding["bedoelde"] for finding in errors[0].json["fout"]["meldingen"]]
    assert errors[1].json["fout"]["meldingen"][0]["bedoelde"] == "schooltoeslag"


def test_nothing_selected(run: Command, world: World, tmp_path: Path) -> None:
    words = ("select", STANDARD / "wezen.yaml", "--gemeente", "73109", "--peildatum", "2025-11-01")
    result = run(*words, "--snapshot", world.snapshot, "--out", tmp_path / "leeg", "--json")
    assert result.error == ("E640", 6)
    assert not (tmp_path / "leeg").exists()


@pytest.mark.parametrize("day", ["2026-01-01", "2021-01-01"])
def test_a_question_that_the_snapshot_does_not_cover(run: Command, world: World, day: str) -> None:
    words = ("count", AUDIENCE, "--gemeente", "11002", "--peildatum", day, "--snapshot", world.snapshot, "--exact")
    assert run(*words, "--json").error[1] == 4
    assert not (run.home / "staat" / "tellingen").exists()


def test_a_full_output_says_so(run: Command) -> None:
    for words in (("catalog", "list"), ("catalog", "list", "--json")):
        with Path("/dev/full").open("w") as full:
            ended = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, env=run.environment)
        assert ended.returncode == 75
        assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize("words", [("catalog", "list"), ("catalog", "show", "x"), ("catalog", "show", "x", "--json")])
def test_streams_that_are_closed_do_not_change_the_outcome(run: Command, words: tuple[str, ...]) -> None:
    closed = subprocess.run(["/bin/sh", "-c", 'exec "$@" >&- 2>&-', "sh", PROGRAM, *words], env=run.environment)
    assert closed.returncode == run(*words).code


def test_a_reader_who_stops_early_is_no_error(run: Command) -> None:
    ended = subprocess.run(
        ["/bin/bash", "-c", f"{PROGRAM} catalog list --json | head -1; exit ${{PIPESTATUS[0]}}"],
        env=run.environment,
        capture_output=True,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"{\n", b"")


def test_json_is_utf_8_in_any_locale(run: Command) -> None:
    other = {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert run("catalog", "list", "--json", environment=other).json == run("catalog", "list", "--json").json
    assert run("catalog", "show", "zorgtoeslag", environment=other).code == 0


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_an_argument_that_is_no_text(run: Command, more: tuple[str, ...]) -> None:
    result = run("catalog", "show", os.fsdecode(b"\xff\xfe"), *more)
    assert result.code == 2
    told = "Het 3e woord van de opdracht is geen UTF-8. Schrijf het anders, of hernoem het bestand."
    assert told in (result.err or result.out)


# Binding, projects, and running from elsewhere


def test_a_standard_audience_is_bound_by_the_command(world: World) -> None:
    def count(*more: str) -> dict[str, object]:
        words = ("count", AUDIENCE, "--snapshot", world.snapshot, "--exact", "--json", "--peildatum", "2025-11-01")
        answer: dict[str, object] = world.run(*words, *more).json
        return answer

    one, two = count("--gemeente", "11002"), count("--gemeente", "11002", "--gemeente", "44021")
    young = count("--gemeente", "11002", "--param", "leeftijd_tot=5")
    assert one["gezinnen"] < two["gezinnen"]  # type: ignore[operator]
    assert young["kinderen"] < one["kinderen"]  # type: ignore[operator]
    assert len({answer["voorwaarden"] for answer in (one, two, young)}) == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--gemeente", "11002"), ("E365", 3)),
        (("--peildatum", "2025-11-01"), ("E365", 3)),
        ((*BOUND, "--param", "leeftijd"), ("E205", 2)),
        ((*BOUND, "--param", "leeftijd_tot=" + 400 * "9"), ("E366", 2)),
        ((*BOUND, "--param", "leeftijd_tot=\x01"), ("E366", 2)),
        ((*BOUND, "--param", "iets=1"), ("E366", 2)),
        (("--gemeente", "99999", "--peildatum", "2025-11-01"), ("E366", 2)),
        (("--gemeente", "9" * 5000, "--peildatum", "2025-11-01"), ("E366", 2)),
        (("--gemeente", "11002", "--peildatum", "2025-02-30"), ("E200", 2)),
        (("--gemeente", "11002", "--peildatum", "20251101"), ("E200", 2)),
        (("--gemeente", "11002", "--peildatum", "0001-01-01"), ("E200", 2)),
        (("--gemeente", "11002", "--peildatum", "9999-12-31"), ("E200", 2)),
        ((*BOUND, "--engine", "x"), ("E202", 2)),
    ],
)
def test_a_binding_that_does_not_fit(run: Command, world: World, words: tuple[str, ...], code: tuple[str, int]) -> None:
    result = run("count", AUDIENCE, "--snapshot", world.snapshot, "--exact", "--json", *words)
    assert result.error == code


def project(folder: Path) -> Path:
    for name in ("catalog", "rules", "letter_templates"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return folder


def test_the_nearest_project_above_the_definition_counts(run: Command, world: World, tmp_path: Path) -> None:
    near, other = project(tmp_path / "mijn"), project(tmp_path / "ander")
    concept = Path("rules", "begrippen", "sociaal-kwetsbaar-kind.yaml")
    (near / concept).write_text(
        (near / concept).read_text().replace("heeft: {bron: sociale_toeslag", "heeft: {bron: s")
    )
    words = (*BOUND, "--snapshot", world.snapshot, "--exact", "--json")
    inside = near / "rules" / "standaard" / "sociale-toeslag.yaml"
    assert run("count", inside, *words, "--project", other).code == 3, "its own project comes before --project"
    loose = tmp_path / "sociale-toeslag.yaml"
    shutil.copy(AUDIENCE, loose)
    assert run("count", loose, *words, "--project", near).code == 3
    assert run("count", loose, *words, "--project", other).code == 0
    assert run("count", loose, *words).code == 0, "the shipped project"
    assert run("count", loose, *words, "--project", tmp_path).error == ("E303", 3)


def test_the_package_runs_alone(run: Command, world: World, tmp_path: Path) -> None:
    """As from a wheel: the content inside the package, another working directory, nothing of the repository."""
    installed = tmp_path / "site"
    shutil.copytree(REPOSITORY / "engine" / "groeibrief", installed / "groeibrief")
    project(installed / "groeibrief" / "content")
    definition = tmp_path / "sociale-toeslag.yaml"
    shutil.copy(AUDIENCE, definition)
    start = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); import groeibrief.cli as c; print(c.__file__); c.main()"
    )
    words = ["count", definition, *BOUND, "--snapshot", world.snapshot, "--exact", "--json"]
    ended = subprocess.run(
        [sys.executable, "-c", start, *map(str, words)], env=run.environment, cwd="/", capture_output=True, text=True
    )
    file, answer = ended.stdout.split("\n", 1)
    assert file.startswith(str(installed))
    expected = world.run(*synthetic_count(world, "--exact", "--json")).json
    assert json.loads(answer) == expected


def test_a_template_beside_the_project_of_the_selection(world: World, tmp_path: Path) -> None:
    """What a selection was made with is found again, wherever the letters are made."""
    out = tmp_path / "brieven"
    assert (
        world.run("letters", "render", world.selection, "--out", out, "--insert", "folder=8", cwd=Path("/")).code == 0
    )
    assert content(out) == content(world.letters)


# Trust


def test_a_synthetic_snapshot_is_trusted_by_the_key_beside_it(run: Command, world: World, tmp_path: Path) -> None:
    for folder in ("met", "zonder"):
        shutil.copytree(world.snapshot, tmp_path / folder / "proef")
    shutil.copy(world.snapshot.parent / "synthetisch.pub", tmp_path / "met")
    assert run("snapshot", "info", tmp_path / "met" / "proef", "--json").json["synthetisch"] is True
    assert run("snapshot", "info", tmp_path / "zonder" / "proef", "--json").error == ("E414", 4)


def test_a_real_snapshot_is_trusted_by_what_is_given_only(run: Command, world: World, tmp_path: Path) -> None:
    copy = tmp_path / "echt" / "snapshot"
    shutil.copytree(world.real, copy)
    shutil.copy(world.trust, tmp_path / "echt" / "bron.pub")
    for command in ("info", "verify", "prepare"):
        assert run("snapshot", command, copy, "--json").error == ("E414", 4)
        assert run("snapshot", command, copy, "--trust", world.vutg_public, "--json").error == ("E413", 4)
    trusted = {"GROEIBRIEF_TRUST": str(world.trust)}
    assert run("snapshot", "info", copy, "--json", environment=trusted).json["synthetisch"] is False


def test_a_real_snapshot_cannot_call_itself_synthetic(run: Command, world: World, tmp_path: Path) -> None:
    copy = tmp_path / "echt" / "snapshot"
    shutil.copytree(world.real, copy)
    shutil.copy(world.trust, tmp_path / "echt" / "bron.pub")
    told = (copy / "manifest.json").read_text()
    (copy / "manifest.json").write_text(told.replace('"synthetic":false', '"synthetic":true'))
    assert run("snapshot", "info", copy, "--json").error == ("E413", 4)
    sign(copy, read_private_key(world.signer), synthetic=True)
    assert run("snapshot", "info", copy, "--json").json["synthetisch"] is True, "what its maker signed"


def test_every_text_says_synthetic(run: Command, world: World, tmp_path: Path) -> None:
    keys = ("--recipient", world.printer_public, "--key", world.vutg)
    reader = ("--trust", world.vutg_public, "--key", world.printer)
    snapshot, selection, letters, package = (tmp_path / name for name in ("s", "selectie", "brieven", "pakket"))
    told = [
        run("snapshot", "synth", snapshot, "--families", 50),
        run("snapshot", "verify", snapshot),
        run("snapshot", "info", snapshot),
        run("snapshot", "prepare", world.snapshot),
        run(*synthetic_count(world, "--exact")),
        run(*synthetic_count(world, *(word for nis in CITIES for word in ("--as-municipality", nis)))),
        run("select", AUDIENCE, *BOUND, "--snapshot", world.snapshot, "--out", selection),
        run("letters", "render", selection, "--out", letters),
        run("package", "make", letters, "--out", package, *keys),
        run("package", "verify", package, "--trust", world.vutg_public),
        run("package", "verify", package, *reader),
        run("package", "open", package, "--out", tmp_path / "open", *reader),
    ]
    assert [result.code for result in told] == [0] * len(told)
    silent = [result.out for result in told if "synthetisch" not in result.out.casefold()]
    assert silent == []


def test_no_text_of_real_families_says_synthetic(world: World, tmp_path: Path) -> None:
    run, out = world.run, tmp_path / "selectie"
    told = [
        run("snapshot", "info", world.real, "--trust", world.trust),
        run(*world.count),
        run(*world.select(out)),
        run("letters", "render", out, "--out", tmp_path / "brieven"),
        run(*world.make(tmp_path / "pakket")),
        run("package", "verify", world.package, "--trust", world.vutg_public),
    ]
    assert [result.code for result in told] == [0] * len(told)
    assert [result.out for result in told if "synthetisch" in result.out] == []
