"""Mailings of invented families, one for each template that is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_mailings import a_work

from groeibrief.catalog.project import Project
from groeibrief.letters import Work, template_names

PROJECT = Project(Path(__file__).resolve().parents[3])


@pytest.fixture(scope="session")
def works() -> dict[str, Work]:
    return {name: a_work(PROJECT, name) for name in template_names(PROJECT)}
