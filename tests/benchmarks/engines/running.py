"""What the engines share: how one is built, opened and asked."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.benchmarks.engines.material import Material

HITS = 10
Answering = Callable[[str], Awaitable[list[str]]]
"""A query to the slugs of its first hits."""


@dataclass(frozen=True, slots=True)
class Running:
    """How an engine works: `build` fills a folder and says in how many seconds, `opened` answers from it.

    `changed` writes one brief anew and says after how many seconds it is found; others do not tell.
    """

    build: Callable[[Path, Material], float]
    opened: Callable[[Path, Material], AbstractAsyncContextManager[Answering]]
    changed: Callable[[Path, Material], Awaitable[float]] | None = None


def timed(build: Callable[[Path, Material], None]) -> Callable[[Path, Material], float]:
    """A build that takes its own time."""

    @functools.wraps(build)
    def measured(folder: Path, material: Material) -> float:
        started = perf_counter()
        build(folder, material)
        return perf_counter() - started

    return measured


def in_a_thread(
    opened: Callable[[Path], AbstractContextManager[Callable[[str], list[str]]]],
) -> Callable[[Path, Material], AbstractAsyncContextManager[Answering]]:
    """An engine that blocks, one executor hop away from the event loop, as newsbrief's own reads are."""

    @asynccontextmanager
    async def answering(folder: Path, _material: Material) -> AsyncIterator[Answering]:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as pool, ExitStack() as closing:
            answer = await loop.run_in_executor(pool, lambda: closing.enter_context(opened(folder)))
            yield lambda query: loop.run_in_executor(pool, answer, query)
            await loop.run_in_executor(pool, closing.close)

    return answering


def disk_bytes(folder: Path) -> int:
    """What a built engine takes on disk: blocks, as its files may have holes."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def batches(texts: Iterator[tuple[str, ...]], size: int) -> Iterator[list[tuple[str, ...]]]:
    """Lists of at most `size`."""
    batch: list[tuple[str, ...]] = []
    for text in texts:
        batch.append(text)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
