"""What happens by itself while the bot runs: noting what changed, due digests, alerts, held lists, upkeep."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.dispatch.alerter import Alerter
from bot.dispatch.editing import Editor
from bot.dispatch.upkeep import Upkeep
from bot.domain.owed import Ledger, Subscriptions
from bot.domain.ports import Clock
from bot.domain.subscription import Digest
from bot.errors import StoreAway
from bot.telemetry import logger_for

log = logger_for("dispatch")

POLL_SECONDS = 1.0
"""How often changes of other processes (`sync`, another replica) are looked for."""

BURST_SECONDS = 0.4
BURST_LOOKS = 5
"""Files saved together are one look, so that the hottest of them comes first: at most two seconds."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
UPKEEP_EVERY = timedelta(minutes=10)
REST_OF_BROKEN = timedelta(minutes=1)
REST = timedelta(minutes=5)
"""Held lists are looked at at least so often."""


class Scheduler:
    """Turns due digests and matching alerts into deliveries, until it is stopped."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        subscriptions: Subscriptions,
        editor: Editor,
        alerter: Alerter,
        upkeep: Upkeep,
        clock: Clock,
        enqueued: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._editor = editor
        self._alerter = alerter
        self._upkeep = upkeep
        self._clock = clock
        self._enqueued = enqueued
        self._news = asyncio.Event()
        self._resting: dict[str, datetime] = {}
        self._release_at: datetime | None = None
        self._upkeep_at: datetime | None = None

    def wake(self) -> None:
        """Something changed: look now."""
        self._news.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Turn after turn until `stop` is set; a database that is away is waited for."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                wait = await self.turn()
                pause = FIRST_PAUSE
            except StoreAway as error:
                log.warning("the database is away, trying again in %d s (%s)", pause, type(error).__name__)
                wait, pause = pause, min(2 * pause, LONGEST_PAUSE)
            except Exception:  # what broke this turn may be gone in the next; ended, nothing is ever due
                log.exception("a look at what is due broke, trying again in %d s", pause)
                wait, pause = pause, min(2 * pause, LONGEST_PAUSE)
            await self._sleep(stop, wait)

    async def turn(self) -> float:
        """Do what is due; how many seconds until the next look."""
        await self._note()
        now = self._clock.now()
        made = await self._digests(now) + await self._alerter.look(now)
        if made or self._release_at is None or now >= self._release_at:
            released, at = await self._alerter.release(now)
            self._release_at = min(at or now + REST, now + REST)
            made += released
        if self._upkeep_at is None or now >= self._upkeep_at:
            made += await self._upkeep.do(now)
            self._upkeep_at = now + UPKEEP_EVERY
        if made:
            self._enqueued()
        return await self._seconds_until_next(self._clock.now())

    async def _note(self) -> None:
        """Bring the ledger up to the index, and wait a moment for more where something changed."""
        for _ in range(BURST_LOOKS):
            if not await self._ledger.note(self._clock.now()):
                return
            self._release_at = None
            await asyncio.sleep(BURST_SECONDS)

    async def _digests(self, now: datetime) -> int:
        made = 0
        for digest in await self._subscriptions.due_digests(now):
            if now >= self._resting.get(digest.id, now):
                made += await self._digest(digest, now)
        return made

    async def _digest(self, digest: Digest, now: datetime) -> int:
        """Decide one due digest; one that breaks rests a minute, and the others go on."""
        try:
            decision = await self._editor.due(digest, now)
            written = await self._subscriptions.commit_run(decision)
        except StoreAway:
            raise
        except Exception:  # one broken digest, whatever broke it, must not keep the others from their morning
            log.exception("digest %s of team=%s cannot be decided", digest.id, digest.to.team)
            self._resting[digest.id] = now + REST_OF_BROKEN
            return 0
        self._resting.pop(digest.id, None)
        for run in decision.runs if written else ():
            log.info("digest %s of team=%s: %s", digest.id, digest.to.team, run.outcome)
        return len(decision.deliveries) if written else 0

    async def _seconds_until_next(self, now: datetime) -> float:
        """Until the next known moment, at most until the next poll."""
        times = [
            await self._subscriptions.next_run_at(),
            await self._ledger.next_visible_at(now),
            self._release_at,
        ]
        waits = [(time - now).total_seconds() for time in times if time is not None]
        return max(0.01, min([POLL_SECONDS, *waits]))

    async def _sleep(self, stop: asyncio.Event, seconds: float) -> None:
        """Until `seconds` have passed, `wake` or `stop`."""
        waits: list[Awaitable[object]] = [self._news.wait(), stop.wait()]
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        self._news.clear()
