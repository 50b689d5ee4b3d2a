"""What was understood of a query's filters and words, as a part of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.dispatch.parts import shorten
from bot.domain.query import (
    DateFilter,
    Filter,
    HeatLevel,
    NameFilter,
    NameKind,
    NumberFilter,
    NumberKind,
    Query,
    TypeFilter,
    Words,
)

_MOST = 8
"""Values of one kind that are named; the rest is counted."""
_LEVELS = {HeatLevel.HOT: "in the hottest quarter", HeatLevel.TOP: "in the hottest twentieth"}
_UNITS = {"h": "hour", "d": "day", "w": "week"}
_LONGEST_SPAN = 8
"""Characters of a span such as `7d` that is said in words."""


def in_words(query: Query) -> str:
    """The query as people say it, empty where it asks for nothing.

    `topic AI or Storage, from zdnet.com, heat over 100, not “rumour”, the words clearview privacy`.
    """
    return ", ".join(_pieces(query))


def _pieces(query: Query) -> Iterator[str]:
    for excluded in (False, True):
        sign = "not " if excluded else ""
        for kind, before in ((NameKind.TOPIC, "topic "), (NameKind.PROVIDER, "from ")):
            yield from _either(f"{sign}{before}", _names(query.filters, kind, excluded=excluded))
        for number in NumberKind:
            yield from _either(f"{sign}{number} ", _numbers(query.filters, number, excluded=excluded))
        for is_end in (False, True):
            yield from _either(sign, _dates(query.filters, excluded=excluded, is_end=is_end))
        yield from _types(query.filters, excluded=excluded)
    yield from _words(query.words)


def _either(before: str, values: Iterable[str]) -> Iterator[str]:
    """One piece for values of which any will do; nothing where there are none."""
    if listed := _listed(list(dict.fromkeys(values)), " or "):
        yield f"{before}{listed}"


def _listed(values: Sequence[str], link: str) -> str:
    more = len(values) - _MOST
    return link.join([*values[:_MOST], f"{more} more"] if more > 0 else values)


def _names(filters: Iterable[Filter], kind: NameKind, *, excluded: bool) -> Iterator[str]:
    for one in filters:
        if isinstance(one, NameFilter) and one.kind is kind and one.excluded is excluded:
            yield shorten(" ".join(one.name.split()))


def _numbers(filters: Iterable[Filter], kind: NumberKind, *, excluded: bool) -> Iterator[str]:
    for one in filters:
        if isinstance(one, NumberFilter) and one.kind is kind and one.excluded is excluded:
            yield _LEVELS[one.level] if one.level else _range(one.low, one.high)


def _range(low: int | None, high: int | None) -> str:
    """`over 100` for what begins at 101: nobody means 101, and both say the same."""
    if low is not None and high is not None:
        return f"{low}" if low == high else f"{low} to {high}"
    if low is not None:
        return f"over {low - 1}" if low % 10 == 1 else f"{low} or more"
    if high is not None:
        return f"under {high + 1}" if high % 10 == 9 else f"{high} or less"
    return "any"


def _dates(filters: Iterable[Filter], *, excluded: bool, is_end: bool) -> Iterator[str]:
    for one in filters:
        if isinstance(one, DateFilter) and one.excluded is excluded and (one.start_at is None) is is_end:
            yield _date(one)


def _date(one: DateFilter) -> str:
    typed = shorten(one.typed)
    count, unit = typed[:-1], _UNITS.get(typed[-1:].casefold(), "")
    if not unit or not count.isdecimal() or len(typed) > _LONGEST_SPAN:
        return (
            f"until {_day(typed, one.end_at)}"
            if one.start_at is None
            else f"since {_day(typed, one.start_at)}"
        )
    span = f"{count} {unit}s" if count != "1" else unit
    if one.start_at is None:
        return f"older than {count} {unit}{'' if count == '1' else 's'}"
    return f"of the last {span}"


def _day(typed: str, moment: datetime | None) -> str:
    return typed or (moment.date().isoformat() if moment else "any day")


def _types(filters: Iterable[Filter], *, excluded: bool) -> Iterator[str]:
    found = (one for one in filters if isinstance(one, TypeFilter) and one.excluded is excluded)
    names = list(dict.fromkeys("videos" if one.video else "articles" for one in found))
    if names:
        yield f"{'no' if excluded else 'only'} {' or '.join(names)}"


def _words(words: Sequence[Words]) -> Iterator[str]:
    """Phrases and excluded words in quotes, plain words together."""
    yield from (_quoted(word) for word in words[:_MOST] if word.is_phrase and not word.excluded)
    yield from _either("not ", (_quoted(word) for word in words if word.excluded))
    plain = [shorten(word.typed) for word in words if not (word.is_phrase or word.excluded)]
    if plain:
        yield f"the {'word' if len(plain) == 1 else 'words'} {_listed(plain, ' ')}"


def _quoted(word: Words) -> str:
    return f"“{shorten(' '.join(word.typed.split()))}”"
