"""A sync makes the index equal to the folder and says what it did."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.content import check, sync
from bot.domain.index import SyncReport
from bot.errors import UsageError
from bot.store import Store
from tests.ingest.files import content, touch, write
from tests.store.consistency import differences
from tests.store.making import NOON, HandClock, group, slugs


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.updated, report.removed, report.unchanged, report.rejected


class Syncing:
    """Syncs one folder, or several, and gives the five numbers."""

    def __init__(self, store: Store, clock: HandClock, *folders: Path) -> None:
        self.store = store
        self.clock = clock
        self.folders = [str(folder) for folder in folders]
        self.report = SyncReport()

    async def __call__(self) -> tuple[int, int, int, int, int]:
        self.report = await sync(self.store.index, self.folders, self.clock)
        return counts(self.report)


@pytest.fixture
def syncing(store: Store, clock: HandClock, folder: Path) -> Syncing:
    return Syncing(store, clock, folder)


async def test_the_second_sync_finds_everything_unchanged(syncing: Syncing, folder: Path) -> None:
    for number in range(7):
        write(folder, f"b{number}")
    (folder / "bad.md").write_text("no front matter")
    assert await syncing() == (7, 0, 0, 0, 1)
    assert await syncing() == (0, 0, 0, 7, 1)
    assert await syncing.store.index.is_current(syncing.folders)
    status = await syncing.store.index.status(NOON)
    assert (status.briefs, status.rejected, status.synced_at) == (7, 1, NOON)


async def test_an_unchanged_file_is_not_opened(
    syncing: Syncing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a")
    (folder / "bad.md").write_text("no front matter")
    await syncing()
    problems = syncing.report.problems
    monkeypatch.setattr("bot.content.ingest.syncing.parse_file", None)
    assert await syncing() == (0, 0, 0, 1, 1)
    assert syncing.report.problems == problems


async def test_an_edit_is_an_update_and_a_touch_is_nothing(syncing: Syncing, folder: Path) -> None:
    path = write(folder, "a", "Before")
    await syncing()
    touch(path)
    assert await syncing() == (0, 0, 0, 1, 0)
    write(folder, "a", "Afterwards")
    assert await syncing() == (0, 1, 0, 0, 0)
    assert await slugs(syncing.store, group("afterwards")) == ["a"]


async def test_a_change_of_the_secured_field_alone_is_no_change(syncing: Syncing, folder: Path) -> None:
    write(folder, "a", more="secured: one")
    await syncing()
    version = await syncing.store.index.read(lambda reader: reader.version())
    write(folder, "a", more="secured: another")
    assert await syncing() == (0, 0, 0, 1, 0)
    assert await syncing.store.index.read(lambda reader: reader.version()) == version


async def test_removed_and_renamed_files(syncing: Syncing, folder: Path, url: str) -> None:
    one, two = write(folder, "one"), write(folder, "two")
    await syncing()
    one.unlink()
    two.rename(folder / "zwei.md")
    assert await syncing() == (1, 0, 2, 0, 0)
    assert await slugs(syncing.store) == ["zwei"]
    assert await differences(url) == []


async def test_a_moved_file_is_an_update_of_its_brief(syncing: Syncing, folder: Path, url: str) -> None:
    path = write(folder, "one")
    await syncing()
    (folder / "sub").mkdir()
    path.rename(folder / "sub" / "one.md")
    assert await syncing() == (0, 1, 0, 0, 0)
    assert await syncing() == (0, 0, 0, 1, 0)
    assert await slugs(syncing.store) == ["one"]
    assert await differences(url) == []


async def test_a_good_file_turned_bad_is_rejected_and_leaves_the_index(
    syncing: Syncing, folder: Path
) -> None:
    path = write(folder, "a")
    await syncing()
    path.write_text("broken")
    assert await syncing() == (0, 0, 0, 0, 1)
    assert await slugs(syncing.store) == []
    write(folder, "a")
    assert await syncing() == (1, 0, 0, 0, 0)
    path.write_text("broken")
    await syncing()
    path.unlink()
    assert await syncing() == (0, 0, 0, 0, 0)


async def test_of_two_files_with_one_slug_the_first_path_stays(
    syncing: Syncing, folder: Path, url: str
) -> None:
    first, second = write(folder, "a/same", "First"), write(folder, "b/same", "Second")
    assert await syncing() == (1, 0, 0, 0, 1)
    problem = syncing.report.problems[0]
    assert (problem.path, problem.is_error) == (str(second), True)
    assert str(first) in problem.message
    assert await syncing() == (0, 0, 0, 1, 1)
    assert syncing.report.problems == (problem,)
    first.unlink()
    assert await syncing() == (0, 1, 0, 0, 0)
    assert await slugs(syncing.store, group("second")) == ["same"]
    write(folder, "a/same", "First again")
    assert await syncing() == (0, 1, 0, 0, 1)
    assert await slugs(syncing.store, group("first")) == ["same"]
    assert await slugs(syncing.store, group("second")) == []
    assert await differences(url) == []


async def test_an_ending_in_capitals_is_one_too(syncing: Syncing, folder: Path) -> None:
    (folder / "UP.MD").write_text(content("UP", "Shouted"))
    assert await syncing() == (1, 0, 0, 0, 0)
    assert await slugs(syncing.store, group("shouted")) == ["UP"]
    (folder / "UP.md").write_text(content("UP", "Whispered"))
    assert await syncing() == (0, 0, 0, 1, 1)
    assert "same slug" in syncing.report.problems[0].message


async def test_an_unreadable_subfolder_is_rejected_and_its_briefs_stay(
    syncing: Syncing, folder: Path, locked: set[str]
) -> None:
    write(folder, "sub/a")
    await syncing()
    locked.add(str(folder / "sub"))
    assert await syncing() == (0, 0, 0, 1, 1)
    assert "the folder cannot be read" in syncing.report.problems[0].message
    assert await slugs(syncing.store) == ["a"]


async def test_across_folders_the_first_folder_has_the_slug(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    write(tmp_path / "z", "same", "First")
    write(tmp_path / "a", "same", "Second")
    syncing = Syncing(store, clock, tmp_path / "z", tmp_path / "a")
    assert await syncing() == (1, 0, 0, 0, 1)
    assert await slugs(store, group("first")) == ["same"]


async def test_a_file_that_is_no_brief_takes_no_slug_and_counts_nowhere(
    syncing: Syncing, folder: Path
) -> None:
    other = folder / "a" / "same.md"
    write(folder, "b/same", "Brief")
    other.parent.mkdir()
    other.write_text("---\ntaxonomy: topics\ntitle: Same\n---\n")
    assert await syncing() == (1, 0, 0, 0, 0)
    assert await syncing() == (0, 0, 0, 1, 0)
    assert list(check(syncing.folders)) == []
    other.write_text(content("same", "Now a brief"))
    assert await syncing() == (0, 1, 0, 0, 1)
    assert await slugs(syncing.store, group("now")) == ["same"]


async def test_other_folders_replace_the_first_ones(store: Store, clock: HandClock, tmp_path: Path) -> None:
    write(tmp_path / "one", "a")
    write(tmp_path / "two", "b")
    await Syncing(store, clock, tmp_path / "one")()
    two = Syncing(store, clock, tmp_path / "two")
    assert not await store.index.is_current(two.folders)
    assert await two() == (1, 0, 1, 0, 0)
    assert await slugs(store) == ["b"]


async def test_a_missing_folder_removes_nothing(syncing: Syncing, folder: Path) -> None:
    write(folder, "a")
    await syncing()
    shutil.rmtree(folder)
    with pytest.raises(UsageError, match="does not exist"):
        await syncing()
    assert await slugs(syncing.store) == ["a"]


async def test_progress_ends_at_the_number_of_files(store: Store, clock: HandClock, folder: Path) -> None:
    for number in range(1_100):
        write(folder, f"b{number}")
    seen: list[tuple[int, int]] = []
    report = await sync(
        store.index, [str(folder)], clock, progress=lambda done, total: seen.append((done, total))
    )
    assert counts(report) == (1_100, 0, 0, 0, 0)
    assert (seen[0], seen[-1]) == ((0, 1_100), (1_100, 1_100))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(seen) > 2


async def test_every_kind_of_bad_file_is_one_rejected_file(syncing: Syncing, folder: Path) -> None:
    write(folder, "good")
    (folder / "latin.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    (folder / "empty.md").write_text("")
    (folder / "folder.md").mkdir()
    (folder / "link.md").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.md")
    assert await syncing() == (1, 0, 0, 0, 5)
    assert await syncing() == (0, 0, 0, 1, 5)
    paths = [problem.path for problem in check(syncing.folders) if problem.is_error]
    assert sorted(set(paths)) == paths
    assert len(paths) == 5


async def test_the_real_corpus_is_added_then_unchanged(store: Store, clock: HandClock, corpus: Path) -> None:
    syncing = Syncing(store, clock, corpus)
    added, *others = await syncing()
    assert added > 900
    assert others == [0, 0, 0, 0]
    assert await syncing() == (0, 0, 0, added, 0)


def test_check_names_files_as_they_were_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "a/same")
    write(folder, "b/same")
    (folder / "bad.md").write_text("x")
    monkeypatch.chdir(folder.parent)
    found = [(problem.path, problem.message) for problem in check(["briefs", "briefs/a/same.md"])]
    assert [path for path, _ in found] == ["briefs/b/same.md", "briefs/bad.md"]
    assert found[0][1] == "another file has the same slug: briefs/a/same.md"
    with pytest.raises(UsageError, match="no file or folder 'nowhere'"):
        list(check(["nowhere"]))
