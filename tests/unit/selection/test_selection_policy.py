"""The selection policy: what the shipped one says, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from groeibrief.artefacts import sha256_file
from groeibrief.catalog import Project, find_project
from groeibrief.errors import DefinitionError
from groeibrief.selection import SelectionPolicy, load_policy
from groeibrief.selection.policy import Choice

SHIPPED = find_project().rules / "policies" / "selectie.yaml"
FILE = "rules/policies/selectie.yaml"


def wrong(tmp_path: Path, old: str, new: str) -> DefinitionError:
    text = SHIPPED.read_text()
    assert text.count(old) == 1
    folder = tmp_path / "rules" / "policies"
    folder.mkdir(parents=True)
    (folder / "selectie.yaml").write_text(text.replace(old, new))
    with pytest.raises(DefinitionError) as caught:
        load_policy(Project(tmp_path))
    return caught.value


def test_the_shipped_policy_holds_back_and_requires_the_lists(policy: SelectionPolicy) -> None:
    assert policy.buitenland is Choice.HOLD
    assert policy.adres_via_derde.referentieadres is policy.adres_via_derde.collectief is Choice.HOLD
    assert policy.required_lists(synthetic=False) == ("verzet", "beschermd")
    assert policy.required_lists(synthetic=True) == ()
    assert policy.tekens_per_regel == 40
    assert policy.sha256 == sha256_file(SHIPPED)


def test_the_lists_can_be_required_of_a_synthetic_snapshot_too(policy: SelectionPolicy) -> None:
    strict = policy.model_copy(update={"lijsten": policy.lijsten.model_copy(update={"ook_bij_synthetisch": True})})
    assert strict.required_lists(synthetic=True) == ("verzet", "beschermd")


def test_no_policy(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_policy(Project(tmp_path))
    assert caught.value.code == "E630"
    assert str(caught.value) == f"{FILE}: Het selectiebeleid kan niet gelezen worden: het bestaat niet."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "buitenland: weren",
            "buitenland: wern",
            f"{FILE}:5:13: 'buitenland' is weren of schrijven. Bedoelde u 'weren'?",
        ),
        (
            "  collectief: weren\n",
            "",
            f"{FILE}:9:3: De sleutel 'adres_via_derde.collectief' ontbreekt.",
        ),
        (
            "buitenland: weren",
            "buitenland: weren\npostbus: weren",
            f"{FILE}:6:10: De sleutel 'postbus' kent het selectiebeleid niet: verwijder ze.",
        ),
        (
            "tekens_per_regel: 40",
            "tekens_per_regel: 12",
            f"{FILE}:19:19: De waarde van 'tekens_per_regel' is niet van de juiste soort of ligt buiten de grenzen.",
        ),
        (
            "straat: [str]",
            "straat: [[str]]",
            f"{FILE}:26:14: De waarde van 'afkortingen.achtervoegsels.straat.0' is niet van de juiste soort of ligt "
            "buiten de grenzen.",
        ),
        (
            "[verzet, beschermd]",
            "[verzet, beschemd]",
            f"{FILE}:15:14: Er bestaat geen lijst 'beschemd': een lijst is verzet of beschermd. "
            "Bedoelde u 'beschermd'?",
        ),
    ],
)
def test_a_wrong_policy_says_where_and_what(tmp_path: Path, old: str, new: str, message: str) -> None:
    error = wrong(tmp_path, old, new)
    assert (error.code, error.exit_code) == ("E631", 3)
    assert str(error) == message


def test_a_policy_that_is_a_list(tmp_path: Path) -> None:
    error = wrong(tmp_path, SHIPPED.read_text(), "- weren\n")
    assert error.code == "E631"
    assert str(error) == f"{FILE}:1:1: Het selectiebeleid is een lijst van sleutels met hun waarde."
