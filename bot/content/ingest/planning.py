"""What a sync has to do, from what lies in the folders and what the index knows; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.content.ingest.scanning import Scan, is_below
from bot.domain.index import FileStamp, IndexedFile, KnownFile, slug_of
from bot.domain.problem import Problem, Severity

_DUPLICATE = "duplicate of "
"""Begins the digest of a file left out for its slug: whatever it holds, only the other file matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """`read` are new or changed files; `duplicates` are to be written as left out for their slugs.

    `rejected` were left out before and have not changed; `unchanged` counts good files; `gone` are paths
    that the index knows and the folders no longer hold.
    """

    read: tuple[FileStamp, ...] = ()
    duplicates: tuple[IndexedFile, ...] = ()
    rejected: tuple[KnownFile, ...] = ()
    gone: tuple[str, ...] = ()
    unchanged: int = 0


def plan(scan: Scan, known: Mapping[str, KnownFile]) -> SyncPlan:
    """Compare the folders with the index by path, size and time."""
    first = first_paths(scan)
    read: list[FileStamp] = []
    duplicates: list[IndexedFile] = []
    rejected: list[KnownFile] = []
    unchanged = 0
    for stamp in scan.files:
        file = known.get(stamp.path)
        owner = first.get(slug_of(stamp.path), stamp.path)
        if stamp.path in scan.skipped and file and file.stamp == stamp:
            continue
        if owner != stamp.path and stamp.path not in scan.skipped:
            if file and file.digest == _DUPLICATE + owner:
                rejected.append(file)
            else:
                duplicates.append(_duplicate(stamp, owner, scan))
        elif file is None or file.stamp != stamp or file.digest.startswith(_DUPLICATE):
            read.append(stamp)
        elif file.rejected:
            rejected.append(file)
        else:
            unchanged += 1
    return SyncPlan(
        read=tuple(read),
        duplicates=tuple(duplicates),
        rejected=tuple(rejected),
        gone=_gone(scan, known),
        unchanged=unchanged,
    )


def first_paths(scan: Scan) -> dict[str, str]:
    """The file that each slug belongs to, where several have it: the first one that is a brief at all."""
    shared = shared_slugs(scan)
    first: dict[str, str] = {}
    if shared:
        for stamp in scan.files:
            slug = slug_of(stamp.path)
            if slug in shared and stamp.path not in scan.skipped:
                first.setdefault(slug, stamp.path)
    return first


def shared_slugs(scan: Scan) -> frozenset[str]:
    """Slugs that several files have."""
    counts = Counter(slug_of(stamp.path) for stamp in scan.files)
    return frozenset(slug for slug, count in counts.items() if count > 1)


def duplicate_problem(shown: str, first: str) -> Problem:
    """Two files have one slug: `first` stays."""
    return Problem(
        path=shown,
        line=1,
        column=1,
        severity=Severity.ERROR,
        field="",
        message=f"another file has the same slug: {first}",
        hint="rename one of them; the first in order of paths stays in the index",
    )


def _duplicate(stamp: FileStamp, owner: str, scan: Scan) -> IndexedFile:
    return IndexedFile(
        stamp=stamp,
        slug=slug_of(stamp.path),
        digest=_DUPLICATE + owner,
        brief=None,
        problems=(duplicate_problem(scan.shown(stamp.path), scan.shown(owner)),),
    )


def _gone(scan: Scan, known: Mapping[str, KnownFile]) -> tuple[str, ...]:
    present = {stamp.path for stamp in scan.files}
    gone = (path for path in known if path not in present)
    if scan.unread:
        gone = (path for path in gone if not any(is_below(path, folder) for folder in scan.unread))
    return tuple(gone)


def shown_again(file: KnownFile, scan: Scan) -> tuple[Problem, ...]:
    """A known file's problems, its path as it is written now."""
    shown = scan.shown(file.stamp.path)
    return tuple(replace(problem, path=shown) for problem in file.problems)
