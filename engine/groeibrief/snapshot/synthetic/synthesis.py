"""Making a synthetic snapshot: a whole signed folder, the same for the same families, seed and day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groeibrief.artefacts import new_directory
from groeibrief.catalog import Catalogue, PeriodKind
from groeibrief.errors import DefinitionError, UsageError
from groeibrief.keys import fingerprint, read_private_key, read_public_key, write_key_pair, write_public_key
from groeibrief.snapshot.manifest import Coverage, Manifest, write_manifest
from groeibrief.snapshot.schema import tables
from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.extraction import Extraction
from groeibrief.snapshot.synthetic.timeline import Timeline, month_at
from groeibrief.snapshot.synthetic.world import draw_world
from groeibrief.snapshot.synthetic.writer import TableWriter

PRODUCED_BY = "groeibrief snapshot synth"
PRIVATE_KEY, PUBLIC_KEY = "synthetisch.key", "synthetisch.pub"
MOST_FAMILIES = 5_000_000
EARLIEST, LATEST = date(2022, 1, 1), date(2099, 12, 31)

SOURCES = {
    "startbedrag", "basisbedrag", "sociale_toeslag", "wezentoeslag", "pleegzorgtoeslag", "zorgtoeslag",
    "kinderopvangtoeslag", "kleutertoeslag", "schooltoeslag",
}  # fmt: skip

Progress = Callable[[str, int, int], None]
"""Called with what was done, how many steps are done, and how many there are."""


def synthesise(
    folder: Path,
    *,
    catalogue: Catalogue,
    families: int | None = None,
    seed: int = 1,
    extracted_on: date = date(2025, 11, 3),
    key: Path | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write and sign a synthetic snapshot; *families* is the number of dossiers, None for the scale of Flanders.

    Signed with *key*, or else with ``synthetisch.key`` beside *folder*, made once; the public half lies beside *folder*
    too. Raises UsageError: E210 an existing folder, E220 or E221 an unusable key, E208 a number of families or a day
    out of range; DefinitionError: E319 a catalogue with other sources, or without an amount that is needed.
    """
    count = rates.FULL_SCALE if families is None else families
    if not 1 <= count <= MOST_FAMILIES:
        raise UsageError("E208", f"Een synthetische snapshot heeft 1 tot {MOST_FAMILIES} gezinnen, niet {count}.")
    if not EARLIEST <= extracted_on <= LATEST:
        raise UsageError(
            "E208",
            f"Een synthetische snapshot kan getrokken zijn van {EARLIEST.isoformat()} tot en met "
            f"{LATEST.isoformat()}, niet op {extracted_on.isoformat()}.",
        )
    _check_sources(catalogue)
    with new_directory(folder) as temporary:
        signing_key = _signing_key(folder, key)
        writer = TableWriter(temporary, tables(catalogue))
        extraction = Extraction(draw_world(catalogue, count, seed, extracted_on), catalogue, writer)
        steps = extraction.steps
        for done, (name, step) in enumerate(steps.items(), start=1):
            step()
            if progress is not None:
                progress(name, done, len(steps))
        return write_manifest(
            temporary,
            signing_key,
            snapshot_id=f"synth-{extracted_on:%Y-%m-%d}-{count}-{seed}",
            extracted_on=extracted_on,
            files=tuple(writer.files),
            coverage=_coverage(catalogue, Timeline(extracted_on)),
            synthetic=True,
            produced_by=PRODUCED_BY,
        )


def _check_sources(catalogue: Catalogue) -> None:
    """Refuse a catalogue with other sources: nobody said how theirs would have to be invented."""
    if different := sorted(set(catalogue.sources) ^ SOURCES):
        names = ", ".join(f"'{name}'" for name in different)
        raise DefinitionError(
            "E319",
            "Een synthetische snapshot bestaat enkel voor de negen meegeleverde bronnen. Uw catalogus verschilt "
            f"daarvan in {names}: gebruik de meegeleverde catalogus.",
        )


def _signing_key(folder: Path, key: Path | None) -> Ed25519PrivateKey:
    """Read or make the key, and see to it that its public half lies beside the snapshot: that is what is trusted."""
    private, public = key or folder.parent / PRIVATE_KEY, folder.parent / PUBLIC_KEY
    if key is None and not private.exists():
        return write_key_pair(private, public)
    signing = read_private_key(private)
    verifying = signing.public_key()
    if public.exists() and read_public_key(public) != verifying:
        public = public.with_stem(f"{public.stem}-{fingerprint(verifying)}")
    if not public.exists():
        write_public_key(verifying, public)
    return signing


def _coverage(catalogue: Catalogue, timeline: Timeline) -> dict[str, Coverage]:
    first = month_at(timeline.first_month)
    years = timeline.school_years
    bounds = {
        PeriodKind.MONTH_RIGHT: (str(first), str(month_at(timeline.last_month))),
        PeriodKind.MONTH: (str(first), str(month_at(timeline.last_month))),
        PeriodKind.GRANT: (first.first_day.isoformat(), timeline.extracted_on.isoformat()),
        PeriodKind.DAY: (first.first_day.isoformat(), timeline.extracted_on.isoformat()),
        PeriodKind.SCHOOL_YEAR: (str(years[0]), str(years[-1])),
    }
    coverage = {}
    for name, source in catalogue.sources.items():
        start, end = bounds[source.soort_periode]
        coverage[name] = Coverage(first=start, last=end)
    return coverage
