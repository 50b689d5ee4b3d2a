"""PostgreSQL for the proof in small."""

from __future__ import annotations

from tests.postgres import new_postgres_url, postgres_server

__all__ = ["new_postgres_url", "postgres_server"]
