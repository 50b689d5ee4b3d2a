"""Writing what became of claimed deliveries: many results in one transaction, and their lanes let go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import Boolean, bindparam, case, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import OPEN, Delivery, State
from bot.domain.owed import Settled
from bot.store.outbox import tables
from bot.store.outbox.codec import owed_to_json
from bot.store.outbox.enqueuing import add_to_locked
from bot.store.outbox.locking import chunks, lock_lanes, make_lanes, relook
from bot.store.outbox.realtime import RealTime, micros
from bot.store.outbox.replies import drop_replies, wake_replies
from bot.store.outbox.rows import storable
from bot.store.rows import microseconds

OnSent: TypeAlias = Callable[[AsyncConnection, Sequence[Delivery]], Awaitable[None]]
"""Told of the deliveries that are SENT now, in the transaction that says so.

It runs before any lane is locked, as decisions lock what they compare before lanes. It may hear of one
delivery twice, and then has to do nothing new.
"""

_T, _B = tables.delivery, tables.delivery_brief
_WRITE = (
    update(_T)
    .where(_T.c.id == bindparam("it"))
    .values(
        state=bindparam("as"),
        reason=bindparam("why"),
        receipt_channel=bindparam("in_channel"),
        receipt_ts=bindparam("ts"),
        due_at=case((bindparam("keeps", type_=Boolean), _T.c.due_at), else_=bindparam("due")),
        settled_at=bindparam("settled"),
    )
)
_OWE = update(_T).where(_T.c.id == bindparam("it")).values(owed=bindparam("json"))
_HIDE = delete(_B).where(_B.c.delivery_id == bindparam("it"), _B.c.brief_id == bindparam("brief"))
_FREE = (
    update(tables.lane).where(tables.lane.c.id == bindparam("it")).values(owner="", free_at=bindparam("at"))
)
KEEP_CHANNEL = text("UPDATE lane SET channel = :channel WHERE id = :lane AND channel <> :channel")
_GATE = text("UPDATE team SET gate_at = :at WHERE id = :team AND gate_at < :at")


async def settle(
    connection: AsyncConnection,
    results: Sequence[Settled],
    *,
    pace: timedelta,
    real: RealTime,
    on_sent: OnSent | None,
) -> None:
    """Write these results inside the caller's transaction."""
    if on_sent:
        await _tell(connection, results, on_sent)
    lanes = await make_lanes(connection, (more.to for result in results for more in result.more))
    epochs = await lock_lanes(connection, lanes | {result.claimed.lane for result in results})
    states = await _states(connection, [result.claimed.delivery.id for result in results])
    held = [result for result in results if epochs.get(result.claimed.lane) == result.claimed.epoch]
    writing = _Writing(connection, await real.now(connection), pace)
    written = _written(results, epochs, states)
    await writing.deliveries(written)
    await writing.replies(written)
    # What was sent calls for the rest of it even where another process had written so before.
    owing = (*written, *(result for result in results if result.state is State.SENT))
    owed = {more.key: more for result in owing for more in result.more}
    await add_to_locked(connection, list(owed.values()), real)
    await writing.lanes(held)
    await relook(connection, {result.claimed.lane for result in results})
    await writing.gates(held)


async def _tell(connection: AsyncConnection, results: Sequence[Settled], on_sent: OnSent) -> None:
    sent = {result.claimed.delivery.id: result for result in results if result.state is State.SENT}
    states = await _states(connection, list(sent))
    news = [_as_sent(result) for found, result in sent.items() if states.get(found) in OPEN]
    if news:
        await on_sent(connection, sorted(news, key=lambda delivery: (delivery.subscription, delivery.id)))


def _as_sent(result: Settled) -> Delivery:
    delivery = result.claimed.delivery
    return replace(
        delivery,
        state=State.SENT,
        reason=result.reason,
        receipt=result.receipt,
        settled_at=result.at,
        owed=result.owed.owed if result.owed else delivery.owed,
    )


async def _states(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, State]:
    states: dict[str, State] = {}
    for part in chunks(ids):
        rows = await connection.execute(select(_T.c.id, _T.c.state).where(_T.c.id.in_(part)))
        states.update((row.id, State(row.state)) for row in rows)
    return states


def _written(results: Sequence[Settled], epochs: dict[str, int], states: dict[str, State]) -> list[Settled]:
    """Those that change something: what is settled never does, a lost lease tells of success only."""
    written: list[Settled] = []
    states = dict(states)
    for result in results:
        delivery = result.claimed.delivery.id
        holds = epochs.get(result.claimed.lane) == result.claimed.epoch
        if states.get(delivery) in OPEN and (holds or result.state is State.SENT):
            written.append(result)
            states[delivery] = result.state
    return written


@dataclass(frozen=True, slots=True)
class _Writing:
    """The writes of one settling; its lanes are locked, `now` is real time."""

    connection: AsyncConnection
    now: int
    pace: timedelta

    async def deliveries(self, written: Sequence[Settled]) -> None:
        await self._each(_WRITE, [self._row(result) for result in written])
        replaced = {result.claimed.delivery.id: result.owed for result in written if result.owed}
        owed = [{"it": found, "json": owed_to_json(now.owed)} for found, now in replaced.items()]
        await self._each(_OWE, owed)
        hidden = {
            (result.claimed.delivery.id, brief)
            for result in written
            for brief in (*result.gone, *_left_out(result))
        }
        await self._each(_HIDE, [{"it": found, "brief": brief} for found, brief in sorted(hidden)])

    def _row(self, result: Settled) -> dict[str, Any]:
        again = result.state in (State.PENDING, State.SENDING)
        receipt = result.receipt if result.state is State.SENT else None
        return {
            "it": result.claimed.delivery.id,
            "as": str(result.state),
            "why": storable(result.reason),
            "in_channel": receipt.channel if receipt else "",
            "ts": receipt.ts if receipt else "",
            # Where the whole lane waits as long, the first in it stays the first.
            "keeps": again and result.wait <= max(self.pace, result.gate),
            "due": self.now + micros(result.wait) if again else None,
            "settled": None if result.state in OPEN else microseconds(result.at),
        }

    async def replies(self, written: Sequence[Settled]) -> None:
        ends = {result.claimed.delivery.id: result for result in written if result.state not in OPEN}
        sent = [found for found, result in ends.items() if result.state is State.SENT]
        await wake_replies(self.connection, sent, self.now)
        lost = {
            found: microseconds(result.at) for found, result in ends.items() if result.state is not State.SENT
        }
        await drop_replies(self.connection, lost)

    async def lanes(self, held: Sequence[Settled]) -> None:
        free = {result.claimed.lane: self.now + micros(max(self.pace, result.gate)) for result in held}
        await self._each(_FREE, [{"it": lane, "at": at} for lane, at in free.items()])
        channels = [
            {"lane": result.claimed.lane, "channel": result.receipt.channel}
            for result in held
            if result.receipt and result.receipt.channel and result.claimed.delivery.to.is_personal
        ]
        await self._each(KEEP_CHANNEL, channels)

    async def gates(self, held: Sequence[Settled]) -> None:
        """Last and in order, as claims do, so that nobody waits in a circle."""
        ends: dict[str, int] = {}
        for result in held:
            if result.team_gate:
                team, at = result.claimed.delivery.to.team, self.now + micros(result.team_gate)
                ends[team] = max(at, ends.get(team, 0))
        await self._each(_GATE, [{"team": team, "at": at} for team, at in sorted(ends.items())])

    async def _each(self, statement: Any, rows: Sequence[dict[str, Any]]) -> None:  # noqa: ANN401 - any statement
        if rows:
            await self.connection.execute(statement, rows)


def _left_out(result: Settled) -> set[int]:
    """Briefs that the delivery owed and, in its new form, owes no more."""
    if not result.owed:
        return set()
    return set(result.claimed.delivery.owed.briefs) - set(result.owed.owed.briefs)
