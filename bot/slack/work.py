"""The answers under way: counted from the acknowledgement on, so that a stop loses none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.telemetry import Hook, UnderWay

AT_ONCE = 32
"""How many answers are worked on at a time; more wait their turn after their acknowledgement."""


class Work:
    """Counts what was promised and lets at most `at_once` of it run at a time."""

    def __init__(self, hook: Hook, *, at_once: int = AT_ONCE) -> None:
        self._hook = hook
        self._places = asyncio.Semaphore(at_once)
        self._promised = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def count(self) -> int:
        """How many answers are promised and not given yet."""
        return self._promised

    def promise(self) -> None:
        """Count an answer from now on; every promise is followed by one `keeping`."""
        self._promised += 1
        self._idle.clear()
        self._hook(UnderWay(count=self._promised))

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Work on one promised answer, as soon as there is a place."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- an async context manager always runs inside a task
        self._tasks.add(task)
        try:
            async with self._places:
                yield
        finally:
            self._tasks.discard(task)
            self._promised -= 1
            self._hook(UnderWay(count=self._promised))
            if not self._promised:
                self._idle.set()

    async def finish(self, seconds: float) -> int:
        """Wait until everything promised is done, at most `seconds`; then give up and say how much was."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            pass
        else:
            return 0
        left = self._promised
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return left
