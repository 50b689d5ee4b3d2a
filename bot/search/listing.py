"""The one order in which a query's matches are listed, whatever page of it is asked for.

The best come first, ranked among all that were fetched to be ranked; the matches beyond them follow as the
database orders them. By time or heat the database orders all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from bot.domain.ports import Order
from bot.domain.query import Sort
from bot.search.fetching import hottest_first
from bot.search.finder import Finder
from bot.search.question import Answer, Question
from bot.search.ranking import Ranked


def listed(finder: Finder, answer: Answer, question: Question) -> tuple[Ranked, ...]:
    """At least the first `question.wanted` matches of an answer, or all of them."""
    reading = None if answer.is_complete or answer.is_partial else answer.reading
    if question.sort is not Sort.BEST:
        order = Order.NEW if question.sort is Sort.NEW else Order.HEAT
        if reading is None or not answer.ranked:
            return in_order(answer.ranked, question.sort)
        surest = min(one.tier for one in answer.ranked)
        sure = (one for one in finder.walk(reading, order) if one.tier == surest)
        return tuple(islice(sure, question.wanted))
    beyond = question.wanted - len(answer.ranked)
    if reading is None or beyond <= 0:
        return answer.ranked
    return (*answer.ranked, *islice(_others(answer.ranked, finder.walk(reading)), beyond))


def _others(ranked: Sequence[Ranked], walked: Iterator[Ranked]) -> Iterator[Ranked]:
    """Matches that do not stand in the ranking."""
    seen = {one.candidate.id for one in ranked}
    return (one for one in walked if one.candidate.id not in seen)


def in_order(ranked: Sequence[Ranked], sort: Sort) -> tuple[Ranked, ...]:
    """Relevance decides what is a match, the sort its order; by time or heat only the surest count."""
    if sort is Sort.BEST or not ranked:
        return tuple(ranked)
    surest = min((one.missing, one.tier) for one in ranked)
    matches = [one for one in ranked if (one.missing, one.tier) == surest]
    return tuple(sorted(matches, key=_newest_first if sort is Sort.NEW else _hottest_first))


def _newest_first(ranked: Ranked) -> tuple[int, int]:
    """Sorts by time as a database does."""
    return -ranked.candidate.published_us, -ranked.candidate.id


def _hottest_first(ranked: Ranked) -> tuple[int, float, int]:
    return hottest_first(ranked.candidate)
