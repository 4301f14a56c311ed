"""What a file says of itself: the information dictionary and the XMP packet, the same each time.

Sources: ISO 19005-2, 6.6 (with descriptions of each schema that it does not know), ISO 15930-7, 6.9 and 6.10,
ISO 16612-2, 6.3, ISO 14289-1, 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from xml.sax.saxutils import escape

from groeibrief import __version__
from groeibrief.letters.objects import ObjectWriter, text_string

PRODUCER = f"groeibrief {__version__}"


class _Schema(NamedTuple):
    """A schema that PDF/A asks to be described: its properties with their types and what they mean."""

    name: str
    uri: str
    properties: tuple[tuple[str, str, str], ...]


_SCHEMAS = {
    "pdf": _Schema("Adobe PDF", "http://ns.adobe.com/pdf/1.3/", (("Trapped", "Text", "whether traps were made"),)),
    "pdfuaid": _Schema(
        "PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", (("part", "Integer", "part of ISO 14289"),)
    ),
    "pdfxid": _Schema(
        "PDF/X identification", "http://www.npes.org/pdfx/ns/id/", (("GTS_PDFXVersion", "Text", "version of PDF/X"),)
    ),
    "pdfvtid": _Schema(
        "PDF/VT identification",
        "http://www.npes.org/pdfvt/ns/id/",
        (("GTS_PDFVTVersion", "Text", "version of PDF/VT"), ("GTS_PDFVTModDate", "Date", "date of modification")),
    ),
}
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    **{prefix: schema.uri for prefix, schema in _SCHEMAS.items()},
}


@dataclass(frozen=True, slots=True)
class Imprint:
    """A file's title, and the day that it says it was made: the letters' own, so that no clock is read."""

    title: str
    day: date

    def write_print(self, objects: ObjectWriter) -> tuple[int, int]:
        """Write the metadata of a file for print (X-4, VT-1, A-2b); return the packet's and the dictionary's number."""
        moment = self._moment
        properties = [
            ("pdfaid:part", "2"),
            ("pdfaid:conformance", "B"),
            ("pdfxid:GTS_PDFXVersion", "PDF/X-4"),
            ("pdfvtid:GTS_PDFVTVersion", "PDF/VT-1"),
            ("pdfvtid:GTS_PDFVTModDate", moment),
            ("pdf:Trapped", "False"),
        ]
        packet = self._packet(objects, properties, ("pdf", "pdfxid", "pdfvtid"))
        return packet, self._information(objects, "/Trapped/False/GTS_PDFXVersion(PDF/X-4)")

    def write_archive(self, objects: ObjectWriter) -> tuple[int, int]:
        """Write the metadata of a letter to keep (A-2a, UA-1); return the packet's and the dictionary's number."""
        properties = [("pdfaid:part", "2"), ("pdfaid:conformance", "A"), ("pdfuaid:part", "1")]
        return self._packet(objects, properties, ("pdfuaid",)), self._information(objects, "")

    @property
    def _moment(self) -> str:
        return f"{self.day.isoformat()}T00:00:00Z"

    def _information(self, objects: ObjectWriter, more: str) -> int:
        moment = f"(D:{self.day:%Y%m%d}000000Z)"
        return objects.add(
            f"<</Title{text_string(self.title)}/Creator{text_string(PRODUCER)}/Producer{text_string(PRODUCER)}"
            f"/CreationDate{moment}/ModDate{moment}{more}>>"
        )

    def _packet(self, objects: ObjectWriter, properties: list[tuple[str, str]], described: tuple[str, ...]) -> int:
        digits, moment = objects.identity, self._moment
        identity = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        every = [
            *properties,
            ("pdf:Producer", PRODUCER),
            ("xmp:CreatorTool", PRODUCER),
            ("xmp:CreateDate", moment),
            ("xmp:ModifyDate", moment),
            ("xmp:MetadataDate", moment),
            ("xmpMM:DocumentID", f"uuid:{identity}"),
            ("xmpMM:VersionID", "1"),
            ("xmpMM:RenditionClass", "default"),
        ]
        spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
        lines = [
            '<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>',
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
            f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"{spaces}>',
            '<rdf:Description rdf:about="">',
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(self.title)}</rdf:li></rdf:Alt></dc:title>',
            "<dc:language><rdf:Bag><rdf:li>nl-BE</rdf:li></rdf:Bag></dc:language>",
            "<dc:format>application/pdf</dc:format>",
            *(f"<{name}>{escape(value)}</{name}>" for name, value in every),
            "<pdfaExtension:schemas><rdf:Bag>",
            *(_description(prefix, _SCHEMAS[prefix]) for prefix in described),
            "</rdf:Bag></pdfaExtension:schemas>",
            "</rdf:Description>",
            "</rdf:RDF>",
            "</x:xmpmeta>",
            '<?xpacket end="r"?>',
        ]
        return objects.add_stream("/Type/Metadata/Subtype/XML", "\n".join(lines).encode())


def _description(prefix: str, schema: _Schema) -> str:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>{kind}</pdfaProperty:valueType>"
        "<pdfaProperty:category>internal</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for name, kind, meaning in schema.properties
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{schema.name}</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{schema.uri}</pdfaSchema:namespaceURI><pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
