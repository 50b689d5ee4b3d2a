"""Events: the bot leaves a workspace; somebody writes to it or mentions it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.message import Message
from bot.slack.asking import Asking
from bot.slack.outlet import Asker, Outlet
from bot.slack.payloads import asker_of_event, text_at
from bot.slack.services import Installations
from bot.slack.tokens import Tokens
from bot.slack.typed import as_typed
from bot.telemetry import log_id, logger_for

log = logger_for("slack")
_LEADING_MENTIONS = re.compile(r"^(?:\s*<@[A-Z0-9]+(?:\|[^>]*)?>[\s:,]*)+")


class Events:
    """What the bot does when it is told that something happened."""

    def __init__(
        self, asking: Asking, outlet: Outlet, tokens: Tokens, installations: Installations | None
    ) -> None:
        self._asking = asking
        self._outlet = outlet
        self._tokens = tokens
        self._installations = installations

    async def handle(self, body: Mapping[str, Any]) -> None:
        """Do what the event asks for; most ask for nothing."""
        event = body.get("event")
        match text_at(event, "type"):
            case "app_uninstalled":
                await self._forget(body)
            case "tokens_revoked" if _bot_tokens(event):
                await self._forget(body)
            case "message" if _is_question(body) and text_at(event, "channel_type") == "im":
                await self._answer(body)
            case "app_mention" if _is_question(body):
                await self._answer(body)

    async def _forget(self, body: Mapping[str, Any]) -> None:
        """Forget the workspace; or the whole organization, where that is what had installed the bot."""
        team, enterprise = text_at(body, "team_id"), text_at(body, "enterprise_id")
        whole = bool(enterprise) and _authorization(body).get("is_enterprise_install") is True
        self._tokens.forget(team)
        if self._installations is None:
            return
        try:
            await self._installations.delete("" if whole else team, enterprise)
            log.info("uninstalled team=%s enterprise=%s", log_id(team), log_id(enterprise))
        except Exception:  # nobody waits for this; the token is already forgotten here and dead at Slack
            log.exception("team=%s left, but its installation could not be deleted", log_id(team))

    async def _answer(self, body: Mapping[str, Any]) -> None:
        """Answer as the command would; without a token there is nowhere to answer."""

        async def send(to: Asker, message: Message) -> None:
            if token := await self._tokens.token_for(to.team, to.enterprise):
                await self._outlet.post(token, to, message)

        typed = _LEADING_MENTIONS.sub("", text_at(body, "event", "text"))
        await self._asking.answer(asker_of_event(body), as_typed(typed), send=send)


def _bot_tokens(event: object) -> bool:
    tokens = event.get("tokens") if isinstance(event, Mapping) else None
    return bool(isinstance(tokens, Mapping) and tokens.get("bot"))


def _is_question(body: Mapping[str, Any]) -> bool:
    """True for a person's own new words: no edits, no joins, nothing that a bot wrote, this one included."""
    event = body.get("event")
    if not isinstance(event, Mapping) or any(event.get(sign) for sign in ("bot_id", "subtype", "hidden")):
        return False
    user = text_at(event, "user")
    own = text_at(_authorization(body), "user_id")
    return user not in ("", own) and bool(text_at(event, "text").strip())


def _authorization(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The installation that an event is for, as the event names it: the bot's own user id among others."""
    told = body.get("authorizations")
    first = told[0] if isinstance(told, list) and told else {}
    return first if isinstance(first, Mapping) else {}
