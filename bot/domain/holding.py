"""What holds alerts back, and until when: quiet hours, the pause between two, messages a day; pure.

The arithmetic of contract section 7. Quiet hours are what the clocks on a person's wall show, also where
these are changed: an hour that is repeated is quiet twice, one that is skipped is over at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.delivery import COUNTS, Delivery, Kind, State
from bot.domain.subscription import Held, HoldReason, Limits, Quiet
from bot.domain.wall import moments_of

HELD_LIMIT = timedelta(hours=36)
"""What is held longer expires, and is shown as expired."""
MORNING = time(8)
"""When the day's messages begin anew for somebody without quiet hours that end in the morning."""

_NOON = time(12)
_MESSAGES = (Kind.ALERT, Kind.BUNDLE, Kind.ESCALATION)
_UNSETTLED = (State.PENDING, State.SENDING)

Hold = tuple[datetime, HoldReason]


def is_quiet(limits: Limits, moment: datetime, zone: str) -> bool:
    """True within quiet hours, from their start up to but without their end."""
    return limits.quiet is not None and _is_quiet(limits.quiet, moment.astimezone(ZoneInfo(zone)).time())


def next_allowed(
    limits: Limits, zone: str, now: datetime, messages: Sequence[Delivery]
) -> tuple[datetime, HoldReason | None]:
    """The earliest moment at or after `now` at which a message may be decided, and what holds it until then.

    `messages` are the rule's deliveries; given up ones do not count. While one is on its way the end of the
    gap is an estimate, now + gap. None as the reason means now.
    """
    place = ZoneInfo(zone)
    counted = _counted(messages)
    paused_until = _gap_end(limits.gap, now, counted)
    allowed_at, reason = now, None
    while holds := list(_holds(limits, place, allowed_at, counted, paused_until)):
        allowed_at, reason = max(holds, key=lambda hold: hold[0])
    return allowed_at, reason


def next_release(
    limits: Limits, zone: str, now: datetime, messages: Sequence[Delivery], held: Sequence[Held]
) -> tuple[datetime, HoldReason | None]:
    """The earliest moment at or after `now` at which a held list may go as one message, and what holds it.

    As `next_allowed`; but what a day's most messages held back waits for the morning, though a new count
    begins at midnight. Where the limits were changed since, the new ones decide.
    """
    place = ZoneInfo(zone)
    full_days = (
        one.at for one in held if one.why is HoldReason.MOST and _is_full(limits, one.at, place, messages)
    )
    morning = max((_next_morning(limits.quiet, day, place) for day in full_days), default=now)
    allowed_at, reason = next_allowed(limits, zone, max(now, morning), messages)
    return allowed_at, reason or (HoldReason.MOST if allowed_at > now else None)


def in_words(limits: Limits, zone: str = "") -> str:
    """The limits as a part of a sentence; with `zone` quiet hours name it.

    `at most 3 messages a day, 10 minutes apart, quiet from 22:00 to 07:00`.
    """
    parts = []
    if limits.most is not None:
        parts.append(f"at most {_count(limits.most, 'message')} a day")
    if limits.gap:
        parts.append(f"{_span(limits.gap)} apart")
    if limits.quiet is not None and limits.quiet.start != limits.quiet.end:
        place = f" ({zone})" if zone else ""
        parts.append(f"quiet from {limits.quiet.start:%H:%M} to {limits.quiet.end:%H:%M}{place}")
    return ", ".join(parts) or "any number of messages at any time"


def _holds(
    limits: Limits, zone: ZoneInfo, at: datetime, counted: Sequence[Delivery], paused_until: datetime | None
) -> Iterator[Hold]:
    """All that holds a message back at a moment, each with its end, which is later."""
    local = at.astimezone(zone)
    if limits.quiet is not None and _is_quiet(limits.quiet, local.time()):
        yield _quiet_end(limits.quiet, at, zone), HoldReason.QUIET
    if paused_until is not None and at < paused_until:
        yield paused_until, HoldReason.GAP
    if _is_full(limits, at, zone, counted):
        yield _next_morning(limits.quiet, at, zone), HoldReason.MOST


def _is_quiet(quiet: Quiet, clock: time) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def _quiet_end(quiet: Quiet, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after this one at which quiet hours end."""
    today = moment.astimezone(zone).date()
    ends = (end for days in range(4) for end in moments_of(today + timedelta(days=days), quiet.end, zone))
    over = (end for end in ends if end > moment and not _is_quiet(quiet, end.astimezone(zone).time()))
    return min(over)


def _next_morning(quiet: Quiet | None, moment: datetime, zone: ZoneInfo) -> datetime:
    """The next local day's 08:00, or the end of quiet hours that end before noon.

    Quiet hours that end later in the day say nothing about the morning.
    """
    has_morning = quiet is not None and quiet.start != quiet.end and quiet.end < _NOON
    clock = quiet.end if quiet is not None and has_morning else MORNING
    today = moment.astimezone(zone).date()
    mornings = (
        morning for days in (1, 2, 3) for morning in moments_of(today + timedelta(days=days), clock, zone)
    )
    return next(one for one in mornings if one > moment and one.astimezone(zone).date() > today)


def _counted(messages: Sequence[Delivery]) -> list[Delivery]:
    """Those that are messages of their own and were not given up."""
    return [one for one in messages if one.state in COUNTS and one.kind in _MESSAGES]


def _is_full(limits: Limits, moment: datetime, zone: ZoneInfo, messages: Sequence[Delivery]) -> bool:
    """True where the local day of a moment has its most messages."""
    if limits.most is None:
        return False
    day = moment.astimezone(zone).date()
    sent = sum(one.created_at.astimezone(zone).date() == day for one in _counted(messages))
    return sent >= max(1, limits.most)


def _gap_end(gap: timedelta, now: datetime, counted: Sequence[Delivery]) -> datetime | None:
    """When the pause after the last message is over; a calendar that was set back does not prolong it."""
    if not gap or not counted:
        return None
    if any(one.state in _UNSETTLED for one in counted):
        return now + gap
    last = max(one.settled_at or one.created_at for one in counted)
    return min(last, now) + gap


def _span(gap: timedelta) -> str:
    """A pause in the largest unit that divides it: `10 minutes`, `90 seconds`."""
    seconds = int(gap.total_seconds())
    units = ((3600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next((size, unit) for size, unit in units if seconds % size == 0)
    return _count(seconds // size, unit)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
