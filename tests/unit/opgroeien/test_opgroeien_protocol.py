"""A protocol: what an application must say, the gate, advice, terms, four eyes, its two documents."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
from opgroeien_world import NOW, PDF, ROOT, Office

from groeibrief.errors import DefinitionError, RefusedError, UsageError
from groeibrief.opgroeien.lifecycle import State
from groeibrief.workflow import opgroeien


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    pages = []
    for index in range(len(document)):
        page = document[index]
        words = page.get_textpage()
        pages.append(words.get_text_range())
        words.close()
        page.close()
    document.close()
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"categorie": "vrije-tijdd"}, "'vrije-tijdd' staat niet in de lijst van doeleinden. Bedoelde u 'vrije-tijd'?"),
        (
            {"toekenning": "brief"},
            "Deze piste dient alleen voor automatische-toekenning. Wilt u gezinnen iets meedelen, bestel dan een "
            "brief.",
        ),
        (
            {"kbo": '"0123.456.748"'},
            "Het controlegetal van dit ondernemingsnummer klopt niet: kijk de cijfers na.",
        ),
        ({"nis": '["37015"]'}, "37015 is op 2026-01-01 geen gemeente. Bedoelde u '37022'?"),
        (
            {"leeftijd": "{van: 3, tot_en_met: 26}"},
            "De leeftijd loopt van 0 tot en met 25 jaar, of ligt daarbinnen.",
        ),
        (
            {"looptijd": "{van: 2026-12-31, tot_en_met: 2026-01-01}"},
            "De looptijd eindigt voor ze begint: wissel de dagen om.",
        ),
        ({"bekendmaking": '""'}, "Deze tekst mag niet leeg zijn."),
        ({"periodiciteit": "wekelijks"}, "'wekelijks' is hier geen geldige waarde. Bedoelde u 'maandelijks'?"),
    ],
)
def test_each_fault_of_an_application(office: Office, changes: dict[str, str], told: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        office.new(**changes)
    assert refusal.value.code == "E804"
    [finding] = refusal.value.findings
    assert str(finding) == f"aanvraag.yaml:{finding.regel}:{finding.kolom}: {told}"
    assert office.track.protocols.all() == ()


def test_the_gate_comes_before_all_else(office: Office) -> None:
    with pytest.raises(RefusedError) as refusal:
        office.new(ander_comite_bevoegd="ja", categorie="onbestaand", looptijd="nooit", kbo="x")
    assert (refusal.value.code, refusal.value.exit_code) == ("E805", 5)
    assert str(refusal.value) == (
        "Een ander comité is bevoegd: dan kan dit protocol niet. Vraag eerst de beraadslaging van dat comité."
    )


def test_the_text_holds_the_minimum_of_the_decree(office: Office) -> None:
    name = office.new()
    office.track.draw_up(name, office.folder / "protocol.pdf")
    told = text_of(office.folder / "protocol.pdf")
    for part in (
        name, "OCMW Torhout", "0123.456.749", "31033", "Agentschap Opgroeien", "0999.999.922", "Gratis kansenpas",
        "dpo@torhout.example.be", "dpo@opgroeien.example.be", "korting op lokale dienstverlening", "artikel 8",
        "Reglement over de kansenpas", "van 0 tot en met 25 jaar", "Eenmalig", "machtiging van Opgroeien",
        "Van 01/01/2026 tot en met 31/12/2026", "https://torhout.example.be/protocollen", "verzegeld met age",
        "geven de gegevens aan niemand door", "Voor OCMW Torhout",
    ):  # fmt: skip
        assert part in told, part
    assert "10. Voorwaarden uit de adviezen Geen." in told
    office.track.draw_up(name, office.folder / "nog.pdf")
    assert (office.folder / "protocol.pdf").read_bytes() == (office.folder / "nog.pdf").read_bytes()


def test_both_advices_are_needed_and_each_is_given_by_who_gives_it(office: Office) -> None:
    name = office.new()
    track = office.track
    track.attach(name, office.folder / "besluit.pdf", "CB-12", date(2026, 1, 12), office.an)
    for party, who, told in (
        ("opgroeien", office.an, "Het advies van Opgroeien geeft haar DPO zelf: een account met de rol 'dpo'."),
        (
            "bestuur", office.dina,
            "Het advies van de DPO van het bestuur tekent een behandelaar op, met de referentie van het document.",
        ),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as refusal:
            track.advise(name, party, positive=True, conditions="", reference="x", actor=who)
        assert (refusal.value.code, str(refusal.value)) == ("E812", told)
    assert track.advise(name, "opgroeien", positive=True, conditions="wis", reference="A 7", actor=office.dina) is (
        State.DECIDED
    )
    with pytest.raises(RefusedError) as refusal:
        track.conclude(name, office.an)
    assert refusal.value.code == "E810"
    with pytest.raises(RefusedError) as refusal:
        track.advise(name, "opgroeien", positive=True, conditions="", reference="A 8", actor=office.dina)
    assert str(refusal.value) == "Dit advies is al gegeven en verandert niet. Maak een nieuw protocol."
    assert (
        track.advise(name, "bestuur", positive=True, conditions="", reference="A 3", actor=office.an) is State.ADVISED
    )
    assert track.conclude(name, office.an).state is State.CONCLUDED
    track.draw_up(name, office.folder / "protocol.pdf")
    assert "Voorwaarden uit de adviezen DPO van Opgroeien: wis 11." in text_of(office.folder / "protocol.pdf")
    [own, other] = track.shown(name)["adviezen"]
    assert (own["voorwaarden"], other["partij"]) == ("wis", "bestuur")


def test_one_negative_advice_is_the_end(office: Office) -> None:
    name = office.new()
    office.track.attach(name, office.folder / "besluit.pdf", "CB-12", date(2026, 1, 12), office.an)
    state = office.track.advise(name, "bestuur", positive=False, conditions="", reference="A 3", actor=office.an)
    assert state is State.DISADVISED
    with pytest.raises(RefusedError) as refusal:
        office.track.conclude(name, office.an)
    assert refusal.value.code == "E810"
    assert office.track.withdraw(name, "ongunstig", office.an).state is State.WITHDRAWN


@pytest.mark.parametrize(
    ("data", "day", "told"),
    [
        (b"%PDF-1.4 half", date(2026, 1, 12), "geen volledige PDF"),
        (b"PK" + PDF, date(2026, 1, 12), "geen volledige PDF"),
        (PDF + bytes(2_000_000), date(2026, 1, 12), "groter dan 2000000 bytes"),
        (PDF, date(2026, 3, 3), "een dag die nog komt"),
    ],
)
def test_a_decision_that_is_none(office: Office, data: bytes, day: date, told: str) -> None:
    name = office.new()
    path = office.folder / "b.pdf"
    path.write_bytes(data)
    with pytest.raises(UsageError) as refusal:
        office.track.attach(name, path, "CB-12", day, office.an)
    assert refusal.value.code == "E807"
    assert told in str(refusal.value)
    assert office.state(name) is State.DRAFT
    with pytest.raises(UsageError) as refusal:
        office.track.attach(name, office.folder / "besluit.pdf", " ", date(2026, 1, 12), office.an)
    assert refusal.value.code == "E808"


def test_terms_count_down_and_then_up(office: Office) -> None:
    name = office.concluded()

    def told(days: int) -> list[str]:
        office.clock.moment = NOW + timedelta(days)
        return [deadline.text for deadline in office.track.deadlines(office.track.protocols.get(name))]

    assert told(0) == [
        "lijst van het bestuur: tot en met 2026-05-01 (nog 60 dagen)",
        "looptijd van het protocol: tot en met 2026-12-31 (nog 304 dagen)",
    ]
    assert told(59)[0].endswith("(nog 1 dag)")
    assert told(60)[0].endswith("(vandaag de laatste dag)")
    assert told(61)[0].endswith("(1 dag te laat)")
    assert told(70)[0].endswith("(10 dagen te laat)")
    office.track.withdraw(name, "te laat", office.an)
    assert told(70) == []


def test_a_protocol_lapses_by_itself_and_the_ledger_says_so(office: Office) -> None:
    name = office.concluded()
    office.clock.moment = NOW + timedelta(305)
    track = office.reopened()
    assert track.protocols.get(name).state is State.EXPIRED
    assert track.protocols.events(name)[-1].who == "groeibrief"
    assert office.ledger[-1] == "verlopen"


def test_a_list_being_worked_on_keeps_nobody_from_looking(office: Office) -> None:
    name = office.concluded()
    office.clock.moment = NOW + timedelta(305)
    with office.track.cabinet.holding("werk"):
        assert office.reopened().protocols.get(name).state is State.CONCLUDED
    assert office.reopened().protocols.get(name).state is State.EXPIRED


def test_the_computers_account_is_one_that_the_ledger_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    for found, told in (("root", "root"), ("jan d@x", "jan-d-x"), ("1000", "u-1000")):
        monkeypatch.setattr(opgroeien.getpass, "getuser", lambda found=found: found)
        assert opgroeien.os_account() == told

    def nobody() -> str:
        raise OSError

    monkeypatch.setattr(opgroeien.getpass, "getuser", nobody)
    assert opgroeien.os_account() == "onbekend"


def test_accounts_are_opgroeiens_own(office: Office) -> None:
    assert not (office.folder / "staat" / "dossiers").exists(), "nothing of VUTG's casework is made or read"
    with pytest.raises(RefusedError) as refusal:
        office.track.actor("niemand")
    assert refusal.value.code == "E802"
    with pytest.raises(UsageError) as usage:
        office.track.add_account("an", "dpo")
    assert str(usage.value) == "Het account 'an' bestaat al. Kies een andere naam."
    with pytest.raises(UsageError) as usage:
        office.track.add_account("85073003328", "dpo")
    assert usage.value.code == "E803"
    office.track.close_account("an")
    with pytest.raises(RefusedError) as refusal:
        office.track.actor("an")
    assert refusal.value.code == "E802"
    with pytest.raises(RefusedError) as refusal:
        office.track.new(office.application(), office.dina)
    assert str(refusal.value) == "Een protocol opmaken doet een behandelaar."


def test_the_database_that_is_none(office: Office) -> None:
    (office.folder / "staat" / "opgroeien" / "protocollen.sqlite").write_bytes(b"rommel" * 1000)
    with pytest.raises(RefusedError) as refusal:
        office.track.protocols.all()
    assert str(refusal.value) == "De protocollen zijn niet leesbaar. Er is niets gewijzigd; verwittig een beheerder."


def test_the_policy_is_checked(tmp_path: Path) -> None:
    import shutil

    from groeibrief.catalog import Project
    from groeibrief.opgroeien.policy import load_track_policy

    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "policies" / "opgroeien.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("regel: weren", "regel: soms", 1).replace("lijst: 60", "lijst: 0"), encoding="utf-8")
    with pytest.raises(DefinitionError) as refusal:
        load_track_policy(Project(tmp_path))
    assert refusal.value.code == "E800"
    assert sorted(finding.melding for finding in refusal.value.findings) == [
        "'soms' is hier geen geldige waarde.", "Dit getal moet minstens 1 zijn.",
    ]  # fmt: skip
    path.write_text(text.replace("leeftijd: {van: 0", "leeftijd: {van: 30"), encoding="utf-8")
    with pytest.raises(DefinitionError) as refusal:
        load_track_policy(Project(tmp_path))
    assert "De leeftijd eindigt voor ze begint: wissel de grenzen om." in str(refusal.value)
    start, end = text.index("  - vanaf:"), text.index("voordeel: ")
    path.write_text(text[:end] + text[start:end] + text[end:], encoding="utf-8")
    with pytest.raises(DefinitionError) as refusal:
        load_track_policy(Project(tmp_path))
    assert "De teksten staan van de oudste naar de nieuwste, elk met een dag." in str(refusal.value)
    newer = text[start:end].replace("2020-09-01", "2026-02-01")
    path.write_text(text[:end] + newer + text[end:], encoding="utf-8")
    policy = load_track_policy(Project(tmp_path))
    assert policy.text_on(date(2026, 1, 31)).vanaf == policy.text_on(date(2019, 1, 1)).vanaf == date(2020, 9, 1)
    assert policy.text_on(date(2026, 2, 1)).vanaf == date(2026, 2, 1)


def test_names_from_anywhere_in_europe_are_printed(office: Office) -> None:
    import pypdfium2

    title = "Kansen voor Șerban, Małgorzata, Győző en Þóra"
    name = office.new(titel=title, rechtsgrond="Reglement van Łódź")
    out = office.folder / "protocol.pdf"
    office.track.draw_up(name, out)
    document = pypdfium2.PdfDocument(out)
    text = " ".join("".join(page.get_textpage().get_text_range() for page in document).split())
    document.close()
    assert title in text
    assert "Reglement van Łódź" in text
    data = out.read_bytes()
    assert data.count(b"/FontFile2") == 2, "both faces are embedded"
    assert b"/Helvetica" not in data
    other = office.new(titel="Kansen \u4e2d")
    with pytest.raises(DefinitionError) as refusal:
        office.track.draw_up(other, office.folder / "ander.pdf")
    assert (refusal.value.code, str(refusal.value)) == (
        "E864", "Het teken U+4E2D staat niet in het lettertype van de documenten. Schrijf het anders.",
    )  # fmt: skip
    assert not (office.folder / "ander.pdf").exists()
