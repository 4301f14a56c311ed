"""Invented values to look at a letter without a snapshot (``sample.yaml``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, Literal

from pydantic import Field

from groeibrief.letters.composer import Composer, Mailing
from groeibrief.letters.fields import LetterFields, dutch_date, sender_values
from groeibrief.letters.logo import Logo
from groeibrief.letters.owntexts import own_values
from groeibrief.letters.positions import Model, read_model
from groeibrief.letters.sender import Sender
from groeibrief.letters.template import Template


class SampleContact(Model):
    """The client's contact, each part optional."""

    dienst: str | None = None
    telefoon: str | None = None
    e_mail: str | None = None
    webpagina: str | None = None


class SampleClient(Model):
    """The client."""

    naam: str
    contact: SampleContact = SampleContact()


class SampleOffer(Model):
    """The offer."""

    soort: Literal["toelage", "korting", "dienstverlening"]
    tekst: str


class SampleLetter(Model):
    """A letter to an invented family."""

    namen: str
    adresregels: tuple[str, ...] = Field(min_length=2)
    kinderen: tuple[str, ...] = Field(default=(), min_length=0)


class Sample(Model):
    """What ``sample.yaml`` holds; always labelled as invented."""

    synthetisch: Literal[True]
    datum: date
    peildatum: date
    kenmerk: str
    bestuur: SampleClient
    aanbod: SampleOffer
    bronnen: dict[str, str]
    gronden: tuple[str, ...] = Field(min_length=1)
    teksten: dict[str, str] = Field(default_factory=dict)
    brieven: tuple[SampleLetter, ...] = Field(min_length=1)

    @property
    def mailing(self) -> Mailing:
        """The mailing that the sample stands for."""
        return Mailing(self.datum, self.kenmerk, synthetisch=True)

    def letters(self) -> list[LetterFields]:
        """The letters, numbered from 1."""
        return [
            LetterFields(number, letter.namen, letter.adresregels, letter.kinderen)
            for number, letter in enumerate(self.brieven, 1)
        ]

    def values(self, sender: Sender, template: Template) -> dict[str, Any]:
        """The values that the letters of *template* share."""
        return {
            "datum": dutch_date(self.datum),
            "peildatum": dutch_date(self.peildatum),
            "bestuur": SimpleNamespace(
                naam=self.bestuur.naam, contact=SimpleNamespace(**self.bestuur.contact.model_dump())
            ),
            "aanbod": SimpleNamespace(**self.aanbod.model_dump()),
            "bronnen": list(self.bronnen.values()),
            "bron": SimpleNamespace(**self.bronnen),
            "gronden": list(self.gronden),
            "afzender": sender_values(sender),
            "teksten": SimpleNamespace(**own_values(template, self.teksten)),
        }


def read_sample(template: Template) -> Sample:
    """Read the template's sample. Raises DefinitionError (E617, or E301 when it is missing)."""
    shown = template.shown(f"{template.name}/sample.yaml")
    return read_model(template.root / template.name / "sample.yaml", Sample, "E617", shown)


def sample_composer(template: Template, sample: Sample, sender: Sender, logo: Logo | None = None) -> Composer:
    """A composer for the sample's values, with a logo where the layout has a place for one."""
    return Composer(template, sample.values(sender, template), replace(sample.mailing, logo=logo))
