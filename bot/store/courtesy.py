"""Writing gives way to answers: both need the interpreter, and somebody waits for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

SLICE_ROWS = 250
"""Rows that are written without a look whether somebody asks: some milliseconds."""

_ONCE_SECONDS = 0.1
"""So long for one answer; a slower one is not waited for."""

_BATCH_SECONDS = 1.0
"""So long for one batch, however much is asked: others want to write, and a sync has to end."""


class Courtesy:
    """What one batch of changes has of it."""

    def __init__(self, quiet: Callable[[], Awaitable[None]]) -> None:
        self._quiet = quiet
        self._left = _BATCH_SECONDS

    async def give_way(self) -> None:
        """Wait until no answer is under way, or long enough."""
        if self._left <= 0:
            return
        loop = asyncio.get_running_loop()
        started = loop.time()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(self._left, _ONCE_SECONDS)):
                await self._quiet()
        self._left -= loop.time() - started
