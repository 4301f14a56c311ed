"""The prose of a template's source: paths through branches, included texts, and the place of every word."""

from __future__ import annotations

import pytest

from groeibrief.catalog.project import Project
from groeibrief.letters.plain_policy import LanguagePolicy, load_language_policy
from groeibrief.letters.prose import FIELD, Prose, prose_of
from groeibrief.letters.sentences import Voice, sentences_of

NOTHING: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def policy(project: Project) -> LanguagePolicy:
    return load_language_policy(project)


def read(text: str, keeping: frozenset[str] = NOTHING, **more: str) -> Prose:
    texts = {"a/letter.j2": text, **{f"_gedeeld/{name}.j2": content for name, content in more.items()}}
    return prose_of(texts, "a/letter.j2", keeping)


def shown(prose: Prose) -> list[str]:
    return [paragraph.shown(0, len(paragraph.text)) for paragraph in prose.paragraphs]


def place_of(prose: Prose, word: str) -> tuple[str, int, int]:
    """The one place where *word* is read."""
    places = set()
    for paragraph in prose.paragraphs:
        if (index := paragraph.text.find(word)) >= 0:
            places.add(prose.place(paragraph.characters[index]))
    (place,) = places
    return place


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("een\ntwee\n\ndrie", ["een twee", "drie"]),
        ("# kop\ntekst", ["kop", "tekst"]),
        ("## kop\n- punt\n  verder\n> citaat", ["kop", "punt verder", "citaat"]),
        ("| vraag | antwoord\nverder", ["vraag", "antwoord verder"]),
        ("een **twee** *drie*", ["een twee drie"]),
        ("een\n>> pagina\ntwee\n>> qr", ["een", "twee"]),
        ("{# uitleg\nover regels #}\neen", ["een"]),
        ("een {{ bestuur.naam }} twee", ["een {{ bestuur.naam }} twee"]),
        ("{% raw %}een{% endraw %} twee", ["een twee"]),
        ("een{% if x %} twee{% endif %} drie", ["een twee drie", "een drie"]),
        ("{% if x %}\neen\n{% elif y %}\ntwee\n{% else %}\ndrie\n{% endif %}\nvier", ["een vier", "twee vier",
         "drie vier"]),
        ("{% if x %}een{% endif %}{% if not x %}twee{% endif %}", ["een", "twee"]),
        ("{% if x -%}\n   een\n{%- endif %} twee", ["een twee", "twee"]),
        ("een {% for k in kinderen %}{{ k }}{% if not loop.last %}, {% endif %}{% endfor %}",
         ["een {{ k }}", "een {{ k }},"]),
        ("{% for k in kinderen %}een{% else %}twee{% endfor %}", ["een", "twee"]),
    ],
)  # fmt: skip
def test_paragraphs_on_every_path(text: str, paragraphs: list[str]) -> None:
    assert sorted(shown(read(text))) == sorted(paragraphs)


def test_a_blank_line_inside_a_branch() -> None:
    assert sorted(shown(read("{% if x %}een.\n\ntwee{% endif %} drie"))) == ["drie", "een.", "twee drie"]


def test_a_zone_may_keep_its_lines() -> None:
    text = ":: blok\neen\ntwee\n:: brief\ndrie\nvier"
    prose = read(text, frozenset({"blok"}))
    assert [(each.zone, each.text) for each in prose.paragraphs] == [
        ("blok", "een"), ("blok", "twee"), ("brief", "drie vier"),
    ]  # fmt: skip


def test_places_in_the_text_and_in_what_it_includes() -> None:
    letter = (
        '{# een\nuitleg #}\n{% include "_gedeeld/voet.j2" %}\n\n- een {{ a.b }}\n  {% if x %}twee{% endif %} drie\n'
    )
    prose = read(letter, voet="vier\n{% if y %}\n  **vijf** é zes\n{% endif %}\n")
    assert place_of(prose, "een") == ("a/letter.j2", 5, 3)
    assert place_of(prose, FIELD) == ("a/letter.j2", 5, 7)
    assert place_of(prose, "twee") == ("a/letter.j2", 6, 13)
    assert place_of(prose, "drie") == ("a/letter.j2", 6, 29)
    assert place_of(prose, "vier") == ("_gedeeld/voet.j2", 1, 1)
    assert place_of(prose, "vijf") == ("_gedeeld/voet.j2", 3, 5)
    assert place_of(prose, "zes") == ("_gedeeld/voet.j2", 3, 14)


def test_places_after_whitespace_control() -> None:
    prose = read("een\n\n{%- if x -%}\n\n  twee\n{%- endif -%}\n\n   drie {{- a }} vier\n")
    assert place_of(prose, "twee") == ("a/letter.j2", 5, 3)
    assert place_of(prose, "drie") == ("a/letter.j2", 8, 4)
    assert place_of(prose, "vier") == ("a/letter.j2", 8, 18)


def test_many_branches_in_one_paragraph_end() -> None:
    text = "".join(f"{{% if v{number} %}}woord{number} {{% endif %}}" for number in range(30))
    assert 0 < len(read(text).paragraphs) <= 256


def test_many_paragraphs_with_branches_are_all_read() -> None:
    branch = "{{% if v{0} %}}\nja{0}\n{{% else %}}\nnee{0}\n{{% endif %}}\n"
    text = "\n".join(branch.format(number) for number in range(20))
    assert sorted(shown(read(text))) == sorted(f"{word}{number}" for word in ("ja", "nee") for number in range(20))


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("{{ a }} {{ b.c }}", {"a", "b.c"}),
        ("{% if x %}{{ a }}{% endif %}", set()),
        ("{% if x %}{{ a }}{% else %}{{ a }}{{ b }}{% endif %}", {"a"}),
        ("{% if x %}{{ a }}{% elif y %}{{ a }}{% endif %}", set()),
        ("{% for k in kinderen %}{{ a }}{% endfor %}", set()),
        ('{% include "_gedeeld/voet.j2" %}', {"e"}),
        ("{{ bronnen | opsomming }}", {"bronnen"}),
    ],
)
def test_the_fields_that_every_letter_prints(text: str, always: set[str]) -> None:
    assert read(text, voet="{{ e }}").always == always


@pytest.mark.parametrize("text", ["{% if x %}een", "{{ een", '{% include "_gedeeld/weg.j2" %} een', "{% twee %}"])
def test_what_is_no_valid_template_has_no_prose(text: str) -> None:
    prose = read(text)
    assert (prose.paragraphs, prose.always) == ((), NOTHING)


def test_a_text_that_includes_itself_is_read_once() -> None:
    assert shown(read('een {% include "_gedeeld/voet.j2" %}', voet='twee {% include "_gedeeld/voet.j2" %}')) == [
        "een twee"
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Een. Twee? Drie! Vier", ["Een.", "Twee?", "Drie!", "Vier"]),
        ("Zie art. 6 en blz. 2. Daar staat het.", ["Zie art. 6 en blz. 2.", "Daar staat het."]),
        ("Bel (bv. Maandag). Of mail.", ["Bel (bv. Maandag).", "Of mail."]),
        ("Het kost 1.234,50 euro. Kijk op www.example.be.", ["Het kost 1.234,50 euro.", "Kijk op www.example.be."]),
        ("Zij zei: “Kom.” Wij kwamen.", ["Zij zei: “Kom.”", "Wij kwamen."]),
        ("Wacht … en kijk. Goed.", ["Wacht … en kijk.", "Goed."]),
        ("Van {{ bestuur.naam }}. {{ datum }} is de dag.", ["Van {{ bestuur.naam }}.", "{{ datum }} is de dag."]),
        ("Dat is enz.", ["Dat is enz."]),
    ],
)  # fmt: skip
def test_sentences(policy: LanguagePolicy, text: str, sentences: list[str]) -> None:
    (paragraph,) = read(text).paragraphs
    assert [paragraph.shown(each.start, each.end) for each in sentences_of(paragraph, policy)] == sentences


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wij, het {{ afzender.naam }}, sturen u een brief.", 9),
        ("{{ onbekend.veld }}", 1),
        ("Over {{ bron.schooltoeslag }} en {{ bronnen | opsomming }}.", 8),
        ("Bel 02 000 00 00 of mail naar dienst@example.be.", 9),
        ("Kijk op www.example.be/een-twee – ’s avonds.", 5),
    ],
)
def test_the_words_of_a_sentence(policy: LanguagePolicy, text: str, words: int) -> None:
    (paragraph,) = read(text).paragraphs
    (sentence,) = sentences_of(paragraph, policy)
    assert sentence.length(policy) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("De brief wordt morgen verzonden", (9, 14, "wordt … verzonden")),
        ("U weet dat de brief wordt verzonden", (20, 25, "wordt … verzonden")),
        ("Ingeschreven worden kan nog", (13, 19, "worden … ingeschreven")),
        ("U hebt gehoord dat het regent", None),
        ("De dag wordt lang, u hebt al gegeten", None),
        ("Het is bekend", None),
    ],
)
def test_the_passive(policy: LanguagePolicy, text: str, found: tuple[int, int, str] | None) -> None:
    assert Voice(policy).passive(text) == found
