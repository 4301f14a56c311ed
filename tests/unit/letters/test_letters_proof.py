"""The static proof: what a template may use is decided before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from groeibrief.errors import DefinitionError
from groeibrief.language.definition import Definition
from groeibrief.letters import Template, prove

ENTRY = "informatiebrief/letter.j2"
FILE = "letter_templates/informatiebrief/letter.j2"


def with_text(template: Template, text: str, **others: str) -> Template:
    return replace(
        template, texts={ENTRY: text, **{name.replace("__", "/") + ".j2": body for name, body in others.items()}}
    )


def refusal(template: Template, definition: Definition, text: str, **others: str) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        prove(with_text(template, text, **others), definition)
    return caught.value


def test_shipped_template_is_proved(template: Template, definition: Definition) -> None:
    proof = prove(template, definition)
    assert {"ontvanger.namen", "kenmerk", "bronnen", "afzender.dpo_e_mail"} <= set(proof.fields)
    assert "_gedeeld/gegevens.j2" in proof.files
    assert not {"ontvanger.namen", "kenmerk"} & proof.weighed


def test_undeclared_field_word_for_word(template: Template, definition: Definition) -> None:
    error = refusal(template, definition, ":: tekst\nBeste {{ ontvanger.naam }}\n")
    assert error.code == "E605"
    assert error.exit_code == 3
    assert str(error) == (
        f"{FILE}:2:10: Veld ontvanger.naam is niet beschikbaar: het staat niet in de lijst van invulvelden. "
        "Bedoelde u 'ontvanger.namen'?"
    )


def test_national_number_is_no_field(template: Template, definition: Definition) -> None:
    error = refusal(template, definition, "{{ ontvanger.insz }}")
    assert error.findings[0].gevonden == "ontvanger.insz"


def test_source_that_the_definition_does_not_use(template: Template, definition: Definition) -> None:
    error = refusal(template, definition, "a\n{% if bron.zorgtoeslag %}b{% endif %}\n")
    assert error.code == "E605"
    assert str(error) == (
        f"{FILE}:2:7: Veld bron.zorgtoeslag is niet beschikbaar: deze doelgroep gebruikt de bron 'zorgtoeslag' niet. "
        "Bedoelde u 'bron.schooltoeslag'?"
    )


def test_source_that_the_definition_uses(template: Template, definition: Definition) -> None:
    proof = prove(with_text(template, "{{ bron.schooltoeslag | hoofdletter }}"), definition)
    assert proof.fields == ("bron.schooltoeslag",)


def test_children_need_the_child_as_unit(
    template: Template, definition: Definition, child_definition: Definition
) -> None:
    text = "{% for kind in kinderen %}{{ kind }}{% if not loop.last %}, {% endif %}{% endfor %}"
    error = refusal(template, definition, text)
    assert str(error) == (
        f"{FILE}:1:16: Veld kinderen is niet beschikbaar: "
        "deze doelgroep kiest gezinnen, geen kinderen (eenheid: gezin)."
    )
    proof = prove(with_text(template, text), child_definition)
    assert proof.fields == ("kinderen",)
    assert "kinderen" in proof.weighed


def test_dead_branches_and_includes_count(template: Template, definition: Definition) -> None:
    hidden = "{% if bronnen %}{% include '_gedeeld/a.j2' %}{% else %}{{ ontvanger.geboren }}{% endif %}"
    error = refusal(template, definition, hidden, _gedeeld__a="\n\n{{ geheim }}")
    assert [(finding.bestand, finding.regel, finding.gevonden) for finding in error.findings] == [
        ("letter_templates/_gedeeld/a.j2", 3, "geheim"),
        (FILE, 1, "ontvanger.geboren"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ontvanger.__class__ }}",
        "{{ ontvanger.namen.__class__.__base__.__subclasses__() }}",
        "{{ ontvanger['__class__'] }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self }}",
        "{{ self._TemplateReference__context }}",
        "{{ range(10) }}",
        "{{ lipsum }}",
        "{{ ontvanger.namen.upper() }}",
        "{{ ontvanger.namen | attr('__class__') }}",
        "{{ ontvanger.namen | map('x') }}",
        "{% set a = kenmerk %}",
        "{% macro m() %}{% endmacro %}",
        "{% import '_gedeeld/a.j2' as a %}",
        "{% from '_gedeeld/a.j2' import b %}",
        "{% extends '_gedeeld/a.j2' %}",
        "{% block a %}{% endblock %}",
        "{% call kenmerk() %}{% endcall %}",
        "{% filter upper %}a{% endfilter %}",
        "{% include kenmerk %}",
        "{% include '../geheim' %}",
        "{% include ['a', 'b'] %}",
        "{% include '_gedeeld/geheim.j2' ignore missing %}",
        "{% for a in 'abc' %}{% endfor %}",
        "{% for a in range(9) %}{% endfor %}",
        "{% for a, b in bronnen %}{% endfor %}",
        "{% for a in bronnen if a %}{% endfor %}",
        "{% for a in bronnen recursive %}{% endfor %}",
        "{% for a in kenmerk %}{% endfor %}",
        "{% for a in bronnen %}{{ a.x }}{% endfor %}",
        "{% for a in bronnen %}{{ loop.changed }}{% endfor %}",
        "{% for a in bronnen %}{% endfor %}{{ a }}",
        "{{ 1 + 1 }}",
        "{{ 9 ** 999999 }}",
        "{{ 'a' ~ kenmerk }}",
        "{{ [1] }}",
        "{{ {'a': 1} }}",
        "{{ kenmerk[0] }}",
        "{{ kenmerk[0:3] }}",
        "{{ bronnen }}",
        "{{ bestuur }}",
        "{{ bestuur.contact }}",
        "{{ not kenmerk }}",
        "{{ kenmerk | aantal }}",
        "{{ bronnen | hoofdletter }}",
        "{{ bronnen | opsomming(3) }}",
        "{% if kenmerk is defined %}{% endif %}",
        "{% if kenmerk in bronnen %}{% endif %}",
        "{% if kenmerk < 3 %}{% endif %}",
        "{{ kenmerk if bronnen }}",
        "{{ kenmerk if bronnen else 3 }}",
        "{% if %}",
        "{{ kenmerk",
        "{% autoescape true %}{% endautoescape %}",
    ],
)
def test_whatever_is_not_listed_is_refused(template: Template, definition: Definition, text: str) -> None:
    error = refusal(template, definition, text, _gedeeld__a="")
    assert error.code in {"E603", "E604", "E605", "E606", "E607", "E608"}
    assert all(finding.bestand == FILE and finding.regel == 1 for finding in error.findings)


@pytest.mark.parametrize(
    "text",
    [
        "{% if bronnen | aantal > 1 %}a{% elif bestuur.naam == 'x' %}b{% else %}c{% endif %}",
        "{{ 'a' if bronnen else 'b' }}",
        "{% for a in bronnen %}{{ loop.index }} {{ a | hoofdletter }}{% else %}geen{% endfor %}",
        "{{ bestuur.contact['telefoon'] if bestuur.contact.telefoon else afzender.telefoon }}",
        "{% if not bestuur.contact.telefoon %}geen{% else %}{{ bestuur.contact.telefoon }}{% endif %}",
        "{% if bronnen and bestuur.contact.e_mail %}{{ bestuur.contact.e_mail }}{% endif %}",
    ],
)
def test_what_is_listed_is_admitted(template: Template, definition: Definition, text: str) -> None:
    assert prove(with_text(template, text), definition).fields


def test_optional_field_must_be_asked_for(template: Template, definition: Definition) -> None:
    for text in (
        "{{ bestuur.contact.telefoon }}",
        "{% if bestuur.contact.telefoon %}a{% else %}{{ bestuur.contact.telefoon }}{% endif %}",
        "{% if bronnen or bestuur.contact.telefoon %}{{ bestuur.contact.telefoon }}{% endif %}",
    ):
        error = refusal(template, definition, text)
        assert error.code == "E606"
        assert error.findings[0].melding == (
            "Veld bestuur.contact.telefoon kan ontbreken: "
            "zet het tussen {% if bestuur.contact.telefoon %} en {% endif %}."
        )


def test_optional_field_may_be_missing_in_a_filter(template: Template, definition: Definition) -> None:
    error = refusal(template, definition, "{{ bestuur.contact.dienst | hoofdletter }}")
    assert error.code == "E606"


def test_unknown_filter_word_for_word(template: Template, definition: Definition) -> None:
    error = refusal(template, definition, "{{ bronnen | opsoming }}")
    assert error.code == "E607"
    assert str(error) == (
        f"{FILE}:1:14: De bewerking 'opsoming' is niet toegelaten. Toegelaten zijn: aantal, hoofdletter, opsomming. "
        "Bedoelde u 'opsomming'?"
    )


def test_include_of_itself(template: Template, definition: Definition) -> None:
    error = refusal(template, definition, "{% include '_gedeeld/a.j2' %}", _gedeeld__a="{% include '_gedeeld/a.j2' %}")
    assert error.code == "E608"
    assert error.findings[0].melding == "De tekst '_gedeeld/a.j2' voegt zichzelf in."


def test_every_finding_at_once(template: Template, definition: Definition) -> None:
    error = refusal(template, definition, "{{ a }}\n{{ b }}\n{% set c = 1 %}")
    assert [finding.regel for finding in error.findings] == [1, 2, 3]


def test_unreadable_template(spoiled: Callable[[str, str, str], Template], definition: Definition) -> None:
    template = spoiled("_gedeeld/belofte.j2", "{{ bestuur.naam }}", "{{ bestuur.naam }")
    with pytest.raises(DefinitionError) as caught:
        prove(template, definition)
    assert caught.value.code == "E603"
    assert caught.value.findings[0].melding == "Dit is geen geldige sjabloontaal: kijk de accolades na."
    assert caught.value.findings[0].bestand == "letter_templates/_gedeeld/belofte.j2"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "{{ begunstigde.inkomen }}", "E605",
            f"{FILE}:1:4: Veld begunstigde.inkomen is niet beschikbaar: het staat niet in de lijst van invulvelden.",
        ),
        (
            "{{ partner.naam }}", "E605",
            f"{FILE}:1:4: Veld partner.naam is niet beschikbaar: het staat niet in de lijst van invulvelden. "
            "Bedoelde u 'afzender.naam'?",
        ),
        (
            "{{ ontvanger.geboortedatum }}", "E605",
            f"{FILE}:1:4: Veld ontvanger.geboortedatum is niet beschikbaar: het staat niet in de lijst van "
            "invulvelden. Bedoelde u 'ontvanger.namen'?",
        ),
        (
            "{{ kinderen.eerste.zorgscore }}", "E605",
            f"{FILE}:1:4: Veld kinderen.eerste.zorgscore is niet beschikbaar: deze doelgroep kiest gezinnen, geen "
            "kinderen (eenheid: gezin).",
        ),
        (
            "{% for een in begunstigden %}{{ een }}{% endfor %}", "E605",
            f"{FILE}:1:15: Veld begunstigden is niet beschikbaar: het staat niet in de lijst van invulvelden.",
        ),
        (
            "{% for bron in bronnen %}{{ bron.bedrag }}{% endfor %}", "E605",
            f"{FILE}:1:29: Veld bron.bedrag is niet beschikbaar: in een lus is er het element zelf, en loop.index en "
            "loop.last.",
        ),
        (
            "{% for teken in kenmerk %}{{ teken }}{% endfor %}", "E606",
            f"{FILE}:1:17: Veld kenmerk is geen lijst: een lus kan er niet over.",
        ),
        (
            "{% for teken in 'abc' %}{{ teken }}{% endfor %}", "E604",
            f"{FILE}:1: Een lus loopt over een lijst uit de invulvelden.",
        ),
        (
            "{{ kenmerk | upper }}", "E607",
            f"{FILE}:1:14: De bewerking 'upper' is niet toegelaten. Toegelaten zijn: aantal, hoofdletter, opsomming.",
        ),
        (
            "{{ kenmerk | map(attribute='insz') }}", "E607",
            f"{FILE}:1:14: De bewerking 'map' is niet toegelaten. Toegelaten zijn: aantal, hoofdletter, opsomming.",
        ),
    ],
)  # fmt: skip
def test_refusals_word_for_word(template: Template, definition: Definition, text: str, code: str, message: str) -> None:
    error = refusal(template, definition, text)
    assert error.code == code
    assert message in str(error).splitlines()


def test_a_child_has_a_first_name_and_nothing_else(template: Template, child_definition: Definition) -> None:
    error = refusal(template, child_definition, "{% for kind in kinderen %}{{ kind.geboren }}{% endfor %}")
    assert str(error) == (
        f"{FILE}:1:30: Veld kind.geboren is niet beschikbaar: in een lus is er het element zelf, en loop.index en "
        "loop.last."
    )
