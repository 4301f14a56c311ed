"""What a protocol says: parties, officers, purpose, ground, ages, term; read from the municipality's application.

The minimum is that of article 8 of the e-government decree: parties, officers, purpose, legal ground, categories of
data, recipients, periodicity, duration, security measures. The last ones come from the dated standard text.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.catalog.municipalities import Municipalities
from groeibrief.catalog.purposes import Purposes
from groeibrief.catalog.records import Matches, NotEmpty, Text, finding_at, place, read_record
from groeibrief.documents import Node, Scalar, read_yaml
from groeibrief.errors import DefinitionError, Finding, RefusedError, closest
from groeibrief.opgroeien.policy import Ages, Kbo, Officer, TrackPolicy

Code = Annotated[str, Matches(r"\d{5}", "vijf cijfers tussen aanhalingstekens")]


class Periodicity(Enum):
    """How often a list may be answered: once, or again when so many months have passed."""

    ONCE = "eenmalig"
    MONTHLY = "maandelijks"
    QUARTERLY = "driemaandelijks"
    YEARLY = "jaarlijks"

    @property
    def months(self) -> int | None:
        """Months between two lists; None: there is no second one."""
        return {"eenmalig": None, "maandelijks": 1, "driemaandelijks": 3, "jaarlijks": 12}[self.value]


class YesNo(Enum):
    """An answer to the question at the gate."""

    YES = "ja"
    NO = "nee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is asked before all else: who is competent, who may use the national number, where it is published."""

    ander_comite_bevoegd: YesNo
    machtiging_bestuur: Text
    machtiging_opgroeien: Text
    bekendmaking: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The municipality or OCMW, and for which municipalities."""

    naam: Text
    kbo: Kbo
    nis: Annotated[tuple[Code, ...], NotEmpty()]
    dpo: Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What for: a category of the closed list, and the benefit that is granted automatically."""

    categorie: Text
    voordeel: Text
    toekenning: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From and to, both included."""

    van: date
    tot_en_met: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A protocol's content. ``insz_begunstigde``: whether the answer also gives the beneficiary's number."""

    titel: Text
    poort: Gate
    bestuur: Party
    doeleinde: Purpose
    rechtsgrond: Text
    leeftijd: Ages
    periodiciteit: Periodicity
    looptijd: Term
    insz_begunstigde: bool
    gedeeltelijk_antwoord: bool

    def as_json(self) -> dict[str, Any]:
        """The content as plain data."""
        told = _plain(self)
        assert isinstance(told, dict)
        return told

    def as_bytes(self) -> bytes:
        """Canonical JSON: what is kept, and hashed."""
        return canonical_json(self.as_json())

    @property
    def sha256(self) -> str:
        """What an advice and a conclusion are about."""
        return sha256_bytes(self.as_bytes())


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(each) for each in value]
    return value


def stored_protocol(text: str) -> Protocol:
    """A protocol as it is kept, in JSON; it was checked before."""
    told = json.loads(text)
    gate, party, term = told["poort"], told["bestuur"], told["looptijd"]
    return Protocol(
        titel=told["titel"],
        poort=Gate(**{**gate, "ander_comite_bevoegd": YesNo(gate["ander_comite_bevoegd"])}),
        bestuur=Party(**{**party, "nis": tuple(party["nis"]), "dpo": Officer(**party["dpo"])}),
        doeleinde=Purpose(**told["doeleinde"]),
        rechtsgrond=told["rechtsgrond"],
        leeftijd=Ages(**told["leeftijd"]),
        periodiciteit=Periodicity(told["periodiciteit"]),
        looptijd=Term(**{name: date.fromisoformat(day) for name, day in term.items()}),
        insz_begunstigde=told["insz_begunstigde"],
        gedeeltelijk_antwoord=told["gedeeltelijk_antwoord"],
    )


def read_protocol(path: Path, policy: TrackPolicy, purposes: Purposes, municipalities: Municipalities) -> Protocol:
    """Read and check an application.

    Raises DefinitionError (E804, all findings at once; E301, E302 as ``read_yaml``), RefusedError (E805 the gate).
    """
    name = path.name
    document = read_yaml(path, shown_as=name)
    # Before all else: what another committee has to allow is not even looked at, whatever else is wrong with it.
    gate = place(document, ("poort", "ander_comite_bevoegd"))
    if isinstance(gate, Scalar) and gate.value == YesNo.YES.value:
        raise RefusedError(
            "E805",
            "Een ander comité is bevoegd: dan kan dit protocol niet. Vraag eerst de beraadslaging van dat comité.",
        )
    protocol, findings = read_record(Protocol, document, name)
    if protocol is not None:
        findings.extend(_faults(protocol, document, name, policy, purposes, municipalities))
    if protocol is None or findings:
        raise DefinitionError("E804", findings)
    return protocol


def _faults(
    protocol: Protocol,
    document: Node,
    name: str,
    policy: TrackPolicy,
    purposes: Purposes,
    municipalities: Municipalities,
) -> list[Finding]:
    found: list[Finding] = []

    def fault(path: tuple[str | int, ...], message: str, expected: str | None = None, meant: str | None = None) -> None:
        found.append(finding_at(name, place(document, path), message, expected=expected, meant=meant))

    known = [category.id for category in purposes.categorieen]
    purpose = protocol.doeleinde
    if purpose.categorie not in known:
        fault(
            ("doeleinde", "categorie"),
            f"'{purpose.categorie}' staat niet in de lijst van doeleinden.",
            f"een van: {', '.join(known)}",
            closest(purpose.categorie, known),
        )
    if purpose.toekenning != policy.voordeel:
        fault(
            ("doeleinde", "toekenning"),
            f"Deze piste dient alleen voor {policy.voordeel}. Wilt u gezinnen iets meedelen, bestel dan een brief.",
            policy.voordeel,
        )
    if not _kbo_fits(protocol.bestuur.kbo):
        fault(("bestuur", "kbo"), "Het controlegetal van dit ondernemingsnummer klopt niet: kijk de cijfers na.")
    for number, code in enumerate(protocol.bestuur.nis):
        if not municipalities.is_valid(code, protocol.looptijd.van):
            heir = municipalities.resolve(code, protocol.looptijd.van)
            message = f"{code} is op {protocol.looptijd.van} geen gemeente."
            fault(("bestuur", "nis", number), message, meant=heir if heir != code else None)
    ages, most = protocol.leeftijd, policy.leeftijd
    if not most.van <= ages.van <= ages.tot_en_met <= most.tot_en_met:
        fault(("leeftijd",), f"De leeftijd loopt van {most.van} tot en met {most.tot_en_met} jaar, of ligt daarbinnen.")
    if protocol.looptijd.tot_en_met < protocol.looptijd.van:
        fault(("looptijd",), "De looptijd eindigt voor ze begint: wissel de dagen om.")
    return found


def _kbo_fits(kbo: str) -> bool:
    digits = kbo.replace(".", "")
    return 97 - int(digits[:8]) % 97 == int(digits[8:])
