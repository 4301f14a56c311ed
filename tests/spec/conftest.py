from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from spec_chapters import Case, Refusal

from groeibrief.catalog import Catalogue, find_project, load_catalogue

if TYPE_CHECKING:
    from spec_engines import Bench

Check = Callable[[Case | Refusal], None]

# The chapters' stores are made as those of the generated worlds.
sys.path.insert(0, str(Path(__file__).parent.parent / "generative"))
pytest.register_assert_rewrite("spec_engines")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each case of a chapter, on both engines."""
    if "case" in metafunc.fixturenames:
        cases = metafunc.module.CHAPTER.cases
        metafunc.parametrize("engine", ("duckdb", "reference"))
        metafunc.parametrize("case", cases, ids=[case.title for case in cases])


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(find_project())


@pytest.fixture(scope="module")
def chapter(
    request: pytest.FixtureRequest, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    from spec_engines import bench

    with bench(request.module.CHAPTER, catalogue, tmp_path_factory.mktemp("chapter")) as opened:
        yield opened


@pytest.fixture
def check(chapter: Bench, engine: str) -> Check:
    """Assert what a chapter says of a case."""
    return lambda case: chapter.check(case, engine)
