"""FTS5 with its trigram tokenizer: any three letters in common, ranked by bm25."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bot.domain.text import words
from tests.benchmarks.engines.fts5_words import build_table, opened_table
from tests.benchmarks.engines.running import Running, in_a_thread, timed

_MOST = 100
"""Trigrams of a query that are asked for."""


def trigrams(text: str) -> list[str]:
    """Every three letters in a row, once."""
    return list(dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)))


@contextmanager
def _opened(folder: Path) -> Iterator[Callable[[str], list[str]]]:
    with opened_table(folder) as table:
        yield lambda query: table.any_word(trigrams(" ".join(words(query)))[:_MOST])


RUNNING = Running(timed(partial(build_table, options=", tokenize='trigram'")), in_a_thread(_opened))
