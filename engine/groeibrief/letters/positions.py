"""YAML files into models, with every fault placed at its line and column, in Dutch."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from groeibrief.documents import Mapping, Node, Scalar, Sequence, read_yaml
from groeibrief.errors import DefinitionError, Finding, closest


class Model(BaseModel):
    """Frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_M = TypeVar("_M", bound=BaseModel)


def read_model(path: Path, model: type[_M], code: str, shown_as: str) -> _M:
    """Read the YAML file *path* as *model*. Raises DefinitionError: *code* with all faults at once, or E301/E302."""
    tree = read_yaml(path, shown_as=shown_as)
    if not isinstance(tree, Mapping):
        raise DefinitionError(code, Finding("Het bestand begint met sleutels en waarden.", bestand=shown_as, regel=1))
    try:
        return model.model_validate(tree.plain())
    except ValidationError as error:
        findings = [_finding(tree, dict(fault), shown_as, model) for fault in error.errors(include_url=False)]
        raise DefinitionError(code, findings) from None


def _finding(tree: Mapping, fault: dict[str, object], shown_as: str, model: type[BaseModel]) -> Finding:
    location = fault["loc"]
    assert isinstance(location, tuple)
    words = [str(part) for part in location]
    where = ".".join(words)
    node = place(tree, words)
    line, column = (node.line, node.column) if node else (1, 1)
    meant = None
    match fault["type"]:
        case "missing":
            message = f"'{where}' ontbreekt: voeg het toe."
        case "extra_forbidden":
            message = f"'{where}' is een onbekend woord: verwijder het of verbeter de spelling."
            meant = closest(words[-1], model.model_fields) if len(words) == 1 else None
        case "value_error":
            message = str(fault["msg"]).removeprefix("Value error, ")
        case _:
            message = f"'{where}' heeft een waarde die hier niet past. Moet het een getal, een tekst of een lijst zijn?"
    found = node.text if isinstance(node, Scalar) else None
    return Finding(message, bestand=shown_as, regel=line, kolom=column, gevonden=found, bedoelde=meant)


def place(tree: Mapping, words: list[str]) -> Node | None:
    """The node at *words*, or the deepest one on the way there that exists; for an unknown key, the key."""
    node: Node = tree
    for word in words:
        following: Node | None = None
        if isinstance(node, Mapping):
            following = node.get(word)
            if isinstance(following, Mapping):
                following = Mapping(following.entries, *_key_place(node, word))
        elif isinstance(node, Sequence) and word.isdigit() and int(word) < len(node.items):
            following = node.items[int(word)]
        if following is None:
            return node
        node = following
    return node


def _key_place(mapping: Mapping, word: str) -> tuple[int, int]:
    key = mapping.key(word)
    assert key is not None, "the key was found before"
    return key.line, key.column
