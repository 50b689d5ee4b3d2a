"""The worker's loop: claim so many due deliveries, carry each through, stop gently."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from uuid import uuid4

from bot.dispatch.outbox.delivering import Delivering, Manners
from bot.dispatch.outbox.outage import Outage
from bot.dispatch.outbox.settling import Settler
from bot.dispatch.outbox.values import Lease, Ports, Timing, seconds
from bot.domain.owed import Claimed, Settled
from bot.errors import StoreAway
from bot.telemetry import logger_for

log = logger_for("outbox")

POLL_SECONDS = 0.5
"""How often is looked for what another process enqueued; our own is told by `wake`."""
CONTENDED_SECONDS = 0.1
"""The pause where something was due and another process took it."""
BROKEN_SECONDS = 5.0
FLUSH_SECONDS = 3.0
"""What a stop waits for the last results to be written; else reconciliation finds them."""


class OutboxWorker:
    """Sends what is owed, at most `slots` deliveries at a time, one of each lane."""

    def __init__(
        self, ports: Ports, timing: Timing, *, slots: int = 20, manners: Manners | None = None
    ) -> None:
        self._ports = ports
        self._timing = timing
        self._slots = slots
        self._owner = uuid4().hex
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._stirred = asyncio.Event()
        self._stopping = False
        self._delivering = Delivering(ports, timing, manners or Manners(), lambda: self._stopping)
        self._settler = Settler(ports.outbox, seconds(timing.pace), ports.hook, self._written)
        self._outage = Outage("What is owed waits, and is sent once that is over.")

    @property
    def under_way(self) -> int:
        """How many deliveries are claimed and not settled yet."""
        return self._under_way

    def wake(self) -> None:
        """Something was enqueued: look now."""
        self._stirred.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then nothing new is claimed or posted, what is being posted is finished.

        That takes at most the time of one request and a moment for writing. A worker runs once.
        """
        settling = asyncio.create_task(self._settler.run(), name="settle")
        watching = asyncio.create_task(self._heed(stop), name="outbox stop")
        try:
            while not self._stopping:
                await self._rest(await self._turn())
        finally:
            self._stopping = True
            watching.cancel()
            await self._finish(settling)

    async def _heed(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._stopping = True
        self._stirred.set()

    async def _turn(self) -> float:
        """Claim what is due, and say how many seconds to rest unless something stirs."""
        try:
            pause = await self._claim()
        except StoreAway as error:
            return self._outage.begin(error)
        except Exception:  # the claimer is alone: if it ended, nothing would be sent any more
            log.exception("claiming broke; trying again")
            return BROKEN_SECONDS
        self._outage.end()
        return pause

    async def _claim(self) -> float:
        free = self._slots - self._under_way
        if free <= 0:
            return POLL_SECONDS
        due = await self._ports.outbox.seconds_until_due()
        if due is None or due > 0:
            return min(POLL_SECONDS if due is None else due, POLL_SECONDS)
        started = asyncio.get_running_loop().time()  # before the claim: our idea of the lease ends first
        claimed = await self._ports.outbox.claim(free, self._owner, seconds(self._timing.lease))
        for one in claimed:
            self._start(one, Lease(started, self._timing.lease))
        return 0.0 if claimed else CONTENDED_SECONDS

    def _start(self, claimed: Claimed, lease: Lease) -> None:
        self._under_way += 1
        task = asyncio.create_task(self._carry(claimed, lease), name="deliver")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, claimed: Claimed, lease: Lease) -> None:
        self._settler.put(await self._delivering.deliver(claimed, lease))

    def _written(self, _: Settled) -> None:
        self._under_way -= 1
        self._stirred.set()

    async def _rest(self, pause: float) -> None:
        if pause > 0 and not self._stopping:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), pause)
        self._stirred.clear()

    async def _finish(self, settling: asyncio.Task[None]) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._timing.http + 1.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settler.finish(), FLUSH_SECONDS)
        settling.cancel()
        await asyncio.gather(settling, return_exceptions=True)
