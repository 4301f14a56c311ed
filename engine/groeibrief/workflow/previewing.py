"""Target groups before anyone asks for a letter: read, described and counted over one snapshot that is kept warm."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from groeibrief.catalog import Catalogue, Project, load_catalogue
from groeibrief.catalog.purposes import Purposes, load_purposes
from groeibrief.disclosure import DisclosurePolicy, load_disclosure_policy
from groeibrief.language.definition import Binding, Client, Definition
from groeibrief.language.description import describe
from groeibrief.language.standard import StandardAudience, load_standard, published
from groeibrief.workflow.counting import ask_as_municipality
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.intake import Progress, take_in
from groeibrief.workflow.recording import MUNICIPALITY
from groeibrief.workflow.settings import Settings
from groeibrief.workflow.tellers import open_teller, warm_up

if TYPE_CHECKING:
    from groeibrief.disclosure import Answer as Answer
    from groeibrief.disclosure import Turns
    from groeibrief.engines import Counts, Engine
    from groeibrief.query import Question


class Preview:
    """Reads definitions and counts over the snapshot in *folder*. Safe over threads.

    Raises on opening what ``take_in`` and ``load_catalogue`` raise.
    """

    def __init__(self, project: Project, folder: Path, settings: Settings, progress: Progress | None = None) -> None:
        from groeibrief.engines.duckdb import DuckDBEngine

        self.project, self.settings, self.folder = project, settings, folder
        self.catalogue: Catalogue = load_catalogue(project)
        self.purposes: Purposes = load_purposes(project)
        self.disclosure: DisclosurePolicy = load_disclosure_policy(project)
        self._store = take_in(folder, settings, self.catalogue, progress)
        self._engine = _OneAtATime(DuckDBEngine(self._store, self.catalogue))
        self.audiences: tuple[StandardAudience, ...] = tuple(
            audience
            for path in published(project)
            if (audience := load_standard(path, self.catalogue, project)) is not None
        )

    def warm_up(self) -> None:
        """Load now what the first count and the first letter would load."""
        import PIL.PngImagePlugin
        import pypdfium2  # noqa: F401 - only to have it loaded, as the one above

        assert PIL.PngImagePlugin.PngImageFile.format == "PNG"
        warm_up(self.project)

    @property
    def synthetic(self) -> bool:
        """Whether the families are invented."""
        return self._store.synthetic

    @property
    def extracted_on(self) -> date:
        """The age of the data: the day of extraction."""
        return self._store.extracted_on

    def read(self, text: str, name: str) -> Bound:
        """Read a definition from its text. Raises DefinitionError (E301-E369) with all findings."""
        with tempfile.TemporaryDirectory(prefix="groeibrief-") as folder:
            path = Path(folder) / f"{name}.yaml"
            path.write_text(text, encoding="utf-8")
            return read_bound(path, Binding(), self.project.root, exactly=True, catalogue=self.catalogue)

    def fill_in(
        self, audience: StandardAudience, municipalities: tuple[str, ...], on: date, texts: dict[str, str], who: Client
    ) -> Bound:
        """Bind a standard audience. Raises UsageError E366 when a value does not fit, DefinitionError as ``read``."""
        binding = Binding(
            municipalities if audience.asks_municipalities else (),
            on if audience.asks_reference_date else None,
            {name: text for name, text in texts.items() if text},
            who,
        )
        return read_bound(audience.path, binding, self.project.root, exactly=True, catalogue=self.catalogue)

    def describe(self, definition: Definition) -> str:
        """The definition as a Dutch text."""
        return describe(definition, self.catalogue)

    def ask(self, bound: Bound, municipalities: Collection[str], account: str, *, children: bool) -> Answer:
        """Count as a municipality, which the ledger tells of *account*; see ``counting.count_as_municipality``."""
        settings = self.settings.acting(account, MUNICIPALITY)
        return ask_as_municipality(bound, self._engine, self._store, settings, municipalities, children=children)

    def exactly(self, bound: Bound) -> Counts:
        """Count exactly, for the agency only; who asks notes it."""
        from groeibrief.engines.duckdb.coverage import refuse_uncovered

        question = bound.definition.question
        coverage = {source: (bounds.first, bounds.last) for source, bounds in self._store.coverage.items()}
        refuse_uncovered(question, self._store.extracted_on, coverage)
        return self._engine.count(question)

    def turns(self, municipalities: Collection[str]) -> Turns:
        """The telbeurten of the municipality that has least left."""
        teller = open_teller(self.project, self.catalogue, self.settings)
        return min((teller.turns(code) for code in municipalities), key=lambda turns: turns.left)


class _OneAtATime:
    """An engine of which one thread asks something at a time; each question uses every core."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()

    def count(self, question: Question) -> Counts:
        """See ``Engine.count``."""
        with self._lock:
            return self._engine.count(question)
