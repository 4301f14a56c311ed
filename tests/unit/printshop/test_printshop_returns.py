"""Letters that came back, by the code on them; nothing is dropped in silence, nothing read is shown."""

from __future__ import annotations

import pytest

from groeibrief.errors import UsageError
from groeibrief.printshop.returns import (
    REASONS,
    Mailing,
    Returns,
    read_codes,
    read_returns,
    require_sound,
    returns_csv,
)

MAILING = Mailing("2025-35a9b3e9", "0674532263", {1: 0, 2: 0, 7: 0, 1_000_000: 0})
MARK = "0674532263{:07d}01011"
REFERENCE = "2025-35a9b3e9-{:06d}"


@pytest.fixture
def read(tmp_path):
    def of(*lines: str, earlier=()) -> Returns:
        path = tmp_path / "codes.csv"
        path.write_text("\n".join(("code;reden", *lines)), encoding="utf-8")
        return read_returns(read_codes(path), MAILING, earlier)

    return of


def test_both_codes_of_a_letter_are_known(read):
    found = read(f"{MARK.format(7)};verhuisd", "", f" {REFERENCE.format(2)} ; onbekend", "2025-35a9b3e9-1000000;andere")
    assert (found.reasons, found.faults) == ({7: "verhuisd", 2: "onbekend", 1_000_000: "andere"}, ())
    assert found.totals == {**dict.fromkeys(REASONS, 0), "verhuisd": 1, "onbekend": 1, "andere": 1}


NO_CODE = "Dit is geen code van een brief: lees de 24 cijfers van het merkteken, of neem 'Ons kenmerk' over."
OTHER = "Deze code is van een andere zending. Lees ze in met de selectie van die zending."
NO_LETTER = "Deze code hoort bij geen brief van deze selectie. Kijk na of ze juist gelezen is."
NO_REASON = "De reden is geen van: onbekend, verhuisd, geweigerd, overleden, adres-onvolledig, niet-afgehaald, andere."


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Jan Kanarie;verhuisd", NO_CODE),
        ("123;verhuisd", NO_CODE),
        (f"{MARK.format(7)[:-1]};verhuisd", NO_CODE),
        (f"1{MARK.format(7)[1:]};verhuisd", OTHER),
        ("2024-35a9b3e9-000007;verhuisd", OTHER),
        (f"{MARK.format(3)};verhuisd", NO_LETTER),
        (f"{MARK.format(7)};verhuist", f"{NO_REASON} Bedoelde u 'verhuisd'?"),
        (f"{MARK.format(7)}", NO_REASON),
        (f"{MARK.format(1)};andere", "Brief 1 staat al hoger in dit bestand. Schrap één van beide regels."),
        (
            f"{REFERENCE.format(2)};andere",
            "Brief 2 kwam al terug volgens een eerder bestand. Schrap deze regel.",
        ),
    ],
)
def test_every_line_that_tells_of_no_letter_is_named(read, line, text):
    found = read(f"{MARK.format(1)};onbekend", line, earlier={2})
    assert [str(fault) for fault in found.faults] == [f"codes.csv:3: {text}"]
    assert found.reasons == {1: "onbekend"}
    with pytest.raises(UsageError) as caught:
        require_sound(found)
    assert (caught.value.code, caught.value.findings) == ("E257", found.faults)


def test_what_was_read_is_never_shown(read):
    found = read("Jan Kanarie;Kanariestraat 7", f"{MARK.format(7)};Kanarie")
    assert "anarie" not in "".join(map(str, found.faults))


def test_the_list_for_vutg(read):
    found = read(f"{MARK.format(7)};verhuisd", f"{MARK.format(1)};onbekend")
    assert returns_csv(found, {1: 411, 7: 422}) == (b"volgnummer;dossier_id;reden\n1;411;onbekend\n7;422;verhuisd\n")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "codes.csv:1: De eerste regel moet 'code;reden' zijn."),
        (b"code,reden\n1,andere\n", "codes.csv:1: De eerste regel moet 'code;reden' zijn."),
        (b"code;reden\n\n", "codes.csv: Er staat geen enkele code in."),
        (b"code;reden\n\xff", "codes.csv: Het bestand is geen UTF-8. Bewaar het als UTF-8."),
    ],
)
def test_a_file_that_is_no_list_of_codes(tmp_path, data, text):
    (tmp_path / "codes.csv").write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_codes(tmp_path / "codes.csv")
    assert (caught.value.code, str(caught.value)) == ("E252", text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError) as caught:
        read_codes(tmp_path / "codes.csv")
    assert str(caught.value) == "codes.csv: Het bestand kan niet gelezen worden: het bestaat niet."


def test_the_mark_is_what_letters_draw():
    from groeibrief.letters.marks import Sheet, job_code

    job = job_code("2025-35a9b3e9")
    mailing = Mailing("2025-35a9b3e9", job, {7: 0})
    from groeibrief.printshop.returns import CodeFile

    lines = tuple((number, f"{Sheet(job, 7, number, 3).code()};andere") for number in (1, 3))
    found = read_returns(CodeFile("codes.csv", lines), mailing, ())
    assert (found.reasons, len(found.faults)) == ({7: "andere"}, 1)


def test_the_memory_keeps_numbers_by_file(jobs):
    jobs.take_back("s" * 64, {1, 2}, "a" * 64)
    jobs.take_back("s" * 64, {2, 3}, "b" * 64)
    assert jobs.returned("s" * 64) == {1: "a" * 64, 2: "a" * 64, 3: "b" * 64}
    assert jobs.returned("t" * 64) == {}
