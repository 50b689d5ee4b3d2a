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
    DIGEST_PREVIEW = "news_digest_preview"  # a digest's id: what it would send now, for the asker alone
    DIGEST_CHANGE = "news_digest_change"  # a digest's id: a dialog with its rule
    DIGEST_PAUSE = "news_digest_pause"  # a digest's id
    DIGEST_RESUME = "news_digest_resume"  # a digest's id
    DIGEST_OFF = "news_digest_off"  # a digest's id
    DIGEST_NOW = "news_digest_now"  # a digest's id: send it now
    DIGEST_SAY = "news_digest_say"  # a digest's id: say, or do not say, that nothing is new
    ALERT_TAKE = "news_alert_take"  # the text of a rule: take it
    ALERT_CHANGE = "news_alert_change"  # nothing: a dialog with the asker's rule
    ALERT_UNDO = "news_alert_undo"  # the text of the rule before, empty where there was none
    ALERT_PAUSE = "news_alert_pause"  # nothing
    ALERT_RESUME = "news_alert_resume"  # nothing
    ALERT_OFF = "news_alert_off"  # nothing
    MUTE_STORY = "news_mute_story"  # a ledger id of a brief of the story
    MUTE_TOPIC = "news_mute_topic"  # a topic's name
    UNMUTE = "news_unmute"  # `story:` or `topic:` and the mute's key
    WHY = "news_why"  # a slug: why it was or was not sent here
    DELIVERY_SEND = "news_delivery_send"  # a held delivery's id: send it (again)
    DELIVERY_DROP = "news_delivery_drop"  # a held delivery's id: do not


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
