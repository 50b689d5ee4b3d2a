"""A delivery as rows and back; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.delivery import Delivery, Kind, Receipt, Role, State
from bot.domain.subscription import Destination
from bot.store.outbox.codec import owed_from_json, owed_to_json
from bot.store.rows import instant, microseconds

DELIVERY_COLUMNS = (
    "id, key, team_id, enterprise_id, channel_id, user_id, kind, subscription, parent, state, reason, owed, "
    "receipt_channel, receipt_ts, attempts, created_at, expires_at, settled_at"
)
"""What `delivery_of` wants, in its order."""

_ROLES = {Kind.ALERT: Role.ALERT, Kind.ESCALATION: Role.ALERT, Kind.BUNDLE: Role.HELD}


def lane_of(to: Destination) -> str:
    """The lane of a destination: in each one message at a time is on its way."""
    return f"{to.team}:{to.key}"


def delivery_of(row: Sequence[Any]) -> Delivery:
    """The delivery of a row that begins with DELIVERY_COLUMNS."""
    return Delivery(
        id=row[0],
        key=row[1],
        to=Destination(team=row[2], enterprise=row[3], channel=row[4], user=row[5]),
        kind=Kind(row[6]),
        subscription=row[7],
        parent=row[8],
        state=State(row[9]),
        reason=row[10],
        owed=owed_from_json(row[11]),
        receipt=Receipt(channel=row[12], ts=row[13]) if row[13] else None,
        attempts=row[14],
        created_at=instant(row[15]),
        expires_at=instant(row[16]),
        settled_at=None if row[17] is None else instant(row[17]),
    )


def delivery_row(delivery: Delivery, now: int, position: int) -> dict[str, Any]:
    """The row of a new delivery, due now unless it waits for its parent; `now` is real time."""
    is_due = delivery.state is State.PENDING and not delivery.parent
    receipt = delivery.receipt or Receipt(channel="", ts="")
    settled_at = delivery.settled_at
    return {
        "id": delivery.id,
        "key": delivery.key,
        "lane_id": lane_of(delivery.to),
        "team_id": delivery.to.team,
        "enterprise_id": delivery.to.enterprise,
        "channel_id": delivery.to.channel,
        "user_id": delivery.to.user,
        "kind": str(delivery.kind),
        "subscription": delivery.subscription,
        "parent": delivery.parent,
        "state": str(delivery.state),
        "reason": storable(delivery.reason),
        "owed": owed_to_json(delivery.owed),
        "receipt_channel": receipt.channel,
        "receipt_ts": receipt.ts,
        "attempts": delivery.attempts,
        "due_at": now if is_due else None,
        "enqueued_at": now + position,
        "created_at": microseconds(delivery.created_at),
        "expires_at": microseconds(delivery.expires_at),
        "settled_at": None if settled_at is None else microseconds(settled_at),
    }


def brief_rows(delivery: Delivery) -> list[dict[str, Any]]:
    """What a delivery shows, a row for each brief."""
    owed = delivery.owed
    shown = ((Role.FULL, owed.full), (Role.ALSO, owed.also), (Role.THREAD, owed.thread))
    roles: dict[int, Role] = {}
    for role, briefs in shown:
        for brief in briefs:
            roles.setdefault(brief, _ROLES.get(delivery.kind, role))
    return [
        {
            "delivery_id": delivery.id,
            "brief_id": brief,
            "role": str(role),
            "heat": owed.heats.get(brief, 0),
            "outlets": owed.outlets.get(brief, 0),
            "at": microseconds(delivery.created_at),
            "lane_id": lane_of(delivery.to),
            "subscription": delivery.subscription,
            "kind": str(delivery.kind),
        }
        for brief, role in roles.items()
    ]


def storable(text: str) -> str:
    """Text as both databases can hold it."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
