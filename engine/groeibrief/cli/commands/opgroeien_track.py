"""Options that the commands of the list track share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from groeibrief.cli.options import json_option, project_option, settings, state_option

if TYPE_CHECKING:
    from groeibrief.workflow.opgroeien import Track

Command = TypeVar("Command", bound=Callable[..., Any])


def track_options(command: Command) -> Command:
    """``--account``, ``--state``, ``--project``, ``--json``."""
    command = click.option(
        "--account", envvar="GROEIBRIEF_ACCOUNT", metavar="NAAM",
        help="Het account van Opgroeien dat handelt. Standaard dat van de computer.",
    )(command)  # fmt: skip
    return state_option(project_option(json_option(command)))


def track_of(
    state: Path | None, project: Path | None, trust: tuple[Path, ...] = (), store: Path | None = None
) -> Track:
    """The list track of a command."""
    from groeibrief.workflow.opgroeien import open_track

    return open_track(settings(trust, store, state), project)
