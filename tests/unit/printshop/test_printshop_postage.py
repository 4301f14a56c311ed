from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from groeibrief.errors import RefusedError
from groeibrief.printshop.deposit import common_deposit
from groeibrief.printshop.destinations import Destination
from groeibrief.printshop.pieces import Piece
from groeibrief.printshop.policy import PostagePolicy
from groeibrief.printshop.postage import make_postage, piece_grams, weight_class
from groeibrief.printshop.ticket import Insert, JobInfo, make_ticket

PIECES = (
    Piece(1, "brieven-0001.pdf", 1, 2),
    Piece(2, "brieven-0001.pdf", 3, 2),
    Piece(3, "brieven-0001.pdf", 5, 2),
    Piece(4, "brieven-0002.pdf", 1, 4),
)
GOING = {
    1: Destination(1, "BE", "8820"),
    2: Destination(2, "BE", "8800"),
    3: Destination(3, "BE", "9000", control=True),
    4: Destination(4, "buitenland", ""),
}
SUMS = {"brieven-0001.pdf": "0" * 64, "brieven-0002.pdf": "1" * 64}
WAVES = {"brieven-0001.pdf": (1, date(2025, 12, 1)), "brieven-0002.pdf": (2, date(2025, 12, 8))}
SURE = "(te bevestigen met bpost)"


def test_a_piece_weighs_its_paper_envelope_and_inserts():
    # Two sheets of 80 g/m²: 2 × 0.06237 m² × 80 = 9.98 g, so 10; the envelope 5; the insert 8.
    assert piece_grams(2, 8, PostagePolicy()) == 23
    assert piece_grams(1, 0, PostagePolicy(papier_g_per_m2=100, omslag_g=7)) == 14


@pytest.mark.parametrize(
    ("grams", "expected"),
    [(1, "0-50"), (50, "0-50"), (51, "51-100"), (350, "101-350"), (2000, "1001-2000"), (2001, "boven 2000")],
)
def test_the_classes_of_weight(grams, expected):
    assert weight_class(grams, PostagePolicy()) == expected


def test_the_sheet_counts_by_wave_weight_country_and_prefix_and_adds_up(policy):
    postage = make_postage(PIECES, GOING, WAVES, 36, policy, None)
    assert postage.as_csv().decode() == (
        "soort;golf;afgifte_op;poststuk;vellen;gram;gewichtsklasse;land;sorteerprefix;stukken;gram_totaal\n"
        "regel;1;2025-12-01;klein genormaliseerd;1;46;0-50;BE;88;2;92\n"
        "regel;1;2025-12-01;klein genormaliseerd;1;46;0-50;BE;90;1;46\n"
        "regel;2;2025-12-08;klein genormaliseerd;2;51;51-100;buitenland;;1;51\n"
        "totaal_klasse;;;klein genormaliseerd;;;0-50;BE;;3;138\n"
        "totaal_klasse;;;klein genormaliseerd;;;51-100;buitenland;;1;51\n"
        "totaal;;;klein genormaliseerd;;;;;;4;189\n"
    )


def test_what_the_post_asks_is_said_with_how_sure_it_is(policy):
    small = make_postage(PIECES, GOING, WAVES, 0, policy, None)
    assert small.waarschuwingen == (
        f"Golf 1 telt 3 stukken; MassPost begint bij 500 per afgifte {SURE}. Geef kleine opdrachten samen af met "
        "--deposit, of frankeer ze apart.",
        f"Golf 2 telt 1 stuk; MassPost begint bij 500 per afgifte {SURE}. Geef kleine opdrachten samen af met "
        "--deposit, of frankeer ze apart.",
        f"Stukken voor buiten België: 1. Geef ze apart af {SURE}.",
    )
    busy = replace(policy, port=PostagePolicy(minstens_stukken=1, aankondigen_boven=2, gewichtsklassen_g=(5,)))
    assert make_postage(PIECES, {}, dict.fromkeys(SUMS, (1, None)), 0, busy, None).waarschuwingen == (
        f"De opdracht telt 4 stukken; boven 2 op één dag kondigt u ze 5 dagen vooraf aan {SURE}.",
        f"Een stuk weegt meer dan 5 gram en valt in geen gewichtsklasse {SURE}.",
        f"Stukken zonder bekende bestemming: 4. Sorteer ze op het adres {SURE}.",
    )


def test_a_job_of_a_common_deposit_is_not_measured_alone(policy):
    (warning, _) = make_postage(PIECES, GOING, WAVES, 0, policy, "week-49").waarschuwingen
    assert warning == (
        "Deze opdracht wordt samen met andere afgegeven ('week-49'): tel met 'groeibrief package deposit' of de "
        f"stukken samen de drempels van MassPost halen {SURE}."
    )


def _ticket(policy, job_id, *, deposit="week-49", synthetic=False):
    job = JobInfo(job_id, deliver_on=date(2025, 12, 1), deposit=deposit, inserts=(Insert("folder", 8),))
    return make_ticket(PIECES, SUMS, job, policy, synthetic=synthetic, destinations=GOING)


def test_packages_of_one_deposit_share_a_postage_sheet_in_any_order(policy):
    tickets = [_ticket(policy, "gent"), _ticket(policy, "aalst")]
    made = common_deposit(tickets, policy.port)
    assert made == common_deposit(tickets[::-1], policy.port)
    assert made.as_csv().decode() == (
        "soort;afgifte;afgifte_op;poststuk;gewichtsklasse;gram;land;sorteerprefix;stukken;gram_totaal;opdrachten\n"
        "regel;week-49;2025-12-01;klein genormaliseerd;0-50;18;BE;88;4;72;aalst gent\n"
        "regel;week-49;2025-12-01;klein genormaliseerd;0-50;18;BE;90;2;36;aalst gent\n"
        "regel;week-49;2025-12-01;klein genormaliseerd;0-50;23;buitenland;;2;46;aalst gent\n"
        "totaal_klasse;week-49;;;0-50;;BE;;6;108;\n"
        "totaal_klasse;week-49;;;0-50;;buitenland;;2;46;\n"
        "totaal;week-49;;;;;;;8;154;\n"
    )
    assert made.warnings == (
        f"De afgifte van 01/12/2025 telt 8 stukken; MassPost begint bij 500 per afgifte {SURE}. Geef kleine "
        "opdrachten samen af met --deposit, of frankeer ze apart.",
    )


def test_together_small_jobs_reach_the_threshold(policy):
    tickets = [_ticket(policy, "gent"), _ticket(policy, "aalst")]
    assert common_deposit(tickets, PostagePolicy(minstens_stukken=8)).warnings == ()


@pytest.mark.parametrize(
    ("others", "code", "message"),
    [
        (
            {"job_id": "b", "deposit": "week-50"},
            "E581",
            "Deze opdrachten noemen niet allemaal dezelfde afgifte. Maak de pakketten met dezelfde naam bij --deposit.",
        ),
        (
            {"job_id": "b", "deposit": None},
            "E581",
            "Deze opdrachten noemen niet allemaal dezelfde afgifte. Maak de pakketten met dezelfde naam bij --deposit.",
        ),
        ({"job_id": "a"}, "E582", "Opdracht a staat er twee keer bij. Geef elk pakket één keer."),
        (
            {"job_id": "b", "synthetic": True},
            "E586",
            "Er zijn pakketten met verzonnen gegevens bij echte. Verzonnen brieven gaan nooit op de post.",
        ),
    ],
)
def test_jobs_that_are_no_deposit_together_are_refused(policy, others, code, message):
    with pytest.raises(RefusedError) as caught:
        common_deposit([_ticket(policy, "a"), _ticket(policy, **others)], policy.port)
    assert (caught.value.code, str(caught.value)) == (code, message)
