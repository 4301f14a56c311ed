"""From a municipality's idea to a letter in the box: the town, two analysts, the print shop, and the town again.

What needs a key is done at the command line, as on the operator's machine; everything else in the browser.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browser_work import agree, attach, choose_audience, fill_in
from browser_world import PROGRAM, Enter, Visit, World, make_snapshot, on_loopback, served

from groeibrief.keys import write_key_pair
from groeibrief.printshop.seal import make_age_keys

pytestmark = on_loopback


def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Families of last week, since an old snapshot sends no letters; keys of VUTG and of the print shop."""
    home = tmp_path_factory.mktemp("reis")
    make_snapshot(home, today() - timedelta(days=7))
    write_key_pair(home / "vutg.key", home / "vutg.pub")
    write_key_pair(home / "teken.key", home / "teken.pub")
    make_age_keys(home / "drukkerij.key", home / "drukkerij.pub")
    with served(home, "--demo") as made:
        yield made


def command(world: World, *words: str) -> Any:
    done = subprocess.run(
        [str(PROGRAM), *words], env=world.environment, cwd=world.home, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return json.loads(done.stdout) if "--json" in words else done.stdout


def test_from_an_idea_to_the_box(world: World, enter: Enter, tmp_path: Path) -> None:
    town = enter("torhout")
    number = a_request(town)
    first, second = enter("analist-1"), enter("analist-2")
    an_analyst_edits(first, number)
    a_second_approves(second, number)
    shown = what_the_town_sees(town, number, "Alles is goedgekeurd. De brieven worden gemaakt.")
    assert "De factuur rekent met de schijf van" in shown
    assert "demo-analist" not in shown

    letters = the_run(world, first, number)
    what_the_town_sees(town, number, "De brieven zijn klaar voor de drukkerij.")
    first.go(f"/dossiers/{number}")
    first.press("Het pakket is bij de drukkerij")
    the_print_shop(world, number, letters)
    first.press("Alles is verstuurd")
    assert first.page.locator(".s-verstuurd").is_visible()

    shown = what_the_town_sees(town, number, "De brieven zijn verstuurd. Leg het blad voor uw onthaal klaar.")
    assert not re.search(rf"\b{letters}\b (?:brieven|gezinnen)", shown)
    first.go("/register?piste=vutg&stand=verstuurd")
    assert "OCMW Torhout" in first.page.content()


def a_request(town: Visit) -> str:
    number = choose_audience(town)
    fill_in(town)
    town.press("Tel de doelgroep")
    assert town.page.get_by_role("heading", name="Zoveel ongeveer").is_visible()
    attach(town, number)
    town.press("Dien de aanvraag in")
    assert town.page.locator(".s-ingediend").is_visible()
    return number


def an_analyst_edits(analyst: Visit, number: str) -> None:
    analyst.go("/overzicht")
    analyst.page.get_by_role("link", name="Gezinnen met een sociale toeslag").click()
    analyst.page.get_by_role("link", name="Bewerk de definitie").click()
    analyst.page.get_by_label("Leeftijd tot").fill("17")
    analyst.press("Bewaar als nieuwe versie")
    assert "het kind is hoogstens 17 jaar oud" in analyst.page.content()
    agree(analyst, number)
    analyst.press("Leg voor aan een collega")
    analyst.press("Keur goed")
    assert "Vraag het aan een ander." in analyst.page.get_by_role("alert").inner_text()
    analyst.faults.clear()


def a_second_approves(analyst: Visit, number: str) -> None:
    analyst.go(f"/dossiers/{number}")
    analyst.page.get_by_role("link", name=re.compile("verschil met versie")).last.click()
    assert '"leeftijd_tot": "17"' in "".join(analyst.page.locator(".erbij").all_inner_texts())
    analyst.go(f"/dossiers/{number}")
    analyst.press("Tel exact, met waterval en steekproef")
    assert analyst.page.get_by_text("Van geselecteerd naar brief").is_visible()
    analyst.press("Keur goed")
    assert analyst.page.locator(".s-goedgekeurd").is_visible()
    analyst.press("Toon de gemeente het benaderde aantal")
    assert analyst.page.get_by_role("heading", name="Wat de gemeente ziet").is_visible()


def what_the_town_sees(town: Visit, number: str, told: str) -> str:
    town.go(f"/aanvragen/{number}")
    shown = town.page.locator("main").inner_text()
    assert told in shown
    return shown


def the_run(world: World, analyst: Visit, number: str) -> int:
    """On the machine with the keys; the page says how."""
    analyst.go(f"/dossiers/{number}")
    assert f"groeibrief run {number} --snapshot" in analyst.page.locator(".opdracht").inner_text()
    command(world, "desk", "account", "uitvoerder", "--rol", "analist")
    begin, end = (today() - timedelta(days=30)).isoformat(), (today() + timedelta(days=300)).isoformat()
    shop = ("--naam", "Drukkerij Voorbeeld", "--kbo", "0123.456.749", "--recipient", "drukkerij.pub")
    term = ("--van", begin, "--tot", end)
    command(world, "desk", "processor", "VWO-1", *shop, *term, "--account", "uitvoerder")
    keys = ("--recipient", "drukkerij.pub", "--key", "vutg.key")
    run = ("run", number, "--snapshot", "proef", *keys, "--account", "uitvoerder", "--json")
    letters: int = command(world, *run)["brieven"]
    assert letters > 0
    return letters


def the_print_shop(world: World, number: str, letters: int) -> None:
    [package] = world.home.glob(f"staat/**/uitvoeringen/{number}/**/opdracht.pakket")
    trust = ("--trust", "vutg.pub")
    command(world, "package", "open", str(package), "--out", "open", "--key", "drukkerij.key", *trust)
    assert list((world.home / "open").glob("*.pdf"))
    signed = ("--key", "teken.key", "--out", "verslag.json", "--posted", today().isoformat())
    command(world, "package", "report", str(package), "--opened", "open", *trust, *signed)
    done = command(world, "package", "reconcile", "verslag.json", "--trust", "teken.pub", "--json")
    assert (done["verstuurd"], done["gepost"]) == (True, letters)
