"""Noting in batches: nothing is lost or done twice by a crash, by another replica, or by a rebuilt index."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.brief import Article
from bot.domain.delivery import Delivery, Kind, Owed, Role, State
from bot.domain.index import IndexChanges, SyncReport
from bot.domain.ledger import ChangeKind
from bot.domain.subscription import Destination
from bot.store import Store, open_store
from bot.store.ledger import noting
from bot.store.outbox import insert_deliveries
from tests.store.making import NOON, HandClock, as_file, make_brief, put, remove

LATER = NOON + timedelta(hours=1)
SMALL = 7


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "BATCH", SMALL)


async def put_many(store: Store, number: int) -> list[str]:
    names = [f"b{place:03}" for place in range(number)]
    await put(store, *(make_brief(name, f"Title {name} of its own") for name in names))
    return names


async def ids_of(store: Store, slugs: list[str]) -> dict[str, int]:
    found = [await store.ledger.noted_slug(slug) for slug in slugs]
    return {one.slug: one.id for one in found if one}


async def test_many_briefs_are_noted_in_batches_each_once(store: Store) -> None:
    names = await put_many(store, 40)
    assert await store.ledger.note(NOON) == 40
    assert len(set((await ids_of(store, names)).values())) == 40
    assert [change.number for change in await store.ledger.changes(0)] == list(range(1, 41))


@pytest.mark.parametrize("point", ["_write", "_consume", "_advance", "_decided"])
async def test_a_crash_anywhere_loses_nothing_and_repeats_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    names = await put_many(store, 25)
    usual = getattr(noting.Noter, point)
    calls = 0

    async def dies(self: noting.Noter, connection: AsyncConnection, *given: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return await usual(self, connection, *given)

    with monkeypatch.context() as patch:
        patch.setattr(noting.Noter, point, dies)
        with pytest.raises(KeyboardInterrupt):
            await store.ledger.note(NOON)
    assert await store.ledger.latest_change() == 2 * SMALL
    assert await store.ledger.note(LATER) == 25 - 2 * SMALL
    found = await store.ledger.noted(list((await ids_of(store, names)).values()))
    assert sorted(one.visible_at for one in found.values()) == [NOON] * 2 * SMALL + [LATER] * (25 - 2 * SMALL)


async def test_two_replicas_that_note_and_write_at_once_number_everything_once(url: str) -> None:
    async with (
        await open_store(url, clock=HandClock()) as one,
        await open_store(url, clock=HandClock()) as other,
    ):
        names = await put_many(one, 30)
        more = [make_brief(f"m{place}", f"More {place} of this") for place in range(20)]
        grown = [make_brief(name, f"Title {name} of its own", heat=90) for name in names[:10]]

        async def write() -> int:
            for brief in (*more, *grown):
                await put(other, brief)
            return 0

        counts = await asyncio.gather(
            *(store.ledger.note(NOON) for store in (one, other, one, other)), write()
        )
        counts.append(await one.ledger.note(NOON))
        changes = await one.ledger.changes(0)
        assert await other.ledger.note(NOON) == 0
        noted = await ids_of(one, [*names, *(brief.slug for brief in more)])
        heats = [
            found.heat for found in (await one.ledger.noted([noted[name] for name in names[:10]])).values()
        ]
    visible = [change.brief for change in changes if change.kind is ChangeKind.VISIBLE]
    assert sorted(visible) == sorted(noted.values()) == list(range(1, 51))
    assert [change.number for change in changes] == list(range(1, sum(counts) + 1))
    assert heats == [90] * 10


async def test_a_rebuilt_index_makes_nothing_new(store: Store) -> None:
    names = await put_many(store, 10)
    await store.ledger.note(NOON)
    before = await ids_of(store, names)
    await remove(store, *names)
    await store.index.finish(SyncReport(), ["/elsewhere"], NOON)
    await store.ledger.note(LATER)
    await put_many(store, 10)
    assert await store.ledger.note(LATER) == 0
    assert await ids_of(store, names) == before


async def test_stories_join_across_batches(store: Store) -> None:
    await put(store, *(make_brief(f"s{place:02}", "Same headline everywhere", ago=1) for place in range(9)))
    await store.ledger.note(NOON)
    first = await store.ledger.noted_slug("s00")
    assert first
    assert len((await store.ledger.story_members([first.story]))[first.story]) == 9


async def test_items_are_what_a_reader_may_see(store: Store) -> None:
    withdrawn = make_brief("gone", web_url="https://news.example/gone", removed=True)
    related = (
        Article(title="Gone", web_url="https://news.example/gone"),
        Article(title="Here", web_url="https://x.example/"),
    )
    brief = make_brief("a", "Alpha", related=related, heat=None)
    await put(store, brief, withdrawn, make_brief("h", "Hidden later"))
    await store.ledger.note(NOON)
    ids = await ids_of(store, ["a", "h"])
    await put(store, make_brief("h", "Hidden later", published=False))
    found = await store.ledger.items([*ids.values(), 999], NOON)
    assert [item.noted.slug for item in found.values()] == ["a"]
    shown = found[ids["a"]].brief
    assert ([article.title for article in shown.related], shown.warmth) == (["Here"], brief.warmth)
    assert await store.ledger.items([], NOON) == {}
    assert set(await store.ledger.noted([*ids.values(), 999])) == set(ids.values())


async def test_recent_briefs_are_told_by_publication_and_by_when_they_became_visible(store: Store) -> None:
    await put(store, make_brief("old", ago=24 * 9), make_brief("a", ago=3), make_brief("b", ago=2))
    await store.ledger.note(NOON)
    await put(store, make_brief("late", "Late", ago=24), make_brief("x", ago=1, published=False))
    await store.ledger.note(LATER)
    week = NOON - timedelta(days=7)
    assert [item.brief.slug for item in await store.ledger.recent(LATER, published_since=week)] == [
        "late",
        "a",
        "b",
    ]
    since = await store.ledger.recent(LATER, published_since=week, visible_since=NOON)
    assert [item.brief.slug for item in since] == ["late"]
    early = await store.ledger.recent(NOON - timedelta(hours=2, minutes=30), published_since=week)
    assert [item.brief.slug for item in early] == ["late", "a"]


async def test_what_was_sent_is_told_with_its_present_story(store: Store) -> None:
    await put(store, make_brief("a", "Alpha"), make_brief("b", "Beta"))
    await store.ledger.note(NOON)
    ids = await ids_of(store, ["a", "b"])
    to = Destination(team="T1", channel="C1")

    def delivery(name: str, to: Destination, at: timedelta) -> Delivery:
        owed = Owed(full=(ids["b"],), also=(ids["a"],), heats={ids["b"]: 50}, outlets={ids["b"]: 2})
        return Delivery(
            id=name,
            key=name,
            kind=Kind.DIGEST,
            to=to,
            subscription="d",
            owed=owed,
            created_at=NOON + at,
            expires_at=LATER,
        )

    day = timedelta(days=1)
    given = [
        delivery("m1", to, timedelta()),
        delivery("m0", to, -day),
        delivery("other", Destination(team="T1", user="U"), timedelta()),
    ]
    async with store.subscriptions._engine.begin() as connection:
        await insert_deliveries(connection, given)
    await put(store, make_brief("b", "Beta", related=(Article(title="a", web_url="https://news.example/a"),)))
    both = Article(title="b", web_url="https://news.example/b")
    await put(store, make_brief("a", "Alpha", related=(both,)))
    await store.ledger.note(LATER)
    found = await store.ledger.sent_to(to, since=NOON)
    assert [(one.brief, one.story, one.role) for one in found] == [
        (ids["a"], ids["a"], Role.ALSO),
        (ids["b"], ids["a"], Role.FULL),
    ]
    assert (found[1].heat, found[1].outlets, found[1].at, found[1].state) == (50, 2, NOON, State.PENDING)
    assert (found[1].delivery, found[1].kind, found[1].subscription) == ("m1", Kind.DIGEST, "d")
    assert len(await store.ledger.sent_to(to, since=NOON - day)) == 4


async def test_a_removed_file_without_a_brief_leaves_no_mark(store: Store) -> None:
    await store.index.apply(IndexChanges(gone=("/briefs/never.md",)))
    await store.index.apply(IndexChanges(touched=(as_file(make_brief("a")).stamp,)))
    rows = await store.index.read(lambda reader: reader.rows("SELECT slug FROM changed_slug", {}))  # type: ignore[attr-defined]
    assert list(rows) == []
