"""The bot's own HTTP server around Bolt: Slack's requests, health, metrics and installing."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from bot.domain.ports import Clock
from bot.errors import PortTaken
from bot.slack.connection import Connection, packages_http_logger
from bot.slack.install import Installer
from bot.slack.intake import Refused, Stamp, check_signature, read_payload
from bot.slack.pages import page, plain, without_version
from bot.slack.recent import Recent
from bot.slack.reception import Reception
from bot.telemetry import METRICS_TYPE, Acknowledged, Hook, Metrics, log_id, logger_for

log = logger_for("slack")

LARGEST_BODY = 1 << 20
"""Bytes of one request; Slack's largest, an interaction with its whole message, is a fraction of it."""
BODY_SECONDS = 10.0
TELL_AGAIN_SECONDS = 60.0
SHUTDOWN_SECONDS = 0.25
"""What a request that is still being read at the end is given, twice: to finish, and to be cancelled."""
BACKLOG = 128
ENCODINGS = ("", "identity")
"""Slack compresses nothing, and unpacking what anybody sends costs more than sending it."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the server serves. `readiness` tells what is missing, empty when nothing is.

    Without a `signing_secret` (Socket Mode) no request of Slack's is taken over HTTP.
    """

    reception: Reception
    installer: Installer
    metrics: Metrics
    hook: Hook
    clock: Clock
    signing_secret: str
    readiness: Callable[[], Awaitable[str]]


class Server:
    """Listens from `open` to `close`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._told = Recent(seconds=TELL_AGAIN_SECONDS, limit=20)
        self._runner = web.AppRunner(
            self._application(), handle_signals=False, shutdown_timeout=SHUTDOWN_SECONDS
        )
        self._listener: asyncio.Server | None = None
        self.address = ""

    async def open(self, host: str, port: int) -> None:
        """Bind and listen; raises PortTaken."""
        await self._runner.setup()
        try:
            self._listener = await self._listen(host, port)
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise PortTaken(
                f"Nothing can listen on {host}:{port} ({reason}).",
                hint="Choose another NEWSBRIEF_PORT or NEWSBRIEF_HOST, or end what uses it.",
            ) from error
        bound = self._listener.sockets[0].getsockname()
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        self.address = f"http://{shown}:{bound[1]}"

    async def close(self) -> None:
        """Take no new connection, and close every one that is open. Safe to call twice."""
        if self._listener is not None:
            self._listener.close()
        await self._runner.cleanup()

    async def _listen(self, host: str, port: int) -> asyncio.Server:
        """Our own connections instead of aiohttp's `TCPSite`, for what they answer to broken HTTP."""
        loop, manager = asyncio.get_running_loop(), cast("web.Server", self._runner.server)

        def connection() -> Connection:
            return Connection(manager, loop, self._refusal, packages_http_logger())

        return await loop.create_server(connection, host, port, backlog=BACKLOG)

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY, middlewares=[_without_traceback])
        application.on_response_prepare.append(_sign)
        application.router.add_post("/slack/events", self._events)
        for path, handler in {
            "/": self._front,
            "/healthz": self._lives,
            "/readyz": self._ready,
            "/metrics": self._metrics,
            "/slack/install": self._site.installer.install,
            "/slack/oauth_redirect": self._site.installer.redirected,
        }.items():
            application.router.add_get(path, handler)
        return application

    async def _events(self, request: web.Request) -> web.Response:
        started = time.perf_counter()
        try:
            payload = await self._read(request)
        except Refused as error:
            return self._refusal(error, time.perf_counter() - started)
        taken = await self._site.reception.take(payload)
        return web.Response(text=taken.body, status=taken.status, content_type=taken.content_type)

    def _refusal(self, error: Refused, seconds: float = 0.0) -> web.Response:
        """A plain answer; a line in the log at most once a minute, as anybody may send anything."""
        self._site.hook(Acknowledged(kind="refused", status=error.status, seconds=seconds))
        if self._told.is_new(error.reason, time.monotonic()):
            log.warning("refused with %d: %s", error.status, error.reason)
        return plain(error.reason, error.status)

    async def _read(self, request: web.Request) -> dict[str, object]:
        if not self._site.signing_secret:
            raise Refused(401, "This bot uses Socket Mode and takes no requests over HTTP.")
        if request.headers.get("Content-Encoding", "").strip().lower() not in ENCODINGS:
            raise Refused(415, "The request's body is encoded, and this bot reads plain bodies only.")
        body = await _body_of(request)
        stamp = Stamp(
            timestamp=request.headers.get("X-Slack-Request-Timestamp", ""),
            signature=request.headers.get("X-Slack-Signature", ""),
        )
        now = self._site.clock.now().timestamp()
        check_signature(stamp, body, secret=self._site.signing_secret, now=now)
        return read_payload(body, request.content_type)

    async def _front(self, _request: web.Request) -> web.Response:
        return page("newsbrief", "This is a Slack bot. It is well, and there is nothing more to see here.")

    async def _lives(self, _request: web.Request) -> web.Response:
        return plain("alive", 200)

    async def _ready(self, _request: web.Request) -> web.Response:
        missing = await self._site.readiness()
        return plain(missing or "ready", 503 if missing else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._site.metrics.text(), headers={"Content-Type": METRICS_TYPE})


async def _body_of(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError as error:
        raise Refused(408, "The request's body did not arrive in time.") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused(413, "The request's body is larger than 1 MiB.") from error
    except (web.RequestPayloadError, ValueError) as error:
        raise Refused(400, "The request's body cannot be read.") from error


async def _sign(_request: web.Request, answer: web.StreamResponse) -> None:
    without_version(answer)


@web.middleware
async def _without_traceback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever is sent, a plain sentence comes back; the traceback is in the log under its ref."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        allow = error.headers.get("Allow")
        answer = plain(f"{error.status} {error.reason}", error.status)
        if allow:
            answer.headers["Allow"] = allow
        return answer
    except Exception:  # the outermost edge: no traceback leaves, whatever was sent (contract section 4)
        ref = secrets.token_hex(3)
        log.exception("a request to %s failed (ref %s)", log_id(request.path), ref)
        return plain(f"Something went wrong on our side (ref {ref}).", 500)
