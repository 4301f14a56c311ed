"""A bound definition as one Dutch text: complete, with every default written out, to be read aloud and signed."""

from __future__ import annotations

from collections.abc import Iterator

from groeibrief.catalog import Catalogue
from groeibrief.language.clauses import SUBJECTS, Clause, Speaker
from groeibrief.language.definition import AddressedTo, Contact, Definition, LetterPer
from groeibrief.language.surroundings import granted_sources
from groeibrief.language.wording import enumeration, long_date, long_month, municipality_names
from groeibrief.query import (
    Age,
    Condition,
    DomicileOf,
    Question,
    Sort,
    counted_children,
    walk,
)

_INDENT = "   "


def describe_condition(node: Condition, question: Question, catalogue: Catalogue) -> str:
    """One condition of *question* on one line, without a full stop."""
    clause = Speaker(question, catalogue).clause(node, SUBJECTS[node.sort])
    return _inline(clause)


def _inline(clause: Clause) -> str:
    if not clause.parts:
        return clause.text
    parts = "; ".join(f"{_mark(number, 0)} {_inline(part)}" for number, part in enumerate(clause.parts))
    return f"{clause.text}: [{parts}]"


def describe(definition: Definition, catalogue: Catalogue) -> str:
    """The whole definition as text: lines without a width, paragraphs parted by an empty line."""
    paragraphs = (
        _head(definition),
        ["1. Over wie het gaat", *_population(definition, catalogue)],
        ["2. Wie geselecteerd wordt", *_selection(definition, catalogue)],
        ["3. Wie een brief krijgt", *_letter(definition, catalogue)],
    )
    return "\n\n".join("\n".join(lines) for lines in paragraphs) + "\n"


def _head(definition: Definition) -> list[str]:
    client, purpose = definition.opdrachtgever, definition.doeleinde
    number = f", ondernemingsnummer {client.kbo}" if client.kbo else ""
    lines = [
        f"Doelgroep: {definition.titel} ({definition.doelgroep}).",
        f"Opdrachtgever: {client.naam}{number}.",
        *_contact(client.contact),
        f"Doeleinde: {purpose.categorie}.",
        f"Aanbod ({purpose.aanbod_soort}): {_stop(purpose.aanbod_tekst)}",
    ]
    if purpose.kwetsbaarheid:
        lines.append(f"Waarom deze gezinnen kwetsbaar zijn: {_stop(purpose.kwetsbaarheid)}")
    if definition.needs_dpo:
        lines.append("Deze doelgroep vraagt ook de goedkeuring van de DPO.")
    return lines


def _contact(contact: Contact) -> Iterator[str]:
    parts = [
        f"{label} {value}".strip()
        for label, value in (
            ("", contact.dienst),
            ("telefoon", contact.telefoon),
            ("e-mail", contact.e_mail),
            ("webpagina", contact.webpagina),
        )
        if value
    ]
    if parts:
        yield f"Contact: {', '.join(parts)}."


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _population(definition: Definition, catalogue: Catalogue) -> Iterator[str]:
    question = definition.question
    day = long_date(question.reference_date)
    places = municipality_names(question.municipalities, catalogue.municipalities, "of")
    yield f"De peildatum is {day}. De gezinnen en hun kinderen worden bekeken zoals ze op die dag zijn."
    if question.domicile_of is DomicileOf.KIND:
        yield (
            f"Het gaat over de gezinnen met een open dossier en minstens 1 kind dat op {day} zijn woonplaats heeft in "
            f"{places}. Alleen de kinderen met hun woonplaats daar tellen mee."
        )
    else:
        yield (
            f"Het gaat over de gezinnen met een open dossier en minstens 1 begunstigde (een persoon, in leven) die op "
            f"{day} zijn woonplaats heeft in {places}. Al hun kinderen tellen mee, ook zonder gekende woonplaats."
        )
    yield (
        "De kinderen van een gezin zijn de kinderen die op de peildatum in het dossier staan, geboren zijn of geen "
        "gekende geboortedatum hebben, en niet overleden zijn."
    )
    if any(isinstance(node, Age) for node in walk(question.condition)):
        yield "Een leeftijd is het aantal volle jaren (of volle maanden, waar dat er staat) op de peildatum."


def _selection(definition: Definition, catalogue: Catalogue) -> Iterator[str]:
    question = definition.question
    clause = Speaker(question, catalogue).clause(question.condition, SUBJECTS[question.unit])
    opening = "als" if clause.text.startswith("aan ") else "als dit waar is:"
    yield from _lines(clause.after(f"Een {question.unit.value} wordt geselecteerd {opening}"))
    subject = "Een gezin dat" if question.unit is Sort.GEZIN else "Een kind dat"
    yield f"{subject} door een ontbrekend gegeven niet te beoordelen is, wordt niet geselecteerd."
    if question.unit is Sort.GEZIN:
        if counted_children(question.condition):
            yield "De geselecteerde kinderen zijn de kinderen die meetellen en zelf aan zo'n voorwaarde voldoen."
        else:
            yield "De geselecteerde kinderen zijn alle kinderen van het gezin die meetellen."


def _lines(clause: Clause) -> list[str]:
    lines = list(_nested(clause, 0))
    return [f"{line}." if number == len(lines) - 1 else line for number, line in enumerate(lines)]


def _nested(clause: Clause, depth: int) -> Iterator[str]:
    yield f"{clause.text}:" if clause.parts else clause.text
    last = len(clause.parts) - 1
    for number, part in enumerate(clause.parts):
        inner = list(_nested(part, depth + 1))
        inner[0] = f"{_mark(number, depth)} {inner[0]}"
        if number < last:
            inner[-1] += ";"
        yield from (f"{_INDENT}{line}" for line in inner)


def _mark(number: int, depth: int) -> str:
    if depth % 2:
        return f"{number + 1})"
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return f"{letters})"


def _letter(definition: Definition, catalogue: Catalogue) -> Iterator[str]:
    letter, question = definition.brief, definition.question
    yield f"De brief volgt het sjabloon '{letter.sjabloon}'."
    granted = granted_sources(question, catalogue)
    match letter.aan:
        case AddressedTo.ENTITLED if granted:
            names = enumeration((catalogue.sources[key].naam for key in granted), "of")
            yield (
                f"Hij gaat naar elke begunstigde aan wie {names} is toegekend, op de manier die hierboven staat, "
                "voor een geselecteerd kind."
            )
        case AddressedTo.ENTITLED:
            yield "Hij gaat naar wie een recht kreeg. Geen enkele bron hierboven zegt aan wie: niemand krijgt de brief."
        case AddressedTo.FIRST:
            yield "Hij gaat naar de eerste begunstigde van elk geselecteerd gezin: de eerste in rang die leeft."
        case AddressedTo.ALL:
            yield "Hij gaat naar elke begunstigde van elk geselecteerd gezin."
    if letter.per is LetterPer.ADDRESS:
        yield "Begunstigden van één gezin op hetzelfde adres krijgen samen één brief, op hun beider naam."
    else:
        yield "Elke geadresseerde krijgt een eigen brief."
    places = municipality_names(question.municipalities, catalogue.municipalities, "of")
    if letter.ook_buiten_gemeente:
        yield f"Ook wie niet in {places} woont, krijgt de brief."
    else:
        yield f"Wie niet in {places} woont, krijgt geen brief."
    series = definition.herhaling
    if series is None:
        yield "De brief gaat één keer uit."
        return
    every = {"maand": "elke maand", "kwartaal": "elk kwartaal", "jaar": "elk jaar"}[series.elke]
    yield f"De brief wordt {every} herhaald, tot {long_month(series.tot)} (die maand niet meer)."
    if series.alleen_nieuwe:
        yield "Wie in deze reeks al een brief kreeg, krijgt er geen tweede."
    else:
        yield "Ook wie in deze reeks al een brief kreeg, krijgt hem opnieuw."
