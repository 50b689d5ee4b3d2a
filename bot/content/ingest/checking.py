"""Every problem of every file, without an index."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from bot.content.disk import printable
from bot.content.files import parse_file
from bot.content.ingest.planning import duplicate_problem
from bot.content.ingest.scanning import scan
from bot.domain.index import slug_of
from bot.domain.problem import Problem
from bot.errors import UsageError


def check(paths: Sequence[str]) -> Iterator[Problem]:
    """Problems of files and of folders, in the order of the paths given and then of the files' paths.

    Raises UsageError for a path that is not there, and CannotRun for an unreadable folder.
    """
    first: dict[str, str] = {}
    seen: set[str] = set()
    for path, shown, problem in _files(paths):
        if problem:
            yield problem
        if problem or path in seen:
            continue
        seen.add(path)
        parsed = parse_file(path, shown=shown)
        if parsed.skipped:
            continue
        yield from parsed.problems
        owner = first.setdefault(slug_of(path), shown)
        if owner != shown:
            yield duplicate_problem(shown, owner)


def _files(paths: Sequence[str]) -> Iterator[tuple[str, str, Problem | None]]:
    """Absolute and shown paths of the files to look at, or a problem with getting there."""
    for given in paths:
        if os.path.isdir(given):  # noqa: PTH112 - a string's question
            found = scan([given])
            files = [(stamp.path, found.shown(stamp.path), None) for stamp in found.files]
            refused = [(path, problem.path, problem) for path, problem in found.refused.items()]
            yield from sorted([*files, *refused], key=lambda item: item[0])
        elif os.path.lexists(given):
            yield os.path.abspath(given), printable(given), None  # noqa: PTH100 - as `scan` does it
        else:
            raise UsageError(f"There is no file or folder {printable(given)!r}.", hint="Check the path.")
