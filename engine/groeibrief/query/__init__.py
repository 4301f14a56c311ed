"""What is asked, as frozen typed nodes: a :class:`Question` over conditions on a kind, a gezin or a begunstigde.

Knows no YAML and no SQL. LANGUAGE.md fixes the meaning; ``normal_form`` and ``identity`` decide which questions are
the same question.
"""

from groeibrief.query.conditions import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    Has,
    InFamily,
    LivesIn,
    Not,
    Or,
    Payer,
    children_of,
    walk,
)
from groeibrief.query.fields import Field, IsUnknown, OneOf, Range
from groeibrief.query.normal import identity, normal_form
from groeibrief.query.periods import Days, Granted, Months, Period, SchoolYears
from groeibrief.query.question import DomicileOf, Question, counted_children, sources_used
from groeibrief.query.sorts import Sort

__all__ = [
    "Age", "And", "Beneficiaries", "Born", "Children", "ChildrenInDossier", "Condition", "Count", "Days",
    "DomicileOf", "Field", "Granted", "Has", "InFamily", "IsUnknown", "LivesIn", "Months", "Not", "OneOf", "Or",
    "Payer", "Period", "Question", "Range", "SchoolYears", "Sort", "children_of", "counted_children", "identity",
    "normal_form", "sources_used", "walk",
]  # fmt: skip
