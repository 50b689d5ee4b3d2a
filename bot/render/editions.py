"""A digest from the fullest form to the tightest: what has no room above goes on in its thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.answers import Edition, Piece
from bot.domain.coverage import outlet_key
from bot.domain.delivery import Mark
from bot.domain.result import HeatScale
from bot.render.pages import quoted
from bot.render.pieces import (
    LEVELS,
    Detail,
    NoteView,
    PieceView,
    note_view,
    piece_view,
    tight_notes,
    tight_piece,
)
from bot.render.text import shorten
from bot.render.views import Views, names
from bot.render.wording import clock_text, count, date_text

RULE_LENGTH = 300
TOPICS_TOLD = 3
THREAD_LEVELS = (Detail(), *LEVELS[-2:])
PREVIEW = "Only you see this preview."


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPage:
    """A digest.

    `full` are the briefs in full, the lead first, `also` those on one line, `rest` those in the thread, and
    `more` counts those that wait for the next digest. `header` is the local date, `summary` what sums it up,
    in parts. `notes` say that it is a preview, or late. `rule` is why it comes; `digest` its id where it has
    settings to change. `is_single` is true for one brief, which is a card alone.
    """

    header: str
    summary: tuple[str, ...]
    notes: tuple[str, ...]
    full: tuple[PieceView, ...]
    also: tuple[NoteView, ...]
    rest: tuple[NoteView, ...]
    more: int
    rule: str
    digest: str
    is_single: bool
    is_preview: bool
    is_divided: bool


def edition_pages(edition: Edition, scale: HeatScale, views: Views) -> Iterator[EditionPage]:
    """The digest with ever less: first of each brief, at last of the briefs, which move to the thread."""
    full = [piece_view(piece, scale, views) for piece in edition.full]
    notes = {id(piece): note_view(piece, views) for piece in _pieces(edition)}
    for detail, first, also in _shrinking(edition):
        rest = (*edition.full[first:], *edition.also[also:], *edition.thread)
        yield EditionPage(
            header=_header(edition),
            summary=_summary(edition, first),
            notes=_notes(edition),
            full=tuple(
                tight_piece(piece, detail, leads=not place) for place, piece in enumerate(full[:first])
            ),
            also=tight_notes([notes[id(piece)] for piece in edition.also[:also]], detail),
            rest=tuple(notes[id(piece)] for piece in rest),
            more=edition.more,
            rule=shorten(quoted(edition.rule), RULE_LENGTH),
            digest="" if edition.is_preview else edition.digest,
            is_single=len(_pieces(edition)) == len(edition.full) == 1 and not edition.more,
            is_preview=edition.is_preview,
            is_divided=detail.divided,
        )


def thread_notes(edition: Edition, views: Views) -> tuple[NoteView, ...]:
    """The lines of the thread of an edition that has nothing else."""
    return tuple(note_view(piece, views) for piece in edition.thread)


def thread_pages(rest: Sequence[NoteView]) -> Iterator[dict[str, object]]:
    """The lines of the thread with ever less; at last fewer lines, and how many more there are."""
    for detail in THREAD_LEVELS:
        yield {"rows": tight_notes(rest, detail), "more": 0}
    shortest = tight_notes(rest, THREAD_LEVELS[-1])
    for kept in range(len(rest) - 1, 0, -1):
        yield {"rows": shortest[:kept], "more": len(rest) - kept}


def _shrinking(edition: Edition) -> Iterator[tuple[Detail, int, int]]:
    """How much of each brief, how many briefs in full, how many on one line."""
    full, also = len(edition.full), len(edition.also)
    for detail in LEVELS:
        yield detail, full, also
    for first in range(full - 1, 0, -1):
        yield LEVELS[-1], first, also
    for short in range(also - 1, -1, -1):
        yield LEVELS[-1], min(full, 1), short


def _pieces(edition: Edition) -> tuple[Piece, ...]:
    return (*edition.full, *edition.also, *edition.thread)


def _header(edition: Edition) -> str:
    title = "Your news brief" if edition.is_personal else "News brief"
    return f"{title} · {date_text(edition.at, edition.zone)}"


def _summary(edition: Edition, in_full: int) -> tuple[str, ...]:
    """How many of what kind, which topics several of them share, how many providers they come from."""
    pieces = _pieces(edition)
    if not pieces:
        return ("Nothing new.",)
    total = len(pieces) + edition.more
    kinds = _kinds(pieces, edition.more)
    shown = f"{kinds}, {in_full} in full" if 0 < in_full < total else kinds
    providers = {key for piece in pieces if (key := outlet_key(piece.brief))}
    return (shown, _topics(pieces), count(len(providers), "provider") if providers else "")


def _kinds(pieces: Sequence[Piece], more: int) -> str:
    """`12 new briefs, 1 rising, 1 update`."""
    marks = Counter(piece.mark for piece in pieces)
    rising, updates = marks[Mark.RISING], marks[Mark.UPDATE]
    new = len(pieces) + more - rising - updates
    told = [
        count(new, "new brief") if new else "",
        f"{rising} rising" if rising else "",
        count(updates, "update") if updates else "",
    ]
    return ", ".join(part for part in told if part)


def _topics(pieces: Sequence[Piece]) -> str:
    """`AI (6), Storage (2)`: the topics that at least two of the briefs share, most frequent first."""
    counts = Counter(name for piece in pieces for name in names(piece.brief.topics))
    shared = [(name, number) for name, number in counts.most_common(TOPICS_TOLD) if number > 1]
    return ", ".join(f"{name} ({number})" for name, number in shared)


def _notes(edition: Edition) -> tuple[str, ...]:
    due = clock_text(edition.at, edition.zone)
    late = f"This digest was due at {due} and comes late." if edition.late else ""
    return tuple(note for note in (PREVIEW if edition.is_preview else "", late) if note)
