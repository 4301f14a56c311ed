"""Mutants of a module: small faults, each put into its syntax tree at one place.

A mutant is named by where it is, what stood there and what stands there now, and by no line number, so that a list of
them outlives other changes to the module.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

_LONGEST = 160
"""Of a longer text only the head is shown."""

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add}
_FUNCTIONS = {
    "at_least": "more", "more": "at_least", "at_most": "less", "less": "at_most", "all_of": "any_of",
    "any_of": "all_of", "any": "all", "all": "any", "min": "max", "max": "min", "sorted": "list", "reversed": "list",
}  # fmt: skip
_NODES = {
    "GTE": "GT", "GT": "GTE", "LTE": "LT", "LT": "LTE", "EQ": "NEQ", "NEQ": "EQ", "Add": "Sub", "Sub": "Add",
    "and_": "or_", "or_": "and_", "true": "false", "false": "true", "null": "false", "BitwiseAnd": "BitwiseOr",
}  # fmt: skip
_IN_SQL = {"min": "max", "greatest": "least", "least": "greatest", "bit_or": "bit_and", "sum": "max"}
_WRAPPERS = frozenset(("negation", "possible", "paren"))
_NODE_WRAPPERS = frozenset(("Not", "Neg", "Filter", "cast", "paren"))
_STRINGS = {"left": "inner", "inner": "left"}
_OPTIONAL = frozenset(("where", "joins", "distinct", "having"))
_SEQUENCE_TAKERS = frozenset(("all_of", "any_of"))


@dataclass(frozen=True)
class _Fault:
    """What comes instead of a node (None: nothing, in a list). ``gone``: the part that it lacks, when it is no more."""

    new: ast.AST | None
    gone: ast.AST | None = None


@dataclass(frozen=True)
class Mutant:
    """A fault at one place. ``number`` tells apart the same fault at the same place, from 1."""

    module: str
    place: str
    before: str
    after: str
    lines: frozenset[int]
    number: int = 1
    install: Callable[[], None] = field(default=lambda: None, compare=False, repr=False)
    """Put the fault into the tree that it was found in."""

    @property
    def name(self) -> str:
        """What a reader calls it; unique in a module."""
        again = f" ({self.number})" if self.number > 1 else ""
        change = f"{self.before} → {self.after}" if self.after else self.before
        return f"{self.module}.{self.place}: {change}{again}"


def mutants(module: str, tree: ast.Module) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    found = sorted(_Search(module).search(tree), key=lambda mutant: min(mutant.lines))
    numbers: Counter[str] = Counter()
    result = []
    for mutant in found:
        numbers[mutant.name] += 1
        result.append(replace(mutant, number=numbers[mutant.name]))
    return result


def read(path: Path) -> ast.Module:
    """The tree of a source file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


class _Search:
    """Walks a tree, knowing at which place it is."""

    def __init__(self, module: str) -> None:
        self._module = module

    def search(self, tree: ast.Module) -> Iterator[Mutant]:
        yield from self._children(tree, "")

    def _children(self, node: ast.AST, place: str) -> Iterator[Mutant]:
        for name, value in ast.iter_fields(node):
            if _says_nothing(node, name):
                continue
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(child, ast.AST):
                    position = index if isinstance(value, list) else None
                    yield from self._at(node, name, position, child, place)

    def _at(self, parent: ast.AST, name: str, index: int | None, node: ast.AST, place: str) -> Iterator[Mutant]:
        if _is_left_alone(node):
            return
        for fault in _faults(parent, name, node):
            install, undo = (_installer(parent, name, index, new) for new in (fault.new, node))
            if fault.gone is not None:
                before, after = _text(fault.gone), "nothing"
            else:
                # A constant alone says nothing: show what it stands in.
                shown = parent if isinstance(node, ast.Constant) else None
                before = _text(shown or node)
                install()
                after = _text(shown or fault.new or ast.Pass())
                undo()
            yield Mutant(self._module, place or "module", before, after, _lines(parent, node), install=install)
        yield from self._children(node, _place(place, node))


def _installer(parent: ast.AST, name: str, index: int | None, new: ast.AST | None) -> Callable[[], None]:
    def install() -> None:
        if index is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[index] = new

    return install


def _lines(parent: ast.AST, node: ast.AST) -> frozenset[int]:
    """The lines of a node; of a condition that guards others, those of the condition."""
    shown = node.test if isinstance(node, ast.If) else node
    found = {
        line
        for part in ast.walk(shown)
        for line in range(getattr(part, "lineno", 0), getattr(part, "end_lineno", 0) + 1)
        if line
    }
    return frozenset(found or {getattr(parent, "lineno", 0)})


def _place(place: str, node: ast.AST) -> str:
    """The place inside a node: a registered function is named by what it is registered for."""
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return place
    name = node.name
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and name == "_":
            name = ast.unparse(decorator).replace(".register", "")
    return f"{place}.{name}" if place else name


def _says_nothing(node: ast.AST, name: str) -> bool:
    """Annotations, decorators and bases are no behaviour."""
    return name in ("annotation", "returns", "decorator_list", "bases", "type_comment") or (
        name == "target" and isinstance(node, ast.AnnAssign)
    )


def _is_left_alone(node: ast.AST) -> bool:
    """Imports, types, what a reader reads, and what guards against a defect that cannot happen."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert() | ast.JoinedStr():
            return True
        case ast.Expr(ast.Constant()) | ast.If(ast.Name("TYPE_CHECKING")):
            return True
        case ast.Raise(ast.Call(ast.Name("AssertionError"))):
            return True
        case ast.Assign([ast.Name("__all__")]) | ast.Subscript(ast.Name("Callable" | "Iterator" | "Literal")):
            return True
        case _:
            return False


def _faults(parent: ast.AST, name: str, node: ast.AST) -> Iterator[_Fault]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield _Fault(ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))
            for index in range(len(node.values)):
                rest = [value for place, value in enumerate(node.values) if place != index]
                yield _Fault(rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))
        case ast.UnaryOp(ast.Not(), operand):
            yield _Fault(operand)
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            yield _Fault(ast.BinOp(left, _ARITHMETIC[type(op)](), right))
        case ast.Constant() if not (isinstance(parent, ast.keyword) and parent.arg == "copy"):
            yield from _constants(node)
        case ast.IfExp():
            yield _Fault(node.body)
            yield _Fault(node.orelse)
        case ast.Call():
            yield from _called(node)
        case ast.List() if isinstance(node.ctx, ast.Load):
            yield from _shortened(node)
        case ast.Tuple() if _is_sequence(parent, name):
            yield from _shortened(node)
        case ast.Dict():
            for index, key in enumerate(node.keys):
                if key is not None and len(node.keys) > 1:
                    yield _Fault(ast.Dict(_without(node.keys, index), _without(node.values, index)), key)
        case ast.MatchOr():
            for index in range(len(node.patterns)):
                rest_of = _without(node.patterns, index)
                yield _Fault(rest_of[0] if len(rest_of) == 1 else ast.MatchOr(rest_of))
        case ast.comprehension() if node.ifs:
            for index in range(len(node.ifs)):
                rest_of = _without(node.ifs, index)
                yield _Fault(ast.comprehension(node.target, node.iter, rest_of, node.is_async), node.ifs[index])
                negated = [*rest_of, ast.UnaryOp(ast.Not(), node.ifs[index])]
                yield _Fault(ast.comprehension(node.target, node.iter, negated, node.is_async))
        case ast.match_case() if node.guard:
            yield _Fault(ast.match_case(node.pattern, None, node.body), node.guard)
        case ast.If():
            # The test stays in it, for the name that it may give to a value.
            always = ast.BoolOp(ast.Or(), [node.test, ast.Constant(True)])
            never = ast.BoolOp(ast.And(), [node.test, ast.Constant(False)])
            yield from (_Fault(ast.If(test, node.body, node.orelse)) for test in (always, never))
        case ast.Expr(ast.Call()) | ast.AugAssign() | ast.Assign([ast.Subscript()]):
            yield _Fault(ast.Pass())


def _compared(node: ast.Compare) -> Iterator[_Fault]:
    for index, operator in enumerate(node.ops):
        operators = [*node.ops[:index], _COMPARISONS[type(operator)](), *node.ops[index + 1 :]]
        yield _Fault(ast.Compare(node.left, operators, node.comparators))


def _constants(node: ast.Constant) -> Iterator[_Fault]:
    match node.value:
        case bool():
            yield _Fault(ast.Constant(not node.value))
        case int():
            yield _Fault(ast.Constant(node.value + 1))
            if node.value > 0:
                yield _Fault(ast.Constant(node.value - 1))
        case str() if node.value in _STRINGS:
            yield _Fault(ast.Constant(_STRINGS[node.value]))


def _called(node: ast.Call) -> Iterator[_Fault]:
    match node.func:
        case ast.Name("call") if node.args and isinstance(node.args[0], ast.Constant):
            function = node.args[0].value
            if function == "coalesce":
                yield _Fault(node.args[1])
            elif function in _IN_SQL:
                yield _Fault(ast.Call(node.func, [ast.Constant(_IN_SQL[function]), *node.args[1:]], node.keywords))
        case ast.Name("equal"):
            yield _Fault(_call_of("negation", node))
        case ast.Name("unknown"):
            yield _Fault(_call_of("negation", node))
        case ast.Name(name) if name in _WRAPPERS:
            yield _Fault(node.args[0])
        case ast.Name(name) if name in _FUNCTIONS:
            yield _Fault(ast.Call(ast.Name(_FUNCTIONS[name], ast.Load()), node.args, _keywords(node, _FUNCTIONS[name])))
        case ast.Attribute(ast.Name("exp"), name) if name in _NODES:
            yield _Fault(
                ast.Call(ast.Attribute(ast.Name("exp", ast.Load()), _NODES[name], ast.Load()), node.args, node.keywords)
            )
        case ast.Attribute(ast.Name("exp"), name) if name in _NODE_WRAPPERS:
            yield _Fault(node.args[0] if node.args else node.keywords[0].value)
    if isinstance(node.func, ast.Name) and node.func.id == "grouped" and len(node.args) == 3:
        yield _Fault(ast.Call(node.func, node.args[:2], node.keywords), node.args[2])
    for index, keyword in enumerate(node.keywords):
        if keyword.arg in _OPTIONAL:
            yield _Fault(ast.Call(node.func, node.args, _without(node.keywords, index)), keyword)


def _call_of(function: str, argument: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(function, ast.Load()), [argument], [])


def _keywords(node: ast.Call, function: str) -> list[ast.keyword]:
    return [] if function == "list" else node.keywords


def _is_sequence(parent: ast.AST, name: str) -> bool:
    """The tuple is gone through, so that one element fewer is still one that works."""
    match parent:
        case ast.comprehension() | ast.For():
            return name == "iter"
        case ast.Call(ast.Name(function)):
            return function in _SEQUENCE_TAKERS
        case _:
            return False


def _shortened(node: ast.List | ast.Tuple) -> Iterator[_Fault]:
    for index in range(len(node.elts)):
        yield _Fault(type(node)(_without(node.elts, index), node.ctx), node.elts[index])


def _without(items: list[Any], index: int) -> list[Any]:
    return [*items[:index], *items[index + 1 :]]


def _text(node: ast.AST) -> str:
    """A node on one line; of a statement that is cut in two, its head."""
    match node:
        case ast.If():
            text = f"if {ast.unparse(node.test)}"
        case ast.match_case():
            text = f"case {ast.unparse(node.pattern)}"
        case ast.arguments():
            text = f"({ast.unparse(node)})"
        case _:
            text = ast.unparse(node)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …"
