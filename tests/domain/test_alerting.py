"""Which changes become alerts: contract section 7, "Alert", by hand-made ledgers and a rule in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.domain.alerting import Refuses, Sight, decided, released
from bot.domain.brief import Brief
from bot.domain.delivery import Delivery, Kind, Mark, Owed, Role, State
from bot.domain.ledger import Change, ChangeKind, Item, Noted, SentBrief
from bot.domain.owed import RuleState
from bot.domain.subscription import (
    AlertRule,
    Destination,
    Held,
    HoldReason,
    Limits,
    Mute,
    MuteKind,
    Quiet,
)

NOW = datetime(2021, 2, 5, 12, tzinfo=UTC)
ADA = Destination(team="T1", user="UADA")
FREE = Limits(most=None, gap=timedelta())


def item(number: int, heat: int = 150, *, story: int = 0, hours: float = 0.1, **fields: Any) -> Item:
    brief = Brief(
        slug=f"b{number}",
        title=f"Brief {number}",
        web_url=f"https://e.example/{number}",
        heat=heat,
        published_at=NOW - timedelta(hours=fields.pop("published", hours)),
        topics=fields.pop("topics", ()),
    )
    noted = Noted(
        id=number,
        slug=brief.slug,
        title=brief.title,
        visible_at=NOW - timedelta(hours=hours),
        published_at=brief.published_at or NOW,
        story=story or number,
        heat=heat,
        quality=None,
        provider="e.example",
        outlets=fields.pop("outlets", 0),
    )
    return Item(noted=noted, brief=brief)


def appeared(number: int, brief: int, heat: int = 150) -> Change:
    return Change(number=number, brief=brief, kind=ChangeKind.VISIBLE, old_heat=heat, at=NOW)


def grew(number: int, brief: int, old_heat: int) -> Change:
    return Change(number=number, brief=brief, kind=ChangeKind.GREW, old_heat=old_heat, at=NOW)


def over(line: int) -> Refuses:
    def refuses(brief: Brief, heat: int | None) -> str:
        return "" if (brief.warmth if heat is None else heat) > line else f"heat:>{line}"

    return refuses


def state(limits: Limits = FREE, **fields: Any) -> RuleState:
    rule = AlertRule(
        id="R",
        to=ADA,
        filters="heat:>100",
        limits=limits,
        created_at=NOW - timedelta(days=1),
        changed_at=NOW - timedelta(days=1),
        **fields.pop("rule", {}),
    )
    return RuleState(rule=rule, **fields)


def sight(*items: Item, changes: tuple[Change, ...] = (), **fields: Any) -> Sight:
    return Sight(
        now=fields.pop("now", NOW),
        changes=changes or tuple(appeared(n, one.noted.id) for n, one in enumerate(items, 1)),
        items={one.noted.id: one for one in items},
        stories={one.noted.id: one.noted.story for one in items} | fields.pop("stories", {}),
        outlets={one.noted.id: one.noted.outlets for one in items},
        latest=100,
    )


def told(brief: int, heat: int, *, outlets: int = 0, story: int = 0, **fields: Any) -> SentBrief:
    defaults: dict[str, Any] = {
        "role": Role.ALERT,
        "at": NOW - timedelta(hours=2),
        "delivery": f"d{brief}",
        "kind": Kind.ALERT,
        "state": State.SENT,
        "subscription": "R",
    }
    return SentBrief(brief=brief, story=story or brief, heat=heat, outlets=outlets, **{**defaults, **fields})


def alerted(state: RuleState, seen: Sight, sent: tuple[SentBrief, ...] = (), line: int = 100) -> list[int]:
    made = decided(state, seen, over(line), sent)
    return [brief for delivery in made.deliveries for brief in delivery.owed.full]


def message(at: datetime, **fields: Any) -> Delivery:
    defaults: dict[str, Any] = {"state": State.SENT, "settled_at": at}
    return Delivery(
        id=f"m{at.timestamp()}",
        key=f"k{at.timestamp()}",
        kind=Kind.ALERT,
        to=ADA,
        created_at=at,
        expires_at=at + timedelta(hours=36),
        **{**defaults, **fields},
    )


def test_brief_that_appears_over_the_line_is_alerted_once() -> None:
    assert alerted(state(), sight(item(1))) == [1]
    assert alerted(state(seen=frozenset({1})), sight(item(1))) == []


def test_heat_that_crosses_the_line_alerts_and_heat_that_was_over_it_does_not() -> None:
    crossing = sight(item(1, 150), changes=(grew(1, 1, 90),))
    above = sight(item(1, 150), changes=(grew(1, 1, 120),))
    assert alerted(state(), crossing) == [1]
    assert alerted(state(), above) == []


def test_brief_below_the_line_is_not_alerted() -> None:
    assert alerted(state(), sight(item(1, 99))) == []


def test_brief_that_is_visible_for_more_than_two_days_or_published_a_week_ago_is_not_alerted() -> None:
    assert alerted(state(), sight(item(1, hours=49), changes=(grew(1, 1, 50),))) == []
    assert alerted(state(), sight(item(1, published=24 * 7 + 1))) == []
    assert alerted(state(), sight(item(1, published=24 * 7 - 1))) == [1]


def test_of_a_story_one_brief_is_alerted_and_it_is_the_hottest() -> None:
    assert alerted(state(), sight(item(1, 150), item(2, 170, story=1))) == [2]


def test_another_brief_of_a_story_that_was_seen_is_not_alerted() -> None:
    seen = sight(item(2, 170, story=1), stories={1: 1})
    assert alerted(state(seen=frozenset({1})), seen) == []


def test_hottest_comes_first_where_several_are_sent() -> None:
    assert alerted(state(), sight(item(1, 110), item(2, 190), item(3, 150))) == [2, 3, 1]


def test_changes_before_the_cursor_are_not_looked_at() -> None:
    assert alerted(state(rule={"cursor": 1}), sight(item(1))) == []


def test_three_a_day_are_sent_and_the_rest_is_held() -> None:
    made = decided(
        state(Limits(most=3, gap=timedelta())),
        sight(*[item(n, 200 - n) for n in range(1, 11)]),
        over(100),
        (),
    )
    assert [delivery.owed.full for delivery in made.deliveries] == [(1,), (2,), (3,)]
    assert [held.brief for held in made.held] == [4, 5, 6, 7, 8, 9, 10]
    assert {held.why for held in made.held} == {HoldReason.MOST}
    assert made.seen == tuple(range(1, 11))


def test_with_a_gap_one_is_sent_and_the_others_are_held() -> None:
    made = decided(
        state(Limits(gap=timedelta(seconds=10))), sight(*[item(n) for n in range(1, 11)]), over(100), ()
    )
    assert len(made.deliveries) == 1
    assert len(made.held) == 9
    assert {held.why for held in made.held} == {HoldReason.GAP}


def test_in_quiet_hours_everything_is_held() -> None:
    quiet = Limits(quiet=Quiet(start=time(11), end=time(13)), gap=timedelta())
    made = decided(state(quiet), sight(item(1)), over(100), ())
    assert not made.deliveries
    assert made.held[0].why is HoldReason.QUIET


def test_what_comes_while_something_is_held_joins_the_list() -> None:
    waiting = state(held=(Held(brief=9, why=HoldReason.MOST, at=NOW),))
    made = decided(waiting, sight(item(1)), over(100), ())
    assert [held.brief for held in made.held] == [1]
    assert not made.deliveries


def held_state(*briefs: int, at: datetime = NOW - timedelta(hours=1), **fields: Any) -> RuleState:
    held = tuple(Held(brief=brief, why=HoldReason.GAP, at=at) for brief in briefs)
    return state(fields.pop("limits", FREE), held=held, **fields)


def test_held_list_is_released_as_one_bundle_hottest_first() -> None:
    made = released(held_state(1, 2, 3), sight(item(1, 110), item(2, 190), item(3, 150)), over(100))
    assert made is not None
    (bundle,) = made.deliveries
    assert bundle.kind is Kind.BUNDLE
    assert bundle.owed.full == (2, 3, 1)
    assert bundle.owed.text == "gap"
    assert set(made.unheld) == {1, 2, 3}


def test_single_held_brief_comes_as_an_alert() -> None:
    made = released(held_state(1), sight(item(1)), over(100))
    assert made is not None
    assert [delivery.kind for delivery in made.deliveries] == [Kind.ALERT]


def test_held_list_waits_until_the_gap_is_over() -> None:
    sent = message(NOW - timedelta(minutes=4))
    waiting = held_state(1, limits=Limits(gap=timedelta(minutes=10)), messages=(sent,))
    assert released(waiting, sight(item(1)), over(100)) is None
    later = sight(item(1), now=NOW + timedelta(minutes=6))
    assert released(waiting, later, over(100)) is not None


def test_what_is_held_for_36_hours_expires_and_is_remembered() -> None:
    made = released(held_state(1, at=NOW - timedelta(hours=37)), sight(item(1)), over(100))
    assert made is not None
    assert made.expired == (1,)
    assert not made.deliveries


def test_hidden_and_muted_briefs_leave_the_held_list_unsent() -> None:
    mute = Mute(kind=MuteKind.TOPIC, key="ai", label="AI", at=NOW)
    made = released(held_state(1, 2, mutes=(mute,)), sight(item(2, topics=("AI",))), over(100))
    assert made is not None
    assert set(made.unheld) == {1, 2}
    assert not made.deliveries


def test_muted_story_is_not_alerted_whichever_of_its_briefs_appears() -> None:
    mute = Mute(kind=MuteKind.STORY, key="7", label="A story", at=NOW)
    muted = state(mutes=(mute,))
    assert alerted(muted, sight(item(1, story=5), stories={7: 5})) == []
    assert alerted(muted, sight(item(1, story=6), stories={7: 5})) == [1]


def escalated(heat: int, outlets: int, *sent: SentBrief, limits: Limits = FREE) -> list[Delivery]:
    known = state(limits, seen=frozenset({1}))
    seen = sight(item(1, heat, outlets=outlets), changes=(grew(1, 1, 100),))
    return list(decided(known, seen, over(100), sent).deliveries)


def test_story_comes_again_as_a_reply_when_heat_is_up_by_half() -> None:
    (reply,) = escalated(225, 0, told(1, 150))
    assert reply.kind is Kind.ESCALATION
    assert reply.parent == "d1"
    assert reply.owed.text == "150 0"


def test_story_comes_again_when_five_more_outlets_report() -> None:
    assert [one.kind for one in escalated(150, 9, told(1, 150, outlets=4))] == [Kind.ESCALATION]


def test_smaller_growth_is_no_escalation() -> None:
    assert escalated(224, 4, told(1, 150)) == []


def test_escalation_counts_from_what_was_told_last_and_stays_in_the_first_thread() -> None:
    first = told(1, 150)
    second = told(1, 230, at=NOW - timedelta(hours=1), delivery="d2", kind=Kind.ESCALATION, role=Role.ALERT)
    assert escalated(240, 0, first, second) == []
    (reply,) = escalated(345, 0, first, second)
    assert reply.parent == "d1"


def test_story_of_two_alerts_escalates_from_the_larger_in_the_thread_of_the_first() -> None:
    first = told(1, 400, outlets=9)
    second = told(2, 110, story=1, at=NOW - timedelta(hours=1), delivery="d2")
    assert escalated(400, 9, first, second) == []
    (reply,) = escalated(600, 9, first, second)
    assert (reply.parent, reply.owed.text) == ("d1", "400 9")


def test_story_told_in_the_second_part_of_a_message_goes_on_in_its_thread() -> None:
    (reply,) = escalated(225, 0, told(1, 150, kind=Kind.PART, delivery="part", parent="bundle"))
    assert reply.parent == "bundle"


def test_every_key_has_an_id_of_its_own() -> None:
    """A brief that was alerted and is held again later comes in another message."""
    (alert,) = decided(state(), sight(item(1)), over(100), ()).deliveries
    later = released(held_state(1), sight(item(1)), over(100))
    assert later is not None
    assert later.deliveries[0].key != alert.key
    assert later.deliveries[0].id != alert.id


def test_what_was_told_before_is_marked_in_a_bundle() -> None:
    sent = replace(message(NOW - timedelta(hours=5)), owed=Owed(full=(1,), heats={1: 100}), subscription="R")
    made = released(held_state(1, 2, messages=(sent,)), sight(item(1, 190), item(2, 120)), over(100))
    assert made is not None
    assert made.deliveries[0].owed.marks == {1: Mark.RISING}


def test_what_was_given_up_is_not_followed() -> None:
    assert escalated(400, 0, told(1, 150, state=State.FAILED)) == []


def test_escalation_that_may_not_be_sent_now_is_held() -> None:
    quiet = Limits(quiet=Quiet(start=time(11), end=time(13)))
    known = state(quiet, seen=frozenset({1}))
    seen = sight(item(1, 300), changes=(grew(1, 1, 100),))
    made = decided(known, seen, over(100), (told(1, 150),))
    assert [held.brief for held in made.held] == [1]
    assert not made.deliveries


def test_same_decision_has_the_same_ids() -> None:
    decide: Callable[[], list[str]] = lambda: [  # noqa: E731 - twice the same call
        one.id for one in decided(state(), sight(item(1)), over(100), ()).deliveries
    ]
    assert decide() == decide()


def test_rule_made_at_120_stays_silent_at_150_and_a_rule_made_at_90_speaks() -> None:
    seen_at_120 = state(seen=frozenset({1}))
    unseen_at_90 = state()
    risen = sight(item(1, 150), changes=(grew(1, 1, 120), replace(grew(2, 1, 120), number=2)))
    assert alerted(seen_at_120, risen) == []
    assert alerted(unseen_at_90, sight(item(1, 150), changes=(grew(1, 1, 90),))) == [1]
