"""Many searches at once on a real database, after a change of the index that all of them have to take in."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.domain.directory import Directory
from bot.search import Search
from bot.store import Upgrade, open_store
from tests.benchmarks._search_index import fill
from tests.postgres import new_database, postgres_server
from tests.search.making import brief

__all__ = ["postgres_server"]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/news.db"
    return new_database(request.getfixturevalue("postgres_server"))


async def test_searches_at_once_after_a_change_do_not_wait_for_each_other(url: str) -> None:
    async with await open_store(url, clock=SystemClock(), upgrade=Upgrade.ALWAYS) as opened:
        search = Search(opened.index, SystemClock(), Directory)
        for title in ("Quokkas learn to juggle", "Wombats vote"):
            await fill(opened.index, [brief(title)])
            word = title.split()[0].lower()
            async with asyncio.timeout(20):
                found = await asyncio.gather(*(search.ask(word, UTC) for _ in range(8)))
            assert [len(result.hits) for result in found] == [1] * 8
