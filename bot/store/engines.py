"""Opening databases: the writing engine of each kind, with the settings that were measured."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StoreAway
from bot.store.place import Place

BUSY_SECONDS = 30
"""How long a writer waits for another process's transaction."""

CONNECT_SECONDS = 10
POOL_SIZE = 6

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL, not NORMAL: what is committed survives a power cut, which the outbox will rely on.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
    "PRAGMA journal_size_limit=67108864",
)


def writing_engine(place: Place, path: Path | None) -> AsyncEngine:
    """The engine for writing; on SQLite one connection whose transactions all begin IMMEDIATE."""
    if path is None:
        return _postgres_engine(place)
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=1,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgres_engine(place: Place) -> AsyncEngine:
    try:
        import asyncpg  # type: ignore[import-untyped]  # it carries none
    except ImportError as error:
        raise StoreAway(
            f"The database {place.for_people} needs the asyncpg package, which is not installed.",
            hint="Install it with: pip install newsbrief[postgres]",
        ) from error

    async def connect(*_arguments: object, **_options: object) -> object:
        # asyncpg reads the address as libpq does: sslmode, host=/a/socket, several hosts.
        return await asyncpg.connect(dsn=place.dsn, timeout=CONNECT_SECONDS)

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=POOL_SIZE,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
    )
