"""The same letters with Typst: each of our boxes placed on its page, all letters in one compilation."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import typst
from letter_texts import FONTS, Letters

SOURCE = """
#set page(paper: "a4", margin: 0mm)
#set text(font: "Liberation Sans", lang: "nl", hyphenate: false)
#let data = json("brieven.json")
#let said(it) = for (words, style) in it.runs {
  if style == "vet" { strong(words) } else if style == "cursief" { emph(words) } else { words }
}
#let paragraph(it) = {
  if it.square > 0 { block(above: 2mm, below: 2mm, rect(width: it.square * 1mm, height: it.square * 1mm, fill: black)) }
  else {
    let size = it.size * 1pt
    set text(size: size, top-edge: "ascender", bottom-edge: "descender")
    let gap = it.leading * 1mm - size * 1.117
    set par(leading: gap, spacing: 0mm)
    let body = if it.label != "" {
      grid(columns: (it.label_width * 1mm, 1fr), strong(it.label), said(it))
    } else { said(it) }
    block(
      above: it.before * 1mm + gap, below: it.after * 1mm, inset: (left: it.indent * 1mm),
      stroke: if it.bar > 0 { (left: it.bar * 1mm) } else { none }, body,
    )
  }
}
#for (number, letter) in data.brieven.enumerate() {
  for page in (1, 2) {
    if number > 0 or page > 1 { pagebreak() }
    for panel in data.vlakken.filter(each => each.page == page) {
      place(dx: panel.x * 1mm, dy: panel.y * 1mm,
        rect(width: panel.width * 1mm, height: panel.height * 1mm, fill: black))
    }
    for box_ in letter.filter(each => each.page == page) {
      place(dx: box_.x * 1mm, dy: box_.y * 1mm,
        block(width: box_.width * 1mm, for it in box_.texts { paragraph(it) }))
    }
  }
}
"""


def write(letters: Letters, out: Path) -> None:
    """Set every letter, in our fonts."""
    folder = out.parent / "typst"
    folder.mkdir(exist_ok=True)
    (folder / "brieven.json").write_text(json.dumps(letters.as_data()))
    source = folder / "brieven.typ"
    source.write_text(SOURCE)
    typst.compile(str(source), output=str(out), font_paths=[str(FONTS)])
    shutil.rmtree(folder)
