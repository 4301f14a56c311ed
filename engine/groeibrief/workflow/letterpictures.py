"""What a request's letter will look like: its template and its own offer, to an invented family."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from groeibrief.casework.content import Service
from groeibrief.catalog import Project
from groeibrief.errors import UsageError
from groeibrief.letters import load_sender, load_template, template_names
from groeibrief.letters.renderer import write_batch
from groeibrief.letters.sample import SampleClient, SampleContact, SampleOffer, read_sample, sample_composer

_POINTS_PER_INCH = 72
_GREYS = 12
_SMALL_DPI, _LARGE_DPI = 78, 100
_GAP = 12


@lru_cache(maxsize=64)
def letter_picture(
    project: Project, template: str, authority: str, service: Service, offer: str, text: str, *, whole: bool
) -> bytes:
    """The first page of the letter as a grey PNG, or *whole*: its pages side by side and larger.

    It says itself that the family is invented.

    Without an offer the template's example stands in its place. Raises UsageError (E769) for a template that is not
    there, DefinitionError when the text makes the letter longer than it may be.
    """
    if template not in template_names(project):
        raise UsageError("E769", "Kies eerst een brief uit de lijst.")
    found = load_template(project, template)
    sample = read_sample(found)
    contact = SampleContact(
        dienst=service.name or None,
        telefoon=service.phone or None,
        e_mail=service.e_mail or None,
        webpagina=service.web_page or None,
    )
    offered = SampleOffer(soort=offer, tekst=" ".join(text.split())) if offer and text.strip() else sample.aanbod  # type: ignore[arg-type]
    own = sample.model_copy(update={"bestuur": SampleClient(naam=authority, contact=contact), "aanbod": offered})
    composer = sample_composer(found, own, load_sender(project))
    with TemporaryDirectory(prefix="groeibrief-") as folder:
        path = Path(folder) / "voorbeeld.pdf"
        write_batch(path, [composer.compose(own.letters()[0])], composer.faces, own.mailing)
        return _picture(path, whole=whole)


def _picture(path: Path, *, whole: bool) -> bytes:
    import pypdfium2
    from PIL import Image

    document = pypdfium2.PdfDocument(path)
    try:
        scale = (_LARGE_DPI if whole else _SMALL_DPI) / _POINTS_PER_INCH
        shown = range(len(document) if whole else 1)
        pages = [document[number].render(scale=scale, grayscale=True).to_pil().convert("L") for number in shown]
    finally:
        document.close()
    width = sum(page.width for page in pages) + _GAP * (len(pages) - 1)
    sheet = Image.new("L", (width, pages[0].height), 225)
    left = 0
    for page in pages:
        sheet.paste(page, (left, 0))
        left += page.width + _GAP
    data = BytesIO()
    # Few greys: a page of the portal stays under 100 kB.
    sheet.quantize(_GREYS).save(data, "PNG", optimize=True)
    return data.getvalue()
