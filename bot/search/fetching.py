"""Fetches of one question: each once, and those with a rare word without the database's common ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from bot.domain.ports import Candidate, Fetch, Field, Group, Order, SearchReader, Term
from bot.search.question import Question
from bot.search.vocabulary import Vocabulary

_WALKED = 100
"""Entries of other words that a database walks through in the time that one brief is fetched and tested."""

_IN_TITLES = 3
"""How many times shorter the lists of words in titles and names are."""

_MOST_SIFTED = 1_000
"""Briefs of a rare word that are fetched at once."""

_Key: TypeAlias = tuple[frozenset[Group], Order, int, int, tuple[int, ...]]


class _Held(NamedTuple):
    """A brief that holds a rare word, with its tokens padded so that whole ones can be looked for.

    `places` are the title, title and names, and all of it.
    """

    candidate: Candidate
    places: tuple[str, str, str]


class _Test(NamedTuple):
    """A group of which something must stand in a brief: `texts` in that place, or `titled` in the title."""

    place: int
    texts: tuple[str, ...]
    titled: tuple[str, ...]


class Fetched(NamedTuple):
    """Candidates in the wanted order; `among` how many briefs of a rare word, 0 where the database knew."""

    candidates: list[Candidate]
    among: int = 0


class Fetcher:
    """Answers fetches in one view of the index, for questions that differ in their words alone.

    A full-text index walks through the entries of every word it is asked for. Readings of one query ask for
    the same words again and again, and mostly one of them is rare: so its briefs are fetched once, and the
    others are looked for in their texts. Measured at 100,000 briefs: two thirds of all fetches, which took
    1.2 ms each.
    """

    def __init__(self, reader: SearchReader, vocabulary: Vocabulary, question: Question) -> None:
        self._reader = reader
        self._frequency = vocabulary.frequency
        self._every = Fetch(now=question.now, none_of=question.none_of, conditions=question.conditions)
        self._fetched: dict[_Key, Fetched] = {}
        self._holding: dict[str, list[_Held]] = {}

    def fetch(
        self,
        wanted: tuple[Group, ...],
        order: Order,
        limit: int,
        *,
        offset: int = 0,
        title_words: tuple[int, ...] = (),
    ) -> Fetched:
        """Candidates that hold every group, in the wanted order."""
        key = frozenset(wanted), order, limit, offset, title_words
        if key not in self._fetched:
            found = self._sifted(wanted, title_words)
            if found is None:
                asked = replace(
                    self._every,
                    all_of=wanted,
                    order=order,
                    limit=limit,
                    offset=offset,
                    title_words=title_words,
                )
                found = Fetched(self._reader.fetch(asked))
            else:
                found.candidates.sort(key=hottest_first if order is Order.HEAT else _newest_first)
                found = Fetched(found.candidates[offset : offset + limit], found.among)
            self._fetched[key] = found
        return self._fetched[key]

    def _sifted(self, wanted: Sequence[Group], title_words: tuple[int, ...]) -> Fetched | None:
        """All that hold every group, by way of the rarest; None where the database is quicker."""
        entries = [sum(self._frequency(term.token) for term in group.any_of) for group in wanted]
        ranked = sorted(range(len(wanted)), key=entries.__getitem__)
        rare = next((place for place in ranked if _is_plain(wanted[place])), None)
        walked = sum(entries) // (1 if any(Field.BODY in group.fields for group in wanted) else _IN_TITLES)
        if rare is None or not self._is_worthwhile(wanted[rare], entries[rare], walked):
            return None
        among = self._held(wanted[rare].any_of)
        if among is None:
            return None
        held: Sequence[_Held] = among
        for place in ranked:
            held = _passing(held, _test_of(wanted[place]))
        found = (one.candidate for one in held)
        fitting = [one for one in found if not title_words or one.title.count(" ") + 1 in title_words]
        return Fetched(fitting, len(among))

    def _is_worthwhile(self, group: Group, rare: int, walked: int) -> bool:
        if all(term.token in self._holding for term in group.any_of):
            return True
        return rare <= _MOST_SIFTED and rare * _WALKED <= walked

    def _held(self, terms: Sequence[Term]) -> list[_Held] | None:
        """The briefs that hold any of these words; None where they are more than the vocabulary says."""
        missing = tuple(term for term in terms if term.token not in self._holding)
        if missing:
            got = self._reader.fetch(replace(self._every, all_of=(Group(missing),), limit=_MOST_SIFTED + 1))
            if len(got) > _MOST_SIFTED:
                return None
            found = [_padded(candidate) for candidate in got]
            for term in missing:
                word = f" {term.token} "
                self._holding[term.token] = [one for one in found if word in one.places[2]]
        if len(terms) == 1:
            return self._holding[terms[0].token]
        every = {one.candidate.id: one for term in terms for one in self._holding[term.token]}
        return [*every.values()]


def hottest_first(candidate: Candidate) -> tuple[int, float, int]:
    """Sorts by heat, then quality, then time, as a database does."""
    quality = candidate.quality
    return -candidate.heat, float("inf") if quality is None else -quality, -candidate.id


def _newest_first(candidate: Candidate) -> int:
    return -candidate.id


def _is_plain(group: Group) -> bool:
    """True where whole words are wanted, of which is known how many briefs hold them."""
    return not any(term.prefix or term.titled for term in group.any_of)


def _padded(candidate: Candidate) -> _Held:
    title = f" {candidate.title} "
    head = f"{title}{candidate.meta} "
    return _Held(candidate, (title, head, f"{head}{candidate.body} "))


def _test_of(group: Group) -> _Test:
    texts = (
        f" {term.token}" if term.prefix else f" {term.token} " for term in group.any_of if not term.titled
    )
    titled = (f" {term.token}" for term in group.any_of if term.titled)
    place = 2 if Field.BODY in group.fields else 1 if Field.META in group.fields else 0
    return _Test(place, tuple(texts), tuple(titled))


def _passing(held: Sequence[_Held], test: _Test) -> list[_Held]:
    place, texts, titled = test
    if titled:
        return [one for one in held if _has(one.places[place], texts) or _has(one.places[0], titled)]
    if len(texts) > 1:
        return [one for one in held if _has(one.places[place], texts)]
    return [one for one in held if texts[0] in one.places[place]]


def _has(place: str, texts: Sequence[str]) -> bool:
    # A generator with `any` took twice as long.
    for text in texts:  # noqa: SIM110
        if text in place:
            return True
    return False
