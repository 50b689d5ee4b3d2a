"""Keeping the index equal to the folders while the bot runs."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress

from bot.content import scan, sync, watch
from bot.domain.index import SyncReport
from bot.domain.ports import BriefIndex, Clock
from bot.domain.problem import Problem
from bot.errors import StoreAway
from bot.telemetry import logger_for

CATCH_UP_SECONDS = 5.0
"""How long a start waits for the index: enough to look at some 100,000 unchanged files."""

LOGGED_PROBLEMS = 20
"""How many problems one sync or start tells the log; `check` tells them all."""

log = logger_for("wiring")


async def stops_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long at most; True where `stop` is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


class IndexKeeper:
    """Keeps the index equal to the folders while the bot runs; `changed` is called after every change."""

    def __init__(
        self,
        index: BriefIndex,
        folders: Sequence[str],
        clock: Clock,
        *,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._index = index
        self._told_of = changed
        self._folders = folders
        self._clock = clock
        self._complete = asyncio.Event()
        self._caught_up = asyncio.Event()

    @property
    def is_complete(self) -> bool:
        """True once every file has been looked at."""
        return self._complete.is_set()

    async def caught_up(self, stop: asyncio.Event) -> None:
        """Wait until what changed while the bot was away is in the index: nothing retracted is answered.

        Not longer than a start may take, and not beyond `stop`.
        """
        waits = [asyncio.ensure_future(event.wait()) for event in (self._caught_up, stop)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=CATCH_UP_SECONDS)
        for wait in waits:
            wait.cancel()

    async def look(self) -> None:
        """Learn whether the index can answer as it stands; a missing folder is an error at once."""
        await asyncio.to_thread(scan, self._folders)
        if await self._index.is_current(self._folders):
            self._complete.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Catch up, then follow every change until `stop` is set."""
        self._tell(await self._first_sync(stop))
        self._complete.set()
        self._caught_up.set()
        await watch(self._index, self._folders, self._clock, stop=stop, changed=self._tell)

    async def _first_sync(self, stop: asyncio.Event) -> SyncReport:
        """The first sync, tried again for as long as the database is away."""
        for pause in itertools.chain((1, 2, 4, 8, 16), itertools.repeat(30)):
            try:
                return await sync(self._index, self._folders, self._clock)
            except StoreAway as error:
                log.warning("the database is away, trying again in %d s (%s)", pause, type(error).__name__)
                if await stops_within(stop, pause):
                    break
        return SyncReport()

    def _tell(self, report: SyncReport) -> None:
        self._told_of()
        log.info(
            "synced: added %d, updated %d, removed %d, unchanged %d, rejected %d in %.2f s",
            report.added,
            report.updated,
            report.removed,
            report.unchanged,
            report.rejected,
            report.seconds,
        )
        warn_of([problem for problem in report.problems if problem.is_error])


def warn_of(problems: Sequence[Problem]) -> None:
    """Name the place of each problem; its words may quote the file, so they are left to `check`."""
    for problem in problems[:LOGGED_PROBLEMS]:
        where = f"{problem.path}:{problem.line}:{problem.column}"
        log.warning("%s: %s: %s", where, problem.severity, problem.field or "see newsbrief check")
    if len(problems) > LOGGED_PROBLEMS:
        log.warning("and %d more problems: see newsbrief check", len(problems) - LOGGED_PROBLEMS)
