"""A series: later rounds look as many periods later, and are approved with the first."""

from datetime import date
from pathlib import Path

import pytest

from groeibrief.catalog import Catalogue, Project
from groeibrief.errors import UsageError
from groeibrief.language import Binding, load_definition
from groeibrief.query import Has, Months, walk

TORHOUT = "torhout-hulp-bij-schooltoeslag.yaml"


def test_a_later_round_moves_the_reference_date_and_what_hangs_on_it(shipped: Project, catalogue: Catalogue) -> None:
    path = shipped.rules / TORHOUT
    first = load_definition(path, catalogue, shipped)
    third = load_definition(path, catalogue, shipped, Binding(ronde=3))
    assert (first.question.reference_date, third.question.reference_date) == (date(2025, 11, 1), date(2026, 1, 1))
    months = [
        str(node.period.first)
        for node in walk(third.question.condition)
        if isinstance(node, Has) and isinstance(node.period, Months)
    ]
    assert months == ["2026-01"]
    assert first.reeks == first.definitie == third.reeks
    assert third.definitie != first.definitie
    assert third.voorwaarden != first.voorwaarden


def test_a_day_that_a_month_lacks_becomes_its_last(shipped: Project, catalogue: Catalogue, tmp_path: Path) -> None:
    text = (shipped.rules / TORHOUT).read_text().replace("peildatum: 2025-11-01", "peildatum: 2025-10-31")
    path = tmp_path / TORHOUT
    path.write_text(text)
    assert load_definition(path, catalogue, shipped, Binding(ronde=2)).question.reference_date == date(2025, 11, 30)


@pytest.mark.parametrize(
    ("name", "number", "message"),
    [
        (TORHOUT, 8, "De reeks loopt tot juni 2026: ronde 8 bestaat niet."),
        (TORHOUT, 0, "De eerste ronde van een reeks is ronde 1."),
        (
            "zaventem-grote-gezinnen.yaml",
            2,
            "Deze doelgroep heeft geen 'herhaling' en dus maar één ronde: laat --ronde weg.",
        ),
    ],
)
def test_a_round_that_does_not_exist(
    shipped: Project, catalogue: Catalogue, name: str, number: int, message: str
) -> None:
    path = shipped.rules / name
    with pytest.raises(UsageError) as caught:
        load_definition(path, catalogue, shipped, Binding(ronde=number))
    assert str(caught.value) == f"{path}: {message}"
    assert caught.value.code == "E366"


def test_the_last_round_exists(shipped: Project, catalogue: Catalogue) -> None:
    last = load_definition(shipped.rules / TORHOUT, catalogue, shipped, Binding(ronde=7))
    assert last.question.reference_date == date(2026, 5, 1)
