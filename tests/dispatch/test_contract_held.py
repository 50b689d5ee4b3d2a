"""Contract section 7, "held for you": one list, sent as one bundle at the next allowed moment."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.delivery import Kind
from tests.dispatch.desk import ADA, PERSON, Desk, alerted, held, hot, kinds

# one list, … sent as one bundle at the next allowed moment, hottest first


async def test_after_quiet_hours_at_their_end_as_one_bundle_hottest_first(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 quiet:11:00-13:00")
    await desk.put(hot("a", 120), hot("b", 180), hot("c", 150))
    await desk.turn()
    desk.later(hours=1, microseconds=-1)
    await desk.turn()
    assert await kinds(desk) == []
    desk.later(microseconds=1)
    await desk.turn()
    (bundle,) = await desk.owes(PERSON)
    assert (bundle.kind, await desk.slugs(bundle)) == (Kind.BUNDLE, ["b", "c", "a"])


async def test_after_max_nothing_comes_at_midnight_but_at_eight(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 max:1")
    assert await alerted(desk, hot("a", 190), hot("b", 180), hot("c", 150)) == ["a"]
    for hour in (0, 1, 7):
        desk.clock.moment = datetime(2021, 2, 6, hour, 59, tzinfo=UTC)
        await desk.turn()
        assert await kinds(desk) == []
    state = await desk.store.subscriptions.rule_state(PERSON)
    assert state is not None
    verdict = await desk.owed.why.verdict("b", PERSON)
    assert verdict.at == datetime(2021, 2, 6, 8, tzinfo=UTC)
    desk.clock.moment = datetime(2021, 2, 6, 8, tzinfo=UTC)
    await desk.turn()
    assert await kinds(desk) == [Kind.BUNDLE]


async def test_what_comes_at_night_joins_the_list_that_waits_for_the_morning(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 max:1")
    assert await alerted(desk, hot("a", 190), hot("b", 180)) == ["a"]
    desk.clock.moment = datetime(2021, 2, 6, 0, 30, tzinfo=UTC)
    assert await alerted(desk, hot("night", 250, ago=-12)) == []
    desk.clock.moment = datetime(2021, 2, 6, 8, tzinfo=UTC)
    await desk.turn()
    (bundle,) = await desk.owes(PERSON)
    assert await desk.slugs(bundle) == ["night", "b"]


async def test_held_by_max_and_then_quiet_hours_comes_at_their_end(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 max:1 quiet:22:00-07:30")
    assert await alerted(desk, hot("a", 190), hot("b", 180)) == ["a"]
    desk.clock.moment = datetime(2021, 2, 5, 23, tzinfo=UTC)
    assert await alerted(desk, hot("late", 150, ago=-10)) == []
    desk.clock.moment = datetime(2021, 2, 6, 7, 29, tzinfo=UTC)
    await desk.turn()
    assert await kinds(desk) == []
    desk.clock.moment = datetime(2021, 2, 6, 7, 30, tzinfo=UTC)
    await desk.turn()
    assert await kinds(desk) == [Kind.BUNDLE]


async def test_rule_with_more_messages_a_day_lets_the_list_go_at_once(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 max:1")
    assert await alerted(desk, hot("a", 190), hot("b", 180)) == ["a"]
    await desk.alerts("on heat:>100 gap:0 max:2")
    desk.later(minutes=6)
    await desk.turn()
    assert await kinds(desk) == [Kind.ALERT]


async def test_bundle_counts_as_one_message(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:1m max:3")
    assert await alerted(desk, *[hot(f"b{n}x", 190 - n) for n in range(8)]) == ["b0x"]
    desk.later(minutes=2)
    await desk.turn()
    assert [one.kind for one in await desk.deliver()] == [Kind.BUNDLE]
    desk.later(minutes=2)
    assert await alerted(desk, hot("third", 150)) == ["third"]
    desk.later(minutes=2)
    assert await alerted(desk, hot("fourth", 150)) == []
    assert await held(desk) == {"fourth"}


async def test_no_gap_and_no_quiet_hours_send_at_once_day_and_night(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 quiet:off max:off")
    desk.later(hours=11)
    briefs = [hot(f"b{n}x", 190 - n, ago=-10) for n in range(5)]
    assert await alerted(desk, *briefs) == [f"b{n}x" for n in range(5)]


async def test_topic_muted_meanwhile_leaves_the_held_list(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 quiet:11:00-13:00")
    await desk.put(hot("a", 150, topics=("AI",)), hot("b", 140))
    await desk.turn()
    await desk.owed.owing.mute_topic(ADA, "ai")
    assert await held(desk) == {"b"}
    desk.later(hours=1, minutes=1)
    await desk.turn()
    (alert,) = await desk.owes(PERSON)
    assert (alert.kind, await desk.slugs(alert)) == (Kind.ALERT, ["b"])


async def test_brief_hidden_while_held_is_not_in_the_bundle(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 quiet:11:00-13:00")
    await desk.put(hot("a", 150), hot("b", 140), hot("c", 130))
    await desk.turn()
    await desk.put(hot("b", 140, published=False))
    desk.later(hours=1, minutes=1)
    await desk.turn()
    (bundle,) = await desk.owes(PERSON)
    assert await desk.slugs(bundle) == ["a", "c"]


# What is held longer than 36 hours has expired, and is shown


async def test_what_is_held_longer_than_36_hours_expires_and_is_shown(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 quiet:11:00-13:00")
    await desk.put(hot("a", 150))
    await desk.turn()
    desk.later(hours=36, minutes=1)
    await desk.turn()
    assert await kinds(desk) == []
    assert await held(desk) == set()
    assert await desk.why("a", PERSON) == "expired"
    assert "waited longer than 36 hours and will not be sent" in str((await desk.alerts("")).payload())


async def test_what_is_held_for_36_hours_is_still_sent(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 quiet:11:00-13:00")
    await desk.put(hot("a", 150))
    await desk.turn()
    desk.later(hours=36)
    await desk.turn()
    assert await kinds(desk) == [Kind.ALERT]


# An escalation that may not be sent at once


async def test_escalation_that_was_held_alone_is_still_a_reply(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:10m")
    await desk.put(hot("a", 150))
    await desk.turn()
    (alert,) = await desk.deliver()
    desk.later(minutes=2)
    await desk.put(hot("a", 300))
    await desk.turn()
    assert await held(desk) == {"a"}
    desk.later(minutes=9)
    await desk.turn()
    (reply,) = await desk.owes(PERSON)
    assert (reply.kind, reply.parent) == (Kind.ESCALATION, alert.id)


async def test_held_escalation_of_a_story_told_days_ago_stops_nobodys_alerts(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 quiet:11:00-13:00")
    desk.later(hours=2)
    assert await alerted(desk, hot("a", 150)) == ["a"]
    desk.later(days=4, hours=-2)
    assert await alerted(desk, hot("a", 300), hot("fresh", 120, ago=-95)) == []
    await desk.owed.owing.mute_story(ADA, 2)
    desk.later(hours=1, minutes=1)
    await desk.turn()
    assert [await desk.slugs(one) for one in await desk.owes(PERSON)] == [["a"]]
