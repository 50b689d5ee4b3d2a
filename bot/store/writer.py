"""Writing the index: the only code that changes briefs, and with them their words and counts.

FTS5 deletes right only when it is given exactly the text that it was given to index, so the old rows are
read first, and everything that follows from them is worked out before anything is written.

Whatever goes over all rows of a batch is done in another thread: the event loop answers people meanwhile.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.brief import Brief
from bot.domain.index import IndexChanges, IndexedFile, slug_of
from bot.domain.searchable import INDEX_FORMAT
from bot.store import tables
from bot.store.bulk import delete_rows, insert_rows, select_rows
from bot.store.codec import problems_to_json
from bot.store.counting import Counts
from bot.store.courtesy import Courtesy
from bot.store.rows import BriefRow, CountedRow, TextOf, microseconds, next_id, row_of

_COUNTED = ", ".join(CountedRow._fields)
_BRIEF = tuple(column.name for column in tables.brief.c)
_BRIEF_LENGTH = len(_BRIEF)
_FILE = tuple(column.name for column in tables.file.c)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The briefs of a batch as rows and what they count; `dateless` are paths and briefs by slug.

    `paths` are those of all files, `bad` the slugs of the files that have no brief, or not any more.
    """

    rows: Sequence[BriefRow]
    counts: Counts
    dateless: Mapping[str, tuple[str, Brief]]
    files: Sequence[tuple[object, ...]]
    paths: frozenset[str]
    bad: frozenset[str]


class Laid(NamedTuple):
    """Rows by table, each in the order of its key, so that a page is filled at once."""

    brief: list[tuple[object, ...]]
    brief_document: list[tuple[object, ...]]
    brief_topic: list[tuple[object, ...]]
    brief_address: list[tuple[object, ...]]
    brief_search: list[tuple[object, ...]]


def batch_of(changes: IndexChanges, text_of: TextOf) -> Batch:
    """What is to be written, the last of namesakes only; the long part, for another thread."""
    good = [file for file in changes.files if file.has_brief]
    last = {file.slug: file for file in good}
    rows: list[BriefRow] = []
    fresh: list[BriefRow] = []
    dateless: dict[str, tuple[str, Brief]] = {}
    for file in last.values():
        if file.brief is None:
            rows.append(cast("BriefRow", file.row))
        elif file.brief.published_at is None:
            dateless[file.slug] = (file.stamp.path, file.brief)
        else:
            fresh.append(row_of(file.brief, file.stamp.path, 0, text_of))
    counts = Counts()
    if isinstance(changes.counts, Counts) and len(last) == len(good):
        counts.merge(changes.counts)
    else:
        fresh, rows = [*fresh, *rows], []
    counts.add(fresh)
    paths = frozenset([*changes.gone, *(file.stamp.path for file in changes.files)])
    return Batch(
        rows=[*rows, *fresh],
        counts=counts,
        dateless=dateless,
        files=sorted(_file_row(file) for file in changes.files),
        paths=paths,
        bad=frozenset(map(slug_of, paths)).difference(last),
    )


def laid_out(rows: Sequence[BriefRow]) -> Laid:
    """The rows for each table; FTS5, too, gathers in memory only what comes in order."""
    rows = sorted(rows)
    return Laid(
        [row[:_BRIEF_LENGTH] for row in rows],
        [(row.id, row.document) for row in rows],
        sorted((key, row.id, name) for row in rows for key, name in row.topics),
        sorted((digest, row.id) for row in rows for digest in row.addresses),
        [(row.id, row.text) for row in rows if not row.hidden],
    )


class Writer:
    """One batch of changes inside the caller's transaction."""

    def __init__(
        self, connection: AsyncConnection, now: datetime, text_of: TextOf, courtesy: Courtesy
    ) -> None:
        self._connection = connection
        self._courtesy = courtesy
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._now = microseconds(now)
        self._text_of = text_of

    async def apply(self, changes: IndexChanges, batch: Batch) -> None:
        """Write the changes, whose briefs are `batch`; one that only changes its file is never missing."""
        version = await self._next_version()
        rows = await self._numbered([*batch.rows, *await self._dated(batch)])
        old = await self._old_rows(batch, [row.slug for row in rows])
        if old or rows:
            await self._mark_changed(old, rows)
            await self._remove_briefs(old, batch.counts)
            await self._courtesy.give_way()
            await self._add_briefs(await asyncio.to_thread(laid_out, rows))
            await self._write_counts(batch.counts, version)
        await self._write_files(changes, batch)
        if old or rows:
            await self._connection.execute(update(tables.index_state).values(version=version))

    async def finish(self, folders: Sequence[str]) -> None:
        """Record a whole sync, and forget tokens long gone where they outweigh the living ones."""
        version = await self._next_version()
        values: dict[str, Any] = {
            "format": INDEX_FORMAT,
            "folders": json.dumps(list(folders)),
            "synced_at": self._now,
        }
        gone = "SELECT count(*) FROM vocabulary WHERE briefs = 0"
        all_ = "SELECT count(*) FROM vocabulary"
        counted = (await self._connection.execute(text(f"SELECT ({gone}), ({all_})"))).one()
        if counted[0] > 1_000 and counted[0] * 2 > counted[1]:
            await self._connection.execute(delete(tables.vocabulary).where(tables.vocabulary.c.briefs == 0))
            values |= {"version": version, "vocabulary_floor": version}
        await self._connection.execute(update(tables.index_state).values(**values))

    async def _next_version(self) -> int:
        """The version that this batch makes; on PostgreSQL writers queue here."""
        found = await self._connection.execute(select(tables.index_state.c.version).with_for_update())
        return int(found.scalar_one()) + 1

    async def _dated(self, batch: Batch) -> list[BriefRow]:
        """Remember when each slug was first indexed, and give that date to briefs without one."""
        fresh = [(slug, self._now) for slug in (*(row.slug for row in batch.rows), *batch.dateless)]
        await self._write("first_seen", ("slug", "seen_at"), fresh, "ON CONFLICT DO NOTHING")
        sql = "SELECT slug, seen_at FROM first_seen WHERE slug {0}"
        seen = await select_rows(self._connection, sql, list(batch.dateless))
        rows: list[BriefRow] = []
        for slug, seen_at in seen:
            path, brief = batch.dateless[slug]
            rows.append(row_of(brief, path, seen_at, self._text_of))
        batch.counts.add(rows)
        return rows

    async def _numbered(self, rows: Sequence[BriefRow]) -> list[BriefRow]:
        """Move rows whose number another brief has on to the next free one of the same second."""
        taken: set[int] = set()
        wanted = {row.slug: row.id for row in rows}
        pending = list(wanted)
        while pending:
            numbers = [wanted[slug] for slug in pending]
            sql = "SELECT id, slug FROM brief WHERE id {0}"
            found: dict[int, str] = dict(map(tuple, await select_rows(self._connection, sql, numbers)))
            moved: list[str] = []
            for slug in pending:
                number = wanted[slug]
                if number in taken or found.get(number, slug) != slug:
                    wanted[slug] = next_id(number)
                    moved.append(slug)
                else:
                    taken.add(number)
            pending = moved
        return [row if wanted[row.slug] == row.id else row._replace(id=wanted[row.slug]) for row in rows]

    async def _old_rows(self, batch: Batch, slugs: Sequence[str]) -> list[CountedRow]:
        """The stored rows that the batch replaces or removes.

        A file's own brief has the slug of the file's name, unless another file took that over.
        """
        sql = f"SELECT {_COUNTED}, path FROM brief WHERE slug {{0}}"  # noqa: S608 - constants
        found = await select_rows(self._connection, sql, [*slugs, *sorted(batch.bad)])
        return [
            CountedRow(*row[:-1]) for row in found if row.slug not in batch.bad or row.path in batch.paths
        ]

    async def _mark_changed(self, old: Sequence[CountedRow], rows: Sequence[BriefRow]) -> None:
        """Tell the ledger what to look at, and when: a brief of the future at its time, all else at once."""
        marks = dict.fromkeys((row.slug for row in old), 0)
        for row in rows:
            marks[row.slug] = 0 if row.hidden or row.published_at <= self._now else row.published_at
        upsert = _upsert("slug", "at = excluded.at")
        await self._write("changed_slug", ("slug", "at"), list(marks.items()), upsert)

    async def _remove_briefs(self, old: Sequence[CountedRow], counts: Counts) -> None:
        ids = [row.id for row in old]
        topics: dict[int, list[tuple[str, str]]] = {}
        sql = "SELECT brief_id, key, name FROM brief_topic WHERE brief_id {0}"
        for number, key, name in await select_rows(self._connection, sql, ids):
            topics.setdefault(number, []).append((key, name))
        for row in old:
            counts.take(row, topics.get(row.id, ()))
        await self._unsearch([row for row in old if not row.hidden])
        for table in ("brief_document", "brief_topic", "brief_address"):
            await delete_rows(self._connection, f"DELETE FROM {table} WHERE brief_id {{0}}", ids)  # noqa: S608 - constants
        await delete_rows(self._connection, "DELETE FROM brief WHERE id {0}", ids)

    async def _add_briefs(self, laid: Laid) -> None:
        await self._write("brief", _BRIEF, laid.brief)
        await self._write("brief_document", ("brief_id", "document"), laid.brief_document)
        await self._write("brief_topic", ("key", "brief_id", "name"), laid.brief_topic)
        await self._write("brief_address", ("digest", "brief_id"), laid.brief_address)
        await self._write("brief_search", ("rowid" if self._is_sqlite else "id", "words"), laid.brief_search)

    async def _unsearch(self, old: Sequence[CountedRow]) -> None:
        """Take briefs out of the full-text table, on SQLite with exactly what was put in."""
        if self._is_sqlite:
            gone = [("delete", row.id, self._text_of(row.title, row.meta, row.body)) for row in old]
            await self._write("brief_search", ("brief_search", "rowid", "words"), gone)
        else:
            sql = "DELETE FROM brief_search WHERE id {0}"
            await delete_rows(self._connection, sql, [row.id for row in old])

    async def _write_counts(self, counts: Counts, version: int) -> None:
        """Add the differences to what is counted."""
        add = "briefs = {0}.briefs + excluded.briefs"
        await self._courtesy.give_way()
        tokens = await asyncio.to_thread(lambda: [(*counted, version) for counted in counts.tokens()])
        changed = f"{add}, version = excluded.version".format("vocabulary")
        await self._write("vocabulary", ("token", "briefs", "version"), tokens, _upsert("token", changed))
        names = [(*name, number) for name, number in counts.names()]
        upsert = _upsert("kind, key, name", add.format("name_count"))
        await self._write("name_count", ("kind", "key", "name", "briefs"), names, upsert)
        heats = _upsert("heat", add.format("heat_count"))
        await self._write("heat_count", ("heat", "briefs"), counts.heats(), heats)

    async def _write_files(self, changes: IndexChanges, batch: Batch) -> None:
        await delete_rows(self._connection, "DELETE FROM file WHERE path {0}", changes.gone)
        changed = ", ".join(f"{name} = excluded.{name}" for name in _FILE if name != "path")
        await self._write("file", _FILE, batch.files, _upsert("path", changed))
        stamp = (
            update(tables.file)
            .where(tables.file.c.path == bindparam("of"))
            .values(size=bindparam("bytes"), mtime_ns=bindparam("at"))
        )
        if changes.touched:
            touched = [{"of": one.path, "bytes": one.size, "at": one.mtime_ns} for one in changes.touched]
            await self._connection.execute(stamp, touched)

    async def _write(
        self, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]], more: str = ""
    ) -> None:
        """Insert rows as they are, a slice after the other."""
        start = 0
        while start < len(rows):
            await self._courtesy.give_way()
            end = start + self._courtesy.rows
            await insert_rows(self._connection, table, columns, rows[start:end], more)
            start = end


def _upsert(keys: str, changed: str) -> str:
    return f"ON CONFLICT ({keys}) DO UPDATE SET {changed}"


def _file_row(file: IndexedFile) -> tuple[object, ...]:
    """In the order of the table's columns."""
    state = "indexed" if file.has_brief else "rejected" if file.problems else "skipped"
    slug = "" if state == "skipped" else file.slug
    stamp = file.stamp
    problems = problems_to_json(file.problems)
    return (stamp.path, stamp.size, stamp.mtime_ns, file.digest, slug, state, problems, INDEX_FORMAT)
