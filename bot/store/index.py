"""The index of briefs: `BriefIndex` over either database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.address import canonical_address
from bot.domain.brief import Brief
from bot.domain.index import IndexChanges, IndexStatus, KnownFile, SyncReport
from bot.domain.ports import Clock, SearchReader
from bot.store.courtesy import Courtesy
from bot.store.failures import plain_failures
from bot.store.place import Place
from bot.store.preparing import preparing, text_of
from bot.store.reading import Reading
from bot.store.writer import Writer, batch_of

T = TypeVar("T")


class StoredIndex:
    """The index of briefs; raises StoreAway where the database fails."""

    def __init__(self, *, engine: AsyncEngine, reading: Reading, place: Place, clock: Clock) -> None:
        self._engine = engine
        self._reading = reading
        self._place = place
        self._clock = clock
        self._text_of = text_of(engine.dialect.name)
        self.prepare = preparing(engine.dialect.name)
        """See BriefIndex."""

    async def read(self, work: Callable[[SearchReader], T]) -> T:
        """Run `work` on one consistent view of the index."""
        with plain_failures(self._place):
            return await self._reading.read(work)

    async def brief(self, slug: str) -> Brief | None:
        """The brief with this slug, hidden ones too."""
        with plain_failures(self._place):
            return await self._reading.read(lambda reader: reader.brief(slug))

    async def by_address(self, address: str) -> Brief | None:
        """The brief with this address, canonical or as it stands on a page; hidden ones last."""
        canonical = canonical_address(address) or address
        with plain_failures(self._place):
            return await self._reading.read(lambda reader: reader.by_address(canonical))

    async def status(self, now: datetime) -> IndexStatus:
        """The index at a glance."""
        with plain_failures(self._place):
            return await self._reading.read(lambda reader: reader.status(now))

    async def is_current(self, folders: Sequence[str]) -> bool:
        """True where the index was synced at least once, from these folders, in this format."""
        absolute = _absolute(folders)
        with plain_failures(self._place):
            return await self._reading.read(lambda reader: reader.is_current(absolute))

    async def known_files(self, paths: Sequence[str] | None = None) -> Mapping[str, KnownFile]:
        """The files the index has seen, by absolute path; with `paths` what concerns these alone."""
        with plain_failures(self._place):
            return await self._reading.read(lambda reader: reader.known_files(paths))

    async def apply(self, changes: IndexChanges) -> None:
        """Write one batch in one transaction."""
        if not changes:
            return
        courtesy = Courtesy(self._reading)
        await courtesy.give_way()
        batch = await asyncio.to_thread(batch_of, changes, self._text_of)
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                writer = Writer(connection, self._clock.now(), self._text_of, courtesy)
                await writer.apply(changes, batch)

    async def finish(self, report: SyncReport, folders: Sequence[str], now: datetime) -> None:  # noqa: ARG002 - the port's; what a report says is shown, not kept
        """Record a whole sync: its time, folders and the format."""
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                await Writer(connection, now, self._text_of, Courtesy(self._reading)).finish(
                    _absolute(folders)
                )


def _absolute(folders: Sequence[str]) -> list[str]:
    return [os.path.abspath(folder) for folder in folders]  # noqa: PTH100 - Path.absolute keeps `..`, which would make two names of one folder
