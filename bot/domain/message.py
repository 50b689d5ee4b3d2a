"""A message as Slack takes it, and the names of its buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Block Kit blocks and the `text` that stands alone for screen readers and notifications.

    Both are final: escaped, within Slack's limits, ready to be sent as they are. `thread` holds the
    replies that belong under it.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    thread: tuple[Message, ...] = ()

    def payload(self) -> dict[str, Any]:
        """The JSON object `{"text", "blocks"}`, with `"thread"` where there is one."""
        body: dict[str, Any] = {"text": self.text, "blocks": [dict(block) for block in self.blocks]}
        if self.thread:
            body["thread"] = [part.payload() for part in self.thread]
        return body


class Action(StrEnum):
    """A button's `action_id`; where one message holds several of a kind, `:N` follows the name.

    The comment is what the button's `value` holds.
    """

    SHOW = "news_show"  # a slug: the whole brief, for the one who asks
    MORE = "news_more"  # PageValue as JSON: the next hits of a search
    RELATED = "news_related"  # a slug: its related coverage
    RELATED_MORE = "news_related_more"  # RelatedValue as JSON: the next of its related articles
    SHARE = "news_share"  # a slug: the brief for the whole channel
    OPEN = "news_open"  # a link button; Slack opens the article, the bot only acknowledges
    SEARCH = "news_search"  # a query: the answer to it


@dataclass(frozen=True, slots=True, kw_only=True)
class PageValue:
    """What the More button carries: the query as typed and how many hits were shown already."""

    query: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedValue:
    """What the More button of related coverage carries: the brief and how many articles were shown."""

    slug: str
    offset: int
