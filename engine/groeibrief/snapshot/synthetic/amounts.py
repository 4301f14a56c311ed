"""Amounts in cents, from the catalogue's dated amounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from groeibrief.calendar import Month
from groeibrief.catalog import Catalogue, DatedAmount
from groeibrief.errors import DefinitionError, Finding
from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.timeline import month_number

_SEPTEMBER = 8


@dataclass(frozen=True, slots=True)
class Tariff:
    """A dated amount of the catalogue, by its ``wat``, times a factor."""

    wat: str
    factor: float = 1.0


class Amounts:
    """The dated amounts of one source; before and after them the amount moves with ``rates.YEARLY_INDEX``."""

    def __init__(self, catalogue: Catalogue, source: str) -> None:
        self._source = source
        self._entries: dict[str, list[DatedAmount]] = {}
        for entry in catalogue.sources[source].bedragen:
            self._entries.setdefault(entry.wat, []).append(entry)

    def cents(self, tariff: Tariff, month: int) -> int:
        """The amount of *tariff* in a month, in cents. Raises DefinitionError (E319) when the catalogue lacks it."""
        entries = sorted(self._entries.get(tariff.wat, ()), key=lambda entry: entry.geldig_vanaf)
        if not entries:
            raise DefinitionError(
                "E319",
                Finding(
                    f"De catalogus heeft voor '{self._source}' geen bedrag '{tariff.wat}'. Voeg het toe onder "
                    "'bedragen': een synthetische snapshot kan niet zonder.",
                    bestand=f"catalog/bronnen/{self._source}.yaml",
                ),
            )
        valid = [entry for entry in entries if _month(entry) <= month]
        nearest = valid[-1] if valid else entries[0]
        steps = _septembers(month) - _septembers(_month(nearest))
        amount = nearest.bedrag * Decimal(str(tariff.factor)) * Decimal(str(rates.YEARLY_INDEX)) ** steps
        return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))

    def changes(self, tariffs: tuple[Tariff, ...]) -> set[int]:
        """The months from which one of the tariffs has a new amount in the catalogue."""
        return {_month(entry) for tariff in tariffs for entry in self._entries.get(tariff.wat, ())}


def _month(entry: DatedAmount) -> int:
    return month_number(Month.of(entry.geldig_vanaf))


def _septembers(month: int) -> int:
    """How many Septembers have begun by a month."""
    return (month - _SEPTEMBER) // 12
