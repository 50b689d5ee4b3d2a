"""Which story a noted brief is in: each rule of the contract, chains, and what a merge keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.domain.brief import Article, Brief
from bot.store import Store
from tests.store.making import NOON, make_brief, provided_by, put

LATER = NOON + timedelta(hours=1)
TITLE = "Clearview sued over harvested faces"


def told_by(outlet: str, title: str, **fields: Any) -> Brief:
    """A brief of an outlet of its own, with an address of its own."""
    slug = fields.pop("slug", outlet)
    defaults = {
        "provider": provided_by(outlet, f"{outlet}.example"),
        "web_url": f"https://{outlet}.example/{slug}",
    }
    return make_brief(slug, title, **{**defaults, **fields})


def listing(*slugs: str) -> tuple[Article, ...]:
    return tuple(Article(title=slug, web_url=f"https://{slug}.example/{slug}") for slug in slugs)


async def stories(store: Store, *slugs: str) -> list[int]:
    found = [await store.ledger.noted_slug(slug) for slug in slugs]
    return [one.story for one in found if one]


async def number(store: Store, slug: str) -> int:
    found = await store.ledger.noted_slug(slug)
    assert found is not None
    return found.id


async def noted_one_by_one(store: Store, *briefs: Brief) -> None:
    for brief in briefs:
        await put(store, brief)
        await store.ledger.note(NOON)


async def test_similar_titles_of_different_outlets_are_one_story_in_one_batch_or_two(store: Store) -> None:
    filler = [told_by(f"f{place}", f"Filler number{place} about nothing{place}") for place in range(20)]
    one, other = told_by("wsj", TITLE), told_by("nyt", "Clearview harvested faces, says lawsuit")
    third = told_by("bbc", "Harvested faces: Clearview in court")
    await put(store, *filler, one, other)
    await store.ledger.note(NOON)
    await put(store, third)
    await store.ledger.note(LATER)
    first, second, last = await stories(store, "wsj", "nyt", "bbc")
    assert first == second == last
    assert await store.ledger.story_members([first]) == {
        first: (await number(store, "nyt"), await number(store, "wsj"), await number(store, "bbc"))
    }
    assert await stories(store, "f0") == [await number(store, "f0")]


async def test_the_same_outlets_similar_titles_are_a_series(store: Store) -> None:
    await put(store, told_by("g", "Retiring the old Cloud thing", slug="x"))
    await put(store, told_by("g", "Retiring the new Cloud thing", slug="y"))
    await store.ledger.note(NOON)
    one, other = await stories(store, "x", "y")
    assert one != other


async def test_an_identical_title_is_one_story_also_of_one_outlet_within_the_window(store: Store) -> None:
    old = told_by("wsj", TITLE, slug="old", ago=100)
    await put(store, old, told_by("wsj", TITLE, slug="x"), told_by("wsj", f"{TITLE.upper()}!", slug="y"))
    await store.ledger.note(NOON)
    first, one, other = await stories(store, "old", "x", "y")
    assert one == other != first


async def test_a_shared_address_is_one_story_however_old(store: Store) -> None:
    await put(store, make_brief("a", "One title", ago=24 * 400))
    await store.ledger.note(NOON)
    await put(store, make_brief("b", "Other words", web_url="https://www.news.example/a/"))
    await store.ledger.note(LATER)
    assert len(set(await stories(store, "a", "b"))) == 1


async def test_listing_is_one_story_only_where_it_is_mutual(store: Store) -> None:
    one_way = told_by("a", "Alpha", related=listing("b"))
    await noted_one_by_one(store, one_way, told_by("b", "Beta"))
    assert len(set(await stories(store, "a", "b"))) == 2
    await noted_one_by_one(store, told_by("b", "Beta", related=listing("a")))
    assert await stories(store, "a", "b") == [await number(store, "a")] * 2


async def test_a_shared_related_article_joins_nothing(store: Store) -> None:
    await put(store, told_by("a", "Alpha", related=listing("z")), told_by("b", "Beta", related=listing("z")))
    await store.ledger.note(NOON)
    assert len(set(await stories(store, "a", "b"))) == 2


async def test_titles_of_long_ago_are_not_compared(store: Store) -> None:
    month = 24 * 31
    await put(store, told_by("wsj", f"{TITLE} x", ago=month), told_by("nyt", f"{TITLE} y", ago=month))
    await store.ledger.note(NOON)
    assert len(set(await stories(store, "wsj", "nyt"))) == 2


async def test_a_merge_keeps_the_id_of_the_oldest_brief(store: Store) -> None:
    await noted_one_by_one(store, told_by("b", "Beta"), told_by("c", "Gamma"), told_by("d", "Delta"))
    await put(store, told_by("c", "Gamma", related=listing("d")), told_by("d", "Delta", related=listing("c")))
    await store.ledger.note(LATER)
    assert await stories(store, "b", "c", "d") == [
        await number(store, "b"),
        await number(store, "c"),
        await number(store, "c"),
    ]
    both = listing("b", "c")
    await put(
        store, told_by("b", "Beta", related=listing("e")), told_by("c", "Gamma", related=listing("d", "e"))
    )
    await put(store, told_by("e", "Epsilon", related=both))
    await store.ledger.note(LATER)
    oldest = await number(store, "b")
    assert await stories(store, "b", "c", "d", "e") == [oldest] * 4
    members = (await store.ledger.story_members([oldest]))[oldest]
    assert members == tuple(sorted([await number(store, slug) for slug in "bcde"]))
    ids = [await number(store, slug) for slug in "be"]
    assert await store.ledger.stories_of(ids) == dict.fromkeys(ids, oldest)


async def test_a_corrected_title_finds_its_story_without_being_new(store: Store) -> None:
    await noted_one_by_one(store, told_by("wsj", TITLE), told_by("nyt", "Untitled draft"))
    assert len(set(await stories(store, "wsj", "nyt"))) == 2
    await put(store, told_by("nyt", TITLE))
    assert await store.ledger.note(LATER) == 0
    assert len(set(await stories(store, "wsj", "nyt"))) == 1


async def test_a_chain_ends_after_ten_briefs_and_three_days(store: Store) -> None:
    same = [told_by(f"o{place:02}", TITLE) for place in range(12)]
    await put(store, *same)
    await store.ledger.note(NOON)
    found = await stories(store, *(brief.slug for brief in same))
    assert sorted(found.count(story) for story in set(found)) == [2, 10]
    days = [told_by(f"d{day}", "Another tale of woe", ago=24 * (10 - 2 * day)) for day in range(3)]
    await noted_one_by_one(store, *days)
    first, second, third = await stories(store, "d0", "d1", "d2")
    assert first == second != third


async def test_a_title_that_names_nothing_joins_nothing(store: Store) -> None:
    await put(
        store,
        told_by("a", "What is it?"),
        told_by("b", "What is it?"),
        told_by("c", "🙂"),
        told_by("d", "🙂"),
    )
    await store.ledger.note(NOON)
    assert len(set(await stories(store, "a", "b", "c", "d"))) == 4


async def test_a_hostile_title_is_noted(store: Store) -> None:
    title = "\u202e<!channel> \0 \ud800" + "x" * 10_000
    await put(store, make_brief("a", title.replace("\0", "")))
    assert await store.ledger.note(NOON) == 1
