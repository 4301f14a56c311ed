"""Invented mailings, and the families that they are written to."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from groeibrief.artefacts import sha256_bytes
from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog.model import LegalReference, PeriodKind, ProcessingGround, Source
from groeibrief.catalog.project import Project
from groeibrief.language.definition import AddressedTo, Client, Contact, Definition, Letter, LetterPer, Purpose
from groeibrief.letters import Logo, Mailing, Work, load_sender, load_template
from groeibrief.letters.fonts import Face
from groeibrief.letters.owntexts import longest_texts
from groeibrief.letters.requirements import read_requirements
from groeibrief.printshop.policy import POLICY, load_policy
from groeibrief.query import Children, Condition, Count, DomicileOf, Has, Months, Or, Question, SchoolYears, Sort
from groeibrief.workflow.mailing import output_intent

ROOT = Path(__file__).resolve().parents[3]
CONTACT = Contact("Sociaal Huis", "050 00 00 00", "hulp@example.be", "www.example.be/hulp")
NOVEMBER = Months(Month(2025, 11), Month(2025, 11))
# The names of a letter and the lines of its address.
Family = tuple[str, tuple[str, ...]]


def a_work(project: Project, name: str) -> Work:
    which: Condition = Or((Has("schooltoeslag", SchoolYears(SchoolYear(2025))), Has("sociale_toeslag", NOVEMBER)))
    definition = Definition(
        doelgroep="verzonnen",
        titel="Verzonnen doelgroep",
        opdrachtgever=Client("OCMW Voorbeeldgem", "0123.456.749", CONTACT),
        doeleinde=Purpose("hulp-bij-rechten", "dienstverlening", "Wij helpen u met de aanvraag."),
        question=Question(
            Sort.GEZIN, date(2025, 11, 1), ("31033",), DomicileOf.KIND, Children(Count(at_least=1), which)
        ),
        brief=Letter(name, AddressedTo.ENTITLED, LetterPer.ADDRESS, True),
        herhaling=None,
        voorwaarden="a" * 64,
        definitie="b" * 64,
        needs_dpo=False,
    )
    sources = {
        source.bron: source
        for source in (
            a_source("schooltoeslag", "de schooltoeslag"),
            a_source("sociale_toeslag", "de sociale toeslag"),
            a_source("pleegzorgtoeslag", "de pleegzorgtoeslag"),
        )
    }
    mailing = Mailing(date(2025, 11, 5), "VB-2025-0042", synthetisch=True)
    return Work(load_template(project, name), definition, load_sender(project), sources, mailing)


def with_offer(work: Work, text: str) -> Work:
    """The same mailing with another offer."""
    purpose = replace(work.definition.doeleinde, aanbod_tekst=text)
    return replace(work, definition=replace(work.definition, doeleinde=purpose))


def with_contact(work: Work, contact: Contact) -> Work:
    """The same mailing with another contact."""
    client = replace(work.definition.opdrachtgever, contact=contact)
    return replace(work, definition=replace(work.definition, opdrachtgever=client))


def for_foster_families(work: Work) -> Work:
    """The same mailing, with the source of foster families among those that the definition uses."""
    question = work.definition.question
    assert isinstance(question.condition, Children)
    assert isinstance(question.condition.which, Or)
    which = Or((*question.condition.which.parts, Has("pleegzorgtoeslag", NOVEMBER)))
    question = replace(question, condition=replace(question.condition, which=which))
    return replace(work, definition=replace(work.definition, question=question))


def a_source(key: str, name: str) -> Source:
    return Source(
        bron=key, naam=name, omschrijving="Verzonnen.", status="reconstructie", versie=1,
        soort_periode=PeriodKind.MONTH_RIGHT, gevoelig=False, dpo=False, universeel=False, toegekend_aan=False,
        eigenaar="VUTG", sinds=date(2019, 1, 1), rechtsgrond=(LegalReference(tekst="Verzonnen decreet", artikel="1"),),
        verwerkingsgrond=ProcessingGround(artikelen=("art. 6, lid 1, e), AVG",), toelichting="Verzonnen."), velden=(),
    )  # fmt: skip


def short(work: Work) -> tuple[Work, list[Family]]:
    return with_contact(work, Contact()), [a_family("Zoë Peeters")]


def long(work: Work) -> tuple[Work, list[Family]]:
    """The longest values that the templates are checked with."""
    longest = read_requirements(work.template).langste
    contact = Contact(longest.dienst, longest.telefoon, longest.e_mail, longest.webpagina)
    work = with_offer(with_contact(work, contact), longest.aanbod)
    client = replace(work.definition.opdrachtgever, naam=longest.bestuur)
    work = replace(work, definition=replace(work.definition, opdrachtgever=client))
    return work, [(longest.namen, (longest.adresregel,) * 6)]


def text_on_two_pages(work: Work) -> tuple[Work, list[Family]]:
    return with_offer(work, "Wij helpen u met de aanvraag. " * 24), [a_family("Zoë Peeters")]


def two_beneficiaries(work: Work) -> tuple[Work, list[Family]]:
    one, other = "Noémie Vandenbroucke-D’Hondt", "Jürgen Öztürk"
    return work, [(f"{one} en {other}", (one, other, "Korte Voorbeeldstraat 12 bus 3", "8820 Torhout"))]


def young_person(work: Work) -> tuple[Work, list[Family]]:
    """A young person who is the beneficiary of the own right."""
    return work, [a_family("Bo van den Eynde")]


def foster_family(work: Work) -> tuple[Work, list[Family]]:
    return for_foster_families(work), [a_family("Aïcha Ben Saïd en Jan Maes")]


def every_letter(work: Work) -> tuple[Work, list[Family]]:
    """Every letter and every accent that the font has, in the greeting and in the window."""
    face = Face(work.template.font("gewoon"))
    shown = [char for char in face.characters() if unicodedata.category(char)[0] == "L"]
    composed = [char for char in shown if unicodedata.normalize("NFC", char) == char]
    lines = ["".join(composed[start : start + 20]) for start in range(0, len(composed), 20)]
    groups = [tuple(lines[start : start + 6]) for start in range(0, len(lines), 6)]
    return work, [(" ".join(group), group) for group in groups if len(group) > 1]


def wide_addresses(work: Work) -> tuple[Work, list[Family]]:
    """Address lines of forty characters."""
    line = "Burgemeester Vandenbroucke-Dhondtlaan 12"
    assert len(line) == 40
    return work, [("Zoë Peeters", (line,) * lines) for lines in (2, 6)]


def administrator(work: Work) -> tuple[Work, list[Family]]:
    """Someone whose money an administrator looks after: the letter goes to the administrator's address."""
    return work, [("Jan Maes", ("Jan Maes", "p/a Mr. Noémie D’Hondt, bewindvoerder", "Korte Weg 7", "8820 Torhout"))]


def with_own_words(work: Work) -> tuple[Work, list[Family]]:
    """Each own text as long as it may be."""
    longest = vars(longest_texts(work.template))
    return replace(work, mailing=replace(work.mailing, teksten=longest)), [
        a_family("Zoë Peeters"),
        a_family("Jan Maes"),
    ]


def with_logo(work: Work) -> tuple[Work, list[Family]]:
    grey = bytes(255 - (column + row) % 200 for row in range(60) for column in range(240))
    logo = Logo("0123456749.png", sha256_bytes(grey), grey, 240, 60)
    return replace(work, mailing=replace(work.mailing, logo=logo)), [a_family("Zoë Peeters"), a_family("Jan Maes")]


FOGRA39 = Path("/usr/share/scribus/profiles/ISOcoated_v2_300_bas.icc")
"""ISO Coated v2 300 % (FOGRA39), by basICColor, of Debian's package scribus-data."""


def with_printers_profile(work: Work) -> tuple[Work, list[Family]]:
    """The profile of an operator's press, as the print policy of a project names it."""
    assert FOGRA39.is_file(), f"{FOGRA39} missing: run tests/debian-packages"
    with TemporaryDirectory() as folder:
        project = Project(Path(folder))
        policy = project.rules / POLICY
        policy.parent.mkdir(parents=True)
        text = (Project(ROOT).rules / POLICY).read_text(encoding="utf-8")
        policy.write_text(f"{text}uitvoerprofiel: profielen/fogra39.icc\n", encoding="utf-8")
        (project.root / "profielen").mkdir()
        shutil.copy(FOGRA39, project.root / "profielen/fogra39.icc")
        intent = output_intent(load_policy(project))
    assert intent.condition.startswith("ISO Coated v2 300%")
    return replace(work, mailing=replace(work.mailing, uitvoer=intent)), [a_family("Zoë Peeters")]


def with_code(work: Work) -> tuple[Work, list[Family]]:
    return replace(work, mailing=replace(work.mailing, merktekens="datamatrix", bijlagen=2)), [a_family("Zoë Peeters")]


def with_bars_on_each_page(work: Work) -> tuple[Work, list[Family]]:
    mailing = replace(work.mailing, merktekens="omr", dubbelzijdig=False, synthetisch=False, bijlagen=6)
    return replace(work, mailing=mailing), [a_family("Zoë Peeters")]


VARIANTS: dict[str, Callable[[Work], tuple[Work, list[Family]]]] = {
    function.__name__: function
    for function in (
        short, long, text_on_two_pages, two_beneficiaries, young_person, foster_family, every_letter, wide_addresses,
        administrator, with_own_words, with_logo, with_printers_profile, with_code,
        with_bars_on_each_page,
    )
}  # fmt: skip


def a_family(names: str) -> Family:
    return names, (names, "Voorbeeldstraat 12 bus 3", "8820 Torhout")


def recipients(families: list[Family]) -> pa.Table:
    """The table of a selection."""
    numbers = range(1, len(families) + 1)
    return pa.table(
        {
            "volgnummer": pa.array(numbers, pa.int64()),
            "regels": [list(lines) for _, lines in families],
            "kind_ids": pa.array([[] for _ in families], pa.list_(pa.int64())),
            "aanschrijving": [names for names, _ in families],
        }
    )
