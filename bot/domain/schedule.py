"""When a digest is due: once per due local day, whatever the clocks of its zone do; pure over cronsim.

A time that a clock change skips comes right after the gap, one that is repeated comes the first time. A day
that the zone skips altogether (Apia had no 30 December 2011) is no local day: its run comes with the next
day's own, or at that day's start where that day has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from bot.domain.subscription import EVERY_DAY, WEEKDAYS, Schedule
from bot.domain.wall import moments_of, shown_at

LATE_LIMIT = timedelta(hours=12)
"""A missed run older than this is not sent any more (contract section 7)."""
LATE_AFTER = timedelta(minutes=10)
"""A digest that is sent later than this after its run says that it is late."""
MOST_MISSED = 40
"""Missed runs that are looked at; nobody reads a longer list of what was skipped."""
WEEKEND = (5, 6)
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DAY = timedelta(days=1)
_FURTHEST_PUSHED = 2
"""Days between a run's own date and the one on which a gap or a skipped day makes it happen, at most."""


def next_run(schedule: Schedule, after: datetime) -> datetime:
    """The first due moment strictly after `after`, in UTC. Raises KeyError for a zone that nobody knows."""
    return next(_runs(schedule, after))


def due_runs(schedule: Schedule, next_at: datetime, now: datetime) -> list[datetime]:
    """Every due moment from the stored `next_at` up to `now` inclusive, oldest first.

    After a long downtime only the last `MOST_MISSED`, found without walking through all of it.
    """
    oldest = now - schedule.period * (MOST_MISSED + 2)
    due = [next_at] if oldest < next_at <= now else []
    for run in _runs(schedule, max(next_at, oldest)):
        if run > now:
            break
        due.append(run)
    return due[-MOST_MISSED:]


def missed(runs: Sequence[datetime], now: datetime) -> tuple[datetime | None, tuple[datetime, ...]]:
    """Of the due runs the newest, where it is not older than `LATE_LIMIT`, and those to record as skipped."""
    ordered = sorted(runs)
    if ordered and now - ordered[-1] <= LATE_LIMIT:
        return ordered[-1], tuple(ordered[:-1])
    return None, tuple(ordered)


def local_date(schedule: Schedule, run: datetime) -> date:
    """The day that a run is for, in its zone: what makes its delivery's key, so no two runs share one.

    That is the run's local date, but the day before where a gap pushed it over midnight (23:30 in Nuuk on
    30 March 2024 is the 31st, 00:00).
    """
    zone = ZoneInfo(schedule.zone)
    today = run.astimezone(zone).date()
    dates = (today - _DAY * back for back in range(_FURTHEST_PUSHED + 1))
    due = (day for day in dates if day.weekday() in schedule.days)
    return next((day for day in due if moments_of(day, _time(schedule), zone)[0] == run), today)


def in_words(schedule: Schedule) -> str:
    """The schedule as people say it, without its zone: `weekdays at 08:30`, `every Monday at 09:00`."""
    return f"{_days_in_words(schedule.days)} at {_clock(schedule)}"


def typed(schedule: Schedule) -> str:
    """The schedule as it would be typed: `weekly mon 09:00 Europe/Berlin`."""
    return f"{_days_typed(schedule.days)} {_clock(schedule)} {schedule.zone}"


def _runs(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """All runs after a moment.

    cronsim counts on the wall, so within a repeated hour it may offer moments that are already over.
    """
    zone = ZoneInfo(schedule.zone)
    for run in CronSim(schedule.cron, after.astimezone(zone)):
        moment = run.astimezone(UTC)
        if moment > after and not _is_doubled(schedule, run):
            yield moment


def _is_doubled(schedule: Schedule, run: datetime) -> bool:
    """True for the run of a day that does not exist, where the day on which it would come has its own."""
    day = run.date()
    if run.time() == _time(schedule) or day.weekday() not in schedule.days:
        return False
    zone = ZoneInfo(schedule.zone)
    is_own = moments_of(day, _time(schedule), zone)[0] == run
    return not is_own and not _exists(local_date(schedule, run), zone)


def _exists(day: date, zone: ZoneInfo) -> bool:
    return shown_at(moments_of(day, time(), zone)[0], zone).date() == day


def _time(schedule: Schedule) -> time:
    return time(schedule.hour, schedule.minute)


def _clock(schedule: Schedule) -> str:
    return f"{schedule.hour:02}:{schedule.minute:02}"


def _days_in_words(days: tuple[int, ...]) -> str:
    named = {EVERY_DAY: "every day", WEEKDAYS: "weekdays", WEEKEND: "weekends"}
    if days in named:
        return named[days]
    if len(days) == 1:
        return f"every {DAY_NAMES[days[0]]}"
    *others, last = (f"{DAY_NAMES[day]}s" for day in days)
    return f"{', '.join(others)} and {last}"


def _days_typed(days: tuple[int, ...]) -> str:
    named = {EVERY_DAY: "daily", WEEKDAYS: "weekdays", WEEKEND: "weekends"}
    short = ",".join(DAY_NAMES[day][:3].lower() for day in days)
    return named.get(days) or (f"weekly {short}" if len(days) == 1 else short)
