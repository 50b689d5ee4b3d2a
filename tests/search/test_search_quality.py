"""How good the answers are on queries made from real titles, and what “did you mean” promises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.brief import Brief
from bot.domain.result import SearchResult
from bot.domain.searchable import searchable
from bot.domain.text import words
from bot.search import Search
from tests.benchmarks._search_index import directory_of, opened, real_briefs, visible
from tests.benchmarks.quality.asked import Asked
from tests.benchmarks.quality.hard_kinds import HARD
from tests.benchmarks.quality.main_kinds import MAIN
from tests.benchmarks.quality.queries import load
from tests.benchmarks.quality.scoring import contradictions, score

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
EACH = 40
CORRECTED = ("typo1", "typo_multi", "first_letter", "nospace", "typo_join")
"""Kinds whose queries hold no word that stands anywhere; of those whose answer holds all that was meant."""


class Examined:
    """Queries over some briefs with their answers."""

    def __init__(self, search: Search, briefs: Sequence[Brief], queries: Sequence[Asked]) -> None:
        self.search, self.queries = search, queries
        self.briefs = {brief.slug: brief for brief in briefs}
        self.results: dict[str, SearchResult] = {}

    async def ask(self, queries: Sequence[Asked]) -> dict[str, list[str]]:
        """The slugs of each query's first ten hits."""
        for one in queries:
            if one.query not in self.results:
                self.results[one.query] = await self.search.ask(one.query, UTC, limit=10)
        return {one.query: [hit.brief.slug for hit in self.results[one.query].hits] for one in queries}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["samples", "corpus"])
async def examined(request: pytest.FixtureRequest) -> AsyncIterator[Examined]:
    """The project's own briefs; the corpus where there is one."""
    folder: Path = request.getfixturevalue(request.param)
    briefs = visible(real_briefs(folder))
    found = load(folder, briefs, each=EACH)
    async with opened(briefs, directory_of(folder)) as search:
        yield Examined(search, briefs, found.main + found.hard)


async def test_right_brief_comes_first_and_nothing_comes_of_nonsense(examined: Examined) -> None:
    main = [one for one in examined.queries if one.kind in MAIN]
    scores = score(main, await examined.ask(main))
    assert scores.mrr >= 0.97
    assert scores.success >= 0.95
    assert scores.recall >= 0.97
    assert scores.false_hits <= 0.04
    assert scores.worst >= 0.92


async def test_right_brief_comes_first_where_it_is_hard(examined: Examined) -> None:
    hard = [one for one in examined.queries if one.kind in HARD]
    scores = score(hard, await examined.ask(hard))
    assert scores.mrr >= 0.92
    assert scores.false_hits <= 0.03


async def test_hotter_and_newer_of_equals_stands_first(examined: Examined) -> None:
    answers = await examined.ask(examined.queries)
    scores = {
        (query, hit.brief.slug): hit.score
        for query, result in examined.results.items()
        for hit in result.hits
    }
    pairs = contradictions(
        examined.queries, answers, examined.briefs, lambda one, slug: scores[one.query, slug]
    )
    assert pairs.compared > 500
    assert pairs.share <= 0.02


async def test_suggestion_names_what_was_corrected_and_brings_the_same_first_hit(examined: Examined) -> None:
    await examined.ask(examined.queries)
    suggested = 0
    for one in examined.queries:
        result = examined.results[one.query]
        if not result.suggestion:
            continue
        suggested += 1
        first = result.hits[0].brief
        for typed, right in result.suggestion.corrections:
            assert typed.lower() in one.query.lower()
            assert right in result.suggestion.text
            assert set(words(right)) <= words_of(first)
        again = await examined.search.ask(result.suggestion.text, UTC)
        assert again.suggestion is None
        assert again.hits[0].brief.slug == first.slug
    assert suggested > 300


async def test_suggestion_appears_where_a_correction_carried_the_answer(examined: Examined) -> None:
    await examined.ask(examined.queries)
    carried = [one for one in examined.queries if one.kind in CORRECTED and is_carried(one, examined)]
    silent = [one.query for one in carried if not examined.results[one.query].suggestion]
    assert len(carried) > 100
    assert len(silent) <= len(carried) // 50


def is_carried(one: Asked, examined: Examined) -> bool:
    """True where the first hit matched by all that was meant, and not by every word as it was begun."""
    hits = examined.results[one.query].hits
    if not hits or not set(one.clean) <= set(hits[0].matched):
        return False
    held = words_of(hits[0].brief)
    return any(not any(word.startswith(typed) for word in held) for typed in words(one.query))


def words_of(brief: Brief) -> set[str]:
    text = searchable(brief)
    return set(f"{text.title} {text.meta} {text.body}".split())
