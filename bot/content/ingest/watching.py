"""Keeping the index equal to the folders while the bot runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from time import monotonic, perf_counter
from typing import Any

from bot.content.ingest.collecting import no_full_collections
from bot.content.ingest.notices import Notices
from bot.content.ingest.outage import Outage
from bot.content.ingest.patience import Patience
from bot.content.ingest.planning import SyncPlan, plan, without
from bot.content.ingest.scanning import (
    Scan,
    belongs,
    is_below,
    roots_of,
    shared_slugs,
    stamp_of,
    unstorable,
)
from bot.content.ingest.syncing import Work, look, look_into
from bot.domain.index import KnownFile, SyncReport
from bot.domain.ports import BriefIndex, Clock
from bot.errors import CannotRun, StoreAway, UsageError
from bot.telemetry import logger_for

log = logger_for("watch")

TICK_SECONDS = 0.5
"""How often the folders themselves are looked at: one that is replaced tells nobody."""

POLL_SECONDS = 1.0
"""Where the system cannot watch, everything is looked at so often, or ten times as long as a look takes."""

AGAIN_SECONDS = 30.0
"""In any case everything is looked at so often (network folders, links to files elsewhere), or a hundred
times as long as a look takes."""

ANSWERING_CORES = 1
"""Kept free of reading files while people may ask."""

SOON_SECONDS = 1.0
"""After a new folder everything is looked at again: it may have been filled before it was watched."""

BURST = 300
"""So many changed paths at once, and everything is looked at instead, when it has been quiet for a while."""

QUIET_SECONDS = 0.25
QUIET_TRIES = 12

Identity = tuple[tuple[int, int] | None, ...]
Changed = Callable[[SyncReport], None]


async def watch(
    index: BriefIndex,
    folders: Sequence[str],
    clock: Clock,
    *,
    stop: asyncio.Event,
    changed: Changed | None = None,
) -> None:
    """Follow every change until `stop` is set; `changed` is told what each one came to.

    What changed between an earlier sync and this call is found by a first look at everything. A folder
    that is away removes nothing; when it is back, everything is looked at again. So it is with a database
    that is away, however long.
    """
    follower = Follower(index, folders, clock, changed)
    while not stop.is_set():
        identity = await asyncio.to_thread(follower.identity)
        if None in identity:
            await _sleep(stop, TICK_SECONDS)
            continue
        try:
            async with Notices(follower.paths) as notices:
                await follower.follow(notices, identity, stop)
        except StoreAway as error:
            await _sleep(stop, follower.outage.begin(error))


class Follower:
    """Turns notices into syncs of what they name, or of everything."""

    def __init__(
        self, index: BriefIndex, folders: Sequence[str], clock: Clock, changed: Changed | None
    ) -> None:
        self._roots = roots_of(folders)
        self.paths = [root.path for root in self._roots]
        self._index = index
        self._folders = folders
        self._clock = clock
        self._changed = changed
        self.outage = Outage()
        self._patience = Patience()
        self._put_off: frozenset[str] = frozenset()
        self._identity: Identity = ()
        self._was_replaced = False
        self._look_at = 0.0
        self._interval = AGAIN_SECONDS, 100.0

    def identity(self) -> Identity:
        """Which folders these are, by device and inode; None for one that is away."""
        return tuple(_identity(path) for path in self.paths)

    async def follow(self, notices: Notices, identity: Identity, stop: asyncio.Event) -> None:
        """Until `stop` is set, or until a folder is away or another one than before. Raises StoreAway.

        It begins with a look at everything, so that nothing is lost of what an earlier call did not finish.
        """
        self._was_replaced |= bool(self._identity) and identity != self._identity
        self._identity = identity
        self._look_at = 0.0
        while not stop.is_set() and await asyncio.to_thread(self.identity) == identity:
            self._interval = (AGAIN_SECONDS, 100.0) if notices.works else (POLL_SECONDS, 10.0)
            await self._act(await self._gather(notices, stop), notices)
            await self._wait(notices, stop)

    async def _wait(self, notices: Notices, stop: asyncio.Event) -> None:
        """Until there is news, or something is due."""
        due = min(self._patience.due_at(), self._look_at, monotonic() + TICK_SECONDS)
        waits = [asyncio.ensure_future(event.wait()) for event in (notices.news, stop)]
        timeout = max(0.0, due - monotonic())
        try:
            await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _gather(self, notices: Notices, stop: asyncio.Event) -> frozenset[str]:
        """What is due and what is new; of a burst all until it is quiet, so that it is one sync."""
        paths = self._patience.due() | notices.take() | self._put_off
        self._put_off = frozenset()
        tries = QUIET_TRIES if len(paths) > BURST else 0
        while tries and not stop.is_set():
            await _sleep(stop, QUIET_SECONDS)
            more = notices.take()
            tries = tries - 1 if more else 0
            paths |= more
        return paths

    async def _act(self, paths: frozenset[str], notices: Notices) -> None:
        has_folder = await asyncio.to_thread(_has_folder, paths)
        try:
            if monotonic() >= self._look_at or len(paths) > BURST or (paths and self._was_replaced):
                await self._look_calmly(notices)
            elif has_folder:
                await self._look_calmly(notices)
                self._look_at = min(self._look_at, monotonic() + SOON_SECONDS)
            elif paths:
                await self._look_at_some(paths)
        finally:
            self._patience.settled()

    async def _look_calmly(self, notices: Notices) -> None:
        with no_full_collections():
            await self._look_at_all(notices)

    async def _look_at_all(self, notices: Notices) -> None:
        """Sync everything; a folder that was replaced by an empty one counts as away (an unmounted disk)."""
        started = perf_counter()
        try:
            known, found, wanted = await self._planned(notices)
        except StoreAway:
            raise
        except (UsageError, CannotRun) as error:
            log.warning("%s The index stays as it is.", error.message)
        else:
            self._was_replaced = self._was_replaced and self._is_emptied(found, known)
            if not self._was_replaced:
                report = await self._carry_out(found, wanted, known)
                await self._index.finish(report, self._folders, self._clock.now())
        self.outage.end()
        least, times = self._interval
        self._look_at = monotonic() + max(least, times * (perf_counter() - started))

    async def _planned(self, notices: Notices) -> tuple[Mapping[str, KnownFile], Scan, SyncPlan]:
        """What there is to do in all; a few files that change meanwhile are not kept waiting for it.

        Among a million files it takes many seconds.
        """
        planning = asyncio.create_task(self._plan_all())
        done: frozenset[str] = frozenset()
        try:
            while not planning.done():
                await self._news_or(planning, notices)
                if not planning.done():
                    done |= await self._spare(notices)
            known, found, wanted = await planning
        finally:
            planning.cancel()
        return known, found, without(wanted, done)

    async def _news_or(self, planning: asyncio.Task[Any], notices: Notices) -> None:
        """Until the plan is made, something is new, or a missing or bad file has had its grace."""
        news = asyncio.create_task(notices.news.wait())
        due_at = self._patience.due_at()
        grace = max(0.0, due_at - monotonic()) if isfinite(due_at) else None
        try:
            await asyncio.wait((planning, news), timeout=grace, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()

    async def _spare(self, notices: Notices) -> frozenset[str]:
        """Look at what is new if it is a few files; folders and bursts are put off. The paths dealt with."""
        paths = self._patience.due() | notices.take()
        if not paths:
            return paths
        if self._was_replaced or len(paths) > BURST or await asyncio.to_thread(_has_folder, paths):
            self._put_off |= paths
            return frozenset()
        await self._look_at_some(paths)
        return paths

    async def _look_at_some(self, paths: frozenset[str]) -> None:
        """Sync what these paths name: files, gone files and folders, and their namesakes elsewhere."""
        known = await self._index.known_files(sorted(path for path in paths if not unstorable(path)))
        found, wanted = await asyncio.to_thread(self._plan_some, paths, known)
        await self._carry_out(found, wanted, known)

    async def _plan_all(self) -> tuple[Mapping[str, KnownFile], Scan, SyncPlan]:
        known = await self._index.known_files()
        found, wanted = await asyncio.to_thread(look, self._folders, known)
        return known, found, wanted

    def _plan_some(self, paths: frozenset[str], known: Mapping[str, KnownFile]) -> tuple[Scan, SyncPlan]:
        """As for everything; but what was announced is read even where size and time are the same."""
        named = {path for path in paths if belongs(path, self._roots) and not unstorable(path)}
        stamps = [stamp for path in named | known.keys() if (stamp := stamp_of(path))]
        stamps.sort(key=lambda stamp: (self._place(stamp.path), stamp.path))
        found = Scan(roots=self._roots, files=tuple(stamps), shared=shared_slugs(stamps))
        found = look_into(found, known)
        fresh = {path: file for path, file in known.items() if path not in named}
        stale = {path: _unread(file) for path, file in known.items() if path in named}
        return found, plan(found, fresh | stale)

    def _place(self, path: str) -> int:
        """Which of the folders the path is in."""
        places = (number for number, folder in enumerate(self.paths) if is_below(path, folder))
        return next(places, len(self.paths))

    async def _carry_out(self, found: Scan, wanted: SyncPlan, known: Mapping[str, KnownFile]) -> SyncReport:
        """Write what was planned, unless a folder went away meanwhile and took its files along."""
        started = perf_counter()
        if await asyncio.to_thread(self.identity) != self._identity:
            return SyncReport()
        work = Work(
            index=self._index, scan=found, known=known, hold=self._patience.hold, spare_cores=ANSWERING_CORES
        )
        report = replace(await work.carry_out(wanted), seconds=perf_counter() - started)
        if work.changed and self._changed:
            self._changed(report)
        return report

    def _is_emptied(self, found: Scan, known: Mapping[str, KnownFile]) -> bool:
        """True where one of the folders had files and now has none."""
        return any(
            any(is_below(path, folder) for path in known)
            and not any(is_below(stamp.path, folder) for stamp in found.files)
            for folder in self.paths
        )


def _unread(file: KnownFile) -> KnownFile:
    return file._replace(stamp=file.stamp._replace(size=-1))


def _identity(path: str) -> tuple[int, int] | None:
    try:
        about = os.stat(path)  # noqa: PTH116 - a string's question
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _has_folder(paths: frozenset[str]) -> bool:
    """True where one of them is a folder now, or a link, behind which a folder may have changed."""
    return any(
        os.path.islink(path) or (os.path.isdir(path) and not os.path.basename(path).startswith("."))  # noqa: PTH112, PTH114, PTH119 - strings, and many of them
        for path in paths
    )


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    """Sleep unless `stop` is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
