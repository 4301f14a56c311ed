"""From an idea to an approved request, through the pages of both sides."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from portal_world import DETAILS, filled_in, handed_in, new_request, pdf, text_of
from starlette.testclient import TestClient

SignIn = Callable[[str], TestClient]


def test_the_whole_way_to_an_approval(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    page = text_of(sign_in("torhout").get(f"/aanvragen/{number}").text)
    assert "ingediend" in page

    analyst = sign_in("analist-1")
    assert number in analyst.get("/overzicht").text
    asked = analyst.post(f"/dossiers/{number}/vragen", data={"tekst": "Wanneer wilt u dit?"})
    assert asked.status_code == 303, text_of(asked.text)
    town = sign_in("torhout")
    assert "Wanneer wilt u dit?" in town.get(f"/aanvragen/{number}").text
    assert "U bent aan zet." in town.get("/overzicht").text
    assert town.post(f"/aanvragen/{number}/antwoorden", data={"tekst": "In mei."}).status_code == 303

    analyst = sign_in("analist-1")
    agreed = {"referentie": "OVK-1", "datum": "2026-02-20"}
    for act, given in (("overeenkomen", agreed), ("voorleggen", {}), ("goedkeuren", {}), ("besteld-aantal-tonen", {})):
        answer = analyst.post(f"/dossiers/{number}/{act}", data=given)
        assert answer.status_code == 303, (act, text_of(answer.text))
    page = text_of(analyst.get(f"/dossiers/{number}").text)
    assert "Goedgekeurd door demo-analist-1 (analist)" in page
    assert f"groeibrief run {number} --snapshot" in page

    page = text_of(sign_in("torhout").get(f"/aanvragen/{number}").text)
    assert "Alles is goedgekeurd. De brieven worden gemaakt." in page
    assert "De factuur rekent met de schijf van" in page
    assert "demo-analist-1" not in page


def test_what_is_missing_is_said_all_at_once(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    empty = {"titel": "Steun", "sjabloon": "", "doeleinde": "", "aanbod": "", "aanbod_tekst": ""}
    assert client.post(f"/aanvragen/{number}/gegevens", data=empty).status_code == 200
    answer = client.post(f"/aanvragen/{number}/indienen")
    assert answer.status_code == 400
    page = text_of(answer.text)
    assert "Deze 4 dingen zijn nog niet in orde" in page
    assert "Schrijf wat u de gezinnen aanbiedt ('aanbod.tekst')." in page


def test_the_offer_goes_into_the_definition_and_the_letter(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    before = client.get(f"/aanvragen/{number}/brief.png")
    assert before.headers["content-type"] == "image/png"
    client.post(f"/aanvragen/{number}/gegevens", data=DETAILS)
    page = text_of(client.get(f"/aanvragen/{number}").text)
    assert "Aanbod (toelage): Wij geven uw gezin dit jaar een extra toelage. Bel ons voor een afspraak." in page
    assert "Contact: Sociaal Huis, telefoon 050 00 00 00, e-mail sociaalhuis@example.be." in page
    after = client.get(f"/aanvragen/{number}/brief.png")
    assert after.content != before.content
    assert len(after.content) < 85_000


def test_difficult_words_are_found_while_writing(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    page = client.post(f"/aanvragen/{number}/gegevens", data={**DETAILS, "aanbod_tekst": "Teneinde u te helpen."})
    assert "'Teneinde' is moeilijk. Schrijf: 'om'." in text_of(page.text)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("per_week", "veel", "'veel' is geen getal. Schrijf een geheel getal, bijvoorbeeld 250."),
        ("gewenst", "morgen", "Kies een dag bij de gewenste datum."),
        ("aanbod_tekst", "Bel 85.07.30-033-28.", "In 'aanbod.tekst' staat een rijksregisternummer."),
        ("titel", "", "Geef de aanvraag een titel."),
    ],
)
def test_what_does_not_fit_is_said_beside_the_form(sign_in: SignIn, field: str, value: str, told: str) -> None:
    client = sign_in("torhout")
    answer = client.post(f"/aanvragen/{new_request(client)}/gegevens", data={**DETAILS, field: value})
    assert answer.status_code == 400
    assert told in text_of(answer.text)


def encrypted() -> bytes:
    import pikepdf

    data = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(data, encryption=pikepdf.Encryption(owner="a", user="b"))
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [
        (b"", 400, "Het besluit is geen PDF."),
        (b"MZ\x90 geen pdf", 400, "Het besluit is geen PDF."),
        (b"%PDF-1.7 kapot", 400, "Het besluit is een beschadigde PDF, of een met een wachtwoord."),
        (encrypted(), 400, "Het besluit is een beschadigde PDF, of een met een wachtwoord."),
        (pdf(61), 400, "Het besluit telt 61 pagina's; hoogstens 60 is mogelijk."),
        (pdf() + b"\0" * 2_000_000, 400, "hoogstens 2000000 is mogelijk."),
        (b"%PDF-" + b"\0" * 3 * 1024 * 1024, 413, "Dit is te groot om te versturen."),
    ],
    ids=["empty", "no-pdf", "broken", "encrypted", "pages", "2-MB-and-more", "3-MB"],
)
def test_a_decision_that_is_none_is_refused(sign_in: SignIn, data: bytes, status: int, told: str) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    files = {"besluit": ("besluit.pdf", data, "application/pdf")}
    answer = client.post(
        f"/aanvragen/{number}/besluit", data={"referentie": "CBS 1", "datum": "2026-02-02"}, files=files
    )
    assert answer.status_code == status
    assert told in text_of(answer.text)
    assert client.get(f"/aanvragen/{number}/besluit").status_code == 400


def test_a_decision_comes_back_as_it_was_and_only_to_be_saved(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = filled_in(client)
    for account, who in (("torhout", client), ("analist-1", None)):
        answer = (who or sign_in(account)).get(f"/aanvragen/{number}/besluit")
        assert answer.content == pdf()
        assert answer.headers["content-disposition"] == f'attachment; filename="besluit-{number}.pdf"'


def test_the_agreement_says_who_and_for_what(sign_in: SignIn) -> None:
    import pypdfium2

    client = sign_in("torhout")
    number = filled_in(client)
    data = client.get(f"/aanvragen/{number}/overeenkomst").content
    document = pypdfium2.PdfDocument(data)
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    for told in ("OCMW Torhout (ondernemingsnummer 0123.456.749)", "Wij geven uw gezin", "Torhout (31033)", "€ 75,00"):
        assert told in text
    assert client.get(f"/aanvragen/{number}/overeenkomst").content == data
    document.close()


def test_last_years_request_is_cloned_without_its_decision(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = filled_in(client)
    answer = client.post(f"/aanvragen/{number}/kloon")
    assert answer.status_code == 303
    clone = answer.headers["location"].split("/")[2]
    page = text_of(client.get(f"/aanvragen/{clone}").text)
    assert f"overgenomen van {number}" in page
    assert "Wij geven uw gezin dit jaar een extra toelage." in page
    assert "Er is nog geen besluit van uw bestuur." in page


def test_a_count_gives_the_price_before_ordering(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = filled_in(client)
    page = text_of(client.post(f"/aanvragen/{number}/tel").text)
    assert "Zoveel ongeveer" in page
    assert "Voor 1 tot en met 50 gezinnen: € 147,50 ." in page
    assert "de richtdatum in de bus 2 april 2026" in page


def test_the_desk_sheet_holds_no_figure_of_the_engine(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    page = text_of(client.get(f"/aanvragen/{filled_in(client)}/balie").text)
    assert "Wij geven uw gezin dit jaar een extra toelage." in page
    assert "Moet ik de brief meebrengen? Nee." in page


def test_a_withdrawn_request_can_only_be_taken_over(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = filled_in(client)
    assert client.post(f"/aanvragen/{number}/intrekken", data={"tekst": "Niet meer nodig."}).status_code == 303
    page = client.get(f"/aanvragen/{number}").text
    assert "Dien de aanvraag in" not in page
    assert "Neem over in een nieuwe aanvraag" in page


def test_variants_stand_side_by_side(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    first, second = new_request(client), new_request(client, "/doelgroepen/wezen")
    chosen = {f"v-{first}": "ja", f"v-{second}": "ja"}
    page = text_of(client.post("/vergelijken", data={**chosen, "actie": "toon"}).text)
    assert page.count("1. Over wie het gaat") == 2
    assert "12 telbeurten over" in page
    counted = text_of(client.post("/vergelijken", data={**chosen, "actie": "tel"}).text)
    assert len(re.findall(r"minder dan 10 gezinnen|ongeveer [\d.]+ gezinnen", counted)) == 2


def test_an_analysts_change_is_a_version_that_voids_and_that_she_does_not_approve(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    analyst = sign_in("analist-1")
    agreed = {"referentie": "OVK-1", "datum": "2026-02-20"}
    for act, given in (("overeenkomen", agreed), ("voorleggen", {})):
        assert analyst.post(f"/dossiers/{number}/{act}", data=given).status_code == 303
    other = sign_in("analist-2")
    assert other.post(f"/dossiers/{number}/goedkeuren").status_code == 303
    page = sign_in("analist-1").get(f"/dossiers/{number}/definitie").text
    texts = [html.unescape(each) for each in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)]
    changed = {"yaml": texts[0].replace("standaard: 24", "standaard: 17"), "gevallen": texts[1]}
    analyst = sign_in("analist-1")
    assert analyst.post(f"/dossiers/{number}/definitie", data=changed).status_code == 303
    shown = text_of(analyst.get(f"/dossiers/{number}").text)
    assert "in nazicht" in shown
    assert "Nog nodig: analist" in shown
    difference = text_of(analyst.get(f"/dossiers/{number}/verschil").text)
    assert "standaard: 17" in difference
    assert "standaard: 24" in difference
    refused = analyst.post(f"/dossiers/{number}/goedkeuren")
    assert refused.status_code == 400
    assert "Wie aan de aanvraag of de definitie schreef, keurt ze niet goed. Vraag het aan een ander." in text_of(
        refused.text
    )
    assert sign_in("analist-2").post(f"/dossiers/{number}/goedkeuren").status_code == 303


def test_a_fault_in_the_definition_names_its_line_and_keeps_the_text(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    answer = sign_in("analist-1").post(f"/dossiers/{number}/definitie", data={"yaml": "doelgroep: x\nonzin: 1"})
    assert answer.status_code == 400
    assert "onzin: 1" in answer.text
    assert "De sleutel 'onzin' is hier niet bekend." in text_of(answer.text)


def test_a_composed_group_gets_a_proposal_of_cases_that_the_analyst_keeps(sign_in: SignIn) -> None:
    town = sign_in("torhout")
    composed = {
        "eenheid": "gezin", "wie": "kind", "peildatum": "2025-11-01", "g-31033": "ja", "titel": "Onze gezinnen",
        "1-1-over": "bron:sociale_toeslag", "1-2-over": "leeftijd", "1-2-van": "3", "1-2-tot_en_met": "12",
        "actie": "aanvraag",
    }  # fmt: skip
    number = town.post("/samenstellen", data=composed).headers["location"].split("/")[2]
    assert town.post(f"/aanvragen/{number}/gegevens", data={**DETAILS, "actie": "verder"}).status_code == 303
    assert town.post(f"/aanvragen/{number}/indienen").status_code == 303
    analyst = sign_in("analist-1")
    page = text_of(analyst.get(f"/dossiers/{number}").text)
    assert "ontbreekt: besluit van het bestuur" in page
    assert (
        "ontbreekt: gevallen bij de definitie: een gemeente die zelf een doelgroep samenstelt, schrijft er geen."
        in page
    )
    assert "in orde: definitie die gelezen kan worden" in page
    assert sign_in("dpo").post(f"/dossiers/{number}/gevallen").status_code == 404
    analyst = sign_in("analist-1")
    proposed = analyst.post(f"/dossiers/{number}/gevallen")
    assert "Dit is een voorstel van gevallen" in text_of(proposed.text)
    texts = [html.unescape(each) for each in re.findall(r"<textarea[^>]*>(.*?)</textarea>", proposed.text, re.DOTALL)]
    assert "omdat: zoals het eerste, maar zonder de sociale toeslag" in texts[1]
    assert "ontbreekt: gevallen" in text_of(analyst.get(f"/dossiers/{number}").text), "a proposal is not kept"
    kept = analyst.post(f"/dossiers/{number}/definitie", data={"yaml": texts[0], "gevallen": texts[1]})
    assert kept.status_code == 303, text_of(kept.text)
    assert "in orde: gevallen bij de definitie" in text_of(analyst.get(f"/dossiers/{number}").text)


def test_the_proof_set_says_why_each_letter_is_in_it_and_to_nobody(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    answer = sign_in("analist-1").post(f"/dossiers/{number}/cijfers")
    proof = text_of(answer.text).split("Proefset")[1]
    assert "eerste" in proof
    assert "variant" in proof
    assert "breedste adres" in proof
    assert "In de gegevens van 3 november 2025, 119 dagen oud." in text_of(answer.text)


def test_an_explanation_of_a_dossier_that_is_not_there(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    page = text_of(sign_in("analist-1").post(f"/dossiers/{number}/uitleg", data={"dossier": "99999999"}).text)
    assert "99999999" in page


def test_a_processor_agreement_is_registered(sign_in: SignIn) -> None:
    given = {
        "referentie": "VWO-1", "naam": "Drukkerij Voorbeeld", "kbo": "0123.456.749",
        "sleutel": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "van": "2026-01-01",
        "tot": "2027-01-01",
    }  # fmt: skip
    client = sign_in("analist-1")
    assert client.post("/drukkerijen", data=given).status_code == 303
    assert "VWO-1 van kracht" in text_of(client.get("/drukkerijen").text)
    again = client.post("/drukkerijen", data=given)
    assert "Er is al een verwerkersovereenkomst met die referentie." in text_of(again.text)
    assert sign_in("dpo").post("/drukkerijen", data={**given, "referentie": "B"}).status_code == 400


def test_a_breach_is_decided_by_the_dpo(sign_in: SignIn) -> None:
    number = handed_in(sign_in("torhout"))
    found = {"volgnummer": "3", "vastgesteld": "2026-03-01T10:00", "tekst": "Brief teruggevraagd."}
    assert sign_in("analist-1").post(f"/dossiers/{number}/datalek", data=found).status_code == 303
    refused = sign_in("analist-1").post("/datalekken/lek-0001", data={"stap": "melden"})
    assert "Of een datalek gemeld wordt, besluit de DPO." in text_of(refused.text)
    for step in ("dpo", "niet-melden", "sluiten"):
        assert sign_in("dpo").post("/datalekken/lek-0001", data={"stap": step}).status_code == 303
    assert "Gesloten 2 maart 2026" in text_of(sign_in("dpo").get("/datalekken").text)


def test_the_register_shows_its_public_part_to_anyone(sign_in: SignIn) -> None:
    client = sign_in("analist-1")
    inside = client.get("/register/uitvoer.json").json()["feiten"]
    client.cookies.clear()
    outside = client.get("/register/uitvoer.json").json()["feiten"]
    assert {row["naam"] for row in outside} >= {"Torhout", "Bree"}
    assert all(row["openbaar"] and not row["reden"] for row in outside)
    assert len(inside) >= len(outside)
    only = client.get("/register", params={"piste": "vutg", "stand": "afgesloten"})
    assert "1 feit." in text_of(only.text)
    assert client.get("/register/uitvoer.csv", params={"naam": "bree"}).text.count("Bree") >= 2
    assert client.get("/register/uitvoer.ods").content.startswith(b"PK")
    assert client.get("/register/uitvoer.xml").status_code == 404
    assert client.get("/register", params={"van": "gisteren"}).status_code == 400


def test_an_offer_that_does_not_fit_on_the_letter_is_said_where_the_letter_would_be(sign_in: SignIn) -> None:
    client = sign_in("torhout")
    number = new_request(client)
    long = " ".join(["Wij helpen u graag met alles wat u nodig hebt."] * 80)
    page = client.post(f"/aanvragen/{number}/gegevens", data={**DETAILS, "aanbod_tekst": long})
    assert page.status_code == 200
    assert "Met dit aanbod kan de brief niet gemaakt worden." in text_of(page.text)
    assert "brief.png" not in page.text
