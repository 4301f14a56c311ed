"""The register's form, its filters, its figures and what everyone may see of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from portal_world import text_of
from starlette.testclient import TestClient

SignIn = Callable[[str], TestClient]
GIVEN = {
    "piste": "vutg", "stand": "interesse", "datum": "2026-02-10", "zeker": "ja", "gemeenten": "Aalter",
    "bron": "e-mail van 10 februari 2026", "reden": "Werkt al samen met het Huis van het Kind", "openbaar": "ja",
}  # fmt: skip


@pytest.mark.parametrize("account", ["analist-1", "dpo"])
def test_an_event_is_added_and_its_reason_stays_inside(sign_in: SignIn, account: str) -> None:
    client = sign_in(account)
    made = client.post("/register/nieuw", data=GIVEN)
    assert (made.status_code, made.headers["location"]) == (303, "/register?naam=Aalter")
    assert "Huis van het Kind" in text_of(client.get("/register?naam=Aalter").text)
    again = client.post("/register/nieuw", data=GIVEN)
    assert again.status_code == 400
    assert "Dit feit staat al in het register." in text_of(again.text)
    client.cookies.clear()
    outside = text_of(client.get("/register?naam=Aalter").text)
    assert "e-mail van 10 februari 2026" in outside
    assert "Huis van het Kind" not in outside


def test_what_is_not_public_stays_inside(sign_in: SignIn) -> None:
    client = sign_in("analist-1")
    assert client.post("/register/nieuw", data={**GIVEN, "openbaar": ""}).status_code == 303
    client.cookies.clear()
    assert "e-mail van 10 februari 2026" not in client.get("/register").text


def test_every_fault_stands_at_its_field_and_nothing_is_lost(sign_in: SignIn) -> None:
    client = sign_in("analist-1")
    answer = client.post("/register/nieuw", data={**GIVEN, "piste": "", "gemeenten": "Bilzen", "bron": ""})
    assert answer.status_code == 400
    page = text_of(answer.text)
    assert "3 velden zijn nog niet in orde" in page
    for field, told in (
        ("piste", "Kies een weg."),
        (
            "gemeenten",
            "'Bilzen' bestaat op 2026-02-10 niet meer: het is 'Bilzen-Hoeselt'.",
        ),
        ("bron", "Schrijf een tekst bij 'bron'."),
    ):
        assert told in page
        assert f'id="{field}-fout"' in answer.text
    assert "Huis van het Kind" in answer.text
    late = text_of(client.post("/register/nieuw", data={**GIVEN, "datum": "2026-12-01"}).text)
    assert "Deze dag moet nog komen. Kijk de datum na." in late
    number = text_of(client.post("/register/nieuw", data={**GIVEN, "reden": "Vraag van 85.07.30-033.28"}).text)
    assert "In 'reden' staat een rijksregisternummer." in number


def test_two_that_ask_together_are_one_event_and_two_authorities(sign_in: SignIn) -> None:
    client = sign_in("analist-1")
    both = {**GIVEN, "gemeenten": "Aalter, 44021", "naam": "Aalter-Gent", "stand": "aanvraag"}
    assert client.post("/register/nieuw", data=both).status_code == 303
    rows = client.get("/register/uitvoer.json?naam=Aalter-Gent").json()["feiten"]
    assert [row["gemeenten_nu"] for row in rows] == [["Gent", "Aalter"]]
    told = client.get("/register/cijfers/uitvoer.json").json()
    (row,) = [each for each in told["cijfers"] if each["stand"] == "aanvraag" and each["jaar"] == 2026]
    assert (row["aanvragen"], row["besturen"]) == (1, 2)


def test_a_merged_municipality_is_found_by_its_name_of_now(sign_in: SignIn) -> None:
    client = sign_in("analist-1")
    rows = client.get("/register/uitvoer.json?naam=Tongeren-Borgloon").json()["feiten"]
    assert {row["naam"] for row in rows} == {"Tongeren"}


def test_the_figures_of_a_day_with_charts_and_files(sign_in: SignIn) -> None:
    client = sign_in("dpo")
    answer = client.get("/register/cijfers?op=2021-06-30")
    page = text_of(answer.text)
    assert "Stand op 30 juni 2021, 300 gemeenten." in page
    assert "groeibrief register figures --on 2021-06-30" in page
    assert '<svg class="grafiek"' in answer.text
    assert client.get("/register/cijfers/uitvoer.csv?op=2021-06-30").text.splitlines()[0].count(";") == 4
    assert client.get("/register/cijfers/uitvoer.ods").content.startswith(b"PK")
    assert client.get("/register/cijfers/uitvoer.xml").status_code == 404
    assert client.get("/register/cijfers?op=ooit").status_code == 400


@pytest.mark.parametrize("path", ["/register/nieuw", "/register/cijfers", "/register/cijfers/uitvoer.json"])
def test_a_town_has_no_such_pages(sign_in: SignIn, path: str) -> None:
    assert sign_in("torhout").get(path).status_code == 404
