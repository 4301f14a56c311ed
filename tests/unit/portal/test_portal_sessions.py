"""Sessions live on the server, end by themselves, and can be ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from groeibrief.portal.identity import Visitor
from groeibrief.portal.sessions import Sessions
from groeibrief.workflow.office import Office, Role

ANALYST = Visitor("an-1", Role.ANALYST)
TORHOUT = Visitor("to-1", Role.MUNICIPALITY, "0123.456.749", "OCMW Torhout", ("31033",))


def test_a_session_remembers_who_signed_in(tmp_path: Path, clock: Any) -> None:
    sessions = Sessions(tmp_path, clock)
    tokens = [sessions.begin(visitor) for visitor in (ANALYST, TORHOUT)]
    assert [sessions.visitor(token) for token in tokens] == [ANALYST, TORHOUT]
    assert sessions.visitor("geraden") is None


def test_the_database_does_not_hold_the_token(tmp_path: Path, clock: Any) -> None:
    token = Sessions(tmp_path, clock).begin(ANALYST)
    assert all(token.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_session_ends_after_an_hour_without_a_visit(tmp_path: Path, clock: Any) -> None:
    sessions = Sessions(tmp_path, clock)
    token = sessions.begin(ANALYST)
    for _ in range(3):
        clock.move(minutes=59)
        assert sessions.visitor(token) == ANALYST
    clock.move(minutes=60)
    assert sessions.visitor(token) is None
    clock.move(minutes=-60)
    assert sessions.visitor(token) is None


def test_a_session_ends_after_ten_hours_however_busy(tmp_path: Path, clock: Any) -> None:
    sessions = Sessions(tmp_path, clock)
    token = sessions.begin(ANALYST)
    for _ in range(19):
        clock.move(minutes=30)
        assert sessions.visitor(token) == ANALYST
    clock.move(minutes=30)
    assert sessions.visitor(token) is None


def test_ending_one_session_leaves_the_others(tmp_path: Path, clock: Any) -> None:
    sessions = Sessions(tmp_path, clock)
    first, second = sessions.begin(ANALYST), sessions.begin(ANALYST)
    sessions.end(first)
    assert (sessions.visitor(first), sessions.visitor(second)) == (None, ANALYST)


def test_an_account_can_be_signed_out_everywhere(tmp_path: Path, clock: Any) -> None:
    sessions = Sessions(tmp_path, clock)
    mine, other = [sessions.begin(ANALYST) for _ in range(2)], sessions.begin(TORHOUT)
    sessions.revoke(ANALYST.account)
    assert [sessions.visitor(token) for token in (*mine, other)] == [None, None, TORHOUT]


def test_signing_out_ends_the_session_and_not_only_the_cookie(sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("torhout")
    token = client.cookies["sessie"]
    assert client.post("/afmelden").headers["location"] == "/"
    client.cookies.set("sessie", token)
    assert client.get("/doelgroepen").headers["location"] == "/aanmelden?naar=/doelgroepen"


def test_the_cookie_is_for_the_server_alone(client: TestClient) -> None:
    cookie = client.post("/aanmelden/demo", data={"account": "demo-torhout"}).headers["set-cookie"]
    assert cookie.startswith("sessie=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


def test_closing_an_account_ends_its_sessions_at_the_next_page(
    office: Office, sign_in: Callable[[str], TestClient]
) -> None:
    client = sign_in("torhout")
    assert client.get("/doelgroepen").status_code == 200
    office.accounts.close("demo-torhout", "beheerder", office.now())
    assert client.get("/doelgroepen").headers["location"] == "/aanmelden?naar=/doelgroepen"
    again = client.post("/aanmelden/demo", data={"account": "demo-torhout"})
    assert again.status_code == 403
    assert "Dit account is hier niet gekend of is gesloten." in again.text


def test_a_closed_account_has_no_session_left_anywhere(tmp_path: Path, clock: Any) -> None:
    closed: set[str] = set()
    sessions = Sessions(tmp_path, clock, closed.__contains__)
    mine, other = [sessions.begin(ANALYST) for _ in range(2)], sessions.begin(TORHOUT)
    closed.add(ANALYST.account)
    assert sessions.visitor(mine[0]) is None
    closed.clear()
    assert [sessions.visitor(token) for token in (*mine, other)] == [None, None, TORHOUT]
