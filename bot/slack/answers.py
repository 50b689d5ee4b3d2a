"""What is answered to a verb or a button: one call into search or the index, one message."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta, tzinfo
from typing import TypeGuard

from bot.domain.answers import OwedStatus
from bot.domain.brief import Brief, is_visible
from bot.domain.message import Message, PageValue, RelatedValue
from bot.domain.result import SearchResult
from bot.errors import QueryError
from bot.slack.commands import LISTS, Asked, Verb, read_command
from bot.slack.instead import instead_of
from bot.slack.outlet import Asker
from bot.slack.services import Services
from bot.slack.visitors import is_admin

PAGE = 5
FARTHEST = 100_000
"""The highest offset that a button may ask for."""
FRONT_DAYS = 30
"""The bare command shows the hottest of the folder's newest days, as `heat:top` does; if too few, of all."""
TITLES = {Verb.TOP: "Hottest first", Verb.LATEST: "Newest first"}


OwnNotes = Callable[[Asker], Awaitable[Sequence[str]]]
OwedNotes = Callable[[Asker], Awaitable[OwedStatus]]


class Answers:
    """Makes messages; raises QueryError and StoreAway as search and index do.

    `own_notes` are the surface's own sentences for `status`, after those of the services; `owed_notes` is
    what it says of digests, alerts and deliveries, where there are any.
    """

    def __init__(self, services: Services, own_notes: OwnNotes, owed_notes: OwedNotes | None = None) -> None:
        self._services = services
        self._own_notes = own_notes
        self._owed_notes = owed_notes

    def read(self, text: str) -> Asked:
        """Which verb a text means; dates are not looked at yet, so any zone does."""
        zone = self._services.settings.timezone
        owes = self._services.owing is not None
        return read_command(text, lambda rest: self._services.search.parse(rest, zone), owes=owes)

    async def to_command(self, asked: Asked, zone: tzinfo, asker: Asker) -> Message:
        """The answer to a verb."""
        services = self._services
        match asked.verb:
            case Verb.FRONT:
                return await self._front(zone)
            case Verb.HELP:
                return services.renderer.help(can_share=asker.can_share)
            case Verb.TOPICS:
                return services.renderer.topics(await services.search.topics())
            case Verb.PROVIDERS:
                return services.renderer.providers(await services.search.providers())
            case Verb.STATUS:
                return await self._status(asker)
            case _:
                return await self.to_query(asked.query, zone, asker, title=TITLES.get(asked.verb, ""))

    async def to_query(
        self, query: str, zone: tzinfo, asker: Asker, *, offset: int = 0, title: str = ""
    ) -> Message:
        """A page of hits, from `offset` on; a QueryError carries what may be asked instead."""
        search = self._services.search
        try:
            result = await search.ask(query, zone, limit=PAGE, offset=offset)
        except QueryError as error:
            instead = instead_of(query, error, lambda text: search.parse(text, zone))
            error.instead = self.read(instead).query
            raise
        scale = await search.heat_scale()
        return self._services.renderer.results(result, scale, title=title, can_share=asker.can_share)

    async def brief(self, slug: str) -> Brief | None:
        """The brief behind a button, hidden ones too."""
        return await self._services.index.brief(slug)

    def is_listed(self, brief: Brief | None) -> TypeGuard[Brief]:
        """True where a reader may see it now."""
        return brief is not None and is_visible(brief, self._services.clock.now())

    async def show(self, slug: str, asker: Asker) -> Message:
        """A brief in full for the asker, or that it is gone."""
        brief = await self.brief(slug)
        if not self.is_listed(brief):
            return self._services.renderer.gone(brief)
        scale = await self._services.search.heat_scale()
        return self._services.renderer.brief(brief, scale, can_share=asker.can_share)

    async def shared(self, brief: Brief, asker: Asker) -> Message:
        """A brief as the asker shares it."""
        scale = await self._services.search.heat_scale()
        return self._services.renderer.brief(brief, scale, shared_by=asker.user)

    async def related(self, slug: str, *, offset: int = 0) -> Message:
        """A brief's related coverage from `offset` on, or that the brief is gone."""
        brief = await self.brief(slug)
        if not self.is_listed(brief):
            return self._services.renderer.gone(brief)
        return self._services.renderer.related(brief, offset=offset)

    async def _status(self, asker: Asker) -> Message:
        """How things are; the rejected files only for who may see them."""
        services = self._services
        status = await services.index.status(services.clock.now())
        return services.renderer.status(
            status,
            [*services.notes(), *await self._own_notes(asker)],
            show_problems=is_admin(services.settings, asker),
            owed=await self._owed_notes(asker) if self._owed_notes else None,
        )

    async def _front(self, zone: tzinfo) -> Message:
        search = self._services.search
        result = await self._newest_days(zone)
        if result is None or len(result.hits) < PAGE:
            result = await search.ask("sort:heat", zone, limit=PAGE, offset=0)
        return self._services.renderer.front(result, await search.heat_scale())

    async def _newest_days(self, zone: tzinfo) -> SearchResult | None:
        search = self._services.search
        newest = await search.ask("sort:new", zone, limit=1, offset=0)
        published = newest.hits[0].brief.published_at if newest.hits else None
        if published is None:
            return None
        first_day = (published - timedelta(days=FRONT_DAYS)).astimezone(zone).date()
        return await search.ask(f"sort:heat since:{first_day.isoformat()}", zone, limit=PAGE, offset=0)


def page_value(text: str) -> PageValue | None:
    """What a More button carries; None for what is none of ours."""
    query, offset = _carried(text, "query")
    return PageValue(query=query, offset=offset) if offset else None


def related_value(text: str) -> RelatedValue | None:
    """What the More button of related coverage carries; None for what is none of ours."""
    slug, offset = _carried(text, "slug")
    return RelatedValue(slug=slug, offset=offset) if offset else None


def _carried(text: str, name: str) -> tuple[str, int]:
    """The text of this name and the offset in a button's JSON; no offset where either is not to be used."""
    try:
        found = json.loads(text)
        carried, offset = found[name], found["offset"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "", 0
    if not isinstance(carried, str) or type(offset) is not int or not 0 < offset <= FARTHEST:
        return "", 0
    return carried, offset


def title_of(query: str) -> str:
    """The title of a list's further pages: that of the list it began as."""
    for verb, sort in LISTS.items():
        if query.startswith(f"sort:{sort}"):
            return TITLES[verb]
    return ""
