"""Everything that digests and alerts need, over one open store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Literal

from bot.clock import ShiftedClock, SystemClock
from bot.config import Settings
from bot.dispatch.alerter import Alerter
from bot.dispatch.contents import Contents
from bot.dispatch.digests import Digests
from bot.dispatch.editing import Editor
from bot.dispatch.outbox import Manners, OutboxWorker, Ports, Timing
from bot.dispatch.owing import Owing
from bot.dispatch.places import NewestDays
from bot.dispatch.rules import Rules
from bot.dispatch.scheduler import Scheduler
from bot.dispatch.standing import Standing
from bot.dispatch.upkeep import Upkeep
from bot.dispatch.why import Why
from bot.domain.delivery import Kind
from bot.domain.owed import Sender
from bot.domain.ports import Clock
from bot.store import Store
from bot.telemetry import Hook
from bot.wiring.reading import Reading, make_reading, open_settings_store

DIGESTS = (Kind.DIGEST, Kind.THREAD, Kind.PART)


class Owed:
    """Digests, alerts and deliveries: what people ask of them, and what happens by itself."""

    def __init__(self, settings: Settings, store: Store, reading: Reading, clock: Clock) -> None:
        self._settings = settings
        self.clock = clock
        self.store = store
        self.reading = reading
        self._worker: OutboxWorker | None = None
        newest = NewestDays(store.index, store.ledger)
        search, renderer = reading.search, reading.renderer
        self.editor = Editor(store.ledger, store.subscriptions, search)
        self.contents = Contents(
            ledger=store.ledger,
            subscriptions=store.subscriptions,
            outbox=store.outbox,
            search=search,
            renderer=renderer,
            clock=clock,
            newest=newest,
        )
        self.why = Why(
            index=store.index,
            ledger=store.ledger,
            subscriptions=store.subscriptions,
            editor=self.editor,
            search=search,
            renderer=renderer,
            clock=clock,
        )
        self.scheduler = self._scheduler(Alerter(store.ledger, store.subscriptions, search))
        self.owing = self._owing(reading, newest)

    def worker(self, sender: Sender, hook: Hook) -> OutboxWorker:
        """What sends; one for a running bot."""
        settings, store = self._settings, self.store
        timing = Timing(
            lease=settings.lease_seconds, http=settings.http_seconds, settle=settings.settle_seconds
        )
        ports = Ports(
            outbox=store.outbox,
            sender=sender,
            content=self.contents,
            subscriptions=store.subscriptions,
            clock=self.clock,
            policy=self.policy,
            hook=hook,
        )
        self._worker = OutboxWorker(ports, timing, manners=Manners(command=settings.command))
        return self._worker

    def wake_outbox(self) -> None:
        """Something is owed: look now."""
        if self._worker is not None:
            self._worker.wake()

    def policy(self, team: str, kind: Kind) -> Literal["hold", "resend"]:
        """What is done with a message that may have arrived, where history may not be read."""
        policies = self._settings.unreadable_history
        chosen = policies.get(team) or policies.get("") or ("resend" if kind in DIGESTS else "hold")
        return "resend" if chosen == "resend" else "hold"

    def _wake(self) -> None:
        self.scheduler.wake()
        self.wake_outbox()

    def _scheduler(self, alerter: Alerter) -> Scheduler:
        settings, store = self._settings, self.store
        upkeep = Upkeep(
            ledger=store.ledger,
            subscriptions=store.subscriptions,
            outbox=store.outbox,
            admins=settings.admins,
            keep_deliveries=timedelta(days=settings.keep_deliveries_days),
            keep_memory=timedelta(days=settings.keep_memory_days),
        )
        return Scheduler(
            ledger=store.ledger,
            subscriptions=store.subscriptions,
            editor=self.editor,
            alerter=alerter,
            upkeep=upkeep,
            clock=self.clock,
            enqueued=self.wake_outbox,
        )

    def _owing(self, reading: Reading, newest: NewestDays) -> Owing:
        settings, store = self._settings, self.store
        digests = Digests(
            subscriptions=store.subscriptions,
            outbox=store.outbox,
            editor=self.editor,
            newest=newest,
            search=reading.search,
            renderer=reading.renderer,
            clock=self.clock,
            command=settings.command,
        )
        rules = Rules(
            ledger=store.ledger,
            subscriptions=store.subscriptions,
            newest=newest,
            search=reading.search,
            renderer=reading.renderer,
            clock=self.clock,
            command=settings.command,
        )
        standing = Standing(
            subscriptions=store.subscriptions,
            outbox=store.outbox,
            unreadable=settings.unreadable_history,
            command=settings.command,
        )
        return Owing(
            digests=digests,
            rules=rules,
            reasons=self.why,
            standing=standing,
            subscriptions=store.subscriptions,
            outbox=store.outbox,
            renderer=reading.renderer,
            clock=self.clock,
            wake=self._wake,
        )


@asynccontextmanager
async def open_owed(settings: Settings, at: datetime | None = None) -> AsyncIterator[Owed]:
    """For verbs that look at what is owed beside a running bot, whose calendar shows `at` where it is set."""
    clock = ShiftedClock(at) if at else SystemClock()
    async with await open_settings_store(settings, clock) as store:
        yield Owed(settings, store, make_reading(settings, store, clock), clock)
