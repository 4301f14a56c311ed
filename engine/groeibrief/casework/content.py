"""What a municipality fills in: what for, what it offers, the letter, when. No family is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from groeibrief.errors import Finding, UsageError

MAX_TEXT = 4000
MAX_LINE = 200
MAX_TEXTS = 20
_NUMBERS = re.compile(r"(?<!\d)\d{2}[. ]?\d{2}[. ]?\d{2}[- .]?\d{3}[. -]?\d{2}(?!\d)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The council's decision: its reference and day, and the hash under which the PDF is kept."""

    reference: str
    decided_on: date
    sha256: str
    pages: int
    bytes: int

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "referentie": self.reference,
            "datum": self.decided_on.isoformat(),
            "sha256": self.sha256,
            "paginas": self.pages,
            "bytes": self.bytes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLogo:
    """The authority's logo as it was given with the request: png, svg or pdf, and the hash under which it is kept."""

    kind: str
    sha256: str
    bytes: int

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"soort": self.kind, "sha256": self.sha256, "bytes": self.bytes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where families and VUTG reach the authority: a service, not a person."""

    name: str = ""
    phone: str = ""
    e_mail: str = ""
    web_page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The content of a request.

    ``texts``: the letter's own texts by field; ``per_week``: letters posted a week (waves), None for all at once;
    ``rounds``: how often the municipality wants it (1: once).
    """

    title: str
    purpose: str = ""
    offer: str = ""
    offer_text: str = ""
    template: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    wished_on: date | None = None
    per_week: int | None = None
    rounds: int = 1
    service: Service = Service()
    decision: Decision | None = None
    logo: OwnLogo | None = None

    def as_json(self) -> dict[str, Any]:
        """The JSON form, as it is kept too."""
        return {
            "titel": self.title,
            "doeleinde": self.purpose,
            "aanbod": {"soort": self.offer, "tekst": self.offer_text},
            "sjabloon": self.template,
            "teksten": dict(self.texts),
            "gewenst_op": self.wished_on.isoformat() if self.wished_on else None,
            "per_week": self.per_week,
            "rondes": self.rounds,
            "dienst": {name: getattr(self.service, name) for name in _SERVICE},
            "besluit": self.decision.as_json() if self.decision else None,
            # Left out, not null: what was approved before a request could have a logo keeps its hash.
            **({"logo": self.logo.as_json()} if self.logo else {}),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Content:
        """Read what :meth:`as_json` wrote."""
        decided, logo = data["besluit"], data.get("logo")
        return cls(
            title=data["titel"],
            purpose=data["doeleinde"],
            offer=data["aanbod"]["soort"],
            offer_text=data["aanbod"]["tekst"],
            template=data["sjabloon"],
            texts=data["teksten"],
            wished_on=date.fromisoformat(data["gewenst_op"]) if data["gewenst_op"] else None,
            per_week=data["per_week"],
            rounds=data["rondes"],
            service=Service(**data["dienst"]),
            decision=decided
            and Decision(
                reference=decided["referentie"],
                decided_on=date.fromisoformat(decided["datum"]),
                sha256=decided["sha256"],
                pages=decided["paginas"],
                bytes=decided["bytes"],
            ),
            logo=logo and OwnLogo(kind=logo["soort"], sha256=logo["sha256"], bytes=logo["bytes"]),
        )


_SERVICE = tuple(each.name for each in fields(Service))


def check_content(content: Content) -> None:
    """Raise UsageError (E711), all findings at once, when a text is too long, or holds what does not belong in it."""
    lines = {
        "titel": content.title,
        "doeleinde": content.purpose,
        "aanbod": content.offer,
        **{name: getattr(content.service, name) for name in _SERVICE},
    }
    found = [_too_long(name, text, MAX_LINE) for name, text in lines.items() if len(text) > MAX_LINE]
    texts = {"aanbod.tekst": content.offer_text, **{f"teksten.{name}": text for name, text in content.texts.items()}}
    found += [_too_long(name, text, MAX_TEXT) for name, text in texts.items() if len(text) > MAX_TEXT]
    for name, text in {**lines, **texts}.items():
        found += _unfit(name, text)
    if not content.title.strip():
        found.append(Finding("Geef de aanvraag een titel.", gevonden="niets", verwacht="een titel"))
    slugs = {"sjabloon": content.template, **{f"teksten.{name}": name for name in content.texts}}
    found += [
        Finding(f"'{name}' is een korte naam: kleine letters, cijfers, '-' en '_'.")
        for name, text in slugs.items()
        if text and not _SLUG.fullmatch(text)
    ]
    if len(content.texts) > MAX_TEXTS:
        found.append(Finding(f"Er zijn meer dan {MAX_TEXTS} eigen teksten. Kort de brief in."))
    if content.rounds < 1 or (content.per_week is not None and content.per_week < 1):
        found.append(Finding("Het aantal rondes en het aantal brieven per week zijn minstens 1."))
    if found:
        raise UsageError("E711", found)


def check_text(name: str, text: str) -> None:
    """Raise UsageError (E711) unless a message or reason can be kept: not empty, not too long, no national number."""
    found = _unfit(name, text)
    if not text.strip():
        found.append(Finding(f"Schrijf een tekst bij '{name}'."))
    if len(text) > MAX_TEXT:
        found.append(_too_long(name, text, MAX_TEXT))
    if found:
        raise UsageError("E711", found)


def holds_national_number(text: str) -> bool:
    """Whether there is a number in *text* that can be a national or BIS number: eleven digits whose check fits."""
    for written in _NUMBERS.findall(text):
        digits = "".join(each for each in written if each.isdigit())
        first, check = digits[:9], int(digits[9:])
        if check in (97 - int(first) % 97, 97 - int(f"2{first}") % 97):
            return True
    return False


def _unfit(name: str, text: str) -> list[Finding]:
    found = []
    if holds_national_number(text):
        found.append(
            Finding(f"In '{name}' staat een rijksregisternummer. Haal het weg: een dossier bevat geen gezinnen.")
        )
    if _CONTROL.search(text):
        found.append(Finding(f"In '{name}' staat een onzichtbaar teken. Typ de tekst opnieuw."))
    return found


def _too_long(name: str, text: str, most: int) -> Finding:
    return Finding(f"'{name}' telt {len(text)} tekens; er is plaats voor {most}. Kort de tekst in.")
