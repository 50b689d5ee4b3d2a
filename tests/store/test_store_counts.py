"""The vocabulary, names and heat: what is counted follows every change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.index import SyncReport
from bot.domain.ports import SearchReader, Terms
from bot.domain.result import HeatScale, NameCount
from bot.store import Store
from bot.store.scale import MOST_HEATS, _least_of_hottest, _thinned
from tests.store.making import NOON, frequencies, make_brief, provided_by, put, remove


async def terms(store: Store, since: int) -> Terms:
    return await store.index.read(lambda reader: reader.terms(since))


async def test_the_vocabulary_counts_briefs_not_words(store: Store) -> None:
    await put(store, make_brief("a", "News news", excerpt="news"), make_brief("b", "Other news"))
    assert await frequencies(store) == {"news": 2, "other": 1}


async def test_a_reader_learns_what_changed_since_it_last_looked(store: Store) -> None:
    await put(store, make_brief("a", "One two"))
    first = await terms(store, 0)
    await put(store, make_brief("b", "Two three"))
    await remove(store, "a")
    second = await terms(store, first.version)
    assert (first.complete, dict(first.frequencies)) == (True, {"one": 1, "two": 1})
    assert (second.complete, dict(second.frequencies)) == (False, {"one": 0, "two": 1, "three": 1})
    third = await terms(store, second.version)
    assert (third.complete, dict(third.frequencies), third.version) == (False, {}, second.version)


async def test_a_reader_of_an_index_that_was_replaced_starts_anew(store: Store) -> None:
    await put(store, make_brief("a", "One"))
    found = await terms(store, 10**9)
    assert (found.complete, dict(found.frequencies)) == (True, {"one": 1})


async def test_tokens_long_gone_are_forgotten_and_old_readers_start_anew(store: Store) -> None:
    await put(
        store, make_brief("a", " ".join(f"w{number}" for number in range(1_100))), make_brief("b", "Stays")
    )
    before = await terms(store, 0)
    await remove(store, "a")
    await store.index.finish(SyncReport(), ["/briefs"], NOON)
    after = await terms(store, before.version)
    assert (after.complete, dict(after.frequencies)) == (True, {"stays": 1})
    assert after.version > before.version
    assert not (await terms(store, after.version)).complete


async def test_names_are_counted_without_case_and_shown_as_most_write_them(store: Store) -> None:
    await put(
        store,
        make_brief("a", topics=("AI", "Law", "ai"), provider=provided_by("WSJ", "wsj.com")),
        make_brief("b", topics=("AI",), provider=provided_by("Wall Street Journal", "www.WSJ.com")),
        make_brief("c", topics=("ai",), provider=provided_by("Wall Street Journal", "wsj.com")),
        make_brief("d", topics=("Secret",), published=False, provider=provided_by("Hidden")),
        make_brief("e", topics=("AI",), ago=-1, provider=provided_by("Future")),
        make_brief("f"),
    )

    def names(reader: SearchReader) -> tuple[list[NameCount], list[NameCount]]:
        return reader.topics(NOON), reader.providers(NOON)

    topics, providers = await store.index.read(names)
    assert [(name.key, name.count) for name in topics] == [("ai", 3), ("law", 1)]
    assert providers == [NameCount(key="wsj.com", name="Wall Street Journal", count=3)]


async def test_hot_is_the_hottest_quarter_and_top_the_twentieth_of_the_newest_30_days(store: Store) -> None:
    recent = [make_brief(f"r{heat}", heat=heat, ago=heat) for heat in range(1, 41)]
    old = [make_brief(f"o{heat}", heat=heat, ago=31 * 24 + heat) for heat in range(100, 140)]
    ignored = [make_brief("h", heat=999, removed=True), make_brief("f", heat=999, ago=-1)]
    await put(store, *recent, *old, *ignored)
    scale = await store.index.read(lambda reader: reader.heat_scale(NOON))
    assert scale.heats == (*range(1, 41), *range(100, 140))
    assert (scale.hot, scale.top) == (120, 39)


async def test_the_newest_30_days_count_back_from_the_newest_brief_not_from_today(store: Store) -> None:
    await put(store, make_brief("a", heat=7, ago=1), make_brief("b", heat=500, ago=24 * 20))
    later = NOON + timedelta(days=300)
    scale = await store.index.read(lambda reader: reader.heat_scale(later))
    assert (scale.hot, scale.top) == (500, 500)


async def test_the_scale_follows_changes_and_an_empty_folder_has_none(store: Store) -> None:
    async def scale() -> HeatScale:
        return await store.index.read(lambda reader: reader.heat_scale(NOON))

    assert await scale() == HeatScale()
    brief = make_brief("a", heat=5)
    await put(store, brief)
    assert (await scale()).heats == (5,)
    await put(store, replace(brief, heat=6), make_brief("b", heat=None, quality=1))
    assert (await scale()).heats == (1, 6)
    await remove(store, "a", "b")
    assert await scale() == HeatScale()


@given(st.lists(st.integers(-5, 60), min_size=1, max_size=60), st.integers(1, 50))
def test_the_hottest_share_is_what_sorting_says(heats: list[int], share: int) -> None:
    histogram = sorted((heat, heats.count(heat)) for heat in set(heats))
    taken = -(-len(heats) // share)
    assert _least_of_hottest(histogram, share) == sorted(heats, reverse=True)[taken - 1]


@pytest.mark.parametrize("total", [1, 7, MOST_HEATS, MOST_HEATS + 1, 12_345])
def test_a_thinned_scale_keeps_the_shares(total: int) -> None:
    scale = HeatScale(heats=_thinned([(heat, 1) for heat in range(total)]))
    assert len(scale.heats) == min(total, MOST_HEATS)
    for heat in range(0, total, max(1, total // 50)):
        assert abs(scale.share_below(heat) - heat / total) <= 1 / MOST_HEATS
