"""Stopping: nothing new is taken, nothing acknowledged is lost, and it ends in time."""

from __future__ import annotations

import asyncio
import json
from typing import cast

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.slack.reception import Reception
from bot.telemetry import Metrics
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


async def test_hanging_answers_are_given_up_in_time() -> None:
    async with open_house(NEWSBRIEF_STOP_SECONDS="2") as house:
        house.workspace.faults.add("hang_before", "response_url", seconds=5, count=None)
        for _ in range(10):
            await house.workspace.command("help")
        async with asyncio.timeout(2):
            await house.bot.stop()


async def test_a_new_connection_is_told_that_the_bot_is_stopping(house: House) -> None:
    house.shelf.gate.clear()
    asked = await house.workspace.command("clearview")
    stopping = asyncio.create_task(house.bot.stop())
    await house.workspace.wait_for(lambda: house.bot._stopping)
    body = json.dumps({"type": "event_callback", "event_id": "Ev9", "event": {"type": "x"}}).encode()
    for method, path, status in (
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 503),
        ("POST", "/slack/events", 503),
    ):
        async with (
            aiohttp.ClientSession() as fresh,
            fresh.request(method, house.bot.address + path, data=body, headers=signed(body)) as response,
        ):
            assert response.status == status
    house.shelf.gate.set()
    await stopping
    assert asked.hook.answers


async def test_a_request_that_is_just_being_taken_is_waited_for() -> None:
    gate = asyncio.Event()

    class SlowApp:
        async def async_dispatch(self, _request: object) -> BoltResponse:
            await gate.wait()
            return BoltResponse(status=200)

    reception = Reception(cast("AsyncApp", SlowApp()), Metrics())
    taking = asyncio.create_task(reception.take({"command": "/news"}))
    await asyncio.sleep(0)
    closing = asyncio.create_task(reception.close())
    assert (await asyncio.wait([closing], timeout=0.05))[0] == set()
    gate.set()
    await closing
    assert (await taking).status == 200
    assert (await reception.take({"command": "/news"})).status == 503


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
