"""Our own rules for a file for print: what PDF/X-4 and the structure of PDF/VT-1 ask and no public validator checks.

Sources: ISO 15930-7 (X-4), ISO 16612-2 (VT-1), ISO 32000-2, 14.12 (document parts). A file that passes is structured as
VT-1; it is not certified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf

A4 = (0, 0, 595.276, 841.89)
_POINT = 25.4 / 72
_SMALL = 2 / _POINT
"""A side below 2 mm: a line, a module of a code."""
_DRAWING = {"re", "f", "BT", "ET", "Tf", "Tm", "Tj", "Tz", "q", "Q", "cm", "Do", "g"}
# pikepdf does not know this prefix.
_VT = "{http://www.npes.org/pdfvt/ns/id/}"
_RULES: list[Callable[[pikepdf.Pdf], Iterator[str]]] = []


def faults(path: Path) -> list[str]:
    """What is wrong with the file, as sentences; empty: nothing."""
    with pikepdf.open(path) as pdf:
        return [fault for rule in _RULES for fault in rule(pdf)]


def _rule(check: Callable[[pikepdf.Pdf], Iterator[str]]) -> Callable[[pikepdf.Pdf], Iterator[str]]:
    _RULES.append(check)
    return check


@_rule
def _version(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.pdf_version > "1.6":
        yield "the version is later than PDF 1.6"
    if pdf.is_encrypted:
        yield "the file is encrypted"
    if "/ID" not in pdf.trailer:
        yield "the trailer has no ID"
    for key in ("/AcroForm", "/OpenAction", "/AA"):
        if key in pdf.Root:
            yield f"the catalogue has {key}"
    if "/Names" in pdf.Root and {"/JavaScript", "/EmbeddedFiles"} & set(pdf.Root.Names.keys()):
        yield "the file has scripts or attachments"


@_rule
def _identification(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata() as metadata:
        said = {
            name: metadata.get(name.replace("pdfvtid:", _VT))
            for name in (
                "pdfxid:GTS_PDFXVersion", "pdfvtid:GTS_PDFVTVersion", "pdfvtid:GTS_PDFVTModDate", "pdfaid:part",
                "pdfaid:conformance", "pdf:Trapped", "xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate",
                "xmpMM:DocumentID", "xmpMM:VersionID", "xmpMM:RenditionClass", "dc:title",
            )
        }  # fmt: skip
    yield from (f"the XMP packet lacks {name}" for name, value in said.items() if not value)
    wanted = {
        "pdfxid:GTS_PDFXVersion": "PDF/X-4", "pdfvtid:GTS_PDFVTVersion": "PDF/VT-1", "pdfaid:part": "2",
        "pdfaid:conformance": "B",
    }  # fmt: skip
    yield from (f"{name} is {said[name]}" for name, value in wanted.items() if said[name] not in (value, None))
    if said["pdfvtid:GTS_PDFVTModDate"] != said["xmp:ModifyDate"]:
        yield "GTS_PDFVTModDate is not the date of modification"
    if pdf.docinfo.get("/GTS_PDFXVersion") != "PDF/X-4":
        yield "the information dictionary does not say PDF/X-4"
    trapped = str(pdf.docinfo.get("/Trapped")).strip("/")
    if trapped not in ("True", "False"):
        yield "Trapped is neither True nor False"
    elif said["pdf:Trapped"] != trapped:
        yield "Trapped is not the same in both places"


@_rule
def _output_intent(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = list(pdf.Root.get("/OutputIntents", []))
    for subtype in ("/GTS_PDFX", "/GTS_PDFA1"):
        if [str(intent.S) for intent in intents].count(subtype) != 1:
            yield f"there is not one output intent {subtype}"
    if any("/OutputConditionIdentifier" not in intent or "/Info" not in intent for intent in intents):
        yield "an output intent does not name its condition"
    profiles = [intent.get("/DestOutputProfile") for intent in intents]
    if None in profiles:
        yield "an output intent has no profile"
        return
    if len({profile.objgen for profile in profiles}) > 1:
        yield "the output intents have different profiles"
    for profile in profiles[:1]:
        data = profile.read_bytes()
        if data[12:16] != b"prtr" or data[36:40] != b"acsp" or int.from_bytes(data[:4], "big") != len(data):
            yield "the profile is not one of an output device"
        if {b"GRAY": 1, b"CMYK": 4}.get(data[16:20]) != profile.N:
            yield "the profile's components are not those of its stream"


@_rule
def _boxes(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        if "/TrimBox" not in page.obj or "/ArtBox" in page.obj:
            yield f"page {number}: TrimBox is missing, or ArtBox is there as well"
            continue
        media, trim = _box(page.mediabox), _box(page.trimbox)
        bleed, crop = _box(page.obj.get("/BleedBox", page.mediabox)), _box(page.cropbox)
        if media != A4 or trim != A4:
            yield f"page {number}: MediaBox and TrimBox are not A4"
        if not (_inside(trim, bleed) and _inside(bleed, media) and _inside(trim, crop)):
            yield f"page {number}: the boxes do not lie in each other"


def _box(array: pikepdf.Array) -> tuple[float, ...]:
    return tuple(round(float(side), 3) for side in array)


def _inside(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


@_rule
def _page_content(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        # The reader gives a page without resources an empty dictionary.
        if not page.obj.get("/Resources"):
            yield f"page {number}: it has no resources of its own"
        if "/Annots" in page.obj:
            yield f"page {number}: it has annotations"


@_rule
def _transparency(pdf: pikepdf.Pdf) -> Iterator[str]:
    for one in _every(pdf):
        if "/Group" in one and one.Group.get("/S") == "/Transparency":
            yield "a page or form is a transparency group"
        if one.get("/Type") == "/ExtGState" or {"/ca", "/CA", "/BM", "/SMask"} & set(one.keys()):
            yield "there is an extended graphics state or a soft mask"
        if one.get("/Subtype") == "/Image" and (
            one.get("/ColorSpace") != "/DeviceGray"
            or one.get("/BitsPerComponent") != 8
            or {"/Mask", "/Alternates", "/OPI", "/Interpolate"} & set(one.keys())
        ):
            yield "there is an image that is not plain grey"


@_rule
def _colour(pdf: pikepdf.Pdf) -> Iterator[str]:
    for name, content in _contents(pdf):
        grey, bars = 0.0, []
        for operands, operator in pikepdf.parse_content_stream(content):
            match str(operator):
                case "g":
                    grey = float(operands[0])
                case "re":
                    bars.append([abs(float(side)) for side in operands[2:]])
                case "f":
                    if grey and any(min(sides) < _SMALL for sides in bars):
                        yield f"{name}: a line or a code is not black"
                    bars = []
                case "Tj":
                    if grey:
                        yield f"{name}: text is not black"
                case other if other not in _DRAWING:
                    yield f"{name}: the operator {other} is not for black on paper"


@_rule
def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    fonts = [one for one in _every(pdf) if one.get("/Type") == "/Font"]
    for font in fonts:
        tag, _, name = str(font.get("/BaseFont")).strip("/").rpartition("+")
        if font.get("/Subtype") == "/CIDFontType2":
            if "/FontFile2" not in font.get("/FontDescriptor", pikepdf.Dictionary()):
                yield f"{name}: it is not embedded"
            continue
        if font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H":
            yield f"{name}: it is no composite font"
            continue
        if not re.fullmatch(r"[A-Z]{6}", tag):
            yield f"{name}: it is no subset"
        unicode_map = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
        values = re.findall(rb"<[0-9A-F]{4}> <([0-9A-F]+)>", unicode_map)
        if not values or {b"0000", b"FEFF", b"FFFE"} & set(values):
            yield f"{name}: a glyph has no character"


@_rule
def _document_parts(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root.get("/DPartRoot")
    if root is None or "/DPartRootNode" not in root:
        yield "there is no tree of document parts"
        return
    if len(root.get("/NodeNameList", [])) != 2 or root.get("/RecordLevel") != 1:
        yield "the levels of the document parts are not named"
    top = root.DPartRootNode
    if top.get("/Type") != "/DPart" or top.get("/Parent") != root or "/Start" in top:
        yield "the first document part is not the root of the others"
    pages = [page.obj for page in pdf.pages]
    places = {page.objgen: place for place, page in enumerate(pages)}
    following, sequences = 0, []
    for part in (one for listed in top.get("/DParts", []) for one in listed):
        if part.get("/Type") != "/DPart" or part.get("/Parent") != top or not part.is_indirect:
            yield "a document part does not hang from the root"
        first = places.get(part.Start.objgen, -1)
        last = places.get(part.get("/End", part.Start).objgen, -1)
        if first != following or last < first or ("/End" in part and last == first):
            yield "the document parts do not follow each other over the pages"
        if any(pages[place].get("/DPart") != part for place in range(max(first, 0), last + 1)):
            yield "a page does not point to its document part"
        following = last + 1
        metadata = dict(part.get("/DPM", {}))
        if set(metadata) != {"/volgnummer"} or not isinstance(metadata["/volgnummer"], int):
            yield "a document part says something else than a sequence number"
            continue
        sequences.append(metadata["/volgnummer"])
    if following != len(pages):
        yield "a page is in no document part"
    if len(set(sequences)) != len(sequences):
        yield "two document parts have the same sequence number"


def _every(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, those inside others too."""
    pending = [one for one in pdf.objects if isinstance(one, pikepdf.Object)]
    while pending:
        one = pending.pop()
        if isinstance(one, pikepdf.Array):
            inside = list(one)
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            inside = [value for _, value in one.items()]
        else:
            continue
        pending += [kid for kid in inside if isinstance(kid, pikepdf.Object) and not kid.is_indirect]


def _contents(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    for number, page in enumerate(pdf.pages, 1):
        yield f"page {number}", page.obj.Contents
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Form":
            yield "a form", one
