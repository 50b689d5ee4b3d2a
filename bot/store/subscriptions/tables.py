"""The tables of who wants what; `migrations/versions/0003_ledger_and_subscriptions.py` creates them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from bot.store.tables import BIG, KEY, metadata

_IS_DUE = text("next_at IS NOT NULL")
digest = Table(
    "digest",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("team_id", KEY, nullable=False),
    Column("enterprise_id", KEY, nullable=False),
    Column("channel_id", KEY, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("days", KEY, nullable=False),  # 0 is Monday; with commas
    Column("zone", KEY, nullable=False),
    Column("filters", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("says_nothing_new", Boolean(create_constraint=False), nullable=False),
    Column("owner", KEY, nullable=False),
    Column("created_at", BIG, nullable=False),
    Column("next_at", BIG),
    Column("paused", KEY, nullable=False),
    Column("cut_at", BIG),
    Column("left_over", Text, nullable=False),  # JSON list of ledger ids
    Column("revision", BIG, nullable=False),
    UniqueConstraint("team_id", "channel_id", "user_id", "number", name="digest_number"),
    Index("digest_next", "next_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
)

digest_run = Table(
    "digest_run",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("digest_id", KEY, nullable=False),
    Column("due_at", BIG, nullable=False),
    Column("ran_at", BIG, nullable=False),
    Column("outcome", KEY, nullable=False),
    Column("delivery_id", KEY, nullable=False),
    Index("digest_run_due", "digest_id", "due_at"),
)

_RUNS = text("paused = ''")
alert_rule = Table(
    "alert_rule",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("team_id", KEY, nullable=False),
    Column("enterprise_id", KEY, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("filters", Text, nullable=False),
    Column("quiet_start", KEY),  # HH:MM; both are NULL without quiet hours
    Column("quiet_end", KEY),
    Column("most", Integer),
    Column("gap", BIG, nullable=False),  # microseconds
    Column("zone", KEY, nullable=False),
    Column("created_at", BIG, nullable=False),
    Column("changed_at", BIG, nullable=False),
    Column("paused", KEY, nullable=False),
    Column("cursor", BIG, nullable=False),
    Column("revision", BIG, nullable=False),
    UniqueConstraint("team_id", "user_id", name="alert_rule_person"),
    Index("alert_rule_cursor", "cursor", sqlite_where=_RUNS, postgresql_where=_RUNS),
)


def _rule() -> Column[str]:
    return Column("rule_id", KEY, ForeignKey("alert_rule.id"), primary_key=True)


def _brief() -> Column[int]:
    return Column("brief_id", BIG, primary_key=True, autoincrement=False)


alert_seen = Table("alert_seen", metadata, _rule(), _brief(), sqlite_with_rowid=False)

alert_held = Table(
    "alert_held",
    metadata,
    _rule(),
    _brief(),
    Column("why", KEY, nullable=False),
    Column("at", BIG, nullable=False),
    sqlite_with_rowid=False,
)

alert_expired = Table(
    "alert_expired",
    metadata,
    _rule(),
    _brief(),
    Column("at", BIG, nullable=False),
    sqlite_with_rowid=False,
)

mute = Table(
    "mute",
    metadata,
    Column("team_id", KEY, primary_key=True),
    Column("user_id", KEY, primary_key=True),
    Column("kind", KEY, primary_key=True),
    Column("key", KEY, primary_key=True),
    Column("label", Text, nullable=False),
    Column("at", BIG, nullable=False),
    sqlite_with_rowid=False,
)
