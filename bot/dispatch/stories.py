"""The outlets of stories: what deciders and messages count, read for many briefs at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.brief import Brief
from bot.domain.coverage import story_outlets
from bot.domain.ledger import Item
from bot.domain.owed import Ledger


async def outlets_of(ledger: Ledger, items: Iterable[Item], now: datetime) -> dict[int, int]:
    """For each brief (by ledger id) the distinct other outlets of its whole story, as far as visible now."""
    found = {item.noted.id: item for item in items}
    members = await ledger.story_members(sorted({item.noted.story for item in found.values()}))
    shared = {story: ids for story, ids in members.items() if len(ids) > 1}
    others = sorted({brief for ids in shared.values() for brief in ids} - found.keys())
    known = {**found, **(await ledger.items(others, now))} if others else found
    return {number: _outlets(item, shared.get(item.noted.story, ()), known) for number, item in found.items()}


def _outlets(item: Item, members: Iterable[int], known: dict[int, Item]) -> int:
    briefs: list[Brief] = [
        known[member].brief for member in members if member in known and member != item.noted.id
    ]
    return story_outlets(item.brief, briefs)
