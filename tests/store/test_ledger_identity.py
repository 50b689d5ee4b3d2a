"""A brief is the same one while its slug, or any address it ever had, stays; visible_at is set once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.brief import Article, Provider
from bot.domain.ledger import ChangeKind, Noted
from bot.store import Store
from tests.store.making import NOON, make_brief, put, remove

LATER = NOON + timedelta(days=3)


async def noted(store: Store, slug: str) -> Noted:
    found = await store.ledger.noted_slug(slug)
    assert found is not None
    return found


async def test_a_new_brief_is_noted_once_with_its_moment_and_numbers(store: Store) -> None:
    await put(store, make_brief("a", "A  Title", heat=90, quality=None))
    assert await store.ledger.note(NOON) == 1
    assert await store.ledger.note(LATER) == 0
    found = await noted(store, "a")
    assert (found.title, found.visible_at, found.heat, found.quality) == ("A  Title", NOON, 90, None)
    assert (found.story, found.published_at) == (found.id, NOON - timedelta(hours=1))
    (change,) = await store.ledger.changes(0)
    assert (change.brief, change.kind, change.old_heat, change.at) == (found.id, ChangeKind.VISIBLE, 90, NOON)
    assert await store.ledger.latest_change() == change.number
    assert await store.ledger.changes(change.number) == []


async def test_saving_a_brief_again_changes_nothing(store: Store) -> None:
    await put(store, make_brief("a"))
    await store.ledger.note(NOON)
    before = await noted(store, "a")
    await put(store, make_brief("a"))
    assert await store.ledger.note(LATER) == 0
    assert await noted(store, "a") == before


@pytest.mark.parametrize("batches", ["together", "apart"])
async def test_a_renamed_file_stays_the_same_brief(store: Store, batches: str) -> None:
    await put(store, make_brief("old"))
    await store.ledger.note(NOON)
    before = await noted(store, "old")
    await remove(store, "old")
    if batches == "apart":
        await store.ledger.note(LATER)
    await put(store, replace(make_brief("old"), slug="new"))
    assert await store.ledger.note(LATER) == 0
    assert await noted(store, "new") == replace(before, slug="new")
    assert await store.ledger.noted_slug("old") is None


async def test_any_address_it_ever_had_tells_a_renamed_brief(store: Store) -> None:
    first = make_brief("a", web_url="https://www.news.example/first/?utm_source=x")
    await put(store, first)
    await store.ledger.note(NOON)
    await put(store, replace(first, web_url="https://news.example/second"))
    await store.ledger.note(NOON)
    number = (await noted(store, "a")).id
    await remove(store, "a")
    amp = make_brief("b", web_url="", original_url="", amp_web_url="https://amp.news.example/first/amp")
    await put(store, amp)
    assert await store.ledger.note(LATER) == 0
    assert (await noted(store, "b")).id == number


async def test_two_files_of_one_address_are_two_briefs_of_one_story(store: Store) -> None:
    await put(store, make_brief("a"), make_brief("b", web_url="https://news.example/a"))
    assert await store.ledger.note(NOON) == 2
    one, other = await noted(store, "a"), await noted(store, "b")
    assert one.id != other.id
    assert one.story == other.story == min(one.id, other.id)


async def test_of_two_files_with_a_gone_briefs_address_only_one_becomes_it(store: Store) -> None:
    title = "Clearview sued over harvested faces"
    other = make_brief("other", f"{title} again", provider=Provider(name="Another"))
    await put(store, make_brief("gone", title), other)
    await store.ledger.note(NOON)
    number = (await noted(store, "gone")).id
    await remove(store, "gone")
    await put(store, *(make_brief(slug, title, web_url="https://news.example/gone") for slug in ("x", "y")))
    assert await store.ledger.note(LATER) == 1
    ids = [(await noted(store, slug)).id for slug in ("x", "y")]
    assert ids[0] == number != ids[1]


async def test_a_slug_that_another_brief_left_behind_makes_a_new_one(store: Store) -> None:
    await put(store, make_brief("a"))
    await store.ledger.note(NOON)
    number = (await noted(store, "a")).id
    await remove(store, "a")
    moved = make_brief("b", web_url="https://news.example/a")
    await put(store, moved, make_brief("a", "Another", web_url="https://news.example/other"))
    # The slug comes first: the file that is `a` now is the same brief as before.
    await store.ledger.note(LATER)
    assert (await noted(store, "a")).id == number
    assert (await noted(store, "b")).id != number


async def test_a_deleted_brief_that_comes_back_is_not_new(store: Store) -> None:
    await put(store, make_brief("a"))
    await store.ledger.note(NOON)
    before = await noted(store, "a")
    await remove(store, "a")
    assert await store.ledger.note(LATER) == 0
    assert await noted(store, "a") == before
    assert await store.ledger.items([before.id], LATER) == {}
    await put(store, make_brief("a"))
    assert await store.ledger.note(LATER) == 0
    assert (await store.ledger.items([before.id], LATER))[before.id].noted == before


async def test_a_brief_hidden_from_the_start_is_new_when_it_is_shown(store: Store) -> None:
    await put(store, make_brief("a", published=False))
    assert await store.ledger.note(NOON) == 0
    assert await store.ledger.noted_slug("a") is None
    await put(store, make_brief("a"))
    assert await store.ledger.note(LATER) == 1
    assert (await noted(store, "a")).visible_at == LATER


async def test_an_unhidden_brief_is_not_new_and_grew_only_by_what_readers_did_not_see(store: Store) -> None:
    await put(store, make_brief("a", heat=90))
    await store.ledger.note(NOON)
    before = await noted(store, "a")
    await put(store, make_brief("a", heat=-1, published=False))
    assert await store.ledger.note(NOON) == 0
    assert await store.ledger.items([before.id], NOON) == {}
    await put(store, make_brief("a", heat=90))
    assert await store.ledger.note(LATER) == 0
    assert await noted(store, "a") == before


async def test_a_hidden_brief_keeps_its_identity_through_a_rename(store: Store) -> None:
    await put(store, make_brief("a"))
    await store.ledger.note(NOON)
    number = (await noted(store, "a")).id
    await remove(store, "a")
    hidden = make_brief("b", web_url="https://news.example/a", published=False)
    await put(store, hidden)
    await store.ledger.note(NOON)
    await put(store, replace(hidden, published=True, web_url="https://news.example/moved"))
    assert await store.ledger.note(LATER) == 0
    assert (await noted(store, "b")).id == number


async def test_a_future_brief_becomes_visible_by_time_alone(store: Store) -> None:
    moment = NOON + timedelta(hours=2)
    hidden = make_brief("never", published_at=moment, published=False)
    await put(store, make_brief("later", published_at=moment), make_brief("now"), hidden)
    assert await store.ledger.note(NOON) == 1
    assert await store.ledger.next_visible_at(NOON) == moment
    assert await store.ledger.note(moment - timedelta(microseconds=1)) == 0
    assert await store.ledger.noted_slug("later") is None
    assert await store.ledger.note(moment) == 1
    assert (await noted(store, "later")).visible_at == moment
    assert await store.ledger.next_visible_at(moment) is None


async def test_a_brief_whose_mark_was_made_by_a_clock_ahead_waits_for_its_time(store: Store) -> None:
    await put(store, make_brief("a", ago=1))
    early = NOON - timedelta(days=2)
    assert await store.ledger.note(early) == 0
    assert await store.ledger.next_visible_at(early) == NOON - timedelta(hours=1)
    assert await store.ledger.note(NOON) == 1


async def test_a_brief_moved_into_the_future_is_no_item_and_stays_the_same(store: Store) -> None:
    await put(store, make_brief("a"))
    await store.ledger.note(NOON)
    before = await noted(store, "a")
    await put(store, make_brief("a", published_at=LATER))
    await store.ledger.note(NOON)
    assert await store.ledger.items([before.id], NOON) == {}
    assert await store.ledger.note(LATER) == 0
    after = await noted(store, "a")
    assert (after.visible_at, after.published_at) == (NOON, LATER)


async def test_growing_heat_or_coverage_is_a_change_and_cooling_is_noted(store: Store) -> None:
    await put(store, make_brief("a", heat=90))
    await store.ledger.note(NOON)
    seen = await store.ledger.latest_change()
    for heat in (150, 100, 100, 120):
        await put(store, make_brief("a", heat=heat))
        await store.ledger.note(LATER)
    outlets = ("other.example/x", "third.example/x", "third.example/y", "news.example/z")
    related = tuple(Article(title=address, web_url=f"https://{address}") for address in outlets)
    await put(store, make_brief("a", heat=120, related=related))
    await store.ledger.note(LATER)
    changes = await store.ledger.changes(seen)
    assert [(change.kind, change.old_heat) for change in changes] == [
        (ChangeKind.GREW, 90),
        (ChangeKind.GREW, 100),
        (ChangeKind.GREW, 120),
    ]
    found = await noted(store, "a")
    assert (found.heat, found.outlets, found.visible_at) == (120, 2, NOON)


async def test_changes_come_in_pages_and_old_ones_are_forgotten_without_counting_anew(store: Store) -> None:
    await put(store, *(make_brief(f"b{number}") for number in range(5)))
    await store.ledger.note(NOON)
    page = await store.ledger.changes(0, limit=3)
    assert [change.number for change in page] == [1, 2, 3]
    assert [change.number for change in await store.ledger.changes(3)] == [4, 5]
    much_later = NOON + timedelta(days=11)
    await put(store, make_brief("b0", heat=99))
    await store.ledger.note(much_later)
    assert [(change.number, change.old_heat) for change in await store.ledger.changes(0)] == [(6, 50)]
    assert await store.ledger.latest_change() == 6
