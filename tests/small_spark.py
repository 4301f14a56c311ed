"""One Spark for every test of a process, set for small questions: to start one takes longer than a hundred of those."""

from __future__ import annotations

from functools import cache

import pytest

from groeibrief.engines.spark.session import LOOPBACK, LocalSpark

on_loopback = pytest.mark.allow_hosts([LOOPBACK])
"""Python and the JVM talk over loopback; nothing else is reached."""

_FOR_SMALL_QUESTIONS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    # Compiling a statement and adapting its plan take longer than running it over a dozen families.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@cache
def small_spark() -> LocalSpark:
    """The Spark of this process; it stops with it."""
    return LocalSpark(cores=1, memory="1g", settings=_FOR_SMALL_QUESTIONS)
