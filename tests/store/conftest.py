"""Both databases: whatever takes `store` or `url` runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.postgres import new_postgres_url, postgres_server
from tests.store.making import HandClock

__all__ = ["new_postgres_url", "postgres_server"]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/news.db"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "new_postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def store(url: str, clock: HandClock) -> AsyncIterator[Store]:
    """An open store on each kind of database."""
    async with await open_store(url, clock=clock, migrate=True, encryption_keys=("a passphrase",)) as found:
        yield found
