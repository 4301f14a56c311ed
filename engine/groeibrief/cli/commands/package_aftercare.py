"""The commands of ``groeibrief package`` after the seal: reprint, report, reconcile, recall, returns, destruction."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groeibrief.cli.group import DutchCommand
from groeibrief.cli.options import (
    FILE,
    FILE_OR_FOLDER,
    FOLDER,
    NEW_PATH,
    Day,
    json_option,
    project_option,
    settings,
    state_option,
)
from groeibrief.cli.output import show
from groeibrief.errors import RefusedError

if TYPE_CHECKING:
    from groeibrief.workflow.aftercare import Outcome, Role

_REASONS = ("fout-in-brief", "verkeerde-doelgroep", "opdracht-ingetrokken", "fout-in-druk", "andere")
_ROLES = ("operator", "productieleider", "veiligheidsverantwoordelijke")


def _trust_option(whose: str) -> click.decorators._AnyCallable:
    return click.option(
        "--trust", type=FILE, multiple=True, envvar="GROEIBRIEF_TRUST", metavar="BESTAND",
        help=f"Publieke sleutel van {whose}. Mag meermaals.",
    )  # fmt: skip


def _ranges_option(name: str, text: str) -> click.decorators._AnyCallable:
    return click.option(
        name, multiple=True, metavar="N", help=f"{text} Een volgnummer of reeks, zoals 7 of 9-12. Mag meermaals."
    )


_vutg = _trust_option("VUTG")
_printer = _trust_option("de drukkerij (om te ondertekenen)")


@click.command(cls=DutchCommand, short_help="Herdruk brieven als een nieuwe opdracht.")
@click.argument("selection", metavar="SELECTIE", type=FOLDER)
@click.option("--of", "job_id", required=True, metavar="OPDRACHT", help="Opdracht waarvan u brieven herdrukt.")
@_ranges_option("--sequence", "Wat u herdrukt.")
@click.option("--from", "first", type=click.IntRange(1), metavar="N", help="Eerste volgnummer van een reeks.")
@click.option("--to", "last", type=click.IntRange(1), metavar="M", help="Laatste volgnummer van een reeks.")
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor het pakket.")
@click.option("--recipient", "recipients", type=FILE, multiple=True, required=True, metavar="BESTAND",
              help="Publieke age-sleutel van de drukkerij. Mag meermaals.")  # fmt: skip
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--job", "new_id", metavar="NUMMER", help="Eigen opdrachtnummer. Nodig voor wat teruggeroepen was.")
@click.option("--insert", "inserts", multiple=True, metavar="NAAM=GRAM",
              help="Wat bij elke brief in de omslag gaat. Standaard zoals bij de eerste opdracht.")  # fmt: skip
@click.option("--posting-date", "post_on", type=Day(), metavar="DATUM", help="Dag van afgifte.")
@state_option
@project_option
@json_option
def reprint(
    selection: Path,
    job_id: str,
    sequence: tuple[str, ...],
    first: int | None,
    last: int | None,
    out: Path,
    recipients: tuple[Path, ...],
    key: Path,
    new_id: str | None,
    inserts: tuple[str, ...],
    post_on: date | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Maak brieven van een SELECTIE opnieuw en verzegel ze als herdruk van OPDRACHT.

    Voorbeeld: groeibrief package reprint selectie --sequence 7 --of opdracht-1 --out herdruk.pakket
    --recipient drukkerij.pub --key vutg.key
    """
    from groeibrief.workflow.aftercare import Delivery, chosen, insert_of, reprint_letters

    made = reprint_letters(
        selection,
        chosen(sequence, first, last),
        job_id,
        out,
        recipients=recipients,
        sign_key=key,
        settings=settings(state=state),
        new_id=new_id,
        delivery=Delivery(tuple(insert_of(text) for text in inserts) or None, post_on),
        project=project,
    )
    manifest = made.manifest
    kind = " (synthetisch)" if manifest.synthetisch else ""
    text = (
        f"Herdruk {manifest.opdracht}{kind} van opdracht {job_id}: {manifest.stukken} stukken, {manifest.paginas} "
        f"pagina's. Staat in {out}."
    )
    show({**made.as_json(), "herdruk_van": job_id}, text, as_json=as_json)


@click.command(cls=DutchCommand, short_help="Drukkerij: meld wat gedrukt en gepost is.")
@click.argument("path", metavar="PAKKET", type=FOLDER)
@click.option("--opened", type=FOLDER, required=True, metavar="MAP", help="De geopende map van dit pakket.")
@click.option("--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw bestand voor het verslag.")
@click.option("--key", type=FILE, required=True, metavar="BESTAND",
              help="Geheime sleutel (Ed25519) van de drukkerij om te ondertekenen.")  # fmt: skip
@click.option("--number", type=click.IntRange(1), default=1, show_default=True, metavar="N",
              help="Het hoeveelste verslag over deze opdracht.")  # fmt: skip
@click.option("--posted", multiple=True, metavar="DATUM[=N]",
              help="Dag van afgifte van de rest, of van bepaalde stukken: 2025-11-20=9-12. Mag meermaals.")  # fmt: skip
@_ranges_option("--spoiled", "Wat mislukte.")
@_ranges_option("--reprinted", "Wat mislukte en u zelf opnieuw goed drukte.")
@_ranges_option("--not-printed", "Wat niet gedrukt is.")
@_ranges_option("--not-posted", "Wat gedrukt is, maar niet gepost.")
@_vutg
@json_option
def report(
    path: Path,
    opened: Path,
    out: Path,
    key: Path,
    number: int,
    posted: tuple[str, ...],
    spoiled: tuple[str, ...],
    reprinted: tuple[str, ...],
    not_printed: tuple[str, ...],
    not_posted: tuple[str, ...],
    trust: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Schrijf en onderteken het productieverslag over een PAKKET. Wat u niet noemt, is gedrukt en gepost.

    Voorbeeld: groeibrief package report opdracht-1.pakket --opened opdracht-1 --posted 2025-11-20 --spoiled 7
    --trust vutg.pub --key teken.key --out productieverslag.json
    """
    from groeibrief.workflow.aftercare import Work, read_ranges, write_report

    days = []
    for text in posted:
        day, equals, ranges = text.partition("=")
        days.append((Day().convert(day, None, None), read_ranges([ranges]) if equals else None))
    work = Work(days, read_ranges(spoiled), read_ranges(reprinted), read_ranges(not_printed), read_ranges(not_posted))
    made = write_report(path, opened, out, trusted=trust, sign_key=key, number=number, work=work)
    answer = {"opdracht": made.opdracht, "nummer": made.nummer, "pakket": made.pakket, "bestand": str(out),
              "sha256": made.sha256, "ondertekenaar": made.ondertekenaar}  # fmt: skip
    show(
        answer,
        f"Verslag {number} over opdracht {made.opdracht} staat in {out}; stuur het met {out}.sig naar VUTG.",
        as_json=as_json,
    )


@click.command(cls=DutchCommand, short_help="Sluit het verslag van de drukkerij aan, tot op het stuk.")
@click.argument("path", metavar="VERSLAG", type=FILE)
@click.option(
    "--package", "package_", type=FOLDER, metavar="MAP", help="Het pakket: kijk na dat het verslag erover gaat."
)
@_printer
@state_option
@json_option
def reconcile(path: Path, package_: Path | None, trust: tuple[Path, ...], state: Path | None, as_json: bool) -> int:
    """Lees een VERSLAG van de drukkerij in en kijk na of elk stuk precies één keer gepost is.

    Voorbeeld: groeibrief package reconcile productieverslag.json --trust drukkerij-teken.pub
    """
    from groeibrief.workflow import aftercare

    found = aftercare.reconcile(path, trusted=trust, settings=settings(state=state), package=package_)
    lines = _outcome_lines(found.outcome)
    if found.first is not None:
        lines += ["", "De hele zending:", *_outcome_lines(found.first)]
    show(found.as_json(), "\n".join(lines), as_json=as_json)
    return 0 if found.valid else RefusedError.exit_code


@click.command(cls=DutchCommand, short_help="Toon hoe een opdracht ervoor staat.")
@click.argument("job_id", metavar="OPDRACHT")
@state_option
@json_option
def status(job_id: str, state: Path | None, as_json: bool) -> int:
    """Toon wat van een OPDRACHT gedrukt, gepost en teruggeroepen is, met haar herdrukken.

    Voorbeeld: groeibrief package status opdracht-1
    """
    from groeibrief.workflow.aftercare import standing

    found = standing(job_id, settings(state=state))
    show(found.as_json(), "\n".join(_outcome_lines(found)), as_json=as_json)
    return 0 if not found.faults else RefusedError.exit_code


@click.command(cls=DutchCommand, short_help="Roep partijen van een opdracht terug.")
@click.argument("job_id", metavar="OPDRACHT")
@click.option("--batch", "batches", type=click.IntRange(1), multiple=True, metavar="N",
              help="Partij die u terugroept. Zonder: de hele opdracht. Mag meermaals.")  # fmt: skip
@click.option("--reason", type=click.Choice(_REASONS), required=True, help="Waarom.")
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw bestand voor de terugroeping.")
@state_option
@json_option
def recall(
    job_id: str, batches: tuple[int, ...], reason: str, key: Path, out: Path, state: Path | None, as_json: bool
) -> None:
    """Roep partijen van een OPDRACHT terug: de drukkerij drukt en post ze niet. Dat is niet ongedaan te maken.

    Voorbeeld: groeibrief package recall opdracht-1 --batch 2 --reason fout-in-brief --key vutg.key
    --out terugroeping.json
    """
    from groeibrief.workflow.aftercare import recall_batches

    made = recall_batches(job_id, batches, reason, out, sign_key=key, settings=settings(state=state))
    numbers = [line.partij for line in made.partijen]
    answer = {"opdracht": made.opdracht, "partijen": numbers, "volledig": made.volledig, "bestand": str(out),
              "sha256": made.sha256}  # fmt: skip
    what = "de hele opdracht" if made.volledig else f"partij {', '.join(map(str, numbers))}"
    show(
        answer,
        f"Teruggeroepen van {job_id}: {what}. Stuur {out} en {out}.sig nu naar de drukkerij, en bel haar op.",
        as_json=as_json,
    )


@click.command(cls=DutchCommand, short_help="Drukkerij: kijk na of een pakket teruggeroepen is.")
@click.argument("path", metavar="PAKKET", type=FOLDER)
@click.option("--recall", "recalls", type=FILE, multiple=True, required=True, metavar="BESTAND",
              help="Terugroeping van VUTG. Mag meermaals.")  # fmt: skip
@_vutg
@json_option
def recalled(path: Path, recalls: tuple[Path, ...], trust: tuple[Path, ...], as_json: bool) -> int:
    """Kijk na of partijen van een PAKKET teruggeroepen zijn.

    Voorbeeld: groeibrief package recalled opdracht-1.pakket --recall terugroeping.json --trust vutg.pub
    """
    from groeibrief.workflow.aftercare import check_recalls

    answer = check_recalls(path, recalls, trusted=trust)
    batches = ", ".join(map(str, answer["teruggeroepen"]))
    text = (
        f"Opdracht {answer['opdracht']} is niet teruggeroepen."
        if answer["geldig"]
        else f"TERUGGEROEPEN: druk en post partij {batches} van opdracht {answer['opdracht']} NIET."
    )
    show(answer, text, as_json=as_json)
    return 0 if answer["geldig"] else RefusedError.exit_code


@click.command(cls=DutchCommand, short_help="Lees brieven in die onbestelbaar terugkwamen.")
@click.argument("codes", metavar="CODES", type=FILE)
@click.option("--selection", type=FOLDER, required=True, metavar="MAP", help="De selectie van de zending.")
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map met de lijst, alleen voor VUTG.")
@click.option("--partial", is_flag=True, help="Schrijf ook de lijst als sommige regels fout zijn; die worden gemeld.")
@state_option
@json_option
def returns(codes: Path, selection: Path, out: Path, partial: bool, state: Path | None, as_json: bool) -> None:
    """Lees een bestand met CODES van teruggekomen brieven: een regel 'code;reden' per brief.

    Voorbeeld: groeibrief package returns retour.csv --selection selectie --out retour
    """
    from groeibrief.workflow.aftercare import take_returns

    taken = take_returns(codes, selection, out, settings(state=state), partial=partial)
    kind = " (synthetisch)" if taken.synthetic else ""
    lines = [f"{len(taken.returns.reasons)} brieven teruggekomen{kind}; de lijst voor VUTG staat in {out}."]
    lines += [f"  {reason}: {total}" for reason, total in taken.returns.totals.items() if total]
    lines += [f"Niet gelezen: {fault}" for fault in taken.returns.faults]
    show(taken.as_json(), "\n".join(lines), as_json=as_json)


@click.command(cls=DutchCommand, short_help="Verklaar dat een pakket vernietigd is, of kijk dat na.")
@click.argument("path", metavar="PAKKET|VERKLARING", type=FILE_OR_FOLDER)
@click.option("--check", is_flag=True, help="VUTG: kijk een VERKLARING van de drukkerij na.")
@click.option("--on", type=Day(), metavar="DATUM", help="Dag van vernietiging.")
@click.option("--by", "role", type=click.Choice(_ROLES), help="Functie van wie vernietigde.")
@click.option("--key", type=FILE, metavar="BESTAND", help="Geheime sleutel (Ed25519) van de drukkerij.")
@click.option("--out", type=NEW_PATH, metavar="BESTAND", help="Nieuw bestand voor de verklaring.")
@_trust_option("VUTG, of met --check van de drukkerij")
@state_option
@project_option
@json_option
def destroyed(
    path: Path,
    check: bool,
    on: date | None,
    role: Role | None,
    key: Path | None,
    out: Path | None,
    trust: tuple[Path, ...],
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Onderteken dat alles van een PAKKET vernietigd is; met --check kijkt VUTG zo'n VERKLARING na.

    Voorbeeld: groeibrief package destroyed opdracht-1.pakket --on 2025-12-01 --by operator --trust vutg.pub
    --key teken.key --out vernietiging.json
    """
    from groeibrief.workflow.aftercare import check_destruction, state_destruction

    if check:
        verdict = check_destruction(path, trusted=trust, settings=settings(state=state), project=project)
        late = "" if verdict.in_time else f" Dat is te laat: het moest uiterlijk op {verdict.due:%d/%m/%Y}."
        kind = " (synthetisch)" if verdict.synthetic else ""
        text = (
            f"Opdracht {verdict.statement.opdracht}{kind} is vernietigd op {verdict.statement.vernietigd_op:%d/%m/%Y}."
            f"{late}"
        )
        show(verdict.as_json(), text, as_json=as_json)
        return
    if on is None or role is None or key is None or out is None:
        raise click.UsageError("Een verklaring vraagt --on, --by, --key en --out.")
    made = state_destruction(path, out, trusted=trust, sign_key=key, on=on, role=role)
    answer = {"opdracht": made.opdracht, "pakket": made.pakket, "vernietigd_op": on.isoformat(), "door": role,
              "bestand": str(out), "sha256": made.sha256}  # fmt: skip
    show(
        answer,
        f"De verklaring over opdracht {made.opdracht} staat in {out}; stuur ze met {out}.sig naar VUTG.",
        as_json=as_json,
    )


COMMANDS = (reprint, report, reconcile, status, recall, recalled, returns, destroyed)


def _outcome_lines(found: Outcome) -> list[str]:
    kind = " (synthetisch)" if found.synthetic else ""
    told = found.as_json()
    lines = [
        f"Opdracht {found.job_id}{kind}: {found.pieces} stukken.",
        f"Gedrukt {told['gedrukt']}, afgekeurd {told['afgekeurd']}, herdrukt {told['herdrukt']}, gepost "
        f"{told['gepost']}, teruggeroepen {told['teruggeroepen']}, openstaand {told['openstaand']}.",
    ]
    lines += [f"- {fault.message}" for fault in found.faults]
    if found.faults:
        return [*lines, "Er klopt iets NIET. Is het verslag fout, vraag dan een nieuw met een hoger nummer."]
    if found.open:
        ranges = ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in told["openstaande_volgnummers"][:10])
        more = " …" if len(told["openstaande_volgnummers"]) > 10 else ""
        return [*lines, f"Nog niet gepost: {ranges}{more}. De zending is nog niet verstuurd."]
    return [*lines, "De zending is verstuurd." if found.sent else "Er is niets verstuurd."]
