"""A request from idea to end, through the functions that a page or command calls."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date

import pytest
from workflow_office import (
    CASES,
    CONTENT,
    KBO,
    OTHER,
    SERIES,
    TEXT,
    World,
    approved,
    council_decision,
    in_review,
    submitted,
)

from groeibrief.casework.versions import versions
from groeibrief.errors import DefinitionError, RefusedError, UsageError
from groeibrief.language.definition import Binding
from groeibrief.workflow import approvals, requests
from groeibrief.workflow.office import Act, Role, State, Viewer, add_demo_accounts, open_office
from groeibrief.workflow.requestviews import (
    calendar,
    request_for_analyst,
    request_for_authority,
    worklist,
)
from groeibrief.workflow.running import ordered_of

NUMBER = "2025-0001"
OTHERS = "De opdrachtgever van de definitie is een ander bestuur dan dat van de aanvraag."
NO_CASES = "Bij de definitie staan geen gevallen. Schrijf er minstens één dat erin hoort en één dat erbuiten hoort."
TOO_FEW = "Goedkeuren vraagt minstens één gezin dat in de doelgroep hoort en één dat erbuiten hoort."
WRONG = "Deze gevallen komen niet uit: met sociale toeslag, zonder. Verbeter de definitie of het geval."
SWAPPED = CASES.replace("verwacht: uit", "verwacht: in", 1).replace("verwacht: in", "verwacht: uit", 1)


def state(world: World) -> State:
    return world.office.requests.get(world.viewer("dpo"), NUMBER).state


def told(refused: pytest.ExceptionInfo[UsageError] | pytest.ExceptionInfo[RefusedError]) -> tuple[str, list[str]]:
    return refused.value.code, [finding.melding for finding in refused.value.findings]


def test_a_question_goes_to_the_municipality_and_back(world: World) -> None:
    number = submitted(world)
    analyst, town = world.viewer("analist.een"), world.viewer("gemeente")
    requests.ask(world.office, analyst, number, "Welke dienst?")
    assert state(world) is State.QUESTION
    shown = request_for_authority(world.office, town, number)
    assert (shown.waits_for_us, shown.messages[-1].who, shown.messages[-1].text) == (True, "VUTG", "Welke dienst?")
    content = dataclasses.replace(CONTENT, title="Toelage 2026")
    requests.change_request(world.office, town, number, content)
    requests.answer(world.office, town, number, "Het Sociaal Huis.")
    assert state(world) is State.ANSWERED
    kept = world.office.requests.get(town, number).content
    assert (kept.title, kept.decision is not None) == ("Toelage 2026", True), "a change leaves the decision"


def test_only_what_is_complete_is_handed_in(world: World) -> None:
    town = world.viewer("gemeente")
    content = dataclasses.replace(CONTENT, purpose="hulp-bij-recht", offer="", offer_text=" ", template="brief")
    number = requests.open_request(world.office, town, KBO, content).id
    with pytest.raises(UsageError) as refused:
        requests.submit(world.office, town, number)
    assert told(refused) == (
        "E740",
        [
            "Kies 'doeleinde' uit de lijst.",
            "Kies 'aanbod.soort' uit de lijst.",
            "Kies 'sjabloon' uit de lijst.",
            "Schrijf wat u de gezinnen aanbiedt ('aanbod.tekst').",
            "Kies een doelgroep, of stel er een samen: de aanvraag heeft nog geen definitie.",
        ],
    )
    assert refused.value.findings[0].bedoelde == "hulp-bij-rechten"
    assert state(world) is State.DRAFT


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("0123.456.749", "0234.567.873", OTHERS),
        ('["11002"]', '["11002", "11001"]', "Gemeente 11001 hoort niet bij het bestuur van de aanvraag."),
    ],
)  # fmt: skip
def test_a_definition_is_of_ones_own_authority(world: World, old: str, new: str, sentence: str) -> None:
    town = world.viewer("gemeente")
    number = requests.open_request(world.office, town, KBO, CONTENT).id
    with pytest.raises(RefusedError) as refused:
        requests.define(world.office, town, number, TEXT.replace(old, new), CASES)
    assert told(refused) == ("E726", [sentence])
    assert versions(world.office.requests, town, number) == ()


def test_a_definition_without_a_name_and_one_with_a_fault(world: World) -> None:
    town = world.viewer("gemeente")
    number = requests.open_request(world.office, town, KBO, CONTENT).id
    with pytest.raises(UsageError) as nameless:
        requests.define(world.office, town, number, "titel: X\n")
    assert told(nameless) == (
        "E729", ["De definitie heeft geen regel 'doelgroep: naam'. Geef ze een naam in kleine letters."],
    )  # fmt: skip
    with pytest.raises(DefinitionError) as faulty:
        requests.define(world.office, town, number, TEXT.replace("bron: sociale_toeslag", "bron: toeslag"))
    assert faulty.value.findings[0].place == "proef-sociale-toeslag.yaml:11:47"


def test_a_standard_audience_gets_its_authority_as_client(world: World) -> None:
    town = world.viewer("gemeente")
    path = world.office.project.rules / "standaard" / "sociale-toeslag.yaml"
    number = requests.open_request(world.office, town, KBO, CONTENT).id
    binding = Binding(("11002",), date(2025, 11, 1), {"leeftijd_tot": "12"})
    requests.define(world.office, town, number, path.read_text(), None, binding)
    (kept,) = versions(world.office.requests, town, number)
    assert kept.draft.binding["opdrachtgever"]["kbo"] == KBO
    assert kept.draft.binding["parameters"] == {"leeftijd_tot": "12"}


def test_an_agreement_needs_a_decision_and_a_past_day(world: World) -> None:
    number = submitted(world)
    analyst, town = world.viewer("analist.een"), world.viewer("gemeente")
    with pytest.raises(UsageError) as early:
        requests.agree(world.office, analyst, number, "VUTG-1", date(2026, 1, 1))
    assert told(early) == ("E741", ["De overeenkomst is getekend op een dag die voorbij is. Kijk de datum na."])
    bare = requests.open_request(world.office, town, KBO, CONTENT).id
    requests.define(world.office, town, bare, TEXT, CASES)
    requests.submit(world.office, town, bare)
    with pytest.raises(RefusedError) as undecided:
        requests.agree(world.office, analyst, bare, "VUTG-1", date(2025, 11, 1))
    assert told(undecided) == (
        "E742", ["Voeg eerst het besluit van het bestuur toe (PDF); zonder besluit geen overeenkomst."],
    )  # fmt: skip
    with pytest.raises(UsageError) as none:
        requests.decision_of(world.office, analyst, bare)
    assert told(none) == ("E738", ["Bij deze aanvraag is geen besluit gevoegd."])
    assert requests.decision_of(world.office, town, number).startswith(b"%PDF-")


def test_the_register_follows_the_request(world: World) -> None:
    number = in_review(world)
    office = world.office
    from groeibrief.workflow.registration import Filter

    events = office.register.events(Filter(code="11002"), office.today)
    assert [(each.status, each.on, each.source) for each in events] == [
        ("afgesloten", date(2025, 11, 3), f"aanvraag {number}"),
        ("aanvraag", date(2025, 11, 10), f"aanvraag {number}"),
    ]


def test_what_the_definition_says_is_what_the_request_says(world: World) -> None:
    number = submitted(world, TEXT.replace("een bijkomende toelage", "een premie"))
    analyst = world.viewer("analist.een")
    requests.agree(world.office, analyst, number, "VUTG-1", date(2025, 11, 1))
    with pytest.raises(RefusedError) as refused:
        requests.review(world.office, analyst, number)
    assert told(refused) == ("E726", ["'aanbod.tekst' is in de definitie anders dan in de aanvraag. Maak ze gelijk."])


def test_without_an_agreement_nothing_is_reviewed(world: World) -> None:
    number = submitted(world)
    with pytest.raises(RefusedError) as refused:
        requests.review(world.office, world.viewer("analist.een"), number)
    assert told(refused) == ("E743", ["Er is nog geen overeenkomst geregistreerd. Registreer ze eerst."])


# Approving


def test_an_analyst_approves_what_a_municipality_wrote(reviewed: World) -> None:
    seen = request_for_analyst(reviewed.office, reviewed.viewer("dpo"), NUMBER)
    assert seen.standing is not None
    assert seen.standing.missing == (Role.ANALYST,)
    approvals.approve(reviewed.office, reviewed.viewer("analist.een"), NUMBER)
    assert state(reviewed) is State.APPROVED
    entry = reviewed.office.cabinet.ledger.entries()[-1]
    assert entry.hashes.keys() >= {
        "definitie",
        "inhoud",
        "sjabloon",
        "beleid",
        "catalogus",
        "logo",
        "gevallen",
        "bundel",
    }


def test_who_wrote_a_version_does_not_approve_and_a_new_version_asks_again(reviewed: World) -> None:
    first, second = reviewed.viewer("analist.een"), reviewed.viewer("analist.twee")
    approvals.approve(reviewed.office, first, NUMBER)
    requests.define(reviewed.office, first, NUMBER, TEXT.replace("minstens: 1", "minstens: 2"), CASES)
    assert state(reviewed) is State.REVIEW
    with pytest.raises(RefusedError) as own:
        approvals.approve(reviewed.office, first, NUMBER)
    assert own.value.code == "E727", "one child with the supplement is no longer in"
    requests.define(reviewed.office, first, NUMBER, TEXT + "# nagekeken\n", CASES)
    with pytest.raises(RefusedError) as writer:
        approvals.approve(reviewed.office, first, NUMBER)
    assert writer.value.code == "E715"
    approvals.approve(reviewed.office, second, NUMBER)
    assert state(reviewed) is State.APPROVED
    text = requests.definition_difference(reviewed.office, second, NUMBER, None, None)
    assert "+# nagekeken" in text


SENSITIVE = TEXT.replace("sociale_toeslag}}", "zorgtoeslag}}")
SENSITIVE_CASES = CASES.replace(
    "sociale_toeslag: [{van: 2025-09-01, bedrag: 69.12, schijf: laag}]", "zorgtoeslag: [{van: 2025-09-01}]"
)


def test_the_dpo_approves_sensitive_sources_too(world: World) -> None:
    office, town, analyst = world.office, world.viewer("gemeente"), world.viewer("analist.een")
    number = requests.open_request(office, town, KBO, CONTENT).id
    requests.define(office, town, number, SENSITIVE, SENSITIVE_CASES)
    requests.attach_decision(office, town, number, council_decision(), "2025/12", date(2025, 10, 1))
    requests.submit(office, town, number)
    requests.agree(office, analyst, number, "VUTG-1", date(2025, 11, 1))
    requests.review(office, analyst, number)
    approvals.approve(office, analyst, number)
    assert state(world) is State.REVIEW
    assert worklist(office, analyst).rows[0].needs_dpo
    approvals.approve(office, world.viewer("dpo"), number)
    assert state(world) is State.APPROVED
    shown = request_for_authority(office, town, number)
    assert [entry.act for entry in shown.timeline].count("medegoedkeuren") == 0


@pytest.mark.parametrize(
    ("cases", "sentence"),
    [
        (None, NO_CASES),
        (CASES[: CASES.index("  - naam: zonder")], TOO_FEW),
        (SWAPPED, WRONG),
    ],
    ids=["none", "incomplete", "wrong"],
)  # fmt: skip
def test_cases_show_that_a_definition_does_what_it_should(reviewed: World, cases: str | None, sentence: str) -> None:
    requests.define(reviewed.office, reviewed.viewer("analist.twee"), NUMBER, TEXT, cases)
    with pytest.raises(RefusedError) as refused:
        approvals.approve(reviewed.office, reviewed.viewer("analist.een"), NUMBER)
    assert told(refused) == ("E727", [sentence])


def test_the_definition_is_sent_back_with_a_reason_that_stays_inside(reviewed: World) -> None:
    approvals.send_back(reviewed.office, reviewed.viewer("dpo"), NUMBER, "De leeftijd klopt niet.")
    assert state(reviewed) is State.AGREED
    assert request_for_authority(reviewed.office, reviewed.viewer("gemeente"), NUMBER).messages == ()
    seen = request_for_analyst(reviewed.office, reviewed.viewer("analist.een"), NUMBER)
    assert [(each.internal, each.text) for each in seen.shown.messages] == [(True, "De leeftijd klopt niet.")]


# Ends


def test_a_request_ends_with_a_reason(world: World) -> None:
    first = submitted(world)
    requests.refuse(world.office, world.viewer("dpo"), first, "Dit doel past niet.")
    assert state(world) is State.REFUSED
    second = submitted(world)
    requests.withdraw(world.office, world.viewer("gemeente"), second, "Het aanbod gaat niet door.")
    third = submitted(world)
    with pytest.raises(RefusedError) as early:
        requests.expire(world.office, world.viewer("analist.een"), third)
    assert told(early) == ("E744", ["Deze aanvraag mag verlopen vanaf 2026-05-09, als er niets meer gebeurt."])
    world.later(days=180)
    requests.expire(world.office, world.viewer("analist.een"), third)
    rows = {row.id: row.state for row in worklist(world.office, world.viewer("gemeente")).rows}
    assert rows == {first: State.REFUSED, second: State.WITHDRAWN, third: State.EXPIRED}


def test_last_years_request_is_cloned(finished: World) -> None:
    town = finished.viewer("gemeente")
    made = requests.clone_request(finished.office, town, NUMBER)
    assert (made.id, made.state, made.clone_of, made.agreement) == ("2025-0002", State.DRAFT, NUMBER, None)
    assert made.content == dataclasses.replace(CONTENT, decision=None)
    assert versions(finished.office.requests, town, made.id)[0].draft.text == TEXT
    with pytest.raises(RefusedError):
        requests.clone_request(finished.office, finished.viewer("buur"), NUMBER)


def test_a_request_with_an_open_breach_is_not_closed(finished: World) -> None:
    office, analyst = finished.office, finished.viewer("analist.een")
    office.breaches.open(analyst, NUMBER, 3, finished.now, "Brief terug.", finished.now)
    requests.hand_over(office, analyst, NUMBER)
    office.requests.step(analyst, NUMBER, requests.Step(Act.SENT), finished.now)
    with pytest.raises(RefusedError) as refused:
        requests.close(office, analyst, NUMBER)
    assert told(refused) == ("E746", ["Bij deze aanvraag staat een datalek open. Sluit dat eerst."])


# Reading: a municipality reaches nothing of another's

READS: dict[str, Callable[[World, Viewer], object]] = {
    "authority's view": lambda world, viewer: request_for_authority(world.office, viewer, NUMBER),
    "analyst's view": lambda world, viewer: request_for_analyst(world.office, viewer, NUMBER),
    "decision": lambda world, viewer: requests.decision_of(world.office, viewer, NUMBER),
    "difference": lambda world, viewer: requests.definition_difference(world.office, viewer, NUMBER, 1, 1),
    "orders": lambda world, viewer: ordered_of(world.office, viewer, NUMBER),
    "runs": lambda world, viewer: world.office.runs.of(viewer, NUMBER),
    "outline of runs": lambda world, viewer: world.office.runs.outline(viewer, NUMBER),
    "standing": lambda world, viewer: approvals.standing_of(world.office, viewer, NUMBER),
    "message": lambda world, viewer: requests.send_message(world.office, viewer, NUMBER, "Dag"),
    "define": lambda world, viewer: requests.define(world.office, viewer, NUMBER, TEXT),
    "submit": lambda world, viewer: requests.submit(world.office, viewer, NUMBER),
    "withdraw": lambda world, viewer: requests.withdraw(world.office, viewer, NUMBER, "Weg"),
    "approve": lambda world, viewer: approvals.approve(world.office, viewer, NUMBER),
    "clone": lambda world, viewer: requests.clone_request(world.office, viewer, NUMBER),
}


@pytest.mark.parametrize("what", READS)
def test_nothing_of_another_authority_is_reached(finished: World, what: str) -> None:
    for account in ("buur", "drukkerij", "beheerder"):
        with pytest.raises(RefusedError) as refused:
            READS[what](finished, finished.viewer(account))
        assert refused.value.code == "E701"
    assert worklist(finished.office, finished.viewer("buur")).rows == ()
    assert calendar(finished.office, finished.viewer("buur")) == ()


def test_a_municipality_has_no_analysts_view_of_its_own(finished: World) -> None:
    town = finished.viewer("gemeente")
    for read in (READS["analyst's view"], READS["runs"]):
        with pytest.raises(RefusedError) as refused:
            read(finished, town)
        assert refused.value.code == "E701"
    assert finished.office.runs.outline(town, NUMBER) == ((1, date(2025, 11, 10), True),)


def test_an_analyst_sees_everything_and_a_worklist(finished: World) -> None:
    seen = request_for_analyst(finished.office, finished.viewer("analist.een"), NUMBER).as_json()
    assert seen["uitvoeringen"][0]["klaar"] is True
    assert seen["definities"][0]["wie"] == "gemeente"
    assert seen["goedkeuring"]["geldig"] is True
    found = worklist(finished.office, finished.viewer("analist.een"))
    assert found.totals == {"verpakt": 1}
    assert worklist(finished.office, finished.viewer("analist.een"), (State.DRAFT,)).rows == ()
    assert json.dumps(found.as_json())


def test_the_calendar_shows_waves_by_the_figure_that_everyone_sees(world: World) -> None:
    content = dataclasses.replace(CONTENT, per_week=20, wished_on=date(2025, 12, 1))
    number = approved(world)
    second = world.viewer("analist.twee")
    requests.change_request(world.office, second, number, content)
    approvals.approve(world.office, world.viewer("analist.een"), number)
    days = calendar(world.office, world.viewer("gemeente"))
    assert [(each.on, each.what) for each in days] == [(date(2025, 12, 1), "gewenste dag")]
    ran = world.run(number)
    assert ran.shown is not None
    days = calendar(world.office, world.viewer("gemeente"))
    waves = [each for each in days if "golf" in each.what]
    assert len(waves) == -(-ran.shown.band[1] // 20)
    assert (waves[0].on, waves[0].what) == (date(2025, 12, 1), f"ronde 1: golf 1 van {len(waves)} (richtdatum)")


def test_a_price_before_ordering(world: World) -> None:
    quote = requests.quote(world.office, 140).as_json()
    assert (quote["schijf"], quote["prijs"], quote["telling"]) == ([101, 150], "292.50", "0.00")
    assert (quote["status"], quote["richtdatum"]) == ("te bevestigen door VUTG", "2025-12-12")
    assert requests.quote(world.office).price is None


# Demo accounts


def test_demo_accounts_exist_only_where_they_are_asked_for(world: World) -> None:
    demo = open_office(world.office.settings, clock=lambda: world.now, demo=True)
    with pytest.raises(AssertionError):
        add_demo_accounts(world.office)
    made = add_demo_accounts(demo)
    assert add_demo_accounts(demo) == made
    assert {each.role for each in made} == set(Role)
    assert demo.viewer("demo-dpo").role is Role.DPO
    with pytest.raises(RefusedError):
        world.office.viewer("demo-dpo")


def test_an_office_knows_a_municipalitys_codes(world: World) -> None:
    assert world.office.municipalities_of(world.viewer("gemeente"), world.office.today) == ("11002",)
    assert world.office.municipalities_of(world.viewer("buur"), world.office.today) == ("11001",)
    assert world.office.municipalities_of(world.viewer("dpo"), world.office.today) == ()
    assert world.office.authorities.get(OTHER).name == "Gemeente Buur"
    assert SERIES.startswith(TEXT)
