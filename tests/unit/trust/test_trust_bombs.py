"""What the suite on bad input found, each in small."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import zlib
from datetime import date
from pathlib import Path

import click
import pytest

from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.documents import keep_decision
from groeibrief.casework.policy import Limits, load_casework_policy
from groeibrief.catalog import Project
from groeibrief.cli.options import FILE, FILE_OR_FOLDER, FOLDER, NEW_PATH, Place
from groeibrief.cli.output import print_error, show
from groeibrief.errors import DefinitionError, UsageError
from groeibrief.letters.logo import load_logo
from groeibrief.snapshot.session import locked_session

PROJECT = Project(Path(__file__).parents[3])
KBO = "0123.456.749"


def pdf_bomb(size: int) -> bytes:
    """A PDF of a page whose content unpacks to *size* bytes."""
    packed = zlib.compress(b"0 0 9 9 re f\n" * (size // 13), 9)
    head = (
        b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj\n4 0 obj"
    )
    content = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n" % (len(packed), packed)
    return head + content + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def test_a_logo_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "letter_templates" / "_logo"
    folder.mkdir(parents=True)
    (folder / "0123456749.pdf").write_bytes(pdf_bomb(100_000_000))
    with pytest.raises(DefinitionError) as error:
        load_logo(Project(tmp_path), KBO)
    assert error.value.code == "E653"
    assert "De PDF is te ingewikkeld om te tekenen. Maak ze eenvoudiger, of bewaar ze als PNG." in str(error.value)
    assert load_logo(Project(tmp_path), "") is None


def test_a_decision_is_not_unpacked(tmp_path: Path) -> None:
    limits: Limits = load_casework_policy(PROJECT).grenzen
    data = pdf_bomb(100_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(data) < limits.besluit_bytes
    assert keep_decision(Cabinet(tmp_path), data, "A 1", date(2026, 1, 2), limits).pages == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("kind", [FILE, FILE_OR_FOLDER, NEW_PATH, FOLDER])
def test_a_pipe_or_a_device_is_no_file(kind: Place, tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pijp", tmp_path / "kring"
    os.mkfifo(pipe)
    with pytest.raises(click.BadParameter, match="geen gewoon bestand en geen map"):
        kind.convert(str(pipe), None, None)
    with pytest.raises(click.BadParameter, match="geen gewoon bestand en geen map"):
        kind.convert("/dev/zero", None, None)
    if kind is not FILE:
        with pytest.raises(click.BadParameter, match="pijp' is geen gewoon bestand en geen map"):
            kind.convert(str(tmp_path), None, None)
        pipe.unlink()
        loop.symlink_to(loop)
        with pytest.raises(click.BadParameter, match="kring' is geen gewoon bestand en geen map"):
            kind.convert(str(tmp_path), None, None)


def test_what_cannot_be_seen_is_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(UsageError("E200", "a\nFout E100: b\x1b[2J \u202ec"), as_json=False)
    assert capsys.readouterr().err == "Fout E200: a\\nFout E100: b\\x1b[2J \\u202ec\n"
    show({}, "één\n\ttwee\x9b\u2066", as_json=False)
    assert capsys.readouterr().out == "één\n\ttwee\\x9b\\u2066\n"


def test_a_word_that_is_no_utf_8() -> None:
    program = Path(sys.executable).with_name("groeibrief")
    done = subprocess.run([program, "count", b"a\xff"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "Fout E200: Het 2e woord van de opdracht is geen UTF-8. Schrijf het anders, of hernoem het bestand.\n",
    )


def test_spilled_rows_cannot_be_read_and_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with locked_session(memory_limit="30MB") as session:
        session.execute("CREATE TABLE t AS SELECT 'Kanarie' || n AS a, md5(n::VARCHAR) AS b FROM range(800_000) r(n)")
        spilled = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert sum(map(len, spilled)) > 1_000_000
        assert not [data for data in spilled if b"Kanarie" in data]
    assert list(tmp_path.iterdir()) == []


def test_a_crash_leaves_no_memory_behind() -> None:
    """Nor does a process that a command starts."""
    code = (
        "import os, resource, sys, groeibrief.cli as cli\ncli._leave_no_memory_behind()\n"
        "sys.stdout.flush(); os.execv('/bin/cat', ['cat', '/proc/self/coredump_filter', '/proc/self/limits'])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[0] == "00000000"
    assert next(line.split()[4] for line in told.splitlines() if line.startswith("Max core file size")) == "0"
