"""No page of a municipality holds an exact figure, whatever it does."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from portal_world import STANDARD, handed_in, text_of
from starlette.applications import Starlette
from starlette.testclient import TestClient

from groeibrief.engines import Counts
from groeibrief.portal.application import addresses
from groeibrief.workflow.office import Office, Role
from groeibrief.workflow.previewing import Preview
from groeibrief.workflow.requestdefinitions import bound_of
from groeibrief.workflow.requestviews import definitions_of

SignIn = Callable[[str], TestClient]
CANARY = 61_742
"""What the engine counts in these tests; times three, for the children."""


def test_no_page_of_a_municipality_tells_an_exact_count(
    app: Starlette, sign_in: SignIn, office: Office, preview: Preview
) -> None:
    real = preview._engine.count

    def canary(question: object) -> Counts:
        found = real(question)  # type: ignore[arg-type]
        return dataclasses.replace(
            found, families=CANARY, children=3 * CANARY, children_capped=3 * CANARY, undecidable=CANARY + 7
        )

    preview._engine.count = canary  # type: ignore[method-assign, assignment]
    town = sign_in("torhout")
    number = handed_in(town)
    pages = [town.post(f"/aanvragen/{number}/tel", data={"kinderen": "ja"}).text]
    pages.append(town.post(STANDARD, data={"actie": "tel", "kinderen": "ja", "peildatum": "2025-11-01"}).text)
    pages.append(town.post("/vergelijken", data={f"v-{number}": "ja", "actie": "tel"}).text)
    for kind in ("leeftijd", "tijd"):
        parts = re.findall(
            r'name="(deel-[^"]+)"', town.post(STANDARD, data={"actie": "uitsplitsen", "naar": kind}).text
        )
        asked = {"actie": "tel-delen", "naar": kind, "gezien": kind, **dict.fromkeys(parts[-3:], "ja")}
        pages.append(town.post(STANDARD, data=asked).text)
        assert 'class="grafiek"' in pages[-1]
    for address in addresses(app.state.portal, None):
        if Role.MUNICIPALITY in address.roles and "GET" in address.methods:
            path = address.path.replace("{nummer}", number).replace("{naam}", "sociale-toeslag")
            pages.append(town.get(path).text)
    shown = [text_of(page) for page in pages]
    assert any(re.search(r"ongeveer 6\d\.\d{3}", page) for page in shown), "the count came from the canary"
    for page in shown:
        digits = {re.sub(r"\D", "", each) for each in re.findall(r"[\d.,]+", page)}
        for exact in (CANARY, 3 * CANARY, CANARY + 7):
            assert str(exact) not in digits
            assert str(exact) not in page


def test_the_agency_sees_what_a_municipality_does_not(sign_in: SignIn, office: Office, preview: Preview) -> None:
    number = handed_in(sign_in("torhout"))
    analyst = sign_in("analist-1")
    page = text_of(analyst.post(f"/dossiers/{number}/cijfers").text)
    kept = definitions_of(office, office.viewer("demo-analist-1"), number)
    exact = preview.exactly(bound_of(office, kept[-1].draft))
    assert f"{exact.families} gezinnen, {exact.children} kinderen" in page
    assert "geselecteerd" in page
    assert "Steekproef, met pseudoniemen" in page
    assert "De gegevens zijn 119 dagen oud" in page
    assert exact.families > 0


def test_who_looked_stands_in_the_ledger_under_her_own_account(sign_in: SignIn, office: Office) -> None:
    from groeibrief.workflow.recording import ledger_of

    number = handed_in(sign_in("torhout"))
    dpo = sign_in("dpo")
    before = len(ledger_of(office.settings).entries())
    assert dpo.post(f"/dossiers/{number}/cijfers").status_code == 200
    assert dpo.post(f"/dossiers/{number}/uitleg", data={"dossier": "1"}).status_code == 200
    told = [(each.who, each.role, each.act) for each in ledger_of(office.settings).entries()[before:]]
    acts = ("exacte-telling", "selectie", "afvalling", "uitleg")
    assert told == [("demo-dpo", "dpo", act) for act in acts]


def test_a_sample_has_no_number_of_a_dossier_and_is_drawn_under_a_new_key(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    analyst = sign_in("analist-1")
    drawn = [
        set(re.findall(r"<code>([0-9a-f]{12})</code>", analyst.post(f"/dossiers/{number}/cijfers").text))
        for _ in range(2)
    ]
    assert drawn[0]
    assert not drawn[0] & drawn[1]
