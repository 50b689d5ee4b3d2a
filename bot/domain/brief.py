"""The brief: one Markdown file's meaning, with every field of the format.

Fields keep the format's own names, in snake case; times are aware UTC and end in `_at`. The opaque
`secured` field is not here: the parser notes that it is present and drops it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

RELATED_HEAT = 20
"""Heat that one related article adds where a file gives no heat: the format's own formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture's address with its size in pixels where the file gives it."""

    url: str
    width: int | None = None
    height: int | None = None
    title: str | None = None
    is_cached: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The publisher of an article: a name, a domain, or both, and its logos in several sizes."""

    name: str = ""
    domain: str = ""
    images: tuple[Image, ...] = ()

    @property
    def label(self) -> str:
        """What a reader sees: the name, else the domain, else nothing."""
        return self.name or self.domain

    @property
    def key(self) -> str:
        """What makes two providers the same one: the domain without `www.`, else the name, in lower case."""
        return self.domain.lower().removeprefix("www.") or self.name.strip().casefold()


NO_PROVIDER = Provider()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A publisher's page: what a brief is about, and what each of its related coverage is.

    `published_at` of a related article may be missing. `heat` and `quality` are whole numbers without
    bounds; None is unknown. `link` is never empty for a parsed value.
    """

    title: str
    excerpt: str = ""
    category: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    original_url: str = ""
    web_url: str = ""
    amp_web_url: str = ""
    cdn_amp_web_url: str = ""
    type: str = ""
    quality: int | None = None
    heat: int | None = None
    published: bool = True
    removed: bool = False
    deleted: bool = False
    featured_content: str = ""
    locale: str = ""
    provider: Provider = NO_PROVIDER
    topics: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    related: tuple[Article, ...] = ()

    @property
    def link(self) -> str:
        """Where a reader is sent: the web address, else the original, else the AMP one."""
        return self.web_url or self.original_url or self.amp_web_url

    @property
    def is_video(self) -> bool:
        """True for a video; everything else counts as an article."""
        return self.type.casefold() == "video"

    @property
    def is_hidden(self) -> bool:
        """True where the editor keeps it out of every answer: not published, removed or deleted."""
        return not self.published or self.removed or self.deleted

    @property
    def is_withdrawn(self) -> bool:
        """True where the editor took it back for good: removed or deleted."""
        return self.removed or self.deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief(Article):
    """One Markdown file: an article with its slug (the file name without `.md`).

    In a stored brief `published_at` is always set: a missing date is the time the file was first seen.
    """

    slug: str

    @property
    def warmth(self) -> int:
        """Heat, or where the file gives none quality + 20 for each related article (contract section 6)."""
        if self.heat is not None:
            return self.heat
        return (self.quality or 0) + RELATED_HEAT * len(self.related)


def is_visible(brief: Brief, now: datetime) -> bool:
    """True when a reader may see it at `now`: not hidden, and its publication is not in the future."""
    return not brief.is_hidden and (brief.published_at is None or brief.published_at <= now)
