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
_LOOSE_MONTH = re.compile(r"((?:19|20)\d\d)(?:\D(\d{1,2}))?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_SPANS = {"week": "7d", "fortnight": "2w", "month": "30d", "quarter": "90d", "year": "365d"}
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


def nearest_time(value: str, today: date, *, is_end: bool = False) -> str:
    """The day or span closest to an unreadable one: `2021-01-01` for 2021, `7d` for a week, else today.

    `is_end` asks for the last day of a year or month instead of the first.
    """
    if found := _LOOSE_MONTH.fullmatch(value):
        return _month_or_year(int(found[1]), int(found[2] or 0), is_end=is_end)
    if found := _LOOSE_DAY.fullmatch(value):
        year, month, day = (int(part or 1) for part in found.groups())
        month = max(1, min(12, month))
        if year >= 1:
            return date(year, month, max(1, min(monthrange(year, month)[1], day))).isoformat()
    if found := _LOOSE_SPAN.fullmatch(value):
        times, unit = _LOOSE_UNITS.get(found.group(2)[:1].lower(), (1, "d"))
        return f"{min(_whole(found.group(1)) * times, 9999)}{unit}"
    return _named_time(value.casefold(), today, is_end=is_end)


def _named_time(value: str, today: date, *, is_end: bool) -> str:
    """The day or span that a word means: `yesterday`, `last week`, `feb`; today for any other."""
    if value == "yesterday":
        return (today - timedelta(days=1)).isoformat()
    if value[:3] in _MONTHS and value.isalpha():
        month = _MONTHS.index(value[:3]) + 1
        return _month_or_year(today.year - (month > today.month), month, is_end=is_end)
    spans = (span for name, span in _NAMED_SPANS.items() if name in value)
    return next(spans, today.isoformat())


def _month_or_year(year: int, month: int, *, is_end: bool) -> str:
    """The first or last day of a month, or of a year where the month is 0."""
    month = min(12, month or (12 if is_end else 1))
    return date(year, month, monthrange(year, month)[1] if is_end else 1).isoformat()


def nearest(typed: str, known: Sequence[str], default: str = "") -> str:
    """The known word with the fewest edits from the typed one, or `default` where none is like it."""
    close = [(OSA.distance(typed, word, score_cutoff=_forgiven(word)), word) for word in known]
    best = min(close, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] <= _forgiven(best[1]) else default


def _forgiven(word: str) -> int:
    return max(1, len(word) // 2)
