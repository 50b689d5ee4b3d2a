"""Times of day and time zones as people type them, or a plain sentence with the nearest right one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.dispatch.parts import Part, refusal

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?h?(am|pm|a\.m\.?|p\.m\.?)?")
_FOUR_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})")
_LIKE_CLOCK = re.compile(r"[0-9]{1,3}(?::\S*|[.h][0-9]{2}\S*|[ap]\.?m\.?)")
_NUMBER = re.compile(r"[0-9]{1,2}")
_HALVES = ("am", "pm", "a.m.", "p.m.", "a.m", "p.m")
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}

_ABBREVIATIONS = {
    "utc": "UTC", "gmt": "GMT", "z": "UTC", "zulu": "UTC", "cet": "CET", "cest": "CET", "eet": "EET",
    "eest": "EET", "jst": "Asia/Tokyo", "kst": "Asia/Seoul", "hkt": "Asia/Hong_Kong",
    "sgt": "Asia/Singapore", "msk": "Europe/Moscow",
}  # fmt: skip
"""Abbreviations that mean one zone and are no words; `MET`, `WEST` and `Japan` are words."""
_SEVERAL_ZONES = {
    "est": "America/New_York", "edt": "America/New_York", "cst": "America/Chicago",
    "cdt": "America/Chicago", "mst": "America/Denver", "mdt": "America/Denver",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "bst": "Europe/London",
    "ist": "Asia/Kolkata", "aest": "Australia/Sydney", "aedt": "Australia/Sydney",
}  # fmt: skip
"""Abbreviations that several zones share, with the one most likely meant."""
_OFFSET = re.compile(r"(?:utc|gmt)([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
_LIKE_ZONE = re.compile(r"[a-z_+-]{2,20}/[a-z0-9_+/-]{2,40}")
_MOST_ZONE_WORDS = 3
_NEAR = 2
"""Edits that a mistyped zone may have."""

Taken = tuple[time, int]


def take_time(parts: Sequence[Part], place: int, *, bare: bool = False) -> Taken | None:
    """The time of day that begins at a place and how many parts it has; None where there is none.

    `bare`: a number alone is an hour. QueryError for a time that no day has.
    """
    if place >= len(parts):
        return None
    word = parts[place].word.rstrip(",;")
    if word in _NAMED_TIMES:
        return _NAMED_TIMES[word], 1
    follower = parts[place + 1].word.rstrip(",;") if place + 1 < len(parts) else ""
    if _CLOCK.fullmatch(word) and follower in _HALVES and not word.endswith("m"):
        return _taken(parts[place].text + parts[place + 1].text, word + follower, 2)
    return _taken(parts[place].text, word, 1) if bare or is_time(word) else None


def is_time(word: str) -> bool:
    """True for what is meant as a time of day, even where no day has such a time; not for a mere number."""
    has_zero = word.startswith("0") and bool(_FOUR_DIGITS.fullmatch(word))
    return word in _NAMED_TIMES or has_zero or bool(_LIKE_CLOCK.fullmatch(word))


def is_hour(word: str) -> bool:
    """True for a number that may be an hour."""
    return bool(_NUMBER.fullmatch(word))


def read_time(typed: str) -> time | None:
    """The time that a word alone means, a number as an hour; QueryError where no day has it."""
    word = typed.casefold()
    return _NAMED_TIMES.get(word) or _read(typed, word)


def take_zone(parts: Sequence[Part], place: int, *, strict: bool = True) -> tuple[str, int] | None:
    """The zone that begins at a place and how many parts its name has; None where there is none.

    QueryError for a mistyped zone; with `strict`, where a zone is expected, also for an abbreviation that
    several zones share and for any other name in a region.
    """
    for count in range(_MOST_ZONE_WORDS, 0, -1):
        words = [part.word for part in parts[place : place + count]]
        found = _zones().get("_".join(words).rstrip(",;")) if len(words) == count else None
        if found and (strict or "/" in found):
            return found, count
    if place < len(parts):
        _refuse_zone(parts[place].text.rstrip(",;"), strict=strict)
    return None


def is_zone(word: str) -> bool:
    """True for a zone's name or abbreviation."""
    return word in _zones()


def _taken(typed: str, word: str, count: int) -> Taken | None:
    found = _read(typed.rstrip(",;"), word)
    return None if found is None else (found, count)


def _read(typed: str, word: str) -> time | None:
    """The time; QueryError where it is like one but no day has it; None where it is nothing of the kind."""
    found = _CLOCK.fullmatch(word) or _FOUR_DIGITS.fullmatch(word)
    if found is None:
        if not _LIKE_CLOCK.fullmatch(word):
            return None
        hour, *minutes = re.findall("[0-9]+", word)
        raise _no_time(typed, int(hour), int(minutes[0][:2]) if minutes else 0)
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "")[:1] if found.re is _CLOCK else ""
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise _no_time(typed, hour, minute)
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)


def _no_time(typed: str, hour: int, minute: int) -> Exception:
    nearest = time(0 if hour == 24 else min(hour, 23), min(minute, 59))
    return refusal(typed, "is no time of day.", f"{nearest:%H:%M}")


@cache
def _zones() -> Mapping[str, str]:
    """Every zone by its casefolded name; those without a slash are words (Cuba, Japan) or abbreviations."""
    return {name.casefold(): name for name in available_timezones() if "/" in name} | _ABBREVIATIONS


@cache
def _regions() -> frozenset[str]:
    return frozenset(name.partition("/")[0] for name in _zones() if "/" in name)


def _refuse_zone(typed: str, *, strict: bool) -> None:
    word = typed.casefold()
    if strict and word in _SEVERAL_ZONES:
        raise refusal(typed, "is the time of several zones.", _SEVERAL_ZONES[word])
    if strict and (offset := _OFFSET.fullmatch(word)):
        problem = "is no time zone; a place such as Europe/Berlin follows the clock changes."
        raise refusal(typed, problem, _fixed(*offset.groups()))
    if not _LIKE_ZONE.fullmatch(word):
        return
    within = strict and word.partition("/")[0] in _regions()
    cutoff = len(word) if within else _NEAR
    names = [name for name in _zones() if "/" in name]
    near = process.extractOne(word, names, scorer=OSA.distance, score_cutoff=cutoff)
    if near:
        raise refusal(typed, "is no time zone.", _zones()[near[0]])


def _fixed(sign: str, hours: str, minutes: str | None) -> str:
    """The zone of a fixed offset, whose sign is the other way round; Kolkata for half hours."""
    if minutes and int(minutes):
        return "Asia/Kolkata"
    name = f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}"
    return _zones().get(name.casefold(), "UTC")
