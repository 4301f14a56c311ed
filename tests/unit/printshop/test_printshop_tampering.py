"""A package that differs in any way from what VUTG sealed is refused, and nothing of it is left."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import fingerprint, read_private_key, read_public_key, write_key_pair
from groeibrief.printshop.archive import ArchiveReader, Member, bytes_member
from groeibrief.printshop.content import checksum_list, gather
from groeibrief.printshop.package import make_package, open_package, verify_package
from groeibrief.printshop.seal import encrypt, make_age_keys, read_recipients
from groeibrief.printshop.ticket import JobInfo

AGAIN = "Druk niets en vraag VUTG om het pakket opnieuw te sturen."


@pytest.fixture
def refusal(tmp_path, monkeypatch, keys, package):
    """Try to open and to verify; both must refuse for the same reason and leave nothing."""
    import tempfile

    temporary = tmp_path / "tijdelijk"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def call(secret=keys.secret, trusted=(keys.trusted,)) -> tuple[str, str]:
        out = tmp_path / "uit" / "map"
        out.parent.mkdir(exist_ok=True)
        with pytest.raises(RefusedError) as caught:
            open_package(package, out, secret, list(trusted))
        assert list(out.parent.iterdir()) == []
        report = verify_package(package, list(trusted), secret)
        assert list(temporary.iterdir()) == []
        assert not report.valid
        assert report.as_json()["geldig"] is False
        assert report.as_json()["fouten"][0] == f"{caught.value.code}: {caught.value}"
        return caught.value.code, str(caught.value)

    return call


def _flip(path: Path, index: int) -> None:
    data = bytearray(path.read_bytes())
    data[index] ^= 1
    path.write_bytes(data)


SIGNATURE_FAULT = (
    "E542",
    f"manifest.json: De handtekening klopt niet: het manifest of de handtekening is veranderd. {AGAIN}",
)


@pytest.mark.parametrize("index", [0, 31, 63])
def test_an_altered_signature(refusal, package, index):
    _flip(package / "manifest.sig", index)
    assert refusal() == SIGNATURE_FAULT


@pytest.mark.parametrize("signature", [b"", b"x" * 63, b"x" * 65])
def test_a_signature_of_another_length(refusal, package, signature):
    (package / "manifest.sig").write_bytes(signature)
    assert refusal() == SIGNATURE_FAULT


def test_any_altered_byte_of_the_manifest(keys, package):
    original = (package / "manifest.json").read_bytes()
    for index in range(len(original)):
        _flip(package / "manifest.json", index)
        report = verify_package(package, [keys.trusted])
        assert [fault.code for fault in report.faults] in (["E542"], ["E541"])
        assert report.as_json()["stukken"] is None
        (package / "manifest.json").write_bytes(original)
    assert verify_package(package, [keys.trusted]).valid


def test_a_manifest_with_other_counts(refusal, package):
    manifest = json.loads((package / "manifest.json").read_text())
    (package / "manifest.json").write_bytes(canonical_json({**manifest, "stukken": 4}))
    assert refusal() == SIGNATURE_FAULT


def test_an_unknown_signer(refusal, tmp_path, keys):
    write_key_pair(tmp_path / "ander.pem", tmp_path / "ander.pub")
    own = fingerprint(read_public_key(keys.trusted))
    expected = (
        "E541",
        f"manifest.json: Het pakket is ondertekend met een sleutel die u niet vertrouwt (kenmerk {own}). Druk niets. "
        "Vraag VUTG welk kenmerk haar sleutel heeft, en geef haar publieke sleutel met --trust.",
    )
    assert refusal(trusted=[tmp_path / "ander.pub"]) == expected
    assert refusal(trusted=[]) == expected


@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 1.0])
def test_an_altered_byte_of_the_content(refusal, package, part):
    sealed = package / "inhoud.tar.age"
    _flip(sealed, int(part * (sealed.stat().st_size - 1)))
    assert refusal() == (
        "E543",
        "inhoud.tar.age: De verzegelde inhoud klopt niet: de controlesom verschilt van die in het manifest. " + AGAIN,
    )


def test_content_with_something_behind_it(refusal, package):
    with (package / "inhoud.tar.age").open("ab") as stream:
        stream.write(b"x")
    assert refusal()[0] == "E543"


@pytest.mark.parametrize("kept", [0, 1, 1000, -1])
def test_truncated_content(refusal, package, kept):
    data = (package / "inhoud.tar.age").read_bytes()
    (package / "inhoud.tar.age").write_bytes(data[:kept])
    assert refusal() == (
        "E543",
        f"inhoud.tar.age: De verzegelde inhoud klopt niet: het bestand is onvolledig ({len(data[:kept])} van "
        f"{len(data)} bytes). {AGAIN}",
    )


def test_truncated_content_is_found_without_a_key(keys, package):
    os.truncate(package / "inhoud.tar.age", 500)
    assert [fault.code for fault in verify_package(package, [keys.trusted]).faults] == ["E543"]


def test_reordered_content(refusal, package):
    data = (package / "inhoud.tar.age").read_bytes()
    (package / "inhoud.tar.age").write_bytes(data[:2000] + data[3000:4000] + data[2000:3000] + data[4000:])
    assert refusal()[0] == "E543"


@pytest.mark.parametrize("swapped", [["manifest.json"], ["manifest.sig"], ["manifest.json", "manifest.sig"]])
def test_parts_of_another_package(refusal, tmp_path, letters, keys, policy, package, swapped):
    other = make_package(
        letters, tmp_path / "b.pakket", recipients=[keys.public], sign_key=keys.sign, job=JobInfo("opdracht-2"),
        policy=policy, synthetic=False,
    )  # fmt: skip
    for name in swapped:
        shutil.copy(other.path / name, package / name)
    assert refusal()[0] == ("E543" if len(swapped) == 2 else "E542")


def test_another_key(refusal, tmp_path):
    make_age_keys(tmp_path / "ander.key", tmp_path / "ander.pub")
    assert refusal(secret=tmp_path / "ander.key") == (
        "E544",
        "Dit pakket is niet voor deze sleutel verzegeld. Gebruik de geheime sleutel die hoort bij de publieke sleutel "
        "die u aan VUTG gaf.",
    )


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "inhoud.tar.age"])
def test_a_missing_part(refusal, package, name):
    (package / name).unlink()
    assert refusal() == ("E540", f"{name}: Dit bestand van het pakket ontbreekt. {AGAIN}")


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "inhoud.tar.age"])
def test_a_part_that_is_a_link(refusal, tmp_path, package, name):
    (package / name).rename(tmp_path / name)
    (package / name).symlink_to(tmp_path / name)
    assert refusal() == ("E540", f"{name}: Dit bestand van het pakket ontbreekt. {AGAIN}")


def test_a_file_that_does_not_belong(refusal, package):
    (package / "extra.pdf").write_bytes(b"%PDF")
    assert refusal() == (
        "E550",
        "extra.pdf: Dit bestand hoort niet in een pakket en is niet ondertekend. Haal het weg en controleer opnieuw.",
    )


def test_a_folder_that_is_not_there(tmp_path, keys):
    for call in (
        lambda: verify_package(tmp_path / "weg", [keys.trusted]),
        lambda: open_package(tmp_path / "weg", tmp_path / "uit", keys.secret, [keys.trusted]),
    ):
        with pytest.raises(UsageError) as caught:
            call()
        assert (caught.value.code, str(caught.value)) == (
            "E246",
            f"{tmp_path / 'weg'} is geen pakket. Een pakket is een map met manifest.json, manifest.sig en "
            "inhoud.tar.age.",
        )


# From here on the signature is good: what is inside must still agree with itself.


def _sign(package: Path, keys, data: bytes) -> None:
    (package / "manifest.json").write_bytes(data)
    (package / "manifest.sig").write_bytes(read_private_key(keys.sign).sign(data))


def _reseal(package: Path, keys, archive, **changes) -> None:
    with (package / "inhoud.tar.age").open("w+b") as stream:
        sealed = encrypt(archive, stream, read_recipients([keys.public]))
    manifest = json.loads((package / "manifest.json").read_text())
    manifest["inhoud"].update(bytes=sealed.size, sha256=sealed.sha256)
    _sign(package, keys, canonical_json({**manifest, **changes}))


@pytest.mark.parametrize(
    ("rewrite", "why"),
    [
        (lambda data: data.replace(b'"versie":1', b'"versie":2'), "er ontbreekt iets of er staat te veel in"),
        (lambda data: data.replace(b'"vellen":8,', b""), "er ontbreekt iets of er staat te veel in"),
        (lambda data: data.replace(b'"vellen":8', b'"vellen":8,"naam":""'), "er ontbreekt iets of er staat te veel in"),
        (lambda data: b"[" * 60_000, "er ontbreekt iets of er staat te veel in"),
        (lambda data: data + b"\n", "het is niet geschreven zoals afgesproken"),
        (
            lambda data: data.replace(b'"vellen":8', b'"vellen":9,"vellen":8'),
            "het is niet geschreven zoals afgesproken",
        ),
        (lambda data: data + b" " * 64_000, "het is te groot"),
    ],
)
def test_a_manifest_of_another_form(refusal, keys, package, rewrite, why):
    _sign(package, keys, rewrite((package / "manifest.json").read_bytes()))
    assert refusal() == ("E540", f"manifest.json: Dit is geen manifest dat deze versie van groeibrief kent: {why}.")


def test_a_manifest_that_names_another_signer(refusal, keys, package):
    manifest = json.loads((package / "manifest.json").read_text())
    _sign(package, keys, canonical_json({**manifest, "ondertekenaar": "0" * 16}))
    assert refusal()[0] == "E540"


def test_content_that_is_no_archive(refusal, keys, package):
    import io

    _reseal(package, keys, io.BytesIO(b"%PDF-1.7" * 1000))
    assert refusal()[0] == "E546"


def test_a_seal_for_another_reader_than_promised(refusal, tmp_path, keys, package):
    make_age_keys(tmp_path / "ander.key", tmp_path / "ander.pub")
    (recipient,) = read_recipients([tmp_path / "ander.pub"])
    manifest = json.loads((package / "manifest.json").read_text())
    _sign(package, keys, canonical_json({**manifest, "ontvangers": [recipient.fingerprint]}))
    assert refusal(secret=tmp_path / "ander.key")[0] == "E544"


@pytest.fixture
def content(letters, policy) -> dict[str, Member]:
    members = gather(letters, JobInfo("opdracht-1"), policy, synthetic=False).members
    return {member.name: member for member in members if member.name != "controlesommen.sha256"}


def _with(content: dict[str, Member], changes: dict[str, bytes | None], *, sums: bool = True) -> ArchiveReader:
    changed = {**content, **{name: bytes_member(name, data) for name, data in changes.items() if data is not None}}
    changed = {name: member for name, member in changed.items() if changes.get(name, b"") is not None}
    listed = changed if sums else content
    checksums = checksum_list({name: member.sha256 for name, member in listed.items()})
    return ArchiveReader([*changed.values(), bytes_member("controlesommen.sha256", checksums)])


def _text(member: Member) -> bytes:
    assert isinstance(member.source, bytes)
    return member.source


WARN = "Druk niets en verwittig VUTG."


@pytest.mark.parametrize(
    ("name", "rewrite", "fault"),
    [
        ("proef.csv", lambda data: None, ("E547", f"proef.csv: Dit bestand ontbreekt in het pakket. {WARN}")),
        ("naam.txt", lambda data: b"x", ("E547", f"naam.txt: Dit bestand hoort niet in het pakket. {WARN}")),
        (
            "opdrachtbon.json",
            lambda data: data.replace(b'"versie":3', b'"versie":2'),
            ("E548", f"opdrachtbon.json: Dit is geen opdrachtbon die deze versie van groeibrief kent. {WARN}"),
        ),
        (
            "opdrachtbon.json",
            lambda data: data.replace(b'"bijlagen":[]', b'"bijlagen":[{"bijlage":"folder","gram":8,"post":2}]'),
            ("E548", f"opdrachtbon.json: Dit is geen opdrachtbon die deze versie van groeibrief kent. {WARN}"),
        ),
        (
            "opdrachtbon.json",
            lambda data: data + b"\n",
            ("E548", f"opdrachtbon.json: Dit bestand zegt iets anders dan de opdrachtbon. {WARN}"),
        ),
        (
            "opdrachtbon.json",
            lambda data: data.replace(b'"opdracht":"opdracht-1"', b'"opdracht":"opdracht-9"'),
            (
                "E548",
                "opdrachtbon.json: De opdrachtbon hoort niet bij het manifest: opdracht of aantallen verschillen. "
                + WARN,
            ),
        ),
        (
            "opdrachtbon.csv",
            lambda data: data.replace(b";ja;", b";nee;"),
            ("E548", f"opdrachtbon.csv: Dit bestand zegt iets anders dan de opdrachtbon. {WARN}"),
        ),
        (
            "proef.csv",
            lambda data: data.replace(b"laatste", b"eerste"),
            ("E548", f"proef.csv: Dit bestand zegt iets anders dan de opdrachtbon. {WARN}"),
        ),
        (
            "stukken.csv",
            lambda data: data.replace(b"3;1;", b"x;1;"),
            ("E548", f"stukken.csv:2: Hier hoort een geheel getal vanaf 1. {WARN}"),
        ),
        (
            "stukken.csv",
            lambda data: data.replace(b"5;2;brieven-0002.pdf;5;6;3;0;00;\n", b""),
            (
                "E548",
                f"opdrachtbon.json: De partijen of totalen van de opdrachtbon kloppen niet met de stuklijst. {WARN}",
            ),
        ),
        (
            "stukken.csv",
            lambda data: data.replace(b"\n1;1;", b"\n3;1;"),
            ("E548", f"brieven-0001.pdf: Volgnummer 3 staat twee keer in de stuklijst. {WARN}"),
        ),
        (
            "stukken.csv",
            lambda data: data.replace(b"3;1;brieven-0001.pdf;1;2;1", b"3;1;brieven-0001.pdf;1;2;2"),
            ("E548", f"stukken.csv: Een partij, een aantal vellen, de bijlagen of de merkopdracht klopt niet. {WARN}"),
        ),
        (
            "stukken.csv",
            lambda data: data.replace(
                b"3;1;brieven-0001.pdf;1;2;1;0;00;", b"3;1;brieven-0001.pdf;1;2;1;0;00;0123456789"
            ),
            ("E548", f"stukken.csv: Een partij, een aantal vellen, de bijlagen of de merkopdracht klopt niet. {WARN}"),
        ),
        (
            "portolijst.csv",
            lambda data: data.replace(b"0-50", b"51-100"),
            ("E548", f"portolijst.csv: Dit bestand zegt iets anders dan de opdrachtbon. {WARN}"),
        ),
        (
            "LEESMIJ.txt",
            lambda data: data.replace(b"Druk niet de hele oplage", b"Druk de hele oplage"),
            ("E548", f"LEESMIJ.txt: Dit bestand zegt iets anders dan de opdrachtbon. {WARN}"),
        ),
        (
            "brieven-0003.pdf",
            lambda data: b"x",
            ("E548", f"stukken.csv: De stuklijst, de opdrachtbon en de bestanden met brieven verschillen. {WARN}"),
        ),
    ],
)
def test_content_that_contradicts_itself(refusal, keys, package, content, name, rewrite, fault):
    before = _text(content[name]) if name in content else b""
    after = rewrite(before)
    assert after != before
    _reseal(package, keys, _with(content, {name: after}))
    assert refusal() == fault


def test_content_that_differs_from_its_checksums(refusal, keys, package, content):
    _reseal(package, keys, _with(content, {"LEESMIJ.txt": b"druk alles twee keer"}, sums=False))
    assert refusal() == (
        "E547",
        f"controlesommen.sha256: De bestanden in het pakket kloppen niet met de controlesommen. {WARN}",
    )


def test_a_list_beyond_all_measure(refusal, monkeypatch):
    monkeypatch.setattr("groeibrief.printshop.content._MAX_LIST", 10)
    assert refusal() == (
        "E547",
        f"controlesommen.sha256: Dit bestand is te groot om juist te zijn. {WARN}",
    )


def test_a_manifest_whose_counts_are_not_inside(refusal, keys, package, content):
    _reseal(package, keys, _with(content, {}), stukken=6)
    assert refusal()[0] == "E548"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"geen pdf", "Dit bestand ontbreekt of is geen leesbare PDF."),
        (None, "De PDF heeft 10 pagina's en de opdrachtbon zegt 6."),
    ],
)
def test_a_batch_file_with_other_pages(refusal, letters, keys, package, content, data, message):
    """Ticket and checksums are made to fit, so that only counting the pages shows it."""
    data = data or (letters / "brieven-0002.pdf").read_bytes()
    old = content["brieven-0001.pdf"].sha256.encode()
    new = sha256_bytes(data).encode()
    changes = {name: _text(content[name]).replace(old, new) for name in ("opdrachtbon.json", "opdrachtbon.csv")}
    _reseal(package, keys, _with(content, {**changes, "brieven-0001.pdf": data}))
    assert refusal() == ("E549", f"brieven-0001.pdf: {message} {WARN}")


def test_every_fault_of_the_content_is_reported(keys, package, content):
    changes = {"proef.csv": b"x", "opdrachtbon.csv": b"x", "naam.txt": b"x"}
    _reseal(package, keys, _with(content, changes))
    report = verify_package(package, [keys.trusted], keys.secret)
    assert report.opened
    assert [str(fault).split(":")[0] for fault in report.faults] == ["opdrachtbon.csv", "proef.csv", "naam.txt"]
