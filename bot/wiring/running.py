"""The bot until it is stopped, against Slack or against the local workspace."""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.clock import ShiftedClock, SystemClock
from bot.config import Settings, unknown_settings
from bot.domain.ports import Clock
from bot.errors import SlackRefused
from bot.store import Store, Upgrade, hold_lock
from bot.telemetry import logger_for, set_up_logging
from bot.wiring.keeping import IndexKeeper, warn_of
from bot.wiring.owing import Owed
from bot.wiring.reading import Reading, is_set, make_reading, open_settings_store

if TYPE_CHECKING:
    from bot.preview import Workspace
    from bot.slack import Services, SlackBot

PREVIEW_DATABASE = "sqlite:///newsbrief-preview.db"
log = logger_for("wiring")


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
    if not is_set(settings, "NEWSBRIEF_DATABASE_URL"):
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


@asynccontextmanager
async def _running_bot(settings: Settings, clock: Clock, stop: asyncio.Event) -> AsyncIterator[SlackBot]:
    """The bot with its index kept fresh; setting `stop` ends both, and what failed meanwhile is raised."""
    from bot.slack import SlackBot

    async with await open_settings_store(settings, clock, Upgrade.SQLITE) as store:
        reading = make_reading(settings, store, clock)
        owed = Owed(settings, store, reading, clock)
        keeper = IndexKeeper(store.index, settings.briefs, clock, changed=owed.scheduler.wake)
        await keeper.look()
        for sentence in unknown_settings(settings):
            log.warning(sentence)
        for problem in reading.renderer.problems:
            log.warning("%s:%d: %s", problem.path, problem.line, problem.message)
        warn_of(reading.directories.problems)
        bot = SlackBot(_services(settings, clock, store, reading, keeper, owed))
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
                tasks += await _begin_sending(settings, owed, bot, stop)
            yield bot
        finally:
            stop.set()
            await bot.stop()
            await _end(tasks)


async def _begin_sending(
    settings: Settings, owed: Owed, bot: SlackBot, stop: asyncio.Event
) -> list[asyncio.Task[None]]:
    """The scheduler and the outbox; the bot waits for what is being sent before it closes.

    Under SQLite's lock no other process can be sending, so what a dead one had begun is looked for as soon
    as its message had time to appear, not only when its lease ends.
    """
    if stop.is_set():
        return []
    if not owed.store.is_shared:
        await owed.store.outbox.take_over(timedelta(seconds=settings.settle_seconds))
    sending = asyncio.create_task(owed.worker(bot.sender, bot.metrics).run(stop), name="outbox")
    bot.before_closing = lambda: _ended(sending)
    return [sending, asyncio.create_task(owed.scheduler.run(stop), name="scheduler")]


async def _ended(task: asyncio.Task[None]) -> None:
    """Until a task is over, however it ends: whoever owns it raises what it raised."""
    await asyncio.wait([task])


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


def _services(
    settings: Settings, clock: Clock, store: Store, reading: Reading, keeper: IndexKeeper, owed: Owed
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
        owing=owed.owing,
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
