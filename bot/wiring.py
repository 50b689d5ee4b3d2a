"""The composition root: opens everything in order and closes it in reverse."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.clock import ShiftedClock, SystemClock
from bot.config import Settings, unknown_settings
from bot.content import load_directory, scan, sync, watch
from bot.domain.directory import EMPTY_DIRECTORY, Directory
from bot.domain.index import SyncReport
from bot.domain.ports import BriefIndex, Clock
from bot.domain.problem import Problem
from bot.errors import SlackRefused, StoreAway
from bot.render import Renderer
from bot.search import Search
from bot.store import Store, Upgrade, hold_lock, open_store
from bot.telemetry import logger_for, set_up_logging

if TYPE_CHECKING:
    from bot.preview import Workspace
    from bot.slack import Services, SlackBot

CATCH_UP_SECONDS = 5.0
"""How long a start waits for the index: enough to look at some 100,000 unchanged files."""

DATABASE_ASIDE = "sqlite://"
"""An index that goes when the question is answered."""

PREVIEW_DATABASE = "sqlite:///newsbrief-preview.db"
LOGGED_PROBLEMS = 20
"""How many problems one sync or start tells the log; `check` tells them all."""

DIRECTORY_SECONDS = 2.0
"""How often the providers and topics folders are looked at while the bot runs."""

Progress = Callable[[int, int], None]
log = logger_for("wiring")


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
        while not await _stops_within(stop, DIRECTORY_SECONDS):
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
        store = await stack.enter_async_context(await _open_store(settings, clock))
        status = await store.index.status(clock.now())
        named = ":".join(settings.briefs)
        if status.synced_at is None:
            notify(f"There is no index of {named} yet: reading it first …")
            await sync(store.index, settings.briefs, clock)
        elif not _is_of(status.folders, settings.briefs) and _is_set(settings, "NEWSBRIEF_BRIEFS"):
            notify(f"The index is of {':'.join(status.folders)}: reading {named} for this question only …")
            aside = replace(settings, database_url=DATABASE_ASIDE)
            store = await stack.enter_async_context(await _open_store(aside, clock))
            await sync(store.index, settings.briefs, clock)
        yield _reading(settings, store, clock)


async def sync_once(settings: Settings, progress: Progress | None = None) -> SyncReport:
    """Make the index equal to the folder; other folders than a running bot's are refused (LockHeld)."""
    clock = SystemClock()
    with ExitStack() as held:
        async with await _open_store(settings, clock) as store:
            status = await store.index.status(clock.now())
            if status.synced_at is not None and not _is_of(status.folders, settings.briefs):
                held.enter_context(hold_lock(settings.database_url, verb="sync"))
            return await sync(store.index, settings.briefs, clock, progress=progress)


def _is_of(indexed: Sequence[str], folders: Sequence[str]) -> bool:
    """True where an index of these absolute folders is one of `folders`, in whatever order."""
    return set(indexed) == {os.path.abspath(folder) for folder in folders}  # noqa: PTH100 - as the index names them, `..` resolved


def _is_set(settings: Settings, name: str) -> bool:
    return settings.sources[name].origin != "default"


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """The bot against Slack until `stop` is set."""
    set_up_logging(settings.log_level, settings.log_format)
    with hold_lock(settings.database_url, verb="serve"):
        async with _running_bot(settings, SystemClock(), stop) as bot:
            announcing = asyncio.create_task(_announce(bot), name="announce")
            await stop.wait()
            announcing.cancel()


async def _announce(bot: SlackBot) -> None:
    """One line in the log, once the bot is ready in earnest; what prevents it is raised elsewhere."""
    with suppress(SlackRefused):
        if await bot.wait_ready():
            log.info(await bot.ready_line())


async def preview(
    settings: Settings,
    stop: asyncio.Event,
    *,
    port: int,
    start_at: datetime | None,
    ready: Callable[[str], None],
) -> None:
    """The bot against a local workspace until `stop` is set; `ready` is told the page's address."""
    from bot.preview import Workspace

    set_up_logging(settings.log_level, settings.log_format)
    clock = ShiftedClock(start_at) if start_at else SystemClock()
    if not _is_set(settings, "NEWSBRIEF_DATABASE_URL"):
        settings = replace(settings, database_url=PREVIEW_DATABASE)
    async with AsyncExitStack() as stack:
        stack.enter_context(hold_lock(settings.database_url, verb="preview"))
        workspace = Workspace(
            clock=clock,
            port=port,
            signing_secret=secrets.token_hex(16),
            command=settings.command,
            asset_folders=_asset_folders(settings),
        )
        await workspace.start()
        stack.push_async_callback(workspace.stop)
        bot = await stack.enter_async_context(_running_bot(_against(workspace, settings), clock, stop))
        workspace.bot_url = f"{bot.address}/slack/events"
        workspace.complete = bot.services.search.complete
        if not stop.is_set():
            ready(workspace.url)
        await stop.wait()


async def _open_store(settings: Settings, clock: Clock, upgrade: Upgrade = Upgrade.NEVER) -> Store:
    keys = settings.encryption_key
    return await open_store(settings.database_url, clock=clock, encryption_keys=keys, upgrade=upgrade)


def _reading(settings: Settings, store: Store, clock: Clock) -> Reading:
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


@asynccontextmanager
async def _running_bot(settings: Settings, clock: Clock, stop: asyncio.Event) -> AsyncIterator[SlackBot]:
    """The bot with its index kept fresh; setting `stop` ends both, and what failed meanwhile is raised."""
    from bot.slack import SlackBot

    async with await _open_store(settings, clock, Upgrade.SQLITE) as store:
        reading = _reading(settings, store, clock)
        keeper = IndexKeeper(store.index, settings.briefs, clock)
        await keeper.look()
        for sentence in unknown_settings(settings):
            log.warning(sentence)
        for problem in reading.renderer.problems:
            log.warning("%s:%d: %s", problem.path, problem.line, problem.message)
        _warn_of(reading.directories.problems)
        bot = SlackBot(_services(settings, clock, store, reading, keeper))
        tasks = [
            asyncio.create_task(keeper.run(stop), name="index"),
            asyncio.create_task(reading.directories.keep_fresh(stop), name="directories"),
        ]
        for task in tasks:
            task.add_done_callback(lambda _task: stop.set())
        try:
            await keeper.caught_up(stop)
            if not stop.is_set():
                tasks.append(asyncio.create_task(_stop_with(stop, bot), name="stop"))
                await bot.start()
                _settle_memory()
                tasks.append(asyncio.create_task(_until_closed(bot, stop), name="slack"))
            yield bot
        finally:
            stop.set()
            await bot.stop()
            await _end(tasks)


def _settle_memory() -> None:
    """What is loaded by now stays: full collections need not walk it, which would hold the loop up 50 ms."""
    gc.collect()
    gc.freeze()


async def _stop_with(stop: asyncio.Event, bot: SlackBot) -> None:
    """Stop the bot as soon as `stop` is set, also while it still starts."""
    await stop.wait()
    await bot.stop()


async def _until_closed(bot: SlackBot, stop: asyncio.Event) -> None:
    """Wait for the bot's end; a token refused later (SlackRefused) ends everything."""
    try:
        await bot.wait_closed()
    finally:
        stop.set()


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel what still runs (a sync may be cut anywhere) and raise what failed."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


class IndexKeeper:
    """Keeps the index equal to the folders while the bot runs."""

    def __init__(self, index: BriefIndex, folders: Sequence[str], clock: Clock) -> None:
        self._index = index
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
                if await _stops_within(stop, pause):
                    break
        return SyncReport()

    def _tell(self, report: SyncReport) -> None:
        log.info(
            "synced: added %d, updated %d, removed %d, unchanged %d, rejected %d in %.2f s",
            report.added,
            report.updated,
            report.removed,
            report.unchanged,
            report.rejected,
            report.seconds,
        )
        _warn_of([problem for problem in report.problems if problem.is_error])


def _warn_of(problems: Sequence[Problem]) -> None:
    """Name the place of each problem; its words may quote the file, so they are left to `check`."""
    for problem in problems[:LOGGED_PROBLEMS]:
        where = f"{problem.path}:{problem.line}:{problem.column}"
        log.warning("%s: %s: %s", where, problem.severity, problem.field or "see newsbrief check")
    if len(problems) > LOGGED_PROBLEMS:
        log.warning("and %d more problems: see newsbrief check", len(problems) - LOGGED_PROBLEMS)


def _services(
    settings: Settings, clock: Clock, store: Store, reading: Reading, keeper: IndexKeeper
) -> Services:
    from bot.slack import Services

    def notes() -> list[str]:
        problems = (*reading.renderer.problems, *reading.directories.problems)
        told = [f"{problem.path}:{problem.line}: {problem.message}" for problem in problems]
        return told if keeper.is_complete else ["The folder is still being read for the first time.", *told]

    return Services(
        settings=settings,
        clock=clock,
        search=reading.search,
        index=store.index,
        renderer=reading.renderer,
        installations=store.installations,
        notes=notes,
        is_ready=lambda: keeper.is_complete,
    )


def _against(workspace: Workspace, settings: Settings) -> Settings:
    """The settings with Slack's side replaced by the local workspace; nothing of a real one is used."""
    return replace(
        settings,
        slack_api_url=workspace.api_url,
        slack_bot_token=workspace.bot_token,
        slack_signing_secret=workspace.signing_secret,
        slack_app_token="",
        slack_client_id="",
        slack_client_secret="",
        assets_url=settings.assets_url or f"{workspace.url}assets",
        host="127.0.0.1",
        port=0,
    )


def _asset_folders(settings: Settings) -> tuple[str, ...]:
    """Where relative image addresses are looked for: the providers folders, then the briefs' own."""
    return (*settings.provider_folders(), *settings.briefs)


async def _stops_within(stop: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
