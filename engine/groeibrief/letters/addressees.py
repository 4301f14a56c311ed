"""The letters of a selection, out of its table of recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from groeibrief.errors import RefusedError, UsageError
from groeibrief.letters.fields import LetterFields
from groeibrief.letters.proof import Proof

if TYPE_CHECKING:
    import pyarrow as pa

_COLUMNS = ("volgnummer", "regels", "kind_ids", "aanschrijving")


def sequence_numbers(recipients: pa.Table) -> list[int]:
    """The sequence numbers, which rise. Raises RefusedError (E621) when they do not, or when a column is missing."""
    missing = [column for column in _COLUMNS if column not in recipients.column_names]
    if missing:
        raise RefusedError("E621", f"De selectie mist de kolom '{missing[0]}'. Selecteer opnieuw.")
    numbers: list[int] = recipients.column("volgnummer").to_pylist()
    for previous, number in zip([0, *numbers], numbers, strict=False):
        if number <= previous:
            raise RefusedError("E621", f"Volgnummer {number} komt niet na {previous}. Selecteer opnieuw.")
    return numbers


def first_names_for(proof: Proof, first_names: Mapping[int, str] | None) -> Mapping[int, str] | None:
    """The first names where the template names the children, else None. Raises RefusedError (E622) without them."""
    if "kinderen" not in proof.fields:
        return None
    if first_names is None:
        raise RefusedError("E622", "Het sjabloon noemt de kinderen, maar hun voornamen ontbreken. Selecteer opnieuw.")
    return first_names


def letters_of(
    recipients: pa.Table, numbers: Sequence[int], wanted: Sequence[int], names: Mapping[int, str] | None
) -> list[LetterFields]:
    """The letters *wanted*, in that order; *numbers* are the table's.

    Raises UsageError (E626) for a number that is not there, RefusedError (E622) for a first name that is missing.
    """
    rows = {number: row for row, number in enumerate(numbers)}
    for number in wanted:
        if number not in rows:
            raise UsageError(
                "E626",
                f"Brief {number} staat niet in deze selectie: de volgnummers gaan van {min(rows, default=0)} tot "
                f"{max(rows, default=0)}. Kies een ander volgnummer.",
            )
    # Value by value: ``take`` would load pyarrow's functions, 40 MB, to save 3 microseconds a letter.
    columns = [recipients.column(name).combine_chunks() for name in _COLUMNS]
    return [
        LetterFields(number, greeting, tuple(lines), _first_names(number, children, names))
        for number, lines, children, greeting in (
            [column[rows[number]].as_py() for column in columns] for number in wanted
        )
    ]


def _first_names(number: int, children: list[int], names: Mapping[int, str] | None) -> tuple[str, ...]:
    if names is None:
        return ()
    for child in children:
        if not names.get(child):
            raise RefusedError(
                "E622",
                f"Brief {number}: kind {child} heeft geen voornaam in de snapshot. "
                "Kies een sjabloon zonder 'kinderen' of laat de gegevens aanvullen.",
            )
    return tuple(names[child] for child in children)
