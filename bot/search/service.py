"""The search as other rooms see it: one value per question, one hop to the database for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.domain.address import canonical_address
from bot.domain.brief import Brief
from bot.domain.directory import Directory
from bot.domain.ports import Clock, SearchIndex, SearchReader
from bot.domain.query import Query
from bot.domain.result import HeatScale, NameCount, SearchResult
from bot.errors import StoreAway
from bot.search.asking import MOST_ADDRESSES, Outcome, Page, Pasted, View, ask
from bot.search.completing import completions
from bot.search.explaining import Explanation, explained
from bot.search.known import Aliases, Known
from bot.search.language import address_of, is_address, parse_query
from bot.search.names import Names
from bot.search.narrowing import Narrower, Narrowing
from bot.search.vocabulary import Lexicon

_ALIASES_STAY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _KnownAliases:
    """Other names as they were at a version of the index and of the folders."""

    version: int
    directory: Directory
    good_until: datetime
    names: Aliases


class Search:
    """Answers queries over one index; `directory` gives the providers and topics folders as they are now."""

    def __init__(self, index: SearchIndex, clock: Clock, directory: Callable[[], Directory]) -> None:
        self._index = index
        self._clock = clock
        self._directory = directory
        self._lexicon = Lexicon()
        self._catching_up: asyncio.Task[None] | None = None
        self._aliases: _KnownAliases | None = None
        self._names: tuple[int, Directory, Names] | None = None

    def parse(self, text: str, zone: tzinfo) -> Query:
        """What a person typed as a query; QueryError where a filter's value cannot be."""
        return parse_query(text, now=self._clock.now(), zone=zone)

    async def find(self, query: Query, *, limit: int = 10, offset: int = 0) -> SearchResult:
        """Hits from `offset` on; QueryError for a topic or provider name nobody knows."""
        return (await self._ask(query, Page(limit=limit, offset=offset))).result

    async def ask(self, text: str, zone: tzinfo, *, limit: int = 10, offset: int = 0) -> SearchResult:
        """Parse and find in one call."""
        return await self.find(self.parse(text, zone), limit=limit, offset=offset)

    async def topics(self) -> list[NameCount]:
        """Topics of visible briefs, most frequent first."""
        now = self._clock.now()
        return await self._index.read(lambda reader: reader.topics(now))

    async def providers(self) -> list[NameCount]:
        """Providers of visible briefs, most frequent first."""
        now = self._clock.now()
        return await self._index.read(lambda reader: reader.providers(now))

    async def heat_scale(self) -> HeatScale:
        """The heat of all visible briefs."""
        now = self._clock.now()
        return await self._index.read(lambda reader: reader.heat_scale(now))

    async def narrowing(self, text: str, zone: tzinfo, *, strict: bool = False) -> Narrowing:
        """The filters of one digest or rule, ready for single briefs; `zone` is where its days begin.

        Raises QueryError where `parse` does and, with `strict`, for a topic or provider that nobody has;
        without it such a name matches nothing.
        """
        self.parse(text, zone)
        found = (await self.narrowings([(text, zone)]))[0]
        if strict and found.problem:
            raise found.problem
        return found

    async def narrowings(self, texts: Sequence[tuple[str, tzinfo]]) -> list[Narrowing]:
        """The filters of many digests and rules in one read, in order; nothing that was typed raises.

        A rule that cannot be read any more lets no brief pass and says why in `problem`.
        """
        now = self._clock.now()

        def work(reader: SearchReader) -> list[Narrowing]:
            view = self._view(reader)
            return Narrower(now, view.names, view.scale).read_all(texts)

        return await self._index.read(work)

    async def explain(self, text: str, zone: tzinfo, *, limit: int = 10) -> Explanation:
        """The answer with the way to it: reading, fetches, and each hit's score in parts."""
        query = self.parse(text, zone)
        pasted = await self._pasted(query)
        page = Page(limit=limit)

        def work(reader: SearchReader) -> Explanation:
            view = self._view(reader)
            return explained(ask(view, query, page, pasted), view.known.vocabulary)

        return await self._index.read(work)

    async def complete(self, text: str, limit: int = 5) -> list[str]:
        """Texts that the typed one may become: its last word finished, a name after `topic:` or `from:`."""
        return await self._index.read(lambda reader: completions(self._view(reader), text, limit))

    async def _ask(self, query: Query, page: Page) -> Outcome:
        pasted = await self._pasted(query)
        outcome = await self._index.read(lambda reader: ask(self._view(reader), query, page, pasted))
        if self._lexicon.is_behind and (self._catching_up is None or self._catching_up.done()):
            self._catching_up = asyncio.create_task(self._catch_up())
        return outcome

    async def _catch_up(self) -> None:
        """Read the newest words beside the answers; where the database is away, the next question says so."""
        with suppress(StoreAway):
            await self._index.read(self._lexicon.catch_up)

    async def _pasted(self, query: Query) -> Pasted:
        """The briefs whose addresses stand in the query."""
        found: dict[bool, list[Brief]] = {False: [], True: []}
        for word in [word for word in query.words if is_address(word)][:MOST_ADDRESSES]:
            brief = await self._index.by_address(canonical_address(address_of(word)))
            if brief and brief not in found[word.excluded]:
                found[word.excluded].append(brief)
        return Pasted(wanted=tuple(found[False]), excluded=tuple(found[True]))

    def _view(self, reader: SearchReader) -> View:
        now = self._clock.now()
        vocabulary = self._lexicon.current(reader)
        return View(
            reader=reader,
            known=Known(vocabulary, self._known_aliases(reader, vocabulary.version, now)),
            now=now,
            names=lambda: self._known_names(reader),
            scale=lambda: reader.heat_scale(now),
        )

    def _known_aliases(self, reader: SearchReader, version: int, now: datetime) -> Aliases:
        """Other names of topics and providers, during a sync as they were a few seconds ago."""
        directory = self._directory()
        known = self._aliases
        if known and known.directory is directory and (known.version == version or now < known.good_until):
            return known.names
        names = self._known_names(reader).aliases()
        self._aliases = _KnownAliases(version, directory, now + _ALIASES_STAY, names)
        return names

    def _known_names(self, reader: SearchReader) -> Names:
        """The names of this version of the index and these folders, made once."""
        version, directory = reader.version(), self._directory()
        known = self._names
        if known and known[0] == version and known[1] is directory:
            return known[2]
        now = self._clock.now()
        names = Names(reader.topics(now), reader.providers(now), directory)
        self._names = version, directory, names
        return names
