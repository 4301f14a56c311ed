"""What a person hands over for a request: a file with its content, a definition with its cases, words for states."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from groeibrief.casework.content import Content, Service
from groeibrief.casework.lifecycle import State
from groeibrief.catalog.records import AtLeast, Text, read_record
from groeibrief.documents import MAX_BYTES, read_yaml
from groeibrief.errors import DefinitionError, Finding, UsageError, closest, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    soort: str = ""
    tekst: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    naam: str = ""
    telefoon: str = ""
    e_mail: str = ""
    webpagina: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    titel: Text
    doeleinde: str = ""
    aanbod: _Offer = _Offer()
    sjabloon: str = ""
    teksten: dict[str, str] = field(default_factory=dict)
    gewenst_op: date | None = None
    per_week: Annotated[int, AtLeast(1)] | None = None
    rondes: Annotated[int, AtLeast(1)] = 1
    dienst: _Service = _Service()


def read_content(path: Path) -> Content:
    """Read a request's content. Raises DefinitionError (E323, all findings at once; E301, E302)."""
    node = read_yaml(path)
    written, findings = read_record(_Written, node, str(path))
    if written is None:
        raise DefinitionError("E323", findings)
    service = written.dienst
    return Content(
        title=written.titel,
        purpose=written.doeleinde,
        offer=written.aanbod.soort,
        offer_text=written.aanbod.tekst,
        template=written.sjabloon,
        texts=written.teksten,
        wished_on=written.gewenst_op,
        per_week=written.per_week,
        rounds=written.rondes,
        service=Service(name=service.naam, phone=service.telefoon, e_mail=service.e_mail, web_page=service.webpagina),
    )


def read_definition(path: Path) -> tuple[str, str | None]:
    """A definition's text, and that of the cases beside it when there are any. Raises UsageError (E219)."""
    from groeibrief.language.cases import cases_path

    beside = cases_path(path)
    return _text(path), _text(beside) if beside.is_file() else None


def read_bounded(path: Path, most: int) -> bytes:
    """The bytes of a file, one more than *most* at most: what is too large is seen. Raises UsageError (E219)."""
    try:
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise UsageError(
            "E219", Finding(f"Het bestand kan niet gelezen worden: {reason(error)}.", str(path))
        ) from error


def read_states(words: tuple[str, ...]) -> tuple[State, ...]:
    """States by their words. Raises UsageError (E213) for one that does not exist."""
    known = {state.value: state for state in State}
    for word in words:
        if word not in known:
            message = f"Er is geen toestand '{word}'. Kies uit: {', '.join(known)}."
            raise UsageError("E213", Finding(message, gevonden=word, bedoelde=closest(word, known)))
    return tuple(known[word] for word in words)


def _text(path: Path) -> str:
    try:
        return read_bounded(path, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("E219", Finding("Het bestand is geen UTF-8. Bewaar het als UTF-8.", str(path))) from None
