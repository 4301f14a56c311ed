"""What the portal's tests share: a request of a municipality, brought as far as a test needs it."""

from __future__ import annotations

import html
import re
from datetime import date
from functools import cache
from io import BytesIO

from starlette.testclient import TestClient

STANDARD = "/doelgroepen/sociale-toeslag"
DETAILS = {
    "titel": "Steun voor gezinnen",
    "doeleinde": "bijkomende-financiele-steun",
    "aanbod": "toelage",
    "aanbod_tekst": "Wij geven uw gezin dit jaar een extra toelage. Bel ons voor een afspraak.",
    "dienst": "Sociaal Huis",
    "telefoon": "050 00 00 00",
    "e_mail": "sociaalhuis@example.be",
    "sjabloon": "informatiebrief",
}


def text_of(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@cache
def pdf(pages: int = 1) -> bytes:
    """A small PDF, the same within a process."""
    import pypdfium2

    document, data = pypdfium2.PdfDocument.new(), BytesIO()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(data)
    return data.getvalue()


def new_request(client: TestClient, audience: str = STANDARD) -> str:
    """Begin a request for a standard audience; its number."""
    answer = client.post(audience, data={"actie": "aanvraag", "peildatum": "2025-11-01"})
    assert answer.status_code == 303, text_of(answer.text)
    number: str = answer.headers["location"].split("/")[2]
    return number


def version_of(client: TestClient, path: str) -> str:
    """The version that a page's forms name."""
    return re.findall(r'name="versie" value="(\d+)"', client.get(path).text)[0]


def filled_in(client: TestClient) -> str:
    """A request with everything in it, its decision too."""
    number = new_request(client)
    answer = client.post(f"/aanvragen/{number}/gegevens", data={**DETAILS, "actie": "verder"})
    assert answer.status_code == 303, text_of(answer.text)
    given = {"referentie": "CBS 2026/12", "datum": date(2026, 2, 2).isoformat()}
    files = {"besluit": ("besluit.pdf", pdf(), "application/pdf")}
    assert client.post(f"/aanvragen/{number}/besluit", data=given, files=files).status_code == 303
    return number


def handed_in(client: TestClient) -> str:
    """A request that was handed in."""
    number = filled_in(client)
    answer = client.post(f"/aanvragen/{number}/indienen")
    assert answer.status_code == 303, text_of(answer.text)
    return number
