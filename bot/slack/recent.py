"""A bounded memory of what was seen a moment ago."""

from __future__ import annotations

from collections import OrderedDict


class Recent:
    """Remembers keys for `seconds`, at most `limit` of them: the oldest make room.

    Times are any steady clock's, in seconds.
    """

    def __init__(self, *, seconds: float, limit: int) -> None:
        self._seconds = seconds
        self._limit = limit
        self._seen: OrderedDict[str, float] = OrderedDict()

    def is_new(self, key: str, now: float) -> bool:
        """True where the key was not seen within the last `seconds`; it is seen from now on."""
        self._forget(now)
        if key in self._seen:
            return False
        self._seen[key] = now
        if len(self._seen) > self._limit:
            self._seen.popitem(last=False)
        return True

    def forget(self, key: str) -> None:
        """As if the key had never been seen."""
        self._seen.pop(key, None)

    def __len__(self) -> int:
        return len(self._seen)

    def _forget(self, now: float) -> None:
        while self._seen and now - next(iter(self._seen.values())) >= self._seconds:
            self._seen.popitem(last=False)
