"""Alembic's entry: runs inside the transaction that `bot.store.migrating.run_migrations` was given."""

from __future__ import annotations

from alembic import context

from bot.store.engines import VERSION_TABLE
from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    # The whole upgrade is the caller's one transaction, on SQLite too.
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
