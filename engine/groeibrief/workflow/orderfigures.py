"""The figure that a municipality sees with an order: drawn once, at ordering, through ``disclosure``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.workflow.definitions import Bound
from groeibrief.workflow.recording import MUNICIPALITY, record
from groeibrief.workflow.settings import Settings
from groeibrief.workflow.tellers import disclosure_policy, evened, open_teller, sensitive_sources

if TYPE_CHECKING:
    from groeibrief.disclosure import OrderFigure
    from groeibrief.snapshot.store import Store


def order_figure(
    order_id: str,
    bound: Bound,
    store: Store,
    settings: Settings,
    municipalities: Collection[str],
    families: Callable[[], int],
) -> OrderFigure:
    """How many gezinnen the order *order_id* reaches, for a role whose own codes are *municipalities*.

    *families*: the exact number of gezinnen that get at least one letter; called only when the figure is to be drawn.
    A round of a series is an order of its own. Recorded in the ledger. Raises as ``Teller.order``.
    """
    question = bound.definition.question
    figure = open_teller(bound.project, bound.catalogue, settings).order(
        order_id,
        question,
        municipality=municipalities,
        snapshot_id=store.id,
        snapshot_hash=store.snapshot,
        sources_sensitive=sensitive_sources(bound.catalogue),
        families=evened(families, disclosure_policy(bound.project)),
    )
    hashes = {
        "bestelling": sha256_bytes(canonical_json(["bestelling", order_id])),
        "voorwaarden": bound.definition.voorwaarden,
        "snapshot": store.snapshot,
    }
    record(settings, "besteld-aantal", hashes, MUNICIPALITY)
    return figure
