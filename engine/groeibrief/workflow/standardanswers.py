"""Standard audiences: their answers drawn for every municipality, and shown to one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groeibrief.artefacts import canonical_json, new_file, sha256_bytes
from groeibrief.catalog import Catalogue, Project, find_project, load_catalogue
from groeibrief.errors import DefinitionError, Finding, UsageError
from groeibrief.language.definition import Binding
from groeibrief.language.loading import Document
from groeibrief.language.standard import published
from groeibrief.query import Question, identity
from groeibrief.state import private_directory
from groeibrief.workflow.intake import Progress, take_in
from groeibrief.workflow.recording import record
from groeibrief.workflow.settings import Settings
from groeibrief.workflow.tellers import FOLDER, open_standard_answers, open_teller, sensitive_sources

if TYPE_CHECKING:
    from groeibrief.disclosure import Estimate, Preparation, Turns


@dataclass(frozen=True)
class Prepared:
    """What a preparation did, for the agency: on what, and how many answers."""

    preparation: Preparation
    snapshot: str
    synthetic: bool
    peildatum: date
    municipalities: int
    audiences: int

    def as_json(self) -> dict[str, Any]:
        """What ``disclosure prepare --json`` prints."""
        done = self.preparation
        return {
            "snapshot": self.snapshot,
            "peildatum": self.peildatum.isoformat(),
            "gemeenten": self.municipalities,
            "doelgroepen": self.audiences,
            "antwoorden": done.answers,
            "aangerekend": done.charged,
            "getrokken": done.drawn,
            "opnieuw_vanaf": done.until.isoformat() if done.until else None,
            "synthetisch": self.synthetic,
        }

    def text(self) -> str:
        """The same in Dutch."""
        from groeibrief.disclosure.answer import dutch_day

        done, kind = self.preparation, " (synthetisch)" if self.synthetic else ""
        lines = [
            f"Standaarddoelgroepen op snapshot {self.snapshot}{kind}, peildatum {dutch_day(self.peildatum)}.",
            f"{self.audiences} doelgroepen voor {self.municipalities} gemeenten: {done.answers} antwoorden.",
            f"Nu getrokken: {done.drawn}." if done.drawn else "Er is niets getrokken: elk antwoord bestond al.",
        ]
        if done.until:
            lines.append(f"Op een andere snapshot of peildatum kan dit vanaf {dutch_day(done.until)}.")
        return "\n".join(lines)


@dataclass(frozen=True)
class Listing:
    """The answers on standard audiences as one municipality sees them. ``peildatum`` None: nothing was prepared."""

    nis: str
    name: str
    answers: tuple[tuple[str, str, Estimate | None], ...]
    turns: Turns
    snapshot: str | None = None
    synthetic: bool | None = None
    peildatum: date | None = None
    until: date | None = None

    def as_json(self) -> dict[str, Any]:
        """What ``disclosure show --json`` prints; a standard audience without an answer has ``gezinnen`` null."""
        return {
            "gemeente": self.nis,
            "naam": self.name,
            "snapshot": self.snapshot,
            "peildatum": self.peildatum.isoformat() if self.peildatum else None,
            "vernieuwd_vanaf": self.until.isoformat() if self.until else None,
            "doelgroepen": [
                {"doelgroep": audience, "titel": title, "gezinnen": shown.as_json() if shown else None}
                for audience, title, shown in self.answers
            ],
            "telbeurten": {
                "gebruikt": self.turns.used,
                "over": self.turns.left,
                "vanaf": self.turns.since.isoformat() if self.turns.since else None,
            },
            "synthetisch": self.synthetic,
        }

    def text(self) -> str:
        """The same in Dutch, one audience a line."""
        from groeibrief.disclosure.answer import BELOW_TEXT, WIDE_TEXT, dutch_day, turns_text

        turns = turns_text(self.turns)
        if self.peildatum is None or self.until is None:
            return (
                f"{self.name} ({self.nis}): de standaarddoelgroepen zijn nog niet getrokken. Een gemeente kan ze als "
                f"eigen vraag stellen.\n{turns}"
            )
        kind = " (synthetisch)" if self.synthetic else ""
        lines = [
            f"{self.name} ({self.nis}): standaarddoelgroepen op snapshot {self.snapshot}{kind}, "
            f"peildatum {dutch_day(self.peildatum)}"
        ]
        for _, title, shown in self.answers:
            lines.append(f"  {title}:")
            lines.append(f"    {shown.text('gezinnen') if shown else 'geen antwoord; stel ze als eigen vraag'}")
        estimates = [shown for _, _, shown in self.answers if shown is not None]
        if any(shown.wide for shown in estimates):
            lines.append(WIDE_TEXT)
        if any(shown.below is not None for shown in estimates):
            lines.append(BELOW_TEXT)
        lines.append(
            f"Deze antwoorden kosten geen telbeurt. Ze worden ten vroegste vernieuwd op {dutch_day(self.until)}."
        )
        lines.append(turns)
        return "\n".join(lines)


def prepare_standard_answers(
    folder: Path, settings: Settings, *, project: Path | None = None, progress: Progress | None = None
) -> Prepared:
    """Draw the standard audiences at their defaults for every Flemish municipality, on the snapshot in *folder*.

    One pass over the data for each audience whose conditions do not name the municipality itself. What is there is
    never drawn again; a run that was killed is taken up. Recorded in the ledger when anything was charged or drawn.

    Raises DefinitionError (E531 too many audiences, E532 one that does not fit every municipality), SnapshotError
    (E430, E431 and those of ``take_in``), RefusedError (E514-E517, E533), TryAgainError E519.
    """
    from groeibrief.disclosure import load_disclosure_policy
    from groeibrief.engines.duckdb import DuckDBEngine
    from groeibrief.engines.duckdb.coverage import refuse_uncovered

    found = find_project(None, project)
    catalogue = load_catalogue(found)
    policy = load_disclosure_policy(found)
    documents = _published(found, catalogue, policy.standaard.hoogstens)
    store = take_in(folder, settings, catalogue, progress)
    on = policy.standaard.peildatum or store.extracted_on.replace(day=1)
    codes = tuple(row.nis for row in catalogue.municipalities.valid_on(on))
    questions = [document.bind(Binding((code,), on)).question for document in documents for code in codes]
    coverage = {source: (bounds.first, bounds.last) for source, bounds in store.coverage.items()}
    for question in questions:
        refuse_uncovered(question, store.extracted_on, coverage)
    engine = DuckDBEngine(store, catalogue)

    def count(alike: Sequence[Question]) -> list[int]:
        places = tuple(question.municipalities[0] for question in alike)
        table = engine.count_by_municipality(replace(alike[0], municipalities=places))
        exact = dict(zip(*(table.column(name).to_pylist() for name in ("nis", "gezinnen")), strict=True))
        return [exact[place] for place in places]

    _note_kind(settings, store.snapshot, synthetic=store.synthetic)
    answers = open_standard_answers(found, catalogue, settings)
    done = answers.prepare(
        questions,
        snapshot_id=store.id,
        snapshot_hash=store.snapshot,
        sources_sensitive=sensitive_sources(catalogue),
        count=count,
        progress=None if progress is None else lambda ready, total: progress("antwoorden", ready, total),
    )
    engine.close()
    if done.charged or done.drawn:
        asked = sha256_bytes(canonical_json([identity(question) for question in questions]))
        record(settings, "standaarddoelgroepen", {"vragen": asked, "snapshot": store.snapshot})
    return Prepared(done, store.id, store.synthetic, on, len(codes), len(documents))


def standard_answers(nis: str, settings: Settings, *, project: Path | None = None) -> Listing:
    """The standard audiences as the municipality *nis* sees them: from the memory alone, so that no data are read.

    Raises UsageError E535 for a code that is no Flemish municipality; RefusedError E514.
    """
    found = find_project(None, project)
    catalogue = load_catalogue(found)
    answers, cities = open_standard_answers(found, catalogue, settings), catalogue.municipalities
    prepared = answers.round()
    on = prepared.peildatum if prepared else date.max
    code = cities.resolve(nis, on)
    if code not in cities or cities[code].gewest != "vlaanderen" or (prepared and not cities.is_valid(code, on)):
        raise UsageError("E535", f"'{nis}' is geen Vlaamse gemeente. Geef een NIS-code van vijf cijfers, zoals 31033.")
    name, turns = cities[code].naam, open_teller(found, catalogue, settings).turns(code)
    if prepared is None:
        return Listing(code, name, (), turns)
    definitions = [Document(path, catalogue, found).bind(Binding((code,), on)) for path in published(found)]
    shown = answers.recall([definition.question for definition in definitions], prepared)
    return Listing(
        code,
        name,
        tuple(
            (definition.doelgroep, definition.titel, estimate)
            for definition, estimate in zip(definitions, shown, strict=True)
        ),
        turns,
        prepared.snapshot_id,
        _is_synthetic(settings, prepared.snapshot_hash),
        on,
        answers.released(prepared),
    )


def _published(project: Project, catalogue: Catalogue, most: int) -> list[Document]:
    paths = published(project)
    if len(paths) > most:
        raise DefinitionError(
            "E531",
            f"Er zijn {len(paths)} standaarddoelgroepen en het beleid laat er {most} toe. Haal er weg, of laat het "
            "beleid nakijken en wijzigen.",
        )
    documents = [Document(path, catalogue, project) for path in paths]
    unfit = [
        Finding("Deze standaarddoelgroep past niet op elke gemeente: laat woonplaats en peildatum open en geef elke "
                "parameter een standaard.", str(document.path))
        for document in documents
        if not (document.lacks_municipalities and document.lacks_reference_date)
        or any(parameter.standaard is None for parameter in document.parameters.values())
    ]  # fmt: skip
    if unfit:
        raise DefinitionError("E532", unfit)
    return documents


def _kind_path(settings: Settings, snapshot_hash: str) -> Path:
    return settings.state / FOLDER / f"standaard-{snapshot_hash[:16]}.json"


def _note_kind(settings: Settings, snapshot_hash: str, *, synthetic: bool) -> None:
    """Keep whether the families are invented, for who sees the answers without the snapshot."""
    path = _kind_path(settings, snapshot_hash)
    private_directory(path.parent)
    with new_file(path, replace=True) as stream:
        stream.write(canonical_json({"snapshot": snapshot_hash, "synthetisch": synthetic}))


def _is_synthetic(settings: Settings, snapshot_hash: str) -> bool:
    return bool(json.loads(_kind_path(settings, snapshot_hash).read_bytes())["synthetisch"])
