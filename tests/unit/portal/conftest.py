"""The portal over a small synthetic snapshot, asked in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from groeibrief.catalog import Project, load_catalogue
from groeibrief.portal.application import create_app
from groeibrief.portal.demo import DemoSignIn
from groeibrief.snapshot.synthetic import synthesise
from groeibrief.workflow.office import Office
from groeibrief.workflow.previewing import Preview
from groeibrief.workflow.settings import Settings

PROJECT = Project(Path(__file__).parents[3])
OWN = {"sec-fetch-site": "same-origin"}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portaal") / "proef"
    synthesise(folder, catalogue=load_catalogue(PROJECT), families=2000)
    return folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Office:
    return Office(Settings(trust=(), store_root=None, state=tmp_path / "staat"), PROJECT, clock, demo=True)


@pytest.fixture
def preview(snapshot: Path, office: Office) -> Preview:
    return Preview(PROJECT, snapshot, office.settings)


@pytest.fixture
def app(preview: Preview, office: Office) -> Starlette:
    return create_app(preview, office, sign_in=DemoSignIn(office, synthetic=True), secure=False)


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, headers=OWN, follow_redirects=False) as client:
        yield client


@pytest.fixture
def sign_in(client: TestClient) -> Callable[[str], TestClient]:
    def signed_in(account: str) -> TestClient:
        client.cookies.clear()
        answer = client.post("/aanmelden/demo", data={"account": f"demo-{account}"})
        assert answer.status_code == 303
        return client

    return signed_in
