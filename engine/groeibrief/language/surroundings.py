"""The parts around the conditions: client, purpose, letter and series."""

from __future__ import annotations

import re
from datetime import date

from groeibrief.calendar import Month
from groeibrief.catalog import Catalogue, Project
from groeibrief.catalog.purposes import load_purposes
from groeibrief.documents import Node
from groeibrief.language import values
from groeibrief.language.definition import AddressedTo, Client, Contact, Letter, LetterPer, Purpose, Series
from groeibrief.language.faults import ADDRESSEE, CLIENT, FORM, PURPOSE, RANGE, Faults
from groeibrief.language.wording import enumeration, long_month
from groeibrief.query import Question, sources_used

STANDARD_TEMPLATE = "informatiebrief"
EVERY = ("maand", "kwartaal", "jaar")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")
_KBO = re.compile(r"(?:BE)?[01]\d{9}")


def read_client(faults: Faults, node: Node) -> Client | None:
    """Read ``opdrachtgever``."""
    parts = values.mapping(faults, node, "opdrachtgever", ("naam", "kbo", "contact"), ("naam", "kbo"))
    if parts is None:
        return None
    name = values.text(faults, parts["naam"], "naam") if "naam" in parts else None
    kbo = _kbo(faults, parts["kbo"]) if "kbo" in parts else None
    contact = _contact(faults, parts["contact"]) if "contact" in parts else Contact()
    if name is None or kbo is None or contact is None:
        return None
    return Client(name, kbo, contact)


def _kbo(faults: Faults, node: Node) -> str | None:
    written = values.text(faults, node, "kbo")
    if written is None:
        return None
    expected = 'een ondernemingsnummer, zoals "0123.456.749"'
    digits = re.sub(r"[ .]", "", written)
    if not _KBO.fullmatch(digits):
        faults.add(CLIENT, node, "Een ondernemingsnummer telt tien cijfers en begint met 0 of 1.", verwacht=expected)
        return None
    digits = digits.removeprefix("BE")
    if 97 - int(digits[:8]) % 97 != int(digits[8:]):
        melding = "De controlecijfers van dit ondernemingsnummer kloppen niet. Kijk het na."
        faults.add(CLIENT, node, melding, verwacht=expected)
        return None
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def _contact(faults: Faults, node: Node) -> Contact | None:
    parts = values.mapping(faults, node, "contact", ("dienst", "telefoon", "e_mail", "webpagina"))
    if parts is None:
        return None
    read = {key: values.text(faults, value, key) for key, value in parts.items()}
    mail = read.get("e_mail")
    if mail is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", mail):
        faults.add(
            FORM, parts["e_mail"], "Dit is geen e-mailadres.", verwacht="een e-mailadres, zoals sociaal.huis@example.be"
        )
    return Contact(**read)


def read_purpose(faults: Faults, node: Node, project: Project) -> Purpose | None:
    """Read ``doeleinde`` against the closed list. Raises DefinitionError when that list itself is invalid."""
    parts = values.mapping(faults, node, "doeleinde", ("categorie", "aanbod", "kwetsbaarheid"), ("categorie", "aanbod"))
    if parts is None:
        return None
    purposes = load_purposes(project)
    category = offer = offered = None
    if "categorie" in parts:
        listed = [each.id for each in purposes.categorieen]
        category = values.choice(
            faults,
            parts["categorie"],
            "categorie",
            listed,
            code=PURPOSE,
            melding="Dit doeleinde staat niet op de gesloten lijst (rules/policies/doeleinden.yaml).",
        )
    if "aanbod" in parts:
        about = values.mapping(faults, parts["aanbod"], "aanbod", ("soort", "tekst"), ("soort", "tekst"))
        if about and "soort" in about:
            kinds = [each.soort for each in purposes.aanbod]
            offer = values.choice(faults, about["soort"], "soort", kinds, code=PURPOSE)
        if about and "tekst" in about:
            offered = values.text(faults, about["tekst"], "tekst")
    vulnerable = values.text(faults, parts["kwetsbaarheid"], "kwetsbaarheid") if "kwetsbaarheid" in parts else None
    if category is None or offer is None or offered is None:
        return None
    return Purpose(category, offer, offered, vulnerable)


def read_letter(faults: Faults, node: Node | None, question: Question | None, catalogue: Catalogue) -> Letter | None:
    """Read ``brief``, with its defaults; None for *node*: a standard audience that leaves the letter to the request."""
    granted = [] if question is None else granted_sources(question, catalogue)
    default = AddressedTo.ENTITLED if granted else AddressedTo.ALL
    if node is None:
        return Letter(STANDARD_TEMPLATE, default, LetterPer.ADDRESS, True)
    parts = values.mapping(faults, node, "brief", ("sjabloon", "aan", "per", "ook_buiten_gemeente"), ("sjabloon",))
    if parts is None:
        return None
    template = values.text(faults, parts["sjabloon"], "sjabloon") if "sjabloon" in parts else None
    if template is not None and not SLUG.fullmatch(template):
        faults.add(FORM, parts["sjabloon"], "Een sjabloon is de naam van een map: kleine letters, cijfers, '-' en '_'.")
    aan: str | None = default.value
    if "aan" in parts:
        aan = values.choice(faults, parts["aan"], "aan", [each.value for each in AddressedTo])
        if granted and aan is not None and aan != AddressedTo.ENTITLED.value:
            names = enumeration(catalogue.sources[key].naam for key in granted)
            faults.add(
                ADDRESSEE,
                parts["aan"],
                f"Deze doelgroep gebruikt {names}: alleen wie dat recht zelf kreeg, mag het lezen. "
                "Schrijf `aan: gerechtigden`.",
                verwacht=AddressedTo.ENTITLED.value,
            )
    per: str | None = LetterPer.ADDRESS.value
    if "per" in parts:
        per = values.choice(faults, parts["per"], "per", [each.value for each in LetterPer])
    outside: bool | None = True
    if "ook_buiten_gemeente" in parts:
        outside = values.yes_no(faults, parts["ook_buiten_gemeente"], "ook_buiten_gemeente")
    if template is None or aan is None or per is None or outside is None:
        return None
    return Letter(template, AddressedTo(aan), LetterPer(per), outside)


def granted_sources(question: Question, catalogue: Catalogue) -> list[str]:
    """The sources used that say to whom the right is granted."""
    return [key for key in sources_used(question) if catalogue.sources[key].toegekend_aan]


def read_series(faults: Faults, node: Node, on: date) -> Series | None:
    """Read ``herhaling``; it ends in a month after the reference date's."""
    parts = values.mapping(faults, node, "herhaling", ("elke", "tot", "alleen_nieuwe"), ("elke", "tot"))
    if parts is None:
        return None
    every = values.choice(faults, parts["elke"], "elke", EVERY) if "elke" in parts else None
    until = values.month(faults, parts["tot"], "tot") if "tot" in parts else None
    only_new: bool | None = True
    if "alleen_nieuwe" in parts:
        only_new = values.yes_no(faults, parts["alleen_nieuwe"], "alleen_nieuwe")
    if until is not None and until <= Month.of(on):
        melding = f"De herhaling loopt tot {long_month(until)}: dat moet na de maand van de peildatum zijn."
        faults.add(RANGE, parts["tot"], melding, verwacht=f"een maand na {Month.of(on)}")
    if every is None or until is None or only_new is None:
        return None
    return Series(every, until, only_new)
