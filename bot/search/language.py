"""The query language of contract section 5: typed text becomes a `Query`.

query  = part*                       parts stand apart by white space
part   = ["-"] (filter | phrase | word)
filter = name ":" (value | quoted)   name is one of `bot.search.filters.NAMES`, in any case
phrase = quoted
quoted = '"' any text ['"']          an unclosed quote runs to the end
word   = anything else without white space
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

from bot.domain.query import Filter, Query, Sort, Words
from bot.domain.text import fold, words
from bot.errors import QueryError
from bot.search.fillers import list_asked_for
from bot.search.filters import (
    NAMES,
    SORT,
    TypedFilter,
    check_value,
    near_name,
    read_filter,
    read_sort,
    shorten,
)

_PART = re.compile(
    r"""(?:(?<!\S)(?P<minus>-)(?=\S))?
    (?:(?P<name>[^\W\d_]+):(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s"]\S*|))
    |"(?P<phrase>[^"]*)"?
    |(?P<word>\S+))""",
    re.VERBOSE,
)
_CURLY = str.maketrans(dict.fromkeys("“”„‟＂", '"'))
_SURROGATE = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://\S", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(?:[a-z0-9-]+\.)+(?!js|ts|py)[a-z]{2,24}(?::\d+)?/\S", re.IGNORECASE)
"""An address as people copy it out of a browser: a host with a dot, and a path; not `node.js/express`."""
_BEFORE = "([{<\"'"
_AFTER = ".,;:!?…]}>\"'"


def parse_query(text: str, *, now: datetime, zone: tzinfo) -> Query:
    """Read what a person typed; days are whole days in `zone`, spans count back from `now`.

    Raises QueryError with a plain sentence for a filter whose value cannot be, and for a name within one
    edit of a filter's name; any other text at all is a query.
    """
    return parse_typed(text, now=now, zone=zone)[0]


def parse_typed(text: str, *, now: datetime, zone: tzinfo) -> tuple[Query, dict[Filter, str]]:
    """The query as `parse_query` reads it, and how each of its filters was first typed."""
    clean = _SURROGATE.sub("\ufffd", text)
    found_words: dict[Words, None] = {}
    found_filters: dict[Filter, str] = {}
    sort = Sort.BEST
    for part in _PART.finditer(clean.translate(_CURLY)):
        typed = _typed_filter(part, now, zone)
        if typed is None:
            found_words.update(dict.fromkeys(_words_of(part)))
        elif typed.name == SORT:
            sort = read_sort(typed)
        else:
            found_filters.setdefault(read_filter(typed), typed.typed)
    query = Query(text=clean.strip(), words=tuple(found_words), filters=tuple(found_filters), sort=sort)
    return _as_list(query), found_filters


def _as_list(query: Query) -> Query:
    """The query without words where they only ask for a list: "latest news" is what `latest` brings."""
    plain = plain_words(query)
    order = list_asked_for([token for word in plain for token in word.tokens])
    if order is None or any(word.is_phrase or is_address(word) for word in query.words):
        return query
    kept = tuple(word for word in query.words if word not in plain)
    return replace(query, words=kept, sort=order if query.sort is Sort.BEST else query.sort)


def is_filters_only(query: Query) -> bool:
    """True where no plain word remains: phrases and excluded words narrow as filters do."""
    return all(word.excluded or word.is_phrase for word in query.words)


def address_of(word: Words) -> str:
    """The http or https address that a word is, empty where it is none.

    What stands around it in a sentence is no part of it; the scheme may be missing.
    """
    if "." not in word.typed and "://" not in word.typed:
        return ""
    typed = word.typed.lstrip(_BEFORE)
    typed = typed.rstrip(_AFTER if "(" in typed else _AFTER + ")")
    if any(char.isspace() for char in typed):
        return ""
    if _ADDRESS.match(typed):
        return typed
    return f"https://{typed}" if _BARE_ADDRESS.match(typed) else ""


def is_address(word: Words) -> bool:
    """True for a pasted address, also one in quotes or after a minus."""
    return bool(address_of(word))


def plain_words(query: Query) -> tuple[Words, ...]:
    """The words that are matched with typos forgiven: no phrase, nothing excluded, no address."""
    return tuple(word for word in query.words if not (word.excluded or word.is_phrase or is_address(word)))


def respell(text: str, replaced: Mapping[str, str]) -> str:
    """The query's text with some tokens of its plain words written otherwise; an empty one falls away."""
    pieces: list[str] = []
    for part in _PART.finditer(text.translate(_CURLY)):
        tokens = [] if part["word"] is None or part["minus"] else words(part["word"])
        if any(token in replaced for token in tokens):
            pieces.append(" ".join(filter(None, (replaced.get(token, token) for token in tokens))))
        else:
            pieces.append(part[0])
    return " ".join(filter(None, pieces))


def reread(text: str, query: Query) -> Query:
    """The query with another text's words; its filters stay as they were resolved."""
    found: dict[Words, None] = {}
    for part in _PART.finditer(text):
        if part["name"] is None or fold(part["name"]) not in NAMES:
            found.update(dict.fromkeys(_words_of(part)))
    return replace(query, text=text, words=tuple(found))


def _typed_filter(part: re.Match[str], now: datetime, zone: tzinfo) -> TypedFilter | None:
    """The part as a filter, None where it is words, QueryError where it nearly is a filter."""
    if part["name"] is None:
        return None
    name = fold(part["name"])
    value = (part["value"] if part["quoted"] is None else part["quoted"]).strip()
    typed = TypedFilter(
        typed=part[0],
        name=name,
        value=value,
        excluded=bool(part["minus"]),
        now=now,
        zone=zone,
        next_word=_next_word(part),
    )
    if name in NAMES:
        check_value(typed)
        return typed
    if value and (near := near_name(name)):
        raise _no_such_name(typed, near)
    return None


def _next_word(part: re.Match[str]) -> str:
    """The word after a filter without a value: what was most likely meant as its value."""
    follower = part.string[part.end() :].split(maxsplit=1)
    return follower[0] if follower and ":" not in follower[0] else ""


def _no_such_name(typed: TypedFilter, near: str) -> QueryError:
    shown = shorten(typed.typed)
    sign = "-" if typed.excluded else ""
    value = shown.partition(":")[2]
    hint = f"Did you mean {sign}{near}:{value}? To look for {shown} itself, put it in quotes."
    return QueryError(f"There is no filter called {shorten(typed.name)}.", part=shown, hint=hint)


def _words_of(part: re.Match[str]) -> Iterator[Words]:
    """The words of a part; what holds neither letter nor digit is none."""
    excluded = bool(part["minus"])
    if part["phrase"] is not None:
        yield from _one(part["phrase"].strip(), excluded, is_phrase=True)
    elif part["quoted"] is not None:
        yield from _one(part["name"], excluded, is_phrase=False)
        yield from _one(part["quoted"].strip(), excluded, is_phrase=True)
    else:
        yield from _one(part[0].removeprefix("-") if excluded else part[0], excluded, is_phrase=False)


def _one(typed: str, excluded: bool, *, is_phrase: bool) -> Iterator[Words]:
    if tokens := words(typed):
        yield Words(typed=typed, tokens=tuple(tokens), is_phrase=is_phrase, excluded=excluded)
