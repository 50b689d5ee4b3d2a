"""Where every request from Slack comes in, over HTTP or the socket: repeats are dropped, the rest is done."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.intake import Payload, kind_of, repeat_key
from bot.slack.payloads import text_at
from bot.slack.recent import Recent
from bot.telemetry import Acknowledged, Hook, Repeated, log_id, logger_for

log = logger_for("slack")

REPEAT_SECONDS = 600.0
MOST_REMEMBERED = 100_000
"""Slack sends a workspace's app 30,000 events an hour at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What Slack is answered; an empty body is the plain acknowledgement."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


class Reception:
    """Takes what Slack says, once."""

    def __init__(self, app: AsyncApp, hook: Hook) -> None:
        self._app = app
        self._hook = hook
        self._seen = Recent(seconds=REPEAT_SECONDS, limit=MOST_REMEMBERED)
        self._taking = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_closed = False

    async def take(self, payload: Payload) -> Taken:
        """Acknowledge a verified request; the work goes on by itself."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        kind = kind_of(payload)
        with self._counted():
            taken = await self._take(payload, kind, started)
        self._hook(Acknowledged(kind=kind, status=taken.status, seconds=loop.time() - started))
        return taken

    async def close(self) -> None:
        """Take nothing more; ends once all that came before is acknowledged, and so promised."""
        self._is_closed = True
        await self._idle.wait()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._taking += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._taking -= 1
            if not self._taking:
                self._idle.set()

    async def _take(self, payload: Payload, kind: str, now: float) -> Taken:
        if self._is_closed:
            return Taken(status=503, body="The bot is stopping. Please try again in a minute.")
        key = repeat_key(payload)
        if key is not None and not self._seen.is_new(key, now):
            self._hook(Repeated(kind=kind))
            return Taken()
        if payload.get("type") == "app_rate_limited":
            log.warning("Slack limits events for team=%s", log_id(text_at(payload, "team_id")))
            return Taken()
        return await self._dispatch(payload, kind)

    async def _dispatch(self, payload: Payload, kind: str) -> Taken:
        """Through Bolt; what it has no listener for, or cannot read, was still received: 200."""
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=payload)
            response = await self._app.async_dispatch(request)
        except Exception:  # signed, so it was received: Slack would repeat what is not answered with 200
            log.exception("an odd %s was acknowledged and left (ref %s)", kind, secrets.token_hex(3))
            return Taken()
        if response.status != 200:
            log.debug("nothing is done for this kind of request: %s", kind)
            return Taken()
        return Taken(body=response.body, content_type=_content_type(response.headers))


def _content_type(headers: Mapping[str, Sequence[str]]) -> str:
    found = headers.get("content-type", ["text/plain"])
    return found[0].partition(";")[0] or "text/plain"
