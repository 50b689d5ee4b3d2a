"""How well titles tell which briefs are one story, on pairs judged by hand.

`story_pairs.tsv` holds slugs and labels alone: of the corpus of real briefs beside the checkout (or in
`CORPUS=DIR`; left out where there is none) and of the project's own samples. The pairs were drawn from all
two of different providers within 72 hours, most of them near the rule: many title overlaps around .35, two or
three shared words. So the numbers say how rules
compare, and not what share of a day's briefs is judged right.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from bot.domain.brief import Article, Brief
from bot.domain.coverage import outlet_key
from bot.domain.story import (
    LEAST_OVERLAP,
    LEAST_SHARED,
    Candidate,
    Rarity,
    folded_title,
    grouped,
    is_same_story,
    overlap,
    rarity_among,
    title_words,
)
from tests.benchmarks._search_index import HOME, corpus_folder, real_briefs

PAIRS = Path(__file__).with_name("story_pairs.tsv")
THREE_DAYS, HALF = 72, 36
NEIGHBOURS = (
    (0.25, 3, THREE_DAYS),
    (0.30, 3, THREE_DAYS),
    (0.35, 2, THREE_DAYS),
    (LEAST_OVERLAP, LEAST_SHARED, THREE_DAYS),
    (0.35, 3, HALF),
    (0.35, 4, THREE_DAYS),
    (0.40, 3, THREE_DAYS),
    (0.45, 3, THREE_DAYS),
)
"""Least overlap, least shared words, most hours between the two."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two candidates and whether a person took them for one event."""

    one: Candidate
    other: Candidate
    is_same: bool

    @property
    def hours(self) -> float:
        """The time between their publications."""
        return abs(self.one.published_at - self.other.published_at) / timedelta(hours=1)


def labels(folder: str) -> Iterator[tuple[str, str, bool]]:
    """The judged pairs of one folder."""
    lines = (line for line in PAIRS.read_text("utf-8").splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines, delimiter="\t"):
        if row["folder"] == folder:
            yield row["one"], row["other"], row["label"] == "same"


def candidates(briefs: Sequence[Brief]) -> dict[str, Candidate]:
    """Each brief by slug, and its related articles as `slug#1` and on; without addresses: titles decide."""
    named: dict[str, Article] = {}
    for brief in briefs:
        named[brief.slug] = brief
        named.update({f"{brief.slug}#{place}": article for place, article in enumerate(brief.related, 1)})
    return {
        name: Candidate(
            id=number,
            story=number,
            words=title_words(article.title),
            title=folded_title(article.title),
            addresses=frozenset(),
            listed=frozenset(),
            provider=outlet_key(article),
            published_at=article.published_at,
        )
        for number, (name, article) in enumerate(named.items())
        if article.published_at
    }


def score(pairs: Sequence[Pair], judged: Callable[[Pair], bool]) -> tuple[float, float]:
    """Precision and recall; 0 where nothing is judged to be one story."""
    taken = [pair for pair in pairs if judged(pair)]
    right = sum(pair.is_same for pair in taken)
    return right / max(len(taken), 1), right / max(sum(pair.is_same for pair in pairs), 1)


def rule(least: float, shared: int, hours: float, rarity: Rarity) -> Callable[[Pair], bool]:
    """The contract's rule with other numbers."""

    def judged(pair: Pair) -> bool:
        one, other = pair.one.words, pair.other.words
        alike = len(one & other) >= shared and overlap(one, other, rarity) >= least
        return alike and pair.hours <= hours and pair.one.provider != pair.other.provider

    return judged


def report(folder: str, briefs: Sequence[Brief]) -> None:
    """The table of one folder, and how long grouping all of its briefs takes."""
    known = candidates(briefs)
    wanted = list(labels(folder))
    pairs = [
        Pair(known[one], known[other], same) for one, other, same in wanted if {one, other} <= known.keys()
    ]
    if len(pairs) < len(wanted):
        print(f"{folder}: {len(wanted) - len(pairs)} of {len(wanted)} pairs are not in this folder")
    if not pairs:
        return
    rarity = rarity_among(title_words(brief.title) for brief in briefs)
    same = sum(pair.is_same for pair in pairs)
    print(f"{folder}: {len(pairs)} pairs, {same} of one event, {len(pairs) - same} of two")
    print("  overlap  words  hours   precision  recall")
    judged = score(pairs, lambda pair: is_same_story(pair.one, pair.other, rarity))
    print(f"  the contract's rule      {judged[0]:9.2f} {judged[1]:7.2f}")
    for least, shared, hours in NEIGHBOURS:
        precision, recall = score(pairs, rule(least, shared, hours, rarity))
        print(f"  >= {least:.2f}  >= {shared}   <= {hours}   {precision:9.2f} {recall:7.2f}")
    _report_groups([known[brief.slug] for brief in briefs if brief.slug in known], rarity)


def _report_groups(every: Sequence[Candidate], rarity: Rarity) -> None:
    began = perf_counter()
    groups = grouped(every, rarity)
    took = (perf_counter() - began) * 1000
    sizes = sorted((len(group) for group in groups), reverse=True)
    print(f"  {len(every)} briefs are {len(groups)} stories, the largest of {sizes[0]}, in {took:.0f} ms")


def main() -> None:
    """Both folders."""
    corpus = corpus_folder()
    if (corpus / "seed-brief.md").is_file():
        report("corpus", real_briefs(corpus))
    else:
        print("corpus: skipped, no corpus of real briefs beside the checkout; name one with CORPUS=DIR")
    report("samples", real_briefs(HOME / "briefs"))
