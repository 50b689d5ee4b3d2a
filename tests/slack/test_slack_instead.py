"""A wrong filter's nearest right one can be asked for by a button, where it is certain what was meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.query import Query
from bot.errors import QueryError
from bot.search import parse_query
from bot.slack.instead import instead_of
from tests.slack.house import CLEARVIEW, House


def parse(text: str) -> Query:
    return parse_query(text, now=datetime(2021, 2, 5, tzinfo=UTC), zone=UTC)


def corrected(text: str) -> str:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return instead_of(text, caught.value, parse)


def unknown(text: str, part: str, right: str) -> str:
    """For a name, which only the index can tell to be wrong."""
    return instead_of(text, QueryError("Nobody knows it.", part=part, hint=f"Did you mean {right}?"), parse)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("topc:AI", "topic:AI"),
        ("clearview topc:AI faces", "clearview topic:AI faces"),
        ("a -Topc:AI", "a -topic:AI"),
        ("sort:newest cloud", "sort:new cloud"),
        ("cloud is:vidoe", "cloud is:video"),
        ("heat:90..60 x", "heat:60..90 x"),
        ("topic: AI faces", "topic:AI faces"),
        ("faces Topic: AI", "faces topic:AI"),
        ('a "topc:AI b" topc:AI', 'a "topc:AI b" topic:AI'),
        ('"a topic" since:2021-02-31', '"a topic" since:2021-02-28'),
    ],
)
def test_the_whole_query_is_offered_with_the_right_filter(text: str, meant: str) -> None:
    assert corrected(text) == meant


@pytest.mark.parametrize(
    ("text", "part", "right", "meant"),
    [
        ("topic:IA x", "topic:IA", "topic:AI", "topic:AI x"),
        ("x TOPIC:ia", "topic:ia", "topic:AI", "x topic:AI"),
        (
            'topic:"Comptr Vison" x',
            "topic:Comptr Vison",
            'topic:"Computer Vision"',
            'topic:"Computer Vision" x',
        ),
        ("source:wsk.com", "from:wsk.com", "from:wsj.com", "from:wsj.com"),
        ("-source:wsk.com x", "-from:wsk.com", "-from:wsj.com", "-from:wsj.com x"),
        ("from:c++?(", "from:c++?(", "from:C", "from:C"),
    ],
)
def test_names_are_found_however_they_were_typed(text: str, part: str, right: str, meant: str) -> None:
    assert unknown(text, part, right) == meant


@pytest.mark.parametrize("text", ["topc:AI topc:AI", "topc:AI heat:abc", "topc:" + "x" * 200])
def test_nothing_is_offered_where_it_is_in_doubt(text: str) -> None:
    assert corrected(text) == ""


def test_nothing_is_offered_without_a_nearest_value() -> None:
    assert instead_of("topic:x", QueryError("No.", part="topic:x", hint="See /news topics."), parse) == ""
    assert instead_of("topic:x", QueryError("No.", hint="Did you mean topic:y?"), parse) == ""
    assert unknown("something else", "topic:x", "topic:y") == ""


def test_what_the_error_itself_offers_goes_first() -> None:
    error = QueryError("No.", part="topic:x", hint="Did you mean topic:y?", instead="topic:z")
    assert instead_of("topic:x", error, parse) == "topic:z"


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=60))
def test_what_is_offered_can_be_asked(text: str, part: str, hint: str) -> None:
    found = instead_of(text, QueryError("No.", part=part, hint=f"Did you mean {hint}?"), parse)
    if found:
        parse(found)  # raises where it is none


def button_of(payload: Any) -> dict[str, Any]:
    return next((dict(b["elements"][0]) for b in payload["blocks"] if b["type"] == "actions"), {})


async def test_the_button_asks_the_query(house: House) -> None:
    asked = await house.workspace.command("clearview topc:Privacy")
    answer = await asked.answer()
    assert answer.message is not None
    pressed = await house.workspace.press(answer.message, "news_search")
    assert CLEARVIEW.title in (await pressed.answer()).payload["text"]
    assert house.shelf.asked[-1][0] == "clearview topic:Privacy"


async def test_a_list_with_a_wrong_filter_is_offered_as_the_list(house: House) -> None:
    answer = await (await house.workspace.command("latest is:vidoe")).answer()
    assert answer.message is not None
    assert button_of(answer.payload)["value"] == "sort:new is:video"
    pressed = await house.workspace.press(answer.message, "news_search")
    assert (await pressed.answer()).payload["text"].startswith("*Newest first*")


async def test_an_error_without_a_certain_query_has_no_button(house: House) -> None:
    payload = await house.ask("topc:AI heat:abc")
    assert "no filter called topc" in payload["text"]
    assert button_of(payload) == {}
