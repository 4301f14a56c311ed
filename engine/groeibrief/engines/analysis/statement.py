"""The query of a definition, for a reader: under a comment that says what each condition of the definition asks."""

from __future__ import annotations

from collections.abc import Iterator

from groeibrief.catalog import Catalogue
from groeibrief.language.clauses import SUBJECTS, Speaker
from groeibrief.language.definition import Definition
from groeibrief.language.wording import long_date, municipality_names
from groeibrief.query import And, Beneficiaries, Children, Condition, Or, children_of


def commented(sql: str, definition: Definition, catalogue: Catalogue) -> str:
    """Put the comment before the statement: who, where, when, and each condition with its line in the file."""
    question = definition.question
    where = f", {definition.path}" if definition.path else ""
    places = municipality_names(question.municipalities, catalogue.municipalities)
    head = [
        f"{definition.titel} ({definition.doelgroep}{where})",
        f"voorwaarden {definition.voorwaarden}",
        f"peildatum {long_date(question.reference_date)}; eenheid {question.unit.value}; "
        f"woonplaats van {question.domicile_of.value}: {places}",
        "",
        *_lines(question.condition, definition, Speaker(question, catalogue), 0),
    ]
    # A title is one line in the file, but may hold a line break in quotes: it would end the comment.
    comment = "\n".join(f"-- {' '.join(line.splitlines())}".rstrip() for line in head)
    return f"{comment}\n{sql}\n"


def _lines(node: Condition, definition: Definition, speaker: Speaker, depth: int) -> Iterator[str]:
    line = definition.lines.get(node)
    place = f"regel {line}: " if line else ""
    yield f"{place}{'  ' * depth}{speaker.clause(node, SUBJECTS[node.sort]).text}"
    inside = children_of(node)
    if isinstance(node, (Children, Beneficiaries)) and isinstance(node.which, (And, Or)):
        # The words for how many already say that all, or one, of the parts have to hold.
        inside = node.which.parts
    for part in inside:
        yield from _lines(part, definition, speaker, depth + 1)
