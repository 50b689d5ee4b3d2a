"""What a verb needs that asks the index once, and one sync."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.config import Settings
from bot.content import load_directory, sync
from bot.domain.directory import EMPTY_DIRECTORY, Directory
from bot.domain.index import SyncReport
from bot.domain.ports import BriefIndex, Clock
from bot.domain.problem import Problem
from bot.render import Renderer
from bot.search import Search
from bot.store import Store, Upgrade, hold_lock, open_store
from bot.wiring.keeping import stops_within

DATABASE_ASIDE = "sqlite://"
"""An index that goes when the question is answered."""

DIRECTORY_SECONDS = 2.0
"""How often the providers and topics folders are looked at while the bot runs."""

Progress = Callable[[int, int], None]


class Directories:
    """The providers and topics folders as last read; what `current` returns never changes by itself."""

    def __init__(self, settings: Settings) -> None:
        self._folders = settings.provider_folders(), settings.topic_folders()
        self._directory = EMPTY_DIRECTORY
        self.problems: tuple[Problem, ...] = ()
        self.refresh()

    def current(self) -> Directory:
        """What the folders say now."""
        return self._directory

    def refresh(self) -> None:
        """Read both folders again."""
        self._directory, self.problems = load_directory(*self._folders)

    async def keep_fresh(self, stop: asyncio.Event) -> None:
        """Read them again every few seconds: they are small, and nobody waits for them."""
        while not await stops_within(stop, DIRECTORY_SECONDS):
            await asyncio.to_thread(self.refresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a verb needs that asks the index once."""

    index: BriefIndex
    search: Search
    renderer: Renderer
    directories: Directories
    clock: Clock
    zone: ZoneInfo


@asynccontextmanager
async def open_reading(settings: Settings, *, notify: Callable[[str], None]) -> AsyncIterator[Reading]:
    """Open the index for questions as it stands; where there is none yet, sync first and say so.

    Folders named on purpose that the index is not of are read for this once into an index of their own,
    so that a question never changes what a running bot answers.
    """
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(await open_settings_store(settings, clock))
        status = await store.index.status(clock.now())
        named = ":".join(settings.briefs)
        if status.synced_at is None:
            notify(f"There is no index of {named} yet: reading it first …")
            await sync(store.index, settings.briefs, clock)
        elif not _is_of(status.folders, settings.briefs) and is_set(settings, "NEWSBRIEF_BRIEFS"):
            notify(f"The index is of {':'.join(status.folders)}: reading {named} for this question only …")
            aside = replace(settings, database_url=DATABASE_ASIDE)
            store = await stack.enter_async_context(await open_settings_store(aside, clock))
            await sync(store.index, settings.briefs, clock)
        yield make_reading(settings, store, clock)


async def sync_once(settings: Settings, progress: Progress | None = None) -> SyncReport:
    """Make the index equal to the folder; other folders than a running bot's are refused (LockHeld)."""
    clock = SystemClock()
    with ExitStack() as held:
        async with await open_settings_store(settings, clock) as store:
            status = await store.index.status(clock.now())
            if status.synced_at is not None and not _is_of(status.folders, settings.briefs):
                held.enter_context(hold_lock(settings.database_url, verb="sync"))
            return await sync(store.index, settings.briefs, clock, progress=progress)


def _is_of(indexed: Sequence[str], folders: Sequence[str]) -> bool:
    """True where an index of these absolute folders is one of `folders`, in whatever order."""
    return set(indexed) == {os.path.abspath(folder) for folder in folders}  # noqa: PTH100 - as the index names them, `..` resolved


def is_set(settings: Settings, name: str) -> bool:
    """True where somebody set it, rather than its default."""
    return settings.sources[name].origin != "default"


async def open_settings_store(settings: Settings, clock: Clock, upgrade: Upgrade = Upgrade.NEVER) -> Store:
    """The database that the settings name."""
    keys = settings.encryption_key
    return await open_store(settings.database_url, clock=clock, encryption_keys=keys, upgrade=upgrade)


def make_reading(settings: Settings, store: Store, clock: Clock) -> Reading:
    """Search and messages over an open store."""
    directories = Directories(settings)
    return Reading(
        index=store.index,
        search=Search(store.index, clock, directories.current),
        renderer=Renderer(
            templates=settings.templates,
            assets_url=settings.assets_url,
            command=settings.command,
            directory=directories.current,
        ),
        directories=directories,
        clock=clock,
        zone=settings.timezone,
    )
