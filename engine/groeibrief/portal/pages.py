"""Pages: Jinja2 with escaping on, a layout around each, and what every page knows."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from groeibrief.portal.identity import Visitor

HERE = Path(__file__).parent
STYLE = HERE / "static"


class Pages:
    """Makes a page from a template of ``templates/``.

    *demo* and *synthetic* are said at the top of each page.
    """

    def __init__(self, *, demo: bool, synthetic: bool, extracted_on: date) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"dag": _day, "moment": _moment, "getal": _number}
        self._environment.globals |= {"demo": demo, "synthetisch": synthetic, "stand_op": extracted_on}

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


def _number(value: int) -> str:
    return format_decimal(value, locale="nl_BE")
