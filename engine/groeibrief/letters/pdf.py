"""A file of many letters for print, written as it grows: what is the same on many pages stands in it once.

Made to be PDF/X-4 and PDF/A-2b, with the structure of PDF/VT-1: a document part for each letter that says its sequence
number and nothing else. Bytes depend on nothing but what is drawn. Sources: ISO 32000-1, ISO 15930-7, ISO 19005-2,
ISO 16612-2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO

from groeibrief.letters.composer import Page
from groeibrief.letters.drawing import PAGE_BOX, Pen
from groeibrief.letters.fonts import Face
from groeibrief.letters.metadata import Imprint
from groeibrief.letters.objects import ObjectWriter
from groeibrief.letters.output_intent import OutputIntent
from groeibrief.letters.typesetting import Placed

_NODE_KIDS = 64
_MOST_FORMS = 512


class LetterFile:
    """Writes letters to a stream; memory stays flat, whatever the number of pages."""

    def __init__(self, stream: IO[bytes], faces: Mapping[str, Face], imprint: Imprint, intent: OutputIntent) -> None:
        self._imprint, self._intent = imprint, intent
        self._objects = ObjectWriter(stream)
        self._pen = Pen(faces)
        self._forms: dict[tuple[Placed, ...], str] = {}
        self._form_objects: dict[str, int] = {}
        self._contents: dict[str, int] = {}
        self._nodes: list[int] = []
        self._node = 0
        self._kids: list[int] = []
        self._parts: list[int] = []
        self.pages = 0
        reserve = self._objects.reserve
        self._tree, self._resources, self._fonts, self._part_root, self._part_tree = (reserve() for _ in range(5))
        self._pictures = reserve()

    def add_letter(self, sequence: int, pages: Iterable[Page]) -> None:
        """Add a letter: what is static on a page is drawn once for all the pages that have the very same."""
        part = self._objects.reserve()
        numbers = [self._page(page.static, page.variable, part) for page in pages]
        # Table 409 of ISO 32000-2: no End where the part is one page.
        last = f"/End {numbers[-1]} 0 R" if len(numbers) > 1 else ""
        self._objects.put(
            part,
            f"<</Type/DPart/Parent {self._part_tree} 0 R/Start {numbers[0]} 0 R{last}/DPM<</volgnummer {sequence}>>>>",
        )
        self._parts.append(part)

    def close(self) -> str:
        """Write what follows the pages; return the SHA-256 of the whole, in hexadecimal."""
        assert self.pages, "a file has a page"
        put = self._objects.put
        self._close_node()
        kids = " ".join(f"{node} 0 R" for node in self._nodes)
        put(self._tree, f"<</Type/Pages/Count {self.pages}/Kids[{kids}]/MediaBox{PAGE_BOX}>>")
        parts = " ".join(f"{part} 0 R" for part in self._parts)
        put(self._part_tree, f"<</Type/DPart/Parent {self._part_root} 0 R/DParts[[{parts}]]>>")
        put(
            self._part_root,
            f"<</Type/DPartRoot/DPartRootNode {self._part_tree} 0 R/RecordLevel 1/NodeNameList[/partij/brief]>>",
        )
        self._pen.write_fonts(self._objects, self._fonts)
        forms = "".join(f"/{name} {number} 0 R" for name, number in self._form_objects.items())
        pictures = self._pen.write_pictures(self._objects)
        put(self._pictures, f"<<{pictures}>>")
        put(self._resources, f"<</Font {self._fonts} 0 R/XObject<<{forms}{pictures}>>>>")
        intents = self._intent.write(self._objects, ("GTS_PDFX", "GTS_PDFA1"))
        packet, information = self._imprint.write_print(self._objects)
        catalog = self._objects.add(
            f"<</Type/Catalog/Pages {self._tree} 0 R/Lang(nl-BE)/ViewerPreferences<</DisplayDocTitle true>>"
            f"/Metadata {packet} 0 R/OutputIntents{intents}/DPartRoot {self._part_root} 0 R>>"
        )
        return self._objects.close(catalog, information)

    def _page(self, static: tuple[Placed, ...], variable: tuple[Placed, ...], part: int) -> int:
        ops = f"/{self._form(static)} Do\n" if static else ""
        if variable:
            content = self._content(ops + self._pen.draw(variable))
        else:
            content = self._contents.get(ops, 0) or self._content(ops)
            self._contents[ops] = content
        if not self._kids:
            self._node = self._objects.reserve()
        page = self._objects.add(
            f"<</Type/Page/Parent {self._node} 0 R/TrimBox{PAGE_BOX}/BleedBox{PAGE_BOX}"
            f"/Resources {self._resources} 0 R/Contents {content} 0 R/DPart {part} 0 R>>"
        )
        self._kids.append(page)
        self.pages += 1
        if len(self._kids) == _NODE_KIDS:
            self._close_node()
        return page

    def _form(self, static: tuple[Placed, ...]) -> str:
        name = self._forms.get(static)
        if name is None:
            # Bounded: letters whose text flows differently each time would otherwise make as many forms. A form
            # that was forgotten stays valid in the file.
            if len(self._forms) >= _MOST_FORMS:
                self._forms.clear()
                self._contents.clear()
            name = self._forms[static] = f"P{len(self._form_objects)}"
            resources = f"<</Font {self._fonts} 0 R/XObject {self._pictures} 0 R>>"
            head = f"/Type/XObject/Subtype/Form/BBox{PAGE_BOX}/Resources{resources}"
            self._form_objects[name] = self._objects.add_stream(head, self._pen.draw(static).encode("ascii"), 9)
        return name

    def _content(self, ops: str) -> int:
        return self._objects.add_stream("", ops.encode("ascii"), 6)

    def _close_node(self) -> None:
        if self._kids:
            kids = " ".join(f"{kid} 0 R" for kid in self._kids)
            count = len(self._kids)
            self._objects.put(self._node, f"<</Type/Pages/Parent {self._tree} 0 R/Count {count}/Kids[{kids}]>>")
            self._nodes.append(self._node)
            self._kids = []
