"""Subscriptions over either database: `bot.domain.owed.Subscriptions`."""

from __future__ import annotations

from bot.store.subscriptions.digests import Digests
from bot.store.subscriptions.people import People
from bot.store.subscriptions.rules import Rules


class StoredSubscriptions(Digests, Rules, People):
    """Digests, alert rules and mutes; raises StoreAway where the database fails."""
