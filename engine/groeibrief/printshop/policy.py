"""The print policy (``rules/policies/drukwerk.yaml``): batches, paper, marks, postage and control letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from groeibrief import documents
from groeibrief.catalog.project import Project
from groeibrief.errors import DefinitionError, Finding, closest

POLICY = "policies/drukwerk.yaml"
LARGEST_BATCH = 5000
MOST_GRAMS = 2000
Marks = Literal["geen", "datamatrix", "omr"]


@dataclass(frozen=True, slots=True)
class EnvelopePlay:
    """How far a folded sheet can creep in its envelope, in millimetres."""

    breedte: float = 19.0
    hoogte: float = 15.0


@dataclass(frozen=True, slots=True)
class PostagePolicy:
    """What a piece weighs, and what the post asks for; *status* says how sure these numbers are.

    ``papier_g_per_m2`` and ``omslag_g`` weigh a piece. ``gewichtsklassen_g``: the upper bounds of the classes, rising.
    ``sorteercijfers``: by so many first digits of the postcode pieces are sorted. ``minstens_stukken``,
    ``aankondigen_boven`` and ``aankondigen_dagen``: deposits smaller than the first are no bulk post, larger than the
    second are announced so many days before.
    """

    status: str = "te bevestigen met bpost"
    poststuk: str = "klein genormaliseerd"
    papier_g_per_m2: int = 80
    omslag_g: int = 5
    gewichtsklassen_g: tuple[int, ...] = (50, 100, 350, 1000, 2000)
    sorteercijfers: int = 2
    minstens_stukken: int = 500
    aankondigen_boven: int = 20_000
    aankondigen_dagen: int = 5


@dataclass(frozen=True, slots=True)
class ControlAddress:
    """An address of the agency itself, which gets a letter of each mailing so that it sees what arrives and when."""

    naam: str
    regels: tuple[str, ...]
    postcode: str


@dataclass(frozen=True, slots=True)
class PolicyInsert:
    """What goes into the envelope with every letter of every mailing, and its grams."""

    naam: str
    gram: int


@dataclass(frozen=True, slots=True)
class PrintPolicy:
    """How the letters are printed.

    ``paginas_per_partij``: the most pages in one batch. ``velaantallen_apart``: a batch holds letters of one number of
    sheets. ``dubbelzijdig``: two pages on a sheet. ``formaat`` to ``omslag`` are text for the job ticket.
    ``brieven_per_week``: how many are posted a week, at most, so that a counter copes with who comes; None: all at
    once. ``uitvoerprofiel``: the ICC profile of the print shop's press; None: the grey one of our own.
    ``bijlagen``: what goes in with each letter, in the order of the inserter's stations, where a mailing says nothing
    else. ``bewaring_dagen``: how many days after the last posting the print shop may keep what it made from a package.
    """

    geldig_vanaf: date
    paginas_per_partij: int
    velaantallen_apart: bool
    dubbelzijdig: bool
    formaat: str
    kleur: str
    papier: str
    omslag: str
    omslagspeling: EnvelopePlay = EnvelopePlay()
    merktekens: Marks = "geen"
    brieven_per_week: int | None = None
    uitvoerprofiel: Path | None = None
    port: PostagePolicy = PostagePolicy()
    controlebrieven: tuple[ControlAddress, ...] = ()
    bijlagen: tuple[PolicyInsert, ...] = ()
    bewaring_dagen: int = 30

    def sheets(self, pages: int) -> int:
        """Sheets of paper that a letter of *pages* pages takes."""
        return sheets(pages, duplex=self.dubbelzijdig)


def sheets(pages: int, *, duplex: bool) -> int:
    """Sheets of paper for *pages* pages, on one side or on both."""
    return (pages + 1) // 2 if duplex else pages


@dataclass(frozen=True, slots=True)
class _Value:
    """What a key of the policy may hold: a test of the bare value, and its description in Dutch."""

    allowed: Callable[[Any], bool]
    expected: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class _Group:
    """Keys below a key; with ``listed`` the key holds a list of such groups."""

    keys: dict[str, _Rule]
    make: Callable[..., Any]
    listed: bool = False
    required: bool = False

    @property
    def expected(self) -> str:
        """What to write there, in Dutch."""
        return "een lijst van streepjes met 'naam: waarde'" if self.listed else "'naam: waarde', ingesprongen"


_Rule = _Value | _Group


def _whole(low: int, high: int) -> _Value:
    def allowed(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return _Value(allowed, f"een geheel getal van {low} tot en met {high}")


def _text(most: int) -> _Value:
    def allowed(value: Any) -> bool:
        return isinstance(value, str) and 0 < len(value) <= most and value.isprintable()

    return _Value(allowed, f"een tekst van 1 tot {most} tekens")


def _one_of(*words: str) -> _Value:
    return _Value(
        lambda value: value in words, " of ".join((", ".join(words[:-1]), words[-1])) if words[1:] else words[0]
    )


def _are_classes(value: Any) -> bool:
    whole = isinstance(value, list) and bool(value) and all(type(bound) is int and bound > 0 for bound in value)
    return whole and value == sorted(set(value))


def _are_lines(value: Any) -> bool:
    text = isinstance(value, list) and 2 <= len(value) <= 5
    return text and all(isinstance(line, str) and 0 < len(line) <= 40 and line.isprintable() for line in value)


def _is_measure(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= 50


def _optional(value: _Value) -> _Value:
    return replace(value, required=False)


_SWITCH = _Value(lambda value: isinstance(value, bool), "true of false")
_MEASURE = _Value(_is_measure, "een aantal millimeter van 0 tot en met 50")
_MOST = 10_000_000
_RULES = _Group(
    {
        "geldig_vanaf": _Value(lambda value: isinstance(value, date), "een datum, zoals 2025-01-01"),
        "paginas_per_partij": _whole(1, LARGEST_BATCH),
        "velaantallen_apart": _SWITCH,
        "dubbelzijdig": _SWITCH,
        "formaat": _one_of("A4"),
        "kleur": _one_of("zwart"),
        "papier": _text(100),
        "omslag": _text(100),
        "omslagspeling": _Group({"breedte": _MEASURE, "hoogte": _MEASURE}, EnvelopePlay),
        "merktekens": _optional(_one_of("geen", "datamatrix", "omr")),
        "brieven_per_week": _optional(_whole(1, _MOST)),
        "uitvoerprofiel": _optional(_text(200)),
        "bewaring_dagen": _optional(_whole(1, 400)),
        "port": _Group(
            {
                "status": _text(100),
                "poststuk": _text(100),
                "papier_g_per_m2": _whole(40, 400),
                "omslag_g": _whole(1, 500),
                "gewichtsklassen_g": _Value(_are_classes, "een stijgende lijst van gehele getallen"),
                "sorteercijfers": _whole(1, 4),
                "minstens_stukken": _whole(1, _MOST),
                "aankondigen_boven": _whole(1, _MOST),
                "aankondigen_dagen": _whole(1, 100),
            },
            PostagePolicy,
        ),
        "controlebrieven": _Group(
            {
                "naam": _text(40),
                "regels": _Value(_are_lines, "een lijst van 2 tot 5 adresregels van hoogstens 40 tekens"),
                "postcode": _Value(
                    lambda value: isinstance(value, str) and value.isdecimal() and len(value) == 4,
                    'een postcode van vier cijfers tussen aanhalingstekens, zoals "1000"',
                ),
            },
            ControlAddress,
            listed=True,
        ),
        "bijlagen": _Group({"naam": _text(100), "gram": _whole(1, MOST_GRAMS)}, PolicyInsert, listed=True),
    },
    PrintPolicy,
)  # fmt: skip


def load_policy(project: Project) -> PrintPolicy:
    """Read the project's print policy. Raises DefinitionError (E301, E302 unreadable; E399 a value is not allowed)."""
    path = project.rules / POLICY
    name = f"{project.rules.name}/{POLICY}"
    tree = documents.read_yaml(path, shown_as=name)
    if not isinstance(tree, documents.Mapping):
        raise DefinitionError("E399", Finding("Het beleid is een lijst van 'naam: waarde'.", bestand=name, regel=1))
    findings = list(_group_findings(tree, _RULES, name))
    if findings:
        raise DefinitionError("E399", findings)
    policy: PrintPolicy = _made(tree.plain(), _RULES)
    if policy.uitvoerprofiel is None:
        return policy
    return replace(policy, uitvoerprofiel=_profile(project, tree, name))


def _made(values: dict[str, Any], group: _Group) -> Any:
    return group.make(**{key: _plain(value, group.keys[key]) for key, value in values.items()})


def _plain(value: Any, rule: _Rule) -> Any:
    if isinstance(rule, _Group):
        return tuple(_made(one, rule) for one in value) if rule.listed else _made(value, rule)
    if isinstance(value, list):
        return tuple(value)
    return float(value) if isinstance(value, Decimal) else value


def _findings(node: documents.Node, word: str, rule: _Rule, name: str) -> Iterator[Finding]:
    wrong = Finding(f"Bij '{word}' hoort {rule.expected}.", name, node.line, node.column, verwacht=rule.expected)
    if isinstance(rule, _Value):
        if not rule.allowed(node.plain()):
            yield wrong
        return
    groups: Sequence[documents.Node] = (node,)
    if rule.listed:
        if not isinstance(node, documents.Sequence):
            yield wrong
            return
        groups = node.items
    for group in groups:
        if isinstance(group, documents.Mapping):
            yield from _group_findings(group, rule, name)
        else:
            yield wrong


def _group_findings(tree: documents.Mapping, group: _Group, name: str) -> Iterator[Finding]:
    for key, node in tree.entries:
        word = str(key.value)
        if word not in group.keys:
            yield Finding(
                f"'{word}' is geen sleutel van het drukwerkbeleid.",
                name, key.line, key.column, gevonden=word, bedoelde=closest(word, group.keys),
            )  # fmt: skip
            continue
        yield from _findings(node, word, group.keys[word], name)
    for word, rule in group.keys.items():
        if rule.required and tree.get(word) is None:
            line = None if group is _RULES else tree.line
            yield Finding(f"'{word}' ontbreekt: geef {rule.expected}.", name, line, verwacht=rule.expected)


def _profile(project: Project, tree: documents.Mapping, name: str) -> Path:
    """The profile's file, which lies inside the project: what is printed hangs on nothing outside it."""
    node = tree.get("uitvoerprofiel")
    assert isinstance(node, documents.Scalar), "a text, as was checked"
    root = project.root.resolve()
    path = (root / str(node.value)).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise DefinitionError(
            "E399",
            Finding(
                "Bij 'uitvoerprofiel' hoort het pad van een ICC-profiel dat in het project ligt, geschreven vanaf de "
                "map van het project. Zet het bestand daar.",
                name, node.line, node.column,
            ),
        )  # fmt: skip
    return path
