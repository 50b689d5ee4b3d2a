"""Contract section 7, "Digest", sentence by sentence, from files to messages over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.dispatch.content import Rendered
from bot.domain.answers import Visitor, ZoneSource
from bot.domain.brief import Brief
from bot.domain.delivery import Delivery, Kind, Mark, State
from bot.domain.owed import Settled
from bot.domain.subscription import RunOutcome
from tests.dispatch.desk import ADA, CHANNEL, NOON, PERSON, Desk, hot

TITLE = "Regulators fine Clearview over faces"
MINUTE = timedelta(minutes=1)


async def run(desk: Desk, at: datetime | None = None, state: State = State.SENT) -> list[str]:
    """What the day's run brings, delivered (or given up) at once; without a moment the next day's 12:03."""
    desk.clock.moment = at or desk.clock.moment.replace(hour=12, minute=3) + timedelta(days=1)
    await desk.turn()
    return [slug for one in await desk.deliver(state) for slug in await desk.slugs(one)]


async def begin(desk: Desk, *briefs: Brief, typed: str = "daily 12:02 UTC") -> list[str]:
    """A digest with its first run of today."""
    await desk.put(*briefs)
    await desk.digest(typed)
    return await run(desk, NOON + 3 * MINUTE)


async def main_text(desk: Desk) -> str:
    (main,) = [one for one in await desk.owes() if one.kind is Kind.DIGEST]
    made = await desk.owed.contents.message(main)
    assert isinstance(made, Rendered)
    return str(made.message.payload())


async def only_run(desk: Desk) -> Delivery:
    await desk.turn()
    (main,) = await desk.owes(CHANNEL)
    return main


# Taken: visible now, became visible since the last delivered digest or left over by it


async def test_what_appears_while_slack_is_away_is_in_the_next_digest(desk: Desk) -> None:
    assert await begin(desk, hot("a")) == ["a"]
    await desk.put(hot("b", ago=-10))
    assert await run(desk, state=State.FAILED) == ["b"]
    await desk.put(hot("c", 140, ago=-30))
    assert await run(desk) == ["b", "c"]


async def test_left_over_is_taken_up_and_nothing_is_lost_or_twice(desk: Desk) -> None:
    briefs = [hot(f"b{n:02}x", 300 - n) for n in range(40)]
    first = await begin(desk, *briefs)
    assert first == [f"b{n:02}x" for n in range(35)]
    assert await run(desk) == [f"b{n:02}x" for n in range(35, 40)]
    assert await run(desk) == []


async def test_brief_hidden_at_the_run_is_not_in_it(desk: Desk) -> None:
    assert await begin(desk, hot("a"), hot("b", published=False)) == ["a"]
    await desk.put(hot("b"))
    assert await run(desk) == ["b"]


async def test_brief_hidden_and_shown_again_does_not_become_new_by_that(desk: Desk) -> None:
    assert await begin(desk, hot("a")) == ["a"]
    await desk.put(hot("a", published=False))
    assert await run(desk) == []
    await desk.put(hot("a", 170))
    assert await run(desk) == []


async def test_renamed_file_is_not_sent_again(desk: Desk) -> None:
    assert await begin(desk, hot("a")) == ["a"]
    await desk.remove("a")
    await desk.put(replace(hot("a"), slug="z"))
    assert await run(desk) == []


async def test_brief_with_a_new_date_is_not_sent_here_again(desk: Desk) -> None:
    assert await begin(desk, hot("a")) == ["a"]
    desk.later(days=20)
    await desk.put(hot("a", ago=-20 * 24))
    await desk.digest("daily 12:02 UTC heat:>10")
    assert await run(desk) == []


# Published within the larger of 7 days and the period with 2 days


@pytest.mark.parametrize(
    ("typed", "hours", "taken"),
    [
        ("daily 12:02 UTC", 7 * 24, ["late"]),
        ("daily 12:02 UTC", 7 * 24 + 0.1, []),
        ("weekly fri 12:02 UTC", 9 * 24, ["late"]),
        ("weekly fri 12:02 UTC", 9 * 24 + 0.1, []),
    ],
)
async def test_old_brief_that_appears_is_news_up_to_an_age(
    desk: Desk, typed: str, hours: float, taken: list[str]
) -> None:
    await begin(desk, hot("a"), typed=typed)
    at = NOON + timedelta(days=7, minutes=2)
    await desk.put(replace(hot("late"), published_at=at - timedelta(hours=hours)))
    assert await run(desk, at) == taken


async def test_first_digest_looks_back_seven_days_however_seldom_it_comes(desk: Desk) -> None:
    old = hot("old", ago=8 * 24)
    assert await begin(desk, hot("a", ago=6 * 24), old, typed="weekly fri 12:02 UTC") == ["a"]


# Stories: one brief of each, and again only as an update or rising, two at most


async def test_two_files_of_one_address_are_one_brief_in_the_digest(desk: Desk) -> None:
    twin = replace(hot("b", 180), web_url="https://news.example/a?utm_source=x")
    assert await begin(desk, hot("a", 150), twin) == ["b"]


async def test_sent_stories_that_become_one_bring_nothing_again(desk: Desk) -> None:
    a, b = hot("a", 160), hot("b", 150)
    assert await begin(desk, a, b) == ["a", "b"]
    await desk.put(replace(a, title=TITLE), replace(b, title=TITLE, heat=155))
    assert await run(desk) == []


async def test_at_most_two_stories_return_and_the_hottest_first(desk: Desk) -> None:
    names = ["a", "b", "c"]
    await begin(desk, *[hot(name, 150) for name in names])
    await desk.put(*[hot(name, 200 + place) for place, name in enumerate(names)])
    desk.later(days=1)
    main = await only_run(desk)
    assert await desk.slugs(main) == ["c", "b"]
    assert set(main.owed.marks.values()) == {Mark.RISING}


@pytest.mark.parametrize(
    ("before", "after", "returns"), [(150, 190, True), (150, 189, False), (500, 549, False)]
)
async def test_story_rises_by_forty_and_a_tenth(
    desk: Desk,
    before: int,
    after: int,
    returns: bool,
) -> None:
    await begin(desk, hot("a", before))
    await desk.put(hot("a", after))
    assert await run(desk) == (["a"] if returns else [])


# At most 2 in full per provider, as long as others can fill the count


async def test_two_in_full_of_one_provider_and_the_rest_on_a_line(desk: Desk) -> None:
    same = [hot(f"s{n}x", 300 - n, provider="Same", domain="same.example") for n in range(4)]
    await desk.put(*same, *[hot(f"o{n}x", 200 - n) for n in range(3)])
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    main = await only_run(desk)
    noted = await desk.store.ledger.noted(main.owed.briefs)
    assert [noted[one].slug for one in main.owed.full] == ["s0x", "s1x", "o0x", "o1x", "o2x"]
    assert [noted[one].slug for one in main.owed.also] == ["s2x", "s3x"]


# Nothing new; one brief is one card; late and saying so


async def test_silent_run_is_told_where_the_digest_is_shown(desk: Desk) -> None:
    await begin(desk)
    shown = str((await desk.digest("")).payload())
    assert "nothing new" in shown


async def test_one_brief_is_one_card_without_header(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    text = await main_text(desk)
    assert "'type': 'header'" not in text
    assert "comes late" not in text


async def test_late_digest_says_so(desk: Desk) -> None:
    await desk.put(hot("a"), hot("b"))
    await desk.digest("daily 12:02 UTC")
    desk.later(hours=3)
    await desk.turn()
    assert "was due at 12:02 and comes late" in await main_text(desk)


@pytest.mark.parametrize(("hours", "outcome"), [(11.9, RunOutcome.OWED), (12.1, RunOutcome.SKIPPED)])
async def test_missed_run_is_sent_within_twelve_hours_and_else_recorded(
    desk: Desk, hours: float, outcome: RunOutcome
) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    desk.later(hours=hours, minutes=2)
    await desk.turn()
    (digest,) = await desk.store.subscriptions.digests(CHANNEL)
    assert [one.outcome for one in await desk.store.subscriptions.runs(digest.id)] == [outcome]


# Key: digest and local date in its zone; `now` has its own


async def test_now_twice_sends_nothing_twice(desk: Desk) -> None:
    await desk.put(*[hot(f"b{n:02}x", 300 - n) for n in range(37)])
    await desk.turn()
    await desk.digest("daily 13:00 UTC")
    await desk.digest("now")
    await desk.digest("now")
    assert "nothing was sent" in (await desk.digest("now")).text
    slugs = [slug for one in await desk.deliver() for slug in await desk.slugs(one)]
    assert sorted(slugs) == [f"b{n:02}x" for n in range(37)]


async def test_daily_twice_with_the_same_filters_is_one_digest(desk: Desk) -> None:
    await desk.digest("daily 12:02 UTC heat:>10 is:article")
    await desk.digest("daily 12:02 UTC is:article heat:>10")
    assert len(await desk.store.subscriptions.digests(CHANNEL)) == 1


@pytest.mark.parametrize(
    ("typed", "source", "zone", "words"),
    [
        ("daily 09:00 Asia/Tokyo", ZoneSource.PERSON, "Asia/Tokyo", ZoneSource.TYPED),
        ("daily 09:00", ZoneSource.PERSON, "Europe/Berlin", ZoneSource.PERSON),
        ("daily 09:00", ZoneSource.DEFAULT, "Europe/Berlin", ZoneSource.DEFAULT),
    ],
)
async def test_zone_is_as_typed_else_the_persons_else_the_default_and_the_answer_says_which(
    desk: Desk, typed: str, source: ZoneSource, zone: str, words: ZoneSource
) -> None:
    visitor = Visitor(team="T1", channel="C1", user="UADA", zone="Europe/Berlin", zone_source=source)
    answer = await desk.digest(typed, visitor)
    (digest,) = await desk.store.subscriptions.digests(CHANNEL)
    assert digest.schedule.zone == zone
    assert str(words) in str(answer.payload())


async def test_key_is_the_local_date_of_the_digests_zone(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 00:30 Asia/Tokyo")
    desk.clock.moment = datetime(2021, 2, 5, 15, 31, tzinfo=UTC)
    main = await only_run(desk)
    assert main.key.endswith(":2021-02-06")


async def test_days_of_a_clock_change_have_one_digest_each(desk: Desk) -> None:
    desk.clock.moment = datetime(2021, 3, 27, 12, tzinfo=UTC)
    await desk.digest("daily 02:30 Europe/Berlin")
    keys = []
    for day in range(4):
        start = datetime(2021, 3, 28, tzinfo=UTC) + timedelta(days=day)
        for hour in range(4):
            desk.clock.moment = start + timedelta(hours=hour)
            if not hour:
                await desk.put(hot(f"d{day}x", published_at=start - MINUTE))
            await desk.turn()
            keys += [one.key[-10:] for one in await desk.deliver()]
    assert keys == ["2021-03-28", "2021-03-29", "2021-03-30", "2021-03-31"]


# In a direct message with the bot a digest is personal


async def test_personal_digest_does_not_repeat_an_alert(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    await desk.digest("daily 12:02 UTC", replace(ADA, channel="D9"))
    await desk.put(hot("told"), hot("cool", 50))
    await desk.turn()
    assert [one.kind for one in await desk.deliver()] == [Kind.ALERT]
    desk.later(minutes=3)
    await desk.turn()
    (digest,) = await desk.owes(PERSON)
    assert await desk.slugs(digest) == ["cool"]


# Previews: the newest days that the folder has


async def test_preview_in_a_folder_of_long_ago_shows_its_newest_days_and_says_so(desk: Desk) -> None:
    await desk.put(hot("a"), hot("b", 180, ago=6 * 24), hot("older", 190, ago=8 * 24))
    desk.later(days=90)
    await desk.turn()
    await desk.digest("daily 12:02 UTC")
    shown = str((await desk.digest("preview")).payload())
    for words in ("the newest 7 days that the folder has, up to 05 Feb 2021", hot("a").title, hot("b").title):
        assert words in shown
    assert hot("older").title not in shown
    assert await run(desk) == []


async def test_preview_of_a_living_folder_is_what_would_be_sent(desk: Desk) -> None:
    await desk.put(hot("a"), hot("b", 180))
    await desk.turn()
    await desk.digest("daily 12:05 UTC")
    shown = str((await desk.digest("preview")).payload())
    assert hot("a").title in shown
    assert "newest 7 days" not in shown


async def test_preview_after_everything_was_sent_says_that_nothing_is_new(desk: Desk) -> None:
    await begin(desk, hot("a"))
    assert "Nothing is new" in (await desk.digest("preview")).text


# A newer run while an older one is still owed


async def test_older_digest_that_slack_never_took_is_in_the_newer_one(desk: Desk) -> None:
    await desk.put(hot("a"))
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    old = await only_run(desk)
    await desk.put(hot("b", 180, ago=-5))
    desk.later(days=1)
    new = await only_run(desk)
    assert await desk.slugs(new) == ["b", "a"]
    skipped = await desk.store.outbox.delivery(old.id)
    assert skipped is not None
    assert (skipped.state, skipped.reason) == (State.SKIPPED, "superseded by a newer run")


async def test_older_digest_that_is_being_sent_meanwhile_is_not_sent_twice(desk: Desk) -> None:
    await desk.put(*[hot(f"b{n:02}x", 300 - n) for n in range(20)])
    await desk.digest("daily 12:02 UTC")
    desk.later(minutes=3)
    await desk.turn()
    (claimed,) = await desk.store.outbox.claim(1, "test", timedelta(seconds=60))
    await desk.put(hot("new", 180, ago=-5))
    desk.later(days=1)
    await desk.turn()
    settled = Settled(claimed=claimed, state=State.FAILED, reason="no", at=desk.clock.now())
    held = set(await desk.slugs(claimed.delivery))
    (main,) = [one for one in await desk.owes(CHANNEL) if one.kind is Kind.DIGEST]
    shown = await desk.slugs(main)
    assert held.isdisjoint(shown)
    assert set(shown) == {"new", *(f"b{n:02}x" for n in range(15, 20))}
    await desk.store.outbox.settle([settled], timedelta())
    await desk.deliver()
    assert held == set(await run(desk))
