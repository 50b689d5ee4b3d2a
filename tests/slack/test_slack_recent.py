"""The memory of what was seen is short and bounded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.recent import Recent


def test_a_key_is_new_once_within_the_time() -> None:
    recent = Recent(seconds=600, limit=10)
    assert recent.is_new("a", 0.0)
    assert not recent.is_new("a", 599.9)
    assert recent.is_new("a", 600.0)


def test_a_forgotten_key_is_new() -> None:
    recent = Recent(seconds=600, limit=10)
    recent.is_new("a", 0.0)
    recent.forget("a")
    recent.forget("never seen")
    assert recent.is_new("a", 1.0)


def test_the_oldest_makes_room() -> None:
    recent = Recent(seconds=600, limit=2)
    for key in "abc":
        recent.is_new(key, 0.0)
    assert not recent.is_new("b", 1.0)
    assert recent.is_new("a", 1.0)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.floats(0, 5)), max_size=60))
def test_memory_never_grows_past_its_limit(steps: list[tuple[str, float]]) -> None:
    recent, now = Recent(seconds=7, limit=3), 0.0
    for key, pause in steps:
        now += pause
        recent.is_new(key, now)
        assert len(recent) <= 3
