"""A definition's text follows its request in three places, and nowhere else."""

from __future__ import annotations

import pytest
import yaml

from groeibrief.errors import UsageError
from groeibrief.workflow.fitting import fitted
from groeibrief.workflow.office import Content

CONTENT = Content(
    title="T", purpose="hulp-bij-rechten", offer="dienstverlening", offer_text="Wij helpen u.\nBel ons: nu.",
    template="uitnodiging",
)  # fmt: skip
TEXT = """# Van boven
doelgroep: proef     # naam
doeleinde:
  categorie: korting
  aanbod:

    soort: korting
    tekst: Iets anders
# hoort bij de peildatum
peildatum: 2025-11-01
brief:
  sjabloon: informatiebrief
  aan: gerechtigden
eenheid: gezin
"""


def test_purpose_offer_and_template_become_those_of_the_request() -> None:
    made = fitted(TEXT, CONTENT)
    read = yaml.safe_load(made)
    assert read["doeleinde"] == {
        "categorie": "hulp-bij-rechten",
        "aanbod": {"soort": "dienstverlening", "tekst": "Wij helpen u. Bel ons: nu."},
    }
    assert read["brief"] == {"sjabloon": "uitnodiging", "aan": "gerechtigden"}
    assert list(read) == ["doelgroep", "doeleinde", "peildatum", "brief", "eenheid"]


def test_the_rest_stays_as_it_was_written() -> None:
    made = fitted(TEXT, CONTENT)
    for kept in ("# Van boven\n", "doelgroep: proef     # naam\n", "# hoort bij de peildatum\npeildatum: 2025-11-01\n"):
        assert kept in made
    assert fitted(made, CONTENT) == made


def test_what_is_missing_comes_at_the_end() -> None:
    read = yaml.safe_load(fitted("doelgroep: proef", CONTENT))
    assert list(read) == ["doelgroep", "doeleinde", "brief"]
    assert read["brief"] == {"sjabloon": "uitnodiging"}


def test_an_offer_cannot_write_yaml() -> None:
    content = Content(
        title="T", purpose="p", offer="o", offer_text='x"\nwoonplaats: {gemeenten: ["24062"]}', template="t"
    )
    read = yaml.safe_load(fitted("doelgroep: proef\n", content))
    assert read["doeleinde"]["aanbod"]["tekst"] == 'x" woonplaats: {gemeenten: ["24062"]}'
    assert set(read) == {"doelgroep", "doeleinde", "brief"}


@pytest.mark.parametrize("broken", ["brief: [a\n", "brief: uitnodiging\n"])
def test_a_part_that_cannot_be_read_is_refused(broken: str) -> None:
    with pytest.raises(UsageError) as refused:
        fitted(f"doelgroep: proef\n{broken}", CONTENT)
    assert refused.value.code == "E768"
    assert str(refused.value) == "Wat onder 'brief' staat, kan niet gelezen worden. Kijk de YAML na."
