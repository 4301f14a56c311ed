"""A portal over a few invented families, for what stands around its pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
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


@pytest.fixture(scope="session")
def few_families(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beveiliging") / "proef"
    synthesise(folder, catalogue=load_catalogue(PROJECT), families=60)
    return folder


@pytest.fixture
def secure_app(few_families: Path, tmp_path: Path) -> Starlette:
    """The portal as it stands behind a proxy that does TLS."""
    settings = Settings(trust=(), store_root=None, state=tmp_path / "staat")
    office = Office(settings, PROJECT, lambda: datetime(2026, 3, 2, 9, tzinfo=UTC), demo=True)
    preview = Preview(PROJECT, few_families, settings)
    return create_app(preview, office, sign_in=DemoSignIn(office, synthetic=True), secure=True)


@pytest.fixture
def browser(secure_app: Starlette) -> Iterator[TestClient]:
    headers = {"sec-fetch-site": "same-origin"}
    with TestClient(
        secure_app, base_url="https://groeibrief.example.be", headers=headers, follow_redirects=False,
        raise_server_exceptions=False,
    ) as client:  # fmt: skip
        yield client
