"""What Slack says of the bot token: accepted, not known yet, or refused; and the scopes it has."""

from __future__ import annotations

import asyncio

from bot.errors import Rejected, SendError, SlackRefused
from bot.slack.reasons import reason_of
from bot.slack.recent import Recent
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
"""A Slack-compatible server that cannot check a token; the bot works with it all the same."""
LONGEST_PAUSE = 60.0
TELL_AGAIN_SECONDS = 60.0


class Standing:
    """Knows how the one bot token of the settings stands; without a token all is well."""

    def __init__(self, transport: Transport, token: str) -> None:
        self._transport = transport
        self._token = token
        self._told = Recent(seconds=TELL_AGAIN_SECONDS, limit=20)
        self.accepted = not token
        self.refusal = ""
        self.scopes: frozenset[str] | None = None

    async def settle(self) -> bool:
        """Ask Slack once, where there is a token: True where that settled it.

        Raises SlackRefused for a token of no use.
        """
        if self.accepted:
            return True
        try:
            reply = await self._transport.ask("auth.test", self._token, {})
        except Rejected as error:
            return self._judge(error)
        except SendError as error:
            self._tell(reason_of(error))
            return False
        self.accepted, self.scopes = True, reply.scopes
        return True

    def _tell(self, reason: str) -> None:
        """Log why nothing is settled, each reason once a minute at most."""
        if self._told.is_new(reason, asyncio.get_running_loop().time()):
            log.warning("Slack has not confirmed the bot token yet: %s; asking again", reason)

    def _judge(self, error: Rejected) -> bool:
        if error.code in REFUSALS:
            self.refusal = f"Slack refused the bot token ({error.code})."
            raise SlackRefused(
                self.refusal,
                hint="Copy it anew into SLACK_BOT_TOKEN from your app's page, OAuth & Permissions.",
            )
        self.accepted = error.code in UNCHECKABLE
        log.warning("Slack did not check the token (%s)", log_id(error.code))
        return self.accepted

    async def keep_asking(self) -> None:
        """Ask until it is settled, less and less often. Raises SlackRefused for a token of no use."""
        pause = 1.0
        while True:
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            if await self.settle():
                return
