"""What the noise does to the answers: tables and plots in ``docs/telling-en-privacy.md``, from a synthetic Flanders.

``python tests/bench/utility.py [--families N]`` counts the standard audiences exactly in each municipality, and
computes for each count, over all that the noise can be, how far the answer that is shown lies from it. No noise is
drawn, so that the same snapshot gives the same figures; the text between the markers and the plots are replaced.
"""

from __future__ import annotations

import argparse
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ground import DAY, ROOT, Ground, make_ground
from plots import bars, curves

from groeibrief.catalog import find_project
from groeibrief.disclosure import DisclosurePolicy, load_disclosure_policy
from groeibrief.disclosure.answer import estimate
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.language.definition import Binding
from groeibrief.language.loading import Document
from groeibrief.language.standard import published
from groeibrief.query import Age, DomicileOf, Question, Sort

PAGE = ROOT / "docs" / "telling-en-privacy.md"
PLOTS = ROOT / "docs" / "beelden"
BEGIN, END = "<!-- begin nut: tests/bench/utility.py -->", "<!-- einde nut -->"
CLASSES = (("tot 2.000", 0), ("2.000 tot 4.000", 2_000), ("4.000 tot 8.000", 4_000), ("vanaf 8.000", 8_000))
"""Size classes of municipalities, by gezinnen with a child under 25."""
COLOURS = ("#1b6ca8", "#d1603d", "#3a7d44", "#7d4e9e")


@dataclass
class Errors:
    """A distribution of distances between what is shown and the exact count; probabilities, not draws."""

    below: float = 0.0
    wrongly_below: float = 0.0
    total: float = 0.0
    inside: float = 0.0
    at: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def shown(self) -> float:
        return self.total - self.below

    @property
    def mean(self) -> float:
        return sum(far * chance for far, chance in self.at.items()) / self.shown

    def within(self, far: int) -> float:
        return sum(chance for off, chance in self.at.items() if off <= far) / self.shown

    @property
    def p95(self) -> int:
        return next(far for far in sorted(self.at) if self.within(far) >= 0.95)


def noise(sigma: Fraction) -> list[tuple[int, float]]:
    """The discrete Gaussian, as far as anything can be seen of it."""
    reach = math.ceil(8 * sigma)
    weights = [(step, math.exp(-(step**2) / (2 * float(sigma) ** 2))) for step in range(-reach, reach + 1)]
    total = sum(weight for _, weight in weights)
    return [(step, weight / total) for step, weight in weights]


def errors(exact: Iterable[int], sigma: Fraction, policy: DisclosurePolicy) -> Errors:
    """How far the shown answers lie from these counts."""
    found, table = Errors(), noise(sigma)
    for count in exact:
        for step, chance in table:
            shown = estimate(count + step, sigma, policy)
            found.total += chance
            if shown.below is not None:
                found.below += chance
                found.wrongly_below += chance * (count >= shown.below)
            else:
                found.at[abs(shown.about - count)] += chance
                found.inside += chance * (shown.low <= count <= shown.high)
    return found


@dataclass(frozen=True)
class Counted:
    """Of one municipality and one audience: gezinnen, children with at most three of a gezin, and the size class."""

    audience: str
    size: str
    families: int
    children: int


def counts(ground: Ground) -> Iterator[Counted]:
    """The exact counts of every standard audience in every municipality."""
    engine = DuckDBEngine(ground.store, ground.catalogue)
    codes = tuple(row.nis for row in ground.catalogue.municipalities.valid_on(DAY))
    everyone = Question(Sort.KIND, DAY, codes, DomicileOf.KIND, Age(Sort.KIND, at_most=24))
    sizes = {row["nis"]: row["gezinnen"] for row in engine.count_by_municipality(everyone).to_pylist()}
    for path in published(find_project()):
        document = Document(path, ground.catalogue, find_project())
        alike: dict[Question, list[str]] = defaultdict(list)
        for code in codes:
            question = document.bind(Binding((code,), DAY)).question
            alike[replace(question, municipalities=("-",))].append(code)
        for question, places in alike.items():
            for row in engine.count_by_municipality(replace(question, municipalities=tuple(places))).to_pylist():
                size = CLASSES[bisect_right([least for _, least in CLASSES], sizes[row["nis"]]) - 1][0]
                yield Counted(path.stem, size, row["gezinnen"], row["kinderen_begrensd"])


def number(value: float, decimals: int = 1) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def share(value: float) -> str:
    return f"{100 * value:.0f} %"


def line(what: str, found: Errors, *more: str) -> str:
    cells = [
        number(found.mean),
        str(found.p95),
        share(found.within(5)),
        share(found.within(10)),
        share(found.inside / found.shown),
        share(found.below / found.total),
        share(found.wrongly_below / found.total),
    ]
    return f"| {' | '.join([what, *more, *cells])} |"


HEADS = "gemiddelde fout | 95 op 100 binnen | binnen 5 | binnen 10 | binnen de marge | “minder dan 10” | ten onrechte"
NUMBERS = "---:|" * 7


def tables(found: list[Counted], policy: DisclosurePolicy) -> str:
    """The tables in Markdown."""
    ordinary, standard = policy.sigma(sensitive=False, children=False), Fraction(policy.ruis.standaard)
    kinds = {
        "eigen vraag": (ordinary, False),
        "eigen vraag, gevoelige bron": (policy.sigma(sensitive=True, children=False), False),
        "standaarddoelgroep": (standard, False),
        "kinderen, eigen vraag": (policy.sigma(sensitive=False, children=True), True),
    }
    lines = [f"| soort antwoord | {HEADS} |", f"|---|{NUMBERS}"]
    for what, (sigma, children) in kinds.items():
        exact = [row.children if children else row.families for row in found]
        lines.append(line(f"{what} (σ {int(sigma)})", errors(exact, sigma, policy)))
    for title, sigma in (("Standaarddoelgroepen", standard), ("Eigen vragen", ordinary)):
        lines += ["", f"{title} (σ {int(sigma)}), per grootte van de gemeente (gezinnen met een kind onder 25):", ""]
        lines += [
            f"| gezinnen in de gemeente | antwoorden | mediaan aantal | {HEADS} |",
            f"|---|---:|---:|{NUMBERS}",
        ]
        for size, _ in CLASSES:
            rows = sorted(row.families for row in found if row.size == size)
            lines.append(line(size, errors(rows, sigma, policy), str(len(rows)), str(rows[len(rows) // 2])))
    lines += ["", "Standaarddoelgroepen (σ 8), per doelgroep over alle gemeenten:", ""]
    lines += [f"| doelgroep | mediaan aantal | {HEADS} |", f"|---|---:|{NUMBERS}"]
    for audience in sorted({row.audience for row in found}):
        rows = sorted(row.families for row in found if row.audience == audience)
        lines.append(line(audience, errors(rows, standard, policy), str(rows[len(rows) // 2])))
    return "\n".join(lines)


def plots(found: list[Counted], policy: DisclosurePolicy) -> dict[str, str]:
    """The plots, as SVG by file name."""
    families = [row.families for row in found]
    reach = list(range(0, 31))
    series = {
        f"{what} (σ {sigma})": [(float(far), within.within(far)) for far in reach]
        for what, sigma in (("eigen vraag", 4), ("gevoelige bron", 6), ("standaarddoelgroep", 8))
        for within in [errors(families, Fraction(sigma), policy)]
    }
    relative: dict[str, list[tuple[str, float]]] = {}
    for sigma, what in ((4, "eigen vraag"), (8, "standaarddoelgroep")):
        relative[what] = []
        for size, _ in CLASSES:
            rows = [row.families for row in found if row.size == size]
            relative[what].append((size, errors(rows, Fraction(sigma), policy).below / len(rows)))
    return {
        "telling-afwijking.svg": curves(
            "Hoe ver het getoonde getal van het echte ligt",
            "hoogstens zoveel gezinnen ernaast",
            "aandeel van de getoonde getallen",
            series,
            COLOURS,
        ),
        "telling-minder-dan-10.svg": bars(
            "Hoe vaak het antwoord “minder dan 10” is",
            "gezinnen met een kind onder 25 in de gemeente",
            "aandeel van de antwoorden",
            relative,
            COLOURS,
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=int, help="gezinnen van de synthetische snapshot; zonder: heel Vlaanderen")
    ground = make_ground(parser.parse_args().families)
    policy, found = load_disclosure_policy(find_project()), list(counts(ground))
    places = len(found) // len({row.audience for row in found})
    told = (
        f"Berekend op een synthetische snapshot ({ground.store.id}), {places} gemeenten × "
        f"{len(found) // places} standaarddoelgroepen, over alles wat de ruis kan zijn. De fout is het verschil, in "
        "gezinnen of kinderen, tussen het getoonde (afgeronde) getal en het echte; ze geldt, zoals de vier kolommen "
        "ernaast, voor de antwoorden waarin een getal staat. De laatste twee kolommen gelden voor alle antwoorden; "
        "“ten onrechte”: “minder dan 10” terwijl het er 10 of meer zijn."
    )
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{told}\n\n{tables(found, policy)}\n{END}{after}")
    for name, svg in plots(found, policy).items():
        (PLOTS / name).write_text(svg)


if __name__ == "__main__":
    main()
