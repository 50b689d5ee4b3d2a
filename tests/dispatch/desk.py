"""Everything of digests and alerts over a real store and a hand-set clock; Slack is a hand that settles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.config import read_settings
from bot.dispatch.reading import read_alerts, read_digest
from bot.dispatch.requests import AlertOrder, DigestOrder, DigestRequest, RuleRequest
from bot.domain.answers import Visitor
from bot.domain.brief import Brief
from bot.domain.delivery import Delivery, Kind, Receipt, State
from bot.domain.message import Message
from bot.domain.owed import Settled
from bot.domain.subscription import Destination
from bot.store import Store
from bot.wiring import Owed
from bot.wiring.reading import make_reading
from tests.store.making import NOON, HandClock, make_brief, provided_by, put, remove

ADA = Visitor(team="T1", channel="C1", user="UADA", zone="UTC")
CHANNEL = Destination(team="T1", channel="C1")
PERSON = Destination(team="T1", user="UADA")


@dataclass
class Desk:
    """A bot without Slack: what it owes is claimed and settled by hand."""

    store: Store
    clock: HandClock
    owed: Owed
    posted: int = 0

    async def put(self, *briefs: Brief) -> None:
        await put(self.store, *briefs)

    async def remove(self, *slugs: str) -> None:
        await remove(self.store, *slugs)

    async def turn(self) -> None:
        """One look of the scheduler at everything."""
        await self.owed.scheduler.turn()

    def later(self, **span: float) -> datetime:
        self.clock.moment += timedelta(**span)
        return self.clock.moment

    async def deliver(self, state: State = State.SENT, reason: str = "") -> list[Delivery]:
        """Claim all that is due and settle it; what was claimed, in order."""
        done: list[Delivery] = []
        while claimed := await self.store.outbox.claim(50, "test", timedelta(seconds=60)):
            for one in claimed:
                self.posted += 1
                receipt = Receipt(channel=one.delivery.to.channel or "D1", ts=f"{self.posted}.0")
                settled = Settled(
                    claimed=one,
                    state=state,
                    reason=reason,
                    receipt=receipt if state is State.SENT else None,
                    at=self.clock.now(),
                )
                await self.store.outbox.settle([settled], timedelta())
                done.append(one.delivery)
        return done

    async def slugs(self, delivery: Delivery) -> list[str]:
        noted = await self.store.ledger.noted(delivery.owed.briefs)
        return [noted[brief].slug for brief in delivery.owed.briefs]

    async def owes(self, to: Destination | None = None) -> list[Delivery]:
        """What is owed and not sent, oldest first."""
        found = await self.store.outbox.find(states=[State.PENDING], to=to)
        return found[::-1]

    async def alerts(self, typed: str, visitor: Visitor = ADA) -> Message:
        request = read_alerts(typed, self._parse)
        if isinstance(request, RuleRequest):
            return await self.owed.owing.set_rule(visitor, request, typed)
        assert isinstance(request, AlertOrder)
        return await self.owed.owing.order_alerts(visitor, request)

    async def digest(self, typed: str, visitor: Visitor = ADA) -> Message:
        request = read_digest(typed, self._parse, visitor.zone)
        if isinstance(request, DigestRequest):
            return await self.owed.owing.set_digest(visitor, request)
        assert isinstance(request, DigestOrder)
        return await self.owed.owing.order_digest(visitor, request)

    async def why(self, slug: str, to: Destination) -> str:
        return (await self.owed.why.verdict(slug, to)).reason

    def _parse(self, text: str) -> Any:
        return self.owed.editor._search.parse(text, ZoneInfo("UTC"))


@asynccontextmanager
async def open_desk(store: Store, clock: HandClock, folder: Path) -> AsyncIterator[Desk]:
    settings = read_settings({"NEWSBRIEF_BRIEFS": str(folder)}, {})
    reading = make_reading(settings, store, clock)
    yield Desk(store=store, clock=clock, owed=Owed(settings, store, reading, clock))


def hot(slug: str, heat: int = 150, title: str = "", **fields: Any) -> Brief:
    """A hot brief with a title and outlet of its own, from the hour before NOON."""
    named = title or f"{slug} {slug[::-1]} {slug * 2}"
    provider = provided_by(fields.pop("provider", f"{slug} Times"), fields.pop("domain", f"{slug}.example"))
    return replace(make_brief(slug, named, heat=heat, **fields), provider=provider)


async def alerted(desk: Desk, *briefs: Brief) -> list[str]:
    """The slugs of all messages that come of these files, sent at once."""
    await desk.put(*briefs)
    await desk.turn()
    return [slug for one in await desk.deliver() for slug in await desk.slugs(one)]


async def held(desk: Desk) -> set[str]:
    state = await desk.store.subscriptions.rule_state(PERSON)
    assert state is not None
    noted = await desk.store.ledger.noted([one.brief for one in state.held])
    return {one.slug for one in noted.values()}


async def kinds(desk: Desk) -> list[Kind]:
    return [one.kind for one in await desk.owes(PERSON)]


__all__ = ["ADA", "CHANNEL", "NOON", "PERSON", "Desk", "alerted", "held", "hot", "kinds", "open_desk"]
