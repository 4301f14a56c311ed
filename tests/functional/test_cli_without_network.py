"""A run needs no network: real processes in a network of their own, in which nothing is up, do all the work."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click
from functional_command import AUDIENCE, BOUND, PROGRAM
from functional_world import World

from groeibrief.cli.entry import groeibrief

# As anyone but root one has to be root of a user namespace of one's own first.
ALONE = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]


def alone(world: World, *words: object) -> str:
    """Run a command without any network interface; its output."""
    done = subprocess.run(
        [*ALONE, str(PROGRAM), *map(str, words)], env=world.run.environment, cwd=world.home, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_no_network_there(world: World) -> None:
    told = subprocess.run([*ALONE, "cat", "/proc/net/dev"], capture_output=True, text=True, check=True).stdout
    assert [line.split(":")[0].strip() for line in told.splitlines()[2:]] == ["lo"]
    connect = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = subprocess.run([*ALONE, "python3", "-c", connect], capture_output=True, text=True)
    assert "Network is unreachable" in done.stderr


def test_from_snapshot_to_package_without_a_network(world: World, tmp_path: Path) -> None:
    selection, letters, package = tmp_path / "selectie", tmp_path / "brieven", tmp_path / "opdracht.pakket"
    alone(world, "snapshot", "verify", world.real, "--trust", world.trust)
    bound = ("--snapshot", world.real, "--trust", world.trust)
    assert "gezinnen" in alone(world, "count", AUDIENCE, *BOUND, *bound, "--exact")
    alone(world, "select", AUDIENCE, *BOUND, *bound, "--suppression", world.lists, "--out", selection)
    alone(world, "letters", "render", selection, "--out", letters)
    alone(world, *world.make(package, letters))
    opened = tmp_path / "open"
    alone(world, "package", "open", package, "--key", world.printer, "--trust", world.vutg_public, "--out", opened)
    assert list(opened.glob("*.pdf"))


SECRET_WORDS = ("key", "secret", "password", "token", "geheim", "wachtwoord", "sleutel")


def options(command: click.Command, name: str = "groeibrief") -> list[tuple[str, click.Option]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        parts = [(part, command.get_command(context, part)) for part in command.list_commands(context)]
        return [found for part, inner in parts if inner for found in options(inner, f"{name} {part}")]
    return [(name, option) for option in command.params if isinstance(option, click.Option)]


def test_a_secret_is_given_as_a_file_and_never_as_text() -> None:
    found = options(groeibrief)
    assert len(found) > 250
    secret = [
        (name, option) for name, option in found
        if any(word in part.split("-") for part in option.opts for word in SECRET_WORDS)
    ]  # fmt: skip
    assert len(secret) > 10
    assert [f"{name} {option.opts[0]}" for name, option in secret if not isinstance(option.type, click.Path)] == []
    # Nor is one asked for at a prompt, where it could be typed into a script, nor taken as text from the environment.
    assert [name for name, option in found if option.prompt or option.hide_input] == []
    variables = {option.envvar for _, option in found if option.envvar}
    assert variables <= {
        "GROEIBRIEF_ACCOUNT", "GROEIBRIEF_PROJECT", "GROEIBRIEF_STATE", "GROEIBRIEF_STORE", "GROEIBRIEF_TRUST",
    }  # fmt: skip
