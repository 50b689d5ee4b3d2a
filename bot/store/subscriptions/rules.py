"""Alert rules with what they saw and hold; a chunk of them in a handful of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Delivery, Kind
from bot.domain.owed import AlertDecision, RuleState
from bot.domain.subscription import AlertRule, Destination, Held, Mute
from bot.store.bulk import insert_rows, run_rows
from bot.store.ledger.reads import rows_among
from bot.store.outbox import DELIVERY_COLUMNS, delivery_of, drop_unsent, insert_deliveries
from bot.store.outbox.locking import insert_into
from bot.store.reader import Rows
from bot.store.rows import instant, microseconds
from bot.store.subscriptions import tables
from bot.store.subscriptions.base import Kept
from bot.store.subscriptions.rows import RULE_COLUMNS, held_from, mute_from, rule_from, rule_row

MESSAGES_OF = timedelta(days=3)
EXPIRED_OF = timedelta(days=30)
TURNED_OFF = "its rule was turned off"

_T = tables.alert_rule
_SELECT = f"SELECT {RULE_COLUMNS} FROM alert_rule"  # noqa: S608 - constants
_PERSON = "team_id = :team AND user_id = :user"
_HOLDING = (
    f"{_SELECT} WHERE paused = '' AND id > :after "  # noqa: S608 - constants
    "AND EXISTS (SELECT 1 FROM alert_held h WHERE h.rule_id = alert_rule.id) ORDER BY id LIMIT :limit"
)
_MESSAGES = (
    f"SELECT {DELIVERY_COLUMNS} FROM delivery WHERE subscription IN ({{}}) AND created_at >= :since "  # noqa: S608 - constants
    f"AND kind IN ('{Kind.ALERT}', '{Kind.BUNDLE}', '{Kind.ESCALATION}') ORDER BY created_at, enqueued_at"
)
_MUTES = (
    "SELECT r.id, m.kind, m.key, m.label, m.at FROM alert_rule r "
    "JOIN mute m ON m.team_id = r.team_id AND m.user_id = r.user_id WHERE r.id IN ({}) "
    "ORDER BY m.at DESC, m.kind, m.key"
)


class Rules(Kept):
    """The rules' part of `Subscriptions`."""

    async def rule(self, to: Destination) -> AlertRule | None:
        """A person's rule."""
        found = await self._rows(f"{_SELECT} WHERE {_PERSON}", {"team": to.team, "user": to.user})
        return rule_from(found[0]) if found else None

    async def save_rule(self, rule: AlertRule, seen: Sequence[int] = ()) -> bool:
        """Make (revision 0) or change a rule; `seen` is added to what it saw."""
        row = {**rule_row(rule), "revision": rule.revision + 1}
        async with self._writing() as connection:
            if rule.revision == 0:
                one = [_T.c.team_id, _T.c.user_id]
                statement = insert_into(connection, _T).values(row)
                written = await connection.execute(statement.on_conflict_do_nothing(index_elements=one))
            else:
                as_read = and_(_T.c.id == rule.id, _T.c.revision == rule.revision)
                written = await connection.execute(update(_T).where(as_read).values(row))
            if written.rowcount != 1:
                return False
            await _see(connection, [(rule.id, brief) for brief in seen])
            return True

    async def remove_rule(self, to: Destination) -> bool:
        """Forget the rule, what it saw and holds; its unsent deliveries are dropped."""
        async with self._writing() as connection:
            return await forget_rule(connection, to, TURNED_OFF, self._clock.now())

    async def rules_behind(self, number: int, limit: int = 200) -> list[RuleState]:
        """Active rules whose cursor is below `number`, those furthest behind first, with their state."""
        sql = f"{_SELECT} WHERE paused = '' AND cursor < :number ORDER BY cursor, id LIMIT :limit"
        return await self._states(sql, {"number": number, "limit": limit})

    async def rules_holding(self, limit: int = 1_000, after: str = "") -> list[RuleState]:
        """Active rules that hold briefs back, by id, with their state."""
        return await self._states(_HOLDING, {"after": after, "limit": limit})

    async def rule_state(self, to: Destination) -> RuleState | None:
        """One person's rule with its state, paused or not."""
        found = await self._states(f"{_SELECT} WHERE {_PERSON}", {"team": to.team, "user": to.user})
        return found[0] if found else None

    async def commit_alerts(self, decisions: Sequence[AlertDecision]) -> int:
        """Write decisions in one transaction; those whose rule changed meanwhile are left out."""
        if not decisions:
            return 0
        async with self._writing() as connection:
            first = await _still_first(connection, decisions)
            if first:
                await _write(connection, first, self._clock.now())
                owed = [delivery for decision in first for delivery in decision.deliveries]
                await insert_deliveries(connection, owed)
            return len(first)

    async def _states(self, sql: str, values: Mapping[str, object]) -> list[RuleState]:
        since = microseconds(self._clock.now() - MESSAGES_OF)
        return await self._reads(lambda reader: _states(reader.rows, reader.rows(sql, values), since))


async def forget_rule(connection: AsyncConnection, to: Destination, reason: str, now: datetime) -> bool:
    """Take a person's rule out with all that hangs on it; False where there is none."""
    person = and_(_T.c.team_id == to.team, _T.c.user_id == to.user)
    rule = (await connection.execute(select(_T.c.id).where(person).with_for_update())).scalar()
    if rule is None:
        return False
    for table in (tables.alert_seen, tables.alert_held, tables.alert_expired):
        await connection.execute(delete(table).where(table.c.rule_id == rule))
    await connection.execute(delete(_T).where(_T.c.id == rule))
    await drop_unsent(connection, rule, reason, now)
    return True


async def _still_first(
    connection: AsyncConnection, decisions: Sequence[AlertDecision]
) -> list[AlertDecision]:
    """Those whose rule is as it was read, locked in the order of their ids."""
    by_rule = {decision.rule.id: decision for decision in decisions}
    rows = select(_T.c.id, _T.c.revision).where(_T.c.id.in_(sorted(by_rule))).order_by(_T.c.id)
    found = (await connection.execute(rows.with_for_update())).all()
    return [by_rule[row.id] for row in found if row.revision == by_rule[row.id].rule.revision]


async def _write(connection: AsyncConnection, decisions: Sequence[AlertDecision], now: datetime) -> None:
    moved = [(one.rule.id, one.cursor, one.rule.revision + 1) for one in decisions]
    await run_rows(connection, "UPDATE alert_rule SET cursor = {2}, revision = {3} WHERE id = {1}", moved)
    await _see(connection, [(one.rule.id, brief) for one in decisions for brief in one.seen])
    gone = [(one.rule.id, brief) for one in decisions for brief in (*one.unheld, *one.expired)]
    await run_rows(connection, "DELETE FROM alert_held WHERE rule_id = {1} AND brief_id = {2}", gone)
    held = [
        (one.rule.id, held.brief, str(held.why), microseconds(held.at))
        for one in decisions
        for held in one.held
    ]
    columns = ("rule_id", "brief_id", "why", "at")
    await insert_rows(connection, "alert_held", columns, held, "ON CONFLICT DO NOTHING")
    at = microseconds(now)
    expired = [(one.rule.id, brief, at) for one in decisions for brief in one.expired]
    newest = "ON CONFLICT (rule_id, brief_id) DO UPDATE SET at = excluded.at"
    await insert_rows(connection, "alert_expired", ("rule_id", "brief_id", "at"), expired, newest)
    if expired:
        table = tables.alert_expired
        await connection.execute(delete(table).where(table.c.at < microseconds(now - EXPIRED_OF)))


async def _see(connection: AsyncConnection, rows: Iterable[tuple[str, int]]) -> None:
    columns = ("rule_id", "brief_id")
    await insert_rows(connection, "alert_seen", columns, sorted(set(rows)), "ON CONFLICT DO NOTHING")


def _states(rows: Rows, found: Sequence[Any], since: int) -> list[RuleState]:
    """The rules of these rows, each with what hangs on it."""
    rules = [rule_from(row) for row in found]
    ids = [rule.id for rule in rules]
    states = {rule.id: RuleState(rule=rule) for rule in rules}
    seen = _grouped(rows_among(rows, "SELECT rule_id, brief_id FROM alert_seen WHERE rule_id IN ({})", ids))
    held = _grouped(
        rows_among(rows, "SELECT rule_id, brief_id, why, at FROM alert_held WHERE rule_id IN ({})", ids)
    )
    expired = _grouped(
        rows_among(rows, "SELECT rule_id, brief_id, at FROM alert_expired WHERE rule_id IN ({})", ids)
    )
    mutes = _grouped(rows_among(rows, _MUTES, ids))
    messages: dict[str, list[Delivery]] = {}
    for row in rows_among(rows, _MESSAGES, ids, since=since):
        delivery = delivery_of(row)
        messages.setdefault(delivery.subscription, []).append(delivery)
    return [
        replace(
            states[rule],
            seen=frozenset(row[0] for row in seen.get(rule, ())),
            held=_held(held.get(rule, ())),
            expired={row[0]: instant(row[1]) for row in expired.get(rule, ())},
            mutes=_mutes(mutes.get(rule, ())),
            messages=tuple(messages.get(rule, ())),
        )
        for rule in ids
    ]


def _grouped(rows: Iterable[Sequence[Any]]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by their first column, without it."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for first, *rest in rows:
        found.setdefault(first, []).append(tuple(rest))
    return found


def _held(rows: Iterable[tuple[Any, ...]]) -> tuple[Held, ...]:
    return tuple(sorted((held_from(*row) for row in rows), key=lambda held: (held.at, held.brief)))


def _mutes(rows: Iterable[tuple[Any, ...]]) -> tuple[Mute, ...]:
    return tuple(mute_from(*row) for row in rows)
