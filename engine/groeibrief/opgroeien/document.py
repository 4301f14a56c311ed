"""The documents that people sign and file: the standard protocol and the attest, as PDF; always the same bytes.

They are set in the fonts of the letters, embedded: names have letters that the fonts of every PDF reader lack.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle
from reportlab.platypus.flowables import Flowable

from groeibrief.errors import DefinitionError
from groeibrief.opgroeien.policy import TrackPolicy
from groeibrief.opgroeien.protocol import Periodicity, Protocol

_PLAIN, _BOLD = "opgroeien-gewoon", "opgroeien-vet"
_FILES = {_PLAIN: "LiberationSans-Regular.ttf", _BOLD: "LiberationSans-Bold.ttf"}
_BODY = ParagraphStyle("tekst", fontName=_PLAIN, fontSize=10, leading=14, spaceAfter=2 * mm)
_HEAD = ParagraphStyle("kop", parent=_BODY, fontName=_BOLD, fontSize=12, leading=16, spaceBefore=4 * mm, keepWithNext=1)
_TITLE = ParagraphStyle("titel", parent=_HEAD, fontSize=16, leading=20, spaceAfter=4 * mm)
_MARGIN = 22 * mm
_OFTEN = {
    Periodicity.ONCE: "Eenmalig: één lijst en één antwoord.",
    Periodicity.MONTHLY: "Hoogstens één lijst per maand, telkens met één antwoord.",
    Periodicity.QUARTERLY: "Hoogstens één lijst per drie maanden, telkens met één antwoord.",
    Periodicity.YEARLY: "Hoogstens één lijst per jaar, telkens met één antwoord.",
}


def protocol_pdf(
    protocol: Protocol,
    policy: TrackPolicy,
    name: str,
    purpose: str,
    conditions: Sequence[str],
    day: date,
    *,
    fonts: Path,
) -> bytes:
    """Draw the protocol up. *purpose*: its name; *conditions*: of the advices; *day*: which standard text holds.

    Raises DefinitionError (E864): a font that is not there, or a character that it lacks.
    """
    _load(fonts)
    text = policy.text_on(day)
    party, agency = protocol.bestuur, policy.opgroeien
    parts: list[Flowable] = [
        Paragraph(f"Protocol voor gegevensuitwisseling {escape(name)}", _TITLE),
        Paragraph(escape(protocol.titel), _BODY),
        Paragraph(f"Opgemaakt op {day:%d/%m/%Y}, met de standaardtekst van {text.vanaf:%d/%m/%Y}.", _BODY),
        Paragraph(f"Stand van de standaardtekst: {escape(policy.status)}.", _BODY),
    ]  # fmt: skip
    number = "naam en rijksregisternummer" if protocol.insz_begunstigde else "alleen de naam"
    partial = (
        "Een lijst met fouten krijgt een antwoord voor de juiste nummers en een verslag over de andere."
        if protocol.gedeeltelijk_antwoord
        else "Een lijst met fouten krijgt geen antwoord, alleen een verslag."
    )
    for title, paragraphs in (
        ("1. Partijen", (
            f"Het bestuur: {party.naam}, ondernemingsnummer {party.kbo}, voor NIS-code {', '.join(party.nis)}",
            f"Opgroeien: {agency.naam}, ondernemingsnummer {agency.kbo}",
        )),
        ("2. Functionarissen voor gegevensbescherming", (
            f"Van het bestuur: {party.dpo.naam}, {party.dpo.e_mail}",
            f"Van Opgroeien: {agency.dpo.naam}, {agency.dpo.e_mail}",
        )),
        ("3. Doel", (
            text.doel,
            f"Doeleinde: {purpose}. Voordeel dat automatisch toegekend wordt: {protocol.doeleinde.voordeel}",
        )),
        ("4. Rechtsgrond", (text.rechtsgrond, f"Van het bestuur: {protocol.rechtsgrond}")),
        ("5. Machtigingen en bekendmaking", (
            "Er is geen ander comité bevoegd voor deze uitwisseling.",
            f"Toegang van het bestuur tot het Rijksregister: {protocol.poort.machtiging_bestuur}",
            f"Toegang van Opgroeien tot het Rijksregister: {protocol.poort.machtiging_opgroeien}",
            f"Bekendmaking: {protocol.poort.bekendmaking}",
        )),
        ("6. Gegevens", (
            *text.gegevens,
            f"Het gaat om kinderen van {protocol.leeftijd.van} tot en met {protocol.leeftijd.tot_en_met} jaar.",
            f"Van wie de toeslag krijgt, staat in het antwoord: {number}.",
            partial,
        )),
        ("7. Ontvangers", (text.ontvangers,)),
        ("8. Periodiciteit en duur", (
            _OFTEN[protocol.periodiciteit],
            f"Van {protocol.looptijd.van:%d/%m/%Y} tot en met {protocol.looptijd.tot_en_met:%d/%m/%Y}.",
        )),
        ("9. Veiligheid", text.veiligheid),
    ):  # fmt: skip
        parts.extend(_section(title, paragraphs))
    parts.extend(_section("10. Voorwaarden uit de adviezen", conditions or ("Geen.",)))
    parts.append(KeepTogether([*_section("11. Ondertekening", ()), _signatures(party.naam, agency.naam)]))
    return _drawn(parts, f"Protocol {name}")


def attest_pdf(
    protocol: Protocol,
    policy: TrackPolicy,
    name: str,
    purpose: str,
    concluded: date,
    answered: date,
    *,
    synthetic: bool,
    fonts: Path,
) -> bytes:
    """Draw up the attest for the subsidy file: which protocol, when, what for; no number of persons, no person.

    Raises as :func:`protocol_pdf`.
    """
    _load(fonts)
    party = protocol.bestuur
    parts: list[Flowable] = [Paragraph("Attest", _TITLE)]
    if synthetic:
        parts.append(Paragraph("Proef met verzonnen gegevens: dit attest dient nergens voor.", _HEAD))
    for line in (
        f"{policy.opgroeien.naam} bevestigt dat {party.naam}, ondernemingsnummer {party.kbo}, gegevens over de sociale "
        "toeslag in het Groeipakket ontving om een bijkomend voordeel automatisch toe te kennen.",
        f"Protocol: {name}, {protocol.titel}",
        f"Afgesloten op: {concluded:%d/%m/%Y}",
        f"Antwoord geleverd op: {answered:%d/%m/%Y}",
        f"Doeleinde: {purpose}",
        f"Voordeel: {protocol.doeleinde.voordeel}",
        "Dit attest bevat geen gegevens van personen.",
    ):
        parts.append(Paragraph(escape(line), _BODY))
    return _drawn(parts, f"Attest {name}")


def _section(title: str, paragraphs: Sequence[str]) -> list[Flowable]:
    return [Paragraph(title, _HEAD), *(Paragraph(escape(text), _BODY) for text in paragraphs)]


def _signatures(first: str, second: str) -> Flowable:
    cells = [[Paragraph(f"Voor {escape(who)}", _BODY) for who in (first, second)], [Spacer(1, 22 * mm)] * 2]
    table = Table(cells, colWidths=[(A4[0] - 2 * _MARGIN) / 2] * 2)
    table.setStyle(
        TableStyle(
            [
                ("FONTNAME", (0, 0), (-1, -1), _PLAIN),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 1), (-1, 1), 0.5, (0, 0, 0)),
            ]
        )
    )
    return table


def _load(folder: Path) -> None:
    """Have the fonts at hand, each read once. Raises DefinitionError (E864)."""
    for name, file in _FILES.items():
        if name in pdfmetrics.getRegisteredFontNames():
            continue
        try:
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))
        except TTFError as error:
            raise DefinitionError("E864", f"Het lettertype {file} ontbreekt of is niet leesbaar.") from error


def _texts(parts: Sequence[Any]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Paragraph):
            yield part.getPlainText()
        elif isinstance(part, (KeepTogether, Table)):
            rows = [part._content] if isinstance(part, KeepTogether) else part._cellvalues
            yield from _texts([each for row in rows for each in row])


def _require_printable(parts: Sequence[Flowable]) -> None:
    """Raise DefinitionError (E864) for a character that the font lacks: it would print as an empty box."""
    known = pdfmetrics.getFont(_PLAIN).face.charToGlyph
    for text in _texts(parts):
        if missing := next((char for char in text if char.isprintable() and ord(char) not in known), None):
            raise DefinitionError(
                "E864",
                f"Het teken U+{ord(missing):04X} staat niet in het lettertype van de documenten. Schrijf het anders.",
            )


def _drawn(parts: Sequence[Flowable], title: str) -> bytes:
    _require_printable(parts)
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=title, author="groeibrief", lang="nl-BE", invariant=1, initialFontName=_PLAIN,
    )  # fmt: skip
    template.build(list(parts))
    return out.getvalue()
