"""Socket Mode: the same requests over a WebSocket that the bot opens, so that no public address is needed.

Our own small client: slack_sdk's retries for ever with a ticket that may have expired, writes what it
receives to the log, and closes the old socket before the new one stands. Here the next socket is open before
the old one, which Slack retires every few hours, is let go.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.errors import Rejected, RetryLater, SendError, SlackRefused
from bot.slack.reasons import reason_of
from bot.slack.recent import Recent
from bot.slack.reception import Reception, Taken
from bot.slack.standing import REFUSALS
from bot.slack.transport import Transport
from bot.telemetry import log_id, logger_for

log = logger_for("slack")

CONNECT_SECONDS = 15.0
FIRST_PAUSE = 0.5
HEARTBEAT_SECONDS = 10.0
"""How often the connection is probed; one unanswered probe and it counts as broken."""
CLOSE_SECONDS = 2.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 30.0
"""A socket that lived this long was a good one: the next is opened without a pause."""
TELL_AGAIN_SECONDS = 60.0
LARGEST_MESSAGE = 4 << 20
REQUESTS = frozenset({"slash_commands", "interactive", "events_api"})


class SocketMode:
    """Keeps one socket open from `open` to `close`; what arrives goes to the reception."""

    def __init__(self, transport: Transport, app_token: str, reception: Reception) -> None:
        self._transport = transport
        self._token = app_token
        self._reception = reception
        self._keeper: asyncio.Task[None] | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self._current: aiohttp.ClientWebSocketResponse | None = None
        self._opened_at: float | None = None
        self._wanted = asyncio.Event()
        self._told = Recent(seconds=TELL_AGAIN_SECONDS, limit=20)
        self.refusal = ""

    @property
    def is_connected(self) -> bool:
        """True while a socket is open."""
        return self._current is not None and not self._current.closed

    async def open(self) -> None:
        """Connect, or go on trying in the background; raises SlackRefused for a token of no use."""
        connected = await self._connect_once()
        if not connected:
            self._wanted.set()
        self._keeper = asyncio.create_task(self._keep_connected(), name="socket mode")

    async def lasting(self) -> None:
        """For as long as `open` goes on; raises SlackRefused once the token has become of no use."""
        if self._keeper is not None:
            await asyncio.wait([self._keeper])
            await self._keeper

    async def stop_listening(self) -> None:
        """Take nothing more: Slack sends what follows elsewhere, or says that nobody is there."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await asyncio.gather(*self._answering, return_exceptions=True)
        if self._current is not None:
            await self._current.close()

    async def close(self) -> None:
        """Let go of everything."""
        for task in list(self._readers):
            task.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    async def _keep_connected(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            if self._was_steady():
                pause = FIRST_PAUSE
            else:
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 -- spreads reconnects
                pause = min(pause * 2, LONGEST_PAUSE)
            if not await self._connect_once():
                self._wanted.set()

    def _was_steady(self) -> bool:
        """True once for each socket that lived long enough."""
        opened_at, self._opened_at = self._opened_at, None
        return opened_at is not None and asyncio.get_running_loop().time() - opened_at >= STEADY_SECONDS

    async def _connect_once(self) -> bool:
        """Open a new socket with a new ticket and read from it; the one before ends by itself."""
        try:
            url = await self._ticket()
            socket = await asyncio.wait_for(
                self._transport.session.ws_connect(
                    url,
                    heartbeat=HEARTBEAT_SECONDS,
                    max_msg_size=LARGEST_MESSAGE,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
                ),
                CONNECT_SECONDS,
            )
        except (SendError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            self._tell(reason_of(error))
            return False
        before, self._current = self._current, socket
        self._opened_at = asyncio.get_running_loop().time()
        reader = asyncio.create_task(self._read(socket), name="socket reader")
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)
        if before is not None and not before.closed:
            await before.close()
        log.info("Socket Mode is connected")
        return True

    def _tell(self, reason: str) -> None:
        """Log why there is no connection, each reason once a minute at most."""
        if self._told.is_new(reason, asyncio.get_running_loop().time()):
            log.warning("Socket Mode is not connected: %s; trying again", reason)

    async def _ticket(self) -> str:
        try:
            reply = await self._transport.ask("apps.connections.open", self._token, {})
        except Rejected as error:
            if error.code in REFUSALS:
                self.refusal = f"Slack refused the app-level token ({error.code})."
                raise SlackRefused(
                    self.refusal,
                    hint="Make one with the scope connections:write under Basic Information, "
                    "and copy it into SLACK_APP_TOKEN.",
                ) from error
            raise
        url = reply.fields.get("url")
        if not isinstance(url, str) or not url.startswith(("wss://", "ws://")):
            raise RetryLater("Slack gave no address to connect to.", seconds=1.0, code="no_url")
        return url

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Read until the socket ends; if it was the current one, another is wanted."""
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._receive(socket, message.data)
        finally:
            if socket is self._current:
                self._wanted.set()

    def _receive(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
        try:
            envelope = json.loads(text)
        except (ValueError, RecursionError):
            log.warning("Socket Mode received something that is not JSON")
            return
        if not isinstance(envelope, dict):
            return
        if envelope.get("type") == "disconnect":
            log.info("Socket Mode is asked to reconnect")
            self._wanted.set()
        elif envelope.get("type") in REQUESTS and isinstance(envelope.get("payload"), dict):
            task = asyncio.create_task(self._take(socket, envelope))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        taken = await self._reception.take(envelope["payload"])
        if taken.status != 200:
            return
        answer: dict[str, Any] = {"envelope_id": envelope.get("envelope_id")}
        if payload := _payload(taken):
            answer["payload"] = payload
        try:
            await socket.send_json(answer)
        except (ConnectionError, RuntimeError, aiohttp.ClientError):
            log.warning(
                "an acknowledgement was lost with its socket (%s)", log_id(envelope.get("envelope_id"))
            )


def _payload(taken: Taken) -> Mapping[str, Any] | None:
    if not taken.body:
        return None
    if taken.content_type == "application/json":
        found = json.loads(taken.body)
        return found if isinstance(found, dict) and found else None
    return {"text": taken.body}
