"""What may be asked instead of a query with an impossible filter, where that is certain.

An error names the part at fault and, in its hint, the nearest right one. Both are for people to read; here
the one is put in place of the other, unless there is any doubt about where it stands or what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.errors import QueryError

_NEAREST = re.compile(r"Did you mean (\S.*?)\?(?:\s|$)")
_OTHER_NAMES = {"from": "(?:from|source)"}


def instead_of(text: str, error: QueryError, parse: Callable[[str], object]) -> str:
    """The query to ask instead of `text`; empty where the error offers none or it would be none either.

    `parse` raises QueryError for what is none.
    """
    nearest = _NEAREST.match(error.hint)
    places = list(_form(error.part).finditer(text)) if nearest and error.part else []
    if error.instead or nearest is None or len(places) != 1:
        return error.instead
    right, end = nearest.group(1), places[0].end()
    corrected = f"{text[: places[0].start()]}{right}{_rest(text[end:], error.part, right)}"
    try:
        parse(corrected)
    except QueryError:
        return ""
    return corrected


def _form(part: str) -> re.Pattern[str]:
    """The part at fault as it may have been typed: in any case, by another name, its value quoted."""
    name, colon, value = part.partition(":")
    sign = "-" if name.startswith("-") else ""
    named = name.removeprefix("-")
    shown = _OTHER_NAMES.get(named.casefold(), re.escape(named))
    quoted = rf'(?:{re.escape(value)}|"\s*{re.escape(value)}\s*"?)'
    return re.compile(rf"(?<!\S){sign}{shown}{colon}{quoted}(?!\S)", re.IGNORECASE)


def _rest(rest: str, part: str, right: str) -> str:
    """What follows the part; where the value stood apart (`topic: AI`), it went into the right one."""
    apart, *others = rest.split(maxsplit=1) or [""]
    if apart and right.casefold() == f"{part}{apart}".casefold():
        return f" {others[0]}" if others else ""
    return rest
