"""The selection policy (``rules/policies/selectie.yaml``): what is left to policy between unit and letter."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from groeibrief.artefacts import sha256_bytes
from groeibrief.catalog import Project
from groeibrief.documents import Mapping, Node, Scalar, Sequence, parse_yaml
from groeibrief.errors import DefinitionError, Finding, closest, reason

FILE = "selectie.yaml"


class Choice(Enum):
    """Whether such an address is written to."""

    HOLD = "weren"
    WRITE = "schrijven"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ThroughThirds(_Model):
    """Addresses at which another than the addressee opens the post."""

    referentieadres: Choice
    collectief: Choice


class RequiredLists(_Model):
    """The suppression lists without which there is no selection."""

    verplicht: tuple[str, ...]
    ook_bij_synthetisch: bool


class Abbreviations(_Model):
    """Written-out words with their abbreviations; the first is the one that an address line uses.

    ``achtervoegsels`` also count when they end a longer word (Kerkstr); ``woorden`` are words of their own.
    """

    achtervoegsels: dict[str, tuple[str, ...]]
    woorden: dict[str, tuple[str, ...]]


class SelectionPolicy(_Model):
    """The policy as read. ``sha256`` is of the file's bytes: what an approval binds."""

    buitenland: Choice
    adres_via_derde: ThroughThirds
    lijsten: RequiredLists
    tekens_per_regel: int = Field(ge=30, le=60)
    afkortingen: Abbreviations
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    def required_lists(self, *, synthetic: bool) -> tuple[str, ...]:
        """The lists that must be there for such a snapshot."""
        return () if synthetic and not self.lijsten.ook_bij_synthetisch else self.lijsten.verplicht


LISTS = ("verzet", "beschermd")
"""The suppression lists that there are: who opted out, and who is protected."""


def load_policy(project: Project) -> SelectionPolicy:
    """Read and check the policy, all findings at once.

    Raises DefinitionError: E630 unreadable, E631 a key or value that the policy doesn't know or misses, E302 no YAML.
    """
    path = project.rules / "policies" / FILE
    name = str(Path("rules") / "policies" / FILE)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DefinitionError(
            "E630", Finding(f"Het selectiebeleid kan niet gelezen worden: {reason(error)}.", bestand=name)
        ) from error
    root = parse_yaml(data, name)
    if not isinstance(root, Mapping):
        raise DefinitionError(
            "E631",
            Finding("Het selectiebeleid is een lijst van sleutels met hun waarde.", name, root.line, root.column),
        )
    try:
        policy = SelectionPolicy.model_validate({**root.plain(), "sha256": sha256_bytes(data)})
    except ValidationError as error:
        raise DefinitionError("E631", [_finding(fault, root, name) for fault in error.errors()]) from error
    if unknown := [entry for entry in policy.lijsten.verplicht if entry not in LISTS]:
        raise DefinitionError("E631", [_unknown_list(entry, root, name) for entry in unknown])
    return policy


def _finding(fault: object, root: Mapping, name: str) -> Finding:
    assert isinstance(fault, dict)
    path = tuple(fault["loc"])
    node, found = _node(root, path)
    words = ".".join(str(part) for part in path)
    expected: str | None = None
    match fault["type"]:
        case "missing":
            message = f"De sleutel '{words}' ontbreekt."
        case "extra_forbidden":
            message = f"De sleutel '{words}' kent het selectiebeleid niet: verwijder ze."
        case "enum":
            expected = " of ".join(choice.value for choice in Choice)
            message = f"'{words}' is {expected}."
        case _:
            message = f"De waarde van '{words}' is niet van de juiste soort of ligt buiten de grenzen."
    meant = None
    if fault["type"] == "enum" and isinstance(found, str):
        meant = closest(found, [choice.value for choice in Choice])
    return Finding(
        message, name, node.line, node.column, None if found is None else str(found), verwacht=expected, bedoelde=meant
    )


def _unknown_list(entry: str, root: Mapping, name: str) -> Finding:
    node, _ = _node(root, ("lijsten", "verplicht"))
    return Finding(
        f"Er bestaat geen lijst '{entry}': een lijst is {' of '.join(LISTS)}.",
        name, node.line, node.column, entry, " of ".join(LISTS), closest(entry, LISTS),
    )  # fmt: skip


def _node(root: Node, path: tuple[object, ...]) -> tuple[Node, object]:
    """The deepest node on *path* that exists, and the plain value at its very end (None when that is a tree)."""
    node = root
    for part in path:
        inner: Node | None = None
        if isinstance(node, Mapping):
            inner = node.get(str(part))
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            inner = node.items[part]
        if inner is None:
            return node, None
        node = inner
    return node, node.text if isinstance(node, Scalar) else None
