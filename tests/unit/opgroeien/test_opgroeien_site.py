"""The counter's site: every address × every role × another's number, and the work from application to answer."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from opgroeien_world import APPLICATION, PDF, Municipality, Office, People, listed, number
from starlette.applications import Starlette
from starlette.testclient import TestClient

from groeibrief.catalog import Catalogue
from groeibrief.errors import RefusedError
from groeibrief.opgroeien.lifecycle import State
from groeibrief.portal.opgroeien.application import addresses, create_counter_app, demo_sign_in
from groeibrief.portal.opgroeien.download import HandedOver
from groeibrief.portal.routing import EVERYONE, Address
from groeibrief.workflow import opgroeienlists
from groeibrief.workflow.office import Role
from groeibrief.workflow.opgroeien import Track, open_track
from groeibrief.workflow.opgroeienloket import Counter
from groeibrief.workflow.settings import Settings

OWN = {"sec-fetch-site": "same-origin"}
ACCOUNTS = {
    "torhout": Role.MUNICIPALITY, "zaventem": Role.MUNICIPALITY, "behandelaar-1": Role.OPGROEIEN,
    "behandelaar-2": Role.OPGROEIEN, "dpo": Role.DPO,
}  # fmt: skip
NUMBERS = [number(1), number(2)]
SignIn = Callable[[str], TestClient]


@pytest.fixture
def track(office: Office) -> Track:
    """A demo's own state, on the office's clock."""
    return open_track(Settings((), None, office.folder / "demo"), office.track.project.root, office.clock)


@pytest.fixture
def app(track: Track) -> Starlette:
    counter = Counter(track)
    return create_counter_app(counter, sign_in=demo_sign_in(counter), secure=False)


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, headers=OWN, follow_redirects=False) as client:
        yield client


@pytest.fixture
def sign_in(client: TestClient) -> SignIn:
    def signed_in(account: str) -> TestClient:
        client.cookies.clear()
        assert client.post("/aanmelden/demo", data={"account": f"demo-{account}"}).status_code == 303
        return client

    return signed_in


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


TORHOUT, ZAVENTEM = "OPG-2026-0001", "OPG-2026-0002"


def paths(address: Address, name: str) -> list[str]:
    filled = address.path.replace("{nummer}", name).replace("{volgnummer:int}", "1")
    if "{soort}" in filled:
        return [filled.replace("{soort}", kind) for kind in ("antwoord", "verslag")]
    return [filled.replace("{stuk}", kind) for kind in ("protocol", "attest")] if "{stuk}" in filled else [filled]


def test_each_address_is_for_its_roles_and_anothers_protocol_does_not_exist(app: Starlette, sign_in: SignIn) -> None:
    nowhere = text_of(sign_in("torhout").get("/protocollen/OPG-2026-9999").text)
    tried = 0
    for account, role in ACCOUNTS.items():
        client = sign_in(account)
        for address in addresses(app.state.portal, None):
            if address.path == "/afmelden":
                continue
            may = address.roles == EVERYONE or role in address.roles
            own = "{nummer}" not in address.path or role is not Role.MUNICIPALITY
            for name in (TORHOUT, "OPG-2026-9999"):
                here = name == TORHOUT and (own or account == "torhout")
                for method in address.methods:
                    for path in paths(address, name):
                        if may and (here or "{nummer}" not in address.path) and (method == "POST" or "attest" in path):
                            continue
                        answer = client.request(method, path, data={"advies": "gunstig"} if method == "POST" else None)
                        exists = may and (here or "{nummer}" not in address.path)
                        assert answer.status_code == (200 if exists else 404), (account, method, path, answer.text)
                        if not exists and account == "torhout":
                            assert text_of(answer.text) == nowhere
                        tried += 1
    assert tried > 200


def test_without_signing_in_only_what_is_public(app: Starlette, client: TestClient) -> None:
    for address in addresses(app.state.portal, None):
        for method in address.methods:
            for path in paths(address, TORHOUT):
                answer = client.request(method, path)
                assert answer.status_code == (303 if address.roles else 200), (method, path)


def test_a_stranger_changes_nothing_by_any_form(app: Starlette, sign_in: SignIn, track: Track) -> None:
    before = [(each.state, each.version) for each in track.protocols.all()]
    stranger = sign_in("zaventem")
    form = {"kbo": "0123.456.749", "nummer": TORHOUT, "controlesom": "", "account": "demo-torhout"}
    files = {name: (f"{name}.age", b"age-encryption.org/v1\nx") for name in ("lijst", "handtekening")}
    for path in ("lijst", "ontvangst", "afhalen/antwoord/1"):
        answer = stranger.post(f"/protocollen/{TORHOUT}/{path}", data=form, files=files)
        assert answer.status_code == 404
    assert TORHOUT not in stranger.get("/overzicht").text
    assert [(each.state, each.version) for each in track.protocols.all()] == before


def test_a_form_from_elsewhere_is_refused(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "", "origin": "https://elders.example.be"}):
        assert client.post(f"/protocollen/{TORHOUT}/lijst", headers=headers).status_code == 403


def done(client: TestClient, deed: str, name: str = TORHOUT, **form: str) -> None:
    answer = client.post(f"/dossiers/{name}/{deed}", data=form)
    assert answer.status_code == 303, text_of(answer.text)


def concluded(sign_in: SignIn, office: Office) -> None:
    """From a draft to a concluded protocol, by the pages alone."""
    folder = office.municipality.folder
    first = sign_in("behandelaar-1")
    files = {"age": (folder / "age.pub").read_bytes(), "ondertekening": (folder / "teken.pub").read_bytes()}
    assert first.post(f"/dossiers/{TORHOUT}/sleutels", files=files).status_code == 303
    refused = first.post(
        f"/dossiers/{TORHOUT}/sleutels-bevestigen", data={"vingerafdruk": office.municipality.fingerprint}
    )
    assert refused.status_code == 400
    assert "laat een ander de vingerafdruk horen" in text_of(refused.text)
    given = {"referentie": "CB-12", "datum": "2026-01-12"}
    answer = first.post(f"/dossiers/{TORHOUT}/besluit", data=given, files={"besluit": ("b.pdf", PDF)})
    assert answer.status_code == 303
    assert first.post(f"/dossiers/{TORHOUT}/advies-van-het-bestuur", data={"referentie": "A"}).status_code == 404
    done(first, "advies-van-het-bestuur", advies="gunstig", referentie="A 3")
    done(sign_in("behandelaar-2"), "sleutels-bevestigen", vingerafdruk=office.municipality.fingerprint)
    done(sign_in("dpo"), "advies", advies="gunstig", referentie="A 7", voorwaarden="wissen na gebruik")
    done(sign_in("behandelaar-1"), "afsluiten")


@pytest.fixture
def snapshot(catalogue: Catalogue, tmp_path: Path) -> Path:
    people = People(catalogue)
    for child, insz in enumerate(NUMBERS, 1):
        people.child(child, insz, [None])
        people.right(child)
    return people.write(tmp_path / "s" / "proef").folder


def uploaded(client: TestClient, town: Municipality, content: bytes, name: str = TORHOUT) -> None:
    sealed, signature = town.send(content, name)
    files = {"lijst": sealed.read_bytes(), "handtekening": signature.read_bytes()}
    answer = client.post(f"/protocollen/{name}/lijst", files=files)
    assert answer.status_code == 303, text_of(answer.text)


def test_from_draft_to_receipt_by_the_pages_and_three_commands(
    sign_in: SignIn, office: Office, track: Track, snapshot: Path
) -> None:
    concluded(sign_in, office)
    in_clear = sign_in("torhout").post(
        f"/protocollen/{TORHOUT}/lijst", files={"lijst": listed(NUMBERS), "handtekening": b"x"}
    )
    assert in_clear.status_code == 400
    assert "Kenmerk: E855" in text_of(in_clear.text)
    uploaded(sign_in("torhout"), office.municipality, listed(NUMBERS))
    page = text_of(sign_in("behandelaar-1").get(f"/dossiers/{TORHOUT}").text)
    command = f"groeibrief opgroeien receive {TORHOUT} --key opgroeien.key --account demo-behandelaar-1"
    assert command in page
    actor = track.actor("demo-behandelaar-1")
    opgroeienlists.receive_waiting(track, TORHOUT, office.key, actor)
    opgroeienlists.match_list(track, TORHOUT, snapshot, office.key, actor)
    done(sign_in("behandelaar-1"), "goedkeuren")
    assert sign_in("dpo").post(f"/dossiers/{TORHOUT}/goedkeuren").status_code == 404
    twice = sign_in("behandelaar-1").post(f"/dossiers/{TORHOUT}/goedkeuren")
    assert "Kenmerk: E860" in text_of(twice.text)
    done(sign_in("behandelaar-2"), "goedkeuren")
    page = text_of(sign_in("behandelaar-2").get(f"/dossiers/{TORHOUT}").text)
    assert f"groeibrief opgroeien answer {TORHOUT} --sign-key opgroeien-teken.key" in page
    opgroeienlists.answer_list(track, TORHOUT, None, office.signer, track.actor("demo-behandelaar-2"))

    town = sign_in("torhout")
    page = text_of(town.get(f"/protocollen/{TORHOUT}").text)
    assert "Haal het antwoord af" in page
    assert "nog 30 dagen" in page
    assert "demo-behandelaar" not in page, "a municipality is not told who works at Opgroeien"
    got = town.post(f"/protocollen/{TORHOUT}/afhalen/antwoord/1")
    assert (got.status_code, got.headers["content-type"]) == (200, "application/zip")
    assert got.headers["content-disposition"] == f'attachment; filename="antwoord-{TORHOUT}-1.zip"'
    assert got.content.startswith(b"PK")
    second = town.post(f"/protocollen/{TORHOUT}/afhalen/antwoord/1")
    assert second.status_code == 400
    assert "Dit bestand is al afgehaald; dat kan één keer." in text_of(second.text)
    assert "Het bestand kwam niet volledig aan" in text_of(second.text)
    retried = town.post(f"/protocollen/{TORHOUT}/afhalen/antwoord/1", data={"controlesom": ""})
    assert retried.content == got.content
    done(sign_in("behandelaar-2"), "opnieuw-aanbieden", soort="antwoord", volgnummer="1")
    town = sign_in("torhout")
    assert town.post(f"/protocollen/{TORHOUT}/afhalen/antwoord/1").content == got.content
    (office.folder / "a.zip").write_bytes(got.content)
    import zipfile

    with zipfile.ZipFile(office.folder / "a.zip") as archive:
        archive.extractall(office.folder)
    receipt = office.municipality.receipt(TORHOUT, office.folder / "antwoord" / "antwoord.zip.age")
    wrong = town.post(f"/protocollen/{TORHOUT}/ontvangst", files={"ontvangst": b"x" * 64})
    assert "Kenmerk: E821" in text_of(wrong.text)
    answer = town.post(f"/protocollen/{TORHOUT}/ontvangst", files={"ontvangst": receipt.read_bytes()})
    assert answer.status_code == 303
    assert town.get(f"/protocollen/{TORHOUT}/attest.pdf").content.startswith(b"%PDF-")
    assert town.post(f"/protocollen/{TORHOUT}/afhalen/antwoord/1").status_code == 400
    done(sign_in("behandelaar-1"), "beeindigen")
    assert track.protocols.get(TORHOUT).state is State.CLOSED
    content = b"".join(path.read_bytes() for path in (office.folder / "demo").rglob("*") if path.is_file())
    assert not [each for each in NUMBERS if each.encode() in content]


def test_a_stop_is_the_dpos_to_lift(
    sign_in: SignIn, office: Office, track: Track, catalogue: Catalogue, tmp_path: Path
) -> None:
    concluded(sign_in, office)
    strangers = [number(each, "120101") for each in range(1, 30)]
    uploaded(sign_in("torhout"), office.municipality, listed(strangers))
    actor = track.actor("demo-behandelaar-1")
    opgroeienlists.receive_waiting(track, TORHOUT, office.key, actor)
    people = People(catalogue)
    people.child(1, NUMBERS[0], [None])
    opgroeienlists.match_list(track, TORHOUT, people.write(tmp_path / "p" / "proef").folder, office.key, actor)
    assert "Alleen de DPO kan dit antwoord laten doorgaan." in text_of(
        sign_in("behandelaar-1").get(f"/dossiers/{TORHOUT}").text
    )
    assert sign_in("behandelaar-1").post(f"/dossiers/{TORHOUT}/doorlaten", data={"reden": "x"}).status_code == 404
    done(sign_in("dpo"), "doorlaten", reden="nagekeken met het bestuur")
    assert track.protocols.get(TORHOUT).state is State.READY


def test_a_new_protocol_by_its_application_and_its_faults(sign_in: SignIn, track: Track) -> None:
    client = sign_in("behandelaar-2")
    good = client.post("/nieuw", files={"aanvraag": APPLICATION.encode()})
    assert good.headers["location"] == "/dossiers/OPG-2026-0003"
    assert client.get("/dossiers/OPG-2026-0003/protocol.pdf").content.startswith(b"%PDF-")
    gate = APPLICATION.replace("ander_comite_bevoegd: nee", "ander_comite_bevoegd: ja")
    answer = client.post("/nieuw", files={"aanvraag": gate.encode()})
    assert answer.status_code == 400
    assert "Een ander comité is bevoegd: dan kan dit protocol niet." in text_of(answer.text)
    assert len(track.protocols.all()) == 3
    done(client, "intrekken", "OPG-2026-0003", reden="dubbel")
    assert "Met dit protocol kan niets meer gebeuren." in text_of(client.get("/dossiers/OPG-2026-0003").text)


def test_an_account_that_was_closed_is_out_at_once(sign_in: SignIn, track: Track) -> None:
    client = sign_in("torhout")
    assert client.get("/overzicht").status_code == 200
    track.close_account("demo-torhout")
    assert client.get("/overzicht").status_code == 303
    assert client.post("/aanmelden/demo", data={"account": "demo-torhout"}).status_code == 403


def test_a_demo_and_the_real_thing_do_not_share_a_state(office: Office) -> None:
    with pytest.raises(RefusedError) as refusal:
        demo_sign_in(Counter(office.track))
    assert (refusal.value.code, str(refusal.value)) == (
        "E856",
        "Deze map bevat echte accounts van Opgroeien. Een demonstratie krijgt een map van haar eigen: geef een andere "
        "met --state.",
    )


def test_what_is_too_large_is_refused(sign_in: SignIn) -> None:
    answer = sign_in("torhout").post(f"/protocollen/{TORHOUT}/lijst", content=b"x" * (21 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.text == "Dit is te groot om te versturen. Een bestand mag 20 MB groot zijn."


@pytest.mark.parametrize("gone", [True, False])
def test_a_connection_that_went_away_had_nothing(gone: bool) -> None:
    import anyio

    told, sent = [], []

    async def receive() -> dict[str, str]:
        if not gone:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    response = HandedOver(b"x" * 200_000, "a.zip", "application/zip", lambda: told.append("klaar"))

    async def respond() -> None:
        await response({"type": "http"}, receive, send)  # type: ignore[arg-type]

    anyio.run(respond)
    assert told == ([] if gone else ["klaar"])
    assert len(sent) == (5 if gone else 6)


def test_the_sign_in_of_a_provider_knows_a_municipality_by_its_protocols(track: Track) -> None:
    counter = Counter(track)
    demo_sign_in(counter)
    assert counter.authority("0123456749") == ("0123.456.749", "OCMW Torhout", ("31033",))
    assert counter.authority("0999999922") is None


def test_the_sign_in_of_a_provider_has_the_counters_roles_and_no_others(track: Track) -> None:
    from groeibrief.portal.identity import AT_COUNTER
    from groeibrief.portal.signin import ProviderSettings, ProviderSignIn, RoleName

    counter = Counter(track)
    demo_sign_in(counter)
    settings = ProviderSettings(
        uitgever="https://aanbieder.example.be", adres="https://loket.example.be", client="loket",
        geheim_bestand="geheim", scopes="openid", rollen_claim="rollen",
        rollen=tuple(RoleName(naam=role.value, rol=role) for role in Role),
    )  # fmt: skip
    way_in = ProviderSignIn(settings, counter.authority, secret="geheim", roles=AT_COUNTER)

    def visitor(*roles: str) -> tuple[Role, str]:
        found = way_in._visitor({"sub": "1", "rollen": list(roles)})
        return found.role, found.authority

    assert visitor("analist:0999999922", "opgroeien:0999999922") == (Role.OPGROEIEN, "")
    assert visitor("dpo:0999999922") == (Role.DPO, "")
    assert visitor("gemeente:0123456749") == (Role.MUNICIPALITY, "OCMW Torhout")
    for strange in ("analist:0999999922", "gemeente:0999999922", "niemand:1"):
        with pytest.raises(RefusedError) as refusal:
            visitor(strange)
        assert refusal.value.code == "E765"
