"""Bringing the ledger up to the index: batches of changed slugs, each in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.bulk import delete_rows, insert_rows, run_rows, select_rows
from bot.store.ledger.book import Book, Known, Written, window_of
from bot.store.ledger.facts import ROW_COLUMNS, Facts, LedgerRow, facts_of, row_from, values_of
from bot.store.ledger.stories import WINDOW_MICROS, KnownDigests, Span, Stories
from bot.store.ledger.tables import changed_slug, ledger_state
from bot.store.tables import index_state

BATCH = 250
"""Slugs of one transaction: on SQLite nobody else writes meanwhile."""

MOST_OF_ONE_ADDRESS = 50
"""So many of the briefs that share one address are looked at, the newest first: a story has at most 10."""

_ROWS = f"SELECT {ROW_COLUMNS} FROM ledger_brief WHERE "  # noqa: S608 - constants
_DOCUMENTS = (
    "SELECT b.slug, d.document, b.hidden, b.published_at FROM brief b "
    "JOIN brief_document d ON d.brief_id = b.id WHERE b.slug {0}"
)
_ADDRESSES = (
    "SELECT digest, brief_id FROM (SELECT digest, brief_id, "
    "row_number() OVER (PARTITION BY digest ORDER BY brief_id DESC) AS place "
    "FROM ledger_address WHERE digest {0}) AS found WHERE place <= {1}"
)
_SPANS = (
    "SELECT story, min(published_at), max(published_at), count(*), min(visible_at) FROM ledger_brief "
    "WHERE story {0} GROUP BY story"
)
_TITLES = _ROWS + "title_key {0} AND published_at BETWEEN {1} AND {2}"
_CHANGED = tuple(name for name in ROW_COLUMNS.split(", ") if name not in ("id", "visible_at"))
_UPDATE = (
    "UPDATE ledger_brief SET "  # noqa: S608 - constants
    + ", ".join(f"{name} = {{{place}}}" for place, name in enumerate(_CHANGED, 2))
    + " WHERE id = {1}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one transaction did: how many changes, the last slug it took, whether there may be more."""

    changes: int
    after: str
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The row of `ledger_state`."""

    version: int
    last_brief: int
    last_change: int


class Noter:
    """The batches of one call; what it keeps in memory between them holds while nobody else noted."""

    def __init__(self, engine: AsyncEngine, now: int) -> None:
        self._engine = engine
        self._now = now
        self._version = -1
        self._stories = Stories()

    async def batch(self, after: str) -> Batch:
        """Note the next changed slugs."""
        async with self._engine.begin() as connection:
            state = await self._lock(connection)
            slugs = await self._due(connection, after)
            if not slugs:
                return Batch(changes=0, after="", is_last=not after)
            facts = await self._facts(connection, slugs)
            written = await self._decided(connection, facts, state)
            await self._write(connection, written)
            await self._consume(connection, slugs, facts)
            await self._advance(connection, state, written)
        self._version = state.version + 1
        return Batch(changes=len(written.changes), after=slugs[-1], is_last=False)

    async def _lock(self, connection: AsyncConnection) -> _State:
        """The ledger's state; who notes or writes the index waits here for one another.

        A slug that changes after it was read here would else lose its mark.
        """
        await connection.execute(select(index_state.c.version).with_for_update())
        found = (await connection.execute(select(ledger_state).with_for_update())).one()
        state = _State(version=found.version, last_brief=found.last_brief, last_change=found.last_change)
        if state.version != self._version:
            self._stories = Stories()
        return state

    async def _due(self, connection: AsyncConnection, after: str) -> list[str]:
        table = changed_slug
        due = select(table.c.slug).where(table.c.at <= self._now, table.c.slug > after)
        return list((await connection.execute(due.order_by(table.c.slug).limit(BATCH))).scalars())

    async def _facts(self, connection: AsyncConnection, slugs: Sequence[str]) -> list[Facts]:
        found = await select_rows(connection, _DOCUMENTS, slugs)
        now = self._now

        def parse() -> list[Facts]:
            return [facts_of(slug, document, bool(hidden), at, now) for slug, document, hidden, at in found]

        return await asyncio.to_thread(parse)

    async def _decided(self, connection: AsyncConnection, facts: Sequence[Facts], state: _State) -> Written:
        known = await self._known(connection, facts, state)
        book = Book(known, self._stories)
        looking = book.looking_for_stories(facts)
        await self._cover_window(connection, looking)
        near = await asyncio.to_thread(_all_near, book, looking)
        await self._know_stories(connection, [*near.values(), *known.rows])
        await self._know_words(connection, looking, near.values())
        return await asyncio.to_thread(book.decide, facts)

    async def _known(self, connection: AsyncConnection, facts: Sequence[Facts], state: _State) -> Known:
        digests = sorted({digest for one in facts for digest in (*one.addresses, *one.listed)})
        pairs = [
            (bytes(row[0]), row[1])
            for row in await select_rows(connection, _ADDRESSES, digests, MOST_OF_ONE_ADDRESS)
        ]
        found = await select_rows(connection, _ROWS + "slug {0}", [one.slug for one in facts])
        found += await self._titled(connection, facts)
        numbers = {row[0] for row in found}
        found += await select_rows(
            connection, _ROWS + "id {0}", sorted({brief for _, brief in pairs} - numbers)
        )
        rows = list({row[0]: row_from(row) for row in found}.values())
        here = {one.slug for one in facts}
        elsewhere = [row.slug for row in rows if row.slug not in here]
        slugs = await select_rows(connection, "SELECT slug FROM brief WHERE slug {0}", elsewhere)
        return Known(
            rows=rows,
            digests=KnownDigests(pairs),
            present=frozenset(here | {row[0] for row in slugs}),
            now=self._now,
            last_brief=state.last_brief,
            last_change=state.last_change,
        )

    async def _titled(self, connection: AsyncConnection, facts: Sequence[Facts]) -> list[Any]:
        """Briefs with the same title from about the same days: a chain goes no further."""
        keys = sorted({one.title_key for one in facts if one.title_key is not None})
        if not keys:
            return []
        times = [one.published_at for one in facts]
        span = (min(times) - WINDOW_MICROS, max(times) + WINDOW_MICROS)
        return await select_rows(connection, _TITLES, keys, *span)

    async def _cover_window(self, connection: AsyncConnection, facts: Sequence[Facts]) -> None:
        window = self._stories.window
        span = window_of(facts, self._now)
        if span is None:
            return
        for low, high in window.missing(*span):
            sql = _ROWS.replace("listed", "''") + "published_at BETWEEN {1} AND {2}"
            found = await connection.exec_driver_sql(*_between(connection, sql, low, high))
            rows = [row_from((*row[:-1], b"")) for row in found]
            window.cover(low, high, rows)

    async def _know_stories(self, connection: AsyncConnection, rows: Iterable[LedgerRow]) -> None:
        stories = self._stories
        for story, first, last, size, visible_at in await select_rows(
            connection, _SPANS, stories.unknown(row.story for row in rows)
        ):
            stories.spans[story] = Span(first=first, last=last, size=size, visible_at=visible_at)

    async def _know_words(
        self, connection: AsyncConnection, facts: Sequence[Facts], near: Iterable[LedgerRow]
    ) -> None:
        """How many visible briefs hold each word that may have to be weighed."""
        stories = self._stories
        words = {word for one in facts for word in one.words} | {word for row in near for word in row.words}
        missing = stories.unknown_words(words)
        if not missing:
            return
        found = await select_rows(connection, "SELECT token, briefs FROM vocabulary WHERE token {0}", missing)
        counted = await connection.exec_driver_sql("SELECT COALESCE(sum(briefs), 0) FROM heat_count")
        frequencies = dict.fromkeys(missing, 1) | {row[0]: row[1] for row in found}
        stories.know_words(frequencies, int(counted.scalar_one()))

    async def _write(self, connection: AsyncConnection, written: Written) -> None:
        columns = ROW_COLUMNS.split(", ")
        await insert_rows(connection, "ledger_brief", columns, [values_of(row) for row in written.added])
        await run_rows(connection, _UPDATE, [_changed_values(row) for row in written.changed])
        await insert_rows(
            connection,
            "ledger_address",
            ("digest", "brief_id"),
            sorted(written.addresses),
            "ON CONFLICT DO NOTHING",
        )
        await run_rows(connection, "UPDATE ledger_brief SET story = {2} WHERE story = {1}", written.merged)
        names = ("number", "brief_id", "kind", "old_heat", "at")
        await insert_rows(connection, "brief_change", names, written.changes)

    async def _consume(
        self, connection: AsyncConnection, slugs: Sequence[str], facts: Sequence[Facts]
    ) -> None:
        """Forget the marks; those of briefs that are still to come wait for their time."""
        waiting = [(one.slug, one.waits_until) for one in facts if one.waits_until]
        gone = sorted({*slugs} - {slug for slug, _ in waiting})
        await delete_rows(connection, "DELETE FROM changed_slug WHERE slug {0}", gone)
        await run_rows(connection, "UPDATE changed_slug SET at = {2} WHERE slug = {1}", waiting)

    async def _advance(self, connection: AsyncConnection, state: _State, written: Written) -> None:
        await connection.execute(
            update(ledger_state).values(
                version=state.version + 1,
                last_brief=state.last_brief + len(written.added),
                last_change=state.last_change + len(written.changes),
            )
        )


def _all_near(book: Book, facts: Sequence[Facts]) -> dict[int, LedgerRow]:
    near: dict[int, LedgerRow] = {}
    for one in facts:
        near.update(book.near(one))
    return near


def _changed_values(row: LedgerRow) -> tuple[object, ...]:
    """In the order of the update: the id, then every column that may change."""
    values = dict(zip(ROW_COLUMNS.split(", "), values_of(row), strict=True))
    return (row.id, *(values[name] for name in _CHANGED))


def _between(connection: AsyncConnection, sql: str, low: int, high: int) -> tuple[str, tuple[int, int]]:
    marks = ("?1", "?2") if _is_sqlite(connection) else ("$1", "$2")
    return sql.format("", *marks), (low, high)


def _is_sqlite(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "sqlite"
