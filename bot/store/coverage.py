"""Which related articles a reader may see: none that an editor withdrew or that is still to come.

An article that is merely not published stays: that is how the format marks what a visible brief absorbed
(a brief of heat -1 is nearly always listed in another's related coverage).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.brief import Article, Brief
from bot.store.rows import addresses_of, first_id, instant, microseconds

RowsIn = Callable[[str, Sequence[object]], Sequence[Any]]
"""Runs a statement whose `{}` is a list of values."""

_KEPT_BACK = (
    "SELECT a.digest, b.withdrawn, b.published_at FROM brief_address a JOIN brief b ON b.id = a.brief_id "
    "WHERE a.digest IN ({})"
)

_ANY_KEPT_BACK = (
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM brief WHERE withdrawn) "
    "OR EXISTS (SELECT 1 FROM brief WHERE id >= {})"
)
"""Most indexes keep nothing back, and so need not work out the addresses of every related article."""


def with_shown_coverage(briefs: Sequence[Brief], rows_in: RowsIn, now: datetime) -> list[Brief]:
    """The briefs without the related articles that are withdrawn or in the future, or whose own brief is."""
    if not rows_in(_ANY_KEPT_BACK, [first_id(microseconds(now))]):
        return [_pruned(brief, set(), now) for brief in briefs]
    digests = {digest for brief in briefs for article in brief.related for digest in addresses_of(article)}
    if not digests:
        return list(briefs)
    found = rows_in(_KEPT_BACK, sorted(digests))
    kept_back = {bytes(digest) for digest, withdrawn, at in found if withdrawn or instant(at) > now}
    return [_pruned(brief, kept_back, now) for brief in briefs]


def _pruned(brief: Brief, kept_back: set[bytes], now: datetime) -> Brief:
    shown = tuple(article for article in brief.related if _is_shown(article, kept_back, now))
    # A missing heat counts the related articles of the file, so it is fixed before any is left out.
    return brief if len(shown) == len(brief.related) else replace(brief, related=shown, heat=brief.warmth)


def _is_shown(article: Article, kept_back: set[bytes], now: datetime) -> bool:
    if article.is_withdrawn or (article.published_at is not None and article.published_at > now):
        return False
    return not kept_back or kept_back.isdisjoint(addresses_of(article))
