"""A workspace with a small Bolt app of our own as the bot.

All tests of a module here run in one event loop, so that they can share one browser.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.preview import Workspace

SECRET = "a-secret-of-the-tests"

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of each module here one event loop (the recipe of pytest-asyncio's manual)."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


class HandClock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2021, 2, 5, 8, 58, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    folder = tmp_path / "providers"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "logo.png").write_bytes(PNG)
    (folder / "secret.yaml").write_text("name: not an image")
    return folder


@pytest_asyncio.fixture(loop_scope="module")
async def workspace(clock: HandClock, assets: Path) -> AsyncIterator[Workspace]:
    async def complete(text: str) -> list[str]:
        return [f"{text} completed"] if text else []

    made = Workspace(
        clock=clock, port=0, signing_secret=SECRET, asset_folders=[str(assets)], complete=complete
    )
    await made.start()
    yield made
    await made.stop()


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str, **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action_id, **more}


def listen(app: AsyncApp, heard: list[dict[str, Any]]) -> None:
    """A bot of a few lines: answers the command, its two buttons, and mentions."""

    @app.command("/news")
    async def news(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body)
        buttons = {"type": "actions", "elements": [button("Related", "related"), button("Share", "share")]}
        await respond(text=f"About {body['text']}", blocks=[section(f"About {body['text']}"), buttons])

    @app.action("related")
    async def related(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body)
        await respond(text="Related coverage", replace_original=False)

    @app.action("share")
    async def share(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body)
        await respond(text="Shared", response_type="in_channel", replace_original=False)

    @app.event("app_mention")
    async def mention(event: dict[str, Any], say: Any) -> None:
        heard.append(event)
        await say("You called?", thread_ts=event["ts"])

    @app.event("message")
    async def direct(event: dict[str, Any]) -> None:
        heard.append(event)


class SmallBot:
    """What the small bot heard, and its app."""

    def __init__(self, app: AsyncApp, heard: list[dict[str, Any]]) -> None:
        self.app = app
        self.heard = heard


@asynccontextmanager
async def serving(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/slack/events", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module")
async def bot(workspace: Workspace) -> AsyncIterator[SmallBot]:
    app = AsyncApp(token=workspace.bot_token, signing_secret=SECRET)
    app.client.base_url = workspace.api_url
    heard: list[dict[str, Any]] = []
    listen(app, heard)

    async def events(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    async with serving(events) as url:
        workspace.bot_url = url
        yield SmallBot(app, heard)
        await asyncio.sleep(0)
