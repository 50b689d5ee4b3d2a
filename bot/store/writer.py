"""Writing the index: the only code that changes briefs, and with them their words and counts.

FTS5 deletes right only when it is given exactly the text that it was given to index, so the old rows are
read first, and everything that follows from them is worked out before anything is written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, Table, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.index import FileStamp, IndexChanges, IndexedFile
from bot.domain.searchable import INDEX_FORMAT
from bot.store import tables
from bot.store.codec import problems_to_json
from bot.store.rows import BriefRow, CountedRow, microseconds, next_id, row_of
from bot.store.textual import tsvector_of

_CHUNK = 500
_COUNTED = tuple(tables.brief.c[field.name] for field in fields(CountedRow))


@dataclass(slots=True)
class Counts:
    """What the briefs of a batch add to the counts of all that are not hidden (or take away)."""

    tokens: Counter[str] = field(default_factory=Counter)
    names: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    heats: Counter[int] = field(default_factory=Counter)

    def add(self, row: CountedRow, topics: Iterable[tuple[str, str]], sign: int) -> None:
        """Count one brief."""
        for token in row.tokens():
            self.tokens[token] += sign
        for key, name in topics:
            self.names["topic", key, name] += sign
        if row.provider_key:
            self.names["provider", row.provider_key, row.provider_name] += sign
        self.heats[row.heat] += sign


class Writer:
    """One batch of changes inside the caller's transaction."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._now = microseconds(now)

    async def apply(self, changes: IndexChanges) -> None:
        """Write the changes; a brief that only changes its file is never missing in between."""
        version = await self._next_version()
        indexed = [file for file in changes.files if file.brief]
        rows = await self._rows_of(indexed)
        paths = {*changes.gone, *(file.stamp.path for file in changes.files)}
        old = await self._old_rows(sorted(paths), [row.slug for row in rows])
        if old or rows:
            counts = Counts()
            await self._remove_briefs(old, counts)
            await self._add_briefs(rows, counts)
            await self._write_counts(counts, version)
        await self._write_files(changes)
        if old or rows:
            await self._run(update(tables.index_state).values(version=version))

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
            await self._run(delete(tables.vocabulary).where(tables.vocabulary.c.briefs == 0))
            values |= {"version": version, "vocabulary_floor": version}
        await self._run(update(tables.index_state).values(**values))

    async def _next_version(self) -> int:
        """The version that this batch makes; on PostgreSQL writers queue here."""
        found = await self._connection.execute(select(tables.index_state.c.version).with_for_update())
        return int(found.scalar_one()) + 1

    async def _rows_of(self, files: Sequence[IndexedFile]) -> list[BriefRow]:
        """The rows of the briefs, the last of namesakes only, each with a number nobody else has."""
        slugs = [file.slug for file in files]
        seen = await self._first_seen(slugs)
        rows = {
            file.slug: row_of(replace(file.brief, slug=file.slug), file.stamp.path, seen[file.slug])
            for file in files
            if file.brief
        }
        return await self._numbered(list(rows.values()))

    async def _first_seen(self, slugs: Sequence[str]) -> dict[str, int]:
        """When each slug was first indexed, now where it never was."""
        table = tables.first_seen
        fresh = [{"slug": slug, "seen_at": self._now} for slug in dict.fromkeys(slugs)]
        await self._run(self._insert(table).on_conflict_do_nothing(), fresh)
        found = await self._select_in(select(table.c.slug, table.c.seen_at), table.c.slug, slugs)
        return {row.slug: row.seen_at for row in found}

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

    async def _remove_briefs(self, old: Sequence[CountedRow], counts: Counts) -> None:
        ids = [row.id for row in old]
        topic = tables.brief_topic
        topics: dict[int, list[tuple[str, str]]] = {}
        for row in await self._select_in(
            select(topic.c.brief_id, topic.c.key, topic.c.name), topic.c.brief_id, ids
        ):
            topics.setdefault(row.brief_id, []).append((row.key, row.name))
        shown = [row for row in old if not row.hidden]
        for row in shown:
            counts.add(row, topics.get(row.id, ()), -1)
        await self._unsearch(shown)
        for table in (tables.brief_document, topic, tables.brief_address):
            await self._delete_in(table, table.c.brief_id, ids)
        await self._delete_in(tables.brief, tables.brief.c.id, ids)

    async def _add_briefs(self, rows: Sequence[BriefRow], counts: Counts) -> None:
        names = [column.name for column in tables.brief.c]
        await self._run(insert(tables.brief), [{name: getattr(row, name) for name in names} for row in rows])
        await self._run(
            insert(tables.brief_document), [{"brief_id": row.id, "document": row.document} for row in rows]
        )
        await self._run(
            insert(tables.brief_topic),
            [{"key": key, "brief_id": row.id, "name": name} for row in rows for key, name in row.topics],
        )
        await self._run(
            insert(tables.brief_address),
            [{"digest": digest, "brief_id": row.id} for row in rows for digest in row.addresses],
        )
        shown = [row for row in rows if not row.hidden]
        for row in shown:
            counts.add(row, row.topics, 1)
        await self._search(shown)

    async def _unsearch(self, old: Sequence[CountedRow]) -> None:
        """Take briefs out of the full-text table, on SQLite with exactly what was put in."""
        if not self._is_sqlite:
            await self._many("DELETE FROM brief_search WHERE id = :id", [{"id": row.id} for row in old])
            return
        sql = (
            "INSERT INTO brief_search(brief_search, rowid, title, meta, body) "
            "VALUES ('delete', :id, :title, :meta, :body)"
        )
        await self._many(sql, [_text_of(row) for row in old])

    async def _search(self, rows: Sequence[BriefRow]) -> None:
        """Put briefs into the full-text table."""
        if self._is_sqlite:
            sql = "INSERT INTO brief_search(rowid, title, meta, body) VALUES (:id, :title, :meta, :body)"
            await self._many(sql, [_text_of(row) for row in rows])
            return
        sql = "INSERT INTO brief_search(id, words) VALUES (:id, CAST(CAST(:words AS text) AS tsvector))"
        await self._many(sql, [{"id": row.id, "words": tsvector_of(row)} for row in rows])

    async def _write_counts(self, counts: Counts, version: int) -> None:
        """Add the differences; rows are ordered, so that no two writers wait for each other."""
        tokens = [
            {"token": token, "briefs": number, "version": version}
            for token, number in sorted(counts.tokens.items())
            if number
        ]
        await self._add_to(tables.vocabulary, tokens, version=version)
        names = [
            {"kind": kind, "key": key, "name": name, "briefs": number}
            for (kind, key, name), number in sorted(counts.names.items())
            if number
        ]
        await self._add_to(tables.name_count, names)
        heats = [{"heat": heat, "briefs": number} for heat, number in sorted(counts.heats.items()) if number]
        await self._add_to(tables.heat_count, heats)

    async def _add_to(self, table: Table, rows: Sequence[dict[str, Any]], **also: Any) -> None:
        found = self._insert(table)
        keys = list(table.primary_key.columns)
        changed = {"briefs": table.c.briefs + found.excluded.briefs, **also}
        await self._run(found.on_conflict_do_update(index_elements=keys, set_=changed), rows)

    async def _write_files(self, changes: IndexChanges) -> None:
        table = tables.file
        await self._delete_in(table, table.c.path, changes.gone)
        found = self._insert(table)
        names = ("size", "mtime_ns", "digest", "slug", "state", "problems", "format")
        values = {name: found.excluded[name] for name in names}
        upsert = found.on_conflict_do_update(index_elements=[table.c.path], set_=values)
        await self._run(upsert, [_file_row(file) for file in changes.files])
        await self._many(
            "UPDATE file SET size = :size, mtime_ns = :mtime_ns WHERE path = :path",
            [{"path": s.path, "size": s.size, "mtime_ns": s.mtime_ns} for s in changes.touched],
        )

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT; both dialects have the same one."""
        return sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)

    async def _run(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> None:
        """Run a statement once, or for each row; nothing for no rows."""
        if rows is None:
            await self._connection.execute(statement)
        elif rows:
            await self._connection.execute(statement, rows)

    async def _many(self, sql: str, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(text(sql), rows)

    async def _select_in(
        self, columns: Select[Any], column: ColumnElement[Any], values: Sequence[Any]
    ) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(values), _CHUNK):
            chunk = list(values[start : start + _CHUNK])
            found += (await self._connection.execute(columns.where(column.in_(chunk)))).all()
        return found

    async def _delete_in(self, table: Table, column: ColumnElement[Any], values: Sequence[Any]) -> None:
        for start in range(0, len(values), _CHUNK):
            await self._run(delete(table).where(column.in_(list(values[start : start + _CHUNK]))))


def _text_of(row: CountedRow) -> dict[str, Any]:
    return {"id": row.id, "title": row.title, "meta": row.meta, "body": row.body}


def _file_row(file: IndexedFile) -> dict[str, Any]:
    state = "indexed" if file.brief else "rejected" if file.problems else "skipped"
    stamp: FileStamp = file.stamp
    return {
        "path": stamp.path,
        "size": stamp.size,
        "mtime_ns": stamp.mtime_ns,
        "digest": file.digest,
        "slug": "" if state == "skipped" else file.slug,
        "state": state,
        "problems": problems_to_json(file.problems),
        "format": INDEX_FORMAT,
    }
