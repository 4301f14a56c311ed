"""What travels: every wrong key, signer, state, file and repetition is refused with exit 5, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from opgroeien_world import NOW, Municipality, Office, listed, number

from groeibrief.errors import RefusedError, UsageError
from groeibrief.opgroeien.lifecycle import State
from groeibrief.workflow.opgroeienlists import receive_list

ONE, TWO = number(1), number(2)
LIST = listed([ONE, TWO])


def kept(office: Office) -> list[str]:
    folder = office.folder / "staat" / "opgroeien"
    return sorted(path.name for path in (folder / "werk").rglob("*") if path.is_file()) if folder.exists() else []


def refused(office: Office, name: str, sealed: Path, signature: Path, *, key: Path | None = None) -> str:
    before = office.state(name)
    with pytest.raises(RefusedError) as refusal:
        receive_list(office.track, name, sealed, signature, key or office.key, office.an)
    assert refusal.value.exit_code == 5
    assert office.state(name) is before
    assert kept(office) == []
    assert ONE not in str(refusal.value)
    return refusal.value.code


def test_a_list_is_taken_in_and_stays_sealed(office: Office) -> None:
    name = office.concluded()
    made = office.receive(name, LIST)
    assert (made.number, made.found.numbers, made.report) == (1, [ONE, TWO], None)
    assert office.state(name) is State.RECEIVED
    [path] = (office.folder / "staat" / "opgroeien" / "werk").rglob("*.age")
    assert pyrage.decrypt(path.read_bytes(), [office.identity]) == LIST
    assert path.stat().st_mode & 0o777 == 0o600


def test_another_key_than_ours(office: Office) -> None:
    name = office.concluded()
    stranger = Municipality(office.folder / "vreemd", pyrage.x25519.Identity.generate())
    stranger.signing = office.municipality.signing
    assert refused(office, name, *stranger.send(LIST, name)) == "E823"


def test_an_unknown_signer(office: Office) -> None:
    name = office.concluded()
    stranger = Municipality(office.folder / "vreemd", office.identity)
    assert refused(office, name, *stranger.send(LIST, name)) == "E821"


def test_a_list_signed_for_another_protocol(office: Office) -> None:
    first, second = office.concluded(), office.concluded()
    assert refused(office, second, *office.municipality.send(LIST, first)) == "E821"


@pytest.mark.parametrize("place", [0, 100, -1])
def test_an_altered_file_or_signature(office: Office, place: int) -> None:
    name = office.concluded()
    sealed, signature = office.municipality.send(LIST, name)
    for path in (sealed, signature):
        whole = path.read_bytes()
        spoilt = bytearray(whole)
        spoilt[place % len(spoilt)] ^= 1
        path.write_bytes(bytes(spoilt))
        assert refused(office, name, sealed, signature) == "E821"
        path.write_bytes(whole)


def test_a_damaged_seal_that_was_signed_so(office: Office) -> None:
    name = office.concluded()
    content = pyrage.encrypt(LIST, [office.identity.to_public()])[:-5]

    class Broken(Municipality):
        def send(self, content: bytes, protocol: str, name: str = "lijst.csv") -> tuple[Path, Path]:
            import hashlib

            from groeibrief.opgroeien.transport import LIST, note

            path, signature = self.folder / f"{name}.age", self.folder / f"{name}.age.sig"
            path.write_bytes(content)
            signature.write_bytes(self.signing.sign(note(LIST, protocol, hashlib.sha256(content).hexdigest())))
            return path, signature

    broken = Broken(office.folder / "stuk", office.identity)
    broken.signing = office.municipality.signing
    assert refused(office, name, *broken.send(content, name)) == "E824"


def test_the_same_file_twice(office: Office) -> None:
    name = office.concluded()
    sealed, signature = office.municipality.send(LIST, name)
    receive_list(office.track, name, sealed, signature, office.key, office.an)
    office.track.drop_list(name, "verkeerd bestand", office.an)
    assert office.state(name) is State.CONCLUDED
    assert refused(office, name, sealed, signature) == "E825"
    assert office.receive(name, LIST).number == 2, "sealed anew, it is another list"


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (lambda office: office.new(), "E810"),
        (lambda office: withdrawn(office), "E810"),
        (lambda office: expired(office), "E810"),
        (lambda office: office.concluded(looptijd="{van: 2026-04-01, tot_en_met: 2026-12-31}"), "E813"),
        (lambda office: unconfirmed(office), "E816"),
    ],
    ids=["draft", "withdrawn", "expired", "not yet", "keys not confirmed"],
)
def test_a_protocol_that_takes_no_list(office: Office, until: Callable[[Office], str], code: str) -> None:
    name = until(office)
    assert refused(office, name, *office.municipality.send(LIST, name)) == code


def withdrawn(office: Office) -> str:
    name = office.concluded()
    office.track.withdraw(name, "op vraag van het bestuur", office.an)
    return name


def expired(office: Office) -> str:
    name = office.concluded()
    office.clock.moment = NOW + timedelta(365)
    office.reopened()
    assert office.state(name) is State.EXPIRED
    return name


def unconfirmed(office: Office) -> str:
    name = office.new()
    office.advised(name)
    office.track.conclude(name, office.an)
    folder = office.municipality.folder
    office.track.register_keys(name, folder / "age.pub", folder / "teken.pub", office.an)
    return name


def test_the_term_ends_while_a_process_works(office: Office) -> None:
    name = office.concluded()
    assert office.state(name) is State.CONCLUDED
    office.clock.moment = NOW + timedelta(365)
    assert refused(office, name, *office.municipality.send(LIST, name)) == "E811"


def test_faults_are_told_sealed_and_an_answer_in_part_is_the_protocols_choice(office: Office) -> None:
    wrong = ONE[:10] + str((int(ONE[10]) + 1) % 10)
    content = listed([ONE, wrong])
    strict = office.concluded(gedeeltelijk_antwoord="false")
    sealed, signature = office.municipality.send(content, strict)
    with pytest.raises(RefusedError) as refusal:
        receive_list(office.track, strict, sealed, signature, office.key, office.an)
    assert refusal.value.code == "E834"
    assert str(refusal.value) == (
        "lijst.csv:3:1: Het controlegetal van dit nummer klopt niet. Kijk het na.\n"
        "De lijst is niet aanvaard. Bezorg het bestuur het verzegelde foutenverslag lijst.csv.foutenverslag.csv.age."
    )
    assert refusal.value.findings[0].gevonden == f"…{wrong[-2:]}"
    report = sealed.with_name("lijst.csv.foutenverslag.csv.age")
    assert wrong.encode() not in report.read_bytes()
    assert office.municipality.open(report).decode().splitlines()[1] == (
        f'3,controlegetal,{wrong[-2:]},"Het controlegetal van dit nummer klopt niet. Kijk het na."'
    )
    assert kept(office) == []
    lenient = office.concluded()
    made = office.receive(lenient, content)
    assert (made.found.numbers, len(made.found.faults), made.report) == ([ONE], 1, report)
    nothing = office.concluded()
    sealed, signature = office.municipality.send(listed([wrong]), nothing)
    with pytest.raises(RefusedError) as refusal:
        receive_list(office.track, nothing, sealed, signature, office.key, office.an)
    assert refusal.value.code == "E834"


def test_keys_are_confirmed_by_another_with_what_was_read_out(office: Office) -> None:
    name = office.new()
    folder = office.municipality.folder
    with pytest.raises(RefusedError) as refusal:
        office.track.confirm_keys(name, office.municipality.fingerprint, office.bert)
    assert str(refusal.value) == "Er zijn nog geen sleutels geregistreerd om te bevestigen."
    made = office.track.register_keys(name, folder / "age.pub", folder / "teken.pub", office.an)
    assert made.fingerprint.replace(" ", "") == office.municipality.fingerprint
    for fingerprint, who, told in (
        (office.municipality.fingerprint, office.an, "Wie de sleutels registreerde, bevestigt ze niet: laat een ander"),
        ("0" * 32, office.bert, "De voorgelezen vingerafdruk is een andere. Gebruik deze sleutels niet: vraag"),
        ("", office.bert, "De voorgelezen vingerafdruk is een andere."),
    ):
        with pytest.raises(RefusedError) as refusal:
            office.track.confirm_keys(name, fingerprint, who)
        assert (refusal.value.code, refusal.value.exit_code) == ("E814", 5)
        assert str(refusal.value).startswith(told)
    assert office.track.confirm_keys(name, made.fingerprint.upper(), office.bert).confirmed
    again = office.track.register_keys(name, folder / "age.pub", folder / "teken.pub", office.an)
    assert not again.confirmed, "new keys are confirmed anew"


def test_a_secret_key_is_not_registered(office: Office) -> None:
    name = office.new()
    for text, told in (
        (f"{office.municipality.age}\n", "bevat een geheime sleutel. Geef alleen de publieke sleutel ('age1…')."),
        ("rommel\n", "is geen publieke sleutel van age: één regel die begint met 'age1'."),
        ("", "is geen publieke sleutel van age: één regel die begint met 'age1'."),
    ):
        path = office.folder / "verkeerd.pub"
        path.write_text(text)
        with pytest.raises(UsageError) as refusal:
            office.track.register_keys(name, path, office.municipality.folder / "teken.pub", office.an)
        assert str(refusal.value) == f"{path} {told}"


def test_a_file_that_is_too_large_is_not_read_whole(office: Office) -> None:
    name = office.concluded()
    sealed, signature = office.municipality.send(LIST, name)
    with sealed.open("r+b") as stream:
        stream.truncate(office.track.policy.lijst.hoogstens_bytes + 1)
    assert refused(office, name, sealed, signature) == "E820"


def test_a_key_of_ours_that_is_none(office: Office) -> None:
    name = office.concluded()
    sealed, signature = office.municipality.send(LIST, name)
    path = office.folder / "verkeerd.key"
    path.write_text("AGE-SECRET-KEY-1KANARIE\n")
    with pytest.raises(UsageError) as refusal:
        receive_list(office.track, name, sealed, signature, path, office.an)
    assert refusal.value.code == "E822"
    assert "KANARIE" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_key_files_that_are_not_there(office: Office) -> None:
    name = office.concluded()
    nowhere = office.folder / "weg"
    sealed, signature = office.municipality.send(LIST, name)
    with pytest.raises(UsageError) as refusal:
        receive_list(office.track, name, sealed, signature, nowhere, office.an)
    assert str(refusal.value) == f"Het sleutelbestand {nowhere} kan niet gelezen worden: het bestaat niet."
    with pytest.raises(UsageError) as refusal:
        office.track.register_keys(name, nowhere, office.municipality.folder / "teken.pub", office.an)
    assert (refusal.value.code, str(refusal.value)) == (
        "E815", f"Het sleutelbestand {nowhere} kan niet gelezen worden: het bestaat niet.",
    )  # fmt: skip
