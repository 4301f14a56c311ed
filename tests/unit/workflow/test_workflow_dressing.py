"""A request's own texts and logo: checked when given, approved with it, printed, and there again in each copy."""

from __future__ import annotations

import dataclasses
import io
import json
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from workflow_office import CASES, CONTENT, KBO, TEXT, World, council_decision

from groeibrief.artefacts import sha256_bytes
from groeibrief.errors import DefinitionError, RefusedError, UsageError, UserError
from groeibrief.letters.logo import load_logo
from groeibrief.workflow import approvals, requests
from groeibrief.workflow.letterpictures import letter_fault, letter_picture, look_of
from groeibrief.workflow.mailing import archive_letter, render_letters
from groeibrief.workflow.office import Content
from groeibrief.workflow.requestlogos import attach_logo, logo_of, remove_logo
from groeibrief.workflow.requestviews import request_for_authority

SAID = "Het aanbod geldt tot het einde van het jaar."
OWN = dataclasses.replace(CONTENT, texts={"toelichting": SAID})


def png(grey: int = 40) -> bytes:
    sink = io.BytesIO()
    Image.new("L", (80, 20), grey).save(sink, "PNG")
    return sink.getvalue()


def words_of(path: Path, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return " ".join(document[page].get_textpage().get_text_bounded().split())
    finally:
        document.close()


def pictures_on(path: Path) -> int:
    document = pypdfium2.PdfDocument(path)
    try:
        return len(list(document[0].get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,))))
    finally:
        document.close()


def dressed(world: World) -> str:
    """A request with a text and a logo of its own, approved."""
    office, town, analyst = world.office, world.viewer("gemeente"), world.viewer("analist.een")
    number = requests.open_request(office, town, KBO, OWN).id
    attach_logo(office, town, number, png())
    requests.define(office, town, number, TEXT, CASES)
    requests.attach_decision(office, town, number, council_decision(), "2025/12", date(2025, 10, 1))
    requests.submit(office, town, number)
    requests.agree(office, analyst, number, "VUTG-2025-1", date(2025, 11, 3))
    requests.review(office, analyst, number)
    approvals.approve(office, world.viewer("analist.twee"), number)
    return number


def test_a_run_prints_them_and_every_copy_has_them_again(world: World, tmp_path: Path) -> None:
    number = dressed(world)
    world.run(number)
    letters, selection = world.folder / "brieven", world.folder / "selectie"
    assert SAID in words_of(letters / "brieven-0001.pdf")
    assert pictures_on(letters / "brieven-0001.pdf") == 1
    summary = json.loads((letters / "brieven.json").read_bytes())
    assert summary["logo_sha256"] == sha256_bytes(png())
    assert summary["teksten_sha256"] is not None
    # Whatever the request says by now: the selection keeps what was approved.
    settings, root = world.office.settings, world.office.project.root
    render_letters(selection, tmp_path / "weer", settings, project=root)
    for path in letters.iterdir():
        assert (tmp_path / "weer" / path.name).read_bytes() == path.read_bytes(), path.name
    archive_letter(selection, 1, tmp_path / "archief.pdf", settings, project=root)
    assert SAID in words_of(tmp_path / "archief.pdf")
    assert pictures_on(tmp_path / "archief.pdf") == 1


def test_another_text_or_logo_voids_the_approval(world: World) -> None:
    number = dressed(world)
    office, analyst = world.office, world.viewer("analist.een")
    assert approvals.standing_of(office, analyst, number).valid
    changed = dataclasses.replace(OWN, texts={"toelichting": "Iets anders."})
    requests.change_request(office, analyst, number, changed)
    assert office.requests.get(analyst, number).content.logo is not None
    assert not approvals.standing_of(office, analyst, number).valid
    with pytest.raises(UserError):
        world.run(number)
    approvals.approve(office, world.viewer("analist.twee"), number)
    attach_logo(office, analyst, number, png(90))
    assert not approvals.standing_of(office, analyst, number).valid


def test_a_text_that_does_not_belong_in_the_letter_is_not_kept(world: World) -> None:
    office, town = world.office, world.viewer("gemeente")
    for texts, code in (({"slot": "Tot ziens."}, "E660"), ({"toelichting": "Vraag naar de zorgtoeslag."}, "E663")):
        bad = dataclasses.replace(CONTENT, texts=texts)
        with pytest.raises(UsageError) as refused:
            requests.open_request(office, town, KBO, bad)
        assert refused.value.code == code
    number = requests.open_request(office, town, KBO, OWN).id
    with pytest.raises(UsageError) as refused:
        requests.change_request(office, town, number, dataclasses.replace(OWN, texts={"toelichting": "jullie"}))
    assert refused.value.code == "E662"
    assert office.requests.get(town, number).content.texts == OWN.texts


def test_a_logo_that_is_none_is_not_kept(world: World) -> None:
    office, town = world.office, world.viewer("gemeente")
    number = requests.open_request(office, town, KBO, OWN).id
    with pytest.raises(UsageError) as refused:
        attach_logo(office, town, number, b"")
    assert (refused.value.code, str(refused.value)) == ("E589", "Kies een bestand met het logo: PNG, SVG of PDF.")
    script = b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><script>x</script></svg>'
    with pytest.raises(DefinitionError) as bad:
        attach_logo(office, town, number, script)
    assert bad.value.code == "E654"
    with pytest.raises(UserError):
        attach_logo(office, world.viewer("buur"), number, png())
    assert office.requests.get(town, number).content.logo is None
    assert list(office.cabinet.room("logos").iterdir()) == []


def test_the_project_has_a_logo_until_the_request_does(world: World) -> None:
    office, town = world.office, world.viewer("gemeente")
    number = requests.open_request(office, town, KBO, OWN).id
    assert logo_of(office, KBO, None) == load_logo(office.project, KBO)
    attach_logo(office, town, number, png())
    logo = office.requests.get(town, number).content.logo
    drawn = logo_of(office, KBO, logo)
    assert drawn is not None
    assert (drawn.sha256, set(drawn.grey)) == (sha256_bytes(png()), {40})


def test_a_kept_logo_that_changed_is_not_drawn(world: World) -> None:
    office, town = world.office, world.viewer("gemeente")
    number = requests.open_request(office, town, KBO, OWN).id
    attach_logo(office, town, number, png())
    [path] = office.cabinet.room("logos").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(png(90))
    content = office.requests.get(town, number).content
    message = "Het logo van de aanvraag is weg of is gewijzigd. Voeg het opnieuw toe en verwittig een beheerder."
    with pytest.raises(RefusedError) as refused:
        logo_of(office, KBO, content.logo)
    assert (refused.value.code, str(refused.value)) == ("E588", message)
    assert letter_fault(look_of(office, KBO, "OCMW Proef", content)) == message


def test_the_picture_shows_the_text_and_the_logo(world: World) -> None:
    office, town = world.office, world.viewer("gemeente")
    number = requests.open_request(office, town, KBO, CONTENT).id
    shown = []

    def picture() -> bytes:
        seen = request_for_authority(office, town, number)
        return letter_picture(look_of(office, seen.authority, seen.authority_name, seen.content), whole=False)

    shown.append(picture())
    requests.change_request(office, town, number, OWN)
    shown.append(picture())
    attach_logo(office, town, number, png())
    shown.append(picture())
    remove_logo(office, town, number)
    assert picture() == shown[1]
    assert len(set(shown)) == 3


def test_what_was_kept_before_there_were_logos_reads_back_with_the_same_hash() -> None:
    before = OWN.as_json()
    assert "logo" not in before
    assert Content.from_json(before) == OWN
