"""Fetching candidates: words by field, exclusions, conditions and orders, alike on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.brief import Article
from bot.domain.ports import Column, Condition, DateSpan, Field, Group, Order, Span, Term
from bot.store import Store, Upgrade, open_store
from tests.postgres import new_database
from tests.store.making import NOON, HandClock, group, make_brief, provided_by, put, slugs


def is_in(column: Column, *values: str | Span | DateSpan | bool, negated: bool = False) -> Condition:
    return Condition(column=column, any_of=values, negated=negated)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def news_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of each kind with four briefs, `a` the newest; the tests here only read it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('news')}/news.db"
    else:
        url = new_database(request.getfixturevalue("postgres_server"))
    asyncio.run(_fill(url))
    return url


@pytest.fixture
async def news(news_url: str) -> AsyncIterator[Store]:
    async with await open_store(news_url, clock=HandClock()) as opened:
        yield opened


async def _fill(url: str) -> None:
    async with await open_store(url, clock=HandClock(), upgrade=Upgrade.ALWAYS) as opened:
        await put(
            opened,
            make_brief(
                "a",
                "Clearview fined",
                ago=1,
                heat=10,
                quality=90,
                topics=("AI", "Law"),
                provider=provided_by("WSJ", "wsj.com"),
            ),
            make_brief(
                "b",
                "Regulators speak",
                ago=2,
                heat=99,
                quality=None,
                excerpt="about Clearview",
                topics=("Law",),
            ),
            make_brief("c", "Training day", ago=3, heat=99, quality=10, topics=("ai",), type="Video"),
            make_brief(
                "d",
                "Quiet",
                ago=40 * 24,
                heat=99,
                quality=10,
                provider=provided_by("Clearview News", "www.Clearview.example"),
                related=(Article(title="A training camp", web_url="https://x.example"),),
            ),
        )


async def test_newest_come_first_and_pages_do_not_overlap(news: Store) -> None:
    assert await slugs(news) == ["a", "b", "c", "d"]
    assert await slugs(news, limit=2) == ["a", "b"]
    assert await slugs(news, limit=2, offset=2) == ["c", "d"]
    assert await slugs(news, limit=0) == await slugs(news, offset=9) == []


async def test_hottest_come_first_then_the_better_then_the_newer_and_unknown_quality_last(
    news: Store,
) -> None:
    assert await slugs(news, order=Order.HEAT) == ["c", "d", "b", "a"]
    assert await slugs(news, group("clearview"), order=Order.HEAT) == ["d", "b", "a"]
    assert await slugs(news, order=Order.HEAT, limit=1, offset=1) == ["d"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (Field.ALL, ["a", "b", "d"]),
        (Field.TITLE, ["a"]),
        (Field.TITLE | Field.META, ["a", "d"]),
    ],
)
async def test_a_word_is_found_in_the_fields_asked_for(news: Store, fields: Field, found: list[str]) -> None:
    assert await slugs(news, group("clearview", fields=fields)) == found


async def test_every_group_has_to_match_by_any_of_its_terms(news: Store) -> None:
    assert await slugs(news, group("clearview"), group("fined", "regulators")) == ["a", "b"]
    assert await slugs(news, group("clearview"), group("nowhere")) == []
    assert await slugs(news, group("fined"), group("clearview", fields=Field.TITLE)) == ["a"]
    assert await slugs(news, group("camp"), group("clearview", fields=Field.TITLE)) == []


async def test_a_prefix_matches_beginnings_and_a_word_only_itself(news: Store) -> None:
    assert await slugs(news, group("clear*")) == ["a", "b", "d"]
    assert await slugs(news, group("clear")) == []
    assert await slugs(news, group("ai")) == ["a", "c"]
    assert await slugs(news, group("clear*", fields=Field.TITLE)) == ["a"]
    assert await slugs(news, group("clear*", fields=Field.TITLE | Field.META)) == ["a", "d"]


@pytest.mark.parametrize("start", ["cl", "cle", "clea", "clear"])
async def test_a_very_short_beginning_is_looked_for_in_titles(news: Store, start: str) -> None:
    assert await slugs(news, Group((Term(start, titled=True), Term("camp")))) == ["a", "d"]


async def test_excluded_words_exclude_with_and_without_wanted_ones(news: Store) -> None:
    without = (group("fined"), group("camp", fields=Field.TITLE))
    assert await slugs(news, group("clearview"), none_of=without) == ["b", "d"]
    assert await slugs(news, none_of=without) == ["b", "c", "d"]
    assert await slugs(news, none_of=(group("regul*"), group("training"))) == ["a"]


@pytest.mark.parametrize("token", ["", '"', "a b", "x'y", "-", "z" * 300, "\0"])
async def test_what_is_no_token_matches_nothing_and_excludes_nothing(news: Store, token: str) -> None:
    assert await slugs(news, group("clearview"), group(token, "")) == []
    assert await slugs(news, none_of=(group(token),)) == ["a", "b", "c", "d"]


async def test_words_of_the_databases_own_languages_are_plain_words(store: Store) -> None:
    words = ["and", "or", "not", "near", "title", "null", "true", "a"]
    await put(store, *(make_brief(word, f"{word} here") for word in words), make_brief("else", "else there"))
    for word in words:
        assert await slugs(store, group(word)) == [word]
    excluded = tuple(group(word) for word in words)
    assert await slugs(store, group("here", "there"), none_of=excluded) == ["else"]


async def test_every_script_is_found_by_its_own_tokens(store: Store) -> None:
    titles = {
        "fine": "Ｋｕｂｅｒ ﬁne",
        "経済": "日本の経済",
        "мир": "Привет, мир",
        "strasse": "Straße",
        "𐓷𐓸": "𐓷𐓸 Osage",
        "𞤢𞤣": "𞤀𞤁 Adlam",
        "١٢٣": "١٢٣ digits",
    }
    await put(store, *(make_brief(f"b{number}", title) for number, title in enumerate(titles.values())))
    for number, token in enumerate(titles):
        assert await slugs(store, group(token)) == [f"b{number}"], token
        assert await slugs(store, group(token[:2] + "*")) == [f"b{number}"], token


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (is_in(Column.PROVIDER, "wsj.com"), ["a"]),
        (is_in(Column.PROVIDER, "wsj.com", "clearview.example"), ["a", "d"]),
        (is_in(Column.PROVIDER, "wsj.com", negated=True), ["b", "c", "d"]),
        (is_in(Column.TOPIC, "ai"), ["a", "c"]),
        (is_in(Column.TOPIC, "ai", "law"), ["a", "b", "c"]),
        (is_in(Column.TOPIC, "law", negated=True), ["c", "d"]),
        (is_in(Column.HEAT, Span(low=99)), ["b", "c", "d"]),
        (is_in(Column.HEAT, Span(high=50), Span(low=100)), ["a"]),
        (is_in(Column.HEAT, Span(low=10**40)), []),
        (is_in(Column.QUALITY, Span(low=10, high=90)), ["a", "c", "d"]),
        (is_in(Column.QUALITY, Span()), ["a", "c", "d"]),
        (is_in(Column.QUALITY, Span(low=50), negated=True), ["b", "c", "d"]),
        (is_in(Column.VIDEO, True), ["c"]),
        (is_in(Column.VIDEO, False), ["a", "b", "d"]),
        (is_in(Column.VIDEO, True, negated=True), ["a", "b", "d"]),
        (is_in(Column.PUBLISHED, DateSpan(start_at=NOON - timedelta(hours=2))), ["a", "b"]),
        (is_in(Column.PUBLISHED, DateSpan(end_at=NOON - timedelta(hours=2))), ["c", "d"]),
        (
            is_in(
                Column.PUBLISHED,
                DateSpan(end_at=NOON - timedelta(days=2)),
                DateSpan(start_at=NOON - timedelta(hours=1), end_at=NOON),
            ),
            ["a", "d"],
        ),
        (is_in(Column.PUBLISHED, DateSpan(start_at=NOON - timedelta(days=2)), negated=True), ["d"]),
        (is_in(Column.TOPIC), []),
        (is_in(Column.TOPIC, negated=True), ["a", "b", "c", "d"]),
        (is_in(Column.TOPIC, "'; --", 'x" OR 1'), []),
    ],
)
@pytest.mark.parametrize("few", [0, 2_000])
async def test_conditions_filter_with_and_without_words(
    news: Store, condition: Condition, found: list[str], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.fetching.FEW", few)
    having = {"a", "b", "d"}
    assert await slugs(news, where=[condition]) == found
    assert await slugs(news, group("clearview"), where=[condition]) == [s for s in found if s in having]
    by_heat = await slugs(news, where=[condition], order=Order.HEAT)
    assert sorted(by_heat) == found


async def test_several_conditions_mean_all_of_them(news: Store) -> None:
    both = [is_in(Column.TOPIC, "law"), is_in(Column.HEAT, Span(low=50))]
    assert await slugs(news, where=both) == ["b"]


async def test_a_hundred_terms_in_many_groups_are_one_query(news: Store) -> None:
    many = group("clearview", *(f"word{number}" for number in range(2_000)))
    assert await slugs(
        news, *(many for _ in range(20)), none_of=(group(*(f"x{n}*" for n in range(200))),)
    ) == [
        "a",
        "b",
        "d",
    ]
