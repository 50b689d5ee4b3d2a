"""The ledger over either database: `bot.domain.owed.Ledger`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.ledger import Change, Item, Noted, SentBrief
from bot.domain.subscription import Destination
from bot.store.failures import plain_failures
from bot.store.ledger import reads
from bot.store.ledger.noting import Noter
from bot.store.ledger.tables import brief_change
from bot.store.outbox import lane_of
from bot.store.place import Place
from bot.store.reader import IndexReader
from bot.store.reading import Reading
from bot.store.rows import instant, microseconds

T = TypeVar("T")
CHANGES_KEPT = timedelta(days=10)
"""A change alerts within two days; what is older nobody looks at."""

SEEN_KEPT = timedelta(days=60)
"""Nothing that became visible so long ago alerts any more, nor does its story."""

_PRUNED_EVERY = timedelta(hours=1)
_PAGE = 100
"""Briefs read at once: PostgreSQL's are read on the event loop, which turns in between."""

_DUE = "SELECT 1 FROM changed_slug WHERE at <= :now LIMIT 1"
_NEXT = "SELECT min(at) FROM changed_slug WHERE at > 0 AND at > :now"

# Numbers follow the time of becoming visible, so one bound tells all that is older.
_FORGET_SEEN = text(
    "DELETE FROM alert_seen WHERE brief_id <= (SELECT id FROM ledger_brief WHERE visible_at < :old "
    "ORDER BY visible_at DESC, id DESC LIMIT 1)"
)


class StoredLedger:
    """What is remembered of briefs; raises StoreAway where the database fails."""

    def __init__(self, *, engine: AsyncEngine, reading: Reading, place: Place) -> None:
        self._engine = engine
        self._reading = reading
        self._place = place
        self._pruned_at: datetime | None = None

    async def note(self, now: datetime) -> int:
        """Bring the ledger up to the index, batch by batch; how many changes that were.

        Where it is stopped between two batches, or in one, the next call goes on from there.
        """
        at = microseconds(now)
        if not await self._read(lambda reader: reader.rows(_DUE, {"now": at})):
            return 0
        changes = 0
        with plain_failures(self._place):
            noter = Noter(self._engine, at)
            batch = await noter.batch("")
            while not batch.is_last:
                changes += batch.changes
                batch = await noter.batch(batch.after)
            await self._prune(now)
        return changes

    async def next_visible_at(self, now: datetime) -> datetime | None:
        """When the next brief of the future becomes visible."""
        at = {"now": microseconds(now)}
        found = (await self._read(lambda reader: reader.rows(_NEXT, at)))[0][0]
        return None if found is None else instant(found)

    async def latest_change(self) -> int:
        """The number of the newest change there ever was; 0 where there was none."""
        sql = "SELECT last_change FROM ledger_state"
        return int((await self._read(lambda reader: reader.rows(sql, {})))[0][0])

    async def changes(self, after: int, limit: int = 1_000) -> list[Change]:
        """Changes with higher numbers, oldest first; those of the last ten days are kept."""
        return await self._read(lambda reader: reads.changes(reader.rows, after, limit))

    async def items(self, ids: Sequence[int], now: datetime) -> dict[int, Item]:
        """Those of these briefs that are visible now."""
        wanted = list(dict.fromkeys(ids))
        found: dict[int, Item] = {}
        for start in range(0, len(wanted), _PAGE):
            page = wanted[start : start + _PAGE]
            found |= await self._read(lambda reader, page=page: reads.items(reader.rows, page, now))  # type: ignore[misc]  # mypy does not infer a lambda's default
        return found

    async def recent(
        self, now: datetime, *, published_since: datetime, visible_since: datetime | None = None
    ) -> list[Item]:
        """Visible briefs published at or after a moment and, with `visible_since`, visible after one."""
        ids = await self._read(lambda reader: reads.recent(reader.rows, now, published_since, visible_since))
        found = await self.items(ids, now)
        return [found[number] for number in ids if number in found]

    async def noted(self, ids: Sequence[int]) -> dict[int, Noted]:
        """These briefs as last noted, hidden and gone ones too."""
        return await self._read(lambda reader: reads.noted(reader.rows, ids))

    async def noted_slug(self, slug: str) -> Noted | None:
        """The brief with this slug as last noted."""
        return await self._read(lambda reader: reads.noted_slug(reader.rows, slug))

    async def sent_to(self, to: Destination, *, since: datetime) -> list[SentBrief]:
        """Briefs of all deliveries to a destination decided at or after `since`, oldest first."""
        return await self._read(lambda reader: reads.sent_to(reader.rows, lane_of(to), since))

    async def stories_of(self, ids: Sequence[int]) -> dict[int, int]:
        """The present story of each brief."""
        return await self._read(lambda reader: reads.stories_of(reader.rows, ids))

    async def story_members(self, stories: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """The briefs of each story, oldest first."""
        return await self._read(lambda reader: reads.story_members(reader.rows, stories))

    async def change_times(self, since: datetime) -> list[datetime]:
        """When briefs became visible or grew, each hour at most once, oldest first."""
        return await self._read(lambda reader: reads.change_times(reader.rows, since))

    async def _prune(self, now: datetime) -> None:
        """Forget old changes, and that rules saw what can alert no more; once an hour at most."""
        if self._pruned_at is not None and abs(now - self._pruned_at) < _PRUNED_EVERY:
            return
        old = brief_change.c.at < microseconds(now - CHANGES_KEPT)
        async with self._engine.begin() as connection:
            await connection.execute(delete(brief_change).where(old))
            await connection.execute(_FORGET_SEEN, {"old": microseconds(now - SEEN_KEPT)})
        self._pruned_at = now

    async def _read(self, work: Callable[[IndexReader], T]) -> T:
        with plain_failures(self._place):
            return await self._reading.read(work)
