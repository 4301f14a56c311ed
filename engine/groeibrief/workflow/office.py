"""The office: the casework of a state folder and the project that it works with, for whoever shows or does something.

What the portal and the command line need of the casework's own types comes from here.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from groeibrief.casework.accounts import Account, Accounts, Role, Viewer
from groeibrief.casework.authorities import Authorities, Authority
from groeibrief.casework.breaches import Breach, Breaches
from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.content import Content, Decision, Service
from groeibrief.casework.lifecycle import NAMES, Act, State, allowed
from groeibrief.casework.policy import CaseworkPolicy, load_casework_policy
from groeibrief.casework.processors import Processor, Processors, fingerprint_of_key
from groeibrief.casework.register import Register
from groeibrief.casework.requests import UNKNOWN_REQUEST, Request, Requests
from groeibrief.casework.runs import Runs
from groeibrief.catalog import Catalogue, Project, find_project, load_catalogue
from groeibrief.workflow.settings import Settings

__all__ = [
    "NAMES", "UNKNOWN_REQUEST", "Account", "Act", "Authority", "Breach", "Content", "Decision", "Office", "Processor",
    "Request", "Role", "Service", "State", "Viewer", "add_demo_accounts", "allowed", "fingerprint_of_key",
    "open_office", "os_account",
]  # fmt: skip

DEMO_AUTHORITIES = (
    ("0123.456.749", "OCMW Torhout", "ocmw", ("31033",), "demo-torhout"),
    ("0234.567.873", "Gemeente Zaventem", "gemeente", ("23094",), "demo-zaventem"),
)
"""Invented; the enterprise numbers are those of the example audiences."""
DEMO_ACCOUNTS = (
    ("demo-analist-1", Role.ANALYST),
    ("demo-analist-2", Role.ANALYST),
    ("demo-dpo", Role.DPO),
    ("demo-drukkerij", Role.PRINTER),
    ("demo-opgroeien", Role.OPGROEIEN),
    ("demo-beheerder", Role.ADMINISTRATOR),
)
_DEMO_SINCE = date(2019, 1, 1)


class Office:
    """Everything that casework needs. Opens nothing before it is asked; safe over threads and processes."""

    def __init__(self, settings: Settings, project: Project, clock: Callable[[], datetime], *, demo: bool) -> None:
        self.settings = settings
        self.project = project
        self.demo = demo
        self.has_first_entries = False
        """Whether the register holds the project's first entries: what is in it stays."""
        self._clock = clock

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._clock()

    @property
    def today(self) -> date:
        """The day."""
        return self.now().date()

    @cached_property
    def cabinet(self) -> Cabinet:
        """The filing cabinet."""
        return Cabinet(self.settings.state)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The project's catalogue."""
        return load_catalogue(self.project)

    @cached_property
    def policy(self) -> CaseworkPolicy:
        """How casework is done."""
        return load_casework_policy(self.project)

    @property
    def requests(self) -> Requests:
        """The requests."""
        return Requests(self.cabinet)

    @property
    def accounts(self) -> Accounts:
        """The accounts."""
        return Accounts(self.cabinet)

    @property
    def authorities(self) -> Authorities:
        """The authorities."""
        return Authorities(self.cabinet)

    @property
    def processors(self) -> Processors:
        """The processor agreements."""
        return Processors(self.cabinet)

    @property
    def breaches(self) -> Breaches:
        """The breach records."""
        return Breaches(self.cabinet)

    @property
    def runs(self) -> Runs:
        """The runs."""
        return Runs(self.cabinet)

    @property
    def register(self) -> Register:
        """The register of authorities."""
        return Register(self.cabinet, self.catalogue.municipalities)

    def viewer(self, account: str) -> Viewer:
        """Who acts under an account; demo accounts at a demo office only. Raises RefusedError (E702)."""
        return self.accounts.viewer(account, demo=self.demo)

    def municipalities_of(self, viewer: Viewer, day: date) -> tuple[str, ...]:
        """The NIS codes of a municipality's viewer on *day*; none for the agency."""
        if viewer.authority is None:
            return ()
        return self.authorities.get(viewer.authority).codes_on(day, self.catalogue.municipalities)


def open_office(
    settings: Settings, project: Path | None = None, clock: Callable[[], datetime] | None = None, *, demo: bool = False
) -> Office:
    """A office over a state folder. *demo*: demo accounts may be used. Raises DefinitionError (E303)."""
    return Office(settings, find_project(chosen=project), clock or (lambda: datetime.now(UTC)), demo=demo)


def os_account() -> str:
    """The account of the operating system that runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "onbekend"


def add_demo_accounts(office: Office) -> tuple[Account, ...]:
    """Make two invented authorities and an account of each role, unless they are there; only in a demo office."""
    assert office.demo, "demo accounts belong to a demonstration"
    now, municipalities = office.now(), office.catalogue.municipalities
    authorities = {authority.kbo for authority in office.authorities.all()}
    accounts = {account.account for account in office.accounts.all()}
    wanted = [(account, Role.MUNICIPALITY, kbo) for kbo, _, _, _, account in DEMO_AUTHORITIES]
    for kbo, name, kind, codes, _ in DEMO_AUTHORITIES:
        if kbo not in authorities:
            office.authorities.add(kbo, name, kind, codes, _DEMO_SINCE, municipalities, "demo", now)
    for account, role, own in [*wanted, *((account, role, None) for account, role in DEMO_ACCOUNTS)]:
        if account not in accounts:
            office.accounts.add(account, role, own, "demo", now, demo=True)
    return tuple(account for account in office.accounts.all() if account.demo)
