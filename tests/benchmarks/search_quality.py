"""How often the right brief comes first, by kind of query: judged queries where there are some, and our own.

`CORPUS=DIR` names a folder of briefs, `SIZES=10000,100000` synthetic corpora made from it instead;
`MISSES=1` lists each query whose answer does not come first, with what does; `EACH=200` asks more of each
kind, `KINDS=slip,short` these alone, `SEED=2` others.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from bot.domain.brief import Brief
from bot.domain.directory import EMPTY_DIRECTORY, Directory
from bot.domain.result import Hit
from bot.search import Search
from tests.benchmarks._search_index import corpus_folder, directory_of, opened, real_briefs, visible
from tests.benchmarks.corpus.briefs import Maker, Recipe
from tests.benchmarks.quality.asked import Asked, Questions
from tests.benchmarks.quality.queries import EACH, load
from tests.benchmarks.quality.scoring import Scores, contradictions, place_of, score

Answers = dict[str, tuple[Hit, ...]]


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Briefs to ask about, with the folder that may hold judged queries."""

    name: str
    folder: Path
    briefs: Sequence[Brief]
    directory: Directory = EMPTY_DIRECTORY


def corpora() -> Iterator[Corpus]:
    """The named folder's briefs, or synthetic ones of the wanted sizes."""
    folder = corpus_folder()
    real = real_briefs(folder)
    sizes = [int(size) for size in os.environ.get("SIZES", "").split(",") if size]
    if not sizes:
        yield Corpus(name=folder.name, folder=folder, briefs=real, directory=directory_of(folder))
    for size in sizes:
        yield Corpus(
            name="synthetic", folder=Path(os.devnull), briefs=list(Maker(real, Recipe(size)).briefs())
        )


async def answered(search: Search, queries: Sequence[Asked]) -> Answers:
    """The first ten hits of every query."""
    return {one.query: (await search.ask(one.query, UTC, limit=10)).hits for one in queries}


def table(scores: Scores) -> Iterator[str]:
    """The kinds line by line, the macro numbers last."""
    yield f"{'kind':18} {'queries':>7} {'MRR@10':>7} {'S@1':>6} {'R@5':>6}"
    for kind, one in scores.kinds.items():
        if one.false_hits is None:
            yield f"{kind:18} {one.queries:7} {one.mrr:7.3f} {one.success:6.3f} {one.recall:6.3f}"
        else:
            yield f"{kind:18} {one.queries:7} false hits {one.false_hits:.3f}"
    numbers = f"{scores.mrr:7.3f} {scores.success:6.3f} {scores.recall:6.3f}"
    yield f"{'macro':18} {'':7} {numbers}   worst kind {scores.worst:.3f}   false {scores.false_hits:.3f}"


def misses(queries: Sequence[Asked], answers: Answers, briefs: Sequence[Brief]) -> Iterator[str]:
    """Each query whose answer does not come first: what was wanted and what came."""
    titles = {brief.slug: brief.title for brief in briefs}
    for one in queries:
        hits = answers[one.query]
        place = place_of(one, [hit.brief.slug for hit in hits])
        if place == 1 or not (hits or one.relevant):
            continue
        wanted = min((titles[slug] for slug in one.relevant), default="nothing")
        first = f"{hits[0].brief.title} [{hits[0].score:.3f}]" if hits else "nothing"
        yield f"  {one.kind}: {one.query!r} place {place or '-'}\n      wanted {wanted}\n      came   {first}"


def pairs_line(queries: Sequence[Asked], answers: Answers, slugs: dict[str, list[str]]) -> str:
    """Contradicting pairs, by our own score and by what an engine-independent class says."""
    briefs = {hit.brief.slug: hit.brief for hits in answers.values() for hit in hits}
    scores = {(query, hit.brief.slug): hit.score for query, hits in answers.items() for hit in hits}
    own = contradictions(queries, slugs, briefs, lambda one, slug: scores[one.query, slug])
    titled = contradictions(queries, slugs, briefs)
    return (
        f"contradicting pairs: {own.share:.3f} of {own.compared:,} of equal score, "
        f"{titled.share:.3f} of {titled.compared:,} with as many of the words in the title"
    )


def sets_of(found: Questions) -> dict[str, Sequence[Asked]]:
    """The sets by name, narrowed to `KINDS` where it is set."""
    wanted = {kind for kind in os.environ.get("KINDS", "").split(",") if kind}
    sets = {"given": found.given, "main": found.main, "hard": found.hard}
    return {
        name: [one for one in queries if not one.latency_only and (not wanted or one.kind in wanted)]
        for name, queries in sets.items()
    }


async def compare(corpus: Corpus) -> None:
    """Print the tables of one corpus."""
    each, seed = int(os.environ.get("EACH", EACH)), int(os.environ.get("SEED", "1"))
    found = load(corpus.folder, visible(corpus.briefs), each=each, seed=seed)
    async with opened(corpus.briefs, corpus.directory) as search:
        for name, queries in sets_of(found).items():
            if not queries:
                continue
            answers = await answered(search, queries)
            slugs = {query: [hit.brief.slug for hit in hits] for query, hits in answers.items()}
            print(f"{name} queries over {len(corpus.briefs):,} briefs of {corpus.name}")
            print("\n".join(table(score(queries, slugs))))
            print(pairs_line(queries, answers, slugs))
            if os.environ.get("MISSES"):
                print("\n".join(misses(queries, answers, corpus.briefs)))
            print(flush=True)


def main() -> None:
    """Run the benchmark."""
    for corpus in corpora():
        asyncio.run(compare(corpus))


if __name__ == "__main__":
    main()
