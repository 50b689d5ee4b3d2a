"""Forgetting what was settled long ago, a little in each transaction."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import OPEN, State
from bot.store.outbox import tables
from bot.store.outbox.locking import CHUNK

_T, _B = tables.delivery, tables.delivery_brief
_SETTLED = tuple(state for state in State if state not in OPEN)


async def prune_deliveries(connection: AsyncConnection, before: int) -> int:
    """Forget some deliveries that were settled before a moment; how many, 0 where none is left.

    The briefs of those that were sent stay; of the others nothing is to be remembered.
    """
    for state in _SETTLED:
        # Nothing is settled before it was made, so the index by that time finds them.
        old = (_T.c.state == state.value) & (_T.c.created_at < before) & (_T.c.settled_at < before)
        ids = (await connection.execute(select(_T.c.id).where(old).limit(CHUNK))).scalars().all()
        if not ids:
            continue
        if state is not State.SENT:
            await connection.execute(delete(_B).where(_B.c.delivery_id.in_(ids)))
        await connection.execute(delete(_T).where(_T.c.id.in_(ids)))
        return len(ids)
    return 0


async def prune_memory(connection: AsyncConnection, before: int) -> int:
    """Forget some of what was sent before a moment; how many briefs, 0 where none is left."""
    is_there = select(_T.c.id).where(_T.c.id == _B.c.delivery_id).exists()
    old = select(_B.c.delivery_id, _B.c.brief_id).where(_B.c.at < before, ~is_there).limit(CHUNK)
    rows = (await connection.execute(old)).all()
    if rows:
        ids = sorted({row.delivery_id for row in rows})
        gone = await connection.execute(delete(_B).where(_B.c.delivery_id.in_(ids), _B.c.at < before))
        return gone.rowcount
    return 0
