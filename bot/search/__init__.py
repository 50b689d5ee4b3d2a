"""Query language, vocabulary and typo expansion, ranking, suggestion: typed text in, the right briefs out."""

from __future__ import annotations

from bot.search.explaining import Explanation
from bot.search.language import is_filters_only, parse_query
from bot.search.narrowing import Narrowing, Readied
from bot.search.service import Search

__all__ = ["Explanation", "Narrowing", "Readied", "Search", "is_filters_only", "parse_query"]
