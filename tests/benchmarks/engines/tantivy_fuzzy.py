"""tantivy: fuzzy terms by length, the last word also as a beginning, fields boosted, all words before any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from bot.domain.text import words
from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import HITS, Running, in_a_thread, timed

_BOOSTS = {"title": 3.0, "meta": 2.0, "body": 1.0}
_HEAP = 300_000_000
_MOST_WORDS = 30


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("slug", stored=True, tokenizer_name="raw", index_option="basic")
    for name in _BOOSTS:
        builder.add_text_field(name, stored=False)
    return builder.build()


def _build(folder: Path, material: Material) -> None:
    writer = tantivy.Index(_schema(), path=str(folder)).writer(_HEAP)
    for text in material.texts():
        writer.add_document(
            tantivy.Document(slug=text.slug, title=text.title, meta=text.meta, body=text.body)
        )
    writer.commit()
    writer.wait_merging_threads()


def distance(word: str) -> int:
    """Edits forgiven in a word."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def _term(schema: Any, word: str, *, is_last: bool) -> Any:
    """The word itself in any field, twice as good as what is near it."""
    edits = distance(word)
    parts = []
    for name, boost in _BOOSTS.items():
        exact = Query.term_query(schema, name, word)
        parts.append((Occur.Should, Query.boost_query(exact, 2 * boost)))
        if edits or is_last:
            near = Query.fuzzy_term_query(
                schema, name, word, distance=edits, transposition_cost_one=True, prefix=is_last
            )
            parts.append((Occur.Should, Query.boost_query(near, boost)))
    return Query.boolean_query(parts)


@contextmanager
def _opened(folder: Path) -> Iterator[Callable[[str], list[str]]]:
    index = tantivy.Index.open(str(folder))
    schema, searcher = index.schema, index.searcher()

    def answer(query: str) -> list[str]:
        typed = words(query)[:_MOST_WORDS]
        terms = [_term(schema, word, is_last=word is typed[-1]) for word in typed]
        for occur in (Occur.Must, Occur.Should):
            hits = searcher.search(Query.boolean_query([(occur, term) for term in terms]), HITS).hits
            if hits or len(terms) < 2:
                return [searcher.doc(address)["slug"][0] for _, address in hits]
        return []

    yield answer


RUNNING = Running(timed(_build), in_a_thread(_opened))
