"""All that is asked of a corpus: `load(folder, briefs)`."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from bot.domain.brief import Brief
from tests.benchmarks.quality.asked import Asked, Questions
from tests.benchmarks.quality.hard_kinds import HARD
from tests.benchmarks.quality.main_kinds import MAIN
from tests.benchmarks.quality.making import make
from tests.benchmarks.quality.titles import Titles

EACH = 100
"""Generated queries of each kind."""


def load(folder: Path, briefs: Sequence[Brief], *, each: int = EACH, seed: int = 1) -> Questions:
    """The corpus's judged queries, and `each` of every kind generated over `briefs`, the same for one seed.

    `briefs` are those that can be found: hidden ones would be asked for in vain.
    """
    titles = Titles(briefs)
    return Questions(
        given=tuple(given(folder, {brief.slug for brief in briefs})),
        main=tuple(make(titles, MAIN, each, seed)),
        hard=tuple(make(titles, HARD, each, seed + 1)),
    )


def generated(briefs: Sequence[Brief], *, each: int = EACH, seed: int = 1) -> tuple[Asked, ...]:
    """The generated queries of all kinds."""
    found = load(Path(os.devnull), briefs, each=each, seed=seed)
    return found.main + found.hard


def given(folder: Path, slugs: Collection[str]) -> Iterator[Asked]:
    """The judged queries in the corpus folder or beside it, of them those that these briefs answer.

    A line is `{"query", "kind", "relevant": [slug, …]}`, maybe with `"latency_only": true`;
    `QUERIES=FILE` names another file.
    """
    named = os.environ.get("QUERIES")
    places = [Path(named)] if named else list(_places(folder))
    path = next((place for place in places if place.is_file()), None)
    for line in path.read_text(encoding="utf-8").splitlines() if path else ():
        judged = json.loads(line)
        relevant = frozenset(judged["relevant"]).intersection(slugs)
        if relevant or not judged["relevant"]:
            yield Asked(
                query=judged["query"],
                kind=judged["kind"],
                relevant=relevant,
                latency_only=bool(judged.get("latency_only")),
            )


def _places(folder: Path) -> Iterator[Path]:
    yield folder / "queries.jsonl"
    yield folder / "search" / "queries.jsonl"
    yield folder.parent / "search" / "queries.jsonl"
    yield folder.parent.parent / "search" / "queries.jsonl"
