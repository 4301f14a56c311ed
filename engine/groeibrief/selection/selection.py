"""From selected units to letters: the waterfall and the recipients of one definition on one snapshot (LANGUAGE.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from groeibrief.catalog import Catalogue, Municipalities
from groeibrief.engines import Counts, Engine
from groeibrief.errors import NothingSelectedError
from groeibrief.language.definition import Definition
from groeibrief.query import Question
from groeibrief.selection.addressees import find_addressees
from groeibrief.selection.policy import SelectionPolicy
from groeibrief.selection.recipients import Barriers, make_recipients, raise_barriers, share_letters
from groeibrief.selection.suppression import ListFile, SuppressionLists
from groeibrief.selection.waterfall import FALLS, Step, waterfall
from groeibrief.selection.workspace import PreparedStore, workspace

_WRITTEN = pa.schema([pa.field("dossier_id", pa.int64()), pa.field("persoon_id", pa.int64())])


@dataclass(frozen=True)
class Selection:
    """Who gets a letter, and why the others don't.

    ``pairs``: ``dossier_id``, ``persoon_id`` (null: a gezin without addressee), ``stap`` (null: gets a letter);
    ids only. ``recipients``: see ``recipients.RECIPIENTS``; personal data.
    """

    counts: Counts
    waterfall: tuple[Step, ...]
    pairs: pa.Table = field(repr=False)
    recipients: pa.Table = field(repr=False)
    lists: tuple[ListFile, ...]
    policy: str
    snapshot: str
    extracted_on: date
    synthetic: bool
    engine: str

    @property
    def letters(self) -> int:
        """How many letters."""
        return int(self.recipients.num_rows)

    def step_of(self, dossier_id: int) -> str | None:
        """The step at which a selected gezin lost its last pair; None when it gets a letter or is not selected."""
        pairs = self.pairs.filter(pc.equal(self.pairs["dossier_id"], dossier_id))
        steps = pairs["stap"].to_pylist()
        return None if not steps or None in steps else max(steps, key=FALLS.index)

    def require_letters(self) -> None:
        """Raise NothingSelectedError (E640), which tells where everyone fell off, when there is no letter."""
        if self.letters:
            return
        families = self.waterfall[0].gezinnen
        if not families:
            raise NothingSelectedError(
                "E640", "Niemand is geselecteerd: de voorwaarden zijn voor geen enkel gezin waar."
            )
        fallen = ", ".join(f"{step.stap} {step.gezinnen}" for step in self.waterfall[1:-3] if step.gezinnen)
        raise NothingSelectedError(
            "E640", f"Er is geen enkele brief: alle geselecteerde gezinnen ({families}) vielen af. Per stap: {fallen}."
        )


def select(
    definition: Definition,
    engine: Engine,
    store: PreparedStore,
    catalogue: Catalogue,
    policy: SelectionPolicy,
    suppression: SuppressionLists,
    already_written: pa.Table | Iterable[tuple[int, int]] = (),
) -> Selection:
    """Select, and follow everyone from unit to letter.

    ``already_written``: (dossier_id, persoon_id) of who has had this letter, in this request or series. The result may
    be empty: see :meth:`Selection.require_letters`. Raises RefusedError (E565: a required list is missing) before any
    data is read, and what the engine and the store raise.
    """
    day = store.extracted_on
    if suppression.on != day:
        raise ValueError("suppression lists are read on the day of the extraction")
    suppression.require(policy, synthetic=store.synthetic)
    question, letter = definition.question, definition.brief
    inside = None if letter.ook_buiten_gemeente else codes_inside(question, catalogue.municipalities, day)
    barriers = Barriers(policy, inside, suppression, _written(already_written))
    selected = engine.select(question)
    with workspace(store) as connection:
        find_addressees(connection, selected, question, letter.aan, catalogue, day)
        raise_barriers(connection, barriers, day)
        letters = share_letters(connection, letter.per, policy.afkortingen)
        steps = waterfall(connection, letters)
        recipients = make_recipients(connection, policy)
        pairs = connection.execute("SELECT dossier_id, persoon_id, stap FROM paar ORDER BY ALL").to_arrow_table()
    assert recipients.num_rows == letters, "every letter has a row"
    return Selection(
        counts=selected.counts,
        waterfall=steps,
        pairs=pairs.set_column(2, "stap", pa.array(FALLS).take(pairs["stap"])),
        recipients=recipients,
        lists=suppression.files,
        policy=policy.sha256,
        snapshot=store.id,
        extracted_on=day,
        synthetic=store.synthetic,
        engine=engine.name,
    )


def codes_inside(question: Question, municipalities: Municipalities, day: date) -> frozenset[str]:
    """Every code in an address on *day* that lies in the question's municipalities.

    A code is read through its successors at the reference date. One that came to be only afterwards, by a merger, is
    compared as on *day*: it then lies inside when one of the municipalities went into it.
    """
    wanted = set(question.municipalities)
    later = {municipalities.resolve(code, day) for code in wanted}

    def lies_inside(code: str) -> bool:
        then = municipalities.resolve(code, question.reference_date)
        if municipalities.is_valid(then, question.reference_date):
            return then in wanted
        return municipalities.resolve(code, day) in later

    return frozenset(row.nis for row in municipalities.rows if lies_inside(row.nis)) | wanted


def _written(pairs: pa.Table | Iterable[tuple[int, int]]) -> pa.Table:
    if isinstance(pairs, pa.Table):
        return pairs.select(_WRITTEN.names).cast(_WRITTEN)
    rows = sorted(set(pairs))
    return pa.table(
        [pa.array([row[0] for row in rows], pa.int64()), pa.array([row[1] for row in rows], pa.int64())], _WRITTEN
    )
