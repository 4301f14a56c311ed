"""The recipients: a row for each letter, with its address lines and the names for its greeting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from groeibrief.selection.policy import SelectionPolicy
from groeibrief.selection.recipients.lines import name_lines, place_lines, street_lines

if TYPE_CHECKING:
    # What renders letters reads a selection too, without the 40 MB of a database.
    import duckdb

RECIPIENTS = pa.schema(
    [
        pa.field("volgnummer", pa.int64(), False),
        pa.field("dossier_id", pa.int64(), False),
        pa.field("persoon_ids", pa.list_(pa.int64()), False),
        pa.field("regels", pa.list_(pa.string()), False),
        pa.field("kind_ids", pa.list_(pa.int64()), False),
        pa.field("aanschrijving", pa.string(), False),
        pa.field("postcode", pa.string(), False),
    ]
)
"""One row a letter, in the order in which they are numbered, from 1."""

# The letter's address is the one of its first addressee.
_LETTERS = """
SELECT b.dossier_id, b.brief, a.straat, a.huisnummer, a.bus, a.postcode, a.gemeente, a.land
FROM briefpaar b JOIN adressering a ON a.persoon_id = b.persoon_id
WHERE b.volgorde = b.brief
ORDER BY a.land <> 'BE', a.land, a.postcode, a.straat,
         coalesce(TRY_CAST(a.huisnummer AS BIGINT), TRY_CAST(regexp_extract(a.huisnummer, '^\\d+') AS BIGINT))
             NULLS LAST,
         a.huisnummer, a.bus, b.dossier_id, b.brief
"""
_NAMES = """
SELECT l.volgnummer, b.persoon_id, n.noemer, n.voornaam, n.naam
FROM briefpaar b
JOIN brief l ON l.dossier_id = b.dossier_id AND l.brief = b.brief
JOIN benaming n ON n.persoon_id = b.persoon_id
ORDER BY l.volgnummer, b.volgorde
"""
# A child whose right is another's is left out: its name on the list would tell the one about the other's income.
_CHILDREN = """
SELECT l.volgnummer, k.kind_id
FROM brief l JOIN telkind k ON k.dossier_id = l.dossier_id
WHERE k.leeft AND (
    NOT k.met_recht OR (l.dossier_id, l.brief, k.kind_id) IN (
        SELECT (b.dossier_id, b.brief, g.kind_id)
        FROM gerechtigde g JOIN briefpaar b ON b.dossier_id = g.dossier_id AND b.persoon_id = g.persoon_id
    )
)
ORDER BY l.volgnummer, k.kind_id
"""

_Numbers = npt.NDArray[np.int64]


def make_recipients(connection: duckdb.DuckDBPyConnection, policy: SelectionPolicy) -> pa.Table:
    """Make the table of ``RECIPIENTS`` from ``briefpaar``, in post order: land, postcode, street, number, dossier."""
    letters = connection.execute(_LETTERS).to_arrow_table().combine_chunks()
    letters = letters.append_column("volgnummer", pa.array(np.arange(1, letters.num_rows + 1)))
    connection.register("brief", letters.select(["volgnummer", "dossier_id", "brief"]))
    names = connection.execute(_NAMES).to_arrow_table().combine_chunks()
    # What follows makes a copy of every address: those that it is made of are no longer needed.
    connection.execute("DROP TABLE adressering")
    connection.execute("DROP TABLE benaming")
    children = connection.execute(_CHILDREN).to_arrow_table()
    of_name, count = names["volgnummer"].to_numpy(), letters.num_rows
    columns = {
        "volgnummer": letters["volgnummer"],
        "dossier_id": letters["dossier_id"],
        "persoon_ids": _lists(of_name, names["persoon_id"], count),
        "regels": _address_lines(letters, names, policy),
        "kind_ids": _lists(children["volgnummer"].to_numpy(), children["kind_id"], count),
        "aanschrijving": pc.binary_join(_lists(of_name, names["noemer"], count), " en "),
        "postcode": letters["postcode"],
    }
    return pa.table(columns).cast(RECIPIENTS)


def _address_lines(letters: pa.Table, names: pa.Table, policy: SelectionPolicy) -> pa.ListArray:
    most, short = policy.tekens_per_regel, policy.afkortingen
    boxes = pc.if_else(pc.equal(letters["bus"], ""), "", pc.binary_join_element_wise(" bus ", letters["bus"], ""))
    streets = pc.binary_join_element_wise(letters["straat"], " ", letters["huisnummer"], boxes, "")
    groups = (
        _lines(
            names,
            pc.utf8_trim_whitespace(pc.binary_join_element_wise(names["voornaam"], names["naam"], " ")),
            ("voornaam", "naam"),
            lambda given, surname: name_lines(given, surname, most),
            most,
        ),
        _lines(
            letters,
            streets,
            ("straat", "huisnummer", "bus"),
            lambda street, number, box: street_lines(street, number, box, most, short),
            most,
        ),
        _lines(
            letters,
            pc.binary_join_element_wise(letters["postcode"], letters["gemeente"], " "),
            ("postcode", "gemeente"),
            lambda postcode, place: place_lines(postcode, place, most, short),
            most,
        ),
        _countries(letters),
    )
    of_line = np.concatenate([numbers for numbers, _ in groups])
    # Stable: a letter's lines stay in the order of the groups, and in each group as they are.
    order = np.argsort(of_line, kind="stable")
    lines = pa.concat_arrays([pa.array(texts, pa.string()) for _, texts in groups]).take(pa.array(order))
    return _lists(of_line[order], lines, letters.num_rows)


def _lines(
    rows: pa.Table, whole: pa.ChunkedArray, parts: tuple[str, ...], shorten: Callable[..., list[str]], most: int
) -> tuple[_Numbers, pa.Array]:
    """Each row's line, or lines where it is too long, with the number of its letter; in the rows' order."""
    numbers, whole = rows["volgnummer"].to_numpy(), whole.combine_chunks()
    long = np.flatnonzero(pc.greater(pc.utf8_length(whole), most).to_numpy(zero_copy_only=False))
    if not long.size:
        return numbers, whole
    shortened = [shorten(*row.values()) for row in rows.select(parts).take(pa.array(long)).to_pylist()]
    counts = np.ones(len(whole), np.int64)
    counts[long] = [len(lines) for lines in shortened]
    order = np.repeat(np.arange(len(whole)), counts)
    order[np.isin(order, long)] = len(whole) + np.arange(int(counts[long].sum()))
    flat = pa.array([line for lines in shortened for line in lines], pa.string())
    return np.repeat(numbers, counts), pa.concat_arrays([whole, flat]).take(pa.array(order))


def _countries(letters: pa.Table) -> tuple[_Numbers, pa.Array]:
    """A last line abroad: the country, in capitals as the Universal Postal Union asks; an unknown code as it is."""
    abroad = letters.filter(pc.not_equal(letters["land"], "BE"))
    names: dict[str, str] = {}
    if abroad.num_rows:
        from babel import Locale

        territories = Locale("nl").territories
        names = {code: territories.get(code, code).upper() for code in abroad["land"].unique().to_pylist()}
    texts = [names[code] for code in abroad["land"].to_pylist()]
    return abroad["volgnummer"].to_numpy(), pa.array(texts, pa.string())


def _lists(numbers: _Numbers, values: pa.Array | pa.ChunkedArray, count: int) -> pa.ListArray:
    """Gather *values* by letter; *numbers* (from 1, ascending) says whose each is."""
    offsets = np.searchsorted(numbers, np.arange(1, count + 2)).astype(np.int32)
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
