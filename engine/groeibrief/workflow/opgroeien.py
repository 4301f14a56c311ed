"""The list track joined up: a protocol from its application to its end, for the command line and the portal.

Opgroeien's data lie in ``opgroeien/`` of the state folder, its ledger too; nothing of VUTG's casework is read.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from groeibrief.artefacts import new_file, sha256_bytes
from groeibrief.casework.ledger import Ledger
from groeibrief.catalog import Catalogue, Project, find_project, load_catalogue
from groeibrief.catalog.purposes import load_purposes
from groeibrief.opgroeien.approvals import approvals_of, approve
from groeibrief.opgroeien.cabinet import FOLDER, Actor, Cabinet
from groeibrief.opgroeien.deadlines import Deadline, deadlines
from groeibrief.opgroeien.delivery import end, sweep
from groeibrief.opgroeien.lifecycle import NAMES, Act, Role, State, allowed
from groeibrief.opgroeien.lists import last_answer
from groeibrief.opgroeien.partykeys import PartyKeys, confirm_keys, keys_of, register_keys
from groeibrief.opgroeien.policy import TrackPolicy, load_track_policy
from groeibrief.opgroeien.protocol import read_protocol
from groeibrief.opgroeien.protocols import OWN, PARTIES, Protocols, Record, checked_text
from groeibrief.workflow.settings import Settings

__all__ = ["PARTIES", "Act", "Actor", "PartyKeys", "Record", "Role", "State", "Track", "open_track"]

LEDGER = "logboek.sqlite"


class Track:
    """Everything that the list track needs. Opens nothing before it is asked."""

    def __init__(self, settings: Settings, project: Project, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.project = project
        self.now = clock

    @cached_property
    def cabinet(self) -> Cabinet:
        """Opgroeien's cabinet, with its own ledger beside it."""
        folder = self.settings.state / FOLDER
        return Cabinet(folder, Ledger(folder / LEDGER))

    @cached_property
    def protocols(self) -> Protocols:
        """The protocols, after what lapsed has lapsed and what was left over is erased."""
        found = Protocols(self.cabinet)
        sweep(found, self.now())
        return found

    @cached_property
    def policy(self) -> TrackPolicy:
        """The track's policy."""
        return load_track_policy(self.project)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The project's catalogue."""
        return load_catalogue(self.project)

    def actor(self, account: str | None) -> Actor:
        """Who acts. Raises RefusedError (E802)."""
        return self.cabinet.actor(account or os_account())

    def add_account(self, account: str, role: str) -> Actor:
        """Add an account of Opgroeien; done by whoever keeps the machine."""
        return self.cabinet.add_account(account, Role(role), os_account(), self.now())

    def close_account(self, account: str) -> None:
        """Close an account."""
        self.cabinet.close_account(account, os_account(), self.now())

    def new(self, application: Path, actor: Actor) -> Record:
        """Open a protocol from the municipality's application."""
        content = read_protocol(application, self.policy, load_purposes(self.project), self.catalogue.municipalities)
        return self.protocols.add(content, actor, self.now())

    def draw_up(self, name: str, out: Path) -> str:
        """Write the protocol's text as a new PDF; its SHA-256."""
        from groeibrief.opgroeien.document import protocol_pdf

        record = self.protocols.get(name)
        conditions = [
            f"DPO van {'Opgroeien' if advice.party == OWN else 'het bestuur'}: {advice.conditions}"
            for advice in self.protocols.advices(name)
            if advice.conditions
        ]
        day = record.made_on.date()
        data = protocol_pdf(
            record.content, self.policy, name, self._purpose(record), conditions, day, fonts=self._fonts
        )
        with new_file(out) as stream:
            stream.write(data)
        return sha256_bytes(data)

    @property
    def _fonts(self) -> Path:
        """The fonts of the project's letters, which the documents are set in as well."""
        return self.project.letter_templates / "_gedeeld" / "fonts"

    def attest(self, name: str, out: Path) -> str:
        """Write the attest for the subsidy file as a new PDF; its SHA-256. Raises RefusedError (E854)."""
        from groeibrief.opgroeien.document import attest_pdf

        record = self.protocols.get(name)
        concluded, answered = self.protocols.answered_on(name)
        answer = last_answer(self.protocols, record)
        data = attest_pdf(
            record.content, self.policy, name, self._purpose(record), concluded, answered,
            synthetic=answer is not None and answer.synthetic, fonts=self._fonts,
        )  # fmt: skip
        with new_file(out) as stream:
            stream.write(data)
        return sha256_bytes(data)

    def _purpose(self, record: Record) -> str:
        category = load_purposes(self.project).category(record.content.doeleinde.categorie)
        return category.naam if category else record.content.doeleinde.categorie

    def attach(self, name: str, decision: Path, reference: str, day: date, actor: Actor) -> str:
        """Attach the college's decision; its SHA-256."""
        most = self.policy.besluit.hoogstens_bytes
        return self.protocols.attach(name, decision, reference, day, most, actor, self.now())

    def advise(self, name: str, party: str, *, positive: bool, conditions: str, reference: str, actor: Actor) -> State:
        """Add an officer's advice."""
        return self.protocols.advise(
            name, party, positive=positive, conditions=conditions, reference=reference, actor=actor, when=self.now()
        )

    def conclude(self, name: str, actor: Actor) -> Record:
        """Conclude: both parties have signed."""
        with self.protocols.act(name, Act.CONCLUDE, actor, self.now()):
            pass
        return self.protocols.get(name)

    def register_keys(self, name: str, age: Path, signing: Path, actor: Actor) -> PartyKeys:
        """Take a municipality's keys down."""
        return register_keys(self.protocols, name, age, signing, actor, self.now())

    def confirm_keys(self, name: str, fingerprint: str, actor: Actor) -> PartyKeys:
        """Confirm them with the fingerprint that was read out."""
        return confirm_keys(self.protocols, name, fingerprint, actor, self.now())

    def keys(self, name: str) -> PartyKeys | None:
        """The last keys of a protocol."""
        self.protocols.get(name)
        return keys_of(self.protocols, name)

    def withdraw(self, name: str, reason: str, actor: Actor) -> Record:
        """Withdraw; a queued answer is stopped and erased."""
        return end(self.protocols, name, Act.WITHDRAW, checked_text("reden", reason), actor, self.now())

    def drop_list(self, name: str, reason: str, actor: Actor) -> Record:
        """Drop the list that is being worked on; the protocol waits for another one."""
        return end(self.protocols, name, Act.DROP, checked_text("reden", reason), actor, self.now())

    def release(self, name: str, reason: str, actor: Actor) -> Record:
        """Let a stopped answer go on: the DPO's decision."""
        digest = sha256_bytes(checked_text("reden", reason).encode())
        with self.protocols.act(name, Act.RELEASE, actor, self.now(), {"reden": digest}):
            pass
        return self.protocols.get(name)

    def approve(self, name: str, actor: Actor) -> tuple[str, ...]:
        """Approve the answer that is ready; who have by now. Raises RefusedError (E810, E860)."""
        return approve(self.protocols, name, actor, self.now())

    def deadlines(self, record: Record) -> tuple[Deadline, ...]:
        """The terms that run today."""
        return deadlines(record, self.protocols.events(record.id), self.policy.termijnen, self.now().date())

    def shown(self, name: str) -> dict[str, Any]:
        """Everything there is to see of a protocol."""
        record = self.protocols.get(name)
        keys, answer = keys_of(self.protocols, name), last_answer(self.protocols, record)
        return {
            **self.row(record),
            "ronde": record.round,
            "inhoud": record.content.as_json(),
            "inhoud_sha256": record.content.sha256,
            "adviezen": [
                {
                    "partij": advice.party, "gunstig": advice.positive, "voorwaarden": advice.conditions,
                    "referentie": advice.reference, "wanneer": advice.when.isoformat(),
                }
                for advice in self.protocols.advices(name)
            ],
            "sleutels": {"vingerafdruk": keys.fingerprint, "bevestigd": keys.confirmed} if keys else None,
            "antwoord": answer.as_json() if answer else None,
            "goedgekeurd_door": list(approvals_of(self.protocols, record)),
            "kan": {
                role.value: [act.value for act in allowed(record.state, role)] for role in (Role.HANDLER, Role.DPO)
            },
            "geschiedenis": [
                {
                    "wanneer": event.when.isoformat(), "wie": event.who, "rol": event.role, "daad": event.act,
                    "van": event.before.value, "naar": event.after.value,
                }
                for event in self.protocols.events(name)
            ],
        }  # fmt: skip

    def row(self, record: Record) -> dict[str, Any]:
        """A protocol in a list."""
        return {
            "protocol": record.id,
            "piste": OWN,
            "titel": record.content.titel,
            "bestuur": record.content.bestuur.naam,
            "kbo": record.content.bestuur.kbo,
            "nis": list(record.content.bestuur.nis),
            "toestand": record.state.value,
            "toestand_naam": NAMES[record.state],
            "termijnen": [deadline.as_json() for deadline in self.deadlines(record)],
        }

    def rows(self) -> list[dict[str, Any]]:
        """Every protocol."""
        return [self.row(record) for record in self.protocols.all()]


def os_account() -> str:
    """The account of the operating system that runs this process, in the letters that the ledger takes."""
    try:
        name = re.sub(r"[^A-Za-z0-9._-]", "-", getpass.getuser())
    except (KeyError, OSError):
        name = "onbekend"
    return (name if name[:1].isalpha() else f"u-{name}")[:64]


def open_track(settings: Settings, project: Path | None = None, clock: Callable[[], datetime] | None = None) -> Track:
    """The list track over a state folder. Raises DefinitionError (E303)."""
    return Track(settings, find_project(chosen=project), clock or (lambda: datetime.now(UTC)))
