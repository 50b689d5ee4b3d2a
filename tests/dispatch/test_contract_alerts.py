"""Contract section 7, "Alert", sentence by sentence, from files to messages over both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dispatch.requests import AlertAction, AlertOrder
from bot.domain.brief import Article, Brief
from bot.domain.delivery import Delivery, Kind, Mark, State
from bot.domain.owed import Settled
from tests.dispatch.desk import ADA, PERSON, Desk, alerted, hot, kinds
from tests.store.making import provided_by


def covered(brief: Brief, outlets: int) -> Brief:
    """The brief with so many other outlets, each in an article of its own."""
    articles = tuple(
        Article(
            title=f"{brief.slug} by {number}",
            web_url=f"https://o{number}.{brief.slug}.example/x",
            provider=provided_by(f"O{number}{brief.slug}", f"o{number}.{brief.slug}.example"),
        )
        for number in range(outlets)
    )
    return replace(brief, related=articles)


# Once per person and story, when a brief first matches after the rule was made or changed


async def test_rule_speaks_of_what_first_matches_after_it_was_made_and_of_nothing_before(desk: Desk) -> None:
    await desk.put(hot("before", 150), hot("below", 90))
    await desk.turn()
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("before", 160), hot("below", 150), hot("after", 140)) == ["below", "after"]


async def test_changed_rule_takes_what_matches_now_as_seen(desk: Desk) -> None:
    await desk.alerts("on heat:>200 gap:0")
    assert await alerted(desk, hot("warm", 120)) == []
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("warm", 290)) == []
    assert await alerted(desk, hot("fresh", 120)) == ["fresh"]


async def test_matches_that_wait_are_sent_or_not_by_the_changed_rule(desk: Desk) -> None:
    await desk.alerts("on heat:>100 quiet:11:00-13:00")
    await desk.put(hot("warm", 120), hot("hottest", 300))
    await desk.turn()
    await desk.alerts("on heat:>200 quiet:11:00-13:00")
    desk.later(hours=1, minutes=1)
    await desk.turn()
    (one,) = await desk.owes(PERSON)
    assert (one.kind, await desk.slugs(one)) == (Kind.ALERT, ["hottest"])


async def test_rule_turned_off_and_made_again_does_not_repeat_what_was_told(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("told", 150)) == ["told"]
    await desk.alerts("off")
    await desk.put(hot("told", 90))
    await desk.turn()
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("told", 140)) == []


async def test_story_that_matched_when_the_rule_was_made_is_known_however_long_it_is_visible(
    desk: Desk,
) -> None:
    title = "Regulators fine Clearview over faces"
    await desk.put(hot("old", title=title))
    await desk.turn()
    desk.later(hours=50)
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("young", title=title, ago=-49)) == []


async def test_second_brief_of_an_alerted_story_is_silent_also_after_days(desk: Desk) -> None:
    title = "Regulators fine Clearview over faces"
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("first", title=title)) == ["first"]
    desk.later(hours=60)
    assert await alerted(desk, hot("second", title=title, ago=-59)) == []


# By becoming visible, or by heat that crosses the line: 90 to 150 does, 120 to 150 does not


@pytest.mark.parametrize(("before", "told"), [(90, ["a"]), (120, [])])
async def test_heat_alerts_only_where_it_crosses_the_line(desk: Desk, before: int, told: list[str]) -> None:
    await desk.put(hot("a", before))
    await desk.turn()
    await desk.alerts("on heat:>=120 gap:0" if before == 120 else "on heat:>100 gap:0")
    assert await alerted(desk, hot("a", 150)) == told


async def test_two_steps_over_the_line_between_two_looks_alert_once(desk: Desk) -> None:
    await desk.put(hot("a", 90))
    await desk.turn()
    await desk.alerts("on heat:>100 gap:0")
    for heat in (120, 150):
        await desk.put(hot("a", heat))
        await desk.store.ledger.note(desk.clock.now())
    await desk.turn()
    assert await kinds(desk) == [Kind.ALERT]


async def test_rule_of_the_hottest_quarter_alerts_what_appears_in_it_and_what_rises_into_it(
    desk: Desk,
) -> None:
    await desk.put(*[hot(f"b{number}x", 100 + number) for number in range(20)])
    await desk.turn()
    await desk.alerts("on heat:hot gap:0 max:off")
    assert await alerted(desk, hot("new", 300), hot("cool", 50)) == ["new"]
    assert await alerted(desk, hot("b3x", 290)) == ["b3x"]
    assert await alerted(desk, hot("b19x", 125)) == []


# within 48 h of becoming visible and 7 days of publication


@pytest.mark.parametrize(("hours", "told"), [(48, ["a"]), (48.1, [])])
async def test_crossing_counts_for_48_hours_after_becoming_visible(
    desk: Desk, hours: float, told: list[str]
) -> None:
    await desk.alerts("on heat:>100 gap:0")
    await desk.put(hot("a", 90))
    await desk.turn()
    desk.later(hours=hours)
    assert await alerted(desk, hot("a", 150)) == told


@pytest.mark.parametrize(("hours", "told"), [(7 * 24, ["a"]), (7 * 24 + 0.1, [])])
async def test_brief_that_appears_a_week_after_its_date_is_news_no_more(
    desk: Desk, hours: float, told: list[str]
) -> None:
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("a", 150, ago=hours)) == told


# "New": renamed, hidden and shown again, two files of one address


async def test_renamed_file_is_not_alerted_again(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("a")) == ["a"]
    renamed = replace(hot("a"), slug="z")
    await desk.remove("a")
    assert await alerted(desk, renamed) == []


async def test_brief_hidden_and_shown_again_is_not_alerted_again(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    assert await alerted(desk, hot("a")) == ["a"]
    assert await alerted(desk, hot("a", published=False)) == []
    assert await alerted(desk, hot("a", 160)) == []


async def test_two_files_of_one_address_are_one_alert_for_the_hotter(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    twin = replace(hot("b", 180), web_url="https://news.example/a?utm_source=x")
    assert await alerted(desk, hot("a", 150), twin) == ["b"]


# Again only on escalation, by heat up by half since or by five more outlets, as a reply in the thread


@pytest.mark.parametrize(
    ("later", "mark"),
    [
        (hot("a", 224), None),
        (hot("a", 225), Mark.RISING),
        (covered(hot("a", 150), 4), None),
        (covered(hot("a", 150), 5), Mark.UPDATE),
    ],
)
async def test_story_comes_again_only_when_it_grew_much(desk: Desk, later: Brief, mark: Mark | None) -> None:
    await desk.alerts("on heat:>100 gap:0")
    await desk.put(hot("a", 150))
    await desk.turn()
    (alert,) = await desk.deliver()
    await desk.put(later)
    await desk.turn()
    owed = await desk.owes(PERSON)
    assert [(one.kind, one.parent, *one.owed.marks.values()) for one in owed] == (
        [(Kind.ESCALATION, alert.id, mark)] if mark else []
    )


async def test_brief_that_came_in_a_bundle_escalates_in_the_bundles_thread(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0 quiet:11:00-13:00")
    await desk.put(hot("a", 150), hot("b", 140))
    await desk.turn()
    desk.later(hours=1, minutes=1)
    await desk.turn()
    (bundle,) = await desk.deliver()
    await desk.put(hot("b", 220))
    await desk.turn()
    (reply,) = await desk.owes(PERSON)
    assert (reply.kind, reply.parent, reply.owed.text) == (Kind.ESCALATION, bundle.id, "140 0")


async def test_brief_of_a_bundles_second_part_escalates_in_the_same_thread(desk: Desk) -> None:
    """A reply under a reply would hang in no thread at all."""
    await desk.alerts("on heat:>100 gap:0 quiet:11:00-13:00")
    await desk.put(hot("a", 150), hot("b", 140))
    await desk.turn()
    desk.later(hours=1, minutes=1)
    await desk.turn()
    bundle = await _split(desk)
    await desk.deliver()
    await desk.put(hot("b", 220))
    await desk.turn()
    (reply,) = await desk.owes(PERSON)
    assert (reply.kind, reply.parent) == (Kind.ESCALATION, bundle.id)


async def _split(desk: Desk) -> Delivery:
    """The one message that is owed is too long: its second half goes on as a part."""
    (claimed,) = await desk.store.outbox.claim(1, "test", timedelta(seconds=60))
    bundle = claimed.delivery
    first, second = bundle.owed.full
    part = replace(
        bundle,
        id="part",
        key="part",
        kind=Kind.PART,
        parent=bundle.id,
        owed=replace(bundle.owed, full=(second,)),
        state=State.PENDING,
    )
    kept = replace(bundle, owed=replace(bundle.owed, full=(first,)))
    settled = Settled(claimed=claimed, state=State.PENDING, more=(part,), owed=kept, at=desk.clock.now())
    await desk.store.outbox.settle([settled], timedelta())
    return bundle


async def test_two_alerted_stories_that_become_one_tell_nothing_again(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    big, small = hot("big", 400), hot("small", 110)
    assert await alerted(desk, big) == ["big"]
    desk.later(minutes=5)
    assert await alerted(desk, small) == ["small"]
    title = "Regulators fine Clearview over faces"
    merged = replace(big, title=title, heat=410), replace(small, title=title, heat=111)
    assert await alerted(desk, *merged) == []
    members = await desk.store.ledger.noted([1, 2])
    assert len({one.story for one in members.values()}) == 1


# One rule per person and workspace


async def test_there_is_one_rule_for_each_person_and_workspace(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    await desk.alerts("on heat:>300 gap:0")
    await desk.alerts("on heat:>100 gap:0", replace(ADA, team="T2"))
    await desk.put(hot("a", 150))
    await desk.turn()
    assert [one.to.team for one in await desk.owes()] == ["T2"]


async def test_resumed_rule_goes_on_from_there(desk: Desk) -> None:
    await desk.alerts("on heat:>100 gap:0")
    await desk.owed.owing.order_alerts(ADA, AlertOrder(action=AlertAction.PAUSE))
    assert await alerted(desk, hot("during")) == []
    await desk.owed.owing.order_alerts(ADA, AlertOrder(action=AlertAction.RESUME))
    assert await alerted(desk, hot("during", 290), hot("after")) == ["after"]


async def test_offer_counts_stories_and_says_that_the_folder_brings_little(desk: Desk) -> None:
    await desk.put(hot("a"), hot("b", 140))
    await desk.turn()
    shown = str((await desk.alerts("on")).payload())
    for words in ("Everything", "Hot", "Only the biggest", "· about 2 in 30 days", "less than three a week"):
        assert words in shown
