"""What a list may look like, and every fault in it, word for word, with its row and no more than two digits."""

from __future__ import annotations

import csv
import dataclasses
import io
import sys
import zipfile
from collections.abc import Sequence

import pytest
from opgroeien_world import ROOT, number

from groeibrief.catalog import Project
from groeibrief.errors import RefusedError, UsageError
from groeibrief.opgroeien.numberlist import Kind, NumberList, fault_report, read_list
from groeibrief.opgroeien.policy import load_track_policy
from groeibrief.opgroeien.spreadsheet import ods

LIMITS = load_track_policy(Project(ROOT)).lijst
ONE, TWO, THREE = number(1), number(2), number(3)
LOST = number(999, "050615")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """The smallest workbook; a cell is the XML inside ``<c>`` with its type, or text."""
    lines = []
    for row, cells in enumerate(rows, 1):
        told = "".join(
            f'<c r="{chr(65 + column)}{row}"{cell}' if cell.startswith((">", " ")) else
            f'<c r="{chr(65 + column)}{row}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for column, cell in enumerate(cells) if cell
        )  # fmt: skip
        lines.append(f'<row r="{row}">{told}</row>')
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="lijst" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def numeric(value: str) -> str:
    return f"><v>{value}</v></c>"


def formula(value: str) -> str:
    return f"><f>1+1</f><v>{value}</v></c>"


def read(data: bytes | str, column: str | None = None, name: str = "lijst.csv") -> NumberList:
    return read_list(data.encode() if isinstance(data, str) else data, name, LIMITS, column)


def said(found: NumberList) -> list[tuple[int, Kind, str]]:
    return [(remark.row, remark.kind, remark.tail) for remark in found.remarks]


@pytest.mark.parametrize(
    "text",
    [
        f"insz\n{ONE}\n{TWO}\n",
        f"\ufeffINSZ\r\n{ONE}\r\n{TWO}\r\n",
        f"naam;Rijksregister-nummer;straat\nA, B;{ONE};x\nC;{TWO};y\n",
        f"naam\tRRN\nA\t{ONE}\nB\t{TWO}\n",
        f'"insz","x"\n"{ONE}","1"\n"{TWO}","2"\n',
        f"{ONE}\n{TWO}\n",
        f"\n\ninsz\n{ONE[:2]}.{ONE[2:4]}.{ONE[4:6]}-{ONE[6:9]}.{ONE[9:]}\n{TWO}\n",
    ],
    ids=["plain", "bom", "semicolons", "tabs", "quoted", "no header", "empty rows first, punctuation"],
)
def test_a_csv_in_any_dress(text: str) -> None:
    found = read(text)
    assert (found.numbers, found.rows, found.faults) == ([ONE, TWO], 2, [])


def test_other_encodings() -> None:
    assert read(f"naam;insz\nAndré;{ONE}\n".encode("cp1252")).numbers == [ONE]
    assert read(f"naam;insz\nAndré;{ONE}\n".encode("utf-16")).numbers == [ONE]


def test_every_fault_has_its_row_and_at_most_two_digits() -> None:
    wrong = ONE[:9] + f"{(int(ONE[9:]) + 1) % 97:02d}"
    rows = [
        ONE, wrong, "", "geen", f"={TWO}", f'="{TWO}"', "1,50615E+10", "1506150", LOST.lstrip("0"), ONE, f"{TWO}0", TWO,
    ]  # fmt: skip
    found = read("\n".join(["insz;x", *(f"{row};" for row in rows), ""]))
    assert found.numbers == [ONE, LOST, TWO]
    assert said(found) == [
        (3, Kind.CHECK, wrong[-2:]),
        (4, Kind.EMPTY, ""),
        (5, Kind.NOT_A_NUMBER, ""),
        (6, Kind.FORMULA, ""),
        (7, Kind.FORMULA, ""),
        (8, Kind.ROUNDED, ""),
        (9, Kind.LENGTH, "50"),
        (10, Kind.REPAIRED, LOST[-2:]),
        (11, Kind.DUPLICATE, ONE[-2:]),
        (12, Kind.LENGTH, f"{TWO}0"[-2:]),
    ]
    assert found.rows == 11
    assert len(found.faults) == 7
    report = fault_report(found)
    assert [row["rij"] for row in csv.DictReader(io.StringIO(report.decode()))] == [str(n) for n in range(3, 13)]
    for whole in (ONE, TWO, wrong, LOST):
        assert whole not in report.decode()
        assert whole[-3:] not in report.decode()


def test_a_row_with_something_beside_an_empty_number() -> None:
    found = read(f"insz;naam\n;iemand\n{ONE};x\n")
    assert said(found) == [(2, Kind.NOT_A_NUMBER, "")]
    assert str(found.remarks[0].finding("lijst.csv", 1)) == (
        "lijst.csv:2:1: Hier staat geen rijksregisternummer. Schrijf elf cijfers, met of zonder leestekens."
    )


def test_xlsx_with_text_numbers_lost_zeros_and_formulas() -> None:
    rows = [
        ["naam", "insz"], ["a", ONE], ["b", numeric(TWO)], ["c", numeric(LOST.lstrip("0"))], ["d", formula(THREE)],
        [], ["e", numeric("1.5E10")], ["f", numeric("15061500.5")], ["g", ' t="b"><v>1</v></c>'],
    ]  # fmt: skip
    found = read(xlsx(rows), name="lijst.xlsx")
    assert found.numbers == [ONE, TWO, LOST]
    assert found.column == 2
    assert said(found) == [
        (4, Kind.REPAIRED, LOST[-2:]), (5, Kind.FORMULA, ""), (6, Kind.EMPTY, ""), (7, Kind.CHECK, "00"),
        (8, Kind.ROUNDED, ""), (9, Kind.NOT_A_NUMBER, ""),
    ]  # fmt: skip


def test_xlsx_that_starts_lower_and_to_the_right() -> None:
    rows: list[list[str]] = [[], [], ["", "", "insz"], ["", "", ONE], ["", "", formula(TWO)]]
    found = read(xlsx(rows), name="lijst.xlsx")
    assert (found.numbers, found.column, said(found)) == ([ONE], 3, [(5, Kind.FORMULA, "")])


def test_ods_with_text_and_formulas() -> None:
    plain = ods("lijst", ["insz", "naam"], [[[ONE, "a"], [TWO, "b"]]])
    assert read(plain, name="lijst.ods").numbers == [ONE, TWO]
    cell = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:formula="of:=1+1" '
        f'office:value-type="string"><text:p>{THREE}</text:p></table:table-cell></table:table-row></table:table>'
    )
    found = read(changed(plain, "</table:table>", cell), name="lijst.ods")
    assert found.numbers == [ONE, TWO]
    assert said(found) == [(4, Kind.FORMULA, ""), (5, Kind.FORMULA, "")]


def changed(data: bytes, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old.encode(), new.encode()) if name == "content.xml" else content)
    return out.getvalue()


def test_a_column_that_is_not_recognised_is_mapped() -> None:
    text = f"kind;ouder\n{ONE};{TWO}\n"
    with pytest.raises(RefusedError) as refusal:
        read(text)
    assert refusal.value.code == "E832"
    assert str(refusal.value) == (
        "lijst.csv:1: Geen enkele kolom wordt herkend. Geef met --column het opschrift of het volgnummer van de kolom "
        "met de rijksregisternummers, of noem ze 'insz'."
    )
    assert read(text, "Ouder").numbers == [TWO]
    assert read(text, "1").numbers == [ONE]
    with pytest.raises(RefusedError) as refusal:
        read(text, "3")
    assert str(refusal.value) == "lijst.csv:1: De kolom die --column noemt, staat niet in de lijst."


def test_two_columns_that_could_be_it() -> None:
    with pytest.raises(RefusedError) as refusal:
        read(f"insz;rijksregisternummer\n{ONE};{TWO}\n")
    assert refusal.value.code == "E832"
    assert str(refusal.value).startswith("lijst.csv:1: Meer dan één kolom kan het zijn. Geef met --column ")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E833"),
        (b"insz\n\n\n", "E833"),
        (b"PK\x03\x04rommel", "E830"),
        (xlsx([["insz"]])[:-40], "E830"),
        (b"\x00\x01\x02insz\n", "E830"),
    ],
    ids=["empty", "only empty rows", "no zip", "cut off", "binary"],
)
def test_what_is_no_list(data: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read(data, name="lijst.ods")
    assert refusal.value.code == code


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(LIMITS.hoogstens_bytes + 1))
    with pytest.raises(RefusedError) as refusal:
        read(out.getvalue(), name="lijst.xlsx")
    assert refusal.value.code == "E831"


@pytest.mark.parametrize(
    "data",
    [
        b"insz\n\x81\n",
        b"insz\n" + b"1" * 200_000 + b"\n",
        xlsx([["insz"], [ONE]]).replace(ONE.encode(), TWO.encode()),
        b"\xff\xfe\x00",
    ],
    ids=["no encoding", "endless cell", "altered zip", "half a letter"],
)
def test_a_file_that_stops_being_a_list_half_way(data: bytes) -> None:
    with pytest.raises(RefusedError) as refusal:
        read(data, name="lijst.csv")
    assert refusal.value.code == "E830"
    assert str(refusal.value) == (
        "lijst.csv: Dit is geen lijst die gelezen kan worden. Lever een CSV in UTF-8, een XLSX of een ODS, zonder "
        "wachtwoord."
    )


def test_a_workbook_without_a_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(RefusedError) as refusal:
        read(out.getvalue(), name="lijst.xlsx")
    assert refusal.value.code == "E830"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("foto.jpg", "x")
    with pytest.raises(RefusedError) as refusal:
        read(out.getvalue(), name="lijst.xlsx")
    assert refusal.value.code == "E830"


def test_without_the_reader_a_csv_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert read(f"insz\n{ONE}\n").numbers == [ONE]
    with pytest.raises(UsageError) as refusal:
        read(xlsx([["insz"], [ONE]]), name="lijst.xlsx")
    assert str(refusal.value) == (
        "lijst.xlsx: XLSX en ODS lezen vraagt de extra 'opgroeien' (python-calamine). Installeer ze, of vraag een CSV."
    )


def test_a_list_with_too_many_rows() -> None:
    limits = dataclasses.replace(LIMITS, hoogstens_rijen=2)
    assert read_list(f"insz\n{ONE}\n{TWO}\n".encode(), "lijst.csv", limits).rows == 2
    with pytest.raises(RefusedError) as refusal:
        read_list(f"insz\n{ONE}\n{TWO}\n{THREE}\n".encode(), "lijst.csv", limits)
    assert str(refusal.value) == "lijst.csv: De lijst telt meer dan 2 rijen. Lever ze in delen."


def test_a_header_without_numbers_below_it() -> None:
    with pytest.raises(RefusedError) as refusal:
        read("insz\n")
    assert str(refusal.value) == "lijst.csv: Er staat geen enkel nummer in de lijst."
