"""What the command line says about requests and the register, in Dutch."""

from __future__ import annotations

from typing import Any

from groeibrief.casework.lifecycle import NAMES
from groeibrief.casework.orders import Ordered
from groeibrief.casework.register_figures import Figures
from groeibrief.casework.requests import Request
from groeibrief.workflow.requests import Quote
from groeibrief.workflow.requestviews import RequestForAnalyst, RequestForAuthority, Worklist


def request_json(request: Request) -> dict[str, Any]:
    """A request after an act: what a program needs to go on."""
    return {
        "aanvraag": request.id,
        "bestuur": request.authority,
        "toestand": request.state.value,
        "toestand_tekst": NAMES[request.state],
        "versie": request.version,
    }


def outcome_text(request: Request) -> str:
    """A request after an act, in a line."""
    return f"Aanvraag {request.id}: {NAMES[request.state]} (versie {request.version})."


def worklist_text(found: Worklist) -> str:
    """A worklist as a table."""
    if not found.rows:
        return "Er zijn geen aanvragen."
    lines = [f"{'nummer':<11}{'toestand':<30}{'aan zet':<10}{'dagen':>6}  titel"]
    lines += [
        f"{row.id:<11}{NAMES[row.state]:<30}{row.waits_for.value if row.waits_for else '':<10}{row.days:>6}  "
        f"{row.title} — {row.authority_name}"
        for row in found.rows
    ]
    return "\n".join(lines)


def authority_text(shown: RequestForAuthority) -> str:
    """A request as its municipality reads it."""
    content = shown.content
    lines = [
        f"Aanvraag {shown.id}: {content.title}",
        f"{shown.authority_name} ({shown.authority})",
        f"Toestand: {NAMES[shown.state]} (versie {shown.version}){' — u bent aan zet' if shown.waits_for_us else ''}",
        f"Doelgroep: {shown.audience or 'nog niet gekozen'}",
    ]
    if shown.agreement:
        lines.append(f"Overeenkomst: {shown.agreement[0]}, {shown.agreement[1].isoformat()}")
    lines += [f"Ronde {order.round}: {_families(order.families)}, factuur {order.price} euro" for order in shown.orders]
    lines += ["", *(f"{entry.when:%Y-%m-%d %H:%M}  {entry.who:<12} {entry.words}" for entry in shown.timeline)]
    if shown.messages:
        lines += ["", "Berichten"]
        lines += [f"{each.when:%Y-%m-%d %H:%M}  {each.who}: {each.text}" for each in shown.messages]
    if shown.acts:
        lines += ["", f"Mogelijk: {', '.join(act.value for act in shown.acts)}"]
    return "\n".join(lines)


def analyst_text(seen: RequestForAnalyst) -> str:
    """A request as an analyst reads it."""
    lines = [authority_text(seen.shown), ""]
    if seen.fault:
        lines.append(f"De definitie is niet leesbaar: {seen.fault}")
    if seen.standing is not None:
        who = ", ".join(f"{each.who} ({each.role.value})" for each in seen.standing.approved) or "niemand"
        missing = ", ".join(role.value for role in seen.standing.missing)
        lines.append(f"Goedgekeurd door: {who}." + (f" Ontbreekt: {missing}." if missing else ""))
    lines += [
        f"Definitie {each.number}: {each.when:%Y-%m-%d}, {each.who}, {each.draft.definitie[:12]}"
        for each in seen.versions
    ]
    for run in seen.runs:
        steps = ", ".join(f"{step} ({done.number})" for step, done in run.steps.items()) or "nog niets"
        lines.append(f"Ronde {run.round} op {run.snapshot} van {run.extracted_on.isoformat()}: {steps}")
    if seen.erasable_on:
        lines.append(f"Te wissen vanaf {seen.erasable_on.isoformat()}.")
    return "\n".join(lines)


def order_text(ordered: Ordered) -> str:
    """What the municipality sees of an order."""
    low, high = ordered.band
    return f"De gemeente ziet: {_families(ordered.shown['gezinnen'])}; factuur per schijf van {low} tot en met {high}."


def quote_text(made: Quote) -> str:
    """A quote, with its label."""
    lines = [f"Tellen kost {made.count} euro."]
    if made.band and made.price:
        lines.append(f"Een zending aan {made.band[0]} tot en met {made.band[1]} gezinnen kost {made.price} euro.")
    else:
        lines.append(f"Een zending kost {made.fixed} euro vast, en een bedrag per brief naar haar grootte.")
    lines.append(f"Vandaag besteld, in de bus rond {made.delivery.isoformat()} ({made.status}).")
    return "\n".join(lines)


def figures_text(made: Figures) -> str:
    """The figures as tables, ready to copy."""
    lines = [f"Stand op {made.on.isoformat()}; {made.municipalities} Vlaamse gemeenten.", ""]
    lines.append(f"{'piste':<11}{'jaar':<8}{'stand':<14}{'aanvragen':>10}{'besturen':>10}")
    lines += [
        f"{row.track.value:<11}{row.year or 'samen':<8}{row.status:<14}{row.requests:>10}{row.authorities:>10}"
        for row in made.rows
    ]
    lines += ["", f"Besturen op beide pistes: {made.both}."]
    lines += [f"Nooit gekozen voor {track}: {count} gemeenten." for track, count in made.never.items()]
    lines += [
        f"Van {each.step[0]} tot {each.step[1]} ({each.track.value}): mediaan {each.days:.0f} dagen ({each.cases})."
        for each in made.lead_times
        if each.days is not None
    ]
    if made.approximate:
        lines.append(f"Van {made.approximate} feiten noemt de bron geen dag; ze tellen vanaf de vroegste die kan.")
    return "\n".join(lines)


def _families(shown: dict[str, int]) -> str:
    if "minder_dan" in shown:
        return f"minder dan {shown['minder_dan']} gezinnen"
    return f"ongeveer {shown['ongeveer']} gezinnen (tussen {shown['van']} en {shown['tot']})"
