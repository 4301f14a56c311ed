"""Hand-written mutants: faults of meaning that a developer could make, each named by what it gets wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Meaning:
    """A text in a module, where it stands once, and what is put instead of it."""

    fault: str
    module: str
    before: str
    after: str


def meanings(target: str) -> list[Meaning]:
    """Those of a target in ``meanings.yaml``."""
    text = (Path(__file__).parent / "meanings.yaml").read_text(encoding="utf-8")
    return [Meaning(**entry) for entry in yaml.safe_load(text).get(target, ())]
