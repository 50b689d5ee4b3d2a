"""Who is served when: order within a lane, fairness over workspaces, leases, gates, several claimers."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from bot.domain.delivery import Kind, State
from bot.domain.subscription import Destination
from bot.store import Store, open_store
from tests.store.making import HandClock
from tests.store.outbox_making import LEASE, PERSON, SECOND, Desk, names, owed, settled


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def person(team: str, number: int) -> Destination:
    return Destination(team=team, user=f"U{number}")


async def test_a_claimed_delivery_says_all_that_sending_needs(desk: Desk) -> None:
    there = Destination(team="T1", enterprise="E1", channel="C1")
    await desk.owe(owed("a", there, kind=Kind.ALERT, subscription="r"))
    claimed = await desk.claim_one()
    assert claimed.delivery == owed(
        "a", there, kind=Kind.ALERT, subscription="r", state=State.SENDING, attempts=1
    )
    assert await desk.outbox.delivery("a") == claimed.delivery
    assert (claimed.lane, claimed.channel, claimed.thread_ts) == ("T1:C1", "C1", "")
    assert (claimed.uncertain, claimed.first_send_at, claimed.last_send_at) == (False, None, None)


async def test_a_lane_sends_one_message_at_a_time_in_order(desk: Desk) -> None:
    await desk.owe(owed("z"), owed("a"), owed("m"))
    await desk.owe(owed("b"))
    sent: list[str] = []
    while claims := await desk.claim():
        assert await desk.claim() == []
        sent += names(claims)
        await desk.settle(claims[0])
        assert await desk.claim() == []
        desk.wait(1.1)
    assert sent == ["z", "a", "m", "b"]


async def test_what_is_tried_again_later_lets_the_next_one_go_first(desk: Desk) -> None:
    await desk.owe(owed("first"), owed("second"))
    await desk.settle(await desk.claim_one(), State.PENDING, wait=10 * SECOND)
    desk.wait(2)
    second = await desk.claim_one()
    assert second.delivery.id == "second"
    await desk.settle(second)
    desk.wait(7)
    assert await desk.claim() == []
    desk.wait(1)
    again = await desk.claim_one()
    assert (again.delivery.id, again.delivery.attempts, again.uncertain) == ("first", 2, False)


async def test_no_more_is_claimed_than_there_are_slots(desk: Desk) -> None:
    await desk.owe(*(owed(f"{team}{n}", person(team, n)) for team in ("T1", "T2", "T3") for n in range(9)))
    assert len(await desk.claim(5)) == 5
    assert len(await desk.claim(1)) == 1
    assert len(await desk.claim(50)) == 21
    assert await desk.claim(50) == []


async def test_a_lease_that_ends_leaves_its_delivery_uncertain(desk: Desk) -> None:
    await desk.owe(owed("a"))
    started = desk.clock.moment
    await desk.claim_one()
    desk.wait(59.9)
    assert await desk.claim() == []
    desk.wait(0.1)
    second = await desk.claim_one()
    assert (second.uncertain, second.first_send_at, second.last_send_at) == (True, started, started)
    desk.wait(60)
    third = await desk.claim_one()
    assert (third.first_send_at, third.last_send_at) == (started, started + LEASE)
    assert third.epoch > second.epoch


async def test_an_uncertain_delivery_stays_so_until_it_is_known(desk: Desk) -> None:
    await desk.owe(owed("a"))
    await desk.settle(await desk.claim_one(), State.SENDING, wait=20 * SECOND)
    desk.wait(20)
    uncertain = await desk.claim_one()
    assert uncertain.uncertain
    await desk.settle(uncertain, State.PENDING)
    desk.wait(2)
    known = await desk.claim_one()
    assert (known.uncertain, known.first_send_at, known.last_send_at) == (False, None, None)


@pytest.mark.parametrize("slots", [1, 20])
async def test_a_workspace_with_thousands_does_not_delay_another(desk: Desk, slots: int) -> None:
    await desk.owe(*(owed(f"many{n}", person("T1", n)) for n in range(4_000)))
    await desk.owe(*(owed(f"few{n}", person("T2", n)) for n in range(20)))
    claimed: list[str] = []
    while sum(name.startswith("few") for name in claimed) < 20:
        claimed += names(await desk.claim(slots))
        desk.wait(0.001)
    assert len(claimed) <= 40


async def test_where_some_owe_less_others_get_their_slots(desk: Desk) -> None:
    await desk.owe(*(owed(f"many{n}", person("T1", n)) for n in range(30)))
    await desk.owe(owed("one", person("T2", 0)), owed("two", person("T3", 0)))
    found = Counter(claimed.delivery.to.team for claimed in await desk.claim(20))
    assert found == {"T1": 18, "T2": 1, "T3": 1}


async def test_a_busy_lane_does_not_hide_its_neighbours(desk: Desk) -> None:
    await desk.owe(*(owed(f"busy{n}", person("T1", 0)) for n in range(20)))
    await desk.owe(owed("quiet", person("T1", 1)))
    assert names(await desk.claim(1)) == ["busy0"]
    assert names(await desk.claim(1)) == ["quiet"]


@pytest.mark.parametrize("wait", [0 * SECOND, 30 * SECOND])
async def test_slacks_retry_after_holds_back_one_lane_and_keeps_its_order(
    desk: Desk, wait: timedelta
) -> None:
    await desk.owe(owed("a"), owed("b"), owed("other", PERSON))
    first = next(claimed for claimed in await desk.claim() if claimed.delivery.id == "a")
    await desk.settle(first, State.PENDING, gate=30 * SECOND, wait=wait)
    desk.wait(29)
    assert await desk.claim() == []
    desk.wait(1)
    assert names(await desk.claim()) == ["a"]


async def test_a_slowed_workspace_is_left_alone_as_a_whole(desk: Desk) -> None:
    await desk.owe(owed("a"), owed("b", PERSON), owed("elsewhere", person("T2", 1)))
    claims = {claimed.delivery.id: claimed for claimed in await desk.claim()}
    await desk.settle(claims["a"], State.PENDING, team_gate=30 * SECOND)
    await desk.settle(claims["b"], State.PENDING, team_gate=10 * SECOND)
    await desk.settle(claims["elsewhere"], State.PENDING)
    desk.wait(29)
    assert names(await desk.claim()) == ["elsewhere"]
    desk.wait(1)
    assert sorted(names(await desk.claim())) == ["a", "b"]


async def test_a_lane_whose_delivery_was_taken_back_is_let_go(desk: Desk) -> None:
    await desk.owe(owed("a"))
    await desk.rows("UPDATE delivery SET state = 'dropped', due_at = NULL RETURNING 1")
    assert await desk.claim() == []
    assert await desk.outbox.seconds_until_due() is None
    await desk.owe(owed("b"))
    assert names(await desk.claim()) == ["b"]


async def test_the_databases_own_time_is_real_time(store: Store) -> None:
    """No clock is set by hand here: what is owed is due at once, and a short lease ends by itself."""
    await store.outbox.enqueue([owed("a")])
    assert await store.outbox.seconds_until_due() == 0
    (first,) = await store.outbox.claim(5, "one", timedelta(seconds=0.2))
    left = await store.outbox.seconds_until_due()
    assert left is not None
    assert 0 < left <= 0.2
    await asyncio.sleep(0.25)
    (second,) = await store.outbox.claim(5, "two", LEASE)
    assert second.uncertain
    assert second.first_send_at == second.last_send_at
    await store.outbox.settle([settled(second)], timedelta())
    assert first.epoch < second.epoch
    assert await store.outbox.seconds_until_due() is None


async def test_claimers_at_once_never_share_a_delivery(store: Store, url: str) -> None:
    owing = [owed(f"{team}{n}", person(team, n)) for team in ("T1", "T2", "T3", "T4") for n in range(60)]
    await store.outbox.enqueue(owing)
    taken: list[str] = []

    async def work(one: Store, owner: str) -> None:
        while len(taken) < len(owing):
            claims = await one.outbox.claim(7, owner, LEASE)
            taken.extend(names(claims))
            await one.outbox.settle([settled(claimed) for claimed in claims], timedelta())
            await asyncio.sleep(0)

    async with await open_store(url, clock=HandClock()) as other:
        workers = [(store, "a"), (store, "b"), (other, "c"), (other, "d")]
        await asyncio.wait_for(asyncio.gather(*(work(*worker) for worker in workers)), 60)
    assert sorted(taken) == sorted(delivery.id for delivery in owing)
    assert (await store.outbox.backlog()).counts == {State.SENT: len(owing)}


async def test_producers_beside_claimers_lose_no_wake_up(store: Store, url: str) -> None:
    """Hot lanes, each filled while it is being let go: every delivery is sent, without any sweeper."""
    total, sent = 240, list[str]()

    async def produce(one: Store, name: str) -> None:
        for number in range(total // 2):
            to = person("T1", number % 5)
            await one.outbox.enqueue(
                [owed(f"{name}{number}", to), owed(f"{name}{number}r", to, parent=f"{name}{number}")]
            )

    async def work(one: Store) -> None:
        while len(sent) < 2 * total:
            claims = await one.outbox.claim(3, "w", LEASE)
            await one.outbox.settle([settled(claimed) for claimed in claims], timedelta())
            sent.extend(names(claims))
            await asyncio.sleep(0)

    async with await open_store(url, clock=HandClock()) as other:
        await asyncio.wait_for(
            asyncio.gather(produce(store, "a"), produce(other, "b"), work(store), work(other)), 90
        )
    assert len(set(sent)) == len(sent) == 2 * total
