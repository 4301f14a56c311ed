"""The register: the first entries, followed through mergers; figures; tables that are never formulas."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from casework_world import NOW, ROOT, World, catalogue

from groeibrief.casework.first_entries import COLUMNS, first_entries
from groeibrief.casework.register import Event, Filter, Register, Track, code_of, made_public
from groeibrief.casework.register_figures import Figures, figures
from groeibrief.casework.tables import as_csv, as_ods
from groeibrief.catalog import Project
from groeibrief.errors import DefinitionError, RefusedError, UsageError

ANSWER, AFTER = date(2020, 12, 31), date(2025, 6, 1)
MUNICIPALITIES = catalogue().municipalities
CHOOSE = "Kies uit: geïnformeerd, interesse, aanvraag, advies, afgesloten, verstuurd, geweigerd, beëindigd."
NO_CODE = "Geef de NIS-code van het bestuur; alleen een informatieronde gaat over alle gemeenten."
BAD_ROW = "Deze rij is onvolledig of heeft een waarde die niet bestaat."


@pytest.fixture
def register(world: World) -> Register:
    register = Register(world.cabinet, MUNICIPALITIES)
    assert register.load(first_entries(ROOT, MUNICIPALITIES), NOW) == 64
    assert register.load(first_entries(ROOT, MUNICIPALITIES), NOW) == 0, "loading again adds nothing"
    return register


def names(register: Register, day: date = ANSWER, **wanted: object) -> list[str]:
    return [event.name for event in register.events(Filter(**wanted), day)]  # type: ignore[arg-type]


def test_the_first_entries_are_those_of_the_answer(register: Register) -> None:
    assert names(register, track=Track.OPGROEIEN, status="afgesloten") == [
        "Bree", "Gingelom", "Kaprijke", "Leopoldsburg", "Linter", "Lokeren", "Lubbeek", "Maldegem",
    ]  # fmt: skip
    assert len(names(register, track=Track.OPGROEIEN, status="interesse")) == 21
    assert names(register, track=Track.VUTG, status="afgesloten") == ["Torhout"]
    interested = names(register, track=Track.VUTG, status="interesse")
    assert (len(interested), interested[0], interested[-1]) == (30, "Balen", "Zwevegem")
    assert sorted({each.on for each in register.events(Filter(status="geïnformeerd"), ANSWER)}) == [
        date(2020, 9, 21), date(2020, 10, 22),
    ]  # fmt: skip


def test_an_authority_may_be_interested_and_concluded_at_once(register: Register) -> None:
    bree = register.events(Filter(name="bree", track=Track.OPGROEIEN), ANSWER)
    assert [event.status for event in bree] == ["afgesloten", "interesse"]


def test_joint_applicants_are_one_event_of_two_municipalities(register: Register) -> None:
    (joint,) = register.events(Filter(name="Bilzen-Hoeselt"), ANSWER)
    assert joint.codes == joint.current(ANSWER, MUNICIPALITIES) == ("73006", "73032")
    assert joint.current(AFTER, MUNICIPALITIES) == ("73110",), "they merged"
    assert "Bilzen" in names(register, AFTER, code="73110")
    assert names(register, ANSWER, code="73006") == names(register, AFTER, code="73006") == ["Bilzen", "Bilzen-Hoeselt"]


def test_who_never_used_a_track_is_asked_of_a_day(register: Register) -> None:
    before, later = dict(register.never(Track.VUTG, ANSWER)), dict(register.never(Track.VUTG, AFTER))
    assert (len(before), len(later)) == (300 - 32, 285 - 31)
    assert "31033" not in before
    assert ("73032" in before, "73110" in later) == (False, False)
    assert "44083" in before
    assert dict(register.never(Track.VUTG, date(2020, 10, 21))).keys() >= {"31033"}, "not yet on that day"


def figure(made: Figures, track: Track, status: str, year: int | None = None) -> tuple[int, int]:
    (row,) = (row for row in made.rows if (row.track, row.status, row.year) == (track, status, year))
    return row.requests, row.authorities


def test_figures_set_requests_beside_authorities(register: Register) -> None:
    events = register.events(Filter(), ANSWER)
    then = figures(events, ANSWER, MUNICIPALITIES, {})
    assert figure(then, Track.VUTG, "interesse") == (30, 31)
    assert figure(then, Track.VUTG, "interesse", 2020) == (30, 31)
    assert figure(then, Track.OPGROEIEN, "afgesloten") == (8, 8)
    assert (then.both, then.municipalities, then.approximate) == (9, 300, 60)
    now = figures(events, AFTER, MUNICIPALITIES, {})
    assert figure(now, Track.VUTG, "interesse") == (30, 30), "Bilzen and Hoeselt are one now"
    assert figure(now, Track.OPGROEIEN, "interesse") == (21, 20)
    assert figures(events, date(2020, 9, 1), MUNICIPALITIES, {}).rows == ()


def event(status: str, on: date, name: str = "Aalter", codes: tuple[str, ...] = ("44084",), **more: object) -> Event:
    return Event(name, codes, Track.VUTG, status, on, True, "e-mail", **more)  # type: ignore[arg-type]


def test_lead_times_are_of_certain_days_only(register: Register, world: World) -> None:
    analyst = world.viewer("analist.een")
    register.add(analyst, event("interesse", date(2021, 1, 4)), NOW)
    register.add(analyst, event("afgesloten", date(2021, 2, 3)), NOW)
    register.add(analyst, event("interesse", date(2021, 1, 4), "Aartselaar", ("11001",)), NOW)
    register.add(analyst, event("afgesloten", date(2021, 1, 14), "Aartselaar", ("11001",)), NOW)
    made = figures(register.events(Filter(), AFTER), AFTER, MUNICIPALITIES, {})
    times = {each.step: (each.cases, each.days) for each in made.lead_times if each.track is Track.VUTG}
    assert times[("interesse", "afgesloten")] == (2, 20.0)
    assert times[("geïnformeerd", "interesse")] == (2, 105.0)
    assert times[("afgesloten", "verstuurd")] == (0, None)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (event("belangstelling", ANSWER), f"'belangstelling' is geen stand. {CHOOSE}"),
        (event("intresse", ANSWER), f"'intresse' is geen stand. {CHOOSE} Bedoelde u 'interesse'?"),
        (event("interesse", ANSWER, codes=("99999",)), "99999 is op 2020-12-31 geen Vlaamse gemeente."),
        (event("interesse", AFTER, codes=("73006",)), "73006 is op 2025-06-01 geen Vlaamse gemeente."),
        (event("interesse", ANSWER, codes=()), NO_CODE),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be(register: Register, world: World, given: Event, told: str) -> None:
    with pytest.raises(UsageError) as refusal:
        register.add(world.viewer("analist.een"), given, NOW)
    assert (refusal.value.code, str(refusal.value)) == ("E724", told)


def test_who_keeps_the_register(register: Register, world: World) -> None:
    register.add(world.viewer("opgroeien"), event("interesse", ANSWER), NOW)
    with pytest.raises(UsageError) as twice:
        register.add(world.viewer("analist.een"), event("interesse", ANSWER), NOW)
    assert (twice.value.code, str(twice.value)) == ("E725", "Dit feit staat al in het register.")
    with pytest.raises(RefusedError) as refusal:
        register.add(world.viewer("torhout"), event("aanvraag", ANSWER), NOW)
    assert str(refusal.value) == "Het register wordt bijgehouden door een analist, de DPO of Opgroeien."


def test_the_public_sees_public_events_without_reasons(register: Register, world: World) -> None:
    analyst = world.viewer("analist.een")
    register.add(analyst, event("interesse", ANSWER, reason="te duur anders", public=True), NOW)
    register.add(analyst, event("afgesloten", ANSWER, reason="geheim"), NOW)
    found = register.events(Filter(public=True, code="44084", track=Track.VUTG), ANSWER)
    assert [each.status for each in found] == ["interesse"]
    assert made_public(found[0]).reason == ""


@pytest.mark.parametrize(
    ("wanted", "many"),
    [
        ({"since": date(2020, 10, 22)}, 62),
        ({"until": date(2020, 9, 21)}, 2),
        ({"code": "31033"}, 1),
        ({"code": "73110"}, 3),
        ({"name": "sint"}, 1),
        ({"track": Track.VUTG, "status": "geïnformeerd"}, 2),
    ],
)
def test_filters(register: Register, wanted: dict[str, object], many: int) -> None:
    assert len(names(register, AFTER, **wanted)) == many


# Files of first entries


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Xyz;Xyz;vutg;interesse;2020-10-22;nee;ja;bron;", "Er is op 2020-10-22 geen Vlaamse gemeente 'Xyz'."),
        (
            "Alter;Alter;vutg;interesse;2020-10-22;nee;ja;bron;",
            "Er is op 2020-10-22 geen Vlaamse gemeente 'Alter'. Bedoelde u 'Aalter'?",
        ),
        ("Bree;Bree;post;interesse;2020-10-22;nee;ja;bron;", BAD_ROW),
        ("Bree;Bree;vutg", BAD_ROW),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_has_its_line(tmp_path: Path, row: str, told: str) -> None:
    folder = tmp_path / "rules" / "register"
    folder.mkdir(parents=True)
    (folder / "proef.csv").write_text(f"{';'.join(COLUMNS)}\nBree;Bree;vutg;interesse;2020-10-22;nee;ja;bron;\n{row}\n")
    with pytest.raises(DefinitionError) as refusal:
        first_entries(Project(tmp_path), MUNICIPALITIES)
    assert refusal.value.code == "E322"
    assert str(refusal.value) == f"rules/register/proef.csv:3: {told}"


def test_another_header_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT.rules / "register", tmp_path / "rules" / "register")
    path = tmp_path / "rules" / "register" / "antwoord-2020-2021.csv"
    path.write_text(path.read_text().replace("naam;", "name;", 1))
    with pytest.raises(DefinitionError) as refusal:
        first_entries(Project(tmp_path), MUNICIPALITIES)
    assert str(refusal.value) == f"rules/register/antwoord-2020-2021.csv:1: De eerste regel is: {';'.join(COLUMNS)}."


def test_a_name_is_looked_up_on_a_day() -> None:
    assert code_of("Bilzen", ANSWER, MUNICIPALITIES) == "73006"
    with pytest.raises(UsageError):
        code_of("Bilzen", AFTER, MUNICIPALITIES)


# Tables

NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
DANGEROUS = [["naam", "=1+1"], ["@SOM(A1)", "-2"], ["+3", 'een "tekst"; met & <tekens>'], ["\tTab", "gewoon"]]


def test_csv_holds_no_formula() -> None:
    text = as_csv(DANGEROUS).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows == [
        ["naam", "'=1+1"], ["'@SOM(A1)", "'-2"], ["'+3", 'een "tekst"; met & <tekens>'], ["'\tTab", "gewoon"],
    ]  # fmt: skip


def test_ods_holds_texts_only_and_is_the_same_each_time() -> None:
    data = as_ods(DANGEROUS, "Blad & meer")
    assert as_ods(DANGEROUS, "Blad & meer") == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        content = ElementTree.fromstring(archive.read("content.xml"))
        manifest = ElementTree.fromstring(archive.read("META-INF/manifest.xml"))
    assert len(manifest) == 2
    office, table, text = (f"{{{NAMESPACE}:{part}:1.0}}" for part in ("office", "table", "text"))
    cells = list(content.iter(f"{table}table-cell"))
    assert {cell.get(f"{office}value-type") for cell in cells} == {"string"}
    assert not any("formula" in name for cell in cells for name in cell.attrib)
    assert [paragraph.text for paragraph in content.iter(f"{text}p")] == [cell for row in DANGEROUS for cell in row]
