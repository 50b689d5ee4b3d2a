"""Any text at all is a request, an order, a search, or is refused with a sentence; requests read back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dispatch.reading import digest_text, read_alerts, read_digest, rule_text
from bot.dispatch.requests import DigestRequest, RuleRequest
from bot.dispatch.understood import in_words
from bot.domain.query import Query
from bot.errors import QueryError
from bot.search import parse_query

T = TypeVar("T")
PIECES = st.sampled_from(
    [
        "daily", "every", "weekday", "weekly", "mon", "tue,fri", "and", "at", "on", "in", "9", "9am",
        "09:00", "25:00", "am", "noon", "Europe/Berlin", "europe/berln", "UTC", "EST", "America/New", "York",
        "count:3", "count:5", "count:0", "count:", "topic:AI", 'from:"a b"', "heat:hot", "heat:>100",
        "-rumour", '"', '"x y"', "-", "quiet:22-7", "quiet:off", "quiet:7", "max:3/day", "gap:0", "gap:10s",
        "gap:", "sort:new", "cloud", "top", "news", "re:Invent", "12:30", "preview", "off", "2", "#2",
        '-"a b"', "a/b", "\u202e", "\ud800", "\x00", "🙂", "²", "٣", "٣:٠٠", "  ", "\n", ",", "@", "x" * 90,
        'a"b', '""', 'topic:"', "since:7d", "cloud!", "?", ".",
    ]
)  # fmt: skip
BEGINNINGS = st.sampled_from(["", "daily ", "daily 09:00 ", "weekly mon 9 UTC ", "on ", "on heat:hot "])
PIECES_TOGETHER = st.lists(PIECES, max_size=10).map(" ".join) | st.lists(PIECES, max_size=6).map("".join)
ANY_TEXT = st.tuples(BEGINNINGS, st.text(max_size=40) | PIECES_TOGETHER).map("".join)


def parse(text: str) -> Query:
    return parse_query(text, now=datetime(2021, 2, 5, tzinfo=UTC), zone=UTC)


def read_or_refused(read: Callable[[], T]) -> T | None:
    """What was read; None for what is a search, or refused with a sentence."""
    try:
        return read()
    except QueryError as error:
        is_sentence = error.message.endswith(".") and len(str(error)) < 500
        if not is_sentence:
            raise
    return None


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT)
def test_digest_reads_back_to_the_same_request(text: str) -> None:
    found = read_or_refused(lambda: read_digest(text, parse, "Asia/Tokyo"))
    if isinstance(found, DigestRequest):
        assert read_digest(digest_text(found), parse, "UTC") == replace(found, zone_typed=True)
        assert len(in_words(parse(found.filters))) < 10_000


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT)
def test_rule_reads_back_to_the_same_request(text: str) -> None:
    found = read_or_refused(lambda: read_alerts(text, parse))
    if isinstance(found, RuleRequest):
        assert read_alerts(rule_text(found), parse) == found


@pytest.mark.parametrize(
    "piece",
    [
        "9", "9 ", "mon,", "mon ", "every ", "at ", '"', "a/b ", "europe/berln ", "count:3 ", "-", "x",
        "x:y ", "9:", "(", "1h", "gap:1h", "12-", "and ", '"a" ', "america/new ", ".", "\x1f",
    ],
)  # fmt: skip
@pytest.mark.parametrize("beginning", ["daily ", "on quiet:", "on gap:", "daily cloud "])
def test_ten_thousand_characters_are_read_at_once(beginning: str, piece: str) -> None:
    text = (beginning + piece * 10_000)[:10_000]
    started = time.perf_counter()
    read_or_refused(lambda: read_digest(text, parse, "UTC"))
    read_or_refused(lambda: read_alerts(text, parse))
    assert time.perf_counter() - started < 2
