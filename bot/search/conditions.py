"""Filters as conditions for a database: the same one twice means either, different ones mean both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from bot.domain.brief import Brief
from bot.domain.ports import Column, Condition, DateSpan, Span
from bot.domain.query import DateFilter, Filter, HeatLevel, NameFilter, NameKind, NumberFilter, NumberKind
from bot.domain.result import HeatScale
from bot.search.names import Names
from bot.search.values import LARGEST

Value = str | Span | DateSpan | bool

_NOTHING = Span(low=LARGEST, high=-LARGEST)
"""What `heat:hot` means in an empty folder."""


def conditions(
    filters: Iterable[Filter], names: Callable[[], Names], scale: Callable[[], HeatScale]
) -> tuple[Condition, ...]:
    """One condition for each kind of filter; QueryError for a name that nobody has.

    Names and the heat scale are asked for only where a filter needs them.
    """
    wanted: defaultdict[tuple[str, Column, bool], list[Value]] = defaultdict(list)
    for asked in filters:
        name, column = _column(asked)
        wanted[name, column, asked.excluded].extend(_values(asked, names, scale))
    return tuple(
        Condition(column=column, any_of=tuple(dict.fromkeys(values)), negated=excluded)
        for (_, column, excluded), values in wanted.items()
    )


def meets(brief: Brief, condition: Condition) -> bool:
    """True where a brief at hand passes a condition, as a database would see it."""
    found = any(_holds(brief, condition.column, value) for value in condition.any_of)
    return found is not condition.negated


def _holds(brief: Brief, column: Column, value: Value) -> bool:
    if isinstance(value, Span):
        number = brief.warmth if column is Column.HEAT else brief.quality
        low, high = value.low, value.high
        return number is not None and (low is None or number >= low) and (high is None or number <= high)
    if isinstance(value, DateSpan):
        at = brief.published_at
        return (
            at is not None
            and (value.start_at is None or at >= value.start_at)
            and (value.end_at is None or at < value.end_at)
        )
    if isinstance(value, bool):
        return brief.is_video is value
    if column is Column.PROVIDER:
        return brief.provider.key == value
    return any(topic.casefold() == value for topic in brief.topics)


def _column(asked: Filter) -> tuple[str, Column]:
    """What a filter looks at, and the name under which equal filters meet."""
    if isinstance(asked, NameFilter):
        return asked.kind, Column.TOPIC if asked.kind is NameKind.TOPIC else Column.PROVIDER
    if isinstance(asked, NumberFilter):
        return asked.kind, Column.HEAT if asked.kind is NumberKind.HEAT else Column.QUALITY
    if isinstance(asked, DateFilter):
        return "since" if asked.end_at is None else "until", Column.PUBLISHED
    return "is", Column.VIDEO


def _values(asked: Filter, names: Callable[[], Names], scale: Callable[[], HeatScale]) -> Iterator[Value]:
    if isinstance(asked, NameFilter):
        yield from sorted(names().resolve(asked))
    elif isinstance(asked, NumberFilter):
        yield _span(asked, scale)
    elif isinstance(asked, DateFilter):
        yield DateSpan(start_at=asked.start_at, end_at=asked.end_at)
    else:
        yield asked.video


def _span(asked: NumberFilter, scale: Callable[[], HeatScale]) -> Span:
    if asked.level is None:
        return Span(low=asked.low, high=asked.high)
    least = scale().hot if asked.level is HeatLevel.HOT else scale().top
    return _NOTHING if least is None else Span(low=least)
