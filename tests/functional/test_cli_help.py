"""Help: Dutch, for every command and group, each with an example that works."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterator

import click
import pytest
from functional_command import Command

from groeibrief.cli.entry import groeibrief

ENGLISH = re.compile(r"\b(Usage|Options|Commands|Show this message|Error|default|required|Arguments)\b")
EXAMPLE = re.compile(r"Voorbeeld: (groeibrief .+?)(?:\n\n|\Z)", re.DOTALL)


def commands(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for part in command.list_commands(context):
            inner = command.get_command(context, part)
            assert inner is not None
            yield from commands(inner, (*name, part))


COMMANDS = dict(commands(groeibrief))


def help_of(name: tuple[str, ...]) -> str:
    command = COMMANDS[name]
    context = click.Context(command, info_name=" ".join(("groeibrief", *name)), max_content_width=120)
    return command.get_help(context)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name], ids=" ".join)
def test_help_is_dutch_with_an_example_that_can_be_typed(name: tuple[str, ...]) -> None:
    text = help_of(name)
    assert text.startswith(f"Gebruik: groeibrief {' '.join(name)} ")
    assert not ENGLISH.search(text), text
    example = EXAMPLE.search(COMMANDS[name].help or "")
    assert example, f"no example for {name}"
    words = shlex.split(example[1])[1:]
    assert tuple(words[: len(name)]) == name
    context = click.Context(groeibrief)
    command: click.Command = groeibrief
    while isinstance(command, click.Group):
        command = command.get_command(context, words.pop(0))  # type: ignore[assignment]
    command.make_parser(context).parse_args([word for word in words if word != "…"])


@pytest.mark.parametrize("name", [name for name in COMMANDS if name], ids=" ".join)
def test_every_option_is_explained(name: tuple[str, ...]) -> None:
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert option.help, f"{name}: {option.opts}"
            assert option.help.endswith((".", "?")), f"{name}: {option.opts}"


def test_help_comes_at_once(run: Command) -> None:
    run("--help")
    start = time.perf_counter()
    result = run("--help")
    assert time.perf_counter() - start < 2
    assert result.code == 0
    assert result.out.startswith("Gebruik: groeibrief [OPTIES] OPDRACHT …\n")
    assert [line.split()[0] for line in result.out.split("Opdrachten:\n")[1].splitlines()] == list(
        groeibrief.list_commands(click.Context(groeibrief))
    )


@pytest.mark.parametrize("words", [(), ("snapshot",), ("package",)])
def test_no_command_shows_the_help_and_is_wrong(run: Command, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.code, result.out) == (2, "")
    assert result.err == run(*words, "--help").out
    assert run(*words, "--json").code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("selct",), "De opdracht 'selct' bestaat niet. Bedoelde u 'select'? Zie 'groeibrief --help' voor hulp."),
        (
            ("snapshot", "verifi"),
            "De opdracht 'verifi' bestaat niet. Bedoelde u 'verify'? Zie 'groeibrief snapshot --help' voor hulp.",
        ),
        (("count",), "Er ontbreekt een argument 'BESTAND'. Zie 'groeibrief count --help' voor hulp."),
    ],
)
def test_a_wrong_word(run: Command, words: tuple[str, ...], told: str) -> None:
    result = run(*words)
    assert (result.code, result.out, result.err) == (2, "", f"Fout E200: {told}\n")


def test_examples_that_need_nothing(run: Command) -> None:
    for name in (("catalog",), ("catalog", "list"), ("catalog", "show"), ("ledger",), ("ledger", "show"), ("letters",)):
        example = EXAMPLE.search(COMMANDS[name].help or "")
        assert example
        assert run(*shlex.split(example[1])[1:]).code == 0


def test_the_version(run: Command) -> None:
    assert re.fullmatch(r"groeibrief, versie \d+\.\d+\.\d+\n", run("--version").out)
