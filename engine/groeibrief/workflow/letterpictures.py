"""What a request's letter will look like: its template, its own offer, texts and logo, to an invented family."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from groeibrief.artefacts import sha256_file
from groeibrief.casework.content import Content, Service
from groeibrief.casework.logos import logo_path, unchanged
from groeibrief.catalog import Project
from groeibrief.errors import UsageError, UserError
from groeibrief.letters import load_sender, load_template, template_names
from groeibrief.letters.composer import Composer
from groeibrief.letters.logo import logo_file_of, read_logo
from groeibrief.letters.renderer import write_batch
from groeibrief.letters.sample import Sample, SampleClient, SampleContact, SampleOffer, read_sample, sample_composer
from groeibrief.pdfium import PDFIUM
from groeibrief.workflow.office import Office

_POINTS_PER_INCH = 72
_GREYS = 12
_SMALL_DPI, _LARGE_DPI = 78, 100
_GAP = 12


@dataclass(frozen=True, slots=True)
class Look:
    """What a letter is made of, as far as its request says it; equal ones look the same.

    ``texts``: the own texts that were written, by field. ``logo`` and ``logo_sha256``: the file of the logo.
    """

    project: Project
    template: str
    authority: str
    service: Service
    offer: str
    text: str
    texts: tuple[tuple[str, str], ...]
    logo: Path | None
    logo_sha256: str


def look_of(office: Office, authority: str, name: str, content: Content) -> Look:
    """The look of a request's letter, of the authority with this KBO number and name."""
    if content.logo:
        path: Path | None = logo_path(office.cabinet, content.logo)
        digest = content.logo.sha256
    else:
        path = logo_file_of(office.project, authority)
        digest = sha256_file(path) if path else ""
    return Look(
        office.project, content.template, name, content.service, content.offer, content.offer_text,
        tuple(sorted((field, text) for field, text in content.texts.items() if text)),
        path, digest,
    )  # fmt: skip


@lru_cache(maxsize=256)
def letter_picture(look: Look, *, whole: bool) -> bytes:
    """The first page of the letter as a grey PNG, or *whole*: its pages side by side and larger.

    It says itself that the family is invented.

    Without an offer the template's example stands in its place. Raises UsageError (E769) for a template that is not
    there, DefinitionError when the text makes the letter longer than it may be, or for a logo that is none.
    """
    composer, own = _letter(look)
    with TemporaryDirectory(prefix="groeibrief-") as folder:
        path = Path(folder) / "voorbeeld.pdf"
        write_batch(path, [composer.compose(own.letters()[0])], composer.faces, own.mailing)
        return _picture(path, whole=whole)


@lru_cache(maxsize=512)
def letter_fault(look: Look) -> str:
    """Why the letter cannot be made with this offer; empty when it can. Much quicker than its picture."""
    try:
        composer, own = _letter(look)
        composer.compose(own.letters()[0])
    except UserError as error:
        return " ".join(finding.melding for finding in error.findings)
    return ""


def _letter(look: Look) -> tuple[Composer, Sample]:
    if look.template not in template_names(look.project):
        raise UsageError("E769", "Kies eerst een brief uit de lijst.")
    found = load_template(look.project, look.template)
    sample = read_sample(found)
    service = look.service
    contact = SampleContact(
        dienst=service.name or None,
        telefoon=service.phone or None,
        e_mail=service.e_mail or None,
        webpagina=service.web_page or None,
    )
    offered = sample.aanbod
    if look.offer and look.text.strip():
        offered = SampleOffer(soort=look.offer, tekst=" ".join(look.text.split()))  # type: ignore[arg-type]
    client = SampleClient(naam=look.authority, contact=contact)
    own = sample.model_copy(update={"bestuur": client, "aanbod": offered, "teksten": dict(look.texts)})
    logo = read_logo(look.logo.name, unchanged(look.logo, look.logo_sha256)) if look.logo is not None else None
    return sample_composer(found, own, load_sender(look.project), logo), own


def _picture(path: Path, *, whole: bool) -> bytes:
    import pypdfium2
    from PIL import Image

    with PDFIUM:
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
    # Few greys: a page of the portal stays under 100 kB. Evenly spread, because to look for the best ones takes ten
    # times longer and is not seen.
    last = _GREYS - 1
    levels = sheet.point([round(grey * last / 255) for grey in range(256)])
    few = Image.frombytes("P", levels.size, levels.tobytes())
    few.putpalette([round(level * 255 / last) for level in range(_GREYS) for _ in range(3)])
    data = BytesIO()
    few.save(data, "PNG", bits=4)
    return data.getvalue()
