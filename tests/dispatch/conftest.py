"""Both databases for what is owed: whatever takes `desk` runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store
from tests.dispatch.desk import Desk, open_desk
from tests.store.conftest import (
    clock,
    migrated_file,
    migrated_postgres,
    new_postgres_url,
    postgres_server,
    store,
    url,
)
from tests.store.making import HandClock

__all__ = [
    "clock",
    "migrated_file",
    "migrated_postgres",
    "new_postgres_url",
    "postgres_server",
    "store",
    "url",
]


@pytest.fixture
async def desk(store: Store, clock: HandClock, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(store, clock, tmp_path) as found:
        yield found
