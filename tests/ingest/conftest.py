"""A folder of briefs and a store beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.store.making import HandClock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "briefs"
    path.mkdir()
    return path


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/news.db"


@pytest.fixture
async def store(url: str, clock: HandClock) -> AsyncIterator[Store]:
    async with await open_store(url, clock=clock) as found:
        yield found
