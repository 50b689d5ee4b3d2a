"""A sync killed at any moment leaves an index that the next sync makes right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.content import sync
from bot.store import Store, migrate, open_store
from tests.ingest.files import write
from tests.postgres import new_postgres_url, postgres_server
from tests.store.consistency import differences
from tests.store.making import NOON, HandClock, candidates

LONGER = int(os.environ.get("LONGER_WALKS", "1"))

__all__ = ["new_postgres_url", "postgres_server"]

SYNC = """
import asyncio, sys
from bot.content import sync
from bot.clock import SystemClock
from bot.store import open_store
async def main():
    async with await open_store(sys.argv[1], clock=SystemClock()) as store:
        tell = lambda done, total: print(done, flush=True)
        await sync(store.index, sys.argv[2:], SystemClock(), progress=tell)
import importlib
syncing = importlib.import_module("bot.content.ingest.syncing")
syncing.BATCH_FILES = syncing.MANY_FILES = 25
syncing.helpers_for = lambda files: {helpers}
asyncio.run(main())
"""


def sync_and_kill(url: str, folder: Path, lines: int, helpers: int) -> None:
    """Run a sync in another process and kill it after some lines of progress, so amid the next batch."""
    program = [sys.executable, "-c", SYNC.format(helpers=helpers), url, str(folder)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)


async def everything(store: Store) -> list[tuple[object, ...]]:
    found = await candidates(store, limit=10_000)
    documents = await store.index.read(lambda reader: reader.briefs([item.id for item in found]))
    terms = await store.index.read(lambda reader: dict(reader.terms(0).frequencies))
    files = {path: (file.digest, file.rejected) for path, file in (await store.index.known_files()).items()}
    topics = await store.index.read(lambda reader: reader.topics(NOON))
    return [tuple(found), tuple(documents), (terms,), (files,), tuple(topics)]


@pytest.fixture(params=["sqlite", "postgres"])
def each_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/n.db"
    return str(request.getfixturevalue("new_postgres_url"))


async def test_after_kills_and_edits_the_next_sync_equals_a_fresh_one(
    each_url: str, tmp_path: Path, folder: Path
) -> None:
    fresh_url = f"sqlite:///{tmp_path}/fresh.db"
    await migrate(each_url, clock=HandClock())
    dice = random.Random(5)
    for lines, helpers in ((1, 0), (4, 2), (2, 1)) * LONGER:
        for number in range(200):
            if dice.random() < 0.6:
                write(folder, f"b{number}", f"word{dice.randrange(50)} title", heat=dice.randrange(100))
            elif dice.random() < 0.3:
                (folder / f"b{number}.md").unlink(missing_ok=True)
        sync_and_kill(each_url, folder, lines, helpers)
    async with await open_store(each_url, clock=HandClock()) as store:
        await sync(store.index, [str(folder)], HandClock())
        async with await open_store(fresh_url, clock=HandClock()) as fresh:
            await sync(fresh.index, [str(folder)], HandClock())
            assert await everything(store) == await everything(fresh)
    assert await differences(each_url) == []
