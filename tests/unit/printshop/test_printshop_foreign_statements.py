"""What a print shop writes and checks after printing with OpenSSL alone, by the very commands of its handbook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from groeibrief.keys import fingerprint, read_private_key, read_public_key
from groeibrief.printshop.destruction import Destruction, make_destruction
from groeibrief.printshop.manifest import read_manifest
from groeibrief.printshop.package import open_package
from groeibrief.printshop.production import ProductionReport, Work, make_report, read_opened
from groeibrief.printshop.recall import make_recall
from groeibrief.printshop.statement import read_signed, write_signed

HANDBOOK = Path(__file__).parents[3] / "docs" / "handleiding-drukkerij.md"
CHAPTER = HANDBOOK.read_text().partition("\n## 8. Na het drukken\n")[2]
KEYS, FINGERPRINT, REPORT, RECALL, DESTRUCTION = re.findall(r"^```shell\n(.*?)^```$", CHAPTER, re.MULTILINE | re.DOTALL)
VERIFIED = "Signature Verified Successfully"


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}
    return subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def desk(tmp_path, keys, package):
    folder = tmp_path / "bureau"
    folder.mkdir()
    shutil.copytree(package, folder / "opdracht-1.pakket")
    shutil.copy(keys.trusted, folder / "vutg.pub")
    assert shell(KEYS, folder).returncode == 0
    return folder


@pytest.fixture
def signer(desk):
    return read_public_key(desk / "drukkerij-teken.pub")


@pytest.fixture
def manifest(keys, package):
    return read_manifest(package, [read_public_key(keys.trusted)])


def test_the_fingerprint_is_ours(desk, signer):
    assert shell(FINGERPRINT, desk).stdout == f"{fingerprint(signer)}\n"


def test_a_report_made_without_groeibrief_is_the_one_made_with_it(tmp_path, desk, signer, manifest, keys, package):
    answer = shell(REPORT, desk)
    assert (answer.returncode, answer.stdout.strip()) == (0, VERIFIED), answer.stderr
    open_package(package, tmp_path / "open", keys.secret, [keys.trusted])
    work = Work(posted=[(date(2025, 11, 20), None)], spoiled=((7, 7),))
    expected = make_report(read_opened(tmp_path / "open", manifest), manifest, 1, work, fingerprint(signer))
    assert read_signed(desk / "productieverslag.json", ProductionReport, [signer]) == expected


def test_a_statement_of_destruction_made_without_groeibrief_is_the_one_made_with_it(desk, signer, manifest):
    answer = shell(DESTRUCTION, desk)
    assert (answer.returncode, answer.stdout.strip()) == (0, VERIFIED), answer.stderr
    expected = make_destruction(manifest, date(2025, 12, 1), "operator", fingerprint(signer))
    assert read_signed(desk / "vernietiging.json", Destruction, [signer]) == expected


def test_a_recall_is_checked_without_groeibrief(desk, keys, jobs):
    job = jobs.recall("opdracht-1", [2], "fout-in-brief", date(2025, 11, 20))
    path = desk / "terugroeping.json"
    write_signed(path, read_private_key(keys.sign), lambda name: make_recall(job, name))
    answer = shell(RECALL, desk)
    assert (answer.returncode, answer.stdout.split("\n")) == (
        0,
        [VERIFIED, '"opdracht":"opdracht-1"', '"partij":2', ""],
    )
    path.write_bytes(path.read_bytes().replace(b'"partij":2', b'"partij":1'))
    assert VERIFIED not in shell(RECALL, desk).stdout


def test_what_we_sign_openssl_verifies_and_what_is_altered_it_refuses(desk, manifest):
    path = desk / "vernietiging.json"
    key = read_private_key(desk / "teken.key")
    write_signed(path, key, lambda name: make_destruction(manifest, date(2025, 12, 1), "operator", name))
    verify = DESTRUCTION[DESTRUCTION.index("openssl pkeyutl -verify") :]
    assert shell(verify, desk).stdout.strip() == VERIFIED
    path.write_bytes(path.read_bytes().replace(b"2025-12-01", b"2025-12-02"))
    assert shell(verify, desk).returncode != 0
