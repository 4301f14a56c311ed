"""A Spark of our own, on this machine: one quiet JVM that listens to nobody else and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groeibrief.errors import UsageError

if TYPE_CHECKING:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
CORES = 2
MEMORY = "2g"

_SECONDS_TO_STOP = 30


class LocalSpark:
    """A JVM with one session, for as long as this object lives. A process has room for one: see :func:`local_spark`.

    What Spark writes on the way (shuffled rows: internal ids and outcomes) lies in a private folder that is removed
    with it. Its log goes nowhere: a line of it could quote a row. *settings* come over its own. Raises UsageError: E215
    without the extra, E216 when Java does not start.
    """

    def __init__(self, *, cores: int = CORES, memory: str = MEMORY, settings: Mapping[str, str] | None = None) -> None:
        _import_pyspark()
        from pyspark import SparkConf, SparkContext
        from pyspark.sql import SparkSession

        folder = Path(tempfile.mkdtemp(prefix="groeibrief-spark-"))
        configuration = SparkConf(loadDefaults=False)
        configuration.setAll([*_settings(cores, memory, folder).items(), *(settings or {}).items()])
        gateway = _launch(configuration, folder)
        self.close = weakref.finalize(self, _stop, gateway, folder)
        with _interrupt_kept(), warnings.catch_warnings():
            # What Spark thinks of a pandas that happens to be there: no pandas is used.
            warnings.simplefilter("ignore", FutureWarning)
            self.session: SparkSession = SparkSession(SparkContext(conf=configuration, gateway=gateway))


_running: weakref.ref[LocalSpark] | None = None


def local_spark() -> LocalSpark:
    """The Spark of this process: the one that still lives, or a new one. Raises as :class:`LocalSpark`."""
    global _running
    found = _running() if _running else None
    if found is None or not found.close.alive:
        found = LocalSpark()
        _running = weakref.ref(found)
    return found


def _import_pyspark() -> None:
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "E215",
            "De engine 'spark' is niet geïnstalleerd. Installeer ze met: pip install 'groeibrief[spark]'. "
            "Of tel met de gewone engine: --engine duckdb.",
        ) from error


def _settings(cores: int, memory: str, folder: Path) -> dict[str, str]:
    return {
        "spark.master": f"local[{cores}]",
        "spark.app.name": "groeibrief",
        "spark.driver.memory": memory,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.driver.host": LOOPBACK,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        # As many parts as there are cores; by default 200, each a handful of rows.
        "spark.sql.shuffle.partitions": str(cores),
    }


def _launch(configuration: SparkConf, folder: Path) -> Any:
    """Start the JVM, with nothing but the configuration given: what the environment says is of another Spark."""
    import pyspark
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    variables = {
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_LOCAL_IP": LOOPBACK,
        "PYSPARK_SUBMIT_ARGS": "pyspark-shell",
        "PYSPARK_GATEWAY_PORT": None,
    }
    nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        with _environment(variables):
            return launch_gateway(configuration, nowhere)  # type: ignore[no-untyped-call]
    except PySparkRuntimeError as error:
        shutil.rmtree(folder)
        raise UsageError(
            "E216",
            "De engine 'spark' kan niet starten: ze heeft Java 17 of nieuwer nodig. Installeer Java en zet JAVA_HOME. "
            "Of tel met de gewone engine: --engine duckdb.",
        ) from error


@contextmanager
def _environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    """Set variables, or take them away (None), for a process that is started inside."""
    before = dict(os.environ)
    os.environ.update({name: value for name, value in variables.items() if value is not None})
    for name in [name for name, value in variables.items() if value is None]:
        os.environ.pop(name, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _interrupt_kept() -> Iterator[None]:
    """Keep what Ctrl-C does, which Spark would change for the whole process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(gateway: Any, folder: Path) -> None:
    """Stop the JVM, then remove what it wrote."""
    from pyspark import SparkContext

    if (context := SparkContext._active_spark_context) is not None:
        context.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()
    # Else the next session of this process would talk to a JVM that is gone.
    SparkContext._gateway = SparkContext._jvm = None
    shutil.rmtree(folder)
