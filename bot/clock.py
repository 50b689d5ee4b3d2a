"""The clocks behind `bot.domain.ports.Clock`; the only module that reads the machine's time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """A clock that showed `start` when it was made and has run at normal speed since (`preview --now`)."""

    def __init__(self, start: datetime) -> None:
        self._shift: timedelta = start.astimezone(UTC) - datetime.now(UTC)

    def now(self) -> datetime:
        """The shifted moment, aware, in UTC."""
        return datetime.now(UTC) + self._shift
