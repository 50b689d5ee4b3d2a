"""When a digest is due, where clocks are changed by an hour, by half of one, at midnight, by a whole day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedule import due_runs, in_words, local_date, missed, next_run, typed
from bot.domain.subscription import EVERY_DAY, WEEKDAYS, Schedule

HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def runs_from(schedule: Schedule, after: datetime, count: int) -> list[str]:
    """The next runs as the clocks on the wall there show them."""
    found = []
    for _ in range(count):
        after = next_run(schedule, after)
        found.append(after.astimezone(ZoneInfo(schedule.zone)).isoformat())
    return found


def test_time_within_a_gap_comes_right_after_it() -> None:
    assert runs_from(Schedule(hour=2, minute=30, zone="America/New_York"), at("2021-03-13T12:00Z"), 2) == [
        "2021-03-14T03:00:00-04:00",
        "2021-03-15T02:30:00-04:00",
    ]
    assert runs_from(Schedule(hour=2, minute=15, zone="Australia/Lord_Howe"), at("2021-10-02T12:00Z"), 2) == [
        "2021-10-03T02:30:00+11:00",
        "2021-10-04T02:15:00+11:00",
    ]


def test_repeated_time_comes_once_the_first_time() -> None:
    schedule = Schedule(hour=1, minute=30, zone="America/New_York")
    assert runs_from(schedule, at("2021-11-06T12:00Z"), 2) == [
        "2021-11-07T01:30:00-04:00",
        "2021-11-08T01:30:00-05:00",
    ]
    within_the_second_hour = at("2021-11-07T01:10:00-05:00")
    assert runs_from(schedule, within_the_second_hour, 1) == ["2021-11-08T01:30:00-05:00"]


def test_midnight_that_does_not_exist_comes_at_the_days_first_moment() -> None:
    schedule = Schedule(hour=0, zone="Asia/Beirut")
    assert runs_from(schedule, at("2022-03-26T12:00Z"), 2) == [
        "2022-03-27T01:00:00+03:00",
        "2022-03-28T00:00:00+03:00",
    ]


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_day_that_a_zone_skips_has_no_digest_of_its_own(hour: int) -> None:
    schedule = Schedule(hour=hour, zone="Pacific/Apia")
    assert runs_from(schedule, at("2011-12-29T09:59:00Z"), 3) == [
        f"2011-12-29T{hour:02}:00:00-10:00",
        f"2011-12-31T{hour:02}:00:00+14:00",
        f"2012-01-01T{hour:02}:00:00+14:00",
    ]


def test_weekly_digest_of_a_skipped_day_comes_as_soon_as_the_day_is_over() -> None:
    fridays = Schedule(hour=9, days=(4,), zone="Pacific/Apia")
    assert runs_from(fridays, at("2011-12-24T00:00Z"), 2) == [
        "2011-12-31T00:00:00+14:00",
        "2012-01-06T09:00:00+14:00",
    ]


def test_run_that_a_gap_pushes_over_midnight_keeps_its_own_day() -> None:
    schedule = Schedule(hour=23, minute=30, zone="America/Nuuk")
    first = next_run(schedule, at("2024-03-30T12:00Z"))
    second = next_run(schedule, first)
    assert first.astimezone(ZoneInfo(schedule.zone)).date() == date(2024, 3, 31)
    assert [local_date(schedule, run) for run in (first, second)] == [date(2024, 3, 30), date(2024, 3, 31)]


def test_moment_that_is_no_run_of_the_schedule_has_its_local_date() -> None:
    schedule = Schedule(hour=9, zone="Asia/Kathmandu")
    assert local_date(schedule, at("2021-02-05T20:00Z")) == date(2021, 2, 6)


def test_next_run_is_strictly_later_and_in_utc() -> None:
    schedule = Schedule(hour=9, zone="Europe/Berlin")
    run = next_run(schedule, at("2021-02-05T07:59:59.999999Z"))
    assert run == at("2021-02-05T08:00Z")
    assert run.tzinfo is UTC
    assert next_run(schedule, run) == at("2021-02-06T08:00Z")


def test_zone_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        next_run(Schedule(zone="Europe/Berln"), at("2021-02-05T00:00Z"))


def test_every_schedule_has_exactly_five_fields() -> None:
    days = [EVERY_DAY, WEEKDAYS, (0,), (6,), (0, 2, 4)]
    schedules = [Schedule(hour=hour, minute=59, days=some) for hour in (0, 23) for some in days]
    assert {len(schedule.cron.split()) for schedule in schedules} == {5}


def test_nothing_is_due_before_the_next_run() -> None:
    schedule = Schedule(hour=9)
    next_at = at("2021-02-05T09:00Z")
    assert due_runs(schedule, next_at, next_at - timedelta(microseconds=1)) == []
    assert due_runs(schedule, next_at, next_at) == [next_at]


def test_only_the_last_forty_of_long_downtime_are_looked_at() -> None:
    next_at, now = at("1999-01-04T09:00Z"), at("2021-02-05T09:00Z")
    for days in (EVERY_DAY, WEEKDAYS, (0,), (1, 5)):
        schedule = Schedule(hour=9, days=days)
        runs = due_runs(schedule, next_at, now)
        assert len(runs) == 40
        assert now - schedule.period < runs[-1] <= now
        assert all(next_run(schedule, run) == later for run, later in pairwise(runs))


def test_only_the_newest_run_within_twelve_hours_is_sent() -> None:
    runs = [at("2021-02-04T09:00Z"), at("2021-02-05T09:00Z")]
    assert missed(runs, at("2021-02-05T09:01Z")) == (runs[1], (runs[0],))
    assert missed(runs, at("2021-02-05T21:00Z")) == (runs[1], (runs[0],))
    assert missed(runs, at("2021-02-05T21:00:01Z")) == (None, tuple(runs))
    assert missed([], at("2021-02-05T21:00Z")) == (None, ())


@pytest.mark.parametrize(
    ("schedule", "words", "text"),
    [
        (Schedule(), "every day at 09:00", "daily 09:00 UTC"),
        (
            Schedule(hour=8, minute=30, days=WEEKDAYS, zone="Europe/Berlin"),
            "weekdays at 08:30",
            "weekdays 08:30 Europe/Berlin",
        ),
        (Schedule(hour=21, days=(5, 6)), "weekends at 21:00", "weekends 21:00 UTC"),
        (Schedule(days=(0,)), "every Monday at 09:00", "weekly mon 09:00 UTC"),
        (
            Schedule(days=(0, 2, 4)),
            "Mondays, Wednesdays and Fridays at 09:00",
            "mon,wed,fri 09:00 UTC",
        ),
        (Schedule(days=(1, 6)), "Tuesdays and Sundays at 09:00", "tue,sun 09:00 UTC"),
    ],
)
def test_schedule_is_said_and_typed(schedule: Schedule, words: str, text: str) -> None:
    assert in_words(schedule) == words
    assert typed(schedule) == text
