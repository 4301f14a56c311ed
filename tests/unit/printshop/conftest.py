"""Small letters, keys and packages; helpers are fixtures, since test folders are no packages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from groeibrief.keys import write_key_pair
from groeibrief.printshop.jobs import Job, Jobs, Origin
from groeibrief.printshop.package import make_package
from groeibrief.printshop.policy import PrintPolicy
from groeibrief.printshop.production import BatchReport, Posting, ProductionReport
from groeibrief.printshop.seal import make_age_keys
from groeibrief.printshop.ticket import JobInfo

# Two batches: (sequence, pages) in printing order.
BATCHES = {
    "brieven-0001.pdf": ((3, 2), (1, 2), (7, 2)),
    "brieven-0002.pdf": ((2, 4), (5, 6)),
}


@dataclass(frozen=True)
class Keys:
    sign: Path
    trusted: Path
    secret: Path
    public: Path


@pytest.fixture
def write_letters() -> Callable[[Path, dict[str, Sequence[tuple[int, int]]]], Path]:
    def write(folder: Path, batches: dict[str, Sequence[tuple[int, int]]]) -> Path:
        folder.mkdir(parents=True)
        rows = ["volgnummer;bestand;eerste_pagina;paginas"]
        for file, letters in batches.items():
            canvas = Canvas(str(folder / file), invariant=1)
            page = 1
            for sequence, pages in letters:
                rows.append(f"{sequence};{file};{page};{pages}")
                for number in range(pages):
                    canvas.drawString(100, 700, f"stuk {sequence} pagina {number + 1}")
                    canvas.showPage()
                page += pages
            canvas.save()
        (folder / "stukken.csv").write_text("\n".join([*rows, ""]))
        return folder

    return write


@pytest.fixture
def letters(tmp_path: Path, write_letters) -> Path:
    return write_letters(tmp_path / "brieven", BATCHES)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    folder = tmp_path / "sleutels"
    folder.mkdir()
    write_key_pair(folder / "vutg.pem", folder / "vutg.pub")
    make_age_keys(folder / "drukkerij.key", folder / "drukkerij.pub")
    return Keys(folder / "vutg.pem", folder / "vutg.pub", folder / "drukkerij.key", folder / "drukkerij.pub")


@pytest.fixture
def policy() -> PrintPolicy:
    return PrintPolicy(
        geldig_vanaf=date(2025, 1, 1),
        paginas_per_partij=5000,
        velaantallen_apart=True,
        dubbelzijdig=True,
        formaat="A4",
        kleur="zwart",
        papier="80 g/m², wit",
        omslag="C5/6, venster rechts",
    )


@pytest.fixture
def package(tmp_path: Path, letters: Path, keys: Keys, policy: PrintPolicy) -> Path:
    path = tmp_path / "opdracht-1.pakket"
    make_package(
        letters, path, recipients=[keys.public], sign_key=keys.sign, job=JobInfo("opdracht-1"), policy=policy,
        synthetic=False,
    )  # fmt: skip
    return path


ORIGIN = Origin(selectie="5" * 64, sjabloon="7" * 64, brieven="b" * 64, synthetisch=True)
SEALED = "c" * 64
POSTED_ON = date(2025, 11, 20)


@pytest.fixture
def printer(tmp_path: Path) -> tuple[Path, Path]:
    """The Ed25519 key pair with which a print shop signs."""
    secret, public = tmp_path / "teken.key", tmp_path / "drukkerij-teken.pub"
    write_key_pair(secret, public)
    return secret, public


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    """A memory that knows job ``opdracht-1``: 3, 1 and 7 in batch 1; 2 and 5 in batch 2."""
    known = Jobs(tmp_path / "staat")
    known.register(Job("opdracht-1", None, ORIGIN, {3: 1, 1: 1, 7: 1, 2: 2, 5: 2}, frozenset({SEALED}), {}))
    return known


@pytest.fixture
def batch_report() -> Callable[..., BatchReport]:
    """A batch that was printed and posted whole, but for what is told."""

    def make(number: int, **told: object) -> BatchReport:
        whole = {"gedrukt": "alle", "afgekeurd": (), "herdrukt": (), "gepost": (Posting(op=POSTED_ON, stukken="alle"),)}
        return BatchReport.model_validate({"partij": number, **whole, **told})

    return make


@pytest.fixture
def receive(jobs: Jobs) -> Callable[..., None]:
    """Take in a report of these batches."""

    def take(*batches: BatchReport, job_id: str = "opdracht-1", number: int = 1) -> None:
        report = ProductionReport(
            nummer=number, opdracht=job_id, pakket=SEALED, partijen=batches, ondertekenaar="0" * 16
        )
        jobs.receive(job_id, number, report.sha256, report.as_bytes(), date(2025, 11, 24))

    return take
