"""What a letter gives away: above the fold, where others may read it, and on a form, which the authority receives.

Each field gets a word of its own, the letter is set with those, and where the words stand is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product
from types import SimpleNamespace
from typing import Any

from groeibrief.errors import Finding
from groeibrief.letters.composer import Article, Composer, Mailing
from groeibrief.letters.fields import FIELDS, LetterFields
from groeibrief.letters.layout import Zone
from groeibrief.letters.owntexts import KINDS
from groeibrief.letters.proof import Proof
from groeibrief.letters.template import Template
from groeibrief.letters.typesetting import MM_PER_POINT

_SAMPLE_DATE = date(2025, 1, 1)
_OFFERS = ("toelage", "korting", "dienstverlening")
_CONTACTS = ("dienst", "telefoon", "e_mail", "webpagina")
# With and without each way to reach the authority, as templates ask for them.
_PRESENT = (
    frozenset(_CONTACTS),
    frozenset(("dienst", "telefoon", "e_mail")),
    frozenset(("webpagina",)),
    frozenset[str](),
)


def revelations(
    template: Template,
    proof: Proof,
    sources: Iterable[str],
    above: Iterable[str],
    form: Iterable[str],
    words: Iterable[str],
) -> Iterator[Finding]:
    """The fields and words that stand where they give something away.

    *above* and *form* are the fields that may stand above the fold and on a form; none of *words* may. Raises
    DefinitionError when the letter cannot be set.
    """
    own = tuple(f"teksten.{name}" for name in template.layout.eigen_teksten)
    tokens = {path: f"Q{number:03d}q" for number, path in enumerate([*_paths(sources), *own], 1)}
    offers = _OFFERS if "aanbod.soort" in proof.fields else _OFFERS[:1]
    allowed_above, allowed_form, forbidden = tuple(above), tuple(form), tuple(words)
    # Without its own texts, what follows them stands higher on the page.
    said = (frozenset(own), frozenset[str]()) if own else (frozenset[str](),)
    for present, written, offer in product(_PRESENT, said, offers):
        values = _values(tokens, present | written, offer)
        composer = Composer(template, values, Mailing(_SAMPLE_DATE, tokens["kenmerk"], False))
        article = composer.article(_letter(tokens))
        yield from _found(template, proof, _above_fold(template, article), tokens, allowed_above, forbidden, _ABOVE)
        yield from _found(template, proof, _on_form(article), tokens, allowed_form, forbidden, _FORM)
        yield from _misplaced(template, proof, article, {path: tokens[path] for path in written})


_ABOVE = (
    "Veld {found} kan boven de vouw staan, waar anderen het eerst lezen. Zet het lager; toegelaten zijn {allowed}.",
    "Boven de vouw staat '{found}': dat verraadt iets over wie de brief krijgt. Schrijf het anders of zet het lager.",
)
_FORM = (
    "De strook noemt veld {found}, maar ze gaat naar het bestuur. Laat het weg; toegelaten zijn {allowed}.",
    "Op de strook staat '{found}': dat verraadt iets over wie ze invult. Schrijf het anders.",
)


def _found(
    template: Template,
    proof: Proof,
    text: str,
    tokens: dict[str, str],
    allowed: tuple[str, ...],
    words: tuple[str, ...],
    messages: tuple[str, str],
) -> Iterator[Finding]:
    lowered = text.casefold()
    for path, token in tokens.items():
        if token.casefold() in lowered and path not in allowed:
            message = messages[0].format(found=path, allowed=", ".join(allowed))
            yield _finding(template, proof, path, message)
    for word in words:
        if word in lowered:
            yield _finding(template, proof, word, messages[1].format(found=word))


def _misplaced(template: Template, proof: Proof, article: Article, own: dict[str, str]) -> Iterator[Finding]:
    """Own texts where their longest length is not proved: outside the flowing text, or in a row or a heading."""
    for part in article.parts:
        for block in (placed.block for page in part.pages for placed in page):
            text = "".join(run.text for line in block.lines for run in line.runs)
            if part.name == template.layout.stroom and block.kind in KINDS:
                continue
            for path in sorted(path for path, token in own.items() if token in text):
                message = (
                    f"De eigen tekst {path} staat niet in een gewone alinea, een citaat of een punt van zone "
                    f"'{template.layout.stroom}'. Zet ze daar: alleen daar is bewezen dat ze past."
                )
                yield _finding(template, proof, path, message)


def _finding(template: Template, proof: Proof, found: str, message: str) -> Finding:
    """At the first place that has it, in the letter's own text or one that it includes."""
    for name in sorted(proof.files, key=lambda name: name != template.entry):
        for number, line in enumerate(template.texts[name].splitlines(), 1):
            if match := re.search(re.escape(found), line, re.IGNORECASE):
                return Finding(message, template.shown(name), number, match.start() + 1, gevonden=match[0])
    return Finding(message, template.shown(template.entry), 1, gevonden=found)


def _above_fold(template: Template, article: Article) -> str:
    """The text of page 1 above the first fold, the address aside."""
    folds = template.layout.vouwtekens
    texts = []
    for part in article.parts:
        for placed in part.pages[0] if folds and part.name != "adres" else ():
            texts += [
                "".join(run.text for run in line.runs)
                for line in placed.block.lines
                if placed.y + line.y - line.size * MM_PER_POINT < min(folds)
            ]
    return " ".join(texts)


def _on_form(article: Article) -> str:
    return " ".join(
        "".join(run.text for run in line.runs)
        for part in article.parts
        if isinstance(part.area, Zone) and part.area.formulier
        for page in part.pages
        for placed in page
        for line in placed.block.lines
    )


def _paths(sources: Iterable[str]) -> list[str]:
    return [
        *(field.path for field in FIELDS if field.path != "aanbod.soort"),
        *(f"bron.{source}" for source in sources),
    ]


def _values(tokens: dict[str, str], present: frozenset[str], offer: str) -> dict[str, Any]:
    lists = {field.path for field in FIELDS if field.kind.value == "lijst"}
    tree: dict[str, Any] = {}
    for path, token in tokens.items():
        *parents, last = path.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = [token] if path in lists else token
    contact = tree["bestuur"]["contact"]
    contact["webpagina"] = f"www.{contact['webpagina']}.be"
    for way in _CONTACTS:
        contact[way] = contact[way] if way in present else None
    for name in tree.setdefault("teksten", {}):
        tree["teksten"][name] = tree["teksten"][name] if f"teksten.{name}" in present else None
    tree["aanbod"]["soort"] = offer
    return {name: _spaces(value) for name, value in tree.items()}


def _spaces(value: Any) -> Any:
    if isinstance(value, dict):
        return SimpleNamespace(**{name: _spaces(inner) for name, inner in value.items()})
    return value


def _letter(tokens: dict[str, str]) -> LetterFields:
    address = tokens["ontvanger.adresregels"]
    return LetterFields(1, tokens["ontvanger.namen"], (address, address), (tokens["kinderen"],))
