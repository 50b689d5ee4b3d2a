"""From files to what is owed: digests and alerts over both databases, by the scheduler's own turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.delivery import Delivery, Kind, Owed, State
from bot.domain.subscription import RunOutcome
from tests.dispatch.desk import ADA, CHANNEL, NOON, PERSON, Desk, hot


async def test_digest_is_owed_once_when_its_time_comes(desk: Desk) -> None:
    await desk.put(hot("a", 150), hot("b", 190))
    await desk.digest("daily 12:02 UTC")
    await desk.turn()
    assert await desk.owes() == []
    desk.later(minutes=2)
    await desk.turn()
    await desk.turn()
    (digest,) = await desk.owes(CHANNEL)
    assert await desk.slugs(digest) == ["b", "a"]
    assert digest.key.endswith(":2021-02-05")


async def test_next_digest_holds_what_became_visible_since_and_nothing_twice(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    await desk.deliver()
    await desk.put(hot("b", ago=-10))
    desk.later(days=1)
    await desk.turn()
    (digest,) = await desk.owes(CHANNEL)
    assert await desk.slugs(digest) == ["b"]


async def test_nothing_new_is_silence_and_recorded(desk: Desk) -> None:
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    assert await desk.owes() == []
    (digest,) = await desk.store.subscriptions.digests(CHANNEL)
    (run,) = await desk.store.subscriptions.runs(digest.id)
    assert run.outcome is RunOutcome.NOTHING


async def test_nothing_new_is_said_where_that_was_chosen(desk: Desk) -> None:
    await desk.digest("daily 12:02 UTC")
    (digest,) = await desk.store.subscriptions.digests(CHANNEL)
    await desk.owed.owing.say_nothing_new(ADA, digest.id)
    desk.later(minutes=3)
    await desk.turn()
    assert [one.kind for one in await desk.owes()] == [Kind.NOTICE]


async def test_downtime_over_several_runs_sends_the_newest_late_and_records_the_others(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    await desk.turn()
    desk.later(days=2, hours=3)
    await desk.turn()
    (digest,) = await desk.owes(CHANNEL)
    assert digest.owed.due_at == datetime(2021, 2, 7, 12, 2, tzinfo=UTC)
    (one,) = await desk.store.subscriptions.digests(CHANNEL)
    outcomes = [run.outcome for run in await desk.store.subscriptions.runs(one.id)]
    assert outcomes == [RunOutcome.OWED, RunOutcome.SKIPPED, RunOutcome.SKIPPED]


async def test_run_missed_by_more_than_twelve_hours_is_skipped(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    await desk.turn()
    desk.later(hours=14)
    await desk.turn()
    assert await desk.owes() == []


async def test_what_a_given_up_digest_held_is_in_the_next_one(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    await desk.deliver(State.FAILED, "metadata_too_large")
    desk.later(days=1)
    await desk.turn()
    (digest,) = await desk.owes(CHANNEL)
    assert await desk.slugs(digest) == ["a"]


async def test_sending_now_counts_as_sent_and_leaves_the_schedule(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.turn()
    await desk.digest("daily 13:00 UTC")
    await desk.digest("now")
    (digest,) = await desk.owes(CHANNEL)
    assert ":now:" in digest.key
    await desk.deliver()
    desk.later(hours=1, minutes=1)
    await desk.turn()
    assert await desk.owes() == []


async def test_same_filters_change_a_digest_and_others_add_one(desk: Desk) -> None:
    await desk.put(hot("a", topics=("AI",)))
    await desk.turn()
    await desk.digest("daily 09:00 UTC")
    await desk.digest("weekdays 10:00 UTC")
    await desk.digest("daily 11:00 UTC topic:AI")
    found = await desk.store.subscriptions.digests(CHANNEL)
    assert [(one.number, one.schedule.hour, one.filters) for one in found] == [
        (1, 10, ""),
        (2, 11, "topic:AI"),
    ]
    assert "which one" in (await desk.digest("off")).text.lower()
    await desk.digest("off 2")
    assert [one.number for one in await desk.store.subscriptions.digests(CHANNEL)] == [1]


async def test_changing_the_hour_after_todays_digest_makes_no_second_one_today(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    await desk.deliver()
    await desk.digest("daily 15:00 UTC")
    (digest,) = await desk.store.subscriptions.digests(CHANNEL)
    assert digest.next_at == datetime(2021, 2, 6, 15, tzinfo=UTC)


async def test_paused_digest_is_silent_and_goes_on_when_resumed(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    await desk.digest("pause")
    desk.later(minutes=3)
    await desk.turn()
    assert await desk.owes() == []
    await desk.digest("resume")
    desk.later(days=1)
    await desk.turn()
    assert len(await desk.owes()) == 1


async def test_digest_in_a_direct_message_is_personal(desk: Desk) -> None:
    visitor = type(ADA)(team="T1", channel="D9", user="UADA")
    await desk.digest("daily 12:02 UTC", visitor)
    (digest,) = await desk.store.subscriptions.digests(PERSON)
    assert digest.to.user == "UADA"


async def test_rule_without_a_threshold_offers_three_and_is_not_on(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.turn()
    offer = await desk.alerts("on")
    for name in ("Everything", "Hot", "Only the biggest"):
        assert name in str(offer.payload())
    assert await desk.store.subscriptions.rule(PERSON) is None


async def test_alert_comes_once_however_often_the_file_is_saved(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("a"))
    await desk.turn()
    await desk.put(hot("a"))
    await desk.turn()
    (alert,) = await desk.owes(PERSON)
    assert alert.kind is Kind.ALERT


async def test_ten_at_once_are_three_messages_a_day_and_seven_held_until_the_morning(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 max:3/day")
    await desk.put(*[hot(f"b{number}x", 200 - number) for number in range(10)])
    await desk.turn()
    assert [await desk.slugs(one) for one in await desk.owes(PERSON)] == [["b0x"], ["b1x"], ["b2x"]]
    await desk.deliver()
    desk.later(hours=20, minutes=1)
    await desk.turn()
    (bundle,) = await desk.owes(PERSON)
    assert bundle.kind is Kind.BUNDLE
    assert await desk.slugs(bundle) == [f"b{number}x" for number in range(3, 10)]


async def test_ten_at_once_with_a_gap_are_one_message_and_one_bundle(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:10s")
    await desk.put(*[hot(f"b{number}x", 200 - number) for number in range(10)])
    await desk.turn()
    assert len(await desk.owes(PERSON)) == 1
    await desk.deliver()
    desk.later(seconds=11)
    await desk.turn()
    (bundle,) = await desk.owes(PERSON)
    assert await desk.slugs(bundle) == [f"b{number}x" for number in range(1, 10)]


async def test_bundle_waits_while_the_message_before_is_not_settled(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:10s")
    await desk.put(hot("one", 200), hot("two", 190))
    await desk.turn()
    desk.later(seconds=30)
    await desk.turn()
    assert len(await desk.owes(PERSON)) == 1


async def test_heat_that_rises_over_the_line_alerts(desk: Desk) -> None:
    await desk.put(hot("a", 90))
    await desk.turn()
    await desk.alerts("on heat:>100")
    await desk.put(hot("a", 150))
    await desk.turn()
    assert len(await desk.owes(PERSON)) == 1


async def test_escalation_is_a_reply_under_its_alert(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    await desk.put(hot("a", 150))
    await desk.turn()
    (alert,) = await desk.deliver()
    await desk.put(hot("a", 240))
    await desk.turn()
    (reply,) = await desk.owes(PERSON)
    assert (reply.kind, reply.parent) == (Kind.ESCALATION, alert.id)
    (claimed,) = await desk.store.outbox.claim(5, "test", timedelta(seconds=60))
    assert claimed.thread_ts == "1.0"


async def test_forgotten_person_gets_nothing_more(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("a"))
    await desk.turn()
    await desk.owed.owing.forget(ADA)
    await desk.put(hot("b"))
    await desk.turn()
    assert await desk.owes(PERSON) == []
    assert await desk.store.subscriptions.rule(PERSON) is None


async def test_undo_brings_the_rule_before_back(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.alerts("on heat:>200")
    await desk.owed.owing.undo_rule(ADA, "on heat:>100")
    rule = await desk.store.subscriptions.rule(PERSON)
    assert rule is not None
    assert rule.filters == "heat:>100"


async def test_every_message_of_a_digest_can_be_rendered_and_leaves_out_what_was_hidden(desk: Desk) -> None:
    await desk.put(*[hot(f"b{number}x", 200 - number) for number in range(30)])
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    await desk.put(hot("b0x", 200, published=False))
    main, rest = await desk.owes(CHANNEL)
    shown = await desk.owed.contents.message(main)
    assert "b1x" in str(shown)
    assert len(shown.gone) == 1
    thread = await desk.owed.contents.message(rest)
    assert "b20x" in str(thread)


async def test_emptied_alert_is_dropped(desk: Desk) -> None:
    await desk.alerts("on heat:>100")
    await desk.put(hot("a"))
    await desk.turn()
    await desk.put(hot("a", published=False))
    (alert,) = await desk.owes(PERSON)
    nothing = await desk.owed.contents.message(alert)
    assert (getattr(nothing, "state", ""), getattr(nothing, "reason", "")) == (State.DROPPED, "hidden")


async def test_digest_that_could_not_be_sent_in_time_expires(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    desk.clock.moment = NOON + timedelta(hours=13)
    (digest,) = await desk.owes(CHANNEL)
    nothing = await desk.owed.contents.message(digest)
    assert getattr(nothing, "state", "") is State.EXPIRED


async def test_posted_digest_says_that_more_is_in_its_thread(desk: Desk) -> None:
    await desk.put(*[hot(f"b{number}x", 200 - number) for number in range(30)])
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    main, _ = await desk.owes(CHANNEL)
    shown = await desk.owed.contents.message(main)
    assert "in the thread" in str(shown)


async def test_owners_notice_links_its_channel_and_nothing_else(desk: Desk) -> None:
    notice = Delivery(
        id="n",
        key="n",
        kind=Kind.NOTICE,
        to=PERSON,
        owed=Owed(text="The digests for <#C0RANDOM> are paused. <!channel>"),
        created_at=NOON,
        expires_at=NOON + timedelta(hours=1),
    )
    rendered = await desk.owed.contents.message(notice)
    assert "<#C0RANDOM>" in str(rendered)
    assert "<!channel>" not in str(rendered)
