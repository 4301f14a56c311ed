"""A spreadsheet of text cells (ODF 1.3, ISO/IEC 26300), written in a stream: nothing in it can be taken for a formula.

Every cell is typed as a string and its style is the text format, so that a spreadsheet keeps leading zeros.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_WHEN = (2000, 1, 1, 0, 0, 0)
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    '<office:automatic-styles><number:text-style style:name="N1"><number:text-content/></number:text-style>'
    '<style:style style:name="c1" style:family="table-cell" style:data-style-name="N1"/></office:automatic-styles>'
    '<office:body><office:spreadsheet><table:table table:name="{name}">'
    '<table:table-column table:number-columns-repeated="{columns}" table:default-cell-style-name="c1"/>'
)
_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_CELL = '<table:table-cell table:style-name="c1" office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def member(name: str, *, stored: bool = False) -> zipfile.ZipInfo:
    """The entry of a file in an archive: always the same day, readable by its owner."""
    info = zipfile.ZipInfo(name, _WHEN)
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    # Names compress well at any level; the first is three times as fast as the usual one.
    info._compresslevel = 1  # type: ignore[attr-defined]  # only the archive's own names go through its level
    info.external_attr = 0o600 << 16
    return info


def ods(name: str, header: Sequence[str], batches: Iterable[Sequence[Sequence[str]]]) -> bytes:
    """Write one sheet with a header and rows of text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member("mimetype", stored=True), MEDIA_TYPE)
        archive.writestr(member("META-INF/manifest.xml"), _MANIFEST)
        with archive.open(member("content.xml"), "w", force_zip64=True) as stream:
            stream.write(_HEAD.format(name=_escaped(name), columns=len(header)).encode())
            stream.write(_rows([header]))
            for batch in batches:
                stream.write(_rows(batch))
            stream.write(_TAIL.encode())
    return out.getvalue()


def _rows(rows: Sequence[Sequence[str]]) -> bytes:
    cells = _CELL.format
    lines = [
        "<table:table-row>" + "".join([cells(cell) for cell in row]) + "</table:table-row>"
        for row in (map(_escaped, row) for row in rows)
    ]
    return "".join(lines).encode()


def _escaped(text: str) -> str:
    if text.isalnum():
        return text
    clean = _FORBIDDEN.sub("", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
