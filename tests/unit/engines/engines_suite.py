"""Every engine under one suite: a test that asks for an ``engine`` is run on each, over the same world."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from engines_world import World

from groeibrief.engines import Engine
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.engines.reference import ReferenceEngine
from groeibrief.engines.spark import SparkEngine
from small_spark import on_loopback, small_spark

OpenEngine = Callable[[World], Engine]
LOCAL = ("duckdb", "reference")
ALL = (*LOCAL, pytest.param("spark", marks=on_loopback))


def opened(name: str, world: World) -> Engine:
    """The engine of that name over a world."""
    match name:
        case "duckdb":
            return DuckDBEngine(world.store(), world.catalogue)
        case "reference":
            return ReferenceEngine.over(world.snapshot(), world.catalogue)
        case "spark":
            return SparkEngine(world.store(), world.catalogue, session=small_spark().session)
    raise AssertionError(name)


def closed(engine: Engine) -> None:
    """Let go of what the engine holds open, if it holds anything."""
    if isinstance(engine, DuckDBEngine):
        engine.close()
