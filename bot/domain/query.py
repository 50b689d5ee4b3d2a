"""What a person asks, as values; `bot.search.parse_query` makes them from typed text.

Dates are resolved when the text is parsed; names (`topic:`, `from:`) and levels (`heat:hot`) when it is
asked, because they depend on what the folder holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sort(StrEnum):
    """The order of hits; BEST is relevance first, then heat and recency between equals."""

    BEST = "best"
    NEW = "new"
    HEAT = "heat"


class NameKind(StrEnum):
    """Which directory a name belongs to."""

    TOPIC = "topic"
    PROVIDER = "from"


class NumberKind(StrEnum):
    """Which number a range bounds."""

    HEAT = "heat"
    QUALITY = "quality"


class HeatLevel(StrEnum):
    """HOT: the hottest quarter; TOP: the hottest twentieth of the folder's newest 30 days."""

    HOT = "hot"
    TOP = "top"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that belong together: one typed word, or an exact phrase of several (`is_phrase`).

    `typed` is as the person wrote it, `tokens` as `bot.domain.text.words` reads it.
    """

    typed: str
    tokens: tuple[str, ...]
    is_phrase: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFilter:
    """`topic:AI`, `from:wsj.com`."""

    kind: NameKind
    name: str
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFilter:
    """`heat:>100`, `quality:60..90`: bounds are inclusive, None is open; or a level instead of bounds."""

    kind: NumberKind
    low: int | None = None
    high: int | None = None
    level: HeatLevel | None = None
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFilter:
    """`since:7d`, `until:2021-03-01` as a half-open span of UTC instants; None is open."""

    typed: str
    start_at: datetime | None = None
    end_at: datetime | None = None
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeFilter:
    """`is:video`, `is:article`."""

    video: bool
    excluded: bool = False


Filter = NameFilter | NumberFilter | DateFilter | TypeFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question: `text` is what it was read from, in the order typed.

    The same filter twice means either, different ones mean both, excluded ones exclude any
    (contract section 5).
    """

    text: str
    words: tuple[Words, ...] = ()
    filters: tuple[Filter, ...] = ()
    sort: Sort = Sort.BEST

    @property
    def asks_words(self) -> bool:
        """True where something has to be found by its words, not by filters alone."""
        return any(not word.excluded for word in self.words)
