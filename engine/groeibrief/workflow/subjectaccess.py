"""Right of access (GDPR art. 15): which letters went to one dossier and why, found by the keyed pseudonym of each run.

Nothing is looked up before the ledger holds who looks and on which ground; the dossier itself stands there never.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.cabinet import moment
from groeibrief.casework.families import pseudonym_in
from groeibrief.casework.lifecycle import NAMES, Act, State
from groeibrief.casework.requests import Request
from groeibrief.casework.runs import Run
from groeibrief.casework.versions import versions
from groeibrief.catalog.purposes import load_purposes
from groeibrief.errors import UsageError, UserError
from groeibrief.language.description import describe
from groeibrief.selection import read_selection
from groeibrief.workflow.office import Office
from groeibrief.workflow.requestdefinitions import bound_of
from groeibrief.workflow.running import run_folder

GROUNDS = {
    "verzoek": "verzoek van de betrokkene (art. 15 AVG)",
    "klacht": "klacht of vraag van de toezichthouder (art. 31 AVG)",
    "datalek": "onderzoek van een datalek (art. 33 AVG)",
}
"""Why someone looks: the word for the ledger, and what it means."""
_NUMBER = re.compile(r"[1-9]\d{0,17}")
MOST_BYTES = 1000
"""A dossier number with what may stand around it is no longer."""


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mailing that the dossier was part of. ``why``: the whole definition in Dutch, as it was approved.

    ``letters``: the sequence numbers of its letters, None once the selection is gone; ``sent_on`` None: not posted, or
    not told yet.
    """

    request: str
    round: int
    authority: str
    title: str
    purpose: str
    offer: str
    why: str
    made_on: date
    sent_on: date | None
    state: State
    snapshot: str
    package: str | None
    job: str | None
    letters: tuple[int, ...] | None
    pseudonym: str
    synthetic: bool

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "aanvraag": self.request,
            "ronde": self.round,
            "bestuur": self.authority,
            "titel": self.title,
            "doeleinde": self.purpose,
            "aanbod": self.offer,
            "omdat": self.why,
            "gemaakt_op": self.made_on.isoformat(),
            "verstuurd_op": self.sent_on.isoformat() if self.sent_on else None,
            "toestand": self.state.value,
            "snapshot": self.snapshot,
            "pakket": self.package,
            "opdracht": self.job,
            "volgnummers": None if self.letters is None else list(self.letters),
            "pseudoniem": self.pseudonym,
            "synthetisch": self.synthetic,
        }


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A run of which nothing can be told any more: its key was destroyed on that day."""

    request: str
    round: int
    on: date

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"aanvraag": self.request, "ronde": self.round, "gewist_op": self.on.isoformat()}


@dataclass(frozen=True, slots=True)
class Access:
    """The answer on access, without the dossier: who holds it knows about whom it is."""

    ground: str
    when: datetime
    mailed: tuple[Mailed, ...]
    forgotten: tuple[Forgotten, ...]
    searched: int

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "grond": self.ground,
            "opgezocht_op": moment(self.when),
            "uitvoeringen_bekeken": self.searched,
            "zendingen": [each.as_json() for each in self.mailed],
            "gewist": [each.as_json() for each in self.forgotten],
        }

    def text(self) -> str:
        """The same in Dutch."""
        lines = [f"Opgezocht op {moment(self.when)}, op grond van: {GROUNDS[self.ground]}.", ""]
        if not self.mailed:
            lines += [f"Dit gezin kreeg geen brief in de {self.searched} uitvoeringen die nog te bekijken zijn.", ""]
        for each in self.mailed:
            lines += [*_told(each), ""]
        if self.forgotten:
            lines.append("Over deze uitvoeringen kan niets meer gezegd worden: de sleutel van hun pseudoniemen is")
            lines.append("vernietigd, en zonder sleutel kan niemand nog zien wie een brief kreeg.")
            lines += [
                f"- aanvraag {each.request}, ronde {each.round}: gewist op {each.on.isoformat()}"
                for each in self.forgotten
            ]
        return "\n".join(lines).rstrip("\n")


def read_dossier(data: bytes) -> int:
    """The dossier number in a file or stream: one number. Raises UsageError (E296), which never shows what was read."""
    try:
        text = data.decode("utf-8-sig").strip() if len(data) <= MOST_BYTES else ""
    except UnicodeDecodeError:
        text = ""
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise UsageError(
            "E296",
            "Hier staat geen dossiernummer. Geef één nummer van hoogstens 18 cijfers, in een bestand met --from of op "
            "de standaardinvoer. Nooit als woord van de opdracht: anderen op de computer zien dat.",
        )
    return int(text)


def subject_access(office: Office, viewer: Viewer, dossier: int, ground: str) -> Access:
    """Tell which letters a dossier got and why. In the ledger first: who looks, and on which ground.

    Raises RefusedError: E712 another role, E294 a key or list that is gone without having been erased, E530.
    """
    require_role(viewer, (Role.DPO,), "Inzage geeft de DPO.")
    when = office.now()
    with office.cabinet.writing() as opened:
        act = f"inzage-{ground}"
        office.cabinet.note(opened, viewer.account, viewer.role.value, act, {}, when)
    mailed: list[Mailed] = []
    forgotten: list[Forgotten] = []
    searched = 0
    for run in office.runs.since(date.min):
        if (on := _erased_on(office, run)) is not None:
            forgotten.append(Forgotten(run.request, run.round, on))
        elif "gezinnen" in run.steps:
            searched += 1
            if (pseudonym := pseudonym_in(office.cabinet, run, dossier)) is not None:
                mailed.append(_mailed(office, viewer, run, dossier, pseudonym))
    return Access(ground, when, tuple(mailed), tuple(forgotten), searched)


def _mailed(office: Office, viewer: Viewer, run: Run, dossier: int, pseudonym: str) -> Mailed:
    request = office.requests.get(viewer, run.request)
    purpose = load_purposes(office.project).category(request.content.purpose)
    package = run.steps.get("pakket")
    return Mailed(
        run.request,
        run.round,
        office.authorities.get(request.authority).name,
        request.content.title,
        purpose.naam if purpose else request.content.purpose,
        request.content.offer_text,
        _why(office, viewer, run),
        run.begun.date(),
        _sent_on(office, viewer, request, run),
        request.state,
        run.snapshot,
        package.hash if package else None,
        run.job,
        _letters(office, run, dossier),
        pseudonym,
        run.synthetic,
    )


def _why(office: Office, viewer: Viewer, run: Run) -> str:
    """The definition of the run in Dutch, or as it was written when the catalogue reads it otherwise by now."""
    found = versions(office.requests, viewer, run.request)
    draft = next(version.draft for version in reversed(found) if version.draft.definitie == run.definitie)
    try:
        return describe(bound_of(office, draft, run.round).definition, office.catalogue)
    except UserError:
        return draft.text


def _sent_on(office: Office, viewer: Viewer, request: Request, run: Run) -> date | None:
    following = [each.begun for each in office.runs.of(viewer, request.id) if each.round == run.round + 1]
    moments: Iterator[datetime] = (
        each.when
        for each in office.requests.history(viewer, request.id)
        if each.act == Act.SENT.value and each.when >= run.begun and all(each.when <= later for later in following)
    )
    first = next(moments, None)
    return first.date() if first else None


def _letters(office: Office, run: Run, dossier: int) -> tuple[int, ...] | None:
    folder: Path = run_folder(office, run) / "selectie"
    if not folder.exists():
        return None
    rows = read_selection(folder).recipients.select(["volgnummer", "dossier_id"]).to_pylist()
    return tuple(row["volgnummer"] for row in rows if row["dossier_id"] == dossier)


def _erased_on(office: Office, run: Run) -> date | None:
    """The day on which the erasure of the run's request began: its key may be gone from then on."""
    with office.cabinet.reading() as opened:
        row = opened.execute("SELECT begonnen FROM wissing WHERE aanvraag = ?", (run.request,)).fetchone()
    return datetime.fromisoformat(row[0]).date() if row else None


def _told(each: Mailed) -> Iterator[str]:
    yield f"Aanvraag {each.request}, ronde {each.round}: {each.title}{' (synthetisch)' if each.synthetic else ''}"
    yield f"  Bestuur: {each.authority}"
    yield f"  Doeleinde: {each.purpose}"
    yield f"  Aanbod: {each.offer}"
    yield f"  Toestand: {NAMES[each.state]}"
    yield f"  Brief gemaakt op {each.made_on.isoformat()}, uit snapshot {each.snapshot}"
    yield f"  Op de post: {each.sent_on.isoformat() if each.sent_on else 'nog niet gemeld'}"
    if each.job:
        yield f"  Drukopdracht {each.job}, pakket {each.package}"
    if each.letters:
        yield f"  Volgnummers: {', '.join(map(str, each.letters))}"
    yield "  Waarom:"
    yield from (f"    {line}".rstrip() for line in each.why.rstrip().splitlines())
