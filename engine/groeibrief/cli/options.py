"""Options that several commands share, and the settings that they add up to."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from groeibrief.errors import UsageError
from groeibrief.language.definition import Binding
from groeibrief.workflow.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


class Place(click.Path):
    """A file or a folder. What is neither (a pipe, a device, a socket) is refused: to read it may never end.

    So is a folder in which such a thing lies, as a folder of ours only holds files.
    """

    def __init__(self, **wanted: bool) -> None:
        super().__init__(path_type=Path, **wanted)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the path, or fail with what lies there."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        found = _neither(path)
        if found is None and path.is_dir() and os.access(path, os.R_OK | os.X_OK):
            found = next((inside for each in sorted(path.iterdir()) if (inside := _neither(each))), None)
        if found is not None:
            self.fail(f"{str(found)!r} is geen gewoon bestand en geen map.", param, ctx)
        return path


def _neither(path: Path) -> Path | None:
    """The path, when something else than a file or a folder lies there; a link is what it leads to."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return path if error.errno == errno.ELOOP else None
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else path


FILE = Place(exists=True, dir_okay=False)
FOLDER = Place(exists=True, file_okay=False)
FILE_OR_FOLDER = Place(exists=True)
NEW_PATH = Place()


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class Day(click.ParamType[date]):
    """A date as ``2025-11-01``, of this century or one beside it: what lies further is a slip of the pen."""

    name = "datum"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date, or fail with what was expected."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None:
            self.fail(f"'{value}' is geen datum. Schrijf ze als 2025-11-01.", param, ctx)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            self.fail(f"'{value}' ligt niet tussen {_FIRST_YEAR} en {_LAST_YEAR}.", param, ctx)
        return day


def json_option(command: Command) -> Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Antwoord als JSON, voor programma's.")(command)


def project_option(command: Command) -> Command:
    """``--project``."""
    return click.option(
        "--project", type=FOLDER, envvar="GROEIBRIEF_PROJECT", metavar="MAP", help="Map met catalog/ en rules/."
    )(command)


def snapshot_options(command: Command) -> Command:
    """``--trust`` and ``--store``."""
    command = click.option(
        "--store", type=NEW_PATH, envvar="GROEIBRIEF_STORE", metavar="MAP",
        help="Map voor de voorbereide gegevens. Standaard 'voorbereid' naast de snapshot.",
    )(command)  # fmt: skip
    return click.option(
        "--trust", type=FILE, multiple=True, envvar="GROEIBRIEF_TRUST", metavar="BESTAND",
        help="Publieke sleutel die vertrouwd wordt. Mag meermaals.",
    )(command)  # fmt: skip


def state_option(command: Command) -> Command:
    """``--state``."""
    return click.option(
        "--state", type=NEW_PATH, envvar="GROEIBRIEF_STATE", metavar="MAP",
        help="Map voor het logboek en de telbeurten. Standaard ~/.local/state/groeibrief.",
    )(command)  # fmt: skip


def binding_options(command: Command) -> Command:
    """``--gemeente``, ``--peildatum`` and ``--param``, which bind a standard audience."""
    command = click.option(
        "--param", "parameters", multiple=True, metavar="NAAM=WAARDE", help="Waarde van een parameter. Mag meermaals."
    )(command)
    command = click.option("--peildatum", type=Day(), metavar="DATUM", help="Peildatum van een standaarddoelgroep.")(
        command
    )
    return click.option(
        "--gemeente", "gemeenten", multiple=True, metavar="NIS", help="NIS-code voor een standaarddoelgroep. Meermaals."
    )(command)


def round_option(command: Command) -> Command:
    """``--ronde``, of a series."""
    return click.option(
        "--ronde", type=click.IntRange(1, 1000), default=1, show_default=True, metavar="N", help="Ronde van een reeks."
    )(command)


def settings(trust: tuple[Path, ...] = (), store: Path | None = None, state: Path | None = None) -> Settings:
    """Collect the settings of a command."""
    return Settings(trust=trust, store_root=store, state=state or Settings.default_state())


def bind(gemeenten: tuple[str, ...], peildatum: date | None, parameters: tuple[str, ...], ronde: int = 1) -> Binding:
    """Put a binding together from the command's words. Raises UsageError (E205) for what is not ``naam=waarde``."""
    values: dict[str, str] = {}
    for pair in parameters:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise UsageError("E205", f"'{pair}' is geen parameter. Schrijf --param naam=waarde.")
        values[name] = value
    return Binding(gemeenten=gemeenten, peildatum=peildatum, parameters=values, ronde=ronde)
