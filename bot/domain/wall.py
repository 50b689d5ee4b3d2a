"""From the time that clocks on a wall show to the moments at which they show it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LONGEST_GAP = timedelta(days=2)
"""More than any zone ever skipped."""
_RESOLUTION = timedelta(microseconds=1)


def moments_of(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments, in UTC, at which clocks there show a time of a day: one, or two where it is repeated.

    Where a gap skips it: the moment at which the gap ends.
    """
    local = datetime.combine(day, clock)
    found = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [moment for moment in found if shown_at(moment, zone) == local]
    return tuple(dict.fromkeys(shown)) or (_gap_end(local, max(found), zone),)


def shown_at(moment: datetime, zone: ZoneInfo) -> datetime:
    """What clocks and calendars there show at a moment, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _gap_end(local: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The end of the gap that skips a local time, between two days before `late` and `late`."""
    low, high = late - _LONGEST_GAP, late
    while high - low > _RESOLUTION:
        middle = low + (high - low) / 2
        low, high = (low, middle) if shown_at(middle, zone) > local else (middle, high)
    return high
