"""`name:value` as a filter, or a plain sentence about what is wrong with it and the nearest right value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from rapidfuzz.distance import OSA

from bot.domain.query import (
    DateFilter,
    Filter,
    HeatLevel,
    NameFilter,
    NameKind,
    NumberFilter,
    NumberKind,
    Sort,
    TypeFilter,
)
from bot.errors import QueryError
from bot.search.values import (
    day_start,
    looks_like_day,
    nearest,
    nearest_bounds,
    nearest_time,
    read_bounds,
    read_day,
    read_span,
)

_SHOWN = 80
"""Characters of a typed value that an error repeats; nobody reads more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedFilter:
    """A filter as typed: `-Heat:>100` has the name `heat`, the value `>100`, and is excluded.

    `next_word` follows after a space; it may have been meant as the value, or as a part of it.
    """

    typed: str
    name: str
    value: str
    excluded: bool
    now: datetime
    zone: tzinfo
    next_word: str = ""

    def error(self, problem: str, right: str) -> QueryError:
        """The sentence for a value that cannot be, with the nearest one that can."""
        typed = shorten(self.typed)
        sign = "-" if self.excluded else ""
        return QueryError(f"{typed} {problem}", part=typed, hint=f"Did you mean {sign}{right}?")


def shorten(text: str) -> str:
    """A typed text short enough to be repeated in a sentence."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _name(typed: TypedFilter, kind: NameKind) -> NameFilter:
    return NameFilter(kind=kind, name=typed.value, excluded=typed.excluded)


def _topic(typed: TypedFilter) -> NameFilter:
    return _name(typed, NameKind.TOPIC)


def _provider(typed: TypedFilter) -> NameFilter:
    return _name(typed, NameKind.PROVIDER)


def _heat(typed: TypedFilter) -> NumberFilter:
    value = typed.value.casefold()
    if value in tuple(HeatLevel):
        return NumberFilter(kind=NumberKind.HEAT, level=HeatLevel(value), excluded=typed.excluded)
    level = _LEVEL_ALIASES.get(value) or nearest(value, tuple(HeatLevel)) if value.isalpha() else ""
    return _number(
        typed,
        NumberKind.HEAT,
        level or nearest_bounds(value, "hot"),
        "is neither heat:hot nor heat:top, nor a whole number or a range such as heat:60..90.",
    )


_LEVEL_ALIASES = {
    "big": "top",
    "biggest": "top",
    "highest": "top",
    "hottest": "top",
    "max": "top",
    "maximum": "top",
}
"""Words for the most heat that no letters have in common with `top`."""


def _quality(typed: TypedFilter) -> NumberFilter:
    right = nearest_bounds(typed.value, ">=60")
    problem = "is not a whole number or a range such as quality:60..90."
    return _number(typed, NumberKind.QUALITY, right, problem)


def _number(typed: TypedFilter, kind: NumberKind, right: str, problem: str) -> NumberFilter:
    bounds = read_bounds(typed.value)
    if bounds is None:
        raise typed.error(problem, f"{kind}:{right}")
    low, high = bounds
    if low is not None and high is not None and low > high:
        raise typed.error("runs backwards.", f"{kind}:{high}..{low}")
    return NumberFilter(kind=kind, low=low, high=high, excluded=typed.excluded)


def _since(typed: TypedFilter) -> DateFilter:
    day = read_day(typed.value)
    start_at = day_start(day, typed.zone) if day else _span(typed)
    return DateFilter(typed=typed.value, start_at=start_at, excluded=typed.excluded)


def _until(typed: TypedFilter) -> DateFilter:
    day = read_day(typed.value)
    if day and day.year < 9000:
        end_at = day_start(day + timedelta(days=1), typed.zone)
    else:
        end_at = day_start(day, typed.zone) if day else _span(typed)
    return DateFilter(typed=typed.value, end_at=end_at, excluded=typed.excluded)


_BEGUN = ("last", "past", "this", "previous")
"""Words after which a span goes on: `since:last week`."""


def _span(typed: TypedFilter) -> datetime:
    """A span back from now; the error for whatever is neither a day nor a span."""
    found = read_span(typed.value, typed.now)
    if found is None:
        today = typed.now.astimezone(typed.zone).date()
        if typed.value.casefold() in _BEGUN and typed.next_word:
            rest = f" {typed.next_word}"
            typed = replace(typed, typed=typed.typed + rest, value=typed.value + rest)
        right = f"{typed.name}:{nearest_time(typed.value, today, is_end=typed.name == 'until')}"
        if looks_like_day(typed.value):
            raise typed.error("is no day of the calendar.", right)
        raise typed.error("is not a day such as 2021-02-01 or a span such as 12h, 7d or 2w.", right)
    return found


def _is(typed: TypedFilter) -> TypeFilter:
    value = typed.value.casefold()
    if value not in ("video", "article"):
        right = nearest(value, ("video", "article"), "article")
        raise typed.error("is neither is:video nor is:article.", f"is:{right}")
    return TypeFilter(video=value == "video", excluded=typed.excluded)


_SORT_ALIASES = {
    "date": "new",
    "time": "new",
    "latest": "new",
    "newest": "new",
    "recent": "new",
    "hot": "heat",
    "hottest": "heat",
    "top": "heat",
}
"""What other tools call these orders; named in the error, so that one word keeps one meaning."""


def read_sort(typed: TypedFilter) -> Sort:
    """The order asked for by `sort:new`, `sort:heat` or `sort:best`."""
    value = typed.value.casefold()
    right = value if value in tuple(Sort) else _SORT_ALIASES.get(value) or nearest(value, tuple(Sort), "best")
    if typed.excluded:
        raise replace(typed, excluded=False).error("cannot be excluded.", f"sort:{right}")
    if value != right:
        raise typed.error("is none of sort:new, sort:heat and sort:best.", f"sort:{right}")
    return Sort(value)


_READERS: dict[str, Callable[[TypedFilter], Filter]] = {
    "topic": _topic,
    "from": _provider,
    "source": _provider,
    "since": _since,
    "until": _until,
    "heat": _heat,
    "quality": _quality,
    "is": _is,
}
SORT = "sort"
NAMES = (*_READERS, SORT)
"""Every filter's name (contract section 5)."""

_EXAMPLES = {
    "topic": "AI",
    "from": "wsj.com",
    "source": "wsj.com",
    "since": "7d",
    "until": "2021-03-01",
    "heat": ">100",
    "quality": "60..90",
    "is": "video",
    "sort": "new",
}


def near_name(name: str) -> str:
    """The filter's name within one edit of a name that is none, or nothing."""
    near = ((OSA.distance(name, known, score_cutoff=1), known) for known in NAMES)
    return next((known for distance, known in near if distance <= 1), "")


def read_filter(typed: TypedFilter) -> Filter:
    """The filter's value, or QueryError with a sentence for the person who typed it."""
    return _READERS[typed.name](typed)


def check_value(typed: TypedFilter) -> None:
    """Refuse a filter without a value; what follows after a space is most likely the value meant."""
    if not typed.value.strip(" <>=."):
        value = f"{typed.value.strip()}{typed.next_word or _EXAMPLES[typed.name].lstrip('<>=')}"
        raise typed.error("has no value after the colon.", f"{typed.name}:{shorten(value)}")
