"""Definitions, sources and invented families for the letters' tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from invented_letters import a_source

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog.model import Source
from groeibrief.catalog.project import Project
from groeibrief.language.definition import AddressedTo, Client, Contact, Definition, Letter, LetterPer, Purpose
from groeibrief.letters import Mailing, Sender, Template, Work, load_sender, load_template
from groeibrief.query import Age, And, Children, Count, DomicileOf, Has, Months, Not, Question, SchoolYears, Sort

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def sources() -> dict[str, Source]:
    return {
        "schooltoeslag": a_source("schooltoeslag", "de schooltoeslag"),
        "sociale_toeslag": a_source("sociale_toeslag", "de sociale toeslag"),
    }


@pytest.fixture(scope="session")
def project() -> Project:
    return Project(ROOT)


@pytest.fixture(scope="session")
def sender(project: Project) -> Sender:
    return load_sender(project)


@pytest.fixture(scope="session")
def template(project: Project) -> Template:
    return load_template(project, "informatiebrief")


@pytest.fixture(scope="session")
def definition() -> Definition:
    """OCMW Torhout helps with the school allowance; the unit is the gezin."""
    november = Months(Month(2025, 11), Month(2025, 11))
    which = And(
        (
            Age(Sort.KIND, at_least=3, at_most=12),
            Has("sociale_toeslag", november),
            Not(Has("schooltoeslag", SchoolYears(SchoolYear(2025)))),
        )
    )
    return Definition(
        doelgroep="torhout-hulp",
        titel="Verzonnen doelgroep",
        opdrachtgever=Client(
            "OCMW Torhout", "0123.456.749", Contact(telefoon="050 00 00 00", webpagina="www.example.be/hulp")
        ),
        doeleinde=Purpose("hulp-bij-rechten", "dienstverlening", "Wij helpen u met de aanvraag."),
        question=Question(
            Sort.GEZIN, date(2025, 11, 1), ("31033",), DomicileOf.KIND, Children(Count(at_least=1), which)
        ),
        brief=Letter("informatiebrief", AddressedTo.ENTITLED, LetterPer.ADDRESS, True),
        herhaling=None,
        voorwaarden="a" * 64,
        definitie="b" * 64,
        needs_dpo=False,
    )


@pytest.fixture(scope="session")
def child_definition(definition: Definition) -> Definition:
    """The same, with the child as the unit."""
    which = definition.question.condition
    assert isinstance(which, Children)
    assert which.which is not None
    question = replace(definition.question, unit=Sort.KIND, condition=which.which)
    return replace(definition, question=question)


@pytest.fixture(scope="session")
def mailing() -> Mailing:
    return Mailing(date(2025, 11, 5), "GP-2025-0042", synthetisch=True)


@pytest.fixture(scope="session")
def work(
    template: Template, definition: Definition, sender: Sender, sources: dict[str, Source], mailing: Mailing
) -> Work:
    return Work(template, definition, sender, sources, mailing)


@pytest.fixture
def own_project(tmp_path: Path) -> Project:
    """A copy of the letter templates that a test may spoil."""
    shutil.copytree(ROOT / "letter_templates", tmp_path / "letter_templates")
    return Project(tmp_path)


@pytest.fixture
def spoiled(own_project: Project) -> Callable[[str, str, str], Template]:
    """Replace text in a file of the copied 'informatiebrief' and load it."""

    def spoil(name: str, old: str, new: str) -> Template:
        path = own_project.letter_templates / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return load_template(own_project, "informatiebrief")

    return spoil
