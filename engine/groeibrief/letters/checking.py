"""Check a template on its own: proof against the widest definition, longest values, and what every letter must say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from groeibrief.errors import DefinitionError, Finding
from groeibrief.letters.composer import Composer
from groeibrief.letters.fields import LetterFields, available_at_most
from groeibrief.letters.markup import chunks_of, paragraphs_of, zones_of
from groeibrief.letters.owntexts import longest_texts, own_values
from groeibrief.letters.proof import Proof, prove_against
from groeibrief.letters.requirements import Longest, Requirements, read_requirements
from groeibrief.letters.revealing import revelations
from groeibrief.letters.sample import Sample, read_sample
from groeibrief.letters.sandbox import revealed
from groeibrief.letters.sender import Sender
from groeibrief.letters.template import Template

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_CODE = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_FIELD = re.compile(r"\{\{\s*([a-z_.]+)")
_ZONE = re.compile(r"zone '([a-z_]+)'")
_SLOT = re.compile(r"\{([a-z_.]+)\}")


def check(template: Template, sender: Sender, sources: Collection[str]) -> tuple[Finding, ...]:
    """Everything that is wrong with *template*, each with its file and, where there is one, its line; empty: nothing.

    *sources* are the keys of the catalogue. Sees every branch: the widest and the barest values are both set.
    """
    try:
        proof = prove_against(template, available_at_most(sources))
        requirements = read_requirements(template)
        sample = read_sample(template)
    except DefinitionError as error:
        return error.findings
    findings = [*_forbidden(template, proof, requirements), *_subject(template, requirements)]
    findings += _unused(template, proof)
    try:
        cases = list(_cases(template, sample, sender, sources, requirements.langste))
    except DefinitionError as error:
        return (*findings, *error.findings)
    for values, letter, what in cases:
        try:
            composer = Composer(template, values, sample.mailing)
            composer.compose(letter)
        except DefinitionError as error:
            findings += [_placed(template, finding, what) for finding in error.findings]
            continue
        said = _plain(template, composer.rendered(letter))
        findings += _missing(template, requirements, values, said, what)
    try:
        findings += revelations(
            template,
            proof,
            sources,
            requirements.boven_de_vouw.velden,
            requirements.formulier.velden,
            requirements.onderwerp.verboden,
        )
    except DefinitionError as error:
        # What cannot be set is said above, with values that tell more.
        findings += [] if findings else error.findings
    return tuple(dict.fromkeys(findings))


def _cases(
    template: Template, sample: Sample, sender: Sender, sources: Iterable[str], longest: Longest
) -> Iterator[tuple[dict[str, Any], LetterFields, str]]:
    names = {source: f"de {source.replace('_', ' ')}" for source in sources}
    values = sample.values(sender, template)
    every = {"bron": SimpleNamespace(**{**names, **sample.bronnen})}
    yield {**values, **every}, sample.letters()[0], "Met het voorbeeld"
    contact = SimpleNamespace(
        dienst=longest.dienst, telefoon=longest.telefoon, e_mail=longest.e_mail, webpagina=longest.webpagina
    )
    widest = {
        **values,
        **every,
        "bronnen": list(names.values()),
        "bestuur": SimpleNamespace(naam=longest.bestuur, contact=contact),
        "aanbod": SimpleNamespace(soort=sample.aanbod.soort, tekst=longest.aanbod),
        "teksten": longest_texts(template),
    }
    letter = LetterFields(999_999, longest.namen, (longest.adresregel,) * 6, longest.kinderen)
    yield widest, letter, "Met de langste waarden"
    nothing = SimpleNamespace(dienst=None, telefoon=None, e_mail=None, webpagina=None)
    barest = {
        **values,
        **every,
        "bestuur": SimpleNamespace(naam=sample.bestuur.naam, contact=nothing),
        "teksten": SimpleNamespace(**own_values(template, {})),
    }
    yield barest, sample.letters()[0], "Zonder contactgegevens van het bestuur"
    reachable = SimpleNamespace(**{**vars(contact), "webpagina": None})
    partly = {**widest, "bestuur": SimpleNamespace(naam=longest.bestuur, contact=reachable)}
    yield partly, letter, "Met de langste waarden en zonder webpagina"


def _plain(template: Template, text: str) -> str:
    """The letter's text without its markup, its words parted by one space."""
    words: list[str] = []
    for name, content in zones_of(text):
        keep = template.layout.zones[name].regeleinden == "behouden"
        for chunk in chunks_of(content):
            for paragraph in paragraphs_of(chunk, keep):
                words.append(revealed(paragraph.label))
                words.append(revealed("".join(span.text for span in paragraph.spans)))
    return " ".join(" ".join(words).split())


def _missing(
    template: Template, requirements: Requirements, values: dict[str, Any], said: str, what: str
) -> Iterator[Finding]:
    file, line = _opening(template, template.layout.stroom)
    for required in requirements.verplicht:
        wordings = [" ".join(_SLOT.sub(lambda slot: _slot(values, slot[1]), text).split()) for text in required.een_van]
        if not any(wording in said for wording in wordings):
            yield Finding(
                f'{what}: de brief zegt niet {required.wat}. Schrijf: "{required.een_van[0]}".',
                bestand=file,
                regel=line,
                verwacht=required.een_van[0],
            )


def _placed(template: Template, finding: Finding, what: str) -> Finding:
    """A finding of the composer, at the line that opens the zone it speaks of."""
    zone = _ZONE.search(finding.melding)
    file, line = _opening(template, zone[1] if zone else template.layout.stroom)
    return replace(finding, melding=f"{what}: {finding.melding}", bestand=file, regel=line)


def _opening(template: Template, zone: str) -> tuple[str, int]:
    """The file and line where a zone is opened; the letter's first line for one that no text opens."""
    for name in sorted(template.texts, key=lambda name: name != template.entry):
        for number, text in enumerate(template.texts[name].splitlines(), 1):
            if text.strip() == f":: {zone}":
                return template.shown(name), number
    return template.shown(template.entry), 1


def _slot(values: dict[str, Any], path: str) -> str:
    first, *rest = path.split(".")
    value: Any = values[first]
    for name in rest:
        value = getattr(value, name)
    return str(value)


def _unused(template: Template, proof: Proof) -> Iterator[Finding]:
    """Own texts that someone would write and no letter would print."""
    for name in template.layout.eigen_teksten:
        if f"teksten.{name}" not in proof.fields:
            yield Finding(
                f"De eigen tekst '{name}' staat nergens in de brief. Zet {{{{ teksten.{name} }}}} in de tekst, of haal "
                "ze uit layout.yaml.",
                bestand=template.shown(f"{template.name}/layout.yaml"),
                gevonden=name,
            )


def _forbidden(template: Template, proof: Proof, requirements: Requirements) -> Iterator[Finding]:
    for name in proof.files:
        text = _blanked(template.texts[name])
        for forbidden in requirements.verboden:
            for match in re.finditer(rf"\b{re.escape(forbidden.woord)}\b", text, re.IGNORECASE):
                start = text.rfind("\n", 0, match.start()) + 1
                yield Finding(
                    f"Schrijf niet '{match[0]}': {forbidden.reden}",
                    bestand=template.shown(name),
                    regel=text.count("\n", 0, match.start()) + 1,
                    kolom=match.start() - start + 1,
                    gevonden=match[0],
                )


def _subject(template: Template, requirements: Requirements) -> Iterator[Finding]:
    rules = requirements.onderwerp
    shown = template.shown(template.entry)
    lines = _COMMENT.sub("", template.texts[template.entry]).splitlines()
    number = next((index for index, line in enumerate(lines) if line.startswith("# ")), None)
    if number is None:
        yield Finding("De brief heeft geen onderwerp. Schrijf een regel die met '# ' begint.", bestand=shown, regel=1)
        return
    subject = lines[number][2:].strip()
    line = _line_of(template.texts[template.entry], lines[number])
    for path in _FIELD.findall(subject):
        if path not in rules.velden:
            message = f"Het onderwerp mag veld {path} niet noemen: toegelaten zijn {' en '.join(rules.velden)}."
            yield Finding(message, bestand=shown, regel=line, gevonden=path)
    bare = _CODE.sub("", subject)
    for word in rules.verboden:
        if word in bare.casefold():
            message = f"Het onderwerp verraadt iets over wie de brief krijgt: schrijf het zonder '{word}'."
            yield Finding(message, bestand=shown, regel=line, gevonden=word)
    if len(bare) > rules.hoogstens_tekens:
        message = f"Het onderwerp is langer dan {rules.hoogstens_tekens} tekens. Maak het korter."
        yield Finding(message, bestand=shown, regel=line)


def _line_of(text: str, line: str) -> int:
    return next(number for number, written in enumerate(text.splitlines(), 1) if written == line)


def _blanked(text: str) -> str:
    """The text with comments and template code as spaces, lines and columns kept."""

    def blank(match: re.Match[str]) -> str:
        return "".join("\n" if char == "\n" else " " for char in match[0])

    return _CODE.sub(blank, _COMMENT.sub(blank, text))
