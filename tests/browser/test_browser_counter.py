"""Opgroeien's counter in a browser: every page in every state, wide and narrow, with axe and with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_world import NARROW, RULES, WIDE, Visit, World, on_loopback
from counter_world import (
    TORHOUT,
    ZAVENTEM,
    Town,
    advise,
    answer,
    approve,
    attach,
    conclude,
    confirm_keys,
    confirm_receipt,
    counter_served,
    fetch,
    hand_in,
    match,
    numbers,
    receive,
    register_keys,
)
from playwright.sync_api import Browser
from test_browser_accessible import look
from test_browser_keyboard import _REACHABLE, MOST_STOPS

pytestmark = on_loopback


@pytest.fixture
def desk(home: Path) -> Iterator[World]:
    with counter_served(home) as made:
        yield made


class Both:
    """Someone with a wide and a narrow window on the same account; each page is looked at in both."""

    def __init__(self, world: World, opened: Browser, account: str | None) -> None:
        self.visit = Visit(world, opened, account)

    def look(self, *paths: str) -> None:
        """Look at pages, or at the one that is open."""
        for path in paths or ("",):
            if path:
                self.visit.go(path)
            self.visit.page.set_viewport_size({"width": NARROW, "height": 900})
            for detail in self.visit.page.locator("details").all():
                detail.evaluate("each => { each.open = true }")
            look(self.visit)
            # The same page once more, wide: axe is there already.
            self.visit.page.set_viewport_size({"width": WIDE, "height": 900})
            found = self.visit.page.evaluate("options => axe.run(document, options)", RULES)["violations"]
            assert not found, (self.visit.page.url, [(each["id"], each["nodes"][0]["target"]) for each in found])

    def reach(self, path: str) -> None:
        """Everything on a page can be reached with the tabulator."""
        self.visit.go(path)
        expected = self.visit.page.evaluate(_REACHABLE)
        for reached in range(MOST_STOPS):
            self.visit.page.keyboard.press("Tab")
            if self.visit.page.evaluate("document.activeElement.tagName") == "BODY":
                assert reached >= expected, (path, reached, expected)
                return
        pytest.fail(f"no way out of {path}")


def test_from_draft_to_receipt(desk: World, chromium: Browser, tmp_path: Path) -> None:
    town = Town(tmp_path / "gemeente")
    out = Both(desk, chromium, None)
    first, second = (Both(desk, chromium, f"behandelaar-{number}") for number in (1, 2))
    dpo, torhout, zaventem = (Both(desk, chromium, account) for account in ("dpo", "torhout", "zaventem"))
    mine, case = f"/protocollen/{TORHOUT}", f"/dossiers/{TORHOUT}"
    out.look("/", "/aanmelden", "/toegankelijkheid", "/bestaat-niet")
    torhout.look("/overzicht", mine)
    first.look("/overzicht", "/nieuw", case)
    register_keys(first.visit, town)
    attach(first.visit)
    first.look(case)
    second.look(case)
    dpo.look("/overzicht", case)
    advise(first.visit, "A 3")
    advise(dpo.visit, "A 7")
    confirm_keys(second.visit, town)
    first.look(case)
    conclude(first.visit)
    torhout.look(mine)
    hand_in(torhout.visit, town, b"insz\n12345678901\n")
    torhout.look()
    first.look(case)
    assert "E834" in receive(desk, town)
    report = fetch(torhout.visit, "foutenverslag")
    assert report.name.startswith("verslag-OPG-")
    torhout.look(mine)
    torhout.visit.page.get_by_label("De verzegelde lijst (.age)").set_input_files(report)
    torhout.visit.page.get_by_label("De handtekening (.sig)").set_input_files(report)
    torhout.visit.press("Bezorg de lijst")
    assert torhout.visit.page.get_by_role("alert").is_visible()
    torhout.look()
    hand_in(torhout.visit, town, "\n".join(["insz", *numbers(desk.snapshot)[:40], ""]).encode())
    receive(desk, town)
    first.look(case)
    match(desk, town)
    first.look(case)
    first.reach(case)
    approve(first.visit)
    approve(second.visit)
    second.look(case)
    answer(desk, town)
    torhout.look(mine)
    torhout.reach(mine)
    got = fetch(torhout.visit)
    torhout.look(mine)
    assert torhout.visit.page.get_by_label("Controlesom (SHA-256) van wat u kreeg").last.is_visible()
    first.look(case)
    confirm_receipt(torhout.visit, town, got)
    torhout.look()
    first.visit.go(case)
    first.visit.press("Beëindig het protocol")
    first.look()
    torhout.look(mine)
    zaventem.look(f"/protocollen/{ZAVENTEM}", mine)
    assert zaventem.visit.heading() == "Deze pagina bestaat niet"
    for each in (out, first, second, dpo, torhout, zaventem):
        each.visit.faults[:] = [fault for fault in each.visit.faults if "404" not in fault and "400" not in fault]
        each.visit.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_counting_beforehand_at_vutg(world: World, chromium: Browser, width: int) -> None:
    visit = Visit(world, chromium, "torhout", width)
    visit.go("/piste-opgroeien")
    look(visit)
    visit.press("Tel de kinderen")
    assert visit.page.get_by_role("status").is_visible()
    look(visit)
    visit.page.get_by_label("Leeftijd, vanaf").fill("30")
    visit.press("Tel de kinderen")
    assert visit.page.get_by_role("alert").is_visible()
    look(visit)
    visit.faults.clear()
    visit.close()
