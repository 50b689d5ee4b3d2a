"""Which of our verbs a typed text means.

A verb is the first word, in any case, whose rest parses; otherwise everything is a search (contract section
5): `top kubernetes stories` and `help me find …` are searches. `help?` and `Status!` are the verbs alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.dispatch.reading import is_forget, read_alerts, read_digest
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
    DIGEST = "digest"
    ALERTS = "alerts"
    WHY = "why"
    FORGET = "forget"


ALONE = frozenset({Verb.TOPICS, Verb.PROVIDERS, Verb.STATUS, Verb.HELP})
"""Verbs that nothing may follow."""
LISTS = {Verb.TOP: Sort.HEAT, Verb.LATEST: Sort.NEW}
"""Verbs that filters alone may follow, with their order."""
OWED = frozenset({Verb.DIGEST, Verb.ALERTS, Verb.WHY, Verb.FORGET})
"""Verbs of digests and alerts."""
ANY_ZONE = "UTC"
"""Whether a text parses depends on no zone; the asker's is looked up when it is carried out."""
_MARKS = "?!. "
"""What people put behind a single word without meaning anything by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A verb and, for SEARCH, TOP and LATEST, the query that answers it; for those of OWED what follows."""

    verb: Verb
    query: str = ""


def read_command(text: str, parse: Parse, *, owes: bool = False) -> Asked:
    """What `text`, already without Slack's markup, asks for; `parse` raises QueryError for a bad filter.

    Without `owes` there are no digests and alerts, and their verbs are words to search for.
    """
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
    if owes and (verb := _owed(text, word, rest, parse)) is not None:
        return Asked(verb=verb, query=rest)
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


def _owed(text: str, word: str, rest: str, parse: Parse) -> Verb | None:
    """The verb of digests and alerts that a text begins with; None for `digest of the week` and the like.

    One with a mistake in it, such as an impossible filter, is the verb: its answer names the mistake.
    """
    if word == Verb.WHY:
        return Verb.WHY
    if is_forget(text):
        return Verb.FORGET
    try:
        if word == Verb.DIGEST and read_digest(rest, parse, ANY_ZONE) is not None:
            return Verb.DIGEST
        if word == Verb.ALERTS and read_alerts(rest, parse) is not None:
            return Verb.ALERTS
    except QueryError:
        return Verb(word)
    return None
