"""Which changes become alerts, which wait, and which follow an earlier alert; pure (contract section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from bot.domain.brief import Brief
from bot.domain.delivery import COUNTS, Delivery, Kind, Mark, Owed, Role, State
from bot.domain.holding import HELD_LIMIT, next_allowed, next_release
from bot.domain.ledger import Change, ChangeKind, Item, SentBrief
from bot.domain.owed import AlertDecision, RuleState
from bot.domain.subscription import Held, HoldReason, MuteKind

VISIBLE_WITHIN = timedelta(hours=48)
PUBLISHED_WITHIN = timedelta(days=7)
ESCALATES_WITHIN = timedelta(days=7)
"""How long after a message its story is followed: as long as a brief may be old to be alerted at all."""

HEAT_GROWTH = 1.5
OUTLET_GROWTH = 5
EXPIRES_AFTER = timedelta(hours=36)
_NAMESPACE = UUID("6f6e6521-6e65-7773-6272-696566000001")

Refuses = Callable[[Brief, int | None], str]
"""What of a rule's filters stops a brief, with another heat where one is given; empty where nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is known at one look: the changes of the ledger and their briefs that are visible now.

    `stories` gives the present story of every brief that is mentioned anywhere, `outlets` the outlets of the
    story of each item.
    """

    now: datetime
    changes: Sequence[Change]
    items: Mapping[int, Item]
    stories: Mapping[int, int]
    outlets: Mapping[int, int]
    latest: int


def decided(state: RuleState, sight: Sight, refuses: Refuses, sent: Sequence[SentBrief]) -> AlertDecision:
    """What a look at the changes behind a rule's cursor comes to; `sent` is what the person got so far."""
    fresh = first_matches(state, sight, refuses, sent)
    grown = escalations(state, sight, refuses, sent)
    decision = AlertDecision(
        rule=state.rule, cursor=sight.latest, seen=tuple(item.noted.id for item in fresh)
    )
    for item in fresh:
        decision = _sent_or_held(state, decision, item, sight, None)
    for item, before in grown:
        decision = _sent_or_held(state, decision, item, sight, before)
    return decision


def first_matches(state: RuleState, sight: Sight, refuses: Refuses, sent: Sequence[SentBrief]) -> list[Item]:
    """The briefs that a rule matches for the first time, one per story, hottest first."""
    known = {sight.stories.get(brief, brief) for brief in state.seen}
    known |= {one.story for one in sent if one.state in COUNTS and one.subscription == state.rule.id}
    found: dict[int, Item] = {}
    for change in sight.changes:
        item = sight.items.get(change.brief)
        if item is None or change.number <= state.rule.cursor or item.noted.story in known:
            continue
        if is_muted(item, state, sight.stories) or not is_recent(item, sight.now):
            continue
        if not crosses(item, change, refuses):
            continue
        best = found.get(item.noted.story)
        if best is None or by_heat(item) < by_heat(best):
            found[item.noted.story] = item
    return sorted(found.values(), key=by_heat)


def crosses(item: Item, change: Change, refuses: Refuses) -> bool:
    """True where the brief matches now and did not before: it became visible, or heat crossed the line."""
    if refuses(item.brief, None):
        return False
    return change.kind is ChangeKind.VISIBLE or bool(refuses(item.brief, change.old_heat))


def is_recent(item: Item, now: datetime) -> bool:
    """True within 48 h of becoming visible and 7 days of publication."""
    noted = item.noted
    return now - noted.visible_at <= VISIBLE_WITHIN and now - noted.published_at <= PUBLISHED_WITHIN


def is_muted(item: Item, state: RuleState, stories: Mapping[int, int]) -> bool:
    """True where the person muted the brief's story or one of its topics."""
    topics = {topic.casefold() for topic in item.brief.topics}
    for mute in state.mutes:
        if mute.kind is MuteKind.TOPIC and mute.key in topics:
            return True
        if mute.kind is MuteKind.STORY and stories.get(int(mute.key), int(mute.key)) == item.noted.story:
            return True
    return False


def by_heat(item: Item) -> tuple[int, int, float, int]:
    """The order of alerts: hottest first, then higher quality (unknown last), then newer."""
    noted = item.noted
    quality = -(1 << 62) if noted.quality is None else noted.quality
    return -noted.heat, -quality, -noted.published_at.timestamp(), noted.id


def escalations(
    state: RuleState, sight: Sight, refuses: Refuses, sent: Sequence[SentBrief]
) -> list[tuple[Item, SentBrief]]:
    """Stories that grew much since the person was told, each with what was told last, hottest first."""
    changed = {
        sight.items[change.brief].noted.story
        for change in sight.changes
        if change.number > state.rule.cursor and change.brief in sight.items
    }
    waiting = {sight.stories.get(held.brief, held.brief) for held in state.held}
    found = []
    for story in changed - waiting:
        told = told_of(story, state, sent, sight.now)
        item = _hottest_of(story, sight.items)
        if told is None or item is None or is_muted(item, state, sight.stories) or refuses(item.brief, None):
            continue
        if grew(item.noted.heat, sight.outlets.get(item.noted.id, item.noted.outlets), told):
            found.append((item, told))
    return sorted(found, key=lambda pair: by_heat(pair[0]))


def told_of(story: int, state: RuleState, sent: Sequence[SentBrief], now: datetime) -> SentBrief | None:
    """What the person's rule told of a story, within the days that a story is followed.

    Its numbers are the most that was told: of two alerts whose stories became one, the larger was news to
    nobody. Its delivery is that of the first message, in whose thread all that follows belongs.
    """
    told = [
        one
        for one in sent
        if one.story == story
        and one.subscription == state.rule.id
        and one.state in COUNTS
        and now - one.at <= ESCALATES_WITHIN
    ]
    if not told:
        return None
    first = min(told, key=lambda one: one.at)
    return replace(
        max(told, key=lambda one: one.at),
        delivery=first.parent or first.delivery,
        heat=max(one.heat for one in told),
        outlets=max(one.outlets for one in told),
    )


def grew(heat: int, outlets: int, told: SentBrief) -> bool:
    """True where heat is up by half since, or five more outlets report."""
    return (told.heat > 0 and heat >= HEAT_GROWTH * told.heat) or outlets >= told.outlets + OUTLET_GROWTH


def _hottest_of(story: int, items: Mapping[int, Item]) -> Item | None:
    return min((item for item in items.values() if item.noted.story == story), key=by_heat, default=None)


def _sent_or_held(
    state: RuleState, decision: AlertDecision, item: Item, sight: Sight, told: SentBrief | None
) -> AlertDecision:
    """One more brief: a message of its own where nothing is held and it may be sent now, else held."""
    why = _holds_back(state, decision, sight.now)
    if why is not None:
        held = Held(brief=item.noted.id, why=why, at=sight.now)
        return replace(decision, held=(*decision.held, held))
    delivery = _escalation(state, item, sight, told) if told else alert_of(state, item, sight)
    return replace(decision, deliveries=(*decision.deliveries, delivery))


def _holds_back(state: RuleState, decision: AlertDecision, now: datetime) -> HoldReason | None:
    waiting = [*state.held, *decision.held]
    if waiting:
        return waiting[-1].why
    rule = state.rule
    _, why = next_allowed(rule.limits, rule.zone, now, (*state.messages, *decision.deliveries))
    return why


def alert_of(state: RuleState, item: Item, sight: Sight) -> Delivery:
    """One brief as a message of its own."""
    return _delivery(state, Kind.ALERT, f"alert:{state.rule.id}:{item.noted.id}", [item], sight)


def _escalation(state: RuleState, item: Item, sight: Sight, told: SentBrief) -> Delivery:
    """A reply under the message in which the story was told."""
    outlets = sight.outlets.get(item.noted.id, item.noted.outlets)
    key = f"escalation:{state.rule.id}:{item.noted.story}:{item.noted.heat}:{outlets}"
    made = _delivery(state, Kind.ESCALATION, key, [item], sight)
    marks = {item.noted.id: _mark(item, told)}
    return replace(
        made,
        parent=told.delivery,
        owed=replace(made.owed, marks=marks, text=f"{told.heat} {told.outlets}"),
    )


def _mark(item: Item, told: SentBrief) -> Mark:
    return Mark.RISING if item.noted.heat >= HEAT_GROWTH * max(told.heat, 1) else Mark.UPDATE


def released(state: RuleState, sight: Sight, refuses: Refuses) -> AlertDecision | None:
    """What becomes of a person's held list now: one message, expired briefs, or None: nothing yet."""
    now, rule = sight.now, state.rule
    expired = tuple(held.brief for held in state.held if now - held.at > HELD_LIMIT)
    kept = [held for held in state.held if held.brief not in expired]
    _, why = next_release(rule.limits, rule.zone, now, state.messages, state.held)
    decision = AlertDecision(rule=rule, cursor=rule.cursor, unheld=expired, expired=expired)
    if why is not None or not kept:
        return decision if expired else None
    items = _sendable(kept, state, sight, refuses)
    gone = tuple(held.brief for held in kept)
    deliveries = (_bundle(state, items, kept, sight),) if items else ()
    return replace(decision, unheld=(*expired, *gone), deliveries=deliveries)


def _sendable(held: Iterable[Held], state: RuleState, sight: Sight, refuses: Refuses) -> list[Item]:
    """The held briefs that are still to be sent, one per story, hottest first."""
    found: dict[int, Item] = {}
    for one in held:
        item = sight.items.get(one.brief)
        if item is None or is_muted(item, state, sight.stories) or refuses(item.brief, None):
            continue
        best = found.get(item.noted.story)
        if best is None or by_heat(item) < by_heat(best):
            found[item.noted.story] = item
    return sorted(found.values(), key=by_heat)


def _bundle(state: RuleState, items: Sequence[Item], held: Sequence[Held], sight: Sight) -> Delivery:
    """All that was held in one message; a single brief comes as it would have come then."""
    lately = _told_lately(state, sight)
    told = {item.noted.id: told_of(item.noted.story, state, lately, sight.now) for item in items}
    if len(items) == 1:
        before = told[items[0].noted.id]
        made = _escalation(state, items[0], sight, before) if before else alert_of(state, items[0], sight)
        return _keyed(made, f"{made.key}:held:{state.rule.revision}")
    key = f"bundle:{state.rule.id}:{state.rule.revision}:{items[0].noted.id}"
    made = _delivery(state, Kind.BUNDLE, key, items, sight)
    marks = {item.noted.id: _mark(item, before) for item in items if (before := told[item.noted.id])}
    return replace(made, owed=replace(made.owed, text=_reasons(held), marks=marks))


def _told_lately(state: RuleState, sight: Sight) -> list[SentBrief]:
    """What the rule's messages of the last days told, read from the messages themselves."""
    return [
        SentBrief(
            brief=brief,
            story=sight.stories.get(brief, brief),
            role=Role.ALERT,
            heat=one.owed.heats.get(brief, 0),
            outlets=one.owed.outlets.get(brief, 0),
            at=one.created_at,
            delivery=one.id,
            kind=one.kind,
            state=one.state,
            subscription=one.subscription,
            parent=one.parent,
        )
        for one in state.messages
        for brief in one.owed.full
    ]


def _reasons(held: Sequence[Held]) -> str:
    """What held the briefs back, in words, each once and in the order of the contract."""
    reasons = {one.why for one in held}
    return ", ".join(reason for reason in HoldReason if reason in reasons)


def _delivery(state: RuleState, kind: Kind, key: str, items: Sequence[Item], sight: Sight) -> Delivery:
    made = Delivery(
        id="",
        key="",
        kind=kind,
        to=state.rule.to,
        subscription=state.rule.id,
        owed=Owed(
            full=tuple(item.noted.id for item in items),
            heats={item.noted.id: item.noted.heat for item in items},
            outlets={item.noted.id: sight.outlets.get(item.noted.id, item.noted.outlets) for item in items},
        ),
        state=State.PENDING,
        created_at=sight.now,
        expires_at=sight.now + EXPIRES_AFTER,
    )
    return _keyed(made, key)


def _keyed(delivery: Delivery, key: str) -> Delivery:
    """Under a key, which the id follows: one key is one message for ever, another key another one."""
    return replace(delivery, key=key, id=str(uuid5(_NAMESPACE, key)))
