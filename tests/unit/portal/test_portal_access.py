"""Every address × every role × another authority's ids, by path, by form and by query."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from portal_world import DETAILS, STANDARD, filled_in, handed_in, new_request, pdf, text_of
from starlette.applications import Starlette
from starlette.testclient import TestClient

from groeibrief.portal.application import addresses
from groeibrief.portal.routing import EVERYONE, Address
from groeibrief.workflow.office import Office, Role

SignIn = Callable[[str], TestClient]
ACCOUNTS = {
    "torhout": Role.MUNICIPALITY,
    "zaventem": Role.MUNICIPALITY,
    "analist-1": Role.ANALYST,
    "analist-2": Role.ANALYST,
    "dpo": Role.DPO,
}
ACTS = (
    "indienen", "antwoorden", "bericht", "intrekken", "vragen", "overeenkomen", "voorleggen", "goedkeuren",
    "terugzenden", "besteld-aantal-tonen", "overdragen", "verstuurd-melden", "retour-inlezen", "afsluiten", "weigeren",
    "laten-verlopen", "datalek", "uitvoering-stoppen", "ronde-overslaan",
)  # fmt: skip
OF_A_REQUEST = "{nummer}"
HERE_ONLY = "/metriek"


def _paths(address: Address, number: str) -> list[str]:
    path = address.path.replace("{nummer}", number).replace("{naam}", "sociale-toeslag").replace("{vorm}", "json")
    path = path.replace("{lek}", "lek-0001").replace("{model}", "protocol")
    return [path.replace("{daad}", act) for act in ACTS] if "{daad}" in path else [path]


def _all(app: Starlette) -> list[Address]:
    return [each for each in addresses(app.state.portal, None) if each.path not in ("/afmelden", HERE_ONLY)]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_page_is_for_its_roles_only(app: Starlette, sign_in: SignIn, account: str) -> None:
    number = filled_in(sign_in("torhout"))
    client = sign_in(account)
    for address in _all(app):
        may = address.roles == EVERYONE or ACCOUNTS[account] in address.roles
        for method in address.methods:
            for path in _paths(address, number):
                strange = account == "zaventem" and OF_A_REQUEST in address.path
                if may and not strange and method == "POST":
                    continue
                status = client.request(method, path).status_code
                assert status == (200 if may and not strange else 404), (account, method, path, status)


def test_without_signing_in_only_what_is_public(app: Starlette, sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    client = sign_in("torhout")
    client.cookies.clear()
    for address in _all(app):
        for method in address.methods:
            for path in _paths(address, number):
                answer = client.request(method, path)
                if address.roles:
                    assert (answer.status_code, answer.headers["location"]) == (303, f"/aanmelden?naar={path}")
                else:
                    assert answer.status_code == 200, path


def test_anothers_request_does_not_exist_by_any_address(app: Starlette, sign_in: SignIn, office: Office) -> None:
    number = handed_in(sign_in("torhout"))
    before = office.requests.get(office.viewer("demo-analist-1"), number)
    stranger = sign_in("zaventem")
    form = {**DETAILS, "tekst": "Dag", "versie": str(before.version), "referentie": "A", "datum": "2026-02-02"}
    files = {"besluit": ("b.pdf", pdf(), "application/pdf")}
    nowhere = text_of(stranger.get("/aanvragen/2026-9999").text)
    asked = 0
    for address in _all(app):
        if OF_A_REQUEST not in address.path or Role.MUNICIPALITY not in address.roles:
            continue
        for method in address.methods:
            for path in _paths(address, number):
                given = {"data": form, "files": files} if method == "POST" else {}
                answer = stranger.request(method, path, **given)  # type: ignore[arg-type]
                assert answer.status_code == 404, (method, path, answer.status_code)
                assert text_of(answer.text) == nowhere
                asked += 1
    assert asked > len(ACTS)
    assert office.requests.get(office.viewer("demo-analist-1"), number) == before


@pytest.mark.parametrize("place", ["form", "query"])
def test_another_authority_in_a_form_or_query_changes_nothing(sign_in: SignIn, office: Office, place: str) -> None:
    number = new_request(sign_in("torhout"))
    client = sign_in("zaventem")
    words = {
        "nummer": number, "aanvraag": number, "kbo": "0123.456.749", "bestuur": "0123.456.749", "g-31033": "ja",
        "gemeenten": "31033", "account": "demo-torhout", "kloon_van": number, f"v-{number}": "ja", "actie": "aanvraag",
        "peildatum": "2025-11-01",
    }  # fmt: skip
    sent = {"data": words} if place == "form" else {"params": words, "data": {"actie": "aanvraag"}}
    made = client.post(STANDARD, **sent)  # type: ignore[arg-type]
    assert made.status_code == 303
    mine = made.headers["location"].split("/")[2]
    assert office.requests.get(office.viewer("demo-analist-1"), mine).authority == "0234.567.873"
    assert "Zaventem (23094)" in client.get(f"/aanvragen/{mine}").text
    for path in ("/vergelijken", "/overzicht", f"/aanvragen/{mine}", "/doelgroepen", "/register"):
        given = {"params": words} if place == "query" or path != "/vergelijken" else {"data": words}
        method = "POST" if path == "/vergelijken" and place == "form" else "GET"
        page = client.request(method, path, **given)  # type: ignore[arg-type]
        assert page.status_code == 200, path
        assert number not in text_of(page.text)
        assert "OCMW Torhout" not in text_of(page.text) or path == "/register"


def test_a_count_for_anothers_municipality_is_not_given(sign_in: SignIn) -> None:
    number = new_request(sign_in("torhout"))
    assert sign_in("zaventem").post(f"/aanvragen/{number}/tel").status_code == 404
    assert "12 telbeurten over" in text_of(sign_in("zaventem").get("/overzicht").text)


def test_an_analyst_and_the_dpo_do_only_what_the_casework_lets_them(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    answer = sign_in("dpo").post(f"/dossiers/{number}/overeenkomen", data={"referentie": "A", "datum": "2026-02-20"})
    assert answer.status_code == 400
    assert "'overeenkomen' doet een dpo niet: dat doet een analist." in text_of(answer.text)
    again = sign_in("analist-1").post(f"/dossiers/{number}/goedkeuren")
    assert again.status_code == 400
    assert "'goedkeuren' kan niet in de toestand 'ingediend'." in text_of(again.text)


def test_a_private_message_stays_inside(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    inside = {"tekst": "Tussen ons gezegd", "intern": "ja"}
    assert sign_in("analist-1").post(f"/dossiers/{number}/bericht", data=inside).status_code == 303
    assert "Tussen ons gezegd" in sign_in("dpo").get(f"/dossiers/{number}").text
    assert "Tussen ons gezegd" not in sign_in("torhout").get(f"/aanvragen/{number}").text
    given = {"tekst": "Van de stad", "intern": "ja"}
    assert sign_in("torhout").post(f"/aanvragen/{number}/bericht", data=given).status_code == 303
    assert "Van de stad" in sign_in("torhout").get(f"/aanvragen/{number}").text


def test_who_saw_an_older_version_is_asked_to_look_again(sign_in: SignIn) -> None:
    number = filled_in(sign_in("torhout"))
    answer = sign_in("torhout").post(f"/aanvragen/{number}/indienen", data={"versie": "1"})
    assert answer.status_code == 400
    assert "Iemand anders wijzigde deze aanvraag intussen: u zag versie 1" in text_of(answer.text)


def test_metrics_are_for_this_machine_only(app: Starlette, sign_in: SignIn) -> None:
    handed_in(sign_in("torhout"))
    with TestClient(app, client=("127.0.0.1", 5000)) as here:
        told = here.get(HERE_ONLY)
        assert told.status_code == 200
        assert re.search(r'groeibrief_verzoek_seconden_count\{adres="/aanvragen/\{nummer\}/gegevens"\} 1\n', told.text)
        assert "groeibrief_gegevens_dagen_oud 119\n" in told.text
        assert "2026-0001" not in told.text
        assert here.get(HERE_ONLY, headers={"x-forwarded-for": "10.0.0.1"}).status_code == 404
    with TestClient(app, client=("10.0.0.1", 5000)) as elsewhere:
        assert elsewhere.get(HERE_ONLY).status_code == 404
        assert elsewhere.get("/gezondheid").json() == {"gezond": True, "stand_op": "2025-11-03"}
