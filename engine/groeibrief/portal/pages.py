"""Pages: Jinja2 with escaping on, a layout around each, and what every page knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from groeibrief.portal import charts
from groeibrief.portal.identity import Visitor
from groeibrief.workflow.office import NAMES, State

HERE = Path(__file__).parent
STYLE = HERE / "static"
NEXT = {
    State.DRAFT: "Vul de aanvraag aan en dien ze in.",
    State.SUBMITTED: "Een analist kijkt uw aanvraag na. U hoort binnen vijf werkdagen van ons. Laat intussen de "
    "overeenkomst tekenen.",
    State.QUESTION: "Het agentschap heeft een vraag. U leest ze bij de berichten. Antwoord of pas uw aanvraag aan.",
    State.ANSWERED: "Een analist leest uw antwoord.",
    State.AGREED: "De overeenkomst is geregistreerd. Een analist werkt de doelgroep af.",
    State.REVIEW: "Een tweede analist kijkt alles na.",
    State.APPROVED: "Alles is goedgekeurd. De brieven worden gemaakt.",
    State.RUNNING: "De brieven worden gemaakt.",
    State.PACKAGED: "De brieven zijn klaar voor de drukkerij.",
    State.HANDED_OVER: "De drukkerij drukt en verstuurt de brieven.",
    State.SENT: "De brieven zijn verstuurd. Leg het blad voor uw onthaal klaar.",
    State.RETURNS: "De brieven zijn verstuurd. Wat terugkwam, is verwerkt.",
    State.CLOSED: "Deze zending is afgesloten. U kunt ze overnemen in een nieuwe aanvraag.",
    State.WITHDRAWN: "Deze aanvraag is ingetrokken. U kunt ze overnemen in een nieuwe aanvraag.",
    State.REFUSED: "Deze aanvraag is geweigerd. De reden staat bij de berichten.",
    State.EXPIRED: "Deze aanvraag is verlopen. U kunt ze overnemen in een nieuwe aanvraag.",
    State.ERASED: "De gegevens van deze zending zijn gewist.",
}
"""For a municipality: what comes next, by state."""


class Pages:
    """Makes a page from a template of ``templates/``.

    *demo* and *synthetic* are said at the top of each page. *own*: a folder whose templates come before those.
    """

    def __init__(self, *, demo: bool, synthetic: bool, extracted_on: date | None, own: Path | None = None) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([*([own] if own else []), HERE / "templates"]),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "dag": _day, "moment": _moment, "getal": _number, "euro": _euro, "zip": _pairs, "beurten": _turns,
        }  # fmt: skip
        self._environment.globals |= {
            "demo": demo, "synthetisch": synthetic, "stand_op": extracted_on, "namen": NAMES, "volgende": NEXT,
            "grafieken": charts,
        }  # fmt: skip

    def know(self, **values: Any) -> None:
        """Let every page know these values, by name."""
        self._environment.globals |= values

    def page(self, request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Make the page *name*, for whoever asks for it."""
        visitor: Visitor | None = request.scope.get("visitor")
        template = self._environment.get_template(f"{name}.html")
        return HTMLResponse(template.render(bezoeker=visitor, pad=request.url.path, **values), status)


def _day(value: date | str) -> str:
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return format_date(day, "d MMMM y", locale="nl_BE")


def _moment(value: datetime | str) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return format_datetime(moment, "d MMMM y, HH:mm", locale="nl_BE")


def _euro(amount: str | Decimal) -> str:
    return format_currency(Decimal(amount), "EUR", locale="nl_BE")


def _pairs(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    return list(zip(first, second, strict=True))


def _turns(cost: Fraction) -> str:
    """A cost in telbeurten, rounded up to a tenth: ``1 telbeurt``, ``2,3 telbeurten``."""
    tenths = -(-cost * 10 // 1)
    told = format_decimal(Decimal(int(tenths)) / 10, locale="nl_BE")
    return f"{told} {'telbeurt' if tenths == 10 else 'telbeurten'}"


def _number(value: int) -> str:
    return format_decimal(value, locale="nl_BE")
