"""The judge's own judging: every kind of loss and double is seen, and what is well is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.chaos import alerts
from tests.chaos.alerts import Form
from tests.chaos.campaign import Happened, Plan, calm_zone
from tests.chaos.judging import Debt, judge, told
from tests.chaos.log import Event
from tests.chaos.people import Person

ANN, BOB, NEWS = "D0P00001", "D0P00002", "C0K00003"
ONE, TWO, THREE = (f"https://paper.example/story-{number}" for number in (1, 2, 3))
DEBT = Debt(
    alerts=frozenset({(ANN, ONE), (BOB, ONE)}), digests=frozenset({NEWS}), briefs=frozenset({ONE, TWO, THREE})
)


def post(channel: str, delivery: str, *urls: str, at: float = 0.0, thread: str = "", **more: object) -> Event:
    event = Event(
        method="chat.postMessage",
        came_at=at,
        done_at=at,
        channel=channel,
        accepted=True,
        delivery=delivery,
        thread=thread,
        ts=f"{at:.6f}",
        text="A headline",
        urls=urls,
    )
    return replace(event, **more)  # type: ignore[arg-type]  # fields of Event by name


WELL = [
    post(ANN, "a", ONE, at=1),
    post(BOB, "b", ONE, at=2),
    post(NEWS, "d", TWO, "https://elsewhere.example/logo.png", at=3),
    post(NEWS, "t", THREE, "https://elsewhere.example/logo.png", at=5, thread="3.000000"),
]


def test_everything_arrived_once_is_perfect() -> None:
    verdict = judge(WELL, DEBT)
    assert verdict.is_perfect
    assert (verdict.owed, verdict.delivered, verdict.posts, verdict.gap) == (4, 4, 4, 2)


@pytest.mark.parametrize("missing", range(4))
def test_each_missing_message_is_lost(missing: int) -> None:
    verdict = judge([event for place, event in enumerate(WELL) if place != missing], DEBT)
    assert len(verdict.lost) == 1
    assert verdict.delivered == 3
    assert not verdict.is_perfect


def test_refused_post_is_no_message() -> None:
    refused = replace(WELL[0], accepted=False, fault="error_before")
    assert judge([refused, *WELL[1:]], DEBT).lost == (f"{ANN} was not told of {ONE}",)


def test_one_id_posted_twice_is_doubled_once() -> None:
    verdict = judge([*WELL, post(ANN, "a", ONE, at=9)], DEBT)
    assert (len(verdict.doubled), verdict.same_id, verdict.same_brief) == (1, 1, 1)
    assert not verdict.is_perfect


def test_one_brief_under_two_ids_is_doubled() -> None:
    verdict = judge([*WELL, post(ANN, "other", ONE, at=9)], DEBT)
    assert (len(verdict.doubled), verdict.same_id, verdict.same_brief) == (1, 0, 1)


def test_brief_told_again_in_a_digest_s_thread_is_doubled() -> None:
    again = replace(WELL[3], urls=(TWO,))
    assert judge([*WELL[:3], again], DEBT).same_brief == 1


@pytest.mark.parametrize(
    "unasked",
    [
        post(ANN, "x", TWO, at=9),
        post("D0P00099", "x", ONE, at=9),
        post(NEWS, "x", at=9),
        post(BOB, "", at=9),
    ],
    ids=["a brief that is not owed", "somebody else", "a second digest", "no delivery id"],
)
def test_message_that_nobody_is_owed_is_seen(unasked: Event) -> None:
    verdict = judge([*WELL, unasked], DEBT)
    assert len(verdict.unowed) == 1
    assert not verdict.is_perfect


def test_call_within_retry_after_counts_for_its_channel_and_method_alone() -> None:
    limited = post(ANN, "a", ONE, at=0, accepted=False, fault="limited", retry_after=2)
    assert judge([limited, *WELL], DEBT).inside == 1
    assert judge([limited, replace(WELL[0], came_at=2.0), *WELL[1:]], DEBT).inside == 0
    look = replace(limited, method="conversations.history")
    verdict = judge([look, replace(look, came_at=1.5), *WELL], DEBT)
    assert (verdict.inside, verdict.looks_inside) == (0, 1)


def test_smallest_gap_counts_refused_posts_too() -> None:
    refused = post(BOB, "b", ONE, at=1.75, accepted=False)
    assert judge([*WELL, refused], DEBT).gap == 0.25


def test_messages_of_a_channel_are_told_in_the_order_of_their_arrival() -> None:
    events = [post(ANN, "b", TWO, THREE, at=2), post(ANN, "a", ONE, at=1), post(BOB, "c", ONE, at=3)]
    assert told(events, ANN, DEBT.briefs) == [{ONE}, {TWO, THREE}]


BRIEFS = [f"https://paper.example/story-{number}" for number in range(alerts.HOT_BRIEFS)]
PLAN = Plan(seed=0, people=1)
READER = Person(number=0).direct


def happened(*messages: list[str]) -> Happened:
    events = [post(READER, f"id{at}", *urls, at=float(at)) for at, urls in enumerate(messages)]
    return Happened(events=events, briefs=BRIEFS)


@pytest.mark.parametrize(
    ("form", "messages"),
    [(alerts.max_form(), [[url] for url in BRIEFS[:3]]), (alerts.gap_form(3), [BRIEFS[:1], BRIEFS[1:]])],
    ids=["max", "gap"],
)
def test_limits_are_judged_to_the_message(form: Form, messages: list[list[str]]) -> None:
    assert alerts.complaints(form, PLAN, happened(*messages)) == []
    assert alerts.complaints(form, PLAN, happened(*messages[:-1]))
    assert alerts.complaints(form, PLAN, happened(*messages, BRIEFS[9:]))
    assert alerts.complaints(form, PLAN, happened(*messages[:-1], messages[-1][:-1]))
    assert alerts.complaints(form, PLAN, happened(*messages[:-1], [*messages[-1][:-1], messages[0][0]]))


def test_no_midnight_comes_near_the_readers() -> None:

    for minutes in range(0, 24 * 60, 7):
        now = datetime(2026, 11, 26, tzinfo=UTC) + timedelta(minutes=minutes)
        assert 1 <= now.astimezone(ZoneInfo(calm_zone(now))).hour < 23
