"""The waterfall: the steps from what is selected to letters, and how many fall off at each (LANGUAGE.md).

The unit is the pair (gezin, addressee). A gezin without an addressee stands as one pair, so that it too falls off
exactly once and the rows add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # What renders letters reads a selection too, without the 40 MB of a database.
    import duckdb


FALLS = (
    "kind_overleden",
    "instelling",
    "geen_gerechtigde",
    "overleden",
    "buitenland",
    "adres_onvolledig",
    "buiten_gemeente",
    "geheim_adres",
    "adres_via_derde",
    "verzet",
    "beschermd",
    "reeds_aangeschreven",
)
"""Who falls off, in order; a pair carries the index of its step, or NULL while it stays."""
STEPS = ("geselecteerd", *FALLS, "brieven_per_persoon", "samengevoegd", "brieven")
"""Every row of the waterfall, in order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row. ``geselecteerd``, ``brieven_per_persoon``, ``brieven``: how many there are; the others: how many fall.

    ``geadresseerden`` counts pairs, at ``brieven`` letters; ``gezinnen`` the gezinnen that lost their last pair there.
    """

    stap: str
    geadresseerden: int
    gezinnen: int

    def as_json(self) -> dict[str, str | int]:
        """The form that CLI.md fixes."""
        return {"stap": self.stap, "geadresseerden": self.geadresseerden, "gezinnen": self.gezinnen}


def waterfall(connection: duckdb.DuckDBPyConnection, letters: int) -> tuple[Step, ...]:
    """Count the rows from table ``paar`` (``dossier_id``, ``stap``) and the number of letters that its rest became."""
    pairs = dict(connection.execute("SELECT stap, count(*) FROM paar GROUP BY stap").fetchall())
    families = dict(
        connection.execute(
            "SELECT stap, count(*) FROM ("
            " SELECT CASE WHEN count(*) = count(stap) THEN max(stap) END AS stap FROM paar GROUP BY dossier_id"
            ") GROUP BY stap"
        ).fetchall()
    )
    staying, kept = pairs.get(None, 0), families.get(None, 0)
    return (
        Step("geselecteerd", sum(pairs.values()), sum(families.values())),
        *(Step(name, pairs.get(number, 0), families.get(number, 0)) for number, name in enumerate(FALLS)),
        Step("brieven_per_persoon", staying, kept),
        Step("samengevoegd", staying - letters, 0),
        Step("brieven", letters, kept),
    )
