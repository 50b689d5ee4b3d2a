"""While the database is away: longer and longer pauses, and a word in the log once a minute."""

from __future__ import annotations

from time import monotonic

from bot.errors import StoreAway
from bot.telemetry import logger_for

log = logger_for("outbox")

FIRST_SECONDS = 0.2
LONGEST_SECONDS = 5.0
"""Short, because everything due has to be settled soon after the database is back."""
SAY_SECONDS = 60.0


class Outage:
    """A database that may be away; `meanwhile` is the sentence that says what that means."""

    def __init__(self, meanwhile: str) -> None:
        self._meanwhile = meanwhile
        self._pause = 0.0
        self._say_at = 0.0

    def begin(self, error: StoreAway) -> float:
        """It is away, or still away; seconds to wait before the next try."""
        if not self._pause or monotonic() >= self._say_at:
            log.warning("%s %s", error, self._meanwhile)
            self._say_at = monotonic() + SAY_SECONDS
        self._pause = min(self._pause * 2 or FIRST_SECONDS, LONGEST_SECONDS)
        return self._pause

    def end(self) -> None:
        """It has answered."""
        if self._pause:
            log.info("the database answers again")
        self._pause = 0.0
