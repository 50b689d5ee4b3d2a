"""Briefs and searches for the tests of this room, made in a line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.domain.brief import Article, Brief, Provider
from bot.domain.directory import EMPTY_DIRECTORY, Directory
from bot.domain.result import SearchResult
from bot.search import Search
from tests.search.memory_reader import MemoryIndex

NOW = datetime(2021, 2, 5, 8, 58, tzinfo=UTC)


class FixedClock:
    """A clock that stands still."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


def brief(
    title: str,
    *,
    heat: int = 50,
    quality: int | None = 50,
    hours: float = 24,
    provider: str = "The Next Web",
    domain: str = "thenextweb.com",
    topics: tuple[str, ...] = (),
    excerpt: str = "",
    related: tuple[str, ...] = (),
    kind: str = "article",
    slug: str = "",
    hidden: bool = False,
) -> Brief:
    """A brief that was published so many hours before `NOW`."""
    name = slug or title.lower().replace(" ", "-")
    return Brief(
        slug=name,
        title=title,
        excerpt=excerpt,
        heat=heat,
        quality=quality,
        published_at=NOW - timedelta(hours=hours),
        web_url=f"https://{domain}/{name if name.isascii() else 'article'}",
        provider=Provider(name=provider, domain=domain),
        topics=topics,
        related=tuple(Article(title=other, web_url="https://example.com/") for other in related),
        type=kind,
        published=not hidden,
    )


def search_over(
    briefs: Iterable[Brief], *, directory: Directory = EMPTY_DIRECTORY, now: datetime = NOW
) -> Search:
    """A search over briefs in memory."""
    return Search(MemoryIndex(briefs), FixedClock(now), lambda: directory)


async def titles(search: Search, text: str, *, limit: int = 10, offset: int = 0) -> list[str]:
    """The titles that a query finds, in order."""
    return titles_of(await search.ask(text, UTC, limit=limit, offset=offset))


def titles_of(result: SearchResult) -> list[str]:
    """The titles of a result's hits."""
    return [hit.brief.title for hit in result.hits]
