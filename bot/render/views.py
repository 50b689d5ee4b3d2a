"""What a template sees: plain, cleaned, shortened values with every decision already made.

Text in a view is not escaped; a template says with a filter where it goes. Addresses are checked and ready.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.coverage import distinct_related, host_of, other_outlets
from bot.domain.directory import Directory
from bot.domain.logo import choose_logo, resolve_image
from bot.domain.result import HeatScale, Hit
from bot.domain.text import words
from bot.render.related import closest_first
from bot.render.text import plain, safe_url, shorten, size
from bot.render.wording import day_text, heat_words, is_hot, with_cut_marked

TITLE_LENGTH = 300
ROW_TITLE_LENGTH = 160
"""Titles in rows; the longest of 975 real ones has 150 characters."""
EXCERPT_LENGTH = 500
NAME_LENGTH = 60
TOPICS_SHOWN = 5
RELATED_SHOWN = 3
BUTTON_URL_LENGTH = 3000
ALT_LENGTH = 150
UNTITLED = "Untitled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image that Slack can show: its address, and what a screen reader says instead."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day: seconds since 1970 for the reader's own zone, and the text for clients that cannot tell."""

    timestamp: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article as a row shows it; `url` is empty where there is no usable address."""

    title: str
    url: str
    provider: str
    logo: Picture | None
    day: Day | None
    is_video: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefView(ArticleView):
    """A brief as a card shows it.

    `related` are the closest three, `more_related` how many follow, `outlets` how many distinct other ones
    these come from or, where there are none, published the same report; `is_alone` is true for a hot brief
    that no other outlet reports. `heat` is words or empty. `mark` says in a digest why it stands there.
    """

    slug: str
    excerpt: str
    image: Picture | None
    topics: tuple[str, ...]
    heat: str
    related: tuple[ArticleView, ...]
    more_related: int
    outlets: int
    is_alone: bool
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView(ArticleView):
    """A hit as a compact row: `number` counts from 1 over all pages, `matched` are words for bold print."""

    slug: str
    heat: str
    number: int
    matched: tuple[str, ...]


class _Common(TypedDict):
    """The fields of ArticleView, to be passed on to the views that have more."""

    title: str
    url: str
    provider: str
    logo: Picture | None
    day: Day | None
    is_video: bool


@dataclass(frozen=True, slots=True)
class Views:
    """Makes views; knows where logos and relative images come from."""

    directory: Callable[[], Directory]
    assets_url: str

    def article(self, article: Article) -> ArticleView:
        """One related article."""
        return ArticleView(**self._common(article, ROW_TITLE_LENGTH))

    def brief(self, brief: Brief, scale: HeatScale) -> BriefView:
        """One brief in full."""
        related = closest_first(brief, distinct_related(brief))
        return BriefView(
            **self._common(brief, TITLE_LENGTH),
            slug=brief.slug,
            excerpt=_excerpt(brief),
            image=self._image(brief),
            topics=_topics(brief.topics),
            heat=heat_words(brief.warmth, scale),
            related=tuple(self.article(article) for article in related[:RELATED_SHOWN]),
            more_related=len(related[RELATED_SHOWN:]),
            outlets=other_outlets(brief, related or brief.related),
            is_alone=is_hot(brief.warmth, scale) and not other_outlets(brief, brief.related),
        )

    def row(self, hit: Hit, number: int, scale: HeatScale) -> RowView:
        """One hit of a list."""
        brief = hit.brief
        return RowView(
            **self._common(brief, ROW_TITLE_LENGTH),
            slug=brief.slug,
            heat=heat_words(brief.warmth, scale),
            number=number,
            matched=hit.matched,
        )

    def logo(self, provider: Provider, name: str) -> Picture | None:
        """The provider's logo where one is known."""
        return _picture(choose_logo(provider, self.directory(), self.assets_url), name or "logo")

    def _common(self, article: Article, title_length: int) -> _Common:
        provider = outlet_name(article)
        return _Common(
            title=headline(article, title_length),
            url=article_url(article),
            provider=provider,
            logo=self.logo(article.provider, provider),
            day=day_of(article.published_at),
            is_video=article.is_video,
        )

    def _image(self, brief: Brief) -> Picture | None:
        alt = ": ".join(part for part in (outlet_name(brief), headline(brief)) if part)
        found = (_picture(resolve_image(image, self.assets_url), alt) for image in brief.images)
        return next((picture for picture in found if picture), None)


def headline(article: Article, length: int = TITLE_LENGTH) -> str:
    """The title on one line, never empty."""
    return shorten(plain(article.title), length) or UNTITLED


def outlet_name(article: Article) -> str:
    """The provider's name or domain; for an article without either, the host of its address."""
    name = plain(article.provider.name) or plain(article.provider.domain) or plain(host_of(article.link))
    return shorten(name, NAME_LENGTH)


def article_url(article: Article) -> str:
    """The first usable address, in the order of `Article.link`, that is short enough for a button."""
    urls = (safe_url(url) for url in (article.web_url, article.original_url, article.amp_web_url))
    return next((url for url in urls if url and size(url) <= BUTTON_URL_LENGTH), "")


def names(found: Sequence[str]) -> tuple[str, ...]:
    """Cleaned, shortened names without empty and repeated ones."""
    shown = (shorten(plain(name), NAME_LENGTH) for name in found)
    return tuple(dict.fromkeys(name for name in shown if name))


def day_of(moment: datetime | None) -> Day | None:
    """A moment as a template sees it."""
    return Day(timestamp=int(moment.timestamp()), text=day_text(moment)) if moment else None


def _topics(topics: Sequence[str]) -> tuple[str, ...]:
    return names(topics)[:TOPICS_SHOWN]


def _excerpt(brief: Brief) -> str:
    """The excerpt, shortened, with a cut sentence marked; nothing where it only repeats the title."""
    text = plain(brief.excerpt)
    if not text or words(text) == words(plain(brief.title)):
        return ""
    return with_cut_marked(shorten(text, EXCERPT_LENGTH))


def _picture(image: Image | None, alt: str) -> Picture | None:
    url = safe_url(image.url) if image else ""
    return Picture(url=url, alt=shorten(alt, ALT_LENGTH)) if url and size(url) <= BUTTON_URL_LENGTH else None
