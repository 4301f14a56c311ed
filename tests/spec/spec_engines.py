"""Both engines over the families of one chapter: all its cases in one prepared store, told apart by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import generated_engines
import pytest
from spec_chapters import Case, Chapter, Refusal, Written, child_labels
from spec_families import FALSE, OUTSIDE, TRUE, UNKNOWN, Outcome

from groeibrief.catalog import Catalogue, Project, find_project
from groeibrief.engines import Engine
from groeibrief.errors import UserError
from groeibrief.language import Binding, Cases, Definition, case_tables, load_definition
from groeibrief.language.cases import Case as ReadCase

IDS = 1_000_000
"""How many ids there are between one case and the next."""
_IDENTIFIERS = ("persoon_id", "dossier_id", "kind_id")
_OUTCOMES: dict[bool | None, Outcome] = {True: TRUE, False: FALSE, None: UNKNOWN}


def load(written: Written, folder: Path, catalogue: Catalogue, project: Project | None = None) -> Definition:
    """Read the definition as the command line would: from its file, checked and bound."""
    path = folder / "voorbeeld.yaml"
    path.write_text(written.document, encoding="utf-8")
    binding = Binding(parameters=dict(written.binding)) if written.binding else None
    return load_definition(path, catalogue, project or find_project(), binding)


@dataclass(frozen=True)
class Laid:
    """A case with its definition, and the id of each unit by its label."""

    case: Case
    definition: Definition
    first_id: int
    dossiers: dict[str, int]
    children: dict[str, int]

    @property
    def units(self) -> dict[str, int]:
        return self.dossiers if self.case.definition.unit == "gezin" else self.children

    def labels(self, ids: list[int], among: dict[str, int]) -> list[str]:
        """The labels of those of the ids that belong to this case, sorted."""
        names = {number: label for label, number in among.items()}
        return sorted(names[number] for number in ids if self.first_id <= number < self.first_id + IDS)


class Bench:
    """The cases of a chapter on both engines."""

    def __init__(self, laid: dict[str, Laid], engines: dict[str, Engine], folder: Path, catalogue: Catalogue) -> None:
        self.engines = engines
        self._laid, self._folder, self._catalogue = laid, folder, catalogue

    def check(self, case: Case | Refusal, engine: str) -> None:
        """Assert that the engine says of the case what the chapter says."""
        if isinstance(case, Refusal):
            self._check_refusal(case, self.engines[engine])
        else:
            self._check_case(self._laid[case.title], self.engines[engine])

    def _check_refusal(self, case: Refusal, engine: Engine) -> None:
        with pytest.raises(UserError) as refused:
            engine.count(load(case.definition, self._folder, self._catalogue).question)
        error = refused.value
        assert (error.code, error.exit_code) == (case.code, case.exit_code)
        said = tuple(str(replace(finding, bestand=None, regel=None, kolom=None)) for finding in error.findings)
        assert said == case.messages

    def _check_case(self, laid: Laid, engine: Engine) -> None:
        case, question = laid.case, laid.definition.question
        found = engine.outcomes(question).to_pylist()
        mine = {row["unit_id"]: _OUTCOMES[row["outcome"]] for row in found}
        assert {label: mine.get(number, OUTSIDE) for label, number in laid.units.items()} == case.outcomes

        selected = engine.select(question)
        children = selected.children.to_pylist()
        assert laid.labels([row["kind_id"] for row in children], laid.children) == sorted(case.counted_children)
        dossiers = [row["dossier_id"] for row in selected.families.to_pylist()]
        assert laid.labels(dossiers, laid.dossiers) == sorted(case.counted_families)

        counts = engine.count(question)
        assert counts == selected.counts
        unknown = sum(1 for row in found if row["outcome"] is None)
        assert (counts.families, counts.children, counts.undecidable) == (len(dossiers), len(children), unknown)
        if case.without_domicile is not None:
            assert counts.without_domicile == case.without_domicile
        if case.entitled is not None:
            assert self._entitled(laid, selected.entitled.to_pylist()) == case.entitled

    def _entitled(self, laid: Laid, rows: list[dict[str, int]]) -> dict[str, tuple[int, ...]]:
        names = {number: label for label, number in laid.children.items()}
        found: dict[str, tuple[int, ...]] = {}
        for row in rows:
            if (label := names.get(row["kind_id"])) is not None:
                found[label] = (*found.get(label, ()), row["volgorde"])
        return found


@contextmanager
def bench(chapter: Chapter, catalogue: Catalogue, folder: Path) -> Iterator[Bench]:
    """Lay out a chapter, prepare it, and open both engines."""
    rows: dict[str, list[dict[str, Any]]] = {}
    laid = {}
    for number, case in enumerate((case for case in chapter.cases if isinstance(case, Case)), 1):
        laid[case.title] = _lay(case, load(case.definition, folder, catalogue), number * IDS, rows, catalogue)
    if not rows:
        rows = _tables_of((), load(Written("heeft: {bron: sociale_toeslag}"), folder, catalogue), catalogue).rows
    reference = generated_engines.reference(rows, catalogue)
    with generated_engines.duckdb(rows, catalogue) as duckdb:
        yield Bench(laid, {"duckdb": duckdb, "reference": reference}, folder, catalogue)


def _lay(
    case: Case, definition: Definition, first_id: int, rows: dict[str, list[dict[str, Any]]], catalogue: Catalogue
) -> Laid:
    read = tuple(ReadCase("", None, "", family.as_read(), (), 0) for family in case.families)
    tables = _tables_of(read, definition, catalogue)
    for table, own in tables.rows.items():
        rows.setdefault(table, []).extend(
            {name: value + first_id if name in _IDENTIFIERS and value else value for name, value in row.items()}
            for row in own
        )
    dossiers = {str(number): first_id + id_ for number, id_ in enumerate(tables.dossiers, 1)}
    children = {
        label: first_id + id_
        for (number, family), ids in zip(case.numbered, tables.children, strict=True)
        for label, id_ in zip(child_labels(number, family), ids, strict=True)
    }
    return Laid(case, definition, first_id, dossiers, children)


def _tables_of(read: tuple[ReadCase, ...], definition: Definition, catalogue: Catalogue) -> Any:
    return case_tables(
        Cases("voorbeeld", Binding(), read, Path("voorbeeld.cases.yaml")), definition.question, catalogue
    )
