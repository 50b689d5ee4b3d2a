"""What the outbox asks all the time uses an index, however much is settled, on both databases."""

from __future__ import annotations

import re
from typing import Any, Self

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from bot.domain.delivery import State
from bot.store import Store
from tests.store.making import NOON
from tests.store.outbox_making import CHANNEL, PACE, PERSON, SECOND, Desk, holding, owed, settled

FILL = """
INSERT INTO delivery (id, key, lane_id, team_id, enterprise_id, channel_id, user_id, kind, subscription,
    parent, state, reason, owed, due_at, enqueued_at, created_at, expires_at, settled_at)
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 4000)
SELECT 'old' || n, 'old' || n, 'T1:C' || (n % 50), 'T1', '', 'C' || (n % 50), '', 'digest', 'd' || (n % 50),
    '', 'sent', '', '{}', NULL, n, n, n, n FROM number
"""
FILL_LANES = """
INSERT INTO lane (id, team_id, channel) WITH RECURSIVE number(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 4000)
SELECT 'T' || (n % 50) || ':X' || n, 'T' || (n % 50), '' FROM number
"""
FILL_BRIEFS = """
INSERT INTO delivery_brief SELECT id, enqueued_at, 'full', 1, 1, 1, lane_id, subscription, kind FROM delivery
"""
GROWING = {"delivery", "d", "p", "lane", "delivery_brief"}
FEW = "INDEX lane_owner"
"""The lanes under a lease: as many as there are slots."""


class Watching:
    """Explains every statement of an engine before it runs."""

    def __init__(self, desk: Desk) -> None:
        self.plans: list[str] = []
        self._engine = desk.engine.sync_engine
        self._busy = False

    def __enter__(self) -> Self:
        event.listen(self._engine, "before_cursor_execute", self._explain)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._explain)

    def _explain(
        self, connection: Connection, _cursor: object, sql: str, values: Any, _context: object, many: bool
    ) -> None:
        if self._busy or not re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", sql):
            return
        self._busy = True
        is_sqlite = connection.dialect.name == "sqlite"
        prefix = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        rows = connection.exec_driver_sql(prefix + sql, values[0] if many else values).all()
        self.plans += [f"{row[3] if is_sqlite else row[0]}   [{sql}]" for row in rows]
        self._busy = False


def walks(plans: list[str]) -> list[str]:
    """Steps that look at every row of a table that grows, or at every row in one state."""
    pattern = r"(?:^SCAN|Seq Scan on|SEARCH \S+ USING.* INDEX (?=delivery_state|delivery_team)) ?(\S+)"
    found = [re.search(pattern, plan) for plan in plans]
    return [
        match.string
        for match in found
        if match and match[1] in GROWING | {"delivery_state", "delivery_team"} and FEW not in match.string
    ]


@pytest.fixture
async def desk(store: Store) -> Desk:
    """4,000 settled deliveries, and as many lanes that owe nothing."""
    desk = Desk(store)
    async with desk.engine.begin() as connection:
        for statement in (FILL, FILL_LANES, FILL_BRIEFS):
            await connection.exec_driver_sql(statement)
    if desk.engine.dialect.name == "postgresql":  # it does so by itself; SQLite is never told to
        async with desk.engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE")
    return desk


async def test_nothing_that_is_done_all_the_time_walks_through_what_is_settled(desk: Desk) -> None:
    with Watching(desk) as watching:
        await desk.owe(
            owed("a", owed=holding(1, 2)), owed("b", PERSON), owed("r", parent="a"), owed("x", parent="b")
        )
        claims = {claimed.delivery.id: claimed for claimed in await desk.claim()}
        again = settled(claims["a"], gone=(2,), owed=claims["a"].delivery, more=(owed("m", parent="a"),))
        failed = settled(claims["b"], State.FAILED, team_gate=SECOND)
        await desk.outbox.settle([again, failed], PACE)
        await desk.outbox.keep_channel("T1:U1", "D1")
        await desk.outbox.release("a", NOON, send=True)
        await desk.outbox.take_over(SECOND)
    assert len(watching.plans) > 20
    assert walks(watching.plans) == []


async def test_nothing_that_is_asked_walks_through_what_is_settled(desk: Desk) -> None:
    await desk.owe(owed("a"))
    plans: list[str] = []
    is_sqlite = desk.engine.dialect.name == "sqlite"

    def watch(reader: Any) -> Any:
        rows = reader.rows

        def explained(sql: str, values: Any) -> Any:
            prefix = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            plans.extend(f"{row[3] if is_sqlite else row[0]}   [{sql}]" for row in rows(prefix + sql, values))
            return rows(sql, values)

        reader.rows = explained
        return reader

    plain = desk.reading.read

    async def read(work: Any) -> Any:
        return await plain(lambda reader: work(watch(reader)))

    desk.reading.read = read  # type: ignore[method-assign]  # to look over its shoulder
    await desk.outbox.seconds_until_due()
    await desk.outbox.delivery("a")
    await desk.outbox.find(states=[State.HELD, State.SENT], limit=5)
    await desk.outbox.find(to=CHANNEL, limit=5)
    await desk.outbox.backlog(to=CHANNEL)
    assert len(plans) >= 5
    assert [walk for walk in walks(plans) if "WHERE state = :state ORDER BY" not in walk] == []
