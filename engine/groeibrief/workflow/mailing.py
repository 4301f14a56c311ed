"""From a definition to letters: select, keep what was bound, render again from it at any time."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groeibrief.artefacts import canonical_json, refuse_existing
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import read_public_key
from groeibrief.language.definition import Binding, Client, Contact
from groeibrief.letters import (
    Archived,
    Logo,
    Mailing,
    Rendered,
    Work,
    load_logo,
    load_profile,
    load_sender,
    load_template,
    page_counts,
    prove,
    read_logo,
    render_archive,
    render_selection,
)
from groeibrief.letters.output_intent import GREY, OutputIntent
from groeibrief.letters.owntexts import check_own_texts
from groeibrief.printshop.batches import Letter, plan_batches
from groeibrief.printshop.destinations import DESTINATIONS, destination_list
from groeibrief.printshop.inserts import Insert, as_data, check_inserts, inserts_of
from groeibrief.printshop.pieces import Piece
from groeibrief.printshop.policy import PrintPolicy
from groeibrief.printshop.policy import load_policy as load_print_policy
from groeibrief.printshop.proof import ProofPiece, proof_set
from groeibrief.query import Sort
from groeibrief.selection import (
    Selection,
    SelectionManifest,
    StoredSelection,
    load_policy,
    load_suppression,
    read_selection,
    select,
    write_selection,
)
from groeibrief.selection.recipients import first_names
from groeibrief.workflow.addressing import control_first_names, destinations_of, with_control_letters
from groeibrief.workflow.counting import open_engine
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.intake import Progress
from groeibrief.workflow.recording import record, require_ledger
from groeibrief.workflow.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

_BINDING = "invulling.json"
_FIRST_NAMES = "voornamen.json"
_OWN_TEXTS = "teksten.json"
_LOGO = "logo."
PLANNING = "planning.json"
"""Beside the letters: how many are posted a week, which their batches were cut for, and what goes in with each."""


@dataclass(frozen=True)
class Selected:
    """A selection on disk, for the agency only."""

    selection: Selection
    manifest: SelectionManifest
    bound: Bound
    out: Path

    def as_json(self) -> dict[str, Any]:
        """The JSON form that CLI.md fixes."""
        manifest = self.manifest
        return {
            "eenheid": manifest.eenheid,
            "gezinnen": manifest.gezinnen,
            "kinderen": manifest.kinderen,
            "niet_te_beoordelen": manifest.niet_te_beoordelen,
            "zonder_woonplaats": manifest.zonder_woonplaats,
            "voorwaarden": manifest.voorwaarden,
            "definitie": manifest.definitie,
            "snapshot": manifest.snapshot,
            "engine": manifest.engine,
            "synthetisch": manifest.synthetisch,
            "waterval": [step.model_dump() for step in manifest.waterval],
            "brieven": manifest.brieven,
            "uit": str(self.out),
        }


def make_selection(
    bound: Bound,
    folder: Path,
    out: Path,
    settings: Settings,
    *,
    lists: Path | None = None,
    earlier: tuple[Path, ...] = (),
    skipped: int = 0,
    too_often: Callable[[Collection[int]], Collection[int]] | None = None,
    texts: Mapping[str, str] | None = None,
    logo: tuple[str, bytes] | None = None,
    progress: Progress | None = None,
) -> Selected:
    """Select on the snapshot in *folder* and write the recipients to the new folder *out*.

    *lists*: the folder of suppression lists. *earlier*: selections of the same request or series; who is in one of
    them gets no second letter. *skipped*: how many earlier rounds wrote to nobody. *too_often*: says which of these
    dossiers had their letters already, over all requests; they fall off as ``reeds_aangeschreven`` too. *texts* and
    *logo* (``logo.png``, ``.svg`` or ``.pdf``, and its bytes): the letter's own texts and logo, kept with the selection
    so that its letters can be made again. The template is proved before any data is read. Raises NothingSelectedError
    (E640), UsageError (E660–E664) for an own text that does not belong in the letter, and RefusedError (E574) for a
    later round of a series that writes only to new families without its earlier rounds.
    """
    refuse_existing(out)
    require_ledger(settings)
    definition = bound.definition
    _check_round(bound, len(earlier) + skipped)
    template = load_template(bound.project, definition.brief.sjabloon)
    proof = prove(template, definition)
    check_own_texts(template, texts or {}, bound.catalogue.sources)
    policy = load_policy(bound.project)
    engine, store = open_engine(bound, folder, settings, progress=progress)
    suppression = load_suppression(lists, [read_public_key(path) for path in settings.trust], store.extracted_on)
    written = _written(earlier)
    selection = select(definition, engine, store, bound.catalogue, policy, suppression, written)
    if too_often is not None and (held := set(too_often(selection.recipients.column("dossier_id").to_pylist()))):
        columns = (selection.pairs.column(name).to_pylist() for name in ("dossier_id", "persoon_id"))
        written += [pair for pair in zip(*columns, strict=True) if pair[0] in held and pair[1] is not None]
        selection = select(definition, engine, store, bound.catalogue, policy, suppression, written)
    attachments = {f"{definition.doelgroep}.yaml": _text(bound), _BINDING: canonical_json(_as_data(bound))}
    if "kinderen" in proof.fields and definition.question.unit is Sort.KIND:
        names = first_names(store, selection.recipients)
        attachments[_FIRST_NAMES] = canonical_json({str(child): name for child, name in names.items()})
    if texts:
        attachments[_OWN_TEXTS] = canonical_json(dict(texts))
    if logo is not None:
        attachments[logo[0]] = logo[1]

    def remember(written: SelectionManifest) -> None:
        hashes = {"definitie": definition.definitie, "snapshot": store.snapshot, "selectie": written.inhoud}
        record(settings, "selectie", hashes)

    manifest = write_selection(selection, out, definition, attachments, remember)
    return Selected(selection, manifest, bound, out)


def render_letters(
    folder: Path,
    out: Path,
    settings: Settings,
    *,
    project: Path | None = None,
    processes: int = 1,
    only: Collection[int] | None = None,
    per_week: int | None = None,
    inserts: tuple[Insert, ...] | None = None,
    progress: Progress | None = None,
) -> Rendered:
    """Render every letter of the selection in *folder* into the new folder *out*, or those with the numbers *only*.

    The policy's control letters are numbered after the families'. *per_week*: how many are posted a week at most, when
    not what the policy says; *inserts* likewise, which the marks tell the inserter. Letters are dated on the day of
    extraction, so that the same selection gives the same bytes on any day. Raises RefusedError (E571, E572) when the
    selection, the definition or what it leans on changed, UsageError (E249, E587) for the inserts.
    """
    require_ledger(settings)
    stored = read_selection(folder)
    bound = _bound_again(stored, project)
    policy = load_print_policy(bound.project)
    going_in = inserts_of(policy) if inserts is None else inserts
    check_inserts(going_in)
    work = _work(bound, stored, policy, len(going_in))
    everyone, children = _addressed(stored, policy)
    recipients = everyone if only is None else _those(everyone, only)
    weekly = per_week or policy.brieven_per_week
    lists = {
        DESTINATIONS: destination_list(
            destinations_of(recipients, stored.manifest.brieven, named=children is not None)
        ),
        PLANNING: canonical_json({"brieven_per_week": weekly, "bijlagen": as_data(going_in)}),
    }
    done = 0

    def advance(letters: int) -> None:
        nonlocal done
        done += letters
        if progress is not None:
            progress("brieven", done, len(recipients))

    def remember() -> None:
        files = {
            "definitie": stored.manifest.definitie,
            "selectie": stored.manifest.inhoud,
            "sjabloon": work.template.sha256,
            "opmaak": work.sha256,
        }
        record(settings, "brieven", files)

    return render_selection(
        work,
        recipients,
        out,
        first_names=children,
        plan=_plan(recipients, page_counts(work, recipients, first_names=children), policy, weekly),
        processes=processes,
        selection=stored.manifest.inhoud,
        attachments=lists,
        progress=advance,
        remember=remember,
    )


def proof_letters(folder: Path, per_week: int | None = None, *, project: Path | None = None) -> tuple[ProofPiece, ...]:
    """The letters of the selection in *folder* that would be its proof set, and why, without rendering any.

    *per_week*: as :func:`render_letters`. Raises what that raises.
    """
    stored = read_selection(folder)
    bound = _bound_again(stored, project)
    policy = load_print_policy(bound.project)
    recipients, children = _addressed(stored, policy)
    pages = page_counts(_work(bound, stored, policy), recipients, first_names=children)
    pieces = []
    for number, sequences in enumerate(_plan(recipients, pages, policy, per_week or policy.brieven_per_week), 1):
        starts = accumulate((pages[each] for each in sequences), initial=1)
        pieces += [
            Piece(each, f"brieven-{number:04d}.pdf", start, pages[each])
            for each, start in zip(sequences, starts, strict=False)
        ]
    going = destinations_of(recipients, stored.manifest.brieven, named=children is not None)
    return proof_set(pieces, {each.sequence: each for each in going})


def archive_letter(
    folder: Path, number: int, out: Path, settings: Settings, *, project: Path | None = None
) -> Archived:
    """Render letter *number* of the selection in *folder* again, as the tagged archive copy in the new file *out*.

    Raises UsageError (E626) when there is no such letter, and what :func:`render_letters` raises.
    """
    require_ledger(settings)
    stored = read_selection(folder)
    bound = _bound_again(stored, project)
    policy = load_print_policy(bound.project)
    recipients, children = _addressed(stored, policy)
    archived = render_archive(_work(bound, stored, policy), recipients, number, out, first_names=children)
    record(settings, "archiefbrief", {"selectie": stored.manifest.inhoud, "brief": archived.sha256})
    return archived


def reference_of(manifest: SelectionManifest) -> str:
    """By what the letters of a selection are known.

    Not the audience's name: the reference stands above the fold, and the name tells what the family receives.
    """
    return f"{manifest.extracted_on:%Y}-{manifest.definitie[:8]}"


def output_intent(policy: PrintPolicy) -> OutputIntent:
    """The printing condition of the policy: the operator's profile, or the grey one of our own."""
    return GREY if policy.uitvoerprofiel is None else load_profile(policy.uitvoerprofiel)


def _those(recipients: pa.Table, numbers: Collection[int]) -> pa.Table:
    import pyarrow as arrow
    import pyarrow.compute as compute

    column = recipients.column("volgnummer")
    return recipients.filter(compute.is_in(column, value_set=arrow.array(sorted(numbers), column.type)))


def _first_names(stored: StoredSelection) -> dict[int, str] | None:
    if _FIRST_NAMES not in stored.attachments:
        return None
    return {int(child): name for child, name in json.loads(stored.attachments[_FIRST_NAMES]).items()}


def _addressed(stored: StoredSelection, policy: PrintPolicy) -> tuple[pa.Table, dict[int, str] | None]:
    """Everyone who gets a letter, the agency itself included, and the first names that letters name."""
    names = control_first_names(_first_names(stored))
    return with_control_letters(stored.recipients, policy.controlebrieven, children=names is not None), names


def _plan(
    recipients: pa.Table, pages: Mapping[int, int], policy: PrintPolicy, per_week: int | None
) -> tuple[tuple[int, ...], ...]:
    """Which letters go in which file: as the print shop wants its batches."""
    columns = (recipients.column(name).to_pylist() for name in ("volgnummer", "postcode"))
    letters = [Letter(number, pages[number], postcode) for number, postcode in zip(*columns, strict=True)]
    batches = plan_batches(letters, policy, per_week)
    return tuple(tuple(letter.sequence for letter in batch.letters) for batch in batches)


def _work(bound: Bound, stored: StoredSelection, policy: PrintPolicy, inserts: int = 0) -> Work:
    definition, manifest = bound.definition, stored.manifest
    mailing = Mailing(
        manifest.extracted_on,
        reference_of(manifest),
        manifest.synthetisch,
        policy.dubbelzijdig,
        uitvoer=output_intent(policy),
        merktekens=policy.merktekens,
        logo=_logo(bound, stored),
        bijlagen=inserts,
        teksten=json.loads(stored.attachments.get(_OWN_TEXTS, b"{}")),
    )
    template = load_template(bound.project, definition.brief.sjabloon)
    return Work(template, definition, load_sender(bound.project), bound.catalogue.sources, mailing)


def _logo(bound: Bound, stored: StoredSelection) -> Logo | None:
    """The logo that was kept with the selection, or else the project's."""
    for name, data in stored.attachments.items():
        if name.startswith(_LOGO):
            return read_logo(name, data)
    return load_logo(bound.project, bound.definition.opdrachtgever.kbo)


def _text(bound: Bound) -> bytes:
    assert bound.definition.path is not None, "a definition that is selected was read from a file"
    return bound.definition.path.read_bytes()


def _as_data(bound: Bound) -> dict[str, Any]:
    binding = bound.binding
    return {
        "project": str(bound.project.root),
        "gemeenten": list(binding.gemeenten),
        "peildatum": binding.peildatum.isoformat() if binding.peildatum else None,
        "parameters": dict(binding.parameters),
        "opdrachtgever": _client_data(binding.opdrachtgever),
        "ronde": binding.ronde,
    }


def _client_data(client: Client | None) -> dict[str, Any] | None:
    if client is None:
        return None
    contact = client.contact
    return {
        "naam": client.naam, "kbo": client.kbo, "dienst": contact.dienst, "telefoon": contact.telefoon,
        "e_mail": contact.e_mail, "webpagina": contact.webpagina,
    }  # fmt: skip


def _bound_again(stored: StoredSelection, project: Path | None) -> Bound:
    """Read the definition as it was kept, and refuse it when it no longer means the same."""
    data = json.loads(stored.attachments[_BINDING])
    client = data["opdrachtgever"]
    binding = Binding(
        gemeenten=tuple(data["gemeenten"]),
        peildatum=date.fromisoformat(data["peildatum"]) if data["peildatum"] else None,
        parameters=data["parameters"],
        opdrachtgever=client and Client(client.pop("naam"), client.pop("kbo"), Contact(**client)),
        ronde=data["ronde"],
    )
    # A selection folder may lie inside another project; the one that was used then counts.
    root = project or Path(data["project"])
    if not root.is_dir():
        raise UsageError("E206", f"Het project {root} van deze selectie bestaat niet meer. Geef het met --project.")
    bound = read_bound(stored.folder / f"{stored.manifest.doelgroep}.yaml", binding, root, exactly=True)
    if bound.definition.definitie != stored.manifest.definitie:
        raise RefusedError(
            "E572",
            "De definitie betekent niet meer hetzelfde als bij de selectie: een begrip of de catalogus veranderde. "
            "Selecteer opnieuw.",
        )
    return bound


def _check_round(bound: Bound, earlier: int) -> None:
    """A later round writes to who is new, and only the earlier rounds tell who that is."""
    series, rounds = bound.definition.herhaling, bound.binding.ronde
    if series is None or not series.alleen_nieuwe or earlier >= rounds - 1:
        return
    raise RefusedError(
        "E574",
        f"Ronde {rounds} van een reeks schrijft alleen wie nieuw is. Geef met --earlier de selecties van de "
        f"{rounds - 1} vorige rondes; nu zijn het er {earlier}.",
    )


def _written(earlier: tuple[Path, ...]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for folder in earlier:
        recipients = read_selection(folder).recipients
        columns = (recipients.column(name).to_pylist() for name in ("dossier_id", "persoon_ids"))
        pairs.extend((dossier, person) for dossier, people in zip(*columns, strict=True) for person in people)
    return pairs
