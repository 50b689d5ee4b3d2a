"""Which briefs are about one event: the rule of contract section 7, "Story".

Measured on real briefs with hand labels: what a brief lists as related tells a topic, not an event, and the
same provider's similar titles are a series ("Retiring X", "Retiring Y"). What works is a similar title from
another provider within three days. Chains end, else one busy topic swallows hundreds of briefs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log

from bot.domain.text import words

WINDOW = timedelta(hours=72)
"""Two similar titles are one story within this time; a chain ends this long after its first brief."""
MOST_BRIEFS = 10
"""A chain ends at this many briefs."""
LEAST_OVERLAP = 0.35
LEAST_SHARED = 3
"""Words that two similar titles must share, little ones not counted."""

LITTLE_WORDS = frozenset(
    words(
        "a about after all also an and are as at be been but by can did do for from get had has have he her "
        "his how i if in into is it its just may more new no not now of off on one or our out over says she "
        "so than that the their them they this to up us was we were what when which who why will with you"
    )
)
"""English words that say nothing of what a title is about."""

Rarity = Callable[[str], float]
"""How much a word weighs: the more, the fewer titles hold it; never below 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A brief with what decides its story.

    `id` is the ledger's, `story` the lowest id of the briefs of its story, its own where it is alone.
    `words` are `title_words`, `title` is `folded_title`. `addresses` and `listed` are digests of canonical
    addresses: its own, and those of its related articles. `provider` is its `outlet_key`.
    """

    id: int
    story: int
    words: frozenset[str]
    title: str
    addresses: frozenset[bytes]
    listed: frozenset[bytes]
    provider: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class StorySpan:
    """When a story's first brief was published and how many briefs it has.

    `last_at` is when its last one was; None where that is not known, and then the candidates at hand tell.
    """

    first_at: datetime
    size: int
    last_at: datetime | None = None


def title_words(title: str) -> frozenset[str]:
    """The folded words that say what a title is about; empty where it has none of these."""
    return frozenset(words(title)) - LITTLE_WORDS


def folded_title(title: str) -> str:
    """Every word of a title, folded, joined by a space: equal for titles that a reader takes for one."""
    return " ".join(words(title))


def rarity_among(titles: Iterable[frozenset[str]]) -> Rarity:
    """Weights of words by the number of these titles that hold them; an unheard word weighs the most."""
    every = list(titles)
    held = Counter(word for title in every for word in title)
    unheld = log(1 + max(len(every), 1))
    weights = {word: log(1 + len(every) / number) for word, number in held.items()}
    return lambda word: weights.get(word, unheld)


def overlap(one: frozenset[str], other: frozenset[str], rarity: Rarity) -> float:
    """The weight of the shared words over that of the lighter title: from 0, none, to 1, one holds the other.

    The overlap coefficient, with words weighted by rarity; 0 where a title weighs nothing.
    """
    shared = one & other
    lighter = min(_weight(one, rarity), _weight(other, rarity)) if shared else 0
    return _weight(shared, rarity) / lighter if lighter else 0.0


def is_same_story(one: Candidate, other: Candidate, rarity: Rarity) -> bool:
    """True where the two are about one event, whatever else is in their stories.

    That is: a shared canonical address; an identical title; each lists the other; or different providers
    within 72 hours, at least 3 shared words and an overlap of at least .35.

    A title is identical where all its folded words are, in order, if there are at least two and one of them
    is not a little word: "Update" or "What is it" name no event. A column's name ("Weekly roundup") is
    identical by the contract; that chains end after 72 hours keeps next week's apart.
    """
    return _closeness(one, other, rarity) > 0


def stories_joined(
    brief: Candidate, others: Sequence[Candidate], members: Mapping[int, StorySpan], rarity: Rarity
) -> tuple[int, ...]:
    """The stories among `others` that the brief and its own story become one with, lowest id first.

    `members` has the span of each story of `others`, and of the brief's own (itself counted) where it is in
    one already; without it the brief is alone, and others' spans are what the candidates show. All that is
    joined stays within 72 hours from the first brief to the last and within 10 briefs; where not all fit, the
    closest come first. A shared address is the same article (contract section 6), however late it comes
    again: there only the 10 count.
    """
    found = _closest(brief, others, rarity)
    spans = _spans(others, members)
    joined = _stretched(members.get(brief.story, StorySpan(brief.published_at, 1)), brief.published_at)
    stories: list[int] = []
    for story in sorted(found, key=lambda story: (-found[story], story)):
        merged = _merged(joined, spans[story])
        is_same_article = found[story] >= _SAME_ARTICLE
        if merged.size <= MOST_BRIEFS and (is_same_article or _length(merged) <= WINDOW):
            joined = merged
            stories.append(story)
    return tuple(sorted(stories))


def grouped(candidates: Sequence[Candidate], rarity: Rarity) -> list[tuple[int, ...]]:
    """The briefs' ids by story: each added in turn, oldest first, by the rule of `stories_joined`.

    Stories that the candidates were in before do not count. Groups and the ids in them are in ascending
    order; every brief is in exactly one.
    """
    groups = _Groups(candidates, rarity)
    for candidate in sorted(candidates, key=lambda one: (one.published_at, one.id)):
        groups.add(replace(candidate, story=candidate.id))
    return groups.all()


_SAME_ARTICLE = 4.0
_SAME_TITLE = 3.0
_LIST_EACH_OTHER = 2.0


def _closeness(one: Candidate, other: Candidate, rarity: Rarity) -> float:
    """How sure it is that the two are one story; 0 where they are not."""
    if not one.addresses.isdisjoint(other.addresses):
        return _SAME_ARTICLE
    if one.title == other.title and _names_something(one):
        return _SAME_TITLE
    if not one.addresses.isdisjoint(other.listed) and not other.addresses.isdisjoint(one.listed):
        return _LIST_EACH_OTHER
    return _likeness(one, other, rarity)


def _names_something(one: Candidate) -> bool:
    return bool(one.words) and " " in one.title


def _likeness(one: Candidate, other: Candidate, rarity: Rarity) -> float:
    if not one.provider or not other.provider or one.provider == other.provider:
        return 0.0
    if len(one.words & other.words) < LEAST_SHARED or abs(one.published_at - other.published_at) > WINDOW:
        return 0.0
    share = overlap(one.words, other.words, rarity)
    return share if share >= LEAST_OVERLAP else 0.0


def _weight(of: frozenset[str], rarity: Rarity) -> float:
    # Sorted, so that the same words give the same sum in every process.
    return sum(rarity(word) for word in sorted(of))


def _closest(brief: Candidate, others: Sequence[Candidate], rarity: Rarity) -> dict[int, float]:
    """The closeness of the closest brief of each other story that the brief belongs to."""
    found: dict[int, float] = {}
    for other in others:
        if other.id == brief.id or other.story == brief.story:
            continue
        closeness = _closeness(brief, other, rarity)
        if closeness > found.get(other.story, 0):
            found[other.story] = closeness
    return found


def _spans(others: Sequence[Candidate], members: Mapping[int, StorySpan]) -> dict[int, StorySpan]:
    """The span of each story of `others`, no shorter and no smaller than these candidates show."""
    by_story: dict[int, dict[int, datetime]] = defaultdict(dict)
    for other in others:
        by_story[other.story][other.id] = other.published_at
    spans: dict[int, StorySpan] = {}
    for story, times in by_story.items():
        known = members.get(story) or StorySpan(min(times.values()), len(times))
        spans[story] = _stretched(_stretched(known, min(times.values())), max(times.values()))
    return spans


def _stretched(span: StorySpan, to: datetime) -> StorySpan:
    return StorySpan(min(span.first_at, to), span.size, max(span.last_at or span.first_at, to))


def _merged(one: StorySpan, other: StorySpan) -> StorySpan:
    longer = _stretched(_stretched(one, other.first_at), other.last_at or other.first_at)
    return replace(longer, size=one.size + other.size)


def _length(span: StorySpan) -> timedelta:
    return (span.last_at or span.first_at) - span.first_at


class _Groups:
    """Candidates added so far, found again by what a candidate of their story would share with them."""

    def __init__(self, candidates: Sequence[Candidate], rarity: Rarity) -> None:
        self._rarity = rarity
        self._held = Counter(word for candidate in candidates for word in candidate.words)
        self._added: dict[int, Candidate] = {}
        self._by_story: dict[int, list[int]] = {}
        self._by_key: dict[object, list[int]] = defaultdict(list)

    def add(self, candidate: Candidate) -> None:
        """Put it into the story that it joins, merging what it joins together."""
        near = [self._added[other] for other in sorted(self._near(candidate))]
        spans = {other.story: self._span(other.story) for other in near}
        stories = (candidate.story, *stories_joined(candidate, near, spans, self._rarity))
        self._added[candidate.id] = candidate
        self._by_story.setdefault(candidate.story, []).append(candidate.id)
        self._merge(stories)
        for key in (*_exact_keys(candidate), *((word,) for word in candidate.words)):
            self._by_key[key].append(candidate.id)

    def all(self) -> list[tuple[int, ...]]:
        return sorted(tuple(sorted(ids)) for ids in self._by_story.values())

    def _near(self, candidate: Candidate) -> set[int]:
        """Who shares an address or the title, is listed, or has similar words within the window."""
        exact = (*_exact_keys(candidate), *candidate.listed)
        near = {other for key in exact for other in self._by_key.get(key, ())}
        # Three shared words are at least one besides the two that most titles hold.
        for word in sorted(candidate.words, key=lambda word: (self._held[word], word))[: 1 - LEAST_SHARED]:
            for other in reversed(self._by_key.get((word,), ())):
                if candidate.published_at - self._added[other].published_at > WINDOW:
                    break
                near.add(other)
        return near

    def _span(self, story: int) -> StorySpan:
        times = [self._added[brief].published_at for brief in self._by_story[story]]
        return StorySpan(min(times), len(times), max(times))

    def _merge(self, stories: tuple[int, ...]) -> None:
        kept = min(stories)
        for story in stories:
            if story != kept:
                moved = self._by_story.pop(story)
                self._by_story.setdefault(kept, []).extend(moved)
        for brief in self._by_story[kept]:
            if self._added[brief].story != kept:
                self._added[brief] = replace(self._added[brief], story=kept)


def _exact_keys(candidate: Candidate) -> list[object]:
    return [*candidate.addresses, *([candidate.title] if _names_something(candidate) else [])]
