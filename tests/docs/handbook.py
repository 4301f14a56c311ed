"""Write the generated parts of the analyst's handbook: the chapters of tests/spec and the standard audiences.

``python tests/docs/handbook.py`` rewrites the parts between the markers; what stands outside them is written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT / "docs" / "handleiding-analist.md"
sys.path.insert(0, str(ROOT / "tests" / "spec"))

from spec_contents import chapters  # noqa: E402
from spec_drawing import draw  # noqa: E402

from groeibrief.catalog import Catalogue, Project, load_catalogue  # noqa: E402
from groeibrief.documents import Mapping, Scalar, read_yaml  # noqa: E402
from groeibrief.language import Parameter, StandardAudience, load_standard, published  # noqa: E402

LANGUAGE_SECTION = 7
"""The number of the section that holds the chapters."""


def generated() -> dict[str, str]:
    """The text of each part, by its name in the markers."""
    project = Project(ROOT)
    catalogue = load_catalogue(project)
    numbered = [(f"{LANGUAGE_SECTION}.{number}", chapter) for number, chapter in enumerate(chapters(), 1)]
    contents = "\n".join(f"- {number} {chapter.title}" for number, chapter in numbered)
    drawn = "\n".join(draw(chapter, number) for number, chapter in numbered)
    return {"standaarddoelgroepen": _audiences(project, catalogue), "hoofdstukken": f"{contents}\n\n{drawn}"}


def updated(text: str) -> str:
    """The handbook with its generated parts as they should be."""
    for name, part in generated().items():
        start, end = f"<!-- gemaakt door tests/docs/handbook.py: {name} -->", f"<!-- einde: {name} -->"
        assert text.count(start) == text.count(end) == 1, f"the markers of '{name}' stand once in the handbook"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n\n{part.strip()}\n\n{end}{after}"
    return text


def _audiences(project: Project, catalogue: Catalogue) -> str:
    lines = ["| doelgroep | titel | eenheid | u vult in | DPO |", "|---|---|---|---|---|"]
    for path in published(project):
        audience = load_standard(path, catalogue, project)
        assert audience is not None, f"{path.name} can be filled in"
        lines.append(_row(audience))
    return "\n".join(lines)


def _row(audience: StandardAudience) -> str:
    parameters = "<br>".join(map(_parameter, audience.parameters)) or "–"
    approval = "ja" if audience.needs_dpo else "–"
    return f"| `{audience.doelgroep}` | {audience.titel} | {_unit(audience.path)} | {parameters} | {approval} |"


def _unit(path: Path) -> str:
    document = read_yaml(path)
    unit = document.get("eenheid") if isinstance(document, Mapping) else None
    assert isinstance(unit, Scalar), "a published definition has been checked"
    return unit.text


def _parameter(parameter: Parameter) -> str:
    bounds = [
        f"{word} {bound}"
        for word, bound in (("van", parameter.van), ("tot en met", parameter.tot_en_met))
        if bound is not None
    ]
    told = f"`{parameter.naam}`: {parameter.omschrijving or parameter.soort}"
    return f"{told} ({', '.join([' '.join(bounds), f'standaard {parameter.standaard}'])})"


if __name__ == "__main__":
    HANDBOOK.write_text(updated(HANDBOOK.read_text(encoding="utf-8")), encoding="utf-8")
