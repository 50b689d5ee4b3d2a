"""What lies in the folders: one `stat` per file, nothing is opened."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.content.disk import printable
from bot.domain.index import BRIEF_ENDINGS, FileStamp, slug_of
from bot.domain.problem import Problem, Severity
from bot.errors import CannotRun, UsageError

NOT_BRIEFS = frozenset({"providers", "topics"})
"""Folders of other things, wherever they stand (contract section 6)."""

PATH_BYTES = 2_000
"""Longer paths are refused: PostgreSQL's index takes at most 2,704 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder as it was named, and its absolute path."""

    given: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was found, in the order of the folders and then of paths.

    `refused` are paths that cannot be looked at, each with its problem; what lies below a folder in
    `unread` may still be there. `shared` are the slugs that several files have, and `skipped` those of these
    files that are no briefs, see `look_into`.
    """

    roots: tuple[Root, ...]
    files: tuple[FileStamp, ...]
    refused: Mapping[str, Problem] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()

    def shown(self, path: str) -> str:
        """The path as the person would write it who named the folders."""
        return shown_path(self.roots, path)


@dataclass(slots=True)
class _Found:
    """What a walk has gathered so far; `visited` folders by device and inode, so that loops end."""

    files: list[FileStamp] = field(default_factory=list)
    refused: dict[str, Problem] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    visited: set[tuple[int, int]] = field(default_factory=set)


def scan(folders: Sequence[str]) -> Scan:
    """Look through the folders; raises UsageError for a missing one and CannotRun for an unreadable one."""
    roots = roots_of(folders)
    if not roots:
        raise UsageError("No folder of briefs is named.", hint="Set NEWSBRIEF_BRIEFS or use --briefs FOLDER.")
    found = _Found()
    files: list[FileStamp] = []
    for root in roots:
        found.files = []
        _walk(root, roots, found)
        files += sorted(found.files)
    return Scan(
        roots=roots,
        files=tuple(files),
        refused=found.refused,
        unread=tuple(found.unread),
        shared=shared_slugs(files),
    )


def shared_slugs(files: Sequence[FileStamp]) -> frozenset[str]:
    """Slugs that several files have."""
    slugs = [slug_of(stamp.path) for stamp in files]
    if len(set(slugs)) == len(slugs):
        return frozenset()
    return frozenset(slug for slug, count in Counter(slugs).items() if count > 1)


def roots_of(folders: Sequence[str]) -> tuple[Root, ...]:
    """The folders with their absolute paths, each once."""
    roots: dict[str, str] = {}
    for folder in folders:
        roots.setdefault(os.path.abspath(folder), folder)  # noqa: PTH100 - unlike Path.absolute it folds `..`
    return tuple(Root(given=given, path=path) for path, given in roots.items())


def shown_path(roots: Iterable[Root], path: str) -> str:
    """The path below the folder as it was named."""
    for root in roots:
        if is_below(path, root.path):
            return printable(os.path.join(root.given, path[len(root.path.rstrip("/")) + 1 :]))  # noqa: PTH118 - Path would drop a leading `./`
    return printable(path)


def is_below(path: str, folder: str) -> bool:
    """True for everything inside the folder, by name."""
    return path.startswith(folder.rstrip("/") + "/")


def belongs(path: str, roots: Iterable[Root]) -> bool:
    """True where a path's name makes it a brief of one of the folders."""
    for root in roots:
        if is_below(path, root.path):
            *folders, name = path[len(root.path.rstrip("/")) + 1 :].split("/")
            return _is_brief(name) and all(map(_is_entered, folders))
    return False


def stamp_of(path: str) -> FileStamp | None:
    """The file's stamp, a broken link's own; None where there is nothing."""
    try:
        return _stamp(path, os.stat(path))  # noqa: PTH116 - the hot path of a scan works on strings
    except (OSError, ValueError):
        try:
            return _stamp(path, os.lstat(path))
        except (OSError, ValueError):
            return None


def _is_brief(name: str) -> bool:
    return name[-3:] in BRIEF_ENDINGS and not name.startswith(".") and name.casefold() != "readme.md"


def _is_entered(name: str) -> bool:
    return not name.startswith(".") and name not in NOT_BRIEFS


def _walk(root: Root, roots: Sequence[Root], found: _Found) -> None:
    try:
        pending = list(_look_through(root.path, roots, found))
    except (FileNotFoundError, NotADirectoryError) as error:
        what = "is a file, not a folder" if os.path.exists(root.path) else "does not exist"  # noqa: PTH110 - a string's question
        raise UsageError(
            f"The folder of briefs {printable(root.given)!r} {what}.",
            hint="Name another one with NEWSBRIEF_BRIEFS or --briefs.",
        ) from error
    except OSError as error:
        raise CannotRun(
            f"The folder of briefs {printable(root.given)!r} cannot be read: {error.strerror}.",
            hint="Look at its rights and its disk.",
        ) from error
    while pending:
        folder = pending.pop()
        try:
            pending += _look_through(folder, roots, found)
        except FileNotFoundError:
            continue  # it was removed between being listed and being entered
        except OSError as error:
            found.unread.append(folder)
            message = f"the folder cannot be read: {error.strerror}"
            hint = "its briefs stay as they were; look at its rights and its disk"
            found.refused[folder] = _problem(shown_path(roots, folder), message, hint)


def _look_through(folder: str, roots: Sequence[Root], found: _Found) -> Iterator[str]:
    """Stamp the briefs of one folder; the folders inside it that are still to be entered."""
    about = os.stat(folder)  # noqa: PTH116 - as above
    if (about.st_dev, about.st_ino) in found.visited:
        return
    with os.scandir(folder) as entries:
        found.visited.add((about.st_dev, about.st_ino))
        for entry in entries:
            if _is_brief(entry.name):
                _note_file(entry, roots, found)
            elif _is_entered(entry.name) and _is_folder(entry):
                yield entry.path


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _note_file(entry: os.DirEntry[str], roots: Sequence[Root], found: _Found) -> None:
    try:
        about = entry.stat()
    except OSError:
        stamp = stamp_of(entry.path)
    else:
        stamp = _stamp(entry.path, about)
    if stamp is None:
        return  # it was removed a moment ago
    if refusal := unstorable(entry.path):
        found.refused[entry.path] = _problem(shown_path(roots, entry.path), *refusal)
    else:
        found.files.append(stamp)


def unstorable(path: str) -> tuple[str, str] | None:
    """What is wrong with a path that a database cannot hold, and what to do; None for any other."""
    if path.isascii() and len(path) <= PATH_BYTES:
        return None
    try:
        is_long = len(path.encode()) > PATH_BYTES
    except UnicodeEncodeError:
        return "the file's name is not UTF-8", "rename the file"
    return ("the file's path is too long", "move it nearer to the top") if is_long else None


def _stamp(path: str, about: os.stat_result) -> FileStamp:
    """Folders named like briefs get a stamp of no size, so that what happens inside does not touch it."""
    if stat.S_ISDIR(about.st_mode):
        return FileStamp(path, 0, 0)
    return FileStamp(path, about.st_size, about.st_mtime_ns)


def _problem(shown: str, message: str, hint: str) -> Problem:
    return Problem(
        path=shown, line=1, column=1, severity=Severity.ERROR, field="", message=message, hint=hint
    )
