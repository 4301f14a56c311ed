"""Makes the pictures of Opgroeien's counter in ``docs/beelden``: run it when a page has changed. Needs no network."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from browser_world import Visit, browser, make_snapshot, served
from counter_world import (
    TORHOUT,
    Town,
    advise,
    answer,
    approve,
    attach,
    conclude,
    confirm_keys,
    counter_served,
    hand_in,
    match,
    numbers,
    receive,
    register_keys,
)
from pictures import take as portal_picture


def take(visit: Visit, name: str) -> None:
    """Picture the page from its top."""
    portal_picture(visit, f"opgroeien-{name}")


def main() -> None:
    """Go through the counter as a town, as two case handlers and as the DPO."""
    with TemporaryDirectory(prefix="groeibrief-") as folder, browser() as opened:
        home = Path(folder)
        make_snapshot(home)
        town = Town(home / "gemeente")
        with served(home, "--demo") as world:
            portal = Visit(world, opened, "torhout")
            portal.go("/piste-opgroeien")
            portal.press("Tel de kinderen")
            take(portal, "vooraf-tellen")
        with counter_served(home) as desk:
            outside = Visit(desk, opened)
            outside.go("/")
            take(outside, "loket")
            first, second, dpo = (Visit(desk, opened, who) for who in ("behandelaar-1", "behandelaar-2", "dpo"))
            torhout = Visit(desk, opened, "torhout")
            register_keys(first, town)
            attach(first)
            dpo.go(f"/dossiers/{TORHOUT}")
            take(dpo, "advies")
            advise(first, "A 3")
            advise(dpo, "A 7")
            confirm_keys(second, town)
            conclude(first)
            torhout.go(f"/protocollen/{TORHOUT}")
            take(torhout, "lijst-bezorgen")
            hand_in(torhout, town, "\n".join(["insz", *numbers(desk.snapshot)[:60], ""]).encode())
            first.go(f"/dossiers/{TORHOUT}")
            take(first, "lijst-wacht")
            receive(desk, town)
            match(desk, town)
            first.go(f"/dossiers/{TORHOUT}")
            take(first, "goedkeuren")
            approve(first)
            approve(second)
            answer(desk, town)
            torhout.go(f"/protocollen/{TORHOUT}")
            take(torhout, "afhalen")
            first.go("/overzicht")
            take(first, "overzicht")


if __name__ == "__main__":
    main()
