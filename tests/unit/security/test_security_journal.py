"""The journal: who came in, who was refused and what went wrong, and nothing that a person typed or is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from groeibrief.portal.journal import Journal

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str]) -> Lines:
    def told() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capfd.readouterr().err.splitlines()]

    return told


def visitor(host: str = "198.51.100.7") -> Request:
    return Request({"type": "http", "client": (host, 40000), "headers": []})


def test_coming_and_going(browser: TestClient, lines: Lines) -> None:
    browser.post("/aanmelden/demo", data={"account": "demo-analist-1"})
    browser.post("/afmelden")
    came, left = lines()
    assert {name: came[name] for name in ("wat", "account", "rol")} == {
        "wat": "aangemeld", "account": "demo-analist-1", "rol": "analist"
    }  # fmt: skip
    assert {name: left[name] for name in ("wat", "account")} == {"wat": "afgemeld", "account": "demo-analist-1"}
    assert came["bezoeker"] == left["bezoeker"]
    assert came["wanneer"].endswith("+00:00")


def test_refusals(browser: TestClient, lines: Lines) -> None:
    browser.post("/aanmelden/demo", data={"account": "demo-torhout"})
    browser.get("/kalender")
    browser.get("/aanvragen/2026-9999")
    browser.post("/afmelden", headers={"sec-fetch-site": "cross-site"})
    found = lines()[1:]
    assert [(each["wat"], each["waarom"]) for each in found] == [
        ("geweigerd", "geen-toegang"), ("geweigerd", "E701"), ("geweigerd", "andere-site")
    ]  # fmt: skip
    assert [each.get("account") for each in found] == ["demo-torhout", "demo-torhout", None]


def test_who_does_not_stop_fills_no_disk(lines: Lines) -> None:
    now = 0.0
    journal = Journal(clock=lambda: now)
    for _ in range(100):
        journal.refused(visitor(), "te-veel")
    journal.refused(visitor("198.51.100.8"), "te-veel")
    now = 61.0
    journal.refused(visitor(), "te-veel")
    found = lines()
    assert len(found) == 3
    assert found[0]["bezoeker"] == found[2]["bezoeker"] != found[1]["bezoeker"]


def test_an_error_that_nobody_foresaw_stands_under_the_mark_that_its_visitor_sees(
    browser: TestClient, secure_app: Starlette, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("Kanarienaam, Kanariestraat 7")

    monkeypatch.setattr(type(secure_app.state.portal.pages), "page", fails)
    answer = TestClient(secure_app, raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    monkeypatch.undo()
    told = lines()
    assert "anarie" not in json.dumps(told) + answer.text
    (failure,) = told
    assert (failure["wat"], failure["soort"]) == ("fout", "ValueError")
    assert all(place.partition(":")[0].endswith(".py") and not Path(place).is_absolute() for place in failure["plaats"])


def test_a_line_stays_one_line(lines: Lines) -> None:
    journal = Journal()
    journal.signed_in(visitor(), 'ana"\n{"wat":"aangemeld"}\u2028\x1b[2J', "analist")
    (line,) = lines()
    assert line["account"] == 'ana"\n{"wat":"aangemeld"}\u2028\x1b[2J'


def test_a_visitor_is_a_mark_that_means_nothing_in_another_process(lines: Lines) -> None:
    for _ in range(2):
        Journal().refused(visitor(), "te-veel")
    first, second = lines()
    assert first["bezoeker"] != second["bezoeker"]
    assert "198.51.100" not in json.dumps([first, second])
