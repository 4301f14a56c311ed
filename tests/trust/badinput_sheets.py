"""Lists that are made to do harm, as a municipality could seal them: sheets in XLSX and ODS, and CSV."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from badinput_files import CONTENTS, MEGABYTES, SQL, UNICODE, lying_zip, zip_bomb

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
_WORKBOOK = (
    f"<workbook xmlns='{_MAIN}' xmlns:r='{_OFFICE}'>"
    "<sheets><sheet name='a' sheetId='1' r:id='rId1'/></sheets></workbook>"
)
_RELATIONS = (
    f"<Relationships xmlns='{_PACKAGE}/relationships'>"
    f"<Relationship Id='rId1' Type='{_OFFICE}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
)


def _workbook(sheet: str, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"<Types xmlns='{_PACKAGE}/content-types'/>")
        archive.writestr("xl/workbook.xml", _WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, data in more.items():
            archive.writestr(name, data)
    return out.getvalue()


def _sheet(inside: str) -> str:
    return f"<worksheet xmlns='{_MAIN}'>{inside}</worksheet>"


def _cell(place: str, text: str = "00000000097") -> str:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f"<row r='{row}'><c r='{place}' t='str'><v>{text}</v></c></row>"


def _calc(inside: str) -> bytes:
    out = io.BytesIO()
    spaces = " ".join(f"xmlns:{name}='{_OPEN}:{name}:1.0'" for name in ("office", "table", "text"))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{inside}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def lists() -> Mapping[str, Callable[[], bytes]]:
    """What may stand in a municipality's sealed list."""
    text = "<table:table-cell office:value-type='string'><text:p>00000000097</text:p></table:table-cell>"
    return {
        **{f"content {name}": make for name, make in CONTENTS.items() if name != "zip bomb"},
        "xlsx bomb": lambda: zip_bomb("xl/worksheets/sheet1.xml", 900 * MEGABYTES),
        "xlsx lying": lambda: lying_zip("xl/worksheets/sheet1.xml", 300 * MEGABYTES),
        "ods bomb": lambda: zip_bomb("content.xml", 900 * MEGABYTES),
        "ods lying": lambda: lying_zip("content.xml", 300 * MEGABYTES),
        "zip of parts": lambda: _many_parts(60_000),
        "zip outside": lambda: _workbook(_sheet("<sheetData/>"), **{"../../x": b"x", "/etc/passwd": b"x"}),
        "xlsx far cell": lambda: _workbook(_sheet(f"<sheetData>{_cell('A1')}{_cell('XFD1048576')}</sheetData>")),
        "xlsx farther cell": lambda: _workbook(
            _sheet(f"<sheetData>{_cell('A1')}{_cell('ZZZZZZ99999999999')}</sheetData>")
        ),
        "xlsx dimension": lambda: _workbook(
            _sheet(f"<dimension ref='A1:XFD1048576'/><sheetData>{_cell('A1')}</sheetData>")
        ),
        "xlsx entity": lambda: _workbook(
            "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
            + _sheet(f"<sheetData>{_cell('A1', '&b;')}</sheetData>")
        ),
        "xlsx laughing": lambda: _workbook(CONTENTS["xml bomb"]().decode()),
        "xlsx deep": lambda: _workbook(_sheet("<a>" * 200_000 + "</a>" * 200_000)),
        "xlsx formula far": lambda: _workbook(
            _sheet("<sheetData><row r='999999999999999999999'><c r='A1'><f>1</f></c></row></sheetData>")
        ),
        "xlsx row word": lambda: _workbook(_sheet("<sheetData><row r='x'><c r='A1'><f>1</f></c></row></sheetData>")),
        "ods repeated rows": lambda: _calc(
            f"<table:table><table:table-row table:number-rows-repeated='2000000000'>{text}</table:table-row>"
            "</table:table>"
        ),
        "ods repeated cells": lambda: _calc(
            "<table:table><table:table-row>"
            + text.replace("<table:table-cell ", "<table:table-cell table:number-columns-repeated='2000000000' ")
            + "</table:table-row></table:table>"
        ),
        "ods both": lambda: _calc(
            "<table:table><table:table-row table:number-rows-repeated='1000000'>"
            + text.replace("<table:table-cell ", "<table:table-cell table:number-columns-repeated='1000000' ")
            + "</table:table-row></table:table>"
        ),
        "ods repeated word": lambda: _calc(
            "<table:table><table:table-row table:number-rows-repeated='-9' ><table:table-cell table:formula='x' "
            "table:number-columns-repeated='nul'/></table:table-row></table:table>"
        ),
        "ods entity": lambda: _calc("<!DOCTYPE a [<!ENTITY b 'x'>]>&b;"),
        "csv 30 MB": lambda: b"insz\n" + b"00000000097\n" * 2_500_000,
        "csv field": lambda: b'insz\n"' + b"9" * 5 * MEGABYTES + b'"\n',
        "csv columns": lambda: b"insz" + b";a" * 500_000 + b"\n1\n",
        "csv nul": lambda: b"insz\n0000000\x000097\n",
        "csv bidi": lambda: f"insz{UNICODE['bidi']}\n00000000097\n".encode(),
        "csv sql": lambda: ("insz\n" + "\n".join(SQL) + "\n").encode(),
        "csv digits": lambda: b"insz\n" + b"9" * 100_000 + b"\n",
        "csv arabic": lambda: "insz\n\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0669\u0667\n".encode(),
    }


def _many_parts(number: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each in range(number):
            archive.writestr(f"xl/worksheets/sheet{each}.xml", b"<a/>")
    return out.getvalue()
