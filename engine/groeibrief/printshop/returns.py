"""Letters that came back: read in by the code on the letter, which is the inserter's mark or its reference.

``code;reden`` a line. What is read is never shown again: someone may have typed a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from groeibrief.errors import Finding, UsageError, closest, reason

HEADER = "code;reden"
REASONS = ("onbekend", "verhuisd", "geweigerd", "overleden", "adres-onvolledig", "niet-afgehaald", "andere")
_MOST_BYTES = 20_000_000
# Letters of before marks told of inserts are still in the post: theirs have two digits fewer.
_MARK = re.compile(r"([0-9]{10})([0-9]{7})[0-9]{4}[01](?:[0-9]{2})?")
_REFERENCE = re.compile(r"(.+)-([0-9]{6,7})")


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file of codes: its lines after the header, each with its number in the file."""

    name: str
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Mailing:
    """By what the letters of a mailing are known: its reference, the ten digits of its marks, the numbers in it."""

    reference: str
    mark: str
    sequences: Collection[int]


@dataclass(frozen=True, slots=True)
class Returns:
    """The letters that came back, with the reason of each, and the lines that tell of none."""

    reasons: Mapping[int, str]
    faults: tuple[Finding, ...]

    @property
    def totals(self) -> dict[str, int]:
        """How many came back for each reason, none left out."""
        counted = Counter(self.reasons.values())
        return {reason: counted[reason] for reason in REASONS}


def read_codes(path: Path) -> CodeFile:
    """Read a file of codes. Raises UsageError (E252) when it is none."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _no_codes(path, f"Het bestand kan niet gelezen worden: {reason(error)}.") from error
    if len(data) > _MOST_BYTES:
        raise _no_codes(path, "Het bestand is te groot om een lijst met codes te zijn.")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise _no_codes(path, "Het bestand is geen UTF-8. Bewaar het als UTF-8.") from error
    if not lines or lines[0].strip() != HEADER:
        raise _no_codes(path, f"De eerste regel moet '{HEADER}' zijn.", 1)
    numbered = tuple((number, line.strip()) for number, line in enumerate(lines[1:], start=2) if line.strip())
    if not numbered:
        raise _no_codes(path, "Er staat geen enkele code in.")
    return CodeFile(path.name, numbered)


def read_returns(file: CodeFile, mailing: Mailing, earlier: Collection[int]) -> Returns:
    """Find the letter of each code; *earlier* came back before, in another file."""
    known, before = frozenset(mailing.sequences), frozenset(earlier)
    reasons: dict[int, str] = {}
    faults: list[Finding] = []
    for number, line in file.lines:
        code, _, why = (part.strip() for part in line.partition(";"))
        sequence = _sequence(code, mailing)
        message, meant = None, None
        if isinstance(sequence, str):
            message = sequence
        elif sequence not in known:
            message = "Deze code hoort bij geen brief van deze selectie. Kijk na of ze juist gelezen is."
        elif sequence in before:
            message = f"Brief {sequence} kwam al terug volgens een eerder bestand. Schrap deze regel."
        elif sequence in reasons:
            message = f"Brief {sequence} staat al hoger in dit bestand. Schrap één van beide regels."
        elif why not in REASONS:
            message = f"De reden is geen van: {', '.join(REASONS)}."
            meant = closest(why, REASONS)
        else:
            reasons[sequence] = why
        if message is not None:
            faults.append(Finding(message, bestand=file.name, regel=number, bedoelde=meant))
    return Returns(reasons, tuple(faults))


def require_sound(returns: Returns) -> None:
    """Raise UsageError (E257) with every line that tells of no letter."""
    if returns.faults:
        raise UsageError("E257", returns.faults)


def returns_csv(returns: Returns, dossiers: Mapping[int, int]) -> bytes:
    """The list for VUTG alone: which dossier each letter went to, and why it came back."""
    rows = (f"{sequence};{dossiers[sequence]};{why}" for sequence, why in sorted(returns.reasons.items()))
    return "\n".join(("volgnummer;dossier_id;reden", *rows, "")).encode()


def _sequence(code: str, mailing: Mailing) -> int | str:
    """The sequence number that a code holds, or what is wrong with it."""
    mark, reference = _MARK.fullmatch(code), _REFERENCE.fullmatch(code)
    other = "Deze code is van een andere zending. Lees ze in met de selectie van die zending."
    if mark:
        return int(mark[2]) if mark[1] == mailing.mark else other
    if reference:
        return int(reference[2]) if reference[1] == mailing.reference else other
    return "Dit is geen code van een brief: lees de 24 cijfers van het merkteken, of neem 'Ons kenmerk' over."


def _no_codes(path: Path, message: str, line: int | None = None) -> UsageError:
    return UsageError("E252", Finding(message, bestand=path.name, regel=line))
