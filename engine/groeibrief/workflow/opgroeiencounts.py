"""Beforehand, for the list track: how many children a protocol would be about; through ``disclosure``, as any count.

The telbeurten are the municipality's own, whatever the track: two budgets would be twice the leak. That is why VUTG
counts, over its snapshot, and Opgroeien does not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from groeibrief.catalog import Catalogue, find_project
from groeibrief.catalog.purposes import Purposes
from groeibrief.errors import UsageError
from groeibrief.language.definition import Binding, Client
from groeibrief.opgroeien.policy import TrackPolicy, load_track_policy
from groeibrief.workflow.composing import Composition, Group, Part, definition_text
from groeibrief.workflow.counting import count_as_municipality
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.intake import Progress
from groeibrief.workflow.previewing import Preview
from groeibrief.workflow.settings import Settings

if TYPE_CHECKING:
    from groeibrief.disclosure import Answer

NAME = "piste-opgroeien"
STANDARD = "sociale-toeslag"
_UNKNOWN = Client("Lokaal bestuur", "0999.999.922")
"""At the command line nobody says who asks; the question and its price do not depend on it."""


def definition_of(
    policy: TrackPolicy,
    purposes: Purposes,
    catalogue: Catalogue,
    municipalities: Collection[str],
    on: date,
    ages: tuple[int, int],
    client: Client | None = None,
) -> str:
    """The target group of a protocol, as YAML: children of these ages with a social supplement, for automatic grant.

    Raises UsageError (E866) for ages that no protocol has.
    """
    first, last = ages
    if not policy.leeftijd.van <= first <= last <= policy.leeftijd.tot_en_met:
        raise UsageError(
            "E866",
            f"De leeftijd loopt van {policy.leeftijd.van} tot en met {policy.leeftijd.tot_en_met} jaar, of ligt "
            "daarbinnen.",
        )
    whole = Composition(
        title=f"Piste Opgroeien: kinderen van {first} tot en met {last} jaar met een sociale toeslag",
        unit="kind",
        domicile_of="kind",
        municipalities=tuple(sorted(municipalities)),
        reference_date=on.isoformat(),
        groups=(
            Group((Part("leeftijd", texts={"van": str(first), "tot_en_met": str(last)}), Part("bron:sociale_toeslag"))),
        ),
    )
    purpose = {
        "categorie": purposes.categorieen[1].id,
        "aanbod": {"soort": purposes.aanbod[0].soort, "tekst": f"Een voordeel met {policy.voordeel}, zonder aanvraag."},
    }
    return definition_text(whole, catalogue, name=NAME, client=client or _UNKNOWN, purpose=purpose)


def count_beforehand(
    preview: Preview, municipalities: tuple[str, ...], on: date, ages: tuple[int, int], client: Client, account: str
) -> tuple[str, Answer]:
    """Count for a visitor of the portal: the target group in Dutch, and the answer in families and children.

    Raises as :func:`definition_of` and ``Preview.ask``.
    """
    policy = load_track_policy(preview.project)
    text = definition_of(policy, preview.purposes, preview.catalogue, municipalities, on, ages, client)
    bound = preview.read(text, NAME)
    return preview.describe(bound.definition), preview.ask(bound, municipalities, account, children=True)


def count_for(
    snapshot: Path,
    settings: Settings,
    municipalities: tuple[str, ...],
    on: date,
    ages: tuple[int, int],
    project: Path | None,
    progress: Progress | None = None,
) -> tuple[Bound, Answer, bool]:
    """Count at the command line; also whether the families are invented. Raises as ``count_as_municipality``."""
    from groeibrief.catalog import load_catalogue
    from groeibrief.catalog.purposes import load_purposes

    found = find_project(chosen=project)
    catalogue = load_catalogue(found)
    text = definition_of(load_track_policy(found), load_purposes(found), catalogue, municipalities, on, ages)
    with TemporaryDirectory(prefix="groeibrief-") as folder:
        path = Path(folder) / f"{NAME}.yaml"
        path.write_text(text, encoding="utf-8")
        bound = read_bound(path, Binding(), found.root, exactly=True, catalogue=catalogue)
    answer, synthetic = count_as_municipality(
        bound, snapshot, settings, municipalities, children=True, progress=progress
    )
    return bound, answer, synthetic
