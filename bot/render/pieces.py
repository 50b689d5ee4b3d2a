"""A brief in a digest, an alert or a bundle, as a template sees it: in full, or on one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.answers import Piece
from bot.domain.brief import Article, Brief
from bot.domain.coverage import distinct_related, outlet_key
from bot.domain.delivery import Mark
from bot.domain.result import HeatScale, Hit
from bot.render.related import closest_first
from bot.render.text import LINK_LENGTH, shorten, size
from bot.render.views import (
    EXCERPT_LENGTH,
    TITLE_LENGTH,
    ArticleView,
    BriefView,
    RowView,
    Views,
    article_url,
    headline,
    outlet_name,
)

COVERAGE_SHOWN = 5
OWN_TITLE_LENGTH = 80
MARKS = {Mark.NEW: "New", Mark.RISING: "Rising", Mark.UPDATE: "Update"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLink:
    """Related coverage as one link of a line.

    `name` is the other outlet's; for a further article of the brief's own outlet its title.
    """

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceView(BriefView):
    """A brief in full whose related coverage is one line: `coverage` has the closest article of each outlet.

    `outlets` counts those of its whole story.
    """

    coverage: tuple[CoverageLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView(ArticleView):
    """A brief on one line; `mark` and `heat` are words or empty."""

    slug: str
    mark: str
    heat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much of each brief is shown: lengths in characters, numbers of links and topics.

    A title whose address is longer than `url` is plain text.
    """

    excerpt: int = EXCERPT_LENGTH
    coverage: int = COVERAGE_SHOWN
    topics: int = 3
    title: int = TITLE_LENGTH
    url: int = LINK_LENGTH
    divided: bool = True


LEVELS = (
    Detail(excerpt=300),
    Detail(excerpt=300, coverage=3),
    Detail(excerpt=200, coverage=3),
    Detail(excerpt=200, coverage=2),
    Detail(excerpt=140, coverage=2),
    Detail(excerpt=140, coverage=1),
    Detail(excerpt=100, coverage=1, divided=False),
    Detail(excerpt=60, coverage=0, divided=False),
    Detail(excerpt=0, coverage=0, divided=False),
    Detail(excerpt=0, coverage=0, title=120, url=250, divided=False),
    Detail(excerpt=0, coverage=0, topics=1, title=90, url=120, divided=False),
)
"""From the fullest to the tightest, in which six briefs in full and ten on a line fit whatever they hold.

Related coverage shrinks before the excerpt: its addresses take the most room and its button stays.
"""


def piece_view(piece: Piece, scale: HeatScale, views: Views) -> PieceView:
    """A brief in full, with everything there is to show."""
    shown = views.brief(piece.brief, scale)
    fields = {name: getattr(shown, name) for name in BriefView.__dataclass_fields__}
    fields["mark"] = mark_words(piece)
    fields["outlets"] = max(shown.outlets, piece.outlets)
    fields["is_alone"] = shown.is_alone and not piece.outlets
    return PieceView(**fields, coverage=_coverage(piece.brief))


def note_view(piece: Piece, views: Views, scale: HeatScale | None = None) -> NoteView:
    """A brief on one line; heat in words where there is a scale to compare it with."""
    row = row_view(piece, 1, scale or HeatScale(), views)
    fields = {name: getattr(row, name) for name in ArticleView.__dataclass_fields__}
    return NoteView(**fields, slug=row.slug, mark=mark_words(piece), heat=row.heat)


def row_view(piece: Piece, number: int, scale: HeatScale, views: Views) -> RowView:
    """A brief as a compact row with a button."""
    return views.row(Hit(brief=piece.brief, score=0.0), number, scale)


def mark_words(piece: Piece) -> str:
    """Why it stands there, in a word; nothing where that is not known."""
    return MARKS[piece.mark] if piece.mark else ""


def tight_piece(shown: PieceView, detail: Detail, *, leads: bool = False) -> PieceView:
    """The brief with as much as `detail` allows; the one that leads keeps its image and a longer excerpt."""
    excerpt = min(EXCERPT_LENGTH, detail.excerpt * 2) if leads else detail.excerpt
    links = (link for link in shown.coverage if size(link.url) <= detail.url)
    return replace(
        shown,
        title=shorten(shown.title, detail.title),
        url=_short_url(shown.url, detail),
        excerpt=shorten(shown.excerpt, excerpt) if excerpt else "",
        image=shown.image if leads else None,
        topics=shown.topics[: detail.topics],
        coverage=tuple(links)[: detail.coverage],
    )


def tight_notes(shown: Sequence[NoteView], detail: Detail) -> tuple[NoteView, ...]:
    """The lines with as much as `detail` allows."""
    return tuple(
        replace(note, title=shorten(note.title, detail.title), url=_short_url(note.url, detail))
        for note in shown
    )


def _short_url(url: str, detail: Detail) -> str:
    return url if size(url) <= detail.url else ""


def _coverage(brief: Brief) -> tuple[CoverageLink, ...]:
    """The closest articles with an address, one of each other outlet; else those of the brief's own."""
    related = [article for article in closest_first(brief, distinct_related(brief)) if article_url(article)]
    others: dict[str, Article] = {}
    for article in related:
        key = outlet_key(article)
        if key and key != outlet_key(brief):
            others.setdefault(key, article)
    if others:
        chosen = list(others.values())[:COVERAGE_SHOWN]
        return tuple(CoverageLink(name=outlet_name(one), url=article_url(one)) for one in chosen)
    own = related[:COVERAGE_SHOWN]
    return tuple(
        CoverageLink(name=shorten(headline(one), OWN_TITLE_LENGTH), url=article_url(one)) for one in own
    )
