"""Who wants what, where and when: digests, alert rules, mutes, in SQLite or PostgreSQL."""

from bot.store.subscriptions.digests import digest_sent
from bot.store.subscriptions.stored import StoredSubscriptions

__all__ = ["StoredSubscriptions", "digest_sent"]
