"""Making any message fit Slack's limits: shortened at a word, never refused.

The built-in templates fit by their own choices; this is the last net under them and under templates that
others wrote. What cannot be shortened without changing its meaning (an address, a button's value) is left
out together with what needs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.message import Block, Message
from bot.render.limits import (
    BLOCKS,
    MESSAGE_BLOCKS,
    MESSAGE_TEXT,
    MESSAGE_TOTAL,
    Many,
    Rule,
    Str,
    Text,
    Thing,
    shape_of,
    total_text,
)
from bot.render.text import ELLIPSIS, shorten, size

_MRKDWN_PIECE = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|\s+|[^\s<&]+|.", re.DOTALL)
_REST: Block = {"type": "context", "elements": [{"type": "mrkdwn", "text": ELLIPSIS, "verbatim": True}]}
_GONE = object()


def fitted(message: Message) -> Message:
    """The message within every limit of `bot.render.limits`; the same one where it fits already."""
    blocks = [_fit(dict(block), Thing(types=BLOCKS)) for block in message.blocks]
    return replace(
        message,
        text=shorten_mrkdwn(message.text, MESSAGE_TEXT),
        blocks=_fit_whole([block for block in blocks if isinstance(block, Mapping)]),
        thread=tuple(fitted(part) for part in message.thread),
    )


def is_whole(message: Message) -> bool:
    """True where the message is short enough for all of its blocks to stay."""
    return len(message.blocks) <= MESSAGE_BLOCKS and total_text(message.blocks) <= MESSAGE_TOTAL


def shorten_mrkdwn(text: str, limit: int) -> str:
    """Escaped mrkdwn of at most `limit` units, cut between words and never inside `<…>` or `&amp;`."""
    if size(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - 2  # for the ellipsis and the end of a bold passage
    for piece in _MRKDWN_PIECE.findall(text):
        if size(piece) > room:
            kept.append(shorten(piece, room) if not kept and piece[0] not in "<&" else "")
            break
        kept.append(piece)
        room -= size(piece)
    short = "".join(kept).rstrip().removesuffix(ELLIPSIS)
    return short + ELLIPSIS + ("*" if short.count("*") % 2 else "")


def _fit_whole(blocks: list[Block]) -> tuple[Block, ...]:
    """Blocks and total length within the message's limits; content goes from the end, buttons stay."""
    if is_whole(Message(text="", blocks=tuple(blocks))):
        return tuple(blocks)
    kept = list(blocks)
    while len(kept) >= MESSAGE_BLOCKS or total_text(kept) >= MESSAGE_TOTAL:
        content = [number for number, block in enumerate(kept) if block.get("type") != "actions"]
        kept.pop(content[-1] if content else -1)
    at = max((number + 1 for number, block in enumerate(kept) if block.get("type") != "actions"), default=0)
    return (*kept[:at], _REST, *kept[at:])


def _fit(value: object, rule: Rule) -> object:
    match rule:
        case Str() if isinstance(value, str):
            return _fit_string(value, rule)
        case Text() if isinstance(value, Mapping):
            return _fit_text(value, rule)
        case Many() if isinstance(value, Sequence) and not isinstance(value, str):
            parts = [_fit(part, rule.of) for part in value]
            return [part for part in parts if part is not _GONE][: rule.most] or _GONE
        case Thing() if isinstance(value, Mapping):
            return _fit_thing(value, rule)
    return value


def _fit_string(value: str, rule: Str) -> object:
    if size(value) <= rule.most:
        return value if value.strip() else _GONE
    return shorten(value, rule.most) if rule.cut else _GONE


def _fit_text(value: Mapping[str, Any], rule: Text) -> object:
    text = value.get("text")
    if not isinstance(text, str) or not text.strip():
        return _GONE
    short = shorten_mrkdwn if value.get("type") == "mrkdwn" else shorten
    return {**value, "text": short(text, rule.most) if size(text) > rule.most else text}


def _fit_thing(value: Mapping[str, Any], rule: Thing) -> object:
    shape = shape_of(value, rule)
    if shape is None:
        return value
    if value.get("type") in ("mrkdwn", "plain_text"):
        return _fit_text(value, Text(most=3_000))
    fit = {key: _fit(part, shape[key]) if key in shape else part for key, part in value.items()}
    lost = {key for key, part in fit.items() if part is _GONE}
    if any(shape[key].needed for key in lost) or _is_bare_section(fit, lost):
        return _GONE
    return {key: part for key, part in fit.items() if key not in lost}


def _is_bare_section(fit: Mapping[str, Any], lost: set[str]) -> bool:
    return fit.get("type") == "section" and not ({"text", "fields"} & fit.keys()) - lost
