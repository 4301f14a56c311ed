"""One letter to keep and to read: PDF/A-2a and PDF/UA-1, made anew from the selection when someone asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from groeibrief.letters.addressees import first_names_for, letters_of, sequence_numbers
from groeibrief.letters.drawing import PAGE_BOX, Pen
from groeibrief.letters.fonts import Face
from groeibrief.letters.metadata import Imprint
from groeibrief.letters.objects import ObjectWriter
from groeibrief.letters.output_intent import OutputIntent
from groeibrief.letters.structure import Structure, title_of
from groeibrief.letters.work import Work
from groeibrief.letters.written import written

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive copy as written."""

    bestand: str
    sha256: str
    bytes: int
    paginas: int


def render_archive(
    work: Work, recipients: pa.Table, volgnummer: int, path: Path, *, first_names: Mapping[int, str] | None = None
) -> Archived:
    """Write the letter *volgnummer* of a selection as the new private file *path*: its pages as printed, with tags.

    The pages are those of the batch, an empty back and inserter marks aside. *recipients* and *first_names* as for
    :func:`render_selection`. Raises UsageError (E626) when no letter has that number, and as that function does.
    """
    renderer = work.renderer()
    names = first_names_for(renderer.proof, first_names)
    [letter] = letters_of(recipients, sequence_numbers(recipients), [volgnummer], names)
    stream = work.template.layout.stroom
    article = renderer.article(letter)
    imprint = Imprint(f"{title_of(article, stream)} ({article.reference})", work.mailing.datum)
    structure = Structure(article, stream)

    def write(file: IO[bytes]) -> str:
        return _write(file, structure, renderer.faces, imprint, work.mailing.uitvoer)

    digest, size = written(path, write)
    return Archived(path.name, digest, size, len(structure.pages))


def _write(
    file: IO[bytes], structure: Structure, faces: Mapping[str, Face], imprint: Imprint, intent: OutputIntent
) -> str:
    objects = ObjectWriter(file)
    pen = Pen(faces)
    tree, fonts, pictures = (objects.reserve() for _ in range(3))
    pages = []
    for index, page in enumerate(structure.pages):
        ops = "".join(f"{marked.opening}{pen.draw([marked.placed])}EMC\n" for marked in page)
        content = objects.add_stream("", ops.encode("ascii"), 9)
        pages.append(
            objects.add(
                f"<</Type/Page/Parent {tree} 0 R/MediaBox{PAGE_BOX}/TrimBox{PAGE_BOX}"
                f"/Resources<</Font {fonts} 0 R/XObject {pictures} 0 R>>"
                f"/Contents {content} 0 R/StructParents {index}/Tabs/S>>"
            )
        )
    objects.put(tree, f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{page} 0 R' for page in pages)}]>>")
    pen.write_fonts(objects, fonts)
    objects.put(pictures, f"<<{pen.write_pictures(objects)}>>")
    root = structure.write(objects, pages)
    intents = intent.write(objects, ("GTS_PDFA1",))
    packet, information = imprint.write_archive(objects)
    catalog = objects.add(
        f"<</Type/Catalog/Pages {tree} 0 R/Lang(nl-BE)/MarkInfo<</Marked true>>/StructTreeRoot {root} 0 R"
        f"/ViewerPreferences<</DisplayDocTitle true>>/Metadata {packet} 0 R/OutputIntents{intents}>>"
    )
    return objects.close(catalog, information)
