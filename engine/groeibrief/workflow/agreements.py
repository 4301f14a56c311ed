"""The agreement between an authority and VUTG, as a PDF: a draft of what the request says, or a model.

Both sides sign it on paper or in their own way; registering that is ``requests.agree``.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from groeibrief.casework.accounts import Viewer
from groeibrief.catalog.purposes import load_purposes
from groeibrief.errors import RefusedError
from groeibrief.language.description import describe
from groeibrief.letters import load_sender
from groeibrief.workflow.office import Office
from groeibrief.workflow.requestdefinitions import bound_of
from groeibrief.workflow.requestviews import definitions_of, request_for_authority

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle

_FONTS = {"Overeenkomst": "LiberationSans-Regular.ttf", "Overeenkomst-vet": "LiberationSans-Bold.ttf"}
_MARGIN = 62.4
_BLANK = "…………………"
_PURPOSE_ONLY = (
    "De partijen gebruiken de gegevens uitsluitend om kwetsbare gezinnen bijkomend te ondersteunen.",
    "VUTG selecteert de gezinnen, maakt de brieven en laat ze drukken en versturen. VUTG geeft geen persoonsgegevens "
    "aan het bestuur: geen namen, geen adressen, geen exacte aantallen. Het bestuur kent een gezin pas als dat zelf "
    "contact opneemt.",
    "Het bestuur vraagt een gezin niet om te bewijzen dat het de brief kreeg, en geeft een gezin dat niet reageert "
    "geen nadeel.",
    "VUTG is verantwoordelijke voor de selectie en de verzending; het bestuur voor wat het doet met wie contact "
    "opneemt. De drukkerij is verwerker van VUTG.",
    "Wie een brief kreeg, kan bij VUTG bezwaar maken tegen dit gebruik van zijn gegevens. VUTG schrijft die persoon "
    "dan niet meer aan.",
    "VUTG wist de gegevens van de zending {months} maanden nadat ze is afgesloten, en bewaart daarvan een verklaring.",
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What differs from one agreement to another; everything else is the same text."""

    title: str
    authority: str
    purpose: str
    offer: str
    audience: str


def agreement_pdf(office: Office, viewer: Viewer, request_id: str) -> bytes:
    """The draft agreement. Raises RefusedError: E701, E771 when the request has no target group yet."""
    shown = request_for_authority(office, viewer, request_id)
    kept = definitions_of(office, viewer, request_id)
    if not kept:
        raise RefusedError(
            "E771", "De aanvraag heeft nog geen doelgroep. Kies er eerst een; dan volgt de overeenkomst."
        )
    content = shown.content
    category = load_purposes(office.project).category(content.purpose)
    said = _Said(
        f"Ontwerp van overeenkomst, aanvraag {shown.id}",
        f"{shown.authority_name} (ondernemingsnummer {shown.authority})",
        category.naam if category else "nog te kiezen",
        content.offer_text or "nog te schrijven",
        describe(bound_of(office, kept[-1].draft).definition, office.catalogue),
    )
    return _drawn(office, said)


def model_agreement_pdf(office: Office) -> bytes:
    """The same agreement with blanks to fill in, as a model for who has no request yet."""
    said = _Said(
        "Model van overeenkomst",
        f"{_BLANK} (ondernemingsnummer {_BLANK})",
        f"{_BLANK}, een van de doeleinden die het agentschap toelaat",
        _BLANK,
        f"{_BLANK}\nHier staat de doelgroep voluit, zoals het portaal ze beschrijft.",
    )
    return _drawn(office, said)


def _drawn(office: Office, said: _Said) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

    _register_fonts(office)
    plain = ParagraphStyle("gewoon", fontName="Overeenkomst", fontSize=10, leading=14, spaceAfter=6)
    title = ParagraphStyle("titel", plain, fontName="Overeenkomst-vet", fontSize=16, leading=20, spaceAfter=12)
    head = ParagraphStyle("kop", plain, fontName="Overeenkomst-vet", fontSize=11, spaceBefore=10, spaceAfter=4)
    sender, prices = load_sender(office.project), office.policy.prijzen
    parts: list[object] = [
        Paragraph(escape(said.title), title),
        Paragraph(f"Tussen {escape(said.authority)}, het bestuur,", plain),
        Paragraph(f"en {escape(sender.rechtspersoon)}, VUTG, wordt het volgende afgesproken.", plain),
        Paragraph("1. Doel en aanbod", head),
        Paragraph(escape(f"Doel: {said.purpose}."), plain),
        Paragraph(escape(f"Aanbod van het bestuur: {said.offer}"), plain),
        Paragraph("2. Doelgroep", head),
        *_lines(said.audience, plain),
        Paragraph("3. Afspraken", head),
        *(
            Paragraph(f"3.{number} {escape(text.format(months=office.policy.bewaring.maanden))}", plain)
            for number, text in enumerate(_PURPOSE_ONLY, 1)
        ),
        Paragraph("4. Prijs", head),
        Paragraph(
            f"Vast {_euro(prices.vast)}, en per brief de prijs van het tarief. De factuur rekent met een aantal bij "
            "benadering, in schijven van 50. Vooraf tellen is gratis.",
            plain,
        ),
        Table(
            [["Tot en met", "Per brief"], *([str(row.tot_en_met), _euro(row.per_brief)] for row in prices.brieven)],
            colWidths=(110, 90), hAlign="LEFT", style=[("FONT", (0, 0), (-1, -1), "Overeenkomst", 10)],
        ),
        Paragraph(f"Tarief: {escape(prices.status)}.", plain),
        KeepTogether(
            [
                Paragraph("5. Ondertekening", head),
                Paragraph("Deze overeenkomst geldt zodra beide partijen ze getekend hebben.", plain),
                Spacer(1, 12),
                Table(
                    [["Voor het bestuur", "Voor VUTG"], ["Naam en functie:", "Naam en functie:"], ["Datum:", "Datum:"],
                     ["Handtekening:", "Handtekening:"]],
                    colWidths=(230, 230), rowHeights=(22, 22, 22, 70),
                    style=[("FONT", (0, 0), (-1, -1), "Overeenkomst", 10), ("VALIGN", (0, 0), (-1, -1), "TOP")],
                ),
            ]
        ),
    ]  # fmt: skip
    data = BytesIO()
    document = SimpleDocTemplate(
        data, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=said.title, author=sender.naam, lang="nl-BE", invariant=1,
    )  # fmt: skip
    document.build(parts)
    return data.getvalue()


def _lines(text: str, style: ParagraphStyle) -> list[object]:
    from reportlab.platypus import Paragraph

    return [Paragraph(escape(line.strip()), style) for line in text.splitlines() if line.strip()]


def _euro(amount: object) -> str:
    return f"€ {amount:.2f}".replace(".", ",")


def _register_fonts(office: Office) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = office.project.letter_templates / "_gedeeld" / "fonts"
    for name, file in _FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, folder / file))
