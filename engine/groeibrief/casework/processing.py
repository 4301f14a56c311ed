"""Processing activities (``rules/policies/verwerkingen.yaml``): what GDPR art. 30 asks and no other file says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from groeibrief.casework.retention import KINDS
from groeibrief.catalog import Project
from groeibrief.catalog.records import AtLeast, NotEmpty, Slug, Text, finding_at, place, read_record
from groeibrief.documents import Node, read_yaml
from groeibrief.errors import DefinitionError, Finding, closest

FILE = "verwerkingen.yaml"

Texts = Annotated[tuple[Text, ...], NotEmpty()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A security measure, short; ``zie`` is the note that tells of it."""

    maatregel: Slug
    tekst: Text
    zie: Text

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"maatregel": self.maatregel, "tekst": self.tekst, "zie": self.zie}


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One processing activity. Sources, purposes, terms, measures and print shops are named, and told elsewhere."""

    verwerking: Slug
    naam: Text
    verantwoordelijke: Literal["vutg", "opgroeien"]
    omschrijving: Text
    doel: Text
    doeleinden_uit_lijst: bool
    rechtsgrond: Texts
    alle_bronnen: bool = False
    bronnen: tuple[Text, ...] = ()
    gegevens: Texts
    betrokkenen: Texts
    ontvangers: Texts
    drukkerijen: bool
    doorgifte: Text
    bewaring: Texts
    maatregelen: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingPolicy:
    """The policy as read."""

    versie: Annotated[int, AtLeast(1)]
    status: Text
    maatregelen: Annotated[tuple[Measure, ...], NotEmpty()]
    verwerkingen: Annotated[tuple[Activity, ...], NotEmpty()]

    def measures(self, names: Iterable[str]) -> tuple[Measure, ...]:
        """The measures with these names, in the policy's order."""
        wanted = set(names)
        return tuple(measure for measure in self.maatregelen if measure.maatregel in wanted)

    def activity(self, name: str) -> Activity:
        """The activity with this name."""
        return next(activity for activity in self.verwerkingen if activity.verwerking == name)


MAILING = "aanschrijven"
"""The activity that a definition is part of."""


def load_processing_policy(project: Project, sources: Collection[str]) -> ProcessingPolicy:
    """Read and check the policy against the keys of the catalogue's *sources*.

    Raises DefinitionError E297 (all findings at once), E301 and E302 as ``read_yaml``.
    """
    path = project.rules / "policies" / FILE
    name = path.relative_to(project.root).as_posix()
    document = read_yaml(path, shown_as=name)
    policy, findings = read_record(ProcessingPolicy, document, name)
    if policy is not None:
        findings += _inconsistencies(policy, document, name, sources)
    if policy is None or findings:
        raise DefinitionError("E297", findings)
    return policy


def _inconsistencies(
    policy: ProcessingPolicy, document: Node, name: str, sources: Collection[str]
) -> Iterator[Finding]:
    measures = [measure.maatregel for measure in policy.maatregelen]
    activities = [activity.verwerking for activity in policy.verwerkingen]
    yield from _doubles(measures, "maatregelen", "maatregel", document, name)
    yield from _doubles(activities, "verwerkingen", "verwerking", document, name)
    for number, activity in enumerate(policy.verwerkingen):
        for key, words, known in (
            ("bronnen", activity.bronnen, sources),
            ("bewaring", activity.bewaring, KINDS),
            ("maatregelen", activity.maatregelen, measures),
        ):
            for at, word in enumerate(words):
                if word not in known:
                    node = place(document, ("verwerkingen", number, key, at))
                    message = f"'{word}' is hier niet gekend."
                    yield finding_at(name, node, message, meant=closest(word, known))
    told = {kind for activity in policy.verwerkingen for kind in activity.bewaring}
    for kind in KINDS:
        if kind not in told:
            message = f"De soort gegevens '{kind}' staat bij geen enkele verwerking."
            yield finding_at(name, place(document, ("verwerkingen",)), message, expected=kind)
    if MAILING not in activities:
        message = f"De verwerking '{MAILING}' ontbreekt: elke definitie hoort erbij."
        yield finding_at(name, place(document, ("verwerkingen",)), message, expected=MAILING)


def _doubles(words: list[str], part: str, key: str, document: Node, name: str) -> Iterator[Finding]:
    for number, word in enumerate(words):
        if word in words[:number]:
            yield finding_at(name, place(document, (part, number, key)), f"'{word}' staat hier twee keer.")
