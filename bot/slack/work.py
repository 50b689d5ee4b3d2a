"""The answers under way: counted from the acknowledgement on, so that a stop loses none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.telemetry import Hook, UnderWay


class Work:
    """Counts what was promised, from its acknowledgement until it is done."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
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

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Work on one promised answer."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        try:
            yield
        finally:
            if task is not None:
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
