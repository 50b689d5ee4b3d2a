"""Reads of the outbox; each takes an open view of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.delivery import Delivery, State
from bot.domain.owed import Backlog
from bot.domain.subscription import Destination
from bot.store.outbox.rows import DELIVERY_COLUMNS, delivery_of, lane_of
from bot.store.reader import IndexReader
from bot.store.rows import instant

_SELECT = f"SELECT {DELIVERY_COLUMNS}, enqueued_at FROM delivery"  # noqa: S608 - constants
_NEWEST = "ORDER BY created_at DESC, enqueued_at DESC LIMIT :limit"
_WAKE = (
    "SELECT min(CASE WHEN due_at > gate_at THEN due_at ELSE gate_at END) FROM (SELECT gate_at, "
    "(SELECT due_at FROM lane WHERE team_id = team.id AND due_at > 0 ORDER BY due_at LIMIT 1) AS due_at "
    "FROM team) soonest WHERE due_at > 0"
)


def due_at(reader: IndexReader) -> int | None:
    """When something can be claimed next, in real time; None for never."""
    found: int | None = reader.rows(_WAKE, {})[0][0]
    return found


def one(reader: IndexReader, delivery: str) -> Delivery | None:
    """One delivery."""
    rows = reader.rows(f"{_SELECT} WHERE id = :id", {"id": delivery})
    return delivery_of(rows[0]) if rows else None


def find(reader: IndexReader, states: Sequence[State], to: Destination | None, limit: int) -> list[Delivery]:
    """Deliveries in these states (in all without one), newest first."""
    wanted = tuple(dict.fromkeys(states)) or tuple(State)
    rows = _there(reader, wanted, to, limit) if to else _anywhere(reader, wanted, limit)
    return [delivery_of(row) for row in rows]


def _there(reader: IndexReader, states: Sequence[State], to: Destination, limit: int) -> Sequence[Any]:
    names = {f"state{number}": str(state) for number, state in enumerate(states)}
    among = ", ".join(f":{name}" for name in names)
    sql = f"{_SELECT} WHERE lane_id = :lane AND state IN ({among}) {_NEWEST}"
    return reader.rows(sql, {"lane": lane_of(to), "limit": limit, **names})


def _anywhere(reader: IndexReader, states: Sequence[State], limit: int) -> Sequence[Any]:
    """State by state, each by its index: together they would be sorted whole."""
    sql = f"{_SELECT} WHERE state = :state {_NEWEST}"
    found = [row for state in states for row in reader.rows(sql, {"state": str(state), "limit": limit})]
    return sorted(found, key=_age, reverse=True)[:limit]


def _age(row: Any) -> tuple[int, int]:  # noqa: ANN401 - a row of _SELECT
    return row[15], row[18]


def backlog(reader: IndexReader, team: str, to: Destination | None) -> Backlog:
    """How many deliveries stand in which state, and since when the oldest unsettled one is owed."""
    where, values = "", {}
    if to:
        where, values = "WHERE lane_id = :lane", {"lane": lane_of(to)}
    elif team:
        where, values = "WHERE team_id = :team", {"team": team}
    sql = f"SELECT state, count(*), min(created_at) FROM delivery {where} GROUP BY state"  # noqa: S608 - constants
    rows = reader.rows(sql, values)
    oldest = [row[2] for row in rows if row[0] in (State.PENDING, State.SENDING)]
    return Backlog(
        counts={State(row[0]): int(row[1]) for row in rows},
        oldest_at=instant(min(oldest)) if oldest else None,
    )
