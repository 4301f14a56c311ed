"""The logical structure of a letter: its text in reading order as headings, paragraphs, lists, a table and a figure.

Sources: ISO 32000-1, 14.7 and 14.8; ISO 14289-1, 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from groeibrief.letters.composer import Article
from groeibrief.letters.layout import PAGE_HEIGHT
from groeibrief.letters.objects import ObjectWriter, number, text_string
from groeibrief.letters.typesetting import MM_PER_POINT, Block, Line, Placed

_IN_TEXT = {"kop1": "H1", "kop2": "H2"}
_BESIDE_TEXT = {"kop1": "H2", "kop2": "H3"}
# The sender's name above a letter is no heading of it.
_ABOVE_TEXT: dict[str, str] = {}


@dataclass(slots=True)
class Element:
    """A structure element: with elements in it, or with one piece of marked content: its page and its number there."""

    role: str
    more: str = ""
    kids: list[Element] = field(default_factory=list)
    content: tuple[int, int] | None = None


class Marked(NamedTuple):
    """A piece of a page's content; without a number it is an artifact, and ``tag`` has its properties."""

    tag: str
    number: int | None
    placed: Placed

    @property
    def opening(self) -> str:
        """The operator that begins it."""
        return f"/{self.tag} <</MCID {self.number}>> BDC\n" if self.number is not None else f"{self.tag} BDC\n"


class Structure:
    """A letter as a tree of elements, and each page as a list of marked pieces in the same order."""

    def __init__(self, article: Article, stream: str) -> None:
        """*stream* is the zone whose text flows: its headings are the letter's."""
        self.root = Element("Document")
        self.pages: list[list[Marked]] = [[] for _ in article.fixtures]
        self._marks = [0] * len(article.fixtures)
        for page, fixtures in enumerate(article.fixtures):
            for placed in fixtures:
                if page or placed.block.kind != "synthetisch":
                    self._artifact(page, placed)
        for roles, blocks in _sections(article, stream):
            self._section(roles, blocks)

    def write(self, objects: ObjectWriter, pages: list[int]) -> int:
        """Write the tree for the page objects *pages*; return the number of its root (ISO 32000-1, 14.7.2)."""
        root = objects.reserve()
        parents = [[0] * marks for marks in self._marks]
        document = _written(objects, self.root, root, pages, parents)
        numbers = "".join(
            f"{page}[{' '.join(f'{parent} 0 R' for parent in listed)}]" for page, listed in enumerate(parents)
        )
        tree = objects.add(f"<</Nums[{numbers}]>>")
        objects.put(
            root,
            f"<</Type/StructTreeRoot/K[{document} 0 R]/ParentTree {tree} 0 R/ParentTreeNextKey {len(pages)}>>",
        )
        return root

    def _section(self, roles: Mapping[str, str], blocks: Iterable[tuple[int, Placed]]) -> None:
        section = Element("Sect")
        for page, placed in blocks:
            block = placed.block
            if block.bars and block.kind != "qr":
                self._artifact(page, _only(placed, bars=True))
            match block.kind:
                case "pagina":
                    continue
                case "qr" | "logo":
                    section.kids.append(self._leaf("Figure", page, placed, _picture(placed)))
                case "rij":
                    table = _open(section, "Table")
                    label, text = block.lines[: block.label_lines], block.lines[block.label_lines :]
                    head = self._leaf("TH", page, _only(placed, label), "/A<</O/Table/Scope/Row>>")
                    table.kids.append(Element("TR", kids=[head, self._leaf("TD", page, _only(placed, text))]))
                case "tabelkop":
                    section.kids.append(
                        Element("Table", kids=[self._row(page, placed, "TH", "/A<</O/Table/Scope/Column>>")])
                    )
                case "tabelrij":
                    section.kids[-1].kids.append(self._row(page, placed, "TD"))
                case "punt":
                    listed = _open(section, "L", "/A<</O/List/ListNumbering/Disc>>")
                    first = block.lines[0]
                    bullet, rest = first._replace(runs=first.runs[:1]), first._replace(runs=first.runs[1:])
                    mark = self._leaf("Lbl", page, _only(placed, (bullet,)))
                    body = self._leaf("LBody", page, _only(placed, (rest, *block.lines[1:])))
                    listed.kids.append(Element("LI", kids=[mark, body]))
                case "citaat":
                    paragraph = self._leaf("P", page, _only(placed, block.lines))
                    section.kids.append(Element("BlockQuote", kids=[paragraph]))
                case kind:
                    section.kids.append(self._leaf(roles.get(kind, "P"), page, _only(placed, block.lines)))
        if section.kids:
            self.root.kids.append(section)

    def _row(self, page: int, placed: Placed, role: str, more: str = "") -> Element:
        row, start = Element("TR"), 0
        for count in placed.block.cells:
            row.kids.append(self._leaf(role, page, _only(placed, placed.block.lines[start : start + count]), more))
            start += count
        return row

    def _leaf(self, role: str, page: int, placed: Placed, more: str = "") -> Element:
        mark = self._marks[page]
        self._marks[page] += 1
        self.pages[page].append(Marked(role, mark, placed))
        return Element(role, more, content=(page, mark))

    def _artifact(self, page: int, placed: Placed) -> None:
        footer = placed.block.kind in ("paginering", "synthetisch")
        properties = "/Type/Pagination/Subtype/Footer" if footer else "/Type/Layout"
        self.pages[page].append(Marked(f"/Artifact <<{properties}>>", None, placed))


def title_of(article: Article, stream: str) -> str:
    """The letter's subject: its first heading."""
    for part in article.parts:
        for placed in (one for page in part.pages for one in page if part.name == stream):
            if placed.block.kind == "kop1":
                return "".join(run.text for line in _spaced(placed.block.lines) for run in line.runs)
    return article.reference


def _sections(article: Article, stream: str) -> Iterator[tuple[Mapping[str, str], list[tuple[int, Placed]]]]:
    """The letter's blocks in the order in which one reads: above the text, the text, beside it, what starts a page.

    Last comes what stands on a page after all that, such as a form.
    """
    flow = next(part for part in article.parts if part.name == stream)
    others = sorted(
        (part for part in article.parts if part is not flow), key=lambda part: (len(part.pages), part.area.y)
    )
    above: list[tuple[int, Placed]] = [(0, one) for one in article.fixtures[0] if one.block.kind == "synthetisch"]
    beside: list[tuple[int, Placed]] = []
    later: list[tuple[int, Placed]] = []
    for part in others:
        if len(part.pages) > len(flow.pages):
            later += _numbered(part.pages)
            continue
        place = above if (len(part.pages), part.area.y) < (1, flow.area.y) else beside
        place += _numbered(part.pages)
    text = _numbered(flow.pages)
    cut = next((index for index, (_, one) in enumerate(text) if one.block.kind == "pagina"), len(text))
    yield _ABOVE_TEXT, above
    yield _IN_TEXT, text[:cut]
    yield _BESIDE_TEXT, beside
    yield _IN_TEXT, text[cut:]
    yield _IN_TEXT, later


def _numbered(pages: list[list[Placed]]) -> list[tuple[int, Placed]]:
    return [(page, placed) for page, blocks in enumerate(pages) for placed in blocks]


def _open(section: Element, role: str, more: str = "") -> Element:
    """The element of this role that is still open, or a new one."""
    if not section.kids or section.kids[-1].role != role:
        section.kids.append(Element(role, more))
    return section.kids[-1]


def _only(placed: Placed, lines: tuple[Line, ...] = (), *, bars: bool = False) -> Placed:
    """A part of a block in its place: some lines, or only the bars."""
    block = placed.block
    return placed._replace(block=Block(_spaced(lines), block.bars if bars else (), kind=block.kind))


def _spaced(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines with a space where the next one begins a word, so that words stay apart without the page's look."""
    spaced = []
    for line in lines[:-1]:
        if line.runs and not line.goes_on:
            last = line.runs[-1]
            line = line._replace(runs=(*line.runs[:-1], last._replace(text=f"{last.text} ")))
        spaced.append(line)
    return (*spaced, *lines[-1:])


def _picture(placed: Placed) -> str:
    block = placed.block
    left, top = placed.x / MM_PER_POINT, (PAGE_HEIGHT - placed.y) / MM_PER_POINT
    width = block.picture.width if block.picture else max(bar.x + bar.width for bar in block.bars)
    right = left + width / MM_PER_POINT
    box = " ".join(map(number, (left, top - block.height / MM_PER_POINT, right, top)))
    return f"/Alt{text_string(block.alternative)}/A<</O/Layout/BBox[{box}]>>"


def _written(objects: ObjectWriter, element: Element, parent: int, pages: list[int], parents: list[list[int]]) -> int:
    own = objects.reserve()
    if element.content is not None:
        page, mark = element.content
        parents[page][mark] = own
        inside = f"/Pg {pages[page]} 0 R/K {mark}"
    else:
        kids = [_written(objects, kid, own, pages, parents) for kid in element.kids]
        inside = f"/K[{' '.join(f'{kid} 0 R' for kid in kids)}]"
    objects.put(own, f"<</Type/StructElem/S/{element.role}/P {parent} 0 R{inside}{element.more}>>")
    return own
