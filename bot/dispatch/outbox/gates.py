"""What Slack asked to leave alone for a while, as far as this process knows; the rest is in the database."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from bot.errors import RetryLater

TOGETHER_SECONDS = 30.0
"""Two lanes of a workspace that are told to wait within this time mean the whole workspace."""
MOST_KEPT = 10_000


class Gates:
    """Closed methods by workspace, and who was told to wait."""

    def __init__(self) -> None:
        self._closed: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._told: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def heed(self, team: str, method: str, error: RetryLater) -> None:
        """Where Slack asked to wait, ask nothing by this method before that is over."""
        if error.code != "ratelimited":
            return
        until = _now() + error.seconds
        self._closed[team, method] = max(until, self._closed.pop((team, method), 0.0))
        _bound(self._closed)

    def wait(self, team: str, method: str) -> float:
        """Seconds until it may be asked again; 0 for now."""
        return max(0.0, self._closed.get((team, method), 0.0) - _now())

    def is_whole_team(self, team: str, lane: str) -> bool:
        """Note that a post of this lane was told to wait; True where another lane just was, too."""
        other, at = self._told.pop(team, ("", 0.0))
        self._told[team] = (lane, _now())
        _bound(self._told)
        return bool(other) and other != lane and _now() - at < TOGETHER_SECONDS


def _now() -> float:
    return asyncio.get_running_loop().time()


def _bound(kept: OrderedDict[tuple[str, str], float] | OrderedDict[str, tuple[str, float]]) -> None:
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
