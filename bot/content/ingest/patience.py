"""A short grace for good files that are suddenly bad or missing: an editor may be in the middle of saving."""

from __future__ import annotations

from time import monotonic

from bot.domain.index import FileStamp

MISSING_SECONDS = 0.4
"""Editors that rename a new file over the old one leave a gap of milliseconds."""

BAD_SECONDS = 2.0
"""A half-written file is completed within this, counted from its last change."""


class Patience:
    """Remembers since when a file has been bad or missing as it is now."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[FileStamp | None, float]] = {}
        self._over: dict[str, FileStamp | None] = {}

    def hold(self, path: str, stamp: FileStamp | None) -> bool:
        """True while the file's last good version stays; a further change begins the grace anew."""
        if path in self._over and self._over[path] == stamp:
            return False
        since = self._waiting.get(path)
        if since is None or since[0] != stamp:
            grace = MISSING_SECONDS if stamp is None else BAD_SECONDS
            self._waiting[path] = (stamp, monotonic() + grace)
        return True

    def due_at(self) -> float:
        """When the next grace ends, by the monotonic clock."""
        return min((due for _, due in self._waiting.values()), default=float("inf"))

    def due(self) -> frozenset[str]:
        """Paths whose grace has ended; they are held no more until `settled`."""
        now = monotonic()
        paths = frozenset(path for path, (_, due) in self._waiting.items() if due <= now)
        for path in paths:
            self._over[path] = self._waiting.pop(path)[0]
        return paths

    def settled(self) -> None:
        """What was due has been looked at."""
        self._over.clear()
