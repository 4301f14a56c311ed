"""Named conditions (``rules/begrippen/<naam>.yaml``): read where they are called, with their own parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from groeibrief.catalog import Project
from groeibrief.documents import Mapping, Node, Scalar, read_yaml
from groeibrief.errors import DefinitionError, closest
from groeibrief.language import values
from groeibrief.language.faults import IDENTIFIER, NAMED_CONDITION, SORT, Faults, Place, one_of
from groeibrief.language.parameters import (
    Filling,
    Parameter,
    default_scalar,
    read_parameters,
    read_value,
    report_unused,
)
from groeibrief.query import Sort

if TYPE_CHECKING:
    from groeibrief.language.conditions import Reader, Written

FOLDER = "begrippen"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class NamedConditions:
    """The named conditions of a project; ``stack`` holds the names being read, outermost first."""

    project: Project
    stack: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.project.rules / FOLDER

    def names(self) -> tuple[str, ...]:
        """The names that exist, sorted."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.yaml")))

    def read(self, reader: Reader, value: Node, sort: Sort, place: Place) -> Written | None:
        """Read the condition that ``begrip: …`` calls, about *sort*, with everything in it at *place*."""
        from groeibrief.language.conditions import relocated

        call = self._call(reader.faults, value)
        if call is None:
            return None
        node, given = call
        name = node.text
        if name in self.stack:
            circle = " → ".join((*self.stack[self.stack.index(name) :], name))
            reader.faults.add(NAMED_CONDITION, node, f"De begrippen verwijzen in een kring naar elkaar: {circle}.")
            return None
        path = self.folder / f"{name}.yaml"
        if not _NAME.fullmatch(name) or not path.is_file():
            known = self.names()
            reader.faults.add(
                NAMED_CONDITION,
                node,
                f"Het begrip '{name}' bestaat niet in {self.project.rules.name}/{FOLDER}.",
                verwacht=one_of(known) if known else None,
                bedoelde=closest(name, known),
            )
            return None
        own = reader.faults.inside(str(path))
        try:
            document = read_yaml(path)
        except DefinitionError as error:
            own.found.extend((error.code, finding) for finding in error.findings)
            return None
        body = self._body(reader.faults, own, node, document, given, sort)
        if body is None:
            return None
        inner = type(reader)(own, reader.catalogue, reader.on, NamedConditions(self.project, (*self.stack, name)))
        written = inner.read(body, sort)
        return None if written is None else relocated(written, place)

    def _call(self, faults: Faults, value: Node) -> tuple[Scalar, Mapping | None] | None:
        given: Node | None = None
        if isinstance(value, Mapping):
            parts = values.mapping(faults, value, "begrip", ("naam", "parameters"), ("naam",))
            if not parts or "naam" not in parts:
                return None
            value, given = parts["naam"], parts.get("parameters")
        if values.open_reference(value):
            return None
        if not isinstance(value, Scalar) or (given is not None and not isinstance(given, Mapping)):
            faults.add(
                NAMED_CONDITION,
                value,
                "Schrijf `begrip: naam`, of `begrip: {naam: …, parameters: {…}}`.",
            )
            return None
        return value, given

    def _body(
        self, calling: Faults, own: Faults, call: Scalar, document: Node, given: Mapping | None, sort: Sort
    ) -> Node | None:
        known = ("begrip", "omschrijving", "over", "parameters", "voorwaarden")
        parts = values.mapping(own, document, call.text, known, ("begrip", "over", "voorwaarden"))
        if parts is None or not {"begrip", "over", "voorwaarden"} <= parts.keys():
            return None
        if (name := values.text(own, parts["begrip"], "begrip")) not in (None, call.text):
            melding = f"Het begrip heet anders dan zijn bestand: schrijf 'begrip: {call.text}' of hernoem het bestand."
            own.add(IDENTIFIER, parts["begrip"], melding, gevonden=name, verwacht=call.text)
        if "omschrijving" in parts:
            values.text(own, parts["omschrijving"], "omschrijving")
        about = values.choice(own, parts["over"], "over", [each.value for each in Sort])
        if about is None:
            return None
        if about != sort.value:
            melding = (
                f"Het begrip '{call.text}' gaat over een {about}; hier hoort een voorwaarde over een {sort.value}."
            )
            calling.add(SORT, call, melding, gevonden=about, verwacht=sort.value)
            return None
        declared = read_parameters(own, parts.get("parameters"))
        filling = Filling(declared, self._values(calling, call, declared, given), set())
        body = filling.fill(own, parts["voorwaarden"])
        report_unused(own, parts.get("parameters"), declared, filling.used)
        return body

    def _values(
        self, faults: Faults, call: Scalar, declared: dict[str, Parameter], given: Mapping | None
    ) -> dict[str, Scalar]:
        filled: dict[str, Scalar] = {}
        entries = {key.text: value for key, value in given.entries} if given else {}
        for key, _ in given.entries if given else ():
            if key.text not in declared:
                melding = f"Het begrip '{call.text}' heeft geen parameter '{key.text}'."
                meant = closest(key.text, declared)
                faults.add(
                    NAMED_CONDITION, key, melding, verwacht=one_of(declared) if declared else None, bedoelde=meant
                )
        for name, parameter in declared.items():
            if name in entries:
                value = read_value(faults, parameter, entries[name], name)
            else:
                value = default_scalar(parameter)
                if value is None:
                    melding = (
                        f"Het begrip '{call.text}' vraagt een waarde voor '{name}': schrijf ze onder 'parameters'."
                    )
                    faults.add(NAMED_CONDITION, call, melding, verwacht=name)
            if value is not None:
                filled[name] = value
        return filled
