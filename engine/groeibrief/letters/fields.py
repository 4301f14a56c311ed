"""The merge fields: which there are, which of them a definition makes available, and their values.

A template sees nothing else. Values are text, text that may be missing, or a list of texts; nothing in them is markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from types import SimpleNamespace
from typing import Any

from groeibrief.catalog import Source
from groeibrief.errors import DefinitionError, RefusedError
from groeibrief.language.definition import Definition
from groeibrief.letters.sender import Sender
from groeibrief.query import Sort, sources_used

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


class Kind(Enum):
    """What a field holds."""

    TEXT = "tekst"
    OPTIONAL = "tekst die kan ontbreken"
    LIST = "lijst"


@dataclass(frozen=True, slots=True)
class MergeField:
    """One field that a template may use. ``meaning`` is the Dutch text of the handbook."""

    path: str
    kind: Kind
    meaning: str
    per_letter: bool = False


FIELDS: tuple[MergeField, ...] = (
    MergeField("ontvanger.namen", Kind.TEXT, "de volledige naam of namen, voor de aanspreking", per_letter=True),
    MergeField("ontvanger.adresregels", Kind.LIST, "de regels van het adres", per_letter=True),
    MergeField("kinderen", Kind.LIST, "de voornamen van de gekozen kinderen (eenheid kind)", per_letter=True),
    MergeField("kenmerk", Kind.TEXT, "het kenmerk van de zending met het volgnummer", per_letter=True),
    MergeField("datum", Kind.TEXT, "de datum van de brief, voluit"),
    MergeField("peildatum", Kind.TEXT, "de peildatum van de doelgroep, voluit"),
    MergeField("bestuur.naam", Kind.TEXT, "de opdrachtgever"),
    MergeField("bestuur.contact.dienst", Kind.OPTIONAL, "de dienst waar men terechtkan"),
    MergeField("bestuur.contact.telefoon", Kind.OPTIONAL, "het telefoonnummer van die dienst"),
    MergeField("bestuur.contact.e_mail", Kind.OPTIONAL, "het e-mailadres van die dienst"),
    MergeField("bestuur.contact.webpagina", Kind.OPTIONAL, "de webpagina over het aanbod; geeft ook de QR-code"),
    MergeField("aanbod.soort", Kind.TEXT, "toelage, korting of dienstverlening"),
    MergeField("aanbod.tekst", Kind.TEXT, "het aanbod, in de woorden van de opdrachtgever"),
    MergeField("bronnen", Kind.LIST, "de namen van de bronnen die de doelgroep gebruikt"),
    MergeField("gronden", Kind.LIST, "de artikelen van de AVG die de verwerking toelaten"),
    MergeField("afzender.naam", Kind.TEXT, "de publieke naam van het agentschap"),
    MergeField("afzender.rechtspersoon", Kind.TEXT, "de verwerkingsverantwoordelijke, voluit"),
    MergeField("afzender.adresregels", Kind.LIST, "het adres van het agentschap"),
    MergeField("afzender.telefoon", Kind.TEXT, "het telefoonnummer van het agentschap"),
    MergeField("afzender.e_mail", Kind.TEXT, "het e-mailadres van het agentschap"),
    MergeField("afzender.webpagina", Kind.TEXT, "de webpagina van het agentschap"),
    MergeField("afzender.dpo_e_mail", Kind.TEXT, "het adres van de functionaris voor gegevensbescherming"),
    MergeField("afzender.bewaring", Kind.TEXT, "hoe lang de gegevens bewaard worden"),
    MergeField("afzender.toezicht_naam", Kind.TEXT, "de toezichthouder"),
    MergeField("afzender.toezicht_contact", Kind.TEXT, "hoe men de toezichthouder bereikt"),
)


@dataclass(frozen=True)
class Available:
    """What one definition makes available: fields by path, and for what it does not, the reason in Dutch."""

    fields: Mapping[str, MergeField]
    unit: Sort
    sources: tuple[str, ...]

    def why_not(self, path: str) -> str:
        """Say why *path* is not available, as the end of a sentence."""
        if path == "kinderen" or path.startswith("kinderen."):
            return "deze doelgroep kiest gezinnen, geen kinderen (eenheid: gezin)."
        if path.startswith("teksten."):
            name = path.removeprefix("teksten.")
            return f"het sjabloon heeft geen eigen tekst '{name}'. Zet ze onder 'eigen_teksten' in layout.yaml."
        if path.startswith("bron."):
            return f"deze doelgroep gebruikt de bron '{path.removeprefix('bron.')}' niet."
        return "het staat niet in de lijst van invulvelden."


def available_for(definition: Definition) -> Available:
    """What *definition* makes available to a template."""
    return _available(definition.question.unit, sources_used(definition.question))


def available_at_most(sources: Iterable[str]) -> Available:
    """What the widest definition could make available: children as the unit, all of *sources*."""
    return _available(Sort.KIND, tuple(sorted(sources)))


def with_own_texts(available: Available, own: Iterable[str]) -> Available:
    """The same, and the fields of the own texts called *own*: of any of them a request may have nothing to say."""
    fields = {f"teksten.{name}": MergeField(f"teksten.{name}", Kind.OPTIONAL, "een eigen tekst") for name in own}
    return replace(available, fields={**available.fields, **fields})


def _available(unit: Sort, sources: tuple[str, ...]) -> Available:
    fields = {field.path: field for field in FIELDS if field.path != "kinderen" or unit is Sort.KIND}
    for source in sources:
        fields[f"bron.{source}"] = MergeField(f"bron.{source}", Kind.TEXT, "de naam van deze bron")
    return Available(fields, unit, sources)


@dataclass(frozen=True, slots=True)
class LetterFields:
    """What differs from letter to letter: sequence number, names, address lines and, per child, first names."""

    volgnummer: int
    namen: str
    adresregels: tuple[str, ...]
    kinderen: tuple[str, ...] = ()


def dutch_date(day: date) -> str:
    """``3 november 2025``, the day not parted from its month."""
    return f"{day.day}\N{NO-BREAK SPACE}{_MONTHS[day.month - 1]} {day.year}"


def shared_values(
    definition: Definition,
    sender: Sender,
    sources: Mapping[str, Source],
    letter_date: date,
    own: Mapping[str, str | None],
) -> dict[str, Any]:
    """The values that every letter of a definition shares; *own*: its own texts, of the template's fields for them.

    Raises DefinitionError (E615) for a source that the catalogue does not know, RefusedError (E620) for one without a
    ground under the GDPR.
    """
    used: list[Source] = []
    for key in sources_used(definition.question):
        if key not in sources:
            raise DefinitionError("E615", f"De catalogus kent de bron '{key}' niet. Voeg ze daar toe.")
        source = sources[key]
        if source.verwerkingsgrond is None:
            raise RefusedError(
                "E620",
                f"De bron '{key}' heeft geen verwerkingsgrond in de catalogus en mag dus niet gebruikt worden. "
                "Vraag de functionaris voor gegevensbescherming om een grond.",
            )
        used.append(source)
    grounds = dict.fromkeys(
        article for source in used if source.verwerkingsgrond for article in source.verwerkingsgrond.artikelen
    )
    client, purpose = definition.opdrachtgever, definition.doeleinde
    return {
        "datum": dutch_date(letter_date),
        "peildatum": dutch_date(definition.question.reference_date),
        "bestuur": SimpleNamespace(
            naam=client.naam,
            contact=SimpleNamespace(
                dienst=client.contact.dienst,
                telefoon=client.contact.telefoon,
                e_mail=client.contact.e_mail,
                webpagina=client.contact.webpagina,
            ),
        ),
        "aanbod": SimpleNamespace(soort=purpose.aanbod_soort, tekst=purpose.aanbod_tekst),
        "bronnen": [source.naam for source in used],
        "bron": SimpleNamespace(**{source.bron: source.naam for source in used}),
        "gronden": list(grounds),
        "afzender": sender_values(sender),
        "teksten": SimpleNamespace(**own),
    }


def sender_values(sender: Sender) -> SimpleNamespace:
    """The sender's part of the values."""
    return SimpleNamespace(**{**sender.model_dump(), "adresregels": list(sender.adresregels)})


def letter_reference(reference: str, letter: LetterFields) -> str:
    """The letter's reference: the mailing's with the sequence number, which means nothing outside the agency."""
    return f"{reference}-{letter.volgnummer:06d}"


def letter_values(letter: LetterFields, reference: str) -> dict[str, Any]:
    """The values that only this letter has. *reference* is the mailing's; the sequence number makes it the letter's."""
    return {
        "ontvanger": SimpleNamespace(namen=letter.namen, adresregels=list(letter.adresregels)),
        "kinderen": list(letter.kinderen),
        "kenmerk": letter_reference(reference, letter),
    }
