"""A municipality picks or composes a target group, reads it in Dutch, and counts it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from groeibrief.workflow.previewing import Preview

SignIn = Callable[[str], TestClient]
CHILD = {"eenheid": "gezin", "wie": "kind", "peildatum": "2025-11-01", "g-31033": "ja"}
SCHOOL = {
    **CHILD, "1-1-over": "leeftijd", "1-1-van": "3", "1-1-tot_en_met": "12", "1-2-over": "bron:sociale_toeslag",
    "1-3-over": "bron:schooltoeslag", "1-3-niet": "ja", "1-3-schooljaar": "2025-2026",
}  # fmt: skip


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_who_did_not_sign_in_is_asked_to(client: TestClient) -> None:
    answer = client.get("/samenstellen")
    assert (answer.status_code, answer.headers["location"]) == (303, "/aanmelden?naar=/samenstellen")


def test_every_published_audience_can_be_read(preview: Preview, sign_in: SignIn) -> None:
    client = sign_in("torhout")
    listed = client.get("/doelgroepen").text
    for audience in preview.audiences:
        assert f'href="/doelgroepen/{audience.doelgroep}"' in listed
        page = text_of(client.get(f"/doelgroepen/{audience.doelgroep}").text)
        assert "Het gaat over" in page, audience.doelgroep
        assert "Torhout (31033)" in page


def test_a_count_is_about_and_costs_a_turn_once(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    asked = {"actie": "tel", "kinderen": "ja"}
    first = text_of(client.post("/doelgroepen/sociale-toeslag", data=asked).text)
    assert re.search(r"Zoveel ongeveer (minder dan 10|ongeveer [\d.]+) gezinnen", first)
    assert "10 telbeurten over" in first
    again = text_of(client.post("/doelgroepen/sociale-toeslag", data=asked).text)
    assert "Deze vraag is eerder gesteld: u krijgt hetzelfde antwoord en gebruikt geen telbeurt." in again
    assert "10 telbeurten over" in again


def test_a_wrong_value_is_said_beside_the_form(sign_in: SignIn) -> None:
    page = text_of(sign_in("torhout").post("/doelgroepen/bijna-achttien", data={"peildatum": "morgen"}).text)
    assert "Kies een dag bij de peildatum." in page


def test_composing_gives_sentences_yaml_and_a_count(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    answer = client.post("/samenstellen", data={**SCHOOL, "actie": "tel"})
    page = text_of(answer.text)
    assert "a) het kind is 3 tot en met 12 jaar oud op 1 november 2025;" in page
    assert "c) het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026." in page
    assert "bron: schooltoeslag schooljaar: 2025-2026" in page
    assert "Zoveel ongeveer" in page


def test_a_condition_that_cannot_be_is_explained_and_not_counted(sign_in: SignIn) -> None:
    page = text_of(sign_in("torhout").post("/samenstellen", data={**SCHOOL, "1-1-van": "14", "actie": "tel"}).text)
    assert "Dit moet u nog aanpassen" in page
    assert "Zoveel ongeveer" not in page
    assert "12 telbeurten over" in page


@pytest.mark.parametrize("act", ["tel", "aanvraag"])
def test_nothing_cannot_be_counted_or_ordered(sign_in: SignIn, act: str) -> None:
    page = text_of(sign_in("torhout").post("/samenstellen", data={**CHILD, "actie": act}).text)
    assert "Kies minstens één voorwaarde." in page
    assert "12 telbeurten over" in page


def test_what_was_composed_becomes_a_request(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    answer = client.post("/samenstellen", data={**SCHOOL, "titel": "Zó helpen wij!", "actie": "aanvraag"})
    assert answer.status_code == 303
    page = text_of(client.get(answer.headers["location"].removesuffix("/gegevens")).text)
    assert "Doelgroep: Zó helpen wij! (zo-helpen-wij)." in page
    assert "het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026" in page
    assert "Aanbod nog te schrijven" in page


def test_a_condition_can_be_taken_away(sign_in: SignIn) -> None:
    page = text_of(sign_in("torhout").post("/samenstellen", data={**SCHOOL, "actie": "weg-1-3"}).text)
    assert "kreeg de schooltoeslag niet" not in page
    assert "het kind heeft in november 2025 recht op de sociale toeslag" in page


@pytest.mark.parametrize("account", ["torhout", "zaventem"])
def test_another_municipality_in_the_text_is_refused_without_a_charge(sign_in: SignIn, account: str) -> None:
    client = sign_in(account)
    written = client.post("/samenstellen", data=SCHOOL).text
    yaml = html.unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", written, re.DOTALL)[0])
    code = {"torhout": "31033", "zaventem": "23094"}[account]
    assert code in yaml
    other = yaml.replace(code, "24062")
    page = client.post("/samenstellen", data={"actie": "lees", "yaml": other})
    assert "Leuven (24062)" in text_of(page.text)
    counted = text_of(client.post("/samenstellen", data={"actie": "tel", "yaml": other, "eigen": "ja"}).text)
    assert (
        "Deze vraag gaat over een andere gemeente (24062). U kunt alleen tellen voor uw eigen gemeente. Er is geen "
        "telbeurt gebruikt."
    ) in counted
    assert "12 telbeurten over" in counted


def test_what_is_typed_is_shown_as_text(sign_in: SignIn) -> None:
    page = sign_in("torhout").post("/samenstellen", data={**SCHOOL, "titel": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("change", [("31033", "24062"), ("0123.456.749", "0234.567.873")])
def test_no_request_begins_for_another(sign_in: SignIn, change: tuple[str, str]) -> None:
    client = sign_in("torhout")
    written = client.post("/samenstellen", data=SCHOOL).text
    yaml = html.unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", written, re.DOTALL)[0]).replace(*change)
    answer = client.post("/samenstellen", data={"actie": "aanvraag", "yaml": yaml, "eigen": "ja"})
    assert answer.status_code == 403
    assert "Deze doelgroep gaat over een ander bestuur of een andere gemeente." in text_of(answer.text)
    assert "U hebt nog geen aanvragen." in text_of(client.get("/overzicht").text)
