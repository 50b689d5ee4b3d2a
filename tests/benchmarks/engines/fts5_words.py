"""SQLite's FTS5 as its manual shows it: all words, else any, ranked by bm25."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.domain.text import words
from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import HITS, Running, in_a_thread, timed

_FIND = f"SELECT slug FROM found WHERE found MATCH ? ORDER BY bm25(found, 0, 10, 5, 1) LIMIT {HITS}"  # noqa: S608 - constants


def build_table(folder: Path, material: Material, options: str = "") -> None:
    """Fill one FTS5 table."""
    with closing(sqlite3.connect(folder / "fts5.db")) as database, database:
        database.execute(f"CREATE VIRTUAL TABLE found USING fts5(slug UNINDEXED, title, meta, body{options})")
        rows = ((text.slug, text.title, text.meta, text.body) for text in material.texts())
        database.executemany("INSERT INTO found VALUES (?, ?, ?, ?)", rows)


class Table:
    """An FTS5 table to ask."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def find(self, match: str) -> list[str]:
        """Slugs by an FTS5 query."""
        return [row[0] for row in self._database.execute(_FIND, (match,))] if match else []

    def all_words(self, typed: Sequence[str]) -> list[str]:
        """Briefs with all of them."""
        return self.find(" ".join(f'"{word}"' for word in typed))

    def any_word(self, typed: Sequence[str]) -> list[str]:
        """Briefs with one of them."""
        return self.find(" OR ".join(f'"{word}"' for word in typed))


@contextmanager
def opened_table(folder: Path) -> Iterator[Table]:
    """The table, read-only."""
    with closing(sqlite3.connect(f"file:{folder}/fts5.db?mode=ro", uri=True)) as database:
        yield Table(database)


@contextmanager
def _opened(folder: Path) -> Iterator[Callable[[str], list[str]]]:
    with opened_table(folder) as table:
        yield lambda query: table.all_words(typed := words(query)) or table.any_word(typed)


RUNNING = Running(timed(build_table), in_a_thread(_opened))
