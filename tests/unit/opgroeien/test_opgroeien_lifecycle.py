"""Every transition that the table doesn't have is tried, by every role, and refused; those it has, happen."""

from __future__ import annotations

import itertools

import pytest
from opgroeien_world import Office

from groeibrief.errors import RefusedError
from groeibrief.opgroeien.cabinet import SYSTEM, Actor
from groeibrief.opgroeien.lifecycle import NAMES, OPEN, RULES, TRANSITIONS, Act, Role, State, after, allowed
from groeibrief.state import transaction


def put(office: Office, name: str, state: State) -> None:
    """Set a protocol in a state, however it would get there."""
    with office.track.cabinet.reading() as opened, transaction(opened):
        opened.execute("UPDATE protocol SET toestand = ? WHERE id = ?", (state.value, name))


def test_what_is_not_in_the_table_is_refused_with_exit_5(office: Office) -> None:
    name = office.new()
    actors = {
        Role.HANDLER: office.an, Role.DPO: office.dina, Role.SYSTEM: SYSTEM, Role.PARTY: Actor("gast", Role.PARTY),
    }  # fmt: skip
    tried = done = 0
    for state in State:
        put(office, name, state)
        for act, role in itertools.product(Act, Role):
            before = (office.state(name), len(office.track.protocols.events(name)))
            roles, target = TRANSITIONS.get((state, act), (frozenset(), state))
            if role in roles:
                with office.track.protocols.act(name, act, actors[role], office.clock()):
                    pass
                assert office.state(name) is target
                put(office, name, state)
                done += 1
                continue
            with (
                pytest.raises(RefusedError) as refusal,
                office.track.protocols.act(name, act, actors[role], office.clock()),
            ):
                pytest.fail("nothing may be done here")
            assert (refusal.value.code, refusal.value.exit_code) == ("E810", 5)
            assert (office.state(name), len(office.track.protocols.events(name))) == before
            tried += 1
    assert (tried, done) == (len(State) * len(Act) * len(Role) - done, sum(len(s) * len(r) for _, s, r, _ in RULES))


def test_the_refusal_says_what_can_be_done() -> None:
    with pytest.raises(RefusedError) as refusal:
        after(State.DRAFT, Act.CONCLUDE, Role.HANDLER)
    assert str(refusal.value) == (
        "'afsluiten' kan niet in de toestand 'in opmaak'. Wat u nu wel kunt: sleutels-registreren, "
        "sleutels-bevestigen, besluit-toevoegen, intrekken."
    )
    with pytest.raises(RefusedError) as refusal:
        after(State.CLOSED, Act.ANSWER, Role.HANDLER)
    assert str(refusal.value).endswith("'beëindigd'. Er is nu niets dat u ermee kunt doen.")
    with pytest.raises(RefusedError) as refusal:
        after(State.STOPPED, Act.RELEASE, Role.HANDLER)
    assert str(refusal.value) == "'stop-opheffen' doet een behandelaar niet: dat doet een dpo."


def test_the_ends_have_no_way_out_and_every_state_a_name() -> None:
    assert set(NAMES) == set(State)
    for state in set(State) - set(OPEN):
        assert not [act for role in Role for act in allowed(state, role)]


def test_only_an_answer_leads_to_answered_and_only_from_a_queued_one() -> None:
    ways = [(state, act) for (state, act), (_, target) in TRANSITIONS.items() if target is State.ANSWERED]
    assert (State.READY, Act.ANSWER) in ways
    assert {state for state, _ in ways} == {State.READY, State.ANSWERED}


def test_each_act_is_in_the_ledger_with_hashes_only(office: Office) -> None:
    name = office.concluded()
    assert office.ledger[3:] == [
        "opmaken", "sleutels-registreren", "sleutels-bevestigen", "besluit-toevoegen", "adviseren", "advies-volledig",
        "afsluiten",
    ]  # fmt: skip
    content = b"".join(path.read_bytes() for path in (office.folder / "staat" / "opgroeien").glob("logboek.sqlite*"))
    assert b"Torhout" not in content
    assert name.encode() not in content
