"""Which story a brief belongs to among all that were noted; in memory, pure.

Comparing a brief with every other of six days would take long where thousands appear: two titles that share
three words share one of all but the two commonest words of either, so only the lists of these are walked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import log

from bot.domain.story import (
    LEAST_OVERLAP,
    LEAST_SHARED,
    MOST_BRIEFS,
    WINDOW,
    Candidate,
    StorySpan,
    stories_joined,
)
from bot.store.ledger.facts import Facts, LedgerRow, split
from bot.store.rows import instant

DAY = 86_400_000_000
RECENT = 30 * DAY
"""Titles are compared only of briefs published so near to now; a shared address holds for ever."""

_ROUNDING = 1e-6
WINDOW_MICROS = WINDOW.days * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A story: when its first and last brief were published, how many it has, when it became visible."""

    first: int
    last: int
    size: int
    visible_at: int

    def with_(self, other: Span) -> Span:
        """Both as one."""
        return Span(
            first=min(self.first, other.first),
            last=max(self.last, other.last),
            size=self.size + other.size,
            visible_at=min(self.visible_at, other.visible_at),
        )


class Window:
    """Noted briefs of some days, found by the words of their titles."""

    def __init__(self) -> None:
        self.rows: dict[int, LedgerRow] = {}
        self.low = self.high = 0
        self._lists: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._held: dict[str, int] = defaultdict(int)

    def missing(self, low: int, high: int) -> list[tuple[int, int]]:
        """The spans of publication times, ends included, that have to be loaded to cover this one."""
        if self.low == self.high:
            return [(low, high)]
        below = [(low, self.low - 1)] if low < self.low else []
        return below + ([(self.high + 1, high)] if high > self.high else [])

    def cover(self, low: int, high: int, rows: Iterable[LedgerRow]) -> None:
        """Take in the rows that were missing."""
        empty = self.low == self.high
        self.low, self.high = (low, high) if empty else (min(low, self.low), max(high, self.high))
        for row in rows:
            self.add(row)

    def add(self, row: LedgerRow) -> None:
        """Take in a row, in place of an earlier state of it."""
        earlier = self.rows.get(row.id)
        self.rows[row.id] = row
        if earlier and (earlier.words, earlier.published_at) == (row.words, row.published_at):
            return
        for word in row.words:
            self._held[word] += 1
            self._lists[word, row.published_at // DAY].append(row.id)

    def near(self, facts: Facts) -> set[int]:
        """Briefs within the window that share at least three words of the title."""
        by_rarity = sorted(facts.words, key=lambda word: (self._held.get(word, 0), word))
        day, reach = facts.published_at // DAY, WINDOW_MICROS // DAY
        found: set[int] = set()
        for word in by_rarity[: 1 - LEAST_SHARED]:
            if word in self._held:
                for near_day in range(day - reach, day + reach + 1):
                    found.update(self._lists.get((word, near_day), ()))
        return {number for number in found if self._is_near(self.rows[number], facts)}

    def _is_near(self, row: LedgerRow, facts: Facts) -> bool:
        if len(row.words & facts.words) < LEAST_SHARED or row.provider == facts.provider:
            return False
        return abs(row.published_at - facts.published_at) <= WINDOW_MICROS


class Stories:
    """The stories at hand and how they merge; what changed is `merged`, in order."""

    def __init__(self) -> None:
        self.window = Window()
        self.spans: dict[int, Span] = {}
        self.merged: list[tuple[int, int]] = []
        self._briefs = 0
        self._rarities: dict[str, float] = {}
        self._weights: dict[frozenset[str], float] = {}
        self._into: dict[int, int] = {}

    def now_of(self, story: int) -> int:
        """What a story's id has become."""
        while story in self._into:
            story = self._into[story]
        return story

    def unknown(self, stories: Iterable[int]) -> list[int]:
        """The stories whose spans are not at hand."""
        return sorted({self.now_of(story) for story in stories} - self.spans.keys())

    def begin(self, row: LedgerRow) -> None:
        """A new brief is a story of its own."""
        self.spans[row.id] = Span(
            first=row.published_at, last=row.published_at, size=1, visible_at=row.visible_at
        )

    def join(self, row: LedgerRow, facts: Facts, others: Mapping[int, LedgerRow], known: KnownDigests) -> int:
        """Join the brief's story with those it belongs to; the story that it is in then."""
        story = self.now_of(row.story)
        candidates = [
            self._candidate(other, facts, known)
            for other in others.values()
            if other.id != row.id and self._may_join(other, story, facts, known)
        ]
        if not candidates:
            return story
        own = Candidate(
            id=row.id,
            story=story,
            words=facts.words,
            title=facts.folded,
            addresses=facts.addresses,
            listed=facts.listed,
            provider=facts.provider,
            published_at=instant(facts.published_at),
        )
        stories = {story, *(other.story for other in candidates)}
        spans = {one: _story_span(self.spans[one]) for one in stories}
        return self._merge([story, *stories_joined(own, candidates, spans, self.rarity)])

    def know_words(self, found: Mapping[str, int], briefs: int) -> None:
        """Take in how many of so many visible briefs hold each of these words."""
        self._briefs = self._briefs or max(briefs, 1)  # one number for all words of a call
        self._rarities.update(
            (word, log(1 + self._briefs / max(number, 1))) for word, number in found.items()
        )

    def unknown_words(self, words: set[str]) -> list[str]:
        """Those whose rarity is not at hand."""
        return sorted(words - self._rarities.keys())

    def rarity(self, word: str) -> float:
        """How much a word weighs: the more, the fewer visible briefs hold it."""
        return self._rarities[word]

    def _may_join(self, other: LedgerRow, story: int, facts: Facts, known: KnownDigests) -> bool:
        """False where it is certain, and quickly told, that the rule of story.py will not join the two."""
        others = self.now_of(other.story)
        if others == story or self.spans[others].size >= MOST_BRIEFS:
            return False
        return known.is_exact(other.id) or _has_title(other, facts) or self._is_like(other, facts)

    def _is_like(self, other: LedgerRow, facts: Facts) -> bool:
        shared = self._weight(other.words & facts.words)
        return shared >= LEAST_OVERLAP * min(self._weight(other.words), self._weight(facts.words)) - _ROUNDING

    def _weight(self, words: frozenset[str]) -> float:
        found = self._weights.get(words)
        if found is None:
            found = self._weights[words] = sum(self._rarities[word] for word in words)
        return found

    def _candidate(self, other: LedgerRow, facts: Facts, known: KnownDigests) -> Candidate:
        """Another brief, with what it may have in common with this one and no more."""
        is_exact = known.is_exact(other.id)
        return Candidate(
            id=other.id,
            story=self.now_of(other.story),
            words=other.words,
            title=facts.folded if _has_title(other, facts) else "",
            addresses=known.shared(other.id, facts) if is_exact else frozenset(),
            listed=split(other.listed) & facts.addresses if is_exact else frozenset(),
            provider=other.provider,
            published_at=instant(other.published_at),
        )

    def _merge(self, stories: list[int]) -> int:
        """Make one story of these; it keeps the id of the one that became visible first."""
        kept = min(stories, key=lambda story: (self.spans[story].visible_at, story))
        for story in stories:
            if story != kept:
                self.spans[kept] = self.spans[kept].with_(self.spans.pop(story))
                self._into[story] = kept
                self.merged.append((story, kept))
        return kept


class KnownDigests:
    """Who has which address, as far as a batch needs to know."""

    def __init__(self, pairs: Iterable[tuple[bytes, int]]) -> None:
        self.briefs: dict[bytes, set[int]] = defaultdict(set)
        self._digests: dict[int, set[bytes]] = defaultdict(set)
        for digest, brief in pairs:
            self.add(digest, brief)

    def add(self, digest: bytes, brief: int) -> None:
        """Remember that a brief has, or had, this address."""
        self.briefs[digest].add(brief)
        self._digests[brief].add(digest)

    def has(self, digest: bytes, brief: int) -> bool:
        """True where that is known already."""
        return digest in self._digests.get(brief, ())

    def of(self, digests: Iterable[bytes]) -> Iterator[int]:
        """The briefs with any of these addresses."""
        for digest in digests:
            yield from self.briefs.get(digest, ())

    def is_exact(self, brief: int) -> bool:
        """True where any address of this brief is known."""
        return brief in self._digests

    def shared(self, brief: int, facts: Facts) -> frozenset[bytes]:
        """Those of its addresses that the other brief has or lists."""
        digests = self._digests.get(brief, set())
        return frozenset(digests & facts.addresses) | frozenset(digests & facts.listed)


def _has_title(other: LedgerRow, facts: Facts) -> bool:
    return other.title_key is not None and other.title_key == facts.title_key


def _story_span(span: Span) -> StorySpan:
    return StorySpan(instant(span.first), span.size, instant(span.last))


def moved(row: LedgerRow, story: int) -> LedgerRow:
    """The row in another story."""
    return row if row.story == story else replace(row, story=story)
