"""While the bot runs: what is saved is found at once, and nothing flickers."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from bot.content import sync, watch
from bot.content.ingest import patience, watching
from bot.content.ingest.syncing import look
from bot.domain.index import SyncReport
from bot.store import Store
from bot.store.rows import wanted_id
from tests.ingest.files import content, move, remove, write
from tests.store.consistency import differences
from tests.store.making import HandClock, group, slugs

SOON = 20.0
"""No test waits for a time: it waits for a condition, and so long before it gives up."""


class Watching:
    """A watch under way on one folder, with the reports it gave."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.reports: list[SyncReport] = []
        self.stop = asyncio.Event()

    async def found(self, *words: str) -> list[str]:
        return await slugs(self.store, *(group(word) for word in words))

    async def until(self, wanted: Callable[[], Awaitable[bool]]) -> None:
        give_up_at = monotonic() + SOON
        while not await wanted():
            assert monotonic() < give_up_at, "it never came"
            await asyncio.sleep(0.01)

    async def until_found(self, word: str, expected: list[str]) -> None:
        async def wanted() -> bool:
            return await self.found(word) == expected

        await self.until(wanted)


@asynccontextmanager
async def follow(store: Store, *folders: Path) -> AsyncIterator[Watching]:
    """Sync, then watch; the first look is over when the block begins."""
    names = [str(folder) for folder in folders]
    await sync(store.index, names, HandClock())
    found = Watching(store, folders[0])
    task = asyncio.create_task(
        watch(store.index, names, HandClock(), stop=found.stop, changed=found.reports.append)
    )
    first = folders[0] / "first-look.md"
    first.write_text(content("first-look", "Firstlook"))
    await found.until_found("firstlook", ["first-look"])

    async def told() -> bool:
        return bool(found.reports)

    await found.until(told)
    found.reports.clear()
    yield found
    found.stop.set()
    await task


async def test_a_saved_brief_is_found_and_a_removed_one_is_not(store: Store, folder: Path, url: str) -> None:
    async with follow(store, folder) as watching_:
        path = write(folder, "a", "Fresh")
        await watching_.until_found("fresh", ["a"])
        write(folder, "a", "Changed")
        await watching_.until_found("changed", ["a"])
        assert await watching_.found("fresh") == []
        path.unlink()
        await watching_.until_found("changed", [])
        path = write(folder, "deep/er/b", "Deep")
        await watching_.until_found("deep", ["b"])
        move(path, folder / "c.md")
        await watching_.until_found("deep", ["c"])
    assert await differences(url) == []
    assert sum(report.added for report in watching_.reports) == 3


async def test_a_retracted_brief_is_gone(store: Store, folder: Path) -> None:
    write(folder, "a", "Clearview")
    async with follow(store, folder) as watching_:
        assert await watching_.found("clearview") == ["a"]
        write(folder, "a", "Clearview", more="published: false")
        await watching_.until_found("clearview", [])
        assert (await store.index.brief("a")) is not None


async def test_what_changed_between_the_first_sync_and_the_watch_is_found(store: Store, folder: Path) -> None:
    await sync(store.index, [str(folder)], HandClock())
    write(folder, "gap", "Between")
    async with follow(store, folder) as watching_:
        await watching_.until_found("between", ["gap"])


async def test_half_written_files_and_editors_gaps_do_not_flicker(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "BAD_SECONDS", 600.0)
    monkeypatch.setattr(patience, "MISSING_SECONDS", 600.0)
    path = write(folder, "a", "Steady")
    whole = content("a", "Steady") + "text " * 5_000
    async with follow(store, folder) as watching_:
        for broken in ("", whole[:20], whole[:40]):
            path.write_text(broken)
            write(folder, "marker", f"Marker{len(broken)}")
            await watching_.until_found(f"marker{len(broken)}", ["marker"])
            assert await watching_.found("steady") == ["a"]
        path.unlink()
        write(folder, "marker", "Markergone")
        await watching_.until_found("markergone", ["marker"])
        assert await watching_.found("steady") == ["a"]
        path.write_text(whole.replace("Steady", "Complete"))
        await watching_.until_found("complete", ["a"])
        assert (await store.index.status(HandClock().now())).rejected == 0


async def test_a_file_that_stays_bad_is_left_out_after_the_grace(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "BAD_SECONDS", 0.2)
    path = write(folder, "a", "Good")
    async with follow(store, folder) as watching_:
        path.write_text("no front matter")
        await watching_.until_found("good", [])
        write(folder, "new", "Also good").write_text("---\ntitle: Only a title\n---\n")

        async def both_rejected() -> bool:
            return (await store.index.status(HandClock().now())).rejected == 2

        await watching_.until(both_rejected)
        write(folder, "new", "Repaired")
        await watching_.until_found("repaired", ["new"])


async def test_a_burst_is_one_sync(store: Store, folder: Path, tmp_path: Path, url: str) -> None:
    for number in range(600):
        write(tmp_path / "made", f"b{number}", "Burst")
    async with follow(store, folder) as watching_:
        for path in (tmp_path / "made").iterdir():
            os.link(path, folder / path.name)

        async def all_told() -> bool:
            return sum(report.added for report in watching_.reports) == 600

        await watching_.until(all_told)
        assert len(watching_.reports) <= 3
        assert (await store.index.status(HandClock().now())).briefs == 601
    assert await differences(url) == []


async def test_a_whole_folder_moved_in_and_out(store: Store, folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "made" / "deep", "a", "Moved")
    write(tmp_path / "made", "b", "Moved")
    async with follow(store, folder) as watching_:
        move(tmp_path / "made", folder / "in")
        await watching_.until_found("moved", in_index_order("a", "b"))
        move(folder / "in", tmp_path / "out")
        await watching_.until_found("moved", [])


def in_index_order(*names: str) -> list[str]:
    """Briefs of one moment come in an order of their own, always the same."""
    return sorted(names, key=lambda name: -wanted_id(name, 0))


async def test_a_folder_that_is_away_removes_nothing_and_comes_back(
    store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "TICK_SECONDS", 0.05)
    write(folder, "a", "Kept")
    write(folder, "b", "Dropped")
    async with follow(store, folder) as watching_:
        move(folder, tmp_path / "away")
        await asyncio.sleep(8 * watching.TICK_SECONDS)
        assert await watching_.found("kept") == ["a"]
        remove(tmp_path / "away" / "b.md")
        write(tmp_path / "away", "c", "Written meanwhile")
        move(tmp_path / "away", folder)
        await watching_.until_found("meanwhile", ["c"])
        await watching_.until_found("dropped", [])
        write(folder, "d", "Watched again")
        await watching_.until_found("again", ["d"])
        assert await watching_.found("kept") == ["a"]


async def test_a_folder_replaced_by_an_empty_one_counts_as_away(
    store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "TICK_SECONDS", 0.05)
    write(folder, "a", "Kept")
    async with follow(store, folder) as watching_:
        move(folder, tmp_path / "disk")
        os.mkdir(folder)  # noqa: PTH102 - a test's own disk; nobody waits meanwhile
        await asyncio.sleep(8 * watching.TICK_SECONDS)
        assert await watching_.found("kept") == ["a"]
        os.rmdir(folder)  # noqa: PTH106 - likewise
        move(tmp_path / "disk", folder)
        write(folder, "b", "Back")
        await watching_.until_found("back", ["b"])
        assert await watching_.found("kept") == ["a"]


async def test_the_last_brief_of_a_folder_can_be_removed(store: Store, folder: Path) -> None:
    async with follow(store, folder) as watching_:
        (folder / "first-look.md").unlink()
        await watching_.until_found("firstlook", [])


async def test_a_folder_that_cannot_be_watched_is_looked_at_in_turns(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_folders: str, **_options: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr("bot.content.ingest.notices.watchfiles.watch", refuse)
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.05)
    path = write(folder, "a", "Polled")
    async with follow(store, folder) as watching_:
        write(folder, "b", "Other")
        await watching_.until_found("other", ["b"])
        path.unlink()
        await watching_.until_found("polled", [])
    assert "OS file watch limit reached" in caplog.text


async def test_what_another_process_synced_meanwhile_confuses_nobody(
    store: Store, folder: Path, url: str
) -> None:
    async with follow(store, folder) as watching_:
        path = write(folder, "a", "Theirs")
        await sync(store.index, [str(folder)], HandClock())
        assert await watching_.found("theirs") == ["a"]
        path.unlink()
        await sync(store.index, [str(folder)], HandClock())
        write(folder, "b", "Ours")
        await watching_.until_found("ours", ["b"])
        assert await watching_.found("theirs") == []
    assert await differences(url) == []


async def test_a_linked_folder_that_is_switched_is_followed(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    """As Kubernetes mounts files: links through a hidden link that is replaced in one step."""
    write(tmp_path / "one", "a", "Version one")
    write(tmp_path / "two", "a", "Version two")
    (folder / "..data").symlink_to(tmp_path / "one")
    (folder / "a.md").symlink_to("..data/a.md")
    async with follow(store, folder) as watching_:
        (folder / "..next").symlink_to(tmp_path / "two")
        move(folder / "..next", folder / "..data")
        await watching_.until_found("two", ["a"])


async def test_stopping_ends_at_once_also_while_a_folder_is_away(store: Store, folder: Path) -> None:
    async with follow(store, folder) as watching_:
        shutil.rmtree(folder)
        await asyncio.sleep(0)
    assert watching_.stop.is_set()


async def test_a_change_is_found_while_everything_is_being_looked_at(
    store: Store, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        write(folder, f"b{number}", f"Old{number}")
    looking, go_on = threading.Event(), threading.Event()

    def slow(*arguments: Any) -> Any:
        planned = look(*arguments)
        if looks:
            looking.set()
            go_on.wait(SOON)
            looked.append(True)
        return planned

    looks: list[bool] = []
    looked: list[bool] = []
    monkeypatch.setattr(watching, "look", slow)
    async with follow(store, folder) as watching_:
        looks.append(True)
        (folder / "sub").mkdir()  # a new folder has everything looked at
        await asyncio.to_thread(looking.wait, SOON)
        write(folder, "b1", "Changed")
        (folder / "b2.md").unlink()
        write(folder, "new", "Brandnew")
        await watching_.until_found("brandnew", ["new"])
        await watching_.until_found("changed", ["b1"])
        await watching_.until_found("old2", [])
        assert not looked
        write(folder / "sub", "b2", "Again")
        go_on.set()
        await watching_.until_found("again", ["b2"])
        assert await watching_.found("old0") == ["b0"]
    assert await differences(url) == []
