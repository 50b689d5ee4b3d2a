"""The dialect seam: how each database finds briefs by our tokens. Nothing else differs in reading.

A query never reaches a database as typed: it is built here from tokens of letters and digits, each
quoted, and bound as one parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bot.domain.ports import LONGEST_COUNTED, Field, Group, Term
from bot.store.rows import TOKEN_CHARS

_FIELDS: tuple[tuple[Field, str, str], ...] = (
    (Field.TITLE, "title", "A"),
    (Field.META, "meta", "B"),
    (Field.BODY, "body", "C"),
)


class Textual(Protocol):
    """Full-text search of one database."""

    @property
    def driving(self) -> str:
        """FROM and join for a query that looks for words; the table is `s`, the briefs are `b`."""
        ...

    @property
    def row_id(self) -> str:
        """The brief's number in that table."""
        ...

    def matches(self, parameter: str) -> str:
        """The condition that `s` holds what the bound query says."""
        ...

    def match(
        self, all_of: Iterable[Group], none_of: Iterable[Group], title_words: Iterable[int] = ()
    ) -> str:
        """The query: every group of `all_of`, which is not empty, and none of `none_of`.

        With `title_words` the title has one of these numbers of words.
        """
        ...

    def any_of(self, groups: Iterable[Group]) -> str:
        """The query: at least one of the groups."""
        ...


def usable(group: Group) -> tuple[Term, ...]:
    """The group's terms that can be indexed at all."""
    return tuple(term for term in group.any_of if 0 < len(term.token) <= TOKEN_CHARS and term.token.isalnum())


_TITLE, _HEAD, _START = "_", "-", "="
"""Marks of a token in a title, of one in a title or the names, and of the first letters of a title's word."""

_STARTS = (2, 3, 4)
"""Letters of the beginnings that are indexed by themselves; longer ones have few words to walk through."""


class SqliteTextual:
    """FTS5 without columns: a token is indexed once more with a mark for where it stands.

    Column filters read every column of every brief that holds a word: two common words in titles took 1.0 ms
    at 100,000 briefs and so take 0.2 ms, and all of it half the disk.
    """

    driving = "brief_search s CROSS JOIN brief b ON b.id = s.rowid"
    row_id = "s.rowid"

    def matches(self, parameter: str) -> str:
        """See Textual."""
        return f"s.brief_search MATCH :{parameter}"

    def match(
        self, all_of: Iterable[Group], none_of: Iterable[Group], title_words: Iterable[int] = ()
    ) -> str:
        """See Textual."""
        wanted = " AND ".join(self._group(group) for group in all_of)
        if lengths := " OR ".join(f'"{_length(number)}"' for number in title_words):
            wanted = f"({lengths}) AND {wanted}"
        unwanted = self.any_of(none_of)
        return f"({wanted}) NOT ({unwanted})" if unwanted else wanted

    def any_of(self, groups: Iterable[Group]) -> str:
        """See Textual."""
        return " OR ".join(self._group(group) for group in groups)

    def _group(self, group: Group) -> str:
        mark = _mark(group.fields)
        terms = " OR ".join(_string(term, mark) for term in usable(group))
        return f"({terms})"


def _mark(fields: Field) -> str:
    """The mark of tokens in these fields, see `Group`."""
    if Field.BODY in fields:
        return ""
    return _HEAD if Field.META in fields else _TITLE


def _string(term: Term, mark: str) -> str:
    if term.titled:
        return f'"{_START}{term.token}"' if len(term.token) in _STARTS else f'"{_TITLE}{term.token}" *'
    return f'"{mark}{term.token}"' + (" *" if term.prefix else "")


def _length(words: int) -> str:
    """Stands for a title of so many words; one digit, so it is never the beginning of a word."""
    return f"{_START}{words}"


def fts_text(title: str, meta: str, body: str) -> str:
    """What FTS5 is given for a brief, and given again to take it out: a migration goes with any change."""
    title_words = title.split()
    titled = dict.fromkeys(title_words)
    head = titled | dict.fromkeys(meta.split())
    starts = {token[:letters]: None for letters in _STARTS for token in titled if len(token) > letters}
    marked = [_marked(titled, _TITLE), _marked(head, _HEAD), _marked(starts, _START)]
    if 0 < len(title_words) <= LONGEST_COUNTED:
        marked.append(_length(len(title_words)))
    return " ".join((*filter(None, marked), *(head | dict.fromkeys(body.split()))))


def _marked(tokens: Iterable[str], mark: str) -> str:
    joined = f" {mark}".join(tokens)
    return mark + joined if joined else ""


class PostgresTextual:
    """tsvector, built from our own tokens by literal cast, never by PostgreSQL's parser."""

    driving = "brief_search s JOIN brief b ON b.id = s.id"
    row_id = "s.id"

    def matches(self, parameter: str) -> str:
        """See Textual."""
        return f"s.words @@ CAST(CAST(:{parameter} AS text) AS tsquery)"

    def match(
        self, all_of: Iterable[Group], none_of: Iterable[Group], title_words: Iterable[int] = ()
    ) -> str:
        """See Textual."""
        wanted = [self._group(group) for group in all_of]
        if lengths := " | ".join(f"'{_length(number)}'" for number in title_words):
            wanted.append(f"({lengths})")
        return " & ".join([*wanted, *(f"!{self._group(group)}" for group in none_of)])

    def any_of(self, groups: Iterable[Group]) -> str:
        """See Textual."""
        return " | ".join(self._group(group) for group in groups)

    def _group(self, group: Group) -> str:
        weights = "".join(weight for field, _, weight in _FIELDS if field & group.fields)
        weights = "" if group.fields == Field.ALL else weights
        terms = (_lexeme(term, weights) for term in usable(group))
        return f"({' | '.join(terms)})"


def _lexeme(term: Term, weights: str) -> str:
    flags = "*A" if term.titled else ("*" if term.prefix else "") + weights
    return f"'{term.token}'" + (f":{flags}" if flags else "")


def tsvector_of(title: str, meta: str, body: str) -> str:
    """A brief's tokens as a tsvector literal: one position for each field a token stands in."""
    marks: dict[str, str] = {}
    for place, (text, (_, _, weight)) in enumerate(zip((title, meta, body), _FIELDS, strict=True), 1):
        for token in dict.fromkeys(text.split()):
            marks[token] = f"{marks[token]},{place}{weight}" if token in marks else f"{place}{weight}"
    if 0 < (number := len(title.split())) <= LONGEST_COUNTED:
        marks[_length(number)] = "1A"
    return " ".join(f"'{token}':{mark}" for token, mark in marks.items())
