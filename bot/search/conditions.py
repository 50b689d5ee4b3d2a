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
    return tuple(
        Condition(
            column=column_of(group[0]),
            any_of=tuple(dict.fromkeys(value for one in group for value in values(one, names, scale))),
            negated=group[0].excluded,
        )
        for group in grouped(filters)
    )


def grouped(filters: Iterable[Filter]) -> list[list[Filter]]:
    """The filters by what they look at, each group one condition: wanted ones, excluded ones apart."""
    groups: defaultdict[tuple[str, bool], list[Filter]] = defaultdict(list)
    for asked in filters:
        groups[_name_of(asked), asked.excluded].append(asked)
    return list(groups.values())


def column_of(asked: Filter) -> Column:
    """What a filter looks at."""
    if isinstance(asked, NameFilter):
        return Column.TOPIC if asked.kind is NameKind.TOPIC else Column.PROVIDER
    if isinstance(asked, NumberFilter):
        return Column.HEAT if asked.kind is NumberKind.HEAT else Column.QUALITY
    return Column.PUBLISHED if isinstance(asked, DateFilter) else Column.VIDEO


def values(asked: Filter, names: Callable[[], Names], scale: Callable[[], HeatScale]) -> Iterator[Value]:
    """The values of its column that a filter names; QueryError for a name that nobody has."""
    if isinstance(asked, NameFilter):
        yield from sorted(names().resolve(asked))
    elif isinstance(asked, NumberFilter):
        yield _span(asked, scale)
    elif isinstance(asked, DateFilter):
        yield DateSpan(start_at=asked.start_at, end_at=asked.end_at)
    else:
        yield asked.video


def meets(brief: Brief, condition: Condition, heat: int | None = None) -> bool:
    """True where a brief at hand passes a condition, as a database would see it.

    With `heat` it is looked at as if that were its heat.
    """
    found = any(_holds(brief, condition.column, value, heat) for value in condition.any_of)
    return found is not condition.negated


def _holds(brief: Brief, column: Column, value: Value, heat: int | None) -> bool:
    if isinstance(value, Span):
        return _is_within(_number(brief, column, heat), value)
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


def _number(brief: Brief, column: Column, heat: int | None) -> int | None:
    if column is Column.QUALITY:
        return brief.quality
    return brief.warmth if heat is None else heat


def _is_within(number: int | None, span: Span) -> bool:
    low, high = span.low, span.high
    return number is not None and (low is None or number >= low) and (high is None or number <= high)


def _name_of(asked: Filter) -> str:
    """The name under which equal filters meet."""
    if isinstance(asked, NameFilter | NumberFilter):
        return asked.kind
    if isinstance(asked, DateFilter):
        return "since" if asked.end_at is None else "until"
    return "is"


def _span(asked: NumberFilter, scale: Callable[[], HeatScale]) -> Span:
    if asked.level is None:
        return Span(low=asked.low, high=asked.high)
    least = scale().hot if asked.level is HeatLevel.HOT else scale().top
    return _NOTHING if least is None else Span(low=least)
