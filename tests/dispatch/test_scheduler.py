"""The scheduler goes on, whatever breaks in one digest, one rule or one turn."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from bot.dispatch.editing import Editor
from bot.domain.owed import RunDecision
from bot.domain.subscription import Digest
from tests.dispatch.desk import ADA, CHANNEL, PERSON, Desk, hot


async def test_a_digest_that_breaks_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.put(hot("a", topics=("AI",)))
    await desk.turn()
    await desk.digest("daily 12:02 UTC")
    await desk.digest("daily 12:02 UTC topic:AI")
    due = Editor.due

    async def breaking(self: Editor, digest: Digest, now: datetime) -> RunDecision:
        if digest.number == 1:
            raise LookupError
        return await due(self, digest, now)

    monkeypatch.setattr(Editor, "due", breaking)
    desk.later(minutes=3)
    await desk.turn()
    assert len(await desk.owes(CHANNEL)) == 1


async def test_a_rule_that_breaks_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = type(ADA)(team="T1", channel="C1", user="ULIN")
    await desk.alerts("on heat:>100")
    await desk.alerts("on heat:>100", lin)
    alerter = desk.owed.scheduler._alerter
    decide = alerter._decide

    async def breaking(states: Any, latest: int, now: datetime) -> Any:
        if any(state.rule.to.user == "ULIN" for state in states):
            raise LookupError
        return await decide(states, latest, now)

    monkeypatch.setattr(alerter, "_decide", breaking)
    await desk.put(hot("a"))
    await desk.turn()
    assert len(await desk.owes(PERSON)) == 1
    assert len(await desk.owes()) == 1


async def test_a_turn_that_breaks_is_followed_by_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler, stop, turns = desk.owed.scheduler, asyncio.Event(), []
    monkeypatch.setattr("bot.dispatch.scheduler.FIRST_PAUSE", 0.01)

    async def breaking() -> float:
        turns.append(1)
        if len(turns) > 1:
            stop.set()
        raise LookupError

    monkeypatch.setattr(scheduler, "turn", breaking)
    await asyncio.wait_for(scheduler.run(stop), 5)
    assert len(turns) == 2
