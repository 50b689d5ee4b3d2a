"""Digests and their runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Delivery, Kind, State
from bot.domain.owed import RunDecision
from bot.domain.subscription import Destination, Digest, Run
from bot.store.outbox import drop_unsent, insert_deliveries, skip_pending
from bot.store.outbox.locking import insert_into
from bot.store.rows import microseconds
from bot.store.subscriptions import tables
from bot.store.subscriptions.base import Kept
from bot.store.subscriptions.rows import (
    DIGEST_COLUMNS,
    digest_from,
    digest_row,
    ids_to_json,
    micros,
    run_from,
    run_row,
)

TURNED_OFF = "its digest was turned off"
RUNS_KEPT = timedelta(days=90)

_T = tables.digest
_PARTS = (Kind.DIGEST, Kind.THREAD)
_HERE = "team_id = :team AND channel_id = :channel AND user_id = :user"
_SELECT = f"SELECT {DIGEST_COLUMNS} FROM digest"  # noqa: S608 - constants


class Digests(Kept):
    """The digests' part of `Subscriptions`."""

    async def digests(self, to: Destination) -> list[Digest]:
        """The digests of a destination, by number."""
        values = {"team": to.team, "channel": to.channel, "user": to.user}
        return await self._digests(f"{_SELECT} WHERE {_HERE} ORDER BY number", **values)

    async def digest(self, digest: str) -> Digest | None:
        """One digest."""
        found = await self._digests(f"{_SELECT} WHERE id = :id", id=digest)
        return found[0] if found else None

    async def all_digests(self) -> list[Digest]:
        """Every digest, soonest first, paused ones last."""
        return await self._digests(f"{_SELECT} ORDER BY next_at IS NULL, next_at, id")

    async def add_digest(self, digest: Digest) -> Digest:
        """Keep a new one; it gets the lowest free number of its destination."""
        async with self._writing() as connection:
            while (added := await _added(connection, digest)) is None:
                pass  # another replica took the number in the same moment
            return added

    async def save_digest(self, digest: Digest) -> bool:
        """Write a changed one (`revision` is that it was read with)."""
        row = {**digest_row(digest), "revision": digest.revision + 1}
        async with self._writing() as connection:
            changed = await connection.execute(update(_T).where(_is(digest)).values(row))
            return changed.rowcount == 1

    async def remove_digest(self, digest: str) -> bool:
        """Forget it and its runs; its unsent deliveries are dropped."""
        async with self._writing() as connection:
            return await forget_digest(connection, digest, TURNED_OFF, self._clock.now())

    async def due_digests(self, now: datetime, limit: int = 100) -> list[Digest]:
        """Digests whose `next_at` has come, the longest due first."""
        sql = f"{_SELECT} WHERE next_at IS NOT NULL AND next_at <= :now ORDER BY next_at, id LIMIT :limit"
        return await self._digests(sql, now=microseconds(now), limit=limit)

    async def next_run_at(self) -> datetime | None:
        """The earliest `next_at` of all."""
        found = await self._digests(f"{_SELECT} WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1")
        return found[0].next_at if found else None

    async def runs(self, digest: str, limit: int = 10) -> list[Run]:
        """The newest runs first."""
        sql = (
            "SELECT digest_id, due_at, ran_at, outcome, delivery_id FROM digest_run "
            "WHERE digest_id = :digest ORDER BY due_at DESC, id DESC LIMIT :limit"
        )
        return [run_from(row) for row in await self._rows(sql, {"digest": digest, "limit": limit})]

    async def commit_run(self, decision: RunDecision) -> bool:
        """Write what was decided, in one transaction; runs older than 90 days go."""
        digest = decision.digest
        async with self._writing() as connection:
            values = {"next_at": micros(decision.next_at), "revision": digest.revision + 1}
            changed = await connection.execute(update(_T).where(_is(digest)).values(values))
            if changed.rowcount != 1:
                return False
            await _record(connection, digest.id, decision.runs)
            await insert_deliveries(connection, decision.deliveries)
            return True

    async def supersede(self, digest: Digest, reason: str, now: datetime) -> int:
        """See Subscriptions."""
        async with self._writing() as connection:
            # Written as it is, which locks the row: nobody commits a run between this look and the skipping.
            same = await connection.execute(update(_T).where(_is(digest)).values(revision=digest.revision))
            if same.rowcount != 1:
                return 0
            return len(await skip_pending(connection, digest.id, _PARTS, reason, now))

    async def _digests(self, sql: str, **values: object) -> list[Digest]:
        return [digest_from(row) for row in await self._rows(sql, values)]


async def digest_sent(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """The outbox's word that these were sent: how far their digests looked, and what they left over.

    Only what looked further counts: of two that were owed at once the newer one knew what was left. The
    revision grows, so that nobody writes what stood there before.
    """
    for delivery in sorted(deliveries, key=lambda one: one.subscription):
        cut_at = micros(delivery.owed.cut_at)
        if delivery.kind is not Kind.DIGEST or delivery.state is not State.SENT or cut_at is None:
            continue
        further = (_T.c.cut_at.is_(None)) | (_T.c.cut_at < cut_at)
        left = ids_to_json(delivery.owed.left)
        values = {"cut_at": cut_at, "left_over": left, "revision": _T.c.revision + 1}
        await connection.execute(update(_T).where(_T.c.id == delivery.subscription, further).values(values))


async def forget_digest(connection: AsyncConnection, digest: str, reason: str, now: datetime) -> bool:
    """Take a digest out with its runs, and drop what it owes; False where there is none."""
    removed = await connection.execute(delete(_T).where(_T.c.id == digest))
    if removed.rowcount != 1:
        return False
    await connection.execute(delete(tables.digest_run).where(tables.digest_run.c.digest_id == digest))
    await drop_unsent(connection, digest, reason, now)
    return True


async def _added(connection: AsyncConnection, digest: Digest) -> Digest | None:
    """The digest with the number it got, or None where somebody else got that first."""
    columns = (_T.c.team_id, _T.c.channel_id, _T.c.user_id, _T.c.number)
    here = zip(columns, (digest.to.team, digest.to.channel, digest.to.user), strict=False)
    numbers = select(_T.c.number).where(*(column == value for column, value in here))
    taken = set((await connection.execute(numbers)).scalars())
    number = next(number for number in range(1, len(taken) + 2) if number not in taken)
    numbered = replace(digest, number=number)
    statement = insert_into(connection, _T).values(digest_row(numbered))
    kept = await connection.execute(statement.on_conflict_do_nothing(index_elements=columns))
    return numbered if kept.rowcount == 1 else None


async def _record(connection: AsyncConnection, digest: str, runs: Sequence[Run]) -> None:
    if not runs:
        return
    table = tables.digest_run
    await connection.execute(insert(table), [run_row(run) for run in runs])
    old = table.c.due_at < microseconds(max(run.ran_at for run in runs) - RUNS_KEPT)
    await connection.execute(delete(table).where(table.c.digest_id == digest, old))


def _is(digest: Digest) -> ColumnElement[bool]:
    """The digest as it was read."""
    return and_(_T.c.id == digest.id, _T.c.revision == digest.revision)
