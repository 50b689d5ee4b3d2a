"""What an answer holds: hits, a suggestion, counts; and the folder's heat as a scale."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from bot.domain.brief import Brief
from bot.domain.query import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A brief that answers the query; `matched` are its own words that did, folded, for bold print."""

    brief: Brief
    score: float
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A "did you mean": the query as it was answered, and each typed word with its correction."""

    text: str
    corrections: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Hits from `offset` on, best first; `more` is true where further ones follow."""

    query: Query
    hits: tuple[Hit, ...]
    offset: int = 0
    more: bool = False
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCount:
    """A topic or provider with the number of visible briefs; `key` is what the index compares."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatScale:
    """The heat of all visible briefs, sorted, thinned to at most 1,000 values.

    `hot` is the least heat of the hottest quarter, `top` that of the hottest twentieth of the folder's
    newest 30 days (contract section 5); None in an empty folder.
    """

    heats: tuple[int, ...] = ()
    hot: int | None = None
    top: int | None = None

    def share_below(self, heat: int) -> float:
        """The share of visible briefs with less heat, from 0 to 1; 0 in an empty folder."""
        return bisect_left(self.heats, heat) / len(self.heats) if self.heats else 0.0
