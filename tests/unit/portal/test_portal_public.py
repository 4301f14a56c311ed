"""What a stranger may read: what it costs, the rules, and the models that say what the real documents say."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from portal_world import filled_in, text_of
from starlette.testclient import TestClient

SignIn = Callable[[str], TestClient]


def words_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    document.close()
    return text


def test_the_start_says_what_it_costs_and_which_rules_hold(client: TestClient) -> None:
    page = text_of(client.get("/").text)
    for told in (
        "Tellen kost niets, op geen van beide wegen.",
        "artikel 2, 7° van het e-govdecreet",
        "partners@vutg.be",
    ):
        assert told in page


@pytest.mark.parametrize(("name", "title"), [
    ("overeenkomst", "Model van overeenkomst"), ("protocol", "Protocol voor gegevensuitwisseling (model)"),
])  # fmt: skip
def test_a_model_says_that_it_is_one(client: TestClient, name: str, title: str) -> None:
    answer = client.get(f"/modellen/{name}.pdf")
    assert answer.headers["content-disposition"] == f'attachment; filename="model-{name}.pdf"'
    assert title in words_of(answer.content)
    assert "…" in words_of(answer.content)
    assert f'href="/modellen/{name}.pdf"' in client.get("/").text
    assert client.get("/modellen/iets.pdf").status_code == 404


def test_the_model_has_every_clause_of_a_real_agreement(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    real = words_of(client.get(f"/aanvragen/{filled_in(client)}/overeenkomst").content)
    model = words_of(client.get("/modellen/overeenkomst.pdf").content)
    assert real.split("3. Afspraken")[1] == model.split("3. Afspraken")[1]
