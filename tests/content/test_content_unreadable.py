"""Files that cannot be read: one problem of one file, in bounded time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.disk import MOST_BYTES
from bot.content.files import parse_file, parse_text
from bot.content.parser import MOST_FRONT_MATTER
from bot.domain.problem import Problem

REST = "title: A\npublishedDateTime: 2021-02-04T18:58:00Z\nwebUrl: https://a.example/x\n"


def only_problem(path: Path | str) -> Problem:
    parsed = parse_file(str(path), shown="shown.md")
    assert parsed.brief is None
    assert not parsed.skipped
    (problem,) = parsed.problems
    assert (problem.path, problem.is_error) == ("shown.md", True)
    assert problem.hint
    return problem


def test_a_good_file_has_its_name_as_slug_and_its_path_in_problems(tmp_path: Path) -> None:
    path = tmp_path / "2021-a.b.md"
    path.write_text(f"---\nfoo: 1\n{REST}---\n", encoding="utf-8")
    parsed = parse_file(str(path))
    assert parsed.brief is not None
    assert parsed.brief.slug == "2021-a.b"
    assert [problem.path for problem in parsed.problems] == [str(path)]


def test_a_folder_named_like_a_brief(tmp_path: Path) -> None:
    (tmp_path / "x.md").mkdir()
    assert only_problem(tmp_path / "x.md").message == "this is a folder, not a file"


def test_a_broken_link_a_circle_of_links_and_no_file(tmp_path: Path) -> None:
    (tmp_path / "x.md").symlink_to("gone")
    assert only_problem(tmp_path / "x.md").message == "the link is broken: there is no gone"
    (tmp_path / "y.md").symlink_to("y.md")
    assert "symbolic links" in only_problem(tmp_path / "y.md").message
    assert only_problem(tmp_path / "z.md").message == "there is no such file"


def test_a_pipe_and_a_device_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.md")
    assert only_problem(tmp_path / "x.md").message == "this is a pipe, not a file"
    assert only_problem("/dev/zero").message == "this is a device, not a file"


def test_no_permission(tmp_path: Path) -> None:
    """Root is let in everywhere, so there a child process becomes nobody and tells what it sees."""
    path = tmp_path / "x.md"
    path.write_text("---\n---\n", encoding="utf-8")
    path.chmod(0)
    if os.getuid() != 0:
        assert only_problem(path).message == "the file may not be read"
        return
    child = os.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.setgid(65534)
        os.setuid(65534)
        found = [problem.message for problem in parse_file("x.md").problems]
        os._exit(0 if found == ["the file may not be read"] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_file_of_50_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert only_problem(path).message == "the file has 50,000,000 bytes; a brief has at most 5,000,000"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    front = f"---\n{REST}---\n"
    path.write_text(front + "x" * (MOST_BYTES - len(front)), encoding="utf-8")
    assert parse_file(str(path)).brief
    path.write_text(front + "x" * (MOST_BYTES - len(front) + 1), encoding="utf-8")
    assert "at most" in only_problem(path).message


def test_names_that_are_not_utf8_or_hold_nul() -> None:
    assert only_problem(os.fsdecode(b"/nowhere/\xff.md")).message == "the file's name is not UTF-8"
    assert only_problem("a\0b.md").message == "the file's name holds a NUL character"
    assert parse_file(os.fsdecode(b"/nowhere/\xff/x.md")).problems[0].path == "/nowhere/\\xff/x.md"


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"---\ntitle: caf\xe9\n---\n", (2, 11), "the file is not UTF-8: byte 0xE9 at position 14"),
        (b"\xef\xbb\xbf---\r\n\xc3\xa9\xff\r\n", (2, 2), "the file is not UTF-8: byte 0xFF at position 10"),
        ("---\n".encode("utf-16"), (1, 1), "the file is not UTF-8: byte 0xFF at position 0"),
        (b"---\ntitle: a\0b\n---\n", (2, 9), "the file holds a NUL character"),
        ("---\ntitle: x\n".encode("utf-16-le"), (1, 2), "the file holds a NUL character"),
        (b"\xed\xa0\x80", (1, 1), "the file is not UTF-8: byte 0xED at position 0"),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_place(
    data: bytes, place: tuple[int, int], message: str
) -> None:
    (problem,) = parse_text(data, shown="x.md", slug="x").problems
    assert ((problem.line, problem.column), problem.message) == (place, message)


def bomb(width: int, levels: int) -> str:
    lines = [f"k0: &a0 [{','.join(['x'] * width)}]\n"]
    repeated = (",".join([f"*a{level - 1}"] * width) for level in range(1, levels))
    lines.extend(f"k{level}: &a{level} [{items}]\n" for level, items in enumerate(repeated, 1))
    return "".join(lines)


def related_bomb() -> str:
    lines = ["x0: &a0\n  - {title: A, webUrl: https://a.example}\n"]
    for level in range(1, 12):
        item = f"  - {{title: A, webUrl: https://a.example, related: *a{level - 1}}}\n"
        lines.append(f"x{level}: &a{level}\n" + item * 9)
    return "".join(lines) + "related: *a11\n"


HOSTILE: dict[str, Callable[[], str]] = {
    "aliases of lists": lambda: bomb(9, 30),
    "aliases of long texts": lambda: f"a: &a {'x' * 500_000}\nb: [{','.join(['*a'] * 1000)}]\n",
    "aliases through related": related_bomb,
    "an alias of itself": lambda: "related: &a\n  - *a\n",
    "brackets 5,000 deep": lambda: "topics: " + "[" * 5000 + "]" * 5000 + "\n",
    "brackets never closed": lambda: "topics: " + "[" * 300_000 + "\n",
    "braces": lambda: "topics: " + "{a: " * 100_000 + "\n",
    "dashes 5,000 deep": lambda: "topics:\n  " + "- " * 5000 + "x\n",
    "dashes 100,000 deep": lambda: "topics:\n  " + "- " * 100_000 + "x\n",
    "wide dashes": lambda: "topics:\n" + "-    " * 60_000 + "x\n",
    "questions": lambda: "? " * 100_000 + "x\n",
    "questions and dashes": lambda: "- ? " * 100_000 + "x\n",
    "indentation": lambda: "".join(" " * depth + "a:\n" for depth in range(1000)),
    "many values": lambda: "topics:\n" + "  - x\n" * 150_000,
    "many keys": lambda: "".join(f"k{number}: \n" for number in range(80_000)),
    "many syntax errors": lambda: "type: @x\n" * 80_000,
    "many quotes": lambda: "type: 'x' y\n" * 70_000,
    "too long": lambda: f"excerpt: {'x' * MOST_FRONT_MATTER}\n",
    "many almost-ends": lambda: "---x\n" * 190_000,
}

CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
from bot.content.files import parse_text
from tests.content.test_content_unreadable import HOSTILE, REST
parsed = parse_text(f"---\\n{HOSTILE[sys.argv[1]]()}{REST}---\\n".encode(), shown="x.md", slug="x")
assert parsed.brief is None and 1 <= len(parsed.problems) <= 1001, parsed
print(parsed.problems[0].message)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_within_20_seconds_and_a_gigabyte(name: str) -> None:
    """In a process of its own, since overflowing a parser's stack would end this one."""
    done = subprocess.run([sys.executable, "-c", CHILD, name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip()


@pytest.mark.parametrize(
    "name", ["aliases of lists", "aliases of long texts", "aliases through related", "brackets 5,000 deep",
             "dashes 5,000 deep", "many values", "too long"],
)  # fmt: skip
def test_a_file_built_to_exhaust_its_reader_is_one_problem(name: str) -> None:
    parsed = parse_text(f"---\n{HOSTILE[name]()}{REST}---\n".encode(), shown="x.md", slug="x")
    assert len(parsed.problems) == 1
