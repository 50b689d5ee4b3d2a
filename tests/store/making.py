"""Briefs, files and a clock for tests of what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.brief import Brief, Provider
from bot.domain.index import FileStamp, IndexChanges, IndexedFile, slug_of
from bot.domain.ports import Candidate, Condition, Fetch, Field, Group, SearchReader, Term
from bot.domain.problem import Problem, Severity
from bot.store import Store

NOON = datetime(2021, 2, 5, 12, tzinfo=UTC)


class HandClock:
    """A clock that shows what it was set to."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def make_brief(slug: str, title: str = "A title", **fields: Any) -> Brief:
    """A visible brief from the hour before NOON; `ago` is in hours."""
    ago = fields.pop("ago", 1)
    defaults: dict[str, Any] = {
        "web_url": f"https://news.example/{slug}",
        "published_at": NOON - timedelta(hours=ago),
        "quality": 50,
        "heat": 50,
    }
    return Brief(slug=slug, title=title, **{**defaults, **fields})


def provided_by(name: str, domain: str = "") -> Provider:
    return Provider(name=name, domain=domain)


def as_file(brief: Brief, *, path: str = "", digest: str = "") -> IndexedFile:
    """The brief as the file that sync would hand over."""
    path = path or f"/briefs/{brief.slug}.md"
    stamp = FileStamp(path=path, size=100, mtime_ns=1)
    return IndexedFile(stamp=stamp, slug=brief.slug, digest=digest or f"d-{brief.slug}", brief=brief)


def bad_file(path: str, message: str = "the title is missing") -> IndexedFile:
    problem = Problem(
        path=path, line=2, column=1, severity=Severity.ERROR, field="title", message=message, hint="add one"
    )
    slug = slug_of(path)
    stamp = FileStamp(path=path, size=10, mtime_ns=1)
    return IndexedFile(stamp=stamp, slug=slug, digest="bad", brief=None, problems=(problem,))


async def put(store: Store, *briefs: Brief) -> None:
    """Index these briefs in one batch."""
    await store.index.apply(IndexChanges(files=tuple(as_file(brief) for brief in briefs)))


async def remove(store: Store, *slugs: str) -> None:
    await store.index.apply(IndexChanges(gone=tuple(f"/briefs/{slug}.md" for slug in slugs)))


def group(*tokens: str, fields: Field = Field.ALL) -> Group:
    """Any of these tokens; one that ends in `*` is a prefix."""
    return Group(tuple(Term(token.removesuffix("*"), prefix=token.endswith("*")) for token in tokens), fields)


async def candidates(store: Store, *groups: Group, **wanted: Any) -> list[Candidate]:
    fetch = Fetch(**{"now": NOON, "all_of": groups, **wanted})
    return await store.index.read(lambda reader: reader.fetch(fetch))


async def slugs(store: Store, *groups: Group, where: Sequence[Condition] = (), **wanted: Any) -> list[str]:
    """The slugs of a fetch at NOON."""
    return [found.slug for found in await candidates(store, *groups, conditions=tuple(where), **wanted)]


async def frequencies(store: Store, since: int = 0) -> dict[str, int]:
    def read(reader: SearchReader) -> dict[str, int]:
        return dict(reader.terms(since).frequencies)

    return await store.index.read(read)
