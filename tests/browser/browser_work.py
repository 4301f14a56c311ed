"""What people do with the portal, as a person does it: by what is written on the page."""

from __future__ import annotations

from pathlib import Path

from browser_world import Visit

OFFER = "Wij geven uw gezin dit jaar een extra toelage. Bel ons voor een afspraak."


def decision(folder: Path) -> Path:
    """A council decision, as a file."""
    import pypdfium2

    path = folder / "besluit.pdf"
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(path)
    document.close()
    return path


def condition(town: Visit, row: str, about: str) -> None:
    """Choose what a condition is about; the page shows its fields at once."""
    with town.page.expect_navigation():
        town.page.select_option(f"select[name='{row}-over']", about)


def choose_audience(town: Visit, audience: str = "sociale-toeslag") -> str:
    """Take a standard audience into a new request; its number."""
    town.go(f"/doelgroepen/{audience}")
    town.press("Vraag hiervoor een brief aan")
    return town.page.url.split("/")[-2]


def fill_in(town: Visit, button: str = "Bewaar en ga verder") -> None:
    """Fill in the page with the offer."""
    page = town.page
    page.get_by_label("Waarvoor?").select_option("bijkomende-financiele-steun")
    page.get_by_label("Soort aanbod").select_option("toelage")
    page.get_by_label("Uw aanbod, zoals het in de brief staat").fill(OFFER)
    page.get_by_label("Dienst").fill("Sociaal Huis")
    page.get_by_label("Telefoon").fill("050 00 00 00")
    page.get_by_label("E-mail").fill("sociaalhuis@example.be")
    page.get_by_label("Brief", exact=True).select_option("informatiebrief")
    page.get_by_label("Gewenste datum").fill("2027-03-01")
    town.press(button)


def attach(town: Visit, number: str) -> None:
    """Add the council's decision."""
    town.go(f"/aanvragen/{number}")
    town.page.get_by_label("Het besluit (PDF)").set_input_files(decision(town.world.home))
    town.page.get_by_label("Referentie").fill("CBS 2026/12")
    town.page.get_by_label("Datum van het besluit").fill("2026-02-02")
    town.press("Voeg toe")


def hand_in(town: Visit) -> str:
    """A request, from an audience to handed in; its number."""
    number = choose_audience(town)
    fill_in(town)
    attach(town, number)
    town.press("Dien de aanvraag in")
    return number


def agree(analyst: Visit, number: str) -> None:
    """Register the agreement that both signed."""
    analyst.go(f"/dossiers/{number}")
    analyst.page.get_by_text("Registreer de getekende overeenkomst").click()
    analyst.page.get_by_label("Referentie").fill("OVK-2026-1")
    analyst.page.get_by_label("Getekend door beide op").fill("2026-02-20")
    analyst.press("Registreer")
