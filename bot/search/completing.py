"""What a half-typed query may become: the search itself with its last word unfinished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

from bot.domain.query import Sort
from bot.domain.text import fold, words
from bot.errors import QueryError
from bot.search.asking import Page, View, question_of
from bot.search.finder import Finder
from bot.search.language import parse_query
from bot.search.ranking import Ranked

_LOOKED_AT = 60
"""Hits whose words are offered."""


def completions(view: View, text: str, limit: int) -> list[str]:
    """Whole texts, the most useful first; none after a space, for there is no word to finish then."""
    before, last = _cut_last(text)
    if not last or limit < 1:
        return []
    name, colon, value = last.rpartition(":")
    finished = _names(view, name, value) if colon else _finished(view, text, last)
    found = dict.fromkeys(f"{before}{word}" for word in finished)
    return [whole for whole in found if whole != text][:limit]


def _cut_last(text: str) -> tuple[str, str]:
    before, space, last = text.rpartition(" ")
    return before + space, last


def _names(view: View, name: str, value: str) -> Iterator[str]:
    """Topics after `topic:`, providers after `from:`, the ones with most briefs first."""
    kind = fold(name.removeprefix("-"))
    if kind not in ("topic", "from", "source"):
        return
    counts = view.reader.topics(view.now) if kind == "topic" else view.reader.providers(view.now)
    typed = fold(value.strip('"'))
    for known in counts:
        if any(word.startswith(typed) for word in (fold(known.name), known.key, *words(known.name))):
            quoted = f'"{known.name}"' if " " in known.name else known.name
            yield f"{name}:{quoted}"


def _finished(view: View, text: str, last: str) -> Iterator[str]:
    """Words of the best hits that finish the last one, the most frequent first; then what a typo meant."""
    tokens = words(last)
    try:
        query = parse_query(text, now=view.now, zone=UTC)
        question = replace(question_of(view, query, Page(limit=_LOOKED_AT)), unfinished=True)
    except QueryError:
        return
    if not tokens or query.sort is not Sort.BEST:
        return
    answer = Finder(view.reader, view.known, question).find()
    counts = Counter(
        token for one in answer.ranked[:_LOOKED_AT] for token in _last_words(one, question.tokens, tokens[-1])
    )
    for token, _ in counts.most_common():
        yield token


def _last_words(one: Ranked, typed: tuple[str, ...], last: str) -> tuple[str, ...]:
    """The brief's words that stand for the last typed one."""
    if last not in typed:
        return ()
    part = one.found[typed.index(last)]
    return part.tokens if part and not part.is_run else ()
