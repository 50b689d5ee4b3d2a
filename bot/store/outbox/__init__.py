"""The outbox: what is owed, kept until it is settled, in SQLite or PostgreSQL.

One rule keeps it right: whoever changes a delivery first locks its lane, and looks only then. Lanes are
locked in the order of their ids, workspaces after them, so that nobody waits in a circle.
"""

from bot.store.outbox.dropping import drop_unsent, skip_pending
from bot.store.outbox.enqueuing import insert_deliveries
from bot.store.outbox.outbox import StoredOutbox
from bot.store.outbox.realtime import RealTime
from bot.store.outbox.rows import DELIVERY_COLUMNS, delivery_of, lane_of
from bot.store.outbox.settling import OnSent

__all__ = [
    "DELIVERY_COLUMNS",
    "OnSent",
    "RealTime",
    "StoredOutbox",
    "delivery_of",
    "drop_unsent",
    "insert_deliveries",
    "lane_of",
    "skip_pending",
]
