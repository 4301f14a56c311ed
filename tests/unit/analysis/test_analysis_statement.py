from __future__ import annotations

from dataclasses import replace

from groeibrief.catalog import Catalogue, Project
from groeibrief.engines.analysis.statement import commented
from groeibrief.language import load_definition

NAME = "torhout-hulp-bij-schooltoeslag"


def test_the_comment_tells_the_definition_with_its_lines(shipped: Project, catalogue: Catalogue) -> None:
    definition = load_definition(shipped.rules / f"{NAME}.yaml", catalogue, shipped)
    assert commented("SELECT 1", definition, catalogue) == (
        f"-- Gezinnen met een sociale toeslag zonder schooltoeslag ({NAME}, {definition.path})\n"
        f"-- voorwaarden {definition.voorwaarden}\n"
        "-- peildatum 1 november 2025; eenheid gezin; woonplaats van kind: Torhout (31033)\n"
        "--\n"
        "-- regel 14: minstens 1 kind van het gezin voldoet aan al deze voorwaarden\n"
        "-- regel 18:   het kind is 3 tot en met 12 jaar oud op 1 november 2025\n"
        "-- regel 19:   het kind heeft in november 2025 recht op de sociale toeslag\n"
        "-- regel 20:   het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026\n"
        "-- regel 21:     het kind kreeg de schooltoeslag voor het schooljaar 2025-2026\n"
        "SELECT 1\n"
    )


def test_a_line_break_in_a_title_does_not_end_the_comment(shipped: Project, catalogue: Catalogue) -> None:
    definition = load_definition(shipped.rules / f"{NAME}.yaml", catalogue, shipped)
    text = commented("SELECT 1", replace(definition, titel="Een titel\nDROP TABLE kind", path=None), catalogue)
    assert text.splitlines()[0] == f"-- Een titel DROP TABLE kind ({NAME})"
    assert [line for line in text.splitlines() if not line.startswith("--")] == ["SELECT 1"]
