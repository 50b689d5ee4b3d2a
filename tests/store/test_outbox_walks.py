"""Any sequence of what can happen to an outbox leaves it as a plain model says."""

from __future__ import annotations

import itertools
import os
import random
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.delivery import OPEN, Delivery, State
from bot.domain.owed import Claimed, Settled
from bot.domain.subscription import Destination
from bot.store import Store
from bot.store.outbox import drop_unsent, lane_of
from tests.store.making import NOON
from tests.store.outbox_making import LEASE, PACE, Desk, owed, settled

LONGER = int(os.environ.get("LONGER_WALKS", "1"))
PLACES = [Destination(team=f"T{number % 3}", user=f"U{number}") for number in range(7)]
NEVER = float("inf")


@dataclass
class Row:
    """One delivery of the model; times are seconds of real time."""

    delivery: Delivery
    order: int
    state: State = State.PENDING
    due_at: float | None = None


@dataclass
class Lane:
    team: str
    free_at: float = 0
    epoch: int = 0
    leased: bool = False


@dataclass
class Model:
    """What should be, worked out the slow and obvious way."""

    rows: dict[str, Row] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    gates: dict[str, float] = field(default_factory=dict)

    def enqueue(self, deliveries: list[Delivery], now: float) -> None:
        keys = {row.delivery.key for row in self.rows.values()}
        for delivery in deliveries:
            if delivery.key in keys:
                continue
            keys.add(delivery.key)
            row = self.rows[delivery.id] = Row(delivery, len(self.rows))
            self.lanes.setdefault(lane_of(delivery.to), Lane(delivery.to.team))
            parent = self.rows.get(delivery.parent)
            if not delivery.parent or (parent and parent.state is State.SENT):
                row.due_at = now
            elif not parent or parent.state not in OPEN:
                row.state = State.DROPPED

    def heads(self, now: float) -> dict[str, Row]:
        """The delivery that each lane could send now."""
        found: dict[str, Row] = {}
        for name, lane in self.lanes.items():
            if max(lane.free_at, self.gates.get(lane.team, 0)) <= now:
                due = [row for row in self._owed(name) if row.due_at is not None and row.due_at <= now]
                if due:
                    found[name] = min(due, key=lambda row: (row.due_at, row.order))
        return found

    def next_at(self) -> float:
        return min(
            (
                max(row.due_at, lane.free_at, self.gates.get(lane.team, 0))
                for name, lane in self.lanes.items()
                for row in self._owed(name)
                if row.due_at is not None
            ),
            default=NEVER,
        )

    def take(self, claims: list[Claimed], now: float) -> None:
        heads = self.heads(now)
        for claimed in claims:
            row, lane = heads[claimed.lane], self.lanes[claimed.lane]
            assert claimed.delivery.id == row.delivery.id
            assert claimed.uncertain == (row.state is State.SENDING)
            row.state = State.SENDING
            lane.free_at, lane.epoch, lane.leased = now + LEASE.total_seconds(), claimed.epoch, True

    def settle(self, result: Settled, now: float) -> None:
        lane, row = self.lanes[result.claimed.lane], self.rows[result.claimed.delivery.id]
        holds = lane.epoch == result.claimed.epoch
        if row.state in OPEN and (holds or result.state is State.SENT):
            pause = max(PACE, result.gate)
            again = result.state in (State.PENDING, State.SENDING)
            if not (again and result.wait <= pause):
                row.due_at = now + result.wait.total_seconds() if again else None
            self.end(row, result.state, now)
        if holds:
            lane.free_at, lane.leased = now + max(PACE, result.gate).total_seconds(), False
            if result.team_gate:
                gate = now + result.team_gate.total_seconds()
                self.gates[lane.team] = max(gate, self.gates.get(lane.team, 0))

    def end(self, row: Row, state: State, now: float) -> None:
        row.state = state
        for reply in self.rows.values():
            if reply.delivery.parent == row.delivery.id and reply.state is State.PENDING:
                if state is State.SENT and reply.due_at is None:
                    reply.due_at = now
                elif state not in OPEN and state is not State.SENT and reply.due_at is None:
                    self.end(reply, State.DROPPED, now)

    def drop(self, subscription: str, now: float) -> None:
        for row in list(self.rows.values()):
            if row.delivery.subscription == subscription and row.state is State.PENDING:
                row.due_at = None
                self.end(row, State.DROPPED, now)

    def take_over(self, end: float) -> None:
        for lane in self.lanes.values():
            if lane.leased:
                lane.free_at, lane.leased, lane.epoch = min(lane.free_at, end), False, lane.epoch + 1

    def _owed(self, lane: str) -> list[Row]:
        return [
            row
            for row in self.rows.values()
            if lane_of(row.delivery.to) == lane and row.state in (State.PENDING, State.SENDING)
        ]


class Walk:
    """A model and an outbox that the same things happen to."""

    def __init__(self, desk: Desk, dice: random.Random) -> None:
        self.desk = desk
        self.dice = dice
        self.model = Model()
        self.claims: list[Claimed] = []
        self.numbers = itertools.count()

    @property
    def now(self) -> float:
        return (self.desk.clock.moment - NOON).total_seconds()

    async def step(self) -> None:
        steps = (self.enqueue, self.claim, self.claim, self.settle, self.settle, self.settle, self.decide)
        await self.dice.choice(steps)()
        self.desk.wait(self.dice.choice([0.001, 1.5, 25, 25, 61]))

    async def enqueue(self) -> None:
        new = [self._delivery(next(self.numbers)) for _ in range(self.dice.randrange(1, 5))]
        await self.desk.outbox.enqueue(new)
        self.model.enqueue(new, self.now)

    def _delivery(self, number: int) -> Delivery:
        parents = [row for row in self.model.rows.values() if self.dice.random() < 0.2]
        parent = self.dice.choice(parents).delivery if parents else None
        return owed(
            f"m{number}",
            parent.to if parent else self.dice.choice(PLACES),
            key=f"k{self.dice.randrange(number + 8)}",
            subscription=f"s{self.dice.randrange(5)}",
            parent=parent.id if parent else "",
        )

    async def claim(self) -> None:
        slots = self.dice.choice([1, 2, 50])
        ready = len(self.model.heads(self.now))
        claims = await self.desk.claim(slots)
        assert len(claims) == min(slots, ready)
        self.model.take(claims, self.now)
        self.claims += claims

    async def settle(self) -> None:
        self.dice.shuffle(self.claims)
        count = self.dice.randrange(4)
        results = [self._result(claimed) for claimed in self.claims[:count]]
        self.claims = self.claims[count:] + self.claims[: self.dice.randrange(2)]
        await self.desk.outbox.settle(results, PACE)
        for result in results:
            self.model.settle(result, self.now)

    def _result(self, claimed: Claimed) -> Settled:
        state = self.dice.choice([State.SENT, State.SENT, *State])
        spans = [timedelta(seconds=seconds) for seconds in (0, 0, 3, 40)]
        return settled(
            claimed,
            state,
            wait=self.dice.choice(spans),
            gate=self.dice.choice(spans),
            team_gate=self.dice.choice([timedelta()] * 8 + spans),
        )

    async def decide(self) -> None:
        """What people and restarts do."""
        kind, outbox = self.dice.randrange(3), self.desk.outbox
        held = [row for row in self.model.rows.values() if row.state is State.HELD]
        if kind == 0:
            subscription = f"s{self.dice.randrange(5)}"
            async with self.desk.engine.begin() as connection:
                await drop_unsent(connection, subscription, "removed", NOON)
            self.model.drop(subscription, self.now)
        elif kind == 1 and self.dice.random() < 0.3:
            await outbox.take_over(timedelta(seconds=20))
            self.model.take_over(self.now + 20)
        elif held:
            row, send = self.dice.choice(held), self.dice.random() < 0.5
            assert await outbox.release(row.delivery.id, NOON, send=send)
            row.due_at = self.now if send else None
            self.model.end(row, State.PENDING if send else State.DROPPED, self.now)

    async def compare(self) -> None:
        found = {delivery.id: delivery for delivery in await self.desk.outbox.find(limit=10_000)}
        assert {name: found[name].state for name in found} == {
            name: row.state for name, row in self.model.rows.items()
        }
        left = await self.desk.outbox.seconds_until_due()
        expected = max(0.0, self.model.next_at() - self.now)
        assert (NEVER if left is None else left) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("seed", range(3 * LONGER))
async def test_a_random_walk_ends_where_the_model_does(store: Store, seed: int) -> None:
    walk = Walk(Desk(store), random.Random(seed))
    for _ in range(90):
        await walk.step()
        await walk.compare()


@pytest.mark.parametrize("seed", range(LONGER))
async def test_after_any_walk_everything_owed_is_sent_once_all_goes_well(store: Store, seed: int) -> None:
    walk = Walk(Desk(store), random.Random(1_000 + seed))
    for _ in range(60):
        await walk.step()
    outbox = walk.desk.outbox
    for delivery in await outbox.find(states=[State.HELD], limit=1_000):
        await outbox.release(delivery.id, NOON, send=True)
    while (left := await outbox.seconds_until_due()) is not None:
        walk.desk.wait(left + 0.001)
        claims = await walk.desk.claim()
        await outbox.settle([replace(settled(claimed), wait=timedelta()) for claimed in claims], PACE)
    assert (await outbox.find(states=OPEN)) == []
