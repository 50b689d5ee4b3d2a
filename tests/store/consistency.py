"""Whether everything that is derived from the briefs equals what a fresh index would hold."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

from bot.domain.brief import Brief
from bot.store.codec import brief_from_document
from bot.store.place import place_of
from bot.store.preparing import text_of
from bot.store.rows import BriefRow, TextOf, microseconds, row_of, tokens_of
from bot.store.textual import fts_text
from tests.postgres import run_sql

_TABLES = {
    "brief": "id, slug, path, hidden, withdrawn, is_video, published_at, heat, quality, "
    "provider_key, provider_name, title, meta, body",
    "brief_topic": "key, brief_id, name",
    "brief_address": "digest, brief_id",
    "name_count": "kind, key, name, briefs",
    "heat_count": "heat, briefs",
    "vocabulary": "token, briefs",
}


async def differences(url: str) -> list[str]:
    """What the derived tables hold too much or too little; empty where all is right."""
    stored = {
        name: await _rows(url, f"SELECT {columns} FROM {name}")  # noqa: S608 - constants
        for name, columns in _TABLES.items()
    }
    documents = await _rows(
        url, "SELECT b.id, b.path, d.document FROM brief b JOIN brief_document d ON d.brief_id = b.id"
    )
    text = text_of("postgresql" if place_of(url).is_postgres else "sqlite")
    rows = [_again(number, path, brief_from_document(document), text) for number, path, document in documents]
    expected = _expected(rows)
    found: list[str] = []
    for name, wanted in expected.items():
        had = Counter(_counted(name, row) for row in stored[name] if not _is_empty(name, row))
        found += [f"{name}: too much {row}" for row in (had - wanted)]
        found += [f"{name}: missing {row}" for row in (wanted - had)]
    return found + await _search_differences(url, [row for row in rows if not row.hidden])


def _again(number: int, path: str, brief: Brief, text: TextOf) -> BriefRow:
    assert brief.published_at
    return row_of(brief, path, microseconds(brief.published_at), text)._replace(id=number)


def _expected(rows: list[BriefRow]) -> dict[str, Counter[Any]]:
    shown = [row for row in rows if not row.hidden]
    names: Counter[Any] = Counter()
    for row in shown:
        names.update(("topic", key, name) for key, name in row.topics)
        if row.provider_key:
            names["provider", row.provider_key, row.provider_name] += 1
    tokens = Counter(token for row in shown for token in tokens_of(row))
    return {
        "brief": Counter(tuple(getattr(row, name) for name in _TABLES["brief"].split(", ")) for row in rows),
        "brief_topic": Counter((key, row.id, name) for row in rows for key, name in row.topics),
        "brief_address": Counter((digest, row.id) for row in rows for digest in row.addresses),
        "name_count": Counter((*name, count) for name, count in names.items()),
        "heat_count": Counter(Counter(row.heat for row in shown).items()),
        "vocabulary": Counter(tokens.items()),
    }


def _counted(name: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    if name == "brief":  # SQLite gives 0 and 1 for booleans, which equal False and True
        return (*row[:3], bool(row[3]), bool(row[4]), *row[5:])
    return row


def _is_empty(name: str, row: tuple[Any, ...]) -> bool:
    """Counts of nothing are kept, so that readers learn of them."""
    return name in {"name_count", "heat_count", "vocabulary"} and row[-1] == 0


async def _search_differences(url: str, shown: list[BriefRow]) -> list[str]:
    if place_of(url).is_postgres:
        stored = {row[0]: row[1] for row in await run_sql(url, "SELECT id, words::text FROM brief_search")}
        again = "SELECT CAST(CAST($1 AS text) AS tsvector)::text"
        wanted = {row.id: (await run_sql(url, again, row.text))[0][0] for row in shown}
        return [] if stored == wanted else [f"brief_search: {stored} instead of {wanted}"]
    path = place_of(url).path
    with closing(sqlite3.connect(str(path))) as connection:
        connection.execute("INSERT INTO brief_search(brief_search) VALUES ('integrity-check')")
        connection.execute(
            "CREATE VIRTUAL TABLE temp.held USING fts5vocab('main', 'brief_search', 'instance')"
        )
        had = set(connection.execute("SELECT DISTINCT doc, term FROM held"))
    wanted_words = {
        (row.id, token) for row in shown for token in fts_text(row.title, row.meta, row.body).split()
    }
    return [f"brief_search: {item}" for item in had ^ wanted_words]


async def _rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    if place_of(url).is_postgres:
        return [tuple(row) for row in await run_sql(url, sql)]
    with closing(sqlite3.connect(str(place_of(url).path))) as connection:
        return connection.execute(sql).fetchall()
