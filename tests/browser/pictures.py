"""Makes the pictures of the portal in ``docs/beelden``: run it when a page has changed. Needs no network."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from browser_work import agree, attach, choose_audience, condition, fill_in
from browser_world import NARROW, PROJECT, Visit, browser, make_snapshot, served

OUT = PROJECT.root / "docs" / "beelden"
HIGHEST = 1500
"""Pixels: a page that goes on is cut off there."""


def take(visit: Visit, name: str) -> None:
    """Picture the page from its top."""
    from PIL import Image

    path = OUT / f"portaal-{name}.png"
    # The cursor of a field that was just filled would come and go from one picture to the next.
    visit.page.evaluate("document.activeElement.blur()")
    visit.page.screenshot(path=path, full_page=True, animations="disabled")
    with Image.open(path) as picture:
        shown = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, HIGHEST)))
    shown.quantize(64).save(path, "PNG", optimize=True)


def compose(visit: Visit) -> None:
    """Put a target group together from three conditions."""
    visit.go("/samenstellen")
    page = visit.page
    condition(visit, "1-1", "leeftijd")
    page.fill("input[name='1-1-van']", "3")
    page.fill("input[name='1-1-tot_en_met']", "12")
    condition(visit, "1-2", "bron:sociale_toeslag")
    page.check("input[name='1-3-niet']")
    condition(visit, "1-3", "bron:schooltoeslag")


def order_own(visit: Visit) -> str:
    """Hand in a request for a group of one's own; its number."""
    compose(visit)
    visit.page.get_by_label("Naam van de doelgroep").fill("Hulp bij de schooltoeslag")
    visit.press("Vraag hiervoor een brief aan")
    number = visit.page.url.split("/")[-2]
    fill_in(visit)
    visit.press("Dien de aanvraag in")
    return number


def main() -> None:
    """Go through the portal as a town and as an analyst."""
    with TemporaryDirectory(prefix="groeibrief-") as folder, browser() as opened:
        home = Path(folder)
        make_snapshot(home)
        with served(home, "--demo") as world:
            outside = Visit(world, opened)
            outside.go("/")
            take(outside, "start")
            town = Visit(world, opened, "torhout")
            compose(town)
            take(town, "samenstellen")
            phone = Visit(world, opened, "torhout", width=NARROW)
            compose(phone)
            take(phone, "samenstellen-telefoon")
            town.go("/doelgroepen/sociale-toeslag")
            town.press("Tel deze doelgroep")
            take(town, "telling")
            town.page.get_by_text("In delen tellen").click()
            town.press("Toon de delen en wat ze kosten")
            town.press("Tel de gekozen delen")
            take(town, "delen")
            number = choose_audience(town)
            fill_in(town, "Bewaar en bekijk")
            take(town, "gegevens")
            attach(town, number)
            take(town, "aanvraag")
            town.press("Dien de aanvraag in")
            composed = order_own(town)
            town.go("/vergelijken")
            for each in town.page.get_by_role("checkbox").all():
                each.check()
            town.press("Leg naast elkaar en tel")
            take(town, "vergelijken")
            town.go("/overzicht")
            take(town, "overzicht")
            town.go(f"/aanvragen/{number}/balie")
            take(town, "onthaal")
            analyst = Visit(world, opened, "analist-1")
            analyst.go("/overzicht")
            take(analyst, "werklijst")
            agree(analyst, number)
            analyst.press("Leg voor aan een collega")
            analyst.press("Tel exact, met waterval en steekproef")
            take(analyst, "dossier")
            analyst.go(f"/dossiers/{composed}")
            analyst.press("Stel gevallen voor")
            take(analyst, "gevallen")
            analyst.go("/kalender")
            take(analyst, "kalender")
            analyst.go("/register/nieuw")
            for name, text in (("Gemeenten", "Aalter, Gent"), ("Datum", "2026-02-10"), ("Bron", "e-mail")):
                analyst.page.get_by_label(name, exact=True).fill(text)
            take(analyst, "registerfeit")
            analyst.go("/register/cijfers?op=2021-06-30")
            take(analyst, "registercijfers")


if __name__ == "__main__":
    main()
