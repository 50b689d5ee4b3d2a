"""Many rows at once, straight through the driver: a quarter of the time of Core's statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

_CHUNK = 5_000
"""Values of one list on SQLite, which takes at most 32,766 in a statement."""


async def insert_rows(
    connection: AsyncConnection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    more: str = "",
) -> None:
    """Insert rows as they are; `more` is what follows VALUES. All names are constants of the caller."""
    if not rows:
        return
    marks = ", ".join(_mark(connection, place) for place in range(1, len(columns) + 1))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {more}"  # noqa: S608 - names are constants
    await connection.exec_driver_sql(sql, list(rows))


async def run_rows(connection: AsyncConnection, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Run one statement for each row; its `{1}`, `{2}`… are the row's values."""
    if rows:
        marks = [_mark(connection, place) for place in range(1, len(rows[0]) + 1)]
        await connection.exec_driver_sql(sql.format("", *marks), list(rows))


async def select_rows(
    connection: AsyncConnection, sql: str, values: Sequence[object], *more: object
) -> list[Any]:
    """Rows of a statement whose `{0}` tests a column against `values`; `{1}`, `{2}`… are `more` of them."""
    found: list[Any] = []
    for chunk, test, first in _lists(connection, values):
        marks = [_mark(connection, first + place) for place in range(len(more))]
        found += (await connection.exec_driver_sql(sql.format(test, *marks), (*chunk, *more))).all()
    return found


async def delete_rows(connection: AsyncConnection, sql: str, values: Sequence[object]) -> None:
    """Run a statement whose `{0}` tests a column against `values`."""
    for chunk, test, _ in _lists(connection, values):
        await connection.exec_driver_sql(sql.format(test), tuple(chunk))


def _lists(connection: AsyncConnection, values: Sequence[object]) -> list[tuple[Sequence[object], str, int]]:
    """The bound values, the test in SQL and the place of what follows, for each statement that is needed."""
    if not values:
        return []
    if connection.dialect.name != "sqlite":
        return [([list(values)], "= ANY($1)", 2)]
    chunks = [values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK)]
    return [(chunk, f"IN ({_marks(len(chunk))})", len(chunk) + 1) for chunk in chunks]


def _marks(count: int) -> str:
    return ", ".join(f"?{place}" for place in range(1, count + 1))


def _mark(connection: AsyncConnection, place: int) -> str:
    # Numbered on SQLite too, so that a value may stand more than once.
    return f"?{place}" if connection.dialect.name == "sqlite" else f"${place}"
