"""Bringing a database to the version of this release, or refusing it in a plain sentence."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from enum import Enum
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import MigrationNeeded
from bot.store.engines import VERSION_TABLE, prepare_file
from bot.store.place import Place

HEAD = "0005"
"""The version of this release: the last of `migrations/versions`."""

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6E657773  # "news": one migration at a time on a PostgreSQL server's database


class Upgrade(Enum):
    """Which databases of an older version are upgraded when they are opened; a new SQLite file always is."""

    NEVER = "never"
    SQLITE = "sqlite"
    ALWAYS = "always"


def version_of(connection: Connection) -> str | None:
    """The database's version; None for one without tables of ours."""
    names = inspect(connection).get_table_names()
    if VERSION_TABLE in names:
        return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    return None


async def settle_version(
    engine: AsyncEngine, place: Place, path: Path | None, *, upgrade: Upgrade
) -> str | None:
    """Make the database usable, or raise MigrationNeeded; the version it had before."""
    if path:
        before = await asyncio.to_thread(prepare_file, path)
    else:
        async with engine.connect() as connection:
            before = await connection.run_sync(version_of)
    if before == HEAD:
        return before
    if before is not None and before not in _known_versions():
        raise _unknown_version(place, before)
    is_new_file = path is not None and before is None
    if not (is_new_file or upgrade is Upgrade.ALWAYS or (path and upgrade is Upgrade.SQLITE)):
        had = f"has version {before}" if before else "holds no tables of newsbrief yet"
        raise MigrationNeeded(
            f"The database {place.for_people} {had}, this release needs version {HEAD}.",
            hint="Run: newsbrief migrate",
        )
    if before is not None and path is not None:
        await asyncio.to_thread(copy_aside, path, before)
    async with engine.begin() as connection:
        await connection.run_sync(run_migrations)
    return before


def is_older(path: Path) -> bool:
    """True for a SQLite file that this release would have to upgrade; blocks."""
    version = prepare_file(path)
    return version != HEAD and version in _known_versions()


def _known_versions() -> set[str]:
    return {path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("*.py")}


def _unknown_version(place: Place, version: str) -> MigrationNeeded:
    knows = f"this release knows up to {HEAD}" if version > HEAD else "another release made it"
    return MigrationNeeded(
        f"The database {place.for_people} has version {version}, unknown to this newsbrief: {knows}.",
        hint="Use the newsbrief that made it, or name another database.",
    )


def copy_aside(path: Path, version: str) -> Path:
    """Copy a SQLite file to `<file>.before-<version>`, with all that its write-ahead log holds."""
    target = path.with_name(f"{path.name}.before-{version}")
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    unfinished.replace(target)
    return target


def run_migrations(connection: Connection) -> None:
    """Run every missing migration inside the caller's transaction; whoever comes second finds none."""
    # Alembic takes a fifth of a second to import, and almost every start needs none of it.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    if version_of(connection) == HEAD:
        return
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
