"""The service catalogue as models: sources with their fields, kind of period and dated amounts; other parameters.

Content is data (``catalog/*.yaml``); the real catalogue is not public, so a source says ``status: reconstructie``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal

from groeibrief.catalog.records import AtLeast, NotEmpty, Text, Word


class PeriodKind(Enum):
    """How a source's rows lie in time. The value is the catalogue's word."""

    MONTH_RIGHT = "maandrecht"
    """``van``/``tot`` on month boundaries, half open: a right that runs."""
    MONTH = "maand"
    """One row a month (``maand``, its first day)."""
    GRANT = "toekenning"
    """Granted on a day (``toegekend_op``) at an age (``leeftijd``)."""
    SCHOOL_YEAR = "schooljaar"
    """One row a school year (``schooljaar``), granted on a day (``toegekend_op``)."""
    DAY = "dag"
    """One row on a day (``datum``)."""

    @property
    def columns(self) -> tuple[tuple[str, str, bool], ...]:
        """The period's own columns in the snapshot: name, DuckDB type, nullable."""
        return _PERIOD_COLUMNS[self]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that, with ``kind_id``, are unique (SNAPSHOT.md, rule ``sleutel``), fields aside."""
        return _PERIOD_KEYS[self]


_PERIOD_COLUMNS = {
    PeriodKind.MONTH_RIGHT: (("van", "DATE", False), ("tot", "DATE", True)),
    PeriodKind.MONTH: (("maand", "DATE", False),),
    PeriodKind.GRANT: (("leeftijd", "TINYINT", False), ("toegekend_op", "DATE", False)),
    PeriodKind.SCHOOL_YEAR: (("schooljaar", "VARCHAR", False), ("toegekend_op", "DATE", False)),
    PeriodKind.DAY: (("datum", "DATE", False),),
}
_PERIOD_KEYS = {
    PeriodKind.MONTH_RIGHT: ("van",),
    PeriodKind.MONTH: ("maand",),
    PeriodKind.GRANT: ("leeftijd",),
    PeriodKind.SCHOOL_YEAR: ("schooljaar",),
    PeriodKind.DAY: ("datum",),
}


class FieldKind(Enum):
    """The type of a field, as the language sees it."""

    AMOUNT = "bedrag"
    INTEGER = "geheel_getal"
    LISTED = "lijst"
    BOOLEAN = "ja_nee"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceField:
    """A field of a source that ``met`` may test."""

    veld: Word
    naam: Text
    """Dutch name inside a sentence, with article left out: "schijf", "bedrag"."""
    omschrijving: Text
    soort: FieldKind
    eenheid: str | None = None
    waarden: dict[str, str] | None = None
    """For ``lijst``: each value with its Dutch wording."""
    opslag: Literal["TINYINT", "SMALLINT", "INTEGER", "BIGINT"] = "TINYINT"
    """For ``geheel_getal``: the column's type in the snapshot."""
    kan_ontbreken: bool = False
    sleutel: bool = False
    """Whether the field is part of the table's key (``startbedrag.aard``)."""

    def __post_init__(self) -> None:
        if (self.soort is FieldKind.LISTED) != bool(self.waarden):
            raise ValueError("Een veld van soort 'lijst' heeft 'waarden', een ander veld niet.")

    @property
    def column_type(self) -> str:
        """The DuckDB type of the column."""
        match self.soort:
            case FieldKind.AMOUNT:
                return "DECIMAL(10,2)"
            case FieldKind.INTEGER:
                return self.opslag
            case FieldKind.LISTED:
                return "VARCHAR"
            case FieldKind.BOOLEAN:
                return "BOOLEAN"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalReference:
    """A decree or order, with its article."""

    tekst: Text
    artikel: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingGround:
    """The ground under the GDPR; a source without one is blocked."""

    artikelen: Annotated[tuple[Text, ...], NotEmpty()]
    toelichting: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedAmount:
    """An amount or income limit that holds from a day until the next entry of the same ``wat``."""

    wat: Text
    geldig_vanaf: date
    bedrag: Annotated[Decimal, AtLeast(0)]
    eenheid: Text
    referentie: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumSum:
    """A row counts only when the sum of these integer fields is at least this."""

    velden: Annotated[tuple[str, ...], NotEmpty()]
    minstens: Annotated[int, AtLeast(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One of the Groeipakket sources: a table in the snapshot with a row per child and period."""

    bron: Word
    volgorde: Annotated[int, AtLeast(0)] = 1000
    """Place in the catalogue; sources without one come last, by key."""
    naam: Text
    """Dutch name with its article: "de sociale toeslag"."""
    omschrijving: Text
    status: Literal["reconstructie", "vastgesteld"]
    versie: Annotated[int, AtLeast(1)]
    soort_periode: PeriodKind
    gevoelig: bool
    """Marked sensitive: wider noise (DISCLOSURE 1)."""
    dpo: bool
    """Asks for the DPO's approval (DESIGN rule 5)."""
    universeel: bool
    toegekend_aan: bool
    """Whether the table has ``toegekend_aan`` (TINYINT, the ``volgorde`` of the beneficiary)."""
    eigenaar: Text
    sinds: date
    rechtsgrond: Annotated[tuple[LegalReference, ...], NotEmpty()]
    verwerkingsgrond: ProcessingGround | None = None
    velden: tuple[SourceField, ...]
    telt_als: MinimumSum | None = None
    nooit: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Field values on which no condition ever matches (``aard: [levenloos_geboren]``)."""
    bedragen: tuple[DatedAmount, ...] = ()

    def field(self, name: str) -> SourceField | None:
        """The field called *name*, or None."""
        return next((field for field in self.velden if field.veld == name), None)

    @property
    def blocked(self) -> bool:
        """Whether nothing may use the source, because no processing ground is recorded."""
        return self.verwerkingsgrond is None

    @property
    def columns(self) -> tuple[tuple[str, str, bool], ...]:
        """The table's columns in the snapshot: name, DuckDB type, nullable."""
        granted = (("toegekend_aan", "TINYINT", False),) if self.toegekend_aan else ()
        fields = tuple((field.veld, field.column_type, field.kan_ontbreken) for field in self.velden)
        return (("kind_id", "BIGINT", False), *self.soort_periode.columns, *fields, *granted)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that are unique together (rule ``sleutel``)."""
        granted = ("toegekend_aan",) if self.toegekend_aan else ()
        fields = tuple(field.veld for field in self.velden if field.sleutel)
        return ("kind_id", *self.soort_periode.key, *fields, *granted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Another thing that a target group can be described by (age, family size, domicile, payer, regime)."""

    parameter: Word
    naam: Text
    omschrijving: Text
    soort: Word
    woord: Word
    """The keyword of the audience language that expresses it."""
    waarden: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A municipality's code over the days it is valid, half open; ``opvolger`` takes over on ``tot``."""

    nis: str
    naam: Text
    gewest: Literal["vlaanderen", "brussel", "wallonie"]
    van: date
    tot: date | None = None
    opvolger: str | None = None
    inwoners: int | None = None
    """Inhabitants, approximate; only for the synthetic snapshot."""
