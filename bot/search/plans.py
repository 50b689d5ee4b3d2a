"""A reading as groups of terms for a database: of every group at least one term must be there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.domain.ports import Field, Group, Term
from bot.search.reading import Reading, Run, Slot
from bot.search.vocabulary import Vocabulary

_MOST_COMPLETIONS = 64
"""Completions of an unfinished word that are looked up one by one; of more, the most frequent."""

_CHEAP_PREFIX = 4_000
"""Entries of all completions up to which a database may walk through them by itself, in 2 ms."""

_INDEXED = 4
"""Letters of a beginning that a database finds in titles without walking through its words."""

_CHEAP_TITLES = 60_000
"""Entries of all completions up to which it may walk through those in titles."""


def groups(
    reading: Reading, vocabulary: Vocabulary, fields: Field, *, without: Collection[int] = ()
) -> tuple[Group, ...]:
    """What a brief must hold: every slot that is not optional and not in `without`.

    "a and b, or the one word ab" becomes "a or ab, and b or ab": a run adds its words to the groups of
    the slots it stands for. The result fetches a little more than the reading says, never less.
    """
    wanted: dict[tuple[Term, ...], None] = {}
    for position, slot in enumerate(reading.slots):
        if slot.optional or position in without:
            continue
        own = _terms(slot, vocabulary)
        runs = [run for run in reading.runs if run.start <= position < run.end]
        for terms in _distributed(own, runs):
            wanted[terms] = None
    return tuple(Group(terms, fields) for terms in wanted)


def commonness(reading: Reading, position: int, vocabulary: Vocabulary) -> int:
    """At most how many briefs fill a slot, as far as the frequencies of its words tell."""
    own = sum(vocabulary.frequency(term.token) for term in _terms(reading.slots[position], vocabulary))
    runs = (run for run in reading.runs if run.start <= position < run.end)
    return own + sum(min(vocabulary.frequency(token) for token in run.tokens) for run in runs)


def _distributed(own: Sequence[Term], runs: Sequence[Run]) -> Iterator[tuple[Term, ...]]:
    """The groups of one slot: its own words or the first of each run, its own or the second of each, …"""
    longest = max((len(run.tokens) for run in runs), default=1)
    for place in range(longest):
        parts = (Term(run.tokens[min(place, len(run.tokens) - 1)]) for run in runs)
        if terms := tuple(dict.fromkeys((*own, *parts))):
            yield terms


def _terms(slot: Slot, vocabulary: Vocabulary) -> list[Term]:
    terms = [Term(word) for word in slot.options]
    for prefix in slot.prefixes:
        terms.extend(_completed(prefix, vocabulary))
    return terms


def _completed(prefix: str, vocabulary: Vocabulary) -> list[Term]:
    """Words that begin so: all of them, else the most frequent, and in titles the others too."""
    words = vocabulary.completions(prefix)
    entries = sum(map(vocabulary.frequency, words)) if len(words) > _MOST_COMPLETIONS else 0
    if len(words) > _MOST_COMPLETIONS and entries <= _CHEAP_PREFIX:
        return [Term(prefix, prefix=True)]
    exact = [Term(prefix)] if vocabulary.frequency(prefix) else []
    others = [Term(word) for word in words[:_MOST_COMPLETIONS]]
    if len(words) > _MOST_COMPLETIONS and (len(prefix) <= _INDEXED or entries <= _CHEAP_TITLES):
        others.append(Term(prefix, titled=True))
    return [*exact, *others]
