"""``docs/foutcodes.md`` names every error code of the engine, with its exit code, and no other."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import groeibrief
from groeibrief import errors

ENGINE = Path(groeibrief.__file__).parent
TABLE = ENGINE.parents[1] / "docs" / "foutcodes.md"
CODE = re.compile(r"E\d{3}")
ROW = re.compile(r"\| (E\d{3}) \| ([0-9]+(?: of [0-9]+)?) \| (.+) \|")
EXITS = {
    name: kind.exit_code
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.UserError)
}
EXITS["InterruptedRunError"] = 130
# Codes of the same meaning, told in more than one package: both engines refuse the same, whoever writes refuses to
# replace, and a folder that is no folder of letters is found where it is read.
SHARED = {"E210", "E247", "E420", "E750"}


def documented() -> dict[str, tuple[set[int], str]]:
    found: dict[str, tuple[set[int], str]] = {}
    for line in TABLE.read_text().splitlines():
        if row := ROW.fullmatch(line):
            assert row[1] not in found, f"{row[1]} stands in the table twice"
            found[row[1]] = ({int(code) for code in row[2].split(" of ")}, row[3])
    return found


class Uses(ast.NodeVisitor):
    """Each code with the error class around it: the one that is called, or the one that the function returns."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str | None]] = []
        self._around: list[str | None] = [None]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        returned = node.returns.id if isinstance(node.returns, ast.Name) else None
        self._inside(returned if returned in EXITS else None, node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._inside(node.name if node.name in EXITS else None, node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        self._inside(name if name in EXITS else self._around[-1], node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and CODE.fullmatch(node.value):
            self.found.append((node.value, self._around[-1]))

    def _inside(self, name: str | None, node: ast.AST) -> None:
        self._around.append(name)
        self.generic_visit(node)
        self._around.pop()


def uses() -> Iterator[tuple[str, str | None, Path]]:
    for path in sorted(ENGINE.rglob("*.py")):
        visitor = Uses()
        visitor.visit(ast.parse(path.read_text()))
        for code, kind in visitor.found:
            yield code, kind, path.relative_to(ENGINE)


def test_every_code_is_documented_and_no_other() -> None:
    used = {code for code, _, _ in uses()}
    assert len(used) > 120
    assert used - documented().keys() == set(), "not in docs/foutcodes.md"
    assert documented().keys() - used == set(), "no longer in the engine"


def test_the_exit_code_is_that_of_the_error() -> None:
    kinds: dict[str, set[int]] = defaultdict(set)
    for code, kind, _ in uses():
        if kind is not None and kind != "UserError":
            kinds[code].add(EXITS[kind])
    wrong = {
        code: (exits, documented()[code][0]) for code, exits in kinds.items() if not exits <= documented()[code][0]
    }
    assert wrong == {}
    assert len(kinds) > 80


def test_a_code_means_one_thing() -> None:
    packages: dict[str, set[str]] = defaultdict(set)
    for code, _, path in uses():
        packages[code].add(path.parts[0])
    assert {code for code, names in packages.items() if len(names) > 1} - SHARED == set()


def test_meanings_are_dutch_sentences_and_in_order() -> None:
    told = documented()
    assert list(told) == sorted(told)
    assert all(meaning.endswith(".") and meaning[0].isupper() for _, meaning in told.values())
    assert len({meaning for _, meaning in told.values()}) == len(told)
