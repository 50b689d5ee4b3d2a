"""What a digest holds: the choice of contract section 7, "Digest", with the fate of every brief looked at.

Measured on the histories of two publishers: whoever takes "today's" briefs loses half of them for ever, since
they become visible after the day's run. So what counts is when a brief became visible, and what was sent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.brief import Brief
from bot.domain.coverage import outlet_key
from bot.domain.delivery import COUNTS, Mark
from bot.domain.ledger import Item, SentBrief
from bot.domain.subscription import Digest

FIRST_LOOK = timedelta(days=7)
"""How far back a first digest looks, and every one at least."""
STORY_MEMORY = timedelta(days=7)
"""How long a story that was sent is not new."""
MOST_PER_PROVIDER = 2
MOST_ALSO = 10
MOST_THREAD = 20
MOST_RETURNS = 2
MORE_OUTLETS = 5
MORE_HEAT = 40
NOTING_TIME = timedelta(minutes=1)
"""So long may it take until a brief that became visible is written down, and a digest runs meanwhile.

A digest looks again at what became visible so shortly before the last one; what was sent is known anyway.
"""

Fits = Callable[[Brief], str]
"""Empty where a digest's filters let a brief pass, else the words of the filter that does not."""


class FateKind(StrEnum):
    """What became of a brief in a digest; of several reasons against it the first one in this order."""

    FULL = "in full"
    ALSO = "also notable"
    THREAD = "in the thread"
    LEFT = "left over"
    SENT = "sent before"
    FILTERED = "filtered"
    TOO_OLD = "too old"
    STORY_SENT = "story sent before"
    BEFORE = "before the last digest"
    SAME_STORY = "same story"


TAKEN = (FateKind.FULL, FateKind.ALSO, FateKind.THREAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a brief and what words need for it.

    `sent` is how the brief (SENT) or another of its story (STORY_SENT) was sent here last; `brief` the
    ledger's id of the brief that is shown instead (SAME_STORY) or was sent (STORY_SENT); `words` the filter's
    (FILTERED); `at` the moment since which it would have had to be published (TOO_OLD) or visible (BEFORE).
    """

    kind: FateKind
    sent: SentBrief | None = None
    brief: int | None = None
    words: str = ""
    at: datetime | None = None

    @property
    def is_taken(self) -> bool:
        """True where the digest shows it."""
        return self.kind in TAKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A brief that a digest shows; `outlets` are the other outlets of its story."""

    item: Item
    mark: Mark
    outlets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a digest shows, in order, what it leaves over, and the fate of every brief it was offered.

    `left` are ledger ids, in order; the digest takes them up next time.
    """

    full: tuple[Chosen, ...] = ()
    also: tuple[Chosen, ...] = ()
    thread: tuple[Chosen, ...] = ()
    left: tuple[int, ...] = ()
    fates: Mapping[int, Fate]

    @property
    def shown(self) -> tuple[Chosen, ...]:
        """All that the digest shows, in order; all of it counts as sent."""
        return (*self.full, *self.also, *self.thread)


def max_age(digest: Digest) -> timedelta:
    """How long ago a brief may have been published: 7 days, or the digest's period and 2 days."""
    return max(FIRST_LOOK, digest.schedule.period + timedelta(days=2))


def published_since(digest: Digest, now: datetime) -> datetime:
    """The moment since which a brief has to be published; a first digest looks back 7 days."""
    return now - (max_age(digest) if digest.cut_at else FIRST_LOOK)


def is_new(digest: Digest, item: Item, retry: frozenset[int] = frozenset()) -> bool:
    """True where it became visible since the last delivered digest, was left over by it or is owed again."""
    if digest.cut_at is None or item.noted.visible_at > digest.cut_at - NOTING_TIME:
        return True
    return item.noted.id in digest.left or item.noted.id in retry


def by_worth(item: Item) -> tuple[int, bool, int, float, int]:
    """Sorts the best first: heat, quality (unknown last), newest; then the ledger's id, to be certain."""
    noted = item.noted
    return (
        -noted.heat,
        noted.quality is None,
        -(noted.quality or 0),
        -noted.published_at.timestamp(),
        noted.id,
    )


def choose(
    digest: Digest,
    offered: Sequence[Item],
    *,
    now: datetime,
    outlets: Mapping[int, int],
    sent: Sequence[SentBrief],
    retry: frozenset[int],
    fits: Fits,
) -> Choice:
    """What a digest holds at `now`, from briefs that are visible.

    `outlets` are those of each brief's story by ledger id. `sent` are the briefs of all deliveries to the
    digest's destination, whatever became of them; only those that count keep a brief from being sent.
    `retry` are the briefs of this digest's deliveries that were given up. What is offered too old, filtered
    or sent is not taken but has a fate.
    """
    items = sorted({item.noted.id: item for item in offered}.values(), key=by_worth)
    look = _Look(digest, now, outlets, _Memory(sent, now - STORY_MEMORY), retry, fits)
    fates = {item.noted.id: fate for item in items if (fate := look.against(item))}
    fresh = [item for item in items if item.noted.id not in fates]
    leads = _one_per_story(fresh)
    chosen = [look.chosen(item, Mark.NEW) for item in leads.values()]
    parts = _parted(sorted([*chosen, *look.returns(items, fates)], key=_worth), digest.count)
    fates.update(_same_stories(fresh, leads))
    for kind, part in parts.items():
        fates.update({one.item.noted.id: Fate(kind=kind) for one in part if kind in TAKEN or _is_new(one)})
    return Choice(
        full=tuple(parts[FateKind.FULL]),
        also=tuple(parts[FateKind.ALSO]),
        thread=tuple(parts[FateKind.THREAD]),
        left=tuple(one.item.noted.id for one in parts[FateKind.LEFT] if _is_new(one)),
        fates=fates,
    )


def grown(heat: int, outlets: int, before: Iterable[SentBrief]) -> Mark | None:
    """How a story that was sent comes back: five more outlets, or heat up by at least 40 and a tenth.

    Compared with the most that was sent of it; None where it has not grown so much.
    """
    earlier = list(before)
    if outlets >= max(one.outlets for one in earlier) + MORE_OUTLETS:
        return Mark.UPDATE
    hottest = max(one.heat for one in earlier)
    is_rising = heat >= hottest + MORE_HEAT and heat * 10 >= hottest * 11
    return Mark.RISING if is_rising else None


class _Memory:
    """What counts as sent to a destination: by brief, and by story what was sent lately."""

    def __init__(self, sent: Iterable[SentBrief], since: datetime) -> None:
        self._briefs: dict[int, list[SentBrief]] = defaultdict(list)
        self._stories: dict[int, list[SentBrief]] = defaultdict(list)
        for one in sorted(sent, key=lambda one: (one.at, one.delivery)):
            if one.state in COUNTS:
                self._briefs[one.brief].append(one)
            if one.state in COUNTS and one.at >= since:
                self._stories[one.story].append(one)

    def of_brief(self, item: Item) -> Sequence[SentBrief]:
        """How this very brief was sent, the last one last."""
        return self._briefs.get(item.noted.id, ())

    def of_story(self, item: Item) -> Sequence[SentBrief]:
        """What was sent of its story lately, the last one last."""
        return self._stories.get(item.noted.story, ())


@dataclass(frozen=True, slots=True)
class _Look:
    """Everything that one digest's decision about a single brief needs."""

    digest: Digest
    now: datetime
    outlets: Mapping[int, int]
    memory: _Memory
    retry: frozenset[int]
    fits: Fits

    def against(self, item: Item) -> Fate | None:
        """Why the digest does not take a brief as new; None where nothing is against it.

        What never changes comes before what time does, so that the answer to "why" stays the same.
        """
        noted, since = item.noted, published_since(self.digest, self.now)
        if own := self.memory.of_brief(item):
            return Fate(kind=FateKind.SENT, sent=own[-1])
        if words := self.fits(item.brief):
            return Fate(kind=FateKind.FILTERED, words=words)
        if noted.published_at < since:
            return Fate(kind=FateKind.TOO_OLD, at=since)
        if story := self.memory.of_story(item):
            return Fate(kind=FateKind.STORY_SENT, sent=story[-1], brief=story[-1].brief)
        if not is_new(self.digest, item, self.retry):
            return Fate(kind=FateKind.BEFORE, at=self.digest.cut_at)
        return None

    def returns(self, items: Sequence[Item], fates: Mapping[int, Fate]) -> list[Chosen]:
        """The hottest stories that were sent and have grown since, each by its best brief; two at most."""
        passing = [item for item in items if self._may_return(item, fates.get(item.noted.id))]
        found = [self._return(item) for item in _one_per_story(passing).values()]
        return [one for one in found if one][:MOST_RETURNS]

    def chosen(self, item: Item, mark: Mark) -> Chosen:
        """A brief with the outlets of its story."""
        return Chosen(item=item, mark=mark, outlets=self.outlets.get(item.noted.id, item.noted.outlets))

    def _may_return(self, item: Item, fate: Fate | None) -> bool:
        if fate is None or fate.kind not in (FateKind.SENT, FateKind.STORY_SENT, FateKind.TOO_OLD):
            return False
        return bool(self.memory.of_story(item)) and not self.fits(item.brief)

    def _return(self, item: Item) -> Chosen | None:
        shown = self.chosen(item, Mark.NEW)
        mark = grown(item.noted.heat, shown.outlets, self.memory.of_story(item))
        return self.chosen(item, mark) if mark else None


def _is_new(chosen: Chosen) -> bool:
    return chosen.mark is Mark.NEW


def _worth(chosen: Chosen) -> tuple[int, bool, int, float, int]:
    return by_worth(chosen.item)


def _one_per_story(items: Iterable[Item]) -> dict[int, Item]:
    """The first brief of each story."""
    leads: dict[int, Item] = {}
    for item in items:
        leads.setdefault(item.noted.story, item)
    return leads


def _same_stories(items: Iterable[Item], leads: Mapping[int, Item]) -> dict[int, Fate]:
    """The fate of those that stand behind another brief of their story."""
    shown = {item.noted.id: leads[item.noted.story].noted.id for item in items}
    return {
        brief: Fate(kind=FateKind.SAME_STORY, brief=lead) for brief, lead in shown.items() if brief != lead
    }


def _parted(ordered: Sequence[Chosen], count: int) -> dict[FateKind, list[Chosen]]:
    """Where in the digest each stands; what has no place is left over."""
    full = _in_full(ordered, count)
    taken = {one.item.noted.id for one in full}
    rest = [one for one in ordered if one.item.noted.id not in taken]
    return {
        FateKind.FULL: full,
        FateKind.ALSO: rest[:MOST_ALSO],
        FateKind.THREAD: rest[MOST_ALSO : MOST_ALSO + MOST_THREAD],
        FateKind.LEFT: rest[MOST_ALSO + MOST_THREAD :],
    }


def _in_full(ordered: Sequence[Chosen], count: int) -> list[Chosen]:
    """The best, two of one provider, and more of it only where the others do not fill the digest."""
    held = Counter[str]()
    within: list[Chosen] = []
    beyond: list[Chosen] = []
    for one in ordered:
        provider = outlet_key(one.item.brief)
        held[provider] += 1
        (within if held[provider] <= MOST_PER_PROVIDER else beyond).append(one)
    return sorted([*within, *beyond][:count], key=_worth)
