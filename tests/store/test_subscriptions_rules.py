"""Alert rules: one a person, with what they saw and hold, decided by whoever was first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from bot.domain.delivery import Delivery, Kind, Owed, State
from bot.domain.owed import AlertDecision, RuleState
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
from bot.store import Store, open_store
from tests.store.making import NOON, HandClock, make_brief, put
from tests.store.test_subscriptions_digests import CHANNEL, PERSON, make_digest, owed, state_of

HOUR = timedelta(hours=1)


def make_rule(name: str, to: Destination = PERSON, **fields: Any) -> AlertRule:
    return AlertRule(id=name, to=to, **{"created_at": NOON, "changed_at": NOON, **fields})


def person(number: int) -> Destination:
    return Destination(team="T1", enterprise="E1", user=f"U{number}")


def alert(name: str, rule: AlertRule, **fields: Any) -> Delivery:
    defaults = {"kind": Kind.ALERT, "key": f"alert:{name}"}
    return owed(name, rule.id, rule.to, **{**defaults, **fields})


async def kept(store: Store, rule: AlertRule) -> AlertRule:
    await store.subscriptions.save_rule(rule)
    found = await store.subscriptions.rule(rule.to)
    assert found is not None
    return found


async def state(store: Store, to: Destination = PERSON) -> RuleState:
    found = await store.subscriptions.rule_state(to)
    assert found is not None
    return found


async def test_a_rule_comes_back_as_it_was_kept(store: Store) -> None:
    quiet = Quiet(start=time(22, 0), end=time(7, 30))
    for number, limits in enumerate(
        (Limits(), Limits(quiet=quiet, most=None, gap=timedelta()), Limits(gap=timedelta(seconds=10)))
    ):
        rule = make_rule(
            f"r{number}",
            person(number),
            filters="heat:hot -topic:AI \u202e",
            limits=limits,
            zone="Asia/Kolkata",
            paused="person",
            cursor=17,
        )
        assert await store.subscriptions.save_rule(rule)
        assert await store.subscriptions.rule(rule.to) == replace(rule, revision=1)
    assert await store.subscriptions.rule(CHANNEL) is None
    assert await store.subscriptions.rule_state(PERSON) is not None


async def test_there_is_one_rule_a_person_and_changes_compare_revisions(store: Store) -> None:
    rule = await kept(store, make_rule("r"))
    assert not await store.subscriptions.save_rule(make_rule("another"))
    assert await store.subscriptions.save_rule(replace(rule, filters="heat:top", cursor=9), seen=(3, 1, 3))
    assert not await store.subscriptions.save_rule(replace(rule, filters="too late"), seen=(8,))
    found = await state(store)
    assert (found.rule.filters, found.rule.cursor, found.rule.revision) == ("heat:top", 9, 2)
    assert found.seen == {1, 3}
    assert await store.subscriptions.save_rule(found.rule, seen=(1, 5))
    assert (await state(store)).seen == {1, 3, 5}
    assert await store.subscriptions.save_rule(make_rule("elsewhere", replace(PERSON, team="T2")))


async def test_a_decision_moves_the_cursor_sees_holds_and_owes(store: Store) -> None:
    rule = await kept(store, make_rule("r"))
    held = (
        Held(brief=7, why=HoldReason.GAP, at=NOON + HOUR),
        Held(brief=9, why=HoldReason.QUIET, at=NOON),
    )
    first = AlertDecision(rule=rule, cursor=5, seen=(7, 8, 9), held=held, deliveries=(alert("m1", rule),))
    assert await store.subscriptions.commit_alerts([first]) == 1
    found = await state(store)
    assert (found.rule.cursor, found.rule.revision, found.seen) == (5, 2, frozenset({7, 8, 9}))
    assert found.held == (held[1], held[0])
    assert [message.id for message in found.messages] == ["m1"]
    again = AlertDecision(
        rule=found.rule, cursor=5, held=(replace(held[0], why=HoldReason.MOST),), unheld=(9,)
    )
    assert await store.subscriptions.commit_alerts([again]) == 1
    found = await state(store)
    assert found.held == (held[0],)
    gone = AlertDecision(rule=found.rule, cursor=6, expired=(7,))
    assert await store.subscriptions.commit_alerts([gone]) == 1
    found = await state(store)
    assert (found.held, found.expired) == ((), {7: NOON})
    assert await store.subscriptions.commit_alerts([]) == 0


async def test_a_decision_on_a_changed_rule_is_left_out_and_the_others_are_written(store: Store) -> None:
    rules = [await kept(store, make_rule(f"r{number}", person(number))) for number in range(4)]
    await store.subscriptions.save_rule(replace(rules[1], filters="changed"))
    await store.subscriptions.remove_rule(rules[2].to)
    decisions = [
        AlertDecision(rule=rule, cursor=9, seen=(1,), deliveries=(alert(f"m{rule.id}", rule),))
        for rule in rules
    ]
    assert await store.subscriptions.commit_alerts(decisions) == 2
    rows = await store.index.read(lambda reader: reader.rows("SELECT id FROM delivery ORDER BY id", {}))  # type: ignore[attr-defined]
    assert [row[0] for row in rows] == ["mr0", "mr3"]
    assert (await state(store, person(1))).seen == frozenset()
    assert await store.subscriptions.commit_alerts(decisions) == 0


async def test_two_replicas_that_decide_the_same_rules_write_each_once(url: str) -> None:
    async with (
        await open_store(url, clock=HandClock()) as one,
        await open_store(url, clock=HandClock()) as other,
    ):
        rules = [await kept(one, make_rule(f"r{number:02}", person(number))) for number in range(30)]

        def decided(by: str) -> list[AlertDecision]:
            return [
                AlertDecision(
                    rule=rule, cursor=1, deliveries=(alert(f"{by}{rule.id}", rule, key=f"{by}{rule.id}"),)
                )
                for rule in (rules if by in "ac" else reversed(rules))
            ]

        written = await asyncio.gather(
            *((one, other)[at % 2].subscriptions.commit_alerts(decided(by)) for at, by in enumerate("abcd"))
        )
        rows = await one.index.read(lambda reader: reader.rows("SELECT count(*) FROM delivery", {}))  # type: ignore[attr-defined]
    assert sum(written) == rows[0][0] == 30


async def test_rules_behind_are_active_ones_below_the_number_furthest_first(store: Store) -> None:
    for number, cursor in enumerate((5, 2, 9, 2)):
        await store.subscriptions.save_rule(make_rule(f"r{number}", person(number), cursor=cursor))
    await store.subscriptions.save_rule(make_rule("paused", person(9), paused="person"))
    behind = await store.subscriptions.rules_behind(9)
    assert [found.rule.id for found in behind] == ["r1", "r3", "r0"]
    assert [found.rule.id for found in await store.subscriptions.rules_behind(9, limit=1)] == ["r1"]
    assert await store.subscriptions.rules_behind(2) == []


async def test_rules_that_hold_come_by_id_in_pages(store: Store) -> None:
    for number in range(4):
        rule = await kept(
            store, make_rule(f"r{number}", person(number), paused="person" if number == 2 else "")
        )
        held = (Held(brief=number, why=HoldReason.MOST, at=NOON),) if number else ()
        await store.subscriptions.commit_alerts([AlertDecision(rule=rule, cursor=0, held=held)])
    found = await store.subscriptions.rules_holding()
    assert [(one.rule.id, one.held[0].brief) for one in found] == [("r1", 1), ("r3", 3)]
    assert [one.rule.id for one in await store.subscriptions.rules_holding(limit=1)] == ["r1"]
    assert [one.rule.id for one in await store.subscriptions.rules_holding(after="r1")] == ["r3"]


async def test_messages_of_a_rule_are_those_of_three_days_oldest_first(store: Store) -> None:
    rule = await kept(store, make_rule("r"))
    other = await kept(store, make_rule("o", person(5)))
    await store.subscriptions.commit_alerts(
        [
            AlertDecision(
                rule=rule,
                cursor=0,
                deliveries=(
                    alert("new", rule, owed=Owed(full=(4,), heats={4: 150})),
                    alert("bundle", rule, kind=Kind.BUNDLE, created_at=NOON - HOUR),
                    alert("old", rule, created_at=NOON - timedelta(days=4)),
                    alert("notice", rule, kind=Kind.NOTICE),
                ),
            ),
            AlertDecision(rule=other, cursor=0, deliveries=(alert("others", other),)),
        ]
    )
    found = (await state(store)).messages
    assert [message.id for message in found] == ["bundle", "new"]
    assert found[1].owed.heats == {4: 150}


async def test_a_removed_rule_forgets_what_it_saw_and_owes_nothing(store: Store) -> None:
    rule = await kept(store, make_rule("r"))
    held = (Held(brief=7, why=HoldReason.GAP, at=NOON),)
    await store.subscriptions.commit_alerts(
        [AlertDecision(rule=rule, cursor=1, seen=(7,), held=held, deliveries=(alert("m", rule),))]
    )
    assert await store.subscriptions.remove_rule(PERSON)
    assert not await store.subscriptions.remove_rule(PERSON)
    assert (await state_of(store, "m"))[0] is State.DROPPED
    assert await store.subscriptions.rule(PERSON) is None
    assert await store.subscriptions.save_rule(make_rule("r"))
    assert ((await state(store)).seen, (await state(store)).held) == (frozenset(), ())


async def test_mutes_are_kept_once_and_come_newest_first(store: Store) -> None:
    story = Mute(kind=MuteKind.STORY, key="12", label="A title \u202e", at=NOON)
    topic = Mute(kind=MuteKind.TOPIC, key="ai", label="AI", at=NOON + HOUR)
    for mute in (story, topic, replace(story, at=NOON + 2 * HOUR), replace(topic, kind=MuteKind.STORY)):
        await store.subscriptions.mute(PERSON, mute)
    await store.subscriptions.unmute(PERSON, replace(topic, kind=MuteKind.STORY))
    assert await store.subscriptions.mutes(PERSON) == [topic, story]
    assert await store.subscriptions.mutes(person(9)) == []
    await store.subscriptions.save_rule(make_rule("r"))
    assert (await state(store)).mutes == (topic, story)
    await store.subscriptions.unmute(PERSON, topic)
    assert await store.subscriptions.mutes(PERSON) == [story]


async def test_what_is_held_of_a_muted_story_or_topic_leaves_the_list(store: Store) -> None:
    await put(
        store,
        make_brief("a", "Alpha"),
        make_brief("b", "Alike", web_url="https://news.example/a"),
        make_brief("c", "Gamma", topics=("Künstliche Intelligenz",)),
        make_brief("d", "Delta"),
    )
    await store.ledger.note(NOON)
    ids = {}
    for slug in "abcd":
        noted = await store.ledger.noted_slug(slug)
        assert noted
        ids[slug] = noted.id
    rule = await kept(store, make_rule("r"))
    held = tuple(Held(brief=brief, why=HoldReason.GAP, at=NOON) for brief in ids.values())
    await store.subscriptions.commit_alerts([AlertDecision(rule=rule, cursor=4, held=held)])
    stale = (await state(store)).rule
    await store.subscriptions.mute(
        PERSON, Mute(kind=MuteKind.STORY, key=str(ids["b"]), label="Alike", at=NOON)
    )
    topic = Mute(kind=MuteKind.TOPIC, key="künstliche intelligenz", label="KI", at=NOON)
    await store.subscriptions.mute(PERSON, topic)
    assert [one.brief for one in (await state(store)).held] == [ids["d"]]
    assert await store.subscriptions.commit_alerts([AlertDecision(rule=stale, cursor=5)]) == 0


async def test_pausing_for_slack_stops_a_persons_rule_and_digests_and_nobody_is_told(store: Store) -> None:
    await store.subscriptions.save_rule(make_rule("r"))
    await store.subscriptions.add_digest(make_digest("mine", PERSON, owner="U1"))
    await store.subscriptions.add_digest(make_digest("channels", owner="U1"))
    assert await store.subscriptions.pause_all(PERSON, "user_disabled") == []
    assert (await state(store)).rule.paused == "user_disabled"
    assert [digest.paused for digest in await store.subscriptions.digests(PERSON)] == ["user_disabled"]
    assert [digest.paused for digest in await store.subscriptions.digests(CHANNEL)] == [""]


async def test_a_forgotten_person_leaves_nothing_behind(store: Store) -> None:
    rule = await kept(store, make_rule("r"))
    other = await kept(store, make_rule("o", person(5)))
    messages = (alert("m1", rule, owed=Owed(full=(4,))), alert("m2", rule))
    await store.subscriptions.commit_alerts(
        [
            AlertDecision(rule=rule, cursor=1, seen=(4,), deliveries=messages),
            AlertDecision(rule=other, cursor=1, seen=(4,), deliveries=(alert("others", other),)),
        ]
    )
    await store.subscriptions.mute(PERSON, Mute(kind=MuteKind.TOPIC, key="ai", label="AI", at=NOON))
    await store.subscriptions.add_digest(make_digest("mine", PERSON))
    await store.subscriptions.add_digest(make_digest("channels", owner="U1"))
    assert await store.subscriptions.forget_person("T1", "U1") == 2
    assert await store.subscriptions.forget_person("T1", "U1") == 0
    assert await store.subscriptions.rule_state(PERSON) is None
    assert await store.subscriptions.mutes(PERSON) == []
    assert await store.subscriptions.digests(PERSON) == []
    assert [digest.owner for digest in await store.subscriptions.digests(CHANNEL)] == [""]
    assert await store.ledger.sent_to(PERSON, since=NOON - HOUR) == []
    rows = await store.index.read(lambda reader: reader.rows("SELECT id FROM delivery", {}))  # type: ignore[attr-defined]
    assert [row[0] for row in rows] == ["others"]
    assert await store.subscriptions.forget_person("T1", "") == 0
    assert (await state(store, person(5))).seen == {4}


async def test_a_message_on_its_way_to_a_forgotten_person_is_settled_first(store: Store) -> None:
    rule = await kept(store, make_rule("r"))
    await store.subscriptions.commit_alerts(
        [AlertDecision(rule=rule, cursor=1, deliveries=(alert("m", rule),))]
    )
    async with store.subscriptions._engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE delivery SET state = 'sending'")
    await store.subscriptions.forget_person("T1", "U1")
    assert (await state_of(store, "m"))[0] is State.SENDING


async def test_what_a_rule_saw_is_forgotten_when_it_can_alert_no_more(store: Store) -> None:
    await put(store, make_brief("old", "Old"))
    await store.ledger.note(NOON)
    await put(store, make_brief("new", "New"))
    await store.ledger.note(NOON + timedelta(days=59))
    await store.subscriptions.save_rule(make_rule("r"), seen=(1, 2))
    await put(store, make_brief("newer", "Newer"))
    await store.ledger.note(NOON + timedelta(days=61))
    assert (await state(store)).seen == {2}
