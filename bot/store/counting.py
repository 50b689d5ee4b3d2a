"""What briefs add to the counts of all that are not hidden, and take away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import TypeVar

from bot.store.rows import BriefRow, CountedRow, tokens_of

K = TypeVar("K", str, int, tuple[str, str, str])
Topics = Iterable[tuple[str, str]]
"""Keys and names."""


class Counts:
    """Differences of the counts of tokens, names and heats; made anywhere, also in another process."""

    __slots__ = ("_heats", "_names", "_tokens")

    def __init__(self) -> None:
        self._tokens: Counter[str] = Counter()
        self._names: Counter[tuple[str, str, str]] = Counter()
        self._heats: Counter[int] = Counter()

    def add(self, rows: Iterable[BriefRow]) -> None:
        """Count briefs that come; a hidden one counts nowhere."""
        tokens: list[str] = []
        names: list[tuple[str, str, str]] = []
        shown = [row for row in rows if not row.hidden]
        for row in shown:
            tokens += tokens_of(row)
            names += _names(row, row.topics)
        self._tokens.update(tokens)
        self._names.update(names)
        self._heats.update([row.heat for row in shown])

    def take(self, row: CountedRow, topics: Topics) -> None:
        """Count a brief that goes."""
        if not row.hidden:
            self._tokens.subtract(tokens_of(row))
            self._names.subtract(_names(row, topics))
            self._heats[row.heat] -= 1

    def merge(self, more: Counts) -> None:
        """Add what others have counted."""
        self._tokens.update(more._tokens)
        self._names.update(more._names)
        self._heats.update(more._heats)

    def tokens(self) -> list[tuple[str, int]]:
        """Each token with its difference, where there is one, in order."""
        return _differences(self._tokens)

    def names(self) -> list[tuple[tuple[str, str, str], int]]:
        """As `tokens`, for kind, key and name."""
        return _differences(self._names)

    def heats(self) -> list[tuple[int, int]]:
        """As `tokens`, for heats."""
        return _differences(self._heats)


def _names(row: CountedRow | BriefRow, topics: Topics) -> list[tuple[str, str, str]]:
    found = [("topic", key, name) for key, name in topics]
    if row.provider_key:
        found.append(("provider", row.provider_key, row.provider_name))
    return found


def _differences(counter: Counter[K]) -> list[tuple[K, int]]:
    return sorted((item for item in counter.items() if item[1]), key=itemgetter(0))
