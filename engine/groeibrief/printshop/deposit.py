"""One deposit of several jobs: the common postage sheet of packages that share a name, so that small ones count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from groeibrief.errors import RefusedError
from groeibrief.printshop.policy import PostagePolicy
from groeibrief.printshop.postage import PostageTotal, postage_totals, threshold_warnings
from groeibrief.printshop.ticket import JobTicket

_HEADER = "soort;afgifte;afgifte_op;poststuk;gewichtsklasse;gram;land;sorteerprefix;stukken;gram_totaal;opdrachten"
# What is posted alike: day, format, class, grams, country, prefix.
_Alike = tuple[str, str, str, int, str, str]


@dataclass(frozen=True, slots=True)
class Deposit:
    """What is handed to the post together.

    ``days``: pieces by posting date (None: not known). ``lines``: pieces and jobs of what is posted alike.
    """

    name: str
    jobs: tuple[str, ...]
    days: Mapping[date | None, int]
    lines: tuple[tuple[_Alike, int, tuple[str, ...]], ...]
    totals: tuple[PostageTotal, ...]
    warnings: tuple[str, ...]
    synthetic: bool

    @property
    def pieces(self) -> int:
        """All pieces."""
        return sum(self.days.values())

    def as_csv(self) -> bytes:
        """The common postage sheet."""
        rows = [
            f"regel;{self.name};{day};{kind};{name};{grams};{country};{prefix};{number};{grams * number};"
            f"{' '.join(jobs)}"
            for (day, kind, name, grams, country, prefix), number, jobs in self.lines
        ]
        rows += [
            f"totaal_klasse;{self.name};;;{total.gewichtsklasse};;{total.land};;{total.stukken};{total.gram};"
            for total in self.totals
        ]
        grams = sum(total.gram for total in self.totals)
        return "\n".join((_HEADER, *rows, f"totaal;{self.name};;;;;;;{self.pieces};{grams};", "")).encode()

    def as_json(self) -> dict[str, object]:
        """The JSON form, with Dutch keys."""
        return {
            "afgifte": self.name,
            "opdrachten": list(self.jobs),
            "synthetisch": self.synthetic,
            "stukken": self.pieces,
            "dagen": [
                {"afgifte_op": day.isoformat() if day else None, "stukken": number} for day, number in self.days.items()
            ],
            "totalen": [total.model_dump() for total in self.totals],
            "waarschuwingen": list(self.warnings),
        }


def common_deposit(tickets: Sequence[JobTicket], policy: PostagePolicy) -> Deposit:
    """Add the postage sheets of jobs up, by posting date; the order in which they are given does not matter.

    Raises RefusedError: E581 the jobs do not all name the same deposit, E582 a job is there twice, E586 invented jobs
    among real ones.
    """
    names = {ticket.afgifte_groep for ticket in tickets}
    jobs = sorted(ticket.opdracht for ticket in tickets)
    (name, *others) = sorted(names, key=str)
    if name is None or others:
        raise RefusedError(
            "E581",
            "Deze opdrachten noemen niet allemaal dezelfde afgifte. Maak de pakketten met dezelfde naam bij --deposit.",
        )
    twice = [job for job, times in Counter(jobs).items() if times > 1]
    if twice:
        raise RefusedError("E582", f"Opdracht {twice[0]} staat er twee keer bij. Geef elk pakket één keer.")
    if len({ticket.synthetisch for ticket in tickets}) > 1:
        raise RefusedError(
            "E586", "Er zijn pakketten met verzonnen gegevens bij echte. Verzonnen brieven gaan nooit op de post."
        )
    counted: Counter[_Alike] = Counter()
    whose: defaultdict[_Alike, set[str]] = defaultdict(set)
    days: Counter[date | None] = Counter()
    for ticket in tickets:
        for line in ticket.port.regels:
            day = line.afgifte_op.isoformat() if line.afgifte_op else ""
            alike = (day, ticket.port.poststuk, line.gewichtsklasse, line.gram, line.land, line.sorteerprefix)
            counted[alike] += line.stukken
            whose[alike].add(ticket.opdracht)
            days[line.afgifte_op] += line.stukken
    ordered = dict(sorted(days.items(), key=lambda item: str(item[0] or "")))
    warnings = [
        warning
        for day, number in ordered.items()
        for warning in threshold_warnings(f"De afgifte van {day:%d/%m/%Y}" if day else "De afgifte", number, policy)
    ]
    return Deposit(
        name,
        tuple(jobs),
        ordered,
        tuple((alike, number, tuple(sorted(whose[alike]))) for alike, number in sorted(counted.items())),
        postage_totals(line for ticket in tickets for line in ticket.port.regels),
        tuple(warnings),
        tickets[0].synthetisch,
    )
