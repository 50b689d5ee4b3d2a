"""Where an asker's subscriptions live, and the newest days that a folder has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dispatch.outcomes import PAUSES
from bot.domain.answers import Visitor
from bot.domain.ledger import Item
from bot.domain.owed import Ledger
from bot.domain.ports import SearchIndex
from bot.domain.subscription import Destination
from bot.search import Narrowing, Search

BY_PERSON = "person"
"""What pauses a subscription when no refusal of Slack's does."""

KEEP = timedelta(seconds=30)
"""How long the newest days are kept: an alert's topics and a preview bear being that old."""


def destination_of(visitor: Visitor) -> Destination:
    """The channel where somebody asks; in a direct message (its id begins with D) the person."""
    if visitor.channel.startswith("D") or not visitor.channel:
        return person_of(visitor)
    return Destination(team=visitor.team, enterprise=visitor.enterprise, channel=visitor.channel)


def person_of(visitor: Visitor) -> Destination:
    """The asker's own direct message with the bot."""
    return Destination(team=visitor.team, enterprise=visitor.enterprise, user=visitor.user)


class NewestDays:
    """The briefs of the newest days that the folder has, which may lie long ago (contract section 7)."""

    def __init__(self, index: SearchIndex, ledger: Ledger) -> None:
        self._index = index
        self._ledger = ledger
        self._kept: dict[int, tuple[datetime, tuple[Sequence[Item], datetime | None]]] = {}

    async def items(self, days: int, now: datetime) -> tuple[Sequence[Item], datetime | None]:
        """Visible briefs of the newest `days` days, and the newest one's time; None in an empty folder."""
        kept = self._kept.get(days)
        if kept is not None and timedelta() <= now - kept[0] < KEEP:
            return kept[1]
        found = await self.fresh(days, now)
        self._kept[days] = now, found
        return found

    async def fresh(self, days: int, now: datetime) -> tuple[Sequence[Item], datetime | None]:
        """The same, read anew."""
        newest = await self.until(now)
        if newest is None:
            return (), None
        return await self._ledger.recent(now, published_since=newest - timedelta(days=days)), newest

    async def until(self, now: datetime) -> datetime | None:
        """When the newest visible brief was published; None in an empty folder."""
        return (await self._index.status(now)).newest_at


def paused_words(paused: str, to: Destination, command: str) -> str:
    """Why a subscription is paused, and how it goes on; empty where it runs."""
    if not paused:
        return ""
    if paused == BY_PERSON:
        return "Paused."
    sentence = PAUSES.get(
        paused, "Slack refused my message here; type `{command} digest resume` to try again."
    )
    where = "our direct message" if to.is_personal else "this channel"
    return f"Paused: {sentence.format(where=where, command=command)}"


async def check_names(search: Search, filters: str, zone: str) -> None:
    """Raise QueryError for a topic or provider that nobody knows, as a search does.

    A rule that was made keeps a name whose last brief goes; one with a name that is wrong is never made.
    """
    await search.narrowing(filters, ZoneInfo(zone), strict=True)


async def read_rule(search: Search, filters: str, zone: str) -> Narrowing:
    """What the filters of a kept digest or rule mean now; names that are gone match nothing."""
    return (await search.narrowings([(filters, ZoneInfo(zone))]))[0]
