"""All that the letters of a mailing are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groeibrief.artefacts import canonical_json, sha256_bytes
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

    @property
    def sha256(self) -> str:
        """The hash of all that decides how the letters look: definition, template, sender, logo, printing condition.

        Without the recipients: an approval of the mailing's looks can name it.
        """
        mailing = self.mailing
        return sha256_bytes(
            canonical_json(
                {
                    "definitie": self.definition.definitie,
                    "sjabloon": self.template.sha256,
                    "logo": mailing.logo.sha256 if mailing.logo else None,
                    "uitvoerprofiel": sha256_bytes(mailing.uitvoer.profile),
                    "merktekens": mailing.merktekens,
                    "bijlagen": mailing.bijlagen,
                    "teksten": dict(mailing.teksten),
                    "dubbelzijdig": mailing.dubbelzijdig,
                    "datum": mailing.datum.isoformat(),
                    "kenmerk": mailing.kenmerk,
                    "synthetisch": mailing.synthetisch,
                }
            )
        )

    def renderer(self) -> Renderer:
        """The renderer, proved and prepared."""
        return Renderer(self.template, self.definition, self.sender, self.sources, self.mailing)
