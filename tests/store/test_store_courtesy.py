"""Writing gives way to answers under way, and is written all the same."""

from __future__ import annotations

import asyncio
from threading import Event

from bot.domain.ports import SearchReader
from bot.store import open_store
from bot.store.courtesy import Courtesy
from tests.store.making import HandClock, make_brief, put


class Answering:
    """An answer that is under way until it has `ended`."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    async def quiet(self) -> None:
        await self.ended.wait()

    def is_asked(self) -> bool:
        return not self.ended.is_set()


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
    answers = Answering()

    async def writing() -> None:
        await Courtesy(answers).give_way()
        order.append("written")

    task = asyncio.create_task(writing())
    await asyncio.sleep(0)
    order.append("answered")
    answers.ended.set()
    await task
    assert order == ["answered", "written"]


async def test_a_writer_looks_more_often_while_somebody_asks(sqlite_url: str) -> None:
    async with await open_store(sqlite_url, clock=HandClock()) as store:
        reading = store.index._reading
        at_rest = Courtesy(reading).rows
        await store.index.read(lambda reader: reader.version())
        assert Courtesy(reading).rows < at_rest
