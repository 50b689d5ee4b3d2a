"""The naive design: rapidfuzz over every title."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rapidfuzz import process

from bot.domain.text import words
from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import HITS, Running, in_a_thread, timed

_LEAST = 60
"""Of 100; below that two texts have nothing in common."""


def _build(folder: Path, material: Material) -> None:
    lines = (f"{text.slug}\t{text.title}\n" for text in material.texts())
    with (folder / "titles").open("w", encoding="utf-8") as file:
        file.writelines(lines)


def running(scorer: Callable[..., float]) -> Running:
    """The engine with one of rapidfuzz's ratios."""

    @contextmanager
    def opened(folder: Path) -> Iterator[Callable[[str], list[str]]]:
        lines = (folder / "titles").read_text("utf-8").splitlines()
        slugs = [line.partition("\t")[0] for line in lines]
        titles = [line.partition("\t")[2] for line in lines]

        def answer(query: str) -> list[str]:
            typed = " ".join(words(query))
            found = process.extract(typed, titles, scorer=scorer, limit=HITS, score_cutoff=_LEAST)
            return [slugs[place] for _, _, place in found]

        yield answer

    return Running(timed(_build), in_a_thread(opened))
