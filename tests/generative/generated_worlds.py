"""Small worlds that keep SNAPSHOT.md's rules, with few ids, narrow ranges and a fifth of nullable columns empty."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from groeibrief.catalog import Catalogue, FieldKind, PeriodKind, Source, SourceField

EXTRACTED_ON = date(2025, 11, 3)
COVERAGE = {
    PeriodKind.MONTH_RIGHT: ("2024-06", "2025-11"),
    PeriodKind.MONTH: ("2024-06", "2025-11"),
    PeriodKind.GRANT: ("2024-06-01", "2025-11-03"),
    PeriodKind.SCHOOL_YEAR: ("2023-2024", "2025-2026"),
    PeriodKind.DAY: ("2024-06-01", "2025-11-03"),
}
CODES = ("31033", "37022", "37015", "37007")
"""Tielt (37015) and Meulebeke (37007) became Tielt (37022) on 2025-01-01."""
POSTCODES = ("8820", "8700")
DAYS = (
    date(2024, 8, 31), date(2024, 9, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 28), date(2025, 3, 1),
    date(2025, 8, 31), date(2025, 9, 1), date(2025, 11, 1), date(2025, 11, 3),
)  # fmt: skip
FIRSTS = (*tuple(date(2024 + (5 + n) // 12, (5 + n) % 12 + 1, 1) for n in range(0, 18, 2)), date(2025, 11, 1))
BIRTHS = (
    date(2008, 11, 3), date(2012, 2, 29), date(2020, 2, 29), date(2021, 11, 1), date(2022, 1, 31), date(2022, 11, 2),
    date(2024, 12, 31), date(2025, 8, 31), date(2025, 11, 2),
)  # fmt: skip
AMOUNTS = tuple(Decimal(text) for text in ("0.00", "50.00", "69.12"))

Row = dict[str, Any]
Tables = dict[str, list[Row]]


LONG_AGO = date(2020, 1, 1)


def worlds(catalogue: Catalogue, codes: tuple[str, ...] = CODES) -> st.SearchStrategy[Tables]:
    """Worlds of four to eight dossiers: from a seed, since drawing every cell by itself is fifty times slower."""
    return st.integers(0, 2**32).map(lambda seed: Maker(Random(seed), catalogue, codes).make())


class Maker:
    """Makes the raw rows of one world, by table."""

    def __init__(self, random: Random, catalogue: Catalogue, codes: tuple[str, ...] = CODES) -> None:
        self._random, self._catalogue, self._codes = random, catalogue, codes
        self._tables: Tables = {
            name: [] for name in ("persoon", "woonplaats", "dossier", "dossierkind", "begunstigde", *catalogue.sources)
        }

    def make(self) -> Tables:
        """Make every table."""
        for dossier in range(1, self._random.randint(4, 8) + 1):
            self._dossier(dossier)
        return self._tables

    def _chance(self, one_in: int) -> bool:
        return self._random.randrange(one_in) == 0

    def _one(self, values: tuple[Any, ...]) -> Any:
        return self._random.choice(values)

    def _nullable(self, values: tuple[Any, ...]) -> Any:
        return None if self._chance(5) else self._one(values)

    def _spans(self, days: tuple[date, ...], most: int) -> list[tuple[date, date | None]]:
        """Up to *most* half-open periods that do not overlap; the last one may still run."""
        starts = sorted(self._random.sample(days, self._random.randint(1, most + 1)))
        pairs: list[tuple[date, date | None]] = list(zip(starts, [*starts[1:], None], strict=True))
        return [pair for pair in pairs if (pair[1] or self._chance(2)) and not self._chance(5)][:most]

    def _mostly_always(self, days: tuple[date, ...], most: int) -> list[tuple[date, date | None]]:
        return self._spans((LONG_AGO, *days), most) if self._chance(4) else [(LONG_AGO, None)]

    def _dossier(self, dossier: int) -> None:
        self._tables["dossier"].append(
            {
                "dossier_id": dossier, "uitbetaler": self._one(("FONS", "Infino")),
                "geopend_op": date(2025, 1, 1) if self._chance(6) else LONG_AGO,
                "gesloten_op": date(2025, 9, 1) if self._chance(6) else None,
            }
        )  # fmt: skip
        for number in range(self._one((0, 1, 1, 2, 2, 3, 4))):
            child = dossier * 10 + number
            self._person(child, BIRTHS)
            for start, end in self._mostly_always((*DAYS[2:5], DAYS[7]), 2):
                self._tables["dossierkind"].append({"dossier_id": dossier, "kind_id": child, "van": start, "tot": end})
            for source in self._catalogue.sources.values():
                self._tables[source.bron].extend(self._rights(source, child))
        for order in range(1, self._one((0, 1, 1, 2, 2)) + 1):
            person = None if self._chance(6) else dossier * 100 + order
            if person is not None:
                self._person(person, (date(1990, 2, 28), date(2008, 11, 3)))
            for start, end in self._mostly_always(DAYS[3:7], 2):
                self._tables["begunstigde"].append(
                    {
                        "dossier_id": dossier, "volgorde": order, "persoon_id": person,
                        "instelling_kbo": None if person else "0123456749", "van": start, "tot": end,
                    }
                )  # fmt: skip

    def _person(self, person: int, births: tuple[date, ...]) -> None:
        self._tables["persoon"].append(
            {
                "persoon_id": person, "insz": "00000000097", "voornaam": None, "naam": "X",
                "geboortedatum": self._nullable(births),
                "overleden_op": self._one((DAYS[3], DAYS[8], EXTRACTED_ON)) if self._chance(8) else None,
            }
        )  # fmt: skip
        for start, end in self._mostly_always((*DAYS[1:4], DAYS[8]), 3):
            self._tables["woonplaats"].append(
                {
                    "persoon_id": person, "van": start, "tot": end, "nis": self._nullable(self._codes), "straat": None,
                    "huisnummer": None, "bus": None, "postcode": self._nullable(POSTCODES), "gemeente": None,
                    "land": "FR" if self._chance(8) else "BE", "soort": "gewoon", "adres_niet_meedelen": False,
                }
            )  # fmt: skip

    def _rights(self, source: Source, child: int) -> list[Row]:
        rows: list[Row] = []
        match source.soort_periode:
            case PeriodKind.MONTH_RIGHT:
                for to_whom in (1, 2) if source.toegekend_aan else (None,):
                    for start, end in self._spans(FIRSTS, 3):
                        row = {"kind_id": child, "van": start, "tot": end}
                        rows.append(row | ({"toegekend_aan": to_whom} if to_whom else {}))
            case PeriodKind.MONTH:
                months = self._random.sample(FIRSTS, self._random.randint(0, 3))
                rows = [{"kind_id": child, "maand": month} for month in months]
            case PeriodKind.GRANT:
                ages = self._random.sample((3, 4), self._random.randint(0, 2))
                rows = [{"kind_id": child, "leeftijd": age, "toegekend_op": self._one(DAYS)} for age in ages]
            case PeriodKind.SCHOOL_YEAR:
                years = self._random.sample(("2024-2025", "2025-2026"), self._random.randint(0, 2))
                rows = [{"kind_id": child, "schooljaar": year, "toegekend_op": self._one(DAYS)} for year in years]
            case PeriodKind.DAY:
                days = self._random.sample(DAYS, self._random.randint(0, 2))
                rows = [{"kind_id": child, "datum": day} for day in days]
        for row in rows:
            for field in source.velden:
                values = listed_values(field)
                row[field.veld] = self._nullable(values) if field.kan_ontbreken else self._one(values)
        return rows


def listed_values(field: SourceField) -> tuple[Any, ...]:
    """Values of a field, few enough that equality happens."""
    match field.soort:
        case FieldKind.AMOUNT:
            return AMOUNTS
        case FieldKind.INTEGER:
            return (0, 1, 2)
        case FieldKind.BOOLEAN:
            return (True, False)
        case FieldKind.LISTED:
            return tuple(field.waarden or ())
