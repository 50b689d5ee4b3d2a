"""Files against the index: what was scanned, what is known, what changed, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.domain.brief import Brief
from bot.domain.problem import Problem

BRIEF_ENDINGS = frozenset({".md", ".MD", ".Md", ".mD"})
"""A file's last three characters that make it a brief; some systems keep whichever case was typed."""


def slug_of(path: str) -> str:
    """The file name without `.md`, in whichever case that is written."""
    name = path.rpartition("/")[2]
    return name[:-3] if name[-3:] in BRIEF_ENDINGS else name


class FileStamp(NamedTuple):
    """What one `stat` tells of a file; `path` is absolute and identifies the file in the index.

    Like `KnownFile` a tuple: a look at a million files makes and compares a million of them.
    """

    path: str
    size: int
    mtime_ns: int


class KnownFile(NamedTuple):
    """A file as the index last saw it.

    `digest` is over its content without the `secured` field; `rejected` is true where it was left out,
    and `problems` say why. An empty slug is that of a file which is no brief at all.
    """

    stamp: FileStamp
    slug: str
    digest: str
    rejected: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Briefs as an index will keep them, made by its `prepare`; what that is, is its own affair.

    `rows` are in the order of the briefs, None where the index has to see the brief itself. `counts` are
    over all rows.
    """

    rows: Sequence[object | None]
    counts: object


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """A file that goes into the index: its stamp, digest and problems, and its brief unless rejected.

    In place of the brief it may have the `row` that the index prepared. Without either and without
    problems it is a file that is no brief at all; it is remembered, so that it is not read again.
    """

    stamp: FileStamp
    slug: str
    digest: str
    brief: Brief | None
    problems: tuple[Problem, ...] = ()
    row: object | None = None

    @property
    def has_brief(self) -> bool:
        """True where the file is a good one."""
        return self.brief is not None or self.row is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexChanges:
    """One batch, written in one transaction: gone paths first, then files, then stamps that only moved.

    `counts` are over exactly the files' rows, if somebody prepared them all at once.
    """

    gone: tuple[str, ...] = ()
    files: tuple[IndexedFile, ...] = ()
    touched: tuple[FileStamp, ...] = ()
    counts: object | None = None

    def __bool__(self) -> bool:
        return bool(self.gone or self.files or self.touched)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one sync did. `rejected` counts files left out and folders that cannot be read.

    `problems` are theirs and the warnings.
    """

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    rejected: int = 0
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """The index at a glance. `problems` are the errors of the files that were left out."""

    briefs: int
    visible: int
    rejected: int
    problems: tuple[Problem, ...]
    folders: tuple[str, ...]
    synced_at: datetime | None
    newest_at: datetime | None
