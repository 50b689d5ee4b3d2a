"""`count:5`, `quiet:22:00-07:00`, `max:3`, `gap:10m`: what a digest or a rule has besides its filters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time, timedelta

from rapidfuzz.distance import OSA

from bot.dispatch.clocks import read_time
from bot.dispatch.parts import Part, refusal
from bot.domain.subscription import DEFAULT_COUNT, DEFAULT_MOST, MOST_COUNT, Quiet
from bot.errors import QueryError

COUNT = "count"
QUIET, MAX, GAP = "quiet", "max", "gap"
LONGEST_GAP = timedelta(hours=24)
"""Held matches expire after 36 h, so a longer pause would lose some."""
MOST_A_DAY = 999

_OWNERS = {COUNT: "digest", QUIET: "alert rule", MAX: "alert rule", GAP: "alert rule"}
_EXAMPLES = {COUNT: "5", QUIET: "22:00-07:00", MAX: "3", GAP: "10m"}
_OFF = ("off", "none", "no")
_ANY_NUMBER = (*_OFF, "unlimited", "any", "all")
_LIKE_VALUE = re.compile(r"[0-9].*|off|none", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile("[0-9]{1,9}")
_MOST = re.compile(r"([0-9]{1,9})(?:/(?:d|day|daily))?")
_DASH = re.compile(r"\s*(?:-|–|—|\.\.)\s*")
_GAP = re.compile(
    r"(?:([0-9]{1,6})(?:h|hrs?|hours?))?(?:([0-9]{1,6})(?:m|mins?|minutes?))?(?:([0-9]{1,6})(?:s|secs?|seconds?))?"
)
_SIZES = (3600, 60, 1)
_DEFAULT_QUIET = ("22:00", "07:00")


def take_settings(parts: Sequence[Part], names: Sequence[str]) -> tuple[dict[str, Part], list[Part]]:
    """The settings with these names, the last of each, and the parts that are none.

    QueryError for one without a value, one that belongs elsewhere, and a name within one edit.
    """
    found: dict[str, Part] = {}
    rest: list[Part] = []
    for part in parts:
        name = part.name.removeprefix("-")
        if name in names:
            _check(part, name)
            found[name] = part
        else:
            _refuse_others(part, name, names)
            rest.append(part)
    return found, rest


def read_count(part: Part) -> int:
    """How many briefs a digest shows in full."""
    value = part.value.strip()
    if not _NUMBER.fullmatch(value):
        raise refusal(part.text, f"is no number from 1 to {MOST_COUNT}.", f"{COUNT}:{DEFAULT_COUNT}")
    count = int(value)
    if not 1 <= count <= MOST_COUNT:
        nearest = max(1, min(MOST_COUNT, count))
        raise refusal(part.text, f"is not from 1 to {MOST_COUNT}.", f"{COUNT}:{nearest}")
    return count


def read_most(part: Part) -> int | None:
    """How many messages a day; None for any number."""
    value = part.value.strip().casefold()
    if value in _ANY_NUMBER:
        return None
    found = _MOST.fullmatch(value)
    if found is None:
        digits = re.match("[0-9]{1,3}", value)
        right = max(1, int(digits[0])) if digits else DEFAULT_MOST
        raise refusal(part.text, "is no number of messages a day.", f"{MAX}:{right}")
    most = int(found[1])
    if most < 1:
        raise refusal(part.text, "would never send anything; to end alerts, type alerts off.", f"{MAX}:1")
    if most > MOST_A_DAY:
        raise refusal(part.text, "is more than a day can hold.", f"{MAX}:off")
    return most


def read_gap(part: Part) -> timedelta:
    """The pause between two messages; none for `gap:0`."""
    value = part.value.strip().casefold()
    if value in _OFF or value in ("0", "0s", "0m", "0h"):
        return timedelta()
    found = _GAP.fullmatch(value) if value else None
    if found is None:
        digits = re.fullmatch("([0-9]{1,2})([^0-9]?).*", value, re.DOTALL)
        minutes = f"{int(digits[1])}m" if digits and int(digits[1]) else "10m"
        right = "24h" if digits and digits[2] in ("d", "w") else minutes
        raise refusal(part.text, "is no span such as 10s, 10m or 2h.", f"{GAP}:{right}")
    gap = timedelta(seconds=sum(int(n or 0) * size for n, size in zip(found.groups(), _SIZES, strict=True)))
    if gap > LONGEST_GAP:
        raise refusal(part.text, "is longer than a day.", f"{GAP}:24h")
    return gap


def read_quiet(part: Part) -> Quiet | None:
    """Quiet hours; None for `quiet:off`."""
    value = part.value.strip().casefold()
    if value in _OFF:
        return None
    typed = _DASH.split(value)
    ends = [_read_end(part, end, typed, place) for place, end in enumerate(typed[:2])]
    if len(typed) != 2 or None in ends:
        raise refusal(part.text, "is no span of the day.", _quiet_like(typed))
    start, end = (one for one in ends if one is not None)
    if start == end:
        raise refusal(part.text, "ends when it begins.", f"{QUIET}:off")
    return Quiet(start=start, end=end)


def quiet_text(quiet: Quiet | None) -> str:
    """Quiet hours as they would be typed."""
    return f"{QUIET}:off" if quiet is None else f"{QUIET}:{quiet.start:%H:%M}-{quiet.end:%H:%M}"


def most_text(most: int | None) -> str:
    """The number of messages a day as it would be typed."""
    return f"{MAX}:{'off' if most is None else most}"


def gap_text(gap: timedelta) -> str:
    """The pause as it would be typed, in the largest unit that divides it."""
    seconds = int(gap.total_seconds())
    if not seconds:
        return f"{GAP}:0"
    size, unit = next(
        (size, unit) for size, unit in ((3600, "h"), (60, "m"), (1, "s")) if seconds % size == 0
    )
    return f"{GAP}:{seconds // size}{unit}"


def _read_end(part: Part, end: str, typed: Sequence[str], place: int) -> time | None:
    """One end of quiet hours; 24:00 is midnight."""
    if end in ("24", "24:00"):
        return time()
    try:
        return read_time(end)
    except QueryError as error:
        nearest = error.hint.removeprefix("Did you mean ").removesuffix("?")
        right = _quiet_like([nearest if at == place else one for at, one in enumerate(typed)])
        raise refusal(part.text, "is no span of the day.", right) from error


def _quiet_like(typed: Sequence[str]) -> str:
    """The readable quiet hours closest to unreadable ones: ends that can be read stay."""
    ends = list(_DEFAULT_QUIET)
    for place, end in enumerate(typed[:2]):
        try:
            clock = read_time(end)
        except QueryError:
            clock = None
        ends[place] = f"{clock:%H:%M}" if clock else ends[place]
    return f"{QUIET}:{'-'.join(ends)}" if ends[0] != ends[1] else f"{QUIET}:off"


def _check(part: Part, name: str) -> None:
    example = f"{name}:{_EXAMPLES[name]}"
    if part.name.startswith("-"):
        raise refusal(part.text, "cannot be excluded.", f"{name}:{part.value or _EXAMPLES[name]}")
    if not part.value.strip():
        raise refusal(part.text, "has no value after the colon.", example)


def _refuse_others(part: Part, name: str, names: Sequence[str]) -> None:
    """Refuse an order, a setting of something else, a mistyped one; other names are filters or words."""
    if name == "sort":
        raise refusal(part.text, "has no place here: the hottest always come first. Leave it out.")
    if not name or not _LIKE_VALUE.fullmatch(part.value):
        return
    if name in _OWNERS:
        raise refusal(part.text, f"belongs to an {_OWNERS[name]}.".replace("an d", "a d"))
    near = next((known for known in names if OSA.distance(name, known, score_cutoff=1) <= 1), "")
    if near:
        raise refusal(part.text, "is no setting.", f"{near}:{part.value}")
