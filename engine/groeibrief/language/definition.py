"""A definition as read and bound: the question, and everything around it that is approved with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path

from groeibrief.calendar import Month
from groeibrief.query import Question


class AddressedTo(Enum):
    """Who is written to (``brief.aan``)."""

    ENTITLED = "gerechtigden"
    FIRST = "eerste_begunstigde"
    ALL = "begunstigden"


class LetterPer(Enum):
    """Whether the beneficiaries of one dossier at one address share a letter (``brief.per``)."""

    ADDRESS = "adres"
    PERSON = "persoon"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a family can reach the client; an extension of the language, each part optional."""

    dienst: str | None = None
    telefoon: str | None = None
    e_mail: str | None = None
    webpagina: str | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """The local authority that orders (``opdrachtgever``)."""

    naam: str
    kbo: str
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why (``doeleinde``): a category of the closed list, the offer, and where it is needed the vulnerability."""

    categorie: str
    aanbod_soort: str
    aanbod_tekst: str
    kwetsbaarheid: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """How the letter goes out (``brief``), defaults written out."""

    sjabloon: str
    aan: AddressedTo
    per: LetterPer
    ook_buiten_gemeente: bool


@dataclass(frozen=True, slots=True)
class Series:
    """A repeated mailing (``herhaling``), approved as one."""

    elke: str
    tot: Month
    alleen_nieuwe: bool


@dataclass(frozen=True)
class Definition:
    """A bound definition. ``voorwaarden`` is the question's identity, ``definitie`` the hash of the whole.

    ``needs_dpo``: a source or the purpose policy asks for the DPO's approval as well. ``lines`` gives the line in
    ``path`` of each condition of the question (by the node itself; equal nodes share a line). ``reeks``: the
    ``definitie`` of the first round, by which a series is approved as one.
    """

    doelgroep: str
    titel: str
    opdrachtgever: Client
    doeleinde: Purpose
    question: Question
    brief: Letter
    herhaling: Series | None
    voorwaarden: str
    definitie: str
    needs_dpo: bool
    reeks: str = ""
    path: Path | None = None
    lines: Mapping[object, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Binding:
    """What a standard audience still needs: municipalities, reference date, parameter values as text.

    ``opdrachtgever`` is used where the standard audience names none. ``ronde``: of a series, from 1; a later
    round looks as many periods (``elke``) later.
    """

    gemeenten: tuple[str, ...] = ()
    peildatum: date | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    opdrachtgever: Client | None = None
    ronde: int = 1
