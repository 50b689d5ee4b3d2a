"""Query language, vocabulary and typo expansion, ranking, suggestion: typed text in, the right briefs out."""

from __future__ import annotations

from bot.search.language import is_filters_only, parse_query

__all__ = ["is_filters_only", "parse_query"]
