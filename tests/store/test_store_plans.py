"""What is asked with every answer uses an index, however many briefs there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import pytest

from bot.domain.ports import Column, Condition, Fetch, Order
from bot.store import open_store
from bot.store.reader import IndexReader
from bot.store.scale import ScaleCache
from bot.store.textual import SqliteTextual
from tests.store.making import NOON, HandClock, group, make_brief, put

QUESTIONS: dict[str, Callable[[IndexReader], object]] = {
    "newest": lambda reader: reader.fetch(Fetch(now=NOON)),
    "hottest": lambda reader: reader.fetch(Fetch(now=NOON, order=Order.HEAT)),
    "word": lambda reader: reader.fetch(Fetch(now=NOON, all_of=(group("title"),))),
    "provider": lambda reader: reader.fetch(
        Fetch(now=NOON, conditions=(Condition(column=Column.PROVIDER, any_of=("wsj.com",)),))
    ),
    "rare topic": lambda reader: reader.fetch(
        Fetch(now=NOON, conditions=(Condition(column=Column.TOPIC, any_of=("ai",)),))
    ),
    "topics": lambda reader: reader.topics(NOON),
    "providers": lambda reader: reader.providers(NOON),
    "heat": lambda reader: reader.heat_scale(NOON),
    "slug": lambda reader: reader.brief("a"),
    "address": lambda reader: reader.by_address("news.example/a"),
    "some files": lambda reader: reader.known_files(["/briefs/a.md"]),
    "changed terms": lambda reader: reader.terms(1),
}
COUNTED = (
    "SCAN brief USING INDEX brief_withdrawn",
    "SCAN brief_search",
    "SCAN s ",
    "SCAN heat_count",
    "SCAN CONSTANT",
)
"""A walk through FTS5's own order, or through a table of a few hundred rows."""
IN_ORDER = {"newest": "SCAN b", "hottest": "SCAN b USING INDEX brief_heat"}
"""A walk that ends at the limit."""


@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_question_walks_through_all_briefs(sqlite_url: str, question: str) -> None:
    async with await open_store(sqlite_url, clock=HandClock()) as store:
        await put(store, make_brief("a", topics=("AI",)), make_brief("b", ago=-5, topics=("Law",)))
    plans: list[str] = []
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:

        def rows(sql: str, values: Mapping[str, object]) -> list[Any]:
            plans.extend(str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))
            return connection.execute(sql, values).fetchall()

        QUESTIONS[question](IndexReader(rows, SqliteTextual(), ScaleCache(), NOON))
    walks = [plan for plan in plans if plan.startswith("SCAN") and not plan.startswith(COUNTED)]
    assert plans
    assert [walk for walk in walks if walk != IN_ORDER.get(question) and walk != "SCAN index_state"] == []
    assert not any("ORDER BY" in plan for plan in plans if question in IN_ORDER)
