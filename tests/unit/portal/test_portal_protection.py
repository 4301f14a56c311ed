"""What stands around every page: headers, other sites, sizes, rates, sessions."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest
from portal_world import STANDARD, text_of
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from groeibrief.casework.ledger import Ledger
from groeibrief.errors import RefusedError, TryAgainError
from groeibrief.portal.demo import DemoSignIn
from groeibrief.portal.protection import HEADERS, MOST_BYTES, Buckets, Protection
from groeibrief.portal.sessions import Sessions
from groeibrief.portal.signin import after_sign_in
from groeibrief.workflow.office import Office

SignIn = Callable[[str], TestClient]


@pytest.mark.parametrize("path", ["/", "/aanmelden", "/bestaat-niet", "/doelgroepen", "/stijl/portaal.css"])
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["cache-control"] == ("public, max-age=3600" if path.startswith("/stijl") else "no-store")
    assert "server" not in headers


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://elders.example.be"},
        {},
    ],
)
def test_another_site_changes_nothing(sign_in: SignIn, headers: dict[str, str]) -> None:
    client = sign_in("torhout")
    client.headers.pop("sec-fetch-site")
    answer = client.post("/afmelden", headers=headers)
    assert (answer.status_code, answer.text) == (403, "Deze aanvraag komt niet van onze eigen pagina's.")
    assert client.get("/doelgroepen").status_code == 200


def test_a_browser_without_fetch_metadata_says_its_origin(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    client.headers.pop("sec-fetch-site")
    assert client.post("/afmelden", headers={"origin": "http://testserver"}).status_code == 303


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: TestClient) -> None:
    answer = client.post("/aanmelden/demo", content=b"x" * (MOST_BYTES + 1))
    assert (answer.status_code, answer.text) == (
        413, "Dit is te groot om te versturen. Een bestand mag 2 MB groot zijn."
    )  # fmt: skip


def test_a_body_that_hides_its_size_is_refused_too(client: TestClient) -> None:
    def parts() -> object:
        yield from (b"a=" + b"x" * 1_000_000 for _ in range(5))

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/aanmelden/demo", content=parts(), headers=form).status_code == 413  # type: ignore[arg-type]


def test_many_requests_at_once_have_to_wait() -> None:
    now = 0.0
    buckets = Buckets(rate=2, burst=3, clock=lambda: now)
    assert [buckets.take("a") for _ in range(4)] == [True, True, True, False]
    assert buckets.take("b")
    now = 0.5
    assert [buckets.take("a") for _ in range(2)] == [True, False]


def test_who_does_not_stop_is_told_to_wait(client: TestClient) -> None:
    answers = [client.get("/stijl/merk.svg", headers={"cookie": "sessie=x"}) for _ in range(150)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].text == "Te veel aanvragen na elkaar. Wacht even."
    assert refused[0].headers["retry-after"] == "5"


@pytest.mark.parametrize("elsewhere", ["//elders.example.be", "https://elders.example.be", "/\\elders", "", "/a?b"])
def test_signing_in_never_leads_to_another_site(elsewhere: str) -> None:
    assert after_sign_in(elsewhere) == "/overzicht"


def test_a_demonstration_only_with_invented_families(office: Office) -> None:
    with pytest.raises(RefusedError) as refused:
        DemoSignIn(office, synthetic=False)
    assert str(refused.value) == (
        "Demo-accounts bestaan alleen op een synthetische snapshot. Start zonder --demo, met aanmelden."
    )


def guarded(requests: int, clock: Callable[[], float]) -> Callable[..., list[int]]:
    """Ask a protected application the same thing *requests* times at one moment; the statuses."""
    protected = Protection(PlainTextResponse("ja"), secure=False, clock=clock)
    client = TestClient(protected)

    def asked(path: str, cookie: str) -> list[int]:
        return [client.get(path, headers={"cookie": cookie} if cookie else {}).status_code for _ in range(requests)]

    return asked


def test_fifty_people_of_one_town_hall_do_not_get_in_each_other_s_way() -> None:
    """One address: all sign in (two steps) at one moment, and open ten pages of two requests each."""
    ask = guarded(1, lambda: 0.0)
    everyone = [f"sessie=persoon-{number}" for number in range(50)]
    assert {status for cookie in everyone for _ in range(2) for status in ask("/aanmelden/begin", cookie)} == {200}
    assert {status for cookie in everyone for _ in range(17) for status in ask("/overzicht", cookie)} == {200}


def test_who_keeps_on_signing_in_has_to_wait_whatever_the_cookie() -> None:
    """Guessing tokens, or filling up the sign-ins that wait for the provider: four a second after the first 400."""
    now = 0.0
    ask = guarded(1, lambda: now)
    statuses = [ask("/aanmelden/begin", f"aanmelding=geraden-{number}")[0] for number in range(420)]
    assert (statuses[:400], statuses[400:]) == ([200] * 400, [429] * 20)
    assert ask("/overzicht", "sessie=een-ander") == [200]
    now = 1.0
    assert [ask("/aanmelden/terug", "")[0] for _ in range(6)] == [200] * 4 + [429] * 2


def test_a_full_disk_is_told_and_passes(sign_in: SignIn, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in("torhout")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "_write_head", full)
        answer = client.post(STANDARD, data={"actie": "aanvraag", "peildatum": "2025-11-01"})
    assert answer.status_code == 503
    told = text_of(answer.text)
    assert "Er is nu geen plaats om iets te bewaren. Probeer het later opnieuw." in told
    assert "E750" in told
    assert client.get("/overzicht").status_code == 200


def test_who_cannot_be_looked_up_now_is_not_told_to_sign_in(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in("torhout")

    def busy(*_: object) -> None:
        raise TryAgainError("E519", "Een andere opdracht gebruikt deze gegevens.")

    with monkeypatch.context() as patched:
        patched.setattr(Sessions, "visitor", busy)
        answer = client.get("/overzicht")
    assert (answer.status_code, "E519" in text_of(answer.text)) == (503, True)
    assert client.get("/overzicht").status_code == 200
