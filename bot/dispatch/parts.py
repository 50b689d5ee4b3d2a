"""Typed text in parts, as the query language takes it apart, so that some can be taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.text import fold
from bot.errors import QueryError

_PART = re.compile(r'(?P<quoted>(?:(?<!\S)-(?=\S))?(?:[^\W\d_]+:)?"[^"]*"?)|\S+')
_NAMED = re.compile(r"(-?)([^\W\d_]+):(.*)", re.DOTALL)
_EMPTY = re.compile(r'-?"\s*"')
_CURLY = str.maketrans(dict.fromkeys("“”„‟＂", '"'))
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 80
"""Characters of a typed value that an error repeats; nobody reads more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A word, phrase or `name:value`; `is_glued` where no white space stands before it.

    `name` (folded) and `value` are empty unless it is `name:value`; `word` is empty for anything in quotes.
    """

    text: str
    is_glued: bool = False
    name: str = ""
    value: str = ""
    word: str = ""


def split(text: str) -> list[Part]:
    """The parts of a text in order, white space made even; a quote that was left open is closed."""
    clean = _SURROGATE.sub("\ufffd", text).translate(_CURLY)
    return [_part(found) for found in _PART.finditer(clean)]


def joined(parts: Iterable[Part]) -> str:
    """The text of these parts."""
    text = ""
    for part in parts:
        if not _EMPTY.fullmatch(part.text):
            text += part.text if part.is_glued or not text else f" {part.text}"
    return text


def refusal(typed: str, problem: str, right: str = "") -> QueryError:
    """The sentence for a part that cannot be, with the nearest one that can."""
    shown = shorten(typed)
    return QueryError(f"{shown} {problem}", part=shown, hint=f"Did you mean {right}?" if right else "")


def shorten(text: str) -> str:
    """A typed text short enough to be repeated in a sentence."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _part(found: re.Match[str]) -> Part:
    text = " ".join(found[0].split())
    is_quoted = found["quoted"] is not None
    if is_quoted and text.count('"') == 1:
        text = f'{text.rstrip()}"'
    is_glued = found.start() > 0 and not found.string[found.start() - 1].isspace()
    named = _NAMED.fullmatch(text)
    if named is None:
        return Part(text=text, is_glued=is_glued, word="" if is_quoted else text.casefold())
    value = named[3].strip('"').strip() if named[3].startswith('"') else named[3]
    name = f"{named[1]}{fold(named[2])}"
    word = "" if is_quoted else text.casefold()
    return Part(text=text, is_glued=is_glued, name=name, value=value, word=word)
