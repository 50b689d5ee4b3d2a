"""Briefs to measure the search on, and an index of them that is thrown away."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

from bot.clock import SystemClock
from bot.content import load_directory, parse_file
from bot.domain.brief import Brief, is_visible
from bot.domain.directory import EMPTY_DIRECTORY, Directory
from bot.domain.index import FileStamp, IndexChanges, IndexedFile
from bot.domain.ports import BriefIndex
from bot.search import Search
from bot.store import open_store

_BATCH = 1000

HOME = Path(__file__).resolve().parents[2]


def corpus_folder() -> Path:
    """CORPUS=DIR, else the corpus beside the checkout, else the project's own samples."""
    beside = HOME.parent / "shared" / "corpus"
    return Path(os.environ.get("CORPUS") or (beside if beside.is_dir() else HOME / "briefs"))


def real_briefs(folder: Path) -> list[Brief]:
    """All readable briefs below a folder."""
    paths = (path for path in sorted(folder.rglob("*.md")) if not _is_other(path.relative_to(folder)))
    found = (parse_file(str(path)).brief for path in paths)
    return list({brief.slug: brief for brief in found if brief}.values())


def _is_other(path: Path) -> bool:
    return path.name == "README.md" or bool({"providers", "topics", "organizations"} & set(path.parts))


def visible(briefs: Iterable[Brief]) -> list[Brief]:
    """Those that can be found today."""
    now = SystemClock().now()
    return [brief for brief in briefs if is_visible(brief, now)]


def directory_of(folder: Path) -> Directory:
    """The providers and topics of a corpus."""
    providers = [str(folder / name) for name in ("providers", "organizations") if (folder / name).is_dir()]
    topics = [str(folder / "topics")] if (folder / "topics").is_dir() else []
    return load_directory(providers, topics)[0]


@asynccontextmanager
async def opened(briefs: Iterable[Brief], directory: Directory = EMPTY_DIRECTORY) -> AsyncIterator[Search]:
    """A search over an index of these briefs in a file that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SystemClock()
        async with await open_store(f"sqlite:///{folder}/news.db", clock=clock) as store:
            await fill(store.index, briefs)
            yield Search(store.index, clock, lambda: directory)


async def fill(index: BriefIndex, briefs: Iterable[Brief]) -> None:
    """Write briefs into an index as a sync would."""
    rest = iter(briefs)
    while batch := tuple(islice(rest, _BATCH)):
        await index.apply(IndexChanges(files=tuple(file_of(brief) for brief in batch)))


def file_of(brief: Brief) -> IndexedFile:
    """A brief as a sync writes it, from a file that is nowhere."""
    stamp = FileStamp(path=f"/{brief.slug}.md", size=1, mtime_ns=1)
    return IndexedFile(stamp=stamp, slug=brief.slug, digest=brief.slug, brief=brief)
