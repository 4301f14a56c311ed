"""The static proof: which fields a template can reach, over all branches and includes, before anything is read.

Everything that is not on the list of admissible constructs is refused, so that nothing has to be forbidden one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes
from jinja2.environment import Environment

from groeibrief.errors import DefinitionError, Finding, closest
from groeibrief.language.definition import Definition
from groeibrief.letters.fields import Available, Kind, available_for, with_own_texts
from groeibrief.letters.sandbox import FILTERS, LIST_FILTERS
from groeibrief.letters.template import SHARED, Template

_LOOP = {"index": "getal", "length": "getal", "first": "ja_nee", "last": "ja_nee"}
_ORDERED = frozenset({"lt", "lteq", "gt", "gteq"})
_KINDS = {Kind.TEXT: "tekst", Kind.OPTIONAL: "tekst", Kind.LIST: "lijst"}

# A refusal and its code; a template's findings are reported under the first one's code.
Fault = tuple[str, Finding]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a template can reach: fields, files. Held against one definition and found admissible.

    ``weighed``: the fields that are more than printed (asked after, looped over, filtered).
    """

    fields: tuple[str, ...]
    files: tuple[str, ...]
    weighed: frozenset[str]


@dataclass(frozen=True)
class _Scope:
    """Names bound by loops, and fields known to be present because an ``if`` asked for them."""

    loops: Mapping[str, str] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()


def prove(template: Template, definition: Definition) -> Proof:
    """Prove that *template* uses only what *definition* declares.

    Raises DefinitionError with all findings at once: E603 not readable, E604 a construct that is not admissible, E605
    a field that is not available, E606 a field used as what it is not, E607 an unknown filter, E608 an include.
    """
    return prove_against(template, available_for(definition))


def prove_against(template: Template, available: Available) -> Proof:
    """As :func:`prove`, against what is available and the own texts that the template has a place for."""
    available = with_own_texts(available, template.layout.eigen_teksten)
    walk = _Walk(template, available)
    walk.file(template.entry, _Scope())
    if walk.faults:
        raise DefinitionError(walk.faults[0][0], [finding for _, finding in walk.faults])
    return Proof(tuple(sorted(walk.reached)), tuple(sorted(walk.seen)), frozenset(walk.weighed))


class _Walk:
    def __init__(self, template: Template, available: Available) -> None:
        self._template = template
        self._available = available
        self._parser = Environment(autoescape=False)
        self.reached: set[str] = set()
        self.weighed: set[str] = set()
        self.seen: set[str] = set()
        self.faults: list[Fault] = []

    def file(self, name: str, scope: _Scope) -> None:
        """Walk one text and what it includes."""
        self.seen.add(name)
        try:
            tree = self._parser.parse(self._template.texts[name])
        except TemplateSyntaxError as error:
            self._fault("E603", name, error.lineno, None, "Dit is geen geldige sjabloontaal: kijk de accolades na.")
            return
        self._body(tree.body, _Scope(scope.loops, scope.present, (*scope.files, name)))

    def _body(self, body: list[nodes.Node], scope: _Scope) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        if not isinstance(part, nodes.TemplateData):
                            self._printed(part, scope)
                case nodes.If():
                    self._branch(node, scope)
                case nodes.For():
                    self._loop(node, scope)
                case nodes.Include():
                    self._include(node, scope)
                case _:
                    self._inadmissible(node, scope)

    def _branch(self, node: nodes.If, scope: _Scope) -> None:
        test = _expression(node.test)
        self._value(test, scope)
        self._body(node.body, _holding(scope, _asked(test)))
        otherwise = _holding(scope, _asked(test.node)) if isinstance(test, nodes.Not) else scope
        for branch in node.elif_:
            self._branch(branch, otherwise)
        self._body(node.else_, otherwise)

    def _loop(self, node: nodes.For, scope: _Scope) -> None:
        if node.recursive or node.test is not None or not isinstance(node.target, nodes.Name):
            self._inadmissible(node, scope)
            return
        path = _path(node.iter)
        if path is None:
            self._fault("E604", scope.files[-1], node.lineno, None, "Een lus loopt over een lijst uit de invulvelden.")
        elif self._value(_expression(node.iter), scope) not in (None, "lijst"):
            self._fault(
                "E606", scope.files[-1], node.lineno, path, f"Veld {path} is geen lijst: een lus kan er niet over."
            )
        loops = {**scope.loops, node.target.name: "tekst"}
        self._body(node.body, _Scope({**loops, "loop": "lus"}, scope.present, scope.files))
        self._body(node.else_, scope)

    def _include(self, node: nodes.Include, scope: _Scope) -> None:
        here = scope.files[-1]
        if not isinstance(node.template, nodes.Const) or node.ignore_missing:
            message = 'Voeg een tekst in met een vaste naam, zoals {% include "_gedeeld/gegevens.j2" %}.'
            self._fault("E608", here, node.lineno, None, message)
            return
        name = str(node.template.value)
        if name not in self._template.texts:
            message = f"De tekst '{name}' bestaat niet in de map van dit sjabloon of in {SHARED}."
            self._fault("E608", here, node.lineno, name, message, closest(name, self._template.texts))
        elif name in scope.files:
            self._fault("E608", here, node.lineno, name, f"De tekst '{name}' voegt zichzelf in.")
        else:
            self.file(name, scope)

    def _printed(self, node: nodes.Expr, scope: _Scope) -> None:
        path = _path(node)
        kind = self._value(node, scope) if path is None else self._field(path, node, scope)
        if kind == "lijst":
            shown = path or "dit"
            message = f"Veld {shown} is een lijst: gebruik een lus of '{shown} | opsomming'."
            self._fault("E606", scope.files[-1], node.lineno, path, message)
        elif kind == "ja_nee":
            message = "Deze waarde is ja of nee en kan alleen in een {% if %} staan."
            self._fault("E606", scope.files[-1], node.lineno, path, message)
        elif isinstance(node, nodes.CondExpr):
            self._printed(node.expr1, _holding(scope, _asked(node.test)))
            if node.expr2 is not None:
                self._printed(node.expr2, scope)
        elif path is not None:
            self._must_be_present(path, node, scope)

    def _must_be_present(self, path: str, node: nodes.Expr, scope: _Scope) -> None:
        declared = self._available.fields.get(path)
        if declared is not None and declared.kind is Kind.OPTIONAL and path not in scope.present:
            message = f"Veld {path} kan ontbreken: zet het tussen {{% if {path} %}} en {{% endif %}}."
            self._fault("E606", scope.files[-1], node.lineno, path, message)

    def _value(self, node: nodes.Expr, scope: _Scope) -> str | None:
        """The kind of an expression (tekst, lijst, getal, ja_nee); None when it is at fault, which is then noted."""
        match node:
            case nodes.Const(value=bool()):
                return "ja_nee"
            case nodes.Const(value=str()):
                return "tekst"
            case nodes.Const(value=int()):
                return "getal"
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                path = _path(node)
                if path is not None:
                    self.weighed.add(path)
                    return self._field(path, node, scope)
            case nodes.Filter():
                return self._filtered(node, scope)
            case nodes.Not():
                self._value(node.node, scope)
                return "ja_nee"
            case nodes.And() | nodes.Or():
                self._value(node.left, scope)
                self._value(node.right, scope)
                return "ja_nee"
            case nodes.Compare():
                return self._compared(node, scope)
            case nodes.CondExpr() if node.expr2 is not None:
                self._value(node.test, scope)
                kinds = {self._value(node.expr1, scope), self._value(node.expr2, scope)}
                if len(kinds) == 1:
                    return kinds.pop()
                message = "Beide kanten van 'if … else' moeten van dezelfde soort zijn."
                self._fault("E606", scope.files[-1], node.lineno, None, message)
                return None
        self._inadmissible(node, scope)
        return None

    def _compared(self, node: nodes.Compare, scope: _Scope) -> str | None:
        kinds = [self._value(node.expr, scope), *(self._value(operand.expr, scope) for operand in node.ops)]
        if None in kinds:
            return None
        wanted = "getal" if any(operand.op in _ORDERED for operand in node.ops) else kinds[0]
        if any(kind != wanted for kind in kinds) or any(
            operand.op not in {*_ORDERED, "eq", "ne"} for operand in node.ops
        ):
            message = "Vergelijk gelijke soorten: getallen met <, <=, >, >=, en tekst met == of !=."
            self._fault("E606", scope.files[-1], node.lineno, None, message)
        return "ja_nee"

    def _filtered(self, node: nodes.Filter, scope: _Scope) -> str | None:
        if node.name not in FILTERS:
            message = f"De bewerking '{node.name}' is niet toegelaten. Toegelaten zijn: {', '.join(sorted(FILTERS))}."
            self._fault("E607", scope.files[-1], node.lineno, node.name, message, closest(node.name, FILTERS))
            return None
        if node.node is None or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            self._inadmissible(node, scope)
            return None
        kind = self._value(node.node, scope)
        path = _path(node.node)
        if path is not None:
            self._must_be_present(path, node.node, scope)
        wanted = "lijst" if node.name in LIST_FILTERS else "tekst"
        if kind is not None and kind != wanted:
            message = f"De bewerking '{node.name}' werkt op een {wanted}, niet op een {kind}."
            self._fault("E606", scope.files[-1], node.lineno, node.name, message)
        return "getal" if node.name == "aantal" else "tekst"

    def _field(self, path: str, node: nodes.Node, scope: _Scope) -> str | None:
        first, _, rest = path.partition(".")
        if first in scope.loops:
            kind = _LOOP.get(rest) if first == "loop" else ("tekst" if not rest else None)
            if kind is None:
                self._unavailable(path, node, scope, "in een lus is er het element zelf, en loop.index en loop.last.")
            return kind
        declared = self._available.fields.get(path)
        if declared is not None:
            self.reached.add(path)
            return _KINDS[declared.kind]
        parts = [known for known in self._available.fields if known.startswith(f"{path}.")]
        if parts:
            self._unavailable(path, node, scope, f"kies een onderdeel, zoals {parts[0]}.")
        else:
            meant = closest(path, self._available.fields)
            self._unavailable(path, node, scope, self._available.why_not(path), meant)
        return None

    def _unavailable(self, path: str, node: nodes.Node, scope: _Scope, why: str, meant: str | None = None) -> None:
        message = f"Veld {path} is niet beschikbaar: {why}"
        self._fault("E605", scope.files[-1], node.lineno, path, message, meant)

    def _inadmissible(self, node: nodes.Node, scope: _Scope) -> None:
        message = (
            "Deze constructie is niet toegelaten in een sjabloon. "
            "Toegelaten zijn invulvelden, 'if', 'for' over een lijst en 'include'."
        )
        line = next((inner.lineno for inner in (node, *node.find_all(nodes.Node)) if inner.lineno), 1)
        self._fault("E604", scope.files[-1], line, None, message)

    def _fault(
        self, code: str, name: str, line: int, found: str | None, message: str, meant: str | None = None
    ) -> None:
        lines = self._template.texts[name].splitlines()
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        column = text.find(found) + 1 if found else 0
        shown = self._template.shown(name)
        finding = Finding(message, bestand=shown, regel=line, kolom=column or None, gevonden=found, bedoelde=meant)
        if (code, finding) not in self.faults:
            self.faults.append((code, finding))


def _expression(node: nodes.Node) -> nodes.Expr:
    assert isinstance(node, nodes.Expr), "jinja2 parses an expression here"
    return node


def _path(node: nodes.Node) -> str | None:
    """``a.b.c`` for plain access, None for anything else."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            inner = _path(node.node)
            return None if inner is None else f"{inner}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=str() as key)):
            inner = _path(node.node)
            return None if inner is None else f"{inner}.{key}"
    return None


def _asked(test: nodes.Expr) -> frozenset[str]:
    """The fields that are present when *test* is true."""
    if isinstance(test, nodes.And):
        return _asked(test.left) | _asked(test.right)
    path = _path(test)
    return frozenset() if path is None else frozenset({path})


def _holding(scope: _Scope, fields: frozenset[str]) -> _Scope:
    return _Scope(scope.loops, scope.present | fields, scope.files)
