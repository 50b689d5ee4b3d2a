"""The ledger's tables: what is remembered of briefs whatever becomes of their files and of the index."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from bot.store.tables import BIG, KEY, metadata

_WAITS = text("at > 0")

changed_slug = Table(
    "changed_slug",
    metadata,
    Column("slug", KEY, primary_key=True),
    Column("at", BIG, nullable=False),  # 0: to be noted at once; else when a brief of the future appears
    Index("changed_slug_at", "at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    sqlite_with_rowid=False,
)

ledger_state = Table(
    "ledger_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BIG, nullable=False),  # grows with every batch that was noted
    Column("last_brief", BIG, nullable=False),
    Column("last_change", BIG, nullable=False),  # never goes back, though old changes are forgotten
)

ledger_brief = Table(
    "ledger_brief",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=False),
    Column("slug", KEY, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("title_key", LargeBinary),  # digest of the folded title; NULL where that names nothing
    Column("title_words", Text, nullable=False),  # those that say what it is about, in order
    Column("provider", KEY, nullable=False),  # `outlet_key`
    Column("published_at", BIG, nullable=False),
    Column("visible_at", BIG, nullable=False),
    Column("story", BIG, nullable=False),
    Column("heat", BIG, nullable=False),
    Column("quality", BIG),
    Column("outlets", BIG, nullable=False),
    Column("listed", LargeBinary, nullable=False),  # digests of its related coverage's addresses, joined
    Index("ledger_brief_published", "published_at"),
    Index("ledger_brief_visible", "visible_at"),
    Index("ledger_brief_story", "story"),
    Index("ledger_brief_title", "title_key", "published_at"),
)

ledger_address = Table(
    "ledger_address",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("brief_id", BIG, ForeignKey("ledger_brief.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

brief_change = Table(
    "brief_change",
    metadata,
    Column("number", BIG, primary_key=True, autoincrement=False),
    Column("brief_id", BIG, nullable=False),
    Column("kind", KEY, nullable=False),
    Column("old_heat", BIG, nullable=False),
    Column("at", BIG, nullable=False),
    Index("brief_change_at", "at"),
)
