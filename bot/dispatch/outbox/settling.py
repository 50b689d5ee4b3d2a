"""Writing what became of deliveries, many in one transaction, however long the database is away.

Should the process die before, the lease runs out and reconciliation finds what was sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.dispatch.outbox.outage import Outage
from bot.domain.delivery import State
from bot.domain.owed import Outbox, Settled
from bot.errors import StoreAway
from bot.telemetry import DeliverySettled, Hook, log_id, logger_for

log = logger_for("outbox")

_UNDER_WAY = (State.PENDING, State.SENDING)


class Settler:
    """Takes results at once and writes them in order; `written` is called for each that is done with."""

    def __init__(
        self, outbox: Outbox, pace: timedelta, hook: Hook, written: Callable[[Settled], None]
    ) -> None:
        self._outbox = outbox
        self._pace = pace
        self._hook = hook
        self._written = written
        self._results: asyncio.Queue[Settled] = asyncio.Queue()
        self._outage = Outage("What was sent is kept in mind, and written once that is over.")

    def put(self, result: Settled) -> None:
        """Write this soon."""
        self._results.put_nowait(result)

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            batch = [await self._results.get()]
            while not self._results.empty():
                batch.append(self._results.get_nowait())
            await self._write(batch)
            for result in batch:
                self._results.task_done()
                self._written(result)

    async def finish(self) -> None:
        """Until everything put is written."""
        await self._results.join()

    async def _write(self, batch: Sequence[Settled]) -> None:
        while True:
            try:
                await self._outbox.settle(batch, self._pace)
            except StoreAway as error:
                await asyncio.sleep(self._outage.begin(error))
            except Exception:  # one result that cannot be written must not hold up all others
                if len(batch) > 1:
                    return await self._write_apart(batch)
                delivery = log_id(batch[0].claimed.delivery.id)
                log.exception("delivery=%s cannot be settled; it is looked for after its lease", delivery)
                return None
            else:
                break
        self._outage.end()
        return self._tell(batch)

    async def _write_apart(self, batch: Sequence[Settled]) -> None:
        for result in batch:
            await self._write([result])

    def _tell(self, batch: Sequence[Settled]) -> None:
        for result in batch:
            if result.state not in _UNDER_WAY:
                self._hook(DeliverySettled(kind=result.claimed.delivery.kind, state=result.state))
