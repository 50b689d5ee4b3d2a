"""Lanes: locking them in order, and looking afterwards when each can be claimed next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Table, TextClause, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.subscription import Destination
from bot.store.outbox import tables
from bot.store.outbox.rows import lane_of

CHUNK = 500

_RELOOK = text(
    "UPDATE lane SET due_at = (SELECT CASE WHEN d.due_at > free_at THEN d.due_at ELSE free_at END "
    "FROM delivery d WHERE d.lane_id = lane.id AND state IN ('pending', 'sending') AND d.due_at > 0 "
    "ORDER BY d.due_at LIMIT 1) WHERE id = :lane"
)
"""A lane is due when its first delivery is, but never before it is free."""


def insert_into(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows this database's ON CONFLICT."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def make_lanes(connection: AsyncConnection, destinations: Iterable[Destination]) -> set[str]:
    """See to it that these lanes and their workspaces are there; the ids of the lanes.

    Do this before any lane is locked: who waits here for another's new rows must hold nothing.
    """
    lanes = {lane_of(to): to for to in destinations}
    teams = [{"id": team} for team in sorted({to.team for to in lanes.values()})]
    rows = [{"id": lane, "team_id": to.team, "channel": to.channel} for lane, to in sorted(lanes.items())]
    for table, values in ((tables.team, teams), (tables.lane, rows)):
        if values:
            await connection.execute(insert_into(connection, table).on_conflict_do_nothing(), values)
    return set(lanes)


async def lock_lanes(connection: AsyncConnection, lanes: Iterable[str]) -> dict[str, int]:
    """Lock these lanes until the transaction ends, in the one order that everybody keeps; their epochs.

    SQLite's transactions begin IMMEDIATE, so there it only looks.
    """
    table = tables.lane
    epochs: dict[str, int] = {}
    for part in chunks(sorted(set(lanes))):
        rows = select(table.c.id, table.c.epoch).where(table.c.id.in_(part)).order_by(table.c.id)
        found = await connection.execute(rows.with_for_update())
        epochs.update((row.id, row.epoch) for row in found)
    return epochs


async def relook(connection: AsyncConnection, lanes: Iterable[str]) -> None:
    """Work out when each of these locked lanes can be claimed next.

    A statement of its own, after the lock: in one statement with it, PostgreSQL would look at the state
    before the lock, and a delivery that came in meanwhile would never be woken.
    """
    values = [{"lane": lane} for lane in sorted(set(lanes))]
    if values:
        await connection.execute(_RELOOK, values)


def chunks(values: Sequence[str]) -> list[Sequence[str]]:
    """Short enough for one statement's parameters."""
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]


def among(sql: str, *names: str) -> TextClause:
    """A statement with lists in place of these parameters."""
    return text(sql).bindparams(*(bindparam(name, expanding=True) for name in names))
