"""The yardstick itself: which queries are asked of any briefs, and how answers are counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.content import parse_file
from bot.domain.brief import Brief
from bot.domain.text import words
from tests.benchmarks.quality.asked import Asked
from tests.benchmarks.quality.hard_kinds import HARD
from tests.benchmarks.quality.main_kinds import MAIN
from tests.benchmarks.quality.queries import generated, given, load
from tests.benchmarks.quality.scoring import contradictions, score
from tests.search.making import brief


@pytest.fixture(scope="module")
def briefs(samples: Path) -> list[Brief]:
    return [found for path in sorted(samples.glob("*.md")) if (found := parse_file(str(path)).brief)]


def asked(query: str, *relevant: str, kind: str = "exact", clean: tuple[str, ...] = ()) -> Asked:
    return Asked(query=query, kind=kind, relevant=frozenset(relevant), clean=clean)


def test_every_kind_is_made_from_a_few_briefs_and_again_the_same(briefs: list[Brief], samples: Path) -> None:
    made = load(samples, briefs, each=5)
    assert made.given == ()
    assert {one.kind for one in made.main} == set(MAIN)
    assert {one.kind for one in made.hard} == set(HARD)
    assert load(samples, briefs, each=5) == made != load(samples, briefs, each=5, seed=2)


def test_answers_of_a_query_hold_the_words_behind_it(briefs: list[Brief]) -> None:
    titles = {
        brief.slug: {*words(brief.title), *words(brief.title.replace("’s", "").replace("'s", ""))}
        for brief in briefs
    }
    for one in generated(briefs, each=10):
        assert bool(one.relevant) != one.kind.startswith("none")
        if one.kind not in ("provider", "topic", "meta_typo", "prefix", "typo_prefix", "typo_order"):
            assert all(set(one.clean) <= titles[slug] for slug in one.relevant)


def test_nothing_is_asked_of_no_briefs() -> None:
    assert generated([]) == ()


def test_given_queries_are_those_that_the_briefs_answer(tmp_path: Path) -> None:
    lines = [
        {"query": "a", "kind": "exact", "relevant": ["one", "two"]},
        {"query": "b", "kind": "exact", "relevant": ["two"], "latency_only": True},
        {"query": "c", "kind": "exact", "relevant": ["three"]},
        {"query": "d", "kind": "none_nonsense", "relevant": []},
    ]
    (tmp_path / "search").mkdir()
    for folder in (tmp_path, tmp_path / "briefs"):
        (tmp_path / "search" / "queries.jsonl").write_text("\n".join(map(json.dumps, lines)))
        found = list(given(folder, ["one", "two"]))
        assert [(one.query, sorted(one.relevant)) for one in found] == [
            ("a", ["one", "two"]),
            ("b", ["two"]),
            ("d", []),
        ]
        assert [one.latency_only for one in found] == [False, True, False]


def test_scores_are_means_over_kinds() -> None:
    queries = [
        asked("first", "a"),
        asked("second", "a", "b"),
        asked("missed", "a", kind="typo1"),
        asked("found", kind="none_nonsense"),
        asked("silent", kind="none_nonsense"),
    ]
    answers = {"first": ["a"], "second": ["x", "a"], "missed": [*"bcdefghijk", "a"], "found": ["a"]}
    scores = score(queries, answers)
    assert (scores.mrr, scores.success, scores.recall) == (0.375, 0.25, 0.375)
    assert scores.false_hits == 0.5
    assert scores.worst == scores.kinds["typo1"].mrr == 0
    assert scores.kinds["exact"].mrr == 0.75


def test_pair_contradicts_where_the_lower_of_equals_is_hotter_and_newer() -> None:
    briefs = {
        one.slug: one
        for one in (
            brief("Cloud one", slug="cold", heat=1, hours=9),
            brief("Cloud two", slug="hot", heat=9, hours=1),
            brief("Cloud news", slug="older", heat=10, hours=99),
            brief("Sky", slug="other", heat=99, hours=0.5),
        )
    }
    answers = {"cloud": ["cold", "hot", "older", "other"]}
    found = contradictions([asked("cloud", "hot", clean=("cloud",))], answers, briefs)
    assert (found.compared, found.contradicting) == (3, 1)
    assert contradictions([asked("cloud", "hot", "cold")], answers, briefs).share == 1
    by_score = contradictions(
        [asked("cloud")], answers, briefs, lambda _, slug: slug in ("cold", "other") or None
    )
    assert (by_score.compared, by_score.contradicting) == (1, 1)
