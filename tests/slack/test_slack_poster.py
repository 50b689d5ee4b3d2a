"""The outbox's side of Slack: each call is tried once; its answer becomes a receipt or the right error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.domain.delivery import Receipt
from bot.domain.message import Message
from bot.domain.owed import Address
from bot.errors import Rejected, RetryLater, SendError, Uncertain
from bot.preview import Workspace
from bot.preview.faults import FaultKind
from bot.preview.sample import ADA
from bot.slack.poster import Poster
from bot.slack.standing import Standing
from bot.slack.tokens import Tokens
from bot.slack.transport import Transport
from bot.telemetry import Happening
from tests.slack.house import open_workspace, settings_for

NEWS = Address(team="T0MORNING1", enterprise="", channel="C0NEWS")
HELLO = Message(text="hello", blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},))


@dataclass
class Office:
    """A poster and the workspace it posts to."""

    poster: Poster
    workspace: Workspace
    heard: list[Happening]

    async def find(self, delivery: str, to: Address = NEWS, *, minutes: int = 5) -> Receipt | None:
        """Look around the present moment."""
        now, span = datetime.now(UTC), timedelta(minutes=minutes)
        return await self.poster.find(to, delivery, oldest=now - span, latest=now + span)


def poster_for(
    session: aiohttp.ClientSession, workspace: Workspace, heard: list[Happening], http_seconds: float = 0.5
) -> Poster:
    settings = settings_for(workspace)
    transport = Transport(session, settings.slack_api_url, heard.append, http_seconds=http_seconds)
    standing = Standing(transport, settings.slack_bot_token)
    return Poster(
        transport, Tokens(settings, None, transport=transport, standing=standing, clock=SystemClock())
    )


@pytest.fixture
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    """One that gives up a request after half a second, or after as many as a test asks for."""
    async with open_workspace() as workspace, aiohttp.ClientSession() as session:
        heard: list[Happening] = []
        poster = poster_for(session, workspace, heard, getattr(request, "param", 0.5))
        yield Office(poster=poster, workspace=workspace, heard=heard)


async def test_post_carries_the_delivery_id_and_gives_slacks_receipt(office: Office) -> None:
    receipt = await office.poster.post(NEWS, HELLO, "d-1")

    [message] = office.workspace.messages("C0NEWS")
    assert receipt == Receipt(channel="C0NEWS", ts=message.ts)
    assert message.metadata == {
        "event_type": "newsbrief_delivery",
        "event_payload": {"delivery_id": "d-1"},
    }
    [call] = office.workspace.calls.of("chat.postMessage")
    assert call.body["unfurl_links"] is False
    assert call.body["unfurl_media"] is False
    assert "reply_broadcast" not in call.body


async def test_post_to_a_person_gives_the_direct_messages_own_channel(office: Office) -> None:
    receipt = await office.poster.post(replace(NEWS, channel=ADA), HELLO, "d-1")

    assert receipt.channel == await office.poster.open("T0MORNING1", "", ADA)
    assert receipt.channel.startswith("D")


async def test_message_is_found_by_its_delivery_id_alone(office: Office) -> None:
    await office.poster.post(NEWS, HELLO, "d-1")
    receipt = await office.poster.post(NEWS, HELLO, "d-2")
    await office.poster.post(NEWS, HELLO, "d-3")

    assert await office.find("d-2") == receipt
    assert await office.find("d-4") is None


async def test_message_outside_the_window_is_not_found(office: Office) -> None:
    await office.poster.post(NEWS, HELLO, "d-1")

    past = datetime.now(UTC) - timedelta(minutes=9)
    assert await office.poster.find(NEWS, "d-1", oldest=past, latest=past + timedelta(minutes=1)) is None


async def test_message_on_the_third_page_is_found(office: Office) -> None:
    receipt = await office.poster.post(NEWS, HELLO, "d-1")
    for _ in range(450):
        office.workspace.world.add(
            replace(
                office.workspace.messages("C0NEWS")[0], ts=office.workspace.world.next_ts(), metadata=None
            )
        )

    assert await office.find("d-1") == receipt
    assert len(office.workspace.calls.of("conversations.history")) == 3


@pytest.mark.parametrize("office", [30.0], indirect=True)  # the page takes its time on a busy machine
async def test_long_page_of_history_is_read_whole(office: Office) -> None:
    long = Message(
        text="x",
        blocks=tuple({"type": "section", "text": {"type": "mrkdwn", "text": "é" * 2_990}} for _ in "123"),
    )
    receipt = await office.poster.post(NEWS, long, "d-1")
    first = office.workspace.messages("C0NEWS")[0]
    for _ in range(199):
        office.workspace.world.add(replace(first, ts=office.workspace.world.next_ts(), metadata=None))

    assert await office.find("d-1") == receipt


async def test_reply_is_found_in_its_thread_and_not_in_history(office: Office) -> None:
    parent = await office.poster.post(NEWS, HELLO, "d-1")
    thread = replace(NEWS, thread_ts=parent.ts)
    receipt = await office.poster.post(thread, HELLO, "d-2")

    assert await office.find("d-2", thread) == receipt
    assert await office.find("d-2") is None


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.SERVER_ERROR_AFTER, FaultKind.HANG_AFTER])
async def test_lost_answer_is_uncertain_and_the_post_is_not_repeated(office: Office, kind: FaultKind) -> None:
    office.workspace.faults.add(kind, "chat.postMessage", seconds=2)

    with pytest.raises(Uncertain):
        await office.poster.post(NEWS, HELLO, "d-1")

    assert len(office.workspace.calls.of("chat.postMessage")) == 1
    assert await office.find("d-1") is not None


@pytest.mark.parametrize(
    ("method", "call"), [("chat.postMessage", "post"), ("conversations.history", "find")]
)
async def test_slacks_wish_to_wait_is_passed_on_at_once(office: Office, method: str, call: str) -> None:
    office.workspace.faults.add(FaultKind.RATE_LIMITED, method, seconds=3)

    with pytest.raises(RetryLater) as raised:
        await (office.poster.post(NEWS, HELLO, "d-1") if call == "post" else office.find("d-1"))

    assert raised.value.seconds == 3
    assert len(office.workspace.calls.of(method)) == 1


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "duplicate_message_not_found"])
async def test_slacks_own_trouble_is_uncertain(office: Office, code: str) -> None:
    office.workspace.faults.add(FaultKind.ERROR, "chat.postMessage", error=code)

    with pytest.raises(Uncertain, match="failed") as raised:
        await office.poster.post(NEWS, HELLO, "d-1")

    assert raised.value.code == code


async def test_refusal_keeps_its_code(office: Office) -> None:
    with pytest.raises(Rejected) as raised:
        await office.poster.post(replace(NEWS, channel="C0RANDOM"), HELLO, "d-1")

    assert raised.value.code == "not_in_channel"


async def test_workspace_without_a_token_is_refused_without_a_call(office: Office) -> None:
    async with aiohttp.ClientSession() as session:
        settings = settings_for(office.workspace, SLACK_BOT_TOKEN="")
        transport = Transport(session, settings.slack_api_url, office.heard.append)
        standing = Standing(transport, "")
        tokens = Tokens(settings, None, transport=transport, standing=standing, clock=SystemClock())
        with pytest.raises(Rejected) as raised:
            await Poster(transport, tokens).post(NEWS, HELLO, "d-1")

    assert raised.value.code == "no_token"
    assert not len(office.workspace.calls)


async def test_unreachable_server_is_for_later_at_once(office: Office) -> None:
    await office.workspace.stop()

    with pytest.raises(RetryLater) as raised:
        await office.poster.post(NEWS, HELLO, "d-1")

    assert raised.value.code == "unreachable"


ANSWERS: list[tuple[str, int, Any]] = [
    ("post", 200, {"ok": True}),
    ("post", 200, {"ok": True, "channel": "C1", "ts": "soon"}),
    ("post", 200, "<html>"),
    ("post", 200, {"ok": False}),
    ("post", 403, "no entry"),
    ("find", 200, "<html>"),
    ("find", 200, {"ok": True, "messages": None}),
    ("open", 200, {"ok": True, "channel": {}}),
]


@pytest.mark.parametrize(("call", "status", "answer"), ANSWERS)
async def test_answer_that_says_nothing_usable_is_uncertain(
    office: Office, call: str, status: int, answer: object
) -> None:
    error = await _error_of(office, call, status, answer)

    assert isinstance(error, Uncertain)


async def test_history_without_an_end_is_for_later_and_never_not_found(office: Office) -> None:
    endless = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "again"}}
    cut = {"ok": True, "messages": [], "has_more": True}

    assert isinstance(await _error_of(office, "find", 200, endless), RetryLater)
    assert isinstance(await _error_of(office, "find", 200, cut), RetryLater)


async def _error_of(office: Office, call: str, status: int, answer: object) -> SendError | None:
    """What a call raises against a server that always answers this."""

    async def answered(_: web.Request) -> web.Response:
        if isinstance(answer, str):
            return web.Response(text=answer, status=status)
        return web.json_response(answer, status=status)

    app = web.Application()
    app.router.add_post("/api/{method}", answered)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        settings = settings_for(office.workspace, SLACK_API_URL=f"http://127.0.0.1:{port}/api/")
        transport = Transport(session, settings.slack_api_url, office.heard.append)
        standing = Standing(transport, settings.slack_bot_token)
        tokens = Tokens(settings, None, transport=transport, standing=standing, clock=SystemClock())
        poster, now = Poster(transport, tokens), datetime.now(UTC)
        try:
            if call == "post":
                await poster.post(NEWS, HELLO, "d-1")
            elif call == "open":
                await poster.open("T0MORNING1", "", ADA)
            else:
                await poster.find(NEWS, "d-1", oldest=now, latest=now)
        except SendError as error:
            return error
        finally:
            await runner.cleanup()
    return None
