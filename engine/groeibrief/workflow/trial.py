"""A package of invented letters, whole in every part, for a print shop to try its line with: nobody real is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from groeibrief.artefacts import canonical_json, new_file, sha256_bytes
from groeibrief.catalog import find_project
from groeibrief.letters import load_sender, load_template
from groeibrief.letters.composer import Composer
from groeibrief.letters.fields import LetterFields
from groeibrief.letters.marks import job_code
from groeibrief.letters.renderer import write_batch
from groeibrief.letters.sample import read_sample
from groeibrief.printshop.batches import Letter, plan_batches
from groeibrief.printshop.destinations import DESTINATIONS, destination, destination_list
from groeibrief.printshop.inserts import inserts_of
from groeibrief.printshop.package import PackageSummary, make_package
from groeibrief.printshop.pieces import letters_list
from groeibrief.printshop.policy import load_policy
from groeibrief.printshop.ticket import JobInfo
from groeibrief.workflow.mailing import output_intent

# Beside the sample's families: what an address can be at its shortest and its longest, and letters beyond plain ones.
_ADDRESSES = (
    ("Al Bo", ("Al Bo", "Kaai 1", "9000 Gent"), "9000"),
    (
        "Marguerite-Antoinette Voorbeeldverzonnen",
        (
            "Marguerite-Antoinette Voorbeeldverzonnen",
            "Burgemeester Voorbeeldverzonnenlaan 128",
            "bus 1401",
            "3090 Overijse",
        ),
        "3090",
    ),
    ("Zoë Ünal-D’Hondt", ("Zoë Ünal-D’Hondt", "Sint-Jozefstraat 7", "8820 Torhout"), "8820"),
    ("Łukasz Dvořák", ("Łukasz Dvořák", "Čapekstraat 3", "2000 Antwerpen"), "2000"),
)


def trial_package(
    name: str,
    out: Path,
    *,
    pieces: int,
    recipients: Sequence[Path],
    sign_key: Path,
    project: Path | None = None,
) -> PackageSummary:
    """Seal *pieces* letters of the template called *name* to invented families into the new folder *out*.

    Marks, batches, paper and postage are those of the print policy. Equal templates and policy give equal content.
    Raises what ``load_template``, ``Composer`` and ``make_package`` raise.
    """
    found = find_project(chosen=project)
    policy, template = load_policy(found), load_template(found, name)
    sample = read_sample(template)
    job_id = f"test-{sha256_bytes(canonical_json([template.sha256, pieces]))[:12]}"
    mailing = replace(
        sample.mailing,
        kenmerk=job_id,
        dubbelzijdig=policy.dubbelzijdig,
        merktekens=policy.merktekens,
        uitvoer=output_intent(policy),
        bijlagen=len(policy.bijlagen),
    )
    composer = Composer(template, sample.values(load_sender(found), template), mailing)
    invented = [(one.namen, one.adresregels, one.adresregels[-1][:4]) for one in sample.brieven] + list(_ADDRESSES)
    children = sample.brieven[0].kinderen
    composed, planned, going = {}, [], []
    for number in range(1, pieces + 1):
        names, lines, postcode = invented[(number - 1) % len(invented)]
        composed[number] = composer.compose(LetterFields(number, names, lines, children))
        planned.append(Letter(number, len(composed[number].pages), postcode))
        going.append(destination(number, names, lines, postcode, control=False, children=len(children)))
    with TemporaryDirectory(prefix="groeibrief-") as temporary:
        letters = Path(temporary)
        written = [
            write_batch(
                letters / f"brieven-{batch.number:04d}.pdf",
                [composed[letter.sequence] for letter in batch.letters],
                composer.faces,
                mailing,
            )
            for batch in plan_batches(planned, policy, policy.brieven_per_week)
        ]
        rows = [
            (piece.volgnummer, batch.bestand, piece.eerste_pagina, piece.paginas)
            for batch in written
            for piece in batch.stukken
        ]
        for file, data in (("stukken.csv", letters_list(rows)), (DESTINATIONS, destination_list(going))):
            with new_file(letters / file) as stream:
                stream.write(data)
        job = JobInfo(
            job_id,
            marks=policy.merktekens,
            mark_job=None if policy.merktekens == "geen" else job_code(mailing.kenmerk),
            inserts=inserts_of(policy),
            per_week=policy.brieven_per_week,
            proof=False,
            test=True,
        )
        return make_package(
            letters, out, recipients=recipients, sign_key=sign_key, job=job, policy=policy, synthetic=True
        )
