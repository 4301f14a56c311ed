"""Every state × act × role: what the table below allows is done, everything else is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from casework_world import ACCOUNTS, TORHOUT, World

from groeibrief.casework.accounts import Role, Viewer
from groeibrief.casework.lifecycle import NAMES, Act, State, after, allowed, waits_for
from groeibrief.casework.requests import Step
from groeibrief.errors import RefusedError

# Written by hand, apart from the code: state; act; roles (g gemeente, a analist, d dpo); the state after it.
ALLOWED = """
concept        wijzigen              ga  concept
concept        definieren            ga  concept
concept        indienen              ga  ingediend
concept        bericht               gad concept
concept        intrekken             ga  ingetrokken
concept        verlopen              a   verlopen
ingediend      wijzigen              a   ingediend
ingediend      definieren            a   ingediend
ingediend      vragen                ad  vraag
ingediend      bericht               gad ingediend
ingediend      overeenkomen          a   overeengekomen
ingediend      intrekken             ga  ingetrokken
ingediend      weigeren              ad  geweigerd
ingediend      verlopen              a   verlopen
vraag          wijzigen              ga  vraag
vraag          definieren            ga  vraag
vraag          antwoorden            ga  beantwoord
vraag          bericht               gad vraag
vraag          intrekken             ga  ingetrokken
vraag          verlopen              a   verlopen
beantwoord     wijzigen              a   beantwoord
beantwoord     definieren            a   beantwoord
beantwoord     vragen                ad  vraag
beantwoord     bericht               gad beantwoord
beantwoord     overeenkomen          a   overeengekomen
beantwoord     voorleggen            a   nazicht
beantwoord     intrekken             ga  ingetrokken
beantwoord     weigeren              ad  geweigerd
beantwoord     verlopen              a   verlopen
overeengekomen wijzigen              a   overeengekomen
overeengekomen definieren            a   overeengekomen
overeengekomen vragen                ad  vraag
overeengekomen bericht               gad overeengekomen
overeengekomen voorleggen            a   nazicht
overeengekomen intrekken             ga  ingetrokken
overeengekomen weigeren              ad  geweigerd
overeengekomen verlopen              a   verlopen
nazicht        wijzigen              a   nazicht
nazicht        definieren            a   nazicht
nazicht        vragen                ad  vraag
nazicht        bericht               gad nazicht
nazicht        medegoedkeuren        ad  nazicht
nazicht        goedkeuren            ad  goedgekeurd
nazicht        terugzenden           ad  overeengekomen
nazicht        goedkeuring-vervalt   ad  nazicht
nazicht        besteld-aantal-tonen  a   nazicht
nazicht        intrekken             ga  ingetrokken
nazicht        weigeren              ad  geweigerd
nazicht        verlopen              a   verlopen
goedgekeurd    wijzigen              a   nazicht
goedgekeurd    definieren            a   nazicht
goedgekeurd    vragen                ad  vraag
goedgekeurd    bericht               gad goedgekeurd
goedgekeurd    goedkeuring-vervalt   ad  nazicht
goedgekeurd    besteld-aantal-tonen  a   goedgekeurd
goedgekeurd    uitvoeren             a   loopt
goedgekeurd    intrekken             ga  ingetrokken
goedgekeurd    weigeren              ad  geweigerd
goedgekeurd    verlopen              a   verlopen
loopt          bericht               gad loopt
loopt          besteld-aantal-tonen  a   loopt
loopt          uitvoering-stoppen    a   goedgekeurd
loopt          ronde-overslaan       a   verstuurd
loopt          verpakken             a   verpakt
verpakt        bericht               gad verpakt
verpakt        overdragen            a   overgedragen
verpakt        uitvoering-stoppen    a   goedgekeurd
overgedragen   bericht               gad overgedragen
overgedragen   verstuurd-melden      a   verstuurd
overgedragen   uitvoering-stoppen    a   goedgekeurd
verstuurd      bericht               gad verstuurd
verstuurd      uitvoeren             a   loopt
verstuurd      retour-inlezen        a   retour
verstuurd      afsluiten             a   afgesloten
retour         bericht               gad retour
retour         uitvoeren             a   loopt
retour         retour-inlezen        a   retour
retour         afsluiten             a   afgesloten
afgesloten     wissen                a   gewist
ingetrokken    wissen                a   gewist
geweigerd      wissen                a   gewist
verlopen       wissen                a   gewist
"""
LETTERS = {"g": Role.MUNICIPALITY, "a": Role.ANALYST, "d": Role.DPO}
TABLE = {
    (State(state), Act(act), LETTERS[letter]): State(later)
    for state, act, letters, later in (line.split() for line in ALLOWED.strip().splitlines())
    for letter in letters
}
BY_ROLE = {role: account for account, (role, authority) in ACCOUNTS.items() if authority in (None, TORHOUT)}


def put(world: World, request_id: str, state: State) -> None:
    """Set the state behind the casework's back."""
    with closing(sqlite3.connect(world.cabinet.folder / "dossiers.sqlite", isolation_level=None)) as opened:
        opened.execute("PRAGMA synchronous=OFF")
        opened.execute("UPDATE aanvraag SET toestand = ? WHERE id = ?", (state.value, request_id))


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
@pytest.mark.parametrize("act", Act, ids=lambda act: act.value)
def test_every_transition_is_as_the_table_says(act: Act, role: Role) -> None:
    for state in State:
        expected = TABLE.get((state, act, role))
        if expected is None:
            with pytest.raises(RefusedError) as refusal:
                after(state, act, role)
            assert refusal.value.code == "E710"
        else:
            assert after(state, act, role) is expected
        assert (act in allowed(state, role)) is (expected is not None)


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_the_store_refuses_what_the_table_does_not_allow(world: World, role: Role) -> None:
    """Through the store, as any page or command goes: nothing changes, and nothing reaches the ledger."""
    request = world.request()
    viewer = world.viewer(BY_ROLE[role])
    before = world.acts()
    tried = 0
    for state in State:
        put(world, request.id, state)
        for act in Act:
            if (state, act, role) in TABLE:
                continue
            with pytest.raises(RefusedError) as refusal:
                world.requests.step(viewer, request.id, Step(act), world.now)
            assert refusal.value.code == ("E710" if role.sees_requests or role is Role.MUNICIPALITY else "E701")
            tried += 1
        seen = world.requests.get(world.viewer("analist.een"), request.id)
        assert (seen.state, seen.version) == (state, request.version)
    assert tried == len(State) * len(Act) - sum(each[2] is role for each in TABLE)
    assert world.acts() == before


def test_what_is_allowed_is_done_and_told(world: World) -> None:
    request = world.request()
    viewers = {role: world.viewer(account) for role, account in BY_ROLE.items()}
    for (state, act, role), later in TABLE.items():
        if role is not Role.ANALYST:
            continue
        put(world, request.id, state)
        assert world.requests.step(viewers[role], request.id, Step(act), world.now).state is later
        assert world.acts()[-1] == f"aanvraag-{act.value}"


def test_refusals_say_what_can_be_done() -> None:
    with pytest.raises(RefusedError) as refusal:
        after(State.QUESTION, Act.SUBMIT, Role.MUNICIPALITY)
    assert str(refusal.value) == (
        "'indienen' kan niet in de toestand 'vraag aan de gemeente'. Wat u nu wel kunt: wijzigen, antwoorden, bericht, "
        "definieren, intrekken."
    )
    with pytest.raises(RefusedError) as refusal:
        after(State.REVIEW, Act.APPROVE, Role.MUNICIPALITY)
    assert str(refusal.value) == "'goedkeuren' doet een gemeente niet: dat doet een analist of dpo."
    with pytest.raises(RefusedError) as refusal:
        after(State.ERASED, Act.MESSAGE, Role.ANALYST)
    assert str(refusal.value) == "'bericht' kan niet in de toestand 'gewist'. Er is nu niets dat u ermee kunt doen."


def test_every_state_has_words_and_whose_turn_it_is() -> None:
    assert NAMES.keys() == set(State)
    assert {state for state in State if waits_for(state) is Role.MUNICIPALITY} == {State.DRAFT, State.QUESTION}
    assert {state for state in State if waits_for(state) is None} == {
        State.CLOSED, State.WITHDRAWN, State.REFUSED, State.EXPIRED, State.ERASED,
    }  # fmt: skip


def test_a_municipality_has_an_authority_and_nobody_else() -> None:
    with pytest.raises(AssertionError):
        Viewer("torhout", Role.MUNICIPALITY)
    with pytest.raises(AssertionError):
        Viewer("analist", Role.ANALYST, TORHOUT)
