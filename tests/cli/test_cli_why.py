"""`newsbrief why` and `/news why` name the right reason in each planted case (issue 3, done when 4)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Newsbrief
from tests.cli.owing import made
from tests.dispatch.desk import ADA, Desk
from tests.dispatch.planted import CASES, SLUG, TITLE, Case

UNREADABLE = ("hidden", "not-due")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_planted_reason_is_told_on_the_command_line_and_in_slack(
    newsbrief: Newsbrief, tmp_path: Path, folder: Path, case: Case
) -> None:
    told: list[str] = []

    async def plan(desk: Desk) -> None:
        await case.plant(desk)
        visitor = replace(ADA, channel=case.to.channel or "D1")
        told.append(
            json.dumps((await desk.owed.owing.why(visitor, case.asked)).payload(), ensure_ascii=False)
        )

    now = made(f"sqlite:///{tmp_path}/newsbrief.db", folder, plan)
    place = ("--channel", case.to.channel) if case.to.channel else ("--user", case.to.user)
    outcome = newsbrief("why", SLUG, *place, "--json", "--now", now)
    verdict = json.loads(outcome.out)
    assert (outcome.code, verdict["reason"]) == (0, case.reason)
    assert case.says in verdict["words"]
    assert list(verdict) == ["slug", "title", "destination", "reason", "words", "at", "stages"]
    assert verdict["stages"][-1]["words"] == verdict["words"]
    assert case.says in told[0]
    assert (TITLE in told[0]) is (case.reason not in UNREADABLE)
