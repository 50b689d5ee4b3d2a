"""What must hold whatever is offered, and the histories that were measured (7 days, a soft cap)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.choosing import (
    MOST_ALSO,
    MOST_PER_PROVIDER,
    MOST_RETURNS,
    MOST_THREAD,
    STORY_MEMORY,
    Choice,
    by_worth,
)
from bot.domain.delivery import COUNTS, Kind, Mark, Role, State
from bot.domain.ledger import Item, SentBrief
from bot.domain.subscription import Digest, Schedule
from tests.domain.choosing_making import NOW, WEEKLY, a_digest, an_item, chosen_of, ids, was_sent

items = st.lists(
    st.builds(
        an_item,
        st.integers(0, 60),
        st.integers(-1, 400),
        visible=st.integers(0, 60),
        published=st.integers(0, 240),
        story=st.integers(0, 40),
        quality=st.none() | st.integers(0, 100),
        outlets=st.integers(0, 9),
        provider=st.sampled_from(("a.example", "b.example", "c.example", "d.example")),
    ),
    max_size=60,
    unique_by=lambda item: item.noted.id,
)
sents = st.lists(
    st.builds(
        was_sent,
        st.integers(0, 60),
        hours=st.integers(0, 240),
        state=st.sampled_from(State),
        story=st.integers(0, 40),
        heat=st.integers(-1, 400),
        outlets=st.integers(0, 9),
    ),
    max_size=12,
)
digests = st.builds(
    a_digest, count=st.integers(1, 10), left=st.lists(st.integers(0, 60), max_size=4).map(tuple)
)


@given(digests, items, sents, st.randoms())
@settings(max_examples=150, deadline=None)
def test_whatever_is_offered(
    digest: Digest, offered: list[Item], sent: list[SentBrief], chance: random.Random
) -> None:
    choice = chosen_of(digest, offered, sent, filtered=(7, 8, 9))
    shown = [one.item for one in choice.shown]
    assert len(choice.full) <= digest.count
    assert len(choice.also) <= MOST_ALSO
    assert len(choice.thread) <= MOST_THREAD
    assert len({item.noted.story for item in shown}) == len({item.noted.id for item in shown}) == len(shown)
    told = {one.story for one in sent if one.state in COUNTS and one.at >= NOW - STORY_MEMORY}
    assert all((one.mark is Mark.NEW) == (one.item.noted.story not in told) for one in choice.shown)
    assert not {item.noted.id for item in shown} & set(choice.left)
    assert sum(one.mark is not Mark.NEW for one in choice.shown) <= MOST_RETURNS
    assert not {7, 8, 9} & {item.noted.id for item in shown}
    for part in (choice.full, (*choice.also, *choice.thread)):
        assert [one.item for one in part] == sorted((one.item for one in part), key=by_worth)
    assert set(choice.fates) == {item.noted.id for item in offered}
    assert {n for n, fate in choice.fates.items() if fate.is_taken} == {item.noted.id for item in shown}
    _caps_hold(digest, choice)
    _again_the_same(choice, digest, offered, sent, chance)


def _caps_hold(digest: Digest, choice: Choice) -> None:
    """Three of one provider stand in full only where no other provider's brief is further down."""
    held = Counter(one.item.noted.provider for one in choice.full)
    full = {provider for provider, number in held.items() if number >= MOST_PER_PROVIDER}
    if max(held.values(), default=0) > MOST_PER_PROVIDER:
        assert {one.item.noted.provider for one in choice.also} <= full
    assert len(choice.full) == min(digest.count, len(choice.shown))


def _again_the_same(
    choice: Choice, digest: Digest, offered: list[Item], sent: list[SentBrief], chance: random.Random
) -> None:
    """The order in which things come from a database decides nothing."""
    chance.shuffle(offered := list(offered))
    chance.shuffle(sent := list(sent))
    again = chosen_of(digest, offered, sent, filtered=(7, 8, 9))
    assert [ids(again.full), ids(again.also), ids(again.thread)] == [
        ids(choice.full),
        ids(choice.also),
        ids(choice.thread),
    ]
    assert again.left == choice.left
    assert {n: fate.kind for n, fate in again.fates.items()} == {
        n: fate.kind for n, fate in choice.fates.items()
    }


class Replay:
    """A channel through many runs: each delivered, with what it sent and left remembered."""

    def __init__(self, digest: Digest, history: Sequence[Item]) -> None:
        self.digest = replace(digest, cut_at=None)
        self.history = history
        self.sent: list[SentBrief] = []
        self.issues: list[Choice] = []

    def run(self, now: datetime) -> None:
        visible = [item for item in self.history if item.noted.visible_at <= now]
        choice = chosen_of(self.digest, visible, self.sent, now=now)
        self.issues.append(choice)
        self.digest = replace(self.digest, cut_at=now, left=choice.left)
        self.sent += [
            SentBrief(
                brief=one.item.noted.id,
                story=one.item.noted.story,
                role=Role.FULL,
                heat=one.item.noted.heat,
                outlets=one.outlets,
                at=now,
                delivery=f"{now}",
                kind=Kind.DIGEST,
                state=State.SENT,
            )
            for one in choice.shown
        ]


def a_history(days: int, seed: int = 5) -> list[Item]:
    """Like the dominant provider measured: visible 9 h after its stamp, bursts, and old files that lead."""
    chance = random.Random(seed)
    made = []
    for number in range(days * 2):
        visible = chance.random() * days * 24
        late = chance.choice((2.3, 9, 9, 9, 15, 24 * 10 if number % 11 == 0 else 9))
        provider = "main.example" if chance.random() < 0.7 else f"p{number % 9}.example"
        made.append(
            an_item(
                number, chance.randint(70, 126), visible=visible, published=visible + late, provider=provider
            )
        )
    return made


def test_every_new_brief_of_a_daily_digest_is_sent_once_and_none_is_lost_between_two_days() -> None:
    history = a_history(60)
    replay = Replay(a_digest(), history)
    for day in reversed(range(60)):
        replay.run(NOW - timedelta(days=day))
    shown = Counter(number for issue in replay.issues for number in ids(issue.shown))
    young = {
        item.noted.id
        for item in history
        if item.noted.visible_at - item.noted.published_at < timedelta(days=6)
    }
    assert set(shown) == young
    assert set(shown.values()) == {1}


def test_weekly_digest_takes_the_five_hottest_of_the_week_up_to_the_soft_cap() -> None:
    history = [
        an_item(n, 126 - n, visible=24 * (n % 7) + 3, published=24 * (n % 7) + 12, provider=provider)
        for n, provider in enumerate(
            ("main.example",) * 4 + ("a.example", "b.example", "c.example", "d.example")
        )
    ]
    replay = Replay(a_digest(schedule=WEEKLY), history)
    replay.run(NOW)
    assert ids(replay.issues[0].full) == [0, 1, 4, 5, 6]
    assert ids(replay.issues[0].also) == [2, 3, 7]


def test_one_providers_folder_is_sent_by_heat_as_if_there_were_no_cap() -> None:
    history = [
        an_item(n, 126 - n, visible=24 * n, published=24 * n + 9, provider="main.example") for n in range(7)
    ]
    replay = Replay(a_digest(schedule=WEEKLY), history)
    replay.run(NOW)
    assert ids(replay.issues[0].full) == [0, 1, 2, 3, 4]


def test_burst_of_a_day_is_sent_over_the_following_days_and_hottest_first() -> None:
    history = [an_item(n, 300 - n, visible=30, published=40) for n in range(80)]
    replay = Replay(a_digest(schedule=Schedule()), history)
    for hours in range(0, 120, 24):
        replay.run(NOW + timedelta(hours=hours))
    assert [len(issue.shown) for issue in replay.issues] == [35, 35, 10, 0, 0]
    assert [number for issue in replay.issues for number in ids(issue.shown)] == list(range(80))


def test_run_without_anything_new_is_silent() -> None:
    replay = Replay(a_digest(), a_history(3))
    replay.run(NOW)
    replay.run(NOW + timedelta(days=1))
    assert replay.issues[1].shown == ()
