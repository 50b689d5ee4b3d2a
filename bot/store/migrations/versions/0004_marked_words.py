"""SQLite's full-text table without columns: tokens are marked by where they stand, see `textual.py`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.textual import fts_text

revision = "0004"
down_revision = "0003"

_BATCH = 1_000


def upgrade() -> None:
    # Mostly none is, and then the addresses of related articles need not be looked up.
    withdrawn = sa.text("withdrawn")
    op.create_index("brief_withdrawn", "brief", ["id"], sqlite_where=withdrawn, postgresql_where=withdrawn)
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TABLE brief_search")
    op.execute("DROP VIEW brief_text")
    # The ascii tokenizer takes every character beyond ASCII as a letter, so it never splits a token of ours.
    # Nothing asks where in a brief a token stands, nor for bm25: the lists hold the briefs' numbers alone.
    # Taking a brief out again needs its very text, which `brief` still holds (SQLite before 3.43).
    op.execute(
        "CREATE VIRTUAL TABLE brief_search USING fts5(words, content='', detail=none, columnsize=0, "
        "tokenize=\"ascii tokenchars '_-='\")"
    )
    fill()


def fill() -> None:
    """Index again what is there, so that answers go on."""
    connection = op.get_bind()
    last = -(1 << 62)
    while True:
        rows = connection.exec_driver_sql(
            "SELECT id, title, meta, body FROM brief WHERE NOT hidden AND id > ? ORDER BY id LIMIT ?",
            (last, _BATCH),
        ).all()
        if not rows:
            return
        texts = [(row.id, fts_text(row.title, row.meta, row.body)) for row in rows]
        connection.exec_driver_sql("INSERT INTO brief_search (rowid, words) VALUES (?, ?)", texts)
        last = rows[-1].id
