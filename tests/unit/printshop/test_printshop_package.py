from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from groeibrief.artefacts import canonical_json, sha256_bytes, sha256_file
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import fingerprint, read_public_key
from groeibrief.printshop.archive import ArchiveReader
from groeibrief.printshop.content import gather
from groeibrief.printshop.package import make_package, open_package, reprint, verify_package
from groeibrief.printshop.ticket import JobInfo

CONTENT = {
    "LEESMIJ.txt",
    "brieven-0001.pdf",
    "brieven-0002.pdf",
    "controlesommen.sha256",
    "opdrachtbon.csv",
    "opdrachtbon.json",
    "portolijst.csv",
    "proef.csv",
    "stukken.csv",
}


@pytest.fixture
def make(tmp_path, letters, keys, policy):
    def call(out=None, **changes):
        arguments = {
            "recipients": [keys.public],
            "sign_key": keys.sign,
            "job": JobInfo("opdracht-1"),
            "policy": policy,
            "synthetic": False,
            **changes,
        }
        return make_package(letters, out or tmp_path / "a.pakket", **arguments)

    return call


def test_a_package_opens_to_what_was_put_in(tmp_path, letters, keys, package):
    opened = open_package(package, tmp_path / "uit", keys.secret, [keys.trusted])
    assert {path.name for path in opened.path.iterdir()} == CONTENT
    for name in ("brieven-0001.pdf", "brieven-0002.pdf"):
        assert (opened.path / name).read_bytes() == (letters / name).read_bytes()
    assert (opened.path / "stukken.csv").read_text() == (
        "volgnummer;partij;bestand;eerste_pagina;paginas;vellen;bijlagen;posten;merkopdracht\n"
        "3;1;brieven-0001.pdf;1;2;1;0;00;\n"
        "1;1;brieven-0001.pdf;3;2;1;0;00;\n"
        "7;1;brieven-0001.pdf;5;2;1;0;00;\n"
        "2;2;brieven-0002.pdf;1;4;2;0;00;\n"
        "5;2;brieven-0002.pdf;5;6;3;0;00;\n"
    )
    sums = dict(reversed(line.split("  ")) for line in (opened.path / "controlesommen.sha256").read_text().splitlines())
    assert sums == {name: sha256_file(opened.path / name) for name in CONTENT - {"controlesommen.sha256"}}


def test_the_clear_part_has_counts_hash_and_fingerprints_only(keys, package):
    data = (package / "manifest.json").read_bytes()
    manifest = json.loads(data)
    assert data == canonical_json(manifest)
    assert manifest == {
        "formaat": "groeibrief-pakket",
        "versie": 1,
        "opdracht": "opdracht-1",
        "synthetisch": False,
        "stukken": 5,
        "paginas": 16,
        "vellen": 8,
        "inhoud": {
            "bestand": "inhoud.tar.age",
            "bytes": (package / "inhoud.tar.age").stat().st_size,
            "sha256": sha256_file(package / "inhoud.tar.age"),
        },
        "ontvangers": [sha256_bytes(keys.public.read_bytes().strip())[:16]],
        "ondertekenaar": fingerprint(read_public_key(keys.trusted)),
    }
    assert (package / "manifest.sig").stat().st_size == 64


def test_verification_answers_as_the_contract_says(keys, package):
    expected = {
        "geldig": True,
        "synthetisch": False,
        "stukken": 5,
        "paginas": 16,
        "sha256": sha256_file(package / "inhoud.tar.age"),
        "ondertekenaar": fingerprint(read_public_key(keys.trusted)),
        "proef_vereist": None,
        "goedgekeurd": None,
        "fouten": [],
    }
    clear = verify_package(package, [keys.trusted])
    whole = verify_package(package, [keys.trusted], keys.secret)
    assert clear.as_json() == expected
    assert whole.as_json() == expected | {"proef_vereist": True}
    assert (clear.opened, whole.opened) == (False, True)
    assert not clear.synthetic


def test_a_synthetic_package_says_so(tmp_path, keys, make):
    made = make(synthetic=True)
    assert made.as_json()["synthetisch"] is True
    assert verify_package(made.path, [keys.trusted]).synthetic
    opened = open_package(made.path, tmp_path / "uit", keys.secret, [keys.trusted])
    assert json.loads((opened.path / "opdrachtbon.json").read_text())["synthetisch"] is True
    assert (opened.path / "LEESMIJ.txt").read_text().startswith("DIT IS EEN SYNTHETISCH PAKKET")


def test_the_content_is_the_same_every_time(tmp_path, letters, policy, write_letters):
    def content() -> bytes:
        reader = ArchiveReader(gather(letters, JobInfo("a"), policy, synthetic=False).members)
        return b"".join(iter(lambda: reader.read(8192), b""))

    first = content()
    for path in letters.iterdir():
        os.utime(path, (1, 1))
    assert content() == first


def test_only_what_the_piece_list_names_goes_in(tmp_path, letters, keys, make):
    (letters / "dossiers.csv").write_text("volgnummer;dossier_id\n1;424242\n")
    (letters / "archief").mkdir()
    opened = open_package(make().path, tmp_path / "uit", keys.secret, [keys.trusted])
    assert {path.name for path in opened.path.iterdir()} == CONTENT
    assert not any(b"424242" in path.read_bytes() for path in opened.path.iterdir())


def test_everything_is_for_its_owner_only(tmp_path, keys, package):
    opened = open_package(package, tmp_path / "uit", keys.secret, [keys.trusted])
    for folder in (package, opened.path):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_verification_leaves_nothing_behind(tmp_path, monkeypatch, keys, package):
    temporary = tmp_path / "tijdelijk"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    verify_package(package, [keys.trusted], keys.secret)
    assert list(temporary.iterdir()) == []


def test_an_existing_folder_is_never_replaced(tmp_path, keys, make, package):
    with pytest.raises(UsageError) as caught:
        make(package)
    assert caught.value.code == "E210"
    with pytest.raises(UsageError) as caught:
        open_package(package, tmp_path / "sleutels", keys.secret, [keys.trusted])
    assert caught.value.code == "E210"
    assert verify_package(package, [keys.trusted], keys.secret).valid


def _refused(tmp_path: Path, call) -> tuple[str, str]:
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises((RefusedError, UsageError)) as caught:
        call()
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    return caught.value.code, str(caught.value)


def test_a_folder_without_letters(tmp_path, letters, make):
    (letters / "stukken.csv").unlink()
    assert _refused(tmp_path, make) == (
        "E247",
        f"{letters} is geen map met brieven: stukken.csv ontbreekt. Maak eerst de brieven.",
    )


def test_a_piece_list_that_is_not_one(tmp_path, letters, make):
    (letters / "stukken.csv").write_text("volgnummer;bestand;eerste_pagina;paginas\nx;brieven-0001.pdf;1;2\n")
    assert _refused(tmp_path, make) == ("E247", "stukken.csv:2: Hier hoort een geheel getal vanaf 1.")


def test_a_piece_list_without_pieces(tmp_path, letters, make):
    (letters / "stukken.csv").write_text("volgnummer;bestand;eerste_pagina;paginas\n")
    assert _refused(tmp_path, make) == ("E247", "stukken.csv: Er staat geen enkel stuk in de lijst.")


def test_letters_that_differ_from_their_list(tmp_path, letters, make, write_letters):
    write_letters(tmp_path / "meer", {"brieven-0009.pdf": [(9, 2)]})
    (tmp_path / "meer" / "brieven-0009.pdf").rename(letters / "brieven-0009.pdf")
    (letters / "brieven-0001.pdf").write_bytes((letters / "brieven-0001.pdf").read_bytes()[:400])
    (letters / "brieven-0002.pdf").write_bytes((letters / "brieven-0009.pdf").read_bytes())
    assert _refused(tmp_path, make) == (
        "E551",
        "brieven-0009.pdf: Dit bestand staat niet in de stuklijst. Maak de brieven opnieuw.\n"
        "brieven-0001.pdf: Dit bestand ontbreekt of is geen leesbare PDF. Maak de brieven opnieuw.\n"
        "brieven-0002.pdf: De stuklijst telt 10 pagina's, maar het bestand heeft er 2. Maak de brieven opnieuw.",
    )


def test_a_batch_that_is_too_large(tmp_path, make, policy):
    assert _refused(tmp_path, lambda: make(policy=replace(policy, paginas_per_partij=9))) == (
        "E552",
        "brieven-0002.pdf: Deze partij heeft 10 pagina's; het drukwerkbeleid laat er hoogstens 9 toe. Maak de brieven "
        "opnieuw.",
    )


def test_a_letter_that_changes_under_our_hands(tmp_path, monkeypatch, letters, make):
    from groeibrief.printshop import package

    def meanwhile(*arguments, **options):
        content = gather(*arguments, **options)
        with (letters / "brieven-0002.pdf").open("ab") as stream:
            stream.write(b"\n")
        return content

    monkeypatch.setattr(package, "gather", meanwhile)
    assert _refused(tmp_path, make)[0] == "E555"


def test_an_interrupted_package_leaves_nothing(tmp_path, monkeypatch, make):
    from groeibrief.printshop import package

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(package, "read_manifest", interrupt)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        make()
    assert sorted(tmp_path.iterdir()) == before


def test_a_reprint_holds_exactly_the_letters_asked_for(tmp_path, keys, policy, write_letters):
    again = write_letters(tmp_path / "opnieuw", {"brieven-0001.pdf": [(2, 4), (5, 6)]})
    options = {"recipients": [keys.public], "sign_key": keys.sign, "policy": policy, "synthetic": False}
    job = JobInfo("opdracht-1-herdruk-1", reprint_of="opdracht-1")
    made = reprint(again, [5, 2], tmp_path / "h.pakket", job=job, **options)
    opened = open_package(made.path, tmp_path / "uit", keys.secret, [keys.trusted])
    assert json.loads((opened.path / "opdrachtbon.json").read_text())["herdruk_van"] == "opdracht-1"
    assert made.manifest.stukken == 2

    def other(sequences, job=job):
        return lambda: reprint(again, sequences, tmp_path / "h2.pakket", job=job, **options)

    message = (
        "De map bevat andere brieven dan gevraagd voor de herdruk. Te veel of te weinig: volgnummer {}. Maak alleen de "
        "gevraagde brieven opnieuw."
    )
    assert _refused(tmp_path, other([2])) == ("E553", message.format("5"))
    assert _refused(tmp_path, other(range(2, 30))) == ("E553", message.format("3, 4, 6, 7, 8, 9, 10, 11, 12, 13 …"))
    assert _refused(tmp_path, other([2, 5], JobInfo("opdracht-2"))) == (
        "E248",
        "Een herdruk noemt de opdracht waarvan hij een herdruk is.",
    )


def test_a_job_is_opened_once_where_that_is_remembered(tmp_path, keys, package):
    memory = tmp_path / "geheugen"
    first = open_package(package, tmp_path / "een", keys.secret, [keys.trusted], memory)
    with pytest.raises(RefusedError) as caught:
        open_package(package, tmp_path / "twee", keys.secret, [keys.trusted], memory)
    job = first.manifest.opdracht
    assert (caught.value.code, str(caught.value)) == (
        "E584",
        f"Opdracht {job} is hier al eens geopend, en elke opdracht wordt één keer gedrukt. Druk niets en verwittig "
        f"VUTG. Is de eerste keer niets gedrukt, haal dan {job}.geopend weg en open opnieuw.",
    )
    assert not (tmp_path / "twee").exists()
    assert [path.name for path in memory.iterdir()] == [f"{job}.geopend"]
    assert open_package(package, tmp_path / "zonder", keys.secret, [keys.trusted]).manifest == first.manifest


def test_a_package_that_is_refused_is_not_remembered(tmp_path, keys, package):
    memory = tmp_path / "geheugen"
    sealed = package / "inhoud.tar.age"
    sealed.chmod(0o600)
    sealed.write_bytes(sealed.read_bytes()[:-1])
    with pytest.raises(RefusedError):
        open_package(package, tmp_path / "uit", keys.secret, [keys.trusted], memory)
    assert list(memory.iterdir()) == []
