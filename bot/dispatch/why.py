"""`/news why` and `newsbrief why`: the reason for one brief and one destination, and today's funnel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dispatch.editing import Draft, Editor
from bot.dispatch.places import destination_of, person_of, read_rule
from bot.domain.alerting import PUBLISHED_WITHIN, VISIBLE_WITHIN, is_muted
from bot.domain.answers import Funnel, Verdict, Visitor
from bot.domain.brief import Brief
from bot.domain.choosing import TAKEN, FateKind, published_since
from bot.domain.delivery import COUNTS
from bot.domain.holding import next_release
from bot.domain.ledger import Item, Noted, SentBrief
from bot.domain.message import Message
from bot.domain.owed import Ledger, RuleState, Subscriptions
from bot.domain.ports import Clock, SearchIndex
from bot.domain.reasons import (
    AlertFacts,
    Path,
    Reason,
    by_digest,
    by_rule,
    delivered,
    noted_by_ledger,
    seen_by_index,
)
from bot.domain.schedule import local_date
from bot.domain.subscription import Destination, Digest, MuteKind, Run, RunOutcome
from bot.render import Renderer
from bot.search import Narrowing, Search

MEMORY = timedelta(days=400)
MOST_FUNNELS = 9
_RAN = {
    RunOutcome.OWED: " brought a digest",
    RunOutcome.NOTHING: " found nothing new",
    RunOutcome.SKIPPED: " was missed and skipped",
}
_RULE_STEPS = {
    Reason.FILTERED: "filtered",
    Reason.BEFORE: "from before your rule",
    Reason.SAME_STORY: "of a story that you know",
    Reason.TOO_OLD: "too old",
    Reason.MUTED: "muted",
    Reason.PAUSED: "while your alerts are paused",
    Reason.QUIET: "held for you",
    Reason.GAP: "held for you",
    Reason.MOST: "held for you",
    Reason.EXPIRED: "held too long",
    Reason.FAILED: "not accepted by Slack",
    Reason.UNCERTAIN: "may have arrived",
    Reason.DID_NOT_CROSS: "never crossed your line",
}
_STEPS = {
    FateKind.SENT: "sent before",
    FateKind.STORY_SENT: "of a story sent before",
    FateKind.FILTERED: "filtered",
    FateKind.TOO_OLD: "too old",
    FateKind.BEFORE: "from before the last digest",
    FateKind.SAME_STORY: "of the same story",
    FateKind.LEFT: "left over",
}


class Why:
    """Finds reasons; raises StoreAway, and QueryError as search does."""

    def __init__(
        self,
        *,
        index: SearchIndex,
        ledger: Ledger,
        subscriptions: Subscriptions,
        editor: Editor,
        search: Search,
        renderer: Renderer,
        clock: Clock,
    ) -> None:
        self._index = index
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._editor = editor
        self._search = search
        self._renderer = renderer
        self._clock = clock

    async def answer(self, visitor: Visitor, text: str, slug: str = "") -> Message:
        """`/news why [title words or link]`, or the button with a slug."""
        if not text.strip() and not slug:
            return await self._today(visitor)
        brief = await self._named(text, slug, visitor)
        if brief is None:
            return self._renderer.error(
                "I found no brief of that name, so I cannot say why.",
                "Words of its title or its address will do.",
            )
        to = await self._destination(visitor)
        verdict = await self.verdict(brief.slug, to)
        return self._renderer.verdict(_for_readers(verdict, to))

    async def verdict(self, slug: str, to: Destination) -> Verdict:
        """The reason for one brief and one destination; the best of several digests' reasons."""
        brief = await self._index.brief(slug)
        noted = await self._ledger.noted_slug(slug)
        title = brief.title if brief else noted.title if noted else slug
        path = await self._path(brief, noted, to)
        return Verdict(
            title=title,
            slug=slug,
            destination=to.key,
            reason=str(path.reason or Reason.UNKNOWN),
            words=path.words,
            at=path.at,
            stages=tuple(path.stages),
        )

    async def _path(self, brief: Brief | None, noted: Noted | None, to: Destination) -> Path:
        now = self._clock.now()
        path = Path()
        if not seen_by_index(path, brief, now) or brief is None:
            return path
        state = await self._subscriptions.rule_state(to) if to.is_personal else None
        digests = await self._subscriptions.digests(to)
        if noted is None:
            return _not_noted(path, is_subscribed=bool(state or digests))
        noted_by_ledger(path, noted)
        item = Item(noted=noted, brief=brief)
        sent = await self._ledger.sent_to(to, since=now - MEMORY)
        paths = [_by_rule(_copy(path), await self._sight(state, sent), item)] if state else []
        paths += [await self._by_digest(_copy(path), digest, item, sent) for digest in digests]
        found = min(paths, key=_weight) if paths else None
        if found is None or _weight(found) >= len(_ORDER):
            return _sent_otherwise(path, noted.id, sent) or found or _no_subscription(path)
        return found

    async def _by_digest(self, path: Path, digest: Digest, item: Item, sent: list[SentBrief]) -> Path:
        draft = await self._editor.draft(digest, self._clock.now(), also=[item])
        fate = draft.choice.fates.get(item.noted.id)
        return by_digest(path, digest, item.noted.id, fate, sent)

    async def _sight(self, state: RuleState, sent: Sequence[SentBrief]) -> _RuleSight:
        muted = [int(mute.key) for mute in state.mutes if mute.kind is MuteKind.STORY]
        return _RuleSight(
            state=state,
            sent=sent,
            narrowing=await read_rule(self._search, state.rule.filters, state.rule.zone),
            stories=await self._ledger.stories_of(sorted({*state.seen, *muted})),
            now=self._clock.now(),
        )

    async def _named(self, text: str, slug: str, visitor: Visitor) -> Brief | None:
        """The brief that a text names: by address, by slug, else the best hit, hidden ones by slug alone."""
        name = slug or text.strip()
        found = await self._index.brief(name) or await self._index.by_address(name)
        if found is not None:
            return found
        result = await self._search.ask(text, ZoneInfo(visitor.zone), limit=1)
        return result.hits[0].brief if result.hits else None

    async def _destination(self, visitor: Visitor) -> Destination:
        """Here; where nothing is subscribed here, the asker, if that one has a rule."""
        here, person = destination_of(visitor), person_of(visitor)
        if here.is_personal or await self._subscriptions.digests(here):
            return here
        return here if await self._subscriptions.rule(person) is None else person

    async def _today(self, visitor: Visitor) -> Message:
        """Why today brought what it brought: the funnel of what each digest would take now."""
        now = self._clock.now()
        digests = await self._subscriptions.digests(destination_of(visitor))
        state = await self._subscriptions.rule_state(person_of(visitor))
        if not digests and state is None:
            return self._renderer.notice("Nothing is subscribed here, so nothing comes by itself.")
        funnels = [await self._digest_funnel(digest, now) for digest in digests[:MOST_FUNNELS]]
        funnels += [await self._rule_funnel(state, now)] if state else []
        return self._renderer.funnel(*funnels)

    async def _digest_funnel(self, digest: Digest, now: datetime) -> Funnel:
        draft = await self._editor.draft(digest, now)
        runs = await self._subscriptions.runs(digest.id, 1)
        return digest_funnel(draft, runs[0] if runs else None)

    async def _rule_funnel(self, state: RuleState, now: datetime) -> Funnel:
        """What became visible in the last 48 hours, and where each brief fell out of the rule."""
        since = now - VISIBLE_WITHIN
        recent = await self._ledger.recent(now, published_since=now - PUBLISHED_WITHIN, visible_since=since)
        sent = await self._ledger.sent_to(state.rule.to, since=now - MEMORY)
        sight = await self._sight(state, sent)
        reasons = Counter(_by_rule(Path(), sight, item).reason for item in recent)
        steps: Counter[str] = Counter()
        for reason, words in _RULE_STEPS.items():
            steps[words] += reasons[reason]
        arrived = reasons[Reason.SENT] + reasons[Reason.ON_ITS_WAY]
        return Funnel(
            subscription="Your alerts", since=since, seen=len(recent), sent=arrived, steps=_largest(steps)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuleSight:
    """What one rule's reasons are read from, whatever the brief; `stories` of what it saw or muted."""

    state: RuleState
    sent: Sequence[SentBrief]
    narrowing: Narrowing
    stories: Mapping[int, int]
    now: datetime


def _by_rule(path: Path, sight: _RuleSight, item: Item) -> Path:
    state, noted = sight.state, item.noted
    rule = state.rule
    facts = AlertFacts(
        state=state,
        noted=noted,
        seen_stories=frozenset(sight.stories.get(brief, brief) for brief in state.seen - {noted.id}),
        filtered=sight.narrowing.refuses(item.brief),
        muted=_muted(item, state, sight.stories),
        until=next_release(rule.limits, rule.zone, sight.now, state.messages, state.held)[0],
        now=sight.now,
    )
    return by_rule(path, facts, sight.sent)


def _muted(item: Item, state: RuleState, stories: Mapping[int, int]) -> str:
    """What of a brief is muted, in words; empty for nothing."""
    for mute in state.mutes:
        if is_muted(item, replace(state, mutes=(mute,)), stories):
            return "this story" if mute.kind is MuteKind.STORY else f"the topic {mute.label}"
    return ""


def _not_noted(path: Path, *, is_subscribed: bool) -> Path:
    """A brief that no running bot has looked at: a folder that was only synced, or a moment ago."""
    words = "No running bot has looked at it yet; one does so within seconds"
    if is_subscribed:
        return path.ends("noticed", Reason.JUST_APPEARED, f"{words}.")
    return path.ends("subscription", Reason.NO_SUBSCRIPTION, f"Nothing is subscribed here. {words}.")


def _no_subscription(path: Path) -> Path:
    return path.ends("subscription", Reason.NO_SUBSCRIPTION, "Nothing is subscribed here.")


def _sent_otherwise(path: Path, brief: int, sent: Sequence[SentBrief]) -> Path | None:
    """How it was sent by a digest or rule that was ended or made anew meanwhile; None where it was not."""
    for one in sent:
        if one.brief == brief and one.state in COUNTS:
            found = _copy(path)
            delivered(found, brief, sent, one.subscription)
            return found
    return None


def _for_readers(verdict: Verdict, to: Destination) -> Verdict:
    """The verdict without the title of a brief that nobody may read, and with a place that people know."""
    shown = replace(verdict, destination="you" if to.is_personal else "this channel")
    if verdict.reason in (Reason.HIDDEN, Reason.WITHDRAWN, Reason.NOT_DUE):
        return replace(shown, title="", slug="")
    return shown


def digest_funnel(draft: Draft, run: Run | None = None) -> Funnel:
    """Where each brief that a digest looks at falls out; `run` is its last one.

    Sent are those of today, by the digest's own clock; what waits for the next run is a step of its own.
    """
    digest, fates = draft.digest, draft.choice.fates.values()
    today = local_date(digest.schedule, draft.now)
    sent_at = [fate.sent.at for fate in fates if fate.kind is FateKind.SENT and fate.sent is not None]
    sent_today = sum(local_date(digest.schedule, at) == today for at in sent_at)
    counts = Counter(fate.kind for fate in fates)
    counts[FateKind.SENT] -= sent_today
    steps = Counter({words: counts[kind] for kind, words in _STEPS.items() if counts[kind]})
    steps["for the next digest"] = sum(counts[kind] for kind in TAKEN)
    return Funnel(
        subscription=f"Digest {digest.number}",
        since=published_since(digest, draft.now),
        seen=len(fates),
        sent=sent_today,
        steps=_largest(+steps),
        words=_run_words(draft, run),
    )


def _run_words(draft: Draft, run: Run | None) -> str:
    """What came of today's run, or when the next one is."""
    schedule = draft.digest.schedule
    if run is not None and local_date(schedule, run.due_at) == local_date(schedule, draft.now):
        at = f"{run.due_at.astimezone(ZoneInfo(schedule.zone)):%H:%M}"
        return f"Today's run of {at}{_RAN[run.outcome]}."
    if draft.digest.next_at is None:
        return "It is paused."
    return f"The next run is {draft.digest.next_at.astimezone(ZoneInfo(schedule.zone)):%a %d %b, %H:%M}."


def _largest(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda step: (-step[1], step[0])))


def _copy(path: Path) -> Path:
    return Path(stages=list(path.stages))


_ORDER = (Reason.SENT, Reason.ON_ITS_WAY, Reason.UNCERTAIN, Reason.QUIET, Reason.GAP, Reason.MOST)


def _weight(path: Path) -> int:
    """Of several digests and a rule the one that sent it speaks, then one that will, then the others."""
    if path.reason in _ORDER:
        return _ORDER.index(path.reason)
    return len(_ORDER) + (path.reason is not Reason.NEXT_DIGEST)
