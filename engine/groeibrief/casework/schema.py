"""The tables of the casework: authorities, accounts, requests with their history, runs, register, records.

No personal data of families: a family is a pseudonym, in a file of its own (``families``). What happened is never
changed or removed; only a request itself changes, and its version counts how often.
"""

from __future__ import annotations

from groeibrief.outbox import SCHEMA as OUTBOX
from groeibrief.state import kept_for_good

DATABASE = "dossiers.sqlite"
VERSION = 1

_KEPT = ("bestuur_gemeente", "gebeurtenis", "bericht", "definitie", "goedkeuring", "registerfeit", "besteld")
_TRIGGERS = "\n".join(map(kept_for_good, _KEPT))

SCHEMA = f"""
CREATE TABLE bestuur (
    kbo TEXT PRIMARY KEY,
    naam TEXT NOT NULL,
    soort TEXT NOT NULL CHECK (soort IN ('gemeente', 'ocmw'))
) STRICT;
CREATE TABLE bestuur_gemeente (
    kbo TEXT NOT NULL REFERENCES bestuur (kbo),
    nis TEXT NOT NULL,
    van TEXT NOT NULL,
    tot TEXT,
    PRIMARY KEY (kbo, nis, van)
) STRICT, WITHOUT ROWID;
CREATE TABLE account (
    account TEXT PRIMARY KEY,
    rol TEXT NOT NULL,
    kbo TEXT REFERENCES bestuur (kbo),
    demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
    gesloten_op TEXT,
    CHECK ((kbo IS NOT NULL) = (rol = 'gemeente'))
) STRICT;
CREATE TABLE aanvraag (
    id TEXT PRIMARY KEY,
    kbo TEXT NOT NULL REFERENCES bestuur (kbo),
    toestand TEXT NOT NULL,
    versie INTEGER NOT NULL,
    inhoud TEXT NOT NULL,
    gemaakt_op TEXT NOT NULL,
    gewijzigd_op TEXT NOT NULL,
    kloon_van TEXT REFERENCES aanvraag (id),
    overeenkomst TEXT,
    overeenkomst_op TEXT,
    CHECK ((overeenkomst IS NULL) = (overeenkomst_op IS NULL))
) STRICT;
CREATE INDEX aanvraag_bestuur ON aanvraag (kbo);
CREATE TABLE gebeurtenis (
    nummer INTEGER PRIMARY KEY,
    aanvraag TEXT NOT NULL REFERENCES aanvraag (id),
    wanneer TEXT NOT NULL,
    wie TEXT NOT NULL,
    rol TEXT NOT NULL,
    daad TEXT NOT NULL,
    van TEXT NOT NULL,
    naar TEXT NOT NULL
) STRICT;
CREATE INDEX gebeurtenis_aanvraag ON gebeurtenis (aanvraag);
CREATE TABLE bericht (
    nummer INTEGER PRIMARY KEY,
    aanvraag TEXT NOT NULL REFERENCES aanvraag (id),
    wanneer TEXT NOT NULL,
    wie TEXT NOT NULL,
    rol TEXT NOT NULL,
    intern INTEGER NOT NULL CHECK (intern IN (0, 1)),
    tekst TEXT NOT NULL
) STRICT;
CREATE INDEX bericht_aanvraag ON bericht (aanvraag);
CREATE TABLE definitie (
    aanvraag TEXT NOT NULL REFERENCES aanvraag (id),
    nummer INTEGER NOT NULL,
    wanneer TEXT NOT NULL,
    wie TEXT NOT NULL,
    rol TEXT NOT NULL,
    doelgroep TEXT NOT NULL,
    tekst TEXT NOT NULL,
    gevallen TEXT,
    invulling TEXT NOT NULL,
    definitie TEXT NOT NULL,
    voorwaarden TEXT NOT NULL,
    dpo INTEGER NOT NULL CHECK (dpo IN (0, 1)),
    rondes INTEGER NOT NULL,
    PRIMARY KEY (aanvraag, nummer)
) STRICT;
CREATE TABLE goedkeuring (
    nummer INTEGER PRIMARY KEY,
    aanvraag TEXT NOT NULL REFERENCES aanvraag (id),
    versie INTEGER NOT NULL,
    wanneer TEXT NOT NULL,
    wie TEXT NOT NULL,
    rol TEXT NOT NULL CHECK (rol IN ('analist', 'dpo')),
    bundel TEXT NOT NULL
) STRICT;
CREATE INDEX goedkeuring_aanvraag ON goedkeuring (aanvraag);
CREATE TABLE uitvoering (
    aanvraag TEXT NOT NULL REFERENCES aanvraag (id),
    ronde INTEGER NOT NULL,
    begonnen_op TEXT NOT NULL,
    wie TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    snapshot_hash TEXT NOT NULL,
    onttrokken_op TEXT NOT NULL,
    definitie TEXT NOT NULL,
    bundel TEXT NOT NULL,
    verwerker TEXT NOT NULL,
    synthetisch INTEGER NOT NULL CHECK (synthetisch IN (0, 1)),
    opdracht TEXT,
    PRIMARY KEY (aanvraag, ronde)
) STRICT;
CREATE TABLE stap (
    aanvraag TEXT NOT NULL,
    ronde INTEGER NOT NULL,
    stap TEXT NOT NULL,
    wanneer TEXT NOT NULL,
    hash TEXT NOT NULL,
    aantal INTEGER NOT NULL,
    PRIMARY KEY (aanvraag, ronde, stap),
    FOREIGN KEY (aanvraag, ronde) REFERENCES uitvoering (aanvraag, ronde)
) STRICT;
CREATE TABLE besteld (
    aanvraag TEXT NOT NULL REFERENCES aanvraag (id),
    ronde INTEGER NOT NULL,
    voorwaarden TEXT NOT NULL,
    wanneer TEXT NOT NULL,
    getoond TEXT NOT NULL,
    PRIMARY KEY (aanvraag, ronde, voorwaarden)
) STRICT;
CREATE TABLE verwerker (
    referentie TEXT PRIMARY KEY,
    naam TEXT NOT NULL,
    kbo TEXT NOT NULL,
    sleutel TEXT NOT NULL,
    van TEXT NOT NULL,
    tot TEXT NOT NULL
) STRICT;
CREATE TABLE datalek (
    id TEXT PRIMARY KEY,
    aanvraag TEXT NOT NULL REFERENCES aanvraag (id),
    volgnummer INTEGER NOT NULL,
    vastgesteld TEXT NOT NULL,
    maatregelen TEXT NOT NULL,
    dpo_verwittigd TEXT,
    besluit TEXT CHECK (besluit IN ('melden', 'niet-melden')),
    gemeld TEXT,
    gesloten TEXT
) STRICT;
CREATE TABLE wissing (
    aanvraag TEXT PRIMARY KEY REFERENCES aanvraag (id),
    begonnen TEXT NOT NULL,
    wie TEXT NOT NULL,
    gewist TEXT NOT NULL
) STRICT;
CREATE TABLE registerfeit (
    nummer INTEGER PRIMARY KEY,
    naam TEXT NOT NULL,
    nis TEXT NOT NULL,
    piste TEXT NOT NULL CHECK (piste IN ('opgroeien', 'vutg')),
    stand TEXT NOT NULL,
    datum TEXT NOT NULL,
    zeker INTEGER NOT NULL CHECK (zeker IN (0, 1)),
    bron TEXT NOT NULL,
    reden TEXT NOT NULL,
    openbaar INTEGER NOT NULL CHECK (openbaar IN (0, 1)),
    wie TEXT NOT NULL,
    ingevoerd_op TEXT NOT NULL,
    UNIQUE (naam, piste, stand, datum, bron)
) STRICT;
{OUTBOX}
{_TRIGGERS}
"""
