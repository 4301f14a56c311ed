"""Approving a request: what an approval binds as it is now, who approves, and what voids it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from groeibrief.artefacts import canonical_json, sha256_bytes, sha256_file
from groeibrief.casework.accounts import Role, Viewer
from groeibrief.casework.approvals import Bundle, Standing, standing, write_approval
from groeibrief.casework.lifecycle import Act, State
from groeibrief.casework.messages import write_message
from groeibrief.casework.requests import Request, Step
from groeibrief.casework.versions import Version, read_versions
from groeibrief.errors import RefusedError, UsageError
from groeibrief.letters import load_template, prove
from groeibrief.letters.owntexts import check_own_texts
from groeibrief.workflow.office import Office
from groeibrief.workflow.requestdefinitions import bound_of, check_matches

_NOTHING = "0" * 64


def bundle_of(office: Office, request: Request, version: Version) -> Bundle:
    """The hashes of everything that an approval binds, as it is now. Raises what reading it raises."""
    bound = bound_of(office, version.draft)
    definition = bound.definition
    return Bundle(
        {
            "definitie": sha256_bytes(canonical_json([definition.reeks, version.draft.sha256])),
            "inhoud": sha256_bytes(canonical_json(request.content.as_json())),
            "gevallen": _hash_of(version.draft.cases),
            "sjabloon": load_template(office.project, definition.brief.sjabloon).sha256,
            "beleid": _tree(office.project.rules / "policies", "*.yaml"),
            "catalogus": sha256_bytes(bound.catalogue.version.encode()),
            "logo": _tree(office.project.letter_templates / "_logo", f"{_digits(request.authority)}.*"),
        }
    )


def standing_of(office: Office, viewer: Viewer, request_id: str) -> Standing:
    """How the approval stands now. Raises RefusedError (E701), and what reading the definition raises."""
    with office.requests.seen(viewer, request_id) as (opened, request):
        found = read_versions(opened, request_id)
    if not found:
        return Standing((), (Role.ANALYST,), ())
    bundle = bundle_of(office, request, found[-1])
    with office.requests.seen(viewer, request_id) as (opened, _):
        return standing(opened, request_id, found, bundle)


def approve(office: Office, viewer: Viewer, request_id: str, version: int | None = None) -> Request:
    """Approve the request as it is now; when everyone who must has done so, it is approved.

    Raises RefusedError: E714, E715 (four eyes), E726 (definition and request differ), E727 (the cases do not show that
    the definition does what it should); DefinitionError where the template does not fit the definition, UsageError
    (E660–E664) where an own text does not fit the template.
    """
    with office.requests.seen(viewer, request_id) as (opened, request):
        found = read_versions(opened, request_id)
    # Another state or role is refused first, with its own words.
    office.requests.check(viewer, request_id, Act.APPROVE)
    if not found:
        raise UsageError("E740", "De aanvraag heeft nog geen definitie. Voeg er een toe.")
    bound = bound_of(office, found[-1].draft)
    check_matches(request.content, bound.definition)
    template = load_template(office.project, bound.definition.brief.sjabloon)
    prove(template, bound.definition)
    check_own_texts(template, request.content.texts, office.catalogue.sources)
    _check_cases(office, found[-1])
    bundle = bundle_of(office, request, found[-1])
    with office.requests.seen(viewer, request_id) as (opened, _):
        missing = standing(opened, request_id, found, bundle).missing
    act = Act.APPROVE if set(missing) <= {viewer.role} else Act.ENDORSE

    def keep(inside: sqlite3.Connection, there: Request) -> None:
        write_approval(inside, viewer, there, found, bundle, office.now())

    hashes = {**bundle.hashes, "bundel": bundle.sha256}
    step = Step(act, version or request.version, hashes=hashes, change=keep)
    return office.requests.step(viewer, request_id, step, office.now())


def send_back(office: Office, viewer: Viewer, request_id: str, why: str, version: int | None = None) -> Request:
    """Send the definition back to who wrote it, with a reason that stays inside the agency."""

    def write(opened: sqlite3.Connection, request: Request) -> None:
        write_message(opened, viewer, request, why, office.now(), internal=True)

    return office.requests.step(viewer, request_id, Step(Act.SEND_BACK, version, change=write), office.now())


def require_approval(office: Office, viewer: Viewer, request: Request, version: Version) -> Bundle:
    """What is approved now, for a run. A void approval takes the request back to review, and is refused (E714)."""
    bundle = bundle_of(office, request, version)
    with office.requests.seen(viewer, request.id) as (opened, _):
        now = standing(opened, request.id, read_versions(opened, request.id), bundle)
    if not now.valid and request.state is State.APPROVED:
        office.requests.step(viewer, request.id, Step(Act.VOID, request.version), office.now())
    now.require()
    return bundle


def _check_cases(office: Office, version: Version) -> None:
    from groeibrief.engines.analysis.casetest import run_cases
    from groeibrief.language.cases import cases_path, load_cases
    from groeibrief.language.loading import load_definition

    bound = bound_of(office, version.draft)
    path = bound.definition.path
    assert path is not None, "a kept definition has a file"
    if version.draft.cases is None:
        raise RefusedError(
            "E727",
            "Bij de definitie staan geen gevallen. Schrijf er minstens één dat erin hoort en één dat erbuiten hoort.",
        )
    cases = load_cases(cases_path(path), bound.catalogue)
    question = load_definition(path, bound.catalogue, bound.project, cases.binding).question
    report = run_cases(cases, question, bound.catalogue)
    if not report.complete:
        raise RefusedError(
            "E727", "Goedkeuren vraagt minstens één gezin dat in de doelgroep hoort en één dat erbuiten hoort."
        )
    if not report.passed:
        failed = ", ".join(result.naam for result in report.results if not result.passed)
        raise RefusedError("E727", f"Deze gevallen komen niet uit: {failed}. Verbeter de definitie of het geval.")


def _hash_of(text: str | None) -> str:
    return _NOTHING if text is None else sha256_bytes(text.encode())


def _digits(kbo: str) -> str:
    return "".join(each for each in kbo if each.isdigit())


def _tree(folder: Path, pattern: str) -> str:
    if not folder.is_dir():
        return _NOTHING
    return sha256_bytes(canonical_json({path.name: sha256_file(path) for path in sorted(folder.glob(pattern))}))
