"""What a person at the print shop reads first (``LEESMIJ.txt``), in Dutch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groeibrief.printshop.ticket import JobTicket

_STEPS = (
    "Controleer de bestanden: sha256sum --check controlesommen.sha256",
    "Druk eerst de proef: de stukken in proef.csv. Kijk adres, merken en leesbaarheid na.",
    "Druk de partijen in de volgorde van opdrachtbon.csv, op ware grootte (100 %).",
    "Tel na: stukken, pagina's en vellen staan per partij in opdrachtbon.csv.",
    "Geef af zoals in portolijst.csv, elke golf op haar dag.",
    "Mislukt een stuk? Noteer alleen het volgnummer en vraag daarvoor een herdruk.",
    "Wis alle bestanden zodra de zendingen afgegeven zijn.",
)
_FILES = (
    "opdrachtbon.json  de opdrachtbon voor uw systeem",
    "opdrachtbon.csv   dezelfde partijen als tabel",
    "stukken.csv       elk stuk met zijn bestand, pagina's, vellen, bijlagen, posten en merkopdracht",
    "portolijst.csv    stukken per golf, gewicht, land en postcode",
    "proef.csv         de stukken van de proef",
)


def note(ticket: JobTicket) -> str:
    """Write the note of a job."""
    rows = "".join(f"{name:<15}{value}\n" for name, value in _facts(ticket))
    waves = "".join(
        f"Golf {wave.golf:<10}{wave.stukken} stukken"
        + (f", afgifte op {wave.afgifte_op:%d/%m/%Y}" if wave.afgifte_op else "")
        + f", partij {', '.join(map(str, wave.partijen))}\n"
        for wave in ticket.golven
        if len(ticket.golven) > 1
    )
    warnings = "".join(f"Let op: {warning}\n" for warning in ticket.port.waarschuwingen)
    steps = "".join(f"{number}. {step}\n" for number, step in enumerate(_STEPS, start=1))
    if ticket.proef_vereist:
        steps += "\nDruk niet de hele oplage zonder getekende goedkeuring van VUTG (goedkeuring.json).\n"
    files = "".join(f"{line}\n" for line in _FILES)
    return f"{_label(ticket)}{rows}{waves}\n{warnings}{chr(10) if warnings else ''}Zo gaat u te werk:\n{steps}\n{files}"


def _label(ticket: JobTicket) -> str:
    if ticket.test:
        return "DIT IS EEN TESTPAKKET MET VERZONNEN GEGEVENS. DRUK HET OM UW DRUKSTRAAT TE PROBEREN; VERZEND NIETS.\n\n"
    if ticket.synthetisch:
        return "DIT IS EEN SYNTHETISCH PAKKET OM TE OEFENEN. DRUK EN VERZEND HET NIET.\n\n"
    return ""


def _facts(ticket: JobTicket) -> Iterator[tuple[str, object]]:
    printing, totals = ticket.druk, ticket.totalen
    sides = "dubbelzijdig" if printing.dubbelzijdig else "enkelzijdig"
    yield "Opdracht", ticket.opdracht
    if ticket.herdruk_van:
        yield "Herdruk van", ticket.herdruk_van
    if ticket.afgifte_op:
        yield "Afgifte op", f"{ticket.afgifte_op:%d/%m/%Y}"
    if ticket.afgifte_groep:
        yield "Afgifte samen", ticket.afgifte_groep
    control = f" (waarvan controlebrieven: {totals.controlebrieven})" if totals.controlebrieven else ""
    yield "Stukken", f"{totals.stukken}{control}"
    yield "Pagina's", totals.paginas
    yield "Vellen", totals.vellen
    yield "Partijen", totals.partijen
    yield "Druk", f"{printing.formaat}, {sides}, {printing.kleur}"
    yield "Papier", printing.papier
    yield "Omslag", printing.omslag
    job = f", opdracht {printing.merkopdracht}" if printing.merkopdracht else ""
    yield "Insteekmerken", f"{printing.insteekmerken}{job}"
    for insert in printing.bijlagen:
        yield "Bijlage", f"post {insert.post}: {insert.bijlage} ({insert.gram} g)"
    if ticket.brieven_per_week:
        yield "Per week", f"hoogstens {ticket.brieven_per_week} brieven"
