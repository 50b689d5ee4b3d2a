"""The workspace as one thing: start it, point it at the bot, drive it, look at what the bot did."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.domain.ports import Clock
from bot.errors import PortTaken
from bot.preview.acts import Acts, Asked
from bot.preview.core import Core
from bot.preview.faults import Fault, Faults
from bot.preview.guard import require_loopback
from bot.preview.hooks import Hooks
from bot.preview.journal import Journal
from bot.preview.outgoing import Ack, Outgoing
from bot.preview.page import Page
from bot.preview.sample import ADA, sample_world
from bot.preview.server import Server
from bot.preview.world import Finding, Json, Posted, World

Complete = Callable[[str], Awaitable[list[str]]]
"""From the words typed after the command to whole replacements for them, best first."""

TRIED_PORTS = 100
STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Port:
    first: int
    any_port: bool

    def candidates(self) -> Iterable[int]:
        if self.first == 0 or not self.any_port:
            return (self.first,)
        return range(self.first, min(self.first + TRIED_PORTS, 65536))


class Workspace:
    """A Slack-compatible workspace on a loopback port, with a page to use it by hand.

    `any_port` takes the next free port where `port` is busy; port 0 is any free one. `asset_folders` are
    searched in order for `/assets/…`; `complete` gives completions of a search as it is typed.
    Raises SettingError for a host that other machines could reach.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        host: str = "127.0.0.1",
        port: int = 8300,
        any_port: bool = True,
        signing_secret: str,
        command: str = "/news",
        asset_folders: Sequence[str] = (),
        complete: Complete | None = None,
    ) -> None:
        require_loopback(host)
        self._host = host
        self._port = _Port(port, any_port)
        self._core = Core(
            world=sample_world(clock),
            clock=clock,
            signing_secret=signing_secret,
            command=command,
            asset_folders=[Path(folder) for folder in asset_folders],
        )
        self._hooks = Hooks(self._core)
        self._outgoing = Outgoing(self._core)
        self.acts = Acts(self._core, self._hooks, self._outgoing)
        self.complete = complete
        self._page = Page(self._core, self._hooks, self.acts, self._completions)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen; raises PortTaken where no port is to be had."""
        await self._outgoing.open()
        app = Server(self._core, self._hooks, self._outgoing).application()
        self._page.add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
        await self._runner.setup()
        try:
            await self._listen(self._runner)
        except PortTaken:
            await self.stop()
            raise

    async def _listen(self, runner: web.AppRunner) -> None:
        for port in self._port.candidates():
            site = web.TCPSite(runner, self._host, port)
            try:
                await site.start()
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise PortTaken(f"Cannot listen on {self._host}: {error.strerror}.") from error
                continue
            name = f"[{self._host}]" if ":" in self._host else self._host
            self._core.root = f"http://{name}:{runner.addresses[0][1]}"
            return
        hint = "Stop what uses it, or name another with --port."
        raise PortTaken(f"Port {self._port.first} of {self._host} is taken.", hint=hint)

    async def _completions(self, text: str) -> list[str]:
        return await self.complete(text) if self.complete else []

    async def stop(self) -> None:
        """Let go of the port and of every connection."""
        self._core.stopping.set()
        await self._outgoing.close()
        await self._page.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The page: `http://127.0.0.1:PORT/`."""
        return f"{self._core.root}/"

    @property
    def api_url(self) -> str:
        """The base of the Web API, for `SLACK_API_URL`: `http://127.0.0.1:PORT/api/`."""
        return f"{self._core.root}/api/"

    @property
    def assets_url(self) -> str:
        """Where relative image addresses begin, for `NEWSBRIEF_ASSETS_URL`."""
        return f"{self._core.root}/assets"

    @property
    def bot_token(self) -> str:
        """The token of the installed bot."""
        return self._core.bot_token

    @property
    def app_token(self) -> str:
        """The token for Socket Mode."""
        return self._core.app_token

    @property
    def signing_secret(self) -> str:
        """What requests to the bot are signed with."""
        return self._core.signing_secret

    @property
    def bot_url(self) -> str:
        """Where the bot's `POST /slack/events` lives; settable at any time."""
        return self._outgoing.bot_url

    @bot_url.setter
    def bot_url(self, url: str) -> None:
        self._outgoing.bot_url = url

    @property
    def faults(self) -> Faults:
        """The faults in force; assign a list of Fault to replace them."""
        return self._core.faults

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        self._core.faults.set(list(faults))

    @property
    def calls(self) -> Journal:
        """What the bot asked for, call by call."""
        return self._core.journal

    @property
    def world(self) -> World:
        """People, conversations and messages."""
        return self._core.world

    @property
    def sockets(self) -> int:
        """How many Socket Mode connections are open."""
        return self._outgoing.sockets

    def messages(self, channel: str = "C0NEWS") -> Sequence[Posted]:
        """Everything in a conversation, oldest first, ephemeral and refused messages too."""
        return self._core.world.timeline(channel)

    @property
    def findings(self) -> list[tuple[Posted, Finding]]:
        """Everything wrong with what the bot sent so far; empty is what a good bot leaves."""
        world = self._core.world
        return [
            (message, finding)
            for channel in world.conversations
            for message in world.timeline(channel)
            for finding in message.findings
        ]

    async def command(self, text: str = "", *, user: str = ADA, channel: str = "C0NEWS") -> Asked:
        """Run the slash command; `text` is what a person typed after it."""
        return await self.acts.command(text, user=user, channel=channel)

    async def press(self, message: Posted, wanted: str, *, user: str = "", choice: str = "") -> Asked:
        """Press what has this action_id or label; `choice` is an option's value."""
        return await self.acts.press(message, wanted, user=user, choice=choice)

    async def event(self, event: Json, *, event_id: str = "", retry: int = 0, reason: str = "") -> Ack:
        """Send an event, such as `{"type": "app_mention", …}`; `retry` above 0 makes it a repetition."""
        return await self.acts.event(event, event_id=event_id, retry=retry, reason=reason)

    async def say(
        self, text: str, *, user: str = ADA, channel: str = "C0NEWS", thread_ts: str = ""
    ) -> Posted:
        """A person writes a message."""
        return await self.acts.say(text, user=user, channel=channel, thread_ts=thread_ts)

    def signed_headers(self, body: str | bytes, *, at: int | None = None) -> dict[str, str]:
        """Slack's signature headers for a body that a test sends by itself; `at` in seconds since 1970."""
        return self._outgoing.signed_headers(body, at=at)

    async def wait_for(self, condition: Callable[[], Any], seconds: float = 5.0) -> None:
        """Wait until `condition` holds, looking after every change; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - a condition may look at anything, also outside
                await asyncio.sleep(0.01)
