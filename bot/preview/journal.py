"""What the bot asked of the workspace, call by call, for tests and for the page's inspector."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT_CALLS = 10_000


@dataclass(slots=True, kw_only=True)
class Call:
    """One request of the bot: `method` is the Web API's name or `response_url`, `body` is without token.

    `status` is 0 until it is answered, and stays 0 where the connection was dropped; `fault` names the
    rule that was met; `accepted` is true once the call had its effect.
    """

    method: str
    body: Mapping[str, Any]
    at: datetime
    status: int = 0
    answer: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    accepted: bool = False

    def as_json(self) -> dict[str, Any]:
        """The call for `GET /_preview/calls`."""
        return {
            "method": self.method,
            "body": dict(self.body),
            "at": self.at.isoformat(),
            "status": self.status,
            "answer": dict(self.answer),
            "fault": self.fault,
            "accepted": self.accepted,
        }


class Journal:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT_CALLS)

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, call: Call) -> Call:
        """Keep one more."""
        self._calls.append(call)
        return call

    def of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self._calls if call.method == method]

    def clear(self) -> None:
        """Forget them."""
        self._calls.clear()
