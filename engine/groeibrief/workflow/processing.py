"""The record of processing activities (GDPR art. 30), put together from catalogue, policies, sender and agreements.

The same input gives the same bytes: there is no moment in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from groeibrief.artefacts import canonical_json, sha256_file
from groeibrief.casework.processing import Activity, ProcessingPolicy, load_processing_policy
from groeibrief.casework.retention import RetentionPolicy
from groeibrief.casework.tables import as_ods
from groeibrief.catalog.model import Source
from groeibrief.catalog.purposes import load_purposes
from groeibrief.letters.sender import load_sender
from groeibrief.opgroeien.policy import load_track_policy
from groeibrief.workflow.erasing import retention_policy
from groeibrief.workflow.markdown import bullets, cell, table
from groeibrief.workflow.office import Office

RECORD_FORMATS = ("md", "json", "ods")
KIND = "verwerkingsregister"


@dataclass(frozen=True, slots=True)
class Record:
    """The record: what :func:`as_json` gives, and the forms made of it."""

    content: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The JSON form (``privacy schema``)."""
        return self.content

    def rendered(self, form: str) -> bytes:
        """The record as ``md``, ``json`` or ``ods``."""
        if form == "json":
            return canonical_json(self.content) + b"\n"
        if form == "ods":
            return as_ods(list(_rows(self.content)), "Verwerkingsregister")
        return _markdown(self.content).encode()


def processing_record(office: Office) -> Record:
    """The record of this office. Raises DefinitionError (E290, E297, E320, E625, E800, the catalogue's)."""
    policy, retention = processing_policy(office), retention_policy(office)
    controllers = _controllers(office)
    return Record(
        {
            "soort": KIND,
            "versie": policy.versie,
            "status": policy.status,
            "catalogus": office.catalogue.version,
            "beleid": {
                path.name: sha256_file(path) for path in sorted((office.project.rules / "policies").glob("*.yaml"))
            },
            "verwerkingen": [
                _activity(office, policy, retention, controllers, activity) for activity in policy.verwerkingen
            ],
        }
    )


def processing_policy(office: Office) -> ProcessingPolicy:
    """The project's processing policy. Raises DefinitionError (E297)."""
    return load_processing_policy(office.project, office.catalogue.sources)


def source_as_json(source: Source) -> dict[str, Any]:
    """A source as a category of data: sensitivity, fields, and the grounds that the catalogue records."""
    ground = source.verwerkingsgrond
    return {
        "bron": source.bron,
        "naam": source.naam,
        "status": source.status,
        "gevoelig": source.gevoelig,
        "dpo": source.dpo,
        "velden": [field.naam for field in source.velden],
        "decreet": [f"{each.tekst}, {each.artikel}" for each in source.rechtsgrond],
        "gronden": list(ground.artikelen) if ground else [],
        "toelichting": ground.toelichting if ground else "Geblokkeerd: er is geen grond voor verwerking.",
    }


def _controllers(office: Office) -> dict[str, dict[str, Any]]:
    sender, track = load_sender(office.project), load_track_policy(office.project)
    return {
        "vutg": {"naam": sender.rechtspersoon, "dpo": sender.dpo_e_mail},
        "opgroeien": {"naam": track.opgroeien.naam, "dpo": track.opgroeien.dpo.e_mail},
    }


def _activity(
    office: Office,
    policy: ProcessingPolicy,
    retention: RetentionPolicy,
    controllers: dict[str, dict[str, Any]],
    activity: Activity,
) -> dict[str, Any]:
    sources = office.catalogue.sources
    keys = tuple(sources) if activity.alle_bronnen else activity.bronnen
    purposes = load_purposes(office.project).categorieen if activity.doeleinden_uit_lijst else ()
    grounds = list(activity.rechtsgrond)
    if activity.verantwoordelijke == "opgroeien":
        # The text that holds last is the one that a new protocol gets.
        grounds.append(max(load_track_policy(office.project).teksten, key=lambda text: text.vanaf).rechtsgrond)
    return {
        "verwerking": activity.verwerking,
        "naam": activity.naam,
        "verantwoordelijke": controllers[activity.verantwoordelijke],
        "omschrijving": activity.omschrijving,
        "doel": activity.doel,
        "doeleinden": [{"id": each.id, "naam": each.naam, "omschrijving": each.omschrijving} for each in purposes],
        "rechtsgrond": grounds,
        "betrokkenen": list(activity.betrokkenen),
        "gegevens": list(activity.gegevens),
        "bronnen": [source_as_json(sources[key]) for key in keys],
        "ontvangers": list(activity.ontvangers),
        "verwerkers": [each.as_json() for each in office.processors.all()] if activity.drukkerijen else [],
        "doorgifte": activity.doorgifte,
        "bewaring": [retention.of(kind).as_json() for kind in activity.bewaring],
        "maatregelen": [each.as_json() for each in policy.measures(activity.maatregelen)],
    }


_HEADS = (
    "Verwerking", "Verantwoordelijke", "DPO", "Omschrijving", "Doel", "Doeleinden", "Rechtsgrond", "Betrokkenen",
    "Gegevens", "Bronnen", "Ontvangers", "Verwerkers", "Doorgifte", "Bewaring", "Maatregelen",
)  # fmt: skip


def _rows(content: dict[str, Any]) -> Iterator[Sequence[str]]:
    yield _HEADS
    for each in content["verwerkingen"]:
        yield (
            each["naam"], each["verantwoordelijke"]["naam"], each["verantwoordelijke"]["dpo"], each["omschrijving"],
            each["doel"], "; ".join(purpose["naam"] for purpose in each["doeleinden"]), "; ".join(each["rechtsgrond"]),
            "; ".join(each["betrokkenen"]), "; ".join(each["gegevens"]), "; ".join(map(_source, each["bronnen"])),
            "; ".join(each["ontvangers"]), "; ".join(map(_processor, each["verwerkers"])), each["doorgifte"],
            "; ".join(f"{kept['naam']}: {kept['termijn']}" for kept in each["bewaring"]),
            "; ".join(measure["tekst"] for measure in each["maatregelen"]),
        )  # fmt: skip


def _source(source: dict[str, Any]) -> str:
    return f"{source['naam']}{' (gevoelig)' if source['gevoelig'] else ''}"


def _processor(processor: dict[str, Any]) -> str:
    return f"{processor['naam']} ({processor['referentie']}, van {processor['van']} tot {processor['tot']})"


def _markdown(content: dict[str, Any]) -> str:
    lines = [
        "# Register van verwerkingsactiviteiten", "",
        f"Art. 30 AVG. Versie {content['versie']}, {content['status']}. Catalogus {content['catalogus']}.",
    ]  # fmt: skip
    for each in content["verwerkingen"]:
        controller = each["verantwoordelijke"]
        lines += ["", f"## {cell(each['naam'])}", "", cell(each["omschrijving"]), ""]
        lines += table(
            ("", ""),
            (
                ("Verantwoordelijke", controller["naam"]),
                ("DPO", controller["dpo"]),
                ("Doel", each["doel"]),
                ("Betrokkenen", ", ".join(each["betrokkenen"])),
                ("Andere gegevens", ", ".join(each["gegevens"])),
                ("Ontvangers", ", ".join(each["ontvangers"])),
                ("Verwerkers", "; ".join(map(_processor, each["verwerkers"])) or "geen"),
                ("Doorgifte", each["doorgifte"]),
            ),
        )
        lines += ["", "Rechtsgrond:", "", *bullets(each["rechtsgrond"])]
        if each["doeleinden"]:
            told = [f"{purpose['naam']}: {purpose['omschrijving']}" for purpose in each["doeleinden"]]
            lines += ["", "Doeleinden, uit de gesloten lijst:", "", *bullets(told)]
        if each["bronnen"]:
            lines += ["", "Bronnen:", ""]
            lines += table(
                ("bron", "gevoelig", "velden", "grond"),
                (
                    (
                        source["naam"], "ja" if source["gevoelig"] else "nee", ", ".join(source["velden"]),
                        "; ".join(source["gronden"]) or source["toelichting"],
                    )
                    for source in each["bronnen"]
                ),
            )  # fmt: skip
        lines += ["", "Bewaring:", ""]
        lines += table(
            ("gegevens", "termijn", "vanaf", "reden", "bron", "wie wist"),
            (
                (kept["naam"], kept["termijn"], kept["vanaf"], kept["reden"], kept["bron"], kept["wist"])
                for kept in each["bewaring"]
            ),
        )
        lines += ["", "Maatregelen:", ""]
        lines += bullets(f"{measure['tekst']} ({measure['zie']})" for measure in each["maatregelen"])
    return "\n".join(lines) + "\n"
