"""`/news why` and `newsbrief why`: the reason for one brief and one destination, and today's funnel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dispatch.editing import Draft, Editor
from bot.dispatch.places import destination_of, person_of, read_rule
from bot.domain.alerting import is_muted
from bot.domain.answers import Funnel, Verdict, Visitor
from bot.domain.brief import Brief
from bot.domain.choosing import TAKEN, FateKind
from bot.domain.holding import next_allowed
from bot.domain.ledger import Item, Noted, SentBrief
from bot.domain.message import Message
from bot.domain.owed import Ledger, RuleState, Subscriptions
from bot.domain.ports import Clock, SearchIndex
from bot.domain.reasons import AlertFacts, Path, Reason, by_digest, by_rule, noted_by_ledger, seen_by_index
from bot.domain.subscription import Destination, Digest
from bot.render import Renderer
from bot.search import Search

MEMORY = timedelta(days=400)
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
        verdict = await self.verdict(brief.slug, await self._destination(visitor))
        return self._renderer.verdict(verdict)

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
        if not noted_by_ledger(path, noted) or noted is None:
            return path
        sent = await self._ledger.sent_to(to, since=now - MEMORY)
        state = await self._subscriptions.rule_state(to) if to.is_personal else None
        paths = [] if state is None else [await self._by_rule(_copy(path), state, noted, brief, sent)]
        item = Item(noted=noted, brief=brief)
        digests = await self._subscriptions.digests(to)
        paths += [await self._by_digest(_copy(path), digest, item, sent) for digest in digests]
        if not paths:
            return path.ends("subscription", Reason.NO_SUBSCRIPTION, "Nothing is subscribed here.")
        return min(paths, key=_weight)

    async def _by_digest(self, path: Path, digest: Digest, item: Item, sent: list[SentBrief]) -> Path:
        draft = await self._editor.draft(digest, self._clock.now(), also=[item])
        fate = draft.choice.fates.get(item.noted.id)
        return by_digest(path, digest, item.noted.id, fate, sent)

    async def _by_rule(
        self, path: Path, state: RuleState, noted: Noted, brief: Brief, sent: list[SentBrief]
    ) -> Path:
        now = self._clock.now()
        seen = await self._ledger.stories_of(sorted(state.seen - {noted.id}))
        narrowing = await read_rule(self._search, state.rule.filters, state.rule.zone)
        until, _ = next_allowed(state.rule.limits, state.rule.zone, now, state.messages)
        facts = AlertFacts(
            state=state,
            noted=noted,
            seen_stories=frozenset(seen.values()),
            filtered=narrowing.refuses(brief),
            muted=await self._muted(state, noted, brief),
            until=until,
            now=now,
        )
        return by_rule(path, facts, sent)

    async def _muted(self, state: RuleState, noted: Noted, brief: Brief) -> str:
        """What of a brief is muted, in words; empty for nothing."""
        keys = [int(mute.key) for mute in state.mutes if mute.key.isdecimal()]
        stories = await self._ledger.stories_of(keys)
        item = Item(noted=noted, brief=brief)
        for mute in state.mutes:
            if is_muted(item, replace(state, mutes=(mute,)), stories):
                return f"the {mute.kind} {mute.label}"
        return ""

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
        to, now = destination_of(visitor), self._clock.now()
        digests = await self._subscriptions.digests(to)
        state = await self._subscriptions.rule_state(person_of(visitor))
        if not digests and state is None:
            return self._renderer.notice("Nothing is subscribed here, so nothing comes by itself.")
        if not digests:
            return self._renderer.funnel(await self._rule_funnel(state, now)) if state else Message(text="")
        draft = await self._editor.draft(digests[0], now)
        return self._renderer.funnel(digest_funnel(draft))

    async def _rule_funnel(self, state: RuleState, now: datetime) -> Funnel:
        """What became visible in the last 48 hours, and where each brief fell out of the rule."""
        since = now - timedelta(hours=48)
        recent = await self._ledger.recent(now, published_since=now - timedelta(days=7), visible_since=since)
        reasons: Counter[str] = Counter()
        for item in recent:
            verdict = await self.verdict(item.noted.slug, state.rule.to)
            reasons[verdict.reason] += 1
        sent = reasons.pop(Reason.SENT, 0) + reasons.pop(Reason.ON_ITS_WAY, 0)
        return Funnel(
            subscription="your alerts", since=since, seen=len(recent), sent=sent, steps=_largest(reasons)
        )


def digest_funnel(draft: Draft) -> Funnel:
    """Where each brief that a digest looks at falls out."""
    counts = Counter(fate.kind for fate in draft.choice.fates.values())
    steps = Counter({words: counts[kind] for kind, words in _STEPS.items() if counts[kind]})
    since = draft.digest.cut_at or draft.digest.created_at
    return Funnel(
        subscription=f"digest {draft.digest.number}",
        since=since,
        seen=len(draft.choice.fates),
        sent=sum(counts[kind] for kind in TAKEN),
        steps=_largest(steps),
    )


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
