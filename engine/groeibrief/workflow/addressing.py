"""Who the letters of a mailing go to besides the families, and where they all go: for the print shop's planning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from groeibrief.printshop.destinations import Destination, destination
from groeibrief.printshop.policy import ControlAddress

if TYPE_CHECKING:
    import pyarrow as pa

# Letters to the agency itself belong to no dossier and no child.
_NO_DOSSIER = -1
_CONTROL_CHILD = -1
_FIRST_NAME = "Voornaam"


def with_control_letters(recipients: pa.Table, addresses: Sequence[ControlAddress], *, children: bool) -> pa.Table:
    """Add a letter to each address of the agency after the families' letters, numbered on from these.

    The print shop sees letters as any other; the agency knows them by their numbers. *children*: the letters name
    children, so that these name one too, see :func:`control_first_names`.
    """
    import pyarrow as pa

    if not addresses:
        return recipients
    last = max(recipients.column("volgnummer").to_pylist(), default=0)
    rows = [
        {
            "volgnummer": last + number,
            "dossier_id": _NO_DOSSIER,
            "persoon_ids": [],
            "regels": [address.naam, *address.regels],
            "kind_ids": [_CONTROL_CHILD] if children else [],
            "aanschrijving": address.naam,
            "postcode": address.postcode,
        }
        for number, address in enumerate(addresses, start=1)
    ]
    return pa.concat_tables([recipients, pa.Table.from_pylist(rows, schema=recipients.schema)])


def control_first_names(first_names: Mapping[int, str] | None) -> dict[int, str] | None:
    """The first names of children, with the one that a letter to the agency names."""
    return None if first_names is None else {**first_names, _CONTROL_CHILD: _FIRST_NAME}


def destinations_of(recipients: pa.Table, families: int, *, named: bool) -> tuple[Destination, ...]:
    """Where each letter goes and how it differs from others: no name, no street, no dossier.

    Letters with a number over *families* go to the agency itself. *named*: the letters name the children.
    """
    names = ("volgnummer", "aanschrijving", "regels", "postcode", "kind_ids")
    columns = (recipients.column(name).to_pylist() for name in names)
    return tuple(
        destination(number, greeting, lines, postcode, control=number > families, children=len(children) * named)
        for number, greeting, lines, postcode, children in zip(*columns, strict=True)
    )
