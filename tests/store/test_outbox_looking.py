"""What is asked of the outbox, what a person decides, what is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.delivery import Delivery, State
from bot.domain.owed import Backlog
from bot.domain.subscription import Destination
from bot.store import Store
from tests.store.making import NOON
from tests.store.outbox_making import CHANNEL, PERSON, SECOND, Desk, holding, names, owed, settled

DAY = timedelta(days=1)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


async def test_an_empty_outbox_has_nothing_to_say(desk: Desk) -> None:
    assert await desk.outbox.seconds_until_due() is None
    assert await desk.outbox.backlog() == Backlog(counts={})
    assert await desk.outbox.find() == []
    assert await desk.outbox.delivery("a") is None
    assert await desk.outbox.take_over(20 * SECOND) == 0
    assert not await desk.outbox.release("a", NOON, send=True)


async def test_the_next_moment_counts_leases_pauses_and_gates(desk: Desk) -> None:
    await desk.owe(owed("a"))
    assert await desk.outbox.seconds_until_due() == 0
    claimed = await desk.claim_one()
    assert await desk.outbox.seconds_until_due() == 60
    await desk.settle(claimed, State.PENDING, wait=7 * SECOND)
    assert await desk.outbox.seconds_until_due() == 7
    desk.wait(7)
    await desk.settle(await desk.claim_one(), State.PENDING, gate=9 * SECOND, team_gate=30 * SECOND)
    assert await desk.outbox.seconds_until_due() == 30
    await desk.owe(owed("b", Destination(team="T2", channel="C2")))
    assert await desk.outbox.seconds_until_due() == 0


async def test_the_backlog_counts_all_a_workspace_or_a_destination(desk: Desk) -> None:
    hour = timedelta(hours=1)
    await desk.owe(owed("sent", created_at=NOON - 9 * hour))
    await desk.settle(await desk.claim_one())
    desk.wait(2)
    await desk.owe(owed("a", created_at=NOON - 2 * hour), owed("b", PERSON, created_at=NOON - hour))
    await desk.owe(owed("c", Destination(team="T2", channel="C1"), created_at=NOON))
    await desk.claim(1)
    everything = await desk.outbox.backlog()
    assert everything.counts == {State.SENT: 1, State.SENDING: 1, State.PENDING: 2}
    assert everything.oldest_at == NOON - 2 * hour
    one = await desk.outbox.backlog(to=PERSON)
    assert (sum(one.counts.values()), one.oldest_at) == (1, NOON - hour)
    two = await desk.outbox.backlog("T2")
    assert (sum(two.counts.values()), two.oldest_at) == (1, NOON)
    assert await desk.outbox.backlog("T3") == Backlog(counts={})


async def test_deliveries_are_found_newest_first(desk: Desk) -> None:
    for number in range(5):
        await desk.owe(owed(f"c{number}", created_at=NOON + number * SECOND))
        await desk.owe(owed(f"p{number}", PERSON, created_at=NOON + number * SECOND))
    await desk.settle(next(found for found in await desk.claim() if found.delivery.id == "c0"))

    def ids(found: list[Delivery]) -> list[str]:
        return [delivery.id for delivery in found]

    assert ids(await desk.outbox.find(limit=3)) == ["p4", "c4", "p3"]
    assert ids(await desk.outbox.find(to=CHANNEL, limit=2)) == ["c4", "c3"]
    assert ids(await desk.outbox.find(states=[State.SENT, State.SENDING])) == ["p0", "c0"]
    assert ids(await desk.outbox.find(states=[State.SENT], to=CHANNEL)) == ["c0"]
    assert await desk.outbox.find(states=[State.HELD]) == []


async def hold(desk: Desk) -> None:
    await desk.owe(owed("a"), owed("r", parent="a"))
    await desk.settle(await desk.claim_one(), State.HELD, reason="missing_scope")
    desk.wait(2)


async def test_a_person_sends_what_is_held_without_asking_slack_again(desk: Desk) -> None:
    await hold(desk)
    assert await desk.outbox.release("a", NOON + DAY, send=True)
    assert not await desk.outbox.release("a", NOON + DAY, send=False)
    claimed = await desk.claim_one()
    assert (claimed.delivery.id, claimed.uncertain) == ("a", False)
    await desk.settle(claimed)
    desk.wait(2)
    assert names(await desk.claim()) == ["r"]


async def test_a_person_drops_what_is_held(desk: Desk) -> None:
    await hold(desk)
    assert await desk.outbox.release("a", NOON + DAY, send=False)
    assert await desk.state("a") == (State.DROPPED, "dropped by a person")
    assert await desk.state("r") == (State.DROPPED, "its parent was not sent")
    found = await desk.outbox.delivery("a")
    assert found
    assert found.settled_at == NOON + DAY
    assert await desk.outbox.seconds_until_due() is None


async def test_only_what_is_held_is_released(desk: Desk) -> None:
    await desk.owe(owed("a"))
    assert not await desk.outbox.release("a", NOON, send=False)
    assert await desk.state("a") == (State.PENDING, "")


async def test_after_a_crash_leases_end_once_slack_has_settled(desk: Desk) -> None:
    await desk.owe(owed("a"), owed("b", PERSON))
    before = {claimed.delivery.id: claimed for claimed in await desk.claim()}
    assert await desk.outbox.take_over(20 * SECOND) == 2
    assert await desk.outbox.seconds_until_due() == 20
    await desk.settle(before["b"], State.FAILED)
    assert await desk.state("b") == (State.SENDING, ""), "the old lease counts no more"
    desk.wait(20)
    assert all(claimed.uncertain for claimed in await desk.claim())
    assert await desk.outbox.take_over(90 * SECOND) == 2
    assert await desk.outbox.seconds_until_due() == 60, "a lease is never made longer"


async def test_taking_over_leaves_pauses_alone(desk: Desk) -> None:
    await desk.owe(owed("a"))
    await desk.settle(await desk.claim_one(), State.PENDING, gate=300 * SECOND)
    assert await desk.outbox.take_over(20 * SECOND) == 0
    assert await desk.outbox.seconds_until_due() == 300


async def settle_old(desk: Desk) -> None:
    """A sent and a failed delivery of noon, an open one of long before, and a sent one of a day later."""
    later = Destination(team="T1", channel="C2")
    await desk.owe(owed("sent", owed=holding(1)), owed("failed", PERSON, owed=holding(2)))
    await desk.owe(owed("later", later, owed=holding(3), created_at=NOON + DAY))
    for claimed in await desk.claim():
        name = claimed.delivery.id
        at = NOON + DAY if name == "later" else NOON
        await desk.settle(claimed, State.FAILED if name == "failed" else State.SENT, at=at)
    await desk.owe(owed("open", later, owed=holding(4), created_at=NOON - 900 * DAY))


async def test_old_deliveries_go_and_the_memory_of_what_was_sent_stays(desk: Desk) -> None:
    await settle_old(desk)
    now = NOON + timedelta(days=90, hours=1)
    assert await desk.outbox.prune(now, deliveries=90 * DAY, memory=400 * DAY) == 2
    assert {found.id for found in await desk.outbox.find()} == {"later", "open"}
    assert await desk.briefs() == [("later", 3, "full"), ("open", 4, "full"), ("sent", 1, "full")]
    kept = await desk.rows("SELECT lane_id, subscription, kind FROM delivery_brief WHERE brief_id = 1")
    assert kept == [("T1:C1", "d1", "digest")]
    assert await desk.outbox.prune(now, deliveries=90 * DAY, memory=400 * DAY) == 0


async def test_the_memory_ends_too_but_never_of_what_is_still_there(desk: Desk) -> None:
    await settle_old(desk)
    now = NOON + timedelta(days=400, hours=1)
    await desk.outbox.prune(now, deliveries=90 * DAY, memory=400 * DAY)
    assert [found.id for found in await desk.outbox.find()] == ["open"]
    assert await desk.briefs() == [("later", 3, "full"), ("open", 4, "full")]


async def test_pruning_goes_on_until_all_is_done(desk: Desk) -> None:
    people = [Destination(team="T1", user=f"U{number}") for number in range(1_100)]
    await desk.owe(*(owed(f"a{n}", to, owed=holding(n)) for n, to in enumerate(people)))
    claims = await desk.claim(2_000)
    assert len(claims) == 1_100
    for state in (State.SENT, State.FAILED):
        part = [claimed for claimed in claims if (claimed.delivery.id < "a5") == (state is State.SENT)]
        await desk.outbox.settle([settled(claimed, state) for claimed in part], SECOND)
    await desk.outbox.prune(NOON + 500 * DAY, deliveries=90 * DAY, memory=400 * DAY)
    assert await desk.rows("SELECT count(*) FROM delivery") == [(0,)]
    assert await desk.briefs() == []
