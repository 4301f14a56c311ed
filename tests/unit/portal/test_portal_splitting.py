"""A count in parts: the cost is shown first, only who says yes pays, and each part pays as any question does."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from portal_world import STANDARD, text_of
from starlette.testclient import TestClient

from groeibrief.workflow.previewing import Preview

SignIn = Callable[[str], TestClient]
CHILD = {
    "eenheid": "kind",
    "wie": "kind",
    "peildatum": "2025-11-01",
    "g-31033": "ja",
    "1-1-over": "bron:sociale_toeslag",
}


def parts_of(page: str) -> list[str]:
    return re.findall(r'name="(deel-[^"]+)"', page)


def test_the_cost_is_shown_before_anything_is_counted(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    answer = client.post(STANDARD, data={"actie": "uitsplitsen", "naar": "leeftijd"})
    page = text_of(answer.text)
    assert "Dit kost hoogstens 5 telbeurten ; u hebt er nog 12." in page
    assert len(parts_of(answer.text)) == 5
    assert "12 telbeurten over" in page
    assert "tussen" not in page.split("In delen")[1].split("Welke delen?")[0]


def test_who_did_not_see_the_cost_is_shown_it_and_pays_nothing(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    straight = {"actie": "tel-delen", "naar": "leeftijd", "deel-6-11": "ja"}
    assert "Dit kost hoogstens 5 telbeurten" in text_of(client.post(STANDARD, data=straight).text)
    other = text_of(client.post(STANDARD, data={**straight, "gezien": "tijd"}).text)
    assert "12 telbeurten over" in other


def test_the_chosen_parts_are_counted_and_paid_once(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    asked = {"actie": "tel-delen", "naar": "leeftijd", "gezien": "leeftijd", "deel-6-11": "ja", "deel-0-2": "ja"}
    first = text_of(client.post(STANDARD, data=asked).text)
    assert "10 telbeurten over" in first
    table = first.split("In 19 van de 20 gevallen")[1].split("Welke delen?")[0]
    assert len(re.findall(r"(minder dan 10|ongeveer [\d.]+)", table)) == 2
    again = text_of(client.post(STANDARD, data=asked).text)
    assert "10 telbeurten over" in again
    assert again.split("Welke delen?")[0] == first.split("Welke delen?")[0]


def test_parts_of_children_and_of_one_typed_by_hand(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    asked = {**CHILD, "actie": "tel-delen", "naar": "leeftijd", "gezien": "leeftijd", "deel-6-11": "ja"}
    assert "11 telbeurten over" in text_of(client.post("/samenstellen", data=asked).text)
    planned = client.post("/samenstellen", data={**CHILD, "actie": "uitsplitsen", "naar": "tijd"})
    assert parts_of(planned.text) == [f"deel-2025-{month:02d}-01" for month in range(6, 12)]
    yaml = re.findall(r"<textarea[^>]*>(.*?)</textarea>", planned.text, re.DOTALL)[0]
    own = {"yaml": html.unescape(yaml), "eigen": "ja", "actie": "uitsplitsen", "naar": "tijd"}
    assert "In delen, naar leeftijd" in text_of(client.post("/samenstellen", data=own).text)


def test_a_day_that_the_data_do_not_cover_is_said_and_costs_nothing(sign_in: SignIn, preview: Preview) -> None:
    client = sign_in("torhout")
    planned = client.post(STANDARD, data={"actie": "uitsplitsen", "naar": "tijd", "peildatum": "2012-02-01"})
    chosen = dict.fromkeys(parts_of(planned.text), "ja")
    asked = {"actie": "tel-delen", "naar": "tijd", "gezien": "tijd", "peildatum": "2012-02-01", **chosen}
    page = text_of(client.post(STANDARD, data=asked).text)
    assert page.count("niet geteld") == 6
    assert "12 telbeurten over" in page


def test_without_room_the_rest_is_not_counted_and_what_was_paid_stays(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    for day in ("2025-10-01", "2025-09-01"):
        spent = {"actie": "tel-delen", "naar": "leeftijd", "gezien": "leeftijd", "peildatum": day}
        keys = {f"deel-{low}": "ja" for low in ("0-2", "3-5", "6-11", "12-17", "18-24")}
        client.post(STANDARD, data={**spent, **keys})
    page = text_of(client.post(STANDARD, data={**spent, "peildatum": "2025-11-01", **keys}).text)
    assert page.count("niet geteld") == 3
    assert "0 telbeurten over" in page
    assert "Zijn uw telbeurten op, dan blijft de rest ongeteld. Kies minder delen." in page


def test_a_range_is_drawn_beside_its_words(sign_in: SignIn, preview: Preview) -> None:
    from groeibrief.portal import charts

    drawn = charts.estimate_bar(130, 140, 150)
    assert 'aria-hidden="true"' in drawn
    assert "style=" not in drawn
    hostile = charts.bars([charts.Bar("<b>&", 3, '"x"')])
    assert "<b>" not in hostile
    assert "&lt;b&gt;&amp;" in hostile
    assert charts.bars([charts.Bar("niets", 0, "minder dan 10")]) == ""
