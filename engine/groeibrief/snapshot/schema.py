"""The tables of a snapshot (SNAPSHOT.md): five of people and dossiers, and one for each source of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groeibrief.catalog import Catalogue, FieldKind, PeriodKind, Source

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 1
AMOUNT = "DECIMAL(10,2)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its DuckDB type, whether it may be empty, and the listed values if it has them."""

    name: str
    type: str
    nullable: bool = False
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the snapshot: ``key`` columns are unique together; ``source`` is set for a source's table."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    source: Source | None = None

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema that the table is written with."""
        # Imported here: opening a snapshot needs the names of the tables, and pyarrow costs more than all the rest.
        import pyarrow as pa

        types = {
            "BIGINT": pa.int64(),
            "INTEGER": pa.int32(),
            "SMALLINT": pa.int16(),
            "TINYINT": pa.int8(),
            "VARCHAR": pa.string(),
            "DATE": pa.date32(),
            "BOOLEAN": pa.bool_(),
            AMOUNT: pa.decimal128(10, 2),
        }
        return pa.schema([pa.field(column.name, types[column.type], column.nullable) for column in self.columns])

    @property
    def subject(self) -> str:
        """The internal id by which an example of a row is shown."""
        return self.key[0]

    def has(self, column: str) -> bool:
        """Whether the table has a column of that name."""
        return any(own.name == column for own in self.columns)

    @property
    def is_month_right(self) -> bool:
        """Whether the table is a source of rights that run from month to month."""
        return self.source is not None and self.source.soort_periode is PeriodKind.MONTH_RIGHT


_PEOPLE = (
    Table(
        "persoon",
        (
            Column("persoon_id", "BIGINT"),
            Column("insz", "VARCHAR"),
            Column("voornaam", "VARCHAR", True),
            Column("naam", "VARCHAR"),
            Column("geboortedatum", "DATE", True),
            Column("overleden_op", "DATE", True),
        ),
        ("persoon_id",),
    ),
    Table(
        "woonplaats",
        (
            Column("persoon_id", "BIGINT"),
            Column("van", "DATE"),
            Column("tot", "DATE", True),
            Column("nis", "VARCHAR", True),
            Column("straat", "VARCHAR", True),
            Column("huisnummer", "VARCHAR", True),
            Column("bus", "VARCHAR", True),
            Column("postcode", "VARCHAR", True),
            Column("gemeente", "VARCHAR", True),
            Column("land", "VARCHAR"),
            Column("soort", "VARCHAR", False, ("gewoon", "referentieadres", "collectief")),
            Column("adres_niet_meedelen", "BOOLEAN"),
        ),
        ("persoon_id", "van"),
    ),
    Table(
        "dossier",
        (
            Column("dossier_id", "BIGINT"),
            Column("uitbetaler", "VARCHAR"),
            Column("geopend_op", "DATE"),
            Column("gesloten_op", "DATE", True),
        ),
        ("dossier_id",),
    ),
    Table(
        "dossierkind",
        (
            Column("dossier_id", "BIGINT"),
            Column("kind_id", "BIGINT"),
            Column("van", "DATE"),
            Column("tot", "DATE", True),
        ),
        ("dossier_id", "kind_id", "van"),
    ),
    Table(
        "begunstigde",
        (
            Column("dossier_id", "BIGINT"),
            Column("volgorde", "TINYINT"),
            Column("persoon_id", "BIGINT", True),
            Column("instelling_kbo", "VARCHAR", True),
            Column("van", "DATE"),
            Column("tot", "DATE", True),
        ),
        ("dossier_id", "volgorde", "van"),
    ),
)


PEOPLE = tuple(table.name for table in _PEOPLE)


def tables(catalogue: Catalogue) -> dict[str, Table]:
    """Every table of a snapshot, people first, then the catalogue's sources."""
    return {table.name: table for table in (*_PEOPLE, *map(_source_table, catalogue.sources.values()))}


def _source_table(source: Source) -> Table:
    values = {field.veld: tuple(field.waarden or ()) for field in source.velden if field.soort is FieldKind.LISTED}
    columns = tuple(Column(name, kind, nullable, values.get(name)) for name, kind, nullable in source.columns)
    return Table(source.bron, columns, source.key, source)
