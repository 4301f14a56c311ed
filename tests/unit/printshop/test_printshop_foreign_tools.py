"""A print shop needs none of our code: OpenSSL, age, tar and sha256sum do.

The Debian packages ``age`` and ``openssl`` must be there; without them this test fails rather than being skipped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HANDBOOK = Path(__file__).parents[3] / "docs" / "handleiding-drukkerij.md"


def _run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    # Their own words, in English whatever the machine speaks.
    words = {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}
    return subprocess.run(command, cwd=cwd, env=words, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def _verify(package: Path, trusted: Path) -> bool:
    answer = _run(
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", trusted, "-rawin",
        "-in", package / "manifest.json", "-sigfile", package / "manifest.sig",
    )  # fmt: skip
    return answer.returncode == 0


@pytest.fixture
def desk(tmp_path, keys, package) -> Path:
    """A print shop's desk, with the file names that its handbook uses."""
    folder = tmp_path / "bureau"
    folder.mkdir()
    shutil.copytree(package, folder / "opdracht-1.pakket")
    for source, name in ((keys.trusted, "vutg.pub"), (keys.secret, "drukkerij.key"), (keys.public, "drukkerij.pub")):
        shutil.copy(source, folder / name)
    return folder


def _handbook_script() -> str:
    (script,) = re.findall(r"^```sh\n(.*?)^```$", HANDBOOK.read_text(), re.MULTILINE | re.DOTALL)
    return script


def test_the_script_of_the_handbook_verifies_and_opens_without_groeibrief(desk, letters):
    answer = _run("sh", "-c", _handbook_script(), cwd=desk)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.decode().splitlines() == [
        "Signature Verified Successfully",
        "inhoud.tar.age: OK",
        "LEESMIJ.txt: OK",
        "brieven-0001.pdf: OK",
        "brieven-0002.pdf: OK",
        "opdrachtbon.csv: OK",
        "opdrachtbon.json: OK",
        "portolijst.csv: OK",
        "proef.csv: OK",
        "stukken.csv: OK",
    ]
    for name in ("brieven-0001.pdf", "brieven-0002.pdf"):
        assert (desk / "opdracht-1" / name).read_bytes() == (letters / name).read_bytes()


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "inhoud.tar.age"])
def test_the_script_of_the_handbook_stops_at_an_altered_package(desk, name):
    path = desk / "opdracht-1.pakket" / name
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert _run("sh", "-c", _handbook_script(), cwd=desk).returncode != 0
    assert not (desk / "opdracht-1").exists()


def test_the_fingerprints_of_the_handbook_are_those_of_the_manifest(desk):
    manifest = json.loads((desk / "opdracht-1.pakket" / "manifest.json").read_bytes())
    commands = re.findall(r"^```\n(.*cut -c1-16)\n```$", HANDBOOK.read_text(), re.MULTILINE)
    shown = [_run("sh", "-c", command, cwd=desk).stdout.decode().strip() for command in commands]
    assert shown == [*manifest["ontvangers"], manifest["ondertekenaar"]]


def test_openssl_refuses_an_altered_manifest(keys, package):
    data = (package / "manifest.json").read_bytes()
    (package / "manifest.json").write_bytes(data.replace(b'"stukken":5', b'"stukken":4'))
    assert not _verify(package, keys.trusted)


def test_age_refuses_another_key(tmp_path, package):
    assert _run("age-keygen", "-o", tmp_path / "ander.key").returncode == 0
    opened = _run(
        "age", "--decrypt", "-i", tmp_path / "ander.key", "-o", tmp_path / "uit.tar", package / "inhoud.tar.age"
    )
    assert opened.returncode != 0
    assert not (tmp_path / "uit.tar").exists()


@pytest.fixture
def age_keygen(tmp_path) -> tuple[Path, Path]:
    """A key pair as a print shop makes it."""
    secret, public = tmp_path / "age.key", tmp_path / "age.pub"
    assert _run("age-keygen", "-o", secret).returncode == 0
    public.write_bytes(_run("age-keygen", "-y", secret).stdout)
    return secret, public


def test_keys_of_age_keygen_work_here(tmp_path, letters, keys, policy, age_keygen):
    from groeibrief.printshop.package import make_package, open_package
    from groeibrief.printshop.ticket import JobInfo

    secret, public = age_keygen
    made = make_package(
        letters, tmp_path / "b.pakket", recipients=[public], sign_key=keys.sign, job=JobInfo("b"), policy=policy,
        synthetic=False,
    )  # fmt: skip
    opened = open_package(made.path, tmp_path / "uit", secret, [keys.trusted])
    assert opened.manifest.stukken == 5
