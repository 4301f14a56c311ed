"""Every template in every variant: print files and archive copies as the reference validator judges them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from invented_mailings import VARIANTS, recipients
from print_rules import faults

from groeibrief.catalog.project import Project
from groeibrief.letters import Work, render_archive, render_selection, template_names
from verapdf import validate

TEMPLATES = template_names(Project(Path(__file__).resolve().parents[3]))
CASES = [(template, variant) for template in TEMPLATES for variant in VARIANTS]


@dataclass(frozen=True)
class Files:
    """What was made for a template and a variant."""

    batch: Path
    archive: tuple[Path, ...]


@pytest.fixture(scope="module")
def made(works: dict[str, Work], tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Files]:
    root = tmp_path_factory.mktemp("standards")
    files = {}
    for template, variant in CASES:
        work, families = VARIANTS[variant](works[template])
        folder = root / f"{template}-{variant}"
        render_selection(work, recipients(families), folder)
        kept = tuple(folder / f"archief-{number}.pdf" for number in range(1, min(len(families), 3) + 1))
        for number, path in enumerate(kept, 1):
            render_archive(work, recipients(families), number, path)
        files[template, variant] = Files(folder / "brieven-0001.pdf", kept)
    return files


def no_output_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents


def no_structure(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def title_not_shown(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.ViewerPreferences


def picture_without_words(pdf: pikepdf.Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure":
            del one["/Alt"]


# What is spoiled in a print file (2b) or an archive copy, and the clause that says it.
SPOILED: list[tuple[str, Callable[[pikepdf.Pdf], None], str]] = [
    ("2b", no_output_intent, "6.2.4.3-4"),
    ("2a", no_structure, "6.7.3.3-1"),
    ("ua1", title_not_shown, "7.1-10"),
    ("ua1", picture_without_words, "7.3-1"),
]


@pytest.fixture(scope="module")
def spoiled(made: dict[tuple[str, str], Files], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files that do not conform, to know that the validator looks."""
    sound = made["informatiebrief", "two_beneficiaries"]
    folder = tmp_path_factory.mktemp("spoiled")
    paths = {}
    for flavour, spoil, _ in SPOILED:
        path = paths[spoil.__name__] = folder / f"{spoil.__name__}.pdf"
        with pikepdf.open(sound.batch if flavour == "2b" else sound.archive[0]) as pdf:
            spoil(pdf)
            pdf.save(path)
    paths["truncated"] = folder / "truncated.pdf"
    paths["truncated"].write_bytes(sound.batch.read_bytes()[:20_000])
    return paths


@pytest.fixture(scope="module")
def verdicts(made: dict[tuple[str, str], Files], spoiled: dict[str, Path]) -> dict[tuple[str, Path], list[str]]:
    asked = [("2b", files.batch) for files in made.values()]
    asked += [(flavour, path) for files in made.values() for path in files.archive for flavour in ("2a", "ua1")]
    asked += [(flavour, spoiled[spoil.__name__]) for flavour, spoil, _ in SPOILED]
    return validate([*asked, ("2b", spoiled["truncated"])])


@pytest.mark.parametrize(("template", "variant"), CASES)
def test_print_file_is_pdf_a_2b(
    made: dict[tuple[str, str], Files], verdicts: dict[tuple[str, Path], list[str]], template: str, variant: str
) -> None:
    assert verdicts["2b", made[template, variant].batch] == []


@pytest.mark.parametrize(("template", "variant"), CASES)
def test_print_file_keeps_our_own_rules(made: dict[tuple[str, str], Files], template: str, variant: str) -> None:
    assert faults(made[template, variant].batch) == []


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
@pytest.mark.parametrize(("template", "variant"), CASES)
def test_archive_copy_is_pdf_a_2a_and_pdf_ua_1(
    made: dict[tuple[str, str], Files],
    verdicts: dict[tuple[str, Path], list[str]],
    template: str,
    variant: str,
    flavour: str,
) -> None:
    assert [verdicts[flavour, path] for path in made[template, variant].archive if verdicts[flavour, path]] == []


@pytest.mark.parametrize(("flavour", "spoil", "clause"), SPOILED)
def test_the_validator_finds_what_was_spoiled(
    spoiled: dict[str, Path],
    verdicts: dict[tuple[str, Path], list[str]],
    flavour: str,
    spoil: Callable[[pikepdf.Pdf], None],
    clause: str,
) -> None:
    assert any(finding.startswith(f"{clause} ") for finding in verdicts[flavour, spoiled[spoil.__name__]])


def test_half_a_file_is_no_file(spoiled: dict[str, Path], verdicts: dict[tuple[str, Path], list[str]]) -> None:
    assert verdicts["2b", spoiled["truncated"]]
