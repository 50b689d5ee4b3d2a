"""Both databases: whatever takes `store` or `url` runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, migrate, open_store
from tests.postgres import new_database, new_postgres_url, postgres_server
from tests.store.making import HandClock

__all__ = ["new_postgres_url", "postgres_server"]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/news.db"


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind without tables."""
    name = "sqlite_url" if request.param == "sqlite" else "new_postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "news.db"
    asyncio.run(migrate(f"sqlite:///{path}", clock=HandClock()))
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    url = new_database(postgres_server)
    asyncio.run(migrate(url, clock=HandClock()))
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind with tables and no briefs: a copy, which is quicker than migrating."""
    if request.param == "postgres":
        template = request.getfixturevalue("migrated_postgres")
        return new_database(request.getfixturevalue("postgres_server"), like=template)
    shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "news.db")
    return f"sqlite:///{tmp_path}/news.db"


@pytest.fixture
async def store(url: str, clock: HandClock) -> AsyncIterator[Store]:
    """An open store on each kind of database."""
    async with await open_store(url, clock=clock, encryption_keys=("a passphrase",)) as found:
        yield found
