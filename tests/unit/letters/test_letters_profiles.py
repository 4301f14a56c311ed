"""What an operator brings: a printing profile and fonts, and how unsuitable ones are refused."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from invented_letters import a_letter

from groeibrief.catalog.project import Project
from groeibrief.errors import DefinitionError
from groeibrief.letters import Work, load_profile, load_template
from groeibrief.letters.fonts import Face
from groeibrief.letters.output_intent import grey_profile

FONTS = Path(__file__).resolve().parents[3] / "letter_templates" / "_gedeeld" / "fonts"


def at(place: int, value: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data[:place] + value + data[place + len(value) :]


def named(tag: bytes) -> bytes:
    """Our own grey profile under another description tag; its size in the header stays right."""
    data = grey_profile()
    offset = len(data)
    data = data[:136] + struct.pack(">2I", offset, len(tag)) + data[144:] + tag
    return struct.pack(">I", len(data)) + data[4:]


def test_a_profile_names_its_condition(tmp_path: Path, work: Work) -> None:
    path = tmp_path / "drukker.icc"
    path.write_bytes(grey_profile())
    intent = load_profile(path)
    assert (intent.condition, intent.info, intent.profile) == (
        "groeibrief grey, dot gain 16 %", "groeibrief grey, dot gain 16 %", grey_profile(),
    )  # fmt: skip
    other = replace(work, mailing=replace(work.mailing, uitvoer=intent))
    renderer = other.renderer()
    renderer.write_batch(tmp_path / "brieven.pdf", [renderer.compose(a_letter())])
    with pikepdf.open(tmp_path / "brieven.pdf") as document:
        assert {str(one.OutputConditionIdentifier) for one in document.Root.OutputIntents} == {intent.condition}


def test_a_name_of_version_4(tmp_path: Path) -> None:
    text = "Óns profiel".encode("utf-16-be")
    path = tmp_path / "v4.icc"
    path.write_bytes(named(b"mluc" + struct.pack(">3I", 0, 1, 12) + b"nlBE" + struct.pack(">2I", len(text), 28) + text))
    assert load_profile(path).condition == "Óns profiel"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda data: data + bytes(4 << 20), "is groter dan 4 MB. Kies een kleiner profiel."),
        (lambda data: data[:100], "is geen volledig ICC-profiel. Haal het opnieuw op bij de drukkerij."),
        (lambda data: data[:-4], "is geen volledig ICC-profiel. Haal het opnieuw op bij de drukkerij."),
        (at(36, b"xxxx"), "is geen volledig ICC-profiel. Haal het opnieuw op bij de drukkerij."),
        (
            at(12, b"mntr"),
            "is geen profiel van een drukproces (klasse prtr). Vraag de drukkerij om het juiste.",
        ),
        (at(16, b"RGB "), "is niet in CMYK of grijs. Vraag de drukkerij om het juiste."),
        (at(8, b"\x05"), "heeft ICC-versie 5. Gebruik een profiel van versie 2 of 4."),
        (at(16, b"CMYK"), "mist zijn naam of zijn kleurtabel. Haal het opnieuw op bij de drukkerij."),
        (at(132, b"xxxx"), "mist zijn naam of zijn kleurtabel. Haal het opnieuw op bij de drukkerij."),
        (at(136, b"\xff\xff\xff\xff"), "mist zijn naam of zijn kleurtabel. Haal het opnieuw op bij de drukkerij."),
    ],
)
def test_what_is_no_profile_word_for_word(tmp_path: Path, spoil: Callable[[bytes], bytes], why: str) -> None:
    path = tmp_path / "drukker.icc"
    path.write_bytes(spoil(grey_profile()))
    with pytest.raises(DefinitionError) as caught:
        load_profile(path)
    assert (caught.value.code, str(caught.value)) == ("E655", f"Het uitvoerprofiel drukker.icc {why}")


def test_a_profile_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_profile(tmp_path / "drukker.icc")
    assert str(caught.value) == (
        "Het uitvoerprofiel drukker.icc bestaat niet of is niet leesbaar. Kijk de naam na in het drukwerkbeleid."
    )


def os2(data: bytes) -> int:
    """Where a font's table OS/2 begins."""
    (count,) = struct.unpack(">H", data[4:6])
    entry = next(start for start in range(12, 12 + 16 * count, 16) if data[start : start + 4] == b"OS/2")
    (offset,) = struct.unpack(">I", data[entry + 8 : entry + 12])
    return int(offset)


@pytest.mark.parametrize("rights", [0x0002, 0x0100, 0x0200, 0x0104])
def test_a_font_that_may_not_be_embedded_word_for_word(tmp_path: Path, rights: int) -> None:
    data = (FONTS / "LiberationSans-Regular.ttf").read_bytes()
    path = tmp_path / "Huisstijl.ttf"
    path.write_bytes(at(os2(data) + 8, struct.pack(">H", rights))(data))
    with pytest.raises(DefinitionError) as caught:
        Face(path)
    assert (caught.value.code, str(caught.value)) == (
        "E657",
        "De maker van lettertype Huisstijl.ttf laat niet toe dat een deel ervan in een PDF staat (fsType "
        f"{rights:#06x}). Kies een ander lettertype of vraag er toelating voor.",
    )


@pytest.mark.parametrize("rights", [0x0000, 0x0004, 0x0008])
def test_a_font_that_may_be_embedded(tmp_path: Path, rights: int) -> None:
    data = (FONTS / "LiberationSans-Regular.ttf").read_bytes()
    path = tmp_path / "Huisstijl.ttf"
    path.write_bytes(at(os2(data) + 8, struct.pack(">H", rights))(data))
    assert Face(path).has("é")


def without_outlines(data: bytes) -> bytes:
    return data.replace(b"glyf", b"gl00", 1)


@pytest.mark.parametrize("spoil", [lambda data: b"OTTO" + data[4:], lambda data: data[:11], without_outlines])
def test_what_is_no_true_type_font_word_for_word(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "Huisstijl.ttf"
    path.write_bytes(spoil((FONTS / "LiberationSans-Regular.ttf").read_bytes()))
    with pytest.raises(DefinitionError) as caught:
        Face(path)
    assert (caught.value.code, str(caught.value)) == (
        "E656",
        "Lettertype Huisstijl.ttf is geen leesbaar TrueType-bestand. Kies een bestand met TrueType-omtrekken (.ttf).",
    )


def test_a_font_without_the_letters_of_names(tmp_path: Path) -> None:
    path = tmp_path / "Huisstijl.ttf"
    path.write_bytes((FONTS / "LiberationSans-Regular.ttf").read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Face, "has", lambda self, char: char.isascii())
        with pytest.raises(DefinitionError) as caught:
            Face(path)
    assert caught.value.code == "E656"
    assert str(caught.value).startswith("Lettertype Huisstijl.ttf mist ")
    assert str(caught.value).endswith(
        " tekens die in namen en brieven voorkomen, te beginnen met U+00C0. Kies een lettertype met alle letters van "
        "Latin-1 en Latin Extended-A."
    )


def test_a_project_with_its_own_fonts(own_project: Project, work: Work, tmp_path: Path) -> None:
    shared = own_project.letter_templates / "_gedeeld"
    before = load_template(own_project, "informatiebrief").sha256
    for style in ("Regular", "Bold", "Italic"):
        shutil.move(shared / "fonts" / f"LiberationSans-{style}.ttf", shared / "fonts" / f"Huisstijl-{style}.ttf")
    (shared / "lettertypes.yaml").write_text(
        "gewoon: Huisstijl-Regular.ttf\nvet: Huisstijl-Bold.ttf\ncursief: Huisstijl-Italic.ttf\n", encoding="utf-8"
    )
    template = load_template(own_project, "informatiebrief")
    assert template.font("vet").name == "Huisstijl-Bold.ttf"
    assert template.sha256 != before
    renderer = replace(work, template=template).renderer()
    assert renderer.write_batch(tmp_path / "brieven.pdf", [renderer.compose(a_letter())]).paginas == 2


@pytest.mark.parametrize("name", ["../geheim.ttf", "Huisstijl.otf", "/etc/a.ttf"])
def test_a_font_name_that_is_none(own_project: Project, name: str) -> None:
    (own_project.letter_templates / "_gedeeld" / "lettertypes.yaml").write_text(
        f"gewoon: {name}\nvet: a.ttf\ncursief: b.ttf\n", encoding="utf-8"
    )
    with pytest.raises(DefinitionError) as caught:
        load_template(own_project, "informatiebrief")
    assert caught.value.code == "E659"
    assert str(caught.value) == (
        "letter_templates/_gedeeld/lettertypes.yaml:1:9: 'gewoon' heeft een waarde die hier niet past. "
        "Moet het een getal, een tekst of een lijst zijn?"
    )
