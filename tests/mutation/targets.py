"""What is mutated, and the tests that should notice."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Target:
    """Modules, by their whole names, and the files or folders of their tests.

    ``packages`` are mutated with all their modules. ``left_out``: words in the names of tests that are not shown.
    ``vocabulary``: a module whose functions a mutant may call, also where it was not imported from before. ``shared``:
    one test may see what another of its file made, so that it is shown mutants of lines that it does not reach itself.
    """

    packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    vocabulary: str | None = None
    shared: bool = False

    def sources(self) -> dict[str, tuple[str, Path]]:
        """The modules by short name: the whole name, and the file."""
        names = [
            f"{package}.{path.stem}"
            for package in self.packages
            for path in Path(str(importlib.import_module(package).__file__)).parent.glob("*.py")
            if path.stem != "__init__"
        ]
        found = {}
        for name in sorted([*names, *self.modules]):
            found[name.rsplit(".", 1)[1]] = (name, Path(str(importlib.import_module(name).__file__)))
        return found


TARGETS = {
    "engines": Target(
        packages=("groeibrief.engines.duckdb",),
        tests=("tests/unit/engines", "tests/spec"),
        # The first two ask the engine nothing of their own; the other engines are no part of what is mutated.
        left_out=("test_store_preparation", "test_spec_completeness", "spark", "[reference"),
        vocabulary="groeibrief.engines.duckdb.expressions",
        shared=True,
    ),
    "disclosure": Target(
        packages=("groeibrief.disclosure",),
        tests=("tests/unit/disclosure",),
    ),
    "selection": Target(
        packages=("groeibrief.selection",),
        tests=("tests/unit/selection",),
    ),
    "seal": Target(
        modules=(
            "groeibrief.keys",
            "groeibrief.printshop.approval",
            "groeibrief.printshop.manifest",
            "groeibrief.printshop.package",
            "groeibrief.printshop.seal",
        ),
        tests=(
            "tests/unit/foundation/test_foundation_artefacts.py",
            "tests/unit/security/test_security_key_rotation.py",
            *(
                f"tests/unit/printshop/test_printshop_{name}.py"
                for name in ("seal", "package", "tampering", "approval", "proof", "reprint", "killed_mutants")
            ),
        ),
    ),
    "ledger": Target(
        modules=(
            "groeibrief.casework.checkpoints",
            "groeibrief.casework.ledger",
            "groeibrief.casework.statements",
            "groeibrief.outbox",
        ),
        tests=(
            "tests/unit/casework/test_casework_ledger.py",
            "tests/unit/casework/test_casework_killed_mutants.py",
        ),
    ),
}

NAMES = {
    "engines": "motor (DuckDB)",
    "disclosure": "onthulling",
    "selection": "selectie en weerlijsten",
    "seal": "verzegeling en handtekeningen",
    "ledger": "grootboek, controlepunten en postvak",
}
"""What a Dutch reader calls them."""
