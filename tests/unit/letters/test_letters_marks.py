"""The inserter's marks, read back from the picture of a page as printed at 300 dpi."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy
import pypdfium2
import pytest
import zxingcpp
from invented_letters import a_letter, recipients

from groeibrief.errors import DefinitionError
from groeibrief.letters import Template, Work, render_selection
from groeibrief.letters.layout import Area
from groeibrief.letters.marks import MarkKind, Sheet, job_code

DPI = 300
JOB = "3529899020"


def scanned(path: Path, page: int) -> numpy.ndarray:
    """The page in grey, as a camera above the paper has it."""
    document = pypdfium2.PdfDocument(path)
    try:
        return document[page].render(scale=DPI / 72, grayscale=True).to_numpy().squeeze()
    finally:
        document.close()


def part(picture: numpy.ndarray, area: Area) -> numpy.ndarray:
    scale = DPI / 25.4
    return picture[
        round(area.y * scale) : round(area.bottom * scale), round(area.x * scale) : round(area.right * scale)
    ]


def codes(picture: numpy.ndarray) -> list[str]:
    found = zxingcpp.read_barcodes(numpy.ascontiguousarray(picture), zxingcpp.BarcodeFormat.DataMatrix)
    return [code.text for code in found]


def omr_bars(picture: numpy.ndarray, area: Area) -> tuple[bool, ...]:
    """Which of the fifteen bars are there, six to the inch, the first 1 mm below the area's top."""
    shown = []
    for place in range(15):
        y = round((area.y + 1.25 + place * 25.4 / 6) / 25.4 * DPI)
        shown.append(bool(picture[y, round((area.x + 4.5) / 25.4 * DPI)] < 128))
    return tuple(shown)


def marked(work: Work, kind: MarkKind, *, duplex: bool = True, inserts: int = 0) -> Work:
    return replace(work, mailing=replace(work.mailing, merktekens=kind, dubbelzijdig=duplex, bijlagen=inserts))


def write(work: Work, path: Path, *numbers: int) -> Path:
    renderer = work.renderer()
    renderer.write_batch(path, [renderer.compose(a_letter(number)) for number in numbers])
    return path


def test_the_job_is_a_number_that_follows_from_the_reference() -> None:
    assert job_code("GP-2025-0042") == JOB
    assert job_code("GP-2025-0043") != JOB


def test_a_code_on_the_front_of_each_sheet(work: Work, tmp_path: Path) -> None:
    path = write(marked(work, "datamatrix"), tmp_path / "brieven.pdf", 7, 123_456)
    read = [codes(scanned(path, page)) for page in range(4)]
    assert read == [[f"{JOB}00000070101100"], [], [f"{JOB}01234560101100"], []]


def test_a_letter_of_two_sheets_ends_on_the_second(work: Work, tmp_path: Path) -> None:
    path = write(marked(work, "datamatrix", duplex=False), tmp_path / "brieven.pdf", 7)
    read = [codes(scanned(path, page)) for page in range(2)]
    assert read == [[f"{JOB}00000070102000"], [f"{JOB}00000070202100"]]


@pytest.mark.parametrize(("inserts", "stations"), [(0, "00"), (1, "01"), (2, "03"), (3, "07"), (6, "63")])
def test_a_code_tells_which_stations_feed(work: Work, tmp_path: Path, inserts: int, stations: str) -> None:
    path = write(marked(work, "datamatrix", inserts=inserts), tmp_path / "brieven.pdf", 7)
    assert codes(scanned(path, 0)) == [f"{JOB}000000701011{stations}"]


def test_the_mark_stands_in_its_area_with_white_around_it(work: Work, tmp_path: Path, template: Template) -> None:
    area = template.layout.merkteken
    assert area is not None
    plain = scanned(write(work, tmp_path / "zonder.pdf", 7), 0)
    page = scanned(write(marked(work, "datamatrix"), tmp_path / "met.pdf", 7), 0)
    differing = numpy.argwhere(plain != page)
    assert len(differing) > 1000
    inside = numpy.zeros(page.shape, bool)
    part(inside, Area(x=area.x + 0.4, y=area.y + 0.4, breedte=8.2, hoogte=8.2))[:] = True
    assert inside[tuple(differing.T)].all()


@pytest.mark.parametrize(
    ("sheet", "shown"),
    [
        (Sheet(JOB, 7, 1, 1), "111110100000011"),
        (Sheet(JOB, 8, 1, 2), "100000100000011"),
        (Sheet(JOB, 13, 2, 2), "111011000000001"),
        (Sheet(JOB, 7, 1, 1, 1), "111110110000001"),
        (Sheet(JOB, 8, 1, 2, 2), "100000111000011"),
        (Sheet(JOB, 13, 2, 2, 6), "111011011111101"),
    ],
)
def test_which_bars_a_sheet_has(sheet: Sheet, shown: str) -> None:
    assert "".join(str(int(there)) for there in sheet.bars()) == shown
    assert sum(sheet.bars()) % 2 == 0


@pytest.mark.parametrize("duplex", [True, False])
def test_bars_read_back(work: Work, tmp_path: Path, template: Template, duplex: bool) -> None:
    area = template.layout.merkteken
    assert area is not None
    path = write(marked(work, "omr", duplex=duplex, inserts=3), tmp_path / "brieven.pdf", 6)
    read = [omr_bars(scanned(path, page), area) for page in range(2)]
    if duplex:
        assert read == [Sheet(JOB, 6, 1, 1, 3).bars(), (False,) * 15]
    else:
        assert read == [Sheet(JOB, 6, 1, 2, 3).bars(), Sheet(JOB, 6, 2, 2, 3).bars()]


def test_the_summary_names_the_job(work: Work, tmp_path: Path) -> None:
    render_selection(marked(work, "omr", inserts=2), recipients(1), tmp_path / "met")
    render_selection(work, recipients(1), tmp_path / "zonder")
    summaries = [json.loads((tmp_path / name / "brieven.json").read_bytes()) for name in ("met", "zonder")]
    told = [(one["merktekens"], one["merktekens_opdracht"], one["merktekens_bijlagen"]) for one in summaries]
    assert told == [("omr", JOB, 2), ("geen", None, 0)]
    assert summaries[0]["opmaak_sha256"] != summaries[1]["opmaak_sha256"]


def test_a_template_without_a_place_for_marks(work: Work, spoiled: Callable[[str, str, str], Template]) -> None:
    area = "merkteken: {x: 8, y: 110, breedte: 10, hoogte: 62}\n"
    template = spoiled("informatiebrief/layout.yaml", area, "")
    replace(work, template=template).renderer()
    with pytest.raises(DefinitionError) as caught:
        marked(replace(work, template=template), "omr").renderer()
    assert caught.value.code == "E627"
    assert str(caught.value) == (
        "Sjabloon 'informatiebrief' heeft geen plaats voor merktekens. Zet 'merkteken' in layout.yaml, of kies 'geen' "
        "in het drukwerkbeleid."
    )


@pytest.mark.parametrize(
    ("place", "code", "message"),
    [
        ("x: 8, y: 110, breedte: 8", "E610", "merkteken is te klein: maak het minstens 9 mm breed en 61 mm hoog."),
        ("x: 2, y: 110, breedte: 10", "E611", "merkteken komt dichter dan 5 mm bij de rand van het papier."),
        ("x: 16, y: 110, breedte: 10", "E611", "zones.tekst overlapt merkteken."),
        ("x: 180, y: 50, breedte: 10", "E611", "merkteken overlapt het venster: daar mag alleen het adres staan."),
    ],
)
def test_a_mark_that_is_in_the_way(
    spoiled: Callable[[str, str, str], Template], place: str, code: str, message: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        spoiled("informatiebrief/layout.yaml", "x: 8, y: 110, breedte: 10", place)
    assert caught.value.code == code
    assert message in [finding.melding for finding in caught.value.findings]
