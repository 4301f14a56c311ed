"""The first names of the children on a letter, for a template that names them."""

from __future__ import annotations

import pyarrow as pa

from groeibrief.selection.workspace import PreparedStore, workspace


def first_names(store: PreparedStore, recipients: pa.Table) -> dict[int, str]:
    """The first name of each child in ``recipients.kind_ids`` that has one, by ``persoon_id``. Personal data."""
    wanted = pa.table({"kind_id": recipients["kind_ids"].combine_chunks().flatten().unique()})
    with workspace(store) as connection:
        connection.register("gevraagd", wanted)
        rows = connection.execute(
            "SELECT p.persoon_id, p.voornaam FROM persoon p SEMI JOIN gevraagd g ON g.kind_id = p.persoon_id "
            "WHERE p.voornaam IS NOT NULL"
        ).fetchall()
    return dict(rows)
