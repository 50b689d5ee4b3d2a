"""Briefs by the thousand, real enough for a search: Zipf's vocabulary, rare names, dates over years."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice

from bot.domain.brief import Article, Brief, Provider
from bot.domain.index import FileStamp, IndexChanges, IndexedFile
from bot.domain.ports import BriefIndex

NEWEST = datetime(2024, 1, 1, tzinfo=UTC)
_ONSETS = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "v",
)
_NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou")
_CODAS = ("", "", "l", "m", "n", "r", "s", "t", "nd", "rt", "x")
_BATCH = 1000


class Synthetic:
    """Makes briefs from the words of real ones and invented names; one seed, the same briefs."""

    def __init__(self, real: Sequence[Brief], count: int, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._count = count
        counts = Counter(word for brief in real for word in f"{brief.title} {brief.excerpt}".split())
        known = [word for word, _ in counts.most_common()]
        self._words = known + [self._name() for _ in range(max(5000, count // 2))]
        self._cumulated = list(accumulate(1 / (rank + 8) for rank in range(len(self._words))))
        self._providers = [brief.provider for brief in real] + [
            Provider(name=self._name().title(), domain=f"{self._name()}.com") for _ in range(300)
        ]
        self._topics = sorted({topic for brief in real for topic in brief.topics})

    def briefs(self) -> Iterator[Brief]:
        """All of them, in no order of time."""
        for number in range(self._count):
            yield self._brief(number)

    def _brief(self, number: int) -> Brief:
        rnd = self._random
        published_at = NEWEST - timedelta(minutes=rnd.randrange(6 * 365 * 24 * 60))
        related = tuple(
            Article(title=self._text(6, 12), web_url=f"https://example.com/{number}/{place}")
            for place in range(rnd.choice((0, 0, 0, 1, 3)))
        )
        return Brief(
            slug=f"brief-{number}",
            title=self._text(5, 12),
            excerpt=self._text(15, 35),
            published_at=published_at,
            web_url=f"https://example.com/{number}",
            quality=rnd.randrange(0, 100),
            heat=int(rnd.paretovariate(1.2) * 20),
            provider=rnd.choice(self._providers),
            topics=tuple(rnd.sample(self._topics, k=min(len(self._topics), rnd.randint(1, 2)))),
            related=related,
        )

    def _text(self, least: int, most: int) -> str:
        count = self._random.randint(least, most)
        return " ".join(self._random.choices(self._words, cum_weights=self._cumulated, k=count))

    def _name(self) -> str:
        rnd = self._random
        parts = (
            rnd.choice(_ONSETS) + rnd.choice(_NUCLEI) + rnd.choice(_CODAS) for _ in range(rnd.randint(2, 4))
        )
        return "".join(parts)


async def fill(index: BriefIndex, briefs: Iterable[Brief]) -> None:
    """Write briefs into an index as a sync would."""
    rest = iter(briefs)
    while batch := tuple(islice(rest, _BATCH)):
        await index.apply(IndexChanges(files=tuple(_file(brief) for brief in batch)))


def _file(brief: Brief) -> IndexedFile:
    stamp = FileStamp(path=f"/{brief.slug}.md", size=1, mtime_ns=1)
    return IndexedFile(stamp=stamp, slug=brief.slug, digest=brief.slug, brief=brief)
