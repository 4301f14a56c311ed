"""Who sends the letters: the agency's name, address and contacts, as data (``_gedeeld/afzender.yaml``)."""

from __future__ import annotations

from pydantic import Field

from groeibrief.catalog import Project
from groeibrief.letters.positions import Model, read_model


class Sender(Model):
    """The agency as it signs its letters. ``rechtspersoon`` is the controller (GDPR art. 14(1)(a))."""

    naam: str
    rechtspersoon: str
    adresregels: tuple[str, ...] = Field(min_length=1)
    telefoon: str
    e_mail: str
    webpagina: str
    dpo_e_mail: str
    bewaring: str
    toezicht_naam: str
    toezicht_contact: str


def load_sender(project: Project) -> Sender:
    """Read the sender. Raises DefinitionError (E625) with line and column."""
    path = project.letter_templates / "_gedeeld" / "afzender.yaml"
    return read_model(path, Sender, "E625", "letter_templates/_gedeeld/afzender.yaml")
