"""Stopping: nothing new is taken, nothing acknowledged is lost, and it ends in time."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from tests.slack.house import House, open_house, signed


async def test_answers_under_way_arrive_before_the_bot_is_gone(house: House) -> None:
    house.shelf.gate.clear()
    asked = [await house.workspace.command("clearview") for _ in range(60)]
    stopping = asyncio.create_task(house.bot.stop())
    await house.workspace.wait_for(lambda: house.bot._stopping)
    house.shelf.gate.set()
    await stopping
    assert all(one.hook.answers for one in asked)
    with pytest.raises(aiohttp.ClientConnectorError):
        await house.get("/healthz")


async def test_an_answer_that_was_only_just_acknowledged_is_not_lost(house: House) -> None:
    asked = await house.workspace.command("help")
    await house.bot.stop()
    assert asked.hook.answers


async def test_a_stop_does_not_wait_for_ever() -> None:
    async with open_house(NEWSBRIEF_STOP_SECONDS="0.2") as house:
        house.shelf.gate.clear()
        asked = await house.workspace.command("clearview")
        async with asyncio.timeout(5):
            await house.bot.stop()
        assert asked.hook.answers == []


async def test_an_open_connection_is_told_that_the_bot_is_stopping(house: House) -> None:
    house.shelf.gate.clear()
    await house.workspace.command("clearview")
    assert (await house.get("/healthz"))[0] == 200
    stopping = asyncio.create_task(house.bot.stop())
    await house.workspace.wait_for(lambda: house.bot._stopping)
    body = json.dumps({"type": "event_callback", "event_id": "Ev9", "event": {"type": "x"}}).encode()
    async with house.http.post(
        f"{house.bot.address}/slack/events",
        data=body,
        headers=signed(body) | {"Content-Type": "application/json"},
    ) as response:
        assert response.status == 503
    assert (await house.get("/readyz"))[0] == 503
    house.shelf.gate.set()
    await stopping


async def test_stopping_twice_is_stopping_once(house: House) -> None:
    await asyncio.gather(house.bot.stop(), house.bot.stop())
    await house.bot.wait_closed()
    await house.bot.stop()
