"""Writing a synthetic corpus to disk, on every core."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bot.domain.brief import Brief
from tests.benchmarks.corpus.briefs import Maker, Recipe
from tests.benchmarks.corpus.markdown import rendered


def write_corpus(to: Path, real: Sequence[Brief], recipe: Recipe, workers: int | None = None) -> int:
    """Write the briefs below `to`, a thousand to a folder; the bytes written."""
    to.mkdir(parents=True, exist_ok=True)
    workers = min(workers or os.cpu_count() or 1, recipe.chunks)
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(to, real, recipe)
    ) as pool:
        return sum(pool.map(_write_chunk, range(recipe.chunks)))


_begun: list[tuple[Path, Maker]] = []


def _begin(to: Path, real: Sequence[Brief], recipe: Recipe) -> None:
    _begun.append((to, Maker(real, recipe)))


def _write_chunk(number: int) -> int:
    to, maker = _begun[-1]
    folder = to / f"part-{number:04}"
    folder.mkdir(exist_ok=True)
    size = 0
    for brief in maker.chunk(number):
        data = rendered(brief).encode()
        (folder / f"{brief.slug}.md").write_bytes(data)
        size += len(data)
    return size
