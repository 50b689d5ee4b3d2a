"""One changed file among very many: how long until the search finds it, by the watch that a running bot has.

`NUMBER=1000000 make bench ARGS=one_changed` takes another number of files (10,000 unless told); a million
take a quarter of an hour and 10 GB.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bot.cli.running import SWITCH_SECONDS
from bot.clock import SystemClock
from bot.content import sync
from bot.domain.brief import Brief
from bot.domain.directory import EMPTY_DIRECTORY
from bot.search import Search
from bot.store import open_store
from tests.benchmarks._search_index import HOME, real_briefs
from tests.benchmarks.corpus import Maker, Recipe, write_corpus
from tests.benchmarks.engines.tables import table
from tests.benchmarks.keeping_up import FILES, changing


async def measure(home: Path, real: list[Brief], number: int) -> list[list[str]]:
    """The rows of the table: what the search waits for the changed file, and what it took to get there."""
    folder, recipe = home / "briefs", Recipe(number)
    write_corpus(folder, real, recipe)
    async with await open_store(f"sqlite:///{home}/news.db", clock=SystemClock()) as store:
        search = Search(store.index, SystemClock(), lambda: EMPTY_DIRECTORY)
        first = await sync(store.index, [str(folder)], SystemClock())
        again = await sync(store.index, [str(folder)], SystemClock())
        changed = await changing(store, search, folder, next(iter(Maker(real, recipe).briefs())))
    return [
        ["sync from nothing", f"{first.seconds:.2f}"],
        ["sync of the unchanged folder", f"{again.seconds:.2f}"],
        ["one file changed until found", f"{changed:.3f}"],
    ]


def main() -> None:
    """Print the table."""
    sys.setswitchinterval(SWITCH_SECONDS)  # as a running bot has it
    number = int(os.environ.get("NUMBER", FILES))
    real = real_briefs(Path(os.environ.get("CORPUS") or HOME / "briefs"))
    with tempfile.TemporaryDirectory(prefix="newsbrief-bench-") as name:
        rows = asyncio.run(measure(Path(name), real, number))
    for line in table((f"{number:,} files", "seconds"), rows):
        print(line)


if __name__ == "__main__":
    main()
