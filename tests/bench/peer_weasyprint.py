"""The same letters with WeasyPrint: the text of our own pages, set again as HTML paragraphs, in one document."""

from __future__ import annotations

from html import escape
from pathlib import Path

from weasyprint import HTML

from groeibrief.catalog import find_project

STYLE = """
@font-face {{ font-family: Proef; src: url({font}); }}
@page {{ size: A4; margin: 18mm; }}
body {{ font: 9pt/11pt Proef; margin: 0; }}
p {{ margin: 0 0 2pt; }}
section {{ break-after: page; }}
"""


def write(pages: list[list[str]], out: Path) -> None:
    """Set every page's paragraphs on a page of its own, in our font."""
    (font,) = (path for path in find_project().letter_templates.rglob("*.ttf") if path.stem.endswith("Regular"))
    sections = ("".join(f"<p>{escape(text)}</p>" for text in paragraphs) for paragraphs in pages)
    body = "".join(f"<section>{section}</section>" for section in sections)
    HTML(string=f"<style>{STYLE.format(font=font.as_uri())}</style>{body}").write_pdf(str(out))
