"""A question as one SQL statement: steps named in Dutch, from the children in scope to the outcome of each unit.

``kinderen`` are the children in scope; a step ``oordeel_n`` holds their conditions, ``telling_n`` counts them by gezin,
``gezin_n`` holds the gezin's condition. A condition on the gezin inside one on a child is a step of its own before it.
"""

from __future__ import annotations

from datetime import date
from functools import singledispatchmethod

from sqlglot import exp

from groeibrief.calendar import born_by_months, born_by_years
from groeibrief.catalog import Catalogue
from groeibrief.engines.duckdb.expressions import (
    aliased,
    all_of,
    among,
    any_of,
    at_least,
    at_most,
    bounded,
    call,
    column,
    equal,
    how_many,
    literal,
    more,
    negation,
    possible,
    unknown,
    valid_on,
)
from groeibrief.engines.duckdb.places import Area, codes_read_as, lives_in
from groeibrief.engines.duckdb.queries import Dialect, grouped, query, text, with_steps
from groeibrief.engines.duckdb.rights import Rights, bits_hold
from groeibrief.engines.duckdb.structure import all_count, children_needed, children_nodes, hangs_on_one
from groeibrief.engines.duckdb.subjects import PERSON_ID, FamilyRow, PersonRow
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    DomicileOf,
    Has,
    InFamily,
    LivesIn,
    Not,
    Or,
    Payer,
    Question,
    counted_children,
    walk,
)
from groeibrief.snapshot.prepared.layout import block_of
from groeibrief.snapshot.store import Store

DOSSIER = "dossier_id"
GROWN = "kinderen_ooit"
"""The column of a child that says how many children its gezin ever had."""
ASKED = "gevraagd"
"""The column that tells apart the municipalities of the question, when each is counted as if asked alone."""


class Compiler:
    """Compiles one question against one store. ``tables`` gathers, for each table that is read, its parts (None: all).

    *by_municipality*: the key of a gezin includes the municipality of the question. *dialect*: in whose SQL.
    """

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        question: Question,
        *,
        by_municipality: bool,
        dialect: Dialect = text,
    ) -> None:
        self._question, self._catalogue, self._dialect = question, catalogue, dialect
        self._day = question.reference_date
        self._area = Area(catalogue.municipalities, question.municipalities, self._day, store.municipalities)
        coverage = {source: (bounds.first, bounds.last) for source, bounds in store.coverage.items()}
        self.rights = Rights(catalogue, coverage, self._area)
        self.key = (ASKED, DOSSIER) if by_municipality else (DOSSIER,)
        self.tables: dict[str, range | None] = {}
        self._steps: dict[str, exp.Query] = {}
        self._numbers: dict[str, int] = {}
        self._scope()

    # Steps

    def statement(self, final: exp.Select) -> exp.Select:
        """The final query with every step before it."""
        return with_steps(final, self._steps)

    def written(self, final: exp.Select, *, pretty: bool = False) -> str:
        """The final query with every step before it, as text."""
        return self._dialect(self.statement(final), pretty=pretty)

    def keep(self, name: str, step: exp.Query) -> str:
        """Add a step under a fresh name."""
        number = self._numbers[name] = self._numbers.get(name, 0) + 1
        self._steps[fresh := f"{name}_{number}"] = step
        return fresh

    def keys(self, table: str | None = None) -> list[exp.Expr]:
        """The columns that identify a gezin."""
        return [column(name, table) for name in self.key]

    def same_family(self, left: str, right: str) -> exp.Expr:
        """The rows of both tables are about one gezin."""
        return all_of(equal(column(name, left), column(name, right)) for name in self.key)

    def read(self, table: str, parts: range | None) -> None:
        """Note that the statement reads these parts of a table."""
        if table in self.tables and (known := self.tables[table]) is not None and parts is not None:
            parts = range(min(known.start, parts.start), max(known.stop, parts.stop))
        self.tables[table] = parts

    # Who is in the population

    def _valid(self, table: str) -> list[exp.Expr]:
        """The rows of ``kind`` or ``begunstigde`` on the reference date, in the parts where they can stand."""
        block = block_of(self._day)
        self.read(table, range(block, 10_000))
        return [at_least(column("eind", table), literal(block)), valid_on(self._day, table)]

    def _scope(self) -> None:
        masks = sorted(
            {
                name
                for node in walk(self._question.condition)
                if isinstance(node, Has)
                for name, _ in self.rights.mask_words(node) or ()
            }
        )
        own = ("gemeente", DOSSIER, "kind_id", "geboren", "uitbetaler", "nis", "postcode", "land", GROWN, *masks)
        columns = [column(name, "kind") for name in own]
        if self._question.domicile_of is DomicileOf.KIND:
            if ASKED in self.key:
                columns.append(aliased(self._area.asked_code("kind"), ASKED))
            # By municipality, those that nobody asked about are rows of their own in the answer, and fall off there.
            where = [*self._valid("kind"), *self._area.is_home("kind", nearly=ASKED in self.key)]
            self._steps["kinderen"] = query(columns, "kind", where=where)
            return
        asked = [aliased(self._area.asked_code("begunstigde"), ASKED)] if ASKED in self.key else []
        families = [
            *asked,
            column(DOSSIER),
            aliased(call("min", column("gemeente")), "gemeente"),
            aliased(call("any_value", column("uitbetaler")), "uitbetaler"),
        ]
        home = [*self._valid("begunstigde"), *self._area.is_home("begunstigde", nearly=ASKED in self.key)]
        self._steps["gezinnen"] = grouped(query(families, "begunstigde", where=home), self.keys())
        self._steps["kinderen"] = query(
            [*columns, *([column(ASKED, "gezinnen")] if asked else [])],
            "kind",
            joins=[("gezinnen", self._same_cluster("kind", "gezinnen"), "inner")],
            where=[*self._valid("kind"), self._area.lies_near_clusters("kind")],
        )

    def _same_cluster(self, left: str, right: str) -> exp.Expr:
        return all_of(equal(column(name, left), column(name, right)) for name in (DOSSIER, "gemeente"))

    # Units

    def children_judged(self, condition: Condition, *, only_possible: bool) -> str:
        """A step with each child in scope and the ``uitkomst`` of the condition.

        *only_possible*: a child for whom the condition is false may be left out.
        """
        row = PersonRow("kinderen")
        outcome = self._on_person(condition, row)
        where = self._not_false(condition, outcome, row) if only_possible else []
        columns = [*self.keys("kinderen"), column("kind_id", "kinderen"), aliased(outcome, "uitkomst")]
        return self.keep("oordeel", row.select(columns, where))

    def families_judged(self, condition: Condition, *, only_possible: bool) -> tuple[str, str]:
        """Steps with each gezin's ``uitkomst`` and ``geteld``, and with its children's conditions; their names.

        *only_possible*: a gezin for which the condition is false may be left out.
        """
        nodes = children_nodes(condition)
        whiches = tuple(dict.fromkeys(node.which for node in nodes if node.which is not None))
        counted = counted_children(condition)
        row = PersonRow("kinderen")
        judged = {which: self._on_person(which, row) for which in whiches}
        names = {which: f"die_{number}" for number, which in enumerate(whiches, 1)}
        columns = [
            *self.keys("kinderen"),
            *(column(name, "kinderen") for name in ("gemeente", "kind_id", "uitbetaler")),
            *(aliased(expression, names[which]) for which, expression in judged.items()),
        ]
        hangs = only_possible and hangs_on_one(condition, counted)
        where = self._not_false(whiches[0], judged[whiches[0]], row) if hangs else []
        if only_possible and (needed := children_needed(condition)) > 1:
            where.append(at_least(column(GROWN, "kinderen"), literal(needed)))
        verdict = self.keep("oordeel", row.select(columns, where))
        telling, numbers = self._tally(verdict, names, all_count(counted), [node.which for node in counted])
        return self._families(condition, telling, numbers), verdict

    def counts_for(self, counted: tuple[Children, ...], verdict: str, condition: Condition) -> exp.Expr:
        """A test on a row of *verdict*: the child is one of those that are counted."""
        if all_count(counted):
            return literal(True)
        whiches = list(dict.fromkeys(node.which for node in children_nodes(condition) if node.which is not None))
        return any_of(column(f"die_{whiches.index(node.which) + 1}", verdict) for node in counted if node.which)

    def _not_false(self, which: Condition, judged: exp.Expr, row: PersonRow) -> list[exp.Expr]:
        """Tests that keep the children for whom the condition is not false, one a part, so that each runs early."""
        if not isinstance(which, And):
            return [judged.copy() if self._never_unknown(which) else possible(judged.copy())]
        parts = [(part, self._on_person(part, row)) for part in which.parts]
        return [part if self._never_unknown(node) else possible(part) for node, part in parts]

    def _tally(
        self, verdict: str, names: dict[Condition, str], everyone: bool, counted: list[Condition | None]
    ) -> tuple[str, dict[Condition | None, tuple[exp.Expr, exp.Expr | None]]]:
        """A step that counts the children of each gezin: sure and unknown for each condition, and those that count."""
        numbers: dict[Condition | None, tuple[exp.Expr, exp.Expr | None]] = {}
        columns = [
            *self.keys(),
            aliased(call("min", column("gemeente")), "gemeente"),
            aliased(call("any_value", column("uitbetaler")), "uitbetaler"),
            aliased(how_many(), "kinderen"),
        ]
        numbers[None] = (column("kinderen"), None)
        for which, name in names.items():
            columns.append(aliased(how_many(column(name)), f"{name}_waar"))
            if self._never_unknown(which):
                numbers[which] = (column(f"{name}_waar"), None)
                continue
            columns.append(aliased(how_many(unknown(column(name))), f"{name}_onbekend"))
            numbers[which] = (column(f"{name}_waar"), column(f"{name}_onbekend"))
        telt = None if everyone else any_of(column(names[which]) for which in counted if which is not None)
        columns.append(aliased(how_many(telt), "geteld"))
        telling = self.keep("telling", grouped(query(columns, verdict), self.keys()))
        if self._question.domicile_of is DomicileOf.KIND:
            return telling, numbers
        # A gezin without children is in the population too: its beneficiary lives there.
        own = [column(name, "gezinnen") for name in (*self.key, "gemeente", "uitbetaler")]
        zero = [name.alias for name in columns if name.alias not in ("", "gemeente", "uitbetaler")]
        filled = query(
            [*own, *(aliased(call("coalesce", column(name, telling), literal(0)), name) for name in zero)],
            "gezinnen",
            joins=[(telling, self.same_family(telling, "gezinnen"), "left")],
        )
        return self.keep("telling", filled), numbers

    def _families(
        self,
        condition: Condition,
        telling: str,
        numbers: dict[Condition | None, tuple[exp.Expr, exp.Expr | None]],
    ) -> str:
        family = FamilyRow(telling, numbers)
        outcome = self._on_family(condition, family)
        columns = [*self.keys(telling), column("geteld", telling), aliased(outcome, "uitkomst")]
        joins = [(step, self._same_cluster(telling, step), "left") for step in family.lookups.values()]
        return self.keep("gezin", query(columns, telling, joins=joins))

    # Conditions on a child or a beneficiary

    def _never_unknown(self, node: Condition) -> bool:
        """Whether a condition on a child is true or false, whatever the data."""
        match node:
            case And(parts) | Or(parts):
                return all(map(self._never_unknown, parts))
            case Not(part):
                return self._never_unknown(part)
            case Has():
                return self.rights.never_unknown(node)
            case _:
                return False

    @singledispatchmethod
    def _on_person(self, node: Condition, row: PersonRow) -> exp.Expr:
        raise AssertionError(f"Unhandled node: {node!r}")

    @_on_person.register(And)
    def _(self, node: And, row: PersonRow) -> exp.Expr:
        return all_of(self._on_person(part, row) for part in node.parts)

    @_on_person.register(Or)
    def _(self, node: Or, row: PersonRow) -> exp.Expr:
        return any_of(self._on_person(part, row) for part in node.parts)

    @_on_person.register(Not)
    def _(self, node: Not, row: PersonRow) -> exp.Expr:
        return negation(self._on_person(node.part, row))

    @_on_person.register(Age)
    def _(self, node: Age, row: PersonRow) -> exp.Expr:
        born = column("geboren", row.table)
        born_by, a_year = (born_by_years, 1) if node.unit == "jaar" else (born_by_months, 12)
        # No calendar before the year 1; nobody in the data is that old.
        oldest = (self._day.year - 1) * a_year
        tests = []
        if node.at_least is not None:
            tests.append(at_most(born, literal(born_by(min(node.at_least, oldest), self._day))))
        if node.at_most is not None:
            tests.append(more(born.copy(), literal(born_by(min(node.at_most + 1, oldest), self._day))))
        return all_of(tests)

    @_on_person.register(Born)
    def _(self, node: Born, row: PersonRow) -> exp.Expr:
        born = column("geboren", row.table)
        tests = [] if node.first is None else [at_least(born, literal(node.first))]
        return all_of(tests if node.last is None else [*tests, at_most(born.copy(), literal(node.last))])

    @_on_person.register(Has)
    def _(self, node: Has, row: PersonRow) -> exp.Expr:
        if (words := self.rights.mask_words(node)) is not None:
            return bits_hold(words, node, row.table)
        if (step := row.rights.get(node)) is None:
            self.read(node.source, self.rights.blocks(node))
            step = row.rights[node] = self.keep("recht", self.rights.by_child(node))
            row.joins.append((step, equal(column("kind_id", step), column("kind_id", row.table)), "left"))
        return self.rights.holds(node, step)

    @_on_person.register(LivesIn)
    def _(self, node: LivesIn, row: PersonRow) -> exp.Expr:
        day = node.on or self._day
        # The definition's codes are valid on the reference date; the later of both days knows all successors.
        codes = codes_read_as(self._catalogue.municipalities, node.municipalities, max(day, self._day))
        table = row.table if day == self._day else self._domicile(row, day)
        return lives_in(table, codes, node.postcodes)

    @_on_person.register(InFamily)
    def _(self, node: InFamily, row: PersonRow) -> exp.Expr:
        if (family := row.families.get(node.part)) is None:
            family, _ = self.families_judged(node.part, only_possible=False)
            row.families[node.part] = family
            row.joins.append((family, self.same_family(row.table, family), "inner"))
        return column("uitkomst", family)

    def _domicile(self, row: PersonRow, day: date) -> str:
        """Join the domicile on another day; without a row every column is missing."""
        if (step := row.domiciles.get(day)) is None:
            self.read("domicilie", None)
            columns = [column(name) for name in ("gemeente", "persoon_id", "nis", "postcode", "land")]
            where = [valid_on(day), self._area.lies_near_clusters()]
            step = self.keep("domicilie_op", query(columns, "domicilie", where=where))
            row.domiciles[day] = step
            same = [
                equal(column("persoon_id", step), column(PERSON_ID[row.table], row.table)),
                equal(column("gemeente", step), column("gemeente", row.table)),
            ]
            row.joins.append((step, all_of(same), "left"))
        return step

    # Conditions on a gezin

    @singledispatchmethod
    def _on_family(self, node: Condition, family: FamilyRow) -> exp.Expr:
        raise AssertionError(f"Unhandled node: {node!r}")

    @_on_family.register(And)
    def _(self, node: And, family: FamilyRow) -> exp.Expr:
        return all_of(self._on_family(part, family) for part in node.parts)

    @_on_family.register(Or)
    def _(self, node: Or, family: FamilyRow) -> exp.Expr:
        return any_of(self._on_family(part, family) for part in node.parts)

    @_on_family.register(Not)
    def _(self, node: Not, family: FamilyRow) -> exp.Expr:
        return negation(self._on_family(node.part, family))

    @_on_family.register(Children)
    def _(self, node: Children, family: FamilyRow) -> exp.Expr:
        true, maybe = family.numbers[node.which]
        return bounded(node.count, true.copy(), maybe and maybe.copy())

    @_on_family.register(ChildrenInDossier)
    def _(self, node: ChildrenInDossier, family: FamilyRow) -> exp.Expr:
        if (step := family.lookups.get(ChildrenInDossier)) is None:
            step = family.lookups[ChildrenInDossier] = self._looked_up("kind", [aliased(how_many(), "aantal")], [])
        return bounded(node.count, _or_none(column("aantal", step)), None)

    @_on_family.register(Beneficiaries)
    def _(self, node: Beneficiaries, family: FamilyRow) -> exp.Expr:
        if (step := family.lookups.get(node.which)) is None:
            row = PersonRow("begunstigde")
            columns = [aliased(how_many(), "waar")]
            if node.which is not None:
                holds = self._on_person(node.which, row)
                columns = [
                    aliased(how_many(holds), "waar"),
                    aliased(how_many(unknown(exp.paren(holds))), "onbekend"),
                ]
            step = family.lookups[node.which] = self._looked_up("begunstigde", columns, row.joins)
        maybe = None if node.which is None else _or_none(column("onbekend", step))
        return bounded(node.count, _or_none(column("waar", step)), maybe)

    @_on_family.register(Payer)
    def _(self, node: Payer, family: FamilyRow) -> exp.Expr:
        return among(column("uitbetaler", family.telling), node.one_of)

    def _looked_up(self, table: str, columns: list[exp.Expr], joins: list[tuple[str, exp.Expr, str]]) -> str:
        """A step that counts rows by dossier within a cluster, where a dossier's rows are complete."""
        by = [column(name, table) for name in ("gemeente", DOSSIER)]
        where = [*self._valid(table), self._area.lies_near_clusters(table)]
        counted = PersonRow(table, joins).select([*by, *columns], where)
        return self.keep(f"per_{table}", grouped(counted, [name.copy() for name in by]))


def _or_none(number: exp.Expr) -> exp.Expr:
    """A gezin that is not found has none."""
    return call("coalesce", number, literal(0))
