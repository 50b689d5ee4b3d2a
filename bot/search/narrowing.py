"""The filters of a digest or an alert rule, applied to single briefs instead of asked of a database.

They mean what they mean in a search (contract section 5), except that plain words match without typos.
Every plain word has to stand somewhere in the brief, as typed or in another written form of the same word
as search takes for it (`bot.search.forms`: plural and singular, British and American spelling, umlauts
spelled out), and a word typed with a sign inside also as one ("e-mail" finds "email"). Phrases and what is
excluded match exactly, as in search. A pasted address asks for the briefs that have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property, lru_cache
from typing import Protocol

from bot.domain.address import canonical_address
from bot.domain.brief import Brief
from bot.domain.ports import Column, Condition, Span
from bot.domain.query import Filter, NumberFilter, NumberKind, Query, Words
from bot.domain.result import HeatScale
from bot.domain.searchable import searchable
from bot.errors import QueryError
from bot.search.conditions import Value, column_of, grouped, meets, values
from bot.search.filters import shorten
from bot.search.forms import forms
from bot.search.language import address_of, is_address, parse_typed
from bot.search.names import Names
from bot.search.values import LARGEST


@dataclass(frozen=True)
class Readied:
    """A brief for many rules: its words are taken apart once, when the first of them asks for words."""

    brief: Brief

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The tokens of each field in order, with a space around each."""
        found = searchable(self.brief)
        return tuple(f" {text} " for text in (found.title, found.meta, found.body))

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The tokens of all fields."""
        return frozenset(token for text in self.texts for token in text.split())


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a brief, with the heat that it is to have."""

    ready: Readied
    heat: int | None


class _Test(Protocol):
    """One demand on a brief; `typed` is how it was asked for."""

    @property
    def typed(self) -> str: ...

    def passes(self, look: _Look) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Meets:
    """The filters of one kind: any of the wanted ones, or not the excluded one."""

    typed: str
    condition: Condition

    def passes(self, look: _Look) -> bool:
        return meets(look.ready.brief, self.condition, look.heat)


@dataclass(frozen=True, slots=True)
class _Holds:
    """A plain word: each of its tokens in one of its forms; or all of them run together."""

    typed: str
    each: tuple[frozenset[str], ...]
    joined: frozenset[str]

    def passes(self, look: _Look) -> bool:
        tokens = look.ready.tokens
        if not tokens.isdisjoint(self.joined):
            return True
        return not any(tokens.isdisjoint(options) for options in self.each)


@dataclass(frozen=True, slots=True)
class _Reads:
    """A phrase, or an excluded word or phrase, within one field; `phrase` has a space at both ends."""

    typed: str
    phrase: str
    excluded: bool

    def passes(self, look: _Look) -> bool:
        return any(self.phrase in text for text in look.ready.texts) is not self.excluded


@dataclass(frozen=True, slots=True)
class _HasAddress:
    """One of the pasted addresses, or none of the excluded ones, in canonical form."""

    typed: str
    addresses: frozenset[str]
    excluded: bool

    def passes(self, look: _Look) -> bool:
        brief = look.ready.brief
        links = (brief.web_url, brief.original_url, brief.amp_web_url, brief.cdn_amp_web_url)
        found = {canonical_address(link) for link in links if link}
        return self.addresses.isdisjoint(found) is self.excluded


_NOTHING = Condition(column=Column.TOPIC, any_of=())
"""What a text asks that is no query (any more): no brief meets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What a digest or rule asks of a brief, with names and heat levels as they stood when it was made.

    `line` is the least heat that can pass, None where no heat is too low; also None for `heat:hot` in an
    empty folder, where `asks_heat` is still true. `problem` is set where the text names a topic or provider
    that nobody has, or is no query (any more); what it names then matches nothing.
    """

    query: Query
    line: int | None = None
    problem: QueryError | None = None
    _tests: tuple[_Test, ...] = field(default=(), repr=False)

    @property
    def is_empty(self) -> bool:
        """True where every brief passes, because nothing is asked."""
        return not self._tests

    @property
    def asks_heat(self) -> bool:
        """True where the text holds a `heat:` filter, also an excluded one."""
        return any(_is_heat(asked) for asked in self.query.filters)

    def refuses(self, brief: Brief | Readied, heat: int | None = None) -> str:
        """What stops a brief, as typed (`topic:AI`); empty where it passes.

        With `heat` the brief is looked at as if that were its heat. Whether a reader may see it at all is
        not asked here.
        """
        if not self._tests:
            return ""
        look = _Look(brief if isinstance(brief, Readied) else Readied(brief), heat)
        return next((test.typed for test in self._tests if not test.passes(look)), "")

    def lets(self, brief: Brief | Readied, heat: int | None = None) -> bool:
        """True where nothing stops a brief."""
        return not self.refuses(brief, heat)


class Narrower:
    """Reads texts within one view of the index; a name or level that many of them ask is looked up once."""

    def __init__(self, now: datetime, names: Callable[[], Names], scale: Callable[[], HeatScale]) -> None:
        self._now = now
        self._names = names
        self._scale = scale
        self._known: dict[Filter, tuple[Value, ...] | QueryError] = {}

    def read_all(self, texts: Sequence[tuple[str, tzinfo]]) -> list[Narrowing]:
        """One narrowing for each text and zone, in order; equal ones are read once."""
        read = {pair: self.read(*pair) for pair in dict.fromkeys(texts)}
        return [read[pair] for pair in texts]

    def read(self, text: str, zone: tzinfo) -> Narrowing:
        """The text as a narrowing; one that is no query lets nothing pass."""
        try:
            query, typed = parse_typed(text, now=self._now, zone=zone)
        except QueryError as error:
            return Narrowing(
                query=Query(text=text), problem=error, _tests=(_Meets(shorten(error.part or text), _NOTHING),)
            )
        conditions = [test for group in grouped(query.filters) for test in self._meets(group, typed)]
        found = (self._values(asked) for asked in query.filters)
        return Narrowing(
            query=query,
            line=_line([test.condition for test in conditions]),
            problem=next((one for one in found if isinstance(one, QueryError)), None),
            _tests=(*conditions, *_word_tests(query.words)),
        )

    def _meets(self, group: Sequence[Filter], typed: dict[Filter, str]) -> Iterator[_Meets]:
        """Wanted filters of one kind as one test, excluded ones each alone, to name the one that stops."""
        for together in [[asked] for asked in group] if group[0].excluded else [group]:
            found = [self._values(asked) for asked in together]
            known = (value for one in found if not isinstance(one, QueryError) for value in one)
            condition = Condition(
                column=column_of(group[0]), any_of=tuple(dict.fromkeys(known)), negated=group[0].excluded
            )
            yield _Meets(shorten(" ".join(typed[asked] for asked in together)), condition)

    def _values(self, asked: Filter) -> tuple[Value, ...] | QueryError:
        """The filter's values, or why it has none."""
        if asked not in self._known:
            try:
                self._known[asked] = tuple(values(asked, self._names, self._scale))
            except QueryError as error:
                self._known[asked] = error
        return self._known[asked]


def _word_tests(asked: Sequence[Words]) -> Iterator[_Test]:
    addresses = [word for word in asked if is_address(word)]
    for excluded in (False, True):
        if found := [word for word in addresses if word.excluded is excluded]:
            canonical = frozenset(canonical_address(address_of(word)) for word in found)
            yield _HasAddress(shorten(" ".join(_typed(word) for word in found)), canonical, excluded)
    yield from (_word_test(word) for word in asked if word not in addresses)


def _word_test(word: Words) -> _Test:
    typed = shorten(_typed(word))
    if word.excluded or word.is_phrase:
        return _Reads(typed, f" {' '.join(word.tokens)} ", word.excluded)
    each = tuple(_forms_of(token) for token in word.tokens)
    return _Holds(typed, each, _forms_of("".join(word.tokens)) if len(each) > 1 else frozenset())


@lru_cache(maxsize=10_000)
def _forms_of(token: str) -> frozenset[str]:
    return frozenset((token, *forms(token)))


def _typed(word: Words) -> str:
    sign = "-" if word.excluded else ""
    return f'{sign}"{word.typed}"' if word.is_phrase else f"{sign}{word.typed}"


def _is_heat(asked: Filter) -> bool:
    return isinstance(asked, NumberFilter) and asked.kind is NumberKind.HEAT


def _line(conditions: Sequence[Condition]) -> int | None:
    """The least heat that none of the conditions refuses for being too low."""
    asked = [condition for condition in conditions if condition.column is Column.HEAT]
    lows = [low for condition in asked if (low := _least(condition)) is not None]
    return max(lows, default=None) if LARGEST not in lows else None


def _least(condition: Condition) -> int | None:
    """The least heat that one condition lets pass, None where that has no end."""
    spans = [value for value in condition.any_of if isinstance(value, Span)]
    if condition.negated:
        below = [span.high + 1 for span in spans if span.low is None and span.high is not None]
        return max(below, default=None)
    lows = [span.low for span in spans if span.low is not None]
    return min(lows) if len(lows) == len(spans) else None
