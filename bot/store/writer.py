"""Writing the index: the only code that changes briefs, and with them their words and counts.

FTS5 deletes right only when it is given exactly the text that it was given to index, so the old rows are
read first, and everything that follows from them is worked out before anything is written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, TableClause, bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.brief import Brief
from bot.domain.index import IndexChanges, IndexedFile
from bot.domain.searchable import INDEX_FORMAT
from bot.store import tables
from bot.store.bulk import insert_rows
from bot.store.codec import problems_to_json
from bot.store.rows import BriefRow, CountedRow, microseconds, next_id, row_of
from bot.store.textual import fts_text, tsvector_of

K = TypeVar("K", str, int, tuple[str, str, str])
Signs: TypeAlias = tuple[Counter[K], Counter[K]]
"""What is added, and what is taken away."""

_CHUNK = 500
_COUNTED = tuple(tables.brief.c[field.name] for field in fields(CountedRow))
_BRIEF = tuple(column.name for column in tables.brief.c)
_FILE = tuple(column.name for column in tables.file.c)


class Counts:
    """What the briefs of a batch add to the counts of all that are not hidden, and take away."""

    def __init__(self) -> None:
        self._tokens: Signs[str] = (Counter(), Counter())
        self._names: Signs[tuple[str, str, str]] = (Counter(), Counter())
        self._heats: Signs[int] = (Counter(), Counter())

    def add(self, row: CountedRow, topics: Iterable[tuple[str, str]], *, gone: bool = False) -> None:
        """Count one brief."""
        self._tokens[gone].update(row.tokens())
        self._names[gone].update(("topic", key, name) for key, name in topics)
        if row.provider_key:
            self._names[gone]["provider", row.provider_key, row.provider_name] += 1
        self._heats[gone][row.heat] += 1

    def tokens(self) -> list[tuple[str, int]]:
        """Each token with its difference, where there is one, in order."""
        return _differences(self._tokens)

    def names(self) -> list[tuple[tuple[str, str, str], int]]:
        """As `tokens`, for kind, key and name."""
        return _differences(self._names)

    def heats(self) -> list[tuple[int, int]]:
        """As `tokens`, for heats."""
        return _differences(self._heats)


def _differences(signs: Signs[K]) -> list[tuple[K, int]]:
    added, gone = signs
    added.subtract(gone)
    return sorted((item for item in added.items() if item[1]), key=itemgetter(0))


class Writer:
    """One batch of changes inside the caller's transaction."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._now = microseconds(now)

    async def apply(self, changes: IndexChanges, rows: Sequence[BriefRow]) -> None:
        """Write the changes, whose briefs are `rows`; one that only changes its file is never missing."""
        version = await self._next_version()
        rows = await self._numbered(await self._dated(changes, rows))
        paths = {*changes.gone, *(file.stamp.path for file in changes.files)}
        old = await self._old_rows(sorted(paths), [row.slug for row in rows])
        if old or rows:
            await self._mark_changed(old, rows)
            counts = Counts()
            await self._remove_briefs(old, counts)
            await self._add_briefs(rows, counts)
            await self._write_counts(counts, version)
        await self._write_files(changes)
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

    async def _dated(self, changes: IndexChanges, rows: Sequence[BriefRow]) -> list[BriefRow]:
        """Remember when each slug was first indexed, and give that date to briefs without one."""
        table = tables.first_seen
        fresh = [(row.slug, self._now) for row in rows]
        await self._write("first_seen", ("slug", "seen_at"), fresh, "ON CONFLICT DO NOTHING")
        dateless = {
            file.slug: file.brief for file in changes.files if file.brief and file.brief.published_at is None
        }
        columns = select(table.c.slug, table.c.seen_at)
        seen = {row.slug: row.seen_at for row in await self._select_in(columns, table.c.slug, list(dateless))}
        return [
            row
            if seen.get(row.slug, self._now) == self._now
            else row_of(_named(dateless[row.slug], row.slug), row.path, seen[row.slug])
            for row in rows
        ]

    async def _numbered(self, rows: Sequence[BriefRow]) -> list[BriefRow]:
        """Move rows whose number another brief has on to the next free one of the same second."""
        taken: set[int] = set()
        wanted = {row.slug: row.id for row in rows}
        pending = list(wanted)
        while pending:
            numbers = [wanted[slug] for slug in pending]
            columns = select(tables.brief.c.id, tables.brief.c.slug)
            found = {row.id: row.slug for row in await self._select_in(columns, tables.brief.c.id, numbers)}
            moved: list[str] = []
            for slug in pending:
                number = wanted[slug]
                if number in taken or found.get(number, slug) != slug:
                    wanted[slug] = next_id(number)
                    moved.append(slug)
                else:
                    taken.add(number)
            pending = moved
        return [row if wanted[row.slug] == row.id else replace(row, id=wanted[row.slug]) for row in rows]

    async def _old_rows(self, paths: Sequence[str], slugs: Sequence[str]) -> list[CountedRow]:
        """The stored rows that the batch replaces or removes."""
        found = await self._select_in(select(*_COUNTED), tables.brief.c.path, paths)
        found += await self._select_in(select(*_COUNTED), tables.brief.c.slug, slugs)
        return list({row.id: CountedRow(**row._mapping) for row in found}.values())

    async def _mark_changed(self, old: Sequence[CountedRow], rows: Sequence[BriefRow]) -> None:
        """Tell the ledger what to look at, and when: a brief of the future at its time, all else at once."""
        marks = dict.fromkeys((row.slug for row in old), 0)
        for row in rows:
            marks[row.slug] = 0 if row.hidden or row.published_at <= self._now else row.published_at
        upsert = _upsert("slug", "at = excluded.at")
        await self._write("changed_slug", ("slug", "at"), list(marks.items()), upsert)

    async def _remove_briefs(self, old: Sequence[CountedRow], counts: Counts) -> None:
        ids = [row.id for row in old]
        topic = tables.brief_topic
        columns = select(topic.c.brief_id, topic.c.key, topic.c.name)
        topics: dict[int, list[tuple[str, str]]] = {}
        for row in await self._select_in(columns, topic.c.brief_id, ids):
            topics.setdefault(row.brief_id, []).append((row.key, row.name))
        shown = [row for row in old if not row.hidden]
        for one in shown:
            counts.add(one, topics.get(one.id, ()), gone=True)
        await self._unsearch(shown)
        for table in (tables.brief_document, topic, tables.brief_address):
            await self._delete_in(table, table.c.brief_id, ids)
        await self._delete_in(tables.brief, tables.brief.c.id, ids)

    async def _add_briefs(self, rows: Sequence[BriefRow], counts: Counts) -> None:
        await self._write("brief", _BRIEF, [attrgetter(*_BRIEF)(row) for row in rows])
        documents = [(row.id, row.document) for row in rows]
        await self._write("brief_document", ("brief_id", "document"), documents)
        topics = [(key, row.id, name) for row in rows for key, name in row.topics]
        await self._write("brief_topic", ("key", "brief_id", "name"), topics)
        addresses = [(digest, row.id) for row in rows for digest in row.addresses]
        await self._write("brief_address", ("digest", "brief_id"), addresses)
        shown = [row for row in rows if not row.hidden]
        for row in shown:
            counts.add(row, row.topics)
        await self._search(shown)

    async def _unsearch(self, old: Sequence[CountedRow]) -> None:
        """Take briefs out of the full-text table, on SQLite with exactly what was put in."""
        if self._is_sqlite:
            gone = [("delete", row.id, fts_text(row.title, row.meta, row.body)) for row in old]
            await self._write("brief_search", ("brief_search", "rowid", "words"), gone)
        else:
            table = tables.brief_search
            await self._delete_in(table, table.c.id, [row.id for row in old])

    async def _search(self, rows: Sequence[BriefRow]) -> None:
        """Put briefs into the full-text table."""
        if self._is_sqlite:
            texts = [(row.id, fts_text(row.title, row.meta, row.body)) for row in rows]
            await self._write("brief_search", ("rowid", "words"), texts)
        else:
            await self._write("brief_search", ("id", "words"), [(row.id, tsvector_of(row)) for row in rows])

    async def _write_counts(self, counts: Counts, version: int) -> None:
        """Add the differences to what is counted."""
        add = "briefs = {0}.briefs + excluded.briefs"
        tokens = [(token, number, version) for token, number in counts.tokens()]
        changed = f"{add}, version = excluded.version".format("vocabulary")
        await self._write("vocabulary", ("token", "briefs", "version"), tokens, _upsert("token", changed))
        names = [(*name, number) for name, number in counts.names()]
        upsert = _upsert("kind, key, name", add.format("name_count"))
        await self._write("name_count", ("kind", "key", "name", "briefs"), names, upsert)
        heats = _upsert("heat", add.format("heat_count"))
        await self._write("heat_count", ("heat", "briefs"), counts.heats(), heats)

    async def _write_files(self, changes: IndexChanges) -> None:
        await self._delete_in(tables.file, tables.file.c.path, changes.gone)
        changed = ", ".join(f"{name} = excluded.{name}" for name in _FILE if name != "path")
        rows = [_file_row(file) for file in changes.files]
        await self._write("file", _FILE, rows, _upsert("path", changed))
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
        """Insert rows as they are."""
        await insert_rows(self._connection, table, columns, rows, more)

    async def _select_in(
        self, columns: Select[Any], column: ColumnElement[Any], values: Sequence[Any]
    ) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(values), _CHUNK):
            chunk = list(values[start : start + _CHUNK])
            found += (await self._connection.execute(columns.where(column.in_(chunk)))).all()
        return found

    async def _delete_in(self, table: TableClause, column: ColumnElement[Any], values: Sequence[Any]) -> None:
        for start in range(0, len(values), _CHUNK):
            chunk = list(values[start : start + _CHUNK])
            await self._connection.execute(delete(table).where(column.in_(chunk)))


def prepared(changes: IndexChanges, now: datetime) -> list[BriefRow]:
    """The rows of the changes' briefs, the last of namesakes only; the long part, for another thread."""
    first_seen = microseconds(now)
    rows = {
        file.slug: row_of(_named(file.brief, file.slug), file.stamp.path, first_seen)
        for file in changes.files
        if file.brief
    }
    return list(rows.values())


def _named(brief: Brief, slug: str) -> Brief:
    return brief if brief.slug == slug else replace(brief, slug=slug)


def _upsert(keys: str, changed: str) -> str:
    return f"ON CONFLICT ({keys}) DO UPDATE SET {changed}"


def _file_row(file: IndexedFile) -> tuple[object, ...]:
    """In the order of the table's columns."""
    state = "indexed" if file.brief else "rejected" if file.problems else "skipped"
    slug = "" if state == "skipped" else file.slug
    stamp = file.stamp
    problems = problems_to_json(file.problems)
    return (stamp.path, stamp.size, stamp.mtime_ns, file.digest, slug, state, problems, INDEX_FORMAT)
