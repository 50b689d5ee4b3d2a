"""Quiet hours, gap and max: until when an alert waits, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.delivery import Delivery, Kind, State
from bot.domain.holding import in_words, is_quiet, next_allowed, next_release
from bot.domain.subscription import Destination, Held, HoldReason, Limits, Quiet

NIGHT = Quiet(start=time(22), end=time(7))
FREE = Limits(most=None, gap=timedelta())
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def message(
    created_at: datetime,
    *,
    settled_at: datetime | None = None,
    state: State = State.SENT,
    kind: Kind = Kind.ALERT,
) -> Delivery:
    return Delivery(
        id="1",
        key="1",
        kind=kind,
        to=Destination(user="U1"),
        state=state,
        created_at=created_at,
        expires_at=created_at + timedelta(hours=36),
        settled_at=settled_at,
    )


def sent(*moments: str) -> list[Delivery]:
    return [message(at(moment), settled_at=at(moment)) for moment in moments]


def allowed(
    limits: Limits, now: str, messages: Sequence[Delivery] = (), zone: str = "UTC"
) -> tuple[str, HoldReason | None]:
    """When, as the clocks on the wall there show it, and why not before."""
    moment, reason = next_allowed(limits, zone, at(now), messages)
    return moment.astimezone(ZoneInfo(zone)).isoformat(), reason


def test_nothing_holds_where_there_are_no_limits() -> None:
    many = sent(*["2021-02-05T09:00Z"] * 50)
    assert allowed(FREE, "2021-02-05T09:00Z", many) == ("2021-02-05T09:00:00+00:00", None)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2021-02-05T22:00Z", "2021-02-06T07:00:00+00:00"),
        ("2021-02-05T23:59:59Z", "2021-02-06T07:00:00+00:00"),
        ("2021-02-05T00:00Z", "2021-02-05T07:00:00+00:00"),
        ("2021-02-05T06:59:59.999999Z", "2021-02-05T07:00:00+00:00"),
    ],
)
def test_quiet_hours_hold_until_their_end(now: str, end: str) -> None:
    limits = Limits(quiet=NIGHT, most=None, gap=timedelta())
    assert is_quiet(limits, at(now), "UTC")
    assert allowed(limits, now) == (end, HoldReason.QUIET)


@pytest.mark.parametrize("now", ["2021-02-05T07:00Z", "2021-02-05T21:59:59Z"])
def test_day_is_not_quiet(now: str) -> None:
    limits = Limits(quiet=NIGHT)
    assert not is_quiet(limits, at(now), "UTC")
    assert allowed(limits, now)[1] is None


def test_quiet_hours_that_end_as_they_begin_are_none() -> None:
    limits = Limits(quiet=Quiet(start=time(7), end=time(7)))
    assert not any(is_quiet(limits, at(f"2021-02-05T{hour:02}:00Z"), "UTC") for hour in range(24))


def test_quiet_hours_are_those_of_the_persons_zone() -> None:
    limits = Limits(quiet=NIGHT)
    assert allowed(limits, "2021-02-05T22:30Z", zone="Asia/Kathmandu") == (
        "2021-02-06T07:00:00+05:45",
        HoldReason.QUIET,
    )
    assert allowed(limits, "2021-02-05T22:30Z", zone="America/New_York")[1] is None


def test_quiet_hours_that_end_within_a_gap_end_with_it() -> None:
    limits = Limits(quiet=Quiet(start=time(22), end=time(2, 30)))
    end = allowed(limits, "2021-03-14T06:30Z", zone="America/New_York")
    assert end == ("2021-03-14T03:00:00-04:00", HoldReason.QUIET)


def test_repeated_hour_is_quiet_twice() -> None:
    limits = Limits(quiet=Quiet(start=time(1), end=time(1, 30)), gap=timedelta())
    second_time = "2021-11-07T01:10:00-05:00"
    end = allowed(limits, second_time, zone="America/New_York")
    assert end == ("2021-11-07T01:30:00-05:00", HoldReason.QUIET)


def test_gap_counts_from_the_last_message_that_was_settled() -> None:
    limits = Limits(most=None, gap=timedelta(minutes=10))
    messages = [
        message(at("2021-02-05T08:00Z"), settled_at=at("2021-02-05T09:04Z")),
        message(at("2021-02-05T09:00Z"), settled_at=at("2021-02-05T09:01Z")),
    ]
    assert allowed(limits, "2021-02-05T09:05Z", messages) == ("2021-02-05T09:14:00+00:00", HoldReason.GAP)
    assert allowed(limits, "2021-02-05T09:14Z", messages) == ("2021-02-05T09:14:00+00:00", None)


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING])
def test_gap_does_not_begin_while_a_message_is_on_its_way(state: State) -> None:
    messages = [message(at("2021-02-05T08:00Z"), state=state)]
    assert allowed(Limits(), "2021-02-05T09:00Z", messages) == ("2021-02-05T09:10:00+00:00", HoldReason.GAP)
    assert allowed(Limits(gap=timedelta()), "2021-02-05T09:00Z", messages)[1] is None


def test_gap_after_a_message_that_waits_for_a_person_counts_from_its_decision() -> None:
    messages = [message(at("2021-02-05T08:55Z"), state=State.HELD)]
    assert allowed(Limits(), "2021-02-05T09:00Z", messages)[0] == "2021-02-05T09:05:00+00:00"


def test_gap_that_ends_in_quiet_hours_ends_with_them() -> None:
    limits = Limits(quiet=NIGHT, gap=timedelta(minutes=10))
    messages = sent("2021-02-05T21:55Z")
    assert allowed(limits, "2021-02-05T21:58Z", messages) == ("2021-02-06T07:00:00+00:00", HoldReason.QUIET)


def test_calendar_that_was_set_back_does_not_hold_for_long() -> None:
    messages = sent("2030-01-01T09:00Z", "2030-01-01T09:00Z", "2030-01-01T09:00Z")
    assert allowed(Limits(), "2021-02-05T09:00Z", messages)[0] == "2021-02-05T09:10:00+00:00"


THREE = ("2021-02-05T08:00Z", "2021-02-05T09:00Z", "2021-02-05T10:00Z")


def test_after_max_the_next_morning_at_eight() -> None:
    assert allowed(Limits(), "2021-02-05T12:00Z", sent(*THREE[:2]))[1] is None
    assert allowed(Limits(), "2021-02-05T12:00Z", sent(*THREE)) == (
        "2021-02-06T08:00:00+00:00",
        HoldReason.MOST,
    )


@pytest.mark.parametrize(
    ("start", "end", "morning"),
    [
        (22, 7, "2021-02-06T07:00:00+00:00"),
        (22, 9, "2021-02-06T09:00:00+00:00"),
        (0, 6, "2021-02-06T06:00:00+00:00"),
        (13, 14, "2021-02-06T08:00:00+00:00"),  # the end of a siesta is no morning
        (20, 23, "2021-02-06T08:00:00+00:00"),
        (6, 13, "2021-02-06T13:00:00+00:00"),
    ],
)
def test_after_max_the_end_of_quiet_hours(start: int, end: int, morning: str) -> None:
    limits = Limits(quiet=Quiet(start=time(start), end=time(end)))
    assert allowed(limits, "2021-02-05T18:00Z", sent(*THREE))[0] == morning


def let_go(limits: Limits, now: str, *held: Held, zone: str = "UTC") -> tuple[str, HoldReason | None]:
    moment, reason = next_release(limits, zone, at(now), sent(*THREE), held)
    return moment.astimezone(ZoneInfo(zone)).isoformat(), reason


def test_list_held_by_max_waits_through_the_night_for_the_morning() -> None:
    full = Held(brief=1, why=HoldReason.MOST, at=at("2021-02-05T12:00Z"))
    at_night = Held(brief=2, why=HoldReason.MOST, at=at("2021-02-06T00:30Z"))
    morning = ("2021-02-06T08:00:00+00:00", HoldReason.MOST)
    assert let_go(Limits(), "2021-02-05T12:00Z", full) == morning
    assert let_go(Limits(), "2021-02-06T00:00Z", full) == morning
    assert let_go(Limits(), "2021-02-06T07:59Z", full, at_night) == morning
    assert let_go(Limits(), "2021-02-06T08:00Z", full, at_night)[1] is None


def test_list_held_by_max_goes_by_the_limits_as_they_are_now() -> None:
    full = Held(brief=1, why=HoldReason.MOST, at=at("2021-02-05T12:00Z"))
    assert let_go(Limits(most=4), "2021-02-05T13:00Z", full)[1] is None
    assert let_go(Limits(most=None), "2021-02-05T13:00Z", full)[1] is None
    assert let_go(Limits(quiet=NIGHT), "2021-02-06T00:00Z", full) == (
        "2021-02-06T07:00:00+00:00",
        HoldReason.MOST,
    )


def test_list_held_by_the_gap_or_quiet_hours_waits_for_no_morning() -> None:
    for why in (HoldReason.GAP, HoldReason.QUIET):
        held = Held(brief=1, why=why, at=at("2021-02-05T12:00Z"))
        assert let_go(Limits(), "2021-02-06T00:00Z", held)[1] is None


def test_max_counts_from_local_midnight() -> None:
    yesterday_in_tokyo = sent("2021-02-05T13:00Z", "2021-02-05T14:00Z", "2021-02-05T14:59Z")
    assert allowed(Limits(), "2021-02-05T16:00Z", yesterday_in_tokyo, "Asia/Tokyo")[1] is None
    assert allowed(Limits(), "2021-02-05T16:00Z", yesterday_in_tokyo, "UTC")[1] is HoldReason.MOST


def test_after_max_before_a_day_that_the_zone_skips() -> None:
    messages = sent(*["2011-12-29T20:00:00Z"] * 3)
    morning = allowed(Limits(), "2011-12-29T21:00:00Z", messages, "Pacific/Apia")
    assert morning == ("2011-12-31T00:00:00+14:00", HoldReason.MOST)


@pytest.mark.parametrize("state", [State.FAILED, State.DROPPED, State.EXPIRED, State.SKIPPED])
def test_message_that_never_came_counts_for_nothing(state: State) -> None:
    given_up = [message(at(moment), settled_at=at(moment), state=state) for moment in THREE]
    assert allowed(Limits(), "2021-02-05T10:01Z", given_up)[1] is None


def test_second_half_of_a_long_message_is_no_message() -> None:
    parts = [message(at(moment), settled_at=at(moment), kind=Kind.PART) for moment in THREE]
    assert allowed(Limits(), "2021-02-05T10:01Z", parts)[1] is None


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (
            Limits(quiet=NIGHT),
            "at most 3 messages a day, 10 minutes apart, quiet from 22:00 to 07:00",
        ),
        (Limits(most=1, gap=timedelta(hours=1)), "at most 1 message a day, 1 hour apart"),
        (Limits(most=None, gap=timedelta(seconds=90)), "90 seconds apart"),
        (FREE, "any number of messages at any time"),
    ],
)
def test_limits_are_said_in_words(limits: Limits, words: str) -> None:
    assert in_words(limits) == words


def test_quiet_hours_name_their_zone() -> None:
    assert in_words(Limits(quiet=NIGHT, most=None), "Europe/Berlin").endswith("to 07:00 (Europe/Berlin)")


ZONES = ["America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"]
CLOCKS = st.sampled_from([time(0), time(0, 30), time(1, 15), time(2, 30), time(7), time(22), time(23, 59)])
LIMITS = st.builds(
    Limits,
    quiet=st.none() | st.builds(Quiet, start=CLOCKS, end=CLOCKS | st.times()),
    most=st.none() | st.integers(1, 4),
    gap=st.sampled_from([0, 10, 600, 7200, 86_400]).map(lambda seconds: timedelta(seconds=seconds)),
)
MOMENTS = st.integers(0, 380 * 24 * 60).map(lambda minutes: at("2011-01-01T00:00Z") + minutes * MINUTE)


@st.composite
def settled_messages(draw: st.DrawFn, now: datetime) -> list[Delivery]:
    ages = draw(st.lists(st.integers(0, 3 * 24 * 60), max_size=6))
    took = st.integers(0, 30)
    return [message(now - age * MINUTE, settled_at=now - max(0, age - draw(took)) * MINUTE) for age in ages]


@settings(max_examples=400, deadline=None)
@given(LIMITS, st.sampled_from(ZONES), MOMENTS, st.data())
def test_allowed_moment_is_never_early_never_quiet_and_stays(
    limits: Limits, zone: str, now: datetime, data: st.DataObject
) -> None:
    messages = data.draw(settled_messages(now))
    moment, reason = next_allowed(limits, zone, now, messages)
    assert moment >= now
    assert (reason is None) == (moment == now)
    assert not is_quiet(limits, moment, zone)
    assert next_allowed(limits, zone, moment, messages) == (moment, None)
    assert moment - now <= timedelta(days=4)


@pytest.mark.parametrize("zone", ZONES)
def test_quiet_hours_end_when_the_wall_says_so_all_year(zone: str) -> None:
    limits = Limits(quiet=Quiet(start=time(23, 30), end=time(2, 15)), most=None, gap=timedelta())
    now = at("2011-01-01T00:00Z")
    for _ in range(380 * 4):
        now += timedelta(hours=6, minutes=1)
        end, reason = next_allowed(limits, zone, now, ())
        assert (reason is HoldReason.QUIET) == is_quiet(limits, now, zone)
        if reason:
            assert is_quiet(limits, end - timedelta(microseconds=1), zone)
            assert end - now <= timedelta(hours=4)
