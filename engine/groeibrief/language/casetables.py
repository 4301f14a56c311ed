"""Cases as the tables of a snapshot: ids allotted and every column that a case leaves out filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue, FieldKind, PeriodKind, Source
from groeibrief.language.cases import Case, Cases
from groeibrief.language.conditions import payers
from groeibrief.query import Question

DOSSIERS = 1_000
PERSONS = 100
_GRANTED = Decimal("50.00")
_LONG_AGO = 20


@dataclass(frozen=True, slots=True)
class CaseTables:
    """Rows by table, as SNAPSHOT.md names tables and columns.

    ``dossiers[n]`` is the id of case n, ``children[n]`` the ids of its children in written order.
    """

    rows: dict[str, list[dict[str, Any]]]
    dossiers: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]


def case_tables(cases: Cases, question: Question, catalogue: Catalogue) -> CaseTables:
    """Lay the cases out over the tables of a snapshot, for the bound *question*.

    Defaults: everyone lives in the question's first municipality; the dossier is open; there is one beneficiary, born
    forty years ago; a right runs from the month of the reference date on; a granted day is the reference date.
    """
    layout = _Layout(question, catalogue)
    dossiers, children = [], []
    for number, case in enumerate(cases.cases, 1):
        dossiers.append(number * DOSSIERS)
        children.append(layout.family(case, number * DOSSIERS))
    return CaseTables(layout.rows, tuple(dossiers), tuple(children))


@dataclass(slots=True)
class _Layout:
    """The tables as they fill."""

    question: Question
    catalogue: Catalogue
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table in ("persoon", "woonplaats", "dossier", "dossierkind", "begunstigde", *self.catalogue.sources):
            self.rows[table] = []

    @property
    def _on(self) -> date:
        return self.question.reference_date

    @property
    def _since(self) -> date:
        """A day long before anything that a case is about."""
        return date(self._on.year - _LONG_AGO, 1, 1)

    def family(self, case: Case, dossier_id: int) -> tuple[int, ...]:
        """Add a family; returns its children's ids."""
        family: Any = case.family
        first_payer = next(iter(payers(self.catalogue)), "FONS")
        dossier = {"uitbetaler": first_payer, "geopend_op": self._since, "gesloten_op": None}
        self.rows["dossier"].append({"dossier_id": dossier_id, **dossier, **family.get("dossier", {})})
        for order, person in enumerate(family.get("begunstigden", ({},)), 1):
            self._beneficiary(person, dossier_id, person.get("volgorde", order), dossier_id + PERSONS + order)
        ids = []
        for number, child in enumerate(family["kinderen"], 1):
            kind_id = dossier_id + number
            ids.append(kind_id)
            born = child.get("geboren", date(self._on.year - 6, 1, 15))
            self._person(kind_id, child, born)
            since = child.get("van", max(born or self._since, self._since))
            self.rows["dossierkind"].append(
                {"dossier_id": dossier_id, "kind_id": kind_id, "van": since, "tot": child.get("tot")}
            )
            for key, source in self.catalogue.sources.items():
                for row in child.get(key, ()):
                    self.rows[key].append({"kind_id": kind_id, **self._source_defaults(source), **row})
        return tuple(ids)

    def _beneficiary(self, person: Mapping[str, Any], dossier_id: int, order: int, person_id: int) -> None:
        institution = person.get("instelling_kbo")
        if institution is None:
            self._person(person_id, person, person.get("geboren", date(self._on.year - 40, 1, 15)))
        self.rows["begunstigde"].append(
            {
                "dossier_id": dossier_id,
                "volgorde": order,
                "persoon_id": person_id if institution is None else None,
                "instelling_kbo": institution,
                "van": person.get("van", self._since),
                "tot": person.get("tot"),
            }
        )

    def _person(self, person_id: int, person: Mapping[str, Any], born: date | None) -> None:
        self.rows["persoon"].append(
            {
                "persoon_id": person_id,
                "insz": f"{person_id:011d}",
                "voornaam": "Test",
                "naam": f"Geval {person_id}",
                "geboortedatum": born,
                "overleden_op": person.get("overleden_op"),
            }
        )
        home = {
            "van": max(born or self._since, self._since),
            "tot": None,
            "nis": self.question.municipalities[0],
            "straat": "Teststraat",
            "huisnummer": "1",
            "bus": None,
            "postcode": "9999",
            "gemeente": "Testgemeente",
            "land": "BE",
            "soort": "gewoon",
            "adres_niet_meedelen": False,
        }
        for row in person.get("woonplaats", ({},)):
            self.rows["woonplaats"].append({"persoon_id": person_id, **home, **row})

    def _source_defaults(self, source: Source) -> dict[str, Any]:
        defaults: dict[str, Any] = {}
        match source.soort_periode:
            case PeriodKind.MONTH_RIGHT:
                defaults |= {"van": Month.of(self._on).first_day, "tot": None}
            case PeriodKind.MONTH:
                defaults |= {"maand": Month.of(self._on).first_day}
            case PeriodKind.GRANT:
                defaults |= {"leeftijd": 3, "toegekend_op": self._on}
            case PeriodKind.SCHOOL_YEAR:
                defaults |= {"schooljaar": str(SchoolYear.of(self._on)), "toegekend_op": self._on}
            case PeriodKind.DAY:
                defaults |= {"datum": self._on}
        for each in source.velden:
            match each.soort:
                case FieldKind.AMOUNT:
                    value: Any = _GRANTED
                case FieldKind.INTEGER:
                    value = None if each.kan_ontbreken else 1
                case FieldKind.LISTED:
                    value = next(iter(each.waarden or {}))
                case FieldKind.BOOLEAN:
                    value = False
            defaults[each.veld] = value
        if source.toegekend_aan:
            defaults["toegekend_aan"] = 1
        return defaults
