"""Meilisearch's engine as its Python binding `milli` gives it: its own typo rules, ranking and prefixes.

The binding searches every field of a document, so that the slugs stand in a file beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import milli

from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import HITS, Running, in_a_thread, timed
from tests.benchmarks.engines.slugs import Slugs

_MAP_SIZE = 64 << 30
"""Of the database's address space, not of the disk."""
_BATCH = 50_000


def _build(folder: Path, material: Material) -> None:
    index = milli.Index(str(folder), _MAP_SIZE)
    batch: list[dict[str, object]] = []
    slugs: list[str] = []
    for number, text in enumerate(material.texts()):
        batch.append({"title": text.title, "meta": text.meta, "body": text.body, "id": number})
        slugs.append(text.slug)
        if len(batch) == _BATCH:
            index.add_documents(batch)
            batch = []
    if batch:
        index.add_documents(batch)
    Slugs.write(folder, slugs)


@contextmanager
def _opened(folder: Path) -> Iterator[Callable[[str], list[str]]]:
    index = milli.Index(str(folder), _MAP_SIZE)
    with Slugs(folder) as slugs:

        def answer(query: str) -> list[str]:
            ids = index.search(query)[:HITS]
            return [slugs[int(document["id"])] for document in index.get_documents(ids)] if ids else []

        yield answer


RUNNING = Running(timed(_build), in_a_thread(_opened))
