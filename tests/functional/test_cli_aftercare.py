"""After the seal, through the commands: report, reprint, reconcile; recall; returns; destruction."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from functional_command import Command, Outcome, content, half_made
from functional_world import World

from groeibrief.keys import write_key_pair

DAY = "2025-11-20"


@dataclass(frozen=True)
class Desk:
    """A package that was sealed with a state of its own, opened at the print shop, and the keys of both."""

    run: Command
    world: World
    home: Path

    def path(self, name: str) -> Path:
        return self.home / name

    def report(self, name: str, *more: object, package: str = "o.pakket", opened: str = "o") -> Outcome:
        keys = ("--trust", self.world.vutg_public, "--key", self.path("teken.key"), "--out", self.path(name))
        return self.run("package", "report", self.path(package), "--opened", self.path(opened), *keys, *more)

    def reconcile(self, name: str, *more: object) -> Outcome:
        return self.run("package", "reconcile", self.path(name), "--trust", self.path("teken.pub"), *more, "--json")

    def reprint(self, out: str, *more: object, of: str = "opdracht-1") -> Outcome:
        keys = ("--recipient", self.world.printer_public, "--key", self.world.vutg)
        return self.run("package", "reprint", self.world.selection, "--of", of, "--out", self.path(out), *keys, *more)

    def open(self, package: str, out: str) -> None:
        keys = ("--trust", self.world.vutg_public, "--key", self.world.printer)
        assert self.run("package", "open", self.path(package), "--out", self.path(out), *keys).code == 0

    def recall(self, out: str, *more: object) -> Outcome:
        words = ("--reason", "fout-in-brief", "--key", self.world.vutg, "--out", self.path(out))
        return self.run("package", "recall", "opdracht-1", *words, *more)

    def destroyed(self, out: str, on: str, *more: object) -> Outcome:
        keys = ("--trust", self.world.vutg_public, "--key", self.path("teken.key"), "--out", self.path(out))
        return self.run("package", "destroyed", self.path("o.pakket"), "--on", on, "--by", "operator", *keys, *more)

    def acts(self) -> list[str]:
        return [entry["daad"] for entry in self.run("ledger", "show", "--json").json["regels"]]


@pytest.fixture
def desk(run: Command, world: World, tmp_path: Path) -> Desk:
    made = Desk(run, world, tmp_path)
    write_key_pair(tmp_path / "teken.key", tmp_path / "teken.pub")
    assert run(*world.make(tmp_path / "o.pakket"), "--job", "opdracht-1").code == 0
    made.open("o.pakket", "o")
    return made


def picture(path: Path, page: int) -> bytes:
    with pypdfium2.PdfDocument(path) as document:
        return document[page].render(scale=1).to_numpy().tobytes()


def first_page(folder: Path, sequence: int) -> tuple[Path, int]:
    rows = [line.split(";") for line in (folder / "stukken.csv").read_text().splitlines()[1:]]
    [(file, page)] = [(row[2], int(row[3]) - 1) for row in rows if row[0] == str(sequence)]
    return folder / file, page


def test_the_whole_way_to_sent(desk: Desk) -> None:
    assert desk.report("v1.json", "--posted", DAY, "--spoiled", "7", "--spoiled", "9-10", "--reprinted", "9").code == 0
    first = desk.reconcile("v1.json", "--package", desk.path("o.pakket"))
    total = first.json["stukken"]
    assert first.code == 0
    assert {key: first.json[key] for key in ("gedrukt", "afgekeurd", "herdrukt", "gepost", "openstaand")} == {
        "gedrukt": total, "afgekeurd": 3, "herdrukt": 1, "gepost": total - 2, "openstaand": 2,
    }  # fmt: skip
    assert (first.json["verstuurd"], first.json["openstaande_volgnummers"]) == (False, [[7, 7], [10, 10]])

    refused = desk.reprint("te-veel.pakket", "--from", 7, "--to", 10, "--json")
    assert refused.error == ("E597", 5)
    other = desk.reprint("ander.pakket", "--sequence", "7,10", "--insert", "folder=9", "--json")
    assert other.error == ("E558", 5)
    made = desk.reprint("h.pakket", "--sequence", "7,10", "--json").json
    assert (made["stukken"], made["herdruk_van"], made["opdracht"][:12]) == (2, "opdracht-1", "opdracht-1-h")
    desk.open("h.pakket", "h")
    ticket = json.loads((desk.path("h") / "opdrachtbon.json").read_bytes())
    assert ticket["druk"]["bijlagen"] == [{"post": 1, "bijlage": "folder", "gram": 8}]
    assert (ticket["herdruk_van"], ticket["opdracht"]) == ("opdracht-1", made["opdracht"])
    for sequence in (7, 10):
        (was, page), (now, again) = (first_page(desk.path(folder), sequence) for folder in ("o", "h"))
        assert picture(now, again) == picture(was, page)
        assert picture(now, again + 1) == picture(was, page + 1)

    assert desk.report("v2.json", "--posted", "2025-11-21", package="h.pakket", opened="h").code == 0
    last = desk.reconcile("v2.json").json
    assert (last["verstuurd"], last["gepost"], last["nieuw"]) == (True, 2, True)
    whole = last["eerste_opdracht"]
    assert (whole["opdracht"], whole["verstuurd"], whole["gepost"], whole["openstaand"]) == (
        "opdracht-1", True, total, 0,
    )  # fmt: skip
    assert whole["laatst_gepost"] == "2025-11-21"
    acts = desk.acts()
    assert (acts.count("productieverslag"), acts.count("verzonden")) == (2, 1)

    again = desk.reconcile("v2.json").json
    assert again == {**last, "nieuw": False}
    assert desk.reconcile("v1.json").json["verstuurd"]
    assert desk.acts() == acts, "told again, nothing is recorded twice"
    status = desk.run("package", "status", "opdracht-1")
    assert status.out.splitlines()[-1] == "De zending is verstuurd."
    assert desk.run("ledger", "verify").code == 0


def test_a_report_is_refused_when_it_is_altered_foreign_or_told_otherwise(desk: Desk, tmp_path: Path) -> None:
    assert desk.report("v1.json", "--posted", DAY).code == 0
    state = content(tmp_path / "staat")
    whole = desk.path("v1.json").read_bytes()
    for data, code in ((whole[:-9], "E592"), (whole.replace(b"11-20", b"11-19"), "E592")):
        desk.path("v1.json").write_bytes(data)
        assert desk.reconcile("v1.json").error == (code, 5)
    desk.path("v1.json").write_bytes(whole)
    strange = desk.run("package", "reconcile", desk.path("v1.json"), "--trust", desk.world.vutg_public, "--json")
    assert strange.error == ("E591", 5)
    assert desk.run("package", "reconcile", desk.path("v1.json"), "--json").error == ("E258", 2)
    assert desk.reconcile("v1.json", "--package", desk.world.package).error == ("E259", 2)
    assert content(tmp_path / "staat") == state, "nothing of it is kept"
    assert desk.reconcile("v1.json").json["verstuurd"]
    assert desk.report("v1b.json", "--posted", DAY, "--spoiled", "7").code == 0
    other = desk.reconcile("v1b.json")
    assert other.error == ("E594", 5)
    assert desk.reconcile("v1.json").json["verstuurd"]


def test_a_report_that_contradicts_itself_is_named_and_sends_nothing(desk: Desk) -> None:
    words = ("--posted", f"{DAY}=7", "--posted", "2025-11-21", "--spoiled", "7")
    assert desk.report("v1.json", *words).code == 0
    answer = desk.reconcile("v1.json")
    assert (answer.code, answer.json["geldig"], answer.json["verstuurd"]) == (5, False, False)
    [fault] = answer.json["fouten"]
    assert fault["volgnummers"] == [[7, 7]]
    assert fault["melding"].endswith("stuk 7 is afgekeurd en niet herdrukt, maar wel gepost.")
    assert "verzonden" not in desk.acts()
    assert desk.report("v2.json", "--posted", DAY, "--number", 2).code == 0
    assert desk.reconcile("v2.json").json["verstuurd"], "a later report puts it right"


def test_a_recall(desk: Desk) -> None:
    known = desk.reconcile  # reports of the same job, later
    assert desk.recall("t0.json", "--batch", 99, "--json").error == ("E253", 2)
    told = desk.recall("t1.json", "--json").json
    assert (told["opdracht"], told["volledig"]) == ("opdracht-1", True)
    assert desk.recall("t2.json").code == 0, "as after a kill: again, to another file"
    assert desk.path("t2.json").read_bytes() == desk.path("t1.json").read_bytes()
    assert desk.acts().count("terugroeping") == 1
    look = ("package", "recalled", desk.path("o.pakket"), "--recall", desk.path("t1.json"))
    seen = desk.run(*look, "--trust", desk.world.vutg_public, "--json")
    assert (seen.code, seen.json["geldig"], seen.json["teruggeroepen"]) == (5, False, told["partijen"])
    assert desk.run(*look, "--trust", desk.path("teken.pub"), "--json").error == ("E541", 5)
    assert desk.reprint("h.pakket", "--sequence", 7, "--json").error == ("E596", 5)
    assert desk.reprint("h.pakket", "--sequence", 7, "--job", "nieuw", "--json").error == ("E596", 5)
    make = desk.world.make(desk.path("o2.pakket"))
    assert desk.run(*make, "--job", "opdracht-1", "--json").error == ("E596", 5)
    assert not desk.path("o2.pakket").exists()
    assert desk.report("v1.json", "--posted", DAY, "--not-posted", "1-6,8-9999999").code == 2
    total = json.loads((desk.world.letters / "brieven.json").read_bytes())["brieven"]
    assert desk.report("v1.json", "--posted", f"{DAY}=7").code == 0
    wrong = known("v1.json")
    assert (wrong.code, wrong.json["verstuurd"]) == (5, False)
    assert [fault["melding"] for fault in wrong.json["fouten"]] == ["Stuk 7 is gepost, maar was teruggeroepen."]
    assert desk.report("v2.json", "--number", 2).code == 0
    right = known("v2.json").json
    assert (right["teruggeroepen"], right["openstaand"], right["verstuurd"]) == (total, 0, False)
    assert desk.reprint("h.pakket", "--sequence", 7, "--job", "nieuw", "--json").json["opdracht"] == "nieuw"


def test_letters_that_came_back(desk: Desk, tmp_path: Path) -> None:
    summary = json.loads((desk.world.letters / "brieven.json").read_bytes())
    reference, mark = summary["kenmerk"], summary["merktekens_opdracht"] or "0" * 10
    codes = tmp_path / "codes.csv"
    codes.write_text(f"code;reden\n{reference}-000003;verhuisd\n{reference}-000001;onbekend\n")
    words = ("package", "returns", codes, "--selection", desk.world.selection, "--out")
    answer = desk.run(*words, tmp_path / "retour", "--json").json
    assert (answer["teruggekomen"], answer["redenen"]["verhuisd"], answer["fouten"]) == (2, 1, [])
    assert "dossier" not in json.dumps(answer)
    rows = (tmp_path / "retour" / "retour.csv").read_text().splitlines()
    assert [row.split(";")[::2] for row in rows] == [["volgnummer", "reden"], ["1", "onbekend"], ["3", "verhuisd"]]
    assert (tmp_path / "retour").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "retour" / "retour.csv").stat().st_mode & 0o777 == 0o600
    again = desk.run(*words, tmp_path / "retour2", "--json").json
    assert {**again, "uit": answer["uit"]} == answer, "the same file again, as after a kill"
    assert desk.acts().count("retour") == 1
    [entry] = [entry for entry in desk.run("ledger", "show", "--json").json["regels"] if entry["daad"] == "retour"]
    assert (entry["hashes"]["verhuisd"], entry["hashes"]["overleden"]) == ("000000000001", "000000000000")

    codes.write_text(f"code;reden\n{reference}-000003;verhuisd\nKanarie;verhuisd\n{mark}0000002010199;onbekend\n")
    refused = desk.run(*words, tmp_path / "retour3", "--json")
    assert refused.error == ("E257", 2)
    assert [line["regel"] for line in refused.json["fout"]["meldingen"]] == [2, 3, 4]
    assert not (tmp_path / "retour3").exists()
    codes.write_text(f"code;reden\n{reference}-000003;verhuisd\n{reference}-000005;andere\n")
    partly = desk.run(*words, tmp_path / "retour3", "--partial", "--json").json
    assert (partly["teruggekomen"], [fault["regel"] for fault in partly["fouten"]]) == (1, [2])


def test_a_statement_of_destruction(desk: Desk) -> None:
    check = ("--check", "--trust", desk.path("teken.pub"), "--json")
    assert desk.destroyed("d0.json", "2025-12-01").code == 0
    early = desk.run("package", "destroyed", desk.path("d0.json"), *check)
    assert early.error == ("E598", 5)
    assert desk.report("v1.json", "--posted", DAY).code == 0
    assert desk.reconcile("v1.json").json["verstuurd"]
    found = desk.run("package", "destroyed", desk.path("d0.json"), *check)
    assert (found.code, found.json["op_tijd"], found.json["uiterlijk"]) == (0, True, "2025-12-20")
    assert desk.run("package", "destroyed", desk.path("d0.json"), *check).json == found.json
    assert desk.acts().count("vernietiging") == 1
    assert desk.destroyed("d1.json", "2025-12-21").code == 0
    assert not desk.run("package", "destroyed", desk.path("d1.json"), *check).json["op_tijd"]
    data = desk.path("d0.json").read_bytes()
    desk.path("d0.json").write_bytes(data.replace(b"operator", b"Operator"))
    assert desk.run("package", "destroyed", desk.path("d0.json"), *check).error == ("E592", 5)
    missing = desk.run("package", "destroyed", desk.path("o.pakket"), "--json")
    assert missing.error == ("E200", 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_reprint_that_is_stopped_is_run_again(desk: Desk, number: int) -> None:
    words = ("package", "reprint", desk.world.selection, "--of", "opdracht-1", "--out", desk.path("h.pakket"))
    keys = ("--recipient", desk.world.printer_public, "--key", desk.world.vutg, "--sequence", "7-9")
    desk.run.interrupted(*words, *keys, when=lambda: bool(list(desk.home.glob(".h.pakket.*"))), number=number)
    if number == signal.SIGINT:
        assert half_made(desk.home) == []
    if desk.path("h.pakket").exists():
        pytest.fail("it came to its end: the signal was too late to say anything")
    assert desk.run(*words, *keys).code == 0
    assert half_made(desk.home) == []
    desk.open("h.pakket", "h")
