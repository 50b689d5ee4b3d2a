"""What answers are worth, and whether heat and recency decide between equals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from bot.domain.brief import Brief
from bot.domain.text import words
from tests.benchmarks.quality.asked import Asked

DEEPEST = 10
"""Places of an answer that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """Means over the queries of one kind; `false_hits` alone where nothing may be found."""

    queries: int
    mrr: float = 0.0
    success: float = 0.0
    recall: float = 0.0
    false_hits: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Means over kinds with equal weight: MRR@10, Success@1, Recall@5 of those with answers.

    `false_hits` is the share of all queries without an answer that got one.
    """

    mrr: float
    success: float
    recall: float
    false_hits: float
    kinds: Mapping[str, KindScore]

    @property
    def worst(self) -> float:
        """The MRR of the worst kind."""
        return min((one.mrr for one in self.kinds.values() if one.false_hits is None), default=0.0)


def score(asked: Iterable[Asked], answers: Mapping[str, Sequence[str]]) -> Scores:
    """What the answers (slugs by query, best first) are worth; a query without an answer found nothing."""
    by_kind: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        if not one.latency_only:
            by_kind[one.kind if one.relevant or one.kind.startswith("none") else "none"].append(one)
    kinds = {kind: _of_kind(of_kind, answers) for kind, of_kind in by_kind.items()}
    found = [one for one in kinds.values() if one.false_hits is None]
    nothing = [one for one in kinds.values() if one.false_hits is not None]
    return Scores(
        mrr=_mean(one.mrr for one in found),
        success=_mean(one.success for one in found),
        recall=_mean(one.recall for one in found),
        false_hits=sum((one.false_hits or 0) * one.queries for one in nothing)
        / max(1, sum(one.queries for one in nothing)),
        kinds=kinds,
    )


def _of_kind(asked: Sequence[Asked], answers: Mapping[str, Sequence[str]]) -> KindScore:
    found = [answers.get(one.query, ())[:DEEPEST] for one in asked]
    if not any(one.relevant for one in asked):
        return KindScore(queries=len(asked), false_hits=_mean(float(bool(slugs)) for slugs in found))
    pairs = list(zip(asked, found, strict=True))
    places = [place_of(one, slugs) for one, slugs in pairs]
    return KindScore(
        queries=len(asked),
        mrr=_mean(1 / place if place else 0.0 for place in places),
        success=_mean(float(place == 1) for place in places),
        recall=_mean(
            len(one.relevant.intersection(slugs[:5])) / min(5, len(one.relevant)) for one, slugs in pairs
        ),
    )


def place_of(asked: Asked, slugs: Sequence[str]) -> int:
    """The place of the first hit that answers, from 1; 0 where none of the first ten does."""
    places = (place for place, slug in enumerate(slugs[:DEEPEST], 1) if slug in asked.relevant)
    return next(places, 0)


def _mean(numbers: Iterable[float]) -> float:
    found = list(numbers)
    return fmean(found) if found else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of hits of equal match class, and how many of them contradict heat and recency."""

    compared: int
    contradicting: int

    @property
    def share(self) -> float:
        """Contradicting pairs among those compared; 0 where there is none."""
        return self.contradicting / self.compared if self.compared else 0.0


MatchClass = Callable[[Asked, str], object]
"""How well a hit (its slug) matches a query: hits of equal class match equally well; None leaves it out."""


def contradictions(
    asked: Iterable[Asked],
    answers: Mapping[str, Sequence[str]],
    briefs: Mapping[str, Brief],
    match_class: MatchClass | None = None,
) -> Pairs:
    """Pairs among the first ten hits of equal class whose lower one is both hotter and newer.

    The class of our own hits is their score. Without one (for engines whose scores mean other things) it is
    the number of clean words behind the query that stand in the hit's title, at least one; where those are
    not known, only hits that answer the query are compared, as each title of theirs holds all of them.
    """
    class_of = match_class or by_title(briefs)
    compared = contradicting = 0
    for one in asked:
        hits = [(class_of(one, slug), briefs[slug]) for slug in answers.get(one.query, ())[:DEEPEST]]
        for (upper_class, upper), (lower_class, lower) in combinations(hits, 2):
            if upper_class is None or upper_class != lower_class:
                continue
            compared += 1
            contradicting += _is_hotter_and_newer(lower, upper)
    return Pairs(compared=compared, contradicting=contradicting)


def by_title(briefs: Mapping[str, Brief]) -> MatchClass:
    """The class that any engine's hits have: clean words in the title."""

    def class_of(asked: Asked, slug: str) -> object:
        if not asked.clean:
            return True if slug in asked.relevant else None
        return len(set(asked.clean).intersection(words(briefs[slug].title))) or None

    return class_of


def _is_hotter_and_newer(one: Brief, other: Brief) -> bool:
    if one.published_at is None or other.published_at is None:
        return False
    return one.warmth > other.warmth and one.published_at > other.published_at
