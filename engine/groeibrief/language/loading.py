"""From a file to a :class:`Definition`: read, bind, check, hash; everything that is wrong is said at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as AbstractMapping
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any, cast

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.catalog import Catalogue, Project
from groeibrief.documents import Mapping, Node, Scalar, Sequence, read_yaml
from groeibrief.errors import Finding, UsageError, closest
from groeibrief.language import values
from groeibrief.language.begrippen import NamedConditions
from groeibrief.language.conditions import Reader, Written
from groeibrief.language.consistency import check_consistency
from groeibrief.language.definition import Binding, Client, Definition, Letter, Purpose, Series
from groeibrief.language.description import describe_condition
from groeibrief.language.faults import (
    BINDING,
    IDENTIFIER,
    NOT_POSITIVE,
    UNBOUND,
    VULNERABILITY,
    Faults,
    one_of,
)
from groeibrief.language.parameters import (
    GIVEN,
    Filling,
    Parameter,
    default_scalar,
    from_text,
    read_parameters,
    read_value,
    report_unused,
    scalar_of,
)
from groeibrief.language.places import read_municipalities, why_not_valid
from groeibrief.language.positivity import is_positive
from groeibrief.language.rounds import day_of_round
from groeibrief.language.surroundings import SLUG, read_client, read_letter, read_purpose, read_series
from groeibrief.language.wording import enumeration
from groeibrief.query import DomicileOf, Question, Sort, identity, sources_used
from groeibrief.query.normal import as_data

KEYS = (
    "doelgroep", "titel", "opdrachtgever", "doeleinde", "parameters", "peildatum", "woonplaats", "eenheid",
    "voorwaarden", "brief", "herhaling",
)  # fmt: skip
ALWAYS_REQUIRED = ("doelgroep", "titel", "doeleinde", "eenheid", "voorwaarden")
REQUIRED_UNLESS_STANDARD = ("opdrachtgever", "brief")


def load_definition(path: Path, catalogue: Catalogue, project: Project, binding: Binding | None = None) -> Definition:
    """Read, bind and check a definition.

    Raises DefinitionError (E301, E302, E350-E369; exit 3) with all findings, and UsageError (E366, exit 2) when
    *binding* itself does not fit.
    """
    document = Document(path, catalogue, project)
    return document.bind(binding or Binding())


class Document:
    """A definition's file, read once; it can be bound more than once."""

    def __init__(self, path: Path, catalogue: Catalogue, project: Project) -> None:
        self.path = path
        self._catalogue = catalogue
        self._project = project
        self.node = read_yaml(path)
        self._faults = Faults(str(path))
        entries = values.mapping(self._faults, self.node, "doelgroep", KEYS, ALWAYS_REQUIRED)
        if entries is None:
            self._faults.raise_any()
        self.entries: dict[str, Node] = entries or {}
        self.parameters: dict[str, Parameter] = read_parameters(self._faults, self.entries.get("parameters"))
        woonplaats = self.entries.get("woonplaats")
        fixed = isinstance(woonplaats, Mapping) and woonplaats.get("gemeenten") is not None
        self.lacks_municipalities = "woonplaats" not in self.entries or (isinstance(woonplaats, Mapping) and not fixed)
        self.lacks_reference_date = "peildatum" not in self.entries

    @property
    def standard(self) -> bool:
        """Whether this is a standard audience: it has parameters, or leaves municipalities or reference date open."""
        return "parameters" in self.entries or self.lacks_municipalities or self.lacks_reference_date

    def bind(self, binding: Binding) -> Definition:
        """Bind and check. Raises as :func:`load_definition`."""
        first = self._bound(binding)
        if binding.ronde == 1:
            return dataclasses.replace(first, reeks=first.definitie)
        day = day_of_round(first, binding.ronde)
        later, on = copy(self), binding.peildatum
        if self.standard:
            on = day
        else:
            later.entries = {**self.entries, "peildatum": scalar_of(day)}
        return dataclasses.replace(later._bound(dataclasses.replace(binding, peildatum=on)), reeks=first.definitie)

    def _bound(self, binding: Binding) -> Definition:
        reading = _Binding(self, binding, self._catalogue, self._project, Faults(str(self.path), [*self._faults.found]))
        return reading.definition(self.node)


class _Binding:
    """One binding of a document."""

    def __init__(
        self, document: Document, binding: Binding, catalogue: Catalogue, project: Project, faults: Faults
    ) -> None:
        self._document = document
        self._binding = binding
        self._catalogue = catalogue
        self._project = project
        self._faults = faults
        self._misfits: list[Finding] = []

    def definition(self, root: Node) -> Definition:
        """Put the definition together, or raise everything that is wrong."""
        document, faults = self._document, self._faults
        if not document.standard:
            for key in REQUIRED_UNLESS_STANDARD:
                if not isinstance(root, Mapping) or root.get(key) is None:
                    values.missing(faults, root, "doelgroep", key)
        self._check_standard()
        entries = self._filled()
        name = self._name(entries)
        title = values.text(faults, entries["titel"], "titel") if "titel" in entries else None
        on = self._reference_date(entries, root)
        day = on or max(row.van for row in self._catalogue.municipalities.rows)
        municipalities, domicile = self._domicile(entries, root, day)
        written, unit = self._conditions(entries, day)
        client = read_client(faults, entries["opdrachtgever"]) if "opdrachtgever" in entries else self._client()
        purpose = read_purpose(faults, entries["doeleinde"], self._project) if "doeleinde" in entries else None
        question = None
        if written is not None and unit is not None:
            # Conditions are judged even where the population could not be read: their faults are told together.
            question = Question(unit, day, municipalities or ("-",), domicile, written.condition)
            asked = question
            check_consistency(faults, written, day, lambda node: describe_condition(node, asked, self._catalogue))
            self._check_sources(question, entries["voorwaarden"], purpose, entries.get("doeleinde"))
        letter = read_letter(faults, entries.get("brief"), question, self._catalogue)
        series = read_series(faults, entries["herhaling"], day) if "herhaling" in entries else None
        if self._misfits:
            raise UsageError(BINDING, self._misfits)
        faults.raise_any()
        parts = (name, title, client, purpose, question, written, letter)
        assert all(part is not None for part in parts), "what is missing was reported"
        return self._complete(cast(Any, parts), series)

    def _complete(
        self, parts: tuple[str, str, Client, Purpose, Question, Written, Letter], series: Series | None
    ) -> Definition:
        name, title, client, purpose, question, written, letter = parts
        lines: dict[object, int] = {}
        _gather_lines(written, lines)
        bound = {
            "doelgroep": name,
            "titel": title,
            "opdrachtgever": as_data(client),
            "doeleinde": as_data(purpose),
            "vraag": as_data(question),
            "brief": as_data(letter),
            "herhaling": as_data(series),
        }
        return Definition(
            doelgroep=name,
            titel=title,
            opdrachtgever=client,
            doeleinde=purpose,
            question=question,
            brief=letter,
            herhaling=series,
            voorwaarden=identity(question),
            definitie=sha256_bytes(canonical_json(bound)),
            needs_dpo=self._needs_dpo(question),
            path=self._document.path,
            lines=lines,
        )

    def _check_standard(self) -> None:
        """A definition that is fixed takes no binding."""
        if self._document.standard:
            return
        given = [
            option
            for option, value in (
                ("--gemeente", self._binding.gemeenten),
                ("--peildatum", self._binding.peildatum),
                ("--param", self._binding.parameters),
            )
            if value
        ]
        if given:
            self._misfits.append(
                Finding(
                    f"Deze doelgroep ligt helemaal vast: laat {enumeration(given)} weg.",
                    bestand=str(self._document.path),
                )
            )

    def _filled(self) -> dict[str, Node]:
        """The document's parts with every parameter filled in."""
        declared = self._document.parameters
        given = self._binding.parameters if self._document.standard else {}
        for name in given:
            if name not in declared:
                near = closest(name, declared)
                expected = one_of(declared) if declared else "geen parameters"
                self._misfits.append(
                    Finding(f"Deze doelgroep heeft geen parameter '{name}'.", None, None, None, name, expected, near)
                )
        declaration = self._document.entries.get("parameters")
        filled: dict[str, Scalar] = {}
        for name, parameter in declared.items():
            value = self._given(parameter, given)
            if value is not None:
                filled[name] = value
            elif name not in given:
                where = declaration.key(name) if isinstance(declaration, Mapping) else None
                self._faults.add(
                    UNBOUND,
                    where or declaration,
                    f"De parameter '{name}' heeft nog geen waarde: geef ze mee met `--param {name}=…`.",
                    verwacht=f"een waarde voor {name}",
                )
        filling = Filling(declared, filled, set())
        broken = (
            {key.text for key, _ in declaration.entries} - declared.keys()
            if isinstance(declaration, Mapping)
            else set()
        )
        filling = Filling({**declared, **{name: Parameter(name, "keuze") for name in broken}}, filled, set())
        entries = {
            key: node if key == "parameters" else filling.fill(self._faults, node)
            for key, node in self._document.entries.items()
            if key != "voorwaarden"
        }
        if "voorwaarden" in self._document.entries:
            inside = dataclasses.replace(filling, given=self._given_nodes(entries))
            entries["voorwaarden"] = inside.fill(self._faults, self._document.entries["voorwaarden"])
        report_unused(self._faults, declaration, declared, filling.used)
        return entries

    def _given_nodes(self, entries: dict[str, Node]) -> dict[str, Node]:
        """What ``$peildatum`` and ``$gemeenten`` stand for; left open when the definition is not bound yet."""
        place = entries.get("woonplaats", self._document.node)
        given: dict[str, Node] = {
            name: Scalar(f"${name}", f"${name}", False, place.line, place.column) for name in GIVEN
        }
        if "peildatum" in entries:
            given["peildatum"] = entries["peildatum"]
        domicile = entries.get("woonplaats")
        if isinstance(domicile, Mapping) and (codes := domicile.get("gemeenten")) is not None:
            given["gemeenten"] = codes
        if self._document.standard and self._binding.peildatum is not None:
            given["peildatum"] = scalar_of(self._binding.peildatum)
        if self._document.standard and self._binding.gemeenten:
            chosen = tuple(Scalar(code, code, True, place.line, place.column) for code in self._binding.gemeenten)
            given["gemeenten"] = Sequence(chosen, place.line, place.column)
        return given

    def _given(self, parameter: Parameter, given: AbstractMapping[str, str]) -> Scalar | None:
        if parameter.naam not in given:
            return default_scalar(parameter)
        option = Faults("")
        value = read_value(option, parameter, from_text(parameter, given[parameter.naam]), f"--param {parameter.naam}")
        self._misfits.extend(
            dataclasses.replace(finding, bestand=None, regel=None, kolom=None) for _, finding in option.found
        )
        return value if not option.found else default_scalar(parameter)

    def _name(self, entries: dict[str, Node]) -> str | None:
        if "doelgroep" not in entries:
            return None
        name = values.text(self._faults, entries["doelgroep"], "doelgroep")
        stem = self._document.path.stem
        if name is None:
            return None
        if not SLUG.fullmatch(name):
            melding = "De naam van een doelgroep bestaat uit kleine letters, cijfers, '-' en '_'."
            self._faults.add(IDENTIFIER, entries["doelgroep"], melding, verwacht=stem if SLUG.fullmatch(stem) else None)
        elif name != stem:
            self._faults.add(
                IDENTIFIER,
                entries["doelgroep"],
                f"De doelgroep heet anders dan haar bestand: schrijf 'doelgroep: {stem}' of hernoem het bestand.",
                verwacht=stem,
            )
        return name

    def _reference_date(self, entries: dict[str, Node], root: Node) -> date | None:
        if self._binding.peildatum is not None and self._document.standard:
            return self._binding.peildatum
        if "peildatum" in entries:
            return values.day(self._faults, entries["peildatum"], "peildatum")
        self._faults.add(
            UNBOUND,
            root,
            "De peildatum ontbreekt: schrijf ze in het bestand, of geef ze mee met `--peildatum`.",
            gevonden="niets",
            verwacht="peildatum",
        )
        return None

    def _domicile(self, entries: dict[str, Node], root: Node, on: date) -> tuple[tuple[str, ...], DomicileOf]:
        parts = None
        if "woonplaats" in entries:
            parts = values.mapping(self._faults, entries["woonplaats"], "woonplaats", ("gemeenten", "van"))
        word: str | None = DomicileOf.KIND.value
        if parts and "van" in parts:
            word = values.choice(self._faults, parts["van"], "van", [each.value for each in DomicileOf])
        domicile = DomicileOf(word or DomicileOf.KIND.value)
        if self._binding.gemeenten and self._document.standard:
            return self._given_municipalities(on), domicile
        if parts and "gemeenten" in parts:
            known = self._catalogue.municipalities
            return read_municipalities(self._faults, parts["gemeenten"], known, on), domicile
        if self._document.lacks_municipalities:
            self._faults.add(
                UNBOUND,
                entries.get("woonplaats", root),
                "De gemeenten ontbreken: schrijf ze onder 'woonplaats', of geef ze mee met `--gemeente`.",
                gevonden="niets",
                verwacht="gemeenten",
            )
        return (), domicile

    def _given_municipalities(self, on: date) -> tuple[str, ...]:
        for code in self._binding.gemeenten:
            melding, meant = why_not_valid(code, self._catalogue.municipalities, on)
            if melding is not None:
                expected = "een NIS-code van vijf cijfers"
                self._misfits.append(Finding(melding, None, None, None, code, expected, meant))
        return self._binding.gemeenten

    def _client(self) -> Client | None:
        """The client of a standard audience that names none: the request's, else the municipalities' names."""
        if not self._document.standard:
            return None
        if self._binding.opdrachtgever is not None:
            return self._binding.opdrachtgever
        known = self._catalogue.municipalities
        names = sorted(known[code].naam for code in self._binding.gemeenten if code in known)
        return Client(enumeration(f"gemeente {name}" for name in names) or "nog te bepalen", "")

    def _conditions(self, entries: dict[str, Node], on: date) -> tuple[Written | None, Sort | None]:
        if "eenheid" not in entries or "voorwaarden" not in entries:
            return None, None
        units = (Sort.GEZIN.value, Sort.KIND.value)
        node = entries["eenheid"]
        word = values.choice(self._faults, node, "eenheid", units)
        if word is None:
            word = closest(node.text, units) if isinstance(node, Scalar) else None
            if word is None:
                return None, None
        reader = Reader(self._faults, self._catalogue, on, NamedConditions(self._project))
        return reader.read(entries["voorwaarden"], Sort(word)), Sort(word)

    def _check_sources(self, question: Question, where: Node, purpose: Purpose | None, about: Node | None) -> None:
        if not is_positive(question):
            unit = "gezinnen" if question.unit is Sort.GEZIN else "kinderen"
            self._faults.add(
                NOT_POSITIVE,
                where,
                f"Deze doelgroep kan ook {unit} zonder enige toeslag bevatten: laat altijd minstens één `heeft: …` "
                "gelden. Leeftijd, woonplaats of gezinsgrootte alleen maakt een gezin niet kwetsbaar.",
            )
        elif self._universal_only(question) and purpose is not None and purpose.kwetsbaarheid is None:
            used = enumeration(self._catalogue.sources[key].naam for key in sources_used(question))
            self._faults.add(
                VULNERABILITY,
                about,
                f"Deze doelgroep steunt alleen op {used}, en dat krijgt elk gezin: "
                "schrijf onder 'doeleinde' bij 'kwetsbaarheid' waarom deze gezinnen kwetsbaar zijn.",
                verwacht="kwetsbaarheid",
            )

    def _universal_only(self, question: Question) -> bool:
        return all(self._catalogue.sources[key].universeel for key in sources_used(question))

    def _needs_dpo(self, question: Question) -> bool:
        """A sensitive source, or nothing but a universal one that the definition really rests on."""
        sources = self._catalogue.sources
        rests_on_universal = not is_positive(question, lambda key: sources[key].universeel)
        return rests_on_universal or any(sources[key].dpo for key in sources_used(question))


def _gather_lines(written: Written, lines: dict[object, int]) -> None:
    lines.setdefault(written.condition, written.place.line)
    for part in written.parts:
        _gather_lines(part, lines)
