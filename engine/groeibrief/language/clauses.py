"""Conditions as Dutch main clauses, with what is inside them as numbered parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from groeibrief.catalog import Catalogue, FieldKind, PeriodKind, Source, SourceField
from groeibrief.language.wording import (
    amount,
    counted,
    enumeration,
    long_date,
    long_month,
    municipality_names,
    plain_number,
    school_year,
)
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    Days,
    Field,
    Granted,
    Has,
    InFamily,
    IsUnknown,
    LivesIn,
    Months,
    Not,
    OneOf,
    Or,
    Payer,
    Question,
    Range,
    SchoolYears,
    Sort,
)
from groeibrief.query.fields import Value

SUBJECTS = {Sort.KIND: "het kind", Sort.GEZIN: "het gezin", Sort.BEGUNSTIGDE: "de begunstigde"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A main clause; with parts it ends where a colon and the parts follow."""

    text: str
    parts: tuple[Clause, ...] = ()

    def after(self, opening: str) -> Clause:
        """The same clause behind *opening*."""
        return replace(self, text=f"{opening} {self.text}")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts the conditions of one question into words."""

    question: Question
    catalogue: Catalogue

    def clause(self, node: Condition, subject: str, *, negated: bool = False) -> Clause:
        """Say that *node* holds for *subject*, or with *negated* that it does not."""
        match node:
            case Not(part):
                return self.clause(part, subject, negated=not negated)
            case And((only,)) | Or((only,)):
                return self.clause(only, subject, negated=negated)
            case And() | Or():
                return self._joined(node, subject, f"{_of(node, negated)} is {_unmet(node, negated)}voldaan")
            case InFamily(part):
                return self.clause(part, "het gezin van het kind", negated=negated)
            case Children(count, which):
                return self._counted(count, which, subject, Sort.KIND, negated)
            case Beneficiaries(count, which):
                return self._counted(count, which, subject, Sort.BEGUNSTIGDE, negated)
        return Clause(self._leaf(node, subject, negated))

    def _joined(self, node: And | Or, subject: str, opening: str) -> Clause:
        return Clause(opening, tuple(self.clause(part, subject) for part in node.parts))

    def _counted(self, count: Count, which: Condition | None, subject: str, sort: Sort, negated: bool) -> Clause:
        one, more = ("kind", "kinderen") if sort is Sort.KIND else ("begunstigde", "begunstigden")
        many, singular = how_many(count, one, more, negated)
        if which is None:
            return Clause(f"{many} van {subject} {'telt' if singular else 'tellen'} mee")
        who = f"{many} van {subject} {'voldoet' if singular else 'voldoen elk'}"
        inner, denied = which, False
        while isinstance(inner, Not) or (isinstance(inner, (And, Or)) and len(inner.parts) == 1):
            inner, denied = (inner.part, not denied) if isinstance(inner, Not) else (inner.parts[0], denied)
        if isinstance(inner, (And, Or)):
            return self._joined(inner, SUBJECTS[sort], f"{who} {_unmet(inner, denied)}{_of(inner, denied)}")
        return self.clause(inner, SUBJECTS[sort], negated=denied).after(f"{who} aan deze voorwaarde:")

    def _leaf(self, node: Condition, subject: str, negated: bool) -> str:
        no = "niet " if negated else ""
        match node:
            case Age(at_least=low, at_most=high, unit=unit):
                return f"{subject} is {no}{_age(low, high, unit)} oud op {long_date(self.question.reference_date)}"
            case Born(first, last):
                return f"{subject} is {no}geboren {_days(first, last)}"
            case Has():
                return self._has(node, subject, negated)
            case LivesIn(municipalities=municipalities, postcodes=postcodes, on=on):
                day = long_date(on or self.question.reference_date)
                names = municipality_names(municipalities, self.catalogue.municipalities, "of")
                where = f"in {names}" if names else ""
                if postcodes:
                    where = " ".join(
                        filter(None, ("op een adres", where, f"met postcode {enumeration(postcodes, 'of')}"))
                    )
                verb = "woont" if on is None or on == self.question.reference_date else "woonde"
                return f"{subject} {verb} op {day} {no}{where}"
            case ChildrenInDossier(count):
                many, _ = how_many(count, "kind", "kinderen", negated)
                return f"{subject} telt {many}, waar ze ook wonen"
            case Payer(one_of):
                return f"{subject} krijgt het Groeipakket {no}uitbetaald door {enumeration(one_of, 'of')}"
        raise AssertionError(f"Unhandled node: {node!r}")

    def _has(self, node: Has, subject: str, negated: bool) -> str:
        source = self.catalogue.sources[node.source]
        when, no = _when(node, negated)
        if source.soort_periode is PeriodKind.MONTH_RIGHT:
            text = f"{subject} heeft {when} {'geen ' if no else ''}recht op {source.naam}"
        else:
            text = f"{subject} kreeg {source.naam} {'niet ' if no else ''}{when}"
        if source.telt_als is not None:
            names = [f"het {field.naam}" for key in source.telt_als.velden if (field := source.field(key)) is not None]
            text += f" (een maand telt als {enumeration(names)} samen minstens {source.telt_als.minstens} is)"
        if node.where:
            told = enumeration(_field(test, source) for test in node.where)
            text += f", met {told}{' (in dezelfde toekenning)' if len(node.where) > 1 else ''}"
        return text


def _of(node: And | Or, negated: bool) -> str:
    if isinstance(node, And):
        return "aan minstens één van deze voorwaarden" if negated else "aan al deze voorwaarden"
    return "aan geen enkele van deze voorwaarden" if negated else "aan minstens één van deze voorwaarden"


def _unmet(node: And | Or, negated: bool) -> str:
    return "niet " if negated and isinstance(node, And) else ""


def how_many(count: Count, one: str, more: str, negated: bool = False) -> tuple[str, bool]:
    """``minstens 3 kinderen`` and whether that is singular; negated ``minder dan 3 kinderen``."""
    low, high = count.low, count.high
    if negated:
        if high is None:
            return how_many(Count(at_most=low - 1), one, more)
        if low == 0:
            return how_many(Count(at_least=high + 1), one, more)
        if low == high:
            return f"niet precies {counted(low, one, more)}", low == 1
        return f"minder dan {low} of meer dan {high} {more}", False
    if high == 0:
        return f"geen enkel{'' if one == 'kind' else 'e'} {one}", True
    if high is None:
        return f"minstens {counted(low, one, more)}", low == 1
    if low == 0:
        return f"hoogstens {counted(high, one, more)}", high == 1
    if low == high:
        return f"precies {counted(low, one, more)}", low == 1
    return f"minstens {low} en hoogstens {high} {more}", False


def _age(low: int | None, high: int | None, unit: str) -> str:
    def units(number: int) -> str:
        return "jaar" if unit == "jaar" else ("maand" if number == 1 else "maanden")

    if low is not None and high is not None:
        return f"precies {low} {units(low)}" if low == high else f"{low} tot en met {high} {units(high)}"
    if low is not None:
        return f"minstens {low} {units(low)}"
    assert high is not None, "an age has a bound"
    return f"hoogstens {high} {units(high)}"


def _days(first: date | None, last: date | None) -> str:
    if first is not None and last is not None:
        return f"op {long_date(first)}" if first == last else f"van {long_date(first)} tot en met {long_date(last)}"
    if first is not None:
        return f"vanaf {long_date(first)}"
    assert last is not None, "a range has a bound"
    return f"tot en met {long_date(last)}"


def _when(node: Has, negated: bool) -> tuple[str, bool]:
    """The period in words, and whether the verb is still to be denied."""
    period = node.period
    match period:
        case Months(first, last, at_least):
            if first == last:
                return f"in {long_month(first)}", negated
            span = f"van {long_month(first)} tot en met {long_month(last)}"
            if at_least == 1:
                return (f"in geen enkele maand {span}", False) if negated else (f"in minstens 1 maand {span}", False)
            often = "in elke maand" if at_least is None else f"in minstens {at_least} maanden"
            return f"{'niet ' if negated else ''}{often} {span}", False
        case Days(first, last):
            return _days(first, last), negated
        case Granted(age, days):
            parts = []
            if age is not None:
                parts.append(f"op de leeftijd van {age} jaar")
            if days is not None:
                parts.append(f"({_days(days.first, days.last)})" if parts else _days(days.first, days.last))
            return " ".join(parts), negated
        case SchoolYears(year):
            return f"voor {school_year(year)}", negated
    raise AssertionError(f"Unhandled period: {period!r}")


def _field(test: Field, source: Source) -> str:
    field = source.field(test.name)
    assert field is not None, "the field was found when it was read"
    match test.test:
        case IsUnknown(unknown):
            return f"{field.naam} {'onbekend' if unknown else 'ingevuld'}"
        case OneOf(values):
            return f"{field.naam} {enumeration((_value(value, field) for value in values), 'of')}"
        case Range(low, high):
            bounds = [f"minstens {_value(low, field)}"] if low is not None else []
            bounds += [f"hoogstens {_value(high, field)}"] if high is not None else []
            return f"{field.naam} {' en '.join(bounds)}"
    raise AssertionError(f"Unhandled test: {test!r}")


def _value(value: Value, field: SourceField) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, str):
        return f"'{value}' ({(field.waarden or {})[value]})"
    if field.soort is FieldKind.AMOUNT:
        return amount(Decimal(value))
    return plain_number(value)
