"""Writing gives way to answers under way, and is written all the same."""

from __future__ import annotations

import asyncio
from threading import Event

from bot.domain.ports import SearchReader
from bot.store import open_store
from bot.store.courtesy import Courtesy
from tests.store.making import HandClock, make_brief, put


async def test_what_is_written_beside_an_answer_without_end_is_written(sqlite_url: str) -> None:
    may_end = Event()

    def endless(_reader: SearchReader) -> bool:
        return may_end.wait(60)

    async with await open_store(sqlite_url, clock=HandClock()) as store:
        answer = asyncio.create_task(store.index.read(endless))
        await asyncio.sleep(0)
        await put(store, make_brief("written"))
        assert not answer.done()
        may_end.set()
        assert await answer
        assert await store.index.brief("written")


async def test_writing_goes_on_when_the_answer_has_ended() -> None:
    order: list[str] = []
    ended = asyncio.Event()

    async def quiet() -> None:
        await ended.wait()

    async def writing() -> None:
        await Courtesy(quiet).give_way()
        order.append("written")

    task = asyncio.create_task(writing())
    await asyncio.sleep(0)
    order.append("answered")
    ended.set()
    await task
    assert order == ["answered", "written"]
