"""The indexes that the search is tried on: one in memory, and a real database of each kind."""

from __future__ import annotations

import pytest

from tests.postgres import new_database, postgres_server

__all__ = ["postgres_server"]


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database of each kind, empty for none."""
    if request.param == "postgres":
        return new_database(request.getfixturevalue("postgres_server"))
    return f"sqlite:///{tmp_path_factory.mktemp('index')}/news.db" if request.param == "sqlite" else ""
