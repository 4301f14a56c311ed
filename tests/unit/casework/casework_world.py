"""An office without a snapshot: two authorities, an account of each role, and a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from groeibrief.casework.accounts import Accounts, Role, Viewer
from groeibrief.casework.authorities import Authorities
from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.content import Content
from groeibrief.casework.requests import Request, Requests
from groeibrief.catalog import Catalogue, Project, load_catalogue

ROOT = Project(Path(__file__).parents[3])
NOW = datetime(2025, 11, 10, 9, 0, tzinfo=UTC)
TORHOUT, ZAVENTEM = "0123.456.749", "0234.567.873"
CONTENT = Content(title="Hulp bij de schooltoeslag")


@cache
def catalogue() -> Catalogue:
    return load_catalogue(ROOT)


@dataclass
class World:
    """A cabinet with who works at it."""

    state: Path
    now: datetime = NOW
    cabinet: Cabinet = field(init=False)

    def __post_init__(self) -> None:
        self.cabinet = Cabinet(self.state)

    @property
    def requests(self) -> Requests:
        return Requests(self.cabinet)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.cabinet)

    def later(self, **span: int) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def viewer(self, account: str) -> Viewer:
        return self.accounts.viewer(account)

    def request(self, account: str = "torhout", authority: str = TORHOUT) -> Request:
        return self.requests.open(self.viewer(account), authority, CONTENT, self.now)

    def acts(self) -> list[str]:
        return [entry.act for entry in self.cabinet.ledger.entries()]


ACCOUNTS = {
    "torhout": (Role.MUNICIPALITY, TORHOUT),
    "zaventem": (Role.MUNICIPALITY, ZAVENTEM),
    "analist.een": (Role.ANALYST, None),
    "analist.twee": (Role.ANALYST, None),
    "dpo": (Role.DPO, None),
    "drukkerij": (Role.PRINTER, None),
    "opgroeien": (Role.OPGROEIEN, None),
    "beheerder": (Role.ADMINISTRATOR, None),
}


def make_world(state: Path) -> World:
    world = World(state)
    authorities = Authorities(world.cabinet)
    for kbo, name, code in ((TORHOUT, "OCMW Torhout", "31033"), (ZAVENTEM, "Gemeente Zaventem", "23094")):
        kind = "ocmw" if "OCMW" in name else "gemeente"
        authorities.add(kbo, name, kind, (code,), date(2019, 1, 1), catalogue().municipalities, "beheerder", NOW)
    for account, (role, authority) in ACCOUNTS.items():
        world.accounts.add(account, role, authority, "beheerder", NOW)
    return world
