from __future__ import annotations

import pytest

from groeibrief.catalog import Project
from groeibrief.catalog.purposes import load_purposes
from groeibrief.errors import DefinitionError

FILE = "rules/policies/doeleinden.yaml"


def test_the_shipped_list(project: Project) -> None:
    purposes = load_purposes(project)
    assert [category.id for category in purposes.categorieen] == [
        "hulp-bij-rechten", "bijkomende-financiele-steun", "korting-op-dienstverlening", "opvang-en-onderwijs",
        "vrije-tijd", "gezondheid-en-zorg", "huisvesting-en-energie", "informatie-kwetsbare-gezinnen",
        "geboorte-en-jong-gezin",
    ]  # fmt: skip
    assert [offer.soort for offer in purposes.aanbod] == ["toelage", "korting", "dienstverlening"]
    assert purposes.category("vrije-tijd") is purposes.categorieen[4]
    assert purposes.category("reclame") is None
    assert purposes.offer("korting") is purposes.aanbod[1]
    assert purposes.offer("reclame") is None


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("  - id: vrije-tijd", "  - id: hulp-bij-rechten", f"{FILE}:17:9: 'hulp-bij-rechten' staat hier twee keer."),
        (
            "  - id: vrije-tijd",
            "  - id: Vrije tijd",
            f"{FILE}:17:9: 'Vrije tijd' heeft niet de juiste vorm: schrijf kleine letters, cijfers en '-', met een "
            "letter vooraan.",
        ),
        (
            "  - soort: korting\n    naam:",
            "  - soort: korting\n    naan:",
            f"{FILE}:37:5: De sleutel 'naan' is hier niet bekend. Bedoelde u 'naam'?\n"
            f"{FILE}:36:5: De sleutel 'naam' ontbreekt.",
        ),
        ("versie: 1\n", "", f"{FILE}:3:1: De sleutel 'versie' ontbreekt."),
    ],
)
def test_a_fault_is_told_with_its_place(project: Project, old: str, new: str, shown: str) -> None:
    path = project.root / FILE
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(DefinitionError) as caught:
        load_purposes(project)
    assert str(caught.value) == shown
    assert (caught.value.code, caught.value.exit_code) == ("E320", 3)


def test_an_empty_list_and_a_wrong_shape_are_refused(project: Project) -> None:
    path = project.root / FILE
    path.write_text("versie: 1\ncategorieen: []\naanbod: toelage\n")
    with pytest.raises(DefinitionError) as caught:
        load_purposes(project)
    assert str(caught.value) == (
        f"{FILE}:2:14: Deze lijst mag niet leeg zijn.\n{FILE}:3:9: Hier hoort een lijst te staan."
    )
