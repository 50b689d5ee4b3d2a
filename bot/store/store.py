"""The store: one database, opened, used and closed as one thing."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.ports import Clock
from bot.errors import StoreAway
from bot.store.engines import writing_engine
from bot.store.failures import plain_failures
from bot.store.index import StoredIndex
from bot.store.installations import Installations
from bot.store.ledger import StoredLedger
from bot.store.lock import hold_lock
from bot.store.migrating import HEAD, Upgrade, is_older, settle_version
from bot.store.outbox import StoredOutbox
from bot.store.place import Place, place_of
from bot.store.reading import PostgresReading, Reading, SqliteReading
from bot.store.sealing import Seal
from bot.store.subscriptions import StoredSubscriptions, digest_sent


class Store:
    """An open database; close it, or use it as an async context manager."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        reading: Reading,
        place: Place,
        clock: Clock,
        seal: Seal,
        closing: AsyncExitStack,
    ) -> None:
        self._reading = reading
        self._place = place
        self._closing = closing
        self.index = StoredIndex(engine=engine, reading=reading, place=place, clock=clock)
        self.installations = Installations(engine=engine, reading=reading, place=place, seal=seal)
        self.ledger = StoredLedger(engine=engine, reading=reading, place=place)
        self.subscriptions = StoredSubscriptions(engine=engine, reading=reading, place=place, clock=clock)
        self.outbox = StoredOutbox(engine=engine, reading=reading, place=place, on_sent=digest_sent)
        self.url_for_people = place.for_people
        self.is_shared = place.is_postgres
        """True where several bots may run at once; a SQLite file belongs to the one that holds its lock."""

    async def ping(self) -> None:
        """Ask the database for a sign of life; raises StoreAway."""
        with plain_failures(self._place):
            await self._reading.read(lambda reader: reader.version())

    async def close(self) -> None:
        """Give back every connection and thread."""
        await self._closing.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def open_store(
    url: str, *, clock: Clock, encryption_keys: Sequence[str] = (), upgrade: Upgrade = Upgrade.NEVER
) -> Store:
    """Open a database by its address (contract section 3); a SQLite file that is not there yet is made.

    A database of an older version is brought to this one only as `upgrade` says, a SQLite file after
    copying it aside; do that only while `hold_lock` is held. Raises StoreAway, MigrationNeeded or
    SettingError.
    """
    place = place_of(url)
    async with AsyncExitStack() as stack:
        path = _file_of(place, stack)
        engine, _ = await _open_engine(place, path, stack, upgrade)
        reading: Reading = SqliteReading(path, clock) if path else PostgresReading(engine, clock)
        stack.push_async_callback(reading.close)
        return Store(
            engine=engine,
            reading=reading,
            place=place,
            clock=clock,
            seal=Seal(encryption_keys),
            closing=stack.pop_all(),
        )


async def migrate(url: str, *, clock: Clock) -> str:  # noqa: ARG001 - later versions may date what they add
    """Bring a database to this version; a sentence that says what was done.

    Raises LockHeld where a bot runs on a SQLite file of an older version, besides what `open_store` raises.
    """
    place = place_of(url)
    async with AsyncExitStack() as stack:
        path = _file_of(place, stack)
        with plain_failures(place):
            older = path is not None and await asyncio.to_thread(is_older, path)
            if older:
                stack.enter_context(hold_lock(url, verb="migrate"))
        _, before = await _open_engine(place, path, stack, Upgrade.ALWAYS)
    if before == HEAD:
        return f"The database {place.for_people} has version {HEAD} already."
    kept = f" The file as it was is {path}.before-{before}." if before and path else ""
    return f"The database {place.for_people} now has version {HEAD}.{kept}"


async def _open_engine(
    place: Place, path: Path | None, stack: AsyncExitStack, upgrade: Upgrade
) -> tuple[AsyncEngine, str | None]:
    """The engine on a database of this version, and the version it had before."""
    with plain_failures(place):
        engine = writing_engine(place, path)
        stack.push_async_callback(engine.dispose)
        return engine, await settle_version(engine, place, path, upgrade=upgrade)


def _file_of(place: Place, stack: AsyncExitStack) -> Path | None:
    """The SQLite file, or None for PostgreSQL; a database without a file gets one that goes with it."""
    if place.is_postgres:
        return None
    if place.path is None:
        folder = tempfile.TemporaryDirectory(prefix="newsbrief-")
        stack.callback(folder.cleanup)
        return Path(folder.name) / "newsbrief.db"
    if not place.path.parent.is_dir():
        raise StoreAway(
            f"The database {place.for_people} cannot be made: there is no folder {place.path.parent}.",
            hint="Make the folder or name another one in NEWSBRIEF_DATABASE_URL.",
        )
    return place.path
