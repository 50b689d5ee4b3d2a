"""Taking back what was not sent yet, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Kind, State
from bot.store.outbox import tables
from bot.store.outbox.locking import chunks, lock_lanes, relook
from bot.store.outbox.replies import drop_replies
from bot.store.outbox.rows import storable
from bot.store.rows import microseconds

_T = tables.delivery


async def drop_unsent(
    connection: AsyncConnection, subscription_id: str, reason: str, now: datetime
) -> list[str]:
    """Drop what is still PENDING of a subscription, and with it the replies; the ids.

    What may have been sent stays: it is reconciled first. `now` is calendar time.
    """
    return await _end(connection, _T.c.subscription == subscription_id, State.DROPPED, reason, now)


async def skip_pending(
    connection: AsyncConnection,
    subscription_id: str,
    kinds: Collection[Kind],
    reason: str,
    now: datetime,
    except_ids: Collection[str] = (),
) -> list[str]:
    """Skip what is still PENDING of these kinds of a subscription; the ids. Replies to it are dropped."""
    wanted = (_T.c.subscription == subscription_id) & _T.c.kind.in_([str(kind) for kind in kinds])
    return await _end(connection, wanted & _T.c.id.not_in(list(except_ids)), State.SKIPPED, reason, now)


async def _end(
    connection: AsyncConnection, wanted: ColumnElement[bool], state: State, reason: str, now: datetime
) -> list[str]:
    pending = wanted & tables.IS_PENDING
    # Looked at twice: without a lock for the lanes, then under their lock for what is still so.
    lanes = set((await connection.execute(select(_T.c.lane_id).where(pending).distinct())).scalars())
    if not lanes:
        return []
    await lock_lanes(connection, lanes)
    ended = await _write(connection, pending & _T.c.lane_id.in_(sorted(lanes)), state, reason, now)
    await drop_replies(connection, dict.fromkeys(ended, microseconds(now)))
    await relook(connection, lanes)
    return ended


async def _write(
    connection: AsyncConnection, pending: ColumnElement[bool], state: State, reason: str, now: datetime
) -> list[str]:
    found: Sequence[str] = sorted((await connection.execute(select(_T.c.id).where(pending))).scalars())
    values = {
        "state": str(state),
        "reason": storable(reason),
        "settled_at": microseconds(now),
        "due_at": None,
    }
    for part in chunks(found):
        await connection.execute(update(_T).where(_T.c.id.in_(part)).values(values))
    return list(found)
