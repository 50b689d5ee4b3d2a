"""What people do with their alert rule by typing and pressing: each method gives the answer for the asker."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.dispatch import understood
from bot.dispatch.aftermath import HELD_BY
from bot.dispatch.places import BY_PERSON, NewestDays, check_names, paused_words, person_of, read_rule
from bot.dispatch.reading import read_alerts, rule_text
from bot.dispatch.requests import AlertAction, AlertOrder, RuleRequest
from bot.dispatch.stories import outlets_of
from bot.domain import holding
from bot.domain.alerting import PUBLISHED_WITHIN
from bot.domain.answers import AlertOffer, AlertPage, Done, Piece, Visitor
from bot.domain.delivery import COUNTS, Role
from bot.domain.holding import HELD_LIMIT, next_release
from bot.domain.ledger import Item
from bot.domain.message import Message
from bot.domain.owed import Ledger, RuleState, Subscriptions
from bot.domain.ports import Clock
from bot.domain.proposing import proposals, would_have_sent
from bot.domain.subscription import AlertRule, Destination, Mute, MuteKind
from bot.render import Renderer
from bot.search import Search

WOULD_DAYS = 7
OFFER_DAYS = 30
SHOWN = 5
TRIES = 5
TOLD_WITHIN = PUBLISHED_WITHIN + HELD_LIMIT
"""How long ago a brief that may still be alerted can have been told."""
NOT_LISTED = "a story that is no longer listed"
"""What a muted story is called where nobody may read its title (contract section 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A rule that was just made or changed, and the text of the one before (empty for none)."""

    rule: AlertRule
    before: str
    done: Done


class Rules:
    """Makes, shows, changes and ends a person's one alert rule."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        subscriptions: Subscriptions,
        newest: NewestDays,
        search: Search,
        renderer: Renderer,
        clock: Clock,
        command: str,
    ) -> None:
        self._command = command
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._newest = newest
        self._search = search
        self._renderer = renderer
        self._clock = clock

    async def set(self, visitor: Visitor, request: RuleRequest, text: str) -> Message:
        """`/news alerts on …`: with a threshold it is on at once, without one it offers three."""
        del text  # the request holds all of it; the rule is written back in its canonical form
        await check_names(self._search, request.filters, visitor.zone)
        if not request.has_threshold:
            return await self._offer(visitor, request)
        made = await self._save(visitor, request)
        if made is None:
            return self._busy()
        page = await self._page(visitor, made.rule, made.done)
        page = replace(page, before=made.before, zone_source=visitor.zone_source)
        return await self._shown(await self._with_would(page, made.rule))

    async def order(self, visitor: Visitor, order: AlertOrder) -> Message:
        """`/news alerts`, `pause`, `resume`, `off`."""
        rule = await self._subscriptions.rule(person_of(visitor))
        if rule is None:
            return await self._shown(await self._page(visitor, None, Done.SHOWN))
        match order.action:
            case AlertAction.PAUSE:
                return await self._changed(
                    visitor, replace(rule, paused=rule.paused or BY_PERSON), Done.PAUSED
                )
            case AlertAction.RESUME:
                return await self._resume(visitor, rule)
            case AlertAction.OFF:
                await self._subscriptions.remove_rule(rule.to)
                page = await self._page(visitor, None, Done.REMOVED)
                return await self._shown(replace(page, before=rule_text(rule)))
            case _:
                page = await self._page(visitor, rule, Done.SHOWN)
                return await self._shown(await self._with_would(page, rule))

    async def undo(self, visitor: Visitor, before: str) -> Message:
        """Back to the rule before, or to none."""
        if not before:
            return await self.order(visitor, AlertOrder(action=AlertAction.OFF))
        request = read_alerts(before, self._parse(visitor))
        if not isinstance(request, RuleRequest):
            return self._renderer.error("That button no longer works.", "Please type the rule again.")
        return await self.set(visitor, replace(request, has_threshold=True), before)

    async def form(self, visitor: Visitor) -> dict[str, Any] | Message:
        """The dialog with the rule as it would be typed."""
        rule = await self._subscriptions.rule(person_of(visitor))
        return self._renderer.alert_form(await self._page(visitor, rule, Done.SHOWN))

    async def mute_story(self, visitor: Visitor, brief: int) -> Message:
        """Nothing more of this story."""
        now = self._clock.now()
        if brief not in await self._ledger.noted([brief]):
            return self._renderer.error("This story is no longer known.", "There is nothing to mute.")
        shown = (await self._ledger.items([brief], now)).get(brief)
        label = shown.brief.title if shown else NOT_LISTED
        mute = Mute(kind=MuteKind.STORY, key=str(brief), label=label, at=now)
        await self._subscriptions.mute(person_of(visitor), mute)
        named = f": {label}" if shown else ", which is no longer listed"
        return self._renderer.notice(
            f"Muted this story{named}. `{self._command} alerts` lists what is muted."
        )

    async def mute_topic(self, visitor: Visitor, topic: str) -> Message:
        """Nothing more of this topic."""
        mute = Mute(kind=MuteKind.TOPIC, key=topic.casefold(), label=topic, at=self._clock.now())
        await self._subscriptions.mute(person_of(visitor), mute)
        return self._renderer.notice(
            f"Muted the topic {topic}. `{self._command} alerts` lists what is muted."
        )

    async def unmute(self, visitor: Visitor, value: str) -> Message:
        """Hear of it again; `value` is `story:` or `topic:` and the key."""
        kind, _, key = value.partition(":")
        known = await self._subscriptions.mutes(person_of(visitor))
        for mute in await self._labelled(known):
            if (mute.kind, mute.key) == (kind, key):
                await self._subscriptions.unmute(person_of(visitor), mute)
                return self._renderer.notice(f"No longer muted: {mute.label}.")
        return self._renderer.notice("That is not muted.")

    async def _save(self, visitor: Visitor, request: RuleRequest) -> _Made | None:
        """Write the rule with what matches now as seen; None where others kept changing it."""
        to, now = person_of(visitor), self._clock.now()
        for _ in range(TRIES):
            await self._ledger.note(now)
            known = await self._subscriptions.rule(to)
            rule = _rule(known, to, request, visitor.zone, now)
            rule = replace(rule, cursor=await self._ledger.latest_change())
            known_already = {*await self._matching(rule, now), *await self._told(to, now)}
            if await self._subscriptions.save_rule(rule, sorted(known_already)):
                before = "" if known is None else rule_text(known)
                return _Made(rule=rule, before=before, done=Done.CHANGED if known else Done.ADDED)
        return None

    async def _matching(self, rule: AlertRule, now: datetime) -> list[int]:
        """What matches now: it counts as seen, and so does its story, of which more may still appear."""
        recent = await self._ledger.recent(now, published_since=now - PUBLISHED_WITHIN)
        passes = await self._passes(rule)
        return [item.noted.id for item in recent if passes(item)]

    async def _told(self, to: Destination, now: datetime) -> frozenset[int]:
        """What alerts told the person before, perhaps under a rule that was turned off: once is enough."""
        sent = await self._ledger.sent_to(to, since=now - TOLD_WITHIN)
        told = (one for one in sent if one.role in (Role.ALERT, Role.HELD) and one.state in COUNTS)
        return frozenset(one.brief for one in told)

    async def _resume(self, visitor: Visitor, rule: AlertRule) -> Message:
        """Go on from here: what matched during the pause counts as seen."""
        if not rule.paused:
            page = await self._page(visitor, rule, Done.UNCHANGED)
            return await self._shown(await self._with_would(page, rule))
        return await self._changed(visitor, replace(rule, paused=""), Done.RESUMED)

    async def _changed(self, visitor: Visitor, rule: AlertRule, done: Done) -> Message:
        now = self._clock.now()
        await self._ledger.note(now)
        seen = [] if rule.paused else await self._matching(rule, now)
        rule = replace(rule, cursor=await self._ledger.latest_change())
        if not await self._subscriptions.save_rule(rule, seen):
            return self._busy()
        page = await self._page(visitor, rule, done)
        return await self._shown(await self._with_would(page, rule))

    async def _offer(self, visitor: Visitor, request: RuleRequest) -> Message:
        """Three thresholds, each with the number of alerts that it gave."""
        now = self._clock.now()
        recent, until = await self._newest.fresh(OFFER_DAYS, now)
        rule = _rule(None, person_of(visitor), request, visitor.zone, now)
        passes = await self._passes(rule)
        filters = rule_text(rule).removeprefix("on").lstrip()
        choices, is_quiet = proposals(
            [item for item in recent if passes(item)], await self._search.heat_scale(), filters
        )
        offer = AlertOffer(
            proposals=choices,
            understood=self._understood(rule),
            days=OFFER_DAYS,
            until=until,
            is_quiet=is_quiet,
        )
        return self._renderer.alert_offer(offer)

    async def _passes(self, rule: AlertRule) -> Callable[[Item], bool]:
        narrowing = await read_rule(self._search, rule.filters, rule.zone)
        return lambda item: narrowing.lets(item.brief)

    async def _page(self, visitor: Visitor, rule: AlertRule | None, done: Done) -> AlertPage:
        if rule is None:
            mutes = await self._subscriptions.mutes(person_of(visitor))
            return AlertPage(rule=None, done=done, mutes=await self._labelled(mutes))
        page = AlertPage(
            rule=rule,
            done=done,
            understood=self._understood(rule),
            limits=holding.in_words(rule.limits, rule.zone),
            typed=rule_text(rule),
            paused=paused_words(rule.paused, rule.to, self._command),
        )
        state = await self._subscriptions.rule_state(rule.to)
        return page if state is None else await self._with_state(page, state)

    async def _with_state(self, page: AlertPage, state: RuleState) -> AlertPage:
        now = self._clock.now()
        rule = state.rule
        items = await self._ledger.items([held.brief for held in state.held], now)
        at, why = next_release(rule.limits, rule.zone, now, state.messages, state.held)
        reason = why or next((held.why for held in state.held), None)
        return replace(
            page,
            held=tuple(Piece(brief=item.brief, outlets=item.noted.outlets) for item in items.values()),
            held_until=at if state.held else None,
            held_reason=HELD_BY[reason] if reason and state.held else "",
            expired=len(state.expired or {}),
            mutes=await self._labelled(state.mutes),
        )

    async def _labelled(self, mutes: Sequence[Mute]) -> tuple[Mute, ...]:
        """The mutes as they are shown: a title that nobody may read now is not quoted."""
        stories = [int(mute.key) for mute in mutes if mute.kind is MuteKind.STORY]
        listed = await self._ledger.items(stories, self._clock.now())
        return tuple(
            replace(mute, label=NOT_LISTED)
            if mute.kind is MuteKind.STORY and int(mute.key) not in listed
            else mute
            for mute in mutes
        )

    async def _with_would(self, page: AlertPage, rule: AlertRule) -> AlertPage:
        """The page with what the rule would have sent in the newest days that the folder has."""
        now = self._clock.now()
        recent, until = await self._newest.fresh(WOULD_DAYS, now)
        passes = await self._passes(rule)
        found = would_have_sent([item for item in recent if passes(item)], lambda _brief: True)
        shown = found[:SHOWN]
        outlets = await outlets_of(self._ledger, shown, now)
        pieces = tuple(Piece(brief=item.brief, outlets=outlets[item.noted.id]) for item in shown)
        return replace(page, would=pieces, would_count=len(found), days=WOULD_DAYS, until=until)

    async def _shown(self, page: AlertPage) -> Message:
        return self._renderer.alert_page(page, await self._search.heat_scale())

    def _understood(self, rule: AlertRule) -> str:
        return understood.in_words(self._search.parse(rule.filters, ZoneInfo(rule.zone)))

    def _parse(self, visitor: Visitor) -> Callable[[str], Any]:
        return lambda text: self._search.parse(text, ZoneInfo(visitor.zone))

    def _busy(self) -> Message:
        return self._renderer.error("Your rule was changed elsewhere just now.", "Please try again.")


def _rule(
    known: AlertRule | None, to: Destination, request: RuleRequest, zone: str, now: datetime
) -> AlertRule:
    fresh = AlertRule(id=uuid.uuid4().hex, to=to, created_at=now, changed_at=now)
    return replace(
        known or fresh, filters=request.filters, limits=request.limits, zone=zone, changed_at=now, paused=""
    )
