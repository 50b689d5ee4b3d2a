"""News of changed files from the operating system, through watchfiles, brought into the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Self

import watchfiles

from bot.telemetry import logger_for

log = logger_for("watch")

STEP_MS = 50
"""Events that follow each other within this time come together."""

GROUP_MS = 300
"""But none waits longer than this."""

READY_MS = 200


class Notices:
    """Paths that changed since they were last asked for; use it as an async context manager.

    Where the system cannot watch (too many folders, no such service) `works` is false, and whoever
    follows has to look for himself.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        self.works = True
        self._folders = folders
        self._paths: set[str] = set()
        self._news = asyncio.Event()
        self._ready = asyncio.Event()
        self._stop = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="newsbrief-watch", daemon=True)

    async def __aenter__(self) -> Self:
        """Begin; what changes after this is noticed."""
        self._thread.start()
        await self._ready.wait()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._stop.set()
        await asyncio.to_thread(self._thread.join)

    @property
    def news(self) -> asyncio.Event:
        """Set while there is something to take."""
        return self._news

    def take(self) -> frozenset[str]:
        """The paths so far; the next call gives only newer ones."""
        taken = frozenset(self._paths)
        self._paths.clear()
        self._news.clear()
        return taken

    def _run(self) -> None:
        try:
            for changes in watchfiles.watch(
                *self._folders,
                watch_filter=None,
                step=STEP_MS,
                debounce=GROUP_MS,
                stop_event=self._stop,
                rust_timeout=READY_MS,
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._call(self._tell, {path for _, path in changes})
        except Exception as error:  # noqa: BLE001 - whatever the reason, the folders are then looked at in turns
            log.warning("the folders cannot be watched (%s); they are looked at every second instead", error)
            self.works = False
            self._call(self._tell, set())

    def _call(self, function: object, *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)  # type: ignore[arg-type]
        except RuntimeError:
            self._stop.set()  # the loop has ended, and nobody listens any more

    def _tell(self, paths: set[str]) -> None:
        """The first call, also an empty one, says that watching has begun."""
        self._ready.set()
        if paths:
            self._paths |= paths
            self._news.set()
