"""The table of contents: every chapter, in the order of the files."""

from __future__ import annotations

import importlib
from pathlib import Path

from spec_chapters import Chapter


def chapters() -> list[Chapter]:
    """Every chapter, in order."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_spec_[0-9][0-9]_*.py"))
    return [importlib.import_module(name).CHAPTER for name in names]
