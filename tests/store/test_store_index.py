"""The storage contract: what is written is found again, alike on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import bot.store.reader
import bot.store.writer
from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.index import FileStamp, IndexChanges, KnownFile, SyncReport
from bot.domain.ports import Candidate
from bot.store import Store, open_store
from bot.store.rows import microseconds
from tests.store.consistency import differences
from tests.store.making import (
    NOON,
    HandClock,
    as_file,
    bad_file,
    candidates,
    frequencies,
    group,
    make_brief,
    provided_by,
    put,
    remove,
    slugs,
)


async def test_a_brief_comes_back_whole(store: Store) -> None:
    brief = make_brief(
        "whole",
        excerpt="An “excerpt” — with\nlines, \0 and \U0001f600",
        type="video",
        heat=10**30,
        quality=-1,
        provider=Provider(
            name="WSJ", domain="wsj.com", images=(Image(url="https://x.example/a.png", width=48),)
        ),
        topics=("AI", "Ethics"),
        related=(Article(title="Other", web_url="https://other.example/", published_at=None),),
    )
    await put(store, brief)
    assert await store.index.brief("whole") == brief
    found = await candidates(store)
    assert await store.index.read(lambda reader: reader.briefs([found[0].id])) == [brief]


async def test_a_candidate_holds_the_tokens_as_indexed(store: Store) -> None:
    brief = make_brief("c", "Müller’s 5G", provider=provided_by("ZDNet", "zdnet.com"), topics=("Edge AI",))
    await put(
        store, replace(brief, excerpt="Short.", related=(Article(title="More", web_url="https://e.example"),))
    )
    assert await candidates(store) == [
        Candidate(
            id=(await candidates(store))[0].id,
            slug="c",
            title="mullers 5g",
            meta="zdnet zdnet com edge ai",
            body="short more",
            heat=50,
            quality=50,
            published_us=microseconds(NOON - timedelta(hours=1)),
        )
    ]


async def test_briefs_come_in_the_order_asked_for_and_gone_ones_are_left_out(store: Store) -> None:
    await put(store, *(make_brief(f"b{number}") for number in range(5)))
    ids = [found.id for found in await candidates(store)]
    wanted = [ids[3], 12345, ids[0]]
    found = await store.index.read(lambda reader: reader.briefs(wanted))
    assert [brief.slug for brief in found] == [
        (await candidates(store))[3].slug,
        (await candidates(store))[0].slug,
    ]


async def test_a_hidden_brief_is_found_by_slug_alone(store: Store) -> None:
    await put(store, make_brief("a", "Visible"), make_brief("b", "Retracted", published=False))
    assert await slugs(store) == ["a"]
    assert await slugs(store, group("retracted")) == []
    assert "retracted" not in await frequencies(store)
    assert (await store.index.brief("b") or make_brief("")).title == "Retracted"


@pytest.mark.parametrize("change", [{"published": False}, {"removed": True}, {"deleted": True}])
async def test_a_retracted_brief_leaves_every_answer_and_comes_back(
    store: Store, url: str, change: dict[str, bool]
) -> None:
    brief = make_brief("a", "Clearview", topics=("AI",), provider=provided_by("WSJ"))
    await put(store, brief)
    await put(store, replace(brief, **change))  # type: ignore[arg-type]  # all are booleans
    assert await slugs(store) == await slugs(store, group("clearview")) == []
    assert (await frequencies(store)).get("clearview") is None
    assert await store.index.read(lambda reader: reader.topics(NOON)) == []
    assert await store.index.read(lambda reader: reader.providers(NOON)) == []
    await put(store, brief)
    assert await slugs(store, group("clearview")) == ["a"]
    assert await differences(url) == []


async def test_a_future_brief_appears_by_itself_when_its_time_comes(store: Store) -> None:
    moment = NOON + timedelta(hours=2, microseconds=500)
    await put(store, make_brief("later", "Embargo", published_at=moment, topics=("AI",)), make_brief("now"))
    before, after = moment - timedelta(microseconds=1), moment

    async def seen(now: datetime) -> tuple[list[str], list[str], int, int]:
        names = await store.index.read(lambda reader: reader.topics(now))
        scale = await store.index.read(lambda reader: reader.heat_scale(now))
        words = await slugs(store, group("embargo"), now=now)
        return words, await slugs(store, now=now), len(names), len(scale.heats)

    assert await seen(before) == ([], ["now"], 0, 1)
    assert await seen(after) == (["later"], ["later", "now"], 1, 2)
    assert await seen(before) == ([], ["now"], 0, 1)
    assert "embargo" in await frequencies(store)


async def test_a_missing_date_is_the_time_first_seen_and_survives_removal(
    store: Store, clock: HandClock
) -> None:
    brief = make_brief("dateless", published_at=None)
    await put(store, brief)
    await remove(store, "dateless")
    clock.moment = NOON + timedelta(days=3)
    await put(store, brief)
    assert await store.index.brief("dateless") == replace(brief, published_at=NOON)
    assert await slugs(store) == ["dateless"]


async def test_a_changed_brief_is_found_by_its_new_words_alone(store: Store, url: str) -> None:
    await put(store, make_brief("a", "Old words"))
    await put(store, make_brief("a", "New words", ago=5))
    assert await slugs(store, group("old")) == []
    assert await slugs(store, group("new")) == ["a"]
    assert await frequencies(store) == {"new": 1, "words": 1}
    assert await differences(url) == []


async def test_a_removed_file_takes_its_brief_along(store: Store, url: str) -> None:
    await put(store, make_brief("a"), make_brief("b"))
    await remove(store, "a", "never-there")
    assert await slugs(store) == ["b"]
    assert await store.index.brief("a") is None
    assert set(await store.index.known_files()) == {"/briefs/b.md"}
    assert await differences(url) == []


async def test_a_moved_file_keeps_its_brief_whichever_batch_comes_first(store: Store, url: str) -> None:
    brief = make_brief("a", "Moving")
    await put(store, brief)
    await store.index.apply(IndexChanges(files=(as_file(brief, path="/briefs/new/a.md"),)))
    assert await slugs(store, group("moving")) == ["a"]
    await store.index.apply(IndexChanges(gone=("/briefs/a.md",)))
    assert await slugs(store, group("moving")) == ["a"]
    assert set(await store.index.known_files()) == {"/briefs/new/a.md"}
    assert await differences(url) == []


async def test_a_file_that_turned_bad_takes_its_brief_along_and_says_why(store: Store) -> None:
    await put(store, make_brief("a"))
    bad = bad_file("/briefs/a.md")
    await store.index.apply(IndexChanges(files=(bad,)))
    known = (await store.index.known_files())["/briefs/a.md"]
    status = await store.index.status(NOON)
    assert await slugs(store) == []
    assert (known.rejected, known.problems) == (True, bad.problems)
    assert (status.briefs, status.rejected, status.problems) == (0, 1, bad.problems)


async def test_a_file_that_is_no_brief_is_remembered_without_slug_or_rejection(store: Store) -> None:
    skipped = replace(bad_file("/briefs/topic.md"), problems=())
    await store.index.apply(IndexChanges(files=(skipped,)))
    known = (await store.index.known_files())["/briefs/topic.md"]
    assert (known.slug, known.rejected, known.digest) == ("", False, "bad")
    assert (await store.index.status(NOON)).rejected == 0


async def test_a_touched_file_changes_its_stamp_and_nothing_else(store: Store) -> None:
    await put(store, make_brief("a"))
    version = await store.index.read(lambda reader: reader.version())
    stamp = FileStamp(path="/briefs/a.md", size=7, mtime_ns=2**62)
    await store.index.apply(IndexChanges(touched=(stamp,)))
    known = (await store.index.known_files())["/briefs/a.md"]
    assert (known.stamp, known.digest) == (stamp, "d-a")
    assert await store.index.read(lambda reader: reader.version()) == version


async def test_some_known_files_are_those_named_those_below_and_their_namesakes(store: Store) -> None:
    paths = ("/b/a.md", "/b/x/a.md", "/b/x/c.md", "/b/x/y/d.md", "/b/x-e.md", "/b/x.md")
    files = (bad_file(path) for path in paths)
    await store.index.apply(IndexChanges(files=tuple(files)))
    assert set(await store.index.known_files(["/b/a.md"])) == {"/b/a.md", "/b/x/a.md"}
    assert set(await store.index.known_files(["/b/x"])) == {
        "/b/x/a.md",
        "/b/x/c.md",
        "/b/x/y/d.md",
        "/b/x.md",
    }
    assert set(await store.index.known_files()) == set(paths)
    assert await store.index.known_files([]) == {}


async def test_any_of_its_addresses_leads_to_a_brief_and_shown_ones_come_first(store: Store) -> None:
    brief = make_brief(
        "a",
        web_url="https://www.wsj.com/articles/one?utm_source=x",
        amp_web_url="https://amp.wsj.com/amp/articles/two",
        cdn_amp_web_url="https://www-wsj-com.cdn.ampproject.org/c/s/www.wsj.com/three",
    )
    hidden = make_brief("b", web_url="https://wsj.com/articles/one/", removed=True, ago=0)
    await put(store, brief, hidden)
    for address in ("https://wsj.com/articles/one", "wsj.com/articles/one", "https://www.wsj.com/three/"):
        found = await store.index.by_address(address)
        assert found, address
        assert found.slug == "a"
    await remove(store, "a")
    assert (await store.index.by_address("wsj.com/articles/one")) == hidden
    assert await store.index.by_address("https://wsj.com/other") is None
    assert await store.index.by_address("") is None


async def test_status_tells_the_index_at_a_glance(store: Store) -> None:
    await put(
        store,
        make_brief("a", ago=3),
        make_brief("b", ago=1),
        make_brief("c", published=False),
        make_brief("d", ago=-1),
    )
    await store.index.finish(SyncReport(), ["/briefs", "/more"], NOON)
    status = await store.index.status(NOON)
    assert (status.briefs, status.visible) == (4, 2)
    assert status.newest_at == NOON - timedelta(hours=1)
    assert status.folders == ("/briefs", "/more")
    assert status.synced_at == NOON


async def test_an_empty_index_answers(store: Store) -> None:
    status = await store.index.status(NOON)
    assert (status.briefs, status.visible, status.synced_at, status.newest_at) == (0, 0, None, None)
    assert await slugs(store, group("any")) == []
    assert not await store.index.is_current(["/briefs"])
    await store.ping()


async def test_the_index_is_current_for_the_folders_of_the_last_whole_sync(store: Store) -> None:
    await store.index.finish(SyncReport(), ["/briefs"], NOON)
    assert await store.index.is_current(["/other/../briefs/"])
    assert not await store.index.is_current(["/briefs", "/more"])


async def test_another_format_makes_all_files_unread_while_answers_go_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, make_brief("a", "Still here"), make_brief("b"))
    await store.index.finish(SyncReport(), ["/briefs"], NOON)
    for module in (bot.store.reader, bot.store.writer):
        monkeypatch.setattr(module, "INDEX_FORMAT", 999)
    await put(store, make_brief("b"))
    known = await store.index.known_files()
    assert not await store.index.is_current(["/briefs"])
    assert (known["/briefs/a.md"].digest, known["/briefs/a.md"].stamp.size) == ("", 0)
    assert known["/briefs/b.md"].digest == "d-b"
    assert await slugs(store, group("still")) == ["a"]


async def test_the_version_grows_with_every_change(store: Store) -> None:
    async def version() -> int:
        return await store.index.read(lambda reader: reader.version())

    seen = [await version()]
    for step in (put(store, make_brief("a")), put(store, make_brief("a", "Other")), remove(store, "a")):
        await step
        seen.append(await version())
    assert seen == sorted(set(seen))


async def test_what_another_process_writes_is_seen_at_once(store: Store, url: str) -> None:
    assert await slugs(store) == []
    async with await open_store(url, clock=HandClock()) as other:
        await put(other, make_brief("a"))
    assert await slugs(store) == ["a"]


async def test_hostile_text_is_kept_and_harms_nothing(store: Store, url: str) -> None:
    odd = make_brief(
        "odd",
        "'); DROP TABLE brief; -- \" * NEAR(a b) \0 \ud800 title:x",
        topics=("a\0b", "\ud800", "", "x" * 5000, "'quoted' & | !"),
        provider=provided_by("nul\0" + "y" * 5000),
        web_url="https://e.example/" + "p" * 5000,
        excerpt="z" * 300_000 + " tail",
    )
    await put(store, odd, make_brief("huge", " ".join(f"w{number}" for number in range(40_000))))
    assert await store.index.brief("odd") == odd
    assert set(await slugs(store)) == {"odd", "huge"}
    assert await slugs(store, group("drop")) == ["odd"]
    assert await differences(url) == []
    assert (await store.index.by_address(odd.web_url)) == odd
    await remove(store, "odd", "huge")
    assert await frequencies(store) == {}


async def test_any_date_from_year_1_to_9999_is_kept_in_order(store: Store) -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    dates = {"a": first, "b": datetime(1969, 12, 31, 23, 59, 59, 500000, tzinfo=UTC), "c": NOON, "d": last}
    await put(store, *(make_brief(slug, published_at=moment) for slug, moment in dates.items()))
    found = await candidates(store, now=last)
    assert [(item.slug, item.published_at) for item in found] == sorted(dates.items(), reverse=True)


async def test_the_same_folder_gives_the_same_numbers_whatever_its_history(store: Store) -> None:
    briefs = [make_brief(f"b{number}", ago=1) for number in range(50)]
    await put(store, *briefs)
    before = {found.slug: found.id for found in await candidates(store)}
    await remove(store, *(f"b{number}" for number in range(0, 50, 2)))
    await put(store, *(make_brief(f"b{number}", "Again") for number in range(0, 50, 2)))
    assert {found.slug: found.id for found in await candidates(store)} == before


async def test_briefs_that_want_one_number_get_neighbours(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.rows.wanted_id", lambda _slug, _at: (1 << 23) * 5 + (1 << 23) - 2)
    await put(store, *(make_brief(f"b{number}") for number in range(4)))
    await put(store, make_brief("b9"), make_brief("b2", "Changed"))
    ids = {found.id for found in await candidates(store)}
    assert ids == {(1 << 23) * 5 + slot for slot in ((1 << 23) - 2, (1 << 23) - 1, 0, 1, 2)}


async def test_of_namesakes_in_one_batch_the_last_stays(store: Store, url: str) -> None:
    one, two = make_brief("same", "One"), make_brief("same", "Two")
    await store.index.apply(
        IndexChanges(files=(as_file(one, path="/a/same.md"), as_file(two, path="/b/same.md")))
    )
    assert [found.title for found in await candidates(store)] == ["two"]
    assert await differences(url) == []


async def test_a_thousand_briefs_go_in_and_out_in_one_batch(store: Store, url: str) -> None:
    briefs: list[Brief] = [
        make_brief(f"b{number}", f"Word{number % 7}", ago=number) for number in range(1_200)
    ]
    await put(store, *briefs)
    assert len(await slugs(store, group("word3"), limit=2_000)) == 171
    await put(store, *(replace(brief, heat=1) for brief in briefs))
    await remove(store, *(brief.slug for brief in briefs[:1_190]))
    assert len(await slugs(store)) == 10
    assert await differences(url) == []


async def test_known_files_are_read_page_by_page_and_left_alone_by_the_collector(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL pages let the event loop turn; objects by the 100,000 would stop everything."""
    monkeypatch.setattr("bot.store.reader._PAGE", 3)
    paths = [f"/briefs/{name}.md" for name in ("B", "a", "a-b", "a/b", "ä", "日本", "z")]
    files = [as_file(make_brief(str(number)), path=path) for number, path in enumerate(paths)]
    await store.index.apply(IndexChanges(files=(*files, bad_file("/briefs/bad.md"))))
    known = await store.index.known_files()
    gc.collect()
    assert not [one for one in gc.get_objects() if type(one) is KnownFile and one.stamp.path in paths]
    assert not [row for row in gc.get_objects() if type(row) is tuple and row and row[0] in paths]
    assert sorted(known) == sorted([*paths, "/briefs/bad.md"])
    assert len(known) == 8
    assert {path: known[path].slug for path in paths} == {file.stamp.path: file.slug for file in files}
    assert known["/briefs/bad.md"].rejected
    assert known.get("/briefs/none.md") is None
