"""The outbox: workspaces and lanes, what is owed, and the briefs of each delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    lanes()
    deliveries()
    op.create_table(
        "delivery_brief",
        sa.Column("delivery_id", KEY, primary_key=True),
        sa.Column("brief_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("role", KEY, nullable=False),
        sa.Column("heat", BIG, nullable=False),
        sa.Column("outlets", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("lane_id", KEY, nullable=False),
        sa.Column("subscription", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("delivery_brief_lane", "delivery_brief", ["lane_id", "at"])
    op.create_index("delivery_brief_at", "delivery_brief", ["at"])


def lanes() -> None:
    op.create_table(
        "team",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("served_at", BIG, nullable=False, server_default="0"),
        sa.Column("gate_at", BIG, nullable=False, server_default="0"),
    )
    op.create_table(
        "lane",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("due_at", BIG),
        sa.Column("free_at", BIG, nullable=False, server_default="0"),
        sa.Column("owner", KEY, nullable=False, server_default=""),
        sa.Column("epoch", BIG, nullable=False, server_default="0"),
    )
    partial("lane_due", "lane", ["team_id", "due_at"], "due_at IS NOT NULL")
    partial("lane_owner", "lane", ["owner"], "owner <> ''")


def deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("key", KEY, nullable=False, unique=True),
        sa.Column("lane_id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("enterprise_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("subscription", KEY, nullable=False),
        sa.Column("parent", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("owed", sa.Text, nullable=False),
        sa.Column("receipt_channel", KEY, nullable=False, server_default=""),
        sa.Column("receipt_ts", KEY, nullable=False, server_default=""),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", BIG),
        sa.Column("enqueued_at", BIG, nullable=False),
        sa.Column("first_send_at", BIG),
        sa.Column("last_send_at", BIG),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.Column("settled_at", BIG),
    )
    partial(
        "delivery_owed", "delivery", ["lane_id", "due_at", "enqueued_at"], "state IN ('pending', 'sending')"
    )
    partial("delivery_parent", "delivery", ["parent"], "parent <> ''")
    op.create_index("delivery_lane", "delivery", ["lane_id", "created_at"])
    op.create_index("delivery_subscription", "delivery", ["subscription", "created_at"])
    op.create_index("delivery_state", "delivery", ["state", "created_at"])
    op.create_index("delivery_team", "delivery", ["team_id", "state", "created_at"])


def partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
