"""User errors: what went wrong, where, and what to do, in Dutch, with a documented exit code.

Everything that a user can cause is a :class:`UserError`; anything else that escapes is a defect (exit 1).
A message never holds a name, an address or a national number (design rule 1).
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with its place.

    ``melding`` is a whole Dutch sentence that says what to do; ``regel`` and ``kolom`` count from 1.
    ``bedoelde`` holds the closest admissible word, when there is one ("bedoelde u …?").
    """

    melding: str
    bestand: str | None = None
    regel: int | None = None
    kolom: int | None = None
    gevonden: str | None = None
    verwacht: str | None = None
    bedoelde: str | None = None

    @property
    def place(self) -> str:
        """``bestand:regel:kolom``, as far as known."""
        return ":".join(str(part) for part in (self.bestand, self.regel, self.kolom) if part is not None)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        meant = f" Bedoelde u '{self.bedoelde}'?" if self.bedoelde else ""
        return f"{place}{self.melding}{meant}"

    def as_json(self) -> dict[str, str | int | None]:
        """The JSON form that CLI.md fixes, with the sentence itself beside it."""
        return {
            "bestand": self.bestand,
            "regel": self.regel,
            "kolom": self.kolom,
            "gevonden": self.gevonden,
            "verwacht": self.verwacht,
            "bedoelde": self.bedoelde,
            "melding": self.melding,
        }


class UserError(Exception):
    """An error that a user can understand and mend.

    ``code`` is stable (``E`` and three digits, documented in ``docs/foutcodes.md``); the subclass fixes the exit code.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, findings: Finding | str | Iterable[Finding]) -> None:
        if isinstance(findings, str):
            findings = Finding(findings)
        self.code = code
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        assert self.findings, "a user error says what is wrong"
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def as_json(self) -> dict[str, object]:
        """The JSON form that CLI.md fixes: ``{"fout": {"code", "exit", "meldingen"}}``."""
        return {
            "fout": {
                "code": self.code,
                "exit": self.exit_code,
                "meldingen": [finding.as_json() for finding in self.findings],
            }
        }


class UsageError(UserError):
    """The command was called wrongly (exit 2)."""

    exit_code = 2


class DefinitionError(UserError):
    """A definition, the catalogue, a policy or a template is invalid (exit 3)."""

    exit_code = 3


class SnapshotError(UserError):
    """A snapshot is invalid, untrusted, or does not cover the question (exit 4)."""

    exit_code = 4


class RefusedError(UserError):
    """A rule forbids it: approval, purpose, disclosure, protocol, seal (exit 5)."""

    exit_code = 5


class NothingSelectedError(UserError):
    """The selection is empty (exit 6)."""

    exit_code = 6


class TryAgainError(UserError):
    """A passing fault: a full disk, a lock held by another run (exit 75)."""

    exit_code = 75


_REASONS = {
    errno.ENOENT: "het bestaat niet",
    errno.EACCES: "u hebt er geen toegang toe",
    errno.EPERM: "u hebt er geen toegang toe",
    errno.EISDIR: "het is een map",
    errno.ENOTDIR: "het ligt in iets dat geen map is",
    errno.EEXIST: "het bestaat al, maar is geen map",
    errno.ENAMETOOLONG: "de naam is te lang",
    errno.ELOOP: "de koppelingen verwijzen in een kring",
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de toegelaten schijfruimte is op",
    errno.EFBIG: "het wordt groter dan hier mag",
    errno.EROFS: "de schijf is alleen-lezen",
    errno.EIO: "de schijf geeft een leesfout",
}


def reason(error: OSError) -> str:
    """Say in Dutch why the system refused; its own words are English. For a sentence about a file or folder."""
    number = error.errno or 0
    return _REASONS.get(number, f"het systeem weigert het (fout {number})")


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that *word* most likely meant, or None when nothing is near."""
    import difflib

    folded = {candidate.casefold(): candidate for candidate in candidates}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None
