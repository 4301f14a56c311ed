"""``groeibrief disclosure``: standard audiences for every municipality, the answer that one sees, the bound."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from functional_command import REPOSITORY, STANDARD, Command
from functional_world import World

AUDIENCES = 12
MUNICIPALITIES = 285
ANSWERS = AUDIENCES * MUNICIPALITIES
POLICY = REPOSITORY / "rules" / "policies" / "disclosure.yaml"
PEILDATUM = ("--peildatum", "2025-11-01")


def prepare(world: World, *more: object) -> tuple[object, ...]:
    return ("disclosure", "prepare", "--snapshot", world.snapshot, *more)


def ask(world: World, audience: str, nis: str, *more: object) -> tuple[object, ...]:
    given = ("--gemeente", nis, *PEILDATUM, "--as-municipality", nis, "--snapshot", world.snapshot, "--json")
    return ("count", STANDARD / f"{audience}.yaml", *given, *more)


def stored(run: Command) -> tuple[int, int]:
    """How many answers were charged, and how many were drawn."""
    with closing(sqlite3.connect(run.home / "staat" / "tellingen" / "telbeurten.sqlite")) as opened:
        found: tuple[int, int] = opened.execute("SELECT count(*), count(ruw) FROM antwoord").fetchone()
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, compiled: Path, world: World) -> Command:
    """Runs commands over a state in which the standard audiences were drawn."""
    run = Command(tmp_path_factory.mktemp("voorbereid"), compiled)
    answer = run(*prepare(world, "--json")).json
    day = answer.pop("opnieuw_vanaf")
    assert int(day[:4]) == time.gmtime().tm_year + 1
    assert answer == {
        "snapshot": "synth-2025-11-03-2000-1",
        "peildatum": "2025-11-01",
        "gemeenten": MUNICIPALITIES,
        "doelgroepen": AUDIENCES,
        "antwoorden": ANSWERS,
        "aangerekend": ANSWERS,
        "getrokken": ANSWERS,
        "synthetisch": True,
    }
    return run


def test_a_second_preparation_draws_nothing_and_says_so(prepared: Command, world: World) -> None:
    result = prepared(*prepare(world))
    assert result.out.splitlines()[:3] == [
        "Standaarddoelgroepen op snapshot synth-2025-11-03-2000-1 (synthetisch), peildatum 1 november 2025.",
        "12 doelgroepen voor 285 gemeenten: 3420 antwoorden.",
        "Er is niets getrokken: elk antwoord bestond al.",
    ]
    assert stored(prepared) == (ANSWERS, ANSWERS)


def test_another_snapshot_is_refused_with_the_date(prepared: Command, world: World) -> None:
    words = ("disclosure", "prepare", "--snapshot", world.real, "--trust", world.trust)
    result = prepared(*words)
    assert result.code == 5
    assert result.err.startswith(
        "Fout E515: De standaarddoelgroepen zijn al getrokken op snapshot synth-2025-11-03-2000-1, met peildatum "
        "1 november 2025. Op een andere snapshot of peildatum kan dat pas vanaf "
    )


@pytest.mark.parametrize("audience", ["sociale-toeslag", "nieuw-in-de-gemeente", "kinderen-met-zorgnood"])
def test_what_a_municipality_asks_is_what_it_was_shown(prepared: Command, world: World, audience: str) -> None:
    answer = prepared(*ask(world, audience, "11002")).json
    assert answer["telbeurten"] == {"gebruikt": 0, "over": 12, "vanaf": None}
    assert (answer["eerder_gesteld"], answer["vooraf_getrokken"], answer["kosten"]) == (True, True, 0.0)
    assert answer["resterend"] == {"eigen_vragen": 0.375, "standaarddoelgroepen": 0.0, "bestellingen": 0.03125}
    listing = prepared("disclosure", "show", "11002", "--json").json
    shown = {row["doelgroep"]: row["gezinnen"] for row in listing["doelgroepen"]}
    assert len(shown) == AUDIENCES
    assert shown[audience] == answer["gezinnen"]
    assert (listing["gemeente"], listing["naam"], listing["synthetisch"]) == ("11002", "Antwerpen", True)


def test_the_answers_lie_near_the_exact_counts(prepared: Command, world: World) -> None:
    """Also for the audience whose conditions name the municipality itself. The noise is under 64 but once in 10^14."""
    shown = {
        row["doelgroep"]: row["gezinnen"]
        for row in prepared("disclosure", "show", "11002", "--json").json["doelgroepen"]
    }
    for audience in ("sociale-toeslag", "nieuw-in-de-gemeente"):
        given = ("--gemeente", "11002", *PEILDATUM, "--exact", "--snapshot", world.snapshot, "--json")
        exact = prepared("count", STANDARD / f"{audience}.yaml", *given).json["gezinnen"]
        assert abs(shown[audience].get("ongeveer", 0) - exact) < 70


def test_with_another_parameter_it_costs_a_turn(prepared: Command, world: World) -> None:
    answer = prepared(*ask(world, "sociale-toeslag", "44021", "--param", "leeftijd_tot=11")).json
    assert (answer["eerder_gesteld"], answer["vooraf_getrokken"], answer["kosten"]) == (False, False, 0.03125)
    assert answer["telbeurten"]["gebruikt"] == 1
    assert answer.keys() >= {"definitie", "voorwaarden", "snapshot"}


def test_a_municipality_sees_its_audiences_in_words(prepared: Command) -> None:
    lines = prepared("disclosure", "show", "31033").out.splitlines()
    assert lines[0] == (
        "Torhout (31033): standaarddoelgroepen op snapshot synth-2025-11-03-2000-1 (synthetisch), "
        "peildatum 1 november 2025"
    )
    assert "  Gezinnen met een sociale toeslag:" in lines
    assert any(
        line.startswith("Deze antwoorden kosten geen telbeurt. Ze worden ten vroegste vernieuwd op ") for line in lines
    )
    assert lines[-1] == "Telbeurten: 0 gebruikt, 12 over."


def test_an_old_code_is_read_through_its_successor(prepared: Command) -> None:
    assert prepared("disclosure", "show", "73006", "--json").json["gemeente"] == "73110"


@pytest.mark.parametrize("nis", ["99999", "21004", "31033x", "INSZ"])
def test_what_is_no_flemish_municipality_is_refused(prepared: Command, nis: str) -> None:
    result = prepared("disclosure", "show", nis)
    assert (result.code, result.err) == (
        2,
        f"Fout E535: '{nis}' is geen Vlaamse gemeente. Geef een NIS-code van vijf cijfers, zoals 31033.\n",
    )


def test_before_any_preparation_there_is_nothing_to_show(run: Command) -> None:
    assert run("disclosure", "show", "31033").out == (
        "Torhout (31033): de standaarddoelgroepen zijn nog niet getrokken. Een gemeente kan ze als eigen vraag "
        "stellen.\nTelbeurten: 0 gebruikt, 12 over.\n"
    )
    answer = run("disclosure", "show", "31033", "--json").json
    assert (answer["snapshot"], answer["doelgroepen"], answer["synthetisch"]) == (None, [], None)


def test_the_ledger_knows_a_preparation_and_no_count(prepared: Command) -> None:
    acts = [entry for entry in prepared("ledger", "show", "--json").json["regels"] if entry["rol"] == "analist"]
    prepared_acts = [entry for entry in acts if entry["daad"] == "standaarddoelgroepen"]
    assert [sorted(entry["hashes"]) for entry in prepared_acts] == [["snapshot", "vragen"]]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_preparation_that_was_stopped_is_taken_up(run: Command, world: World, number: int) -> None:
    database = run.home / "staat" / "tellingen" / "telbeurten.sqlite"

    def half_way() -> bool:
        try:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
                return bool(opened.execute("SELECT count(ruw) >= 285 FROM antwoord").fetchone()[0])
        except sqlite3.OperationalError:
            return False

    result = run.interrupted(*prepare(world), when=half_way, number=number)
    assert result.code == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    charged, drawn = stored(run)
    assert charged == ANSWERS
    assert 0 < drawn < ANSWERS
    with closing(sqlite3.connect(database)) as opened:
        before = opened.execute("SELECT sleutel, ruw FROM antwoord WHERE ruw IS NOT NULL").fetchall()
    again = run(*prepare(world, "--json")).json
    assert (again["aangerekend"], again["getrokken"]) == (0, ANSWERS - drawn)
    with closing(sqlite3.connect(database)) as opened:
        after = dict(opened.execute("SELECT sleutel, ruw FROM antwoord").fetchall())
    assert {key: after[key] for key, _ in before} == dict(before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose standard audiences a test may spoil."""
    made = tmp_path / "project"
    for folder in ("catalog", "rules"):
        for path in (REPOSITORY / folder).rglob("*"):
            if path.is_file():
                copy = made / folder / path.relative_to(REPOSITORY / folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    return made


def test_more_audiences_than_the_policy_allows(run: Command, world: World, project: Path) -> None:
    text = (project / "rules" / "standaard" / "wezen.yaml").read_text()
    (project / "rules" / "standaard" / "meer.yaml").write_text(text.replace("doelgroep: wezen", "doelgroep: meer"))
    result = run(*prepare(world, "--project", project))
    assert (result.code, result.err) == (
        3,
        "Fout E531: Er zijn 13 standaarddoelgroepen en het beleid laat er 12 toe. Haal er weg, of laat het beleid "
        "nakijken en wijzigen.\n",
    )
    assert not (run.home / "staat").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [(", standaard: 24}", "}"), ("eenheid: gezin", "peildatum: 2025-11-01\neenheid: gezin")],
)
def test_an_audience_that_does_not_fit_every_municipality(
    run: Command, world: World, project: Path, old: str, new: str
) -> None:
    path = project / "rules" / "standaard" / "wezen.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    result = run(*prepare(world, "--project", project))
    assert (result.code, result.err) == (
        3,
        f"Fout E532: {path}: Deze standaarddoelgroep past niet op elke gemeente: laat woonplaats en peildatum open en "
        "geef elke parameter een standaard.\n",
    )


def test_a_peildatum_that_the_snapshot_does_not_cover_charges_nothing(
    run: Command, world: World, project: Path
) -> None:
    path = project / "rules" / "policies" / "disclosure.yaml"
    path.write_text(path.read_text().replace("peildatum: null", "peildatum: 2026-01-01"))
    result = run(*prepare(world, "--project", project, "--json"))
    assert result.error == ("E431", 4)
    assert not (run.home / "staat").exists()


def test_the_bound_in_a_table(run: Command) -> None:
    assert run("disclosure", "bound").out == (
        "Hoe vaak een aanvaller juist raadt die alles weet behalve één gegeven van één gezin, en een heel jaar\n"
        "budget daaraan besteedt. Wie een muntje opgooit, raadt in 50 % van de gevallen juist.\n"
        "\n"
        "                       budget  berekend  formule\n"
        "eigen vragen            0,375   66,75 %  66,75 %\n"
        "standaarddoelgroepen  0,09375   58,57 %  58,57 %\n"
        "bestellingen          0,03125   54,97 %  54,97 %\n"
        "alles samen               0,5   69,15 %  69,15 %\n"
        "twee gemeenten samen        1   76,02 %  76,02 %\n"
        "\n"
        "Slechtste verdeling van een jaar: 12 × kinderen, 12 × standaarddoelgroepen, 4 × bestellingen.\n"
        "Berekend: uit het privacyverlies van de discrete Gauss zelf. Formule: Φ(√(2ρ)/2), met ρ het budget.\n"
    )


def test_the_bound_before_and_after_a_proposal(run: Command, tmp_path: Path) -> None:
    proposal = tmp_path / "voorstel.yaml"
    text = POLICY.read_text().replace("budget: 0.5", "budget: 1").replace("eigen_vragen: 0.375", "eigen_vragen: 0.875")
    proposal.write_text(text)
    answer = run("disclosure", "bound", "--to", proposal, "--json").json
    before, after = ({row["aandeel"]: row for row in answer[key]} for key in ("grenzen", "voorstel"))
    assert before["alles_samen"]["berekend"] == pytest.approx(0.691462, abs=1e-6)
    assert after["alles_samen"]["berekend"] == pytest.approx(0.7602, abs=1e-4)
    assert after["alles_samen"]["verdeling"]["standaarddoelgroepen"] == 12
    assert before["bestellingen"] == after["bestellingen"]
    assert run("disclosure", "bound", "--policy", proposal).out.endswith("De grens gaat van 69,15 % naar 76,02 %.\n")


def test_a_proposal_that_contradicts_itself_is_refused_with_its_place(run: Command, tmp_path: Path) -> None:
    proposal = tmp_path / "voorstel.yaml"
    proposal.write_text(POLICY.read_text().replace("budget: 0.5", "budget: 0.6"))
    result = run("disclosure", "bound", "--to", proposal, "--json")
    assert result.error == ("E330", 3)
    finding = result.json["fout"]["meldingen"][0]
    assert (finding["bestand"], finding["melding"]) == (
        str(proposal),
        "De aandelen zijn samen 0,5, het budget is 0,6.",
    )
    assert json.dumps(finding)
