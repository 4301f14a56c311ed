"""Someone at the portal who goes on where the portal says that the request is: as after a server that fell over."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

from fault_process import Body

from groeibrief.errors import TryAgainError, UserError

_OPEN = "SELECT id FROM aanvraag WHERE toestand <> 'ingetrokken'"
REFUSALS = (400, 403, 503)
"""A page that says why it could not be; where it could have been, the next try is held to it."""
HOW: Mapping[str, Any] = {
    "headers": {"sec-fetch-site": "same-origin"}, "follow_redirects": False, "raise_server_exceptions": False,
}  # fmt: skip
# Who does what, in order: the act as the request's history names it, and the form.
_AT_DESK = "/dossiers/{}/"
_AT_TOWN = "/aanvragen/{}/"
WAY: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("torhout", "indienen", _AT_TOWN, {}),
    ("analist-1", "vragen", _AT_DESK, {"tekst": "Wanneer wilt u dit?"}),
    ("torhout", "antwoorden", _AT_TOWN, {"tekst": "In mei."}),
    ("analist-1", "overeenkomen", _AT_DESK, {"referentie": "OVK-1", "datum": "2026-02-20"}),
    ("analist-1", "voorleggen", _AT_DESK, {}),
    ("analist-2", "goedkeuren", _AT_DESK, {}),
)


def use_portal(snapshot: Path, store: Path, state: Path, *, only_open: bool = False) -> Body:
    """The body of a process that serves the portal over *state*, and uses it until a request is approved.

    *only_open*: nobody comes.
    """

    def body() -> int:
        try:
            return serve()
        except UserError as error:
            print(error, file=sys.stderr)
            return error.exit_code

    def serve() -> int:
        from portal_world import DETAILS, STANDARD, pdf, text_of
        from starlette.testclient import TestClient

        from groeibrief.catalog import find_project
        from groeibrief.portal.application import create_app
        from groeibrief.portal.demo import DemoSignIn
        from groeibrief.workflow import office as office_module
        from groeibrief.workflow.office import Office
        from groeibrief.workflow.previewing import Preview
        from groeibrief.workflow.settings import Settings

        settings = Settings((), store, state)
        # The clock of the module, which may be turned.
        office = Office(settings, find_project(), lambda: vars(office_module)["datetime"].now(UTC), demo=True)
        preview = Preview(office.project, snapshot, settings)
        app = create_app(preview, office, sign_in=DemoSignIn(office, synthetic=True), secure=False)
        with TestClient(app, **HOW) as first:
            clients = {"torhout": first}

            def client(account: str) -> TestClient:
                one = clients.setdefault(account, TestClient(app, **HOW))
                if not one.cookies:
                    answer = one.post("/aanmelden/demo", data={"account": f"demo-{account}"})
                    judged("/aanmelden/demo", answer)
                return one

            def judged(path: str, answer: Any) -> None:
                if answer.status_code in REFUSALS:
                    told = " ".join(re.findall(r"(?s)<[^>]*(?:role=.alert|class=.fout)[^>]*>(.*?)</", answer.text))
                    raise TryAgainError("E519", f"{path}: {answer.status_code} {text_of(told or answer.text)[:600]}")
                assert answer.status_code in (200, 303), f"{path}: {answer.status_code} {text_of(answer.text)[-600:]}"

            def post(path: str, account: str, **more: Any) -> None:
                judged(path, client(account).post(path, **more))

            if only_open:
                return 0
            # A portal that fell over between the request and its definition leaves a draft of which nothing comes.
            for empty in _seen(state, f"SELECT id FROM ({_OPEN}) WHERE id NOT IN (SELECT aanvraag FROM definitie)"):
                post(f"/aanvragen/{empty}/intrekken", "torhout", data={"tekst": "Ik begin opnieuw."})
            if not _seen(state, _OPEN):
                begin = {"actie": "aanvraag", "peildatum": "2025-11-01"}
                post(STANDARD, "torhout", data=begin)
            (number,) = _seen(state, _OPEN)
            # Saved once more when the definition does not say yet what the request says: the page shows it.
            if len(_seen(state, f"SELECT nummer FROM definitie WHERE aanvraag = '{number}'")) < 2:
                post(f"/aanvragen/{number}/gegevens", "torhout", data={**DETAILS, "actie": "verder"})
            if not _seen(state, "SELECT id FROM aanvraag WHERE inhoud LIKE '%CBS 2026/12%'"):
                given = {"referentie": "CBS 2026/12", "datum": "2026-02-02"}
                files = {"besluit": ("besluit.pdf", pdf(), "application/pdf")}
                post(f"/aanvragen/{number}/besluit", "torhout", data=given, files=files)
            post(f"/aanvragen/{number}/tel", "torhout")
            for account, act, place, form in WAY:
                if act not in _seen(state, "SELECT daad FROM gebeurtenis"):
                    post(f"{place.format(number)}{act}", account, data=form)
        return 0

    return body


def _seen(state: Path, question: str) -> list[str]:
    """What the pages would show: the first column of what is committed."""
    with closing(sqlite3.connect(state / "dossiers" / "dossiers.sqlite")) as opened:
        return [row[0] for row in opened.execute(question)]
