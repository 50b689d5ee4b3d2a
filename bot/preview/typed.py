"""What Slack does to text that a person typed before an app sees it (with `should_escape: false`).

`&`, `<`, `>` become entities; web addresses and host names become `<http://…>` and `<http://…|…>` in
messages and slash commands; `@name` and `#channel` stay as typed in a command and become `<@U…>`,
`<#C…|name>` in a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.preview.world import Conversation, Kind, Person

_ADDRESS = re.compile(r"https?://[^\s<>|]+", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![\w@/.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|io|dev|co|uk|de|ca|edu|gov|tv|info)"
    r"(?:/[^\s<>|]*)?(?![\w@-])",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:[.,;:!?'\")\]]|&gt;|&lt;)+$")


def as_slack_sends(text: str) -> str:
    """The text of a slash command as it arrives: entities first, then addresses as links."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = _ADDRESS.sub(lambda found: _link(found.group(), ""), escaped)
    parts = re.split(r"(<[^>]*>)", linked)
    return "".join(
        part if part.startswith("<") else _HOST.sub(lambda found: _link(found.group(), "http://"), part)
        for part in parts
    )


def _link(typed: str, scheme: str) -> str:
    tail = found.group() if (found := _TRAILING.search(typed)) else ""
    bare = typed[: len(typed) - len(tail)]
    return (f"<{scheme}{bare}|{bare}>" if scheme else f"<{bare}>") + tail


def with_mentions(text: str, people: Iterable[Person], conversations: Iterable[Conversation]) -> str:
    """A message's text with `@name` and `#channel` of this workspace as Slack's references."""
    users = {person.name.lower(): f"<@{person.id}>" for person in people}
    channels = {
        one.name.lower(): f"<#{one.id}|{one.name}>" for one in conversations if one.kind is not Kind.DIRECT
    }
    text = re.sub(r"(?<![\w<])@([\w.-]+)", lambda m: users.get(m[1].lower(), m[0]), text)
    return re.sub(r"(?<![\w<&])#([\w-]+)", lambda m: channels.get(m[1].lower(), m[0]), text)
