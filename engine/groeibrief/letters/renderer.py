"""From a definition to its letters: proof, composing, and many letters into one file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from groeibrief.catalog import Source
from groeibrief.errors import RefusedError
from groeibrief.language.definition import Definition
from groeibrief.letters.composer import Article, Composed, Composer, Mailing
from groeibrief.letters.fields import LetterFields, shared_values
from groeibrief.letters.fonts import Face
from groeibrief.letters.metadata import Imprint
from groeibrief.letters.owntexts import check_own_texts, own_values
from groeibrief.letters.pdf import LetterFile
from groeibrief.letters.proof import prove
from groeibrief.letters.sender import Sender
from groeibrief.letters.template import Template
from groeibrief.letters.written import written

MOST_PAGES = 5000
"""Pages in one file, at most (PRINT.md)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a letter stands in a file; pages count from 1."""

    volgnummer: int
    eerste_pagina: int
    paginas: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A file as written."""

    bestand: str
    sha256: str
    bytes: int
    paginas: int
    stukken: tuple[Piece, ...]


class Renderer:
    """Composes and writes the letters of one definition."""

    def __init__(
        self,
        template: Template,
        definition: Definition,
        sender: Sender,
        sources: Mapping[str, Source],
        mailing: Mailing,
    ) -> None:
        """Prove the template against the definition (E60x), then prepare what all the letters share.

        Raises RefusedError (E620) when the catalogue has no ground for a source, DefinitionError (E615, E619),
        UsageError (E660–E664) for an own text that does not belong in the letter.
        """
        self.proof = prove(template, definition)
        check_own_texts(template, mailing.teksten, sources)
        own = own_values(template, mailing.teksten)
        values = shared_values(definition, sender, sources, mailing.datum, own)
        self._composer = Composer(template, values, mailing, self.proof)

    @property
    def faces(self) -> Mapping[str, Face]:
        """The fonts, by style."""
        return self._composer.faces

    def compose(self, letter: LetterFields) -> Composed:
        """Set one letter, as :meth:`Composer.compose`."""
        return self._composer.compose(letter)

    def page_count(self, letter: LetterFields) -> int:
        """How many pages a letter has, as :meth:`Composer.page_count`."""
        return self._composer.page_count(letter)

    def article(self, letter: LetterFields) -> Article:
        """Set one letter to read, as :meth:`Composer.article`."""
        return self._composer.article(letter)

    @property
    def mailing(self) -> Mailing:
        """What the letters share besides their definition."""
        return self._composer.mailing

    def write_batch(self, path: Path, letters: Iterable[Composed]) -> Batch:
        """Write letters to one new PDF file, as :func:`write_batch`."""
        return write_batch(path, letters, self.faces, self.mailing)


def write_batch(path: Path, letters: Iterable[Composed], faces: Mapping[str, Face], mailing: Mailing) -> Batch:
    """Write letters to one new PDF file of at most 5,000 pages, private, complete or not at all.

    The bytes depend only on the letters. Raises TryAgainError (E618) when what stands on disk is not what was
    written, or E624 when the disk is full; RefusedError (E616) past 5,000 pages; UsageError (E210) when *path* exists.
    """
    pieces: list[Piece] = []

    def write(stream: IO[bytes]) -> str:
        imprint = Imprint(f"Brieven {mailing.kenmerk}", mailing.datum)
        file = LetterFile(stream, faces, imprint, mailing.uitvoer)
        for letter in letters:
            if file.pages + len(letter.pages) > MOST_PAGES:
                raise RefusedError("E616", f"Een bestand bevat hoogstens {MOST_PAGES} pagina's. Maak kleinere reeksen.")
            pieces.append(Piece(letter.volgnummer, file.pages + 1, len(letter.pages)))
            file.add_letter(letter.volgnummer, letter.pages)
        return file.close()

    digest, size = written(path, write)
    return Batch(path.name, digest, size, sum(piece.paginas for piece in pieces), tuple(pieces))
