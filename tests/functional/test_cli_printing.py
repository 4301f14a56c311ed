"""From a selection to a print run: marks, control letters, waves, proof, approval, post; through real processes."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from functional_command import REPOSITORY, content

from groeibrief.artefacts import sha256_file

INSERT = ("--insert", "folder A5=8")
CONTROL = '[{naam: Kwaliteitsdienst, regels: [Voorbeeldstraat 1, 1000 Brussel], postcode: "1000"}]'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped project with a control address and so many letters a week that there are waves."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("catalog", "rules", "letter_templates"):
        shutil.copytree(REPOSITORY / name, folder / name)
    path = folder / "rules/policies/drukwerk.yaml"
    path.write_text(path.read_text().replace("controlebrieven: []", f"controlebrieven: {CONTROL}"))
    return folder


def _table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines(), delimiter=";"))


@pytest.fixture(scope="module")
def printed(world, project, tmp_path_factory):
    """Letters and a package of them, made once."""
    folder = tmp_path_factory.mktemp("druk")
    letters, package = folder / "brieven", folder / "opdracht.pakket"
    given = ("--project", project)
    made = world.run(
        "letters", "render", world.selection, "--out", letters, "--per-week", 20, *INSERT, *given, "--json"
    )
    assert made.code == 0, made.out
    told = world.run(*world.make(package, letters), *given, "--posting-date", "2025-12-01", "--json")
    assert told.code == 0, told.out
    return folder, letters, package, told.json


def _open(world, package, out):
    keys = ("--key", world.printer, "--trust", world.vutg_public)
    opened = world.run("package", "open", package, "--out", out, *keys, "--json")
    assert opened.code == 0, opened.out
    return opened.json


def test_a_package_tells_waves_proof_control_letters_and_what_the_post_asks(world, printed):
    selected = json.loads((world.selection / "selectie.json").read_bytes())["brieven"]
    told = printed[3]
    assert told["stukken"] == selected + 1
    assert told["controlebrieven"] == 1
    assert told["proef_vereist"] is True
    assert [wave["afgifte_op"] for wave in told["golven"]][:2] == ["2025-12-01", "2025-12-08"]
    assert [wave["stukken"] for wave in told["golven"]][:-1] == [20] * (len(told["golven"]) - 1)
    assert len(told["golven"]) == -(-told["stukken"] // 20)
    assert told["waarschuwingen"][0] == (
        "Golf 1 telt 20 stukken; MassPost begint bij 500 per afgifte (te bevestigen met bpost). Geef kleine "
        "opdrachten samen af met --deposit, of frankeer ze apart."
    )


def test_what_the_print_shop_opens_agrees_with_itself(world, printed, tmp_path):
    _open(world, printed[2], tmp_path / "uit")
    ticket = json.loads((tmp_path / "uit/opdrachtbon.json").read_bytes())
    summary = json.loads((printed[1] / "brieven.json").read_bytes())
    pieces = _table(tmp_path / "uit/stukken.csv")
    assert ticket["druk"]["insteekmerken"] == "datamatrix"
    assert {row["merkopdracht"] for row in pieces} == {summary["merktekens_opdracht"]}
    assert {(row["bijlagen"], row["posten"]) for row in pieces} == {("1", "01")}
    assert ticket["druk"]["bijlagen"] == [{"post": 1, "bijlage": "folder A5", "gram": 8}]
    assert len(pieces) == ticket["totalen"]["stukken"] == sum(line["stukken"] for line in ticket["port"]["regels"])
    postage = _table(tmp_path / "uit/portolijst.csv")
    assert int(postage[-1]["stukken"]) == len(pieces)
    assert {row["land"] for row in postage if row["soort"] == "regel"} == {"BE"}
    proof = {piece["volgnummer"] for piece in ticket["proef"]}
    assert {batch[0]["volgnummer"] for batch in _batches(pieces)} <= {str(number) for number in proof}


def _batches(pieces):
    grouped = {}
    for row in pieces:
        grouped.setdefault(row["partij"], []).append(row)
    return grouped.values()


def test_nothing_of_a_family_lies_outside_the_seal(printed):
    clear = (printed[2] / "manifest.json").read_bytes()
    assert sorted(path.name for path in printed[2].iterdir()) == ["inhoud.tar.age", "manifest.json", "manifest.sig"]
    assert sorted(json.loads(clear)) == [
        "formaat", "inhoud", "ondertekenaar", "ontvangers", "opdracht", "paginas", "stukken", "synthetisch", "vellen",
        "versie",
    ]  # fmt: skip


def test_the_list_of_destinations_holds_no_name(printed):
    assert b"anarie" not in (printed[1] / "bestemmingen.csv").read_bytes()


def test_the_proof_is_approved_and_the_print_shop_sees_it(world, printed, tmp_path):
    package, approval = printed[2], tmp_path / "goedkeuring.json"
    keys = ("--trust", world.vutg_public, "--key", world.printer)
    before = world.run("package", "verify", package, *keys)
    assert before.out.splitlines()[-1] == ("De proef is nog niet goedgekeurd: druk alleen de stukken van proef.csv.")
    approved = world.run("package", "approve", package, "--key", world.vutg, "--out", approval)
    assert approved.code == 0
    assert approved.out.startswith(f"De proef van opdracht {printed[3]['opdracht']} is goedgekeurd door ")
    after = world.run("package", "verify", package, *keys, "--approval", approval)
    assert after.code == 0
    assert after.out.splitlines()[-1] == "De proef is goedgekeurd: de hele oplage mag gedrukt worden."
    answer = world.run("package", "verify", package, *keys, "--approval", approval, "--json").json
    assert (answer["geldig"], answer["goedgekeurd"]) == (True, True)
    other = world.run("package", "verify", world.package, *keys, "--approval", approval, "--json")
    assert (other.code, other.json["geldig"], other.json["goedgekeurd"]) == (5, False, False)
    assert other.json["fouten"][0].startswith("E557: ")


def test_everything_but_the_seal_is_the_same_on_another_run(world, printed, project, tmp_path):
    letters, package = tmp_path / "brieven", tmp_path / "opdracht.pakket"
    given = ("--project", project)
    words = (
        "letters",
        "render",
        world.selection,
        "--out",
        letters,
        "--per-week",
        20,
        "--processes",
        2,
        *INSERT,
        *given,
    )
    assert world.run(*words).code == 0
    assert content(letters) == content(printed[1])
    more = (*INSERT, "--posting-date", "2025-12-01", *given)
    again = world.run(*world.make(package, letters), *more, "--json")
    assert again.code == 0, again.out
    for name, path in (("een", printed[2]), ("twee", package)):
        _open(world, path, tmp_path / name)
    assert content(tmp_path / "een") == content(tmp_path / "twee")


def test_a_batch_larger_than_a_week_is_refused(world, printed, project, tmp_path):
    words = (*world.make(tmp_path / "uit", printed[1]), "--project", project, "--per-week", 5, "--job", "week")
    refused = world.run(*words, "--json")
    assert refused.error == ("E556", 5)
    assert not (tmp_path / "uit").exists()


def test_changed_destinations_are_refused(world, printed, project, tmp_path):
    letters = tmp_path / "brieven"
    shutil.copytree(printed[1], letters)
    path = letters / "bestemmingen.csv"
    path.write_text(path.read_text().replace(";controle;", ";brief;"))
    refused = world.run(*world.make(tmp_path / "uit", letters), "--project", project, "--json")
    assert refused.error == ("E573", 5)
    assert "bestemmingen.csv" in refused.out


def test_test_packages_share_a_deposit_only_when_they_name_it(world, tmp_path):
    sealed = tmp_path / "test.pakket"
    keys = ("--recipient", world.printer_public, "--key", world.vutg)
    made = world.run("package", "test", "informatiebrief", "--out", sealed, *keys, "--pieces", 6, "--json")
    assert (made.code, made.json["test"], made.json["stukken"]) == (0, True, 6)
    opener = ("--key", world.printer, "--trust", world.vutg_public)
    refused = world.run("package", "deposit", sealed, *opener, "--out", tmp_path / "afgifte.csv", "--json")
    assert refused.error == ("E581", 5)


def test_small_jobs_are_deposited_together(world, printed, project, tmp_path):
    packages = [tmp_path / "a.pakket", tmp_path / "b.pakket"]
    for path in packages:
        words = (*world.make(path, printed[1]), "--project", project, "--job", path.stem, "--deposit", "week-49")
        made = world.run(*words)
        assert made.code == 0, made.err
    keys = ("--key", world.printer, "--trust", world.vutg_public, "--json")
    out = tmp_path / "afgifte.csv"
    answer = world.run("package", "deposit", *packages, *keys, "--out", out).json
    assert answer["opdrachten"] == ["a", "b"]
    assert answer["stukken"] == 2 * printed[3]["stukken"] == int(_table(out)[-1]["stukken"])


def test_another_insert_than_the_marks_tell_of_is_refused(world, printed, project, tmp_path):
    words = (*world.make(tmp_path / "uit", printed[1]), "--project", project, "--insert", "folder A4=9", "--json")
    refused = world.run(*words)
    assert refused.error == ("E558", 5)
    assert (
        "De merken op de brieven zijn gemaakt voor deze bijlagen: folder A5=8. Laat --insert weg, of maak de brieven "
        "opnieuw met dezelfde --insert."
    ) in refused.out
    assert not (tmp_path / "uit").exists()


def test_letters_whose_marks_say_another_thing_than_their_plan_are_refused(world, printed, project, tmp_path):
    """Someone who changes the plan and its hash does not change what is on the pages."""
    letters = tmp_path / "brieven"
    shutil.copytree(printed[1], letters)
    plan = letters / "planning.json"
    before = sha256_file(plan)
    plan.write_bytes(plan.read_bytes().replace(b'"bijlagen":[', b'"bijlagen":[{"bijlage":"bon","gram":2},'))
    summary = letters / "brieven.json"
    summary.write_bytes(summary.read_bytes().replace(before.encode(), sha256_file(plan).encode()))
    refused = world.run(*world.make(tmp_path / "uit", letters), "--project", project, "--json")
    assert refused.error == ("E559", 5)
    assert "het merk zegt iets anders dan de opdrachtbon. Maak de brieven opnieuw." in refused.out


@pytest.mark.parametrize("insert", ["folder A5", "folder A5=", "=8", "folder A5=0", "folder A5=veel"])
def test_an_insert_without_a_weight_is_refused(world, printed, tmp_path, insert):
    refused = world.run(*world.make(tmp_path / "uit", printed[1]), "--insert", insert, "--json")
    assert refused.error == ("E249", 2)
