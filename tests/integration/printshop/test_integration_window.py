"""What shows in the envelope's window of the printed pages, wherever the sheet creeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from printed_project import a_project, pages, piece_rows

from groeibrief.catalog.project import Project
from groeibrief.errors import RefusedError
from groeibrief.letters import load_template, template_names
from groeibrief.printshop.policy import load_policy
from groeibrief.printshop.ticket import JobInfo
from groeibrief.workflow.delivery import check_pages

PROJECT = Project(Path(__file__).resolve().parents[3])
_MM = 300 / 25.4


def _positions(window, play):
    """The window's edges on the sheet, in its four extreme positions and in the middle."""
    for x in (0.0, 0.5, 1.0):
        for y in (0.0, 0.5, 1.0):
            left, top = window.x - x * play.breedte, window.y - y * play.hoogte
            yield left, top, left + window.breedte + play.breedte, top + window.hoogte + play.hoogte


@pytest.mark.parametrize("template", template_names(PROJECT))
def test_only_the_address_shows_and_all_of_it(shop, template):
    """Measured here on whole pages, apart from the check that packaging does."""
    opened = shop.opened(template)
    layout, play = load_template(PROJECT, template).layout, load_policy(PROJECT).omslagspeling
    window, address = layout.venster.zichtbaar, layout.venster.adres
    printed = {path.name: pages(path) for path in opened.glob("brieven-*.pdf")}
    for row in piece_rows(opened):
        ink = printed[row["bestand"]][int(row["eerste_pagina"]) - 1] < 128
        block = ink.copy()
        block[: round(address.y * _MM)] = block[round(address.bottom * _MM) :] = False
        block[:, : round(address.x * _MM) - 2] = block[:, round(address.right * _MM) + 2 :] = False
        rows, columns = block.nonzero()
        assert rows.size
        for left, top, right, bottom in _positions(window, play):
            inside = (max(0, round(edge * _MM)) for edge in (left, top, right, bottom))
            x0, y0, x1, y1 = inside
            assert ink[y0:y1, x0:x1].sum() == block.sum(), "something else shows, or the address does not"
            assert x0 <= columns.min()
            assert columns.max() < x1
            assert y0 <= rows.min()
            assert rows.max() < y1


def test_packaging_refuses_letters_that_show_more(shop, tmp_path):
    project = a_project(tmp_path / "project")
    path = project / "letter_templates/informatiebrief/layout.yaml"
    text = path.read_text()
    moved = text.replace("kenmerk: {pagina: 1, x: 25, y: 46,", "kenmerk: {pagina: 1, x: 43, y: 46,")
    assert moved != text
    path.write_text(moved.replace("y: 83.5, breedte: 114, hoogte: 197.5", "y: 80, breedte: 114, hoogte: 201"))
    opened = shop.opened("informatiebrief", project, pieces=1)
    _as_rendered(opened)
    with pytest.raises(RefusedError) as caught:
        check_pages(opened, "informatiebrief", JobInfo("proef"), project, load_policy(Project(project)))
    assert caught.value.code == "E583"
    assert str(caught.value) == (
        "brieven-0001.pdf: Brief 1: naast het adres kan in het venster te zien zijn wat op 97 mm van links en 81 mm "
        "van boven staat. Pas layout.yaml van het sjabloon aan, of kijk in het drukwerkbeleid na of 'omslagspeling' "
        "bij de omslag hoort."
    )


def test_packaging_refuses_a_letter_without_an_address(shop, tmp_path):
    project = a_project(tmp_path / "project")
    opened = shop.opened("informatiebrief", project, pieces=1)
    _as_rendered(opened)
    path = project / "letter_templates/informatiebrief/layout.yaml"
    path.write_text(
        path.read_text().replace("x: 116.5, y: 40.5, breedte: 77, hoogte: 27", "x: 180, y: 60, breedte: 14, hoogte: 8")
    )
    with pytest.raises(RefusedError) as caught:
        check_pages(opened, "informatiebrief", JobInfo("proef"), project, load_policy(Project(project)))
    assert str(caught.value).startswith("brieven-0001.pdf: Brief 1: er staat geen adres in het venster. ")


def _as_rendered(opened: Path) -> None:
    """Give opened content the piece list that it had beside its letters."""
    rows = piece_rows(opened)
    names = ("volgnummer", "bestand", "eerste_pagina", "paginas")
    lines = [";".join(names), *(";".join(row[name] for name in names) for row in rows)]
    (opened / "stukken.csv").write_text("\n".join([*lines, ""]))
