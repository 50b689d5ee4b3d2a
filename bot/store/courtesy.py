"""Writing gives way to answers: both need the interpreter, and somebody waits for an answer."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

_ASKED_ROWS, _QUIET_ROWS = 250, 2_000
"""Rows that are written without a look whether somebody asks, some milliseconds while anybody does.

While nobody does, looking eight times as often makes a sync of 100,000 files a second longer, of twenty.
"""

_ONCE_SECONDS = 0.1
"""So long for one answer; a slower one is not waited for."""

_BATCH_SECONDS = 1.0
"""So long for one batch, however much is asked: others want to write, and a sync has to end."""


class Answers(Protocol):
    """Answers under way, beside which something is written."""

    async def quiet(self) -> None:
        """Return once no answer is under way."""
        ...

    def is_asked(self) -> bool:
        """True where somebody asked a moment ago, and so may ask again."""
        ...


class Courtesy:
    """What one batch of changes has of it."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._left = _BATCH_SECONDS

    @property
    def rows(self) -> int:
        """How many rows to write before giving way again."""
        return _ASKED_ROWS if self._answers.is_asked() else _QUIET_ROWS

    async def give_way(self) -> None:
        """Wait until no answer is under way, or long enough."""
        if self._left <= 0:
            return
        loop = asyncio.get_running_loop()
        started = loop.time()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(self._left, _ONCE_SECONDS)):
                await self._answers.quiet()
        self._left -= loop.time() - started
