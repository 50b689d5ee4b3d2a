"""What digests, rules and mutes share: one transaction for a decision, one view for a read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.ports import Clock
from bot.store.failures import plain_failures
from bot.store.place import Place
from bot.store.reader import IndexReader
from bot.store.reading import Reading

T = TypeVar("T")


class Kept:
    """A part of the store that reads and writes; raises StoreAway where the database fails.

    Who writes locks what it compares first and the outbox's lanes last, as the outbox does: nobody waits in
    a circle. `clock` tells calendar time, which dates what is dropped.
    """

    def __init__(self, *, engine: AsyncEngine, reading: Reading, place: Place, clock: Clock) -> None:
        self._engine = engine
        self._reading = reading
        self._place = place
        self._clock = clock

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                yield connection

    async def _reads(self, work: Callable[[IndexReader], T]) -> T:
        with plain_failures(self._place):
            return await self._reading.read(work)

    async def _rows(self, sql: str, values: Mapping[str, object]) -> list[Any]:
        return await self._reads(lambda reader: list(reader.rows(sql, values)))
