"""Channels named in our own notices, as links; everywhere else `<#C…>` is somebody's text, and escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.domain.message import Message

_CHANNEL = re.compile(r"&lt;#([CG][A-Z0-9]{1,30})&gt;")


def with_channel_links(message: Message) -> Message:
    """The message with every escaped channel id as Slack's link to it; only for words of our own making."""
    blocks = tuple(_linked(block) for block in message.blocks)
    return replace(message, text=_CHANNEL.sub(r"<#\1>", message.text), blocks=blocks)


def _linked(value: Any) -> Any:  # noqa: ANN401 - a block's parts are any JSON
    match value:
        case str():
            return _CHANNEL.sub(r"<#\1>", value)
        case dict():
            return {key: _linked(part) for key, part in value.items()}
        case list() | tuple():
            return [_linked(part) for part in value]
    return value
