"""Putting deliveries in, once each, and taking back what was not sent yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Kind, Owed, Receipt, State
from bot.store import Store
from bot.store.outbox import drop_unsent, skip_pending
from tests.store.making import NOON
from tests.store.outbox_making import CHANNEL, PERSON, SECOND, Desk, holding, names, owed


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


async def ending(desk: Desk, work: Callable[[AsyncConnection], Awaitable[Sequence[str]]]) -> Sequence[str]:
    async with desk.engine.begin() as connection:
        return await work(connection)


async def test_a_key_is_owed_once(desk: Desk) -> None:
    assert await desk.outbox.enqueue([owed("a", key="k"), owed("b", key="k"), owed("c")]) == 2
    assert await desk.outbox.enqueue([owed("d", key="k", owed=holding(1)), owed("e")]) == 1
    assert await desk.outbox.enqueue([]) == 0
    assert {found.id for found in await desk.outbox.find()} == {"a", "c", "e"}
    assert await desk.briefs() == []


async def test_a_key_is_never_owed_again_once_it_is_settled(desk: Desk) -> None:
    await desk.owe(owed("a", key="k"))
    await desk.settle(await desk.claim_one())
    assert await desk.outbox.enqueue([owed("b", key="k")]) == 0
    assert await desk.outbox.seconds_until_due() is None


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        (Kind.DIGEST, ["full", "full", "also", "thread"]),
        (Kind.THREAD, ["full", "full", "also", "thread"]),
        (Kind.PART, ["full", "full", "also", "thread"]),
        (Kind.ALERT, ["alert"] * 4),
        (Kind.ESCALATION, ["alert"] * 4),
        (Kind.BUNDLE, ["held"] * 4),
    ],
)
async def test_each_brief_is_remembered_with_how_it_is_shown(
    desk: Desk, kind: Kind, roles: list[str]
) -> None:
    what = Owed(full=(1, 2), also=(3, 1), thread=(4, 3), heats={1: 142, 3: -1}, outlets={1: 9})
    await desk.owe(owed("a", kind=kind, owed=what))
    assert await desk.briefs() == [("a", number, role) for number, role in enumerate(roles, 1)]
    kept = await desk.rows(
        "SELECT heat, outlets, lane_id, subscription FROM delivery_brief ORDER BY brief_id"
    )
    assert kept == [(heat, outlets, "T1:C1", "d1") for heat, outlets in ((142, 9), (0, 0), (-1, 0), (0, 0))]


async def test_hostile_text_is_kept(desk: Desk) -> None:
    text = "<!channel> \0 \u202e \ud800 " + "x" * 10_000
    await desk.owe(owed("a", owed=Owed(text=text)), owed("b", PERSON))
    claims = {claimed.delivery.id: claimed for claimed in await desk.claim()}
    assert claims["a"].delivery.owed.text == text
    await desk.settle(claims["b"], State.FAILED, reason="a\0b\ud800c")
    assert await desk.state("b") == (State.FAILED, "abc")


async def test_a_reply_to_what_is_sent_already_is_due_at_once(desk: Desk) -> None:
    await desk.owe(owed("a"))
    await desk.settle(await desk.claim_one(), receipt=Receipt(channel="C1", ts="5.5"))
    desk.wait(2)
    await desk.owe(owed("r", kind=Kind.ESCALATION, parent="a"))
    assert (await desk.claim_one()).thread_ts == "5.5"


async def test_a_reply_to_what_was_not_sent_is_dropped_at_once(desk: Desk) -> None:
    await desk.owe(owed("a"))
    await desk.settle(await desk.claim_one(), State.FAILED)
    await desk.owe(owed("r", parent="a"), owed("rr", parent="r"), owed("lost", parent="unknown"))
    for name in ("r", "rr", "lost"):
        assert await desk.state(name) == (State.DROPPED, "its parent was not sent")


@pytest.mark.parametrize("state", [State.SENDING, State.HELD])
async def test_a_reply_to_what_is_open_waits(desk: Desk, state: State) -> None:
    await desk.owe(owed("a"))
    await desk.settle(await desk.claim_one(), state, wait=300 * SECOND)
    await desk.owe(owed("r", parent="a"))
    desk.wait(30)
    assert await desk.claim() == []
    assert await desk.state("r") == (State.PENDING, "")


async def test_dropping_leaves_what_may_have_been_sent_and_what_is_settled(desk: Desk) -> None:
    await desk.owe(owed("sent"))
    await desk.settle(await desk.claim_one())
    desk.wait(2)
    await desk.owe(owed("sending"), owed("open"), owed("reply", parent="open", subscription="x"))
    await desk.owe(owed("elsewhere", PERSON), owed("other", subscription="d2"))
    await desk.claim()
    assert names(await desk.claim()) == []
    await desk.owe(owed("late", PERSON))
    ended = await ending(desk, lambda connection: drop_unsent(connection, "d1", "removed", NOON))
    assert ended == ["late", "open"]
    assert await desk.state("sent") == (State.SENT, "")
    assert await desk.state("sending") == (State.SENDING, "")
    assert await desk.state("open") == (State.DROPPED, "removed")
    assert await desk.state("reply") == (State.DROPPED, "its parent was not sent")
    assert await desk.state("other") == (State.PENDING, "")


async def test_a_lane_emptied_by_dropping_is_due_no_more(desk: Desk) -> None:
    await desk.owe(owed("a"), owed("b", PERSON, subscription="d2"))
    desk.wait(5)
    assert await desk.outbox.seconds_until_due() == 0
    await ending(desk, lambda connection: drop_unsent(connection, "d1", "removed", NOON))
    assert names(await desk.claim()) == ["b"]
    assert await ending(desk, lambda connection: drop_unsent(connection, "none", "removed", NOON)) == []


async def test_skipping_takes_the_named_kinds_and_spares_the_named_ids(desk: Desk) -> None:
    await desk.owe(owed("old"), owed("thread", kind=Kind.THREAD, parent="old"), owed("new"))
    await desk.owe(owed("notice", kind=Kind.NOTICE))
    kinds = (Kind.DIGEST, Kind.THREAD)
    ended = await ending(
        desk, lambda connection: skip_pending(connection, "d1", kinds, "superseded", NOON, ["new"])
    )
    assert ended == ["old", "thread"]
    assert await desk.state("old") == (State.SKIPPED, "superseded")
    assert await desk.state("thread") == (State.SKIPPED, "superseded")
    assert await desk.state("new") == (State.PENDING, "")
    assert await desk.state("notice") == (State.PENDING, "")
    assert (await desk.outbox.delivery("old")) == owed(
        "old", CHANNEL, state=State.SKIPPED, reason="superseded", settled_at=NOON
    )
