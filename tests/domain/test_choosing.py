from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.choosing import Fate, FateKind, max_age
from bot.domain.delivery import COUNTS, Mark, State
from bot.domain.subscription import WEEKDAYS, Schedule
from tests.domain.choosing_making import NOW, WEEKLY, a_digest, ago, an_item, chosen_of, ids, was_sent


def test_hottest_first_then_better_then_newer_and_unknown_quality_last() -> None:
    items = [
        an_item(1, 90, quality=80),
        an_item(2, 100, quality=None, published=1),
        an_item(3, 100, quality=0, published=3),
        an_item(4, 100, quality=0, published=2),
    ]
    assert ids(chosen_of(a_digest(), items).full) == [4, 3, 2, 1]


def test_digest_shows_its_count_in_full_ten_more_in_lines_twenty_in_the_thread_and_leaves_the_rest() -> None:
    choice = chosen_of(a_digest(count=3), [an_item(n, 1000 - n) for n in range(40)])
    assert ids(choice.full) == [0, 1, 2]
    assert ids(choice.also) == list(range(3, 13))
    assert ids(choice.thread) == list(range(13, 33))
    assert choice.left == tuple(range(33, 40))
    assert [choice.fates[n].kind for n in (0, 3, 13, 33)] == [
        FateKind.FULL,
        FateKind.ALSO,
        FateKind.THREAD,
        FateKind.LEFT,
    ]
    assert choice.fates[3].is_taken
    assert not choice.fates[33].is_taken


def test_what_became_visible_since_the_last_digest_is_new_however_old_its_date() -> None:
    late = an_item(1, visible=23, published=6 * 24)
    before = an_item(2, visible=25, published=25)
    choice = chosen_of(a_digest(), [late, before])
    assert ids(choice.full) == [1]
    assert choice.fates[2] == Fate(kind=FateKind.BEFORE, at=ago(24))


def test_brief_that_was_written_down_while_the_last_digest_ran_is_not_lost() -> None:
    assert ids(chosen_of(a_digest(), [an_item(1, visible=24.01)]).full) == [1]


def test_left_over_and_given_up_briefs_are_taken_up_again() -> None:
    items = [an_item(n, visible=48, published=48) for n in (1, 2, 3)]
    assert ids(chosen_of(a_digest(left=(2,)), items, retry=(3,)).full) == [2, 3]


def test_left_over_that_grew_too_old_is_not() -> None:
    choice = chosen_of(a_digest(left=(1,)), [an_item(1, visible=170, published=169)])
    assert choice.full == ()
    assert choice.fates[1] == Fate(kind=FateKind.TOO_OLD, at=NOW - timedelta(days=7))


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        (Schedule(), 7),
        (Schedule(days=WEEKDAYS), 7),
        (Schedule(days=(0, 3)), 7),
        (WEEKLY, 9),
        (Schedule(days=(1, 2)), 8),
    ],
)
def test_age_is_the_larger_of_seven_days_and_the_period_with_two(schedule: Schedule, days: int) -> None:
    assert max_age(a_digest(schedule=schedule)) == timedelta(days=days)


def test_weekly_digest_takes_what_was_published_up_to_nine_days_ago() -> None:
    items = [an_item(1, published=9 * 24), an_item(2, published=9 * 24 + 1)]
    assert ids(chosen_of(a_digest(schedule=WEEKLY), items).full) == [1]


def test_first_digest_takes_the_best_of_the_last_seven_days() -> None:
    items = [an_item(1, visible=900, published=7 * 24), an_item(2, published=7 * 24 + 1)]
    choice = chosen_of(a_digest(cut_at=None, schedule=WEEKLY), items)
    assert ids(choice.full) == [1]
    assert choice.fates[2].kind is FateKind.TOO_OLD


@pytest.mark.parametrize("state", list(State))
def test_brief_counts_as_sent_unless_its_delivery_was_given_up(state: State) -> None:
    sent = was_sent(1, state=state)
    choice = chosen_of(a_digest(), [an_item(1)], [sent])
    if state in COUNTS:
        assert choice.full == ()
        assert choice.fates[1] == Fate(kind=FateKind.SENT, sent=sent)
    else:
        assert ids(choice.full) == [1]


def test_fate_of_a_sent_brief_tells_the_last_time() -> None:
    first, last = was_sent(1, hours=48), was_sent(1, hours=24)
    assert chosen_of(a_digest(), [an_item(1)], [last, first]).fates[1].sent == last


def test_filtered_brief_says_by_what_even_when_it_came_before_the_last_digest() -> None:
    choice = chosen_of(a_digest(), [an_item(1, visible=50, published=300)], filtered=(1,))
    assert choice.fates[1] == Fate(kind=FateKind.FILTERED, words="topic:AI")


def test_story_that_was_sent_in_the_last_seven_days_is_not_new() -> None:
    sent = was_sent(1, hours=7 * 24)
    choice = chosen_of(a_digest(), [an_item(2, story=1)], [sent])
    assert choice.full == ()
    assert choice.fates[2] == Fate(kind=FateKind.STORY_SENT, sent=sent, brief=1)
    assert ids(chosen_of(a_digest(), [an_item(2, story=1)], [was_sent(1, hours=169)]).full) == [2]


def test_of_a_story_the_hottest_brief_is_taken_and_the_others_stand_behind_it() -> None:
    items = [an_item(1, 100), an_item(2, 120, story=1), an_item(3, 130, story=1), an_item(4, 125)]
    choice = chosen_of(a_digest(), items, filtered=(3,))
    assert ids(choice.full) == [4, 2]
    assert choice.fates[1] == Fate(kind=FateKind.SAME_STORY, brief=2)
    assert choice.left == ()


def test_two_in_full_for_each_provider_as_long_as_others_fill_the_digest() -> None:
    items = [an_item(n, 200 - n, provider="loud.example") for n in range(6)]
    items += [an_item(10 + n, 100 - n) for n in range(3)]
    choice = chosen_of(a_digest(), items)
    assert ids(choice.full) == [0, 1, 10, 11, 12]
    assert ids(choice.also) == [2, 3, 4, 5]


def test_where_others_do_not_fill_the_digest_a_provider_has_more_in_order_of_heat() -> None:
    items = [an_item(n, 200 - n, provider="loud.example") for n in range(6)] + [an_item(10, 90)]
    choice = chosen_of(a_digest(), items)
    assert ids(choice.full) == [0, 1, 2, 3, 10]
    assert ids(choice.also) == [4, 5]


def test_sent_story_returns_as_an_update_with_five_more_outlets() -> None:
    sent = [was_sent(1, outlets=2)]
    assert chosen_of(a_digest(), [an_item(1)], sent, outlets={1: 6}).full == ()
    choice = chosen_of(a_digest(), [an_item(1)], sent, outlets={1: 7})
    assert [(one.mark, one.outlets) for one in choice.full] == [(Mark.UPDATE, 7)]
    assert choice.fates[1].is_taken


@pytest.mark.parametrize(
    ("before", "heat", "mark"),
    [
        (100, 140, Mark.RISING),
        (100, 139, None),
        (800, 880, Mark.RISING),
        (800, 879, None),
        (-1, 39, Mark.RISING),
    ],
)
def test_sent_story_returns_as_rising_with_forty_and_a_tenth_more_heat(
    before: int, heat: int, mark: Mark | None
) -> None:
    choice = chosen_of(a_digest(), [an_item(1, heat)], [was_sent(1, heat=before)])
    assert [one.mark for one in choice.full] == ([mark] if mark else [])


def test_story_grows_against_the_most_that_was_sent_of_it() -> None:
    sent = [was_sent(1, hours=72, heat=100), was_sent(1, hours=24, heat=150)]
    assert chosen_of(a_digest(), [an_item(1, 160)], sent).full == ()


def test_growing_story_returns_with_its_best_brief_that_passes_the_filters() -> None:
    items = [an_item(1, 150), an_item(2, 160, story=1), an_item(3, 170, story=1)]
    choice = chosen_of(a_digest(), items, [was_sent(1)], filtered=(3,))
    assert [(one.item.noted.id, one.mark) for one in choice.full] == [(2, Mark.RISING)]
    assert choice.fates[1].kind is FateKind.SENT


def test_old_brief_may_return_with_its_story_and_at_most_two_stories_do() -> None:
    items = [an_item(n, 200 + n, published=400) for n in range(4)]
    choice = chosen_of(a_digest(), items, [was_sent(n) for n in range(4)])
    assert ids(choice.full) == [3, 2]
    assert choice.fates[0].kind is FateKind.SENT
    assert choice.left == ()


def test_story_sent_more_than_seven_days_ago_does_not_return() -> None:
    assert chosen_of(a_digest(), [an_item(1, 900)], [was_sent(1, hours=169)]).full == ()


def test_return_without_a_place_is_not_left_over() -> None:
    items = [an_item(n, 1000 - n) for n in range(40)] + [an_item(99, 150)]
    choice = chosen_of(a_digest(), items, [was_sent(99)])
    assert 99 not in choice.left
    assert choice.fates[99].kind is FateKind.SENT


def test_nothing_offered_nothing_chosen() -> None:
    choice = chosen_of(a_digest(), [])
    assert (choice.shown, choice.left, dict(choice.fates)) == ((), (), {})
