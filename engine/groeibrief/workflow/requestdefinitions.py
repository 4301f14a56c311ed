"""A request's definition: from text to something bound and checked, against the request that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from groeibrief.artefacts import PRIVATE_FILE, new_directory, scratch_directory
from groeibrief.casework.authorities import Authority
from groeibrief.casework.content import Content
from groeibrief.casework.requests import Request
from groeibrief.casework.versions import Draft
from groeibrief.errors import Finding, RefusedError, UsageError, UserError
from groeibrief.language.definition import Binding, Client, Contact, Definition
from groeibrief.language.rounds import day_of_round
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.office import Office

ROOM = "definities"
_NAME = re.compile(r"^doelgroep:[ \t]*[\"']?([a-z0-9][a-z0-9_-]{0,63})[\"']?[ \t]*(#.*)?$", re.MULTILINE)
_MOST_ROUNDS = 1000


def make_draft(
    office: Office, request: Request, text: str, cases: str | None = None, binding: Binding | None = None
) -> Draft:
    """Read, bind and check a definition for a request.

    A standard audience gets the authority as its client, with the service of the request. Raises DefinitionError with
    everything that is wrong in it, UsageError (E726 no name), RefusedError (E726) when it is about another authority.
    """
    authority = office.authorities.get(request.authority)
    bound_with = binding or Binding()
    service = request.content.service
    contact = Contact(*(part or None for part in (service.name, service.phone, service.e_mail, service.web_page)))
    whole = Binding(
        bound_with.gemeenten,
        bound_with.peildatum,
        bound_with.parameters,
        Client(authority.name, authority.kbo, contact),
    )
    name = _name(text)
    with scratch_directory(office.cabinet.room(ROOM) / "lezen") as folder:
        path = _written(folder, name, text, cases)
        try:
            definition = read_bound(
                path, whole, office.project.root, exactly=True, catalogue=office.catalogue
            ).definition
        except UserError as error:
            # Where the text lies for a moment tells its author nothing.
            raise type(error)(error.code, [_shown(each, path) for each in error.findings]) from None
    _check_belongs(definition, authority, office)
    return Draft(
        name,
        text,
        cases,
        _as_data(whole),
        definition.definitie,
        definition.voorwaarden,
        definition.needs_dpo,
        _rounds(definition),
    )


def bound_of(office: Office, draft: Draft, number: int = 1) -> Bound:
    """Read a kept definition again, for a round of its series. Raises RefusedError (E572) when it means another thing.

    Its file lies in the cabinet under its hash, so that whatever takes a definition's file can take this one.
    """
    folder = office.cabinet.room(ROOM) / draft.sha256[:32]
    # A new directory has its name once it is whole.
    if not folder.exists():
        with office.cabinet.holding(ROOM):
            if not folder.exists():
                with new_directory(folder) as made:
                    _written(made, draft.doelgroep, draft.text, draft.cases)
    bound = read_bound(
        folder / f"{draft.doelgroep}.yaml", as_binding(draft.binding, number), office.project.root, exactly=True,
        catalogue=office.catalogue,
    )  # fmt: skip
    if bound.definition.reeks != draft.definitie:
        raise RefusedError(
            "E728",
            "De definitie betekent niet meer hetzelfde als toen ze geschreven werd: een begrip of de catalogus "
            "veranderde. Kijk ze na en bewaar ze opnieuw.",
        )
    return bound


def check_matches(content: Content, definition: Definition) -> None:
    """Raise RefusedError (E726), all findings at once, where a definition says something else than its request."""
    told = (
        ("doeleinde", content.purpose, definition.doeleinde.categorie),
        ("aanbod.soort", content.offer, definition.doeleinde.aanbod_soort),
        ("aanbod.tekst", content.offer_text, definition.doeleinde.aanbod_tekst),
        ("sjabloon", content.template, definition.brief.sjabloon),
    )
    found = [
        Finding(
            f"'{name}' is in de definitie anders dan in de aanvraag. Maak ze gelijk.", gevonden=there, verwacht=here
        )
        for name, here, there in told
        if here.strip() != there.strip()
    ]
    if found:
        raise RefusedError("E726", found)


def _shown(finding: Finding, path: Path) -> Finding:
    return replace(finding, bestand=path.name) if finding.bestand == str(path) else finding


def _name(text: str) -> str:
    found = _NAME.search(text)
    if found is None:
        raise UsageError("E729", "De definitie heeft geen regel 'doelgroep: naam'. Geef ze een naam in kleine letters.")
    return found[1]


def _written(folder: Path, name: str, text: str, cases: str | None) -> Path:
    path = folder / f"{name}.yaml"
    for each, content in ((path, text), (folder / f"{name}.cases.yaml", cases)):
        if content is not None:
            each.touch(PRIVATE_FILE)
            each.write_text(content, encoding="utf-8")
    return path


def _check_belongs(definition: Definition, authority: Authority, office: Office) -> None:
    found = []
    if definition.opdrachtgever.kbo != authority.kbo:
        found.append(Finding("De opdrachtgever van de definitie is een ander bestuur dan dat van de aanvraag."))
    own = set(authority.codes_on(definition.question.reference_date, office.catalogue.municipalities))
    if strangers := sorted(set(definition.question.municipalities) - own):
        found.append(Finding(f"Gemeente {strangers[0]} hoort niet bij het bestuur van de aanvraag."))
    if found:
        raise RefusedError("E726", found)


def _rounds(definition: Definition) -> int:
    if definition.herhaling is None:
        return 1
    number = 1
    while number < _MOST_ROUNDS:
        try:
            day_of_round(definition, number + 1)
        except UsageError:
            break
        number += 1
    return number


def _as_data(binding: Binding) -> dict[str, Any]:
    client = binding.opdrachtgever
    assert client is not None, "a request has an authority"
    contact = client.contact
    return {
        "gemeenten": list(binding.gemeenten),
        "peildatum": binding.peildatum.isoformat() if binding.peildatum else None,
        "parameters": dict(binding.parameters),
        "opdrachtgever": {
            "naam": client.naam, "kbo": client.kbo, "dienst": contact.dienst, "telefoon": contact.telefoon,
            "e_mail": contact.e_mail, "webpagina": contact.webpagina,
        },
    }  # fmt: skip


def as_binding(data: Mapping[str, Any], number: int = 1) -> Binding:
    """What a draft is bound with, for a round of its series."""
    client = dict(data["opdrachtgever"])
    return Binding(
        tuple(data["gemeenten"]),
        date.fromisoformat(data["peildatum"]) if data["peildatum"] else None,
        data["parameters"],
        Client(client.pop("naam"), client.pop("kbo"), Contact(**client)),
        number,
    )
