"""A database that is away for a while ends nothing and loses nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from bot.content import watch
from bot.content.ingest import outage
from bot.content.ingest.outage import Outage
from bot.errors import StoreAway
from bot.store import Store, migrate, open_store
from bot.store.place import place_of
from tests.ingest.files import write
from tests.ingest.test_ingest_killed import each_url
from tests.ingest.test_ingest_watch import follow, in_index_order
from tests.postgres import new_postgres_url, postgres_server, run_sql
from tests.store.consistency import differences
from tests.store.making import HandClock

__all__ = ["each_url", "new_postgres_url", "postgres_server"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases that are busy say so at once, and the next try comes soon."""
    monkeypatch.setattr("bot.store.engines.BUSY_SECONDS", 0.05)
    monkeypatch.setattr(outage, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(outage, "LONGEST_SECONDS", 0.05)


@asynccontextmanager
async def away(url: str) -> AsyncIterator[None]:
    """The database cannot be written meanwhile: another program writes, or the server lets nobody in."""
    place = place_of(url)
    if not place.is_postgres:
        connecting = sqlite3.connect(str(place.path), isolation_level=None, check_same_thread=False)
        with closing(connecting) as connection:
            # In a thread: whoever writes just now goes on in this loop, and is waited for.
            await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
            yield
        return
    name = url.partition("?")[0].rpartition("/")[2]
    server = url.replace(f"/{name}?", "/postgres?")
    await run_sql(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await run_sql(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 - a test's own name
    yield
    await run_sql(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@pytest.mark.usefixtures("quick")
async def test_a_watch_outlives_its_database(
    each_url: str, folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("INFO", logger="bot.watch")
    await migrate(each_url, clock=HandClock())
    gone = write(folder, "gone", "Removed")
    tries: list[StoreAway] = []
    begin = Outage.begin

    def note(lost: Outage, error: StoreAway) -> float:
        tries.append(error)
        return begin(lost, error)

    monkeypatch.setattr(Outage, "begin", note)
    async with await open_store(each_url, clock=HandClock()) as store, follow(store, folder) as watching:
        async with away(each_url):
            for number in range(3):
                write(folder, f"b{number}", "Meanwhile")
            gone.unlink()

            async def tried_again() -> bool:
                return len(tries) > 2

            await watching.until(tried_again)
        await watching.until_found("meanwhile", in_index_order("b0", "b1", "b2"))
        await watching.until_found("removed", [])
        write(folder, "later", "Afterwards")
        await watching.until_found("afterwards", ["later"])
    told = [record.message for record in caplog.records if record.name == "bot.watch"]
    assert len(told) == 2
    assert told[1] == "the database answers again"
    assert await differences(each_url) == []


class Faulty:
    """The index, failing at one of its calls again and again."""

    def __init__(self, store: Store, call: str) -> None:
        self._index = store.index
        self.prepare = store.index.prepare
        self._call = call
        self.failures = 0

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any) -> Any:
            if name == self._call and self.failures < 2:
                self.failures += 1
                raise StoreAway("The database is away.")
            return await getattr(self._index, name)(*arguments)

        return call


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("call", ["known_files", "apply", "finish"])
async def test_whatever_fails_is_tried_again(store: Store, folder: Path, call: str) -> None:
    write(folder, "a", "Kept")
    faulty: Any = Faulty(store, call)
    stop = asyncio.Event()
    task = asyncio.create_task(watch(faulty, [str(folder)], HandClock(), stop=stop))
    while (await store.index.status(HandClock().now())).synced_at is None:
        assert not task.done()
        await asyncio.sleep(0.01)
    stop.set()
    await task
    assert faulty.failures == 2
    assert list(await store.index.known_files()) == [str(folder / "a.md")]


def test_pauses_grow_to_half_a_minute_and_begin_anew() -> None:
    lost, pauses = Outage(), [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert [lost.begin(StoreAway("Away.")) for _ in pauses] == pauses
    lost.end()
    assert lost.begin(StoreAway("Away.")) == 0.5


def test_an_outage_is_told_at_once_and_then_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    times = iter([0.0, 1.0, 59.0, 61.0, 61.0, 100.0])
    monkeypatch.setattr(outage, "monotonic", lambda: next(times))
    lost = Outage()
    for _ in range(4):
        lost.begin(StoreAway("The database is away."))
    assert len(caplog.records) == 2
