"""Taking what is due: a few lanes of each workspace, whoever was served longest ago first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.owed import Claimed
from bot.store.outbox import tables
from bot.store.outbox.locking import among, relook
from bot.store.outbox.realtime import micros
from bot.store.outbox.rows import DELIVERY_COLUMNS, delivery_of
from bot.store.rows import instant

_TEAMS = text(
    "SELECT id FROM team WHERE gate_at <= :now AND EXISTS "
    "(SELECT 1 FROM lane WHERE lane.team_id = team.id AND lane.due_at <= :now) "
    "ORDER BY served_at, id LIMIT :slots"
)
_TAKE = (
    "WITH taken AS MATERIALIZED ({lanes}) "
    "UPDATE lane SET due_at = :until, free_at = :until, owner = :owner, epoch = epoch + 1 "
    "WHERE id IN (SELECT id FROM taken) RETURNING id, epoch, channel, team_id"
)
_LANES = {
    # Locked inside a CTE that runs once: PostgreSQL then takes no more lanes than LIMIT says.
    "postgresql": "SELECT few.id FROM team CROSS JOIN LATERAL "
    "(SELECT id FROM lane WHERE team_id = team.id AND due_at <= :now ORDER BY due_at LIMIT :share "
    "FOR UPDATE SKIP LOCKED) few WHERE team.id IN :teams",
    "sqlite": "SELECT few.id FROM team JOIN lane few ON few.id IN "
    "(SELECT id FROM lane WHERE team_id = team.id AND due_at <= :now ORDER BY due_at LIMIT :share) "
    "WHERE team.id IN :teams",
}
_TAKES = {dialect: among(_TAKE.format(lanes=lanes), "teams") for dialect, lanes in _LANES.items()}
_HEADS = among(
    "SELECT (SELECT d.id FROM delivery d WHERE d.lane_id = lane.id AND state IN ('pending', 'sending') "
    "AND d.due_at <= :now ORDER BY d.due_at, d.enqueued_at LIMIT 1) FROM lane WHERE lane.id IN :lanes",
    "lanes",
)
_MORE = ("lane_id", "first_send_at", "last_send_at")
_COLUMNS = ", ".join(f"d.{name}" for name in (*DELIVERY_COLUMNS.split(", "), *_MORE))
_ROWS = among(
    f"SELECT {_COLUMNS}, p.receipt_ts AS thread_ts FROM delivery d LEFT JOIN delivery p ON d.parent <> '' "  # noqa: S608 - constants
    "AND p.id = d.parent WHERE d.id IN :ids",
    "ids",
)
_MARK = among(
    "UPDATE delivery SET attempts = attempts + 1, last_send_at = :now, state = 'sending', "
    "first_send_at = CASE state WHEN 'sending' THEN first_send_at ELSE :now END WHERE id IN :ids",
    "ids",
)
_SERVED = text("UPDATE team SET served_at = :now WHERE id = :team")


class Taken(NamedTuple):
    """A lane under our lease."""

    id: str
    epoch: int
    channel: str
    team: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim inside the caller's transaction; `now` is real time."""

    connection: AsyncConnection
    now: int
    owner: str
    lease: timedelta

    async def take(self, slots: int) -> list[Claimed]:
        """Up to so many deliveries, each the first of its lane, marked as perhaps sent."""
        lanes = {lane.id: lane for lane in await self._take_lanes(slots)}
        if not lanes:
            return []
        rows = await self._heads(list(lanes))
        empty = lanes.keys() - {row.lane_id for row in rows}
        if empty:
            await self._let_go(sorted(empty))
        return [_claimed(row, lanes[row.lane_id]) for row in rows]

    async def _take_lanes(self, slots: int) -> list[Taken]:
        """A few lanes of each workspace; where some owe less than their share, others get what is over."""
        found = await self.connection.execute(_TEAMS, {"now": self.now, "slots": slots})
        teams: Sequence[str] = found.scalars().all()
        taken: list[Taken] = []
        while teams and len(taken) < slots:
            left = slots - len(taken)
            share = max(1, left // len(teams))
            more = await self._take_of(teams[:left], share)
            taken += more
            counts = Counter(lane.team for lane in more)
            teams = [team for team in teams[:left] if counts[team] == share]
        # In one order and last, so that claims on several replicas never wait for each other in a circle.
        served = [{"team": team, "now": self.now} for team in sorted({lane.team for lane in taken})]
        if served:
            await self.connection.execute(_SERVED, served)
        return taken

    async def _take_of(self, teams: Sequence[str], share: int) -> list[Taken]:
        values: Mapping[str, Any] = {
            "teams": teams,
            "share": share,
            "now": self.now,
            "until": self.now + micros(self.lease),
            "owner": self.owner,
        }
        found = await self.connection.execute(_TAKES[self.connection.dialect.name], values)
        return [Taken(*row) for row in found]

    async def _heads(self, lanes: Sequence[str]) -> Sequence[Any]:
        """The first delivery of each lane as it was, and marked: from here on it may have been sent."""
        heads = await self.connection.execute(_HEADS, {"lanes": lanes, "now": self.now})
        ids = [head for head in heads.scalars() if head]
        if not ids:
            return []
        rows = (await self.connection.execute(_ROWS, {"ids": ids})).all()
        await self.connection.execute(_MARK, {"ids": ids, "now": self.now})
        return rows

    async def _let_go(self, lanes: Sequence[str]) -> None:
        """Give back lanes that turned out to owe nothing."""
        free = update(tables.lane).where(tables.lane.c.id.in_(lanes)).values(free_at=self.now, owner="")
        await self.connection.execute(free)
        await relook(self.connection, lanes)


def _claimed(row: Any, lane: Taken) -> Claimed:  # noqa: ANN401 - a row
    before = delivery_of(row)
    uncertain = before.state is State.SENDING
    return Claimed(
        delivery=replace(before, state=State.SENDING, attempts=before.attempts + 1),
        lane=lane.id,
        epoch=lane.epoch,
        uncertain=uncertain,
        first_send_at=instant(row.first_send_at) if uncertain else None,
        last_send_at=instant(row.last_send_at) if uncertain else None,
        channel=lane.channel,
        thread_ts=row.thread_ts or "",
    )
