"""The workspaces that the bot answers in: their tokens, and what Slack says of ours."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.config import Settings
from bot.domain.installation import Installation
from bot.domain.ports import Clock
from bot.errors import Rejected, SendError, SlackRefused
from bot.slack.services import Installations
from bot.slack.transport import Transport
from bot.telemetry import log_id, logger_for

log = logger_for("slack")

REFUSALS = frozenset({
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission",
    "org_login_required", "ekm_access_denied", "not_allowed_token_type", "access_denied", "team_disabled",
    "team_not_found", "user_removed_from_team", "invalid_token",
})  # fmt: skip
"""Slack's words for a token that is of no use."""
UNCHECKABLE = frozenset({"unknown_method", "method_deprecated", "deprecated_endpoint"})
FEATURES = {
    "users:read": "Dates such as `since:2021-02-01` are read in {zone}, not in each reader's own time zone",
    "im:history": "Direct messages to the bot are not answered",
    "app_mentions:read": "Mentions of the bot are not answered",
}
"""What is lost without an optional scope."""
KEEP_SECONDS = 300.0
ROTATE_BEFORE = timedelta(hours=2)


class Standing:
    """What Slack says of the bot token: accepted, not known yet, or refused; and the scopes it has."""

    def __init__(self, transport: Transport, settings: Settings) -> None:
        self._transport = transport
        self._settings = settings
        self.accepted = not settings.slack_bot_token
        self.refusal = ""
        self.scopes: frozenset[str] | None = None

    async def settle(self) -> bool:
        """As `check`; without a token there is nothing to settle."""
        return self.accepted or await self.check()

    async def check(self) -> bool:
        """Ask Slack once: True where that settled it, False where it has to be asked again.

        Raises SlackRefused for a token of no use.
        """
        try:
            reply = await self._transport.ask("auth.test", self._settings.slack_bot_token, {})
        except Rejected as error:
            return self._judge(error)
        except SendError as error:
            log.warning("Slack has not confirmed the token yet (%s); asking again", log_id(error.code))
            return False
        self.accepted = True
        self.scopes = reply.scopes
        return True

    def _judge(self, error: Rejected) -> bool:
        if error.code in REFUSALS:
            self.refusal = error.code
            raise SlackRefused(
                f"Slack refused the bot token ({error.code}).",
                hint="Copy it anew into SLACK_BOT_TOKEN from your app's page, OAuth & Permissions.",
            )
        self.accepted = error.code in UNCHECKABLE
        log.warning("Slack did not check the token (%s)", log_id(error.code))
        return self.accepted

    async def keep_checking(self) -> None:
        """Ask until it is settled, less and less often."""
        pause = 1.0
        while True:
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)
            try:
                if await self.check():
                    return
            except SlackRefused as error:
                log.error("%s", error)  # noqa: TRY400 -- the sentence is all there is to say
                return

    def notes(self) -> list[str]:
        """What is lost by scopes that were not granted, and a token that Slack refused later."""
        notes = [f"Slack refused the bot token ({self.refusal})."] if self.refusal else []
        if self.scopes is None:
            return notes
        missing = [scope for scope in FEATURES if scope not in self.scopes]
        zone = self._settings.timezone.key
        return notes + [
            f"{FEATURES[scope].format(zone=zone)} (scope `{scope}` is missing)." for scope in missing
        ]


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    until: float


class Tokens:
    """The bot token of each workspace, kept for a few minutes once found."""

    def __init__(
        self, transport: Transport, settings: Settings, installations: Installations | None, clock: Clock
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._installations = installations
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = asyncio.Lock()

    async def token_for(self, team: str, enterprise: str) -> str:
        """The token to use there; empty where there is none. Raises StoreAway."""
        if not self._settings.slack_client_id or self._installations is None:
            return self._settings.slack_bot_token
        now = asyncio.get_running_loop().time()
        kept = self._kept.get((team, enterprise))
        if kept is not None and kept.until > now:
            return kept.token
        async with self._lock:
            token = await self._find(self._installations, team, enterprise)
        if len(self._kept) > 10_000:
            self._kept.clear()
        self._kept[team, enterprise] = _Kept(token, now + KEEP_SECONDS)
        return token

    def forget(self, team: str) -> None:
        """Look a workspace up anew next time."""
        for key in [key for key in self._kept if key[0] == team]:
            del self._kept[key]

    async def _find(self, installations: Installations, team: str, enterprise: str) -> str:
        found = await installations.find(team, enterprise)
        if found is None:
            return self._settings.slack_bot_token
        if found.refresh_token and found.expires_at and found.expires_at - self._clock.now() < ROTATE_BEFORE:
            found = await self._rotate(installations, found)
        return found.bot_token

    async def _rotate(self, installations: Installations, old: Installation) -> Installation:
        """Trade the refresh token, good for one use, for a new pair, and keep it at once."""
        try:
            reply = await self._transport.ask("oauth.v2.access", "", self._trade(old))
        except SendError as error:
            log.warning("team=%s could not get a fresh token (%s)", log_id(old.team_id), log_id(error.code))
            return old
        new = _rotated(old, dict(reply.fields), self._clock)
        await installations.save(new)
        return new

    def _trade(self, old: Installation) -> dict[str, str]:
        return {
            "client_id": self._settings.slack_client_id,
            "client_secret": self._settings.slack_client_secret,
            "grant_type": "refresh_token",
            "refresh_token": old.refresh_token or "",
        }


def _rotated(old: Installation, fields: dict[str, Any], clock: Clock) -> Installation:
    token, refresh, seconds = (fields.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(token, str) or not isinstance(refresh, str) or not isinstance(seconds, int):
        return old
    return replace(
        old,
        bot_token=token,
        refresh_token=refresh,
        expires_at=clock.now() + timedelta(seconds=seconds),
    )
