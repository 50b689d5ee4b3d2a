"""PostgreSQL: tsvector for all words, else each word as pg_trgm finds it among the index's, else any word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it carries none

from bot.domain.text import words
from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import HITS, Answering, Running, batches, timed
from tests.postgres import start_server

_TABLES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE brief (slug text NOT NULL, words tsvector NOT NULL);
"""
_INSERT = """
INSERT INTO brief VALUES ($1,
    setweight(to_tsvector('simple', $2), 'A') || setweight(to_tsvector('simple', $3), 'B')
    || setweight(to_tsvector('simple', $4), 'C'))
"""
_INDEXES = """
CREATE INDEX ON brief USING gin (words);
CREATE TABLE word AS SELECT word, ndoc FROM ts_stat('SELECT words FROM brief');
CREATE INDEX ON word USING gin (word gin_trgm_ops);
ANALYZE;
"""
_FIND = f"""
SELECT slug FROM brief, to_tsquery('simple', $1) query WHERE words @@ query
ORDER BY ts_rank(words, query) DESC LIMIT {HITS}
"""  # noqa: S608 - a constant
_NEAR = "SELECT word FROM word WHERE word % $1 ORDER BY similarity(word, $1) DESC, ndoc DESC LIMIT 3"
_MOST_WORDS = 30
_BATCH = 5000


def _build(folder: Path, material: Material) -> None:
    with _server(folder) as url:
        asyncio.run(_fill(url, material))


async def _fill(url: str, material: Material) -> None:
    connection = await asyncpg.connect(dsn=url)
    await connection.execute(_TABLES)
    rows = ((text.slug, text.title, text.meta, text.body) for text in material.texts())
    for batch in batches(rows, _BATCH):
        await connection.executemany(_INSERT, batch)
    await connection.execute(_INDEXES, timeout=None)
    await connection.close()


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """A server with its data in the folder; the account it runs as must be able to come that far."""
    for above in (folder, folder.parent):
        above.chmod(0o755)
    server = start_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@asynccontextmanager
async def _opened(folder: Path, _material: Material) -> AsyncIterator[Answering]:
    with _server(folder) as url:
        connection = await asyncpg.connect(dsn=url)
        yield Asking(connection).answer
        await connection.close()


class Asking:
    """Asks in up to three steps over one connection; the wire to the server is its executor hop."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def answer(self, query: str) -> list[str]:
        """The slugs of the first hits."""
        typed = words(query)[:_MOST_WORDS]
        if not typed:
            return []
        if hits := await self._find([*(_quoted(word) for word in typed[:-1]), f"{_quoted(typed[-1])}:*"]):
            return hits
        groups = [await self._near(word) for word in typed]
        return await self._find(groups) or await self._find([" | ".join(groups)])

    async def _near(self, word: str) -> str:
        rows = await self._connection.fetch(_NEAR, word)
        return f"({' | '.join(_quoted(row[0]) for row in rows) or _quoted(word)})"

    async def _find(self, terms: Sequence[str]) -> list[str]:
        return [row[0] for row in await self._connection.fetch(_FIND, " & ".join(terms))]


def _quoted(word: str) -> str:
    return f"'{word}'"


RUNNING = Running(timed(_build), _opened)
