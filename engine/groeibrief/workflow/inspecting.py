"""What an analyst looks at before approving: the exact count, the way to the letters, and a sample without names."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from groeibrief.artefacts import scratch_directory
from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.erasure import RUNS
from groeibrief.casework.pseudonyms import Pseudonyms
from groeibrief.errors import UserError
from groeibrief.workflow.mailing import make_selection, proof_letters
from groeibrief.workflow.office import Office
from groeibrief.workflow.requestdefinitions import bound_of

if TYPE_CHECKING:
    from groeibrief.casework.versions import Version
    from groeibrief.workflow.definitions import Bound
    from groeibrief.workflow.previewing import Preview

SAMPLE = 10
_INSIDE = "Exacte aantallen zijn alleen voor het agentschap."


@dataclass(frozen=True, slots=True)
class Inspected:
    """Exact figures, for the agency only. ``waterfall``: step, addressees, families. ``extracted_on``: the data's age.

    ``sample``: pseudonyms of dossiers under a key that was thrown away, each with how many letters and children.
    ``proof``: the letters that would be printed and looked at first, with their pages and why each was chosen, by such
    a pseudonym (empty: a letter to the agency itself); ``proof_fault``: why there is no such choice.
    """

    families: int
    children: int
    undecidable: int
    without_domicile: int
    waterfall: tuple[tuple[str, int, int], ...]
    sample: tuple[tuple[str, int, int], ...]
    proof: tuple[tuple[str, int, tuple[str, ...]], ...]
    proof_fault: str
    extracted_on: date
    synthetic: bool


def inspect(office: Office, viewer: Viewer, preview: Preview, request_id: str, version: Version) -> Inspected:
    """Select in a scratch folder, which is gone afterwards, and note in the ledger who looked.

    Raises RefusedError (E701, E712), and what selecting raises (E640 nobody).
    """
    require_role(viewer, (Role.ANALYST, Role.DPO), _INSIDE)
    office.requests.get(viewer, request_id)
    bound = bound_of(office, version.draft)
    note(office, viewer, "exacte-telling", bound)
    with scratch_directory(office.cabinet.room(RUNS) / f"{request_id}-kijken") as folder:
        settings = office.settings.acting(viewer.account, viewer.role.value)
        content = office.requests.get(viewer, request_id).content
        made = make_selection(bound, preview.folder, folder / "selectie", settings, texts=content.texts)
        manifest = made.manifest
        names = Pseudonyms.create(folder / "pseudoniemen.key")
        rows = made.selection.recipients.select(["volgnummer", "dossier_id", "kind_ids"]).to_pylist()
        sample, fault = _sample(rows, names), ""
        proof: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
        try:
            pieces = proof_letters(folder / "selectie", content.per_week, project=office.project.root)
            dossiers = {row["volgnummer"]: row["dossier_id"] for row in rows}
            proof = tuple(
                (
                    names.of(dossiers[each.volgnummer])[:12] if each.volgnummer in dossiers else "",
                    each.paginas,
                    each.reden,
                )
                for each in pieces
            )
        except UserError as error:
            fault = str(error)
        return Inspected(
            manifest.gezinnen, manifest.kinderen, manifest.niet_te_beoordelen, manifest.zonder_woonplaats,
            tuple((step.stap, step.geadresseerden, step.gezinnen) for step in manifest.waterval),
            sample, proof, fault, preview.extracted_on, manifest.synthetisch,
        )  # fmt: skip


def note(office: Office, viewer: Viewer, act: str, bound: Bound) -> None:
    """Note in the ledger, under the visitor's own account, what was looked at."""
    definition = bound.definition
    hashes: Mapping[str, str] = {"voorwaarden": definition.voorwaarden, "definitie": definition.definitie}
    with office.cabinet.writing() as opened:
        office.cabinet.note(opened, viewer.account, viewer.role.value, act, hashes, office.now())


def _sample(rows: list[Mapping[str, object]], names: Pseudonyms) -> tuple[tuple[str, int, int], ...]:
    letters: dict[int, int] = {}
    children: dict[int, set[object]] = {}
    for row in rows:
        dossier, held = row["dossier_id"], row["kind_ids"]
        assert isinstance(dossier, int), "a recipient is of a dossier"
        letters[dossier] = letters.get(dossier, 0) + 1
        children.setdefault(dossier, set()).update(held if isinstance(held, list) else ())
    drawn = secrets.SystemRandom().sample(sorted(letters), min(SAMPLE, len(letters)))
    return tuple(sorted((names.of(each)[:12], letters[each], len(children[each])) for each in drawn))
