"""What a sync has to do, from what lies in the folders and what the index knows; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    that the index knows and the folders no longer hold. `indexed` are those slugs of files to be read that
    have a brief now; `moved` are those of `gone` whose slug another file has; `kept` counts good files in
    folders that could not be read.
    """

    read: tuple[FileStamp, ...] = ()
    duplicates: tuple[IndexedFile, ...] = ()
    rejected: tuple[KnownFile, ...] = ()
    gone: tuple[str, ...] = ()
    unchanged: int = 0
    indexed: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    kept: int = 0


def plan(scan: Scan, known: Mapping[str, KnownFile]) -> SyncPlan:
    """Compare the folders with the index by path, size and time."""
    first = first_paths(scan)
    read: list[FileStamp] = []
    duplicates: list[IndexedFile] = []
    rejected: list[KnownFile] = []
    unchanged = 0
    for stamp in scan.files:
        file = known.get(stamp.path)
        owner = first.get(slug_of(stamp.path)) if first else None
        if file and not file.slug and file.stamp == stamp:
            continue
        if owner and owner != stamp.path and stamp.path not in scan.skipped:
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
    gone, kept = _gone(scan, known)
    return SyncPlan(
        read=tuple(read),
        duplicates=tuple(duplicates),
        rejected=tuple(rejected),
        gone=gone,
        unchanged=unchanged,
        indexed=_indexed(read, known),
        moved=_moved(gone, scan, known),
        kept=kept,
    )


def without(wanted: SyncPlan, done: frozenset[str]) -> SyncPlan:
    """The plan without what concerns these paths or their namesakes, since it has been done meanwhile."""
    if not done:
        return wanted
    slugs = {slug_of(path) for path in done}
    return replace(
        wanted,
        read=tuple(stamp for stamp in wanted.read if slug_of(stamp.path) not in slugs),
        duplicates=tuple(file for file in wanted.duplicates if file.slug not in slugs),
        gone=tuple(path for path in wanted.gone if slug_of(path) not in slugs),
    )


def first_paths(scan: Scan) -> dict[str, str]:
    """The file that each slug belongs to, where several have it: the first one that is a brief at all."""
    first: dict[str, str] = {}
    if scan.shared:
        for stamp in scan.files:
            slug = slug_of(stamp.path)
            if slug in scan.shared and stamp.path not in scan.skipped:
                first.setdefault(slug, stamp.path)
    return first


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


def _gone(scan: Scan, known: Mapping[str, KnownFile]) -> tuple[tuple[str, ...], int]:
    """Paths that are gone, and how many good files are only out of sight."""
    present = {stamp.path for stamp in scan.files}
    missing = [path for path in known if path not in present]
    hidden = {path for path in missing if any(is_below(path, folder) for folder in scan.unread)}
    kept = sum(has_brief(known[path]) for path in hidden)
    return tuple(path for path in missing if path not in hidden), kept


def _indexed(read: Iterable[FileStamp], known: Mapping[str, KnownFile]) -> frozenset[str]:
    wanted = {slug_of(stamp.path) for stamp in read}
    if not wanted:
        return frozenset()
    return frozenset(file.slug for file in known.values() if file.slug in wanted and has_brief(file))


def _moved(gone: Iterable[str], scan: Scan, known: Mapping[str, KnownFile]) -> frozenset[str]:
    slugs = {path: known[path].slug for path in gone}
    if not slugs:
        return frozenset()
    present = {slug_of(stamp.path) for stamp in scan.files}
    return frozenset(path for path, slug in slugs.items() if slug in present)


def has_brief(file: KnownFile) -> bool:
    """True for a file whose brief is in the index."""
    return bool(file.slug) and not file.rejected


def shown_again(file: KnownFile, scan: Scan) -> tuple[Problem, ...]:
    """A known file's problems, its path as it is written now."""
    shown = scan.shown(file.stamp.path)
    return tuple(replace(problem, path=shown) for problem in file.problems)
