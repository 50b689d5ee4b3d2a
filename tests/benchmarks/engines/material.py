"""What all engines are built of: the briefs of a folder or synthetic ones, and their tokens in one file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.brief import Brief
from bot.domain.searchable import searchable
from bot.domain.text import words
from tests.benchmarks._search_index import real_briefs, visible
from tests.benchmarks.corpus import Maker, Recipe
from tests.benchmarks.corpus.markdown import front_matter

_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The briefs of `folder` (`count` 0), or `count` synthetic ones that start from its words.

    `documents` is the file of tokens that `write_documents` makes.
    """

    folder: str
    documents: str
    count: int = 0
    seed: int = 1

    def briefs(self) -> Iterator[Brief]:
        """All that can be found, the same in every process."""
        real = real_briefs(Path(self.folder))
        if self.count:
            yield from Maker(real, Recipe(self.count, self.seed)).briefs()
        else:
            yield from visible(real)

    def texts(self) -> Iterator[Document]:
        """The tokens of all, from the file."""
        with Path(self.documents).open(encoding="utf-8") as file:
            for line in file:
                yield Document(*line.rstrip("\n").split("\t"))


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine that takes text is given: the tokens newsbrief itself would index."""

    slug: str
    title: str
    meta: str
    body: str
    bare: str
    """The title's words without the endings of possessives: for those who judge, not for engines."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many briefs went into a file of tokens, and the bytes of their front matter."""

    briefs: int
    front_matter: int


def write_documents(path: Path, briefs: Iterable[Brief]) -> Written:
    """One line a brief; tokens hold letters and digits alone, so tabs can part them.

    The bytes are those of the front matter without the opaque field `secured`.
    """
    count = size = 0
    with path.open("w", encoding="utf-8") as file:
        for brief in briefs:
            text = searchable(brief)
            bare = " ".join(words(_POSSESSIVE.sub("", brief.title)))
            file.write(f"{brief.slug}\t{text.title}\t{text.meta}\t{text.body}\t{bare}\n")
            size += len(front_matter(brief).encode())
            count += 1
    return Written(count, size)
