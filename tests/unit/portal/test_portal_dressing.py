"""A letter in a municipality's own words and with its own logo: written, checked and seen in the portal."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from portal_world import DETAILS, filled_in, new_request, text_of, version_of
from starlette.testclient import TestClient

SignIn = Callable[[str], TestClient]
SAID = {"tekst_toelichting": "U kunt dit vragen tot het einde van het jaar."}
SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><script>alert(1)</script></svg>'


def png(side: int = 80) -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (side, 20), (200, 30, 30)).save(sink, "PNG")
    return sink.getvalue()


def upload(client: TestClient, number: str, data: bytes, **form: str) -> tuple[int, str]:
    files = {"logo": ("logo.png", data, "image/png")}
    answer = client.post(f"/aanvragen/{number}/logo", data=form, files=files)
    return answer.status_code, text_of(answer.text)


def test_the_form_asks_what_the_chosen_letter_has_a_place_for(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    path = f"/aanvragen/{number}/gegevens"
    assert "tekst_toelichting" not in client.post(path, data={**DETAILS, "sjabloon": "herinnering"}).text
    page = client.post(path, data=DETAILS).text
    assert 'name="tekst_toelichting"' in page
    assert "Toelichting bij het aanbod" in text_of(page)
    assert "Hoogstens 400 tekens; mag leeg blijven." in text_of(page)
    other = client.post(path, data={**DETAILS, "sjabloon": "uitnodiging"}).text
    assert ('name="tekst_praktisch"' in other, 'name="tekst_toelichting"' in other) == (True, False)


def test_own_words_are_kept_shown_and_printed_in_the_example(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    path = f"/aanvragen/{number}"
    client.post(f"{path}/gegevens", data=DETAILS)
    before = client.get(f"{path}/brief.png").content
    page = client.post(f"{path}/gegevens", data={**DETAILS, **SAID})
    assert (page.status_code, SAID["tekst_toelichting"] in page.text) == (200, True)
    assert text_of(page.text).count("De taal van uw tekst is in orde.") == 2
    assert SAID["tekst_toelichting"] in text_of(client.get(path).text)
    assert client.get(f"{path}/brief.png").content != before
    # Another letter: what it has no place for is gone.
    client.post(f"{path}/gegevens", data={**DETAILS, **SAID, "sjabloon": "herinnering"})
    assert SAID["tekst_toelichting"] not in text_of(client.get(path).text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("WWWWWWWWWWWWWWW " * 8, "'Toelichting bij het aanbod' neemt 8 regels in; er is plaats voor 7."),
        ("U krijgt de zorgtoeslag.", "'Toelichting bij het aanbod' noemt 'zorgtoeslag': dat verraadt waarom"),
        ("Breng jouw kaart mee.", "Schrijf in 'Toelichting bij het aanbod' niet 'jouw'"),
        ("Bel 85.07.30-033-28.", "In 'teksten.toelichting' staat een rijksregisternummer."),
    ],
)
def test_words_that_do_not_belong_in_a_letter_are_said_beside_the_form(sign_in: SignIn, text: str, told: str) -> None:
    client = sign_in("torhout")
    path = f"/aanvragen/{new_request(client)}"
    answer = client.post(f"{path}/gegevens", data={**DETAILS, "tekst_toelichting": text})
    assert answer.status_code == 400
    assert told in text_of(answer.text)
    assert text.strip() in answer.text, "what was written is still there to be corrected"
    assert text.strip() not in client.get(path).text


def test_difficult_words_are_found_in_own_words_too(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    path = f"/aanvragen/{new_request(client)}/gegevens"
    page = client.post(path, data={**DETAILS, "tekst_toelichting": "Bel ons teneinde u te helpen."})
    assert "'teneinde' is moeilijk. Schrijf: 'om'." in text_of(page.text)


def test_nothing_in_own_words_is_html(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    path = f"/aanvragen/{new_request(client)}"
    client.post(f"{path}/gegevens", data={**DETAILS, "tekst_toelichting": "<b>{{ bronnen }}</b> **kom**"})
    for page in (client.get(path).text, client.get(f"{path}/gegevens").text):
        assert "&lt;b&gt;{{ bronnen }}&lt;/b&gt; **kom**" in page


def test_a_logo_comes_on_the_letter_and_goes_again(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = filled_in(client)
    path = f"/aanvragen/{number}"
    before = client.get(f"{path}/brief.png").content
    assert upload(client, number, png(), versie=version_of(client, path))[0] == 303
    page = text_of(client.get(f"{path}/gegevens").text)
    assert "De brief draagt het logo dat u toevoegde (PNG)." in page
    dressed = client.get(f"{path}/brief.png").content
    assert dressed != before
    # Another form does not lose it.
    client.post(f"{path}/gegevens", data=DETAILS)
    assert client.get(f"{path}/brief.png").content == dressed
    assert client.post(f"{path}/logo", data={"actie": "weg"}).status_code == 303
    assert client.get(f"{path}/brief.png").content == before
    assert "U voegde nog geen logo toe." in text_of(client.get(f"{path}/gegevens").text)
    upload(client, number, png())
    seen = text_of(sign_in("analist-1").get(f"/dossiers/{number}").text)
    assert "Eigen logo PNG" in seen


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [
        (b"", 400, "Kies een bestand met het logo: PNG, SVG of PDF."),
        (b"GIF89a", 400, "Dit is geen leesbare SVG. Bewaar het logo opnieuw als SVG."),
        (SCRIPT, 400, "script"),
        (png()[:60], 400, "Dit is geen leesbare PNG. Bewaar het logo opnieuw als PNG."),
        (b"%PDF-1.7 kapot", 400, "Deze PDF is niet leesbaar of heeft een wachtwoord."),
        (b"\x89PNG" + bytes((1 << 20) + 1), 400, "Het logo is groter dan 1 MB. Maak een kleiner bestand."),
        (bytes(3 << 20), 413, "Dit is te groot om te versturen."),
    ],
    ids=["empty", "gif", "script", "half", "broken-pdf", "1-MB-and-more", "3-MB"],
)
def test_a_logo_that_is_none_is_refused(sign_in: SignIn, data: bytes, status: int, told: str) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    answered, page = upload(client, number, data)
    assert answered == status
    assert told in page
    assert "U voegde nog geen logo toe." in text_of(client.get(f"/aanvragen/{number}/gegevens").text)


def test_an_old_page_does_not_overwrite(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    old = version_of(client, f"/aanvragen/{number}/gegevens")
    client.post(f"/aanvragen/{number}/gegevens", data=DETAILS)
    assert upload(client, number, png(), versie=old)[0] == 400
