"""The words around the facts: heat, days, counts, and where a sentence was cut."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.result import HeatScale
from bot.render.text import ELLIPSIS

FEWEST_TO_COMPARE = 5
"""In a folder of fewer briefs than this a comparison of heat says nothing."""

_STEPS = (
    (0.95, "hotter than 19 in 20"),
    (0.90, "hotter than 9 in 10"),
    (0.75, "hotter than 3 in 4"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOSERS = "\"'”’»›)]}*"
_DOTS = re.compile(r"\s*[\[(]?(?:…|\.\.\.+)[\])]?$")
_ENDS = frozenset(".!?。！？।॥؟۔…")
_WITHOUT_FULL_STOP = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]$")  # Thai, Lao, Burmese, Khmer


def heat_words(heat: int, scale: HeatScale) -> str:
    """How hot a brief is among all visible ones; nothing below the hottest quarter and in small folders."""
    if len(scale.heats) < FEWEST_TO_COMPARE:
        return ""
    share = scale.share_below(heat)
    if heat >= scale.heats[-1] and scale.heats[-2] < heat:
        return "hottest of all"
    return next((words for least, words in _STEPS if share >= least), "")


def is_hot(heat: int, scale: HeatScale) -> bool:
    """True for the hottest quarter of a folder that is large enough to compare."""
    return len(scale.heats) >= FEWEST_TO_COMPARE and scale.share_below(heat) >= 0.75


def day_text(moment: datetime) -> str:
    """`Feb 4, 2021`, the day in UTC: what a client shows that does not know `<!date^…>`."""
    utc = moment.astimezone(UTC)
    return f"{_MONTHS[utc.month - 1]} {utc.day}, {utc.year}"


def date_text(moment: datetime, zone: str) -> str:
    """`Friday, 5 February 2021`, the day in an IANA zone."""
    local = moment.astimezone(_zone(zone))
    return f"{_WEEKDAYS[local.weekday()]}, {local.day} {_LONG_MONTHS[local.month - 1]} {local.year}"


def clock_text(moment: datetime, zone: str) -> str:
    """`09:00`, the time of day in an IANA zone."""
    return f"{moment.astimezone(_zone(zone)):%H:%M}"


def percent(share: float) -> str:
    """`about 12%` for a share from 0 to 1, in whole percent; `less than 1%` for the smallest."""
    return f"about {share:.0%}" if share >= 0.01 else "less than 1%"


def count(number: int, one: str, many: str = "") -> str:
    """`1 brief`, `1,024 briefs`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def with_cut_marked(sentence: str) -> str:
    """The text with `…` at its end where it stops in the middle of a sentence (71% of one real folder)."""
    text = sentence.rstrip()
    if _DOTS.search(text):
        return _DOTS.sub("", text).rstrip(" ,;:") + ELLIPSIS
    last = text.rstrip(_CLOSERS)[-1:]
    if not last or last in _ENDS or _is_symbol(last) or _WITHOUT_FULL_STOP.search(last):
        return text
    return text.rstrip(" ,;:-–—") + ELLIPSIS


def _is_symbol(char: str) -> bool:
    """True for emoji and their marks, which end a text as well as a full stop does."""
    return unicodedata.category(char) == "So" or char in "\ufe0f\u20e3"


def _zone(name: str) -> tzinfo:
    """The zone; UTC for a name that this system does not know any more."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
