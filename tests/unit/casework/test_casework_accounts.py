"""Accounts, authorities, processor agreements and breaches: what is kept beside requests."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from casework_world import NOW, TORHOUT, World, catalogue

from groeibrief.casework.accounts import Role
from groeibrief.casework.authorities import Authorities, read_kbo
from groeibrief.casework.breaches import Breaches
from groeibrief.casework.processors import Processor, Processors, fingerprint_of_key
from groeibrief.errors import RefusedError, UsageError

GIVE = "Geef de NIS-codes van het bestuur met --gemeente."


@pytest.mark.parametrize("account", ["85073000160", "jan@voorbeeld.be", "Jan Janssens", "", "x" * 65])
def test_an_account_is_a_name_that_the_ledger_takes(world: World, account: str) -> None:
    with pytest.raises(UsageError) as refusal:
        world.accounts.add(account, Role.ANALYST, None, "beheerder", NOW)
    assert str(refusal.value) == (
        "Een accountnaam begint met een letter en telt hoogstens 64 letters, cijfers, '.', '_' en '-'."
    )


def test_an_account_of_a_municipality_has_an_authority(world: World) -> None:
    told = "Een account van een gemeente hoort bij een bestuur (--authority), een ander account niet."
    for role, authority in ((Role.MUNICIPALITY, None), (Role.DPO, TORHOUT)):
        with pytest.raises(UsageError) as refusal:
            world.accounts.add("nieuw", role, authority, "beheerder", NOW)
        assert (refusal.value.code, str(refusal.value)) == ("E705", told)
    with pytest.raises(UsageError) as unknown:
        world.accounts.add("nieuw", Role.MUNICIPALITY, "0345.678.997", "beheerder", NOW)
    assert unknown.value.code == "E706"
    with pytest.raises(UsageError) as taken:
        world.accounts.add("dpo", Role.DPO, None, "beheerder", NOW)
    assert str(taken.value) == "Het account 'dpo' bestaat al. Kies een andere naam."


def test_unknown_closed_and_demo_accounts_do_nothing(world: World) -> None:
    world.accounts.add("proef", Role.ANALYST, None, "beheerder", NOW, demo=True)
    world.accounts.close("analist.een", "beheerder", NOW)
    for account in ("niemand", "analist.een", "proef"):
        with pytest.raises(RefusedError) as refusal:
            world.viewer(account)
        assert str(refusal.value) == (
            "Dit account is hier niet gekend of is gesloten. Laat een beheerder het toevoegen, of kies een ander."
        )
    assert world.accounts.viewer("proef", demo=True).role is Role.ANALYST
    assert {each.account for each in world.accounts.all() if each.closed_on} == {"analist.een"}
    with pytest.raises(RefusedError):
        world.accounts.close("niemand", "beheerder", NOW)


@pytest.mark.parametrize("written", ["0123.456.748", "123456749", "0123.456.7490", "abc", ""])
def test_what_is_no_enterprise_number(written: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_kbo(written)
    assert str(refusal.value) == (
        "Dit is geen ondernemingsnummer. Schrijf tien cijfers, zoals 0123.456.749, en kijk ze na."
    )


def test_an_enterprise_number_is_written_one_way() -> None:
    assert {read_kbo(each) for each in ("0123456749", "BE0123456749", "0123 456 749", TORHOUT)} == {TORHOUT}


def test_an_authority_is_followed_to_the_successors_of_its_municipalities(world: World) -> None:
    municipalities = catalogue().municipalities
    authorities = Authorities(world.cabinet)
    made = authorities.add(
        "0345.678.997", "Welzijn Bilzen-Hoeselt", "ocmw", ("73006", "73032"), date(2019, 1, 1), municipalities, "a", NOW
    )
    assert made.codes_on(date(2024, 12, 31), municipalities) == ("73006", "73032")
    assert made.codes_on(date(2025, 1, 1), municipalities) == ("73110",)
    assert made.codes_on(date(2018, 12, 31), municipalities) == ()
    assert authorities.get("0345.678.997") == made


@pytest.mark.parametrize(
    ("codes", "kind", "told"),
    [
        (("99999",), "ocmw", f"99999 is op 2025-01-01 geen Vlaamse gemeente. {GIVE}"),
        (("73006",), "ocmw", f"73006 is op 2025-01-01 geen Vlaamse gemeente. {GIVE}"),
        ((), "ocmw", f"Geen gemeente. {GIVE}"),
        (("31033",), "school", "Een bestuur heeft een naam en is een gemeente of een ocmw."),
    ],
)  # fmt: skip
def test_an_authority_that_cannot_be(world: World, codes: tuple[str, ...], kind: str, told: str) -> None:
    municipalities = catalogue().municipalities
    with pytest.raises(UsageError) as refusal:
        Authorities(world.cabinet).add("0345.678.997", "X", kind, codes, date(2025, 1, 1), municipalities, "a", NOW)
    assert (refusal.value.code, str(refusal.value)) == ("E709", told)


def test_an_authority_is_added_once(world: World) -> None:
    municipalities = catalogue().municipalities
    with pytest.raises(UsageError) as refusal:
        Authorities(world.cabinet).add(TORHOUT, "X", "ocmw", ("31033",), date(2025, 1, 1), municipalities, "a", NOW)
    assert (refusal.value.code, str(refusal.value)) == ("E708", "Het bestuur 0123.456.749 is al gekend.")


# Processor agreements


def test_a_key_has_an_agreement_between_its_days(world: World, tmp_path: Path) -> None:
    key = tmp_path / "drukkerij.pub"
    key.write_text("# een sleutel\nage1proef\n")
    digest = fingerprint_of_key(key)
    key.write_text("age1proef")
    assert fingerprint_of_key(key) == digest, "what is no key does not count"
    processors = Processors(world.cabinet)
    given = Processor("VO-1", "Drukkerij", "0123456749", digest, date(2025, 1, 1), date(2026, 1, 1))
    made = processors.register(world.viewer("analist.een"), given, NOW)
    assert made.kbo == TORHOUT
    assert processors.require(digest, date(2025, 12, 31)) == made
    for key_hash, day in ((digest, date(2026, 1, 1)), (digest, date(2024, 12, 31)), ("0" * 64, date(2025, 6, 1))):
        with pytest.raises(RefusedError) as refusal:
            processors.require(key_hash, day)
        assert (refusal.value.code, str(refusal.value)) == (
            "E720",
            "Er is geen verwerkersovereenkomst van kracht met de drukkerij van deze sleutel. Registreer ze eerst; "
            "zonder overeenkomst wordt er geen pakket verzegeld.",
        )
    with pytest.raises(UsageError) as twice:
        processors.register(world.viewer("analist.een"), given, NOW)
    assert str(twice.value) == "Er is al een verwerkersovereenkomst met die referentie."
    with pytest.raises(RefusedError) as other:
        processors.register(world.viewer("torhout"), given, NOW)
    assert str(other.value) == "Een verwerkersovereenkomst registreert een analist."
    late = Processor("VO-2", "Drukkerij", TORHOUT, digest, date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(UsageError) as reversed_days:
        processors.register(world.viewer("analist.een"), late, NOW)
    assert str(reversed_days.value) == "Een verwerkersovereenkomst eindigt na de dag waarop ze begint."
    with pytest.raises(UsageError) as unreadable:
        fingerprint_of_key(tmp_path / "geen")
    assert (
        str(unreadable.value) == f"De publieke sleutel {tmp_path / 'geen'} kan niet gelezen worden: het bestaat niet."
    )


# Breaches


def test_a_breach_has_72_hours_from_when_it_was_found(world: World) -> None:
    request, breaches = world.request(), Breaches(world.cabinet)
    analyst, dpo = world.viewer("analist.een"), world.viewer("dpo")
    found = NOW - timedelta(hours=10)
    made = breaches.open(analyst, request.id, 7, found, "De brief is teruggevraagd.", NOW)
    told = made.as_json(72, NOW)
    assert (made.id, told["uren_over"], told["uiterlijk"]) == ("lek-0001", 62, "2025-11-12T23:00:00+00:00")
    assert made.as_json(72, NOW + timedelta(hours=63))["uren_over"] == -1
    with pytest.raises(RefusedError) as early:
        breaches.close(analyst, made.id, NOW)
    assert str(early.value) == (
        "Sluit een datalek pas als de DPO verwittigd is en het gemeld is, of de DPO besliste van niet."
    )
    with pytest.raises(RefusedError) as undecided:
        breaches.report(analyst, made.id, NOW)
    assert str(undecided.value) == "De DPO besliste nog niet om dit datalek te melden."
    with pytest.raises(RefusedError) as other:
        breaches.decide(analyst, made.id, "melden", NOW)
    assert str(other.value) == "Of een datalek gemeld wordt, besluit de DPO."
    first = breaches.tell_dpo(analyst, made.id, NOW)
    assert breaches.tell_dpo(analyst, made.id, NOW + timedelta(hours=1)).dpo_told == first.dpo_told == NOW
    breaches.decide(dpo, made.id, "melden", NOW)
    assert not breaches.get(dpo, made.id).settled
    breaches.report(dpo, made.id, NOW)
    closed = breaches.close(analyst, made.id, NOW)
    assert closed.as_json(72, NOW)["uren_over"] is None
    assert (breaches.all(dpo), breaches.all(dpo, only_open=True)) == ((closed,), ())
    assert [act for act in world.acts() if "datalek" in act] == [
        "datalek-geopend", "datalek-dpo-verwittigd", "datalek-dpo-verwittigd", "datalek-besluit", "datalek-gemeld",
        "datalek-gesloten",
    ]  # fmt: skip


def test_a_breach_that_need_not_be_reported(world: World) -> None:
    request, breaches = world.request(), Breaches(world.cabinet)
    made = breaches.open(world.viewer("analist.een"), request.id, 7, NOW, "Ongeopend terug.", NOW)
    breaches.tell_dpo(world.viewer("dpo"), made.id, NOW)
    assert breaches.decide(world.viewer("dpo"), made.id, "niet-melden", NOW).settled
    assert breaches.close(world.viewer("dpo"), made.id, NOW).closed == NOW


def test_a_breach_is_no_municipalitys_and_holds_no_person(world: World) -> None:
    request, breaches = world.request(), Breaches(world.cabinet)
    for account in ("torhout", "drukkerij", "beheerder"):
        with pytest.raises(RefusedError) as refusal:
            breaches.all(world.viewer(account))
        assert str(refusal.value) == "Datalekken zijn voor analisten en de DPO."
    analyst = world.viewer("analist.een")
    for number, code, given in ((request.id, "E711", "85.07.30-000.61 kreeg ze."), ("2025-0099", "E701", "Terug.")):
        with pytest.raises((UsageError, RefusedError)) as refused:
            breaches.open(analyst, number, 7, NOW, given, NOW)
        assert refused.value.code == code  # type: ignore[union-attr]
    for sequence, found in ((0, NOW), (1, NOW + timedelta(hours=1))):
        with pytest.raises(UsageError) as wrong:
            breaches.open(analyst, request.id, sequence, found, "Terug.", NOW)
        assert str(wrong.value) == "Geef het volgnummer van de brief, vanaf 1, en een moment dat voorbij is."
    with pytest.raises(UsageError) as unknown:
        breaches.get(analyst, "lek-0009")
    assert str(unknown.value) == "Er is geen datalek met dit nummer."
    with pytest.raises(UsageError) as verdict:
        breaches.decide(world.viewer("dpo"), "lek-0001", "misschien", NOW)
    assert str(verdict.value) == "Een besluit is melden of niet-melden."
