"""The dialect seam: how each database finds briefs by our tokens. Nothing else differs in reading.

A query never reaches a database as typed: it is built here from tokens of letters and digits, each
quoted, and bound as one parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bot.domain.ports import Field, Group, Term
from bot.store.rows import TOKEN_CHARS, BriefRow

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

    def match(self, all_of: Iterable[Group], none_of: Iterable[Group]) -> str:
        """The query: every group of `all_of`, which is not empty, and none of `none_of`."""
        ...

    def any_of(self, groups: Iterable[Group]) -> str:
        """The query: at least one of the groups."""
        ...


def usable(group: Group) -> tuple[Term, ...]:
    """The group's terms that can be indexed at all."""
    return tuple(term for term in group.any_of if 0 < len(term.token) <= TOKEN_CHARS and term.token.isalnum())


class SqliteTextual:
    """FTS5: an external-content table over the view `brief_text`."""

    driving = "brief_search s CROSS JOIN brief b ON b.id = s.rowid"
    row_id = "s.rowid"

    def matches(self, parameter: str) -> str:
        """See Textual."""
        return f"s.brief_search MATCH :{parameter}"

    def match(self, all_of: Iterable[Group], none_of: Iterable[Group]) -> str:
        """See Textual."""
        wanted = " AND ".join(self._group(group) for group in all_of)
        unwanted = self.any_of(none_of)
        return f"({wanted}) NOT ({unwanted})" if unwanted else wanted

    def any_of(self, groups: Iterable[Group]) -> str:
        """See Textual."""
        return " OR ".join(self._group(group) for group in groups)

    def _group(self, group: Group) -> str:
        terms = " OR ".join(f'"{term.token}"' + (" *" if term.prefix else "") for term in usable(group))
        if group.fields == Field.ALL:
            return f"({terms})"
        names = " ".join(name for field, name, _ in _FIELDS if field & group.fields)
        return f"{{{names}}} : ({terms})"


class PostgresTextual:
    """tsvector, built from our own tokens by literal cast, never by PostgreSQL's parser."""

    driving = "brief_search s JOIN brief b ON b.id = s.id"
    row_id = "s.id"

    def matches(self, parameter: str) -> str:
        """See Textual."""
        return f"s.words @@ CAST(CAST(:{parameter} AS text) AS tsquery)"

    def match(self, all_of: Iterable[Group], none_of: Iterable[Group]) -> str:
        """See Textual."""
        wanted = [self._group(group) for group in all_of]
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
    flags = ("*" if term.prefix else "") + weights
    return f"'{term.token}'" + (f":{flags}" if flags else "")


def tsvector_of(row: BriefRow) -> str:
    """The row's tokens as a tsvector literal: one position for each field a token stands in."""
    marks: dict[str, str] = {}
    for place, (text, (_, _, weight)) in enumerate(
        zip((row.title, row.meta, row.body), _FIELDS, strict=True), 1
    ):
        for token in dict.fromkeys(text.split()):
            marks[token] = f"{marks[token]},{place}{weight}" if token in marks else f"{place}{weight}"
    return " ".join(f"'{token}':{mark}" for token, mark in marks.items())
