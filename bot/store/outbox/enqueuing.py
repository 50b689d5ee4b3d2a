"""Putting deliveries into the outbox, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Delivery
from bot.store.outbox import tables
from bot.store.outbox.locking import insert_into, lock_lanes, make_lanes, relook
from bot.store.outbox.realtime import RealTime, real_time
from bot.store.outbox.replies import follow_parents
from bot.store.outbox.rows import brief_rows, delivery_row, lane_of


async def insert_deliveries(
    connection: AsyncConnection, deliveries: Sequence[Delivery], real: RealTime | None = None
) -> list[str]:
    """Owe these, in this order; the ids of those that were new. A key that is there changes nothing.

    Call it once in a transaction, with all that the transaction owes: it locks their lanes in order, and a
    second call could wait for somebody who waits for the first. A reply goes to its parent's destination.
    """
    lanes = await make_lanes(connection, (delivery.to for delivery in deliveries))
    await lock_lanes(connection, lanes)
    return await add_to_locked(connection, deliveries, real or real_time(connection.dialect.name))


async def add_to_locked(
    connection: AsyncConnection, deliveries: Sequence[Delivery], real: RealTime
) -> list[str]:
    """As `insert_deliveries`, where the caller has locked the lanes."""
    if not deliveries:
        return []
    now = await real.now(connection)
    fresh = await _insert(connection, deliveries, now)
    briefs = [row for delivery in fresh for row in brief_rows(delivery)]
    if briefs:
        await connection.execute(insert(tables.delivery_brief), briefs)
    replies = [delivery for delivery in fresh if delivery.parent]
    if replies:
        await follow_parents(connection, replies, now)
    await relook(connection, (lane_of(delivery.to) for delivery in fresh))
    return [delivery.id for delivery in fresh]


async def _insert(connection: AsyncConnection, deliveries: Sequence[Delivery], now: int) -> list[Delivery]:
    """Write them; those whose key was new."""
    table = tables.delivery
    statement = (
        insert_into(connection, table).on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)
    )
    rows = [delivery_row(delivery, now, position) for position, delivery in enumerate(deliveries)]
    new = set((await connection.execute(statement, rows)).scalars())
    return [delivery for delivery in deliveries if delivery.id in new]
