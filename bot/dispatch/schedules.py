"""The schedule that a digest's text begins with, and what is left of the text when it is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time

from bot.dispatch import clocks, days
from bot.dispatch.parts import Part, refusal

DEFAULT_TIME = time(9)
_WORDS_BEFORE = ("at", "on", "in", "@")
"""Words that belong to the time, day or zone that follows them."""
_SELDOM = ("hourly", "monthly", "biweekly", "fortnightly", "yearly")
_PERIODS = ("hour", "hours", "minute", "minutes", "month", "months", "year", "weeks", "days")


@dataclass(slots=True)
class Typed:
    """What was typed of a schedule so far; `rest` are the parts that are none of it."""

    days: tuple[int, ...] | None = None
    time: time | None = None
    zone: str = ""
    is_firm: bool = False
    is_open: bool = False
    rest: list[Part] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        """True where plain words that follow can only narrow the digest, and are no question."""
        return self.is_firm or (self.days is not None and self.time is not None)


def take_schedule(parts: Sequence[Part]) -> Typed | None:
    """The schedule at the beginning of these parts; None where they begin with none.

    A time and a zone may also stand further on. QueryError for an impossible time and a mistyped zone or day.
    """
    _refuse_period(parts)
    if not _begins(parts):
        return None
    typed, place = Typed(is_firm=days.is_firm(parts[0].word)), 0
    while place < len(parts) and (count := _take_next(typed, parts, place)):
        place += count
    _take_later(typed, parts, place)
    return typed


def _begins(parts: Sequence[Part]) -> bool:
    """True where the first part, or the one after "at", is of a schedule."""
    if not parts:
        return False
    is_timed = _is_time(parts, 1) or (len(parts) == 2 and clocks.is_hour(parts[1].word))
    if near := days.is_mistyped(parts[0].word) if is_timed else "":
        raise refusal(parts[0].text, "is no schedule.", near)
    if days.take_days(parts, 0):
        return True
    first = int(parts[0].word in _WORDS_BEFORE)
    is_hour = first and len(parts) > first and clocks.is_hour(parts[first].word)
    return bool(is_hour or _is_time(parts, first) or (first and days.take_days(parts, first)))


def _is_time(parts: Sequence[Part], place: int) -> bool:
    if place >= len(parts):
        return False
    word, *others = (part.word for part in parts[place : place + 2])
    return clocks.is_time(word) or (clocks.is_hour(word) and others[:1] in (["am"], ["pm"]))


def _take_next(typed: Typed, parts: Sequence[Part], place: int) -> int:
    """Read a day, time or zone at a place into `typed`; how many parts it has, 0 for none."""
    before = parts[place].word if parts[place].word in _WORDS_BEFORE else ""
    start = place + bool(before)
    if start >= len(parts):
        return 0
    taken = (
        (before in ("", "on") and _take_days(typed, parts, start))
        or (before in ("", "at", "@") and _take_time(typed, parts, start, is_after=bool(before)))
        or (before in ("", "in") and _take_zone(typed, parts, start))
    )
    return start - place + taken if taken else 0


def _take_days(typed: Typed, parts: Sequence[Part], start: int) -> int:
    if typed.days is not None and not typed.is_open:
        return 0
    found = days.take_day_list(parts, start) if typed.is_open else days.take_days(parts, start)
    if not found:
        return 0
    typed.is_firm = typed.is_firm or days.is_firm(parts[start].word)
    typed.is_open = parts[start].word == "weekly" and found[1] == 1
    typed.days = found[0]
    return found[1]


def _take_time(typed: Typed, parts: Sequence[Part], start: int, *, is_after: bool) -> int:
    if typed.time is not None:
        return 0
    bare = is_after or (clocks.is_hour(parts[start].word) and _ends(parts, start + 1))
    found = clocks.take_time(parts, start, bare=bare)
    if not found:
        return 0
    typed.time = found[0]
    return found[1]


def _take_zone(typed: Typed, parts: Sequence[Part], start: int, *, strict: bool = True) -> int:
    if typed.zone:
        return 0
    found = clocks.take_zone(parts, start, strict=strict)
    if not found:
        return 0
    typed.zone = found[0]
    return found[1]


def _ends(parts: Sequence[Part], place: int) -> bool:
    """True where no plain word follows, so that a number before it is an hour and not "5 things"."""
    if place >= len(parts):
        return True
    part = parts[place]
    return not part.word or bool(part.name) or part.word.startswith("-") or clocks.is_zone(part.word)


def _take_later(typed: Typed, parts: Sequence[Part], place: int) -> None:
    """Take a time and a zone out of what follows the beginning; the rest is kept in order."""
    while place < len(parts):
        count = 0
        if typed.time is None:
            after = parts[place].word in ("at", "@")
            if _is_time(parts, place + after) or (after and _is_hour_at(parts, place + 1)):
                count = _take_time(typed, parts, place + after, is_after=after) + after
        count = count or _take_zone(typed, parts, place, strict=False)
        if not count:
            typed.rest.append(parts[place])
        place += count or 1


def _is_hour_at(parts: Sequence[Part], place: int) -> bool:
    return place < len(parts) and clocks.is_hour(parts[place].word) and _ends(parts, place + 1)


def _refuse_period(parts: Sequence[Part]) -> None:
    """Refuse what no digest does, `hourly` or `every 2 hours`, where it is all that was typed."""
    words = [part.word for part in parts if not part.name]
    is_seldom = len(words) == 1 and words[0] in _SELDOM
    is_every = 1 < len(words) < 4 and words[0] in ("every", "each") and words[-1] in _PERIODS
    if is_seldom or is_every:
        typed = " ".join(part.text for part in parts if not part.name)
        raise refusal(typed, "is no schedule: a digest comes once a day, on the days you name.", "daily")
