"""Templates without a selection: which there are, whether they are in order, and what they look like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from groeibrief.catalog import Catalogue, Project
from groeibrief.catalog.records import place
from groeibrief.documents import Scalar, read_yaml
from groeibrief.errors import DefinitionError, Finding
from groeibrief.language.definition import Definition
from groeibrief.language.standard import check_definition
from groeibrief.letters import Template, check, load_sender, load_template, preview, prove, template_names
from groeibrief.letters.layout import read_layout
from groeibrief.letters.plain_policy import LanguagePolicy, load_language_policy
from groeibrief.letters.plainness import Remark, check_language, check_scalar, check_text

__all__ = [
    "CheckedOffer",
    "CheckedTemplate",
    "LanguagePolicy",
    "OwnField",
    "Remark",
    "check_templates",
    "check_text",
    "load_language_policy",
    "own_fields",
    "preview_template",
    "template_names",
]

_SENDER = "_gedeeld/afzender.yaml"


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """What was found in a template: its form and required sentences, and its language."""

    sjabloon: str
    bevindingen: tuple[Finding, ...]
    taal: tuple[Remark, ...]

    @property
    def valid(self) -> bool:
        """Whether a letter may go out like this."""
        return not self.bevindingen and not _grave(self.taal)


@dataclass(frozen=True, slots=True)
class CheckedOffer:
    """What was found in the text of a definition's offer."""

    bestand: Path
    doelgroep: str
    taal: tuple[Remark, ...]

    @property
    def valid(self) -> bool:
        """Whether a letter may say it so."""
        return not _grave(self.taal)


def _grave(remarks: Iterable[Remark]) -> bool:
    return any(remark.ernst == "fout" for remark in remarks)


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field of a template that a request fills in its own words, as a form shows it."""

    name: str
    label: str
    help: str
    most: int


def own_fields(project: Project, template: str) -> tuple[OwnField, ...]:
    """The fields for own texts of a template, in its order; none for a template that there is not."""
    if template not in template_names(project):
        return ()
    path = project.letter_templates / template / "layout.yaml"
    return _own_fields(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _own_fields(path: Path, changed: int) -> tuple[OwnField, ...]:
    """*changed*: when the file was written, so that another one is read again."""
    offered = read_layout(path, f"{path.parent.name}/{path.name}").eigen_teksten
    return tuple(OwnField(name, own.naam, own.uitleg, own.hoogstens_tekens) for name, own in offered.items())


def check_templates(
    project: Project, names: Sequence[str], catalogue: Catalogue, definition: Path | None = None
) -> tuple[list[CheckedTemplate], CheckedOffer | None]:
    """Check the templates called *names*; none given: the definition's, or without one all.

    With *definition* also its offer's text, and its own template against the fields that it gives. Raises
    DefinitionError: E601 no such template, E680 the policy on language, E301-E369 the definition.
    """
    policy = load_language_policy(project)
    asked = check_definition(definition, catalogue, project) if definition else None
    own = asked.brief.sjabloon if asked else None
    checked = []
    for name in names or ([own] if own else template_names(project)):
        template = load_template(project, name)
        findings = list(check(template, load_sender(project), catalogue.sources))
        if asked and name == own:
            findings += _not_given(template, asked)
        findings = list(dict.fromkeys(findings))
        remarks = [*check_language(template, policy), *_sender_texts(project, policy)]
        checked.append(CheckedTemplate(name, tuple(findings), tuple(_not_yet_said(remarks, findings))))
    return checked, _offer(definition, asked, policy) if definition and asked else None


def _not_given(template: Template, definition: Definition) -> tuple[Finding, ...]:
    """The fields of the template that the definition does not give."""
    try:
        prove(template, definition)
    except DefinitionError as error:
        return error.findings
    return ()


def _not_yet_said(remarks: Iterable[Remark], findings: Sequence[Finding]) -> Iterator[Remark]:
    """The remarks that no finding makes already: on the same word, or on the same missing field."""
    places = {(finding.bestand, finding.regel, finding.kolom) for finding in findings}
    wanted = " ".join(finding.verwacht or "" for finding in findings)
    for remark in remarks:
        field = remark.voorstel.strip("{ }")
        missing = remark.taalregel == "onvolledig" and f"{{{field}}}" in wanted
        if not missing and (remark.bestand, remark.regel, remark.kolom) not in places:
            yield remark


def _sender_texts(project: Project, policy: LanguagePolicy) -> tuple[Remark, ...]:
    """What is to be said about the one whole sentence that the sender's file holds."""
    path = project.letter_templates / _SENDER
    return _value(path, f"{project.letter_templates.name}/{_SENDER}", ("bewaring",), policy)


def _offer(path: Path, definition: Definition, policy: LanguagePolicy) -> CheckedOffer:
    remarks = _value(path, str(path), ("doeleinde", "aanbod", "tekst"), policy)
    return CheckedOffer(path, definition.doelgroep, remarks)


def _value(path: Path, shown: str, words: tuple[str, ...], policy: LanguagePolicy) -> tuple[Remark, ...]:
    node = place(read_yaml(path, shown_as=shown), words)
    assert isinstance(node, Scalar), "whoever read the file found a text there"
    return check_scalar(node, path.read_text(encoding="utf-8-sig"), policy, shown)


def preview_template(project: Project, name: str, out: Path, *, dpi: int, zones: bool) -> int:
    """Picture the template with its invented family as the PNG file *out*; return the number of pages."""
    return preview(load_template(project, name), load_sender(project), out, dpi=dpi, zones=zones)
