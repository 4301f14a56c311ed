"""What goes through the counter: a sealed list in, an answer out once, a receipt; and two who approve."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from opgroeien_world import NOW, Office, People, listed, number

from groeibrief.catalog import Catalogue
from groeibrief.errors import RefusedError, UsageError, UserError
from groeibrief.opgroeien.lifecycle import State
from groeibrief.workflow import opgroeienlists
from groeibrief.workflow.opgroeienloket import Counter, Fetched

NUMBERS = [number(1), number(2)]
KBO, OTHER = "0123.456.749", "0234.567.873"


@pytest.fixture
def snapshot(catalogue: Catalogue, tmp_path: Path) -> Path:
    people = People(catalogue)
    for child, insz in enumerate(NUMBERS, 1):
        people.child(child, insz, [None])
        people.right(child)
    return people.write(tmp_path / "s" / "proef").folder


def offered(office: Office, name: str, content: bytes) -> Counter:
    """A municipality hands a list in."""
    counter = Counter(office.track)
    sealed, signature = office.municipality.send(content, name)
    counter.offer(KBO, name, sealed.read_bytes(), signature.read_bytes(), "gast")
    return counter


def answered(office: Office, snapshot: Path) -> tuple[Counter, str]:
    """An answer that lies at the counter."""
    name = office.concluded()
    counter = offered(office, name, listed(NUMBERS))
    opgroeienlists.receive_waiting(office.track, name, office.key, office.an)
    office.match(name, snapshot)
    office.answer(name, None)
    return counter, name


def fetch(counter: Counter, name: str, arrived: str | None = None, kind: str = "antwoord", nr: int = 1) -> Fetched:
    return counter.fetch(KBO, name, kind, nr, arrived, "gast")


def code(refusal: pytest.ExceptionInfo[UserError]) -> str:
    return refusal.value.code


def room(office: Office) -> list[str]:
    return sorted(path.name for path in (office.folder / "staat" / "opgroeien" / "loket").rglob("*") if path.is_file())


def test_a_list_goes_all_the_way_through_the_counter(office: Office, snapshot: Path) -> None:
    counter, name = answered(office, snapshot)
    assert counter.for_party(KBO, name).lists[0].outcome == "ingenomen"
    assert room(office) == []
    got = fetch(counter, name)
    assert got.name == f"antwoord-{name}-1.zip"
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        archive.extractall(office.folder / "thuis")
    got.finished()
    inside = office.municipality.open(office.folder / "thuis" / "antwoord" / "antwoord.zip.age")
    with zipfile.ZipFile(io.BytesIO(inside)) as archive:
        assert archive.read("antwoord.csv").count(b",ja,") == 2
    receipt = office.municipality.receipt(name, office.folder / "thuis" / "antwoord" / "antwoord.zip.age")
    counter.confirm(KBO, name, receipt.read_bytes(), "gast")
    assert list((office.folder / "staat" / "opgroeien" / "afhalen").iterdir()) == [], "erased once it is confirmed"
    counter.close(name, "an")
    assert office.state(name) is State.CLOSED
    assert office.ledger[-11:] == [
        "lijst-aanbieden", "lijst-ontvangen", "vergelijken", "goedkeuren", "goedkeuren", "antwoorden", "gewist",
        "afhalen", "ontvangst-bevestigen", "afhalen-gewist", "beeindigen",
    ]  # fmt: skip


def test_what_the_counter_refuses_without_a_key_and_keeps_nothing_of(office: Office) -> None:
    name = office.concluded()
    counter = Counter(office.track)
    sealed, signature = office.municipality.send(listed(NUMBERS), name)
    good, signed = sealed.read_bytes(), signature.read_bytes()
    for data, mark, wanted in (
        (listed(NUMBERS), signed, "E855"), (b"", signed, "E855"), (good, b"", "E821"), (good + b"x", signed, "E821"),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as refusal:
            counter.offer(KBO, name, data, mark, "gast")
        assert code(refusal) == wanted
    assert room(office) == []
    with pytest.raises(RefusedError) as refusal:
        counter.offer(KBO, name, listed(NUMBERS), signed, "gast")
    assert str(refusal.value) == (
        "Dit bestand is niet met age verzegeld. Er is niets van bewaard. Verzegel uw lijst eerst voor Opgroeien, en "
        "verstuur het bestand dat op .age eindigt."
    )
    draft = office.new()
    with pytest.raises(RefusedError) as refusal:
        counter.offer(KBO, draft, good, signed, "gast")
    assert code(refusal) == "E810"


def test_a_later_list_replaces_the_one_that_waits(office: Office) -> None:
    name = office.concluded()
    offered(office, name, listed(NUMBERS[:1]))
    counter = offered(office, name, listed(NUMBERS))
    assert [each.outcome for each in counter.for_party(KBO, name).lists] == ["vervangen", "wacht"]
    assert len(room(office)) == 1
    assert len(opgroeienlists.receive_waiting(office.track, name, office.key, office.an).found.numbers) == 2


def test_the_same_list_twice(office: Office, snapshot: Path) -> None:
    name = office.concluded(periodiciteit="maandelijks")
    counter = offered(office, name, listed(NUMBERS))
    opgroeienlists.receive_waiting(office.track, name, office.key, office.an)
    office.match(name, snapshot)
    office.answer(name, None)
    office.clock.moment = NOW + timedelta(31)
    folder = office.municipality.folder
    with pytest.raises(RefusedError) as refusal:
        counter.offer(
            KBO, name, (folder / "lijst.csv.age").read_bytes(), (folder / "lijst.csv.age.sig").read_bytes(), "gast"
        )
    assert code(refusal) == "E825"
    assert room(office) == []


def test_a_faulty_list_gives_a_report_to_fetch_once(office: Office) -> None:
    name = office.concluded(gedeeltelijk_antwoord="false")
    counter = offered(office, name, listed([*NUMBERS, "12345678901"]))
    with pytest.raises(RefusedError) as refusal:
        opgroeienlists.receive_waiting(office.track, name, office.key, office.an)
    assert code(refusal) == "E834"
    [each] = counter.for_party(KBO, name).lists
    assert (each.outcome, each.told) == (
        "geweigerd",
        "De lijst bevat fouten en is niet aanvaard. Haal het foutenverslag af, herstel de rijen en bezorg een nieuwe "
        "lijst.",
    )
    got = fetch(counter, name, kind="verslag", nr=each.number)
    (office.folder / "verslag.age").write_bytes(got.data)
    assert b"4,controlegetal,01," in office.municipality.open(office.folder / "verslag.age")
    got.finished()
    with pytest.raises(RefusedError) as refusal:
        fetch(counter, name, kind="verslag", nr=each.number)
    assert code(refusal) == "E857"


def test_what_another_key_or_column_can_mend_waits_on(office: Office) -> None:
    name = office.concluded()
    counter = offered(office, name, f"kenmerk,nog\n{NUMBERS[0]},{NUMBERS[1]}\n".encode())
    with pytest.raises(RefusedError) as refusal:
        opgroeienlists.receive_waiting(office.track, name, office.key, office.an)
    assert code(refusal) == "E832"
    assert counter.for_party(KBO, name).waiting is not None
    made = opgroeienlists.receive_waiting(office.track, name, office.key, office.an, column="kenmerk")
    assert made.found.numbers == NUMBERS[:1]
    with pytest.raises(RefusedError) as refusal:
        opgroeienlists.receive_waiting(office.track, name, office.key, office.an)
    assert str(refusal.value) == (
        "Er wacht geen lijst in het loket. Geef het bestand zelf, of vraag het bestuur er een te bezorgen."
    )


def test_a_handler_refuses_a_list_and_the_municipality_reads_why(office: Office) -> None:
    name = office.concluded()
    counter = offered(office, name, listed(NUMBERS))
    counter.refuse_list(name, "Dit is de lijst van een ander jaar.", "an")
    assert counter.for_party(KBO, name).lists[0].told == "Dit is de lijst van een ander jaar."
    assert room(office) == []
    assert office.ledger[-1] == "lijst-weigeren"


def test_an_answer_is_fetched_once_and_a_broken_fetch_loses_nothing(office: Office, snapshot: Path) -> None:
    counter, name = answered(office, snapshot)
    first = fetch(counter, name)
    again = fetch(counter, name)
    assert first.data == again.data, "what broke off before its end is simply begun again"
    again.finished()
    with pytest.raises(RefusedError) as refusal:
        fetch(counter, name)
    assert (code(refusal), str(refusal.value)) == (
        "E857",
        "Dit bestand is al afgehaald; dat kan één keer. Kwam het niet volledig aan, geef dan de controlesom van wat u "
        "kreeg. Lukt ook dat niet, vraag Opgroeien om het opnieuw aan te bieden.",
    )
    with pytest.raises(RefusedError) as refusal:
        fetch(counter, name, hashlib.sha256(first.data).hexdigest().upper())
    assert str(refusal.value) == (
        "Wat u kreeg, is het volledige bestand. Open het zoals de handleiding zegt; afhalen hoeft niet meer."
    )
    with pytest.raises(RefusedError) as refusal:
        fetch(counter, name, "zomaar")
    assert code(refusal) == "E858"
    for arrived in (hashlib.sha256(first.data[:100]).hexdigest(), ""):
        third = fetch(counter, name, arrived)
        assert third.data == first.data
        third.finished()
    with pytest.raises(RefusedError) as refusal:
        fetch(counter, name, "")
    assert str(refusal.value) == (
        "Opnieuw afhalen kan nu niet meer. Vraag Opgroeien om het opnieuw aan te bieden: het bestand is er nog."
    )
    counter.offer_again(name, "antwoord", 1, "bert")
    assert fetch(counter, name).data == first.data
    assert office.ledger.count("afhalen") == 5
    assert office.ledger.count("opnieuw-aanbieden") == 1


def test_a_second_fetch_after_half_an_hour_is_a_handlers_to_give(office: Office, snapshot: Path) -> None:
    counter, name = answered(office, snapshot)
    fetch(counter, name).finished()
    office.clock.moment = NOW + timedelta(minutes=30)
    with pytest.raises(RefusedError) as refusal:
        fetch(counter, name, "")
    assert code(refusal) == "E858"


@pytest.mark.parametrize("how", ["withdrawn", "closed", "over"])
def test_nothing_can_be_fetched_of_a_protocol_that_ended(office: Office, snapshot: Path, how: str) -> None:
    counter, name = answered(office, snapshot)
    match how:
        case "withdrawn":
            office.track.withdraw(name, "op vraag", office.an)
        case "closed":
            office.clock.moment = NOW + timedelta(30)
            counter.close(name, "an")
        case _:
            office.clock.moment = NOW + timedelta(305)
    with pytest.raises(RefusedError) as refusal:
        fetch(counter, name)
    assert code(refusal) == ("E811" if how == "over" else "E863")
    left = list((office.folder / "staat" / "opgroeien" / "afhalen").iterdir())
    assert len(left) == (1 if how == "over" else 0)


def test_a_list_that_waits_goes_with_its_protocol(office: Office) -> None:
    name = office.concluded()
    counter = offered(office, name, listed(NUMBERS))
    office.track.withdraw(name, "op vraag", office.an)
    assert room(office) == []
    assert counter.for_party(KBO, name).lists[0].outcome == "geweigerd"


def test_a_process_that_died_between_taking_in_and_saying_so(office: Office) -> None:
    name = office.concluded()
    counter = offered(office, name, listed(NUMBERS))
    sealed, signature = (office.municipality.folder / f"lijst.csv.age{end}" for end in ("", ".sig"))
    opgroeienlists.receive_list(office.track, name, sealed, signature, office.key, office.an)
    assert counter.for_party(KBO, name).waiting is not None
    office.reopened()
    assert Counter(office.track).for_party(KBO, name).lists[0].outcome == "ingenomen"
    assert room(office) == []


def test_two_approve_and_the_comparer_does_not_deliver(office: Office, snapshot: Path) -> None:
    name = office.received(NUMBERS)
    office.match(name, snapshot)
    out = office.folder / "uit"

    def refused_as() -> str:
        with pytest.raises(RefusedError) as refusal:
            opgroeienlists.answer_list(office.track, name, out, office.signer, office.bert)
        return str(refusal.value)

    assert refused_as() == (
        "Twee behandelaars keuren het antwoord goed voor het weggaat; dat deden er 0. Doe dat in het loket of met "
        "'opgroeien approve'."
    )
    assert office.track.approve(name, office.bert) == ("bert",)
    assert "dat deden er 1." in refused_as()
    with pytest.raises(RefusedError) as refusal:
        office.track.approve(name, office.bert)
    assert (code(refusal), str(refusal.value)) == (
        "E860",
        "U keurde dit antwoord al goed, of het is intussen een ander. Laat een collega het nakijken.",
    )
    with pytest.raises(RefusedError) as refusal:
        office.track.approve(name, office.dina)
    assert code(refusal) == "E810"
    office.match(name, snapshot)
    assert "dat deden er 0." in refused_as(), "another answer, so nobody approved it"
    office.track.approve(name, office.bert)
    office.track.approve(name, office.an)
    assert opgroeienlists.answer_list(office.track, name, out, office.signer, office.bert).totals.ja == 2


def test_anothers_protocol_does_not_exist(office: Office, snapshot: Path) -> None:
    counter, name = answered(office, snapshot)
    before = office.ledger
    assert counter.rows(OTHER) == ()
    for attempt in (
        lambda: counter.for_party(OTHER, name),
        lambda: counter.offer(OTHER, name, b"", b"", "gast"),
        lambda: counter.fetch(OTHER, name, "antwoord", 1, None, "gast"),
        lambda: counter.confirm(OTHER, name, b"", "gast"),
        lambda: counter.own_document(OTHER, name, "protocol"),
    ):
        with pytest.raises(UsageError) as refusal:
            attempt()
        assert code(refusal) == "E806"
    assert office.ledger == before


def test_who_is_let_in_and_who_was_closed(office: Office) -> None:
    from groeibrief.opgroeien.lifecycle import Role

    cabinet, now = office.track.cabinet, office.clock()
    cabinet.admit("acm-1", Role.PARTY, KBO, now)
    cabinet.admit("acm-1", Role.PARTY, KBO, now)
    cabinet.admit("acm-2", Role.DPO, "", now)
    assert cabinet.actor("acm-2").role is Role.DPO
    for account, role in (("acm-1", Role.HANDLER), ("acm-2", Role.HANDLER), ("an", Role.PARTY)):
        with pytest.raises(RefusedError) as refusal:
            cabinet.admit(account, role, "", now)
        assert code(refusal) == "E802"
    with pytest.raises(RefusedError):
        cabinet.actor("acm-1")
    office.track.close_account("acm-1")
    assert cabinet.is_closed("acm-1")
    with pytest.raises(RefusedError):
        cabinet.admit("acm-1", Role.PARTY, KBO, now)
