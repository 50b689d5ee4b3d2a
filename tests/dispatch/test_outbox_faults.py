"""Exactly once, whatever happens to a request: judged by what stands in the workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import Delivery, Kind, State
from bot.domain.subscription import Destination
from bot.preview.faults import Fault, FaultKind
from bot.preview.sample import ADA
from bot.telemetry import DeliveryReconciled, DeliveryResent
from tests.dispatch.postoffice import NEWS, PERSON, PostOffice, office, people, url

__all__ = ["office", "url"]

POST, HISTORY = "chat.postMessage", "conversations.history"
LOST = [FaultKind.SERVER_ERROR_AFTER, FaultKind.DROP_AFTER, FaultKind.HANG_AFTER]
NOT_DONE = [FaultKind.SERVER_ERROR_BEFORE, FaultKind.DROP_BEFORE, FaultKind.HANG_BEFORE]


async def test_delivery_is_posted_once_with_its_id_and_its_receipt_is_kept(office: PostOffice) -> None:
    await office.owe(office.delivery("a"))

    [sent] = await office.settle("a")

    [message] = office.posted()
    assert (sent.state, sent.receipt and sent.receipt.ts) == (State.SENT, message.ts)
    assert office.calls(HISTORY) == 0


@pytest.mark.parametrize("kind", LOST)
async def test_post_whose_answer_was_lost_is_found_and_not_repeated(
    office: PostOffice, kind: FaultKind
) -> None:
    office.workspace.faults.add(kind, POST)
    await office.owe(office.delivery("a"))

    [sent] = await office.settle("a")

    [message] = office.posted()
    assert (sent.state, sent.receipt and sent.receipt.ts) == (State.SENT, message.ts)
    assert office.calls(POST) == 1
    assert DeliveryReconciled(outcome="found") in office.heard


@pytest.mark.parametrize("kind", NOT_DONE)
async def test_post_that_never_arrived_is_posted_after_history_said_so(
    office: PostOffice, kind: FaultKind
) -> None:
    office.workspace.faults.add(kind, POST)
    await office.owe(office.delivery("a"))

    await office.settle("a")

    assert office.ids() == ["a"]
    assert office.calls(HISTORY) == 1
    assert DeliveryReconciled(outcome="missing") in office.heard


async def test_nothing_is_looked_for_before_it_had_time_to_settle(office: PostOffice) -> None:
    office.workspace.faults.add(FaultKind.DROP_AFTER, POST)
    await office.owe(office.delivery("a"))

    await office.settle("a")

    [post] = office.workspace.calls.of(POST)
    [look] = office.workspace.calls.of(HISTORY)
    assert look.at - post.at >= timedelta(seconds=office.timing.settle)


async def test_slow_acceptance_after_the_request_gave_up_is_found(office: PostOffice) -> None:
    office.workspace.faults.add(FaultKind.SLOW, POST, seconds=1.3)
    await office.owe(office.delivery("a"))

    await office.settle("a")

    assert office.ids() == ["a"]
    assert office.calls(POST) == 1


async def test_slacks_wish_to_wait_holds_the_lane_back_and_no_other(office: PostOffice) -> None:
    office.workspace.faults.add(FaultKind.RATE_LIMITED, POST, seconds=1)
    await office.owe(office.delivery("a"))

    async with office.at_work():
        await office.until(lambda found: found.reason == "ratelimited", "a")
        await office.owe(office.delivery("b"), office.delivery("c", PERSON))
        await office.until_settled("a", "b", "c")

    calls = [call for call in office.workspace.calls.of(POST) if call.body["channel"] == "C0NEWS"]
    assert calls[1].at - calls[0].at >= timedelta(seconds=1)
    [other] = [call for call in office.workspace.calls.of(POST) if call.body["channel"] != "C0NEWS"]
    assert other.at - calls[0].at < timedelta(seconds=1)
    assert office.calls(HISTORY) == 0
    assert sorted(office.ids()) == ["a", "b", "c"]


async def test_two_lanes_told_to_wait_hold_the_whole_workspace_back(office: PostOffice) -> None:
    office.workspace.faults = [Fault(kind=FaultKind.RATE_LIMITED, method=POST, count=2, seconds=1)]
    places = people(office, 3)
    await office.owe(office.delivery("a", places[0]), office.delivery("b", places[1]))

    async with office.at_work():
        await office.until(lambda found: found.reason == "ratelimited", "a", "b")
        await office.owe(office.delivery("c", places[2]))
        await office.until_settled("a", "b", "c")

    times = [call.at for call in office.workspace.calls.of(POST)]
    assert times[2] - times[1] >= timedelta(seconds=1)
    assert sorted(office.ids()) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.RATE_LIMITED, method=HISTORY, count=2, seconds=1),
        Fault(kind=FaultKind.SERVER_ERROR_BEFORE, method=HISTORY, count=2),
        Fault(kind=FaultKind.DROP_AFTER, method=HISTORY, count=2),
        Fault(kind=FaultKind.ERROR, method=HISTORY, error="internal_error"),
    ],
)
async def test_history_without_an_answer_is_no_reason_to_post(office: PostOffice, fault: Fault) -> None:
    office.workspace.faults = [Fault(kind=FaultKind.DROP_AFTER, method=POST), fault]
    await office.owe(office.delivery("a"))

    [sent] = await office.settle("a")

    assert sent.state is State.SENT
    assert office.ids() == ["a"]
    assert office.calls(POST) == 1
    _no_call_inside_a_pause(office, HISTORY)


async def test_slacks_wish_to_wait_with_history_holds_for_all_lanes_of_a_workspace(
    office: PostOffice,
) -> None:
    office.workspace.faults = [
        Fault(kind=FaultKind.DROP_AFTER, method=POST, count=4),
        Fault(kind=FaultKind.RATE_LIMITED, method=HISTORY, count=1, seconds=2),
    ]
    names = ["a", "b", "c", "d"]
    channels = ["C0NEWS", "C0GENERAL", "G0EDITORS"]
    places = [*(replace(NEWS, channel=channel) for channel in channels), PERSON]
    await office.owe(*(office.delivery(name, to) for name, to in zip(names, places, strict=True)))

    await office.settle(*names, seconds=12)

    assert sorted(office.ids()) == names
    first = next(call for call in office.workspace.calls.of(HISTORY) if call.status == 429)
    later = [
        call for call in office.workspace.calls.of(HISTORY) if call.at > first.at + timedelta(seconds=0.3)
    ]
    assert all(call.at - first.at >= timedelta(seconds=1.9) for call in later)


async def test_lost_reply_is_found_in_its_thread(office: PostOffice) -> None:
    await office.owe(office.delivery("parent"), office.delivery("reply", parent="parent", kind=Kind.THREAD))
    office.workspace.faults.add(FaultKind.DROP_AFTER, POST, skip=1)

    await office.settle("parent", "reply")

    [parent, reply] = office.posted()
    assert reply.thread_ts == parent.ts
    assert office.calls("conversations.replies") == 1
    assert office.calls(HISTORY) == 0


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE])
async def test_first_direct_message_is_opened_before_so_that_it_can_be_found(
    office: PostOffice, kind: FaultKind
) -> None:
    office.workspace.faults.add(kind, POST)
    await office.owe(office.delivery("a", PERSON))

    [sent] = await office.settle("a")

    assert office.ids() == ["a"]
    assert sent.receipt is not None
    assert sent.receipt.channel.startswith("D")
    assert office.calls("conversations.open") == 1
    assert all(call.body["channel"] == sent.receipt.channel for call in office.workspace.calls.of(POST))


async def test_direct_message_that_may_not_be_opened_goes_to_the_persons_id(office: PostOffice) -> None:
    office.workspace.faults = [
        Fault(kind=FaultKind.MISSING_SCOPE, method="conversations.open", count=None, error="im:write")
    ]
    await office.owe(office.delivery("a", PERSON), office.delivery("b", PERSON))

    await office.settle("a", "b")

    assert office.ids() == ["a", "b"]
    assert [call.body["channel"][0] for call in office.workspace.calls.of(POST)] == ["U", "D"]


@pytest.mark.parametrize(("policy", "state", "count"), [("hold", State.HELD, 1), ("resend", State.SENT, 2)])
async def test_unopened_direct_message_of_unknown_fate_is_the_policys_to_decide(
    office: PostOffice, policy: str, state: State, count: int
) -> None:
    office.policy = "hold" if policy == "hold" else "resend"
    office.workspace.faults = [
        Fault(kind=FaultKind.MISSING_SCOPE, method="conversations.open", count=None, error="im:write"),
        Fault(kind=FaultKind.DROP_AFTER, method=POST),
    ]
    await office.owe(office.delivery("a", PERSON))

    [found] = await office.settle("a")

    assert (found.state, office.ids()) == (state, ["a"] * count)


@pytest.mark.parametrize("code", ["missing_scope", "not_in_channel", "unknown_method", "channel_not_found"])
async def test_where_history_may_not_be_read_an_alert_is_held_with_the_reason(
    office: PostOffice, code: str
) -> None:
    office.workspace.faults = [
        Fault(kind=FaultKind.DROP_AFTER, method=POST),
        Fault(kind=FaultKind.ERROR, method=HISTORY, error=code, count=None),
    ]
    await office.owe(office.delivery("a"))

    [held] = await office.settle("a")

    assert (held.state, held.reason) == (State.HELD, code)
    assert office.calls(POST) == 1


async def test_where_history_may_not_be_read_and_policy_says_so_it_is_posted_again_and_counted(
    office: PostOffice,
) -> None:
    office.policy = "resend"
    office.workspace.faults = [
        Fault(kind=FaultKind.DROP_BEFORE, method=POST),
        Fault(kind=FaultKind.MISSING_SCOPE, method=HISTORY, error="channels:history", count=None),
    ]
    await office.owe(office.delivery("a", kind=Kind.DIGEST))

    [sent] = await office.settle("a")

    assert (sent.state, office.ids()) == (State.SENT, ["a"])
    assert office.heard.count(DeliveryResent(kind="digest")) == 1


async def test_held_delivery_is_sent_when_a_person_says_so(office: PostOffice) -> None:
    office.workspace.faults = [
        Fault(kind=FaultKind.DROP_BEFORE, method=POST),
        Fault(kind=FaultKind.MISSING_SCOPE, method=HISTORY, error="channels:history", count=None),
    ]
    await office.owe(office.delivery("a"))
    await office.settle("a")

    assert await office.store.outbox.release("a", office.clock.now(), send=True)
    [sent] = await office.settle("a")

    assert (sent.state, office.ids()) == (State.SENT, ["a"])


async def test_uncertain_delivery_that_was_hidden_meanwhile_counts_as_sent_where_it_arrived(
    office: PostOffice,
) -> None:
    office.workspace.faults = [
        Fault(kind=FaultKind.DROP_AFTER, method=POST),
        Fault(kind=FaultKind.SERVER_ERROR_BEFORE, method=POST),
    ]
    other = replace(NEWS, channel="C0GENERAL")
    await office.owe(office.delivery("a"))
    async with office.at_work():
        await office.until(lambda found: found.state is State.SENDING and bool(found.reason), "a")
        await office.owe(office.delivery("b", other))
        await office.until(lambda found: found.state is State.SENDING and bool(found.reason), "b")
        office.says.hidden = {"a", "b"}
        [arrived, dropped] = await office.until_settled("a", "b")

    assert (arrived.state, dropped.state, dropped.reason) == (State.SENT, State.DROPPED, "hidden")
    assert office.ids() == ["a"]


async def test_expired_delivery_is_not_sent_and_an_uncertain_one_is_looked_for_first(
    office: PostOffice,
) -> None:
    soon = office.clock.now() + timedelta(seconds=3)
    office.workspace.faults.add(FaultKind.DROP_AFTER, POST)
    await office.owe(office.delivery("a", expires_at=soon))
    async with office.at_work():
        await office.until(lambda found: found.state is State.SENDING and bool(found.reason), "a")
        await office.owe(office.delivery("late", PERSON, expires_at=office.clock.now()))
        [arrived, late] = await office.until_settled("a", "late")

    assert (arrived.state, late.state) == (State.SENT, State.EXPIRED)
    assert office.ids() == ["a"]


async def test_history_that_never_answers_leaves_an_expired_delivery_to_a_person(office: PostOffice) -> None:
    office.workspace.faults = [
        Fault(kind=FaultKind.DROP_AFTER, method=POST),
        Fault(kind=FaultKind.SERVER_ERROR_BEFORE, method=HISTORY, count=None),
    ]
    office.timing = replace(office.timing, lease=1.7, settle=0.1)
    await office.owe(office.delivery("a", expires_at=office.clock.now() + timedelta(seconds=2)))

    [held] = await office.settle("a", seconds=15)

    assert (held.state, held.reason) == (State.HELD, "history_unanswered")
    assert office.calls(POST) == 1


def _deliveries(office: PostOffice) -> list[Delivery]:
    places = [
        NEWS,
        replace(NEWS, channel="C0GENERAL"),
        *people(office, 6),
        Destination(team=NEWS.team, user=ADA),
    ]
    return [office.delivery(f"{place.key}-{number}", place) for place in places for number in range(3)]


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_mix_of_faults_loses_and_doubles_nothing(office: PostOffice) -> None:
    await _run_a_mix(office, reconciles=True)

    assert not office.doubled()


async def test_without_looking_the_same_mix_doubles_and_so_the_proof_would_notice(office: PostOffice) -> None:
    await _run_a_mix(office, reconciles=False)

    assert office.doubled()


async def _run_a_mix(office: PostOffice, *, reconciles: bool) -> None:
    office.workspace.faults = [
        Fault(kind=FaultKind.RATE_LIMITED, method=POST, count=None, probability=0.08, seed=1),
        Fault(kind=FaultKind.DROP_AFTER, method=POST, count=None, probability=0.1, seed=2),
        Fault(kind=FaultKind.SERVER_ERROR_AFTER, method=POST, count=None, probability=0.1, seed=3),
        Fault(kind=FaultKind.SERVER_ERROR_BEFORE, method=POST, count=None, probability=0.1, seed=4),
        Fault(kind=FaultKind.DROP_BEFORE, method="*", count=None, probability=0.05, seed=5),
        Fault(kind=FaultKind.SERVER_ERROR_BEFORE, method=HISTORY, count=None, probability=0.2, seed=6),
    ]
    owed = _deliveries(office)
    await office.owe(*owed)
    async with office.at_work(office.worker(reconciles=reconciles)):
        settled = await office.until_settled(*(one.id for one in owed), seconds=40)

    assert {one.state for one in settled} == {State.SENT}
    assert set(office.ids()) == {one.id for one in owed}


def _no_call_inside_a_pause(office: PostOffice, method: str) -> None:
    calls = office.workspace.calls.of(method)
    for place, call in enumerate(calls[:-1]):
        if call.status == 429:
            assert calls[place + 1].at - call.at >= timedelta(seconds=1)
