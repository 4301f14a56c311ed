"""The first entries of the register (``rules/register/*.csv``): what a public source says, names as printed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from groeibrief.casework.register import Event, Track, code_of
from groeibrief.catalog import Municipalities, Project
from groeibrief.errors import DefinitionError, Finding, UsageError, reason

FOLDER = "register"
COLUMNS = ("naam", "gemeenten", "piste", "stand", "datum", "zeker", "openbaar", "bron", "reden")


def first_entries(project: Project, municipalities: Municipalities) -> tuple[Event, ...]:
    """Every entry of the project's files, in order. Raises DefinitionError (E322) with every fault and its line."""
    events: list[Event] = []
    findings: list[Finding] = []
    for path in sorted((project.rules / FOLDER).glob("*.csv")):
        name = path.relative_to(project.root).as_posix()
        for line, row in _rows(path, name):
            try:
                events.append(_event(row, municipalities))
            except (ValueError, KeyError):
                findings.append(Finding("Deze rij is onvolledig of heeft een waarde die niet bestaat.", name, line))
            except UsageError as error:
                findings += [Finding(each.melding, name, line) for each in error.findings]
    if findings:
        raise DefinitionError("E322", findings)
    return tuple(events)


def _rows(path: Path, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "het is geen UTF-8"
        raise DefinitionError("E322", Finding(f"Het bestand kan niet gelezen worden: {why}.", name)) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    if tuple(next(reader, ())) != COLUMNS:
        raise DefinitionError("E322", Finding(f"De eerste regel is: {';'.join(COLUMNS)}.", name, 1))
    for row in reader:
        yield reader.line_num, dict(zip(COLUMNS, row, strict=False))


def _event(row: dict[str, str], municipalities: Municipalities) -> Event:
    on = date.fromisoformat(row["datum"])
    names = [part for part in row["gemeenten"].split("|") if part]
    truth = {"ja": True, "nee": False}
    return Event(
        row["naam"],
        tuple(sorted(code_of(name, on, municipalities) for name in names)),
        Track(row["piste"]),
        row["stand"],
        on,
        truth[row["zeker"]],
        row["bron"],
        row["reden"],
        truth[row["openbaar"]],
    )
