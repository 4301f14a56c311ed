"""The same letters with Typst: the text of our own pages, set again as paragraphs, all letters in one compilation."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import typst

from groeibrief.catalog import find_project

SOURCE = """
#set page(paper: "a4", margin: 18mm)
#set text(font: "Liberation Sans", size: 9pt, lang: "nl", hyphenate: false)
#set par(leading: 0.4em, spacing: 0.65em)
#for (number, paragraphs) in json("bladen.json").enumerate() {
  if number > 0 { pagebreak() }
  for paragraph in paragraphs { par(paragraph) }
}
"""


def write(pages: list[list[str]], out: Path) -> None:
    """Set every page's paragraphs on a page of its own, in our font."""
    folder = out.parent / "typst"
    folder.mkdir(exist_ok=True)
    (folder / "bladen.json").write_text(json.dumps(pages))
    source = folder / "brieven.typ"
    source.write_text(SOURCE)
    typst.compile(str(source), output=str(out), font_paths=[str(find_project().letter_templates)])
    shutil.rmtree(folder)
