"""The two servers that `acknowledging` compares, each to be run as a program of its own."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any, cast

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.config import read_settings
from bot.domain.ports import SearchIndex
from bot.render import Renderer
from bot.search import Search
from bot.slack import Services, SlackBot
from tests.slack.house import Shelf

SECRET = "a-secret-of-the-benchmark"


async def ours() -> None:
    """The bot, without a token: it answers by response_url alone."""
    shelf = Shelf([])
    services = Services(
        settings=read_settings({"SLACK_SIGNING_SECRET": SECRET}, {}),
        clock=SystemClock(),
        search=cast("Search", shelf),
        index=cast("SearchIndex", shelf),
        renderer=Renderer(),
    )
    bot = SlackBot(services, port=0)
    await bot.start()
    await _run_until_told(bot.address)
    await bot.stop()


async def bare() -> None:
    """Bolt on its own server with the same middleware, answering with the same message."""
    session = aiohttp.ClientSession()
    app = AsyncApp(signing_secret=SECRET, authorize=_authorize, client=AsyncWebClient(session=session))
    message = Renderer().help().payload()

    async def ack_first(ack: AsyncAck, next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 -- Bolt's name
        await ack()
        await next()

    async def answer(respond: AsyncRespond) -> None:
        await respond(text=message["text"], blocks=message["blocks"], response_type="ephemeral")

    async def nothing() -> None:
        """A link button needs no more than its acknowledgement."""

    app.command("/news", middleware=[ack_first])(answer)
    app.action("news_open", middleware=[ack_first])(nothing)
    runner = web.AppRunner(app.web_app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await _run_until_told(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()
    await session.close()


async def _authorize(**_ids: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id="", team_id="T1", bot_token="xoxb-1", bot_user_id="U1", bot_id="B1")


async def _run_until_told(address: str) -> None:
    print(address, flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run({"ours": ours, "bare": bare}[sys.argv[1]]())
