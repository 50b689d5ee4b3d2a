"""The real bot on SQLite, killed while much goes wrong at Slack.

That the same faults double without an honest history is shown by `make chaos`, and for the outbox alone by
`tests/dispatch/test_outbox_faults.py`.
"""

from __future__ import annotations

from pathlib import Path

from tests.chaos.small import proved, small_plan


async def test_killed_bot_on_sqlite_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    await proved(small_plan(seed=11), tmp_path, f"sqlite:///{tmp_path}/newsbrief.db")
