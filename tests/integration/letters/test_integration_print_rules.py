"""Each of our own rules for print finds the file that breaks it, and says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from invented_mailings import recipients, two_beneficiaries
from pikepdf import Array, Dictionary, Name, Pdf
from print_rules import faults

from groeibrief.letters import Work, render_selection

Spoil = Callable[[Pdf], None]


@pytest.fixture(scope="module")
def sound(works: dict[str, Work], tmp_path_factory: pytest.TempPathFactory) -> Path:
    work, families = two_beneficiaries(works["informatiebrief"])
    folder = tmp_path_factory.mktemp("rules") / "brieven"
    render_selection(work, recipients(families * 3), folder)
    return folder / "brieven-0001.pdf"


def packet(old: str, new: str) -> Spoil:
    """Replace text in the XMP packet."""

    def spoil(pdf: Pdf) -> None:
        data = pdf.Root.Metadata.read_bytes()
        assert old.encode() in data
        pdf.Root.Metadata.write(data.replace(old.encode(), new.encode()))

    return spoil


def in_page(more: bytes) -> Spoil:
    """Add operators to the first page."""

    def spoil(pdf: Pdf) -> None:
        contents = pdf.pages[0].obj.Contents
        contents.write(contents.read_bytes() + more)

    return spoil


def on_page(key: str, value: Callable[[], object]) -> Spoil:
    """Give the first page an entry."""

    def spoil(pdf: Pdf) -> None:
        pdf.pages[0].obj[key] = value()

    return spoil


def without(what: Callable[[Pdf], pikepdf.Object], key: str) -> Spoil:
    """Take an entry from a dictionary."""

    def spoil(pdf: Pdf) -> None:
        del what(pdf)[key]

    return spoil


def entry(what: Callable[[Pdf], pikepdf.Object], key: str, value: Callable[[Pdf], object]) -> Spoil:
    """Give a dictionary an entry."""

    def spoil(pdf: Pdf) -> None:
        what(pdf)[key] = value(pdf)

    return spoil


def font(pdf: Pdf) -> pikepdf.Object:
    return pdf.pages[0].Resources.Font.F0


def profile(pdf: Pdf) -> pikepdf.Object:
    return pdf.Root.OutputIntents[0].DestOutputProfile


def top(pdf: Pdf) -> pikepdf.Object:
    return pdf.Root.DPartRoot.DPartRootNode


def leaf(pdf: Pdf, index: int) -> pikepdf.Object:
    return top(pdf).DParts[0][index]


def monitor_profile(pdf: Pdf) -> None:
    profile(pdf).write(profile(pdf).read_bytes().replace(b"prtr", b"mntr", 1))


def copied_profile(pdf: Pdf) -> None:
    stream = pdf.make_stream(profile(pdf).read_bytes())
    stream.N = 1
    pdf.Root.OutputIntents[1].DestOutputProfile = stream


def no_character(pdf: Pdf) -> None:
    unicode_map = font(pdf).ToUnicode
    unicode_map.write(unicode_map.read_bytes().replace(b"<0001> <", b"<0001> <0000>\n<FFFF> <", 1))


def an_image(pdf: Pdf) -> None:
    image = pdf.make_stream(b"\0")
    image.Type, image.Subtype = Name.XObject, Name.Image
    pdf.pages[0].Resources.XObject.I0 = image


def other_order(pdf: Pdf) -> None:
    parts = top(pdf).DParts[0]
    parts[0], parts[1] = parts[1], parts[0]


def part_gone(pdf: Pdf) -> None:
    del top(pdf).DParts[0][2]


def end_of_one_page(pdf: Pdf) -> None:
    leaf(pdf, 0).End = leaf(pdf, 0).Start


def twice_the_same(pdf: Pdf) -> None:
    leaf(pdf, 1).DPM.volgnummer = 1


SPOILED: list[tuple[Spoil, str]] = [
    (entry(lambda pdf: pdf.Root, "/OpenAction", lambda pdf: Dictionary(S=Name.GoTo)), "the catalogue has /OpenAction"),
    (
        entry(lambda pdf: pdf.Root, "/Names", lambda pdf: Dictionary(JavaScript=Dictionary())),
        "the file has scripts or attachments",
    ),
    (packet("PDF/X-4", "PDF/X-3"), "pdfxid:GTS_PDFXVersion is PDF/X-3"),
    (packet("PDF/VT-1", "PDF/VT-2"), "pdfvtid:GTS_PDFVTVersion is PDF/VT-2"),
    (packet("<pdfaid:conformance>B", "<pdfaid:conformance>U"), "pdfaid:conformance is U"),
    (packet("<xmpMM:VersionID>1</xmpMM:VersionID>", ""), "the XMP packet lacks xmpMM:VersionID"),
    (
        packet("<xmp:ModifyDate>2025", "<xmp:ModifyDate>2024"),
        "GTS_PDFVTModDate is not the date of modification",
    ),
    (without(lambda pdf: pdf.docinfo, "/GTS_PDFXVersion"), "the information dictionary does not say PDF/X-4"),
    (entry(lambda pdf: pdf.docinfo, "/Trapped", lambda pdf: Name.Unknown), "Trapped is neither True nor False"),
    (packet("<pdf:Trapped>False", "<pdf:Trapped>True"), "Trapped is not the same in both places"),
    (without(lambda pdf: pdf.Root, "/OutputIntents"), "there is not one output intent /GTS_PDFX"),
    (without(lambda pdf: pdf.Root.OutputIntents[0], "/Info"), "an output intent does not name its condition"),
    (without(lambda pdf: pdf.Root.OutputIntents[0], "/DestOutputProfile"), "an output intent has no profile"),
    (copied_profile, "the output intents have different profiles"),
    (monitor_profile, "the profile is not one of an output device"),
    (entry(profile, "/N", lambda pdf: 4), "the profile's components are not those of its stream"),
    (without(lambda pdf: pdf.pages[0].obj, "/TrimBox"), "page 1: TrimBox is missing, or ArtBox is there as well"),
    (
        on_page("/ArtBox", lambda: Array([0, 0, 595.276, 841.89])),
        "page 1: TrimBox is missing, or ArtBox is there as well",
    ),
    (on_page("/MediaBox", lambda: Array([0, 0, 612, 792])), "page 1: MediaBox and TrimBox are not A4"),
    (on_page("/BleedBox", lambda: Array([9, 9, 500, 800])), "page 1: the boxes do not lie in each other"),
    (without(lambda pdf: pdf.pages[0].obj, "/Resources"), "page 1: it has no resources of its own"),
    (on_page("/Annots", Array), "page 1: it has annotations"),
    (on_page("/Group", lambda: Dictionary(S=Name.Transparency)), "a page or form is a transparency group"),
    (
        entry(lambda pdf: pdf.pages[0].Resources, "/ExtGState", lambda pdf: Dictionary(G0=Dictionary(ca=0.5))),
        "there is an extended graphics state or a soft mask",
    ),
    (an_image, "there is an image that is not plain grey"),
    (in_page(b"1 0 0 rg\n"), "page 1: the operator rg is not for black on paper"),
    (in_page(b"0 0 0 1 k\n"), "page 1: the operator k is not for black on paper"),
    (in_page(b"0.4 g BT /F0 9 Tf <0001>Tj ET\n"), "page 1: text is not black"),
    (in_page(b"0.4 g 10 10 1 1 re f\n"), "page 1: a line or a code is not black"),
    (
        without(lambda pdf: font(pdf).DescendantFonts[0].FontDescriptor, "/FontFile2"),
        "LiberationSans: it is not embedded",
    ),
    (entry(font, "/Subtype", lambda pdf: Name.Type1), "LiberationSans: it is no composite font"),
    (entry(font, "/BaseFont", lambda pdf: Name.Helvetica), "Helvetica: it is no subset"),
    (no_character, "LiberationSans: a glyph has no character"),
    (without(lambda pdf: pdf.Root, "/DPartRoot"), "there is no tree of document parts"),
    (
        entry(lambda pdf: pdf.Root.DPartRoot, "/RecordLevel", lambda pdf: 2),
        "the levels of the document parts are not named",
    ),
    (entry(top, "/Start", lambda pdf: pdf.pages[0].obj), "the first document part is not the root of the others"),
    (
        entry(lambda pdf: leaf(pdf, 1), "/Parent", lambda pdf: leaf(pdf, 0)),
        "a document part does not hang from the root",
    ),
    (other_order, "the document parts do not follow each other over the pages"),
    (end_of_one_page, "the document parts do not follow each other over the pages"),
    (without(lambda pdf: pdf.pages[3].obj, "/DPart"), "a page does not point to its document part"),
    (part_gone, "a page is in no document part"),
    (
        entry(lambda pdf: leaf(pdf, 0).DPM, "/naam", lambda pdf: pikepdf.String("Zoë")),
        "a document part says something else than a sequence number",
    ),
    (twice_the_same, "two document parts have the same sequence number"),
]


def test_a_sound_file_has_no_faults(sound: Path) -> None:
    assert faults(sound) == []


@pytest.mark.parametrize(("spoil", "fault"), SPOILED, ids=[fault for _, fault in SPOILED])
def test_a_spoiled_file_is_found_out(sound: Path, tmp_path: Path, spoil: Spoil, fault: str) -> None:
    with pikepdf.open(sound) as pdf:
        spoil(pdf)
        pdf.save(tmp_path / "stuk.pdf", static_id=True)
    assert fault in faults(tmp_path / "stuk.pdf")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"%PDF-1.6", b"%PDF-1.7", "the version is later than PDF 1.6"),
        (b"/ID[<", b"/IX[<", "the trailer has no ID"),
    ],
)
def test_a_file_that_is_no_pdf_x_from_its_bytes(
    sound: Path, tmp_path: Path, old: bytes, new: bytes, fault: str
) -> None:
    path = tmp_path / "stuk.pdf"
    path.write_bytes(sound.read_bytes().replace(old, new, 1))
    assert faults(path) == [fault]


def test_an_encrypted_file_is_found_out(sound: Path, tmp_path: Path) -> None:
    with pikepdf.open(sound) as pdf:
        pdf.save(tmp_path / "slot.pdf", encryption=pikepdf.Encryption(owner="x", user=""))
    assert "the file is encrypted" in faults(tmp_path / "slot.pdf")
