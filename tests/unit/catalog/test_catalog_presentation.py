from __future__ import annotations

import dataclasses
import json

from groeibrief.catalog import Catalogue
from groeibrief.catalog.presentation import as_json, list_text, source_json, source_text


def test_the_list_as_json_is_the_contract(shipped: Catalogue) -> None:
    data = as_json(shipped)
    assert list(data) == ["versie", "bronnen"]
    assert data["versie"] == shipped.version
    assert data["bronnen"][2] == {
        "bron": "wezentoeslag",
        "naam": "de wezentoeslag",
        "soort_periode": "maandrecht",
        "gevoelig": True,
        "universeel": False,
        "velden": [
            {"veld": "bedrag", "soort": "bedrag", "waarden": None},
            {"veld": "soort", "soort": "lijst", "waarden": ["half", "vol"]},
        ],
    }


def test_the_list_as_text_is_aligned(shipped: Catalogue) -> None:
    lines = list_text(shipped).splitlines()
    assert lines[0] == f"Catalogus {shipped.version}: 9 bronnen"
    assert lines[2] == ("bron                 naam                    soort periode  gevoelig  universeel  velden")
    assert lines[5] == (
        "sociale_toeslag      de sociale toeslag      maandrecht     nee       nee         bedrag, schijf, helft"
    )
    assert lines[-1] == "9 van 9 bronnen zijn een reconstructie uit publieke informatie."


def test_a_blocked_source_says_so(shipped: Catalogue) -> None:
    blocked = dataclasses.replace(shipped.sources["kleutertoeslag"], verwerkingsgrond=None)
    catalogue = dataclasses.replace(shipped, sources={"kleutertoeslag": blocked})
    assert "de kleutertoeslag (geblokkeerd)" in list_text(catalogue)
    assert "Geen. De bron is geblokkeerd: geen enkele doelgroep mag ze gebruiken." in source_text(blocked)
    assert source_json(blocked)["geblokkeerd"] is True
    assert source_json(blocked)["verwerkingsgrond"] is None


def test_a_source_as_text_tells_everything_in_its_file(shipped: Catalogue) -> None:
    for source in shipped.sources.values():
        text = " ".join(source_text(source).split())
        said = [
            source.bron, source.naam, source.omschrijving, source.eigenaar, source.status,
            *(part for ground in source.rechtsgrond for part in (ground.tekst, ground.artikel)),
            *(source.verwerkingsgrond.artikelen if source.verwerkingsgrond else ()),
            *(part for field in source.velden for part in (field.veld, field.omschrijving)),
            *(value for field in source.velden for value in (field.waarden or {})),
            *(part for amount in source.bedragen for part in (amount.wat, amount.referentie, amount.eenheid)),
            *(name for name, _, _ in source.columns),
        ]  # fmt: skip
        assert [part for part in said if part not in text] == []


def test_a_source_as_text_says_what_counts(shipped: Catalogue) -> None:
    assert "Een rij telt alleen als volle_dagen + halve_dagen minstens 1 is." in source_text(
        shipped.sources["kinderopvangtoeslag"]
    )
    once = source_text(shipped.sources["startbedrag"])
    assert "Geen enkele voorwaarde ziet rijen met aard: levenloos_geboren." in once
    assert "1.214,49" in once


def test_a_source_as_json_is_plain_data(shipped: Catalogue) -> None:
    for source in shipped.sources.values():
        data = json.loads(json.dumps(source_json(source)))
        assert data["sleutel"] == list(source.key)
    amount = source_json(shipped.sources["startbedrag"])["bedragen"][0]
    assert (amount["geldig_vanaf"], amount["bedrag"]) == ("2023-09-01", "1214.49")
