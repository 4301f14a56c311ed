"""All that the letters of a mailing are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groeibrief.catalog import Source
from groeibrief.language.definition import Definition
from groeibrief.letters.composer import Mailing
from groeibrief.letters.renderer import Renderer
from groeibrief.letters.sender import Sender
from groeibrief.letters.template import Template


@dataclass(frozen=True)
class Work:
    """All that makes a renderer; it travels to other processes."""

    template: Template
    definition: Definition
    sender: Sender
    sources: Mapping[str, Source]
    mailing: Mailing

    def renderer(self) -> Renderer:
        """The renderer, proved and prepared."""
        return Renderer(self.template, self.definition, self.sender, self.sources, self.mailing)
