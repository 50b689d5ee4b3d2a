"""A verb is the first word, in any case, whose rest parses; otherwise everything is a search."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.query import Query, Sort
from bot.search import parse_query
from bot.slack.commands import Asked, Verb, read_command


def parse(text: str) -> Query:
    return parse_query(text, now=datetime(2021, 2, 5, tzinfo=UTC), zone=UTC)


def read(text: str) -> Asked:
    return read_command(text, parse)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Asked(verb=Verb.FRONT)),
        ("help", Asked(verb=Verb.HELP)),
        ("HELP", Asked(verb=Verb.HELP)),
        ("Topics", Asked(verb=Verb.TOPICS)),
        ("providers", Asked(verb=Verb.PROVIDERS)),
        ("status", Asked(verb=Verb.STATUS)),
        ("top", Asked(verb=Verb.TOP, query="sort:heat")),
        ("latest", Asked(verb=Verb.LATEST, query="sort:new")),
        ("Top topic:AI", Asked(verb=Verb.TOP, query="sort:heat topic:AI")),
        ("latest\tfrom:wsj.com", Asked(verb=Verb.LATEST, query="sort:new from:wsj.com")),
        ("top -word", Asked(verb=Verb.TOP, query="sort:heat -word")),
        ("help?", Asked(verb=Verb.HELP)),
        ("HELP!", Asked(verb=Verb.HELP)),
        ("help ?!", Asked(verb=Verb.HELP)),
        ("?", Asked(verb=Verb.HELP)),
        ("status?", Asked(verb=Verb.STATUS)),
        ("Topics.", Asked(verb=Verb.TOPICS)),
        ("top!", Asked(verb=Verb.TOP, query="sort:heat")),
        ("latest...", Asked(verb=Verb.LATEST, query="sort:new")),
        ("search help", Asked(verb=Verb.SEARCH, query="help")),
        ("search help?", Asked(verb=Verb.SEARCH, query="help?")),
        ("search search", Asked(verb=Verb.SEARCH, query="search")),
        ("clearview", Asked(verb=Verb.SEARCH, query="clearview")),
    ],
)
def test_a_verb_is_known_by_its_first_word(text: str, asked: Asked) -> None:
    assert read(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "top kubernetes stories",
        "help me find clearview",
        "topics ai",
        "status of brexit",
        "latest iphone",
        "search",
        "topical",
        "providers wsj",
        "search?",
        "clearview?",
        "help? me",
        "?help",
        "!",
        "...",
    ],
)
def test_everything_else_is_a_search_for_all_of_it(text: str) -> None:
    assert read(text) == Asked(verb=Verb.SEARCH, query=text)


def test_a_list_with_an_impossible_filter_becomes_a_search_which_says_so() -> None:
    assert read("top heat:banana") == Asked(verb=Verb.SEARCH, query="top heat:banana")


@pytest.mark.parametrize("rest", ['topic:"AI', '"exact phrase', "sort:heat", "since:7d"])
def test_the_order_of_a_list_survives_its_filters(rest: str) -> None:
    asked = read(f"latest {rest}")
    expected = Sort.HEAT if "sort:" in rest else Sort.NEW
    assert parse(asked.query).sort is expected


@given(st.text(max_size=80))
def test_every_text_means_something(text: str) -> None:
    assert read(text.strip()).verb in Verb
