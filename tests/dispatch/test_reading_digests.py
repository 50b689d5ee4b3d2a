"""What people type behind `digest`: schedules in many forms, orders, and mistakes that are named."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.dispatch.reading import are_same_filters, digest_text, is_forget, read_digest
from bot.dispatch.requests import DigestAction, DigestOrder, DigestRequest
from bot.domain.query import Query
from bot.domain.subscription import EVERY_DAY, WEEKDAYS, Digest, Schedule
from bot.domain.subscription import Destination as To
from bot.errors import QueryError
from bot.search import parse_query

NOW = datetime(2021, 2, 5, tzinfo=UTC)
ZONE = "Asia/Tokyo"
WEEKEND = (5, 6)


def parse(text: str) -> Query:
    return parse_query(text, now=NOW, zone=UTC)


def read(text: str) -> DigestRequest | DigestOrder | None:
    return read_digest(text, parse, ZONE)


def request(text: str) -> DigestRequest:
    found = read(text)
    assert isinstance(found, DigestRequest)
    return found


def refusal(text: str) -> str:
    with pytest.raises(QueryError) as caught:
        read(text)
    assert caught.value.part
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "days", "clock"),
    [
        ("daily", EVERY_DAY, "09:00"),
        ("Daily", EVERY_DAY, "09:00"),
        ("daily.", EVERY_DAY, "09:00"),
        ("daily 09:00", EVERY_DAY, "09:00"),
        ("daily 9:00", EVERY_DAY, "09:00"),
        ("daily 9", EVERY_DAY, "09:00"),
        ("daily at 9", EVERY_DAY, "09:00"),
        ("daily 9am", EVERY_DAY, "09:00"),
        ("daily 9 am", EVERY_DAY, "09:00"),
        ("daily 9 PM", EVERY_DAY, "21:00"),
        ("daily 9.30", EVERY_DAY, "09:30"),
        ("daily 9h30", EVERY_DAY, "09:30"),
        ("daily 0930", EVERY_DAY, "09:30"),
        ("daily 21:15", EVERY_DAY, "21:15"),
        ("daily 12am", EVERY_DAY, "00:00"),
        ("daily 12:30pm", EVERY_DAY, "12:30"),
        ("daily noon", EVERY_DAY, "12:00"),
        ("daily at midnight", EVERY_DAY, "00:00"),
        ("every day", EVERY_DAY, "09:00"),
        ("every day at 9am", EVERY_DAY, "09:00"),
        ("9am", EVERY_DAY, "09:00"),
        ("at 9 every day", EVERY_DAY, "09:00"),
        ("weekdays 08:30", WEEKDAYS, "08:30"),
        ("every weekday at 9", WEEKDAYS, "09:00"),
        ("mon-fri 8:30", WEEKDAYS, "08:30"),
        ("weekends 10:00", WEEKEND, "10:00"),
        ("every weekend at 10", WEEKEND, "10:00"),
        ("sat, sun 10am", WEEKEND, "10:00"),
        ("weekly", (0,), "09:00"),
        ("weekly mon 09:00", (0,), "09:00"),
        ("weekly 9am friday", (4,), "09:00"),
        ("weekly on Fridays at 9", (4,), "09:00"),
        ("every week on tuesday 8am", (1,), "08:00"),
        ("every monday at 9", (0,), "09:00"),
        ("every mon, wed and fri at 9", (0, 2, 4), "09:00"),
        ("mon,wed,fri 9am", (0, 2, 4), "09:00"),
        ("fri wed mon 9am", (0, 2, 4), "09:00"),
        ("Mondays, Wednesdays and Fridays at 9", (0, 2, 4), "09:00"),
        ("monday", (0,), "09:00"),
        ("on thurs at 7pm", (3,), "19:00"),
        ("fri-mon 9am", (0, 4, 5, 6), "09:00"),
    ],
)
def test_schedule_is_read_as_people_type_it(text: str, days: tuple[int, ...], clock: str) -> None:
    hour, minute = map(int, clock.split(":"))
    expected = Schedule(hour=hour, minute=minute, days=days, zone=ZONE)
    assert read(text) == DigestRequest(schedule=expected)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("in AMERICA/NEW_YORK", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("CET", "CET"),
        ("JST", "Asia/Tokyo"),
    ],
)
def test_zone_is_read_in_any_case(typed: str, zone: str) -> None:
    for text in (f"daily 09:00 {typed}", f"daily 09:00 {typed} topic:AI", f"daily {typed} 09:00"):
        found = request(text)
        assert found.schedule == Schedule(hour=9, zone=zone)
        assert found.zone_typed


def test_asker_may_give_the_zone_itself() -> None:
    found = read_digest("daily", parse, ZoneInfo("Europe/Berlin"))
    assert isinstance(found, DigestRequest)
    assert (found.schedule.zone, found.zone_typed) == ("Europe/Berlin", False)


@pytest.mark.parametrize(
    ("text", "filters", "count"),
    [
        ("daily 09:00 topic:AI", "topic:AI", 5),
        ("daily topic:AI", "topic:AI", 5),
        ("daily kubernetes", "kubernetes", 5),
        ("daily 09:00 topic:AI count:3 heat:hot", "topic:AI heat:hot", 3),
        ("daily 09:00 COUNT:3", "", 3),
        ('daily 09:00 count:"3"', "", 3),
        ("daily 09:00 count:7 count:3", "", 3),
        ('daily 09:00 "exact  phrase" -rumour  cloud', '"exact phrase" -rumour cloud', 5),
        ('daily 09:00 "left open topic:AI', '"left open topic:AI"', 5),
        ("daily 09:00 “curly quotes” AI", '"curly quotes" AI', 5),
        ("daily 09:00 5 things", "5 things", 5),
        ("daily 09:00 re:Invent", "re:Invent", 5),
        ("daily 09:00 japan", "japan", 5),
        ("daily 09:00 met police", "met police", 5),
        ("daily 09:00 TCP/IP", "TCP/IP", 5),
        ("daily 09:00 top news", "", 5),
        ("mon 9am sun microsystems", "sun microsystems", 5),
    ],
)
def test_filters_and_words_narrow(text: str, filters: str, count: int) -> None:
    found = request(text)
    assert (found.filters, found.count) == (filters, count)
    assert found.count_typed == ("count" in text.casefold())


def test_time_and_zone_may_stand_behind_the_filters() -> None:
    found = request("every weekday topic:AI at 9 count:2 cloud Europe/Paris")
    assert found == DigestRequest(
        schedule=Schedule(hour=9, days=WEEKDAYS, zone="Europe/Paris"),
        zone_typed=True,
        filters="topic:AI cloud",
        count=2,
    )


@pytest.mark.parametrize(
    "text",
    [
        "of the week", "about fires", "topic:AI", "count:3", "sun microsystems", "monday blues",
        "weekend reading", "sat exam results", "every article about AI", "9:11 conspiracy", "at home",
        "on climate", "preview of the match", "now playing", "off 2 3", "pause please", "2021", '"daily"',
        "-daily", "5", "in Europe/Berlin", "monthly review of books",
    ],
)  # fmt: skip
def test_anything_else_is_a_search(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "problem", "right"),
    [
        ("daily 25:00", "25:00 is no time of day.", "23:00"),
        ("daily 24:00", "24:00 is no time of day.", "00:00"),
        ("daily 9:75", "9:75 is no time of day.", "09:59"),
        ("daily 9:xx", "9:xx is no time of day.", "09:00"),
        ("daily 13pm", "13pm is no time of day.", "13:00"),
        ("daily at 25", "25 is no time of day.", "23:00"),
        ("daily topic:AI 25:00", "25:00 is no time of day.", "23:00"),
        ("daily 09:00 Europe/Berln", "Europe/Berln is no time zone.", "Europe/Berlin"),
        ("daily 09:00 Europe/Munich", "Europe/Munich is no time zone.", "Europe/"),
        ("daily 09:00 topic:AI Amercia/New_York", "Amercia/New_York is no time zone.", "America/New_York"),
        ("daily 09:00 EST", "EST is the time of several zones.", "America/New_York"),
        ("daily 09:00 UTC+2", "UTC+2 is no time zone", "Etc/GMT-2"),
        ("daily count:0", "count:0 is not from 1 to 10.", "count:1"),
        ("daily count:50", "count:50 is not from 1 to 10.", "count:10"),
        ("daily count:abc", "count:abc is no number from 1 to 10.", "count:5"),
        ("daily count:-1", "count:-1 is no number from 1 to 10.", "count:5"),
        ("daily count: 5", "count: has no value after the colon.", "count:5"),
        ("daily -count:5", "-count:5 cannot be excluded.", "count:5"),
        ("daily cuont:5", "cuont:5 is no setting.", "count:5"),
        ("daily heat:abc", "heat:abc is neither", "heat:"),
        ("daily hat:hot", "There is no filter called hat.", "heat:hot"),
        ("every munday at 9", "munday is no day of the week.", "monday"),
        ("weekly wendesday 9am", "wendesday is no day of the week.", "wednesday"),
        ("dialy 09:00", "dialy is no schedule.", "daily"),
        ("hourly", "hourly is no schedule", "daily"),
        ("every 2 hours", "every 2 hours is no schedule", "daily"),
    ],
)
def test_mistake_is_named_with_the_nearest_right_value(text: str, problem: str, right: str) -> None:
    sentence = refusal(text)
    assert sentence.startswith(problem)
    assert f"Did you mean {right}" in sentence


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("daily sort:new", "sort:new has no place here"),
        ("daily 9am -sort:heat topic:AI", "-sort:heat has no place here"),
        ("daily max:3", "max:3 belongs to an alert rule."),
        ("daily quiet:22-7", "quiet:22-7 belongs to an alert rule."),
    ],
)
def test_what_has_no_place_in_a_digest_is_refused(text: str, problem: str) -> None:
    assert refusal(text).startswith(problem)


@pytest.mark.parametrize(
    ("text", "action", "number"),
    [
        ("", DigestAction.SHOW, None),
        (" ?! ", DigestAction.SHOW, None),
        ("preview", DigestAction.PREVIEW, None),
        ("Now", DigestAction.NOW, None),
        ("pause 2", DigestAction.PAUSE, 2),
        ("resume #12", DigestAction.RESUME, 12),
        ("OFF no. 3", DigestAction.OFF, 3),
        ("off!", DigestAction.OFF, None),
    ],
)
def test_order_may_name_a_number(text: str, action: DigestAction, number: int | None) -> None:
    assert read(text) == DigestOrder(action=action, number=number)


def test_digest_is_written_as_it_would_be_typed() -> None:
    digest = Digest(
        id="1",
        to=To(channel="C1"),
        number=1,
        schedule=Schedule(days=(0,), zone="Europe/Berlin"),
        filters='topic:AI "left open',
        count=3,
        created_at=NOW,
    )
    assert digest_text(digest) == 'weekly mon 09:00 Europe/Berlin topic:AI "left open" count:3'


def test_same_filters_are_known_in_any_order_and_case() -> None:
    assert are_same_filters("topic:AI  cloud -rumour", "-rumour CLOUD topic:ai", parse)
    assert not are_same_filters("topic:AI", "topic:AI cloud", parse)
    assert not are_same_filters("cloud", '"cloud"', parse)


@pytest.mark.parametrize(
    ("text", "is_it"),
    [("forget me", True), ("Forget  ME!", True), ("forget me not", False), ("forget", False), ("", False)],
)
def test_forget_me_stands_alone(text: str, *, is_it: bool) -> None:
    assert is_forget(text) is is_it


def test_mistyped_day_before_a_bare_hour_is_named() -> None:
    with pytest.raises(QueryError, match="dayly"):
        read_digest("dayly 9", parse, "UTC")
