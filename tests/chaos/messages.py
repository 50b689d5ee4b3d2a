"""The sink's channels and what stands in them, read back as Slack's history and replies tell it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_LIMIT = 100
MOST = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message that stands in a channel."""

    ts: str
    thread: str
    body: Mapping[str, Any]

    def told(self, *, with_metadata: bool) -> dict[str, Any]:
        """As history tells it."""
        body = self.body
        told = {"type": "message", "bot_id": "B0CHAOS", "user": "U0CHAOSBOT", "ts": self.ts}
        told |= {"text": body.get("text", ""), "blocks": body.get("blocks", [])}
        told |= {"thread_ts": self.thread} if self.thread else {}
        return told | ({"metadata": body["metadata"]} if with_metadata and "metadata" in body else {})


@dataclass(slots=True)
class Channels:
    """All messages by channel; a `ts` is the machine's time and never given twice."""

    posted: dict[str, list[Posted]] = field(default_factory=dict)
    _last: int = 0

    def post(self, channel: str, body: Mapping[str, Any]) -> Posted:
        """Let a message stand."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        ts = f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
        message = Posted(ts=ts, thread=str(body.get("thread_ts") or ""), body=body)
        self.posted.setdefault(channel, []).append(message)
        return message

    def has_root(self, channel: str, ts: str) -> bool:
        """True where a thread may begin."""
        return any(message.ts == ts and not message.thread for message in self.posted.get(channel, ()))

    def history(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """Newest first, without replies."""
        roots = [one for one in self.posted.get(asked.get("channel", ""), ()) if not one.thread]
        return _page(reversed(roots), asked)

    def replies(self, asked: Mapping[str, str]) -> dict[str, Any] | None:
        """A thread's first message and its replies, oldest first; None where there is no such thread."""
        channel, root = asked.get("channel", ""), asked.get("ts", "")
        if not self.has_root(channel, root):
            return None
        return _page([one for one in self.posted[channel] if root in (one.ts, one.thread)], asked)


def _page(messages: Iterable[Posted], asked: Mapping[str, str]) -> dict[str, Any]:
    inside = [message for message in messages if _is_inside(message.ts, asked)]
    start = int(asked.get("cursor") or 0)
    limit = min(MOST, max(1, int(asked.get("limit") or DEFAULT_LIMIT)))
    page = list(itertools.islice(inside, start, start + limit))
    has_more = start + limit < len(inside)
    with_metadata = asked.get("include_all_metadata", "").lower() in ("1", "true")
    return {
        "messages": [message.told(with_metadata=with_metadata) for message in page],
        "has_more": has_more,
        "response_metadata": {"next_cursor": str(start + limit) if has_more else ""},
    }


def _is_inside(ts: str, asked: Mapping[str, str]) -> bool:
    """Between `oldest` and `latest`, these two only with `inclusive`; as numbers, as Slack compares them."""
    moment = micros(ts)
    oldest = micros(asked.get("oldest") or "0")
    latest = micros(asked.get("latest") or "99999999999")
    if asked.get("inclusive", "").lower() in ("1", "true"):
        return oldest <= moment <= latest
    return oldest < moment < latest


def micros(ts: str) -> int:
    """A `ts` in whole microseconds: floats would lose the last digits."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds or 0) * 1_000_000 + int(fraction[:6].ljust(6, "0"))
