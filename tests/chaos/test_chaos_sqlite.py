"""The real bot on SQLite, killed while much goes wrong at Slack."""

from __future__ import annotations

from pathlib import Path

from tests.chaos import mixes
from tests.chaos.campaign import run
from tests.chaos.judging import judge
from tests.chaos.small import proved, small_plan


async def test_killed_bot_on_sqlite_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    await proved(small_plan(seed=11), tmp_path, f"sqlite:///{tmp_path}/newsbrief.db")


async def test_without_honest_history_the_same_faults_double(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    plan = small_plan(seed=12, faults=mixes.LYING)
    happened = await run(plan, tmp_path, f"sqlite:///{tmp_path}/newsbrief.db")
    verdict = judge(happened.events, happened.debt)
    assert verdict.same_id > 0, str(verdict)
    assert not verdict.lost, str(verdict)
