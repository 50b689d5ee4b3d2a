"""Opening databases: the writing engine of each kind, with the settings that were measured."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import URL, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import SettingError, StoreAway
from bot.store.place import Place

VERSION_TABLE = "newsbrief_version"
BUSY_SECONDS = 30
"""How long a writer waits for another process's transaction."""

CONNECT_SECONDS = 10
POOL_SIZE = 6

_PRAGMAS = (
    # FULL, not NORMAL: what is committed survives a power cut, which the outbox will rely on.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
    "PRAGMA journal_size_limit=67108864",
    # 32 MB: a sync dirties the same pages of its indexes again and again, and so copies them seldom.
    "PRAGMA wal_autocheckpoint=8000",
)


def prepare_file(path: Path) -> str | None:
    """Make sure that a SQLite file is ours or empty, and in WAL mode; its version, None for an empty one.

    Blocks, but waits for no writer. SQLite does not queue those who change the mode at the same moment,
    so they try again here.
    """
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if names and VERSION_TABLE not in names:
            raise StoreAway(
                f"The SQLite file {path} holds the tables of another program, so newsbrief leaves it alone.",
                hint="Name another file in NEWSBRIEF_DATABASE_URL.",
            )
        give_up_at = monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                break
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or monotonic() > give_up_at:
                    raise
            sleep(random.uniform(0.01, 0.1))  # noqa: S311 - spreads the tries, guards nothing
        if not names:
            return None
        found = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - a constant
        return str(found[0]) if found else None


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
    """Set a new connection up; where that fails nobody else would close it, and its thread would stay."""
    try:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()
    except BaseException:  # whatever it was, it is raised again
        connection.close()
        raise


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
        try:
            return await asyncpg.connect(dsn=place.dsn, timeout=CONNECT_SECONDS)
        except asyncpg.InterfaceError:
            raise  # its words are about options, and `plain_failures` passes them on
        except ValueError:
            # Its words may quote a piece of the password, so nothing of it is shown or kept.
            raise _misread(place) from None

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=POOL_SIZE,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
    )


def _misread(place: Place) -> SettingError:
    return SettingError(
        f"The database address {place.for_people} cannot be read.",
        hint="In NEWSBRIEF_DATABASE_URL write / @ : # ? % [ ] of a name or password as "
        "%2F %40 %3A %23 %3F %25 %5B %5D.",
    )
