"""Reading with helper processes comes to the same as reading here, whatever happens to them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.content import sync
from bot.content.ingest import helpers
from bot.content.ingest.helpers import helpers_for
from bot.domain.index import SyncReport
from bot.store import Store, open_store
from tests.ingest.files import write
from tests.store.consistency import differences
from tests.store.making import NOON, HandClock, candidates

FILES = 60


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every sync has two helpers and small batches; the processes that were started."""
    # The package's name for the module is taken by the function.
    syncing: Any = sys.modules["bot.content.ingest.syncing"]
    monkeypatch.setattr(syncing, "helpers_for", lambda files, _spare: 2 if files else 0)
    monkeypatch.setattr(syncing, "MANY_FILES", 7)
    started: list[subprocess.Popen[bytes]] = []
    start = helpers._started

    def note() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(helpers, "_started", note)
    return started


@pytest.fixture
def full(folder: Path) -> Path:
    """A folder with good files, one that is bad, one that is no brief and one without a date."""
    for number in range(FILES):
        write(folder, f"b{number}", f"Word{number} title")
    (folder / "bad.md").write_text("---\ntitle: 1\n---\n")
    (folder / "other.md").write_text("---\ntaxonomy: topics\n---\n")
    (folder / "dateless.md").write_text("---\ntitle: Dateless\nwebUrl: https://a.example/\n---\n")
    return folder


async def synced(store: Store, folder: Path, clock: HandClock) -> SyncReport:
    return await sync(store.index, [str(folder)], clock)


async def test_helpers_find_what_is_found_without_them(
    store: Store, url: str, clock: HandClock, full: Path, tmp_path: Path, helped: list[Any]
) -> None:
    with_helpers = await synced(store, full, clock)
    assert len(helped) == 2
    assert (with_helpers.added, with_helpers.rejected) == (FILES + 1, 1)
    assert [problem.path for problem in with_helpers.problems if problem.is_error] == [str(full / "bad.md")]
    assert await differences(url) == []
    dateless = await store.index.brief("dateless")
    assert dateless
    assert dateless.published_at == NOON
    async with await open_store(f"sqlite:///{tmp_path}/alone.db", clock=clock) as alone:
        await synced(alone, full, clock)
        assert await candidates(alone, limit=100) == await candidates(store, limit=100)


async def test_changed_files_among_unchanged_ones_are_counted_once(
    store: Store, url: str, clock: HandClock, full: Path, helped: list[Any]
) -> None:
    await synced(store, full, clock)
    for number in range(FILES):
        path = full / f"b{number}.md"
        if number % 2:
            write(full, f"b{number}", f"Other{number} words")
        os.utime(path, (1, 1))
    again = await synced(store, full, clock)
    assert (again.updated, again.unchanged, again.rejected) == (FILES // 2, FILES // 2 + 1, 1)
    assert len(helped) == 4
    assert await differences(url) == []


async def test_no_helper_is_left_when_a_sync_ends(
    store: Store, clock: HandClock, full: Path, helped: list[subprocess.Popen[bytes]]
) -> None:
    await synced(store, full, clock)
    assert [process.returncode is None for process in helped] == [False, False]


async def test_killed_helpers_are_told_of_and_their_files_read_here(
    store: Store,
    url: str,
    clock: HandClock,
    full: Path,
    helped: list[subprocess.Popen[bytes]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def kill(done: int, _total: int) -> None:
        if done:
            for process in helped:
                process.send_signal(signal.SIGKILL)

    report = await sync(store.index, [str(full)], clock, progress=kill)
    assert report.added == FILES + 1
    assert "a helper process has ended (-9)" in caplog.text
    assert await differences(url) == []


async def test_where_no_process_can_be_started_all_is_read_here(
    store: Store,
    url: str,
    clock: HandClock,
    full: Path,
    helped: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse() -> None:
        raise PermissionError("no processes here")

    monkeypatch.setattr(helpers, "_started", refuse)
    assert (await synced(store, full, clock)).added == FILES + 1
    assert caplog.text.count("no helper process can be started (no processes here)") == 1
    assert helped == []
    assert await differences(url) == []


async def test_a_sync_that_is_given_up_takes_its_helpers_along(
    store: Store, clock: HandClock, full: Path, helped: list[subprocess.Popen[bytes]]
) -> None:
    begun = asyncio.Event()

    def tell(done: int, _total: int) -> None:
        if done:
            begun.set()

    task = asyncio.create_task(sync(store.index, [str(full)], clock, progress=tell))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert all(process.returncode is not None for process in helped)


@pytest.mark.parametrize(
    ("files", "cores", "wanted"), [(1_999, 2, 0), (2_000, 2, 2), (2_000, 1, 0), (2_000, 64, 8)]
)
def test_helpers_are_for_many_files_on_several_cores(
    monkeypatch: pytest.MonkeyPatch, files: int, cores: int, wanted: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _process: set(range(cores)))
    assert helpers_for(files) == wanted


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level("WARNING", logger="bot.sync"):
        yield
