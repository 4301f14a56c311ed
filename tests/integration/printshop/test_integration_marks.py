"""Every mark of a batch, read back from the pixels of its pages, against the piece list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from printed_project import a_project, datamatrix, omr_bars, pages, piece_rows

from groeibrief.catalog.project import Project
from groeibrief.letters import load_template, template_names

PROJECT = Project(Path(__file__).resolve().parents[3])


@pytest.mark.parametrize("template", template_names(PROJECT))
def test_each_datamatrix_of_a_batch_is_the_piece_that_the_list_says(shop, template):
    opened = shop.opened(template)
    ticket = json.loads((opened / "opdrachtbon.json").read_bytes())
    assert ticket["druk"]["insteekmerken"] == "datamatrix"
    printed = {path.name: pages(path) for path in opened.glob("brieven-*.pdf")}
    for row in piece_rows(opened):
        assert row["merkopdracht"] == ticket["druk"]["merkopdracht"]
        first, count, sheets = (int(row[name]) for name in ("eerste_pagina", "paginas", "vellen"))
        shown = [datamatrix(page) for page in printed[row["bestand"]][first - 1 : first - 1 + count]]
        marks = [mark for page in shown for mark in page]
        assert marks == [
            (row["merkopdracht"], int(row["volgnummer"]), sheet, sheets, sheet == sheets)
            for sheet in range(1, sheets + 1)
        ]
        assert all(not back for back in shown[1::2]), "a mark on the back of a sheet"


def test_each_omr_mark_of_a_batch_is_the_piece_that_the_list_says(shop, tmp_path):
    template = "informatiebrief"
    project = a_project(tmp_path / "project", merktekens="omr")
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
            assert (start, stop, last) == (True, True, sheet == sheets)
            assert bits == [
                bool(sequence & 4),
                bool(sequence & 2),
                bool(sequence & 1),
                bool(sheet & 2),
                bool(sheet & 1),
            ]
            assert (start + last + sum(bits) + parity + stop) % 2 == 0
    assert len(rows) == 9


def test_without_marks_no_sheet_has_one(shop, tmp_path):
    opened = shop.opened("informatiebrief", a_project(tmp_path / "project", merktekens="geen"), pieces=2)
    assert {row["merkopdracht"] for row in piece_rows(opened)} == {""}
    assert all(not datamatrix(page) for page in pages(opened / "brieven-0001.pdf"))
