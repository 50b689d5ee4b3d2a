"""What is asked of the engines: the quality package's queries, and a sample of them where briefs are many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice
from pathlib import Path

from bot.domain.brief import Brief
from tests.benchmarks.engines.material import Document, Material
from tests.benchmarks.quality.asked import Asked
from tests.benchmarks.quality.queries import generated, load

SAMPLE = 20_000
"""Of so many briefs synthetic queries are made."""

BY_NAME = frozenset(("provider", "topic", "meta_typo"))
"""Kinds that names of providers and topics answer, not titles alone."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Sets of queries by name, and the briefs by slug that heat and recency are compared of, if known."""

    sets: Mapping[str, Sequence[Asked]]
    briefs: Mapping[str, Brief]

    @property
    def texts(self) -> list[str]:
        """Every query once, in an order that mixes the kinds."""
        asked = list(dict.fromkeys(one.query for some in self.sets.values() for one in some))
        step = next(step for step in (619, 1, *range(2, 9)) if len(asked) % step or step == 1)
        return [asked[place * step % len(asked)] for place in range(len(asked))]


def of_folder(folder: Path, briefs: Sequence[Brief], each: int) -> Questions:
    """The judged queries of a corpus and generated ones of every kind."""
    found = load(folder, briefs, each=each)
    sets = {"given": found.given, "main": found.main, "hard": found.hard}
    return Questions(
        {name: asked for name, asked in sets.items() if asked}, {brief.slug: brief for brief in briefs}
    )


def of_synthetic(material: Material, each: int) -> Questions:
    """Generated queries over a sample; what answers them is looked for among all documents."""
    sample = list(islice(material.briefs(), SAMPLE))
    asked = generated(sample, each=each)
    if material.count > SAMPLE:
        asked = tuple(answered_by_all(asked, sample, material.texts()))
    return Questions({"synthetic": asked}, {})


def answered_by_all(
    asked: Sequence[Asked], sample: Iterable[Brief], documents: Iterable[Document]
) -> list[Asked]:
    """The same queries with every document whose title holds all clean words.

    Queries that names of topics and providers answer, not titles alone, count for time alone.
    """
    wanted = {word for one in asked for word in one.clean}
    in_all = _holders(documents, wanted)
    known = {brief.slug for brief in sample}
    return [_answered(one, _with_all(one.clean, in_all), known) for one in asked]


Holders = Mapping[str, set[str]]


def _holders(documents: Iterable[Document], wanted: set[str]) -> Holders:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for text in documents:
        for word in wanted.intersection((*text.title.split(" "), *text.bare.split(" "))):
            holders[word].add(text.slug)
    return holders


def _answered(asked: Asked, holding: set[str], sample: set[str]) -> Asked:
    if not asked.relevant:
        return asked
    if asked.kind in BY_NAME or not holding or not holding & sample <= asked.relevant:
        return replace(asked, latency_only=True)
    return replace(asked, relevant=asked.relevant | holding)


def _with_all(clean: Sequence[str], holders: Holders) -> set[str]:
    empty: set[str] = set()
    return reduce(set.intersection, (holders.get(word, empty) for word in clean)) if clean else empty
