"""Every mark of a batch, read back from the pixels of its pages, against the piece list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from printed_project import a_project, datamatrix, omr_bars, pages, piece_rows

from groeibrief.catalog.project import Project
from groeibrief.errors import RefusedError
from groeibrief.letters import load_template, template_names
from groeibrief.printshop.envelope import Rectangle
from groeibrief.printshop.marks import Marking, check_marks

PROJECT = Project(Path(__file__).resolve().parents[3])


INSERTS = "[{naam: folder A5, gram: 8}, {naam: antwoordomslag, gram: 5}]"


@pytest.mark.parametrize(("inserts", "stations"), [("[]", "00"), (INSERTS, "03")], ids=["none", "two"])
@pytest.mark.parametrize("template", template_names(PROJECT))
def test_each_datamatrix_of_a_batch_is_the_piece_that_the_list_says(shop, tmp_path, template, inserts, stations):
    opened = shop.opened(template, a_project(tmp_path / "project", bijlagen=inserts))
    ticket = json.loads((opened / "opdrachtbon.json").read_bytes())
    assert ticket["druk"]["insteekmerken"] == "datamatrix"
    printed = {path.name: pages(path) for path in opened.glob("brieven-*.pdf")}
    for row in piece_rows(opened):
        assert row["merkopdracht"] == ticket["druk"]["merkopdracht"]
        first, count, sheets = (int(row[name]) for name in ("eerste_pagina", "paginas", "vellen"))
        shown = [datamatrix(page) for page in printed[row["bestand"]][first - 1 : first - 1 + count]]
        marks = [mark for page in shown for mark in page]
        assert marks == [
            (row["merkopdracht"], int(row["volgnummer"]), sheet, sheets, sheet == sheets, row["posten"])
            for sheet in range(1, sheets + 1)
        ]
        assert all(not back for back in shown[1::2]), "a mark on the back of a sheet"
        assert (row["posten"], int(row["bijlagen"])) == (stations, len(ticket["druk"]["bijlagen"]))


def test_each_omr_mark_of_a_batch_is_the_piece_that_the_list_says(shop, tmp_path):
    template = "informatiebrief"
    project = a_project(tmp_path / "project", merktekens="omr", bijlagen=INSERTS)
    opened = shop.opened(template, project)
    area = load_template(Project(project), template).layout.merkteken
    printed = {path.name: pages(path) for path in opened.glob("brieven-*.pdf")}
    rows = piece_rows(opened)
    assert json.loads((opened / "opdrachtbon.json").read_bytes())["druk"]["insteekmerken"] == "omr"
    for row in rows:
        first, sheets, sequence = (int(row[name]) for name in ("eerste_pagina", "vellen", "volgnummer"))
        for sheet in range(1, sheets + 1):
            page = printed[row["bestand"]][first - 1 + 2 * (sheet - 1)]
            start, last, *bits, parity, stop = omr_bars(page, area.x, area.y)
            bits, select = bits[:5], bits[5:]
            assert (
                select
                == [bool(int(row["posten"]) >> station & 1) for station in range(6)]
                == [True, True] + [False] * 4
            )
            assert (start, stop, last) == (True, True, sheet == sheets)
            assert bits == [
                bool(sequence & 4),
                bool(sequence & 2),
                bool(sequence & 1),
                bool(sheet & 2),
                bool(sheet & 1),
            ]
            assert (start + last + sum(bits) + sum(select) + parity + stop) % 2 == 0
    assert len(rows) == 9


def test_without_marks_no_sheet_has_one(shop, tmp_path):
    opened = shop.opened("informatiebrief", a_project(tmp_path / "project", merktekens="geen"), pieces=2)
    assert {row["merkopdracht"] for row in piece_rows(opened)} == {""}
    assert all(not datamatrix(page) for page in pages(opened / "brieven-0001.pdf"))


def marking_of(opened: Path, project: Path | Project, **other: object) -> Marking:
    area = load_template(
        project if isinstance(project, Project) else Project(project), "informatiebrief"
    ).layout.merkteken
    printing = json.loads((opened / "opdrachtbon.json").read_bytes())["druk"]
    place = Rectangle(area.x, area.y, area.right, area.bottom)
    marking = Marking(
        printing["insteekmerken"], place, printing["merkopdracht"], len(printing["bijlagen"]), printing["dubbelzijdig"]
    )
    return marking._replace(**other)


@pytest.mark.parametrize("kind", ["datamatrix", "omr"])
def test_marks_that_say_what_the_ticket_says_are_let_through(shop, tmp_path, kind):
    project = a_project(tmp_path / "project", merktekens=kind, bijlagen=INSERTS)
    opened = shop.opened("informatiebrief", project, pieces=3)
    for row in piece_rows(opened):
        piece = (int(row[name]) for name in ("volgnummer", "eerste_pagina", "paginas"))
        check_marks(opened / row["bestand"], marking_of(opened, project), *piece)


@pytest.mark.parametrize(
    ("kind", "inserts", "found", "wanted"),
    [("datamatrix", 1, "03", "01"), ("datamatrix", 3, "03", "07"), ("omr", 1, "110000", "100000")],
)
def test_a_mark_that_feeds_other_stations_than_the_ticket_is_refused(shop, tmp_path, kind, inserts, found, wanted):
    project = a_project(tmp_path / "project", merktekens=kind, bijlagen=INSERTS)
    opened = shop.opened("informatiebrief", project, pieces=1)
    with pytest.raises(RefusedError) as caught:
        check_marks(opened / "brieven-0001.pdf", marking_of(opened, project, inserts=inserts), 1, 1, 2)
    assert caught.value.code == "E559"
    [finding] = caught.value.findings
    assert finding.melding == ("Brief 1, vel 1: het merk zegt iets anders dan de opdrachtbon. Maak de brieven opnieuw.")
    place = slice(22, 24) if kind == "datamatrix" else slice(7, 13)
    assert (finding.gevonden[place], finding.verwacht[place]) == (found, wanted)


@pytest.mark.parametrize("kind", ["datamatrix", "omr"])
def test_a_sheet_without_the_mark_that_the_ticket_promises_is_refused(shop, tmp_path, kind):
    opened = shop.opened("informatiebrief", a_project(tmp_path / "project", merktekens="geen"), pieces=1)
    marking = marking_of(opened, PROJECT, kind=kind, job="0123456789")
    with pytest.raises(RefusedError) as caught:
        check_marks(opened / "brieven-0001.pdf", marking, 1, 1, 2)
    assert (caught.value.code, caught.value.findings[0].gevonden) == ("E559", "geen merk")


def test_another_sequence_number_or_sheet_is_refused(shop):
    opened = shop.opened("informatiebrief", pieces=2)
    marking = marking_of(opened, PROJECT)
    row = piece_rows(opened)[1]
    first = int(row["eerste_pagina"])
    for sequence, page, count in ((1, first, 2), (2, first, 4)):
        with pytest.raises(RefusedError) as caught:
            check_marks(opened / row["bestand"], marking, sequence, page, count)
        assert caught.value.code == "E559"
