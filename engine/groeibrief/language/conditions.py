"""Reading conditions: one keyword a mapping, each about a kind, a gezin or a begunstigde."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from groeibrief.catalog import Catalogue
from groeibrief.documents import Mapping, Node, Scalar
from groeibrief.errors import closest
from groeibrief.language import values
from groeibrief.language.faults import BLOCKED, FORM, RANGE, SORT, SUPERFLUOUS, VALUE, Faults, Place, one_of
from groeibrief.language.fields import read_fields
from groeibrief.language.periods import WORDS, read_period, reversed_range
from groeibrief.language.places import read_municipalities, read_postcodes
from groeibrief.language.wording import enumeration, long_date
from groeibrief.query import (
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
    Sort,
)

if TYPE_CHECKING:
    from groeibrief.language.begrippen import NamedConditions

JOINING = ("en", "of", "niet", "begrip")
KEYWORDS = {
    Sort.KIND: (*JOINING, "leeftijd", "leeftijd_in_maanden", "geboren", "heeft", "woont_in", "gezin"),
    Sort.BEGUNSTIGDE: (*JOINING, "leeftijd", "leeftijd_in_maanden", "woont_in"),
    Sort.GEZIN: (*JOINING, "kinderen", "kinderen_in_dossier", "begunstigden", "uitbetaler"),
}
ALL_KEYWORDS = tuple(dict.fromkeys(word for words in KEYWORDS.values() for word in words))
_WITH_ARTICLE = {Sort.KIND: "een kind", Sort.GEZIN: "een gezin", Sort.BEGUNSTIGDE: "een begunstigde"}
_HAS_NOT = {
    "leeftijd": "geen leeftijd",
    "leeftijd_in_maanden": "geen leeftijd",
    "geboren": "geen geboortedatum",
    "heeft": "zelf geen bron",
    "woont_in": "zelf geen woonplaats",
    "kinderen": "zelf geen kinderen",
    "kinderen_in_dossier": "zelf geen kinderen",
    "begunstigden": "zelf geen begunstigden",
    "uitbetaler": "zelf geen uitbetaler",
}
_PersonSort = Literal[Sort.KIND, Sort.BEGUNSTIGDE]
_End = TypeVar("_End", int, date)
MAX_YEARS = 150
MAX_COUNT = 99


@dataclass(frozen=True, slots=True)
class Written:
    """A condition as written: the node, its place, and the parts inside it, in written order."""

    condition: Condition
    place: Place
    parts: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads conditions of one file; ``on`` is the reference date, ``begrippen`` finds named conditions."""

    faults: Faults
    catalogue: Catalogue
    on: date
    begrippen: NamedConditions

    def read(self, node: Node, sort: Sort) -> Written | None:
        """Read one condition about *sort*. Everything that is wrong is reported; then None."""
        if values.open_reference(node):
            return None
        words = KEYWORDS[sort]
        if not isinstance(node, Mapping) or not node.entries:
            self.faults.add(
                FORM, node, f"Hier hoort een voorwaarde over {_WITH_ARTICLE[sort]} te staan.", verwacht=one_of(words)
            )
            return None
        if len(node.entries) > 1:
            names = [key.text for key, _ in node.entries]
            known = [name for name in names if name in ALL_KEYWORDS]
            if len(known) == len(names):
                self.faults.add(
                    FORM,
                    node.entries[1][0],
                    f"Hier staan {len(names)} voorwaarden samen ({enumeration(names)}): "
                    "zet ze als lijst onder `en: […]`.",
                    gevonden=", ".join(names),
                    verwacht="en: […]",
                )
                for key, value in node.entries:
                    self._one(node, key, value, sort)
            else:
                for key, _ in node.entries:
                    if key.text not in known:
                        self._unknown(key, sort)
            return None
        key, value = node.entries[0]
        return self._one(node, key, value, sort)

    def _one(self, node: Mapping, key: Scalar, value: Node, sort: Sort) -> Written | None:
        word = key.text
        if word not in ALL_KEYWORDS:
            self._unknown(key, sort)
            return None
        if word not in KEYWORDS[sort]:
            self.faults.add(SORT, key, wrong_sort(word, sort), verwacht=one_of(KEYWORDS[sort]))
            return None
        if isinstance(value, Scalar) and value.value is None:
            self.faults.add(FORM, value, f"'{word}' heeft geen waarde. Vul ze in of schrap de regel.")
            return None
        place = self.faults.place(key)
        match word:
            case "en" | "of":
                return self._joined(And if word == "en" else Or, word, value, sort, place)
            case "niet":
                part = self.read(value, sort)
                return None if part is None else Written(Not(part.condition), place, (part,))
            case "begrip":
                return self.begrippen.read(self, value, sort, place)
            case "gezin":
                part = self.read(value, Sort.GEZIN)
                return None if part is None else Written(InFamily(part.condition), place, (part,))
            case "kinderen":
                return self._counted(Children, word, value, Sort.KIND, place)
            case "begunstigden":
                return self._counted(Beneficiaries, word, value, Sort.BEGUNSTIGDE, place)
        condition = self._leaf(word, value, sort)
        return None if condition is None else Written(condition, place)

    def _unknown(self, key: Scalar, sort: Sort) -> None:
        self.faults.add(
            FORM,
            key,
            f"De voorwaarde '{key.text}' bestaat niet.",
            verwacht=one_of(KEYWORDS[sort]),
            bedoelde=closest(key.text, KEYWORDS[sort]) or closest(key.text, ALL_KEYWORDS),
        )

    def _joined(self, make: type[And] | type[Or], word: str, value: Node, sort: Sort, place: Place) -> Written | None:
        items = values.listed(self.faults, value, word)
        parts = [self.read(item, sort) for item in items]
        read = tuple(part for part in parts if part is not None)
        if not items or len(read) < len(items):
            return None
        return Written(make(tuple(part.condition for part in read)), place, read)

    def _counted(
        self, make: type[Children] | type[Beneficiaries], word: str, value: Node, sort: Sort, place: Place
    ) -> Written | None:
        parts = values.mapping(self.faults, value, word, ("minstens", "hoogstens", "precies", "die"))
        if parts is None:
            return None
        count = self._count(value, word, parts)
        which = self.read(parts["die"], sort) if "die" in parts else None
        if count is None or (which is None and "die" in parts):
            return None
        if which is None:
            return Written(make(count), place)
        return Written(make(count, which.condition), place, (which,))

    def _count(self, node: Node, word: str, parts: dict[str, Node]) -> Count | None:
        bounds: dict[str, int] = {}
        given = [key for key in ("minstens", "hoogstens", "precies") if key in parts]
        if not given:
            if isinstance(node, Mapping) and not any(node.get(key) for key in ("minstens", "hoogstens", "precies")):
                self.faults.add(
                    FORM,
                    node,
                    f"Zeg bij '{word}' hoeveel: 'minstens', 'hoogstens' of 'precies'.",
                    verwacht=one_of(("minstens", "hoogstens", "precies")),
                )
            return None
        for key in given:
            bound = values.integer(self.faults, parts[key], key, 0, MAX_COUNT)
            if key == "minstens" and bound == 0:
                self.faults.add(
                    RANGE,
                    parts[key],
                    "'minstens: 0' is altijd waar: schrijf minstens 1, of schrap de voorwaarde.",
                    verwacht="minstens 1",
                )
            elif bound is not None:
                bounds[key] = bound
        if len(bounds) < len(given):
            return None
        count = Count(bounds.get("minstens"), bounds.get("hoogstens"), bounds.get("precies"))
        if count.high is not None and count.low > count.high:
            told = enumeration(f"{key} {bounds[key]}" for key in given)
            self.faults.add(RANGE, node, f"Samen kan dit nooit: {told}. Pas een van de grenzen aan.", gevonden=told)
            return None
        return count

    def _leaf(self, word: str, value: Node, sort: Sort) -> Condition | None:
        match word:
            case "leeftijd" | "leeftijd_in_maanden":
                return self._age(word, value, sort)
            case "geboren":
                return self._born(value)
            case "heeft":
                return self._has(value)
            case "woont_in":
                return self._lives_in(value, sort)
            case "kinderen_in_dossier":
                bounds = ("minstens", "hoogstens", "precies")
                parts = values.mapping(self.faults, value, word, bounds)
                count = None if parts is None else self._count(value, word, parts)
                return None if count is None else ChildrenInDossier(count)
            case "uitbetaler":
                return self._payer(value)
        raise AssertionError(f"Unhandled keyword: {word}")

    def _age(self, word: str, value: Node, sort: Sort) -> Age | None:
        largest = MAX_YEARS * (12 if word == "leeftijd_in_maanden" else 1)
        low, high, understood = self._range(
            value, word, lambda node, key: values.integer(self.faults, node, key, 0, largest)
        )
        if not understood:
            return None
        return Age(cast(_PersonSort, sort), low, high, "jaar" if word == "leeftijd" else "maand")

    def _born(self, value: Node) -> Born | None:
        first, last, understood = self._range(value, "geboren", lambda node, key: values.day(self.faults, node, key))
        return Born(first, last) if understood else None

    def _range(
        self, node: Node, word: str, read: Callable[[Node, str], _End | None]
    ) -> tuple[_End | None, _End | None, bool]:
        """The two ends of ``{van, tot_en_met}``, and whether they could be read and make a range."""
        parts = values.mapping(self.faults, node, word, ("van", "tot_en_met"))
        if parts is None:
            return None, None, False
        if isinstance(node, Mapping) and not node.entries:
            advice = f"Geef bij '{word}' minstens één grens: 'van' of 'tot_en_met'."
            self.faults.add(FORM, node, advice, verwacht=one_of(("van", "tot_en_met")))
        bounds = {key: read(part, key) for key, part in parts.items()}
        if not bounds or None in bounds.values():
            return None, None, False
        low, high = bounds.get("van"), bounds.get("tot_en_met")
        if low is not None and high is not None and low > high:
            told = [long_date(end) if isinstance(end, date) else end for end in (low, high)]
            reversed_range(self.faults, node, word, *told)
            return None, None, False
        return low, high, True

    def _has(self, value: Node) -> Has | None:
        sources = self.catalogue.sources
        parts = values.mapping(self.faults, value, "heeft", ("bron", *WORDS, "met"), ("bron",))
        if parts is None or "bron" not in parts:
            return None
        key = values.choice(
            self.faults, parts["bron"], "bron", sources, melding=f"De bron '{_text(parts['bron'])}' bestaat niet."
        )
        if key is None:
            return None
        source = sources[key]
        if source.verwerkingsgrond is None:
            self.faults.add(
                BLOCKED,
                parts["bron"],
                f"De bron '{key}' is geblokkeerd: de catalogus noemt geen verwerkingsgrond. "
                "Vraag de DPO om er een vast te leggen.",
            )
        period = read_period(self.faults, value, parts, source, self.on)
        before = len(self.faults.found)
        where = read_fields(self.faults, parts["met"], source) if "met" in parts else ()
        if period is None or len(self.faults.found) > before:
            return None
        return Has(key, period, where)

    def _lives_in(self, value: Node, sort: Sort) -> LivesIn | None:
        parts = values.mapping(self.faults, value, "woont_in", ("gemeenten", "postcodes", "op"))
        if parts is None:
            return None
        if isinstance(value, Mapping) and not (value.get("gemeenten") or value.get("postcodes")):
            advice = "Zeg bij 'woont_in' waar: 'gemeenten' of 'postcodes'."
            self.faults.add(FORM, value, advice, verwacht=one_of(("gemeenten", "postcodes")))
            return None
        before = len(self.faults.found)
        municipalities: tuple[str, ...] = ()
        postcodes: tuple[str, ...] = ()
        if "gemeenten" in parts:
            known = self.catalogue.municipalities
            municipalities = read_municipalities(self.faults, parts["gemeenten"], known, self.on)
        if "postcodes" in parts:
            postcodes = read_postcodes(self.faults, parts["postcodes"])
        on = values.day(self.faults, parts["op"], "op") if "op" in parts else None
        if len(self.faults.found) > before or not (municipalities or postcodes) or (on is None and "op" in parts):
            return None
        return LivesIn(cast(_PersonSort, sort), municipalities, postcodes, on)

    def _payer(self, value: Node) -> Payer | None:
        parts = values.mapping(self.faults, value, "uitbetaler", ("een_van",), ("een_van",))
        if not parts:
            return None
        known = payers(self.catalogue)
        chosen: list[str] = []
        items = values.listed(self.faults, parts["een_van"], "een_van")
        for item in items:
            melding = f"De uitbetaler '{_text(item)}' bestaat niet."
            word = values.choice(self.faults, item, "een_van", known, code=VALUE, melding=melding)
            if word in chosen:
                self.faults.add(SUPERFLUOUS, item, f"'{word}' staat twee keer in deze lijst. Schrap er één.")
            elif word is not None:
                chosen.append(word)
        return Payer(tuple(chosen)) if chosen and len(chosen) == len(items) else None


def wrong_sort(word: str, sort: Sort) -> str:
    """Say that *word* is not about *sort*, and how to write it."""
    if word == "gezin":
        if sort is Sort.GEZIN:
            return "deze voorwaarde gaat al over een gezin: laat `gezin:` weg"
        return "een begunstigde kan niet naar zijn gezin verwijzen: zet de voorwaarde naast `begunstigden:`"
    inner = f"{{{word}: …}}"
    if word in KEYWORDS[Sort.GEZIN] and sort is Sort.KIND:
        return f"een kind heeft {_HAS_NOT[word]}: schrijf `gezin: {inner}`"
    if sort is Sort.GEZIN:
        return f"een gezin heeft {_HAS_NOT[word]}: schrijf `kinderen: {{minstens: 1, die: {inner}}}`"
    if word == "geboren":
        return "van een begunstigde wordt de geboortedatum niet bevraagd: schrijf `leeftijd: {van: …}`"
    if word == "heeft":
        return (
            "een begunstigde heeft zelf geen bron, een kind wel: "
            "schrijf `kinderen: {minstens: 1, die: {heeft: …}}` naast `begunstigden:`"
        )
    return f"een begunstigde heeft {_HAS_NOT[word]}: zet `{word}:` naast `begunstigden:`"


def payers(catalogue: Catalogue) -> tuple[str, ...]:
    """The payers that the catalogue lists."""
    return next((tuple(one.waarden or ()) for one in catalogue.parameters if one.woord == "uitbetaler"), ())


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else "…"


def relocated(written: Written, place: Place) -> Written:
    """The same condition, every part of it at *place*: a named condition stands where it is called."""
    return replace(written, place=place, parts=tuple(relocated(part, place) for part in written.parts))
