"""What a person silenced, and all that is theirs: muting, pausing, forgetting."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import OPEN, State
from bot.domain.subscription import Destination, Mute, MuteKind
from bot.store.outbox import tables as outbox
from bot.store.outbox.locking import insert_into, lock_lanes, relook
from bot.store.outbox.rows import lane_of
from bot.store.rows import key_of, microseconds
from bot.store.subscriptions import tables
from bot.store.subscriptions.base import Kept
from bot.store.subscriptions.digests import forget_digest
from bot.store.subscriptions.rows import mute_from, mute_row
from bot.store.subscriptions.rules import forget_rule

_LONGEST_ID = 18
FORGOTTEN = "its person asked to be forgotten"

_M, _R, _D = tables.mute, tables.alert_rule, tables.digest
_MUTES = (
    "SELECT kind, key, label, at FROM mute WHERE team_id = :team AND user_id = :user "
    "ORDER BY at DESC, kind, key"
)
_UNHOLD = {
    MuteKind.STORY: text(
        "DELETE FROM alert_held WHERE rule_id = :rule AND brief_id IN (SELECT id FROM ledger_brief "
        "WHERE story = (SELECT story FROM ledger_brief WHERE id = :key))"
    ),
    MuteKind.TOPIC: text(
        "DELETE FROM alert_held WHERE rule_id = :rule AND brief_id IN (SELECT l.id FROM ledger_brief l "
        "JOIN brief b ON b.slug = l.slug JOIN brief_topic t ON t.brief_id = b.id WHERE t.key = :key)"
    ),
}


_PLACES = (
    "SELECT team_id, enterprise_id, channel_id, user_id FROM digest "
    "WHERE channel_id = :key OR user_id = :key "
    "UNION SELECT team_id, enterprise_id, '', user_id FROM alert_rule WHERE user_id = :key "
    "UNION SELECT team_id, enterprise_id, channel_id, user_id FROM delivery "
    "WHERE channel_id = :key OR user_id = :key ORDER BY 1, 2, 3, 4"
)


class People(Kept):
    """The people's part of `Subscriptions`."""

    async def places(self, key: str) -> list[Destination]:
        """Where a channel's or person's id is known; looks through all deliveries, so it is for chores."""
        return [
            Destination(team=team, enterprise=enterprise, channel=channel, user=user)
            for team, enterprise, channel, user in await self._rows(_PLACES, {"key": key})
        ]

    async def mutes(self, to: Destination) -> list[Mute]:
        """What a person muted, newest first."""
        found = await self._rows(_MUTES, {"team": to.team, "user": to.user})
        return [mute_from(*row) for row in found]

    async def mute(self, to: Destination, mute: Mute) -> None:
        """Mute; once more changes nothing. What is held of it leaves the list."""
        async with self._writing() as connection:
            rule = await _touch_rule(connection, to)
            await connection.execute(
                insert_into(connection, _M).values(mute_row(to, mute)).on_conflict_do_nothing()
            )
            if rule is not None:
                await _unhold(connection, rule, mute)

    async def unmute(self, to: Destination, mute: Mute) -> None:
        """Hear of it again."""
        one = and_(_of(_M, to.team, to.user), _M.c.kind == str(mute.kind), _M.c.key == key_of(mute.key))
        async with self._writing() as connection:
            await _touch_rule(connection, to)
            await connection.execute(delete(_M).where(one))

    async def pause_all(self, to: Destination, code: str) -> list[str]:
        """Pause every active subscription of a destination for Slack's `code`; owners to tell, each once."""
        here = and_(_of(_D, to.team, to.user), _D.c.channel_id == to.channel, _D.c.paused == "")
        owners = select(_D.c.owner).where(here).order_by(_D.c.id)
        async with self._writing() as connection:
            told = list(dict.fromkeys((await connection.execute(owners.with_for_update())).scalars()))
            paused = {"paused": code, "next_at": None, "revision": _D.c.revision + 1}
            await connection.execute(update(_D).where(here).values(paused))
            if to.is_personal:
                rule = and_(_of(_R, to.team, to.user), _R.c.paused == "")
                values = {"paused": code, "revision": _R.c.revision + 1}
                await connection.execute(update(_R).where(rule).values(values))
                return []
        return [owner for owner in told if owner]

    async def forget_person(self, team: str, user: str) -> int:
        """Forget rule, mutes, personal digests, ownership and what was or would be sent to the person.

        How many subscriptions. What may be on its way right now is settled first; its briefs are forgotten.
        """
        to, now = Destination(team=team, user=user), self._clock.now()
        if not user:
            return 0
        async with self._writing() as connection:
            forgotten = await _forget_digests(connection, to, now)
            forgotten += await forget_rule(connection, to, FORGOTTEN, now)
            await connection.execute(delete(_M).where(_of(_M, team, user)))
            owned = and_(_D.c.team_id == team, _D.c.owner == user)
            await connection.execute(update(_D).where(owned).values(owner="", revision=_D.c.revision + 1))
            await _forget_deliveries(connection, to, now)
            return forgotten


async def _touch_rule(connection: AsyncConnection, to: Destination) -> str | None:
    """Make decisions that are under way look again: they did not know what changes now; the rule's id."""
    changed = update(_R).where(_of(_R, to.team, to.user)).values(revision=_R.c.revision + 1)
    found: str | None = (await connection.execute(changed.returning(_R.c.id))).scalar()
    return found


async def _unhold(connection: AsyncConnection, rule: str, mute: Mute) -> None:
    key: str | int = key_of(mute.key)
    if mute.kind is MuteKind.STORY:
        if not (mute.key.isdecimal() and len(mute.key) <= _LONGEST_ID):
            return  # no brief has such an id
        key = int(mute.key)
    await connection.execute(_UNHOLD[mute.kind], {"rule": rule, "key": key})


async def _forget_digests(connection: AsyncConnection, to: Destination, now: datetime) -> int:
    mine = select(_D.c.id).where(_of(_D, to.team, to.user), _D.c.channel_id == "").order_by(_D.c.id)
    digests = (await connection.execute(mine)).scalars().all()
    for digest in digests:
        await forget_digest(connection, digest, FORGOTTEN, now)
    return len(digests)


async def _forget_deliveries(connection: AsyncConnection, to: Destination, now: datetime) -> None:
    """Drop what is pending in the person's lane, then forget all of the lane that is settled."""
    lane = lane_of(to)
    await lock_lanes(connection, [lane])
    table, briefs = outbox.delivery, outbox.delivery_brief
    pending = and_(table.c.lane_id == lane, table.c.state.in_([State.PENDING.value, State.HELD.value]))
    values = {
        "state": State.DROPPED.value,
        "reason": FORGOTTEN,
        "settled_at": microseconds(now),
        "due_at": None,
    }
    await connection.execute(update(table).where(pending).values(values))
    await connection.execute(delete(briefs).where(briefs.c.lane_id == lane))
    settled = table.c.state.not_in([str(state) for state in OPEN])
    await connection.execute(delete(table).where(table.c.lane_id == lane, settled))
    await connection.execute(update(outbox.lane).where(outbox.lane.c.id == lane).values(channel=""))
    await relook(connection, [lane])


def _of(table: Table, team: str, user: str) -> ColumnElement[bool]:
    return and_(table.c.team_id == team, table.c.user_id == user)
