"""Letters: templates, the static proof of their fields, layout in millimetres, and PDF files of many letters."""

from groeibrief.letters.archive import Archived, render_archive
from groeibrief.letters.batches import Rendered, page_counts, render_selection
from groeibrief.letters.checking import check
from groeibrief.letters.composer import Composed, Mailing
from groeibrief.letters.fields import FIELDS, LetterFields, available_for
from groeibrief.letters.logo import Logo, load_logo, read_logo
from groeibrief.letters.output_intent import OutputIntent, load_profile
from groeibrief.letters.pictures import contact_sheet, preview
from groeibrief.letters.proof import Proof, prove
from groeibrief.letters.renderer import Batch, Piece, Renderer
from groeibrief.letters.sender import Sender, load_sender
from groeibrief.letters.template import Template, load_template, template_names
from groeibrief.letters.work import Work

__all__ = [
    "FIELDS",
    "Archived",
    "Batch",
    "Composed",
    "LetterFields",
    "Logo",
    "Mailing",
    "OutputIntent",
    "Piece",
    "Proof",
    "Rendered",
    "Renderer",
    "Sender",
    "Template",
    "Work",
    "available_for",
    "check",
    "contact_sheet",
    "load_logo",
    "load_profile",
    "load_sender",
    "load_template",
    "page_counts",
    "preview",
    "prove",
    "read_logo",
    "render_archive",
    "render_selection",
    "template_names",
]  # fmt: skip
