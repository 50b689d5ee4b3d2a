"""The outbox's tables; `migrations/versions/0002_outbox.py` creates them.

`…_at` of a lane or workspace, and `due_at`, `enqueued_at`, `first_send_at`, `last_send_at` of a delivery are
real time (see realtime.py); `created_at`, `expires_at`, `settled_at` and `at` are calendar times.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, literal_column, text

from bot.store.tables import BIG, KEY, metadata

team = Table(
    "team",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("served_at", BIG, nullable=False, server_default="0"),  # who was served longest ago comes first
    Column("gate_at", BIG, nullable=False, server_default="0"),  # Slack slowed the whole workspace until then
)

_DUE = text("due_at IS NOT NULL")
_OWNED = text("owner <> ''")
lane = Table(
    "lane",
    metadata,
    Column("id", KEY, primary_key=True),  # workspace and destination, see rows.lane_of
    Column("team_id", KEY, nullable=False),
    Column("channel", KEY, nullable=False),  # empty: a direct message that was never opened
    # When its next delivery can be claimed: never before free_at, NULL where it owes nothing.
    Column("due_at", BIG),
    # The end of the lease while it is held; else of the pause after a message, or of Slack's Retry-After.
    Column("free_at", BIG, nullable=False, server_default="0"),
    Column("owner", KEY, nullable=False, server_default=""),
    Column(
        "epoch", BIG, nullable=False, server_default="0"
    ),  # grows with every lease: proves that it is held
    Index("lane_due", "team_id", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
    Index("lane_owner", "owner", sqlite_where=_OWNED, postgresql_where=_OWNED),
)

# The outbox finds its work by this index, however much is settled. The condition stands in statements word
# for word: a database takes a partial index only where it sees that condition.
_OWED = text("state IN ('pending', 'sending')")
_IS_REPLY = text("parent <> ''")
delivery = Table(
    "delivery",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("key", KEY, nullable=False, unique=True),
    Column("lane_id", KEY, nullable=False),
    Column("team_id", KEY, nullable=False),
    Column("enterprise_id", KEY, nullable=False),
    Column("channel_id", KEY, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("kind", KEY, nullable=False),
    Column("subscription", KEY, nullable=False),
    Column("parent", KEY, nullable=False),
    Column("state", KEY, nullable=False),
    Column("reason", Text, nullable=False),
    Column("owed", Text, nullable=False),  # JSON, see codec.py
    Column("receipt_channel", KEY, nullable=False, server_default=""),
    Column("receipt_ts", KEY, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", BIG),  # NULL: settled, held, or a reply that waits for its parent
    Column("enqueued_at", BIG, nullable=False),  # apart by one within a batch: the order in a lane
    Column("first_send_at", BIG),
    Column("last_send_at", BIG),
    Column("created_at", BIG, nullable=False),
    Column("expires_at", BIG, nullable=False),
    Column("settled_at", BIG),
    Index("delivery_owed", "lane_id", "due_at", "enqueued_at", sqlite_where=_OWED, postgresql_where=_OWED),
    Index("delivery_parent", "parent", sqlite_where=_IS_REPLY, postgresql_where=_IS_REPLY),
    Index("delivery_lane", "lane_id", "created_at"),
    Index("delivery_subscription", "subscription", "created_at"),
    Index("delivery_state", "state", "created_at"),
    Index("delivery_team", "team_id", "state", "created_at"),
)
IS_PENDING = (delivery.c.state + literal_column("''")) == literal_column("'pending'")
"""Not written as an equation, by which SQLite would look through all that is pending for the few it wants."""

delivery_brief = Table(
    "delivery_brief",
    metadata,
    # Rows whose delivery is gone were sent: only those outlive it (the memory of what was sent).
    Column("delivery_id", KEY, primary_key=True),
    Column("brief_id", BIG, primary_key=True, autoincrement=False),
    Column("role", KEY, nullable=False),
    Column("heat", BIG, nullable=False),  # this and outlets: when the delivery was decided
    Column("outlets", BIG, nullable=False),
    Column("at", BIG, nullable=False),  # the delivery's created_at
    Column("lane_id", KEY, nullable=False),
    Column("subscription", KEY, nullable=False),
    Column("kind", KEY, nullable=False),
    Index("delivery_brief_lane", "lane_id", "at"),
    Index("delivery_brief_at", "at"),
    sqlite_with_rowid=False,
)
