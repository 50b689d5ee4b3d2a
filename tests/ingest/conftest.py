"""A folder of briefs and a store beside it."""

from __future__ import annotations

import os
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


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Paths of folders that may not be listed; root reads everything, so that rights would not do."""
    paths: set[str] = set()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path in paths:
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr("bot.content.ingest.scanning.os.scandir", refuse)
    return paths
