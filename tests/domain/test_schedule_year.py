"""A simulated year in twenty zones: one digest for each due local day, none twice, restarts or not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedule import due_runs, local_date, next_run
from bot.domain.subscription import EVERY_DAY, WEEKDAYS, Schedule

YEARS = {
    "America/New_York": 2021,
    "America/Santiago": 2022,
    "America/Nuuk": 2024,
    "America/St_Johns": 2006,  # changed at 00:01
    "America/Sao_Paulo": 2018,  # at midnight
    "America/Asuncion": 2023,
    "Europe/London": 2021,
    "Europe/Berlin": 2024,
    "Europe/Chisinau": 2021,
    "Asia/Beirut": 2022,
    "Asia/Tehran": 2021,
    "Asia/Gaza": 2023,  # twice, around Ramadan
    "Asia/Kathmandu": 2021,
    "Asia/Pyongyang": 2018,  # by half an hour, at 23:30
    "Africa/Casablanca": 2023,  # backwards for Ramadan
    "Africa/Cairo": 2023,
    "Australia/Lord_Howe": 2021,  # by half an hour
    "Pacific/Apia": 2011,  # without 30 December
    "Pacific/Chatham": 2021,
    "UTC": 2021,
}
TRAPS = [time(0, 0), time(0, 30), time(1, 45), time(2, 15), time(23, 30)]
DAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
ANY_SCHEDULE = st.builds(
    Schedule,
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    days=DAYS | st.just(EVERY_DAY),
    zone=st.sampled_from(list(YEARS)),
)


def year(schedule: Schedule) -> tuple[datetime, datetime]:
    """A year and a little more, so that the last days of December are within it."""
    start_at = datetime(YEARS[schedule.zone], 1, 1, tzinfo=UTC)
    return start_at, start_at + timedelta(days=380)


def runs_between(schedule: Schedule, after: datetime, until: datetime) -> list[datetime]:
    def all_runs() -> Iterator[datetime]:
        run = after
        while True:
            run = next_run(schedule, run)
            yield run

    return list(takewhile(lambda run: run <= until, all_runs()))


def days_shown(zone: ZoneInfo, start_at: datetime, end_at: datetime) -> list[date]:
    """The days that the calendar on a wall there shows, found by looking at it every six hours."""
    looks = int((end_at - start_at) / timedelta(hours=6))
    shown = ((start_at + timedelta(hours=6) * look).astimezone(zone).date() for look in range(looks))
    return list(dict.fromkeys(shown))


@pytest.mark.parametrize("zone", YEARS)
@pytest.mark.parametrize("days", [EVERY_DAY, WEEKDAYS])
def test_each_due_local_day_has_one_run_at_its_time(zone: str, days: tuple[int, ...]) -> None:
    place = ZoneInfo(zone)
    for clock in TRAPS[:: 1 if days == EVERY_DAY else 2]:
        schedule = Schedule(hour=clock.hour, minute=clock.minute, days=days, zone=zone)
        start_at, end_at = year(schedule)
        runs = runs_between(schedule, start_at, end_at)
        dates = [local_date(schedule, run) for run in runs]
        due = [day for day in days_shown(place, start_at, end_at) if day.weekday() in days]
        existing = [day for day in dates if day != date(2011, 12, 30) or zone != "Pacific/Apia"]
        assert len(set(dates)) == len(dates)
        assert existing[1:-1] == [day for day in due if existing[1] <= day <= existing[-2]]
        assert existing[1] <= due[2]
        assert existing[-2] >= due[-3]
        for run, day in zip(runs, dates, strict=True):
            assert_first_moment(run, datetime.combine(day, clock), place)


def assert_first_moment(run: datetime, nominal: datetime, zone: ZoneInfo) -> None:
    """The clock on the wall shows the time for the first time, or is past it for the first time."""
    now, before = (
        moment.astimezone(zone).replace(tzinfo=None) for moment in (run, run - timedelta(microseconds=1))
    )
    assert before < nominal <= now
    assert now == nominal or now - before > timedelta(minutes=1), "late without a gap"
    assert run.astimezone(zone).fold == 0


@settings(max_examples=60, deadline=None)
@given(ANY_SCHEDULE, st.integers(0, 2**32))
def test_restarts_at_any_moment_neither_lose_nor_double_a_run(schedule: Schedule, seed: int) -> None:
    luck = random.Random(seed)
    now, end_at = year(schedule)
    now += timedelta(days=luck.randrange(200))
    end_at = min(end_at, now + timedelta(days=170))
    expected = runs_between(schedule, now, end_at)
    next_at, done = next_run(schedule, now), list[datetime]()
    while now < end_at:
        now = min(end_at, now + timedelta(minutes=luck.choice([1, 30, 700, 3_000, 20_000])))
        due = due_runs(schedule, next_at, now)
        done += due
        if due:
            next_at = next_run(schedule, luck.choice([now, due[-1]]))
        elif luck.random() < 0.2:
            next_at = next_run(schedule, now)  # resumed or changed to the same: computed anew
    assert done == expected
    assert len({local_date(schedule, run) for run in done}) == len(done)


@settings(max_examples=150, deadline=None)
@given(ANY_SCHEDULE, st.integers(0, 365 * 24 * 60), st.integers(0, 999_999))
def test_next_run_depends_on_nothing_but_the_moment(schedule: Schedule, minutes: int, micros: int) -> None:
    after = year(schedule)[0] + timedelta(minutes=minutes, microseconds=micros)
    run = next_run(schedule, after)
    assert run > after
    halfway = after + (run - after) / 2
    assert next_run(schedule, halfway) == run
    assert next_run(schedule, run - timedelta(microseconds=1)) == run
    assert run - after <= schedule.period + timedelta(days=2)
