"""Every table, as SQLAlchemy Core sees it; `migrations/` creates them.

Times are whole microseconds since 1970 in UTC, so that both databases compare them alike. The full-text
table `brief_search` is the one thing that differs by database, see `textual.py`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    column,
    table,
    text,
)

metadata = MetaData()
BIG = BigInteger().with_variant(Integer, "sqlite")
"""64 bits on both; SQLite makes only an INTEGER key the row's own number."""
KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared by its bytes on both, whatever the database's language."""

index_state = Table(
    "index_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("format", Integer, nullable=False),
    Column("version", BIG, nullable=False),  # grows with every change of the index
    Column("vocabulary_floor", BIG, nullable=False),  # gone tokens were forgotten up to this version
    Column("folders", Text, nullable=False),  # JSON list of absolute paths, as of the last whole sync
    Column("synced_at", BIG),
)

_LEFT_OUT = text("state <> 'indexed'")
file = Table(
    "file",
    metadata,
    Column("path", KEY, primary_key=True),
    Column("size", BIG, nullable=False),
    Column("mtime_ns", BIG, nullable=False),
    Column("digest", Text, nullable=False),
    Column("slug", KEY, nullable=False),
    Column("state", KEY, nullable=False),  # indexed, rejected, or skipped: not a brief at all
    Column("problems", Text, nullable=False),  # JSON, see codec.py
    Column("format", Integer, nullable=False),  # what read it: an interrupted rebuild goes on from here
    Index("file_left_out", "slug", sqlite_where=_LEFT_OUT, postgresql_where=_LEFT_OUT),
    Index("file_state", "state", sqlite_where=_LEFT_OUT, postgresql_where=_LEFT_OUT),
    sqlite_with_rowid=False,
)

brief = Table(
    "brief",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=False),  # publish-ordered, see rows.py
    Column("slug", KEY, nullable=False, unique=True),
    Column("path", KEY, nullable=False),
    Column("hidden", Boolean(create_constraint=False), nullable=False),
    Column("withdrawn", Boolean(create_constraint=False), nullable=False),
    Column("is_video", Boolean(create_constraint=False), nullable=False),
    Column("published_at", BIG, nullable=False),
    Column("heat", BIG, nullable=False),
    Column("quality", BIG),
    Column("provider_key", KEY, nullable=False),
    Column("provider_name", KEY, nullable=False),
    Column("title", Text, nullable=False),
    Column("meta", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("brief_provider", "provider_key", "id"),
)
_SEEN = text("NOT hidden")
Index(
    "brief_heat",
    brief.c.heat.desc(),
    brief.c.quality.desc().nulls_last(),
    brief.c.id.desc(),
    sqlite_where=_SEEN,
    postgresql_where=_SEEN,
)
Index(
    "brief_withdrawn",
    brief.c.id,
    sqlite_where=text("withdrawn"),
    postgresql_where=text("withdrawn"),
)
Index("brief_time", brief.c.published_at, brief.c.heat, sqlite_where=_SEEN, postgresql_where=_SEEN)

brief_document = Table(
    "brief_document",
    metadata,
    Column("brief_id", BIG, ForeignKey("brief.id"), primary_key=True, autoincrement=False),
    # The whole brief, see codec.py, apart so that scans stay narrow. SQLite keeps bytes in a column of texts.
    Column("document", LargeBinary().with_variant(Text, "sqlite"), nullable=False),
)

brief_topic = Table(
    "brief_topic",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("brief_id", BIG, ForeignKey("brief.id"), primary_key=True, autoincrement=False),
    Column("name", KEY, nullable=False),
    Index("brief_topic_brief", "brief_id"),
    sqlite_with_rowid=False,
)

brief_address = Table(
    "brief_address",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # of the canonical address, which may be long
    Column("brief_id", BIG, ForeignKey("brief.id"), primary_key=True, autoincrement=False),
    Index("brief_address_brief", "brief_id"),
    sqlite_with_rowid=False,
)

brief_search = table("brief_search", column("id", BIG))
"""What both databases' full-text tables have in common; the migrations make the rest of them."""

vocabulary = Table(
    "vocabulary",
    metadata,
    Column("token", KEY, primary_key=True),
    Column("briefs", BIG, nullable=False),  # 0: gone, kept so that readers learn of it
    Column("version", BIG, nullable=False),
    Index("vocabulary_version", "version"),
    sqlite_with_rowid=False,
)

name_count = Table(
    "name_count",
    metadata,
    Column("kind", KEY, primary_key=True),  # topic or provider
    Column("key", KEY, primary_key=True),
    Column("name", KEY, primary_key=True),
    Column("briefs", BIG, nullable=False),
    sqlite_with_rowid=False,
)

heat_count = Table(
    "heat_count",
    metadata,
    Column("heat", BIG, primary_key=True, autoincrement=False),
    Column("briefs", BIG, nullable=False),
)

first_seen = Table(
    "first_seen",
    metadata,
    Column("slug", KEY, primary_key=True),
    Column("seen_at", BIG, nullable=False),
    sqlite_with_rowid=False,
)

installation = Table(
    "installation",
    metadata,
    Column("enterprise_id", KEY, primary_key=True),
    Column("team_id", KEY, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # the whole record, encrypted
    Column("installed_at", BIG, nullable=False),
)
