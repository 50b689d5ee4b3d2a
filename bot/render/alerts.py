"""Alerts, what grew since, and what was held back, as their templates see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.answers import Alert, Bundle, TopicShare
from bot.domain.result import HeatScale
from bot.render.pages import VALUE_LENGTH, quoted
from bot.render.pieces import (
    LEVELS,
    Detail,
    NoteView,
    PieceView,
    note_view,
    piece_view,
    row_view,
    tight_notes,
    tight_piece,
)
from bot.render.text import clean, shorten, size
from bot.render.views import NAME_LENGTH, ArticleView, RowView, Views
from bot.render.wording import count, heat_words, percent

TOPIC_BUTTONS = 3
ROWS_SHOWN = 5
REASON_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicButton:
    """A topic that may be muted: its shown name, the button's value, and what muting it does in words."""

    name: str
    value: str
    hides: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePage:
    """What was held back: the lead in full, `rows` with buttons, `notes` on one line, `more` not shown.

    `shown` are all of these in order, `count` is how many in all, `reason` what held them.
    """

    shown: tuple[ArticleView, ...]
    lead: PieceView | None
    rows: tuple[RowView, ...]
    notes: tuple[NoteView, ...]
    more: int
    count: int
    reason: str


def alert_page(alert: Alert, scale: HeatScale, views: Views) -> dict[str, object]:
    """The card with the reason on a line of its own, so that the heat is not told twice."""
    topics = (_topic_button(topic) for topic in alert.topics[:TOPIC_BUTTONS])
    return {
        "brief": replace(piece_view(alert.piece, scale, views), heat=""),
        "reason": _reason(alert, scale),
        "story": str(alert.brief_id),
        "topics": [topic for topic in topics if topic],
    }


def escalation_page(alert: Alert, scale: HeatScale, views: Views) -> dict[str, object]:
    """What grew since the message above it."""
    return {"brief": piece_view(alert.piece, scale, views), "grown": _grown(alert)}


def bundle_pages(bundle: Bundle, scale: HeatScale, views: Views) -> Iterator[BundlePage]:
    """The bundle with ever less: fewer rows and more lines, then shorter lines, at last fewer of them."""
    lead, others = bundle.pieces[:1], bundle.pieces[1:]
    full = [piece_view(piece, scale, views) for piece in lead]
    rows = [row_view(piece, number, scale, views) for number, piece in enumerate(others, 2)]
    notes = [note_view(piece, views, scale) for piece in others]
    for detail, row_count, shown in _shrinking(len(others)):
        first = [tight_piece(piece, detail, leads=True) for piece in full]
        kept = tight_notes(notes[row_count:shown], detail)
        yield BundlePage(
            shown=(*first, *rows[:row_count], *kept),
            lead=first[0] if first else None,
            rows=tuple(rows[:row_count]),
            notes=kept,
            more=bundle.more + len(others) - row_count - len(kept),
            count=len(bundle.pieces) + bundle.more,
            reason=shorten(quoted(bundle.reason), REASON_LENGTH),
        )


def _shrinking(others: int) -> Iterator[tuple[Detail, int, int]]:
    """How much of each, how many rows, and up to which one they are shown."""
    yield Detail(), min(others, ROWS_SHOWN), others
    for detail in (LEVELS[0], *LEVELS[-2:]):
        yield detail, 0, others
    for shown in range(others - 1, -1, -1):
        yield LEVELS[-1], 0, shown


def _reason(alert: Alert, scale: HeatScale) -> tuple[str, ...]:
    """`hotter than 19 in 20`, `heat 142 over your 100`, `9 outlets`, `quality 87`; without unknown parts."""
    brief, line = alert.piece.brief, alert.line
    over = f" over your {line}" if line is not None and brief.warmth > line else ""
    parts = [
        heat_words(brief.warmth, scale),
        f"heat {brief.warmth}{over}",
        count(alert.piece.outlets, "outlet") if alert.piece.outlets else "",
        f"quality {brief.quality}" if brief.quality is not None else "",
    ]
    return tuple(part for part in parts if part)


def _grown(alert: Alert) -> tuple[str, ...]:
    heat, outlets = alert.piece.brief.warmth, alert.piece.outlets
    before = alert.old_outlets if alert.old_outlets is not None else outlets
    parts = [
        f"heat {alert.old_heat} → {heat}" if alert.old_heat is not None and heat > alert.old_heat else "",
        count(outlets - before, "more outlet") if outlets > before else "",
    ]
    return tuple(part for part in parts if part)


def _topic_button(topic: TopicShare) -> TopicButton | None:
    """None for a topic without a visible name, or with one that no button can carry."""
    name = shorten(clean(topic.name), NAME_LENGTH)
    if not name or size(topic.name) > VALUE_LENGTH:
        return None
    return TopicButton(name=name, value=topic.name, hides=f"hides {percent(topic.share)} of your news")
