"""What becomes of claimed deliveries, also where the lease was lost meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Delivery, Kind, Owed, Receipt, State
from bot.domain.owed import Claimed
from bot.errors import StoreAway
from bot.store import Store
from tests.store.making import NOON
from tests.store.outbox_making import PACE, PERSON, SECOND, Desk, holding, names, owed, settled

ENDS = [State.FAILED, State.DROPPED, State.EXPIRED, State.SKIPPED]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


async def lose_lease(desk: Desk) -> tuple[Claimed, Claimed]:
    """The claim that lost its lease, and the present one."""
    lost = await desk.claim_one()
    desk.wait(60)
    return lost, await desk.claim_one()


async def test_a_sent_delivery_keeps_its_receipt_and_its_calendar_time(desk: Desk) -> None:
    await desk.owe(owed("a"))
    receipt = Receipt(channel="C1", ts="1.5")
    at = NOON + timedelta(hours=1)
    await desk.settle(await desk.claim_one(), receipt=receipt, reason="late", at=at)
    expected = owed("a", state=State.SENT, receipt=receipt, reason="late", settled_at=at, attempts=1)
    assert await desk.outbox.delivery("a") == expected
    assert await desk.outbox.seconds_until_due() is None


@pytest.mark.parametrize("end", ENDS)
async def test_what_ended_stays_ended_and_the_lane_goes_on(desk: Desk, end: State) -> None:
    await desk.owe(owed("a"), owed("b"))
    first = await desk.claim_one()
    await desk.settle(first, end, reason="channel_not_found")
    assert await desk.state("a") == (end, "channel_not_found")
    found = await desk.outbox.delivery("a")
    assert found
    assert found.settled_at == NOON
    await desk.settle(first, State.PENDING)
    assert await desk.state("a") == (end, "channel_not_found")
    desk.wait(1.1)
    assert names(await desk.claim()) == ["b"]


async def test_a_held_delivery_waits_for_a_person_and_the_lane_goes_on(desk: Desk) -> None:
    await desk.owe(owed("a"), owed("b"))
    await desk.settle(await desk.claim_one(), State.HELD, reason="missing_scope")
    desk.wait(2)
    await desk.settle(await desk.claim_one())
    desk.wait(1_000)
    assert await desk.claim() == []
    assert await desk.state("a") == (State.HELD, "missing_scope")
    assert await desk.outbox.seconds_until_due() is None


async def test_a_reply_waits_for_its_parents_receipt(desk: Desk) -> None:
    await desk.owe(owed("a"), owed("r", kind=Kind.THREAD, parent="a"), owed("rr", parent="r"))
    await desk.settle(await desk.claim_one(), State.SENDING, wait=20 * SECOND)
    desk.wait(5)
    assert await desk.claim() == []
    desk.wait(15)
    await desk.settle(await desk.claim_one(), receipt=Receipt(channel="C1", ts="7.5"))
    desk.wait(1.1)
    reply = await desk.claim_one()
    assert (reply.delivery.id, reply.thread_ts) == ("r", "7.5")


@pytest.mark.parametrize("end", ENDS)
async def test_replies_to_what_was_not_sent_are_dropped_with_all_their_own(desk: Desk, end: State) -> None:
    await desk.owe(owed("a"), owed("r", parent="a"), owed("rr", parent="r"), owed("rrr", parent="rr"))
    await desk.settle(await desk.claim_one(), end)
    for name in ("r", "rr", "rrr"):
        assert await desk.state(name) == (State.DROPPED, "its parent was not sent")
    assert await desk.outbox.seconds_until_due() is None


async def test_a_person_is_known_by_the_channel_of_the_first_message(desk: Desk) -> None:
    await desk.owe(owed("a", PERSON), owed("b", PERSON))
    first = await desk.claim_one()
    assert first.channel == ""
    await desk.settle(first, receipt=Receipt(channel="D9", ts="1"))
    desk.wait(2)
    assert (await desk.claim_one()).channel == "D9"


async def test_a_channel_opened_before_posting_is_kept(desk: Desk) -> None:
    await desk.owe(owed("a", PERSON))
    first = await desk.claim_one()
    await desk.outbox.keep_channel(first.lane, "D7")
    desk.wait(60)
    assert (await desk.claim_one()).channel == "D7"


async def test_what_a_delivery_calls_for_is_owed_with_its_result(desk: Desk) -> None:
    await desk.owe(owed("a", owed=holding(1, 2)))
    claimed = await desk.claim_one()
    half = replace(claimed.delivery, owed=holding(1))
    part = owed("p", kind=Kind.PART, parent="a", owed=holding(2))
    notice = owed("n", PERSON, kind=Kind.NOTICE, owed=Owed(text="Archived."))
    await desk.settle(claimed, owed=half, more=(part, notice))
    found = await desk.outbox.delivery("a")
    assert found
    assert found.owed == holding(1)
    assert await desk.briefs() == [("a", 1, "full"), ("p", 2, "full")]
    desk.wait(2)
    claims = {claimed.delivery.id: claimed for claimed in await desk.claim()}
    assert claims.keys() == {"p", "n"}
    assert claims["p"].thread_ts == "ts-a"


async def test_briefs_hidden_meanwhile_count_as_sent_no_more(desk: Desk) -> None:
    await desk.owe(owed("a", owed=holding(1, 2, 3)), owed("b", owed=holding(2)))
    await desk.settle(await desk.claim_one(), gone=(2,))
    assert await desk.briefs() == [("a", 1, "full"), ("a", 3, "full"), ("b", 2, "full")]


async def test_a_degraded_message_is_owed_degraded(desk: Desk) -> None:
    await desk.owe(owed("a", owed=holding(1)))
    claimed = await desk.claim_one()
    degraded = replace(claimed.delivery, owed=replace(claimed.delivery.owed, degraded=1))
    await desk.settle(claimed, State.PENDING, owed=degraded)
    desk.wait(2)
    assert (await desk.claim_one()).delivery.owed.degraded == 1
    assert await desk.briefs() == [("a", 1, "full")]


async def test_a_success_counts_after_the_lease_was_lost(desk: Desk) -> None:
    await desk.owe(owed("a", owed=holding(1)), owed("r", parent="a"))
    lost, present = await lose_lease(desk)
    more = owed("p", kind=Kind.PART, parent="a")
    await desk.settle(lost, receipt=Receipt(channel="C1", ts="1.1"), more=(more,))
    assert await desk.state("a") == (State.SENT, "")
    assert await desk.claim() == [], "the lane belongs to the other"
    await desk.settle(present, State.FAILED, reason="not so")
    found = await desk.outbox.delivery("a")
    assert found
    assert (found.state, found.receipt) == (State.SENT, Receipt(channel="C1", ts="1.1"))
    desk.wait(2)
    assert names(await desk.claim()) == ["r"]
    assert (await desk.state("p"))[0] is State.PENDING


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING, State.HELD, *ENDS])
async def test_nothing_else_counts_after_the_lease_was_lost(desk: Desk, state: State) -> None:
    await desk.owe(owed("a", owed=holding(1)))
    lost, present = await lose_lease(desk)
    fields = {"gone": (1,), "more": (owed("m"),), "gate": 90 * SECOND, "team_gate": 90 * SECOND}
    await desk.settle(lost, state, reason="old", **fields)
    assert await desk.state("a") == (State.SENDING, "")
    assert await desk.briefs() == [("a", 1, "full")]
    assert await desk.outbox.delivery("m") is None
    await desk.owe(owed("b"))
    await desk.settle(present)
    desk.wait(1.1)
    assert names(await desk.claim()) == ["b"]


async def test_a_late_success_beats_what_waits_for_a_person(desk: Desk) -> None:
    await desk.owe(owed("a"))
    lost, present = await lose_lease(desk)
    await desk.settle(present, State.HELD)
    await desk.settle(lost)
    assert await desk.state("a") == (State.SENT, "")


async def test_many_results_are_written_together_or_not_at_all(desk: Desk) -> None:
    await desk.owe(owed("a"), owed("b", PERSON))
    claims = await desk.claim()
    bad = replace(owed("c"), id="a")  # another delivery's id: no database takes it
    results = [settled(claims[0]), settled(claims[1], State.FAILED, more=(bad,))]
    with pytest.raises(StoreAway):
        await desk.outbox.settle(results, PACE)
    assert {(await desk.state(name))[0] for name in "ab"} == {State.SENDING}
    await desk.outbox.settle([settled(claims[0]), settled(claims[1], State.FAILED)], PACE)
    counts = (await desk.outbox.backlog()).counts
    assert counts == {State.SENT: 1, State.FAILED: 1}


async def test_settling_nothing_asks_nothing(desk: Desk) -> None:
    await desk.outbox.settle([], PACE)


async def test_what_was_sent_is_told_in_the_same_transaction(store: Store) -> None:
    told: list[Delivery] = []
    fail = [True]

    async def on_sent(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        assert connection.in_transaction()
        if fail.pop() if fail else False:
            raise StoreAway("The database is away.", hint="")
        told.extend(deliveries)

    desk = Desk(store, on_sent=on_sent)
    await desk.owe(owed("a", owed=holding(1, 2)), owed("b", PERSON))
    first, second = sorted(await desk.claim(), key=lambda claimed: claimed.delivery.id)
    half = replace(first.delivery, owed=holding(1))
    results = [settled(first, owed=half), settled(second, State.FAILED)]
    with pytest.raises(StoreAway):
        await desk.outbox.settle(results, PACE)
    assert (await desk.state("a"))[0] is State.SENDING
    await desk.outbox.settle(results, PACE)
    await desk.outbox.settle(results, PACE)
    receipt = Receipt(channel="C1", ts="ts-a")
    sent = replace(half, state=State.SENT, receipt=receipt, settled_at=NOON)
    assert told == [sent]
