"""From noted changes to alerts: rules are looked at some hundred at a time, each decided by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dispatch.stories import outlets_of
from bot.domain.alerting import ESCALATES_WITHIN, Sight, decided, released
from bot.domain.holding import next_release
from bot.domain.ledger import Change, Item, SentBrief
from bot.domain.owed import AlertDecision, Ledger, RuleState, Subscriptions
from bot.domain.subscription import MuteKind
from bot.errors import StoreAway
from bot.search import Narrowing, Search
from bot.telemetry import logger_for

log = logger_for("dispatch")

CHUNK = 200
"""Rules decided and committed in one transaction."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Rules with what their filters mean now and what is known of the briefs they may be about."""

    states: Sequence[RuleState]
    narrowings: Sequence[Narrowing]
    sight: Sight


class Alerter:
    """Turns matches into deliveries, and held lists into bundles."""

    def __init__(self, ledger: Ledger, subscriptions: Subscriptions, search: Search) -> None:
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._search = search

    async def look(self, now: datetime) -> int:
        """Look at every change that some rule has not seen; how many briefs are on their way or held."""
        latest = await self._ledger.latest_change()
        made = 0
        while states := await self._subscriptions.rules_behind(latest, CHUNK):
            decisions = await self._decided(states, latest, now)
            written = await self._subscriptions.commit_alerts(decisions)
            made += sum(len(decision.deliveries) + len(decision.held) for decision in decisions)
            if not written:
                break  # others were first everywhere, or what is left is broken: the next turn looks again
        return made

    async def release(self, now: datetime) -> tuple[int, datetime | None]:
        """Send held lists whose moment has come; how many messages, and when to look again."""
        made, again, after = 0, None, ""
        while states := await self._subscriptions.rules_holding(CHUNK, after):
            after = states[-1].rule.id
            decisions = [one for one in await self._release(states, now) if one is not None]
            if decisions:
                await self._subscriptions.commit_alerts(decisions)
                made += sum(len(decision.deliveries) for decision in decisions)
            times = [next_release(s.rule.limits, s.rule.zone, now, s.messages, s.held)[0] for s in states]
            again = min(time for time in (again, *times) if time is not None)
        return made, again

    async def _decided(self, states: Sequence[RuleState], latest: int, now: datetime) -> list[AlertDecision]:
        """The decisions of a chunk; where one rule breaks it, each by itself, so that the others go on."""
        try:
            return await self._decide(states, latest, now)
        except StoreAway:
            raise
        except Exception:  # one broken rule, whatever broke it, must not silence the alerts of all others
            if len(states) > 1:
                apart = [await self._decided([state], latest, now) for state in states]
                return [decision for decisions in apart for decision in decisions]
            log.exception("rule %s of team=%s cannot be decided", states[0].rule.id, states[0].rule.to.team)
            return []

    async def _decide(self, states: Sequence[RuleState], latest: int, now: datetime) -> list[AlertDecision]:
        changes = await self._changes(min(state.rule.cursor for state in states), latest)
        chunk = await self._chunk(states, changes, latest, now)
        return [
            decided(state, chunk.sight, narrowing.refuses, await self._sent(state, chunk.sight))
            for state, narrowing in zip(chunk.states, chunk.narrowings, strict=True)
        ]

    async def _release(self, states: Sequence[RuleState], now: datetime) -> list[AlertDecision | None]:
        chunk = await self._chunk(states, (), 0, now)
        return [
            released(state, chunk.sight, narrowing.refuses)
            for state, narrowing in zip(chunk.states, chunk.narrowings, strict=True)
        ]

    async def _changes(self, after: int, latest: int) -> list[Change]:
        found: list[Change] = []
        while batch := await self._ledger.changes(found[-1].number if found else after):
            found += [change for change in batch if change.number <= latest]
            if batch[-1].number >= latest:
                break
        return found

    async def _chunk(
        self, states: Sequence[RuleState], changes: Sequence[Change], latest: int, now: datetime
    ) -> _Chunk:
        about = {change.brief for change in changes} | {held.brief for s in states for held in s.held}
        items = await self._ledger.items(sorted(about), now)
        items |= await self._others_of(items, now)
        asked = [(state.rule.filters, ZoneInfo(state.rule.zone)) for state in states]
        sight = Sight(
            now=now,
            changes=changes,
            items=items,
            stories=await self._ledger.stories_of(sorted(about | _mentioned(states))),
            outlets=await outlets_of(self._ledger, items.values(), now),
            latest=latest,
        )
        return _Chunk(states, await self._search.narrowings(asked), sight)

    async def _others_of(self, items: Mapping[int, Item], now: datetime) -> dict[int, Item]:
        """The other visible briefs of the same stories: an escalation shows the hottest of all."""
        members = await self._ledger.story_members(sorted({item.noted.story for item in items.values()}))
        others = {brief for briefs in members.values() for brief in briefs} - items.keys()
        return await self._ledger.items(sorted(others), now) if others else {}

    async def _sent(self, state: RuleState, sight: Sight) -> list[SentBrief]:
        """What the person got of the stories that changed; nothing is read where they got none of them."""
        changed = {item.noted.story for item in sight.items.values()}
        if changed.isdisjoint(sight.stories.get(brief, brief) for brief in state.seen):
            return []
        return await self._ledger.sent_to(state.rule.to, since=sight.now - ESCALATES_WITHIN)


def _mentioned(states: Sequence[RuleState]) -> set[int]:
    """Every brief that a rule has seen or whose story is muted."""
    seen = {brief for state in states for brief in state.seen}
    muted = {int(mute.key) for s in states for mute in s.mutes if mute.kind is MuteKind.STORY}
    return seen | muted
