"""How the units of a population fare on the outermost conditions: one pass, one row for each way of faring.

A mask says how one child or gezin fares: a letter a condition, in written order: ``w`` (waar), ``o`` (onwaar), ``?``
(onbekend). A profile says how a gezin fares: the masks of its children in scope, or its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import exp

from groeibrief.engines.analysis.outline import outline
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.engines.duckdb.compiler import Compiler
from groeibrief.engines.duckdb.expressions import aliased, call, case, column, how_many, literal, unknown
from groeibrief.engines.duckdb.queries import grouped, query, text
from groeibrief.engines.duckdb.statement import Statement
from groeibrief.query import And, Children, Condition, Count, Question, Sort

TRUE, FALSE, UNKNOWN = "w", "o", "?"


@dataclass(frozen=True, slots=True)
class Profile:
    """``families`` gezinnen that fare alike.

    ``masks`` is about a child: each mask with the number of children in scope, by mask; about a gezin: its one mask,
    with the number of its children that the definition counts (see ``counted_children``).
    """

    masks: tuple[tuple[str, int], ...]
    families: int


def profiles(engine: DuckDBEngine, question: Question) -> tuple[Profile, ...]:
    """The profiles of every gezin of the population, sorted. Raises as :meth:`Engine.count`."""
    about_children = outline(question).per is Sort.KIND
    rows = engine.table(question, _by_children if about_children else _by_families).to_pylist()
    if about_children:
        found = [Profile(tuple(map(_mask_of_children, row["gezin"] or ())), row["gezinnen"]) for row in rows]
    else:
        # Gezinnen with one mask count different numbers of children: one profile a number keeps them whole.
        found = [Profile(((row["masker"], row["geteld"]),), row["gezinnen"]) for row in rows]
    return tuple(sorted(found, key=lambda profile: profile.masks))


def masks_of(found: Iterable[Profile]) -> dict[str, tuple[int, int]]:
    """Each mask that occurs with its gezinnen (with such a child, or themselves) and children, all-true first."""
    families: Counter[str] = Counter()
    children: Counter[str] = Counter()
    for profile in found:
        for mask, number in profile.masks:
            families[mask] += profile.families
            children[mask] += profile.families * number
    order = str.maketrans(TRUE + UNKNOWN + FALSE, "012")
    return {mask: (families[mask], children[mask]) for mask in sorted(families, key=lambda mask: mask.translate(order))}


def _mask_of_children(entry: str) -> tuple[str, int]:
    mask, _, number = entry.partition(":")
    return mask, int(number)


def _mask(outcomes: Iterable[exp.Expr]) -> exp.Expr:
    letters = [
        case((outcome, literal(TRUE)), (unknown(outcome.copy()), literal(UNKNOWN)), otherwise=literal(FALSE))
        for outcome in outcomes
    ]
    return call("concat", *letters)


def _by_children(compiler: Compiler, question: Question) -> Statement:
    """``gezin`` (list of ``mask:children``, sorted; empty for a gezin without children), ``gezinnen``."""
    nodes = [Children(Count(at_least=1), part) for part in outline(question).conditions]
    every: Condition = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
    families, verdict = compiler.families_judged(every, only_possible=False)
    # Each condition's outcome stands in a column of the children's step: how it is found is the compiler's to say.
    mask = _mask(compiler.counts_for((node,), verdict, every) for node in nodes)
    marked = compiler.keep("masker", query([*compiler.keys(), aliased(mask, "masker")], verdict))
    columns = [*compiler.keys(), column("masker"), aliased(how_many(), "kinderen")]
    numbered = compiler.keep("masker", grouped(query(columns, marked), [*compiler.keys(), column("masker")]))
    entry = call("concat", column("masker"), literal(":"), column("kinderen"))
    gathered = aliased(call("list_sort", call("list", entry)), "gezin")
    profile = compiler.keep("profiel", grouped(query([*compiler.keys(), gathered], numbered), compiler.keys()))
    final = query(
        [column("gezin", profile), aliased(how_many(), "gezinnen")],
        families,
        joins=[(profile, compiler.same_family(families, profile), "left")],
    )
    return Statement(text(compiler.statement(grouped(final, [column("gezin", profile)]))), compiler.tables)


def _by_families(compiler: Compiler, question: Question) -> Statement:
    """``masker``, ``geteld`` (children that the definition counts), ``gezinnen``."""
    whole, _ = compiler.families_judged(question.condition, only_possible=False)
    steps = [compiler.families_judged(part, only_possible=False)[0] for part in outline(question).conditions]
    mask = _mask(column("uitkomst", step) for step in steps)
    final = query(
        [aliased(mask, "masker"), column("geteld", whole), aliased(how_many(), "gezinnen")],
        whole,
        joins=[(step, compiler.same_family(whole, step), "inner") for step in steps],
    )
    by = [mask.copy(), column("geteld", whole)]
    return Statement(text(compiler.statement(grouped(final, by))), compiler.tables)
