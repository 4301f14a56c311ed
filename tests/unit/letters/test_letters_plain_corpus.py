"""The check on plain language against sentences: good ones say nothing, bad ones exactly what is wrong with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groeibrief.catalog.project import Project
from groeibrief.letters.plain_policy import LanguagePolicy, Phrase, Phrases, load_language_policy
from groeibrief.letters.plainness import check_text

GOOD = (
    "Beste Aïcha Ben Saïd",
    "Wij helpen u met de aanvraag van de schooltoeslag.",
    "U hoeft niets te doen.",
    "Neem uw identiteitskaart en deze brief mee.",
    "Bel ons op 02 000 00 00, elke werkdag van 9 tot 12 uur.",
    "Mail naar schoolhulp@example.be of kijk op www.example.be/schoolhulp.",
    "Wilt u hulp? Kom dan langs in het Sociaal Huis.",
    "Hebt u drie of meer kinderen? Dan krijgt u van ons dit jaar twee rollen gratis vuilniszakken.",
    "Deze brief is informatie en geen beslissing.",
    "Uw kaart is bekend bij onze dienst.",
    "De dienst is gesloten op maandag.",
    "Het is verplicht om een bewijs mee te brengen.",
    "U bent welkom op woensdag 5 november 2025.",
    "Het bedrag is 1.234,56 euro per jaar.",
    "Misschien hebt u recht op een premie van uw gemeente.",
    "Misschien komt u in aanmerking voor een lager tarief.",
    "Wij kijken samen na of u recht hebt op de toeslag.",
    "U krijgt van ons een brief met het antwoord.",
    "Breng bv. een loonfiche of een attest mee.",
    "Kijk op blz. 2 van deze brief, onder nr. 3.",
    "De premie wordt elk jaar hoger.",
    "Uw kaart wordt geel in plaats van groen.",
    "Zij worden lid van de club.",
    "De kaart wordt duurder en u betaalt ze zelf.",
    "De verantwoordelijkheid van de dienst wordt groter.",
    "De herkomst van het geld wordt duidelijk.",
    "Wij kiezen eruit en dan worden wij wijzer.",
    "De brief wordt dikker en bevat meer nieuws.",
    "De kaart wordt duurder en u hebt ze al gekregen.",
    "U woont in Beveren-Kruibeke-Zwijndrecht.",
    "Het bestand is 5 kb groot.",
    "Als u zich hebt ingeschreven, wordt de kaart goedkoper.",
    "De gemeenten werken samen aan het gebied rond de school.",
    "Geduld is goed voor de gezondheid van gezinnen.",
    "Welke rechten hebt u?",
    "De speelpleinwerking begint op 1 juli en duurt tot 31 augustus.",
    "Wij bewaren uw gegevens zes maanden. Daarna wissen wij ze.",
    "Spreekt u weinig Nederlands? Dan zoeken wij iemand die voor u vertaalt.",
    "Uw dossier ligt bij het Groeipakket.",
    "Dien uw aanvraag in voor het einde van de maand.",
    "De warmte in de armsteun van de stoel is fijn.",
    "Het kamp duurt 5 dagen: u betaalt niets.",
    "Neem contact op met de dienst Samenleven, Gezin en Onderwijs.",
    "Wij verwerken uw aanvraag binnen tien werkdagen en sturen u het antwoord met de post.",
)

LONG = (
    "Wij sturen u deze brief op vraag van uw gemeente omdat wij denken dat het aanbod van de gemeente voor u of voor "
    "iemand in uw gezin nuttig kan zijn."
)
MUCH_TOO_LONG = (
    "Wij sturen u deze brief op vraag van uw gemeente omdat wij denken dat het aanbod van de gemeente voor u of voor "
    "iemand in uw gezin nuttig kan zijn, en wij vragen u om deze brief goed te bewaren en mee te nemen naar de dienst "
    "die u kan helpen."
)
# The sentence, the rule, how serious, what was found, what to write.
BAD = (
    ("Teneinde u te helpen, schrijven wij u.", "moeilijk_woord", "waarschuwing", "Teneinde", "om"),
    ("U krijgt dit ingevolge een nieuwe regel.", "moeilijk_woord", "waarschuwing", "ingevolge", "door"),
    ("Uw vraag betreffende de opvang kregen wij.", "moeilijk_woord", "waarschuwing", "betreffende", "over"),
    ("Wij schrijven u met betrekking tot de opvang.", "moeilijk_woord", "waarschuwing", "met betrekking tot", "over"),
    ("Indien u vragen hebt, bel ons.", "moeilijk_woord", "waarschuwing", "Indien", "als"),
    ("Gelieve ons te bellen.", "moeilijk_woord", "waarschuwing", "Gelieve", "wilt u"),
    ("U dient te bellen naar de dienst.", "moeilijk_woord", "waarschuwing", "dient te", "moet"),
    ("Voornoemde dienst helpt u.", "moeilijk_woord", "waarschuwing", "Voornoemde", "dit of deze"),
    ("Breng tevens uw kaart mee.", "moeilijk_woord", "waarschuwing", "tevens", "ook"),
    ("De dienst helpt u in het kader van de opvang.", "moeilijk_woord", "waarschuwing", "in het kader van",
     "voor of bij"),
    ("Dit kan mits u belt.", "moeilijk_woord", "waarschuwing", "mits", "als"),
    ("Desgevallend bellen wij u.", "moeilijk_woord", "waarschuwing", "Desgevallend", "als dat zo is"),
    ("Dit is voor kansarme gezinnen.", "verboden_woord", "fout", "kansarme", "noem het aanbod"),
    ("Wij helpen arme gezinnen.", "verboden_woord", "fout", "arme", "noem het aanbod"),
    ("Wij strijden tegen armoede.", "verboden_woord", "fout", "armoede", "noem het aanbod"),
    ("Wij letten op fraude.", "verboden_woord", "fout", "fraude", "laat het weg"),
    ("Dit is voor kwetsbare gezinnen.", "verboden_woord", "fout", "kwetsbare", "noem het aanbod"),
    ("Uw kind mag mee op kamp.", "verboden_woord", "fout", "Uw kind", "het kind"),
    ("Dit is voor behoeftigen in de stad.", "verboden_woord", "fout", "behoeftigen", "noem het aanbod"),
    ("Wie een laag inkomen heeft, mag bellen.", "verboden_woord", "fout", "laag inkomen", "noem het aanbod"),
    ("U hebt recht op twee rollen vuilniszakken.", "belofte", "fout", "U hebt recht op", "misschien hebt u recht op"),
    ("Een plaats op het kamp is gegarandeerd.", "belofte", "fout", "gegarandeerd", "laat het weg"),
    ("Uw gezin komt in aanmerking voor een premie.", "belofte", "opmerking", "Uw gezin komt in aanmerking",
     "misschien komt uw gezin in aanmerking"),
    ("Bel ons als je vragen hebt.", "aanspreking", "fout", "je", "u"),
    ("Wij helpen jullie graag.", "aanspreking", "fout", "jullie", "u"),
    ("Dit staat in artikel 6 van de regels.", "verwijzing_naar_wet", "waarschuwing", "artikel 6",
     "zeg in gewone woorden wat de regel is"),
    ("Dit volgt uit het decreet over het Groeipakket.", "verwijzing_naar_wet", "waarschuwing", "decreet",
     "zeg in gewone woorden wat de regel is"),
    ("Dit stond in het BS van 5 mei.", "verwijzing_naar_wet", "waarschuwing", "BS",
     "zeg in gewone woorden wat de regel is"),
    ("Uw aanvraag wordt behandeld door de dienst.", "lijdende_vorm", "waarschuwing", "wordt … behandeld",
     "zeg wie het doet"),
    ("De brieven werden gisteren verstuurd.", "lijdende_vorm", "waarschuwing", "werden … verstuurd",
     "zeg wie het doet"),
    ("U weet dan of de premie wordt toegekend.", "lijdende_vorm", "waarschuwing", "wordt … toegekend",
     "zeg wie het doet"),
    ("Alle kinderen moeten ingeschreven worden.", "lijdende_vorm", "waarschuwing", "worden … ingeschreven",
     "zeg wie het doet"),
    ("De brief wordt elke maand gestuurd.", "lijdende_vorm", "waarschuwing", "wordt … gestuurd", "zeg wie het doet"),
    ("Uw gegevens worden gebruikt voor deze brief.", "lijdende_vorm", "waarschuwing", "worden … gebruikt",
     "zeg wie het doet"),
    ("Het bedrag wordt op uw rekening gestort.", "lijdende_vorm", "waarschuwing", "wordt … gestort",
     "zeg wie het doet"),
    ("De premie is op 5 mei uitbetaald.", "lijdende_vorm", "waarschuwing", "is … uitbetaald", "zeg wie het doet"),
    ("Wij lezen uw gezondheidsverzekeringsbewijs.", "lang_woord", "opmerking", "gezondheidsverzekeringsbewijs",
     "een korter woord"),
    (LONG, "lange_zin", "waarschuwing", "Wij sturen u deze brief op vraag van uw gemeente omdat wij …",
     "maak er twee zinnen van"),
    (MUCH_TOO_LONG, "te_lange_zin", "fout", "Wij sturen u deze brief op vraag van uw gemeente omdat wij …",
     "maak er twee zinnen van"),
)  # fmt: skip


@pytest.fixture(scope="module")
def policy(project: Project) -> LanguagePolicy:
    return load_language_policy(project)


@pytest.mark.parametrize("sentence", GOOD)
def test_a_plain_sentence_has_no_remark(policy: LanguagePolicy, sentence: str) -> None:
    assert [str(remark) for remark in check_text(sentence, policy)] == []


@pytest.mark.parametrize(("sentence", "rule", "severity", "found", "instead"), BAD)
def test_a_bad_sentence_has_its_remark_and_no_other(
    policy: LanguagePolicy, sentence: str, rule: str, severity: str, found: str, instead: str
) -> None:
    said = [(each.taalregel, each.ernst, each.gevonden, each.voorstel) for each in check_text(sentence, policy)]
    assert said == [(rule, severity, found, instead)]


def test_the_corpus_is_large_enough_and_shows_every_rule_of_a_text() -> None:
    assert len(set(GOOD)) >= 30
    assert len({sentence for sentence, *_ in BAD}) >= 30
    assert {rule for _, rule, *_ in BAD} == {
        "aanspreking", "belofte", "lang_woord", "lange_zin", "lijdende_vorm", "moeilijk_woord", "te_lange_zin",
        "verboden_woord", "verwijzing_naar_wet",
    }  # fmt: skip


@pytest.mark.parametrize("word", ["U", "uw", "Uzelf"])
def test_the_letters_own_form_of_address_is_no_finding(policy: LanguagePolicy, word: str) -> None:
    assert check_text(f"{word} is goed.", policy) == ()


def test_places_are_those_of_the_text(policy: LanguagePolicy) -> None:
    text = (
        "Wij helpen u.\n\n- Breng uw kaart mee.\n- Bel ons, zodat je\n  niet hoeft te wachten. Tevens\n  een pasfoto.\n"
    )
    said = [(each.regel, each.kolom, each.gevonden) for each in check_text(text, policy)]
    assert said == [(4, 18, "je"), (5, 26, "Tevens")]


def test_a_blank_line_and_a_list_item_end_a_sentence_without_a_dot(policy: LanguagePolicy) -> None:
    fourteen = "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien"
    assert check_text(f"{fourteen}\n\n{fourteen}\n- {fourteen}", policy) == ()
    (remark,) = check_text(f"{fourteen}\n{fourteen}", policy)
    assert remark.melding == "De zin telt 28 woorden: hoogstens 22 is vlot te lezen. Maak er twee zinnen van."


def test_the_sentences_say_what_to_do(policy: LanguagePolicy) -> None:
    said = [remark.melding for remark in check_text("Teneinde fraude te weren, wordt je kaart bekeken.", policy)]
    assert said == [
        "'Teneinde' is moeilijk. Schrijf: 'om'.",
        "Schrijf niet 'fraude': een brief verdenkt niemand. Beter: laat het weg.",
        "Schrijf niet 'je': de brief zegt 'u'. Beter: u.",
        "De zin is lijdend ('wordt … bekeken'). Zeg wie het doet, bijvoorbeeld met 'wij' of 'u'.",
    ]


def test_of_two_phrases_at_one_place_the_longest_is_found() -> None:
    short, long = (Phrase("moeilijk_woord", "waarschuwing", instead, "") for instead in ("bij", "altijd"))
    phrases = Phrases([("te", short), ("te allen tijde", long)])
    assert [found for _, found in phrases.found_in("Te allen tijde, te allen  tijde en te laat")] == [long, long, short]


def test_a_long_word_may_be_known(policy: LanguagePolicy) -> None:
    text = "Wij lezen uw gezondheidsverzekeringsbewijs."
    known = replace(policy.lang_woord, bekend=("Gezondheidsverzekeringsbewijs",))
    assert [remark.taalregel for remark in check_text(text, policy)] == ["lang_woord"]
    assert check_text(text, replace(policy, lang_woord=known)) == ()


def test_nothing_is_found_in_an_empty_text(policy: LanguagePolicy) -> None:
    assert check_text("", policy) == check_text(" \n\n ", policy) == ()
