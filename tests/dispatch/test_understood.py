"""What was understood of a digest's or rule's filters, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.dispatch.understood import in_words
from bot.search import parse_query


def understood(text: str) -> str:
    return in_words(parse_query(text, now=datetime(2021, 2, 5, tzinfo=UTC), zone=UTC))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (
            "clearview topic:AI -rumour heat:>100 topic:Storage from:zdnet.com privacy",
            "topic AI or Storage, from zdnet.com, heat over 100, not “rumour”, the words clearview privacy",
        ),
        ("heat:hot", "heat in the hottest quarter"),
        ("heat:top", "heat in the hottest twentieth"),
        ("heat:>=100", "heat 100 or more"),
        ("heat:<60", "heat under 60"),
        ("heat:<=60", "heat 60 or less"),
        ("quality:60..90", "quality 60 to 90"),
        ("quality:=60", "quality 60"),
        ('-topic:"Computer Vision" -from:wsj.com', "not topic Computer Vision, not from wsj.com"),
        ("is:video", "only videos"),
        ("-is:video", "no videos"),
        ("since:7d", "of the last 7 days"),
        ("since:1w", "of the last week"),
        ("until:1d", "older than 1 day"),
        ("since:2021-02-01 until:2021-02-03", "since 2021-02-01, until 2021-02-03"),
        ('"exact phrase" cloud', "“exact phrase”, the word cloud"),
        ('-"a b" -c', "not “a b” or “c”"),
    ],
)
def test_query_is_said_in_words(text: str, words: str) -> None:
    assert understood(text) == words


def test_long_query_is_cut() -> None:
    said = understood(" ".join(f"topic:T{number}" for number in range(2_000)))
    assert said == "topic T0 or T1 or T2 or T3 or T4 or T5 or T6 or T7 or 1992 more"
    assert len(understood("x" * 5_000)) < 100
