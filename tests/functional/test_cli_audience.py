"""``groeibrief audience``, as an analyst calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest
import yaml
from functional_command import AUDIENCE, BOUND, CITIES, REPOSITORY, Command
from functional_world import World

EXAMPLE = REPOSITORY / "rules" / "torhout-hulp-bij-schooltoeslag.yaml"
RULES = sorted((REPOSITORY / "rules").glob("*.yaml")) + sorted((REPOSITORY / "rules" / "standaard").glob("*.yaml"))
FALLS = {
    "kind_overleden", "instelling", "geen_gerechtigde", "overleden", "buitenland", "adres_onvolledig",
    "buiten_gemeente", "geheim_adres", "adres_via_derde", "verzet", "beschermd", "reeds_aangeschreven",
}  # fmt: skip


def on_real(world: World, command: str, *more: object) -> tuple[object, ...]:
    """The words of a command about the standard audience, on the snapshot in which everyone is a canary."""
    return ("audience", command, AUDIENCE, *BOUND, "--snapshot", world.real, "--trust", world.trust, *more)


# check, describe, schema


def test_every_shipped_file_is_in_order(run: Command) -> None:
    answer = run("audience", "check", *RULES, "--json").json
    assert answer["geldig"] is True
    assert [row["bestand"] for row in answer["bestanden"]] == [str(path) for path in RULES]
    example = next(row for row in answer["bestanden"] if row["bestand"] == str(EXAMPLE))
    assert example["titel"] == "Gezinnen met een sociale toeslag zonder schooltoeslag"
    assert example["vraagt_dpo"] is False


def test_check_says_so_in_a_line_a_file(run: Command) -> None:
    cases = EXAMPLE.with_suffix(".cases.yaml")
    big = REPOSITORY / "rules" / "zaventem-grote-gezinnen.yaml"
    assert run("audience", "check", EXAMPLE, cases, big).out == (
        f"{EXAMPLE}: in orde.\n"
        f"{cases}: in orde, 5 gevallen.\n"
        f"{big}: in orde. Deze doelgroep vraagt ook de goedkeuring van de DPO.\n"
    )


def test_everything_that_is_wrong_in_every_file_is_said(run: Command) -> None:
    text = EXAMPLE.read_text()
    first, second = run.home / EXAMPLE.name, run.home / "tweede.yaml"
    first.write_text(text.replace("bron: sociale_toeslag", "bron: sociale_toeslg").replace("van: 3", "van: drie"))
    second.write_text(text.replace("doelgroep: torhout-hulp-bij-schooltoeslag", "doelgroep: derde"))
    failed = run("audience", "check", first, second, "--json")
    assert failed.code == 3
    found = failed.json["fout"]["meldingen"]
    assert [(row["bestand"], row["regel"], row["gevonden"], row["bedoelde"]) for row in found] == [
        (str(first), 18, "drie", None),
        (str(first), 19, "sociale_toeslg", "sociale_toeslag"),
        (str(second), 1, "derde", None),
    ]
    told = run("audience", "check", first, second)
    assert told.code == 3
    assert told.out == ""
    assert told.err.count("Fout E") == 3


def test_a_definition_described(run: Command) -> None:
    told = run("audience", "describe", EXAMPLE).out
    assert told.startswith("Doelgroep: Gezinnen met een sociale toeslag zonder schooltoeslag (torhout-hulp-bij-")
    assert "   a) het kind is 3 tot en met 12 jaar oud op 1 november 2025;" in told
    answer = run("audience", "describe", EXAMPLE, "--json").json
    assert answer["tekst"] + "\n" == told
    assert answer["voorbeeld"] is False


def test_a_standard_audience_described_with_an_example_or_filled_in(run: Command) -> None:
    told = run("audience", "describe", AUDIENCE).out
    assert told.startswith(
        "Deze standaarddoelgroep is nog niet ingevuld: hieronder staat ze met een voorbeeld.\n\nDoelgroep: "
    )
    filled = run("audience", "describe", AUDIENCE, *BOUND, "--json").json
    assert filled["voorbeeld"] is False
    assert "De peildatum is 1 november 2025." in filled["tekst"]
    half = run("audience", "describe", AUDIENCE, "--peildatum", "2025-11-01", "--json")
    assert half.error == ("E365", 3)


def test_the_schema_accepts_what_is_shipped(run: Command) -> None:
    schema = run("audience", "schema").json
    assert schema == run("audience", "schema", "--json").json
    jsonschema.Draft202012Validator.check_schema(schema)
    text = EXAMPLE.read_text()
    loaded = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.validate(loaded, schema)


# test


def test_the_cases_of_every_shipped_definition_come_out(run: Command) -> None:
    answer = run("audience", "test", *RULES, "--json").json
    assert answer["geldig"] is True
    assert answer["waarschuwingen"] == []
    assert {row["doelgroep"] for row in answer["gevallen"]} == {
        path.stem for path in RULES if not path.name.endswith(".cases.yaml")
    }
    assert all(row["verwacht"] == row["duckdb"] == row["reference"] for row in answer["gevallen"])


def _with_cases(run: Command, cases: str) -> Path:
    definition = run.home / EXAMPLE.name
    shutil.copy(EXAMPLE, definition)
    definition.with_suffix(".cases.yaml").write_text(f"doelgroep: {EXAMPLE.stem}\ngevallen:\n{cases}")
    return definition


def test_a_case_that_does_not_come_out(run: Command) -> None:
    cases = "  - {naam: fout, verwacht: in, omdat: te oud, kinderen: [{geboren: 2000-01-01}]}\n"
    definition = _with_cases(run, cases)
    failed = run("audience", "test", definition, "--json")
    assert failed.code == 3
    (row,) = failed.json["gevallen"]
    assert (row["naam"], row["verwacht"], row["duckdb"], row["reference"], row["geslaagd"]) == (
        "fout", "in", "uit", "uit", False,
    )  # fmt: skip
    told = run("audience", "test", definition)
    path = definition.with_suffix(".cases.yaml")
    assert told.code == 3
    assert told.out == (
        f"{EXAMPLE.stem}: 0 van 1 in orde\n"
        "  FOUT  fout (te oud)\n"
        f"        {path}:3: verwacht in, duckdb vindt uit, reference vindt uit\n"
        f"Let op: {path}: goedkeuren vraagt minstens één gezin dat in de doelgroep hoort en één dat erbuiten hoort.\n"
    )


def test_a_definition_without_cases(run: Command) -> None:
    definition = run.home / EXAMPLE.name
    shutil.copy(EXAMPLE, definition)
    missing = run("audience", "test", definition)
    assert missing.code == 3
    assert missing.err == (
        f"Fout E371: {definition}: Er zijn nog geen gevallen: schrijf {definition.with_suffix('.cases.yaml')}.\n"
    )


# sql, attrition


def test_sql_under_the_words_of_the_definition(world: World) -> None:
    told = world.run("audience", "sql", EXAMPLE, "--snapshot", world.snapshot).out
    assert told.startswith(
        "-- snapshot synth-2025-11-03-2000-1 (synthetisch)\n"
        "-- Gezinnen met een sociale toeslag zonder schooltoeslag (torhout-hulp-bij-schooltoeslag, "
    )
    assert "\n-- regel 18:   het kind is 3 tot en met 12 jaar oud op 1 november 2025\n" in told
    assert "\nWITH kinderen AS (\n" in told
    answer = world.run("audience", "sql", EXAMPLE, "--snapshot", world.snapshot, "--json").json
    assert answer["synthetisch"] is True
    assert told.endswith(answer["sql"])


def test_attrition_adds_up_to_the_count(world: World) -> None:
    count = world.run(*world.count, "--json").json
    found = world.run(*on_real(world, "attrition", "--json")).json
    assert [set(row) for row in found["voorwaarden"]] == [{"nr", "tekst", "regel"}] * len(found["voorwaarden"])
    assert all(set(row) == {"uitkomsten", "gezinnen", "kinderen"} for row in found["maskers"])
    for key in ("volgorde", "elk_apart", "alleen_deze"):
        assert [row["nr"] for row in found[key]] == [row["nr"] for row in found["voorwaarden"]]
    assert found["geselecteerd"] == {key: count[key] for key in ("gezinnen", "kinderen", "niet_te_beoordelen")}
    assert found["volgorde"][-1]["gezinnen"] == count["gezinnen"]
    assert found["synthetisch"] is False


def test_attrition_reads_well(world: World) -> None:
    told = world.run("audience", "attrition", EXAMPLE, "--snapshot", world.snapshot).out
    assert told.startswith(
        "Gezinnen met een sociale toeslag zonder schooltoeslag\n"
        "Exact, alleen voor het agentschap; snapshot synth-2025-11-03-2000-1 (synthetisch).\n"
        "\n"
        "Voorwaarden, per kind nagekeken\n"
        "  1. het kind is 3 tot en met 12 jaar oud op 1 november 2025 (regel 18)\n"
    )


def test_a_snapshot_that_does_not_cover_the_question(world: World) -> None:
    old = (*BOUND[:-1], "2020-11-01")
    words = ("--snapshot", world.snapshot, "--json")
    for command in ("sql", "attrition", "explain", "diff"):
        more = {"explain": ("--dossier", 1), "diff": ("--to", world.snapshot)}.get(command, ())
        assert world.run("audience", command, AUDIENCE, *old, *words, *more).error == ("E430", 4)


# explain


def test_who_gets_a_letter_and_who_falls_off(world: World) -> None:
    written = set(pq.read_table(world.selection / "recipients.parquet")["dossier_id"].to_pylist())
    lists = ("--suppression", world.lists)
    for dossier in sorted(_dossiers_in(world.real) - written)[:3]:
        answer = world.run(*on_real(world, "explain", "--dossier", dossier, *lists, "--json")).json
        if "boom" in answer:
            assert (answer["waterval"] in FALLS) == (answer["uitkomst"] == "waar")
    answer = world.run(
        *on_real(world, "explain", "--dossier", min(written), "--suppression", world.lists, "--json")
    ).json
    assert (answer["dossier"], answer["uitkomst"], answer["waterval"]) == (min(written), "waar", None)
    assert set(answer["boom"]) == {"pad", "tekst", "uitkomst", "rijen", "delen"}
    assert answer["boom"]["uitkomst"] == "waar"
    child = answer["boom"]["delen"][0]["pad"].partition("[")[2].rstrip("]")
    by_child = world.run(*on_real(world, "explain", "--kind", child, "--suppression", world.lists, "--json")).json
    assert (by_child["dossier"], by_child["uitkomst"]) == (min(written), "waar")
    assert by_child["boom"] == answer["boom"]
    told = world.run(*on_real(world, "explain", "--dossier", min(written), "--suppression", world.lists)).out
    assert f"\nDossier {min(written)}: geselecteerd.\nEr gaat een brief naar dit gezin.\n\n[waar] " in told


def test_a_selected_gezin_is_not_followed_without_the_lists(world: World) -> None:
    written = pq.read_table(world.selection / "recipients.parquet")["dossier_id"][0].as_py()
    assert world.run(*on_real(world, "explain", "--dossier", written, "--json")).error == ("E565", 5)


def test_outside_the_population(world: World) -> None:
    answer = world.run(*on_real(world, "explain", "--dossier", 7, "--json")).json
    assert answer["buiten_populatie"] == "Dossier 7 bestaat niet in deze snapshot."
    told = world.run(*on_real(world, "explain", "--kind", 7)).out
    assert told.endswith(
        "Kind 7 staat in geen enkel dossier van deze snapshot.\nDat is buiten de populatie van deze doelgroep.\n"
    )


def _dossiers_in(snapshot: Path) -> set[int]:
    """The dossiers with a child that lives in one of the municipalities, whenever that was."""
    homes = pq.read_table(snapshot / "woonplaats.parquet", columns=["persoon_id", "nis"]).to_pylist()
    inside = {row["persoon_id"] for row in homes if row["nis"] in CITIES}
    links = pq.read_table(snapshot / "dossierkind.parquet", columns=["dossier_id", "kind_id"]).to_pylist()
    return {row["dossier_id"] for row in links if row["kind_id"] in inside}


@pytest.mark.parametrize("given", [(), ("--dossier", 1, "--kind", 2)])
def test_explain_asks_for_one_dossier_or_child(world: World, given: tuple[object, ...]) -> None:
    assert world.run(*on_real(world, "explain", *given, "--json")).error == ("E211", 2)


# diff


def test_no_difference_with_itself(world: World) -> None:
    answer = world.run(*on_real(world, "diff", "--to", world.real, "--json")).json
    assert answer["van"]["gezinnen"] == answer["naar"]["gezinnen"] == answer["blijft"]
    assert (answer["erbij"]["aantal"], answer["eraf"]["aantal"]) == (0, 0)


def test_two_versions(world: World, run: Command) -> None:
    narrow, head = run.home / AUDIENCE.name, AUDIENCE.read_text().partition("    die:\n")[0]
    narrow.write_text(
        f"{head}    die:\n      en:\n        - leeftijd: {{tot_en_met: $leeftijd_tot}}\n"
        "        - heeft: {bron: sociale_toeslag, met: {schijf: laag}}\n"
    )
    answer = world.run(*on_real(world, "diff", "--to", narrow, "--json", "--ids", 2)).json
    leave = answer["eraf"]
    assert answer["erbij"]["aantal"] == 0
    assert leave["aantal"] == answer["van"]["gezinnen"] - answer["naar"]["gezinnen"] > 2
    assert len(leave["dossiers"]) == 2
    assert leave["er_zijn_er_meer"] is True
    assert sum(row["alleen_deze"] for row in leave["voorwaarden"]) == leave["aantal"]
    told = world.run(*on_real(world, "diff", "--to", narrow)).out
    assert f"\nEraf: {leave['aantal']} gezinnen\nWaarom ze daarna niet meer geselecteerd zijn:\n" in told
    assert "dossiers:" not in told


def test_other_units_do_not_compare(world: World) -> None:
    by_child = REPOSITORY / "rules" / "knokke-heist-zorgtoeslag.yaml"
    assert world.run(*on_real(world, "diff", "--to", by_child, "--json")).error == ("E212", 2)


def test_what_is_missing_is_a_usage_error(run: Command) -> None:
    for words in (("check",), ("attrition", EXAMPLE), ("diff", EXAMPLE, "--snapshot", "x"), ("explan",)):
        assert run("audience", *words, "--json").code == 2
