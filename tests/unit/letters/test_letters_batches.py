"""A selection into files: the same for any number of processes, with a piece list that names no one."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pypdfium2
import pytest
from invented_letters import CANARY, recipients

from groeibrief.artefacts import sha256_file
from groeibrief.errors import DefinitionError, RefusedError, UsageError
from groeibrief.language.definition import Definition
from groeibrief.letters import Batch, LetterFields, Template, Work, batches, page_counts, render_selection


def text_of(path: Path, page: int) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return str(document[page].get_textpage().get_text_range())
    finally:
        document.close()


def test_files_piece_list_and_summary(work: Work, tmp_path: Path) -> None:
    done: list[int] = []
    out = tmp_path / "brieven"
    rendered = render_selection(work, recipients(5), out, most_pages=4, progress=done.append)
    assert (rendered.brieven, rendered.paginas) == (5, 10)
    assert done == [2, 2, 1]
    assert sorted(path.name for path in out.iterdir()) == [
        "brieven-0001.pdf", "brieven-0002.pdf", "brieven-0003.pdf", "brieven.json", "stukken.csv",
    ]  # fmt: skip
    assert (out / "stukken.csv").read_text() == (
        "volgnummer;bestand;eerste_pagina;paginas\n"
        "1;brieven-0001.pdf;1;2\n"
        "2;brieven-0001.pdf;3;2\n"
        "3;brieven-0002.pdf;1;2\n"
        "4;brieven-0002.pdf;3;2\n"
        "5;brieven-0003.pdf;1;2\n"
    )
    summary = json.loads((out / "brieven.json").read_bytes())
    assert (summary["brieven"], summary["paginas"], summary["synthetisch"]) == (5, 10, True)
    assert summary["sjabloon_sha256"] == work.template.sha256
    assert [part["sha256"] for part in summary["bestanden"]] == [
        sha256_file(out / part["bestand"]) for part in summary["bestanden"]
    ]
    assert "Kanarie-4" in text_of(out / "brieven-0002.pdf", 2)
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}


def test_lists_hold_no_identity(work: Work, tmp_path: Path) -> None:
    out = tmp_path / "brieven"
    render_selection(work, recipients(3), out)
    for name in ("stukken.csv", "brieven.json"):
        text = (out / name).read_text(encoding="utf-8")
        assert "Kanarie" not in text
        assert str(CANARY)[:6] not in text
    pdf = (out / "brieven-0001.pdf").read_bytes()
    assert str(CANARY)[:6].encode() not in pdf


def test_any_number_of_processes_gives_the_same(work: Work, tmp_path: Path) -> None:
    one = render_selection(work, recipients(7), tmp_path / "een", most_pages=4)
    two = render_selection(work, recipients(7), tmp_path / "twee", most_pages=4, processes=2)
    assert one == two
    for path in (tmp_path / "een").iterdir():
        assert path.read_bytes() == (tmp_path / "twee" / path.name).read_bytes()


def test_a_plan_decides_what_is_printed_together(work: Work, tmp_path: Path) -> None:
    table = recipients(4)
    assert page_counts(work, table) == {1: 2, 2: 2, 3: 2, 4: 2}
    out = tmp_path / "brieven"
    render_selection(work, table, out, plan=[(4, 2), (1, 3)])
    assert (out / "stukken.csv").read_text().splitlines()[1:] == [
        "4;brieven-0001.pdf;1;2", "2;brieven-0001.pdf;3;2", "1;brieven-0002.pdf;1;2", "3;brieven-0002.pdf;3;2",
    ]  # fmt: skip
    assert "Kanarie-4" in text_of(out / "brieven-0001.pdf", 0)


@pytest.mark.parametrize("plan", [[(1, 2)], [(1, 2, 3, 3)], [(1, 2), (3, 4)], [(1, 2, 3), ()]])
def test_a_plan_holds_each_letter_once(work: Work, tmp_path: Path, plan: list[tuple[int, ...]]) -> None:
    with pytest.raises(RefusedError) as caught:
        render_selection(work, recipients(3), tmp_path / "brieven", plan=plan)
    assert caught.value.code == "E621"
    assert str(caught.value) == "De indeling in bestanden bevat niet elke brief precies één keer. Begin opnieuw."


def test_one_letter_that_fails_leaves_nothing(work: Work, tmp_path: Path) -> None:
    table = recipients(5)
    lines = table.column("regels").to_pylist()
    lines[4] = ["Zonder adres"]
    table = table.set_column(table.column_names.index("regels"), "regels", [lines])
    with pytest.raises(DefinitionError) as caught:
        render_selection(work, table, tmp_path / "brieven", most_pages=4)
    assert caught.value.code == "E614"
    assert str(caught.value) == "Sjabloon 'informatiebrief', brief 5: een adres heeft 2 tot 6 regels, dit heeft er 1."
    assert list(tmp_path.iterdir()) == []


def test_a_failure_crosses_to_the_calling_process_whole(work: Work, tmp_path: Path) -> None:
    batches._take_up(work)
    outcome = batches._write_part(tmp_path / "brieven-0001.pdf", [LetterFields(3, "Zoë", ("Zoë",))])
    future: Future[Batch | batches._Refusal] = Future()
    future.set_result(pickle.loads(pickle.dumps(outcome)))
    with pytest.raises(DefinitionError) as caught:
        batches._outcome(future)
    assert caught.value.code == "E614"
    assert str(caught.value) == "Sjabloon 'informatiebrief', brief 3: een adres heeft 2 tot 6 regels, dit heeft er 1."


def test_an_existing_folder_is_kept(work: Work, tmp_path: Path) -> None:
    out = tmp_path / "brieven"
    out.mkdir()
    (out / "iets").write_text("x")
    with pytest.raises(UsageError, match="bestaat al"):
        render_selection(work, recipients(1), out)
    assert [path.name for path in out.iterdir()] == ["iets"]


def test_columns_and_numbers_are_checked(work: Work, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        render_selection(work, recipients(2).drop_columns(["aanschrijving"]), tmp_path / "a")
    assert (caught.value.code, str(caught.value)) == (
        "E621",
        "De selectie mist de kolom 'aanschrijving'. Selecteer opnieuw.",
    )
    twice = pa.concat_tables([recipients(2), recipients(1)])
    with pytest.raises(RefusedError) as caught:
        render_selection(work, twice, tmp_path / "a")
    assert (caught.value.code, str(caught.value)) == ("E621", "Volgnummer 1 komt niet na 2. Selecteer opnieuw.")


@pytest.fixture
def naming(work: Work, child_definition: Definition, spoiled: Callable[[str, str, str], Template]) -> Work:
    """A mailing that names the children."""
    text = "Beste {{ ontvanger.namen }}\n"
    template = spoiled("informatiebrief/letter.j2", text, text + "\nVoor {{ kinderen | opsomming }}.\n")
    return replace(work, template=template, definition=child_definition)


def test_first_names_come_from_the_caller(naming: Work, tmp_path: Path) -> None:
    names = {10: "Lücía", 11: "Björn", 20: "Zoë", 21: "Bo"}
    render_selection(naming, recipients(2), tmp_path / "brieven", first_names=names)
    assert "Voor Zoë en Bo." in text_of(tmp_path / "brieven" / "brieven-0001.pdf", 2)


def test_first_names_that_are_missing(naming: Work, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        render_selection(naming, recipients(2), tmp_path / "a")
    assert (caught.value.code, str(caught.value)) == (
        "E622",
        "Het sjabloon noemt de kinderen, maar hun voornamen ontbreken. Selecteer opnieuw.",
    )
    with pytest.raises(RefusedError) as caught:
        render_selection(naming, recipients(2), tmp_path / "a", first_names={10: "Lücía", 11: "", 20: "Zoë", 21: "Bo"})
    assert (caught.value.code, str(caught.value)) == (
        "E622",
        "Brief 1: kind 11 heeft geen voornaam in de snapshot. "
        "Kies een sjabloon zonder 'kinderen' of laat de gegevens aanvullen.",
    )
    assert list(tmp_path.glob("a*")) == []
