"""The service catalogue: the nine sources, the other parameters, and the municipalities through time."""

from groeibrief.catalog.catalogue import Catalogue, load_catalogue
from groeibrief.catalog.model import (
    DatedAmount,
    FieldKind,
    Municipality,
    Parameter,
    PeriodKind,
    Source,
    SourceField,
)
from groeibrief.catalog.municipalities import Municipalities
from groeibrief.catalog.project import Project, find_project

__all__ = [
    "Catalogue", "DatedAmount", "FieldKind", "Municipalities", "Municipality", "Parameter", "PeriodKind", "Project",
    "Source", "SourceField", "find_project", "load_catalogue",
]  # fmt: skip
