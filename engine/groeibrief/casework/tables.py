"""Tables for other programs: CSV, and an OpenDocument spreadsheet (ISO/IEC 26300) of texts only.

Every cell is a text, so that no program takes one for a formula; in CSV, which knows no types, a text that looks like
one gets an apostrophe. The same table gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="{_NAMESPACE}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)

Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows) -> bytes:
    """The rows with ``;`` between, UTF-8 with a mark, as Belgian spreadsheets expect."""
    sink = io.StringIO()
    csv.writer(sink, delimiter=";", lineterminator="\r\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + sink.getvalue().encode()


def as_ods(rows: Rows, title: str) -> bytes:
    """The rows as one sheet."""
    body = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    width = max((len(row) for row in rows), default=1)
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{_NAMESPACE}:office:1.0" xmlns:table="{_NAMESPACE}:table:1.0" '
        f'xmlns:text="{_NAMESPACE}:text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="{_text(title)}"><table:table-column table:number-columns-repeated="{width}"/>'
        f"{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        # The type comes first and uncompressed, so that a program sees it without unpacking (part 2, 3.3).
        for name, text, method in (
            ("mimetype", _MIME, zipfile.ZIP_STORED),
            ("META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED),
            ("content.xml", content, zipfile.ZIP_DEFLATED),
        ):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = method
            archive.writestr(entry, text)
    return sink.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{_text(text)}</text:p></table:table-cell>'


def _text(text: str) -> str:
    printable = "".join(each for each in text if each >= " " or each in "\t\n")
    return escape(printable, {'"': "&quot;"})
