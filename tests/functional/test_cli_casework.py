"""The casework through real processes: from a municipality's idea to a sealed package, the register, a backup."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from functional_command import AUDIENCE, CITIES, Command, Outcome
from functional_world import World

KBO = "0123.456.749"
CONTENT = """\
titel: Bijkomende steun
doeleinde: bijkomende-financiele-steun
aanbod: {soort: toelage, tekst: Uw gezin komt in aanmerking voor bijkomende steun van uw gemeente.}
sjabloon: informatiebrief
dienst: {naam: Sociaal Huis}
"""
PDF = "besluit.pdf"


@dataclass
class Desk:
    """Commands with an account."""

    run: Command
    world: World
    number: str = ""

    def __call__(self, account: str, *words: object) -> Outcome:
        result = self.run(*words, "--account", account, "--json")
        assert result.code == 0, result.out
        return result

    @property
    def means(self) -> tuple[object, ...]:
        given = ("--snapshot", self.world.real, "--trust", self.world.trust, "--suppression", self.world.lists)
        return (*given, "--recipient", self.world.printer_public, "--key", self.world.vutg)


@pytest.fixture
def desk(run: Command, world: World) -> Desk:
    made = Desk(run, world)
    cities = [word for nis in CITIES for word in ("--gemeente", nis)]
    for words in (
        ("authority", KBO, "--naam", "OCMW Proef", "--soort", "ocmw", *cities, "--sinds", "2025-01-01"),
        ("account", "stad", "--rol", "gemeente", "--authority", KBO),
        ("account", "ana.een", "--rol", "analist"),
        ("account", "ana.twee", "--rol", "analist"),
        ("account", "dpo", "--rol", "dpo"),
    ):
        result = run("desk", *words)
        assert result.code == 0, result.err
    (run.home / "aanvraag.yaml").write_text(CONTENT)
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(run.home / PDF)
    made.number = made("stad", "request", "new", "aanvraag.yaml", "--authority", KBO).json["aanvraag"]
    return made


def until_approved(desk: Desk) -> None:
    number = desk.number
    bound = [word for nis in CITIES for word in ("--gemeente", nis)]
    dated = ("--referentie", "2025/12", "--datum", "2025-10-01")
    desk("stad", "request", "define", number, AUDIENCE, *bound, "--peildatum", "2025-11-01")
    desk("stad", "request", "decision", number, PDF, *dated)
    desk("stad", "request", "submit", number)
    desk("ana.een", "request", "ask", number, "--tekst", "Welke dienst?")
    desk("stad", "request", "answer", number, "--tekst", "Het Sociaal Huis.")
    desk("ana.een", "request", "agree", number, "--referentie", "VUTG-1", "--datum", "2025-11-03")
    desk("ana.een", "request", "review", number)
    assert desk("ana.een", "request", "approve", number).json["toestand"] == "goedgekeurd"


def test_from_idea_to_package_and_no_further(desk: Desk, world: World) -> None:
    until_approved(desk)
    number, run = desk.number, desk.run
    words = ("run", number, *desk.means, "--account", "ana.een", "--json")
    assert run(*words).error == ("E720", 5)
    agreement = ("--naam", "Druk", "--kbo", KBO, "--recipient", world.printer_public)
    desk("ana.een", "desk", "processor", "VO-1", *agreement, "--van", "2025-01-01", "--tot", "2099-01-01")
    # The snapshot of these tests is of 2025, and real: too old to write letters with.
    assert run(*words).error == ("E733", 5)
    synthetic = [world.snapshot if word == world.real else word for word in words]
    answer = run(*synthetic).json
    assert (answer["klaar"], answer["synthetisch"]) == (True, True)
    assert answer["brieven"] > 10
    verified = run(
        "package", "verify", answer["pakket"], "--trust", world.vutg_public, "--key", world.printer, "--json"
    )
    assert verified.json["stukken"] == answer["brieven"]
    assert run(*synthetic).error == ("E732", 5)
    assert run("erase", number, "--key", world.vutg, "--out", "weg.json", "--account", "ana.een", "--json").error == (
        "E730",
        5,
    )

    seen = desk("stad", "request", "show", number)
    assert str(answer["brieven"]) not in json.dumps(seen.json["brieven_bij_benadering"])
    assert "uitvoeringen" not in seen.json
    assert seen.json["toestand_tekst"] == "klaar voor de drukkerij"
    assert desk("ana.een", "request", "show", number).json["uitvoeringen"][0]["klaar"] is True
    told = run("request", "show", number, "--account", "ana.een")
    assert (told.code, told.err) == (0, "")
    assert "Goedgekeurd door: ana.een (analist)." in told.out
    assert run("ledger", "verify", "--json").json["geldig"] is True


def test_what_is_refused_changes_nothing(desk: Desk) -> None:
    number, run = desk.number, desk.run
    early = run("request", "approve", number, "--account", "ana.een")
    assert (early.code, early.out) == (5, "")
    assert early.err == (
        "Fout E710: 'goedkeuren' kan niet in de toestand 'in opmaak'. Wat u nu wel kunt: wijzigen, indienen, bericht, "
        "definieren, intrekken, verlopen.\n"
    )
    assert run("request", "show", "2020-0001", "--account", "stad", "--json").error == ("E701", 5)
    assert run("request", "show", number, "--account", "niemand", "--json").error == ("E702", 5)
    change = ("request", "change", number, "aanvraag.yaml", "--account", "stad", "--json")
    assert run(*change, "--versie", 1).code == 0
    assert run(*change, "--versie", 1).error == ("E703", 75)
    (run.home / "fout.yaml").write_text("titel: X\ndoel: y\nper_week: 0\n")
    wrong = run("request", "change", number, "fout.yaml", "--account", "stad")
    assert (wrong.code, wrong.err.splitlines()) == (
        3,
        [
            "Fout E323: fout.yaml:2:1: De sleutel 'doel' is hier niet bekend. Bedoelde u 'doeleinde'?",
            "Fout E323: fout.yaml:3:11: Dit getal moet minstens 1 zijn.",
        ],
    )
    (run.home / "geen.pdf").write_bytes(b"PK")
    attach = ("request", "decision", number, "geen.pdf", "--referentie", "1", "--datum", "2025-10-01")
    assert run(*attach, "--account", "stad", "--json").error == ("E716", 2)
    assert run("request", "list", "--toestand", "weg", "--account", "stad", "--json").error == ("E213", 2)
    assert run("request", "list", "--account", "stad", "--json").json["totalen"] == {"concept": 1}


def test_a_clone_a_message_and_a_withdrawal(desk: Desk) -> None:
    made = desk("stad", "request", "clone", desk.number).json
    assert made["toestand"] == "concept"
    desk("ana.een", "request", "message", made["aanvraag"], "--tekst", "Onder ons", "--intern")
    desk("stad", "request", "withdraw", made["aanvraag"], "--tekst", "Gaat niet door.")
    shown = desk("stad", "request", "show", made["aanvraag"]).json
    assert [each["tekst"] for each in shown["berichten"]] == ["Gaat niet door."]
    assert desk("stad", "request", "calendar").json == {"kalender": []}
    quote = desk.run("request", "quote", "--gezinnen", 140, "--json").json
    assert (quote["schijf"], quote["status"]) == ([101, 150], "te bevestigen door VUTG")


def test_a_breach_counts_its_hours(desk: Desk) -> None:
    found = ("--volgnummer", 7, "--vastgesteld", "2025-11-12T09:30", "--maatregelen", "Brief teruggevraagd.")
    made = desk("ana.een", "desk", "breach", desk.number, *found).json
    assert (made["id"], made["uiterlijk"]) == ("lek-0001", "2025-11-15T09:30:00+00:00")
    assert made["uren_over"] < 0
    desk("dpo", "desk", "breach-step", "lek-0001", "--stap", "dpo")
    desk("dpo", "desk", "breach-step", "lek-0001", "--stap", "niet-melden")
    desk("ana.een", "desk", "breach-step", "lek-0001", "--stap", "sluiten")
    assert desk("dpo", "desk", "breaches", "--open").json == {"datalekken": []}
    wrong = ("--vastgesteld", "gisteren", "--maatregelen", "x", "--account", "ana.een", "--json")
    assert desk.run("desk", "breach", desk.number, *found[:2], *wrong).error == ("E218", 2)


def test_a_real_objection_by_number(desk: Desk, world: World) -> None:
    """Every canary has the same number, so that it fits more than one."""
    people = desk.run.home / "verzet.csv"
    people.write_text("insz\n77777777777\n")
    words = ("desk", "objection", people, "--snapshot", world.real, "--trust", world.trust, "--key", world.vutg)
    result = desk.run(*words, "--account", "ana.een", "--json")
    assert (result.code, result.json["geldig"], result.json["meer_dan_een"]) == (2, False, [2])


def test_the_register_answers_parliament_in_one_command(run: Command) -> None:
    answer = run("register", "figures", "--on", "2021-06-30", "--json").json
    assert answer["stand_op"] == "2021-06-30"
    rows = {(row["piste"], row["jaar"], row["stand"]): row for row in answer["cijfers"]}
    assert (rows["vutg", None, "interesse"]["aanvragen"], rows["vutg", None, "interesse"]["besturen"]) == (30, 31)
    told = run("register", "figures", "--on", "2021-06-30").out
    assert "vutg       samen   interesse             30        31\n" in told
    assert "Nooit gekozen voor vutg: 268 gemeenten.\n" in told
    listed = run("register", "list", "--naam", "Bilzen-Hoeselt", "--on", "2025-06-01")
    assert "2020-10-22~ vutg      interesse    Bilzen-Hoeselt (nu Bilzen-Hoeselt)\n" in listed.out
    assert listed.out.startswith("2020-10-22~ opgroeien interesse    Bilzen (nu Bilzen-Hoeselt)\n")
    assert len(run("register", "never", "--piste", "vutg", "--on", "2021-06-30", "--json").json["gemeenten"]) == 268


@pytest.mark.parametrize("form", ["csv", "ods", "json"])
def test_the_register_is_exported(run: Command, form: str) -> None:
    out = run.home / f"register.{form}"
    assert run("register", "export", "--out", out, "--vorm", form, "--openbaar", "--piste", "vutg").code == 0
    data = out.read_bytes()
    if form == "csv":
        assert len(list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))) == 34
    elif form == "json":
        assert len(json.loads(data)["feiten"]) == 33
    else:
        with zipfile.ZipFile(out) as archive:
            assert archive.testzip() is None
            assert archive.read("content.xml").count(b"<table:table-row>") == 34
    assert run("register", "export", "--out", out, "--json").error == ("E210", 2)


def test_an_event_is_added_by_who_keeps_the_register(desk: Desk) -> None:
    event = (
        "--piste",
        "vutg",
        "--stand",
        "interesse",
        "--datum",
        "2025-11-12",
        "--gemeente",
        "44084",
        "--bron",
        "e-mail",
    )
    assert desk("ana.een", "register", "add", "Aalter", *event).json["gemeenten_nu"] == ["Aalter"]
    assert desk.run("register", "add", "Aalter", *event, "--account", "ana.een", "--json").error == ("E725", 2)
    assert desk.run("register", "add", "Aalter", *event, "--account", "stad", "--json").error == ("E712", 5)


def test_backup_checkpoint_and_return(desk: Desk, world: World, tmp_path: Path) -> None:
    run = desk.run
    assert run("ledger", "checkpoint", "--out", "punt.json", "--key", world.vutg).code == 0
    assert run("state", "backup", "--out", "kopie").code == 0
    assert run("state", "restore", "kopie", "--out", "terug", "--json").json["bestanden"] > 3
    verify = (
        "ledger",
        "verify",
        "--state",
        "terug",
        "--checkpoint",
        "punt.json",
        "--trust",
        world.vutg_public,
        "--json",
    )
    assert run(*verify).json["geldig"] is True
    shown = run("request", "show", desk.number, "--account", "stad", "--state", "terug", "--json").json
    assert shown["inhoud"]["titel"] == "Bijkomende steun"
    assert run("state", "restore", "kopie", "--out", "terug", "--json").error == ("E210", 2)
    assert run("state", "restore", "sleutels", "--out", "x", "--json").code == 2
    (run.home / "kopie" / "logboek.sqlite").write_bytes(b"x")
    assert run("state", "restore", "kopie", "--out", "ander", "--json").error == ("E749", 5)


def test_lists_of_what_is_kept(desk: Desk) -> None:
    assert [each["kbo"] for each in desk.run("desk", "authorities", "--json").json["besturen"]] == [KBO]
    assert {each["account"] for each in desk.run("desk", "accounts", "--json").json["accounts"]} == {
        "stad", "ana.een", "ana.twee", "dpo",
    }  # fmt: skip
    assert desk.run("desk", "processors").out == "Er zijn nog geen verwerkersovereenkomsten.\n"
    assert desk.run("desk", "close-account", "ana.twee").code == 0
    assert desk.run("request", "list", "--account", "ana.twee", "--json").error == ("E702", 5)
