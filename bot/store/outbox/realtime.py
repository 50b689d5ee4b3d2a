"""Real time: what leases, pauses and tries are timed by, and what `preview --now` never shifts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import SystemClock
from bot.domain.ports import Clock
from bot.store.reader import IndexReader
from bot.store.rows import microseconds

_SQL = "SELECT CAST(extract(epoch FROM statement_timestamp()) * 1000000 AS BIGINT)"
_TEXT = text(_SQL)


class RealTime:
    """The time of a clock, or without one PostgreSQL's own, which all its replicas share.

    SQLite's own time is in milliseconds, so there the machine's clock is asked.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock

    async def now(self, connection: AsyncConnection) -> int:
        """The present moment in microseconds."""
        if self._clock:
            return microseconds(self._clock.now())
        return int((await connection.execute(_TEXT)).scalar_one())

    def read(self, reader: IndexReader) -> int:
        """As `now`, within a read."""
        return microseconds(self._clock.now()) if self._clock else int(reader.rows(_SQL, {})[0][0])


_POSTGRES = RealTime()
_MACHINE = RealTime(SystemClock())


def micros(span: timedelta) -> int:
    """Whole microseconds of a span."""
    return span // timedelta(microseconds=1)


def real_time(dialect: str) -> RealTime:
    """The real time of a database of this kind."""
    return _POSTGRES if dialect == "postgresql" else _MACHINE
