"""The tables of the list track. No number or name of a child or beneficiary, in no form but a keyed pseudonym.

What happened is never changed or removed; only a protocol's state changes, and its version counts how often.
"""

from __future__ import annotations

from groeibrief.outbox import SCHEMA as OUTBOX
from groeibrief.state import kept_for_good

DATABASE = "protocollen.sqlite"
VERSION = 2

_KEPT = ("gebeurtenis", "advies")
_TRIGGERS = "\n".join(map(kept_for_good, _KEPT))

# The counter: who comes in for a municipality, what was handed in and fetched there, who approved an answer.
_COUNTER = """
CREATE TABLE gast (
    account TEXT PRIMARY KEY,
    kbo TEXT NOT NULL,
    gesloten_op TEXT
) STRICT;
CREATE TABLE goedkeuring (
    protocol TEXT NOT NULL REFERENCES protocol (id),
    ronde INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    wie TEXT NOT NULL,
    wanneer TEXT NOT NULL,
    PRIMARY KEY (protocol, ronde, sha256, wie)
) STRICT;
CREATE TABLE aangeboden (
    nummer INTEGER PRIMARY KEY,
    protocol TEXT NOT NULL REFERENCES protocol (id),
    sha256 TEXT NOT NULL,
    handtekening BLOB NOT NULL,
    wie TEXT NOT NULL,
    wanneer TEXT NOT NULL,
    uitkomst TEXT NOT NULL CHECK (uitkomst IN ('wacht', 'ingenomen', 'geweigerd', 'vervangen')),
    uitleg TEXT NOT NULL,
    verslag TEXT
) STRICT;
CREATE INDEX aangeboden_protocol ON aangeboden (protocol);
CREATE TABLE afhaling (
    protocol TEXT NOT NULL REFERENCES protocol (id),
    sha256 TEXT NOT NULL,
    begonnen_op TEXT NOT NULL,
    keren INTEGER NOT NULL,
    afgehaald_op TEXT,
    PRIMARY KEY (protocol, sha256)
) STRICT;
CREATE TABLE ontvangst (
    protocol TEXT NOT NULL REFERENCES protocol (id),
    ronde INTEGER NOT NULL,
    handtekening BLOB NOT NULL,
    wie TEXT NOT NULL,
    wanneer TEXT NOT NULL,
    PRIMARY KEY (protocol, ronde)
) STRICT"""
MIGRATIONS = {1: _COUNTER}

SCHEMA = f"""
CREATE TABLE account (
    account TEXT PRIMARY KEY,
    rol TEXT NOT NULL CHECK (rol IN ('behandelaar', 'dpo')),
    gesloten_op TEXT
) STRICT;
CREATE TABLE protocol (
    id TEXT PRIMARY KEY,
    toestand TEXT NOT NULL,
    versie INTEGER NOT NULL,
    ronde INTEGER NOT NULL,
    inhoud TEXT NOT NULL,
    gemaakt_op TEXT NOT NULL
) STRICT;
CREATE TABLE gebeurtenis (
    nummer INTEGER PRIMARY KEY,
    protocol TEXT NOT NULL REFERENCES protocol (id),
    wanneer TEXT NOT NULL,
    wie TEXT NOT NULL,
    rol TEXT NOT NULL,
    daad TEXT NOT NULL,
    van TEXT NOT NULL,
    naar TEXT NOT NULL
) STRICT;
CREATE INDEX gebeurtenis_protocol ON gebeurtenis (protocol);
CREATE TABLE document (
    protocol TEXT NOT NULL REFERENCES protocol (id),
    soort TEXT NOT NULL CHECK (soort IN ('besluit', 'wisbewijs')),
    sha256 TEXT NOT NULL,
    referentie TEXT NOT NULL,
    datum TEXT NOT NULL,
    PRIMARY KEY (protocol, soort, sha256)
) STRICT;
CREATE TABLE advies (
    nummer INTEGER PRIMARY KEY,
    protocol TEXT NOT NULL REFERENCES protocol (id),
    partij TEXT NOT NULL CHECK (partij IN ('opgroeien', 'bestuur')),
    gunstig INTEGER NOT NULL CHECK (gunstig IN (0, 1)),
    voorwaarden TEXT NOT NULL,
    referentie TEXT NOT NULL,
    wie TEXT NOT NULL,
    wanneer TEXT NOT NULL,
    UNIQUE (protocol, partij)
) STRICT;
CREATE TABLE sleutel (
    nummer INTEGER PRIMARY KEY,
    protocol TEXT NOT NULL REFERENCES protocol (id),
    age TEXT NOT NULL,
    ondertekening TEXT NOT NULL,
    door TEXT NOT NULL,
    op TEXT NOT NULL,
    bevestigd_door TEXT,
    bevestigd_op TEXT,
    CHECK ((bevestigd_door IS NULL) = (bevestigd_op IS NULL))
) STRICT;
CREATE INDEX sleutel_protocol ON sleutel (protocol);
CREATE TABLE lijst (
    protocol TEXT NOT NULL REFERENCES protocol (id),
    ronde INTEGER NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    naam TEXT NOT NULL,
    kolom TEXT,
    wanneer TEXT NOT NULL,
    uitkomst TEXT NOT NULL,
    PRIMARY KEY (protocol, ronde, sha256)
) STRICT;
CREATE TABLE antwoord (
    protocol TEXT NOT NULL REFERENCES protocol (id),
    ronde INTEGER NOT NULL,
    peildatum TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    synthetisch INTEGER NOT NULL CHECK (synthetisch IN (0, 1)),
    totalen TEXT NOT NULL,
    stops TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    vervalt TEXT NOT NULL,
    wie TEXT NOT NULL,
    wanneer TEXT NOT NULL,
    PRIMARY KEY (protocol, ronde)
) STRICT;
CREATE TABLE levering (
    protocol TEXT NOT NULL REFERENCES protocol (id),
    ronde INTEGER NOT NULL,
    doel TEXT NOT NULL,
    wie TEXT NOT NULL,
    begonnen_op TEXT NOT NULL,
    geleverd_op TEXT,
    manifest TEXT,
    gewist_op TEXT,
    ontvangen_op TEXT,
    PRIMARY KEY (protocol, ronde)
) STRICT;
CREATE TABLE gevraagd (
    maand TEXT NOT NULL,
    protocol TEXT NOT NULL REFERENCES protocol (id),
    ronde INTEGER NOT NULL,
    pseudoniemen BLOB NOT NULL,
    PRIMARY KEY (maand, protocol, ronde)
) STRICT;
{_COUNTER};
{OUTBOX}
{_TRIGGERS}
"""
