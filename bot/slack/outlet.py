"""Answers on their way to a reader: the payload's form, and what is tried when Slack refuses a message."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.domain.message import Message
from bot.errors import Rejected
from bot.render import without_images
from bot.slack.transport import Transport
from bot.telemetry import log_id, logger_for

log = logger_for("slack")

_PLACE = re.compile(r"\[json-pointer:(/blocks(?:/[a-z0-9_]+){1,12})\]")
_IMAGE_FAILED = "downloading image failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, from where, and where the answer goes. Ids are empty where Slack did not send them.

    `trigger` lets a dialog be opened within three seconds of a button's press.
    """

    team: str = ""
    enterprise: str = ""
    channel: str = ""
    user: str = ""
    response_url: str = ""
    thread: str = ""
    trigger: str = ""

    @property
    def can_share(self) -> bool:
        """False in a direct message (its id begins with D): there is no channel to share to."""
        return not self.channel.startswith("D")

    @property
    def is_overheard(self) -> bool:
        """True where the answer is read by a whole channel: after a mention there is no response_url."""
        return not self.response_url and self.can_share

    def __str__(self) -> str:
        return f"team={log_id(self.team)} channel={log_id(self.channel)} user={log_id(self.user)}"


class Outlet:
    """Brings messages to readers."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def whisper(self, asker: Asker, message: Message) -> None:
        """To the asker alone; raises SendError."""
        await self._respond(asker, message, "ephemeral")

    async def say(self, asker: Asker, message: Message) -> None:
        """To everyone in the channel where the asker is; raises SendError."""
        await self._respond(asker, message, "in_channel")

    async def post(self, token: str, asker: Asker, message: Message) -> None:
        """As a message of the bot's own, where there is no response_url; raises SendError."""
        to = {"channel": asker.channel} | ({"thread_ts": asker.thread} if asker.thread else {})
        await self._call("chat.postMessage", token, to, message)

    async def tell(self, token: str, asker: Asker, message: Message) -> None:
        """To the asker alone, where there is no response_url; raises SendError.

        In the channel where the asker is, and where the bot may not speak there as a direct message.
        """
        if not asker.can_share:
            return await self.post(token, asker, message)
        to = {"channel": asker.channel, "user": asker.user}
        to |= {"thread_ts": asker.thread} if asker.thread else {}
        try:
            await self._call("chat.postEphemeral", token, to, message)
        except Rejected as error:
            log.info("told in a direct message instead (%s) %s", log_id(error.code), asker)
            await self._call("chat.postMessage", token, {"channel": asker.user}, message)

    async def _call(self, method: str, token: str, to: dict[str, str], message: Message) -> None:
        async def send(body: dict[str, Any]) -> None:
            await self._transport.call(method, token, to | body)

        await _send_degrading(send, message)

    async def _respond(self, asker: Asker, message: Message, response_type: str) -> None:
        how: dict[str, Any] = {"response_type": response_type, "replace_original": False}
        if asker.thread:
            how["thread_ts"] = asker.thread

        async def send(body: dict[str, Any]) -> None:
            await self._transport.respond(asker.response_url, how | body)

        await _send_degrading(send, message)


async def _send_degrading(send: Callable[[dict[str, Any]], Awaitable[None]], message: Message) -> None:
    """Send; without the images that Slack cannot fetch if it says so; at last as plain text."""
    try:
        await send(_body(message))
    except Rejected as error:
        if "blocks" not in error.code and error.code != "invalid_attachments":
            raise
        log.warning(
            "Slack refused the blocks of a message (%s at %s); sent again, simpler",
            log_id(error.code),
            ", ".join(sorted({place for detail in error.details for place in _PLACE.findall(detail)})) or "-",
        )
        await _send_simpler(send, message, error)


async def _send_simpler(
    send: Callable[[dict[str, Any]], Awaitable[None]], message: Message, error: Rejected
) -> None:
    refused = [detail for detail in error.details if _IMAGE_FAILED in detail]
    for named in (refused, []) if refused else ():
        try:
            return await send(_body(without_images(message, named)))
        except Rejected as again:
            if "blocks" not in again.code:
                raise
    return await send(_body(Message(text=message.text)))


def _body(message: Message) -> dict[str, Any]:
    blocks = {"blocks": [dict(block) for block in message.blocks]} if message.blocks else {}
    return {"text": message.text, **blocks, "unfurl_links": False, "unfurl_media": False}
