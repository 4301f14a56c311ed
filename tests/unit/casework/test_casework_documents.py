"""Council decisions: what is a PDF, and what is not."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pypdfium2
import pytest
from casework_world import World

from groeibrief.casework.documents import keep_decision, read_decision
from groeibrief.casework.policy import Limits
from groeibrief.errors import RefusedError, UsageError

LIMITS = Limits(brieven_per_gezin=4, venster_maanden=12, snapshot_dagen=35, besluit_bytes=20_000, besluit_paginas=3)
DAY = date(2025, 10, 1)
DAMAGED = "Het besluit is een beschadigde PDF, of een met een wachtwoord. Bewaar het opnieuw, zonder wachtwoord."


def pdf(pages: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def encrypted(password: str) -> bytes:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(1))) as document:
        document.save(sink, encryption=pikepdf.Encryption(owner="baas", user=password))
    return sink.getvalue()


def test_a_decision_is_kept_under_its_hash_and_privately(world: World) -> None:
    data = pdf(2)
    made = keep_decision(world.cabinet, data, " 2025/12 ", DAY, LIMITS)
    assert keep_decision(world.cabinet, data, "2025/12", DAY, LIMITS) == made
    assert (made.pages, made.bytes, made.reference) == (2, len(data), "2025/12")
    assert read_decision(world.cabinet, made) == data
    (path,) = world.cabinet.room("besluiten").glob("*.pdf")
    assert (path.stem, path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (made.sha256, 0o600, 0o700)
    path.write_bytes(b"%PDF-ander")
    with pytest.raises(RefusedError) as refusal:
        read_decision(world.cabinet, made)
    assert str(refusal.value) == ("Het besluit is weg of is gewijzigd. Vraag het opnieuw en verwittig een beheerder.")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04 een Word-bestand", "Het besluit is geen PDF. Bewaar het als PDF en geef het opnieuw."),
        (b"", "Het besluit is geen PDF. Bewaar het als PDF en geef het opnieuw."),
        (b"%PDF-1.7\nniets", DAMAGED),
        (pdf(4), "Het besluit telt 4 pagina's; hoogstens 3 is mogelijk. Geef alleen het besluit."),
        (b"%PDF-" + bytes(20_000), "Het besluit is 20005 bytes groot; hoogstens 20000 is mogelijk. Maak het kleiner."),
        (encrypted("geheim"), DAMAGED),
        (encrypted(""), "Het besluit is versleuteld. Bewaar het opnieuw, zonder beveiliging."),
    ],
    ids=["word", "empty", "broken", "pages", "size", "password", "encrypted"],
)  # fmt: skip
def test_what_is_refused(world: World, data: bytes, told: str) -> None:
    with pytest.raises(UsageError) as refusal:
        keep_decision(world.cabinet, data, "2025/12", DAY, LIMITS)
    assert (refusal.value.code, str(refusal.value)) == ("E716", told)
    assert list(world.cabinet.room("besluiten").glob("*.pdf")) == []
