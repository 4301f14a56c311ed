"""Invented accounts and protocols for a demonstration of the counter: in a state of their own, beside nothing real."""

from __future__ import annotations

from groeibrief.errors import RefusedError
from groeibrief.opgroeien.lifecycle import Role
from groeibrief.workflow.opgroeienloket import Counter

PREFIX = "demo-"
PARTIES = (
    ("demo-torhout", "0123.456.749", "OCMW Torhout", "31033", "Gratis kansenpas", "Kansenpas voor kinderen"),
    ("demo-zaventem", "0234.567.873", "Gemeente Zaventem", "23094", "Korting op de zomerspeelpleinen", "Speelpleinen"),
)
STAFF = (
    ("demo-behandelaar-1", Role.HANDLER), ("demo-behandelaar-2", Role.HANDLER), ("demo-dpo", Role.DPO),
)  # fmt: skip
_APPLICATION = """\
titel: {title}
poort:
  ander_comite_bevoegd: nee
  machtiging_bestuur: verzonnen machtiging van het bestuur
  machtiging_opgroeien: verzonnen machtiging van Opgroeien
  bekendmaking: https://protocollen.example.be
bestuur:
  naam: {name}
  kbo: "{kbo}"
  nis: ["{nis}"]
  dpo: {{naam: Dienst gegevensbescherming, e_mail: dpo@bestuur.example.be}}
doeleinde: {{categorie: korting-op-dienstverlening, voordeel: {benefit}, toekenning: automatische-toekenning}}
rechtsgrond: Verzonnen reglement
leeftijd: {{van: 0, tot_en_met: 25}}
periodiciteit: eenmalig
looptijd: {{van: {year}-01-01, tot_en_met: {year}-12-31}}
insz_begunstigde: false
gedeeltelijk_antwoord: true
"""


def add_demo(counter: Counter) -> tuple[tuple[str, Role, str, str, tuple[str, ...]], ...]:
    """Make the demo's accounts and protocols, unless they are there: account, role, number, name and codes of each.

    Raises RefusedError (E856) when the state holds an account that is not a demo's.
    """
    cabinet, now = counter.track.cabinet, counter.track.now()
    held = cabinet.accounts()
    if any(not account.startswith(PREFIX) for account in held):
        raise RefusedError(
            "E856",
            "Deze map bevat echte accounts van Opgroeien. Een demonstratie krijgt een map van haar eigen: geef een "
            "andere met --state.",
        )
    for account, role in STAFF:
        cabinet.admit(account, role, "", now)
    for account, kbo, *_ in PARTIES:
        cabinet.admit(account, Role.PARTY, kbo, now)
    if not counter.protocols.all():
        for _, kbo, name, nis, benefit, title in PARTIES:
            text = _APPLICATION.format(title=title, name=name, kbo=kbo, nis=nis, benefit=benefit, year=now.year)
            counter.new(text.encode(), STAFF[0][0])
    own = tuple((account, role, "", "", ()) for account, role in STAFF)
    return (*((each[0], Role.PARTY, each[1], each[2], (each[3],)) for each in PARTIES), *own)
