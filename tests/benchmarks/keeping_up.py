"""Keeping the index equal to a folder of synthetic briefs, and answering meanwhile.

A sync from nothing beside what it cannot do without: parsing alone on every core, and writing the same rows
with plain `executemany`. Then a sync that finds nothing new, a changed file until the search finds it, and
the answers and the event loop's lag while as many files again are taken in.
`NUMBER=100000 make bench ARGS=keeping_up` takes another number of files (10,000 unless told).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bot.cli.running import SWITCH_SECONDS
from bot.clock import SystemClock
from bot.content import parse_file, scan, sync, watch
from bot.content.ingest.watching import ANSWERING_CORES
from bot.domain.brief import Brief
from bot.domain.directory import EMPTY_DIRECTORY
from bot.search import Search
from bot.store import Store, open_store
from bot.store.textual import fts_text
from tests.benchmarks._search_index import HOME, real_briefs
from tests.benchmarks.corpus import Maker, Recipe, rendered, write_corpus
from tests.benchmarks.engines.tables import table
from tests.benchmarks.quality.queries import generated

FILES = 10_000
_CHUNK = 500
_PAUSE = 0.005
_CHANGED = "quokkafication"
_EACH = 12


@dataclass(slots=True)
class Watched:
    """Milliseconds of answers, and by how much the event loop was late."""

    answers: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


def _parsed(paths: Sequence[str]) -> int:
    return sum(parse_file(path).brief is not None for path in paths)


def parsing_on_every_core(folder: Path) -> float:
    """Seconds for reading and parsing every file, the processes already started."""
    paths = [stamp.path for stamp in scan([str(folder)]).files]
    chunks = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(_parsed, [paths[:20]] * (4 * workers)))
        started = perf_counter()
        assert sum(pool.map(_parsed, chunks)) == len(paths)
        return perf_counter() - started


def rows_alone(database: Path, copy: Path) -> float:
    """Seconds for writing the finished index's own rows with plain executemany in batches of 500."""
    tables = ("brief", "brief_document", "brief_topic", "brief_address", "vocabulary", "file", "first_seen")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        target.execute("PRAGMA journal_mode=WAL")
        schema = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'brief_search_%'"
        rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608 - constants
        for (statement,) in source.execute(schema).fetchall():
            target.execute(statement)
        words = "SELECT id, title, meta, body FROM brief WHERE NOT hidden"
        texts = [(key, fts_text(title, meta, body)) for key, title, meta, body in source.execute(words)]
        rows["brief_search(rowid, words)"] = texts
        started = perf_counter()
        for name, values in rows.items():
            marks = ", ".join("?" * len(values[0]))
            for start in range(0, len(values), 500):
                with target:
                    target.executemany(f"INSERT INTO {name} VALUES ({marks})", values[start : start + 500])  # noqa: S608 - constants
        return perf_counter() - started


async def until_found(search: Search, word: str) -> float:
    """Seconds until a query has a hit."""
    started = perf_counter()
    while not (await search.ask(word, UTC)).hits:
        if perf_counter() - started > 120:
            raise TimeoutError(f"{word!r} was not found in two minutes")
        await asyncio.sleep(_PAUSE)
    return perf_counter() - started


async def changing(store: Store, search: Search, folder: Path, brief: Brief) -> float:
    """Seconds from writing a file until it is found, by the watch that a running bot has."""
    path = folder / "part-0000" / f"{brief.slug}.md"
    stop = asyncio.Event()
    watching = asyncio.create_task(watch(store.index, [str(folder)], SystemClock(), stop=stop))
    seconds = 0.0
    for turn in ("first", "second"):  # after the first the watch is known to be awake
        edited = replace(brief, title=f"{_CHANGED}{turn} {brief.title}")
        path.write_text(rendered(edited), encoding="utf-8")
        seconds = await until_found(search, f'"{_CHANGED}{turn}"')
    stop.set()
    await watching
    return seconds


async def asking(search: Search, queries: Sequence[str], seen: Watched, stop: asyncio.Event) -> None:
    """Ask one query after the other, with a breath between them, at least all of them once."""
    rest: Iterator[str] = iter(queries)
    while (query := next(rest, None)) or not stop.is_set():
        if query is None:
            rest = iter(queries)
            continue
        started = perf_counter()
        await search.ask(query, UTC)
        seen.answers.append((perf_counter() - started) * 1000)
        await asyncio.sleep(_PAUSE)


async def _lagging(seen: Watched) -> None:
    while True:
        started = perf_counter()
        await asyncio.sleep(_PAUSE)
        seen.late.append((perf_counter() - started - _PAUSE) * 1000)


async def observed(search: Search, queries: Sequence[str], work: asyncio.Task[object] | None) -> Watched:
    """What asking is like until the work is done, or at rest for a round."""
    seen, stop = Watched(), asyncio.Event()
    lagging = asyncio.create_task(_lagging(seen))
    asked = asyncio.create_task(asking(search, queries, seen, stop))
    if work:
        await work
    stop.set()
    await asked
    lagging.cancel()
    with suppress(asyncio.CancelledError):
        await lagging
    return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Seconds of each part, and what asking was like at rest and during a sync."""

    sync: float
    parse: float
    rows: float
    unchanged: float
    changed: float
    disk: int
    text: int
    during: float
    quiet: Watched
    busy: Watched


def _size(home: Path) -> int:
    """Bytes of the index, also of what waits in its log."""
    return sum(path.stat().st_size for path in home.glob("news.db*"))


async def measure(home: Path, real: Sequence[Brief], number: int) -> Kept:
    """All of it, in a folder that is thrown away."""
    folder, more, database = home / "briefs", home / "more", home / "news.db"
    recipe = Recipe(number)
    write_corpus(folder, real, recipe)
    write_corpus(more, real, Recipe(number, seed=2))
    parse = parsing_on_every_core(folder)
    sample = list(islice(Maker(real, recipe).briefs(), 5000))
    queries = [asked.query for asked in generated(sample, each=_EACH)]
    async with await open_store(f"sqlite:///{database}", clock=SystemClock()) as store:
        search = Search(store.index, SystemClock(), lambda: EMPTY_DIRECTORY)
        first = await sync(store.index, [str(folder)], SystemClock())
        assert first.added == number
        rows = await asyncio.to_thread(rows_alone, database, home / "copy.db")
        disk = await asyncio.to_thread(_size, home)
        again = [await sync(store.index, [str(folder)], SystemClock()) for _ in range(2)]
        changed = await changing(store, search, folder, sample[0])
        await observed(search, queries[:100], None)
        quiet = await observed(search, queries, None)
        taking: asyncio.Task[object] = asyncio.create_task(
            sync(store.index, [str(folder), str(more)], SystemClock(), spare_cores=ANSWERING_CORES)
        )
        started = perf_counter()
        busy = await observed(search, queries, taking)
        during = perf_counter() - started
    unchanged = min(report.seconds for report in again)
    return Kept(
        sync=first.seconds,
        parse=parse,
        rows=rows,
        unchanged=unchanged,
        changed=changed,
        disk=disk,
        text=sum(stamp.size for stamp in scan([str(folder)]).files),
        during=during,
        quiet=quiet,
        busy=busy,
    )


def lines(kept: Kept, number: int) -> Iterator[str]:
    """Both tables."""
    floor = max(kept.parse, kept.rows)
    rows = (
        ("sync from nothing", kept.sync),
        ("parsing alone, every core", kept.parse),
        ("same rows by executemany", kept.rows),
        ("sync of the unchanged folder", kept.unchanged),
        ("one file changed until found", kept.changed),
        ("sync of as many again, asked meanwhile", kept.during),
    )
    yield from table(
        (f"{number:,} files", "seconds", "÷ slower floor"),
        [[label, f"{seconds:.2f}", f"{seconds / floor:.2f}"] for label, seconds in rows],
    )
    yield ""
    times = kept.disk / kept.text
    yield f"index {kept.disk / 1e6:,.1f} MB, {times:.2f} times the {kept.text / 1e6:,.1f} MB of files"
    yield ""
    states = (("at rest", kept.quiet), ("while a sync runs", kept.busy))
    yield from table(
        ("answers", "p50 ms", "p99 ms", "loop late p99.9 ms", "asked"),
        [
            [
                label,
                f"{median(seen.answers):.2f}",
                f"{quantiles(seen.answers, n=100)[98]:.2f}",
                f"{quantiles(seen.late, n=1000)[998]:.2f}",
                f"{len(seen.answers):,}",
            ]
            for label, seen in states
        ],
    )


def main() -> None:
    """Print the tables."""
    sys.setswitchinterval(SWITCH_SECONDS)  # as a running bot has it
    number = int(os.environ.get("NUMBER", FILES))
    real = real_briefs(Path(os.environ.get("CORPUS") or HOME / "briefs"))
    with tempfile.TemporaryDirectory(prefix="newsbrief-bench-") as name:
        for line in lines(asyncio.run(measure(Path(name), real, number)), number):
            print(line, flush=True)


if __name__ == "__main__":
    main()
