"""What mutants of keys, seal, manifest and package showed to be missing."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as elliptic_key
from pydantic import ValidationError

from groeibrief.artefacts import canonical_json
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import (
    REVOKED,
    fingerprint,
    read_private_key,
    read_public_key,
    signer,
    write_key_pair,
)
from groeibrief.printshop import package as package_module
from groeibrief.printshop.approval import Approval, approve_package
from groeibrief.printshop.archive import ArchiveReader
from groeibrief.printshop.content import gather
from groeibrief.printshop.manifest import PackageManifest, SealedPart, read_manifest
from groeibrief.printshop.package import (
    VerifyReport,
    make_package,
    open_package,
    package_ticket,
    reprint,
    verify_package,
)
from groeibrief.printshop.policy import PrintPolicy
from groeibrief.printshop.seal import encrypt, make_age_keys, read_identity, read_recipients
from groeibrief.printshop.ticket import JobInfo

# Keys that sign.


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Path]:
    write_key_pair(tmp_path / "a.pem", tmp_path / "a.pub")
    return tmp_path / "a.pem", tmp_path / "a.pub"


FORMS: dict[str, Callable[[Path], bytes]] = {
    "PEM": lambda path: path.read_bytes(),
    "PEM between white space": lambda path: b"\n  " + path.read_bytes() + b"\n\n",
    "OpenSSH": lambda path: read_public_key(path).public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    ),
    "raw": lambda path: read_public_key(path).public_bytes_raw(),
    "hexadecimal": lambda path: read_public_key(path).public_bytes_raw().hex().encode(),
    "base64": lambda path: base64.b64encode(read_public_key(path).public_bytes_raw()) + b"\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_public_key_in_every_form(written: tuple[Path, Path], tmp_path: Path, form: str) -> None:
    path = tmp_path / "vorm.pub"
    path.write_bytes(FORMS[form](written[1]))
    assert read_public_key(path) == read_private_key(written[0]).public_key()


def other_keys() -> tuple[bytes, bytes]:
    key = elliptic_key(SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x" * 31,
        b"x" * 33,
        b"g" * 64,
        b"ab" * 31,
        base64.b64encode(b"x" * 31),
        b"!!!!" + base64.b64encode(b"x" * 32),
        b"ssh-ed25519 onzin",
        b"-----BEGIN PUBLIC KEY-----",
        other_keys()[1],
    ],
)
def test_what_is_no_public_key_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.pub"
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_public_key(path)
    assert (caught.value.code, str(caught.value)) == (
        "E220",
        f"{path} is geen publieke sleutel (Ed25519). Geef een sleutelbestand in PEM-vorm.",
    )


@pytest.mark.parametrize("data", [b"", b"x" * 32, other_keys()[0]])
def test_what_is_no_private_key_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.pem"
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_private_key(path)
    assert (caught.value.code, str(caught.value)) == (
        "E220",
        f"{path} is geen geheime sleutel (Ed25519). Geef een sleutelbestand in PEM-vorm.",
    )


def test_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    for read in (read_private_key, read_public_key):
        with pytest.raises(UsageError) as caught:
            read(tmp_path / "weg")
        assert (caught.value.code, str(caught.value)) == (
            "E221",
            f"Het sleutelbestand {tmp_path / 'weg'} kan niet gelezen worden: het bestaat niet.",
        )


def test_a_key_file_is_read_up_to_its_ten_thousandth_byte(written: tuple[Path, Path], tmp_path: Path) -> None:
    pem = written[1].read_bytes().rstrip()
    (tmp_path / "lang.pub").write_bytes(b"\n" * (10_000 - len(pem)) + pem)
    assert read_public_key(tmp_path / "lang.pub") == read_public_key(written[1])
    (tmp_path / "lang.pub").write_bytes(b"\n" * (10_001 - len(pem)) + pem)
    with pytest.raises(UsageError):
        read_public_key(tmp_path / "lang.pub")


def test_a_key_pair_is_private_and_never_replaced(written: tuple[Path, Path], tmp_path: Path) -> None:
    assert [path.stat().st_mode & 0o777 for path in written] == [0o600, 0o644]
    before = [path.read_bytes() for path in written]
    for pair in (written, (tmp_path / "b.pem", written[1])):
        with pytest.raises(UsageError) as caught:
            write_key_pair(*pair)
        assert caught.value.code == "E210"
    assert [path.read_bytes() for path in written] == before


def test_who_signed_is_found_among_all_who_are_trusted(written: tuple[Path, Path], tmp_path: Path) -> None:
    other = write_key_pair(tmp_path / "b.pem", tmp_path / "b.pub")
    own = read_private_key(written[0])
    trusted = [other.public_key(), own.public_key()]
    assert signer(b"brief", own.sign(b"brief"), trusted) == own.public_key()
    assert signer(b"brief", other.sign(b"brief"), trusted) == other.public_key()
    assert signer(b"brief.", own.sign(b"brief"), trusted) is None
    assert signer(b"brief", own.sign(b"brief"), []) is None
    assert len(fingerprint(own.public_key())) == 16


def test_an_empty_name_of_the_list_of_revoked_keys_is_no_list(
    written: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REVOKED, "")
    assert read_public_key(written[1])


def test_every_line_of_the_list_of_revoked_keys_counts(
    written: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = fingerprint(read_public_key(written[1]))
    revoked = tmp_path / "ingetrokken.txt"
    monkeypatch.setenv(REVOKED, str(revoked))
    revoked.write_text(f"# {mark}\n\n{'0' * 16}\n")
    assert read_public_key(written[1])
    revoked.write_text(f"{'0' * 16} oud\n\n# hieronder\n{mark} gestolen\n{'1' * 16}\n")
    with pytest.raises(RefusedError) as caught:
        read_public_key(written[1])
    assert caught.value.code == "E756"
    revoked.write_text(f"{'0' * 16}\n{'0' * 17}\n")
    with pytest.raises(UsageError, match=r"ingetrokken\.txt:2: "):
        read_public_key(written[1])


# Keys that seal.


def test_a_file_of_recipients_is_read_up_to_its_twenty_thousandth_byte(keys, tmp_path: Path) -> None:
    key = keys.public.read_text().strip()
    path = tmp_path / "lang.pub"
    path.write_text("\n" * (20_000 - len(key)) + key)
    assert [recipient.key for recipient in read_recipients([path])] == [key]
    path.write_text("\n" * (20_001 - len(key)) + key)
    with pytest.raises(UsageError) as caught:
        read_recipients([path])
    assert caught.value.code == "E242"


def test_a_secret_key_is_refused_also_behind_a_public_one_and_in_small_letters(keys, tmp_path: Path) -> None:
    secret = keys.secret.read_text().splitlines()[1]
    for text in (f"{keys.public.read_text()}{secret}\n", secret.lower()):
        (tmp_path / "beide.pub").write_text(text)
        with pytest.raises(UsageError) as caught:
            read_recipients([tmp_path / "beide.pub"])
        assert caught.value.code == "E243"
        assert secret not in str(caught.value)


def test_remarks_and_white_space_around_a_secret_key(keys, tmp_path: Path) -> None:
    secret = keys.secret.read_text().splitlines()[1]
    (tmp_path / "los.key").write_text(f"\n  # opmerking\n  {secret}  \n\n")
    assert str(read_identity(tmp_path / "los.key")) == secret


def test_age_keys_are_both_new(keys, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        make_age_keys(tmp_path / "nieuw.key", keys.public)
    assert caught.value.code == "E210"


class Longer(io.BytesIO):
    """A file that holds more than was written to it."""

    def flush(self) -> None:
        self.seek(0, io.SEEK_END)
        super().write(b"x")


def test_a_file_that_got_more_bytes_is_noticed(keys) -> None:
    with pytest.raises(OSError, match="the sealed file is not complete") as caught:
        encrypt(io.BytesIO(b"klein"), Longer(), read_recipients([keys.public]))
    assert caught.value.errno == 5


# The manifest.

MANIFEST = {
    "formaat": "groeibrief-pakket",
    "versie": 1,
    "opdracht": "opdracht-1",
    "synthetisch": False,
    "stukken": 1,
    "paginas": 1,
    "vellen": 1,
    "inhoud": {"bestand": "inhoud.tar.age", "bytes": 1, "sha256": "0" * 64},
    "ontvangers": ["0" * 16],
    "ondertekenaar": "0" * 16,
}


def test_the_smallest_manifest() -> None:
    manifest = PackageManifest.model_validate(MANIFEST)
    assert manifest.model_dump() == MANIFEST
    del (short := {**MANIFEST})["versie"]
    assert PackageManifest.model_validate(short) == manifest
    with pytest.raises(ValidationError):
        manifest.stukken = 2
    with pytest.raises(ValidationError):
        manifest.inhoud.bytes = 2


@pytest.mark.parametrize(
    "change",
    [
        {"stukken": 0},
        {"paginas": 0},
        {"vellen": 0},
        {"stukken": "1"},
        {"synthetisch": 0},
        {"versie": 2},
        {"ontvangers": []},
        {"ontvangers": ["0" * 15]},
        {"inhoud": {**MANIFEST["inhoud"], "bytes": 0}},  # type: ignore[dict-item]
        {"naam": ""},
    ],
)
def test_a_manifest_that_is_none(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PackageManifest.model_validate({**MANIFEST, **change})


def test_a_manifest_of_exactly_the_largest_size_is_read(package: Path, keys) -> None:
    """The signature is checked before what is in it: only the size is judged first."""
    for size, why in ((64_000, "er ontbreekt iets of er staat te veel in"), (64_001, "het is te groot")):
        data = b" " * size
        (package / "manifest.json").write_bytes(data)
        (package / "manifest.sig").write_bytes(read_private_key(keys.sign).sign(data))
        with pytest.raises(RefusedError, match=why):
            read_manifest(package, [read_public_key(keys.trusted)])


def test_a_signature_with_one_byte_more_is_refused(package: Path, keys) -> None:
    with (package / "manifest.sig").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(RefusedError) as caught:
        read_manifest(package, [read_public_key(keys.trusted)])
    assert caught.value.code == "E542"


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "inhoud.tar.age"])
def test_a_part_that_is_a_folder_is_missing(package: Path, keys, name: str) -> None:
    (package / name).unlink()
    (package / name).mkdir()
    report = verify_package(package, [keys.trusted])
    assert [fault.code for fault in report.faults] == ["E540"]


def test_the_first_of_the_files_that_do_not_belong_is_named_without_its_own_letters(package: Path, keys) -> None:
    (package / "zz.txt").touch()
    (package / "één.txt").touch()
    (fault,) = verify_package(package, [keys.trusted]).faults
    assert str(fault).startswith("zz.txt: Dit bestand hoort niet")
    (package / "zz.txt").unlink()
    (fault,) = verify_package(package, [keys.trusted]).faults
    assert str(fault).startswith("\\xe9\\xe9n.txt: Dit bestand hoort niet")


def test_who_signs_is_told_from_what_is_altered(package: Path, keys, tmp_path: Path) -> None:
    """A manifest that claims a trusted signer was altered; one that cannot be read too."""
    other = write_key_pair(tmp_path / "b.pem", tmp_path / "b.pub")
    (package / "manifest.json").write_bytes(b"{}")
    for trusted in ([], [other.public_key()]):
        with pytest.raises(RefusedError) as caught:
            read_manifest(package, trusted)
        assert caught.value.code == "E542"


# Packages.


def test_a_report_with_a_fault_is_not_valid() -> None:
    fault = RefusedError("E543", "Kapot.")
    report = VerifyReport(None, opened=False, faults=(fault,))
    assert (report.valid, report.synthetic) == (False, False)
    assert report.as_json() == {
        "geldig": False,
        "synthetisch": None,
        "stukken": None,
        "paginas": None,
        "sha256": None,
        "ondertekenaar": None,
        "proef_vereist": None,
        "goedgekeurd": None,
        "fouten": ["E543: Kapot."],
    }


def test_what_is_told_of_a_package_that_was_made(tmp_path, letters, keys, policy) -> None:
    made = make_package(
        letters, tmp_path / "p", recipients=[keys.public], sign_key=keys.sign, job=JobInfo("opdracht-1"),
        policy=policy, synthetic=True,
    )  # fmt: skip
    told = made.as_json()
    assert set(told) == {
        "pakket", "opdracht", "stukken", "paginas", "vellen", "bytes", "sha256", "ondertekenaar", "ontvangers",
        "synthetisch", "test", "proef_vereist", "proef", "controlebrieven", "golven", "waarschuwingen",
    }  # fmt: skip
    assert (told["pakket"], told["bytes"]) == (str(tmp_path / "p"), (tmp_path / "p/inhoud.tar.age").stat().st_size)
    assert told["ontvangers"] == [recipient.fingerprint for recipient in read_recipients([keys.public])]
    assert (told["synthetisch"], told["test"], told["controlebrieven"]) == (True, False, 0)
    assert package_ticket(tmp_path / "p", keys.secret, [keys.trusted]) == made.ticket


def test_an_approval_of_a_whole_package_and_of_one_that_is_not(tmp_path, package, keys) -> None:
    approval = tmp_path / "goedkeuring.json"
    approve_package(package, approval, sign_key=keys.sign)
    assert verify_package(package, [keys.trusted], None, approval).approved is True
    with (package / "inhoud.tar.age").open("ab") as stream:
        stream.write(b"x")
    broken = verify_package(package, [keys.trusted], None, approval)
    assert (broken.approved, [fault.code for fault in broken.faults]) == (False, ["E543"])
    (tmp_path / "goedkeuring.json.sig").write_bytes(b"x" * 64)
    both = verify_package(package, [keys.trusted], keys.secret, approval)
    assert both.approved is False
    assert [fault.code for fault in both.faults] == ["E543", "E592"]


def test_a_whole_package_without_its_approval_is_not_approved(tmp_path, package, keys) -> None:
    approval = tmp_path / "goedkeuring.json"
    approve_package(package, approval, sign_key=keys.sign)
    (tmp_path / "goedkeuring.json.sig").write_bytes(b"x" * 64)
    report = verify_package(package, [keys.trusted], keys.secret, approval)
    assert (report.approved, report.opened, report.proof_required) == (False, True, True)
    assert len(report.faults) == 1


def test_the_first_version_of_an_approval() -> None:
    made = Approval(ondertekenaar="0" * 16, opdracht="opdracht-1", manifest_sha256="0" * 64)
    assert made.versie == 1


def test_ten_letters_too_many_are_named_and_the_eleventh_is_not(tmp_path, keys, policy: PrintPolicy, write_letters):
    again = write_letters(tmp_path / "opnieuw", {"brieven-0001.pdf": [(1, 2)]})
    options = {"recipients": [keys.public], "sign_key": keys.sign, "policy": policy, "synthetic": False}
    for last, shown in ((11, "2, 3, 4, 5, 6, 7, 8, 9, 10, 11."), (12, "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 ….")):
        with pytest.raises(RefusedError) as caught:
            reprint(again, range(1, last + 1), tmp_path / "h", job=JobInfo("h", reprint_of="o"), **options)
        assert f"volgnummer {shown} Maak" in str(caught.value)


def test_what_is_remembered_of_a_package_and_of_a_reprint(tmp_path, letters, keys, policy, write_letters) -> None:
    told: list[tuple[PackageManifest, dict[int, int]]] = []
    options = {
        "recipients": [keys.public], "sign_key": keys.sign, "policy": policy, "synthetic": False,
        "remember": lambda manifest, batches: told.append((manifest, dict(batches))),
    }  # fmt: skip
    made = make_package(letters, tmp_path / "p", job=JobInfo("opdracht-1"), **options)
    assert told == [(made.manifest, {3: 1, 1: 1, 7: 1, 2: 2, 5: 2})]
    again = write_letters(tmp_path / "opnieuw", {"brieven-0001.pdf": [(2, 4)]})
    made = reprint(again, [2], tmp_path / "h", job=JobInfo("h", reprint_of="opdracht-1"), **options)
    assert told[1:] == [(made.manifest, {2: 1})]


def test_a_package_is_read_back_before_it_gets_its_name(tmp_path, letters, keys, policy, monkeypatch) -> None:
    """A disk that keeps something else than what was written to it."""
    real = package_module.encrypt

    def bent(source, out, readers):
        sealed = real(source, out, readers)
        out.seek(sealed.size // 2)
        out.write(b"\0\1\2\3")
        return sealed

    monkeypatch.setattr(package_module, "encrypt", bent)
    with pytest.raises(RefusedError) as caught:
        make_package(
            letters, tmp_path / "p", recipients=[keys.public], sign_key=keys.sign, job=JobInfo("opdracht-1"),
            policy=policy, synthetic=False,
        )  # fmt: skip
    assert caught.value.code == "E543"
    assert not (tmp_path / "p").exists()


def test_what_was_decrypted_is_compared_not_only_what_was_looked_at(tmp_path, package, keys, monkeypatch) -> None:
    """The sealed file changes between the two."""
    real = package_module.decrypt
    monkeypatch.setattr(package_module, "decrypt", lambda *streams: replace(real(*streams), sha256="0" * 64))
    with pytest.raises(RefusedError) as caught:
        open_package(package, tmp_path / "uit", keys.secret, [keys.trusted])
    assert caught.value.code == "E543"


def test_a_sealed_part_in_the_clear() -> None:
    assert SealedPart(bytes=1, sha256="0" * 64).bestand == "inhoud.tar.age"


def test_readers_are_named_in_order(tmp_path, letters, keys, policy) -> None:
    """Eight of them: a set gives two in order half of the time."""
    for number in range(8):
        make_age_keys(tmp_path / f"{number}.key", tmp_path / f"{number}.pub")
    files = [tmp_path / f"{number}.pub" for number in range(8)]
    read = [recipient.key for recipient in read_recipients(files)]
    assert read == sorted(path.read_text().strip() for path in files)
    made = make_package(
        letters, tmp_path / "p", recipients=files, sign_key=keys.sign, job=JobInfo("opdracht-1"), policy=policy,
        synthetic=False,
    )  # fmt: skip
    assert made.manifest.ontvangers == sorted(made.manifest.ontvangers)
    assert len(set(made.manifest.ontvangers)) == 8


def test_letters_that_differ_are_named_in_order(tmp_path, keys, policy, write_letters) -> None:
    again = write_letters(tmp_path / "opnieuw", {"brieven-0001.pdf": [(1, 2)]})
    with pytest.raises(RefusedError, match="volgnummer 3, 8\\."):
        reprint(
            again, [8, 3, 1], tmp_path / "h", job=JobInfo("h", reprint_of="o"), recipients=[keys.public],
            sign_key=keys.sign, policy=policy, synthetic=False,
        )  # fmt: skip


def test_a_key_that_the_manifest_does_not_name_opens_nothing(tmp_path, package, keys) -> None:
    manifest = json.loads((package / "manifest.json").read_bytes())
    data = canonical_json({**manifest, "ontvangers": ["0" * 16]})
    (package / "manifest.json").write_bytes(data)
    (package / "manifest.sig").write_bytes(read_private_key(keys.sign).sign(data))
    with pytest.raises(RefusedError) as caught:
        open_package(package, tmp_path / "uit", keys.secret, [keys.trusted])
    assert caught.value.code == "E544"


def test_a_package_whose_manifest_is_refused_was_not_opened(package, keys) -> None:
    (package / "manifest.sig").write_bytes(b"x" * 64)
    assert verify_package(package, [keys.trusted], keys.secret).opened is False


def test_an_archive_without_its_end_is_refused(tmp_path, letters, package, policy, keys) -> None:
    archive = ArchiveReader(gather(letters, JobInfo("opdracht-1"), policy, synthetic=False).members)
    whole = b"".join(iter(lambda: archive.read(8192), b""))
    # Two blocks of zeros are the end; one is left.
    end = -(-len(whole.rstrip(b"\0")) // 512) * 512
    with (package / "inhoud.tar.age").open("w+b") as stream:
        sealed = encrypt(io.BytesIO(whole[: end + 512]), stream, read_recipients([keys.public]))
    manifest = json.loads((package / "manifest.json").read_bytes())
    manifest["inhoud"].update(bytes=sealed.size, sha256=sealed.sha256)
    data = canonical_json(manifest)
    (package / "manifest.json").write_bytes(data)
    (package / "manifest.sig").write_bytes(read_private_key(keys.sign).sign(data))
    with pytest.raises(RefusedError, match="het einde ontbreekt"):
        open_package(package, tmp_path / "uit", keys.secret, [keys.trusted])


# The public half that lies beside a secret key.


def test_a_secret_key_is_refused_beside_the_public_half_of_another(written: tuple[Path, Path], tmp_path: Path) -> None:
    write_key_pair(tmp_path / "b.pem", tmp_path / "b.pub")
    (tmp_path / "b.pub").replace(written[1])
    with pytest.raises(RefusedError) as caught:
        read_private_key(written[0])
    assert (caught.value.code, str(caught.value)) == (
        "E450",
        f"De geheime sleutel {written[0]} hoort niet bij de publieke sleutel {written[1]}: een van de twee is "
        "beschadigd of vervangen. Zet de juiste terug van de reservekopie.",
    )


@pytest.mark.parametrize("content", [None, b"", b"onzin", other_keys()[1]], ids=["gone", "empty", "text", "other kind"])
def test_what_lies_beside_a_secret_key_and_is_no_public_half_says_nothing(
    written: tuple[Path, Path], content: bytes | None
) -> None:
    own = read_public_key(written[1])
    written[1].unlink()
    if content is not None:
        written[1].write_bytes(content)
    assert read_private_key(written[0]).public_key() == own
