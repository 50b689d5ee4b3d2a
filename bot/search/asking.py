"""One question inside one consistent view of the index: from a parsed query to hits and a suggestion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.brief import Brief, is_visible
from bot.domain.ports import Candidate, Fetch, Order, SearchReader
from bot.domain.query import Query, Sort, Words
from bot.domain.result import HeatScale, Hit, SearchResult, Suggestion
from bot.domain.searchable import searchable
from bot.domain.text import words
from bot.search.conditions import conditions, meets
from bot.search.fillers import ignorable, list_asked_for
from bot.search.finder import Finder
from bot.search.known import Known
from bot.search.language import is_address, plain_words, reread
from bot.search.listing import listed
from bot.search.names import Names
from bot.search.question import POOL, Answer, Question
from bot.search.ranking import Ranked
from bot.search.settling import is_settled
from bot.search.suggesting import suggestion

MOST_ADDRESSES = 3
"""Pasted addresses of one query that are looked up."""

LONGEST_QUERY = 500
"""Characters of a query's words that are matched; a longer text is cut at a word."""


_PUBLISHER_BEFORE = re.compile(r"^\W*[^\s:]+(?:\s[^\s:]+){0,3}:\s")
_PUBLISHER_AFTER = re.compile(r"\s[|·•–—-]\s(?!.*\s[|·•–—-]\s).{1,60}$")
_SHORTEST_HEADLINE = 3
"""Words of what is taken for a headline with its publisher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which hits are wanted."""

    limit: int
    offset: int = 0

    @property
    def end(self) -> int:
        """The place after the last wanted hit."""
        return self.offset + self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view of the index and what is known of it: the words, the moment, names and heat on demand."""

    reader: SearchReader
    known: Known
    now: datetime
    names: Callable[[], Names]
    scale: Callable[[], HeatScale]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A hit before its brief is loaded; `brief` is set where it is at hand."""

    slug: str
    id: int = 0
    score: float = 0.0
    matched: tuple[str, ...] = ()
    brief: Brief | None = None

    @classmethod
    def of(cls, found: Brief | Candidate) -> Row:
        """A row that no words were matched to."""
        if isinstance(found, Brief):
            return cls(slug=found.slug, brief=found, score=1.0)
        return cls(slug=found.slug, id=found.id)

    @classmethod
    def ranked(cls, one: Ranked) -> Row:
        """A row of a ranking."""
        return cls(
            slug=one.candidate.slug, id=one.candidate.id, score=round(one.score, 2), matched=one.matched
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A result with the way to it: the question, and the answer's ranking where words were asked."""

    result: SearchResult
    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """The briefs whose addresses stand in a query, and those whose addresses stand there after a minus."""

    wanted: tuple[Brief, ...] = ()
    excluded: tuple[Brief, ...] = ()


def ask(view: View, query: Query, page: Page, pasted: Pasted = Pasted()) -> Outcome:
    """The wanted page of hits; briefs whose address was pasted come first, if the filters let them.

    Raises QueryError for a topic or provider that nobody knows.
    """
    question = question_of(view, query, page, frozenset(brief.slug for brief in pasted.excluded))
    first = [Row.of(brief) for brief in pasted.wanted if _is_let(brief, question)]
    if question.tokens or question.phrases:
        answer, suggested = _find(view, query, question)
        answers: list[Row | Ranked] = [*first, *_each_once(answer.ranked, first)]
    elif first or _asks_nothing(query):
        answer, suggested, answers = Answer(), None, [*first]
    else:
        return _browse(view, query, question, page)
    shown = [Row.ranked(one) if isinstance(one, Ranked) else one for one in answers[page.offset : page.end]]
    more = len(answers) > page.end
    return Outcome(
        result=_result(view, query, page, shown, more, suggested), question=question, answer=answer
    )


def _is_let(brief: Brief, question: Question) -> bool:
    """True where a pasted brief is visible and passes what narrows the query."""
    candidate = searchable(brief)
    return (
        is_visible(brief, question.now)
        and all(meets(brief, condition) for condition in question.conditions)
        and not question.leaves_out(brief.slug, (candidate.title, candidate.meta, candidate.body))
    )


def _each_once(ranked: Sequence[Ranked], first: Sequence[Row]) -> Iterator[Ranked]:
    """The ranking without briefs that stand before it already."""
    seen = {row.slug for row in first}
    for one in ranked:
        if one.candidate.slug not in seen:
            seen.add(one.candidate.slug)
            yield one


def question_of(view: View, query: Query, page: Page, without: frozenset[str] = frozenset()) -> Question:
    """The query with its words cut to length and its names and levels resolved; never the slugs `without`."""
    plain = [token for word in _cut(plain_words(query)) for token in word]
    texts = [word for word in query.words if not is_address(word)]
    if len(texts) < len(query.words) and len(ignorable(plain)) == len(plain):
        plain = []  # "look at" before an address asks for nothing else
    phrases = [word.tokens for word in texts if word.is_phrase and not word.excluded]
    excluded = [word.tokens for word in texts if word.excluded]
    return Question(
        now=view.now,
        tokens=tuple(dict.fromkeys(plain)),
        pasted=_pasted(query, plain),
        headlines=_headlines(query),
        phrases=tuple(_cut_phrases(phrases)),
        excluded=tuple(_cut_phrases(excluded)),
        without=without,
        conditions=conditions(query.filters, view.names, view.scale),
        sort=query.sort,
        wanted=page.end + 1 + MOST_ADDRESSES,
    )


def _pasted(query: Query, plain: Sequence[str]) -> str:
    """The tokens as they were pasted, a word that comes twice also twice, for a title may have it so."""
    is_plain = not query.filters and len(plain_words(query)) == len(query.words)
    return " ".join(words(query.text) if plain and is_plain and len(query.text) <= LONGEST_QUERY else plain)


def _headlines(query: Query) -> tuple[str, ...]:
    """The tokens of a pasted headline without its publisher: "Title | ZDNet", "Reuters: Title"."""
    if query.filters or len(query.text) > LONGEST_QUERY:
        return ()
    cut = (_PUBLISHER_AFTER.sub("", query.text), _PUBLISHER_BEFORE.sub("", query.text))
    found = [words(text) for text in cut if text != query.text]
    return tuple(" ".join(tokens) for tokens in found if len(tokens) >= _SHORTEST_HEADLINE)


def _cut(plain: Sequence[Words]) -> Iterator[tuple[str, ...]]:
    """The tokens of as many words as fit, at least of the first."""
    room = LONGEST_QUERY
    for place, word in enumerate(plain):
        room -= len(word.typed) + 1
        if place and room < -1:
            return
        yield word.tokens[:LONGEST_QUERY]


def _cut_phrases(phrases: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """As many phrases as fit, the last one cut at a word."""
    room = LONGEST_QUERY
    for phrase in phrases:
        kept: list[str] = []
        for token in phrase:
            room -= len(token) + 1
            if room >= -1:
                kept.append(token)
        if kept:
            yield tuple(kept)


def _asks_nothing(query: Query) -> bool:
    """True where nothing of the text can be looked up: an address that is not here, or emoji alone."""
    if any(is_address(word) and not word.excluded for word in query.words):
        return True
    return bool(query.text) and query.sort is Sort.BEST and not (query.words or query.filters)


def _find(view: View, query: Query, question: Question) -> tuple[Answer, Suggestion | None]:
    """The answer in the wanted order, and the suggestion that its first hit calls for."""
    question, looked = _without_publisher(view, question)
    finder = Finder(view.reader, view.known, question, before=looked)
    answer = _sorted_answer(finder, question)
    answer = replace(answer, steps=(*looked.steps, *answer.steps))
    suggested = _suggested(view, query, question, answer)
    if not suggested:
        return answer, None
    reworded = reread(suggested.text, query)
    tokens = tuple(token for word in _cut(plain_words(reworded)) for token in word)
    if list_asked_for(tokens):
        return answer, None  # asked again, it would be a request for a list
    corrected = replace(
        question,
        tokens=tuple(dict.fromkeys(tokens)),
        pasted=_pasted(reworded, tokens),
        headlines=_headlines(reworded),
    )
    if is_settled(view.known, answer, corrected):
        return answer, suggested
    again = _sorted_answer(Finder(view.reader, view.known, corrected, before=finder), corrected)
    if not again.ranked or _suggested(view, query, corrected, again):
        return answer, None
    held = {token for part in again.ranked[0].found if part for token in part.tokens}
    if not set(tokens) - set(question.tokens) <= held:
        return answer, None  # a suggestion never names a word that the first hit lacks
    if again.ranked[0].candidate.id == answer.ranked[0].candidate.id:
        return answer, suggested
    # Asked again, a suggestion has to bring the same first hit: the corrected words' own order counts.
    both = (*again.ranked, *answer.ranked)
    return replace(again, ranked=both, steps=(*answer.steps, *again.steps)), suggested


def _without_publisher(view: View, question: Question) -> tuple[Question, Finder]:
    """The question for the headline, where a publisher was pasted with it and a brief has that title.

    With what has looked for that.
    """
    finder = Finder(view.reader, view.known, question)
    if not question.headlines or finder.has_title(question.pasted):
        return question, finder
    headline = next(filter(finder.has_title, question.headlines), "")
    tokens = tuple(dict.fromkeys(headline.split()))
    alone = replace(question, tokens=tokens, pasted=headline, headlines=()) if headline else question
    return alone, finder


def _sorted_answer(finder: Finder, question: Question) -> Answer:
    answer = finder.find()
    return replace(answer, ranked=listed(finder, answer, question))


def _suggested(view: View, query: Query, question: Question, answer: Answer) -> Suggestion | None:
    if not answer.ranked:
        return None
    return suggestion(query, question.tokens, answer.ranked[0], view.known.vocabulary)


def _browse(view: View, query: Query, question: Question, page: Page) -> Outcome:
    """Filters alone: everything that passes them, hottest first unless the newest are asked for."""
    order = Order.NEW if query.sort is Sort.NEW else Order.HEAT
    wanted = Fetch(
        now=view.now,
        none_of=question.none_of,
        conditions=question.conditions,
        order=order,
        limit=page.limit + 1,
    )
    if question.without or any(len(tokens) > 1 for tokens in question.excluded):
        found = _passing(view, question, wanted, page.end + 1)[page.offset :]
    else:
        found = view.reader.fetch(replace(wanted, offset=page.offset))
    rows = [Row.of(candidate) for candidate in found[: page.limit]]
    result = _result(view, query, page, rows, len(found) > page.limit, None)
    return Outcome(result=result, question=question, answer=Answer())


def _passing(view: View, question: Question, wanted: Fetch, count: int) -> list[Candidate]:
    """The first candidates that hold no excluded phrase, fetched in batches until there are enough."""
    found: list[Candidate] = []
    offset = 0
    while len(found) < count:
        batch = view.reader.fetch(replace(wanted, limit=POOL, offset=offset))
        found += [candidate for candidate in batch if not question.leaves_out_candidate(candidate)]
        offset += POOL
        if len(batch) < POOL:
            break
    return found


def _result(
    view: View, query: Query, page: Page, shown: Sequence[Row], more: bool, suggested: Suggestion | None
) -> SearchResult:
    """The rows as hits with their whole briefs."""
    stored = view.reader.briefs([row.id for row in shown if row.brief is None])
    briefs = {brief.slug: brief for brief in stored}
    hits = [
        Hit(brief=brief, score=row.score, matched=row.matched)
        for row in shown
        if (brief := row.brief or briefs.get(row.slug))
    ]
    return SearchResult(query=query, hits=tuple(hits), offset=page.offset, more=more, suggestion=suggested)
