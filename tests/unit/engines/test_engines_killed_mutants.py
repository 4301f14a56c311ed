"""What a mutant of the compiler showed to be untested: answers, what a statement leaves out, and the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import sqlglot
from engines_world import LEUVEN, NOVEMBER, TORHOUT, D, World, ask, day, months, value, values
from sqlglot import exp

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue, PeriodKind
from groeibrief.engines import Engine
from groeibrief.engines.duckdb import DuckDBEngine, answers
from groeibrief.engines.duckdb.answers import Statement
from groeibrief.engines.duckdb.compiler import Compiler
from groeibrief.engines.duckdb.expressions import literal
from groeibrief.engines.duckdb.places import Area, codes_read_as
from groeibrief.engines.reference import ReferenceEngine
from groeibrief.errors import SnapshotError
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    Days,
    DomicileOf,
    Field,
    Granted,
    Has,
    InFamily,
    IsUnknown,
    LivesIn,
    Not,
    OneOf,
    Or,
    Payer,
    Question,
    Range,
    SchoolYears,
    Sort,
)

PLAIN, MOVED = 10, 20
BASIC, SOCIAL, ORPHAN = (Has(source, NOVEMBER) for source in ("basisbedrag", "sociale_toeslag", "wezentoeslag"))
LOW = (Field("schijf", OneOf(("laag",))),)
YOUNG = Age(Sort.KIND, at_most=12)
STORED = {"kind", "begunstigde", "domicilie", "sociale_toeslag", "wezentoeslag"}


def kids(which: Condition | None = None, **bounds: int) -> Children:
    return Children(Count(**bounds), which)


@pytest.fixture(scope="module")
def populated(module_world: World) -> World:
    world = module_world
    # 11 is ten, 12 is eleven, of 13 the birth date is missing.
    for child, born in ((11, "2015-01-01"), (12, "2014-01-01"), (13, None)):
        world.person(child, born=born)
    world.family(PLAIN, [11, 12, 13])
    for order, parent in enumerate((18, 19), 1):
        world.person(parent, born="1985-01-01")
        world.beneficiary(PLAIN, order, parent)
    world.right("wezentoeslag", 11, van="2025-01-01", toegekend_aan=1)
    # The band is known of November only, and there is no row before October.
    world.right("sociale_toeslag", 11, van="2025-10-01", tot="2025-11-01", schijf=None, toegekend_aan=2)
    world.right("sociale_toeslag", 11, van="2025-11-01", schijf="laag", toegekend_aan=2)
    world.right("sociale_toeslag", 12, van="2025-01-01", schijf="laag", toegekend_aan=1)
    world.right("wezentoeslag", 12, van="2025-01-01", toegekend_aan=1)
    # In Leuven until 1 March 2025, in Torhout since.
    world.person(21, nis=None)
    world.lives(21, LEUVEN, tot=day("2025-03-01"), postcode="3000")
    world.lives(21, TORHOUT, van=day("2025-03-01"))
    world.family(MOVED, [21])
    return world


def entitled(engine: Engine, condition: Condition) -> list[tuple[int, int]]:
    rows = engine.select(ask(condition)).entitled.to_pylist()
    return [(row["kind_id"], row["volgorde"]) for row in rows]


@pytest.mark.parametrize(
    "period_and_fields", [(months("2025-09", "2025-11", 3), LOW), (months("2025-09", "2025-11", 2), LOW)]
)
def test_a_row_entitles_no_one_when_its_heeft_is_not_true_for_the_child(
    local_engine: Engine, period_and_fields: tuple[object, tuple[Field, ...]]
) -> None:
    # 11 is chosen for the orphan's supplement; in November a row holds, but the months are too few, or unknown.
    rarely = Has("sociale_toeslag", *period_and_fields)  # type: ignore[arg-type]
    assert entitled(local_engine, Or((rarely, ORPHAN))) == [(11, 1), (12, 1)]


def test_a_beneficiary_with_two_rights_is_named_once(local_engine: Engine) -> None:
    assert entitled(local_engine, And((SOCIAL, ORPHAN))) == [(11, 1), (11, 2), (12, 1)]


def test_children_that_are_only_counted_are_no_die(local_engine: Engine) -> None:
    eleven = Age(Sort.KIND, 11, 11)
    question = ask(And((kids(at_most=5), kids(eleven, at_least=1))))
    assert local_engine.select(question).children["kind_id"].to_pylist() == [12]


@pytest.mark.parametrize("which", [Or((BASIC, YOUNG)), Or((YOUNG, BASIC))])
def test_a_right_beside_an_unknown_age_does_not_make_it_known(local_engine: Engine, which: Condition) -> None:
    assert value(local_engine, kids(which, at_least=3), PLAIN) is None
    assert value(local_engine, kids(Not(which), at_least=1), PLAIN) is None
    assert local_engine.count(ask(kids(which, at_least=3))).undecidable == 1


@pytest.mark.parametrize("of", DomicileOf)
def test_postcodes_on_another_day(local_engine: Engine, of: DomicileOf) -> None:
    before = LivesIn(Sort.KIND, (), ("3000",), day("2025-02-28"))
    assert local_engine.select(ask(before)).children["kind_id"].to_pylist() == [21]
    assert value(local_engine, LivesIn(Sort.KIND, (), ("3000",), day("2025-03-01")), 21) is False


def test_a_child_that_moved_between_two_municipalities_of_the_question_is_one_child(local_engine: Engine) -> None:
    before = LivesIn(Sort.KIND, (LEUVEN,), on=day("2025-02-28"))
    for condition in (before, kids(before, at_least=1)):
        question = ask(condition, TORHOUT, LEUVEN)
        counts = local_engine.count(question)
        assert (counts.families, counts.children) == (1, 1)
        assert local_engine.outcomes(question)["outcome"].to_pylist().count(True) == 1


def test_days_after_the_extraction_are_named_in_their_order(local_engine: Engine) -> None:
    late = [day("2025-11-04") + timedelta(days) for days in (300, 0, 60, 5)]
    with pytest.raises(SnapshotError) as caught:
        local_engine.count(ask(And(tuple(LivesIn(Sort.KIND, (TORHOUT,), on=on) for on in late))))
    assert [str(finding).split()[2] for finding in caught.value.findings] == [str(on) for on in sorted(late)]


def test_the_day_of_the_extraction_is_known(local_engine: Engine) -> None:
    assert value(local_engine, LivesIn(Sort.KIND, (TORHOUT,), on=day("2025-11-03")), 21) is True


def test_an_age_in_months_from_before_the_calendar(local_engine: Engine) -> None:
    assert value(local_engine, Age(Sort.KIND, at_most=10**6, unit="maand"), 11) is True
    assert value(local_engine, Age(Sort.KIND, at_least=10**6, unit="maand"), 11) is False


@pytest.mark.parametrize("where", [(), (Field("bedrag", Range(at_least=0)),)], ids=["bits", "rows"])
def test_one_month_is_enough_in_whatever_word_of_bits_it_lies(world: World, where: tuple[Field, ...]) -> None:
    world.coverage[PeriodKind.MONTH_RIGHT] = ("2014-01", "2025-11")
    for child, month in ((1, "2014-01-01"), (2, "2020-01-01"), (3, "2025-11-01")):
        world.only_child(child, born="2013-01-01")
        world.right("basisbedrag", child, van=month, tot=str(Month.of(day(month)).plus(1).first_day))
    engine = world.engine()
    assert values(engine, ask(Has("basisbedrag", months("2014-01", "2025-11"), where))) == dict.fromkeys(
        (1, 2, 3), True
    )
    assert values(engine, ask(Has("basisbedrag", months("2014-02", "2025-10"), where))) == {1: False, 2: True, 3: False}
    engine.close()


def test_a_month_that_two_rows_cover_counts_once_and_hides_no_other(world: World) -> None:
    world.only_child(1, born="2015-01-01")
    world.right("sociale_toeslag", 1, van="2025-07-01", tot="2025-10-01", schijf="laag", toegekend_aan=1)
    world.right("sociale_toeslag", 1, van="2025-08-01", tot="2025-09-01", schijf="laag", toegekend_aan=1)
    engine = world.engine()
    assert value(engine, Has("sociale_toeslag", months("2025-08", "2025-09", 2), LOW), 1) is True
    assert value(engine, Has("sociale_toeslag", months("2025-08", "2025-10", 3), LOW), 1) is False
    engine.close()


def with_missing(catalogue: Catalogue, source: str, *missing: str) -> Catalogue:
    """The catalogue, with other fields of a source that may be missing: sources are data, and this is what they say."""
    found = catalogue.sources[source]
    fields = tuple(replace(field, kan_ontbreken=field.veld in missing) for field in found.velden)
    return replace(catalogue, sources={**catalogue.sources, source: replace(found, velden=fields)})


def test_a_month_of_childcare_with_unknown_days_is_unknown(catalogue: Catalogue, tmp_path: Path) -> None:
    world = World(with_missing(catalogue, "kinderopvangtoeslag", "volle_dagen"), tmp_path)
    for child, full, half in ((1, None, 0), (2, 1, 0), (3, 0, 0)):
        world.only_child(child)
        world.right("kinderopvangtoeslag", child, maand="2025-11-01", volle_dagen=full, halve_dagen=half)
    engine = world.engine()
    for where in ((), (Field("halve_dagen", Range(at_most=3)),)):
        found = values(engine, ask(Has("kinderopvangtoeslag", NOVEMBER, where)))
        assert found == {1: None, 2: True, 3: False}
        assert engine.count(ask(Has("kinderopvangtoeslag", NOVEMBER, where))).undecidable == 1
    engine.close()


@pytest.mark.parametrize("missing", [("aard",), ("aard", "bedrag"), ("bedrag",), ()])
def test_a_birth_grant_of_unknown_kind_is_no_stillbirth(
    catalogue: Catalogue, tmp_path: Path, missing: tuple[str, ...]
) -> None:
    world = World(with_missing(catalogue, "startbedrag", *missing), tmp_path)
    kinds = ["geboorte", "levenloos_geboren", *([None] if "aard" in missing else [])]
    for child, kind in enumerate(kinds, 1):
        world.only_child(child)
        world.right("startbedrag", child, datum="2025-02-01", aard=kind)
    granted = ask(Has("startbedrag", Days(day("2025-02-01"), D)))
    engine = world.engine()
    expected = dict(enumerate((True, False, True)[: len(kinds)], 1))
    assert values(engine, granted) == expected
    assert values(ReferenceEngine.over(world.snapshot(), world.catalogue), granted) == expected
    assert ("COALESCE(aard" in engine.sql(granted)) == ("aard" in missing)
    engine.close()


# Municipalities.


def neighbours(catalogue: Catalogue) -> tuple[str, ...]:
    """The codes that are valid and never change, sorted: each a cluster of its own."""
    rows = catalogue.municipalities.rows
    taken_over = {row.opvolger for row in rows}
    return tuple(sorted(row.nis for row in rows if row.tot is None and row.nis not in taken_over))


def area(catalogue: Catalogue, *codes: str, on: date = D, stored: tuple[str, ...] | None = None) -> Area:
    held = neighbours(catalogue) if stored is None else stored
    return Area(catalogue.municipalities, codes, on, tuple(map(int, held)))


def reading(found: Area) -> str:
    return found.lies_in_clusters().sql("duckdb")


def test_a_few_municipalities_are_named_and_many_are_runs_of_neighbours(catalogue: Catalogue) -> None:
    codes = neighbours(catalogue)
    assert reading(area(catalogue, codes[0])) == f"gemeente = {codes[0]}"
    assert reading(area(catalogue, *codes[:8])) == f"gemeente IN ({', '.join(codes[:8])})"
    assert reading(area(catalogue, *codes[:9])) == f"gemeente >= {codes[0]} AND gemeente <= {codes[8]}"
    assert reading(area(catalogue, *codes[:6], *codes[8:12])) == (
        f"(gemeente >= {codes[0]} AND gemeente <= {codes[5]}) OR (gemeente >= {codes[8]} AND gemeente <= {codes[11]})"
    )
    # A cluster that the store does not hold lies between no neighbours; without any that it holds, each is a run.
    assert reading(area(catalogue, *codes[:4], *codes[5:10], stored=(*codes[:4], *codes[5:]))) == (
        f"gemeente >= {codes[0]} AND gemeente <= {codes[9]}"
    )
    assert reading(area(catalogue, *codes[:9], stored=())).count(" OR ") == 8


def test_too_many_runs_are_named_again(catalogue: Catalogue) -> None:
    codes = neighbours(catalogue)[::2]
    assert reading(area(catalogue, *codes[:40])).count(" OR ") == 39
    assert reading(area(catalogue, *codes[:41])) == f"gemeente IN ({', '.join(codes[:41])})"


def test_codes_are_looked_at_only_where_a_cluster_is_not_wholly_asked(catalogue: Catalogue) -> None:
    def tests(*codes: str, on: date = D) -> list[str]:
        return [test.sql("duckdb") for test in area(catalogue, *codes, on=on).is_home()]

    assert tests(TORHOUT) == ["thuis", "gemeente = 31033"]
    # Meulebeke (37007) and Tielt (37015) became Tielt (37022) on 1 January 2025.
    assert tests("37022") == ["thuis", "gemeente = 37022"]
    before = day("2024-12-31")
    assert tests("37015", "37007", on=before) == ["thuis", "gemeente = 37022", "nis IN (37007, 37015)"]
    assert area(catalogue, TORHOUT).asked_code().sql("duckdb") == "gemeente"
    assert area(catalogue, "37022").asked_code().sql("duckdb") == "gemeente"
    assert area(catalogue, "37015", TORHOUT, on=before).asked_code().sql("duckdb") == (
        "CASE WHEN nis = 37015 THEN 37015 ELSE gemeente END"
    )


def test_codes_are_written_in_order(catalogue: Catalogue) -> None:
    codes = neighbours(catalogue)
    backwards = area(catalogue, *reversed(codes))
    assert backwards.clusters == tuple(sorted(map(int, codes)))
    assert codes_read_as(catalogue.municipalities, reversed(codes), D) == tuple(sorted(map(int, codes)))
    before = day("2024-12-31")
    merged = sorted(row.nis for row in catalogue.municipalities.rows if row.tot == day("2025-01-01"))
    *_, looked_at = area(catalogue, *reversed(merged), on=before).is_home()
    assert looked_at.sql("duckdb") == f"nis IN ({', '.join(merged)})"


# What a statement reads and leaves out.

Writer = Callable[[Compiler, Question], Statement]


@pytest.fixture(scope="module")
def duckdb_engine(populated: World) -> Iterator[DuckDBEngine]:
    engine = populated.engine()
    yield engine
    engine.close()


def steps(engine: DuckDBEngine, question: Question, writer: Writer = answers.counts) -> dict[str, exp.Expr]:
    """The steps of a statement by name; the last one under no name."""
    compiler = Compiler(engine._store, engine._catalogue, question, by_municipality=False)
    tree = sqlglot.parse_one(writer(compiler, question).sql, read="duckdb")
    return {**{step.alias: step.this for step in tree.ctes}, "": tree}


def kept_by(step: exp.Expr) -> list[str]:
    where = step.args.get("where")
    return [] if where is None else [part.sql("duckdb") for part in where.this.flatten()]


HAS = "(kinderen.sociale_toeslag_m0 & 16384) <> 0"
AGE = "kinderen.geboren > CAST('2012-11-01' AS DATE)"
MAYBE = f"NOT ({AGE}) IS FALSE"


@pytest.mark.parametrize("writer", [answers.counts, answers.families, answers.children])
@pytest.mark.parametrize("counted_by_family", [True, False])
@pytest.mark.parametrize(
    ("which", "left"),
    [
        (And((YOUNG, SOCIAL)), [MAYBE, HAS]),
        (SOCIAL, [HAS]),
        (YOUNG, [MAYBE]),
        (Or((SOCIAL, SOCIAL)), [f"{HAS} OR {HAS}"]),
        (Not(SOCIAL), [f"NOT ({HAS})"]),
    ],
)
def test_children_who_cannot_matter_are_left_out_before_anything_is_counted(
    duckdb_engine: DuckDBEngine, writer: Writer, counted_by_family: bool, which: Condition, left: list[str]
) -> None:
    question = ask(kids(which, at_least=1) if counted_by_family else which)
    found = steps(duckdb_engine, question, writer)["oordeel_1"].args["where"].this.sql("duckdb")
    assert found == " AND ".join(left)
    assert kept_by(steps(duckdb_engine, question, answers.outcomes)["oordeel_1"]) == []


@pytest.mark.parametrize(
    "condition",
    [
        kids(SOCIAL, at_most=1),
        Not(kids(SOCIAL, at_least=1)),
        Or((kids(SOCIAL, at_least=1), Payer(("FONS",)))),
        And((kids(SOCIAL, at_least=1), kids(YOUNG, at_least=1))),
        And((kids(SOCIAL, at_least=1), kids(at_least=1))),
    ],
)
def test_every_child_stays_that_may_matter(duckdb_engine: DuckDBEngine, condition: Condition) -> None:
    assert kept_by(steps(duckdb_engine, ask(condition))["oordeel_1"]) == []


def test_the_unknown_are_counted_only_where_there_can_be_any(duckdb_engine: DuckDBEngine) -> None:
    for never_unknown in (SOCIAL, Not(SOCIAL), And((SOCIAL, ORPHAN)), Or((SOCIAL, ORPHAN))):
        text = duckdb_engine.sql(ask(kids(never_unknown, at_least=1), of=DomicileOf.BEGUNSTIGDE))
        assert "onbekend" not in text
        assert "COALESCE(telling_1.uitbetaler" not in text
    assert "die_1_onbekend" in duckdb_engine.sql(ask(kids(And((SOCIAL, YOUNG)), at_least=1)))


@pytest.mark.parametrize(
    ("condition", "unsure"),
    [
        (Has("sociale_toeslag", NOVEMBER, LOW), True),
        (Has("sociale_toeslag", NOVEMBER, (Field("schijf", IsUnknown(True)),)), False),
        (Has("sociale_toeslag", NOVEMBER, (Field("helft", OneOf((True,))),)), False),
    ],
)
def test_what_is_sure_is_told_apart_only_where_a_field_may_be_missing(
    duckdb_engine: DuckDBEngine, condition: Has, unsure: bool
) -> None:
    judged = steps(duckdb_engine, ask(condition))["oordeel_1"].selects[-1]
    assert bool(list(judged.find_all(exp.Case))) is unsure


@pytest.mark.parametrize("of", DomicileOf)
def test_every_table_is_read_in_the_municipality_only(duckdb_engine: DuckDBEngine, of: DomicileOf) -> None:
    moved = LivesIn(Sort.KIND, (LEUVEN,), on=day("2025-02-28"))
    condition = And(
        (
            kids(And((Has("sociale_toeslag", NOVEMBER, LOW), moved)), at_least=1),
            ChildrenInDossier(Count(at_least=1)),
            Beneficiaries(Count(at_least=1)),
        )
    )
    tree = steps(duckdb_engine, ask(condition, of=of))[""]
    read = set()
    for select in tree.find_all(exp.Select):
        table = select.args["from_"].this.name
        if table in STORED:
            read.add(table)
            tests = kept_by(select)
            assert any(test.endswith("gemeente = 31033") for test in tests), select.sql("duckdb")
            if table in ("kind", "begunstigde"):
                assert f"{table}.eind >= 2025" in tests
    assert read == {"kind", "begunstigde", "domicilie", "sociale_toeslag"}


def test_what_is_asked_twice_is_written_once(duckdb_engine: DuckDBEngine) -> None:
    moved = LivesIn(Sort.KIND, (LEUVEN,), on=day("2025-02-28"))
    sibling = InFamily(kids(YOUNG, at_least=2))
    person = ask(And((Or((moved, sibling)), Not(And((moved, sibling))))))
    dossier, parents = (node(Count(at_least=1)) for node in (ChildrenInDossier, Beneficiaries))
    family = ask(And((Or((dossier, parents)), Not(And((dossier, parents))))))
    assert sorted(steps(duckdb_engine, person)) == [
        "", "domicilie_op_1", "gezin_1", "kinderen", "oordeel_1", "oordeel_2", "telling_1", "telling_2",
    ]  # fmt: skip
    assert sorted(steps(duckdb_engine, family)) == [
        "", "gezin_1", "kinderen", "oordeel_1", "per_begunstigde_1", "per_kind_1", "telling_1",
    ]  # fmt: skip
    assert "domicilie" not in duckdb_engine.sql(ask(LivesIn(Sort.KIND, (LEUVEN,), on=D)))


def test_a_question_is_the_same_text_in_every_process(duckdb_engine: DuckDBEngine) -> None:
    sources = ("zorgtoeslag", "basisbedrag", "wezentoeslag", "pleegzorgtoeslag", "sociale_toeslag")
    years = Has("schooltoeslag", SchoolYears(SchoolYear(2025)))
    question = ask(Or((*(Has(source, NOVEMBER) for source in sources), years)))
    masks = [part.name for part in steps(duckdb_engine, question)["kinderen"].selects if "_m" in part.name]
    assert masks == [f"{source}_m0" for source in sorted((*sources, "schooltoeslag"))]


@pytest.mark.parametrize("writer", [answers.counts, answers.families, answers.children, answers.outcomes])
def test_a_statement_that_is_run_is_one_line(duckdb_engine: DuckDBEngine, writer: Writer) -> None:
    assert "\n" not in duckdb_engine._statement(ask(SOCIAL), writer).sql


def test_as_many_statements_are_kept_as_is_said_and_no_more(duckdb_engine: DuckDBEngine) -> None:
    def writer(_: Compiler, question: Question) -> Statement:
        return Statement(str(question.reference_date))

    first = duckdb_engine._statement(ask(SOCIAL), writer)
    assert duckdb_engine._statement(ask(SOCIAL), writer) is first
    sizes = []
    for number in range(300):
        duckdb_engine._statement(ask(SOCIAL, on=D - timedelta(number)), writer)
        sizes.append(len(duckdb_engine._written))
    assert max(sizes) == 256


def damaged(folder: Path, *parts: str) -> None:
    for path in folder.rglob("*.parquet"):
        if not parts or any(part in str(path) for part in parts):
            content = path.read_bytes()
            path.write_bytes(content[:4] + bytes([content[4] ^ 1]) + content[5:])


def refuses(engine: DuckDBEngine, condition: Condition) -> bool:
    try:
        engine.count(ask(condition))
    except SnapshotError as error:
        return error.code == "E440"
    return False


@pytest.fixture
def fresh_engine(world: World) -> Iterator[DuckDBEngine]:
    world.only_child(1)
    world.only_child(2)
    world._add("dossierkind", dossier_id=1, kind_id=2, van=date(2010, 1, 1), tot=day("2025-02-01"))
    world.right("sociale_toeslag", 1, van="2024-09-01")
    world.right("kleutertoeslag", 1, leeftijd=3, toegekend_op="2025-03-10")
    engine = world.engine()
    yield engine
    engine.close()


@pytest.mark.parametrize("part", ["blok=2024", "blok=2025"])
@pytest.mark.parametrize("order", [1, -1])
def test_every_part_of_a_table_that_is_read_twice_is_checked(fresh_engine: DuckDBEngine, part: str, order: int) -> None:
    damaged(fresh_engine._store.folder("sociale_toeslag"), part)
    early, late = (Has("sociale_toeslag", months(month), LOW) for month in ("2024-10", "2025-10"))
    assert (refuses(fresh_engine, early), refuses(fresh_engine, late)) == (part.endswith("2024"), part.endswith("2025"))
    assert refuses(fresh_engine, And((early, late)[::order]))
    assert refuses(fresh_engine, Has("sociale_toeslag", months("2024-09", "2025-11"), LOW))


def test_an_undivided_table_that_is_read_twice_is_checked_whole(fresh_engine: DuckDBEngine) -> None:
    damaged(fresh_engine._store.folder("kleutertoeslag"))
    days = Days(day("2025-03-01"), D)
    assert refuses(fresh_engine, And((Has("kleutertoeslag", Granted(3)), Has("kleutertoeslag", Granted(None, days)))))


def test_a_source_that_bits_answer_is_not_read(fresh_engine: DuckDBEngine) -> None:
    damaged(fresh_engine._store.folder("sociale_toeslag"))
    assert not refuses(fresh_engine, SOCIAL)


def test_what_still_runs_is_checked(fresh_engine: DuckDBEngine) -> None:
    damaged(fresh_engine._store.folder("kind"), "eind=9999")
    assert refuses(fresh_engine, SOCIAL)


# The connection.


def test_the_connection_is_bounded_from_the_start(duckdb_engine: DuckDBEngine) -> None:
    wanted = {
        "threads": 2,
        "memory_limit": "1.8 GiB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "parquet_metadata_cache": True,
    }
    settings = ", ".join(f"current_setting('{name}')" for name in wanted)
    found = duckdb_engine._connection.execute(f"SELECT {settings}").fetchone()
    assert found == tuple(wanted.values())


def test_the_chosen_children_are_let_go_of(duckdb_engine: DuckDBEngine) -> None:
    assert duckdb_engine.select(ask(SOCIAL)).entitled.num_rows > 0
    with pytest.raises(duckdb.CatalogException, match="gekozen"):
        duckdb_engine._connection.execute("SELECT * FROM gekozen")


def test_a_closed_engine_answers_nothing(world: World) -> None:
    world.only_child(1)
    engine = world.engine()
    engine.close()
    with pytest.raises(duckdb.ConnectionException):
        engine.count(ask(SOCIAL))


def test_only_what_is_less_than_0_has_a_sign() -> None:
    values = (0, 1, Decimal("0.50"), Decimal("-0.50"))
    assert [literal(number).sql(dialect="duckdb") for number in values] == ["0", "1", "0.50", "-0.50"]
