"""Options and words that the commands of the casework share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from groeibrief.cli.options import json_option, project_option, settings, state_option

if TYPE_CHECKING:
    from groeibrief.workflow.office import Office, Viewer

Command = TypeVar("Command", bound=Callable[..., Any])


def account_option(command: Command) -> Command:
    """``--account``."""
    return click.option(
        "--account", envvar="GROEIBRIEF_ACCOUNT", metavar="NAAM",
        help="Het account dat handelt. Standaard dat van de computer.",
    )(command)  # fmt: skip


def version_option(command: Command) -> Command:
    """``--versie``."""
    return click.option(
        "--versie", "version", type=click.IntRange(1), metavar="N",
        help="De versie die u zag: intussen gewijzigd, dan gebeurt er niets.",
    )(command)  # fmt: skip


def office_options(command: Command) -> Command:
    """``--account``, ``--state``, ``--project``, ``--json``."""
    return account_option(state_option(project_option(json_option(command))))


def office_of(
    state: Path | None, project: Path | None, trust: tuple[Path, ...] = (), store: Path | None = None
) -> Office:
    """The office of a command."""
    from groeibrief.workflow.office import open_office

    return open_office(settings(trust, store, state), project)


def viewer_of(office: Office, account: str | None) -> Viewer:
    """Who acts. Raises RefusedError (E702)."""
    from groeibrief.workflow.office import os_account

    return office.viewer(account or os_account())
