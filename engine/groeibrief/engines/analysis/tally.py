"""How many gezinnen and children some of the outermost conditions select, added up from profiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from groeibrief.engines.analysis.outline import Outline
from groeibrief.engines.analysis.profiles import FALSE, TRUE, UNKNOWN, Profile
from groeibrief.query import Count, Sort

Places = Sequence[int]
"""Places of conditions in a mask, from 0. None at all: everyone fulfils them."""


@dataclass(frozen=True, slots=True)
class Number:
    """How many. ``undecidable`` counts what the masks are about: children, or gezinnen."""

    families: int
    children: int
    undecidable: int

    def as_json(self) -> dict[str, int]:
        """Under Dutch keys."""
        return {"gezinnen": self.families, "kinderen": self.children, "niet_te_beoordelen": self.undecidable}


def tally_of(outline: Outline, profiles: Sequence[Profile]) -> Tally:
    """The tally that suits what the masks are about."""
    return ChildTally(profiles, outline.count) if outline.per is Sort.KIND else FamilyTally(profiles)


@dataclass(frozen=True, slots=True)
class FamilyTally:
    """Masks about a gezin: its children are those that the definition counts."""

    profiles: Sequence[Profile]

    def fulfilling(self, places: Places) -> Number:
        """Who fulfils the conditions at these places."""
        true = [profile for profile in self.profiles if _every(profile.masks[0][0], places) == TRUE]
        unknown = [profile for profile in self.profiles if _every(profile.masks[0][0], places) == UNKNOWN]
        return self._number(true, unknown)

    def dropped_by(self, place: int, places: Places) -> Number:
        """Who fulfils every other condition of *places*, but not the one at *place*; unknown: of whom that is."""
        dropped = [profile for profile in self.profiles if _dropped(profile.masks[0][0], place, places)]
        return self._number(dropped, [profile for profile in dropped if profile.masks[0][0][place] == UNKNOWN])

    def _number(self, true: Sequence[Profile], unknown: Sequence[Profile]) -> Number:
        return Number(
            sum(profile.families for profile in true),
            sum(profile.families * profile.masks[0][1] for profile in true),
            sum(profile.families for profile in unknown),
        )


@dataclass(frozen=True, slots=True)
class ChildTally:
    """Masks about a child: a gezin is in when as many of its children fulfil the conditions as ``count`` asks."""

    profiles: Sequence[Profile]
    count: Count

    def fulfilling(self, places: Places) -> Number:
        """Who fulfils the conditions at these places; children whatever their gezin."""
        return Number(
            sum(profile.families for profile in self.profiles if self._family(profile, places) == TRUE),
            self._children(lambda mask: _every(mask, places) == TRUE),
            self._children(lambda mask: _every(mask, places) == UNKNOWN),
        )

    def dropped_by(self, place: int, places: Places) -> Number:
        """Children who fulfil every other condition of *places* but not the one at *place*; unknown: of whom that is.

        Gezinnen that are not in, and would be without the condition.
        """
        others = [other for other in places if other != place]
        return Number(
            sum(
                profile.families
                for profile in self.profiles
                if self._family(profile, others) == TRUE and self._family(profile, places) != TRUE
            ),
            self._children(lambda mask: _dropped(mask, place, places)),
            self._children(lambda mask: _dropped(mask, place, places) and mask[place] == UNKNOWN),
        )

    def _children(self, which: Callable[[str], bool]) -> int:
        return sum(
            profile.families * number for profile in self.profiles for mask, number in profile.masks if which(mask)
        )

    def _family(self, profile: Profile, places: Places) -> str:
        true = sum(number for mask, number in profile.masks if _every(mask, places) == TRUE)
        possible = sum(number for mask, number in profile.masks if _every(mask, places) != FALSE)
        low, high = self.count.low, self.count.high
        if possible < low or (high is not None and true > high):
            return FALSE
        return TRUE if true >= low and (high is None or possible <= high) else UNKNOWN


Tally = FamilyTally | ChildTally


def _every(mask: str, places: Places) -> str:
    letters = {mask[place] for place in places}
    return FALSE if FALSE in letters else UNKNOWN if UNKNOWN in letters else TRUE


def _dropped(mask: str, place: int, places: Places) -> bool:
    return mask[place] != TRUE and _every(mask, [other for other in places if other != place]) == TRUE
