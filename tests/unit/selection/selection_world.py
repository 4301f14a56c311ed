"""A small world of people and dossiers, written as the prepared store's tables, and an engine that selects from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from groeibrief.calendar import Month
from groeibrief.catalog import Catalogue
from groeibrief.engines import Counts, Engine, Selected
from groeibrief.language.definition import AddressedTo, Client, Definition, Letter, LetterPer, Purpose
from groeibrief.query import Children, Condition, Count, DomicileOf, Has, Months, Question, Sort
from groeibrief.selection import Selection, SelectionPolicy, SuppressionLists, no_lists, select

EXTRACTED = date(2025, 11, 3)
REFERENCE = date(2025, 11, 1)
TORHOUT, BRUGGE = "31033", "31005"
NOVEMBER = Month(2025, 11)

PERSOON = pa.schema(
    [
        ("persoon_id", pa.int64()),
        ("voornaam", pa.string()),
        ("naam", pa.string()),
        ("geboren", pa.date32()),
        ("overleden", pa.date32()),
    ]
)
ADRES = pa.schema(
    [
        ("persoon_id", pa.int64()),
        ("van", pa.date32()),
        ("tot", pa.date32()),
        ("nis", pa.string()),
        ("straat", pa.string()),
        ("huisnummer", pa.string()),
        ("bus", pa.string()),
        ("postcode", pa.string()),
        ("gemeente", pa.string()),
        ("land", pa.string()),
        ("soort", pa.string()),
        ("adres_niet_meedelen", pa.bool_()),
    ]
)
BEGUNSTIGDE = pa.schema(
    [
        ("dossier_id", pa.int64()),
        ("volgorde", pa.int8()),
        ("persoon_id", pa.int64()),
        ("instelling_kbo", pa.string()),
        ("van", pa.date32()),
        ("tot", pa.date32()),
    ]
)
SCHEMAS = {"persoon": PERSOON, "adres": ADRES, "dossierbegunstigde": BEGUNSTIGDE}

HOME: dict[str, Any] = {
    "van": date(2020, 1, 1),
    "tot": None,
    "nis": TORHOUT,
    "straat": "Kerkstraat",
    "huisnummer": "12",
    "bus": None,
    "postcode": "8820",
    "gemeente": "Torhout",
    "land": "BE",
    "soort": "gewoon",
    "adres_niet_meedelen": False,
}


@dataclass
class PlainStore:
    """A prepared store of three tables. It remembers what it was asked to check."""

    root: Path
    extracted_on: date = EXTRACTED
    synthetic: bool = True
    id: str = "proef-1"
    checked: list[str] = field(default_factory=list)

    def folder(self, table: str) -> Path:
        return self.root / table

    def check(self, tables: Iterable[str]) -> None:
        self.checked.extend(tables)


class ListedEngine(Engine):
    """Selects what it was told to."""

    name = "proef"

    def __init__(self, selected: Selected) -> None:
        self._selected = selected

    def count(self, question: Question) -> Counts:
        return self._selected.counts

    def select(self, question: Question) -> Selected:
        return self._selected

    def outcomes(self, question: Question) -> pa.Table:
        return pa.table({"unit_id": pa.array([], pa.int64()), "outcome": pa.array([], pa.bool_())})

    def count_by_municipality(self, question: Question) -> pa.Table:
        return pa.table({"nis": pa.array([], pa.string())})


def definition(
    aan: AddressedTo = AddressedTo.ALL,
    per: LetterPer = LetterPer.ADDRESS,
    *,
    outside: bool = True,
    reference: date = REFERENCE,
    municipalities: tuple[str, ...] = (TORHOUT,),
    months: Months | None = None,
    child: Condition | None = None,
) -> Definition:
    """A definition; *child* says which child is selected, else one with the social supplement in *months*."""
    child = child or Has("sociale_toeslag", months or Months(NOVEMBER, NOVEMBER))
    return Definition(
        doelgroep="proef",
        titel="Een proef",
        opdrachtgever=Client("OCMW Torhout", "0123.456.749"),
        doeleinde=Purpose("hulp-bij-rechten", "dienstverlening", "Wij helpen u."),
        question=Question(Sort.GEZIN, reference, municipalities, DomicileOf.KIND, Children(Count(1), child)),
        brief=Letter("proef", aan, per, outside),
        herhaling=None,
        voorwaarden="v" * 64,
        definitie="d" * 64,
        needs_dpo=False,
    )


class World:
    """Adds people and dossiers, then selects."""

    def __init__(self, root: Path, catalogue: Catalogue, policy: SelectionPolicy) -> None:
        self.root, self.catalogue, self.policy = root, catalogue, policy
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
        self.families: list[int] = []
        self.children: list[tuple[int, int]] = []
        self.entitled: list[tuple[int, int, int]] = []
        self.store = PlainStore(root)

    def person(
        self, number: int, naam: str | None = None, voornaam: str | None = "An", *, dead: date | None = None,
        home: bool = True, **address: Any,
    ) -> int:  # fmt: skip
        """Add a person, at ``HOME`` unless told otherwise (``home=False``: without any address)."""
        self.rows["persoon"].append(
            {
                "persoon_id": number,
                "voornaam": voornaam,
                "naam": f"Peeters{number}" if naam is None else naam,
                "geboren": date(1990, 1, 1),
                "overleden": dead,
            }
        )
        if home:
            self.address(number, **address)
        return number

    def address(self, number: int, **address: Any) -> None:
        assert address.keys() <= HOME.keys()
        self.rows["adres"].append({"persoon_id": number, **HOME, **address})

    def beneficiary(
        self, dossier: int, volgorde: int, person: int | None, van: date = date(2020, 1, 1), tot: date | None = None
    ) -> None:
        """Add a beneficiary; no person: an institution."""
        self.rows["dossierbegunstigde"].append(
            {
                "dossier_id": dossier,
                "volgorde": volgorde,
                "persoon_id": person,
                "instelling_kbo": "0123456749" if person is None else None,
                "van": van,
                "tot": tot,
            }
        )

    def family(
        self, dossier: int, *people: int | None, children: int = 1, dead: date | None = None,
        entitled: dict[int, tuple[int, ...]] | None = None,
    ) -> list[int]:  # fmt: skip
        """Select a gezin with beneficiaries *people* in order; return its children's ids.

        ``entitled``: by child (0, 1, …) the volgordes; None: every child's right is volgorde 1's.
        """
        self.families.append(dossier)
        for volgorde, person in enumerate(people, 1):
            self.beneficiary(dossier, volgorde, person)
        kids = [dossier * 1000 + index for index in range(children)]
        for index, kid in enumerate(kids):
            self.person(kid, "Kind", dead=dead, home=False)
            self.children.append((dossier, kid))
            volgordes = (1,) if entitled is None else entitled.get(index, ())
            self.entitled += [(dossier, kid, volgorde) for volgorde in volgordes]
        return kids

    def select(
        self,
        what: Definition | None = None,
        *,
        suppression: SuppressionLists | None = None,
        written: Iterable[tuple[int, int]] | pa.Table = (),
        policy: SelectionPolicy | None = None,
    ) -> Selection:
        for name, rows in self.rows.items():
            folder = self.root / name
            folder.mkdir(parents=True, exist_ok=True)
            # Two files: a table may be split.
            for part in (0, 1):
                pq.write_table(pa.Table.from_pylist(rows[part::2], SCHEMAS[name]), folder / f"deel-{part}.parquet")
        return select(
            what or definition(),
            ListedEngine(self._selected()),
            self.store,
            self.catalogue,
            policy or self.policy,
            suppression or no_lists(self.store.extracted_on),
            written,
        )

    def _selected(self) -> Selected:
        children, entitled = sorted(self.children), sorted(self.entitled)
        return Selected(
            Counts(Sort.GEZIN, len(self.families), len(children), len(children), 2, 3),
            pa.table({"dossier_id": pa.array(sorted(self.families), pa.int64())}),
            pa.table(
                {
                    "dossier_id": pa.array([row[0] for row in children], pa.int64()),
                    "kind_id": pa.array([row[1] for row in children], pa.int64()),
                }
            ),
            pa.table(
                {
                    "dossier_id": pa.array([row[0] for row in entitled], pa.int64()),
                    "kind_id": pa.array([row[1] for row in entitled], pa.int64()),
                    "volgorde": pa.array([row[2] for row in entitled], pa.int8()),
                }
            ),
        )


def fallen(selection: Selection) -> dict[str, tuple[int, int]]:
    """The rows of the waterfall at which someone falls off."""
    return {
        step.stap: (step.geadresseerden, step.gezinnen)
        for step in selection.waterfall
        if step.stap not in ("geselecteerd", "brieven_per_persoon", "brieven") and step.geadresseerden
    }
