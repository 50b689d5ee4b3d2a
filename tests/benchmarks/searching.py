"""A search through the public function beside rapidfuzz over every title and plain FTS5, in one run.

Over the real briefs and 10,000 synthetic ones; `SIZES=1000,100000` names other sizes (100,000 takes minutes).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from statistics import fmean, median, quantiles
from time import perf_counter

from rapidfuzz import fuzz, process

from bot.domain.brief import Brief
from bot.domain.searchable import searchable
from bot.domain.text import words
from bot.search import Search
from tests.benchmarks._search_corpus import Synthetic
from tests.benchmarks._search_index import corpus_folder, opened, real_briefs, visible
from tests.benchmarks.quality.asked import Asked
from tests.benchmarks.quality.queries import generated

SYNTHETIC = 10_000
ROUNDS = 3
QUERIES = 8
"""Of each generated kind."""

Answering = Callable[[str], Awaitable[list[str]]]


def ours(search: Search) -> Answering:
    """The public function."""

    async def answer(query: str) -> list[str]:
        return [hit.brief.slug for hit in (await search.ask(query, UTC, limit=10)).hits]

    return answer


def ratios(briefs: Sequence[Brief]) -> Answering:
    """The naive design: rapidfuzz's WRatio over all titles."""
    slugs = [brief.slug for brief in briefs]
    titles = [brief.title.lower() for brief in briefs]

    async def answer(query: str) -> list[str]:
        found = process.extract(query.lower(), titles, scorer=fuzz.WRatio, limit=10, score_cutoff=60)
        return [slugs[place] for _, _, place in found]

    return answer


def full_text(briefs: Sequence[Brief]) -> Answering:
    """FTS5 as its manual shows it: all words, ranked by bm25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE found USING fts5(slug UNINDEXED, title, meta, body)")
    texts = ((brief.slug, searchable(brief)) for brief in briefs)
    rows = ((slug, text.title, text.meta, text.body) for slug, text in texts)
    database.executemany("INSERT INTO found VALUES (?, ?, ?, ?)", rows)

    async def answer(query: str) -> list[str]:
        wanted = " ".join(f'"{word}"' for word in words(query))
        sql = "SELECT slug FROM found WHERE found MATCH ? ORDER BY bm25(found, 0, 10, 5, 1) LIMIT 10"
        return [row[0] for row in database.execute(sql, (wanted,))] if wanted else []

    return answer


async def timed(answer: Answering, queries: Sequence[Asked]) -> tuple[list[float], float]:
    """Milliseconds of each query, and the mean reciprocal rank."""
    times: list[float] = []
    ranks: list[float] = []
    for asked in queries:
        started = perf_counter()
        found = await answer(asked.query)
        times.append((perf_counter() - started) * 1000)
        ranks.append(next((1 / place for place, slug in enumerate(found, 1) if slug in asked.relevant), 0.0))
    return times, fmean(ranks)


async def compare(briefs: Sequence[Brief]) -> None:
    """Print one table; the rounds of the engines take turns, so that a busy machine is busy for all."""
    queries = [one for one in generated(visible(briefs), each=QUERIES, seed=2) if one.relevant]
    async with opened(briefs) as search:
        engines = {
            "newsbrief": ours(search),
            "FTS5 bm25": full_text(briefs),
            "rapidfuzz WRatio": ratios(briefs),
        }
        await engines["newsbrief"]("the first answer reads the vocabulary")
        asked = {
            name: queries[:: 1 if name != "rapidfuzz WRatio" else max(1, len(queries) // 50)]
            for name in engines
        }
        rounds: dict[str, list[tuple[list[float], float]]] = {name: [] for name in engines}
        for _ in range(ROUNDS):
            for name, answer in engines.items():
                rounds[name].append(await timed(answer, asked[name]))
    print(f"{len(briefs):,} briefs, {len(queries)} misspelled queries, medians of {ROUNDS} rounds")
    print(f"{'':18} {'p50 ms':>8} {'p99 ms':>8} {'MRR@10':>7}")
    for name, runs in rounds.items():
        middle = median(median(times) for times, _ in runs)
        worst = median(quantiles(times, n=100)[98] for times, _ in runs)
        print(f"{name:18} {middle:8.2f} {worst:8.2f} {runs[0][1]:7.3f}")


def main() -> None:
    """Run the benchmark."""
    real = real_briefs(corpus_folder())
    asyncio.run(compare(real))
    for size in os.environ.get("SIZES", str(SYNTHETIC)).split(","):
        asyncio.run(compare(list(Synthetic(real, int(size)).briefs())))


if __name__ == "__main__":
    main()
