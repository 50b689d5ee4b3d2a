"""Deliveries and an outbox whose real time is set by hand, for tests of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from bot.domain.delivery import Delivery, Kind, Owed, Receipt, State
from bot.domain.owed import Claimed, Settled
from bot.domain.subscription import Destination
from bot.store import Store
from bot.store.outbox import OnSent, RealTime, StoredOutbox
from tests.store.making import NOON, HandClock

CHANNEL = Destination(team="T1", channel="C1")
PERSON = Destination(team="T1", user="U1")
LEASE = timedelta(seconds=60)
PACE = timedelta(seconds=1.1)
SECOND = timedelta(seconds=1)


class Desk:
    """An outbox with real time of its own, which moves only when told to."""

    def __init__(
        self, store: Store, *, on_sent: OnSent | None = None, clock: HandClock | None = None
    ) -> None:
        self.clock = clock or HandClock()
        self.engine = store.outbox._engine
        self.reading = store.outbox._reading
        self.real = RealTime(self.clock)
        self.outbox = StoredOutbox(
            engine=self.engine,
            reading=self.reading,
            place=store.outbox._place,
            on_sent=on_sent,
            real=self.real,
        )

    def wait(self, seconds: float) -> None:
        self.clock.moment += timedelta(seconds=seconds)

    async def owe(self, *deliveries: Delivery) -> None:
        """Enqueue, and let a moment pass, so that what comes later is later."""
        await self.outbox.enqueue(deliveries)
        self.wait(0.001)

    async def claim(self, slots: int = 50, lease: timedelta = LEASE) -> list[Claimed]:
        return await self.outbox.claim(slots, "test", lease)

    async def claim_one(self) -> Claimed:
        (claimed,) = await self.claim()
        return claimed

    async def settle(self, claimed: Claimed, state: State = State.SENT, **fields: Any) -> None:
        await self.outbox.settle([settled(claimed, state, **fields)], PACE)

    async def state(self, delivery: str) -> tuple[State, str]:
        found = await self.outbox.delivery(delivery)
        assert found
        return found.state, found.reason

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with self.engine.begin() as connection:
            return [tuple(row) for row in await connection.execute(text(sql))]

    async def briefs(self) -> list[tuple[Any, ...]]:
        return await self.rows("SELECT delivery_id, brief_id, role FROM delivery_brief ORDER BY 1, 2")


def owed(name: str, to: Destination = CHANNEL, **fields: Any) -> Delivery:
    """A delivery whose key is made of its id."""
    defaults: dict[str, Any] = {
        "kind": Kind.DIGEST,
        "subscription": "d1",
        "created_at": NOON,
        "expires_at": NOON + timedelta(hours=12),
    }
    return Delivery(**{"id": name, "key": f"key:{name}", "to": to, **defaults, **fields})


def holding(*briefs: int, **fields: Any) -> Owed:
    return Owed(full=briefs, heats={brief: brief * 10 for brief in briefs}, **fields)


def settled(claimed: Claimed, state: State = State.SENT, **fields: Any) -> Settled:
    channel = claimed.channel or "D1"
    if state is State.SENT:
        fields.setdefault("receipt", Receipt(channel=channel, ts=f"ts-{claimed.delivery.id}"))
    return Settled(claimed=claimed, state=state, **{"at": NOON, **fields})


def names(claims: Sequence[Claimed]) -> list[str]:
    return [claimed.delivery.id for claimed in claims]
