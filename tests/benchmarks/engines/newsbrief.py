"""newsbrief itself, through the public function that the bot calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from itertools import islice
from pathlib import Path
from time import perf_counter

from bot.clock import SystemClock
from bot.domain.brief import Brief
from bot.domain.directory import EMPTY_DIRECTORY
from bot.domain.index import IndexChanges
from bot.search import Search
from bot.store import open_store
from tests.benchmarks._search_index import directory_of, file_of
from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import HITS, Answering, Running

_BATCH = 1000


def _build(folder: Path, material: Material) -> float:
    return asyncio.run(_fill(folder, material.briefs()))


async def _fill(folder: Path, briefs: Iterator[Brief]) -> float:
    """Write as a sync does; making the briefs is not counted, as parsing is not."""
    seconds = 0.0
    started = perf_counter()
    async with await open_store(f"sqlite:///{folder}/news.db", clock=SystemClock()) as store:
        seconds += perf_counter() - started
        while batch := tuple(islice(briefs, _BATCH)):
            started = perf_counter()
            await store.index.apply(IndexChanges(files=tuple(file_of(brief) for brief in batch)))
            seconds += perf_counter() - started
        started = perf_counter()
    return seconds + perf_counter() - started


@asynccontextmanager
async def _opened(folder: Path, material: Material) -> AsyncIterator[Answering]:
    clock, directory = SystemClock(), directory_of(Path(material.folder))
    async with await open_store(f"sqlite:///{folder}/news.db", clock=clock) as store:
        search = Search(store.index, clock, lambda: directory)

        async def answer(query: str) -> list[str]:
            return [hit.brief.slug for hit in (await search.ask(query, UTC, limit=HITS)).hits]

        yield answer


async def _changed(folder: Path, material: Material) -> float:
    """As a sync of one file writes it; the search has its vocabulary already, as a running bot has."""
    brief = next(material.briefs())
    clock = SystemClock()
    async with await open_store(f"sqlite:///{folder}/news.db", clock=clock) as store:
        search = Search(store.index, clock, lambda: EMPTY_DIRECTORY)
        await search.ask(brief.title, UTC)
        edited = file_of(replace(brief, title=f"Quokkafication {brief.title}"))
        started = perf_counter()
        await store.index.known_files([edited.stamp.path])
        await store.index.apply(IndexChanges(files=(replace(edited, digest="another"),)))
        found = await search.ask("quokkafication", UTC)
        seconds = perf_counter() - started
    assert found.hits[0].brief.slug == brief.slug
    return seconds


RUNNING = Running(_build, _opened, _changed)
