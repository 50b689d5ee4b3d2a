"""Bringing things to the bot as Slack does: signed HTTP posts, or a Socket Mode connection."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web
from slack_sdk.signature import SignatureVerifier

from bot.clock import SystemClock
from bot.preview.core import Core
from bot.preview.world import Json

CLOSE_SECONDS = 0.5
PATIENCE = 3.0
"""Seconds that Slack waits for an acknowledgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """How the bot acknowledged: HTTP status (0: none), milliseconds, body, Slack's word for a failure."""

    status: int
    ms: float
    body: str = ""
    error: str = ""

    @property
    def ok(self) -> bool:
        """True where Slack would be content."""
        return not self.error

    def json(self) -> object:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(slots=True)
class _Link:
    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


class Outgoing:
    """The way to the bot: its newest socket where one is open, else `bot_url`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.bot_url = ""
        self._verifier = SignatureVerifier(core.signing_secret)
        self._real_time = SystemClock()
        self._links: list[_Link] = []
        self._session: ClientSession | None = None

    async def open(self) -> None:
        """Make ready to send."""
        self._session = ClientSession(connector=TCPConnector(limit=64), trust_env=False)

    async def close(self) -> None:
        """Let go of every connection."""
        await asyncio.gather(*(link.socket.close() for link in self._links), return_exceptions=True)
        if self._session:
            await self._session.close()

    @property
    def sockets(self) -> int:
        """How many Socket Mode connections are open."""
        return len(self._links)

    async def command(self, form: Json) -> Ack:
        """A slash command."""
        return await self._send("slash_commands", form, "application/x-www-form-urlencoded", urlencode(form))

    async def interaction(self, payload: Json) -> Ack:
        """A press, a dialog sent or closed."""
        body = urlencode({"payload": json.dumps(payload)})
        return await self._send("interactive", payload, "application/x-www-form-urlencoded", body)

    async def event(self, envelope: Json, *, retry: int = 0, reason: str = "") -> Ack:
        """An event; `retry` above 0 makes it a repetition."""
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        return await self._send("events_api", envelope, "application/json", json.dumps(envelope), headers)

    def signed_headers(self, body: str | bytes, *, at: int | None = None) -> dict[str, str]:
        """Slack's signature headers for a body; always by the real time, as the bot checks them by it."""
        timestamp = str(int(self._real_time.now().timestamp()) if at is None else at)
        signature = self._verifier.generate_signature(timestamp=timestamp, body=body) or ""
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}

    async def _send(
        self, kind: str, payload: Json, content_type: str, body: str, headers: dict[str, str] | None = None
    ) -> Ack:
        started = time.perf_counter()

        def ack(status: int, text: str = "", error: str = "") -> Ack:
            return Ack(status=status, ms=(time.perf_counter() - started) * 1000, body=text, error=error)

        try:
            async with asyncio.timeout(PATIENCE):
                if self._links:
                    return ack(200, await self._over_socket(self._links[-1], kind, payload))
                status, text = await self._over_http(content_type, body, headers or {})
                return ack(status, text, "" if 200 <= status < 300 else f"http_service_error: {status}")
        except TimeoutError:
            return ack(0, error="operation_timeout")
        except (ClientError, ConnectionError, OSError) as error:
            return ack(0, error=f"dispatch_failed: {type(error).__name__}")

    async def _over_http(self, content_type: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        if not self.bot_url or self._session is None:
            raise ConnectionError("the bot has no address yet")
        everything = {"Content-Type": content_type, **self.signed_headers(body), **headers}
        async with self._session.post(
            self.bot_url,
            data=body.encode(),
            headers={"User-Agent": "Slackbot 1.0 (+newsbrief preview)", **everything},
            timeout=ClientTimeout(total=None),
            allow_redirects=False,
        ) as response:
            return response.status, await response.text(errors="replace")

    async def _over_socket(self, link: _Link, kind: str, payload: Json) -> str:
        envelope = secrets.token_hex(12)
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        link.waiting[envelope] = future
        try:
            accepts = kind != "events_api"
            await link.socket.send_json(
                {
                    "envelope_id": envelope,
                    "type": kind,
                    "payload": payload,
                    "accepts_response_payload": accepts,
                }
            )
            answer = await future
        finally:
            link.waiting.pop(envelope, None)
        return json.dumps(answer["payload"]) if "payload" in answer else ""

    async def serve_socket(self, request: web.Request) -> web.StreamResponse:
        """A Socket Mode connection of the bot, by a ticket from `apps.connections.open`."""
        ticket = f"socket:{request.query.get('ticket', '')}"
        if ticket not in self._core.codes:
            raise web.HTTPForbidden(text="This socket address is not valid or was used before.")
        self._core.codes.remove(ticket)
        socket = web.WebSocketResponse(heartbeat=15, timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        link = _Link(socket)
        self._links.append(link)
        try:
            await socket.send_json(
                {"type": "hello", "num_connections": len(self._links), "connection_info": {"app_id": "A0"}}
            )
            await _listen(link)
        finally:
            self._links.remove(link)
        return socket


async def _listen(link: _Link) -> None:
    async for frame in link.socket:
        try:
            answer = json.loads(frame.data)
        except (TypeError, ValueError):
            continue
        future = link.waiting.get(answer.get("envelope_id", "")) if isinstance(answer, dict) else None
        if future and not future.done():
            future.set_result(answer)
