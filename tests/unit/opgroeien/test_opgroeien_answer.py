"""The answer: what is in the seal, who gets it, once; the stops; the receipt, the proof of erasure, the attest."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pyrage
import pytest
from opgroeien_world import NOW, ROOT, Office, People, listed, number
from test_opgroeien_protocol import text_of

from groeibrief.catalog import Catalogue
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import read_public_key, signer
from groeibrief.opgroeien.answer import CSV, ODS, README, SUMS, TOTALS, _cell
from groeibrief.opgroeien.lifecycle import Act, State
from groeibrief.opgroeien.spreadsheet import ods
from groeibrief.workflow.opgroeienlists import answer_list, close_protocol

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CHILDREN = [number(serial) for serial in range(1, 6)]


@pytest.fixture
def snapshot(catalogue: Catalogue, tmp_path: Path) -> Path:
    """Five children in Torhout; the first three have the right, granted to a name that a spreadsheet could run."""
    people = People(catalogue)
    people.person(11, number(11, "850101"), name='"Kanarie", & <Zn>', born=date(1985, 1, 1))
    people.rows["persoon"][-1]["voornaam"] = "=cmd|' /C calc'!A0"
    for child, insz in enumerate(CHILDREN, 1):
        people.child(child, insz, [11])
    for child in (1, 2, 3):
        people.right(child)
    return people.write(tmp_path / "s" / "proef").folder


def opened(office: Office, folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(office.municipality.open(folder / "antwoord.zip.age"))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def cells(data: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        ElementTree.fromstring(archive.read("META-INF/manifest.xml"))
        root = ElementTree.fromstring(archive.read("content.xml"))
    found = []
    for row in root.iter(f"{TABLE}table-row"):
        own = list(row.iter(f"{TABLE}table-cell"))
        assert all(cell.get(f"{OFFICE}value-type") == "string" for cell in own)
        assert not any(f"{TABLE}formula" in cell.attrib for cell in own)
        found.append(["".join(cell.find(f"{TEXT}p").itertext()) for cell in own])  # type: ignore[union-attr]
    return found


def test_what_is_in_the_seal(office: Office, snapshot: Path) -> None:
    name = office.received([*CHILDREN, CHILDREN[0], "12345678901"])
    compared = office.match(name, snapshot)
    assert compared.stops == ()
    made = office.answer(name, office.folder / "antwoord")
    inside = opened(office, made.folder)
    assert sorted(inside) == sorted([CSV, ODS, README, SUMS, TOTALS])
    rows = list(csv.reader(io.StringIO(inside[CSV].decode(), newline="")))
    assert rows[0] == ["insz", "antwoord", "maand", "toegekend_aan"]
    assert [row[0] for row in rows[1:]] == CHILDREN
    assert [row[1:3] for row in rows[1:]] == [["ja", "2025-11"]] * 3 + [["nee", "2025-11"]] * 2
    assert rows[1][3] == "'=cmd|' /C calc'!A0 \"Kanarie\", & <Zn> (geheel)"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    sheet = cells(inside[ODS])
    assert sheet[0] == rows[0]
    assert sheet[1][3] == "=cmd|' /C calc'!A0 \"Kanarie\", & <Zn> (geheel)", "a text cell needs no apostrophe"
    assert [row[:3] for row in sheet] == [row[:3] for row in rows]
    assert json.loads(inside[TOTALS]) == {
        "protocol": name, "rijen": 7, "ja": 3, "nee": 2, "onbekend": 0, "niet_in_doelgroep": 0, "zonder_antwoord": 0,
        "dubbel": 1, "fouten": 1,
    }  # fmt: skip
    assert made.as_json().items() >= json.loads(inside[TOTALS]).items()
    sums = dict(line.split("  ")[::-1] for line in inside[SUMS].decode().splitlines())
    assert sums == {part: hashlib.sha256(data).hexdigest() for part, data in inside.items() if part != SUMS}
    told = inside[README].decode()
    assert "Dit is een proef met verzonnen gegevens" in told
    assert "ten laatste op 31/05/2026" in told


def test_the_clear_part_is_signed_and_says_nothing_of_the_answer(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    made = office.answer(name, office.folder / "antwoord")
    assert sorted(path.name for path in made.folder.iterdir()) == ["antwoord.zip.age", "manifest.json", "manifest.sig"]
    data = (made.folder / "manifest.json").read_bytes()
    key = read_public_key(office.folder / "opgroeien-teken.pub")
    assert signer(data, (made.folder / "manifest.sig").read_bytes(), [key]) is key
    told = json.loads(data)
    assert set(told) == {
        "formaat", "versie", "protocol", "ronde", "bestand", "sha256", "ontvanger", "ondertekenaar", "vervalt",
    }  # fmt: skip
    assert told["sha256"] == hashlib.sha256((made.folder / "antwoord.zip.age").read_bytes()).hexdigest() == made.sealed
    assert told["vervalt"] == "2026-05-31"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt((made.folder / "antwoord.zip.age").read_bytes(), [office.identity])


def test_the_second_pair_of_eyes_and_only_one_delivery(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    with pytest.raises(RefusedError) as refusal:
        answer_list(office.track, name, office.folder / "uit", office.signer, office.an)
    assert (refusal.value.code, str(refusal.value)) == (
        "E850", "Wie de lijst vergeleek, levert het antwoord niet: laat een andere behandelaar het nakijken.",
    )  # fmt: skip
    assert not (office.folder / "uit").exists()
    office.answer(name, office.folder / "uit")
    for out in ("uit", "nog"):
        with pytest.raises(RefusedError) as refusal:
            office.answer(name, office.folder / out)
        assert str(refusal.value) == ("Dit antwoord is al geleverd; dat gebeurt één keer. De werkgegevens zijn gewist.")
    assert office.ledger.count("antwoorden") == 1


def test_a_folder_that_is_there_is_not_replaced(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    (office.folder / "uit").mkdir()
    (office.folder / "uit" / "iets").write_text("x")
    with pytest.raises(UsageError) as refusal:
        office.answer(name, office.folder / "uit")
    assert refusal.value.code == "E210"
    assert office.state(name) is State.READY
    assert office.answer(name, office.folder / "elders").totals.ja == 3, "nothing was begun"


def test_the_working_data_are_gone_with_proof(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    work = office.folder / "staat" / "opgroeien" / "werk"
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in work.rglob("*.age")}
    assert len(before) == 2
    made = office.answer(name, office.folder / "uit")
    assert list(work.iterdir()) == []
    told = json.loads(made.proof.read_bytes())
    assert {entry["bestand"]: entry["sha256"] for entry in told["gewist"]} == before
    assert told["overgebleven"] == []
    assert office.ledger[-1] == "gewist"


def test_comparing_again_replaces_the_queued_answer(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    office.match(name, snapshot)
    assert len(list((office.folder / "staat" / "opgroeien" / "werk").rglob("*.zip.age"))) == 1
    assert office.answer(name, office.folder / "uit").totals.ja == 3


@pytest.mark.parametrize("how", ["withdrawn", "expired", "dropped"])
def test_a_queued_answer_is_stopped(office: Office, snapshot: Path, how: str) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    if how == "withdrawn":
        office.track.withdraw(name, "op vraag", office.dina)
    elif how == "dropped":
        office.track.drop_list(name, "verkeerd", office.an)
    else:
        office.clock.moment = NOW + timedelta(365)
        office.reopened()
    with pytest.raises(RefusedError) as refusal:
        office.answer(name, office.folder / "uit")
    assert (refusal.value.code, refusal.value.exit_code) == ("E810", 5)
    assert not (office.folder / "uit").exists()
    assert list((office.folder / "staat" / "opgroeien" / "werk").iterdir()) == []


def test_an_answer_that_was_altered_in_between(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    [path] = (office.folder / "staat" / "opgroeien" / "werk").rglob("*.zip.age")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RefusedError) as refusal:
        office.answer(name, office.folder / "uit")
    assert (refusal.value.code, str(refusal.value)) == (
        "E844", "De verzegelde werkgegevens zijn weg of gewijzigd. Verwerp deze lijst en vraag ze opnieuw.",
    )  # fmt: skip
    assert not (office.folder / "uit").exists()


def test_a_list_that_is_too_large_or_too_strange_waits_for_the_dpo(office: Office, snapshot: Path) -> None:
    strangers = [number(serial) for serial in range(100, 130)]
    name = office.received([*CHILDREN, *strangers])
    compared = office.match(name, snapshot)
    assert compared.stops == (
        "De lijst vraagt naar veel meer kinderen dan er in de doelgroep wonen.",
        "Te veel kinderen van de lijst horen niet bij de doelgroep.",
    )
    assert office.state(name) is State.STOPPED
    with pytest.raises(RefusedError) as refusal:
        office.answer(name, office.folder / "uit")
    assert refusal.value.code == "E810"
    with pytest.raises(RefusedError) as refusal:
        office.track.release(name, "het bestuur fuseert", office.an)
    assert str(refusal.value) == "'stop-opheffen' doet een behandelaar niet: dat doet een dpo."
    assert office.track.release(name, "het bestuur fuseert", office.dina).state is State.READY
    assert office.answer(name, office.folder / "uit").totals.niet_in_doelgroep == 30


def test_a_child_in_two_protocols_in_a_month(office: Office, snapshot: Path) -> None:
    first = office.received(CHILDREN[:3])
    assert office.match(first, snapshot).stops == ()
    second = office.received(CHILDREN[2:])
    assert office.match(second, snapshot).stops == (
        "Kinderen die deze maand ook in een lijst van een ander protocol staan: 1.",
    )
    database = (office.folder / "staat" / "opgroeien" / "protocollen.sqlite").read_bytes()
    assert not [insz for insz in CHILDREN if insz.encode() in database]
    keys = office.folder / "staat" / "opgroeien" / "pseudoniemen"
    assert [path.name for path in keys.iterdir()] == ["2026-03.sleutel"]
    office.clock.moment = NOW + timedelta(31)
    third = office.received(CHILDREN)
    assert office.match(third, snapshot).stops == (), "another month, and the first is forgotten"
    assert [path.name for path in keys.iterdir()] == ["2026-04.sleutel"]


def test_the_same_protocol_compares_as_often_as_it_likes(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    assert office.match(name, snapshot).stops == ()
    assert office.match(name, snapshot).stops == ()


def test_one_list_or_one_each_period(office: Office, snapshot: Path) -> None:
    once = office.received(CHILDREN[:2])
    office.match(once, snapshot)
    office.answer(once, office.folder / "uit")
    with pytest.raises(RefusedError) as refusal:
        office.receive(once, listed(CHILDREN))
    assert str(refusal.value) == "Dit protocol geldt voor één lijst, en die is beantwoord. Maak een nieuw protocol."
    monthly = office.received(CHILDREN[2:], periodiciteit="maandelijks")
    office.match(monthly, snapshot)
    office.answer(monthly, office.folder / "uit2")
    with pytest.raises(RefusedError) as refusal:
        office.receive(monthly, listed(CHILDREN[2:]))
    assert (refusal.value.code, str(refusal.value)) == (
        "E813", "De periodiciteit is maandelijks: de volgende lijst kan vanaf 2026-04-01.",
    )  # fmt: skip
    office.clock.moment = NOW + timedelta(30)
    assert office.receive(monthly, listed(CHILDREN[2:])).number == 2


def test_the_receipt_ends_it_and_the_attest_names_nobody(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    with pytest.raises(RefusedError) as refusal:
        office.track.attest(name, office.folder / "attest.pdf")
    assert refusal.value.code == "E854"
    office.match(name, snapshot)
    made = office.answer(name, office.folder / "uit")
    with pytest.raises(RefusedError) as refusal:
        close_protocol(office.track, name, None, office.an)
    assert (refusal.value.code, str(refusal.value)) == (
        "E852",
        "Er is nog geen ontvangstbewijs van het bestuur. Geef het met --receipt, of wacht tot 30 dagen na de levering.",
    )
    receipt = office.municipality.receipt(name, made.folder / "manifest.json")
    with pytest.raises(RefusedError) as refusal:
        close_protocol(office.track, name, receipt, office.an)
    assert refusal.value.code == "E821"
    receipt = office.municipality.receipt(name, made.folder / "antwoord.zip.age")
    assert close_protocol(office.track, name, receipt, office.an).state is State.CLOSED
    office.track.attest(name, office.folder / "attest.pdf")
    told = text_of(office.folder / "attest.pdf")
    for part in (name, "OCMW Torhout", "Antwoord geleverd op: 02/03/2026", "korting op lokale dienstverlening"):
        assert part in told
    assert "Kanarie" not in told


def test_without_a_receipt_after_the_term(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    office.answer(name, office.folder / "uit")
    office.clock.moment = NOW + timedelta(30)
    assert close_protocol(office.track, name, None, office.an).state is State.CLOSED


def test_a_sheet_holds_any_text_and_no_more() -> None:
    odd = ["=1+1", "<a>&\"'", "\x00\x0b\ufffe\ud800x", "é😀", ""]
    sheet = cells(ods("blad", odd, [[odd], [odd]]))
    assert sheet == [["=1+1", "<a>&\"'", "x", "é😀", ""]] * 3


def test_a_protocol_is_not_ended_before_its_working_data_are_gone(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)

    class StoppedError(Exception):
        pass

    def stop(step: str) -> None:
        if step == "geleverd":
            raise StoppedError

    with pytest.raises(StoppedError):
        office.answer(name, office.folder / "uit", step=stop)
    with pytest.raises(RefusedError) as refusal:
        close_protocol(office.track, name, None, office.an)
    assert (refusal.value.code, str(refusal.value)) == (
        "E853", "De werkgegevens zijn nog niet gewist. Herhaal eerst 'opgroeien answer'.",
    )  # fmt: skip
    assert office.answer(name, office.folder / "uit").totals.ja == 3


def test_a_months_key_that_was_altered(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    (office.folder / "staat" / "opgroeien" / "pseudoniemen" / "2026-03.sleutel").write_bytes(b"kort")
    with pytest.raises(RefusedError) as refusal:
        office.match(name, snapshot)
    assert str(refusal.value) == "De maandsleutel van de pseudoniemen is gewijzigd. Verwittig de DPO."


def test_a_list_that_was_dropped_asked_about_nobody(office: Office, snapshot: Path) -> None:
    first = office.received(CHILDREN)
    office.match(first, snapshot)
    office.track.drop_list(first, "verkeerd", office.an)
    second = office.received(CHILDREN)
    assert office.match(second, snapshot).stops == ()


def test_withdrawn_by_a_process_that_was_killed_before_it_erased(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)

    class StoppedError(Exception):
        pass

    def stop(step: str) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        office.answer(name, office.folder / "uit", step=stop)
    with office.track.protocols.act(name, Act.WITHDRAW, office.an, NOW):
        pass
    with pytest.raises(RefusedError) as refusal:
        office.answer(name, office.folder / "uit")
    assert refusal.value.code == "E810"
    assert not (office.folder / "uit").exists()
    office.reopened().protocols.all()
    assert list((office.folder / "staat" / "opgroeien" / "werk").iterdir()) == []


def test_the_ledger_holds_what_an_answer_was_made_of(office: Office, snapshot: Path) -> None:
    name = office.received(CHILDREN)
    office.match(name, snapshot)
    made = office.answer(name, office.folder / "uit")
    [compared] = [entry for entry in office.entries if entry.act == "vergelijken"]
    [delivered] = [entry for entry in office.entries if entry.act == "antwoorden"]
    policy = ROOT / "rules" / "policies" / "opgroeien.yaml"
    assert compared.hashes["beleid"] == hashlib.sha256(policy.read_bytes()).hexdigest()
    assert compared.hashes["antwoord"] == delivered.hashes["antwoord"] == made.sealed
    assert (compared.who, delivered.who) == ("an", "bert")
    manifest = (made.folder / "manifest.json").read_bytes()
    assert delivered.hashes["manifest"] == hashlib.sha256(manifest).hexdigest()


def test_no_cell_begins_a_formula_wherever_a_spreadsheet_divides_a_row() -> None:
    for written, told in (
        ("=1+1 (geheel)", "'=1+1 (geheel)"),
        ("Jan (helft); =cmd (helft)", "Jan (helft); '=cmd (helft)"),
        ("a;@x;-2", "a;'@x;'-2"),
        ("＝1", "'＝1"),
        ("Anne-Marie + Piet", "Anne-Marie + Piet"),
    ):
        assert _cell(written) == told
