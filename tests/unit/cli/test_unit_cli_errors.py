"""How the command line tells an error, whatever its kind, and its exit code."""

from __future__ import annotations

import errno
import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from groeibrief.cli import entry
from groeibrief.cli.interruption import Interruption
from groeibrief.cli.options import Day, bind
from groeibrief.errors import DefinitionError, Finding, UsageError, reason

NAME = "Kanarienaam"


def fails_with(error: BaseException, monkeypatch: pytest.MonkeyPatch, *words: str, asked: bool = False) -> int:
    interruption = Interruption()

    def command(*_: object, **__: object) -> None:
        if asked:
            with pytest.raises(KeyboardInterrupt):
                interruption._ask(signal.SIGINT, None)
        raise error

    monkeypatch.setattr(entry.groeibrief, "main", command)
    return entry.run(list(words), interruption)


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (
            DefinitionError("E350", [Finding("Dit mag niet.", "a.yaml", 3, 4, bedoelde="dat"), Finding("Nee.")]),
            3,
            "Fout E350: a.yaml:3:4: Dit mag niet. Bedoelde u 'dat'?\nFout E350: Nee.\n",
        ),
        (
            OSError(errno.ENOSPC, "No space"),
            75,
            "Fout E750: De schijf is vol. Maak plaats en begin opnieuw; er is niets half geschreven.\n",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/dicht/uit"),
            75,
            "Fout E750: U hebt geen toegang tot /dicht/uit. Kies een andere map of vraag toegang.\n",
        ),
        (
            FileNotFoundError(errno.ENOENT, "No such file", "/weg/.uit.k3_a.deel"),
            2,
            "Fout E209: /weg/uit bestaat niet, of de map waarin het moet komen bestaat niet. Kijk het pad na.\n",
        ),
        (MemoryError(), 75, "Fout E751: Er is te weinig geheugen. Sluit andere programma's.\n"),
        (
            click.UsageError("Er ontbreekt iets"),
            2,
            "Fout E200: Er ontbreekt iets.\n",
        ),
        (KeyboardInterrupt(), 130, "Fout E130: Afgebroken. Er is niets half geschreven.\n"),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_an_error_is_told_on_stderr(
    error: BaseException, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fails_with(error, monkeypatch) == code
    assert capsys.readouterr() == ("", told)


@pytest.mark.parametrize("error", [ValueError(NAME), KeyError(NAME), OSError(errno.EPROTO, NAME), AssertionError(NAME)])
def test_a_defect_names_its_place_and_never_what_it_is_about(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fails_with(error, monkeypatch, "--json") == 1
    out, err = capsys.readouterr()
    assert (json.loads(out)["fout"]["code"], err) == ("E100", "")
    assert NAME not in out
    assert type(error).__name__ in out


def test_the_end_of_a_file_is_no_interruption(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What click makes of EOFError; a damaged compiled module ends like that."""
    error = click.Abort()
    error.__context__ = EOFError()
    assert fails_with(error, monkeypatch) == 1
    assert "(EOFError in " in capsys.readouterr().err


def test_an_error_that_an_interruption_became(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """DuckDB says that its query failed when someone presses Ctrl-C."""
    assert fails_with(RuntimeError("Query interrupted"), monkeypatch, "--json", asked=True) == 130
    assert json.loads(capsys.readouterr().out)["fout"] == {
        "code": "E130",
        "exit": 130,
        "meldingen": [
            {
                "bestand": None, "regel": None, "kolom": None, "gevonden": None, "verwacht": None, "bedoelde": None,
                "melding": "Afgebroken. Er is niets half geschreven.",
            }
        ],
    }  # fmt: skip


@pytest.fixture
def handlers() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    kept, hook = {number: signal.getsignal(number) for number in numbers}, sys.unraisablehook
    yield
    sys.unraisablehook = hook
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
def test_a_second_press_does_not_stop_the_cleaning_up(monkeypatch: pytest.MonkeyPatch) -> None:
    interruption = Interruption()
    interruption.watch()
    assert not interruption.asked
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
    assert interruption.asked
    now = time.monotonic()
    monkeypatch.setattr("groeibrief.cli.interruption.time.monotonic", lambda: now + 6)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    interruption.over()
    signal.raise_signal(signal.SIGINT)


class Deaf:
    """Is interrupted where Python lets no error out."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("handlers")
def test_an_interruption_that_python_swallows_comes_again() -> None:
    Interruption().watch()
    listener = Deaf()
    del listener
    with pytest.raises(KeyboardInterrupt):
        time.sleep(5)


@pytest.mark.usefixtures("handlers")
def test_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    interruption = Interruption()
    interruption.watch()
    signal.raise_signal(signal.SIGHUP)
    assert not interruption.asked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2025-13-01", "'2025-13-01' is geen datum. Schrijf ze als 2025-11-01."),
        ("20251101", "'20251101' is geen datum. Schrijf ze als 2025-11-01."),
        ("2025-W44-6", "'2025-W44-6' is geen datum. Schrijf ze als 2025-11-01."),
        ("", "'' is geen datum. Schrijf ze als 2025-11-01."),
        ("1899-12-31", "'1899-12-31' ligt niet tussen 1900 en 2199."),
        ("9999-12-31", "'9999-12-31' ligt niet tussen 1900 en 2199."),
    ],
)
def test_a_day_that_is_none(text: str, told: str) -> None:
    with pytest.raises(click.BadParameter) as refusal:
        Day().convert(text, None, None)
    assert refusal.value.message == told


def test_a_binding_keeps_what_stands_after_the_first_sign() -> None:
    assert bind(("11002",), None, ("tekst=a=b", "leeg=")).parameters == {"tekst": "a=b", "leeg": ""}
    for pair in ("naam", "=waarde", ""):
        with pytest.raises(UsageError, match=f"'{pair}' is geen parameter. Schrijf --param naam=waarde."):
            bind((), None, (pair,))


def test_reasons_are_dutch() -> None:
    with pytest.raises(OSError) as refusal:
        Path("/nergens/iets").read_bytes()
    assert reason(refusal.value) == "het bestaat niet"
    assert reason(OSError(errno.EXDEV, "Invalid cross-device link")) == "het systeem weigert het (fout 18)"
