"""The folder's heat as a scale, counted from a histogram and kept until the index or the time changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.result import HeatScale
from bot.store.rows import microseconds

RECENT_DAYS = 30
MOST_HEATS = 1_000
_DAY = 86_400_000_000

Rows = Callable[[str, Mapping[str, object]], Sequence[Any]]
Histogram = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedScale:
    """A scale that holds from `start` until before `end`, in microseconds (None: for ever)."""

    scale: HeatScale
    start: int
    end: int | None


class ScaleCache:
    """The last scale; a brief whose time comes makes it old as a changed index does."""

    def __init__(self) -> None:
        self._version = -1
        self._dated: DatedScale | None = None

    def get(self, version: int, now: int, count: Callable[[], DatedScale]) -> HeatScale:
        """The kept scale where it still holds, else a newly counted one."""
        dated = self._dated if self._version == version else None
        if dated is None or now < dated.start or (dated.end is not None and now >= dated.end):
            dated = count()
            self._version, self._dated = version, dated
        return dated.scale


def heat_scale(rows: Rows, now: datetime) -> DatedScale:
    """Count the heat of all visible briefs."""
    at = {"now": microseconds(now)}
    edge = rows(
        "SELECT (SELECT max(published_at) FROM brief WHERE NOT hidden AND published_at <= :now), "
        "(SELECT min(published_at) FROM brief WHERE NOT hidden AND published_at > :now)",
        at,
    )[0]
    newest, next_at = edge
    if newest is None:
        return DatedScale(scale=HeatScale(), start=at["now"], end=next_at)
    recent = rows(
        "SELECT +heat, count(*) FROM brief WHERE NOT hidden AND published_at > :start "
        "AND published_at <= :now GROUP BY +heat ORDER BY 1",
        {"start": newest - RECENT_DAYS * _DAY, "now": newest},
    )
    everything = _visible_heats(rows, at)
    scale = HeatScale(
        heats=_thinned(everything), hot=_least_of_hottest(everything, 4), top=_least_of_hottest(recent, 20)
    )
    return DatedScale(scale=scale, start=newest, end=next_at)


def _visible_heats(rows: Rows, at: Mapping[str, object]) -> Histogram:
    """How many visible briefs have which heat: all that are not hidden without the future ones."""
    counts = dict(tuple(row) for row in rows("SELECT heat, briefs FROM heat_count WHERE briefs > 0", {}))
    # The plus keeps SQLite from walking through all heats in order instead of the few future briefs.
    future = "SELECT +heat, count(*) FROM brief WHERE NOT hidden AND published_at > :now GROUP BY +heat"
    for heat, briefs in rows(future, at):
        counts[heat] -= briefs
    return sorted((heat, briefs) for heat, briefs in counts.items() if briefs > 0)


def _least_of_hottest(histogram: Histogram, share: int) -> int:
    """The least heat of the hottest 1/share of the briefs, rounded up to whole briefs."""
    wanted = -(-sum(briefs for _, briefs in histogram) // share)
    for heat, briefs in reversed(histogram):
        wanted -= briefs
        if wanted <= 0:
            return heat
    return histogram[0][0]


def _thinned(histogram: Histogram) -> tuple[int, ...]:
    """At most MOST_HEATS values of the sorted heats, evenly spread."""
    total = sum(briefs for _, briefs in histogram)
    kept = min(total, MOST_HEATS)
    heats: list[int] = []
    passed = 0
    for heat, briefs in histogram:
        passed += briefs
        while len(heats) < kept and len(heats) * total < passed * kept:
            heats.append(heat)
    return tuple(heats)
