"""What to do while the database is away: try again and again, and say so now and then."""

from __future__ import annotations

from time import monotonic

from bot.errors import StoreAway
from bot.telemetry import logger_for

log = logger_for("watch")

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
"""The pause before the next try doubles from the first to the longest."""

SAY_SECONDS = 60.0
"""The log is told at once, and then at most so often."""


class Outage:
    """A database that may be away."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._say_at = 0.0

    def begin(self, error: StoreAway) -> float:
        """It is away, or still away: tell the log, and say how many seconds to wait before the next try."""
        if not self._pause or monotonic() >= self._say_at:
            log.warning("%s The index stays as it is, and is brought up to date once that is over.", error)
            self._say_at = monotonic() + SAY_SECONDS
        self._pause = min(self._pause * 2 or FIRST_SECONDS, LONGEST_SECONDS)
        return self._pause

    def end(self) -> None:
        """It has answered."""
        if self._pause:
            log.info("the database answers again")
        self._pause = 0.0
