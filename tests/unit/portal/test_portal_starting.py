"""Before the portal serves: the operator's settings, the secret, and from an enterprise number to an authority."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from groeibrief.cli.entry import groeibrief
from groeibrief.errors import DefinitionError, RefusedError
from groeibrief.portal.signin import authorities_of, load_provider, read_secret
from groeibrief.workflow.office import Office, add_demo_accounts

SETTINGS = """uitgever: https://gebruikersbeheer.example.be
adres: https://portaal.example.be
client: groeibrief
geheim_bestand: geheim
scopes: openid
rollen_claim: rollen
rollen: [{naam: Medewerker, rol: gemeente}]
"""


def provider(folder: Path, text: str = SETTINGS) -> Path:
    path = folder / "aanmelden.yaml"
    path.write_text(text)
    return path


def test_the_secret_lies_beside_the_settings(tmp_path: Path) -> None:
    path = provider(tmp_path)
    (tmp_path / "geheim").write_text("een geheim\n")
    (tmp_path / "geheim").chmod(0o600)
    assert read_secret(load_provider(path), path) == "een geheim"


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        ("geheim", 0o640, "Anderen kunnen het geheim in {} lezen. Doe eerst: chmod 600 {}"),
        ("geheim", 0o604, "Anderen kunnen het geheim in {} lezen. Doe eerst: chmod 600 {}"),
        (" \n", 0o600, "Het geheim in {} is leeg. Zet er het geheim in dat u van de aanbieder kreeg."),
        (None, 0, "Het geheim in {} kan niet gelezen worden: het bestaat niet."),
    ],
)
def test_a_secret_that_is_none_is_refused(tmp_path: Path, text: str | None, mode: int, told: str) -> None:
    path, secret = provider(tmp_path), tmp_path / "geheim"
    if text is not None:
        secret.write_text(text)
        secret.chmod(mode)
    with pytest.raises(RefusedError) as refused:
        read_secret(load_provider(path), path)
    assert refused.value.code == "E766"
    assert str(refused.value) == told.replace("{}", str(secret))


def test_a_provider_without_tls_is_refused(tmp_path: Path) -> None:
    path = provider(tmp_path, SETTINGS.replace("https://gebruikersbeheer", "http://gebruikersbeheer"))
    with pytest.raises(DefinitionError) as refused:
        load_provider(path)
    assert refused.value.code == "E762"
    assert "'http://gebruikersbeheer.example.be' begint niet met https://." in str(refused.value)


def test_demo_and_provider_exclude_each_other(tmp_path: Path) -> None:
    words = ["serve", "--snapshot", str(tmp_path), "--demo", "--aanmelden", str(provider(tmp_path))]
    done = CliRunner().invoke(groeibrief, words)
    assert "Kies: --demo met verzonnen accounts, of --aanmelden met echte. Niet allebei." in " ".join(
        (done.output + str(done.exception)).split()
    )


@pytest.mark.parametrize("written", ["0123.456.749", "0123456749", "0123 456 749", "BE 0123.456.749"])
def test_an_authority_is_found_however_its_number_is_written(office: Office, written: str) -> None:
    add_demo_accounts(office)
    assert authorities_of(office)(written) == ("0123.456.749", "OCMW Torhout", ("31033",))


@pytest.mark.parametrize("written", ["", "0999.999.922", "31033", "٠123456749"])
def test_an_unknown_number_is_no_authority(office: Office, written: str) -> None:
    add_demo_accounts(office)
    assert authorities_of(office)(written) is None
