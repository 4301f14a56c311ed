"""A group whose commands are imported only when they are called: start-up is part of the speed."""

from __future__ import annotations

import importlib
from typing import Any

import click


class DutchCommand(click.Command):
    """A command whose usage line is Dutch."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["options_metavar"] = "[OPTIES]"
        super().__init__(*args, **kwargs)


class DutchGroup(click.Group):
    """A group of :class:`DutchCommand`."""

    command_class = DutchCommand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"options_metavar": "[OPTIES]", "subcommand_metavar": "OPDRACHT …"}
        super().__init__(*args, **kwargs)


class LazyGroup(DutchGroup):
    """``commands_at`` maps a name to (``module:attribute`` in ``cli.commands``, one line of help)."""

    def __init__(self, *args: Any, commands_at: dict[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the work."""
        return list(self._at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command, or None."""
        if cmd_name not in self._at:
            return None
        module, attribute = self._at[cmd_name][0].split(":")
        command = getattr(importlib.import_module(f"groeibrief.cli.commands.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; suggest a near one when there is none."""
        name = args[0]
        if name not in self._at and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, self._at, n=1)
            meant = f" Bedoelde u '{near[0]}'?" if near else ""
            ctx.fail(f"De opdracht '{name}' bestaat niet.{meant}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list without importing anything."""
        with formatter.section("Opdrachten"):
            formatter.write_dl([(name, text) for name, (_, text) in self._at.items()])
