"""The policy of the list track (``rules/policies/opgroeien.yaml``): standard text, rules, limits, terms; dated data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Annotated

from groeibrief.artefacts import sha256_file
from groeibrief.catalog import Project
from groeibrief.catalog.records import AtLeast, Matches, NotEmpty, Text, finding_at, place, read_record
from groeibrief.documents import read_yaml
from groeibrief.errors import DefinitionError

FILE = "opgroeien.yaml"
Positive = Annotated[int, AtLeast(1)]
Natural = Annotated[int, AtLeast(0)]
Kbo = Annotated[str, Matches(r"[01]\d{3}\.\d{3}\.\d{3}", "tien cijfers, zoals 0123.456.749")]
Mail = Annotated[str, Matches(r"[^@\s]+@[^@\s]+\.[a-z]+", "een e-mailadres")]


class Rule(Enum):
    """Whether such a case is answered as any other."""

    HOLD = "weren"
    ANSWER = "beantwoorden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A data protection officer, or the service that acts as one."""

    naam: Text
    e_mail: Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """Opgroeien as a party."""

    naam: Text
    kbo: Kbo
    dpo: Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardText:
    """The standard protocol's text from a day on."""

    vanaf: date
    rechtsgrond: Text
    doel: Text
    gegevens: Annotated[tuple[Text, ...], NotEmpty()]
    ontvangers: Text
    veiligheid: Annotated[tuple[Text, ...], NotEmpty()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """Completed years, both ends included."""

    van: Natural
    tot_en_met: Natural


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is done with a case, and the words that stand in the answer when it is held."""

    regel: Rule
    woord: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the answer says where it is no plain yes or no."""

    niet_in_doelgroep: Text
    overleden_kind: Case
    afgeschermd_kind: Case
    afgeschermde_begunstigde: Case
    overleden_begunstigde: Text
    instelling: Text
    onbekende_begunstigde: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """What only the DPO can let through; percentages count from so many numbers on."""

    lijst_procent: Positive
    vreemd_procent: Positive
    vanaf_nummers: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLimits:
    """How large a list may be, opened; and the columns that are recognised, in small letters and digits only."""

    hoogstens_rijen: Positive
    hoogstens_bytes: Positive
    kolommen: Annotated[tuple[Annotated[str, Matches(r"[a-z0-9]+", "kleine letters en cijfers")], ...], NotEmpty()]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLimits:
    """How large a council decision may be."""

    hoogstens_bytes: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Terms in days, each from the step before; ``gebruik``: how long an answer may be kept."""

    advies: Positive
    lijst: Positive
    antwoord: Positive
    ontvangst: Positive
    gebruik: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPolicy:
    """The policy as read; ``sha256`` is that of its file, for the ledger."""

    versie: Positive
    status: Text
    opgroeien: Agency
    teksten: Annotated[tuple[StandardText, ...], NotEmpty()]
    voordeel: Text
    leeftijd: Ages
    antwoord: Words
    stop: Stops
    lijst: ListLimits
    besluit: DecisionLimits
    termijnen: Terms
    sha256: str = field(init=False, default="")

    def text_on(self, day: date) -> StandardText:
        """The standard text that holds on *day*; the oldest for a day before all."""
        held = [text for text in self.teksten if text.vanaf <= day]
        return held[-1] if held else self.teksten[0]


def load_track_policy(project: Project) -> TrackPolicy:
    """Read and check the policy. Raises DefinitionError E800 (all findings at once), E301 and E302 as ``read_yaml``."""
    path = project.rules / "policies" / FILE
    name = path.relative_to(project.root).as_posix()
    document = read_yaml(path, shown_as=name)
    policy, findings = read_record(TrackPolicy, document, name)
    if policy is not None:
        days = [text.vanaf for text in policy.teksten]
        if days != sorted(set(days)):
            node = place(document, ("teksten",))
            findings.append(finding_at(name, node, "De teksten staan van de oudste naar de nieuwste, elk met een dag."))
        if policy.leeftijd.van > policy.leeftijd.tot_en_met:
            node = place(document, ("leeftijd",))
            findings.append(finding_at(name, node, "De leeftijd eindigt voor ze begint: wissel de grenzen om."))
    if policy is None or findings:
        raise DefinitionError("E800", findings)
    object.__setattr__(policy, "sha256", sha256_file(path))
    return policy
