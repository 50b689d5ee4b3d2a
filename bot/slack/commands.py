"""Which of our verbs a typed text means.

A verb is the first word, in any case, whose rest parses; otherwise everything is a search (contract section
5): `top kubernetes stories` and `help me find …` are searches. `help?` and `Status!` are the verbs alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.query import Query, Sort
from bot.errors import QueryError
from bot.search import is_filters_only

Parse = Callable[[str], Query]


class Verb(StrEnum):
    """What can be asked by typing; FRONT is the bare command."""

    FRONT = "front"
    SEARCH = "search"
    TOP = "top"
    LATEST = "latest"
    TOPICS = "topics"
    PROVIDERS = "providers"
    STATUS = "status"
    HELP = "help"


ALONE = frozenset({Verb.TOPICS, Verb.PROVIDERS, Verb.STATUS, Verb.HELP})
"""Verbs that nothing may follow."""
LISTS = {Verb.TOP: Sort.HEAT, Verb.LATEST: Sort.NEW}
"""Verbs that filters alone may follow, with their order."""
_MARKS = "?!. "
"""What people put behind a single word without meaning anything by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A verb and, for SEARCH, TOP and LATEST, the query that answers it."""

    verb: Verb
    query: str = ""


def read_command(text: str, parse: Parse) -> Asked:
    """What `text`, already without Slack's markup, asks for; `parse` raises QueryError for a bad filter."""
    first, rest = _first_and_rest(text)
    if not first:
        return Asked(verb=Verb.FRONT)
    word = first.casefold()
    if word in ALONE and not rest:
        return Asked(verb=Verb(word))
    if word in LISTS and (query := _listed(rest, LISTS[Verb(word)], parse)) is not None:
        return Asked(verb=Verb(word), query=query)
    if word == Verb.SEARCH and rest:
        return Asked(verb=Verb.SEARCH, query=rest)
    return Asked(verb=Verb.SEARCH, query=text)


def _first_and_rest(text: str) -> tuple[str, str]:
    """The first word and what follows it; a single word without the marks behind it, a lone `?` is help."""
    first, *others = text.split(maxsplit=1) or [""]
    rest = others[0] if others else ""
    if rest.strip(_MARKS):
        return first, rest
    return first.rstrip(_MARKS) or (Verb.HELP if text.strip() == "?" else first), ""


def _listed(rest: str, sort: Sort, parse: Parse) -> str | None:
    """The query of a list, None where `rest` holds more than filters.

    The order stands first: an unclosed quote runs to the end, and an order that was typed after it wins.
    """
    try:
        return f"sort:{sort} {rest}".strip() if is_filters_only(parse(rest)) else None
    except QueryError:
        return None
