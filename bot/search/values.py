"""The values of filters: numbers with bounds, days and spans, and the nearest right value of a wrong one."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from rapidfuzz.distance import OSA

LARGEST = 2**31 - 1
"""Bounds are cut to this, so that any database can compare them; no heat comes near."""

EARLIEST = datetime(1000, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

_COMPARED = re.compile(r"(>=|<=|=>|=<|≥|≤|>|<|=)?(-?\d+)")
_RANGE = re.compile(r"(-?\d+|\*)?\.\.(-?\d+|\*)?")
_NUMBER = re.compile(r"-?\d+")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_LOOSE_DAY = re.compile(r"(\d{4})\D?(\d{1,2})(?:\D?(\d{1,2}))?(?:\D.*)?")
_SPAN = re.compile(r"(\d+)([hdw])", re.IGNORECASE)
_LOOSE_SPAN = re.compile(r"-?(\d+) ?([a-z]*)", re.IGNORECASE)
_SPAN_HOURS = {"h": 1, "d": 24, "w": 168}
_LOOSE_UNITS = {"h": (1, "h"), "d": (1, "d"), "w": (1, "w"), "m": (30, "d"), "y": (365, "d"), "": (1, "d")}

Bounds = tuple[int | None, int | None]


def read_bounds(value: str) -> Bounds | None:
    """The inclusive bounds of `>100`, `>=100`, `<60`, `60` (at least), `60..90`; None where unreadable."""
    if compared := _COMPARED.fullmatch(value):
        return _compared(compared.group(1) or ">=", _whole(compared.group(2)))
    ranged = _RANGE.fullmatch(value)
    if not ranged:
        return None
    low, high = (None if end in (None, "*") else _whole(end) for end in ranged.groups())
    return None if low is None and high is None else (low, high)


def _compared(sign: str, number: int) -> Bounds:
    match sign:
        case ">":
            return number + 1, None
        case "<":
            return None, number - 1
        case "=":
            return number, number
        case "<=" | "=<" | "≤":
            return None, number
    return number, None


def _whole(digits: str) -> int:
    """The number, cut to `LARGEST`; thousands of digits are never turned into one."""
    if len(digits) > 12:
        return -LARGEST if digits.startswith("-") else LARGEST
    return max(-LARGEST, min(LARGEST, int(digits)))


def nearest_bounds(value: str, default: str) -> str:
    """The readable form closest to an unreadable number."""
    numbers = _NUMBER.findall(value.replace(",", ""))
    if not numbers:
        return default
    sign = next((sign for sign in (">=", "<=", ">", "<") if value.startswith(sign)), ">")
    return f"{sign}{_whole(numbers[0])}"


def read_day(value: str) -> date | None:
    """The day of `2021-02-01`; None where there is no such day or it is written another way."""
    found = _DAY.fullmatch(value)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def looks_like_day(value: str) -> bool:
    """True for three numbers in the order of a day, even where the calendar has none such."""
    return bool(_DAY.fullmatch(value))


def day_start(day: date, zone: tzinfo) -> datetime:
    """The instant at which a day begins in a zone, in UTC, never outside what databases can hold."""
    if day.year <= EARLIEST.year:
        return EARLIEST
    if day.year >= LATEST.year:
        return LATEST
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def read_span(value: str, now: datetime) -> datetime | None:
    """The instant that lies `12h`, `7d` or `2w` before `now`; None where the span is unreadable."""
    found = _SPAN.fullmatch(value)
    if not found:
        return None
    hours = _whole(found.group(1)) * _SPAN_HOURS[found.group(2).lower()]
    try:
        return max(EARLIEST, now.astimezone(UTC) - timedelta(hours=hours))
    except OverflowError:
        return EARLIEST


def nearest_time(value: str, today: date) -> str:
    """The day or span closest to an unreadable one: the month's last day, `30d` for `1m`, else today."""
    if found := _LOOSE_DAY.fullmatch(value):
        year, month, day = (int(part or 1) for part in found.groups())
        month = max(1, min(12, month))
        if year >= 1:
            return date(year, month, max(1, min(monthrange(year, month)[1], day))).isoformat()
    if value.casefold() == "yesterday":
        return (today - timedelta(days=1)).isoformat()
    if found := _LOOSE_SPAN.fullmatch(value):
        times, unit = _LOOSE_UNITS.get(found.group(2)[:1].lower(), (1, "d"))
        return f"{min(_whole(found.group(1)) * times, 9999)}{unit}"
    return today.isoformat()


def nearest(typed: str, known: Sequence[str], default: str = "") -> str:
    """The known word with the fewest edits from the typed one, or `default` where none is like it."""
    close = [(OSA.distance(typed, word, score_cutoff=_forgiven(word)), word) for word in known]
    best = min(close, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] <= _forgiven(best[1]) else default


def _forgiven(word: str) -> int:
    return max(1, len(word) // 2)
