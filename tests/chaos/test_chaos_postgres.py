"""Two replicas of the real bot on one PostgreSQL, killed while much goes wrong at Slack."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.small import proved, small_plan


async def test_killed_replicas_on_postgres_lose_nothing_and_double_nothing(
    tmp_path: Path, new_postgres_url: str
) -> None:
    await proved(small_plan(seed=13, replicas=2), tmp_path, new_postgres_url)
