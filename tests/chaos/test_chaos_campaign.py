"""What the proof does to the bot."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.chaos.campaign import Disturbance, Plan, shares_of


@pytest.mark.parametrize("replicas", [1, 3])
def test_everything_planned_is_done_to_some_replica(replicas: int) -> None:
    plan = Plan(seed=1, people=9, replicas=replicas, kills=40, freezes=5, stops=4)
    shares = shares_of(plan)
    assert len(shares) == replicas
    assert Counter(kind for share in shares for kind in share) == {
        Disturbance.KILL: 40,
        Disturbance.FREEZE: 5,
        Disturbance.STOP: 4,
    }
    assert shares == shares_of(plan)


def test_somebody_is_awake_to_take_over_from_the_frozen() -> None:
    first, *others = shares_of(Plan(seed=1, people=9, replicas=3, kills=9, freezes=6))
    assert first.count(Disturbance.FREEZE) == 6
    assert not any(Disturbance.FREEZE in share for share in others)
    assert all(others)
