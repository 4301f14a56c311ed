"""The postage sheet: how many pieces of which weight go where, and what the post asks for deposits of that size.

What the post asks is data of the print policy, with how sure it is; nothing here claims to be e-MassPost's own layout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from groeibrief.printshop.destinations import Country, Destination, unknown_destination
from groeibrief.printshop.pieces import Piece
from groeibrief.printshop.policy import PostagePolicy, PrintPolicy

POSTAGE = "portolijst.csv"
# A4: 210 mm by 297 mm is 0.06237 m², so a sheet of one g/m² weighs 62.37 mg.
_SHEET_MG_BY_GSM = (6237, 100)
_HEADER = "soort;golf;afgifte_op;poststuk;vellen;gram;gewichtsklasse;land;sorteerprefix;stukken;gram_totaal"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PostageLine(_Part):
    """Pieces that weigh the same, go the same way and are posted on the same day."""

    golf: int = Field(ge=1, description="De golf waarin deze stukken op de post gaan.")
    afgifte_op: date | None = Field(description="Dag van afgifte.")
    vellen: int = Field(ge=1, description="Vellen per stuk.")
    gram: int = Field(ge=1, description="Gewicht van een stuk met omslag en bijlagen, naar boven afgerond.")
    gewichtsklasse: str = Field(description="Gewichtsklasse, zoals 0-50.")
    land: Country = Field(description="BE, buitenland, of onbekend.")
    sorteerprefix: str = Field(description="Eerste cijfers van de postcode; leeg buiten België.")
    stukken: int = Field(ge=1, description="Aantal stukken.")

    @property
    def total(self) -> int:
        """Grams of all the pieces."""
        return self.gram * self.stukken


class PostageTotal(_Part):
    """A sum over the lines of one weight class and country."""

    gewichtsklasse: str = Field(description="Gewichtsklasse.")
    land: Country = Field(description="BE, buitenland, of onbekend.")
    stukken: int = Field(ge=1, description="Aantal stukken.")
    gram: int = Field(ge=1, description="Gewicht van al deze stukken.")


class Postage(_Part):
    """What is posted, by wave, weight, country and sorting prefix."""

    poststuk: str = Field(description="Formaat van het poststuk.")
    status: str = Field(description="Hoe zeker gewichtsklassen en drempels zijn.")
    regels: tuple[PostageLine, ...] = Field(min_length=1, description="De stukken per golf, gewicht en bestemming.")
    totalen: tuple[PostageTotal, ...] = Field(min_length=1, description="Per gewichtsklasse en land.")
    waarschuwingen: tuple[str, ...] = Field(description="Wat de post vraagt en hier niet vanzelf in orde is.")

    def as_csv(self) -> bytes:
        """The sheet as a table: a row for each line, for each total, and one for all."""
        rows = [
            f"regel;{line.golf};{line.afgifte_op or ''};{self.poststuk};{line.vellen};{line.gram};"
            f"{line.gewichtsklasse};{line.land};{line.sorteerprefix};{line.stukken};{line.total}"
            for line in self.regels
        ]
        rows += [
            f"totaal_klasse;;;{self.poststuk};;;{total.gewichtsklasse};{total.land};;{total.stukken};{total.gram}"
            for total in self.totalen
        ]
        pieces, grams = sum(line.stukken for line in self.regels), sum(line.total for line in self.regels)
        return "\n".join((_HEADER, *rows, f"totaal;;;{self.poststuk};;;;;;{pieces};{grams}", "")).encode()


def piece_grams(sheets: int, insert_grams: int, policy: PostagePolicy) -> int:
    """What a piece weighs, in whole grams, rounded up: paper, envelope and inserts."""
    numerator, denominator = _SHEET_MG_BY_GSM
    milligrams = -(-sheets * policy.papier_g_per_m2 * numerator // denominator)
    return -(-milligrams // 1000) + policy.omslag_g + insert_grams


def weight_class(grams: int, policy: PostagePolicy) -> str:
    """The class of a weight: ``0-50``, ``51-100`` …; past the last bound ``boven 2000``."""
    low = 0
    for bound in policy.gewichtsklassen_g:
        if grams <= bound:
            return f"{low}-{bound}"
        low = bound + 1
    return f"boven {policy.gewichtsklassen_g[-1]}"


def make_postage(
    pieces: Sequence[Piece],
    destinations: Mapping[int, Destination],
    waves: Mapping[str, tuple[int, date | None]],
    insert_grams: int,
    policy: PrintPolicy,
    group: str | None,
) -> Postage:
    """Count what is posted. *waves*: the wave and date of each batch file; *group*: a deposit shared with others."""
    counted: Counter[tuple[int, int, str, str]] = Counter()
    for piece in pieces:
        where = destinations.get(piece.sequence) or unknown_destination(piece.sequence)
        prefix = where.postcode[: policy.port.sorteercijfers]
        counted[waves[piece.file][0], policy.sheets(piece.pages), where.country, prefix] += 1
    dates = dict(waves.values())
    lines = []
    for (wave, sheets, country, prefix), number in sorted(counted.items()):
        grams = piece_grams(sheets, insert_grams, policy.port)
        line = PostageLine.model_validate(
            {
                "golf": wave, "afgifte_op": dates[wave], "vellen": sheets, "gram": grams,
                "gewichtsklasse": weight_class(grams, policy.port), "land": country, "sorteerprefix": prefix,
                "stukken": number,
            }
        )  # fmt: skip
        lines.append(line)
    return Postage(
        poststuk=policy.port.poststuk,
        status=policy.port.status,
        regels=tuple(lines),
        totalen=postage_totals(lines),
        waarschuwingen=tuple(_warnings(lines, policy.port, group)),
    )


def postage_totals(lines: Iterable[PostageLine]) -> tuple[PostageTotal, ...]:
    """Add lines up by weight class and country, lightest first."""
    sums: dict[tuple[str, Country], tuple[int, int]] = {}
    for line in sorted(lines, key=lambda line: (line.gram, line.land)):
        number, grams = sums.get((line.gewichtsklasse, line.land), (0, 0))
        sums[line.gewichtsklasse, line.land] = number + line.stukken, grams + line.total
    return tuple(
        PostageTotal(gewichtsklasse=name, land=country, stukken=number, gram=grams)
        for (name, country), (number, grams) in sums.items()
    )


def _warnings(lines: Sequence[PostageLine], policy: PostagePolicy, group: str | None) -> Iterator[str]:
    sure = f"({policy.status})"
    by_wave: Counter[int] = Counter()
    for line in lines:
        by_wave[line.golf] += line.stukken
    for wave, number in sorted(by_wave.items()):
        if group is None:
            yield from threshold_warnings(f"Golf {wave}" if len(by_wave) > 1 else "De opdracht", number, policy)
    if group is not None:
        yield (
            f"Deze opdracht wordt samen met andere afgegeven ('{group}'): tel met 'groeibrief package deposit' of de "
            f"stukken samen de drempels van MassPost halen {sure}."
        )
    heaviest = policy.gewichtsklassen_g[-1]
    if any(line.gram > heaviest for line in lines):
        yield f"Een stuk weegt meer dan {heaviest} gram en valt in geen gewichtsklasse {sure}."
    abroad = sum(line.stukken for line in lines if line.land == "buitenland")
    if abroad:
        yield f"Stukken voor buiten België: {abroad}. Geef ze apart af {sure}."
    unknown = sum(line.stukken for line in lines if line.land == "onbekend")
    if unknown:
        yield f"Stukken zonder bekende bestemming: {unknown}. Sorteer ze op het adres {sure}."


def threshold_warnings(what: str, pieces: int, policy: PostagePolicy) -> Iterator[str]:
    """What the post asks of a deposit of so many pieces; *what* begins the sentence."""
    sure, counted = f"({policy.status})", "1 stuk" if pieces == 1 else f"{pieces} stukken"
    if pieces < policy.minstens_stukken:
        yield (
            f"{what} telt {counted}; MassPost begint bij {policy.minstens_stukken} per afgifte {sure}. Geef "
            "kleine opdrachten samen af met --deposit, of frankeer ze apart."
        )
    if pieces > policy.aankondigen_boven:
        yield (
            f"{what} telt {counted}; boven {policy.aankondigen_boven} op één dag kondigt u ze "
            f"{policy.aankondigen_dagen} dagen vooraf aan {sure}."
        )
