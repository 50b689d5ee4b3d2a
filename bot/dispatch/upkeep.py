"""What is done now and then: forgetting what is old, and telling owners that a folder has fallen silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from bot.domain.delivery import Delivery, Kind, Owed
from bot.domain.owed import Ledger, Outbox, Subscriptions
from bot.domain.silence import silent_since
from bot.domain.subscription import Destination

NOTICE_EXPIRES = timedelta(hours=24)
LOOK_BACK = timedelta(days=90)
_NAMESPACE = UUID("6f6e6521-6e65-7773-6272-696566000003")


class Upkeep:
    """Keeps the tables small and owners informed.

    `admins` are the user ids of NEWSBRIEF_ADMINS; without any, the owners of digests are told.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        subscriptions: Subscriptions,
        outbox: Outbox,
        admins: Sequence[str],
        keep_deliveries: timedelta,
        keep_memory: timedelta,
    ) -> None:
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._admins = admins
        self._keep = keep_deliveries, keep_memory

    async def do(self, now: datetime) -> int:
        """Prune, and tell of a silent folder once; how many notices are owed."""
        deliveries, memory = self._keep
        await self._outbox.prune(now, deliveries=deliveries, memory=memory)
        since = silent_since(await self._ledger.change_times(now - LOOK_BACK), now)
        if since is None:
            return 0
        owners = await self._owners()
        return await self._outbox.enqueue([silence_notice(owner, since, now) for owner in owners])

    async def _owners(self) -> list[Destination]:
        """The admins in each workspace that has a digest, else the people who made the digests."""
        found: dict[tuple[str, str], Destination] = {}
        for digest in await self._subscriptions.all_digests():
            for user in self._admins or filter(None, [digest.owner]):
                to = Destination(team=digest.to.team, enterprise=digest.to.enterprise, user=user)
                found[to.team, to.user] = to
        return list(found.values())


def silence_notice(to: Destination, since: datetime, now: datetime) -> Delivery:
    """The sentence about a silent folder; its key makes it owed once for each silence."""
    key = f"silence:{to.team}:{to.user}:{int(since.timestamp())}"
    days = max(1, round((now - since) / timedelta(days=1)))
    count = "a day" if days == 1 else f"{days} days"
    text = (
        f"No brief has changed for {count}, three times longer than the folder's usual longest pause. "
        "If that is not on purpose, look at what fills the folder; newsbrief check names broken files."
    )
    return Delivery(
        id=str(uuid5(_NAMESPACE, key)),
        key=key,
        kind=Kind.NOTICE,
        to=to,
        owed=Owed(text=text),
        created_at=now,
        expires_at=now + NOTICE_EXPIRES,
    )
