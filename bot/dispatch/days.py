"""Days of the week as people type them: `daily`, `every weekday`, `mon,wed,fri`, `weekly on fridays`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.dispatch.parts import Part, refusal
from bot.domain.schedule import DAY_NAMES, WEEKEND
from bot.domain.subscription import EVERY_DAY, WEEKDAYS

_SETS = {
    "daily": EVERY_DAY, "everyday": EVERY_DAY, "weekdays": WEEKDAYS, "weekday": WEEKDAYS,
    "workdays": WEEKDAYS, "weekends": WEEKEND, "weekend": WEEKEND,
}  # fmt: skip
_EACH = {"day": EVERY_DAY, "weekday": WEEKDAYS, "workday": WEEKDAYS, "weekend": WEEKEND, "week": (0,)}
"""What may follow `every`; a week begins on Monday."""
_EVERY = ("every", "each")
_FIRM = ("daily", "everyday", "weekly", "weekdays", "workdays", "weekends", *_EVERY)
"""Beginnings that ask for a digest without a time too; "sun" and "weekend" may begin a question."""
_LINKS = ("and", "&", "+", ",")
_SEPARATORS = re.compile(r"[,;/&+]")
_RANGES = re.compile("[-–—]")
_MORE_NAMES = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_NAMES = (
    {name.lower(): day for day, name in enumerate(DAY_NAMES)}
    | {name[:3].lower(): day for day, name in enumerate(DAY_NAMES)}
    | _MORE_NAMES
)
_SHORTEST_TYPO = 5
"""Letters of a mistyped day that is still recognised; shorter words are near too many others."""

Days = tuple[int, ...]


def is_firm(word: str) -> bool:
    """True for a first word that can only mean a schedule, given that days do follow it."""
    return word in _FIRM


def is_mistyped(word: str) -> str:
    """The beginning of a schedule that a word nearly is, or nothing."""
    if word in _SETS or word in _FIRM or len(word) < _SHORTEST_TYPO:
        return ""
    near = process.extractOne(word, ("daily", "weekly", "weekdays"), scorer=OSA.distance, score_cutoff=1)
    return near[0] if near else ""


def take_days(parts: Sequence[Part], place: int) -> tuple[Days, int] | None:
    """The days of the week that begin at a place and how many parts name them; None where there are none.

    QueryError for a mistyped day after `every` or `weekly`.
    """
    word = _word(parts, place)
    if word in _SETS:
        return _SETS[word], 1
    if word == "weekly":
        skipped = 2 if _word(parts, place + 1) == "on" else 1
        listed = _listed(parts, place + skipped)
        if listed is None:
            _refuse_typo(parts, place + skipped)
            return (0,), 1
        return listed[0], listed[1] + skipped
    if word in _EVERY:
        return _each(parts, place)
    return _listed(parts, place)


def take_day_list(parts: Sequence[Part], place: int) -> tuple[Days, int] | None:
    """Days by their names alone."""
    return _listed(parts, place)


def _each(parts: Sequence[Part], place: int) -> tuple[Days, int] | None:
    follower = _word(parts, place + 1)
    if follower in _EACH:
        listed = _listed(parts, place + 3) if (follower, _word(parts, place + 2)) == ("week", "on") else None
        return (listed[0], listed[1] + 3) if listed else (_EACH[follower], 2)
    listed = _listed(parts, place + 1)
    if listed is None:
        _refuse_typo(parts, place + 1)
        return None
    return listed[0], listed[1] + 1


def _listed(parts: Sequence[Part], place: int) -> tuple[Days, int] | None:
    """`mon,wed,fri`, `mon wed fri`, `mon, wed and fri`, `mon-fri`."""
    found: set[int] = set()
    end = at = place
    while at < len(parts):
        days = _named(_word(parts, at))
        if not days and not (found and parts[at].word in _LINKS):
            break
        at += 1
        if days:
            found |= days
            end = at
    return (tuple(sorted(found)), end - place) if found else None


def _named(word: str) -> set[int]:
    """The days that one part names; empty where any piece of it is no day."""
    found: set[int] = set()
    for piece in filter(None, _SEPARATORS.split(word)):
        ends = [_day(name) for name in _RANGES.split(piece)]
        if len(ends) > 2 or None in ends:
            return set()
        first, last = (end for end in (ends[0], ends[-1]) if end is not None)
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return found


def _day(name: str) -> int | None:
    """The day of a name, also in the plural: `Mondays`."""
    return _NAMES.get(name, _NAMES.get(name.removesuffix("s")))


def _refuse_typo(parts: Sequence[Part], place: int) -> None:
    word = _word(parts, place).removesuffix("s")
    if len(word) < _SHORTEST_TYPO:
        return
    near = process.extractOne(word, [*_EACH, *_NAMES], scorer=OSA.distance, score_cutoff=2)
    if near and len(near[0]) >= _SHORTEST_TYPO:
        raise refusal(parts[place].text, "is no day of the week.", near[0])


def _word(parts: Sequence[Part], place: int) -> str:
    return parts[place].word.rstrip(",;") if place < len(parts) else ""
