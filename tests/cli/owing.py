"""A database with subscriptions and deliveries, made by the bot's own parts, for verbs that look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.store import migrate, open_store
from tests.dispatch.desk import Desk, open_desk
from tests.store.making import HandClock

Plan = Callable[[Desk], Awaitable[object]]


def made(url: str, folder: Path, plan: Plan) -> str:
    """Carry a plan out in the database, which is brought to this version; the moment at its end for --now."""

    async def run() -> str:
        clock = HandClock()
        await migrate(url, clock=clock)
        async with await open_store(url, clock=clock) as store, open_desk(store, clock, folder) as desk:
            await plan(desk)
        return clock.now().isoformat()

    return asyncio.run(run())
