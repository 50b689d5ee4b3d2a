"""An index that counts what a search asks of it: a bound that no busy machine can move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.domain.brief import Brief
from bot.domain.index import IndexStatus
from bot.domain.ports import Candidate, Fetch, SearchIndex, SearchReader

T = TypeVar("T")


@dataclass
class Work:
    """Fetches of one question, the candidates they brought, and the most terms that one looked for."""

    fetches: int = 0
    candidates: int = 0
    terms: int = 0


class CountingReader:
    """A view of the index that counts its fetches."""

    def __init__(self, reader: SearchReader, work: Work) -> None:
        self._reader = reader
        self._work = work
        self.version, self.terms, self.briefs = reader.version, reader.terms, reader.briefs
        self.topics, self.providers, self.heat_scale = reader.topics, reader.providers, reader.heat_scale

    def fetch(self, wanted: Fetch) -> list[Candidate]:
        found = self._reader.fetch(wanted)
        terms = sum(len(group.any_of) for group in (*wanted.all_of, *wanted.none_of))
        self._work.fetches += 1
        self._work.candidates += len(found)
        self._work.terms = max(self._work.terms, terms)
        return found


class CountingIndex:
    """An index whose reads are counted; `take` gives the work since it was last called."""

    def __init__(self, index: SearchIndex) -> None:
        self._work = Work()
        self._index = index

    def take(self) -> Work:
        done, self._work = self._work, Work()
        return done

    async def read(self, work: Callable[[SearchReader], T]) -> T:
        counted = self._work
        return await self._index.read(lambda reader: work(CountingReader(reader, counted)))

    async def brief(self, slug: str) -> Brief | None:
        return await self._index.brief(slug)

    async def by_address(self, address: str) -> Brief | None:
        return await self._index.by_address(address)

    async def status(self, now: datetime) -> IndexStatus:
        return await self._index.status(now)
