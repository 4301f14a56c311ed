"""A tagged PDF as a screen reader meets it: the structure's elements in order, each with its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf

Spoken = tuple[str, str]


def spoken(path: Path) -> list[Spoken]:
    """The elements that hold content, in order: their role and their text; a figure has its alternative."""
    with pikepdf.open(path) as pdf:
        texts = {page.obj.objgen: _texts(page.obj)[0] for page in pdf.pages}
        [document] = pdf.Root.StructTreeRoot.K
        return list(_leaves(document, texts))


def artifacts(path: Path) -> list[str]:
    """The text that is no part of the structure, by page."""
    with pikepdf.open(path) as pdf:
        return [_texts(page.obj)[1] for page in pdf.pages]


def _leaves(element: pikepdf.Object, texts: dict[tuple[int, int], dict[int, str]]) -> Iterator[Spoken]:
    inside = element.K
    if isinstance(inside, pikepdf.Array):
        for kid in inside:
            assert kid.P.objgen == element.objgen
            yield from _leaves(kid, texts)
    else:
        text = texts[element.Pg.objgen][int(inside)]
        yield str(element.S)[1:], str(element.Alt) if "/Alt" in element else text


def _texts(page: pikepdf.Object) -> tuple[dict[int, str], str]:
    """The text of each numbered piece of a page, and that of its artifacts. Content outside both is an error."""
    maps = {name: _unicode_map(font.ToUnicode.read_bytes()) for name, font in page.Resources.Font.items()}
    numbered: dict[int, str] = {}
    artifact = ""
    current: int | str | None = None
    unicode_map: dict[str, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                assert current is None
                current = int(operands[1].MCID) if "/MCID" in operands[1] else str(operands[0])
                if isinstance(current, int):
                    numbered[current] = ""
                else:
                    assert current == "/Artifact"
            case "EMC":
                current = None
            case "Tf":
                unicode_map = maps[str(operands[0])]
            case "Tj":
                codes = bytes(operands[0]).hex().upper()
                text = "".join(unicode_map[codes[start : start + 4]] for start in range(0, len(codes), 4))
                if isinstance(current, int):
                    numbered[current] += text
                else:
                    artifact += text
        assert current is not None or str(operator) in ("EMC", "BDC")
    return numbered, artifact


def _unicode_map(data: bytes) -> dict[str, str]:
    pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", data.decode("ascii"))
    return {code: bytes.fromhex(value).decode("utf-16-be") for code, value in pairs}
