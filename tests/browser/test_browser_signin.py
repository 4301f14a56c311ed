"""Signing in through a real OpenID Connect provider, in a real browser: who gets in, as whom, and who does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from browser_world import LOOPBACK, PROGRAM, Visit, World, environment, free_port, on_loopback, served, wait_for
from playwright.sync_api import Browser

pytestmark = on_loopback
PROVIDER = Path(__file__).parent / "oidc"
INSTALL = Path(__file__).parents[1] / "node-packages"
SECRET = "alleen-voor-de-tests-geen-echt-geheim"
TOWN = ("0123.456.749", "OCMW Torhout", "31033")


@pytest.fixture(scope="module")
def portal(home: Path) -> Iterator[World]:
    """The portal with a provider before it, over an office that knows one authority."""
    subprocess.run([str(INSTALL)], check=True, capture_output=True)
    kbo, name, code = TOWN
    known = ["desk", "authority", kbo, "--naam", name, "--soort", "ocmw", "--gemeente", code, "--sinds", "2019-01-01"]
    subprocess.run([str(PROGRAM), *known], check=True, env=environment(home), capture_output=True)
    own, other = free_port(), free_port()
    secret = home / "geheim"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    settings = home / "aanmelden.yaml"
    settings.write_text(
        f"uitgever: http://{LOOPBACK}:{other}\nadres: http://{LOOPBACK}:{own}\nclient: groeibrief\n"
        "geheim_bestand: geheim\nscopes: openid\nrollen_claim: groeibrief_rollen\nrollen:\n"
        "  - {naam: GroeibriefMedewerker, rol: gemeente}\n  - {naam: GroeibriefAnalist, rol: analist}\n"
        "  - {naam: GroeibriefDpo, rol: dpo}\n"
    )
    back = f"http://{LOOPBACK}:{own}/aanmelden/terug"
    log = home / "aanbieder.log"
    with log.open("ab") as told:
        command = ["node", str(PROVIDER / "provider.mjs"), str(other), back, SECRET]
        provider = subprocess.Popen(command, stdout=told, stderr=told)
        try:
            wait_for(f"http://{LOOPBACK}:{other}/.well-known/openid-configuration", provider, log)
            with served(home, "--aanmelden", str(settings), port=own) as world:
                yield world
        finally:
            provider.terminate()
            provider.wait(20)


@pytest.fixture
def visit(portal: World, chromium: Browser) -> Iterator[Visit]:
    made = Visit(portal, chromium)
    yield made
    made.context.close()


def sign_in(visit: Visit, who: str, wanted: str = "/overzicht") -> None:
    visit.go(wanted)
    visit.page.get_by_role("link", name="Aanmelden via het gebruikersbeheer").click()
    visit.page.get_by_role("button", name=who, exact=True).click()
    visit.page.wait_for_url(f"{visit.world.address}/**")


@pytest.mark.parametrize("who", ["torhout", "torhout-met-punten"])
def test_a_town_comes_in_for_its_own_municipality(visit: Visit, who: str) -> None:
    sign_in(visit, who, "/doelgroepen/wezen")
    assert visit.page.url.endswith("/doelgroepen/wezen")
    assert visit.page.get_by_text("OCMW Torhout").first.is_visible()
    assert "Torhout (31033)" in visit.page.content()
    assert "Demonstratie" not in visit.page.content()


@pytest.mark.parametrize("who", ["analist", "dpo"])
def test_the_agency_comes_in_with_its_role(visit: Visit, who: str) -> None:
    sign_in(visit, who)
    assert visit.heading() == "Werklijst"
    assert visit.page.get_by_text(f"({who})").is_visible()


@pytest.mark.parametrize("who", ["verkeerde-rol", "onbekend-bestuur", "zonder-rol"])
def test_who_has_no_role_here_stays_outside(visit: Visit, who: str) -> None:
    sign_in(visit, who)
    assert "Uw account heeft geen rol in dit portaal, of voor een bestuur dat we niet kennen." in visit.page.content()
    visit.go("/overzicht")
    assert visit.heading() == "Aanmelden"


def test_pkce_state_and_nonce_go_to_the_provider(visit: Visit) -> None:
    visit.go("/aanmelden")
    visit.page.get_by_role("link", name="Aanmelden via het gebruikersbeheer").click()
    sent = next(parse_qs(urlsplit(each).query) for each in visit.requests if "code_challenge" in each)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["response_type"] == ["code"]
    assert {len(sent[name][0]) >= 43 for name in ("state", "nonce", "code_challenge")} == {True}


def test_what_came_back_once_is_worth_nothing_again(visit: Visit, portal: World, chromium: Browser) -> None:
    sign_in(visit, "torhout")
    back = next(each for each in visit.requests if "/aanmelden/terug?" in each)
    status = visit.page.goto(back)
    assert status is not None
    assert status.status == 403
    assert "Het aanmelden is niet gelukt of duurde te lang. Meld u opnieuw aan." in visit.page.content()
    stranger = Visit(portal, chromium)
    stranger.page.goto(back)
    assert "Het aanmelden is niet gelukt" in stranger.page.content()
    stranger.go("/overzicht")
    assert stranger.heading() == "Aanmelden"
    stranger.context.close()


def test_another_state_is_refused_and_ends_the_attempt(visit: Visit) -> None:
    visit.go("/aanmelden")
    visit.page.get_by_role("link", name="Aanmelden via het gebruikersbeheer").click()
    right = next(parse_qs(urlsplit(each).query)["state"][0] for each in visit.requests if "code_challenge" in each)
    for state in ("geraden", right):
        visit.go(f"/aanmelden/terug?code=geraden&state={state}")
        assert "Het aanmelden is niet gelukt" in visit.page.content()
    visit.go("/overzicht")
    assert visit.heading() == "Aanmelden"


def test_there_is_no_demo_behind_a_provider(visit: Visit) -> None:
    visit.go("/aanmelden")
    assert visit.page.locator("button[value^='demo-']").count() == 0
    answer = visit.context.request.post(
        f"{visit.world.address}/aanmelden/demo",
        form={"account": "demo-torhout"},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.status == 404


def test_a_sign_in_never_leads_to_another_site(visit: Visit) -> None:
    visit.go("/aanmelden?naar=https://elders.example.be/")
    visit.page.get_by_role("link", name="Aanmelden via het gebruikersbeheer").click()
    visit.page.get_by_role("button", name="torhout", exact=True).click()
    visit.page.wait_for_url(f"{visit.world.address}/overzicht")


def test_a_secret_that_others_can_read_is_refused(portal: World) -> None:
    settings = portal.home / "open.yaml"
    settings.write_text((portal.home / "aanmelden.yaml").read_text().replace("geheim\n", "open-geheim\n", 1))
    secret = portal.home / "open-geheim"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    command = [str(PROGRAM), "serve", "--snapshot", str(portal.snapshot), "--aanmelden", str(settings)]
    done = subprocess.run(command, env=portal.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 5
    assert f"Anderen kunnen het geheim in {secret} lezen. Doe eerst: chmod 600 {secret}" in " ".join(
        done.stderr.split()
    )


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((PROVIDER / "package-lock.json").read_text())["packages"]
    assert "node_modules/oidc-provider" in packages
    assert not any("resolved" in each for each in packages.values())
