"""After any sequence of edits, and during them, the index is what a fresh one would be."""

from __future__ import annotations

import asyncio
import os
import random
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.brief import Article, Brief
from bot.domain.index import IndexChanges, IndexedFile
from bot.domain.ports import Fetch, SearchReader
from bot.store import Store, open_store
from tests.store.consistency import differences
from tests.store.making import (
    NOON,
    HandClock,
    as_file,
    bad_file,
    candidates,
    group,
    make_brief,
    provided_by,
    put,
)

LONGER = int(os.environ.get("LONGER_WALKS", "1"))
"""How many times as long to walk: the usual length finds a forgotten table, 20 finds the rare case."""

WORDS = ["clearview", "privacy", "ai", "google", "cloud", "日本", "fine", "5g"]
TOPICS = ["AI", "ai", "Law", "Cloud"]


def random_brief(dice: random.Random, slug: str) -> Brief:
    return make_brief(
        slug,
        " ".join(dice.choices(WORDS, k=3)),
        excerpt=" ".join(dice.choices(WORDS, k=5)),
        topics=tuple(dice.sample(TOPICS, k=dice.randrange(3))),
        provider=provided_by(
            *dice.choice([("WSJ", "wsj.com"), ("Journal", "wsj.com"), ("Solo", ""), ("", "")])
        ),
        heat=dice.choice([None, 1, 50, 200]),
        quality=dice.choice([None, 10, 90]),
        published=dice.random() < 0.8,
        published_at=dice.choice(
            [None, NOON, NOON + timedelta(days=3), NOON - timedelta(days=dice.randrange(50))]
        ),
        related=(Article(title=dice.choice(WORDS), web_url="https://x.example"),) * dice.randrange(3),
    )


def random_changes(dice: random.Random) -> IndexChanges:
    files: dict[str, IndexedFile] = {}
    for _ in range(dice.randrange(1, 8)):
        slug = f"b{dice.randrange(12)}"
        path = f"/{dice.choice('ab')}/{slug}.md"
        is_good = dice.random() < 0.8
        files[path] = as_file(random_brief(dice, slug), path=path) if is_good else bad_file(path)
    gone = {f"/{dice.choice('ab')}/b{dice.randrange(12)}.md" for _ in range(dice.randrange(3))}
    return IndexChanges(gone=tuple(gone - set(files)), files=tuple(files.values()))


@pytest.mark.parametrize("seed", range(2 * LONGER))
async def test_after_every_edit_the_index_equals_a_fresh_one(store: Store, url: str, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(4):
        for _ in range(6):
            await store.index.apply(random_changes(dice))
        assert await differences(url) == []
    expected = {
        brief.slug: brief
        for number in range(12)
        if (brief := await store.index.brief(f"b{number}")) and not brief.is_hidden
    }
    visible = {slug for slug, brief in expected.items() if brief.published_at and brief.published_at <= NOON}
    assert {found.slug for found in await candidates(store)} == visible


async def test_reads_beside_a_sync_see_whole_batches_only(store: Store) -> None:
    """Each batch retitles all briefs at once; no reader ever sees two titles, or counts that disagree."""
    briefs = [make_brief(f"b{number}", "start", ago=number + 1) for number in range(40)]
    await put(store, *briefs)
    done = asyncio.Event()

    def look(reader: SearchReader) -> tuple[set[str], int, int]:
        version = reader.version()
        titles = [found.title for found in reader.fetch(Fetch(now=NOON))]
        same = Fetch(now=NOON, all_of=(group(titles[0]),))
        counted = reader.terms(0).frequencies[titles[0]]
        assert reader.version() == version
        return set(titles), len(reader.fetch(same)), counted

    async def keep_looking() -> int:
        looks = 0
        while not done.is_set() or not looks:
            titles, found, counted = await store.index.read(look)
            assert len(titles) == 1
            assert found == counted == 40
            looks += 1
            await asyncio.sleep(0)
        return looks

    readers = [asyncio.create_task(keep_looking()) for _ in range(3)]
    for number in range(6 * LONGER):
        await put(store, *(replace(brief, title=f"round{number}") for brief in briefs))
    done.set()
    assert all(await asyncio.gather(*readers))


async def test_a_slow_read_keeps_its_view_and_holds_up_nobody(sqlite_url: str) -> None:
    entered, release = threading.Event(), threading.Event()

    def wait(reader: SearchReader) -> int:
        reader.version()
        entered.set()
        assert release.wait(30)
        return len(reader.fetch(Fetch(now=NOON)))

    async with await open_store(sqlite_url, clock=HandClock()) as store:
        await put(store, make_brief("a"))
        slow = asyncio.create_task(store.index.read(wait))
        await asyncio.to_thread(entered.wait, 30)
        await put(store, make_brief("b"))
        assert len(await candidates(store)) == 2
        release.set()
        assert await slow == 1


async def test_writers_in_two_stores_take_turns(store: Store, url: str) -> None:
    async with await open_store(url, clock=HandClock()) as other:
        await asyncio.gather(
            *(
                put(one, make_brief(f"{name}{n}", "shared word"))
                for n in range(8)
                for name, one in (("a", store), ("b", other))
            )
        )
    assert len(await candidates(store)) == 16
    assert await differences(url) == []
