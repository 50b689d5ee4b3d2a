"""Everything that is kept: the index of briefs and the installations, in SQLite or PostgreSQL."""

from bot.store.lock import hold_lock
from bot.store.migrating import Upgrade
from bot.store.store import Store, migrate, open_store

__all__ = ["Store", "Upgrade", "hold_lock", "migrate", "open_store"]
