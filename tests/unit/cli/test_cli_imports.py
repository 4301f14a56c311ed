"""Start-up is part of the speed: a command imports what it needs and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from groeibrief.catalog import find_project, load_catalogue
from groeibrief.snapshot.synthetic import synthesise

HEAVY = {"numpy", "opendp", "pandas", "polars", "pyarrow", "pydantic", "reportlab", "rich", "zxingcpp"}
LOADED = """
import sys
from groeibrief.cli import main
try:
    main()
finally:
    print("geladen", *sys.modules, file=sys.stderr)
"""


def loaded(state: Path, *words: str) -> set[str]:
    """The packages that a command has imported when it is done."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "GROEIBRIEF_STATE": str(state)},
    )
    assert done.returncode == 0, done.stderr
    _, _, modules = done.stderr.rpartition("geladen ")
    return {module.partition(".")[0] for module in modules.split()}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tellen") / "snapshot"
    synthesise(folder, catalogue=load_catalogue(find_project()), families=60)
    return folder


def test_a_plain_count_imports_nothing_heavy(snapshot: Path, tmp_path: Path) -> None:
    definition = find_project().rules / "torhout-hulp-bij-schooltoeslag.yaml"
    count = ("count", str(definition), "--snapshot", str(snapshot), "--exact")
    loaded(tmp_path, *count)
    prepared = loaded(tmp_path, *count)
    assert prepared & HEAVY == set()
    assert "duckdb" in prepared


def test_help_imports_only_what_parses_the_words(tmp_path: Path) -> None:
    assert loaded(tmp_path, "--help") & {*HEAVY, "cryptography", "duckdb", "jinja2", "sqlglot", "yaml"} == set()
