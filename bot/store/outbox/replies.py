"""Replies: each waits for its parent, and goes the way the parent went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, bindparam, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import OPEN, Delivery, State
from bot.store.outbox import tables
from bot.store.outbox.locking import chunks
from bot.store.rows import microseconds

NO_PARENT = "its parent was not sent"

_T = tables.delivery
# Written out, as only so SQLite sees that the index of replies holds all that is looked for.
_IS_REPLY = _T.c.parent != literal_column("''")
_WAITING = tables.IS_PENDING & _T.c.due_at.is_(None)


async def follow_parents(connection: AsyncConnection, replies: Sequence[Delivery], now: int) -> None:
    """What new replies do whose parent is settled already; one whose parent is unknown is dropped."""
    states: dict[str, State] = {}
    for part in chunks(sorted({reply.parent for reply in replies})):
        rows = await connection.execute(select(_T.c.id, _T.c.state).where(_T.c.id.in_(part)))
        states.update((row.id, State(row.state)) for row in rows)
    fates = {reply.id: states.get(reply.parent, State.DROPPED) for reply in replies}
    await _wake(connection, _T.c.id, [reply for reply, fate in fates.items() if fate is State.SENT], now)
    lost = {
        reply.id: microseconds(reply.created_at)
        for reply in replies
        if fates[reply.id] not in (*OPEN, State.SENT)
    }
    await _drop(connection, lost)
    await drop_replies(connection, lost)


async def wake_replies(connection: AsyncConnection, parents: Sequence[str], now: int) -> None:
    """Replies to what was sent are due from `now` (real time) on."""
    await _wake(connection, _T.c.parent, parents, now)


async def drop_replies(connection: AsyncConnection, parents: Mapping[str, int]) -> None:
    """Drop the replies to what ended otherwise (with the calendar time), and the replies to these."""
    lost = dict(parents)
    while lost:
        found: dict[str, int] = {}
        for part in chunks(sorted(lost)):
            rows = select(_T.c.id, _T.c.parent).where(_T.c.parent.in_(part), _IS_REPLY, _WAITING)
            answer = await connection.execute(rows)
            found.update((row.id, lost[row.parent]) for row in answer)
        await _drop(connection, found)
        lost = found


async def _wake(
    connection: AsyncConnection, column: ColumnElement[str], ids: Sequence[str], now: int
) -> None:
    if ids:
        statement = update(_T).where(column == bindparam("it"), _IS_REPLY, _WAITING).values(due_at=now)
        await connection.execute(statement, [{"it": found} for found in ids])


async def _drop(connection: AsyncConnection, lost: Mapping[str, int]) -> None:
    if lost:
        values = {"state": State.DROPPED.value, "reason": NO_PARENT, "settled_at": bindparam("when")}
        statement = update(_T).where(_T.c.id == bindparam("it"), _WAITING).values(values)
        rows = [{"it": found, "when": at} for found, at in lost.items()]
        await connection.execute(statement, rows)
