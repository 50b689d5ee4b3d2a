"""Briefs as rows, made before anything is written: the long part of a sync, for any thread or process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bot.domain.brief import Brief
from bot.domain.index import Prepared
from bot.store.counting import Counts
from bot.store.rows import TextOf, row_of
from bot.store.textual import fts_text, tsvector_of

Prepare = Callable[[Sequence[tuple[str, Brief]]], Prepared]


def text_of(dialect: str) -> TextOf:
    """What a database's full-text table is given."""
    return fts_text if dialect == "sqlite" else tsvector_of


def preparing(dialect: str) -> Prepare:
    """`BriefIndex.prepare` of a database; it can be sent to another process."""
    return partial(prepared, text=text_of(dialect))


def prepared(briefs: Sequence[tuple[str, Brief]], *, text: TextOf) -> Prepared:
    """Rows of briefs, each with its path; a brief without a date waits for the one that the index keeps."""
    rows = [None if brief.published_at is None else row_of(brief, path, 0, text) for path, brief in briefs]
    counts = Counts()
    counts.add(filter(None, rows))
    return Prepared(rows=rows, counts=counts)
