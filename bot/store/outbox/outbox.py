"""The outbox: `bot.domain.owed.Outbox` over either database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.delivery import Delivery, State
from bot.domain.owed import Backlog, Claimed, Settled
from bot.domain.subscription import Destination
from bot.store.failures import plain_failures
from bot.store.outbox import looking, tables
from bot.store.outbox.claiming import Claim
from bot.store.outbox.enqueuing import insert_deliveries
from bot.store.outbox.locking import lock_lanes, relook
from bot.store.outbox.pruning import prune_deliveries, prune_memory
from bot.store.outbox.realtime import RealTime, micros, real_time
from bot.store.outbox.replies import drop_replies
from bot.store.outbox.settling import KEEP_CHANNEL, OnSent, settle
from bot.store.place import Place
from bot.store.reader import IndexReader
from bot.store.reading import Reading, T
from bot.store.rows import microseconds

BY_A_PERSON = "dropped by a person"

_TAKE_OVER = text(
    "UPDATE lane SET owner = '', epoch = epoch + 1, "
    "free_at = CASE WHEN free_at > :end THEN :end ELSE free_at END, "
    "due_at = CASE WHEN due_at > :end AND due_at = free_at THEN :end ELSE due_at END WHERE owner <> ''"
)


class StoredOutbox:
    """The outbox; raises StoreAway. `on_sent` is told of what was sent, see OnSent."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        reading: Reading,
        place: Place,
        on_sent: OnSent | None = None,
        real: RealTime | None = None,
    ) -> None:
        self._engine = engine
        self._reading = reading
        self._place = place
        self._on_sent = on_sent
        self._real = real or real_time(engine.dialect.name)

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """See Outbox."""
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                return len(await insert_deliveries(connection, deliveries, self._real))

    async def claim(self, slots: int, owner: str, lease: timedelta) -> list[Claimed]:
        """See Outbox. The lease runs from before this call returns: time what is left of it from the call."""
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                now = await self._real.now(connection)
                return await Claim(connection, now, owner, lease).take(slots)

    async def settle(self, results: Sequence[Settled], pace: timedelta) -> None:
        """See Outbox."""
        if not results:
            return
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                await settle(connection, results, pace=pace, real=self._real, on_sent=self._on_sent)

    async def keep_channel(self, lane: str, channel: str) -> None:
        """See Outbox."""
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                await connection.execute(KEEP_CHANNEL, {"lane": lane, "channel": channel})

    async def take_over(self, settle: timedelta) -> int:
        """See Outbox."""
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                end = await self._real.now(connection) + micros(settle)
                return (await connection.execute(_TAKE_OVER, {"end": end})).rowcount

    async def seconds_until_due(self) -> float | None:
        """See Outbox."""

        def look(reader: IndexReader) -> float | None:
            due_at = looking.due_at(reader)
            return None if due_at is None else max(0.0, (due_at - self._real.read(reader)) / 1e6)

        return await self._read(look)

    async def backlog(self, team: str = "", to: Destination | None = None) -> Backlog:
        """See Outbox."""
        return await self._read(lambda reader: looking.backlog(reader, team, to))

    async def find(
        self, *, states: Sequence[State] = (), to: Destination | None = None, limit: int = 100
    ) -> list[Delivery]:
        """See Outbox."""
        return await self._read(lambda reader: looking.find(reader, states, to, limit))

    async def delivery(self, delivery: str) -> Delivery | None:
        """See Outbox."""
        return await self._read(lambda reader: looking.one(reader, delivery))

    async def release(self, delivery: str, now: datetime, *, send: bool) -> bool:
        """See Outbox. What is sent is sent without asking once more whether it arrived."""
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                return await self._release(connection, delivery, microseconds(now), send=send)

    async def prune(self, now: datetime, *, deliveries: timedelta, memory: timedelta) -> int:
        """See Outbox; how many deliveries and remembered briefs were forgotten."""
        before = microseconds(now - deliveries)
        forgotten = await self._repeat(lambda connection: prune_deliveries(connection, before))
        oldest = microseconds(now - memory)
        return forgotten + await self._repeat(lambda connection: prune_memory(connection, oldest))

    async def _repeat(self, work: Callable[[AsyncConnection], Awaitable[int]]) -> int:
        """Work in short transactions until nothing is left to do."""
        total = 0
        while True:
            with plain_failures(self._place):
                async with self._engine.begin() as connection:
                    done = await work(connection)
            if not done:
                return total
            total += done

    async def _release(self, connection: AsyncConnection, delivery: str, now: int, *, send: bool) -> bool:
        table = tables.delivery
        found = await connection.execute(select(table.c.lane_id).where(table.c.id == delivery))
        lanes = found.scalars().all()
        await lock_lanes(connection, lanes)
        values: dict[str, object] = (
            {"state": State.PENDING.value, "reason": "", "due_at": await self._real.now(connection)}
            if send
            else {"state": State.DROPPED.value, "reason": BY_A_PERSON, "settled_at": now}
        )
        held = (table.c.id == delivery) & (table.c.state == State.HELD.value)
        if not (await connection.execute(update(table).where(held).values(values))).rowcount:
            return False
        if not send:
            await drop_replies(connection, {delivery: now})
        await relook(connection, lanes)
        return True

    async def _read(self, work: Callable[[IndexReader], T]) -> T:
        with plain_failures(self._place):
            return await self._reading.read(work)
