"""The asker's time zone, from Slack where it may be read, without holding an answer up for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.errors import NewsbriefError, SendError
from bot.slack.outlet import Asker
from bot.slack.tokens import Tokens
from bot.slack.transport import Transport
from bot.telemetry import log_id, logger_for

log = logger_for("slack")

WAIT_SECONDS = 1.0
"""The longest that an answer waits for its asker's zone; what comes later serves the next one."""
LASTING_SECONDS = 3.0
"""The longest that is waited where something lasting is set up in that zone."""
KEEP_SECONDS = 3600.0
KEEP_FAILURE_SECONDS = 300.0
MOST_KEPT = 20_000
REFUSED = frozenset({"missing_scope", "unknown_method", "no_permission"})
"""Slack's words for a method that this bot may not call; `is_refused` then tells `/news status`."""


@dataclass(frozen=True, slots=True)
class _Kept:
    zone: ZoneInfo | None
    until: float


class Zones:
    """Zones by person, kept for an hour."""

    def __init__(self, transport: Transport, tokens: Tokens, default: ZoneInfo) -> None:
        self._transport = transport
        self._tokens = tokens
        self._default = default
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[ZoneInfo | None]] = {}
        self.is_refused = False

    async def zone_for(self, asker: Asker, text: str) -> ZoneInfo:
        """The zone in which the dates in `text` are meant.

        Only filters hold dates and each has a colon, so any other text needs no zone and asks nobody.
        """
        if ":" not in text:
            return self._default
        return await self.own_zone(asker) or self._default

    async def own_zone(self, asker: Asker, seconds: float = WAIT_SECONDS) -> ZoneInfo | None:
        """The zone of the asker's profile; None where Slack does not tell it within `seconds`."""
        if not asker.user:
            return None
        key = (asker.team, asker.user)
        kept = self._kept.get(key)
        if kept is not None and kept.until > asyncio.get_running_loop().time():
            return kept.zone
        task = self._asking.get(key) or self._start(key, asker)
        try:
            return await asyncio.wait_for(asyncio.shield(task), seconds)
        except TimeoutError:
            return None

    async def close(self) -> None:
        """End what is still being asked."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, key: tuple[str, str], asker: Asker) -> asyncio.Task[ZoneInfo | None]:
        task = asyncio.create_task(self._ask(key, asker))
        self._asking[key] = task
        task.add_done_callback(lambda _task: self._asking.pop(key, None))
        return task

    async def _ask(self, key: tuple[str, str], asker: Asker) -> ZoneInfo | None:
        zone, seconds = None, KEEP_FAILURE_SECONDS
        try:
            if token := await self._tokens.token_for(asker.team, asker.enterprise):
                reply = await self._transport.ask("users.info", token, {"user": asker.user})
                self.is_refused = False
                zone, seconds = _zone_in(reply.fields.get("user")), KEEP_SECONDS
        except SendError as error:
            self.is_refused = error.code in REFUSED
            log.info("no time zone (%s) for %s", log_id(error.code), asker)
        except NewsbriefError as error:
            log.warning("no time zone (%s) for %s", type(error).__name__, asker)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = _Kept(zone, asyncio.get_running_loop().time() + seconds)
        return zone


def _zone_in(user: object) -> ZoneInfo | None:
    name = user.get("tz") if isinstance(user, dict) else None
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (ValueError, OSError):
        return None
