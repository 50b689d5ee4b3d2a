"""`why` gives the right reason in each planted case (contract section 7; both databases)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.delivery import State
from tests.dispatch.desk import ADA, CHANNEL, NOON, PERSON, Desk, hot
from tests.store.making import provided_by


async def test_hidden_brief_was_not_sent_because_nobody_sees_it(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("hidden", published=False))
    await desk.turn()
    assert await desk.why("hidden", PERSON) == "hidden"


async def test_brief_of_the_future_waits_for_its_time(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("tomorrow", ago=-24))
    await desk.turn()
    assert await desk.why("tomorrow", PERSON) == "not-due"


async def test_brief_from_before_the_rule_is_told_as_such(desk: Desk) -> None:
    await desk.put(hot("earlier"))
    await desk.turn()
    desk.later(minutes=1)
    await desk.alerts("on heat:>100")
    await desk.turn()
    assert await desk.why("earlier", PERSON) == "before-subscription"


async def test_filtered_brief_names_its_filter(desk: Desk) -> None:
    await desk.put(hot("known", topics=("AI",)))
    await desk.alerts("on heat:>100 topic:AI")
    await desk.put(hot("other", topics=("Cooking",)))
    await desk.turn()
    verdict = await desk.owed.why.verdict("other", PERSON)
    assert verdict.reason == "filtered"
    assert "topic:AI" in verdict.words


async def test_brief_published_long_ago_is_too_old(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("old", ago=24 * 9))
    await desk.turn()
    assert await desk.why("old", PERSON) == "too-old"


async def test_second_brief_of_a_story_is_the_same_story(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    await desk.put(hot("first", title="Regulators fine Clearview over faces"))
    await desk.turn()
    await desk.deliver()
    await desk.put(hot("second", title="Regulators fine Clearview over faces"))
    await desk.turn()
    assert await desk.why("second", PERSON) == "same-story"


async def test_brief_in_quiet_hours_is_held_until_their_end(desk: Desk) -> None:
    await desk.alerts("on heat:>100 quiet:11:00-13:00")
    await desk.put(hot("quiet"))
    await desk.turn()
    verdict = await desk.owed.why.verdict("quiet", PERSON)
    assert verdict.reason == "held-quiet"
    assert verdict.at == NOON.replace(hour=13)


async def test_brief_within_the_gap_is_held_by_it(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:10m")
    await desk.put(hot("one"))
    await desk.turn()
    await desk.deliver()
    desk.later(minutes=2)
    await desk.put(hot("two"))
    await desk.turn()
    assert await desk.why("two", PERSON) == "held-gap"


async def test_brief_over_the_days_most_is_held_by_it(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 max:1")
    await desk.put(hot("one", 200), hot("two", 190))
    await desk.turn()
    assert await desk.why("two", PERSON) == "held-max"


async def test_sent_brief_says_so(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("sent"))
    await desk.turn()
    assert await desk.why("sent", PERSON) == "on-its-way"
    await desk.deliver()
    assert await desk.why("sent", PERSON) == "sent"


async def test_failed_brief_says_with_what(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("failed"))
    await desk.turn()
    await desk.deliver(State.FAILED, "metadata_too_large")
    verdict = await desk.owed.why.verdict("failed", PERSON)
    assert verdict.reason == "failed"
    assert "metadata_too_large" in verdict.words


async def test_expired_brief_says_so(desk: Desk) -> None:
    await desk.alerts("on heat:>100 quiet:00:00-23:59")
    await desk.put(hot("expired"))
    await desk.turn()
    desk.later(hours=37)
    desk.owed.scheduler._release_at = None
    await desk.turn()
    assert await desk.why("expired", PERSON) == "expired"


async def test_muted_story_is_told_as_muted(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("muted", topics=("AI",)))
    await desk.owed.owing.mute_topic(ADA, "AI")
    await desk.turn()
    assert await desk.why("muted", PERSON) == "muted"


async def test_paused_rule_is_named(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.alerts("pause")
    await desk.put(hot("paused"))
    await desk.turn()
    assert await desk.why("paused", PERSON) == "paused"


async def test_nothing_is_subscribed_there(desk: Desk) -> None:
    await desk.put(hot("alone"))
    await desk.turn()
    assert await desk.why("alone", CHANNEL) == "no-subscription"


async def test_brief_that_waits_for_the_next_digest_says_so_and_then_that_it_was_sent(desk: Desk) -> None:
    await desk.digest("daily 13:00 UTC")
    await desk.put(hot("waiting"))
    await desk.turn()
    assert await desk.why("waiting", CHANNEL) == "next-digest"
    desk.later(hours=1, minutes=1)
    await desk.turn()
    await desk.deliver()
    verdict = await desk.owed.why.verdict("waiting", CHANNEL)
    assert verdict.reason == "sent"
    assert verdict.stages


async def test_brief_that_a_digest_filters_names_the_filter(desk: Desk) -> None:
    await desk.put(hot("known", topics=("AI",)))
    await desk.digest("daily 13:00 UTC topic:AI")
    await desk.put(hot("other"))
    await desk.turn()
    verdict = await desk.owed.why.verdict("other", CHANNEL)
    assert (verdict.reason, "topic:AI" in verdict.words) == ("filtered", True)


async def test_brief_too_old_for_a_digest_is_told_as_such(desk: Desk) -> None:
    await desk.digest("daily 13:00 UTC")
    await desk.put(hot("old", ago=24 * 8))
    await desk.turn()
    assert await desk.why("old", CHANNEL) == "too-old"


async def test_another_brief_of_a_story_in_a_digest_is_the_same_story(desk: Desk) -> None:
    await desk.digest("daily 13:00 UTC")
    one = hot("one", 200, title="Regulators fine Clearview over faces")
    await desk.put(one, hot("two", 150, title="Regulators fine Clearview over faces"))
    await desk.turn()
    assert await desk.why("two", CHANNEL) == "same-story"


async def test_unknown_brief_is_unknown(desk: Desk) -> None:
    assert await desk.why("nobody", CHANNEL) == "unknown"


async def test_withdrawn_brief_was_withdrawn(desk: Desk) -> None:
    await desk.put(replace(hot("gone"), deleted=True))
    await desk.turn()
    assert await desk.why("gone", CHANNEL) == "withdrawn"


async def test_brief_that_rose_while_over_the_line_never_crossed_it(desk: Desk) -> None:
    await desk.put(hot("rising", 120))
    await desk.turn()
    await desk.alerts("on heat:>100")
    desk.later(minutes=1)
    await desk.put(hot("rising", 150))
    await desk.turn()
    assert await desk.why("rising", PERSON) == "before-subscription"
    assert await desk.owes(PERSON) == []


async def test_rules_of_others_do_not_matter(desk: Desk) -> None:
    await desk.put(hot("known"), replace(hot("alone"), provider=provided_by("Alone", "alone.example")))
    await desk.turn()
    desk.later(seconds=timedelta(hours=1).total_seconds())
    assert await desk.why("known", PERSON) == "no-subscription"
