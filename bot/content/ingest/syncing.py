"""Making the index equal to the folders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter

from bot.content.files import parse_file
from bot.content.ingest.collecting import no_full_collections
from bot.content.ingest.helpers import helpers_for, read_all
from bot.content.ingest.planning import SyncPlan, has_brief, plan, shown_again
from bot.content.ingest.reading import Named, ReadFile, Readings
from bot.content.ingest.scanning import Scan, scan
from bot.domain.index import FileStamp, IndexChanges, IndexedFile, KnownFile, SyncReport, slug_of
from bot.domain.ports import BriefIndex, Clock
from bot.domain.problem import Problem

BATCH_FILES = 500
BATCH_BYTES = 4_000_000
"""One transaction holds at most so much: short enough for others to write in between."""

MANY_FILES = 5_000
MANY_BYTES = 16_000_000
"""Where helpers read, so much: a word of a batch is written once for all its files, and so is a page."""

ANSWERING_FILES = 1_000
"""So many of them where people are answered meanwhile."""

Progress = Callable[[int, int], None]
Hold = Callable[[str, FileStamp | None], bool]
"""Asked before a good file's brief is dropped (its path, and its stamp unless it is missing): True waits."""


async def sync(
    index: BriefIndex,
    folders: Sequence[str],
    clock: Clock,
    *,
    progress: Progress | None = None,
    spare_cores: int = 0,
) -> SyncReport:
    """Make the index equal to the folders, with all cores but the spared ones.

    Raises UsageError or CannotRun where a folder is missing or unreadable, before anything is changed.
    It may be killed at any moment: every batch leaves an index that the next sync makes right.
    """
    started = perf_counter()
    with no_full_collections():
        known = await index.known_files()
        found, wanted = await asyncio.to_thread(look, folders, known)
        work = Work(index=index, scan=found, known=known, progress=progress, spare_cores=spare_cores)
        report = replace(await work.carry_out(wanted), seconds=perf_counter() - started)
    await index.finish(report, folders, clock.now())
    return report


def look(folders: Sequence[str], known: Mapping[str, KnownFile]) -> tuple[Scan, SyncPlan]:
    """What lies in the folders, and what is to be done about it; raises as `scan` does."""
    found = look_into(scan(folders), known)
    return found, plan(found, known)


def look_into(found: Scan, known: Mapping[str, KnownFile]) -> Scan:
    """The scan with the files that are no briefs at all marked, where that decides who has a slug.

    The index remembers such files; new ones are read only where another file has the same slug.
    """
    if not found.shared:
        return found
    alike = (stamp for stamp in found.files if slug_of(stamp.path) in found.shared)
    return replace(found, skipped=frozenset(stamp.path for stamp in alike if _is_skipped(stamp, known)))


def _is_skipped(stamp: FileStamp, known: Mapping[str, KnownFile]) -> bool:
    file = known.get(stamp.path)
    if file and file.stamp == stamp and (not file.slug or not file.rejected):
        return not file.slug
    return parse_file(stamp.path).skipped


def _keep_nothing(_path: str, _stamp: FileStamp | None) -> bool:
    return False


@dataclass(slots=True)
class _Tally:
    """The report under way."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)

    def report(self) -> SyncReport:
        return SyncReport(
            added=self.added,
            updated=self.updated,
            removed=self.removed,
            unchanged=self.unchanged,
            rejected=self.rejected,
            problems=tuple(self.problems),
        )


class Work:
    """One sync under way. `changed` is true once it has written more than new times of files."""

    def __init__(
        self,
        *,
        index: BriefIndex,
        scan: Scan,
        known: Mapping[str, KnownFile],
        progress: Progress | None = None,
        hold: Hold = _keep_nothing,
        spare_cores: int = 0,
    ) -> None:
        self._spare_cores = spare_cores
        self._index = index
        self._scan = scan
        self._known = known
        self._progress = progress
        self._hold = hold
        self._tally = _Tally()
        self._indexed: frozenset[str] = frozenset()
        self._bad: dict[str, tuple[Problem, ...]] = {}
        self.changed = False

    async def carry_out(self, wanted: SyncPlan) -> SyncReport:
        """Read, then write what is good, then what is left out, then what is gone.

        In this order a brief that only moved to another file is never missing.
        """
        self._indexed = wanted.indexed
        self._tally.unchanged = wanted.unchanged + wanted.kept
        self._tally.problems += self._scan.refused.values()
        self._tally.rejected = len(wanted.rejected) + len(self._scan.refused)
        for file in wanted.rejected:
            self._tally.problems += shown_again(file, self._scan)
        await self._read(wanted)
        await self._leave_out(wanted.duplicates)
        await self._remove(wanted)
        return self._tally.report()

    async def _read(self, wanted: SyncPlan) -> None:
        """Read batch after batch, with helpers ahead of the writing where there is much to read."""
        total = len(self._scan.files)
        done = total - len(wanted.read)
        self._tell(done, total)
        helpers = helpers_for(len(wanted.read), self._spare_cores)
        batches = await asyncio.to_thread(
            _batches_of, wanted.read, is_helped=helpers > 0, spare=self._spare_cores
        )
        work = [partial(self._named, batch) for batch in batches]
        async with aclosing(read_all(work, self._index.prepare, helpers)) as found:
            place = 0
            async for readings in found:
                changes = await asyncio.to_thread(self._changes, batches[place], readings)
                self.changed |= bool(changes.files)
                await self._index.apply(changes)
                done += len(batches[place])
                place += 1
                self._tell(done, total)
        self._tally.problems += self._found_problems(wanted.read)

    def _found_problems(self, read: Sequence[FileStamp]) -> Iterator[Problem]:
        """Those of the files read, in the order of the files."""
        if self._bad:
            for stamp in read:
                yield from self._bad.get(stamp.path, ())

    def _named(self, batch: Sequence[FileStamp]) -> list[Named]:
        return [(stamp.path, self._scan.shown(stamp.path)) for stamp in batch]

    def _changes(self, batch: Sequence[FileStamp], readings: Readings) -> IndexChanges:
        """What of a batch is to be written; files that are as the index knows them only get their stamps."""
        files: list[IndexedFile] = []
        touched: list[FileStamp] = []
        is_whole = True
        for stamp, file in zip(batch, readings.files, strict=True):
            known = self._known.get(stamp.path)
            if not file.has_brief and not file.skipped and self._is_held(stamp.path, stamp):
                continue
            self._count(file, known, slug_of(stamp.path))
            if file.problems:
                self._bad[stamp.path] = file.problems
            if known and known.digest == file.digest:
                touched += [stamp] if known.stamp != stamp else []
                is_whole = False
            else:
                files.append(file.indexed(stamp))
        counts = readings.counts if is_whole else None
        return IndexChanges(files=tuple(files), touched=tuple(touched), counts=counts)

    def _is_held(self, path: str, stamp: FileStamp | None) -> bool:
        """Whether a file that was good, or is new, waits before it is left out; it counts as it was."""
        known = self._known.get(path)
        if (known and known.rejected) or not self._hold(path, stamp):
            return False
        self._tally.unchanged += known is not None
        return True

    def _count(self, file: ReadFile, known: KnownFile | None, slug: str) -> None:
        if file.skipped:
            return
        if not file.has_brief:
            self._tally.rejected += 1
        elif known and known.digest == file.digest:
            self._tally.unchanged += 1
        elif slug in self._indexed:
            self._tally.updated += 1
        else:
            self._tally.added += 1

    async def _leave_out(self, duplicates: Sequence[IndexedFile]) -> None:
        self._tally.rejected += len(duplicates)
        for file in duplicates:
            self._tally.problems += file.problems
        for start in range(0, len(duplicates), BATCH_FILES):
            self.changed = True
            await self._index.apply(IndexChanges(files=tuple(duplicates[start : start + BATCH_FILES])))

    async def _remove(self, wanted: SyncPlan) -> None:
        """Take out what is gone; a brief whose slug another file has now has moved, not gone."""
        gone: list[str] = []
        for path in wanted.gone:
            is_good = has_brief(self._known[path])
            moved = path in wanted.moved
            if is_good and not moved and self._is_held(path, None):
                continue
            self._tally.removed += is_good and not moved
            gone.append(path)
        for start in range(0, len(gone), BATCH_FILES):
            self.changed = True
            await self._index.apply(IndexChanges(gone=tuple(gone[start : start + BATCH_FILES])))

    def _tell(self, done: int, total: int) -> None:
        if self._progress:
            self._progress(done, total)


def _batches_of(read: Sequence[FileStamp], *, is_helped: bool, spare: int) -> list[list[FileStamp]]:
    if is_helped:
        most = min(ANSWERING_FILES, MANY_FILES) if spare else MANY_FILES
        # Slugs mostly begin with a date, so that each batch fills up the index at one place.
        return list(_batches(sorted(read, key=_slug), most, MANY_BYTES))
    return list(_batches(read, BATCH_FILES, BATCH_BYTES))


def _slug(stamp: FileStamp) -> str:
    return slug_of(stamp.path)


def _batches(stamps: Sequence[FileStamp], most_files: int, most_bytes: int) -> Iterator[list[FileStamp]]:
    batch: list[FileStamp] = []
    size = 0
    for stamp in stamps:
        batch.append(stamp)
        size += stamp.size
        if len(batch) >= most_files or size >= most_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
