"""Socket Mode: the same answers without a public address, through reconnects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.errors import Rejected, RetryLater, SlackRefused
from bot.slack.reasons import reason_of
from bot.slack.services import Owing
from bot.slack.socket_mode import SocketMode
from tests.slack.house import CLEARVIEW, Guestbook, House, Shelf, make_bot, open_workspace


@asynccontextmanager
async def open_burrow(owing: Owing | None = None) -> AsyncIterator[House]:
    """A bot that is reached by a socket alone."""
    shelf, guests = Shelf([CLEARVIEW]), Guestbook()
    async with open_workspace() as workspace, aiohttp.ClientSession() as http:
        tokens = {"SLACK_APP_TOKEN": workspace.app_token, "SLACK_SIGNING_SECRET": ""}
        bot = make_bot(workspace, shelf, guests, owing, **tokens)
        await bot.start()
        try:
            yield House(bot=bot, workspace=workspace, shelf=shelf, guests=guests, http=http)
        finally:
            shelf.gate.set()
            await bot.stop()


@pytest.fixture
async def burrow() -> AsyncIterator[House]:
    async with open_burrow() as house:
        yield house


def socket_of(house: House) -> SocketMode:
    socket = house.bot._running.socket  # type: ignore[union-attr]
    assert socket is not None
    return socket


async def test_a_command_is_answered(burrow: House) -> None:
    assert burrow.bot.mode == "Socket Mode"
    assert burrow.workspace.sockets == 1
    assert CLEARVIEW.title in (await burrow.ask("clearview"))["text"]


async def test_buttons_and_events_arrive(burrow: House) -> None:
    message = (await (await burrow.workspace.command("clearview")).answer()).message
    assert message is not None
    assert (await (await burrow.workspace.press(message, "news_related")).answer()).status == 200
    assert (await burrow.workspace.event({"type": "unknown"})).status == 200


async def test_the_acknowledgement_does_not_wait_for_the_search(burrow: House) -> None:
    burrow.shelf.gate.clear()
    asked = await burrow.workspace.command("clearview")
    assert (asked.status, asked.hook.answers) == (200, [])
    burrow.shelf.gate.set()
    await asked.answer()


async def test_health_and_metrics_are_served_too_but_no_requests(burrow: House) -> None:
    assert (await burrow.get("/healthz"))[0] == 200
    assert (await burrow.get("/readyz"))[0] == 200
    assert (await burrow.get("/metrics"))[0] == 200
    assert (await burrow.events(b"{}"))[0] == 401


async def test_a_broken_connection_is_made_anew(burrow: House) -> None:
    current = socket_of(burrow)._current
    assert current is not None
    current._response.connection.transport.abort()  # type: ignore[union-attr]
    await burrow.workspace.wait_for(lambda: socket_of(burrow)._current is not current)
    assert (await burrow.ask("help"))["text"]


async def test_slack_may_ask_for_a_new_connection(burrow: House) -> None:
    before = socket_of(burrow)._current
    link = burrow.workspace._outgoing._links[0]
    await link.socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
    await burrow.workspace.wait_for(lambda: socket_of(burrow)._current is not before)
    assert (await burrow.ask("help"))["text"]
    await burrow.workspace.wait_for(lambda: burrow.workspace.sockets == 1)


@pytest.mark.parametrize(
    "frame", ["not json", "[1]", "{}", '{"type": "slash_commands"}', '{"type": "events_api", "payload": 1}']
)
async def test_odd_frames_are_left_alone(burrow: House, frame: str) -> None:
    await burrow.workspace._outgoing._links[0].socket.send_str(frame)
    assert (await burrow.ask("help"))["text"]


async def test_stopping_finishes_what_was_acknowledged(burrow: House) -> None:
    burrow.shelf.gate.clear()
    asked = await burrow.workspace.command("clearview")
    stopping = asyncio.create_task(burrow.bot.stop())
    await burrow.workspace.wait_for(lambda: not burrow.workspace.sockets)
    burrow.shelf.gate.set()
    await stopping
    assert asked.hook.answers


async def test_a_refused_app_token_is_named() -> None:
    async with open_workspace() as workspace:
        with pytest.raises(SlackRefused) as caught:
            await make_bot(workspace, Shelf([]), SLACK_APP_TOKEN="xapp-wrong").start()
    assert "SLACK_APP_TOKEN" in str(caught.value)


@pytest.mark.parametrize("kind", ["500_before", "drop_before"])
async def test_a_slack_that_is_away_is_tried_again(kind: str) -> None:
    async with open_workspace() as workspace:
        workspace.faults.add(kind, "apps.connections.open")
        bot = make_bot(workspace, Shelf([CLEARVIEW]), SLACK_APP_TOKEN=workspace.app_token)
        await bot.start()
        try:
            await workspace.wait_for(lambda: workspace.sockets)
            assert (await (await workspace.command("help")).answer()).status == 200
        finally:
            await bot.stop()


async def test_why_there_is_no_connection_is_said_in_words_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.socket_mode.FIRST_PAUSE", 0.01)
    async with open_workspace() as workspace:
        workspace.faults.add("drop_before", "apps.connections.open", count=None)
        bot = make_bot(workspace, Shelf([CLEARVIEW]), SLACK_APP_TOKEN=workspace.app_token)
        await bot.start()
        try:
            await workspace.wait_for(lambda: len(workspace.calls.of("apps.connections.open")) > 4)
        finally:
            await bot.stop()
    said = [text for text in caplog.messages if "Socket Mode" in text]
    assert len(said) == 1
    assert said[0].startswith(
        "Socket Mode is not connected: The connection to Slack broke before it answered"
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            RetryLater("Slack could not be reached.", seconds=1, code="unreachable"),
            "could not be reached (un",
        ),
        (Rejected("Slack refused the request.", code="zebra fish!"), "Slack refused the request (?)"),
        (TimeoutError("zebrafish"), "no answer in time"),
        (aiohttp.InvalidURL("zebrafish"), "cannot be used"),
        (ConnectionResetError("zebrafish"), "ConnectionResetError"),
        (aiohttp.ClientPayloadError("zebrafish"), "ClientPayloadError"),
    ],
)
def test_reasons_are_our_own_words(error: Exception, said: str) -> None:
    assert said in reason_of(error)
    assert "zebra" not in reason_of(error)


async def test_many_at_once_are_all_answered(burrow: House) -> None:
    asked: list[Any] = await asyncio.gather(*(burrow.workspace.command("help") for _ in range(50)))
    assert [one.status for one in asked] == [200] * 50
    for one in asked:
        await one.answer()
