"""Xapian with its own spelling correction: all words, else as corrected, else any word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import xapian

from bot.domain.text import words
from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import HITS, Running, in_a_thread, timed

_FLAGS = xapian.QueryParser.FLAG_SPELLING_CORRECTION | xapian.QueryParser.FLAG_PARTIAL
_MOST_WORDS = 30


def _build(folder: Path, material: Material) -> None:
    with closing(xapian.WritableDatabase(str(folder / "xapian"), xapian.DB_CREATE_OR_OPEN)) as database:
        generator = xapian.TermGenerator()
        generator.set_database(database)
        generator.set_flags(xapian.TermGenerator.FLAG_SPELLING)
        for text in material.texts():
            document = xapian.Document()
            document.set_data(text.slug)
            generator.set_document(document)
            for tokens, weight in ((text.title, 5), (text.meta, 3), (text.body, 1)):
                generator.index_text(tokens, weight)
                generator.increase_termpos()
            database.add_document(document)


@contextmanager
def _opened(folder: Path) -> Iterator[Callable[[str], list[str]]]:
    with closing(xapian.Database(str(folder / "xapian"))) as database:
        parser = xapian.QueryParser()
        parser.set_database(database)
        enquire = xapian.Enquire(database)

        def find(text: str, operator: Any) -> list[str]:
            parser.set_default_op(operator)
            enquire.set_query(parser.parse_query(text, _FLAGS))
            return [match.document.get_data().decode() for match in enquire.get_mset(0, HITS)]

        def answer(query: str) -> list[str]:
            typed = " ".join(words(query)[:_MOST_WORDS])
            if hits := find(typed, xapian.Query.OP_AND):
                return hits
            corrected = parser.get_corrected_query_string().decode() or typed
            return find(corrected, xapian.Query.OP_AND) or find(corrected, xapian.Query.OP_OR)

        yield answer


RUNNING = Running(timed(_build), in_a_thread(_opened))
