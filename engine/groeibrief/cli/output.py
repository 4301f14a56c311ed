"""Printing: JSON on stdout alone, text otherwise, errors on stderr, progress only on a terminal."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from groeibrief.errors import UserError

_SLOW_SECONDS = 2.0
# Control characters, and those that turn the direction of what follows: a name or a text with one of them in it could
# make a terminal show something else than was written.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def print_json(value: Any) -> None:
    """Write one JSON document, for programs: UTF-8 whatever the locale."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2).encode(errors="backslashreplace"))


def show(value: Any, text: str, *, as_json: bool) -> None:
    """Write the answer: as JSON, or as text for people."""
    if as_json:
        print_json(value)
    else:
        click.echo(_visible(text))


def _visible(text: str) -> str:
    """The text with what cannot be seen written out, as ``\\x1b``."""
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def print_error(error: UserError, *, as_json: bool) -> int:
    """Write the error and return its exit code: on stdout as JSON, on stderr as text."""
    if as_json:
        print_json(error.as_json())
    else:
        for finding in error.findings:
            # On one line: nothing in it can look like an error of its own.
            told = _visible(str(finding)).replace("\n", "\\n")
            click.echo(f"{click.style('Fout', fg='red', bold=True)} {error.code}: {told}", err=True)
    return error.exit_code


class Progress:
    """A line on stderr that says how far a step is; silent for the first two seconds and off a terminal."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._start = time.monotonic()
        self._shown = False
        self._terminal = sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say that *done* of *total* is done, and *what* it is about."""
        if not self._terminal or time.monotonic() - self._start < _SLOW_SECONDS:
            return
        self._shown = True
        width = 30
        filled = width * done // total if total else width
        bar = "█" * filled + "░" * (width - filled)
        click.echo(
            f"\r\x1b[K{self._label} {bar} {100 * done // total if total else 100:3d} % {what}", nl=False, err=True
        )

    def close(self) -> None:
        """Wipe the line."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Show progress of a step, and wipe it afterwards."""
    bar = Progress(label)
    try:
        yield bar
    finally:
        bar.close()
