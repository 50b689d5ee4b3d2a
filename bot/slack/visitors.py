"""Who asks, as digests and alerts see it: with a time zone of their own and a say in what waits."""

from __future__ import annotations

from bot.config import Settings
from bot.domain.answers import Visitor, ZoneSource
from bot.slack.outlet import Asker
from bot.slack.zones import LASTING_SECONDS, Zones


class Visitors:
    """Makes a Visitor of an Asker."""

    def __init__(self, settings: Settings, zones: Zones) -> None:
        self._settings = settings
        self._zones = zones

    async def of(self, asker: Asker, *, seconds: float = LASTING_SECONDS) -> Visitor:
        """The asker with the zone of their profile, else the bot's own where it is not told in `seconds`."""
        zone = await self._zones.own_zone(asker, seconds)
        return Visitor(
            team=asker.team,
            enterprise=asker.enterprise,
            channel=asker.channel,
            user=asker.user,
            zone=(zone or self._settings.timezone).key,
            zone_source=ZoneSource.PERSON if zone else ZoneSource.DEFAULT,
            is_admin=is_admin(self._settings, asker),
        )


def is_admin(settings: Settings, asker: Asker) -> bool:
    """True for those whom NEWSBRIEF_ADMINS names, and for everyone where it names nobody."""
    return not settings.admins or asker.user in settings.admins
