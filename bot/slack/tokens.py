"""The token and the scopes of each workspace, from the settings or from its installation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.config import Settings
from bot.domain.installation import Installation
from bot.domain.ports import Clock
from bot.errors import SendError
from bot.slack.payloads import text_at
from bot.slack.services import Installations
from bot.slack.standing import Standing
from bot.slack.transport import Transport
from bot.telemetry import log_id, logger_for

log = logger_for("slack")

KEEP_SECONDS = 300.0
MOST_KEPT = 10_000
ROTATE_BEFORE = timedelta(hours=2)
"""A token that rotates lives 12 hours; it is traded this long before its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the bot may do in a workspace; `scopes` is None where nobody said, `token` may be empty."""

    token: str
    scopes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Kept:
    access: Access
    until: float


class Tokens:
    """Looks access up, and keeps it for a few minutes once found. Raises StoreAway."""

    def __init__(
        self,
        settings: Settings,
        installations: Installations | None,
        *,
        transport: Transport,
        standing: Standing,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._installations = installations if settings.slack_client_id else None
        self._transport = transport
        self._standing = standing
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = asyncio.Lock()

    async def access(self, team: str, enterprise: str) -> Access:
        """The workspace's own installation, else the token of the settings."""
        if self._installations is None:
            return self._from_settings()
        async with self._lock:  # a refresh token is good for one use
            now = asyncio.get_running_loop().time()
            kept = self._kept.get((team, enterprise))
            if kept is None or kept.until <= now:
                kept = _Kept(await self._find(self._installations, team, enterprise), now + KEEP_SECONDS)
                self._keep((team, enterprise), kept)
        return kept.access

    async def token_for(self, team: str, enterprise: str) -> str:
        """The token to use there; empty where there is none."""
        return (await self.access(team, enterprise)).token

    def forget(self, team: str) -> None:
        """Look a workspace up anew next time."""
        for key in [key for key in self._kept if key[0] == team]:
            del self._kept[key]

    def _from_settings(self) -> Access:
        return Access(token=self._settings.slack_bot_token, scopes=self._standing.scopes)

    def _keep(self, key: tuple[str, str], kept: _Kept) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = kept

    async def _find(self, installations: Installations, team: str, enterprise: str) -> Access:
        found = await installations.find(team, enterprise)
        if found is None:
            return self._from_settings()
        if found.refresh_token and found.expires_at and found.expires_at - self._clock.now() < ROTATE_BEFORE:
            found = await self._rotate(installations, found)
        return Access(token=found.bot_token, scopes=frozenset(found.scopes))

    async def _rotate(self, installations: Installations, old: Installation) -> Installation:
        """Trade the refresh token for a new pair, and keep that at once."""
        trade = {
            "client_id": self._settings.slack_client_id,
            "client_secret": self._settings.slack_client_secret,
            "grant_type": "refresh_token",
            "refresh_token": old.refresh_token,
        }
        try:
            reply = await self._transport.ask("oauth.v2.access", "", trade)
        except SendError as error:
            log.warning("team=%s could not get a fresh token (%s)", log_id(old.team_id), log_id(error.code))
            return old
        new = _rotated(old, reply.fields, self._clock)
        await installations.save(new)
        return new


def _rotated(old: Installation, fields: Mapping[str, Any], clock: Clock) -> Installation:
    token, refresh = text_at(fields, "access_token"), text_at(fields, "refresh_token")
    seconds = fields.get("expires_in")
    if not token or not refresh or not isinstance(seconds, int):
        return old
    return replace(
        old, bot_token=token, refresh_token=refresh, expires_at=clock.now() + timedelta(seconds=seconds)
    )
