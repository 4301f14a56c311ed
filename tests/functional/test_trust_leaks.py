"""Fifty canaries to a sealed package; ``tests/trust/leaks.py`` takes them through every other flow too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from functional_command import REPOSITORY

SUITE = REPOSITORY / "tests" / "trust" / "leaks.py"


def test_no_canary_is_heard(tmp_path: Path) -> None:
    words = [sys.executable, SUITE, "--quick", "--home", tmp_path / "volière"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bestanden achteraf" in done.stdout


def test_a_canary_is_heard_in_every_form() -> None:
    """Or the suite would find nothing whatever leaked."""
    sys.path.append(str(SUITE.parent))
    import base64

    from leak_canaries import Canary, sung

    all_ = (Canary(7, 1, 77431000007),)
    [one] = all_
    for text in (one.name, one.street, one.insz, one.first_name.upper(), str(one.dossier)):
        data = text.encode()
        for written in (data, data[::-1], data.hex().encode(), base64.b64encode(b"x" + data), text.encode("utf-16-le")):
            assert sung(b"{" + written + b"}", all_), (text, written)
    assert sung(f"nummer {one.shown_insz}".encode(), all_)
    assert not sung(b"Jan Peeters, Markt 1, 85.01.01-999.84", all_)
