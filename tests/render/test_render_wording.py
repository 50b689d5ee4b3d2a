from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.result import HeatScale
from bot.render.wording import count, day_text, heat_words, is_hot, with_cut_marked
from tests.render.render_helpers import SCALE


@pytest.mark.parametrize(
    ("heat", "words"),
    [
        (-1, ""),
        (1, ""),
        (50, ""),
        (75, ""),
        (76, "hotter than 3 in 4"),
        (91, "hotter than 9 in 10"),
        (96, "hotter than 19 in 20"),
        (100, "hottest of all"),
        (3694, "hottest of all"),
    ],
)
def test_heat_is_told_in_words(heat: int, words: str) -> None:
    assert heat_words(heat, SCALE) == words


def test_heat_says_nothing_where_there_is_nothing_to_compare() -> None:
    assert heat_words(3694, HeatScale()) == ""
    assert heat_words(90, HeatScale(heats=(1, 2, 90))) == ""
    assert not is_hot(90, HeatScale(heats=(90,)))


def test_no_brief_is_hottest_of_all_where_several_are() -> None:
    level = HeatScale(heats=(1, 2, 3, 9, 9))
    assert heat_words(9, level) == ""
    assert heat_words(7, HeatScale(heats=(7,) * 9)) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A whole sentence.", "A whole sentence."),
        ("Is it?", "Is it?"),
        ("He said “yes.”", "He said “yes.”"),
        ("(And so on.)", "(And so on.)"),
        ("It stops in the", "It stops in the…"),
        ("It stops after a comma,", "It stops after a comma…"),
        ("It goes on ...", "It goes on…"),
        ("It goes on [...]", "It goes on…"),
        ("It goes on …", "It goes on…"),
        ("done 🎉", "done 🎉"),
        ("発表された。", "発表された。"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("", ""),
        ("”", "”"),
    ],
)
def test_cut_sentence_ends_with_an_ellipsis(text: str, shown: str) -> None:
    assert with_cut_marked(text) == shown


def test_day_is_the_day_in_utc() -> None:
    late = datetime(2021, 2, 4, 23, 30, tzinfo=timezone(-timedelta(hours=5)))
    assert day_text(late) == "Feb 5, 2021"
    assert day_text(datetime(2021, 12, 31, tzinfo=UTC)) == "Dec 31, 2021"


def test_counts_read_naturally() -> None:
    assert [count(n, "brief") for n in (0, 1, 2, 1024)] == ["0 briefs", "1 brief", "2 briefs", "1,024 briefs"]
    assert count(12, "more", "more") == "12 more"
