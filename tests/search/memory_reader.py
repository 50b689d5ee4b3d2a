"""An index in memory with the meaning of `SearchReader`: quick to make, plain enough to be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.domain.address import canonical_address
from bot.domain.brief import Brief, is_visible
from bot.domain.index import IndexStatus
from bot.domain.ports import (
    Candidate,
    Column,
    Condition,
    DateSpan,
    Fetch,
    Field,
    Group,
    Order,
    SearchReader,
    Span,
    Term,
    Terms,
)
from bot.domain.result import HeatScale, NameCount
from bot.domain.searchable import searchable
from bot.store.rows import microseconds

T = TypeVar("T")


@dataclass
class MemoryReader:
    """Briefs in a list, numbered by time as a database does; every change is a new version."""

    stored: list[Brief]
    number: int = 1
    fetches: list[Fetch] = field(default_factory=list)

    def __post_init__(self) -> None:
        by_time = sorted(
            self.stored, key=lambda brief: brief.published_at or datetime.min.replace(tzinfo=UTC)
        )
        self._rows = [(candidate_of(brief, number), brief) for number, brief in enumerate(by_time, 1)]
        self._tokens = {
            row.id: tuple(frozenset(text.split()) for text in (row.title, row.meta, row.body))
            for row, _ in self._rows
        }

    def version(self) -> int:
        return self.number

    def terms(self, since: int) -> Terms:
        counts: Counter[str] = Counter()
        if since < self.number:
            for title, meta, body in self._tokens.values():
                counts.update(title | meta | body)
        return Terms(version=self.number, complete=since < self.number, frequencies=counts)

    def fetch(self, wanted: Fetch) -> list[Candidate]:
        self.fetches.append(wanted)
        rows = [(row, brief) for row, brief in self._rows if self._fits(row, brief, wanted)]
        rows.sort(key=lambda pair: pair[0].published_at, reverse=True)
        if wanted.order is Order.HEAT:
            rows.sort(key=lambda pair: (pair[0].heat, _known(pair[0].quality)), reverse=True)
        return [row for row, _ in rows[wanted.offset : wanted.offset + wanted.limit]]

    def briefs(self, ids: Sequence[int]) -> list[Brief]:
        return [self._rows[number - 1][1] for number in ids]

    def topics(self, now: datetime) -> list[NameCount]:
        return _counts((topic.casefold(), topic) for brief in self._seen(now) for topic in brief.topics)

    def providers(self, now: datetime) -> list[NameCount]:
        return _counts((brief.provider.key, brief.provider.label) for brief in self._seen(now))

    def heat_scale(self, now: datetime) -> HeatScale:
        seen = self._seen(now)
        heats = sorted(brief.warmth for brief in seen)
        if not heats:
            return HeatScale()
        newest = max(brief.published_at for brief in seen if brief.published_at)
        recent = sorted(
            brief.warmth
            for brief in seen
            if brief.published_at and brief.published_at > newest - timedelta(days=30)
        )
        return HeatScale(
            heats=tuple(heats), hot=heats[len(heats) * 3 // 4], top=recent[len(recent) * 19 // 20]
        )

    def _seen(self, now: datetime) -> list[Brief]:
        return [brief for brief in self.stored if is_visible(brief, now)]

    def _fits(self, row: Candidate, brief: Brief, wanted: Fetch) -> bool:
        return (
            is_visible(brief, wanted.now)
            and all(self._holds(row, group) for group in wanted.all_of)
            and not any(self._holds(row, group) for group in wanted.none_of)
            and (not wanted.title_words or len(row.title.split()) in wanted.title_words)
            and all(_meets(brief, condition) for condition in wanted.conditions)
        )

    def _holds(self, row: Candidate, group: Group) -> bool:
        fields = zip((Field.TITLE, Field.META, Field.BODY), self._tokens[row.id], strict=True)
        return any(
            _has(tokens, term)
            for part, tokens in fields
            for term in group.any_of
            if part & (Field.TITLE if term.titled else group.fields)
        )


class MemoryIndex:
    """`SearchIndex` over a `MemoryReader`."""

    def __init__(self, briefs: Iterable[Brief]) -> None:
        self.reader = MemoryReader(list(briefs))

    async def read(self, work: Callable[[SearchReader], T]) -> T:
        return work(self.reader)

    async def brief(self, slug: str) -> Brief | None:
        return next((brief for brief in self.reader.stored if brief.slug == slug), None)

    async def by_address(self, address: str) -> Brief | None:
        for brief in self.reader.stored:
            links = (brief.web_url, brief.original_url, brief.amp_web_url, brief.cdn_amp_web_url)
            if address in {canonical_address(link) for link in links if link}:
                return brief
        return None

    async def status(self, now: datetime) -> IndexStatus:
        times = [brief.published_at for brief in self.reader.stored if is_visible(brief, now)]
        return IndexStatus(
            briefs=len(self.reader.stored),
            visible=len(times),
            rejected=0,
            problems=(),
            folders=(),
            synced_at=None,
            newest_at=max((time for time in times if time), default=None),
        )


def candidate_of(brief: Brief, number: int) -> Candidate:
    """The row that an index would keep of a brief."""
    text = searchable(brief)
    assert brief.published_at is not None
    return Candidate(
        id=number,
        slug=brief.slug,
        title=text.title,
        meta=text.meta,
        body=text.body,
        heat=brief.warmth,
        quality=brief.quality,
        published_us=microseconds(brief.published_at),
    )


def _known(quality: int | None) -> float:
    return float("-inf") if quality is None else quality


def _has(tokens: frozenset[str], term: Term) -> bool:
    if term.prefix or term.titled:
        return any(token.startswith(term.token) for token in tokens)
    return term.token in tokens


def _meets(brief: Brief, condition: Condition) -> bool:
    return any(_is(brief, condition.column, value) for value in condition.any_of) != condition.negated


def _is(brief: Brief, column: Column, value: str | Span | DateSpan | bool) -> bool:
    if isinstance(value, Span):
        number = brief.warmth if column is Column.HEAT else brief.quality
        return (
            number is not None
            and (value.low is None or number >= value.low)
            and (value.high is None or number <= value.high)
        )
    if isinstance(value, DateSpan):
        moment = brief.published_at
        return (
            moment is not None
            and (value.start_at is None or moment >= value.start_at)
            and (value.end_at is None or moment < value.end_at)
        )
    if column is Column.VIDEO:
        return brief.is_video == value
    if column is Column.TOPIC:
        return value in {topic.casefold() for topic in brief.topics}
    return brief.provider.key == value


def _counts(named: Iterable[tuple[str, str]]) -> list[NameCount]:
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for key, name in named:
        counts[key] += 1
        names.setdefault(key, name)
    return [NameCount(key=key, name=names[key], count=count) for key, count in counts.most_common()]
