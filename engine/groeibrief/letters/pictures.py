"""Pages as pictures: to look at a template, and to show many letters at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from groeibrief.artefacts import new_file
from groeibrief.letters.composer import Composer
from groeibrief.letters.renderer import Renderer, write_batch
from groeibrief.letters.sample import read_sample, sample_composer
from groeibrief.letters.sender import Sender
from groeibrief.letters.template import Template
from groeibrief.letters.work import Work

if TYPE_CHECKING:
    from PIL.Image import Image

_POINTS_PER_INCH = 72
_GROUND = (226, 228, 230)
_EDGE = (196, 199, 202)
_ZONE = (214, 92, 60)


def preview(
    template: Template, sender: Sender, out: Path, *, work: Work | None = None, dpi: int = 110, zones: bool = False
) -> int:
    """Picture the sample's first letter, its pages side by side, as the PNG file *out*; return the number of pages.

    *work*: with the values of that mailing instead of the sample's; the family stays invented and the page says so.
    *zones* draws the window, the free areas and the zones over it. Needs no snapshot. Replaces *out*.
    """
    from PIL import ImageDraw

    sample = read_sample(template)
    shown: Renderer | Composer = sample_composer(template, sample, sender)
    if work is not None:
        shown = replace(work, mailing=replace(work.mailing, synthetisch=True)).renderer()
    with TemporaryDirectory(prefix="groeibrief-") as folder:
        path = Path(folder) / "voorbeeld.pdf"
        write_batch(path, [shown.compose(sample.letters()[0])], shown.faces, shown.mailing)
        pages = list(_pages([path], dpi, None))
    if zones:
        scale = dpi / 25.4
        layout = template.layout
        areas = [(page, area) for _, page, area in layout.printed()]
        areas += [(1, area) for area in (layout.venster.zichtbaar, layout.venster.adres, *layout.vrij.values())]
        for number, page in enumerate(pages, 1):
            brush = ImageDraw.Draw(page)
            for on, area in areas:
                if on in (0, number):
                    corners = [area.x * scale, area.y * scale, area.right * scale, area.bottom * scale]
                    brush.rectangle(corners, outline=_ZONE, width=max(1, dpi // 70))
    _save(_grid(pages, len(pages), dpi // 6), out)
    return len(pages)


def contact_sheet(files: Iterable[Path], out: Path, columns: int, max_pages: int, *, dpi: int = 40) -> int:
    """Picture the first *max_pages* pages of PDF files as a grid, the PNG file *out*; return how many.

    Replaces *out*. Letters of real families belong on no sheet: this is for synthetic ones.
    """
    pages = list(_pages(files, dpi, max_pages))
    if not pages:
        raise ValueError("no pages to show")
    _save(_grid(pages, columns, dpi // 4), out)
    return len(pages)


def _pages(files: Iterable[Path], dpi: int, most: int | None) -> Iterable[Image]:
    import pypdfium2

    shown = 0
    for path in files:
        document = pypdfium2.PdfDocument(path)
        try:
            for index in range(len(document)):
                if most is not None and shown >= most:
                    return
                page = document[index]
                yield page.render(scale=dpi / _POINTS_PER_INCH).to_pil().convert("RGB")
                page.close()
                shown += 1
        finally:
            document.close()


def _grid(pages: list[Image], columns: int, gap: int) -> Image:
    from PIL import Image, ImageDraw

    columns = min(columns, len(pages))
    rows = -(-len(pages) // columns)
    wide, high = max(page.width for page in pages), max(page.height for page in pages)
    sheet = Image.new("RGB", (columns * (wide + gap) + gap, rows * (high + gap) + gap), _GROUND)
    brush = ImageDraw.Draw(sheet)
    for index, page in enumerate(pages):
        left, top = gap + index % columns * (wide + gap), gap + index // columns * (high + gap)
        sheet.paste(page, (left, top))
        brush.rectangle([left - 1, top - 1, left + page.width, top + page.height], outline=_EDGE)
    return sheet


def _save(picture: Image, out: Path) -> None:
    data = BytesIO()
    picture.save(data, "PNG", optimize=True)
    with new_file(out, replace=True) as stream:
        stream.write(data.getvalue())
