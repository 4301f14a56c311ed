"""Inputs for a data protection impact assessment (GDPR art. 35) of a definition: what it uses, why, and what limits it.

Inputs, no assessment: what only people can judge stands in ``in_te_vullen``. The same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from groeibrief.artefacts import canonical_json
from groeibrief.casework.processing import MAILING
from groeibrief.catalog import Catalogue
from groeibrief.catalog.purposes import Purposes, load_purposes
from groeibrief.errors import UsageError
from groeibrief.language.definition import Binding, Definition
from groeibrief.language.description import describe, describe_condition
from groeibrief.language.standard import check_definition, definitions, load_standard, published
from groeibrief.query import (
    Age,
    Beneficiaries,
    Born,
    ChildrenInDossier,
    Condition,
    Has,
    LivesIn,
    Payer,
    sources_used,
    walk,
)
from groeibrief.workflow.definitions import read_bound
from groeibrief.workflow.markdown import bullets, cell, table
from groeibrief.workflow.office import Office
from groeibrief.workflow.privacybound import privacy_bound
from groeibrief.workflow.processing import processing_policy, source_as_json
from groeibrief.workflow.tellers import disclosure_policy, sensitive_sources

IMPACT_FORMATS = ("md", "json")
KIND = "dpia-gegevens"
_WORDS: dict[type, str] = {
    Age: "leeftijd", Born: "geboren", ChildrenInDossier: "kinderen_in_dossier", LivesIn: "woont_in",
    Payer: "uitbetaler",
}  # fmt: skip
_ALWAYS = "woont_in"
"""Whose home lies in the municipality is looked at in every question."""
_POSTCODE = "postcode"
_OPEN_QUESTIONS = (
    "Is er een minder ingrijpende weg naar hetzelfde doel?",
    "Kan een gezin uit de brief afleiden welk gegeven gebruikt is, en schaadt dat het?",
    "Wat verandert er voor wie een brief krijgt, en voor wie er geen krijgt?",
    "Welk risico blijft over, en wie aanvaardt het?",
)


@dataclass(frozen=True, slots=True)
class Impact:
    """The inputs for one definition or more."""

    content: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The JSON form (``privacy schema``)."""
        return self.content

    def rendered(self, form: str) -> bytes:
        """The inputs as ``md`` or ``json``."""
        if form == "json":
            return canonical_json(self.content) + b"\n"
        return _markdown(self.content).encode()


def impact(office: Office, paths: Sequence[Path] = (), snapshot: Path | None = None) -> Impact:
    """The inputs for the definitions *paths*; without any, for all of ``rules/`` and ``rules/standaard/``.

    *snapshot*: count each exactly too, for the agency only. Raises DefinitionError (the definitions', E297, E330),
    UsageError (E298) when there is no definition, and what counting raises.
    """
    project = office.project
    if snapshot and not paths:
        raise UsageError("E298", "Geef met --snapshot ook de bestanden van de doelgroepen: elke telling is een daad.")
    families = _exact_families(office, paths, snapshot) if snapshot else {}
    chosen = tuple(paths) or (*definitions(project.rules), *published(project))
    if not chosen:
        raise UsageError("E298", f"In {project.rules} staat geen doelgroep. Geef een bestand.")
    purposes = load_purposes(project)
    return Impact(
        {
            "soort": KIND,
            "catalogus": office.catalogue.version,
            "doelgroepen": [_definition(office, path, purposes, families.get(path)) for path in chosen],
            "grens": _bound(office),
            "maatregelen": _measures(office),
        }
    )


def _exact_families(office: Office, paths: Sequence[Path], snapshot: Path) -> dict[Path, int]:
    """The exact number of gezinnen of each definition, for the agency only; each count stands in the ledger.

    Raises as ``count_exactly``; a standard audience has to be filled in first (E365).
    """
    from groeibrief.workflow.counting import count_exactly

    found = {}
    for path in paths:
        bound = read_bound(path, Binding(), office.project.root, exactly=True, catalogue=office.catalogue)
        found[path] = count_exactly(bound, snapshot, office.settings).counts.families
    return found


def _definition(office: Office, path: Path, purposes: Purposes, families: int | None) -> dict[str, Any]:
    catalogue = office.catalogue
    definition = check_definition(path, catalogue, office.project)
    standard = load_standard(path, catalogue, office.project)
    category = purposes.category(definition.doeleinde.categorie)
    offer = purposes.offer(definition.doeleinde.aanbod_soort)
    assert category is not None, "a definition that was checked has a purpose of the list"
    assert offer is not None, "a definition that was checked has an offer of the list"
    used = sources_used(definition.question)
    return {
        "doelgroep": definition.doelgroep,
        "titel": definition.titel,
        "bestand": path.name,
        # Filled in with an example: its municipality and day say nothing about who is meant.
        "voorbeeld": standard is not None,
        # The hashes of a standard audience are those of each filling in; its own do not mean anything.
        "voorwaarden": None if standard else definition.voorwaarden,
        "definitie": None if standard else definition.definitie,
        "in_te_vullen_door_bestuur": [
            f"{each.naam}: {each.omschrijving or each.soort}" for each in (standard.parameters if standard else ())
        ],
        "tekst": describe(definition, catalogue),
        "doeleinde": {"id": category.id, "naam": category.naam, "omschrijving": category.omschrijving},
        "aanbod": {"soort": offer.naam, "tekst": definition.doeleinde.aanbod_tekst},
        "kwetsbaarheid": definition.doeleinde.kwetsbaarheid,
        "dpo": definition.needs_dpo,
        "bronnen": [_source(definition, catalogue, key) for key in catalogue.sources if key in used],
        "andere_gegevens": _parameters(definition, catalogue),
        "gezinnen_exact": families,
        "ruis": _noise(office, sensitive=not sensitive_sources(catalogue).isdisjoint(used)),
        "in_te_vullen": list(_OPEN_QUESTIONS),
    }


def _source(definition: Definition, catalogue: Catalogue, key: str) -> dict[str, Any]:
    """A source with the fields that the definition tests, and the conditions for which it is needed."""
    source = catalogue.sources[key]
    question = definition.question
    asked = [node for node in walk(question.condition) if isinstance(node, Has) and node.source == key]
    tested = {field.name for node in asked for field in node.where}
    sentences = dict.fromkeys(describe_condition(node, question, catalogue) for node in asked)
    return {
        **source_as_json(source),
        "universeel": source.universeel,
        "velden": [field.naam for field in source.velden if field.veld in tested],
        "velden_niet_gebruikt": [field.naam for field in source.velden if field.veld not in tested],
        "nodig_voor": list(sentences),
        "noodzaak": f"Zonder {source.naam} is niet na te gaan of dit geldt; niets anders in de doelgroep zegt het.",
    }


def _parameters(definition: Definition, catalogue: Catalogue) -> list[dict[str, str]]:
    nodes: list[Condition] = list(walk(definition.question.condition))
    words = {_ALWAYS, *(_WORDS[type(node)] for node in nodes if type(node) in _WORDS)}
    postcodes = any(isinstance(node, LivesIn) and node.postcodes for node in nodes)
    told = [
        {"parameter": each.naam, "omschrijving": " ".join(each.omschrijving.split())}
        for each in catalogue.parameters
        if each.woord in words and (postcodes or each.parameter != _POSTCODE)
    ]
    if any(isinstance(node, Beneficiaries) for node in nodes):
        told.append({"parameter": "begunstigden", "omschrijving": "Wie het Groeipakket van het gezin krijgt."})
    return told


def _noise(office: Office, *, sensitive: bool) -> dict[str, Any]:
    policy = disclosure_policy(office.project)

    def plain(number: Fraction) -> float:
        return round(float(number), 6)

    return {
        "gevoelig": sensitive,
        "sigma_gezinnen": plain(policy.sigma(sensitive=sensitive, children=False)),
        "sigma_kinderen": plain(policy.sigma(sensitive=sensitive, children=True)),
        "kost_gezinnen": plain(policy.cost(sensitive=sensitive, children=False)),
        "kost_kinderen": plain(policy.cost(sensitive=sensitive, children=True)),
        "drempel": policy.tonen.drempel,
        "afronding": policy.tonen.afronding,
    }


def _bound(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = privacy_bound(office.project.root, None).as_json()["grenzen"]
    return [{"aandeel": each["aandeel"], "budget": each["budget"], "berekend": each["berekend"]} for each in found]


def _measures(office: Office) -> list[dict[str, str]]:
    policy = processing_policy(office)
    limits, erasure = office.policy.grenzen, office.policy.bewaring
    shared = [each.as_json() for each in policy.measures(policy.activity(MAILING).maatregelen)]
    cap = {
        "maatregel": "hoogstens-brieven",
        "tekst": (
            f"Een gezin krijgt hoogstens {limits.brieven_per_gezin} brieven in {limits.venster_maanden} maanden, over "
            "alle aanvragen samen."
        ),
        "zie": "rules/policies/werkwijze.yaml",
    }
    gone = {
        "maatregel": "bewaartermijn",
        "tekst": f"Selectie, brieven en pseudoniemen verdwijnen {erasure.maanden} maanden na het afsluiten.",
        "zie": "rules/policies/bewaring.yaml",
    }
    return [*shared, cap, gone]


def _markdown(content: dict[str, Any]) -> str:
    lines = [
        "# Gegevens voor een gegevensbeschermingseffectbeoordeling", "",
        "Art. 35 AVG. Samengesteld uit catalogus en beleid; wat mensen moeten oordelen, staat bij elke doelgroep onder "
        f"'In te vullen'. Catalogus {content['catalogus']}.",
    ]  # fmt: skip
    for each in content["doelgroepen"]:
        lines += _section(each)
    lines += ["", "## Wat een telling hoogstens verraadt", ""]
    lines += [
        "Hoe vaak een aanvaller juist raadt die alles weet behalve één gegeven van één gezin, en alles uitgeeft. Een "
        "muntje opgooien geeft 50 %.", "",
    ]  # fmt: skip
    lines += table(
        ("aandeel", "budget", "hoogstens juist"),
        (
            (each["aandeel"].replace("_", " "), f"{each['budget']:g}".replace(".", ","), _percent(each["berekend"]))
            for each in content["grens"]
        ),
    )
    lines += ["", "## Maatregelen", ""]
    lines += bullets(f"{each['tekst']} ({each['zie']})" for each in content["maatregelen"])
    return "\n".join(lines) + "\n"


def _section(each: dict[str, Any]) -> list[str]:
    noise = each["ruis"]
    facts = [
        ("Bestand", each["bestand"]),
        ("Doeleinde", f"{each['doeleinde']['naam']}: {each['doeleinde']['omschrijving']}"),
        ("Aanbod", f"{each['aanbod']['soort']}: {each['aanbod']['tekst']}"),
        ("Waarom kwetsbaar", each["kwetsbaarheid"] or "volgt uit de bronnen"),
        ("Akkoord van de DPO", "nodig" if each["dpo"] else "niet nodig"),
        (
            "Ruis op een telling",
            f"σ {noise['sigma_gezinnen']:g} op gezinnen, σ {noise['sigma_kinderen']:g} op kinderen",
        ),
    ]
    if each["gezinnen_exact"] is not None:
        facts.append(("Gezinnen, exact", f"{each['gezinnen_exact']}; alleen voor VUTG, nooit voor een bestuur"))
    lines = ["", f"## {cell(each['titel'])}", "", *table(("", ""), facts)]
    if each["voorbeeld"]:
        lines += ["", "Een standaarddoelgroep: hieronder met een gemeente en een dag als voorbeeld ingevuld."]
    if each["in_te_vullen_door_bestuur"]:
        lines += ["", "Vult een bestuur in:", "", *bullets(each["in_te_vullen_door_bestuur"])]
    lines += ["", "Bronnen:", ""]
    for source in each["bronnen"]:
        marks = [
            word for word, there in (("gevoelig", source["gevoelig"]), ("universeel", source["universeel"])) if there
        ]
        suffix = f" ({', '.join(marks)})" if marks else ""
        lines.append(f"- {cell(source['naam'])}{suffix}. {cell(source['noodzaak'])}")
        lines += [f"  - nodig voor: {cell(told)}" for told in source["nodig_voor"]]
        lines.append(f"  - gebruikte velden: {cell(', '.join(source['velden']) or 'geen, alleen dat er een recht is')}")
        lines.append(f"  - grond: {cell('; '.join(source['gronden']))}")
    if each["andere_gegevens"]:
        lines += ["", "Andere gegevens:", ""]
        lines += bullets(f"{told['parameter']}: {told['omschrijving']}" for told in each["andere_gegevens"])
    lines += ["", "De doelgroep voluit:", "", *(f"    {line}".rstrip() for line in each["tekst"].rstrip().splitlines())]
    return [*lines, "", "In te vullen:", "", *bullets(each["in_te_vullen"])]


def _percent(chance: float) -> str:
    return f"{100 * chance:.2f} %".replace(".", ",")
