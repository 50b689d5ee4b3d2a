"""Syncing a folder, beside what it cannot do without: parsing alone, and writing the same rows alone.

`NUMBER=20000 make bench ARGS=syncing` takes another number of files (5,000 unless told).
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter

from bot.clock import SystemClock
from bot.content import parse_file, scan, sync
from bot.domain.index import SyncReport
from bot.store import Store, open_store
from bot.store.textual import fts_text

FILES = 5_000
WORDS = [f"{first}{second}" for first in ("pri", "clo", "da", "ne", "ro", "vi") for second in range(400)]
BRIEF = """---
title: {title}
excerpt: {excerpt}
webUrl: https://news{provider}.example/{slug}
publishedDateTime: 2021-{month:02}-{day:02}T{hour:02}:00:00Z
heat: {heat}
quality: {quality}
provider:
  name: Provider {provider}
  domain: news{provider}.example
topics:
  - Topic {topic}
  - News
related:
{related}---
"""
RELATED = """  - title: {title}
    webUrl: https://other{number}.example/{slug}
    publishedDateTime: 2021-01-01T00:00:00Z
    provider:
      name: Other {number}
      domain: other{number}.example
"""


def write_files(folder: Path, number: int, seed: int = 1) -> None:
    """Generated briefs of 1 to 3 kB, with up to 8 related articles."""
    dice = random.Random(seed)

    def some(count: int) -> str:
        return " ".join(dice.choices(WORDS, k=count))

    for place in range(number):
        slug = f"2021-brief-{place:07}"
        related = "".join(
            RELATED.format(title=some(9), number=dice.randrange(50), slug=f"{slug}-{item}")
            for item in range(dice.randrange(9))
        )
        text = BRIEF.format(
            title=some(10),
            excerpt=some(40),
            slug=slug,
            provider=dice.randrange(200),
            topic=dice.randrange(60),
            month=dice.randrange(1, 13),
            day=dice.randrange(1, 29),
            hour=dice.randrange(24),
            heat=dice.randrange(200),
            quality=dice.randrange(100),
            related=related or "  []\n",
        )
        (folder / f"{slug}.md").write_text(text, encoding="utf-8")


def parsing_alone(folder: Path) -> float:
    """Seconds for reading every file, one after the other."""
    started = perf_counter()
    for stamp in scan([str(folder)]).files:
        assert parse_file(stamp.path).brief
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


async def syncing(store: Store, folder: Path) -> SyncReport:
    return await sync(store.index, [str(folder)], SystemClock())


async def measure(folder: Path, database: Path) -> dict[str, float]:
    """Seconds of a sync from nothing, of two that find nothing new, and of one changed file."""
    async with await open_store(f"sqlite:///{database}", clock=SystemClock()) as store:
        first = await syncing(store, folder)
        again = min([await syncing(store, folder) for _ in range(3)], key=lambda report: report.seconds)
        assert again.unchanged == first.added
        edit(folder / "2021-brief-0000000.md")
        changed = await syncing(store, folder)
        assert changed.updated == 1
    return {"sync": first.seconds, "unchanged": again.seconds, "one": changed.seconds}


def edit(path: Path) -> None:
    """Change a brief's title."""
    path.write_text(path.read_text(encoding="utf-8").replace("title: ", "title: changed ", 1), "utf-8")


def best_of(times: int, work: Callable[[], float]) -> float:
    """The least of a few tries: what else runs on the machine only ever adds."""
    return min(work() for _ in range(times))


def main() -> None:
    """Print the table."""
    number = int(os.environ.get("NUMBER", FILES))
    with tempfile.TemporaryDirectory(prefix="newsbrief-bench-") as name:
        folder, database = Path(name) / "briefs", Path(name) / "news.db"
        folder.mkdir()
        write_files(folder, number)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        parse = best_of(2, lambda: parsing_alone(folder))
        found = asyncio.run(measure(folder, database))
        rows = rows_alone(database, Path(name) / "copy.db")
        print(f"{number:,} files, {size:.1f} MB; index {database.stat().st_size / 1e6:.1f} MB")
        floor = parse + rows
        table = (
            ("sync from nothing", found["sync"]),
            ("  parsing alone", parse),
            ("  the same rows by executemany alone", rows),
            ("  both, one after the other", floor),
            ("sync of the unchanged folder", found["unchanged"]),
            ("sync with one changed file", found["one"]),
        )
        print(f"{'':38}{'seconds':>9}{'files/s':>10}{'x both':>8}")
        for label, seconds in table:
            print(f"{label:38}{seconds:9.3f}{number / seconds:10,.0f}{seconds / floor:8.2f}")
