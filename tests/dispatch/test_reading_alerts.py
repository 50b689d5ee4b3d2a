"""What people type behind `alerts`: a rule with its limits, orders, and mistakes that are named."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.dispatch.reading import read_alerts, rule_text
from bot.dispatch.requests import AlertAction, AlertOrder, RuleRequest
from bot.domain.query import Query
from bot.domain.subscription import AlertRule, Destination, Limits, Quiet
from bot.errors import QueryError
from bot.search import parse_query

NOW = datetime(2021, 2, 5, tzinfo=UTC)
NIGHT = Quiet(start=time(22), end=time(7))


def parse(text: str) -> Query:
    return parse_query(text, now=NOW, zone=UTC)


def read(text: str) -> RuleRequest | AlertOrder | None:
    return read_alerts(text, parse)


def rule(text: str) -> RuleRequest:
    found = read(text)
    assert isinstance(found, RuleRequest)
    return found


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("", AlertAction.SHOW),
        ("?", AlertAction.SHOW),
        ("pause", AlertAction.PAUSE),
        ("Resume.", AlertAction.RESUME),
        ("OFF", AlertAction.OFF),
    ],
)
def test_order_stands_alone(text: str, action: AlertAction) -> None:
    assert read(text) == AlertOrder(action=action)


@pytest.mark.parametrize(
    "text", ["about fires", "topic:AI", "heat:hot", "off and on", "pause it", '"on" x', "-on"]
)
def test_anything_else_is_a_search(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", ["on", "On.", "on topic:AI", "on climate change", "on quality:>60"])
def test_rule_without_heat_has_no_threshold(text: str) -> None:
    assert not rule(text).has_threshold


@pytest.mark.parametrize("text", ["on heat:hot", "ON HEAT:>100", "on topic:AI heat:top", "on heat:60..90"])
def test_rule_with_heat_has_a_threshold(text: str) -> None:
    assert rule(text).has_threshold


def test_limits_are_taken_out_of_the_filters() -> None:
    found = rule('on heat:>100 quiet:22:00-07:00 topic:AI max:5 "a b" gap:30m cloud')
    assert found.filters == 'heat:>100 topic:AI "a b" cloud'
    assert found.limits == Limits(quiet=NIGHT, most=5, gap=timedelta(minutes=30))
    assert found.limits_typed == {"quiet", "max", "gap"}


def test_limits_that_are_not_typed_are_the_usual_ones() -> None:
    assert rule("on heat:hot") == RuleRequest(filters="heat:hot", limits=Limits(), has_threshold=True)
    assert Limits() == Limits(quiet=None, most=3, gap=timedelta(minutes=10))


@pytest.mark.parametrize(
    ("typed", "limits"),
    [
        ("quiet:22-7", Limits(quiet=NIGHT)),
        ("quiet:22:00–07:00", Limits(quiet=NIGHT)),
        ("quiet:22..7", Limits(quiet=NIGHT)),
        ("quiet:10pm-7am", Limits(quiet=NIGHT)),
        ('quiet:"22:00 - 07:00"', Limits(quiet=NIGHT)),
        ("quiet:18-24", Limits(quiet=Quiet(start=time(18), end=time(0)))),
        ("quiet:off", Limits()),
        ("max:3", Limits()),
        ("max:3/day", Limits()),
        ("Max:1/d", Limits(most=1)),
        ("max:off", Limits(most=None)),
        ("gap:0", Limits(gap=timedelta())),
        ("gap:0s", Limits(gap=timedelta())),
        ("gap:10s", Limits(gap=timedelta(seconds=10))),
        ("gap:10min", Limits()),
        ("gap:2h", Limits(gap=timedelta(hours=2))),
        ("gap:1h30m", Limits(gap=timedelta(minutes=90))),
        ("max:5 max:2", Limits(most=2)),
    ],
)
def test_limit_is_read_as_people_type_it(typed: str, limits: Limits) -> None:
    assert rule(f"on {typed} heat:hot").limits == limits


@pytest.mark.parametrize(
    ("typed", "problem", "right"),
    [
        ("quiet:25-7", "is no span of the day.", "quiet:23:00-07:00"),
        ("quiet:22:00-7:80", "is no span of the day.", "quiet:22:00-07:59"),
        ("quiet:22", "is no span of the day.", "quiet:22:00-07:00"),
        ("quiet:night", "is no span of the day.", "quiet:22:00-07:00"),
        ("quiet:1-2-3", "is no span of the day.", "quiet:01:00-02:00"),
        ("quiet:7-7", "ends when it begins.", "quiet:off"),
        ("quiet:", "has no value after the colon.", "quiet:22:00-07:00"),
        ("max:0", "would never send anything", "max:1"),
        ("max:-3", "is no number of messages a day.", "max:3"),
        ("max:4/week", "is no number of messages a day.", "max:4"),
        ("max:many", "is no number of messages a day.", "max:3"),
        ("max:5000", "is more than a day can hold.", "max:off"),
        ("gap:10", "is no span such as 10s, 10m or 2h.", "gap:10m"),
        ("gap:2d", "is no span such as 10s, 10m or 2h.", "gap:24h"),
        ("gap:soon", "is no span such as 10s, 10m or 2h.", "gap:10m"),
        ("gap:48h", "is longer than a day.", "gap:24h"),
        ("-gap:10m", "cannot be excluded.", "gap:10m"),
        ("quite:22-7", "is no setting.", "quiet:22-7"),
    ],
)
def test_mistake_is_named_with_the_nearest_right_value(typed: str, problem: str, right: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(f"on heat:hot {typed}")
    assert str(caught.value).startswith(f"{typed} {problem}")
    assert str(caught.value).endswith(f"Did you mean {right}?")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("sort:heat", "sort:heat has no place here"),
        ("count:5", "count:5 belongs to a digest."),
        ("heat:abc", "heat:abc is neither"),
    ],
)
def test_what_has_no_place_in_a_rule_is_refused(typed: str, problem: str) -> None:
    with pytest.raises(QueryError, match=problem):
        read(f"on topic:AI {typed}")


def test_rule_is_written_as_it_would_be_typed() -> None:
    made = AlertRule(
        id="1",
        to=Destination(user="U1"),
        filters="heat:hot topic:AI",
        limits=Limits(quiet=NIGHT, most=None, gap=timedelta(seconds=90)),
        created_at=NOW,
        changed_at=NOW,
    )
    assert rule_text(made) == "on heat:hot topic:AI quiet:22:00-07:00 max:off gap:90s"
    assert rule_text(RuleRequest()) == "on max:3 gap:10m"
