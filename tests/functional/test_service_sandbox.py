"""The units of the handbook: sound by systemd's own check, and the portal works under what they ask for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from functional_command import PROGRAM, REPOSITORY
from functional_world import World
from sandbox import settings_of, system_calls

EXAMPLES = REPOSITORY / "docs" / "voorbeelden"
UNITS = sorted([*EXAMPLES.glob("*.service"), *EXAMPLES.glob("*.timer")])
SANDBOX = Path(__file__).with_name("sandbox.py")
LOOPBACK = "127.0.0.1"


def here(unit: Path, to: Path) -> Path:
    """A copy of a unit that names the program and the user of this machine."""
    text = unit.read_text(encoding="utf-8").replace("/opt/groeibrief/bin/groeibrief", str(PROGRAM))
    (to / unit.name).write_text(re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.MULTILINE), encoding="utf-8")
    return to / unit.name


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    units = [here(unit, tmp_path) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if str(tmp_path) in line]) == (0, [])
    assert len(units) == 3


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_systemd_calls_the_exposure_small(unit: Path, tmp_path: Path) -> None:
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=20", here(unit, tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-300:]
    # As it says by itself, without anything of the unit: 9.6.
    score = re.search(r"exposure level for \S+: (\d+\.\d)", done.stdout)
    assert score
    assert float(score[1]) <= 1.6


def test_the_filter_refuses_what_a_portal_never_does() -> None:
    allowed = system_calls(settings_of(EXAMPLES / "groeibrief.service")["SystemCallFilter"])
    assert {"openat", "futex", "accept4"} <= allowed
    assert allowed.isdisjoint({"mount", "ptrace", "setuid", "bpf", "kexec_load", "init_module", "chroot", "reboot"})


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def served(world: World, state: Path, store: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The demo portal under the sandbox of the unit, writing in *state* and *store* alone."""
    port = free_port()
    command = [PROGRAM, "serve", "--demo", "--snapshot", world.snapshot, "--port", port]
    words = [sys.executable, SANDBOX, EXAMPLES / "groeibrief.service", state, store, "--", *command]
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment = kept | {
        "HOME": "/bestaat-niet", "GROEIBRIEF_STATE": str(state), "GROEIBRIEF_STORE": str(store),
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    with log.open("wb") as stream:
        process = subprocess.Popen([str(word) for word in words], env=environment, stdout=stream, stderr=stream)
        try:
            address = f"http://{LOOPBACK}:{port}"
            until = time.monotonic() + 60
            while True:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                try:
                    build_opener().open(f"{address}/gezondheid", timeout=5).close()
                    break
                except (URLError, ConnectionError):
                    time.sleep(0.1)
            yield process, address
        finally:
            process.terminate()
            process.wait(20)


class Visitor:
    def __init__(self, address: str) -> None:
        self._address = address
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor())

    def __call__(self, path: str, **form: str) -> str:
        data = urlencode(form).encode() if form else None
        request = Request(self._address + path, data, {"sec-fetch-site": "same-origin"})
        with self._opener.open(request, timeout=30) as answer:
            text: str = answer.read().decode()
            return text


@pytest.mark.enable_socket
def test_the_portal_works_under_the_sandbox_of_its_unit(world: World, tmp_path: Path) -> None:
    state, store, log = tmp_path / "staat", tmp_path / "voorbereid", tmp_path / "server.log"
    for folder in (state, store):
        folder.mkdir(mode=0o700)
    with served(world, state, store, log) as (process, address):
        told = Path(f"/proc/{process.pid}/status").read_text()
        for line in ("CapBnd:\t0000000000000000", "CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"):
            assert line in told or (line.startswith("CapBnd") and os.geteuid() != 0), told
        visit = Visitor(address)
        visit("/aanmelden/demo", account="demo-torhout")
        page = visit("/doelgroepen/sociale-toeslag", actie="tel", peildatum="2025-11-01")
        assert "Telbeurten" in page or "telbeurten" in page
        assert "groeibrief_sessies 1" in visit("/metriek")
    assert str(process.returncode) in settings_of(EXAMPLES / "groeibrief.service")["SuccessExitStatus"]
    # What happened is told in the journal, without a name or an address on the internet.
    lines = log.read_text().splitlines()
    assert lines[0].startswith("Het portaal staat klaar op ")
    assert [json.loads(line)["wat"] for line in lines if line.startswith("{")] == ["aangemeld"]
    assert LOOPBACK not in "".join(lines[1:])
    assert {path.stat().st_mode & 0o777 for path in state.rglob("*") if path.is_file()} == {0o600}


def test_nothing_can_be_written_but_in_the_folders_of_the_service(tmp_path: Path) -> None:
    state = tmp_path / "staat"
    state.mkdir(mode=0o700)
    program = (
        "import ctypes, mmap, pathlib, socket\n"
        "def refused(act):\n"
        "    try: act()\n"
        "    except OSError as error: return error.errno\n"
        "    return 0\n"
        f"inside, outside = pathlib.Path({str(state)!r}, 'a'), pathlib.Path({str(tmp_path)!r}, 'b')\n"
        "print(refused(lambda: inside.write_text('x')), refused(lambda: outside.write_text('x')),\n"
        "    refused(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),\n"
        "    refused(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)))\n"
    )
    words = [sys.executable, SANDBOX, EXAMPLES / "groeibrief.service", state, "--", sys.executable, "-c", program]
    if os.geteuid() != 0:
        # The launcher makes file systems read-only as root alone; for anyone else a right does what there is to do.
        tmp_path.chmod(0o500)
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd="/")
    assert done.stderr == ""
    inside, outside, packet, executable = map(int, done.stdout.split())
    assert inside == 0
    assert outside in (13, 30), "no right, or read-only"
    assert (packet, executable) == (1, 13)
    assert not (tmp_path / "b").exists()
