"""Documents deflated (see `codec.py`), and without two indexes that repeat every path and slug."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # A brief's path is looked up by its slug, and a file that has a brief by that brief.
    op.drop_index("brief_path", "brief")
    op.drop_index("file_slug", "file")
    left_out = sa.text("state <> 'indexed'")
    op.create_index("file_left_out", "file", ["slug"], sqlite_where=left_out, postgresql_where=left_out)
    # Documents that are there stay as they are until their files change; SQLite keeps bytes in any column.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE brief_document ALTER COLUMN document TYPE BYTEA USING convert_to(document, 'UTF8')"
        )
