"""Axe finds nothing on any page, in any state, for any role, wide and narrow; and every page is small."""

from __future__ import annotations

import pytest
from browser_work import agree, attach, choose_audience, condition, fill_in, hand_in
from browser_world import NARROW, WIDE, Enter, Visit, on_loopback

pytestmark = on_loopback
MOST_BYTES, MOST_REQUESTS = 100_000, 5
PUBLIC = ("/", "/aanmelden", "/tellingen", "/toegankelijkheid", "/register", "/bestaat-niet")
TOWN = ("/overzicht", "/doelgroepen", "/doelgroepen/wezen", "/samenstellen", "/vergelijken", "/register")
AGENCY = (
    "/overzicht", "/kalender", "/datalekken", "/drukkerijen", "/verzet", "/register", "/register/nieuw",
    "/register/cijfers",
)  # fmt: skip
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def look(visit: Visit) -> None:
    visit.page.wait_for_load_state("networkidle")
    assert visit.bytes <= MOST_BYTES, (visit.page.url, visit.bytes)
    fetched = [each for each in visit.requests if not each.endswith("merk.svg")]
    # A form's answer leads on to the page: one request more.
    assert len(fetched) <= MOST_REQUESTS, fetched
    assert all(each.startswith(visit.world.address) for each in fetched)
    visit.check_accessible()


def missing_page_is_no_fault(visit: Visit) -> None:
    visit.faults[:] = [fault for fault in visit.faults if "404" not in fault and "400" not in fault]


@WIDTHS
def test_the_public_pages(enter: Enter, width: int) -> None:
    visit = enter(width=width)
    for path in PUBLIC:
        visit.go(path)
        look(visit)
    missing_page_is_no_fault(visit)


@WIDTHS
def test_a_towns_pages_in_every_state(enter: Enter, width: int) -> None:
    visit = enter("torhout", width=width)
    for path in TOWN:
        visit.go(path)
        look(visit)
    visit.go("/doelgroepen/sociale-toeslag")
    visit.press("Tel deze doelgroep")
    look(visit)
    visit.page.get_by_text("In delen tellen").click()
    look(visit)
    visit.press("Toon de delen en wat ze kosten")
    look(visit)
    visit.press("Tel de gekozen delen")
    assert visit.page.get_by_role("cell", name="niet geteld").count() == 0
    look(visit)
    number = choose_audience(visit)
    look(visit)
    visit.page.get_by_label("Uw aanbod, zoals het in de brief staat").fill("Teneinde u te helpen, dewelke.")
    visit.page.get_by_label("Hoogstens zoveel brieven per week").fill("1")
    visit.press("Bewaar en bekijk")
    assert visit.page.get_by_text("Dit kan duidelijker").is_visible()
    look(visit)
    visit.go(f"/aanvragen/{number}/gegevens")
    visit.page.get_by_label("Uw aanbod, zoals het in de brief staat").fill("")
    visit.press("Bewaar en ga verder")
    visit.press("Dien de aanvraag in")
    assert visit.page.get_by_role("alert").is_visible()
    look(visit)
    visit.go(f"/aanvragen/{number}/gegevens")
    fill_in(visit)
    look(visit)
    visit.press("Tel de doelgroep")
    look(visit)
    attach(visit, number)
    visit.press("Dien de aanvraag in")
    for detail in visit.page.locator("details").all():
        detail.evaluate("each => { each.open = true }")
    look(visit)
    for path in (f"/aanvragen/{number}/balie", "/overzicht"):
        visit.go(path)
        look(visit)
    visit.go("/vergelijken")
    for each in visit.page.get_by_role("checkbox").all()[:2]:
        each.check()
    visit.press("Leg naast elkaar en tel")
    look(visit)
    missing_page_is_no_fault(visit)


@WIDTHS
def test_composing_in_every_state(enter: Enter, width: int) -> None:
    visit = enter("zaventem", width=width)
    visit.go("/samenstellen")
    condition(visit, "1-1", "gezinsgrootte")
    visit.page.fill("[name='1-1-van']", "3")
    visit.press("Tel deze doelgroep")
    look(visit)
    visit.page.get_by_text("Als YAML, voor wie de taal kent").click()
    visit.page.get_by_label("De definitie in de taal van de analisten").fill("doelgroep: x\n")
    visit.press("Lees deze tekst")
    assert visit.page.get_by_role("alert").is_visible()
    look(visit)


@WIDTHS
@pytest.mark.parametrize("account", ["analist-1", "dpo"])
def test_the_agencys_pages_in_every_state(enter: Enter, width: int, account: str) -> None:
    number = hand_in(enter("torhout"))
    visit = enter(account, width=width)
    for path in AGENCY:
        visit.go(path)
        look(visit)
    visit.go(f"/dossiers/{number}")
    for detail in visit.page.locator("details").all():
        detail.evaluate("each => { each.open = true }")
    look(visit)
    visit.press("Tel exact, met waterval en steekproef")
    look(visit)
    visit.page.get_by_label("Leg een dossier uit (intern nummer)").fill("99999999")
    visit.press("Leg uit")
    look(visit)
    visit.go(f"/dossiers/{number}/verschil?van=1&tot=2")
    look(visit)
    visit.go("/register/nieuw")
    visit.page.get_by_label("Gemeenten", exact=True).fill("Bilzen")
    visit.press("Voeg toe")
    assert visit.page.get_by_role("alert").is_visible()
    look(visit)
    if account == "analist-1":
        agree(visit, number)
        visit.go("/kalender")
        assert visit.page.get_by_role("cell", name="gewenste dag").first.is_visible()
        look(visit)
        visit.go(f"/dossiers/{number}/definitie")
        visit.page.get_by_label("Gevallen", exact=True).fill("")
        visit.press("Bewaar als nieuwe versie")
        visit.press("Stel gevallen voor")
        look(visit)
        visit.go(f"/dossiers/{number}/definitie")
        look(visit)
        visit.page.get_by_label("Definitie", exact=True).fill("doelgroep: x\n")
        visit.press("Bewaar als nieuwe versie")
        look(visit)
        visit.go("/drukkerijen")
        for name in ("Referentie", "Drukkerij", "Ondernemingsnummer"):
            visit.page.get_by_label(name, exact=True).fill("x")
        visit.page.get_by_label("Publieke age-sleutel").fill("x")
        visit.page.get_by_label("Eerste dag").fill("2026-01-01")
        visit.page.get_by_label("Eindigt op").fill("2027-01-01")
        visit.press("Registreer")
        look(visit)
    missing_page_is_no_fault(visit)
