"""What a rule would have sent, the thresholds that are offered, and the topics to mute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.domain.answers import TopicShare
from bot.domain.brief import Brief
from bot.domain.ledger import Item, Noted
from bot.domain.proposing import proposals, topic_shares, would_have_sent
from bot.domain.result import HeatScale

NOW = datetime(2021, 2, 5, 8, 58, tzinfo=UTC)
SCALE = HeatScale(heats=(70, 80, 90, 100), hot=90, top=100)
_ids = count(1)


def item(
    title: str,
    *,
    heat: int = 70,
    quality: int | None = 60,
    story: int = 0,
    hours: int = 1,
    topics: tuple[str, ...] = (),
) -> Item:
    """A visible brief in the ledger; a story of its own unless told."""
    number = next(_ids)
    at = NOW - timedelta(hours=hours)
    brief = Brief(slug=f"{number}", title=title, heat=heat, quality=quality, published_at=at, topics=topics)
    noted = Noted(
        id=number,
        slug=brief.slug,
        title=title,
        visible_at=at,
        published_at=at,
        story=story or number + 1_000,
        heat=heat,
        quality=quality,
        provider="wsj.com",
        outlets=0,
    )
    return Item(noted=noted, brief=brief)


def anything(_: Brief) -> bool:
    return True


def titles(items: list[Item]) -> list[str]:
    return [found.brief.title for found in items]


def test_three_thresholds_are_offered_with_what_each_gave() -> None:
    recent = [item("a", heat=heat) for heat in (70, 89, 90, 95, 100)]
    offered, _ = proposals(recent, SCALE, "topic:AI")
    assert [(one.name, one.typed, one.count) for one in offered] == [
        ("Everything", "topic:AI", 5),
        ("Hot", "heat:hot topic:AI", 3),
        ("Only the biggest", "heat:top topic:AI", 1),
    ]


def test_story_counts_once_at_each_threshold() -> None:
    recent = [item("a", heat=100, story=7), item("b", heat=100, story=7), item("c", heat=70, story=7)]
    offered, _ = proposals(recent, SCALE, "")
    assert [(one.typed, one.count) for one in offered] == [("", 1), ("heat:hot", 1), ("heat:top", 1)]


def test_threshold_never_falls_into_a_quote_that_was_left_open() -> None:
    offered, _ = proposals([], SCALE, '"clearview ai')
    assert offered[1].typed == 'heat:hot "clearview ai'


def test_heat_is_the_present_one_of_the_index() -> None:
    grown = item("a", heat=70)
    grown = replace(grown, brief=replace(grown.brief, heat=100))
    offered, _ = proposals([grown], SCALE, "")
    assert [one.count for one in offered] == [1, 1, 1]


@pytest.mark.parametrize(("alerts", "is_quiet"), [(0, True), (12, True), (13, False)])
def test_folder_is_quiet_under_three_a_week(alerts: int, is_quiet: bool) -> None:
    assert proposals([item("a") for _ in range(alerts)], SCALE, "")[1] is is_quiet


def test_empty_folder_gives_nothing_at_any_threshold() -> None:
    offered, is_quiet = proposals([], HeatScale(), "")
    assert [one.count for one in offered] == [0, 0, 0]
    assert is_quiet


def test_of_a_story_the_hottest_then_best_then_newest_would_have_been_sent() -> None:
    items = [
        item("cool", heat=80, quality=99, story=1),
        item("poor", heat=90, quality=None, story=1),
        item("old", heat=90, quality=50, story=1, hours=9),
        item("sent", heat=90, quality=50, story=1, hours=2),
    ]
    assert titles(would_have_sent(items, anything)) == ["sent"]
    assert titles(would_have_sent(list(reversed(items)), anything)) == ["sent"]


def test_hottest_story_would_have_come_first() -> None:
    items = [item("warm", heat=80), item("hot", heat=120), item("hotter", heat=150)]
    assert titles(would_have_sent(items, anything)) == ["hotter", "hot", "warm"]


def test_brief_that_does_not_pass_leaves_its_story_to_another() -> None:
    items = [item("refused", heat=120, story=1), item("passes", heat=90, story=1), item("no", heat=1)]
    allowed = would_have_sent(items, lambda brief: brief.title == "passes")
    assert titles(allowed) == ["passes"]


def test_topic_comes_with_the_share_of_the_news_that_it_hides() -> None:
    one = item("a", topics=("AI", "Privacy"))
    recent = [one, item("b", topics=("ai",)), *(item("c") for _ in range(6))]
    assert topic_shares(one.brief, recent) == (
        TopicShare(name="AI", share=0.25),
        TopicShare(name="Privacy", share=0.125),
    )


def test_topic_that_hides_more_than_half_is_never_offered() -> None:
    one = item("a", topics=("News", "Half"))
    recent = [one, item("b", topics=("News", "half")), item("c", topics=("news",)), item("d")]
    assert topic_shares(one.brief, recent) == (TopicShare(name="Half", share=0.5),)


def test_at_most_two_topics_are_offered_the_largest_then_the_shortest() -> None:
    one = item("a", topics=("Robotics in the Arctic", "Law", "AI", "ai", " "))
    recent = [one, item("b", topics=("AI",)), *(item("c") for _ in range(6))]
    assert [share.name for share in topic_shares(one.brief, recent)] == ["AI", "Law"]


def test_nothing_is_offered_where_nothing_is_known_of_the_topics() -> None:
    assert topic_shares(item("a", topics=("AI",)).brief, []) == ()
    assert topic_shares(item("a", topics=("AI",)).brief, [item("b")]) == ()
    assert topic_shares(item("a").brief, [item("b", topics=("AI",))]) == ()
