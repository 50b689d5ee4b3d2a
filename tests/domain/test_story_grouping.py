from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.story import (
    MOST_BRIEFS,
    WINDOW,
    Candidate,
    StorySpan,
    grouped,
    is_same_story,
    rarity_among,
    stories_joined,
)
from tests.domain.story_making import candidate, even

WORDS = ("clearview", "canada", "faces", "stop", "google", "cloud", "madrid", "region", "looker", "court")

batches = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), max_size=6),
        st.integers(0, 200),
        st.sampled_from(("a", "b", "c", "")),
        st.frozensets(st.integers(0, 30), max_size=3),
    ),
    max_size=25,
).map(
    lambda rows: [
        candidate(
            number,
            " ".join(title),
            hours=hours,
            provider=provider,
            listed=frozenset(f"own {other}".encode() for other in listed),
        )
        for number, (title, hours, provider, listed) in enumerate(rows)
    ]
)


def plainly(candidates: list[Candidate]) -> list[tuple[int, ...]]:
    """The same by comparing every two."""
    groups: dict[int, list[Candidate]] = {}
    for new in sorted(candidates, key=lambda one: (one.published_at, one.id)):
        others = [replace(one, story=story) for story, of in groups.items() for one in of]
        spans = {
            story: StorySpan(
                min(one.published_at for one in of), len(of), max(one.published_at for one in of)
            )
            for story, of in groups.items()
        }
        joined = stories_joined(new, others, spans, even)
        members = [new, *(one for story in joined for one in groups.pop(story))]
        groups[min((new.id, *joined))] = members
    return sorted(tuple(sorted(one.id for one in of)) for of in groups.values())


@given(batches)
@settings(max_examples=100, deadline=None)
def test_looking_words_up_finds_the_same_stories_as_comparing_every_two(candidates: list[Candidate]) -> None:
    assert grouped(candidates, even) == plainly(candidates)


@given(batches, st.randoms())
@settings(max_examples=100, deadline=None)
def test_every_brief_is_in_one_story_and_no_story_is_too_long(
    candidates: list[Candidate], chance: random.Random
) -> None:
    groups = grouped(candidates, even)
    assert sorted(number for group in groups for number in group) == [one.id for one in candidates]
    for group in groups:
        times = [candidates[number].published_at for number in group]
        assert len(group) <= MOST_BRIEFS
        assert max(times) - min(times) <= WINDOW
        if len(group) > 1:
            pairs = combinations((candidates[number] for number in group), 2)
            assert any(is_same_story(one, other, even) for one, other in pairs)
    chance.shuffle(shuffled := list(candidates))
    assert grouped(shuffled, even) == groups


def test_the_same_article_again_is_in_its_story_after_weeks_but_ten_are_the_end() -> None:
    page = frozenset({b"one page"})
    again = [candidate(n, f"title {n}", addresses=page, hours=200 * n) for n in range(12)]
    assert grouped(again, even) == [tuple(range(10)), (10, 11)]


def test_five_thousand_briefs_of_three_days_with_two_words_in_all_are_grouped_in_seconds() -> None:
    chance = random.Random(3)
    names = [f"name{n}" for n in range(3_000)]
    batch = [
        candidate(n, " ".join(("Google", "Cloud", *chance.sample(names, 6))), hours=chance.random() * 72)
        for n in range(5_000)
    ]
    rarity = rarity_among(one.words for one in batch)
    began = perf_counter()
    groups = grouped(batch, rarity)
    assert sum(len(group) for group in groups) == 5_000
    assert timedelta(seconds=perf_counter() - began) < timedelta(seconds=60)
