"""What of a brief can be found, as tokens by field; the store writes it, the search ranks by it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.brief import Brief
from bot.domain.text import words

INDEX_FORMAT = 2
"""Raise it whenever the parser, `words` or `searchable` give other results for the same file.

An index of another format is rebuilt while answers go on (contract section 3).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """Tokens separated by spaces, in reading order."""

    title: str
    meta: str
    body: str


def searchable(brief: Brief) -> Searchable:
    """The tokens of a brief: title; provider and topics; excerpt and titles of related coverage."""
    return Searchable(
        title=" ".join(words(brief.title)),
        meta=_words_of(brief.provider.name, brief.provider.domain, *brief.topics),
        body=_words_of(brief.excerpt, *(article.title for article in brief.related)),
    )


def _words_of(*texts: str) -> str:
    # No word goes on over a line's end: the same words as of one text after the other, in half the time.
    return " ".join(words("\n".join(texts)))
