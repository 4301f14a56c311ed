"""The closed list of purposes (``rules/policies/doeleinden.yaml``): what a mailing may be for, and what it may offer.

The data serve only the additional support of vulnerable families (DESIGN rule 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from groeibrief.catalog.project import Project
from groeibrief.catalog.records import AtLeast, NotEmpty, Slug, Text, finding_at, place, read_record
from groeibrief.documents import read_yaml
from groeibrief.errors import DefinitionError

FILE = "doeleinden.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeCategory:
    """A purpose that is allowed (``doeleinde.categorie``)."""

    id: Slug
    naam: Text
    omschrijving: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferKind:
    """A kind of offer that is allowed (``doeleinde.aanbod.soort``)."""

    soort: Slug
    naam: Text
    omschrijving: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Purposes:
    """The closed list, in written order."""

    versie: Annotated[int, AtLeast(1)]
    categorieen: Annotated[tuple[PurposeCategory, ...], NotEmpty()]
    aanbod: Annotated[tuple[OfferKind, ...], NotEmpty()]

    def category(self, key: str) -> PurposeCategory | None:
        """The category with this id, or None."""
        return next((category for category in self.categorieen if category.id == key), None)

    def offer(self, kind: str) -> OfferKind | None:
        """The kind of offer, or None."""
        return next((offer for offer in self.aanbod if offer.soort == kind), None)


def load_purposes(project: Project) -> Purposes:
    """Read and check the list. Raises DefinitionError E320 (all findings at once), E301 and E302 as ``read_yaml``."""
    path = project.rules / "policies" / FILE
    name = path.relative_to(project.root).as_posix()
    document = read_yaml(path, shown_as=name)
    purposes, findings = read_record(Purposes, document, name)
    if purposes is not None:
        lists = (
            ("categorieen", "id", [category.id for category in purposes.categorieen]),
            ("aanbod", "soort", [offer.soort for offer in purposes.aanbod]),
        )
        for part, key, words in lists:
            for number, word in enumerate(words):
                if word in words[:number]:
                    node = place(document, (part, number, key))
                    findings.append(finding_at(name, node, f"'{word}' staat hier twee keer."))
    if purposes is None or findings:
        raise DefinitionError("E320", findings)
    return purposes
