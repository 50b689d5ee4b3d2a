"""Everything that is kept: the index of briefs and the installations, in SQLite or PostgreSQL."""

from bot.store.lock import hold_lock
from bot.store.store import Store, migrate, open_store

__all__ = ["Store", "hold_lock", "migrate", "open_store"]
