"""Files read, parsed and prepared for the index, a batch at a time, in any thread or process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.content.files import parse_file
from bot.domain.brief import Brief
from bot.domain.index import FileStamp, IndexedFile, Prepared, slug_of
from bot.domain.problem import Problem

Prepare = Callable[[Sequence[tuple[str, Brief]]], Prepared]
"""`BriefIndex.prepare`."""

Named = tuple[str, str]
"""A file's path, and how problems show it."""


class ReadFile(NamedTuple):
    """What a file says, its brief already prepared; `brief` is there where the index has to see it itself."""

    digest: str
    problems: tuple[Problem, ...]
    skipped: bool
    brief: Brief | None
    row: object | None

    @property
    def has_brief(self) -> bool:
        """True for a good file."""
        return self.row is not None or self.brief is not None

    def indexed(self, stamp: FileStamp) -> IndexedFile:
        """The file as it goes into the index."""
        return IndexedFile(
            stamp=stamp,
            slug=slug_of(stamp.path),
            digest=self.digest,
            brief=self.brief,
            problems=() if self.skipped else self.problems,
            row=self.row,
        )


class Readings(NamedTuple):
    """A batch of files in the order asked for, and what the index counted in them."""

    files: list[ReadFile]
    counts: object


def read_files(named: Sequence[Named], prepare: Prepare) -> Readings:
    """Read, parse and prepare."""
    parsed = [parse_file(path, shown=shown) for path, shown in named]
    briefs = [(path, file.brief) for (path, _), file in zip(named, parsed, strict=True) if file.brief]
    prepared = prepare(briefs)
    rows = iter(prepared.rows)
    files: list[ReadFile] = []
    for file in parsed:
        row = next(rows) if file.brief else None
        files.append(
            ReadFile(file.digest, file.problems, file.skipped, None if row is not None else file.brief, row)
        )
    return Readings(files, prepared.counts)
