"""Slack as the outbox needs it: post with a delivery's id, find it again, open a direct message; once each.

Nothing is tried twice here: what an answer means for a delivery, and when the next try comes, is the outbox's
to decide (`bot.dispatch`), because only it remembers a try beyond the end of this process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.domain.delivery import EVENT_TYPE, Receipt
from bot.domain.message import Message
from bot.domain.owed import Address
from bot.errors import Rejected, RetryLater, Uncertain
from bot.slack.payloads import text_at
from bot.slack.tokens import Tokens
from bot.slack.transport import Reply, Transport

PAGE_LIMIT = 200
MOST_PAGES = 50
"""A window of history is about two minutes long; more than 10,000 messages in it are not read through."""
LOOK_AGAIN_SECONDS = 30.0

UNSURE = frozenset({
    "internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org",
    "duplicate_message_not_found", "duplicate_channel_not_found",
})  # fmt: skip
"""Slack's words for trouble of its own: the message may have been posted all the same."""
STALE_TOKEN = frozenset({
    "token_expired", "token_revoked", "invalid_auth", "not_authed", "account_inactive", "missing_scope",
})  # fmt: skip
"""After these the token is looked up anew: the app may have been installed again meanwhile."""

_TS = re.compile(r"\d{1,12}\.\d{1,6}")


class Poster:
    """Implements `bot.domain.owed.Sender`; beside its errors StoreAway where a token cannot be looked up."""

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self._transport = transport
        self._tokens = tokens

    async def post(
        self, to: Address, message: Message, delivery: str, *, until: float | None = None
    ) -> Receipt:
        """`chat.postMessage` with the delivery's id as metadata, without previews of links."""
        reply = await self._write(
            to.team, to.enterprise, "chat.postMessage", _body(to, message, delivery), until
        )
        channel, ts = text_at(reply.fields, "channel"), text_at(reply.fields, "ts")
        if not channel or not _TS.fullmatch(ts):
            raise Uncertain("Slack took the message and did not say where it is.", code="no_receipt")
        return Receipt(channel=channel, ts=ts)

    async def find(self, to: Address, delivery: str, *, oldest: datetime, latest: datetime) -> Receipt | None:
        """The message in a stretch of the channel's history or, with `thread_ts`, of that thread's replies.

        RetryLater also where the stretch holds more messages than are read through at once.
        """
        method = "conversations.replies" if to.thread_ts else "conversations.history"
        fields = _window(to, oldest, latest)
        for _ in range(MOST_PAGES):
            reply = await self._read(to.team, to.enterprise, method, fields)
            for message in _messages(reply):
                if _is_delivery(message, delivery):
                    return Receipt(channel=to.channel, ts=text_at(message, "ts"))
            cursor = text_at(reply.fields, "response_metadata", "next_cursor")
            if not cursor and reply.fields.get("has_more") is not True:
                return None
            if not cursor:
                break
            fields = fields | {"cursor": cursor}
        raise RetryLater("The history is too long to be read.", seconds=LOOK_AGAIN_SECONDS, code="too_long")

    async def open(self, team: str, enterprise: str, user: str) -> str:
        """`conversations.open`: the id of the direct message with a person."""
        reply = await self._write(team, enterprise, "conversations.open", {"users": user})
        channel = text_at(reply.fields, "channel", "id")
        if not channel:
            raise Uncertain("Slack opened a direct message and did not name it.", code="no_channel")
        return channel

    async def _write(
        self, team: str, enterprise: str, method: str, body: Mapping[str, Any], until: float | None = None
    ) -> Reply:
        token = await self._token(team, enterprise)
        try:
            return await self._transport.call_once(method, token, body, until=until)
        except Rejected as error:
            raise self._read_as(error, team) from error

    async def _read(self, team: str, enterprise: str, method: str, fields: Mapping[str, str]) -> Reply:
        token = await self._token(team, enterprise)
        try:
            return await self._transport.ask_once(method, token, fields)
        except Rejected as error:
            raise self._read_as(error, team) from error

    async def _token(self, team: str, enterprise: str) -> str:
        token = await self._tokens.token_for(team, enterprise)
        if not token:
            raise Rejected("The bot has no token for this workspace.", code="no_token")
        return token

    def _read_as(self, error: Rejected, team: str) -> Rejected | Uncertain:
        """A refusal as it is; as Uncertain where it says nothing of what became of the message."""
        if error.code in STALE_TOKEN:
            self._tokens.forget(team)
        if error.code in UNSURE or error.code.startswith("http_"):  # no word of Slack's: something between
            return Uncertain("Slack, or something before it, failed.", code=error.code)
        return error


def _body(to: Address, message: Message, delivery: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "channel": to.channel,
        "text": message.text,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"delivery_id": delivery}},
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if message.blocks:
        body["blocks"] = [dict(block) for block in message.blocks]
    return body | ({"thread_ts": to.thread_ts} if to.thread_ts else {})


def _window(to: Address, oldest: datetime, latest: datetime) -> dict[str, str]:
    fields = {
        "channel": to.channel,
        "oldest": f"{oldest.timestamp():.6f}",
        "latest": f"{latest.timestamp():.6f}",
        "inclusive": "true",
        "include_all_metadata": "true",
        "limit": str(PAGE_LIMIT),
    }
    return fields | ({"ts": to.thread_ts} if to.thread_ts else {})


def _messages(reply: Reply) -> Iterator[Mapping[str, Any]]:
    """The messages of a page; an answer without any list of them is no answer."""
    messages = reply.fields.get("messages")
    if not isinstance(messages, list):
        raise Uncertain("Slack's answer holds no messages.", code="no_messages")
    return (message for message in messages if isinstance(message, Mapping))


def _is_delivery(message: Mapping[str, Any], delivery: str) -> bool:
    return (
        text_at(message, "metadata", "event_type") == EVENT_TYPE
        and text_at(message, "metadata", "event_payload", "delivery_id") == delivery
    )
