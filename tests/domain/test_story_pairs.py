from __future__ import annotations

from pathlib import Path

from bot.domain.story import is_same_story, rarity_among, title_words
from tests.benchmarks._search_index import real_briefs
from tests.benchmarks.stories import Pair, candidates, labels, score


def scored(folder: str, path: Path) -> tuple[float, float]:
    briefs = real_briefs(path)
    known = candidates(briefs)
    pairs = [Pair(known[one], known[other], same) for one, other, same in labels(folder)]
    rarity = rarity_among(title_words(brief.title) for brief in briefs)
    return score(pairs, lambda pair: is_same_story(pair.one, pair.other, rarity))


def test_rule_is_right_in_nine_of_ten_real_pairs_and_finds_most(corpus: Path) -> None:
    precision, recall = scored("corpus", corpus)
    assert precision >= 0.9
    assert recall >= 0.6


def test_rule_takes_no_two_events_of_the_samples_for_one(samples: Path) -> None:
    precision, recall = scored("samples", samples)
    assert precision == 1
    assert recall > 0


def test_at_least_a_hundred_real_pairs_were_judged_each_once() -> None:
    pairs = [frozenset((one, other)) for one, other, _ in labels("corpus")]
    assert len(set(pairs)) == len(pairs) >= 100
    assert {same for _, _, same in labels("corpus")} == {True, False}
