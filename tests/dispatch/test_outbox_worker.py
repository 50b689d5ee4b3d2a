"""The worker's own ways: leases, pace, stops, deaths, a database that goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import pytest

from bot.dispatch.outbox import Timing
from bot.domain.delivery import Kind, Receipt, State
from bot.domain.message import Message
from bot.domain.owed import Address, Claimed, Outbox, Settled
from bot.errors import StoreAway
from bot.preview.faults import Fault, FaultKind
from tests.dispatch.postoffice import NEWS, PERSON, PostOffice, office, people, url

__all__ = ["office", "url"]

POST = "chat.postMessage"


class Failing:
    """An outbox whose database is away for some calls of a method; all else is the real one's."""

    def __init__(self, real: Outbox, **away: int) -> None:
        self._real = real
        self.away = away

    def __getattr__(self, name: str) -> Any:
        if self.away.get(name, 0) > 0:
            return self._refuse(name)
        return getattr(self._real, name)

    def _refuse(self, name: str) -> Any:
        async def refuse(*_: object, **__: object) -> None:
            self.away[name] -= 1
            raise StoreAway("The database is away.")

        return refuse


async def test_messages_of_a_lane_keep_their_order_and_pace(office: PostOffice) -> None:
    office.timing = replace(office.timing, pace=0.3)
    names = ["a", "b", "c"]
    for name in names:
        await office.owe(office.delivery(name))

    await office.settle(*names)

    times = [call.at for call in office.workspace.calls.of(POST)]
    assert office.ids() == names
    assert min(later - at for at, later in pairwise(times)) >= timedelta(seconds=0.3)


async def test_what_is_enqueued_is_sent_at_once_after_a_wake(office: PostOffice) -> None:
    async with office.at_work() as worker:
        await asyncio.sleep(0.05)
        await office.owe(office.delivery("a"))
        worker.wake()
        await office.until_settled("a", seconds=0.4)


async def test_what_another_process_enqueued_is_found_without_a_wake(office: PostOffice) -> None:
    async with office.at_work():
        await asyncio.sleep(0.05)
        await office.owe(office.delivery("a"))
        await office.until_settled("a", seconds=2)


async def test_no_more_than_its_slots_are_under_way(office: PostOffice) -> None:
    office.says.seconds = 0.2
    places = people(office, 6)
    await office.owe(*(office.delivery(place.user, place) for place in places))
    worker, most = office.worker(slots=2), 0

    async with office.at_work(worker):
        waiting = asyncio.create_task(office.until_settled(*(place.user for place in places)))
        while not waiting.done():
            most = max(most, worker.under_way)
            await asyncio.sleep(0.01)
        await waiting

    assert most == 2


async def test_post_does_not_begin_when_its_lease_is_nearly_over(office: PostOffice) -> None:
    office.says.seconds = office.timing.lease - office.timing.posting + 0.2
    await office.owe(office.delivery("a"))

    async with office.at_work():
        await office.until(lambda found: found.attempts >= 2, "a")
        assert office.calls(POST) == 0
        office.says.seconds = 0.0
        await office.until_settled("a")

    assert office.ids() == ["a"]
    assert office.calls("conversations.history") == 0


async def test_delivery_of_a_process_that_died_is_looked_for_when_its_lease_is_over(
    office: PostOffice,
) -> None:
    await office.owe(office.delivery("arrived"), office.delivery("not", PERSON))
    claimed = await office.store.outbox.claim(10, "a process that dies", timedelta(seconds=0.5))
    posted = await office.sender.post(
        Address(team=NEWS.team, enterprise="", channel="C0NEWS"), Message(text="hello"), "arrived"
    )

    [arrived, other] = await office.settle("arrived", "not")

    assert len(claimed) == 2
    assert arrived.receipt == posted
    assert other.state is State.SENT
    assert sorted(office.ids()) == ["arrived", "not"]


async def test_stop_finishes_what_is_being_posted_and_leaves_nothing_uncertain(office: PostOffice) -> None:
    office.workspace.faults = [Fault(kind=FaultKind.SLOW, method=POST, count=None, seconds=0.5)]
    places = people(office, 3)
    await office.owe(*(office.delivery(place.user, place) for place in places))

    async with office.at_work(office.worker(slots=2)):
        await office.workspace.wait_for(lambda: office.calls(POST) == 2)

    states = [one.state for one in await office.everything()]
    assert sorted(states) == [State.PENDING, State.SENT, State.SENT]
    assert len(office.ids()) == 2


async def test_stop_while_rendering_posts_nothing_more(office: PostOffice) -> None:
    office.says.seconds = 0.4
    await office.owe(office.delivery("a"))

    async with office.at_work():
        await office.workspace.wait_for(lambda: office.says.asked)

    assert (await office.get("a")).state is State.PENDING
    assert office.calls(POST) == 0


async def test_stop_waits_no_longer_than_one_request(office: PostOffice) -> None:
    office.workspace.faults.add(FaultKind.HANG_AFTER, POST, seconds=30)
    await office.owe(office.delivery("a"))
    worker, stop = office.worker(), asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    await office.workspace.wait_for(lambda: office.calls(POST) == 1)

    stop.set()
    await asyncio.wait_for(running, office.timing.http + 0.5)

    assert (await office.get("a")).state is State.SENDING
    [sent] = await office.settle("a")
    assert (sent.state, office.ids()) == (State.SENT, ["a"])


@pytest.mark.parametrize("method", ["claim", "settle", "seconds_until_due", "keep_channel"])
async def test_database_that_goes_away_delays_and_doubles_nothing(office: PostOffice, method: str) -> None:
    outbox = cast("Outbox", Failing(office.store.outbox, **{method: 2}))
    await office.owe(office.delivery("a", PERSON), office.delivery("b"))

    async with office.at_work(office.worker(outbox=outbox)):
        await office.until_settled("a", "b")

    assert sorted(office.ids()) == ["a", "b"]
    assert office.calls(POST) == 2


async def test_outage_is_told_once_and_not_with_every_try(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = cast("Outbox", Failing(office.store.outbox, seconds_until_due=3))
    await office.owe(office.delivery("a"))

    async with office.at_work(office.worker(outbox=outbox)):
        await office.until_settled("a")

    assert len([record for record in caplog.records if "database is away" in record.getMessage()]) == 1


async def test_one_result_that_cannot_be_written_holds_up_no_other(office: PostOffice) -> None:
    class Picky(Failing):
        async def settle(self, results: Sequence[Settled], pace: timedelta) -> None:
            if any(result.claimed.delivery.id == "bad" for result in results):
                raise ValueError("it cannot be written")
            await office.store.outbox.settle(results, pace)

    outbox = cast("Outbox", Picky(office.store.outbox))
    await office.owe(office.delivery("bad"), office.delivery("a", PERSON))

    async with office.at_work(office.worker(outbox=outbox)):
        await office.until_settled("a")

    assert (await office.get("bad")).state is State.SENDING
    [sent] = await office.settle("bad")
    assert (sent.state, office.doubled()) == (State.SENT, [])


async def test_delivery_that_breaks_is_looked_for_and_stops_no_other(office: PostOffice) -> None:
    office.says.errors["bad"] = ValueError("a bug")
    await office.owe(office.delivery("bad"), office.delivery("a", PERSON))

    async with office.at_work():
        await office.until_settled("a")
        office.says.errors.clear()
        await office.until_settled("bad")

    assert sorted(office.ids()) == ["a", "bad"]


async def test_request_that_outlives_its_time_is_uncertain(office: PostOffice) -> None:
    class Slow:
        async def post(self, to: Address, message: Message, delivery: str) -> Receipt:
            await asyncio.sleep(30)
            raise AssertionError((to, message, delivery))

        async def find(
            self, to: Address, delivery: str, *, oldest: datetime, latest: datetime
        ) -> Receipt | None:
            assert oldest < office.clock.now() < latest
            return Receipt(channel=to.channel, ts=f"1.{len(delivery)}")

    office.sender = cast("Any", Slow())
    await office.owe(office.delivery("a"))

    [sent] = await office.settle("a")

    assert sent.receipt == Receipt(channel="C0NEWS", ts="1.1")


async def test_two_workers_on_one_database_double_nothing(office: PostOffice) -> None:
    places = people(office, 8)
    owed = [office.delivery(f"{place.user}-{turn}", place) for place in places for turn in range(3)]
    await office.owe(*owed)

    async with office.at_work(), office.at_work():
        await office.until_settled(*(one.id for one in owed))

    assert sorted(office.ids()) == sorted(one.id for one in owed)


async def test_lease_that_was_lost_meanwhile_still_tells_of_success(office: PostOffice) -> None:
    """The process froze past its lease after the post; another one took the lane over."""
    await office.owe(office.delivery("a", kind=Kind.DIGEST))
    [frozen] = await office.store.outbox.claim(1, "frozen", timedelta(seconds=0.1))
    receipt = await office.sender.post(
        Address(team=NEWS.team, enterprise="", channel="C0NEWS"), Message(text="hello"), "a"
    )
    await asyncio.sleep(0.2)
    [_taken_over] = await office.store.outbox.claim(1, "other", timedelta(seconds=0.3))
    await office.store.outbox.settle([_as_sent(frozen, receipt, office.clock.now())], timedelta())

    [sent] = await office.settle("a")

    assert (sent.receipt, office.ids()) == (receipt, ["a"])


@pytest.mark.parametrize("attempts", [0, 1, 5, 5_000])
def test_pauses_between_tries_grow_and_are_never_longer_than_a_lease(attempts: int) -> None:
    assert 0.5 <= Timing().backoff(attempts) <= 60.0


def _as_sent(claimed: Claimed, receipt: Receipt, at: datetime) -> Settled:
    return Settled(claimed=claimed, state=State.SENT, receipt=receipt, at=at)
