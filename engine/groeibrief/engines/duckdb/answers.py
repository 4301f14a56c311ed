"""The statement for each kind of answer, over the steps of the compiler."""

from __future__ import annotations

from sqlglot import exp

from groeibrief.engines.duckdb.compiler import ASKED, DOSSIER, Compiler
from groeibrief.engines.duckdb.expressions import (
    aliased,
    call,
    column,
    equal,
    found_in,
    how_many,
    literal,
    more,
    unknown,
    valid_on,
)
from groeibrief.engines.duckdb.queries import grouped, ordered, query
from groeibrief.engines.duckdb.statement import CHOSEN, Statement
from groeibrief.query import Has, Question, Sort, counted_children

CHILD_CAP = 3
"""How many children of one gezin weigh in an answer that leaves the agency (DISCLOSURE 2)."""


def counts(compiler: Compiler, question: Question, *, pretty: bool = False) -> Statement:
    """One row ``gezinnen, kinderen, kinderen_begrensd, niet_te_beoordelen, zonder_woonplaats``.

    With a compiler by municipality: one such row for each that has any, ``gevraagd`` first, without the last column;
    rows of municipalities that were not asked may be among them.
    """
    if question.unit is Sort.GEZIN:
        families, _ = compiler.families_judged(question.condition, only_possible=True)
        chosen, undecided = column("uitkomst"), how_many(unknown(column("uitkomst")))
    else:
        verdict = compiler.children_judged(question.condition, only_possible=True)
        columns = [
            *compiler.keys(),
            aliased(how_many(column("uitkomst")), "geteld"),
            aliased(how_many(unknown(column("uitkomst"))), "onbekend"),
        ]
        families = compiler.keep("telling", grouped(query(columns, verdict), compiler.keys()))
        chosen, undecided = more(column("geteld"), literal(0)), _total(column("onbekend"), None)
    columns = [
        aliased(how_many(chosen.copy()), "gezinnen"),
        aliased(_total(column("geteld"), chosen.copy()), "kinderen"),
        aliased(_total(call("least", column("geteld"), literal(CHILD_CAP)), chosen), "kinderen_begrensd"),
        aliased(undecided, "niet_te_beoordelen"),
    ]
    if ASKED in compiler.key:
        final = grouped(query([column(ASKED), *columns], families), [column(ASKED)])
        return Statement(compiler.written(final, pretty=pretty), compiler.tables)
    compiler.tables["zonder_woonplaats"] = None
    homeless = query([how_many()], "zonder_woonplaats", where=[valid_on(question.reference_date)])
    final = query([*columns, aliased(exp.Subquery(this=homeless), "zonder_woonplaats")], families)
    return Statement(compiler.written(final, pretty=pretty), compiler.tables)


def _total(number: exp.Expr, chosen: exp.Expr | None) -> exp.Expr:
    total = call("sum", number)
    if chosen is not None:
        total = exp.Filter(this=total, expression=exp.Where(this=chosen))
    return exp.cast(call("coalesce", total, literal(0)), exp.DataType.Type.BIGINT)


def families(compiler: Compiler, question: Question) -> Statement:
    """The selected gezinnen: ``dossier_id``, sorted."""
    if question.unit is Sort.GEZIN:
        judged, _ = compiler.families_judged(question.condition, only_possible=True)
    else:
        judged = compiler.children_judged(question.condition, only_possible=True)
    final = query([column(DOSSIER)], judged, where=[column("uitkomst")], distinct=True)
    return Statement(compiler.written(ordered(final, [column(DOSSIER)])), compiler.tables)


def children(compiler: Compiler, question: Question) -> Statement:
    """The children that are counted: ``dossier_id, kind_id``, sorted."""
    if question.unit is Sort.GEZIN:
        judged, verdict = compiler.families_judged(question.condition, only_possible=True)
        counted = compiler.counts_for(counted_children(question.condition), verdict, question.condition)
        joins = [(judged, compiler.same_family(verdict, judged), "inner")]
        where = [column("uitkomst", judged), counted]
    else:
        verdict = compiler.children_judged(question.condition, only_possible=True)
        joins, where = [], [column("uitkomst")]
    columns = [column(name, verdict) for name in (DOSSIER, "kind_id")]
    final = ordered(query(columns, verdict, joins=joins, where=where), [name.copy() for name in columns])
    return Statement(compiler.written(final), compiler.tables)


def entitled(compiler: Compiler, nodes: list[Has]) -> Statement:
    """To whom the rights of :data:`CHOSEN` children are granted: ``dossier_id, kind_id, volgorde``, sorted.

    *nodes*: every ``heeft`` whose source has ``toegekend_aan``; a row counts when it holds and its ``heeft`` is true.
    """
    steps: list[str] = []
    for node in nodes:
        compiler.read(node.source, compiler.rights.blocks(node))
        tests = compiler.rights.row_holds(node, sure=True)
        tests.append(found_in(column("kind_id"), compiler.rights.children(node)))
        columns = [column("kind_id"), aliased(column("toegekend_aan"), "volgorde")]
        steps.append(compiler.keep("recht", query(columns, node.source, where=tests)))
    parts = [
        query(
            [column(DOSSIER, CHOSEN), column("kind_id", CHOSEN), column("volgorde", step)],
            CHOSEN,
            joins=[(step, equal(column("kind_id", step), column("kind_id", CHOSEN)), "inner")],
        )
        for step in steps
    ]
    everything: exp.Query = parts[0]
    for part in parts[1:]:
        everything = exp.Union(this=everything, expression=part, distinct=False)
    together = compiler.keep("samen", everything)
    columns = [column(name) for name in (DOSSIER, "kind_id", "volgorde")]
    final = ordered(query(columns, together, distinct=True), [name.copy() for name in columns])
    return Statement(compiler.written(final), compiler.tables)


def outcomes(compiler: Compiler, question: Question) -> Statement:
    """Every unit of the population: ``unit_id, outcome``, sorted."""
    if question.unit is Sort.GEZIN:
        judged, _ = compiler.families_judged(question.condition, only_possible=False)
        unit = DOSSIER
    else:
        judged, unit = compiler.children_judged(question.condition, only_possible=False), "kind_id"
    columns = [aliased(column(unit), "unit_id"), aliased(column("uitkomst"), "outcome")]
    final = ordered(query(columns, judged), [column("unit_id")])
    return Statement(compiler.written(final), compiler.tables)
