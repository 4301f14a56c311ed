"""What every letter and no letter says, where what may stand, the longest values (``_gedeeld/verplicht.yaml``)."""

from __future__ import annotations

from pydantic import Field

from groeibrief.letters.positions import Model, read_model
from groeibrief.letters.template import SHARED, Template


class Required(Model):
    """Something that every letter says, in one of these wordings."""

    wat: str
    een_van: tuple[str, ...] = Field(min_length=1)


class Forbidden(Model):
    """A word that no letter uses, and why."""

    woord: str
    reden: str


class Subject(Model):
    """What the subject may hold."""

    hoogstens_tekens: int
    velden: tuple[str, ...]
    verboden: tuple[str, ...]


class Place(Model):
    """What may be filled in at a place where others read it."""

    velden: tuple[str, ...]


class Longest(Model):
    """The longest values that the page must hold."""

    namen: str
    adresregel: str
    kinderen: tuple[str, ...]
    bestuur: str
    dienst: str
    telefoon: str
    e_mail: str
    webpagina: str
    aanbod: str


class Requirements(Model):
    """``_gedeeld/verplicht.yaml``."""

    verplicht: tuple[Required, ...]
    verboden: tuple[Forbidden, ...]
    onderwerp: Subject
    boven_de_vouw: Place
    formulier: Place
    langste: Longest


def read_requirements(template: Template) -> Requirements:
    """Read what every letter must and must not say. Raises DefinitionError (E623)."""
    name = f"{SHARED}/verplicht.yaml"
    return read_model(template.root / name, Requirements, "E623", template.shown(name))
