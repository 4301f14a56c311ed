"""The authority's logo: found by its number, checked before it is drawn, grey on paper, with words in the archive."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from invented_letters import a_letter, recipients
from letters_reading import spoken
from PIL import Image

from groeibrief.catalog.project import Project
from groeibrief.errors import DefinitionError
from groeibrief.letters import Logo, Work, load_logo, read_logo, render_archive, render_selection
from groeibrief.letters.layout import Area
from groeibrief.letters.logo import kind_of

KBO = "0123.456.749"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><g fill="red"><rect width="20" height="10"/></g>'
    '<circle cx="30" cy="5" r="5" style="fill:#0000ff"/></svg>'
)


def png(size: tuple[int, int] = (80, 20), mode: str = "RGBA", colour: object = (255, 0, 0, 255)) -> bytes:
    data = BytesIO()
    Image.new(mode, size, colour).save(data, "PNG")  # type: ignore[arg-type]
    return data.getvalue()


def shown(value: object) -> str:
    """A test's name without the bytes of its file."""
    return value if isinstance(value, str) else ""


def pdf(pages: int = 1, spoil: str = "") -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(80, 20))
        page.Contents = document.make_stream(b"0 0 40 20 re f")
    if spoil == "script":
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", action]))
    if spoil == "attachment":
        document.attachments["a.txt"] = b"a"
    if spoil == "annotation":
        document.pages[0].Annots = document.make_indirect(
            [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[0, 0, 9, 9])]
        )
    if spoil == "picture":
        picture = document.make_stream(
            b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=30_000, Height=30_000,
            ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
        )  # fmt: skip
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
        document.pages[0].Contents = document.make_stream(b"q 80 0 0 20 0 0 cm /I Do Q")
    data = BytesIO()
    document.save(data, encryption=pikepdf.Encryption(user="x", owner="y") if spoil == "password" else False)
    return data.getvalue()


def kept(project: Project, name: str, data: bytes) -> Path:
    folder = project.letter_templates / "_logo"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def loaded(project: Project) -> Logo:
    logo = load_logo(project, KBO)
    assert logo is not None
    return logo


def test_none(own_project: Project) -> None:
    kept(own_project, "0999999922.png", png())
    assert load_logo(own_project, KBO) is None


@pytest.mark.parametrize(("name", "data"), [("png", png()), ("svg", SVG.encode()), ("pdf", pdf())], ids=shown)
def test_each_kind_becomes_grey_on_white(own_project: Project, name: str, data: bytes) -> None:
    kept(own_project, f"0123456749.{name}", data)
    logo = loaded(own_project)
    assert logo.columns == 4 * logo.rows
    assert len(logo.grey) == logo.columns * logo.rows
    # Half of it is drawn: red, which is dark grey, or black in the PDF.
    assert logo.grey[logo.columns // 4] == (0 if name == "pdf" else 76)
    assert loaded(own_project) == logo


@pytest.mark.parametrize(
    ("mode", "colour", "grey"),
    [
        ("RGBA", (0, 0, 0, 0), 255), ("RGB", (0, 255, 0), 150), ("L", 40, 40), ("LA", (0, 0), 255), ("1", 0, 0),
        ("P", 0, 0), ("I;16", 0x8000, 128),
    ],
)  # fmt: skip
def test_what_is_see_through_is_white(own_project: Project, mode: str, colour: object, grey: int) -> None:
    kept(own_project, "0123456749.png", png((40, 20), mode, colour))
    assert set(loaded(own_project).grey) == {grey}


def test_a_large_one_is_made_smaller(own_project: Project) -> None:
    kept(own_project, "0123456749.png", png((4000, 1000), "L", 9))
    logo = loaded(own_project)
    assert (logo.columns, logo.rows) == (1200, 300)


def huge_header() -> bytes:
    """A PNG of a few bytes that says it is enormous."""
    header = b"IHDR" + struct.pack(">2I5B", 60_000, 60_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


@pytest.mark.parametrize(
    ("name", "data", "code", "message"),
    [
        ("png", b"GIF89a", "E652", "Dit is geen PNG. Bewaar het logo opnieuw als PNG."),
        ("png", SVG.encode(), "E652", "Dit is geen PNG. Bewaar het logo opnieuw als PNG."),
        ("png", png()[:60], "E652", "Dit is geen leesbare PNG. Bewaar het logo opnieuw als PNG."),
        ("png", bytes((1 << 20) + 1), "E653", "Het logo is groter dan 1 MB. Maak een kleiner bestand."),
        (
            "png", huge_header(), "E653",
            "Het logo is 60000 × 60000 beeldpunten. Maak het hoogstens 4000 breed en hoog.",
        ),
        ("png", png((15, 40)), "E653", "Het logo is 15 × 40 beeldpunten. Maak het minstens 16 breed en hoog."),
        ("svg", b"\xff\xfe<", "E652", "De SVG is geen UTF-8. Bewaar ze als UTF-8."),
        ("svg", b"<svg", "E652", "Dit is geen leesbare SVG. Bewaar het logo opnieuw als SVG."),
        ("svg", b"<html/>", "E652", "Dit is geen SVG. Bewaar het logo opnieuw als SVG."),
        (
            "svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.encode(), "E654",
            "De SVG heeft een DOCTYPE. Verwijder die regel: er kunnen verwijzingen in staan.",
        ),
        (
            "svg", b'<?xml-stylesheet href="a.css"?>' + SVG.encode(), "E654",
            "De SVG heeft een verwerkingsopdracht '<?…?>'. Verwijder die.",
        ),
        *(
            (
                "svg", SVG.replace("<circle", f"<{element}/><circle").encode(), "E654",
                f"De SVG bevat het element '{element}'. Een logo heeft alleen vormen: zet tekst en herhaalde delen om "
                "in paden.",
            )
            for element in ("script", "image", "use", "text", "foreignObject", "filter", "pattern", "animate", "a")
        ),
        *(
            (
                "svg", SVG.replace("<circle", f"<circle {attribute}").encode(), "E654",
                f"De SVG verwijst naar buiten of bevat een script, in '{name}'. Verwijder dat.",
            )
            for attribute, name in (
                ('onload="x()"', "onload"), ('href="http://example.be"', "href"),
                ('fill="url(http://example.be)"', "fill"),
            )
        ),
        (
            "svg", SVG.replace("<g", "<style>@import 'a.css';</style><g").encode(), "E654",
            "De SVG verwijst naar buiten of bevat een script, in 'style'. Verwijder dat.",
        ),
        (
            "svg", SVG.replace("<circle", "<g/>" * 5000 + "<circle").encode(), "E653",
            "De SVG is te ingewikkeld. Maak ze kleiner, tot 5000 elementen.",
        ),
        *(
            (
                "svg", SVG.replace('viewBox="0 0 40 10"', size).encode(), "E653",
                "De SVG zegt niet hoe groot ze is, of is te smal. Geef breedte en hoogte, de ene hoogstens 20 keer de "
                "andere.",
            )
            for size in ("", 'width="1"', 'width="1" height="1000"', 'viewBox="0 0 1 1000"', 'width="1mm" height="1px"')
        ),
        ("pdf", png(), "E652", "Dit is geen PDF. Bewaar het logo opnieuw als PDF."),
        (
            "pdf", b"%PDF-1.7\n", "E652",
            "Deze PDF is niet leesbaar of heeft een wachtwoord. Bewaar het logo opnieuw als PDF.",
        ),
        (
            "pdf", pdf(spoil="password"), "E652",
            "Deze PDF is niet leesbaar of heeft een wachtwoord. Bewaar het logo opnieuw als PDF.",
        ),
        ("pdf", pdf(2), "E654", "De PDF heeft 2 pagina's. Bewaar alleen het logo, op één pagina."),
        ("pdf", pdf(spoil="script"), "E654", "De PDF bevat een script of een opdracht. Bewaar ze zonder."),
        ("pdf", pdf(spoil="attachment"), "E654", "De PDF bevat bijlagen. Bewaar ze zonder."),
        ("pdf", pdf(spoil="annotation"), "E654", "De PDF bevat notities of velden. Bewaar ze zonder."),
        (
            "pdf", pdf(spoil="picture"), "E653",
            "De PDF of een beeld erin is te groot. Maak ze kleiner, tot 4000 beeldpunten.",
        ),
    ],
    ids=shown,
)  # fmt: skip
def test_what_is_refused_word_for_word(own_project: Project, name: str, data: bytes, code: str, message: str) -> None:
    kept(own_project, f"0123456749.{name}", data)
    with pytest.raises(DefinitionError) as caught:
        load_logo(own_project, KBO)
    assert (caught.value.code, str(caught.value)) == (code, f"letter_templates/_logo/0123456749.{name}: {message}")


def test_two_files_for_one_authority(own_project: Project) -> None:
    kept(own_project, "0123456749.png", png())
    kept(own_project, "0123456749.svg", SVG.encode())
    with pytest.raises(DefinitionError) as caught:
        load_logo(own_project, KBO)
    assert caught.value.code == "E651"
    assert caught.value.findings[0].melding == (
        "Dit bestuur heeft meer dan één logo: 0123456749.png en 0123456749.svg. Bewaar er één."
    )


def test_a_link_to_elsewhere(own_project: Project, tmp_path: Path) -> None:
    (tmp_path / "elders.png").write_bytes(png())
    folder = own_project.letter_templates / "_logo"
    folder.mkdir()
    (folder / "0123456749.png").symlink_to(tmp_path / "elders.png")
    with pytest.raises(DefinitionError) as caught:
        load_logo(own_project, KBO)
    assert caught.value.code == "E651"
    assert caught.value.findings[0].melding == "Het logo is geen gewoon bestand. Zet het bestand zelf in de map."


def with_logo(work: Work, grey: int = 90) -> Work:
    logo = Logo("0123456749.png", f"{grey:064x}", bytes([grey]) * 400, 40, 10)
    return replace(work, mailing=replace(work.mailing, logo=logo))


def test_it_stands_in_its_place_and_is_in_the_file_once(work: Work, tmp_path: Path) -> None:
    area = work.template.layout.logo
    assert area is not None
    renderer = with_logo(work).renderer()
    path = tmp_path / "brieven.pdf"
    renderer.write_batch(path, [renderer.compose(a_letter(number)) for number in range(1, 6)])
    with pikepdf.open(path) as document:
        images = [
            one for one in document.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        ]
        [image] = images
        assert (image.Width, image.Height, str(image.ColorSpace)) == (40, 10, "/DeviceGray")
        assert "/SMask" not in image
    [placed] = [one for one in renderer.compose(a_letter()).pages[0].static if one.block.kind == "logo"]
    drawn = placed.block.picture
    assert drawn is not None
    assert Area(x=placed.x, y=placed.y, breedte=drawn.width, hoogte=drawn.height).inside(area)
    assert drawn.width == pytest.approx(4 * drawn.height)


def test_the_archive_copy_says_what_it_shows(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "archief.pdf"
    render_archive(with_logo(work), recipients(1), 1, path)
    assert ("Figure", "Logo van OCMW Torhout") in spoken(path)


def test_another_logo_is_another_mailing(work: Work, tmp_path: Path) -> None:
    assert len({work.sha256, with_logo(work).sha256, with_logo(work, 91).sha256}) == 3
    render_selection(with_logo(work), recipients(1), tmp_path / "uit")
    summary = (tmp_path / "uit" / "brieven.json").read_text(encoding="utf-8")
    assert f'"logo_sha256":"{90:064x}"' in summary
    assert f'"opmaak_sha256":"{with_logo(work).sha256}"' in summary


def test_without_a_place_there_is_no_logo(work: Work) -> None:
    template = replace(work.template, layout=work.template.layout.model_copy(update={"logo": None}))
    page = with_logo(replace(work, template=template)).renderer().compose(a_letter()).pages[0]
    assert not [one for one in page.static if one.block.kind == "logo"]


def test_the_same_bytes_with_any_number_of_processes(work: Work, tmp_path: Path) -> None:
    files = []
    for processes in (1, 2):
        out = tmp_path / f"uit-{processes}"
        render_selection(with_logo(work), recipients(5), out, processes=processes, most_pages=4)
        files.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
    assert files[0] == files[1]
    assert len(files[0]) == 5


@pytest.mark.parametrize(("kind", "data"), [("png", png()), ("svg", SVG.encode()), ("pdf", pdf())], ids=shown)
def test_a_logo_that_was_given_is_the_one_that_a_project_would_have(
    own_project: Project, kind: str, data: bytes
) -> None:
    assert kind_of(data) == kind
    kept(own_project, f"0123456749.{kind}", data)
    given = read_logo(f"logo.{kind}", data)
    assert (given.grey, given.sha256) == (loaded(own_project).grey, loaded(own_project).sha256)


def test_a_logo_that_was_given_is_checked_like_any() -> None:
    for data, code in ((b"", "E652"), (b"GIF89a", "E652"), (bytes((1 << 20) + 1), "E653"), (huge_header(), "E653")):
        with pytest.raises(DefinitionError) as caught:
            read_logo(f"logo.{kind_of(data)}", data)
        assert caught.value.code == code
