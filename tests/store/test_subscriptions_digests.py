"""Digests: kept, numbered, due, and decided by whoever was first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import Delivery, Kind, Owed, State
from bot.domain.owed import RunDecision
from bot.domain.subscription import WEEKDAYS, Destination, Digest, Run, RunOutcome, Schedule
from bot.store import Store, open_store
from bot.store.subscriptions import digest_sent
from tests.store.making import NOON, HandClock

CHANNEL = Destination(team="T1", enterprise="E1", channel="C1")
PERSON = Destination(team="T1", user="U1")
DAY = timedelta(days=1)


def make_digest(name: str, to: Destination = CHANNEL, **fields: Any) -> Digest:
    defaults = {"number": 0, "schedule": Schedule(), "created_at": NOON, "next_at": NOON + DAY}
    return Digest(id=name, to=to, **{**defaults, **fields})


def owed(name: str, digest: str, to: Destination = CHANNEL, **fields: Any) -> Delivery:
    defaults = {"kind": Kind.DIGEST, "created_at": NOON, "expires_at": NOON + DAY, "key": f"digest:{name}"}
    return Delivery(id=name, to=to, subscription=digest, **{**defaults, **fields})


async def state_of(store: Store, delivery: str) -> tuple[State, str]:
    sql = "SELECT state, reason FROM delivery WHERE id = :id"
    rows = await store.index.read(lambda reader: reader.rows(sql, {"id": delivery}))  # type: ignore[attr-defined]
    return State(rows[0][0]), rows[0][1]


async def kept(store: Store, name: str) -> Digest:
    found = await store.subscriptions.digest(name)
    assert found is not None
    return found


async def sent(store: Store, *deliveries: Delivery) -> None:
    async with store.subscriptions._engine.begin() as connection:
        await digest_sent(connection, [replace(one, state=State.SENT) for one in deliveries])


async def test_a_digest_comes_back_as_it_was_kept(store: Store) -> None:
    digest = make_digest(
        "d",
        schedule=Schedule(hour=8, minute=30, days=WEEKDAYS, zone="Europe/Berlin"),
        filters='topic:"AI" \u202e<!channel> ' + "x" * 10_000,
        count=7,
        says_nothing_new=True,
        owner="U9",
        paused="person",
        next_at=None,
        cut_at=NOON,
        left=(3, 1, 2),
    )
    added = await store.subscriptions.add_digest(digest)
    assert added == replace(digest, number=1)
    assert await store.subscriptions.digest("d") == added
    assert await store.subscriptions.digests(CHANNEL) == [added]
    assert await store.subscriptions.digest("other") is None


async def test_a_new_digest_gets_the_lowest_free_number_of_its_destination(store: Store) -> None:
    numbers = [(await store.subscriptions.add_digest(make_digest(name))).number for name in "abc"]
    assert numbers == [1, 2, 3]
    assert (await store.subscriptions.add_digest(make_digest("p", PERSON))).number == 1
    assert (await store.subscriptions.add_digest(make_digest("o", replace(CHANNEL, team="T2")))).number == 1
    assert await store.subscriptions.remove_digest("b")
    assert not await store.subscriptions.remove_digest("b")
    assert (await store.subscriptions.add_digest(make_digest("e"))).number == 2
    assert [digest.id for digest in await store.subscriptions.digests(CHANNEL)] == ["a", "e", "c"]


async def test_digests_added_at_once_by_two_replicas_get_numbers_of_their_own(url: str) -> None:
    async with (
        await open_store(url, clock=HandClock()) as one,
        await open_store(url, clock=HandClock()) as other,
    ):
        stores = (one, other) * 5
        added = await asyncio.gather(
            *(store.subscriptions.add_digest(make_digest(f"d{at}")) for at, store in enumerate(stores))
        )
    assert sorted(digest.number for digest in added) == list(range(1, 11))


async def test_of_two_who_change_a_digest_the_second_is_told(store: Store) -> None:
    read = await store.subscriptions.add_digest(make_digest("d"))
    assert await store.subscriptions.save_digest(replace(read, filters="topic:AI"))
    assert not await store.subscriptions.save_digest(replace(read, count=9))
    found = await kept(store, "d")
    assert (found.filters, found.count, found.revision) == ("topic:AI", 5, 1)
    assert not await store.subscriptions.save_digest(make_digest("unknown"))


async def test_due_digests_come_longest_due_first_and_paused_ones_never(store: Store) -> None:
    for name, next_at in (("late", NOON - DAY), ("now", NOON), ("next", NOON + DAY), ("paused", None)):
        await store.subscriptions.add_digest(make_digest(name, next_at=next_at))
    assert [digest.id for digest in await store.subscriptions.due_digests(NOON)] == ["late", "now"]
    assert [digest.id for digest in await store.subscriptions.due_digests(NOON, limit=1)] == ["late"]
    assert await store.subscriptions.next_run_at() == NOON - DAY
    names = [digest.id for digest in await store.subscriptions.all_digests()]
    assert names == ["late", "now", "next", "paused"]


async def test_without_an_active_digest_there_is_no_next_run(store: Store) -> None:
    await store.subscriptions.add_digest(make_digest("paused", next_at=None))
    assert await store.subscriptions.next_run_at() is None


async def test_a_run_is_committed_whole_or_not_at_all(store: Store) -> None:
    digest = await store.subscriptions.add_digest(make_digest("d", next_at=NOON))
    run = Run(digest="d", due_at=NOON, ran_at=NOON, outcome=RunOutcome.OWED, delivery="m1")
    skipped = Run(digest="d", due_at=NOON - DAY, ran_at=NOON, outcome=RunOutcome.SKIPPED)
    decision = RunDecision(
        digest=digest,
        next_at=NOON + DAY,
        runs=(skipped, run),
        deliveries=(owed("m1", "d"), owed("m2", "d", kind=Kind.THREAD, parent="m1")),
    )
    assert await store.subscriptions.commit_run(decision)
    again = replace(decision, deliveries=(owed("m3", "d"),), next_at=NOON)
    assert not await store.subscriptions.commit_run(again)
    assert (await kept(store, "d")).next_at == NOON + DAY
    assert await store.subscriptions.runs("d") == [run, skipped]
    assert await store.subscriptions.runs("d", limit=1) == [run]
    rows = await store.index.read(lambda reader: reader.rows("SELECT id FROM delivery ORDER BY id", {}))  # type: ignore[attr-defined]
    assert [row[0] for row in rows] == ["m1", "m2"]


async def test_two_replicas_that_decide_one_run_owe_it_once(url: str) -> None:
    async with (
        await open_store(url, clock=HandClock()) as one,
        await open_store(url, clock=HandClock()) as other,
    ):
        digest = await one.subscriptions.add_digest(make_digest("d", next_at=NOON))
        decisions = [
            RunDecision(digest=digest, next_at=NOON + DAY, deliveries=(owed(f"m{at}", "d", key=f"k{at}"),))
            for at in range(8)
        ]
        written = await asyncio.gather(
            *((one, other)[at % 2].subscriptions.commit_run(one_) for at, one_ in enumerate(decisions))
        )
        rows = await one.index.read(lambda reader: reader.rows("SELECT count(*) FROM delivery", {}))  # type: ignore[attr-defined]
    assert sorted(written) == [False] * 7 + [True]
    assert rows[0][0] == 1


async def test_what_an_older_run_still_owes_can_be_skipped(store: Store) -> None:
    digest = await store.subscriptions.add_digest(make_digest("d", next_at=NOON))
    first = (
        owed("m1", "d"),
        owed("m2", "d", kind=Kind.THREAD, parent="m1"),
        owed("n", "d", kind=Kind.NOTICE),
    )
    await store.subscriptions.commit_run(RunDecision(digest=digest, next_at=NOON, deliveries=first))
    (run,) = await store.subscriptions.all_digests()
    await store.subscriptions.supersede(run, "superseded", NOON)
    assert await state_of(store, "m1") == (State.SKIPPED, "superseded")
    assert (await state_of(store, "m2"))[0] in (State.SKIPPED, State.DROPPED)
    assert await state_of(store, "n") == (State.PENDING, "")


async def test_what_is_being_sent_is_not_skipped(store: Store) -> None:
    digest = await store.subscriptions.add_digest(make_digest("d", next_at=NOON))
    decision = RunDecision(digest=digest, next_at=NOON, deliveries=(owed("m1", "d"),))
    await store.subscriptions.commit_run(decision)
    await store.outbox.claim(1, "test", timedelta(seconds=60))
    (run,) = await store.subscriptions.all_digests()
    assert await store.subscriptions.supersede(run, "superseded", NOON) == 0
    assert (await state_of(store, "m1"))[0] is State.SENDING


async def test_replica_that_is_late_does_not_skip_what_the_other_has_just_decided(store: Store) -> None:
    """Both had read the digest as due; the late one knows only the revision before."""
    late = await store.subscriptions.add_digest(make_digest("d", next_at=NOON))
    decision = RunDecision(digest=late, next_at=NOON, deliveries=(owed("m1", "d"),))
    await store.subscriptions.commit_run(decision)
    assert await store.subscriptions.supersede(late, "superseded", NOON) == 0
    assert not await store.subscriptions.commit_run(decision)
    assert (await state_of(store, "m1"))[0] is State.PENDING


async def test_a_removed_digest_owes_nothing_more(store: Store) -> None:
    digest = await store.subscriptions.add_digest(make_digest("d", next_at=NOON))
    run = Run(digest="d", due_at=NOON, ran_at=NOON, outcome=RunOutcome.OWED, delivery="m1")
    await store.subscriptions.commit_run(
        RunDecision(digest=digest, next_at=NOON, runs=(run,), deliveries=(owed("m1", "d"),))
    )
    assert await store.subscriptions.remove_digest("d")
    assert (await state_of(store, "m1"))[0] is State.DROPPED
    assert await store.subscriptions.runs("d") == []


async def test_what_a_sent_digest_looked_at_moves_its_cut_and_only_forward(store: Store) -> None:
    read = await store.subscriptions.add_digest(make_digest("d"))
    newer = owed("m2", "d", owed=Owed(cut_at=NOON, left=(5, 4)))
    await sent(store, newer, owed("t", "d", kind=Kind.THREAD, owed=Owed(cut_at=NOON + DAY)))
    found = await kept(store, "d")
    assert (found.cut_at, found.left) == (NOON, (5, 4))
    assert not await store.subscriptions.save_digest(read)
    await sent(store, owed("m1", "d", owed=Owed(cut_at=NOON - DAY, left=(1,))), newer)
    assert await kept(store, "d") == found
    async with store.subscriptions._engine.begin() as connection:
        await digest_sent(connection, [owed("m3", "d", owed=Owed(cut_at=NOON + DAY), state=State.FAILED)])
    assert await kept(store, "d") == found


async def test_old_runs_are_forgotten_with_new_ones(store: Store) -> None:
    digest = await store.subscriptions.add_digest(make_digest("d", next_at=NOON))
    for days in (0, 91):
        at = NOON + timedelta(days=days)
        run = Run(digest="d", due_at=at, ran_at=at, outcome=RunOutcome.NOTHING)
        await store.subscriptions.commit_run(RunDecision(digest=digest, next_at=NOON, runs=(run,)))
        digest = await kept(store, "d")
    assert [run.due_at for run in await store.subscriptions.runs("d")] == [NOON + timedelta(days=91)]


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived"])
async def test_pausing_for_slack_stops_the_destinations_digests_and_names_owners_once(
    store: Store, code: str
) -> None:
    for name, owner in (("a", "U2"), ("b", "U2"), ("c", "U3"), ("d", "")):
        await store.subscriptions.add_digest(make_digest(name, owner=owner))
    await store.subscriptions.add_digest(make_digest("e", owner="U4", paused="person", next_at=None))
    await store.subscriptions.add_digest(make_digest("x", replace(CHANNEL, channel="C2"), owner="U5"))
    assert await store.subscriptions.pause_all(CHANNEL, code) == ["U2", "U3"]
    assert await store.subscriptions.pause_all(CHANNEL, code) == []
    found = {digest.id: digest for digest in await store.subscriptions.all_digests()}
    assert (found["a"].paused, found["a"].next_at, found["a"].revision) == (code, None, 1)
    assert (found["e"].paused, found["x"].paused) == ("person", "")
    assert await store.subscriptions.due_digests(NOON + DAY) == [found["x"]]
