"""Deliveries per second of the whole outbox, against a server without limits that is a program of its own.

Each delivery is an alert to another person, so nothing is paced: claimed, rendered, posted, settled. The
first to each person also opens the direct message and remembers it. Beside it the floor: the same message
posted by bare aiohttp, as many at a time, with nothing remembered. Slack itself takes about nine messages a
second from one workspace. `COUNT=5000` sets how many.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import aiohttp

from bot.clock import SystemClock
from bot.config import read_settings
from bot.dispatch.outbox import Timing
from bot.domain.delivery import Delivery, Kind, Owed, State
from bot.domain.message import Message
from bot.domain.subscription import Destination
from bot.slack.poster import Poster
from bot.slack.standing import Standing
from bot.slack.tokens import Tokens
from bot.slack.transport import Transport
from bot.store import Store, migrate, open_store
from bot.telemetry import Metrics
from bot.wiring import Owed as OwedRoom
from bot.wiring.reading import make_reading
from tests.dispatch.desk import hot
from tests.postgres import new_database, run_sql, running_postgres
from tests.store.making import put

COUNT = int(os.environ.get("COUNT", "1000"))
ROUNDS = 3
SLOTS = 20


@contextmanager
def sink() -> Iterator[str]:
    """The base address of the server."""
    program = [sys.executable, "-m", "tests.benchmarks._delivering_sink"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def owed(brief: int, number: int, run: int) -> Delivery:
    now = SystemClock().now()
    return Delivery(
        id=f"{run}-{number}",
        key=f"{run}-{number}",
        kind=Kind.ALERT,
        to=Destination(team=f"T{number % 10}", user=f"U{number}X"),
        owed=Owed(full=(brief,), heats={brief: 150}, outlets={brief: 0}),
        created_at=now,
        expires_at=now + timedelta(hours=36),
    )


@asynccontextmanager
async def opened(url: str, api: str) -> AsyncIterator[tuple[Store, OwedRoom, Poster, aiohttp.ClientSession]]:
    clock = SystemClock()
    settings = read_settings({"SLACK_API_URL": api, "SLACK_BOT_TOKEN": "xoxb-1"}, {})
    await migrate(url, clock=clock)
    async with await open_store(url, clock=clock) as store, aiohttp.ClientSession() as http:
        room = OwedRoom(settings, store, make_reading(settings, store, clock), clock)
        transport = Transport(http, api, Metrics())
        standing = Standing(transport, "xoxb-1")
        tokens = Tokens(settings, None, transport=transport, standing=standing, clock=clock)
        yield store, room, Poster(transport, tokens), http


async def outbox_seconds(store: Store, room: OwedRoom, poster: Poster, brief: int, run: int) -> float:
    await store.outbox.enqueue([owed(brief, number, run) for number in range(COUNT)])
    stop = asyncio.Event()
    started = perf_counter()
    running = asyncio.create_task(room.worker(poster, Metrics()).run(stop))
    while (await store.outbox.backlog()).counts.get(State.SENT, 0) < COUNT * (run + 1):  # noqa: ASYNC110 -- asked
        await asyncio.sleep(0.02)
    seconds = perf_counter() - started
    stop.set()
    await running
    return seconds


async def floor_seconds(http: aiohttp.ClientSession, api: str, message: Message) -> float:
    """The same messages by bare posts."""
    body = {"channel": "D1", **message.payload()}
    places = asyncio.Semaphore(SLOTS)

    async def post() -> None:
        async with places, http.post(f"{api}chat.postMessage", json=body) as answer:
            await answer.read()

    started = perf_counter()
    await asyncio.gather(*(post() for _ in range(COUNT)))
    return perf_counter() - started


async def measure(name: str, url: str, api: str) -> None:
    async with opened(url, api) as (store, room, poster, http):
        await put(store, hot("hot"))
        await store.ledger.note(SystemClock().now())
        (item,) = await store.ledger.recent(
            SystemClock().now(), published_since=SystemClock().now() - timedelta(days=9_000)
        )
        rendered = await room.contents.message(owed(item.noted.id, 0, 99))
        message = getattr(rendered, "message", Message(text="-"))
        ours, bare = [], []
        for run in range(ROUNDS + 1):
            ours.append(COUNT / await outbox_seconds(store, room, poster, item.noted.id, run))
            bare.append(COUNT / await floor_seconds(http, api, message))
            await asyncio.sleep(Timing().pace)  # nobody is paced in the next round
        usual, floor = statistics.median(ours[1:]), statistics.median(bare)
        print(f"{name:12}{ours[0]:10.0f}{usual:10.0f}{floor:15.0f}{usual / floor:8.2f}")


def main() -> None:
    """Print the table."""
    print(f"{COUNT} alerts to as many people, {SLOTS} at a time, median of {ROUNDS} rounds")
    print(f"{'':12}{'first /s':>10}{'later /s':>10}{'bare posts /s':>15}{'ratio':>8}")
    with sink() as api, tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure("SQLite", f"sqlite:///{Path(folder)}/bench.db", api))
        with running_postgres() as server:
            for sql in ("ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()"):
                asyncio.run(run_sql(server, sql))  # tests switch writing through off; a bench does not
            asyncio.run(measure("PostgreSQL", new_database(server), api))


if __name__ == "__main__":
    main()
