"""Every command of the tree with one bad value at a time, and what must hold whatever it is given."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import click
from badinput_files import CONTENTS, DAYS, NAMES, NUMBERS, SHAPES, TEXTS, place
from badinput_process import MOST_MEGABYTES, Ended, run
from badinput_world import Good, arguments

from groeibrief.cli.entry import groeibrief
from groeibrief.cli.options import Day

EXIT_CODES = frozenset((0, 2, 3, 4, 5, 6, 75, 130))
_TRACE = re.compile(
    r"Traceback|Exception ignored|^ *File \".*\", line \d+|^Fout E100|\"E100\"|Segmentation|Invalid value|No such file",
    re.IGNORECASE | re.MULTILINE,
)
_TOLD = re.compile(r"Gebruik: |Fout E\d{3}: ")
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What can make a terminal show something else than was written."""
_LEFT = ("*.deel", ".werk")
_SERVES = ("serve",)


@dataclass(frozen=True, slots=True)
class Case:
    """A command with one bad value: *parameter* gets *bad*, a name in one of the lists of ``badinput_files``."""

    command: tuple[str, ...]
    parameter: str
    bad: str

    def __str__(self) -> str:
        return f"{' '.join(self.command)} / {self.parameter} / {self.bad}"


@cache
def commands() -> dict[tuple[str, ...], click.Command]:
    """Every command that there is, by its words."""
    return dict(_below(groeibrief, ()))


def _below(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from _below(found, (*words, name))


def cases() -> Iterator[Case]:
    """Every command, every parameter that takes a value, every bad value of its kind."""
    for words, command in commands().items():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.is_flag:
                continue
            assert parameter.name is not None
            for bad in _bad_values(parameter.type):
                yield Case(words, parameter.name, bad)


def _bad_values(kind: click.ParamType[object]) -> list[str]:
    if isinstance(kind, click.Path):
        # What is in a file is read where a file is asked for; at the place of a folder it is only a file.
        return [*SHAPES, *(CONTENTS if kind.exists and not kind.dir_okay else ["empty", "random"]), *NAMES]
    if isinstance(kind, Day):
        return [*DAYS, "long", "sql 0", "bidi"]
    if isinstance(kind, click.Choice):
        return ["empty", "long", "sql 0", "zero width", "lone surrogate"]
    if isinstance(kind, click.types.IntParamType):
        return [*NUMBERS, "sql 0", "bidi"]
    return [*TEXTS, "thirty digits", "nan", "minus one"]


def words_of(case: Case, good: Good, scratch: Path) -> list[str]:
    """The command line of a case, with its bad file in *scratch*."""
    command = commands()[case.command]
    given = arguments(good, case.command, scratch / "uit")
    line, options = list(case.command), list[str]()
    for parameter in command.params:
        if parameter.name == case.parameter:
            values: tuple[str, ...] = (_bad_value(case, parameter, scratch),)
        elif parameter.name in given:
            values = given[parameter.name]
        else:
            continue
        if isinstance(parameter, click.Argument):
            # After the options, behind a mark: a value that begins with a dash is still a value.
            options += values
        else:
            line += [parameter.opts[0], *values] if values else [parameter.opts[0]]
    if _as_json(case):
        line.append("--json")
    return [*line, "--", *options]


def _as_json(case: Case) -> bool:
    """Whether a case asks for JSON: half of those that can."""
    known = any(parameter.name == "as_json" for parameter in commands()[case.command].params)
    return known and crc32(str(case).encode()) % 2 == 0


def _bad_value(case: Case, parameter: click.Parameter, scratch: Path) -> str:
    if isinstance(parameter.type, click.Path):
        suffix = ".yaml" if case.parameter in ("file", "files", "application", "mapping") else ""
        return str(place(case.bad, scratch / "slecht", suffix)) if case.bad != "nothing" else ""
    for values in (TEXTS, DAYS, NUMBERS) if isinstance(parameter.type, Day) is False else (DAYS, TEXTS):
        if case.bad in values:
            return values[case.bad]
    raise AssertionError(f"there is no {case.bad}")


def tried(case: Case, good: Good, scratch: Path) -> tuple[Ended, list[str]]:
    """Run a case in the new folder *scratch*; returns how it ended and what is wrong with that."""
    (scratch / "tmp").mkdir(parents=True)
    shutil.copytree(good.state, scratch / "staat")
    ended = run(words_of(case, good, scratch), scratch, good.environment(scratch))
    wrong = [*faults(ended, server=case.command == _SERVES), *left_behind(scratch, ended)]
    return ended, [*wrong, *(json_faults(ended) if _as_json(case) else ())]


def json_faults(ended: Ended) -> Iterator[str]:
    """What is wrong with an answer that should be JSON."""
    try:
        answer = json.loads(ended.out)
        told = ended.code == 0 or "geldig" in answer or answer["fout"]["exit"] == ended.code
    except (ValueError, KeyError, TypeError):
        told = False
    if ended.code is not None and not told:
        yield f"is not the JSON that was asked for: {ended.out[:80]!r}"


def faults(ended: Ended, *, server: bool = False) -> Iterator[str]:
    """What is wrong with how a process ended, whatever it was given."""
    out, err = ended.out.decode("utf-8", "replace"), ended.err.decode("utf-8", "replace")
    if ended.hung:
        yield f"hung: worked {ended.worked:.1f} s and waited {ended.idle:.1f} s"
    if ended.code is not None and (ended.code not in EXIT_CODES or (ended.code == 130 and not server)):
        yield f"exit code {ended.code}"
    # A good answer may repeat a name that holds anything.
    if found := _TRACE.search(err if ended.code == 0 else out + err):
        yield f"shows '{found[0]}'"
    if ended.megabytes > MOST_MEGABYTES:
        yield f"{ended.megabytes:.0f} MB of memory"
    if found := _CONTROL.search(err if out.startswith("{") else out + err):
        yield f"shows the control character {found[0]!r}"
    if ended.code not in (0, 130, None) and not out and not _TOLD.match(err):
        yield "says nothing of what is wrong"


def left_behind(scratch: Path, ended: Ended) -> Iterator[str]:
    """What a process left that has no final name, or a result that it refused to make."""
    for pattern in _LEFT:
        for path in scratch.rglob(pattern):
            yield f"leaves {path.relative_to(scratch)}"
    if any((scratch / "tmp").iterdir()):
        yield "leaves something in the folder for what is temporary"
    if ended.code not in (0, 130, None) and (scratch / "uit").exists():
        yield "leaves a result although it failed"


def remove(scratch: Path) -> None:
    """Remove a folder, however deep or closed."""
    shutil.rmtree(scratch, ignore_errors=True)


def told(case: Case, ended: Ended, wrong: list[str]) -> Mapping[str, object]:
    """A failure as it is printed."""
    return {"case": str(case), "wrong": wrong, "stderr": ended.err[-600:].decode("utf-8", "replace")}
