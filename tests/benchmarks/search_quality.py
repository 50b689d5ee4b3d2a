"""How often the right brief comes first, by kind of query: judged queries where there are some, and our own.

`CORPUS=DIR` names a folder of briefs; judged queries are `queries.jsonl` in it, beside it, or in
`QUERIES=FILE`: lines of `{"query", "kind", "relevant": [slug, …]}`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from statistics import fmean

from bot.domain.result import Hit
from bot.search import Search
from tests.benchmarks._search_index import corpus_folder, directory_of, opened, real_briefs, visible
from tests.benchmarks._search_kinds import Asked, Maker

EACH = 100
"""Generated queries of each kind."""


@dataclass
class Tally:
    """Sums over the queries of one kind."""

    reciprocal: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)


class Judge:
    """Scores answers as search benchmarks do."""

    def __init__(self) -> None:
        self.kinds: defaultdict[str, Tally] = defaultdict(Tally)
        self.false_hits: defaultdict[str, list[float]] = defaultdict(list)
        self.pairs = [0, 0]

    def take(self, asked: Asked, hits: Sequence[Hit]) -> None:
        """Note one answer."""
        found = [hit.brief.slug for hit in hits]
        if not asked.relevant:
            self.false_hits[asked.kind].append(float(bool(found)))
            return
        place = next((place for place, slug in enumerate(found, 1) if slug in asked.relevant), 0)
        tally = self.kinds[asked.kind]
        tally.reciprocal.append(1 / place if place else 0.0)
        tally.first.append(float(place == 1))
        tally.recall.append(len(asked.relevant & set(found[:5])) / min(5, len(asked.relevant)))
        self._compare([hit for hit in hits if hit.brief.slug in asked.relevant])

    def _compare(self, hits: Sequence[Hit]) -> None:
        """Count pairs of relevant hits of equal score, and those whose lower one is hotter and newer."""
        times = [(hit.score, hit.brief.warmth, hit.brief.published_at) for hit in hits]
        for place, (score, heat, at) in enumerate(times):
            for other_score, other_heat, other_at in times[place + 1 :]:
                if score == other_score and at and other_at:
                    self.pairs[0] += 1
                    self.pairs[1] += other_heat > heat and other_at > at

    def lines(self) -> list[str]:
        """The table."""
        rows = [f"{'kind':18} {'queries':>7} {'MRR@10':>7} {'S@1':>6} {'R@5':>6}"]
        for kind, tally in sorted(self.kinds.items()):
            numbers = fmean(tally.reciprocal), fmean(tally.first), fmean(tally.recall)
            rows.append(f"{kind:18} {len(tally.first):7} " + "{:7.3f} {:6.3f} {:6.3f}".format(*numbers))
        macro = [
            fmean(fmean(getattr(tally, name)) for tally in self.kinds.values())
            for name in ("reciprocal", "first", "recall")
        ]
        rows.append(f"{'macro':18} {'':7} " + "{:7.3f} {:6.3f} {:6.3f}".format(*macro))
        for kind, false_hits in self.false_hits.items():
            rows.append(
                f"{kind:18} {len(false_hits):7} queries without an answer; hits {fmean(false_hits):.3f}"
            )
        rows.append(f"contradicting pairs: {self.pairs[1]} of {self.pairs[0]}")
        return rows


def judged_queries(folder: Path) -> list[Asked]:
    """The judged queries of a corpus, none where there is no file."""
    named = os.environ.get("QUERIES")
    places = (
        [Path(named)] if named else [folder / "queries.jsonl", folder.parent / "search" / "queries.jsonl"]
    )
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Asked(query=line["query"], kind=line["kind"], relevant=frozenset(line["relevant"]))
        for line in lines
        if not line.get("latency_only")
    ]


async def measure(search: Search, queries: Sequence[Asked]) -> Judge:
    """Ask all queries."""
    judge = Judge()
    for asked in queries:
        judge.take(asked, (await search.ask(asked.query, UTC, limit=10)).hits)
    return judge


async def compare() -> None:
    """Print both tables."""
    folder = corpus_folder()
    briefs = real_briefs(folder)
    async with opened(briefs, directory_of(folder)) as search:
        maker = Maker(visible(briefs))
        sets = {
            "judged": judged_queries(folder),
            "generated": [*maker.make(EACH), *maker.make_nowhere(2 * EACH)],
        }
        for name, queries in sets.items():
            if queries:
                print(f"{name} queries over {len(briefs)} briefs")
                print("\n".join((await measure(search, queries)).lines()), end="\n\n")


def main() -> None:
    """Run the benchmark."""
    asyncio.run(compare())


if __name__ == "__main__":
    main()
