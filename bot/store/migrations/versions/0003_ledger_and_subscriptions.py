"""The ledger of briefs, and who wants what: digests, alert rules, mutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    marks()
    ledger()
    digests()
    rules()
    parts_of_rules()


def marks() -> None:
    op.create_table(
        "changed_slug",
        sa.Column("slug", KEY, primary_key=True),
        sa.Column("at", BIG, nullable=False),
        sqlite_with_rowid=False,
    )
    waits = sa.text("at > 0")
    op.create_index("changed_slug_at", "changed_slug", ["at"], sqlite_where=waits, postgresql_where=waits)
    # All that is there counts as new to the ledger, which finds out by itself what is hidden or to come.
    op.execute("INSERT INTO changed_slug (slug, at) SELECT slug, 0 FROM brief")
    state = op.create_table(
        "ledger_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("last_brief", BIG, nullable=False),
        sa.Column("last_change", BIG, nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "version": 0, "last_brief": 0, "last_change": 0}])


def ledger() -> None:
    op.create_table(
        "ledger_brief",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("slug", KEY, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_key", sa.LargeBinary),
        sa.Column("title_words", sa.Text, nullable=False),
        sa.Column("provider", KEY, nullable=False),
        sa.Column("published_at", BIG, nullable=False),
        sa.Column("visible_at", BIG, nullable=False),
        sa.Column("story", BIG, nullable=False),
        sa.Column("heat", BIG, nullable=False),
        sa.Column("quality", BIG),
        sa.Column("outlets", BIG, nullable=False),
        sa.Column("listed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ledger_brief_published", "ledger_brief", ["published_at"])
    op.create_index("ledger_brief_visible", "ledger_brief", ["visible_at"])
    op.create_index("ledger_brief_story", "ledger_brief", ["story"])
    op.create_index("ledger_brief_title", "ledger_brief", ["title_key", "published_at"])
    op.create_table(
        "ledger_address",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("brief_id", BIG, sa.ForeignKey("ledger_brief.id"), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "brief_change",
        sa.Column("number", BIG, primary_key=True, autoincrement=False),
        sa.Column("brief_id", BIG, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("old_heat", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
    )
    op.create_index("brief_change_at", "brief_change", ["at"])


def digests() -> None:
    op.create_table(
        "digest",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("enterprise_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("minute", sa.Integer, nullable=False),
        sa.Column("days", KEY, nullable=False),
        sa.Column("zone", KEY, nullable=False),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("says_nothing_new", sa.Boolean, nullable=False),
        sa.Column("owner", KEY, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("next_at", BIG),
        sa.Column("paused", KEY, nullable=False),
        sa.Column("cut_at", BIG),
        sa.Column("left_over", sa.Text, nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.UniqueConstraint("team_id", "channel_id", "user_id", "number", name="digest_number"),
    )
    is_due = sa.text("next_at IS NOT NULL")
    op.create_index("digest_next", "digest", ["next_at"], sqlite_where=is_due, postgresql_where=is_due)
    op.create_table(
        "digest_run",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("digest_id", KEY, nullable=False),
        sa.Column("due_at", BIG, nullable=False),
        sa.Column("ran_at", BIG, nullable=False),
        sa.Column("outcome", KEY, nullable=False),
        sa.Column("delivery_id", KEY, nullable=False),
    )
    op.create_index("digest_run_due", "digest_run", ["digest_id", "due_at"])


def rules() -> None:
    op.create_table(
        "alert_rule",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("enterprise_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("quiet_start", KEY),
        sa.Column("quiet_end", KEY),
        sa.Column("most", sa.Integer),
        sa.Column("gap", BIG, nullable=False),
        sa.Column("zone", KEY, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.Column("paused", KEY, nullable=False),
        sa.Column("cursor", BIG, nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.UniqueConstraint("team_id", "user_id", name="alert_rule_person"),
    )
    runs = sa.text("paused = ''")
    op.create_index("alert_rule_cursor", "alert_rule", ["cursor"], sqlite_where=runs, postgresql_where=runs)


def parts_of_rules() -> None:
    op.create_table("alert_seen", *rule_and_brief(), sqlite_with_rowid=False)
    op.create_table(
        "alert_held",
        *rule_and_brief(),
        sa.Column("why", KEY, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alert_expired",
        *rule_and_brief(),
        sa.Column("at", BIG, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mute",
        sa.Column("team_id", KEY, primary_key=True),
        sa.Column("user_id", KEY, primary_key=True),
        sa.Column("kind", KEY, primary_key=True),
        sa.Column("key", KEY, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sqlite_with_rowid=False,
    )


def rule_and_brief() -> tuple[sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("rule_id", KEY, sa.ForeignKey("alert_rule.id"), primary_key=True),
        sa.Column("brief_id", BIG, primary_key=True, autoincrement=False),
    )
