"""Log lines and metrics: what they show, and what they keep to themselves."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telemetry import (
    Acknowledged,
    Answered,
    DeliveryReconciled,
    DeliveryResent,
    DeliverySettled,
    DeliveryUncertain,
    Happening,
    JsonLines,
    Metrics,
    OnceAMinute,
    OnlyPlaces,
    Repeated,
    Sent,
    TextLines,
    UnderWay,
    log_id,
    stack_of,
)


def record(name: str, message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.ERROR, "/some/place.py", 7, message, args, info)


def raised() -> BaseException:
    def fail() -> None:
        try:
            json.loads("secret words")
        except ValueError as error:
            raise RuntimeError("more secret words") from error

    with pytest.raises(RuntimeError) as caught:
        fail()
    return caught.value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("T0123", "T0123"),
        ("oauth.v2.access", "oauth.v2.access"),
        ("", "-"),
        (None, "-"),
        ("two words", "?"),
        ("x" * 100, "?"),
        (12, "?"),
        ("line\nbreak", "?"),
        ("\ud800", "?"),
    ],
)
def test_only_what_looks_like_an_id_is_shown(value: object, shown: str) -> None:
    assert log_id(value) == shown


@given(st.text())
def test_an_id_never_breaks_a_line(text: str) -> None:
    assert log_id(text).isprintable()
    assert " " not in log_id(text)


def test_our_own_lines_are_shown_whole() -> None:
    line = TextLines().format(record("bot.slack", "answered %s", "search"))
    assert line.endswith("ERROR slack: answered search")


def test_a_packages_line_is_only_a_place() -> None:
    for name in ("slack_bolt.App", "aiohttp.server", "asyncio", "sqlalchemy.engine", "botanical"):
        for line in (
            TextLines().format(record(name, "secret words")),
            JsonLines().format(record(name, "secret")),
        ):
            assert "secret" not in line
            assert "place:7" in line


def test_an_exception_is_shown_by_type_and_stack_not_by_its_words() -> None:
    error = raised()
    for form in (TextLines(), JsonLines()):
        line = form.format(record("bot.slack", "failed (ref %s)", "abc123", error=error))
        assert "secret words" not in line
        assert "RuntimeError" in line
        assert "JSONDecodeError" in line
        assert "test_telemetry.py" in line
        assert "abc123" in line


def test_a_missing_file_says_so_without_its_name() -> None:
    assert stack_of(FileNotFoundError(2, "No such file or directory", "secret")).endswith(
        "FileNotFoundError: No such file or directory"
    )


@given(st.text())
def test_json_lines_are_one_line_of_json_whatever_is_said(text: str) -> None:
    line = JsonLines().format(record("bot.slack", "%s", text))
    assert "\n" not in line
    assert json.loads(line)["level"] == "error"
    line.encode("ascii")


@given(st.text())
def test_text_lines_can_always_be_written(text: str) -> None:
    TextLines().format(record("bot.slack", "%s", text)).encode("utf-8")


def test_a_filter_takes_the_words_of_a_logger() -> None:
    made = record("slack_sdk.client", "secret %s", "words", error=raised())
    assert OnlyPlaces().filter(made)
    assert "secret" not in made.getMessage()
    assert made.exc_info is None


def test_what_strangers_cause_is_told_once_a_minute_and_place() -> None:
    once = OnceAMinute()

    def passes(at: float, line: int = 7) -> bool:
        made = record("aiohttp.server", "secret %s", "words", error=raised())
        made.created, made.lineno = at, line
        return once.filter(made) and made.exc_info is None and "secret" not in made.getMessage()

    assert [passes(at) for at in (1000.0, 1000.1, 1059.9, 1060.0, 1061.0)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert passes(1061.0, line=8)


@pytest.mark.parametrize(
    ("happening", "line"),
    [
        (
            Acknowledged(kind="command", status=200, seconds=0.001),
            'newsbrief_requests_total{kind="command",status="200"} 1.0',
        ),
        (Repeated(kind="event"), 'newsbrief_repeats_total{kind="event"} 1.0'),
        (
            Answered(verb="top", outcome="ok", seconds=0.1),
            'newsbrief_answers_total{outcome="ok",verb="top"} 1.0',
        ),
        (
            Sent(via="response_url", outcome="ok"),
            'newsbrief_sends_total{outcome="ok",via="response_url"} 1.0',
        ),
        (UnderWay(count=3), "newsbrief_answers_under_way 3.0"),
        (
            DeliverySettled(kind="digest thread", state="held"),
            'newsbrief_deliveries_total{kind="digest thread",state="held"} 1.0',
        ),
        (DeliveryUncertain(kind="alert"), 'newsbrief_deliveries_uncertain_total{kind="alert"} 1.0'),
        (DeliveryReconciled(outcome="found"), 'newsbrief_reconciliations_total{outcome="found"} 1.0'),
        (DeliveryResent(kind="digest"), 'newsbrief_deliveries_resent_total{kind="digest"} 1.0'),
    ],
)
def test_what_happens_is_counted(happening: Happening, line: str) -> None:
    metrics = Metrics()
    metrics(happening)
    assert line in metrics.text().decode()


def test_each_bot_counts_for_itself() -> None:
    first, second = Metrics(), Metrics()
    first(UnderWay(count=1))
    assert "newsbrief_answers_under_way 0.0" in second.text().decode()


def test_the_stack_of_a_long_chain_ends() -> None:
    error: BaseException = ValueError("0")
    for number in range(50):
        following = ValueError(str(number))
        following.__cause__ = error
        error = following
    assert len(stack_of(error).splitlines()) < 30
    assert sys.exc_info() == (None, None, None)
