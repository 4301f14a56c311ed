"""Chapters as Markdown: each case a title, a sentence, its families as a text table, its definition, the result."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from spec_chapters import Case, Chapter, Refusal, Written, child_labels
from spec_families import UNKNOWN, Values

_GAP = "  "


def draw(chapter: Chapter, number: str) -> str:
    """The chapter under a heading of the third level, its cases under the fourth."""
    parts = [f"### {number} {chapter.title}", _paragraph(chapter.text)]
    for case in chapter.cases:
        parts += [f"#### {case.title}", _paragraph(case.text)]
        parts += _case(case) if isinstance(case, Case) else _refusal(case)
    return "\n\n".join(parts) + "\n"


def _paragraph(text: str) -> str:
    """One line a paragraph, as written in *text* with any indent and width; tables and lists keep their lines."""
    blocks = textwrap.dedent(text).strip().split("\n\n")
    kept = ("|", "- ")
    return "\n\n".join(block if block.startswith(kept) else " ".join(block.split()) for block in blocks)


def _case(case: Case) -> list[str]:
    tables = [_children(case)]
    if people := _beneficiaries(case):
        tables.append(people)
    return [*(_fenced("text", table) for table in tables), *_definition(case.definition), _result(case)]


def _refusal(case: Refusal) -> list[str]:
    when = "Geweigerd bij het tellen" if case.exit_code == 4 else "Geweigerd bij het lezen"
    told = "\n".join(f"> {message}" for message in case.messages)
    return [*_definition(case.definition), f"{when} ({case.code}, exit {case.exit_code}):", told]


def _definition(definition: Written) -> list[str]:
    parts = [_fenced("yaml", definition.shown)]
    if definition.binding:
        given = " ".join(f"--param {name}={value}" for name, value in definition.binding.items())
        parts.append(f"Ingevuld met `{given}`.")
    return parts


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def _result(case: Case) -> str:
    families, children = len(case.counted_families), len(case.counted_children)
    told = [
        f"**{families} {'gezin' if families == 1 else 'gezinnen'}** en "
        f"**{children} {'kind' if children == 1 else 'kinderen'}** geteld"
    ]
    if case.definition.unit == "gezin" and children:
        told.append(f" ({', '.join(case.counted_children)})")
    if unknown := sum(1 for outcome in case.outcomes.values() if outcome is UNKNOWN):
        told.append(f"; {unknown} niet te beoordelen")
    if case.without_domicile is not None:
        told.append(f"; {case.without_domicile} zonder woonplaats")
    sentence = "".join(told) + "."
    if case.entitled is None:
        return sentence
    to_whom = "; ".join(f"{label}: {' en '.join(map(str, orders))}" for label, orders in case.entitled.items())
    return f"{sentence} Het recht is toegekend aan de begunstigde met volgorde: {to_whom or 'niemand'}."


def _children(case: Case) -> str:
    about_children = case.definition.unit == "kind"
    dossier = _keys(family.dossier for family in case.families)
    keys = _keys(child.values for family in case.families for child in family.children)
    heading = ["gezin", *dossier, "kind", *keys, "uitkomst"]
    rows = []
    for number, family in case.numbered:
        own = [str(number), *(_cell(family.dossier.get(key)) for key in dossier)]
        outcome = family.outcome.value if family.outcome else ""
        if not family.children:
            rows.append([*own, "", *("" for _ in keys), outcome])
        for label, child in zip(child_labels(number, family), family.children, strict=True):
            cells = [_cell(child.values[key]) if key in child.values else "" for key in keys]
            mine = child.outcome.value if about_children and child.outcome else outcome
            rows.append([*own, label, *cells, mine])
            own, outcome = ["" for _ in own], ""
    return _table(heading, rows)


def _beneficiaries(case: Case) -> str | None:
    people = [
        (number, person)
        for number, family in case.numbered
        if family.beneficiaries is not None
        for person in family.beneficiaries
    ]
    if not people:
        return None
    keys = _keys(person for _, person in people)
    heading = ["gezin", "begunstigde", *keys]
    rows, place = [], dict.fromkeys((number for number, _ in people), 0)
    for number, person in people:
        place[number] += 1
        order = str(person.get("volgorde", place[number]))
        rows.append([str(number), order, *(_cell(person[key]) if key in person else "" for key in keys)])
    return _table(heading, rows)


def _keys(rows: Iterable[Values]) -> list[str]:
    return [key for key in dict.fromkeys(key for row in rows for key in row) if key != "volgorde"]


def _cell(value: Any) -> str:
    """One cell; a list has a line for each row."""
    if value is None:
        return "onbekend"
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(part)}" for key, part in value.items()) or "ja"
    if isinstance(value, list):
        return "\n".join(map(_cell, value)) or "geen"
    return str(value)


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [[cell.split("\n") for cell in row] for row in [heading, *rows]]
    widths = [max(len(line) for row in cells for line in row[column]) for column in range(len(heading))]
    lines = []
    for row in cells:
        for height in range(max(map(len, row))):
            parts = [cell[height] if height < len(cell) else "" for cell in row]
            lines.append(_GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip())
        if row is cells[0]:
            lines.append(_GAP.join("-" * width for width in widths))
    return "\n".join(lines)
