from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.story import (
    Candidate,
    StorySpan,
    folded_title,
    is_same_story,
    overlap,
    rarity_among,
    stories_joined,
    title_words,
)
from tests.domain.story_making import NOON, candidate, even

CANADA = "Canada tells Clearview AI to stop collecting faces"
AGAIN = "Clearview AI told to stop in Canada"


def same(one: Candidate, other: Candidate) -> bool:
    assert is_same_story(one, other, even) == is_same_story(other, one, even)
    return is_same_story(one, other, even)


def test_little_words_and_accents_do_not_tell_titles_apart() -> None:
    assert title_words("What is new in Zürich?") == {"zurich"}
    assert folded_title("What’s new in ZÜRICH?") == "whats new in zurich"
    assert title_words("What is it") == frozenset()


def test_overlap_is_the_shared_weight_of_the_lighter_title() -> None:
    weights = {"google": 1.0, "madrid": 3.0, "region": 2.0, "cloud": 1.0}
    one, other = frozenset({"google", "madrid", "cloud"}), frozenset({"google", "madrid", "region"})
    assert overlap(one, other, weights.__getitem__) == pytest.approx(4 / 5)
    assert overlap(one, one, weights.__getitem__) == 1
    assert overlap(one, frozenset(), weights.__getitem__) == 0
    assert overlap(one, one, lambda _: 0) == 0


def test_word_that_few_titles_hold_weighs_more() -> None:
    rarity = rarity_among([frozenset({"google", "madrid"}), frozenset({"google", "looker"})])
    assert rarity("madrid") > rarity("google") > 0
    assert rarity("unheard") == rarity("madrid")
    assert rarity_among([])("anything") > 0


def test_two_outlets_with_similar_titles_within_three_days_tell_one_story() -> None:
    one = candidate(1, CANADA)
    assert same(one, candidate(2, AGAIN, hours=72))
    assert not same(one, candidate(2, AGAIN, hours=72.1))
    assert not same(one, candidate(2, "Clearview AI told to stop", hours=1, provider=one.provider))
    assert not same(one, candidate(2, "Canada tells banks what the rules are"))


def test_two_shared_words_are_too_few_however_much_they_weigh() -> None:
    assert not same(candidate(1, "Clearview AI"), candidate(2, "Clearview AI"[::-1]))
    assert not same(candidate(1, "Clearview Canada"), candidate(2, "Canada against Clearview"))


def test_three_shared_words_among_many_others_are_too_few() -> None:
    shared = "Canada Clearview faces"
    many = " ".join(f"word{n}" for n in range(6))
    assert not same(
        candidate(1, f"{shared} {many}"), candidate(2, f"{shared} {many.replace('word', 'other')}")
    )


def test_briefs_of_unknown_outlets_are_not_taken_for_different_ones() -> None:
    nobody = replace(candidate(1, CANADA), provider="")
    assert not same(nobody, candidate(2, AGAIN))
    assert not same(nobody, replace(candidate(2, AGAIN), provider=""))


def test_one_article_under_two_slugs_is_one_story_whenever_it_came() -> None:
    address = frozenset({b"one"})
    old, new = candidate(1, "Old", addresses=address), candidate(2, "New", addresses=address, hours=500)
    assert same(old, new)
    assert stories_joined(new, [old], {}, even) == (1,)


def test_identical_title_is_one_story_whoever_published_it() -> None:
    assert same(candidate(1, CANADA, provider="a"), candidate(2, CANADA.upper() + "!", provider="a"))
    assert same(candidate(1, "Clearview sued"), candidate(2, "Clearview sued"))


@pytest.mark.parametrize("title", ["", "…", "Update", "What is it", "It"])
def test_title_that_names_nothing_glues_nothing_together(title: str) -> None:
    assert not same(candidate(1, title), candidate(2, title))


def test_title_comes_again_next_week_as_a_story_of_its_own() -> None:
    last, this = candidate(1, "The week in cloud", provider="a"), candidate(2, "The week in cloud", hours=168)
    assert stories_joined(this, [last], {}, even) == ()


def test_briefs_that_list_each_other_are_one_story_and_a_one_way_listing_is_coverage() -> None:
    one, other = candidate(1, "One thing"), candidate(2, "Another matter")
    listing = replace(one, listed=other.addresses)
    assert not same(listing, other)
    assert same(listing, replace(other, listed=one.addresses))


def test_shared_related_article_is_coverage_and_no_story() -> None:
    listed = frozenset({b"a third"})
    assert not same(candidate(1, "One thing", listed=listed), candidate(2, "Another matter", listed=listed))


def test_chain_ends_72_hours_after_its_first_brief() -> None:
    begun = {1: StorySpan(NOON, 2)}
    last = candidate(2, CANADA, story=1, hours=48)
    assert stories_joined(candidate(3, AGAIN, hours=72), [last], begun, even) == (1,)
    assert stories_joined(candidate(3, AGAIN, hours=73), [last], begun, even) == ()


def test_late_arrival_from_before_the_first_brief_does_not_stretch_a_chain_either() -> None:
    begun = {1: StorySpan(NOON, 2, NOON + timedelta(hours=60))}
    first = candidate(1, CANADA)
    assert stories_joined(candidate(3, AGAIN, hours=-12), [first], begun, even) == (1,)
    assert stories_joined(candidate(3, AGAIN, hours=-13), [first], begun, even) == ()


def test_chain_ends_at_ten_briefs() -> None:
    first = candidate(1, CANADA)
    assert stories_joined(candidate(99, AGAIN), [first], {1: StorySpan(NOON, 9)}, even) == (1,)
    assert stories_joined(candidate(99, AGAIN), [first], {1: StorySpan(NOON, 10)}, even) == ()


def test_brief_between_two_stories_merges_them_lowest_first() -> None:
    others = [candidate(5, CANADA, hours=1), candidate(3, CANADA, hours=2)]
    assert stories_joined(candidate(9, AGAIN), others, {}, even) == (3, 5)


def test_merging_keeps_within_ten_briefs_and_takes_the_closer_story() -> None:
    spans = {3: StorySpan(NOON, 5), 5: StorySpan(NOON, 5)}
    others = [candidate(3, AGAIN), candidate(5, CANADA)]
    assert stories_joined(candidate(9, CANADA), others, spans, even) == (5,)
    spans[3] = StorySpan(NOON, 4)
    assert stories_joined(candidate(9, CANADA), others, spans, even) == (3, 5)


def test_merging_keeps_within_72_hours_from_first_to_last() -> None:
    others = [candidate(3, CANADA, hours=-40), candidate(5, CANADA, hours=40)]
    assert stories_joined(candidate(9, AGAIN), others, {}, even) == (3,)


def test_brief_of_a_story_takes_its_story_along() -> None:
    brief = candidate(9, CANADA, story=8)
    spans = {8: StorySpan(NOON - timedelta(hours=60), 6), 3: StorySpan(NOON, 4)}
    assert stories_joined(brief, [candidate(3, AGAIN)], spans, even) == (3,)
    spans[3] = StorySpan(NOON, 5)
    assert stories_joined(brief, [candidate(3, AGAIN)], spans, even) == ()
    spans[3] = StorySpan(NOON, 2, NOON + timedelta(hours=13))
    assert stories_joined(brief, [candidate(3, AGAIN)], spans, even) == ()


def test_brief_does_not_join_itself_or_its_own_story() -> None:
    brief = candidate(9, CANADA, story=8)
    assert stories_joined(brief, [brief, candidate(8, CANADA)], {}, even) == ()
