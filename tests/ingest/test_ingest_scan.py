"""Which files are briefs, in which order, and what a disk can do to a scan."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.content import check, scan
from bot.content.ingest import plan
from bot.content.ingest.scanning import belongs, roots_of
from bot.domain.index import FileStamp, KnownFile, slug_of
from bot.errors import CannotRun, UsageError
from tests.ingest.files import write


def names(*folders: Path) -> list[str]:
    base = os.path.commonpath(folders) if len(folders) > 1 else str(folders[0])
    return [os.path.relpath(stamp.path, base) for stamp in scan([str(folder) for folder in folders]).files]


def test_briefs_are_found_at_any_depth_in_order_of_paths(folder: Path) -> None:
    for name in ("b", "a/z", "a/b/c", "a-b", "Z", "ä"):
        write(folder, name)
    assert names(folder) == ["Z.md", "a-b.md", "a/b/c.md", "a/z.md", "b.md", "ä.md"]


def test_what_is_no_brief_is_left_alone(folder: Path) -> None:
    for name in (".hidden", ".git/x", "README", "sub/Readme", "providers/p", "topics/t", "sub/topics/t"):
        write(folder, name)
    (folder / "notes.txt").write_text("")
    (folder / "x.MD.bak").write_text("")
    write(folder, "providers-and-topics/x")
    assert names(folder) == ["providers-and-topics/x.md"]


def test_a_name_alone_tells_what_a_scan_would_find(folder: Path) -> None:
    every = [
        "a.md",
        "s/a.md",
        ".a.md",
        "README.md",
        "s/readme.md",
        "topics/a.md",
        "s/.g/a.md",
        "a.txt",
        ".md",
        "UP.MD",
        "s/ReadMe.Md",
    ]
    for name in every:
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("")
    roots = roots_of([str(folder)])
    assert names(folder) == [name for name in sorted(every) if belongs(str(folder / name), roots)]
    assert not belongs("/elsewhere/a.md", roots)
    assert not belongs(f"{folder}-more/a.md", roots)


def test_folders_come_in_the_order_given_and_each_file_once(tmp_path: Path) -> None:
    write(tmp_path / "one", "a")
    write(tmp_path / "two", "b")
    write(tmp_path / "two" / "inner", "c")
    two, one = tmp_path / "two", tmp_path / "one"
    assert names(two, one, two, two / "inner") == ["two/b.md", "two/inner/c.md", "one/a.md"]


def test_loops_of_links_end_and_linked_folders_are_entered_once(folder: Path, tmp_path: Path) -> None:
    write(folder, "a")
    write(tmp_path / "elsewhere", "b")
    (folder / "loop").symlink_to(folder)
    (folder / "sub").mkdir()
    (folder / "sub" / "up").symlink_to("..")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "self").symlink_to("self")
    assert names(folder) == ["a.md", "linked/b.md"]


def test_broken_links_folders_and_pipes_named_like_briefs_are_files_with_a_stamp(folder: Path) -> None:
    (folder / "broken.md").symlink_to("nowhere")
    (folder / "round.md").symlink_to("round.md")
    (folder / "folder.md").mkdir()
    write(folder, "folder.md/inside")
    os.mkfifo(folder / "pipe.md")
    assert names(folder) == ["broken.md", "folder.md", "pipe.md", "round.md"]
    before = scan([str(folder)]).files
    write(folder, "folder.md/more")
    assert scan([str(folder)]).files == before


def test_names_that_no_database_holds_are_problems(folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.md")).write_text("")
    found = scan([str(folder)])
    problem = next(iter(found.refused.values()))
    assert found.files == ()
    assert problem.path == f"{folder}/caf\\xe9.md"
    assert "not UTF-8" in problem.message


def test_paths_are_shown_as_the_folder_was_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder, "sub/a")
    monkeypatch.chdir(folder.parent)
    assert scan(["briefs"]).shown(str(path)) == "briefs/sub/a.md"
    assert scan(["./briefs/"]).shown(str(path)) == "./briefs/sub/a.md"
    assert scan(["briefs"]).files == scan([str(folder)]).files


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path, kind: str) -> None:
    if kind == "file":
        (tmp_path / kind).write_text("")
    with pytest.raises(UsageError, match=f"{kind}' (does not exist|is a file)"):
        scan([str(tmp_path / kind)])
    with pytest.raises(UsageError, match="No folder of briefs is named"):
        scan([])


def test_an_unreadable_folder_is_an_error(folder: Path, locked: set[str]) -> None:
    locked.add(str(folder))
    with pytest.raises(CannotRun, match=r"cannot be read: Permission denied\. Look at its rights"):
        list(check([str(folder)]))


def test_an_unreadable_subfolder_is_a_problem_and_its_files_stay(folder: Path, locked: set[str]) -> None:
    kept, gone = write(folder, "sub/kept"), str(folder / "gone.md")
    write(folder, "a")
    locked.add(str(folder / "sub"))
    found = scan([str(folder)])
    known = {
        path: KnownFile(
            stamp=FileStamp(path=path, size=1, mtime_ns=1), slug=slug_of(path), digest="d", rejected=False
        )
        for path in (str(kept), gone)
    }
    assert [problem.message for problem in found.refused.values()] == [
        "the folder cannot be read: Permission denied"
    ]
    assert plan(found, known).gone == (gone,)
